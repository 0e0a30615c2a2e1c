//! Where links lead: those of a block, of the elements around it, of its card and of the cards like it, and of what
//! stands between it and the title. A stream of other articles is made of links to addresses like the page's own.

use super::page::Page;
use super::sheet::Sheet;
use super::signs::Parting;
use crate::model::{Document, Lead};

/// Links of each sort, as [`crate::model::Leads`] has them.
type Counts = [f32; NAMES.len()];
const NAMES: [&str; 4] = ["alike", "inside", "outside", "itself"];
const ALIKE: usize = Lead::Alike as usize;
const ITSELF: usize = Lead::Itself as usize;

/// More links of a block, and of what stands between it and the title, are all alike. With twenty between them, and the
/// whole page's links as columns, the trees learnt single sites: threads lost .02, long articles their ends.
const MANY: f32 = 5.0;
/// Blocks beyond which a link is far; where there is none it is farther.
const FAR: f32 = 30.0;
const NONE: f32 = 40.0;
/// Blocks before and after that are around a block.
const AROUND: usize = 4;

/// The links of a page.
pub(super) struct Links<'p> {
    page: &'p Page,
    partings: &'p [Option<Parting>],
    title: Option<usize>,
    /// Links before each block, and of all.
    before: Vec<Counts>,
    nodes: Vec<Counts>,
    elements: Vec<Counts>,
    families: Vec<Counts>,
    /// For each block the nearest before and after it that has a link to an address like the page's, and to the page itself.
    near: [Vec<(f32, f32)>; 2],
}

impl<'p> Links<'p> {
    /// `title` is the block that says the title.
    pub(super) fn new(
        document: &Document,
        page: &'p Page,
        partings: &'p [Option<Parting>],
        title: Option<usize>,
    ) -> Links<'p> {
        let own: Vec<Counts> = document.blocks.iter().map(|b| b.leads.0.map(f32::from)).collect();
        let mut links = Links {
            page,
            partings,
            title,
            before: vec![Counts::default()],
            nodes: vec![Counts::default(); page.nodes.len()],
            elements: vec![Counts::default(); page.elements.all.len()],
            families: vec![Counts::default(); page.elements.families.len()],
            near: [ALIKE, ITSELF].map(|sort| near(&own, sort)),
        };
        for (i, counts) in own.into_iter().enumerate() {
            links.before.push(sum(links.before[i], counts));
            if counts == Counts::default() {
                continue;
            }
            for node in page.ancestors(page.leaf[i]) {
                links.nodes[node as usize] = sum(links.nodes[node as usize], counts);
            }
            for e in page.elements.ancestors(page.elements.leaf[i]) {
                links.elements[e as usize] = sum(links.elements[e as usize], counts);
                let family = page.elements.all[e as usize].family as usize;
                links.families[family] = sum(links.families[family], counts);
            }
        }
        links
    }

    /// Appends the columns of block `i`.
    pub(super) fn put(&self, i: usize, sheet: &mut Sheet<'_>) {
        for (name, n) in NAMES.iter().zip(self.between(i, i + 1)) {
            sheet.put_named(|| format!("links {name}"), n.min(MANY));
        }
        let (from, to) = (i.saturating_sub(AROUND), (i + AROUND + 1).min(self.page.texts.len()));
        for (name, n) in NAMES.iter().zip(self.between(from, to)).take(2) {
            sheet.put_named(|| format!("links {name} around"), n / (to - from) as f32);
        }
        for (name, near) in ["alike", "itself"].iter().zip(&self.near) {
            sheet.put_named(|| format!("blocks since link {name}"), near[i].0);
            sheet.put_named(|| format!("blocks to link {name}"), near[i].1);
        }
        let since = |title: usize| match title <= i {
            true => self.between(title, i),
            false => self.between(i, title).map(|n| -n),
        };
        let since = self.title.map_or([-2.0 * MANY; 4], since);
        sheet.put("links alike since title", since[ALIKE].clamp(-MANY, MANY));
        sheet.put("links itself since title", since[ITSELF].clamp(-MANY, MANY));
        self.elements(i, sheet);
    }

    fn elements(&self, i: usize, sheet: &mut Sheet<'_>) {
        let page = self.page;
        let mut at = page.leaf[i];
        for k in 0..4 {
            let node = &page.nodes[at as usize];
            let n = self.nodes[at as usize][ALIKE] / node.n_blocks.max(1) as f32;
            sheet.put_named(|| format!("links alike of ancestor {k}"), n);
            at = node.parent.unwrap_or(at);
        }
        let per_block =
            |e: u32| self.elements[e as usize][ALIKE] / page.elements.all[e as usize].n_blocks.max(1) as f32;
        let mut at = page.elements.leaf[i];
        for k in 0..4 {
            sheet.put_named(|| format!("links alike of element {k}"), per_block(at));
            at = page.elements.all[at as usize].parent.unwrap_or(at);
        }
        sheet.put("links alike of branch", self.partings[i].map_or(-1.0, |p| per_block(p.branch)));
        for (name, card) in [("card", page.elements.card[i]), ("outer card", page.elements.outer[i])] {
            let family = card.map(|e| page.elements.all[e as usize].family as usize);
            for (sort, what) in NAMES.iter().enumerate() {
                let n = family.map(|f| self.families[f][sort] / page.elements.families[f].n.max(1.0));
                sheet.put_named(|| format!("links {what} of {name}"), n.map_or(-1.0, |n| n.min(MANY)));
            }
        }
    }

    /// The links of blocks `from..to`.
    fn between(&self, from: usize, to: usize) -> Counts {
        std::array::from_fn(|sort| self.before[to][sort] - self.before[from][sort])
    }
}

