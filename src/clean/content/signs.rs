//! More that the first stage knows of a block: what the address names, where the block's branch of the tree leaves the
//! one that holds the title and the one in which the text begins, the run of like blocks it stands in, and which of
//! several articles it belongs to.

use super::elements::{Element, HEAVY, MANY};
use super::page::Page;
use super::sheet::Sheet;
use crate::model::Document;

/// Words of addresses, by the sort of page that they lead to. Written in the lower case that addresses are read in.
const PLACES: [(&str, &[&str]); 5] = [
    (
        "address of thread",
        &[
            "forum",
            "thread",
            "topic",
            "discuss",
            "communit",
            "question",
            "/comments/",
            "viewtopic",
            "bbs",
            "/t/",
            "/r/",
            "answers",
            "board",
            "tieba",
            "foro",
        ],
    ),
    ("address of shop", &["product", "/p/", "/dp/", "shop", "store", "/itm/", "/item", "/buy", "/pd"]),
    (
        "address of list",
        &["categor", "collection", "/tag", "search", "/c/", "archive", "/list", "browse", "catalog", "directory"],
    ),
    (
        "address of document",
        &["docs", "/doc", "wiki", "manual", "reference", "guide", "/api", "learn", "help", "support", "tutorial"],
    ),
    ("address of news", &["news", "blog", "article", "story", "/20", "post", "press"]),
];

/// Farther branches, later ranks and longer runs count as this.
const FAR: f32 = 30.0;

/// The signs of a page, for all of its blocks.
pub(super) struct Signs<'p> {
    page: &'p Page,
    address: [f32; PLACES.len()],
    title: Option<Trunk>,
    start: Option<Trunk>,
    /// For each block the first of its run and the one behind the last.
    runs: Vec<(usize, usize)>,
    weight_before: Vec<f32>,
    linked_before: Vec<f32>,
    /// The outermost `article` element of each block, as a number from 1; 0 outside of all.
    article: Vec<u32>,
    /// The good text in each of them.
    articles: Vec<f32>,
    /// The block that the page's description was taken from.
    told: Option<usize>,
    heading: Vec<Option<f32>>,
    heaviest: f32,
    good: f32,
}

/// The elements around one block, and for each the child that leads to it.
struct Trunk {
    /// One entry an element of the page: the child on the way, if the element is around the block.
    towards: Vec<Option<u32>>,
}

impl Trunk {
    fn of(page: &Page, block: usize) -> Trunk {
        let mut towards = vec![None; page.elements.all.len()];
        let mut child = page.elements.leaf[block];
        for element in page.elements.ancestors(child) {
            towards[element as usize] = Some(child);
            child = element;
        }
        Trunk { towards }
    }

    /// Where the branch of block `i` leaves the trunk.
    fn parting(&self, page: &Page, i: usize) -> Option<Parting> {
        let (mut branch, mut climbs) = (page.elements.leaf[i], 0.0);
        for element in page.elements.ancestors(branch) {
            if let Some(trunk) = self.towards[element as usize] {
                return Some(Parting { branch, trunk, climbs });
            }
            branch = element;
            climbs += 1.0;
        }
        None
    }
}

/// Two children of one element: one leads to a block, the other to the title. In the title's own elements they are the same.
#[derive(Clone, Copy)]
pub(super) struct Parting {
    pub branch: u32,
    pub trunk: u32,
    climbs: f32,
}