fn sum(a: Counts, b: Counts) -> Counts {
    std::array::from_fn(|sort| a[sort] + b[sort])
}

/// How many blocks before and after each the nearest other one stands that has a link of a sort.
fn near(own: &[Counts], sort: usize) -> Vec<(f32, f32)> {
    let mut near = vec![(NONE, NONE); own.len()];
    let far = |a: usize, b: usize| (a.abs_diff(b) as f32).min(FAR);
    let (mut last, mut next) = (None, None);
    for i in 0..own.len() {
        near[i].0 = last.map_or(NONE, |j| far(i, j));
        last = if own[i][sort] > 0.0 { Some(i) } else { last };
    }
    for i in (0..own.len()).rev() {
        near[i].1 = next.map_or(NONE, |j| far(i, j));
        next = if own[i][sort] > 0.0 { Some(i) } else { next };
    }
    near
}

#[cfg(test)]
mod tests {
    use super::super::names::Words;
    use super::super::signs::Signs;
    use super::*;
    use crate::config::ParseConfig;
    use crate::lang::Languages;
    use crate::model::{Dump, Media};

    /// The named column of each block of a page whose title is block 0.
    fn check(body: &str, column: &str, expected: &[f32]) {
        let url = Some("https://example.org/n/20481234.html".to_string());
        let dump = Dump { body: body.to_string(), url, media: Media::Html, ..Dump::default() };
        let document = crate::parse::document(dump, &Languages::builtin(), &ParseConfig::default());
        let page = Page::new(&document, &Words::new());
        let signs = Signs::new(&document, &page, Some(0), None, 1.0);
        let links = Links::new(&document, &page, signs.partings(), Some(0));
        let value = |i: usize| {
            let mut names = Vec::new();
            let mut sheet = Sheet { values: Vec::new(), names: Some(&mut names) };
            links.put(i, &mut sheet);
            let values = sheet.values;
            values[names.iter().position(|n| n == column).unwrap()]
        };
        let found: Vec<f32> = (0..document.blocks.len()).map(value).collect();
        assert_eq!(found, expected, "{column}");
    }

    const PAGE: &str = "<h1>The mill</h1><p>It <a href=https://example.com/>stood</a> under water.</p>\
        <a href='https://share.example.com/?u=example.org/n/20481234.html'><img></a>\
        <ul><li><a href=20481235.html><h3>A bridge</h3><p>It is built.</p></a></ul>";

    #[test]
    fn a_link_belongs_to_every_block_that_stands_in_it() {
        check(PAGE, "links alike", &[0.0, 0.0, 1.0, 1.0]);
        check(PAGE, "links outside", &[0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_picture_that_is_a_link_belongs_to_the_next_block() {
        check(PAGE, "blocks to link itself", &[2.0, 1.0, NONE, NONE]);
    }

    #[test]
    fn other_articles_stand_below_the_title() {
        check(PAGE, "links alike since title", &[0.0, 0.0, 0.0, 1.0]);
        check(PAGE, "links alike of branch", &[0.0, 0.0, 1.0, 1.0]);
    }
}