impl<'p> Signs<'p> {
    /// `title` is the block that says the title, `told` the one that the description was taken from, `good` the page's
    /// good text.
    pub(super) fn new(
        document: &Document,
        page: &'p Page,
        title: Option<usize>,
        told: Option<usize>,
        good: f32,
    ) -> Signs<'p> {
        let after_title = title.unwrap_or(0);
        let is_good = |i: &usize| page.texts[*i].good;
        let n = page.texts.len();
        let start = (after_title..n).find(is_good).or_else(|| (0..after_title).find(is_good));
        let mut signs = Signs {
            page,
            address: address(document.url.as_deref().unwrap_or_default()),
            title: title.map(|block| Trunk::of(page, block)),
            start: start.map(|block| Trunk::of(page, block)),
            runs: runs(&page.leaf),
            weight_before: before(page.texts.iter().map(|t| t.weight)),
            linked_before: before(page.texts.iter().map(|t| t.weight * t.links)),
            article: Vec::with_capacity(n),
            articles: vec![0.0],
            told,
            heading: vec![None; page.elements.all.len()],
            heaviest: page.texts.iter().map(|t| t.weight).fold(1.0, f32::max),
            good,
        };
        signs.read_elements(document);
        signs
    }

    fn read_elements(&mut self, document: &Document) {
        let elements = &self.page.elements;
        let mut number = vec![0u32; elements.all.len()];
        for &leaf in &elements.leaf {
            let outermost = elements.ancestors(leaf).filter(|&e| elements.all[e as usize].is_article()).last();
            self.article.push(outermost.map_or(0, |e| {
                if number[e as usize] == 0 {
                    self.articles.push(elements.all[e as usize].good);
                    number[e as usize] = self.articles.len() as u32 - 1;
                }
                number[e as usize]
            }));
        }
        for (element, heading) in elements.all.iter().zip(&mut self.heading) {
            let first = document.blocks.get(element.first as usize);
            *heading = first.filter(|b| b.kind.is_heading()).map(|_| self.page.texts[element.first as usize].links);
        }
    }

    /// Where each block's branch leaves the title's.
    pub(super) fn partings(&self) -> Vec<Option<Parting>> {
        (0..self.page.texts.len()).map(|i| self.title.as_ref().and_then(|t| t.parting(self.page, i))).collect()
    }

    /// Appends the columns of block `i`.
    pub(super) fn put(&self, i: usize, sheet: &mut Sheet<'_>) {
        self.text(i, sheet);
        self.branch("title", &self.title, i, sheet);
        self.branch("start", &self.start, i, sheet);
        self.run(i, sheet);
        self.article(i, sheet);
        for ((name, _), value) in PLACES.iter().zip(self.address) {
            sheet.put(name, value);
        }
    }

    fn text(&self, i: usize, sheet: &mut Sheet<'_>) {
        let text = &self.page.texts[i];
        sheet.put("clocks", text.clocks.min(5.0));
        sheet.put("addresses", text.urls.min(5.0));
        sheet.put("rights", text.rights.min(5.0));
        sheet.put("of heaviest", text.weight / self.heaviest);
        sheet.put("blocks after told", self.told.map_or(-80.0, |t| (i as f32 - t as f32).clamp(-FAR, FAR)));
    }

    /// Where the block's branch leaves `trunk`, and what the two are like from there.
    fn branch(&self, name: &str, trunk: &Option<Trunk>, i: usize, sheet: &mut Sheet<'_>) {
        let mut put = |what: &str, value: Option<f32>| {
            sheet.put_named(|| format!("{what} from {name}"), value.unwrap_or(-2.0));
        };
        let parting = trunk.as_ref().and_then(|trunk| trunk.parting(self.page, i));
        let branch = parting.map(|p| &self.page.elements.all[p.branch as usize]);
        let theirs = parting.map(|p| &self.page.elements.all[p.trunk as usize]);
        let both = branch.zip(theirs);
        put("branch climbs", parting.map(|p| p.climbs));
        put("good of branch", branch.map(|e| e.good / self.good));
        put("good of trunk", theirs.map(|e| e.good / self.good));
        put("alike branch", both.map(|(own, theirs)| f32::from(u8::from(own.family == theirs.family))));
        let ranks = |own: &Element, theirs: &Element| match own.family == theirs.family {
            true => (own.rank as f32 - theirs.rank as f32).clamp(-FAR, FAR),
            false => 0.0,
        };
        put("ranks", both.map(|(own, theirs)| ranks(own, theirs)));
        put("heading of branch", parting.map(|p| self.heading[p.branch as usize].unwrap_or(-1.0)));
        put("blocks of branch", branch.map(|e| (e.n_blocks as f32).min(MANY).ln_1p()));
    }

    /// The blocks of one path that stand in a row.
    fn run(&self, i: usize, sheet: &mut Sheet<'_>) {
        let (start, end) = self.runs[i];
        let n = (end - start) as f32;
        let weight = self.weight_before[end] - self.weight_before[start];
        let linked = self.linked_before[end] - self.linked_before[start];
        sheet.put("run", n.min(FAR));
        sheet.put("place in run", ((i - start) as f32).min(FAR));
        sheet.put("mean weight of run", (weight / n).min(HEAVY).ln_1p());
        sheet.put("links of run", linked / weight.max(1.0));
    }

    fn article(&self, i: usize, sheet: &mut Sheet<'_>) {
        let own = self.article[i];
        sheet.put("articles", (self.articles.len() as f32 - 1.0).min(FAR));
        sheet.put("number of article", (own as f32).min(FAR));
        sheet.put("good of article", self.articles[own as usize] / self.good);
    }
}

fn address(url: &str) -> [f32; PLACES.len()] {
    let url = url.to_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    PLACES.map(|(_, words)| f32::from(u8::from(words.iter().any(|w| rest.contains(w)))))
}

/// Sums of all values before each, and of all.
fn before(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for value in values {
        sum += value;
        sums.push(sum);
    }
    sums
}

fn runs(leaf: &[u32]) -> Vec<(usize, usize)> {
    let mut runs = Vec::with_capacity(leaf.len());
    for run in leaf.chunk_by(|a, b| a == b) {
        let start = runs.len();
        runs.extend(std::iter::repeat_n((start, start + run.len()), run.len()));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::content::names::Words;
    use crate::config::ParseConfig;
    use crate::lang::Languages;
    use crate::model::{Dump, Media};

    /// The named sign of each block of a page whose title is block 0.
    fn check(body: &str, sign: &str, expected: &[f32]) {
        let url = Some("https://forum.example.org/t/12".to_string());
        let dump = Dump { body: body.to_string(), url, media: Media::Html, ..Dump::default() };
        let document = crate::parse::document(dump, &Languages::builtin(), &ParseConfig::default());
        let page = Page::new(&document, &Words::new());
        let signs = Signs::new(&document, &page, Some(0), None, 1.0);
        let value = |i: usize| {
            let mut names = Vec::new();
            let mut sheet = Sheet { values: Vec::new(), names: Some(&mut names) };
            signs.put(i, &mut sheet);
            let values = sheet.values;
            values[names.iter().position(|n| n == sign).unwrap()]
        };
        let found: Vec<f32> = (0..document.blocks.len()).map(value).collect();
        assert_eq!(found, expected, "{sign}");
    }

    const TWO: &str =
        "<article><h1>One</h1><p>Text of one.</p></article><article><h1>Two</h1><p>Text of two.</p></article>";

    #[test]
    fn each_block_knows_the_article_it_belongs_to() {
        check(TWO, "number of article", &[1.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn the_next_article_parts_from_the_title_as_one_of_its_like() {
        check(TWO, "alike branch from title", &[1.0, 0.0, 1.0, 1.0]);
        check(TWO, "ranks from title", &[0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn paragraphs_of_one_path_are_a_run() {
        check("<h1>One</h1><p>a b<p>c d<p>e f", "run", &[1.0, 3.0, 3.0, 3.0]);
        check("<h1>One</h1><p>a b<p>c d<p>e f", "place in run", &[0.0, 0.0, 1.0, 2.0]);
    }

    #[test]
    fn an_address_names_the_sort_of_its_page() {
        check("<h1>One</h1>", "address of thread", &[1.0]);
        check("<h1>One</h1>", "address of shop", &[0.0]);
    }
}
