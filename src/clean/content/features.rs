//! What the first stage knows of a block, as numbers: its text, its place in the tree and on the page, its neighbours,
//! what the page says about itself. Nothing here knows a language but the phrases that were found before.

use super::elements::MANY;
use super::names::{GROUPS, TAGS};
use super::page::Page;
use super::says::{ADDRESS, SAYS, address, says};
use super::sheet::Sheet;
use super::signs::{Parting, Signs};
use super::text::Text;
use super::tokens::{Tokens, anchor, has, overlap, pairs, read_tokens, set};
use crate::clean::notices::Hint;
use crate::model::{Block, BlockKind, Document};
use xxhash_rust::xxh3::xxh3_64;

/// What lies farther below a title or a heading, and pages that are longer, are all alike. Most labelled articles are
/// short, and what stands far below their titles is comments and furniture: without these limits the middle of a book of
/// 450 paragraphs scored .2, since none of its sort was ever learnt from.
const FAR_BLOCKS: f32 = 30.0;
const FAR_WEIGHT: f32 = 6_000.0;
const LONG_PAGE: f32 = 250.0;
const HEAVY_PAGE: f32 = 12_000.0;
/// Farther ancestors count as none.
const FAR: u8 = 15;

/// Rows of equal length, one a block.
pub(super) struct Rows {
    pub width: usize,
    pub values: Vec<f32>,
    /// For each block the elements in which its branch of the tree and the title's part, if there is a title.
    pub partings: Vec<Option<Parting>>,
}

impl Rows {
    pub(super) fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.width..(index + 1) * self.width]
    }
}

/// What is known of the whole page, for all of its blocks.
struct Whole<'a> {
    document: &'a Document,
    page: &'a Page,
    hints: &'a [Hint<'a>],
    weight: f32,
    good: f32,
    n_good: f32,
    links: f32,
    before: Vec<f32>,
    good_before: Vec<f32>,
    last_good: Vec<Option<usize>>,
    next_good: Vec<Option<usize>>,
    container: u32,
    copies: Vec<(f32, bool)>,
    title: Vec<u64>,
    description: Vec<u64>,
    body: Vec<u64>,
    tokens: Tokens,
    /// The block that says the page's title, and how much of it.
    anchor: Option<(usize, f32)>,
    /// Whether the parser found an author's line and a date line: articles have them.
    signed: f32,
    address: [f32; 4],
    says: [f32; SAYS.len()],
}

/// The rows of the first stage. `names` gets the columns' names when it is given and there is a block.
pub(super) fn rows(document: &Document, page: &Page, hints: &[Hint<'_>], mut names: Option<&mut Vec<String>>) -> Rows {
    let whole = Whole::new(document, page, hints);
    let signs = Signs::new(document, page, whole.anchor.map(|(at, _)| at), whole.told(), whole.good);
    let mut values = Vec::new();
    let mut headings = Headings::default();
    for (i, block) in document.blocks.iter().enumerate() {
        headings.see(block, page.texts[i].links, hints[i]);
        let mut sheet = Sheet { values: std::mem::take(&mut values), names: names.take() };
        whole.own_text(i, &mut sheet);
        whole.tree(i, &mut sheet);
        page.elements.put(i, whole.good, &mut sheet);
        whole.under_title(i, &mut sheet);
        whole.place(i, &mut sheet);
        whole.neighbours(i, &mut sheet);
        headings.put(&mut sheet);
        whole.whole(&mut sheet);
        signs.put(i, &mut sheet);
        values = sheet.values;
        if i == 0 {
            values.reserve_exact(values.len() * (document.blocks.len() - 1));
        }
    }
    let width = values.len().checked_div(document.blocks.len()).unwrap_or(0);
    Rows { width, values, partings: signs.partings() }
}

impl<'a> Whole<'a> {
    fn new(document: &'a Document, page: &'a Page, hints: &'a [Hint<'a>]) -> Whole<'a> {
        let n = document.blocks.len();
        let texts = &page.texts;
        let running = |f: &dyn Fn(&Text) -> f32| {
            let mut sum = 0.0;
            texts
                .iter()
                .map(|t| {
                    let before = sum;
                    sum += f(t);
                    before
                })
                .collect::<Vec<f32>>()
        };
        let before = running(&|t| t.weight);
        let good_before = running(&|t| if t.good { t.weight } else { 0.0 });
        let weight: f32 = texts.iter().map(|t| t.weight).sum();
        let good: f32 = texts.iter().filter(|t| t.good).map(|t| t.weight).sum();
        let links: f32 = texts.iter().map(|t| t.weight * t.links).sum();
        let mut last = None;
        let last_good = (0..n)
            .map(|i| {
                let at = last;
                if texts[i].good {
                    last = Some(i)
                }
                at
            })
            .collect();
        let mut next = None;
        let mut next_good: Vec<Option<usize>> = (0..n)
            .rev()
            .map(|i| {
                let at = next;
                if texts[i].good {
                    next = Some(i)
                }
                at
            })
            .collect();
        next_good.reverse();
        // The deepest of equal merit: it holds the same paragraphs and less besides.
        let container = (0..page.nodes.len())
            .max_by(|&a, &b| {
                let (a, b) = (&page.nodes[a], &page.nodes[b]);
                a.merit.total_cmp(&b.merit).then(a.depth.cmp(&b.depth))
            })
            .unwrap_or(0) as u32;
        let tokens = Tokens::of(document);
        let one = |text: &Option<String>| {
            let mut tokens = Vec::new();
            read_tokens(text.as_deref().unwrap_or_default(), &mut tokens);
            tokens
        };
        let body = set(pairs(&one(&document.meta.body)).collect());
        let title = set(one(&document.meta.title));
        let anchor = anchor(document, &tokens, &title);
        Whole {
            document,
            page,
            hints,
            weight: weight.max(1.0),
            good: good.max(1.0),
            n_good: texts.iter().filter(|t| t.good).count() as f32,
            links: links / weight.max(1.0),
            before,
            good_before,
            last_good,
            next_good,
            container,
            copies: copies(document),
            title,
            description: set(one(&document.meta.description)),
            body,
            tokens,
            anchor,
            signed: [BlockKind::Byline, BlockKind::Dateline]
                .map(|kind| f32::from(u8::from(document.blocks.iter().any(|b| b.kind == kind))))
                .iter()
                .sum(),
            says: says(&document.meta.sorts),
            address: document.url.as_deref().map_or([-1.0; 4], address),
        }
    }

    /// The first block that says most of the description.
    fn told(&self) -> Option<usize> {
        let says = |i: &usize| overlap(self.tokens.of_block(*i), &self.description).1 >= MIN_TOLD;
        (0..self.page.texts.len()).find(says)
    }

    fn own_text(&self, i: usize, sheet: &mut Sheet<'_>) {
        let t = &self.page.texts[i];
        let block = &self.document.blocks[i];
        let per = |x: f32| 100.0 * x / t.weight.max(1.0);
        sheet.put("weight", t.weight.min(800.0).ln_1p());
        sheet.put("words", t.words.min(150.0));
        sheet.put("links", t.links);
        sheet.put("sentences", t.sentence_ends.min(8.0));
        sheet.put("sentence density", per(t.sentence_ends));
        sheet.put("commas", per(t.commas));
        sheet.put("digits", per(t.digits));
        sheet.put("upper", t.upper / t.letters.max(1.0));
        sheet.put("marks", per(t.marks));
        sheet.put("capitalised", t.capitalised / t.words.max(1.0));
        sheet.put("small words", t.small / t.words.max(1.0));
        sheet.put("separators", t.separators.min(12.0));
        sheet.put("word length", t.letters / t.words.max(1.0));
        sheet.put("years", t.years.min(8.0));
        sheet.put("begins with", f32::from(t.begins as u8));
        sheet.put("ends with", f32::from(t.ends as u8));
        sheet.put("kind", f32::from(kind(block.kind)));
        sheet.put("level", f32::from(block.level.unwrap_or(0)));
        sheet.put("list depth", block.list.map_or(0.0, |l| f32::from(l.depth)));
        sheet.put("phrase", f32::from(self.hints[i].line));
        sheet.put("said before", self.copies[i].0);
        sheet.put("said again", f32::from(u8::from(self.copies[i].1)));
        let tokens = self.tokens.of_block(i);
        let (a, b) = overlap(tokens, &self.title);
        sheet.put("in title", a);
        sheet.put("of title", b);
        let (a, b) = overlap(tokens, &self.description);
        sheet.put("in description", a);
        sheet.put("of description", b);
        let in_body = match (self.body.is_empty(), tokens.len()) {
            (true, _) => -1.0,
            (_, 0 | 1) => -0.5,
            _ => pairs(tokens).filter(|p| has(&self.body, *p)).count() as f32 / (tokens.len() - 1) as f32,
        };
        sheet.put("in json-ld", in_body);
    }

    fn tree(&self, i: usize, sheet: &mut Sheet<'_>) {
        let page = self.page;
        let leaf = page.leaf[i];
        let mut groups = [FAR; GROUPS.len()];
        let mut tags = [FAR; TAGS.len()];
        let (mut all_groups, mut all_tags) = (0u32, 0u32);
        for (distance, n) in page.ancestors(leaf).take(FAR as usize).enumerate() {
            let node = &page.nodes[n as usize];
            for (bits, all, into) in
                [(node.groups, &mut all_groups, &mut groups[..]), (node.tags, &mut all_tags, &mut tags[..])]
            {
                let mut new = bits & !*all;
                *all |= bits;
                while new != 0 {
                    into[new.trailing_zeros() as usize] = distance as u8;
                    new &= new - 1;
                }
            }
        }
        sheet.put("depth", f32::from(page.nodes[leaf as usize].depth));
        for (k, (name, _)) in GROUPS.iter().enumerate() {
            sheet.put(name, f32::from(groups[k]));
        }
        for (k, name) in TAGS.iter().enumerate() {
            sheet.put(name, f32::from(tags[k]));
        }
        let mut chain = [leaf; 7];
        for k in 1..chain.len() {
            chain[k] = page.nodes[chain[k - 1] as usize].parent.unwrap_or(chain[k - 1]);
        }
        sheet.put("own tag", f32::from(page.nodes[leaf as usize].tag));
        sheet.put("parent tag", f32::from(page.nodes[chain[1] as usize].tag));
        for (k, &n) in chain.iter().enumerate() {
            sheet.put_named(|| format!("good share of ancestor {k}"), page.nodes[n as usize].good / self.good);
        }
        for (k, &n) in chain.iter().take(5).enumerate() {
            let node = &page.nodes[n as usize];
            sheet.put_named(|| format!("links of ancestor {k}"), node.linked / node.weight.max(1.0));
            sheet.put_named(|| format!("good of ancestor {k}"), node.good / node.weight.max(1.0));
            sheet.put_named(
                || format!("mean weight of ancestor {k}"),
                (node.weight / node.n_blocks.max(1) as f32).min(600.0),
            );
        }
        for (k, &n) in chain.iter().take(3).enumerate() {
            sheet.put_named(|| format!("blocks of ancestor {k}"), (page.nodes[n as usize].n_blocks as f32).min(MANY));
        }
        for (k, &n) in chain.iter().take(5).enumerate() {
            let node = &page.nodes[n as usize];
            sheet.put_named(
                || format!("linked headings of ancestor {k}"),
                node.linked_headings / node.headings.max(1.0),
            );
            sheet.put_named(|| format!("headings of ancestor {k}"), node.headings / node.n_blocks.max(1) as f32);
        }
        let container = &page.nodes[self.container as usize];
        let above = page.ancestors(leaf).position(|n| n == self.container);
        sheet.put("below container", above.map_or(-1.0, |d| d as f32));
        sheet.put("container share", container.good / self.good);
        let span = (container.last.saturating_sub(container.first)).max(1) as f32;
        sheet.put("place in container", ((i as f32 - container.first as f32) / span).clamp(-1.0, 2.0));
        // How far one must climb to an element with good text, and with most of it.
        let climb = |share: f32| {
            let found = page.ancestors(leaf).position(|n| page.nodes[n as usize].good >= share * self.good);
            found.map_or(30.0, |d| d as f32)
        };
        sheet.put("climb to a tenth", climb(0.1));
        sheet.put("climb to half", climb(0.5));
    }

    /// Where the block stands to the one that says the title.
    fn under_title(&self, i: usize, sheet: &mut Sheet<'_>) {
        let (at, share) = self.anchor.map_or((None, -1.0), |(at, share)| (Some(at), share));
        sheet.put("title found", share);
        sheet.put("blocks after title", at.map_or(-80.0, |a| (i as f32 - a as f32).clamp(-FAR_BLOCKS, FAR_BLOCKS)));
        let weight = |a: usize| {
            let (from, to) = (a.min(i), a.max(i));
            let between = (self.before[to] - self.before[from]).clamp(0.0, FAR_WEIGHT).ln_1p();
            if a <= i { between } else { -between }
        };
        sheet.put("weight after title", at.map_or(-20.0, weight));
        let good = |a: usize| (self.good_before[i] - self.good_before[a]) / self.good;
        sheet.put("good after title", at.map_or(-2.0, good));
        let climb = |a: usize| climb_to_meet(self.page, self.page.leaf[i], self.page.leaf[a]) as f32;
        sheet.put("climb to title", at.map_or(40.0, climb));
        let back = |a: usize| climb_to_meet(self.page, self.page.leaf[a], self.page.leaf[i]) as f32;
        sheet.put("climb from title", at.map_or(40.0, back));
        let meta = &self.document.meta;
        let told = [meta.byline.is_some(), meta.published.is_some(), meta.body.is_some()];
        sheet.put("told by page", told.iter().map(|&t| f32::from(u8::from(t))).sum());
    }

    fn place(&self, i: usize, sheet: &mut Sheet<'_>) {
        let n = self.document.blocks.len() as f32;
        sheet.put("place", i as f32 / n);
        sheet.put("weight before", self.before[i] / self.weight);
        sheet.put("good before", self.good_before[i] / self.good);
        let far = 60.0;
        sheet.put("blocks since good", self.last_good[i].map_or(far, |g| (i - g) as f32).min(far));
        sheet.put("blocks to good", self.next_good[i].map_or(far, |g| (g - i) as f32).min(far));
        let since = self.last_good[i]
            .map_or(9.0, |g| (self.before[i] - self.before[g] - self.page.texts[g].weight).max(0.0).ln_1p());
        let until = self.next_good[i].map_or(9.0, |g| (self.before[g] - self.before[i]).ln_1p());
        sheet.put("weight since good", since);
        sheet.put("weight to good", until);
        let climb = |other: Option<usize>| {
            let Some(other) = other else { return 30.0 };
            climb_to_meet(self.page, self.page.leaf[i], self.page.leaf[other]) as f32
        };
        sheet.put("climb to last good", climb(self.last_good[i]));
        sheet.put("climb to next good", climb(self.next_good[i]));
        sheet.put("climb to last", climb(i.checked_sub(1)));
        sheet.put("climb to next", climb((i + 1 < self.document.blocks.len()).then_some(i + 1)));
    }

    fn neighbours(&self, i: usize, sheet: &mut Sheet<'_>) {
        let texts = &self.page.texts;
        for offset in [-2isize, -1, 1, 2] {
            let near = i.checked_add_signed(offset).and_then(|j| texts.get(j));
            sheet.put_named(|| format!("weight at {offset:+}"), near.map_or(-1.0, |t| t.weight.min(800.0).ln_1p()));
            if offset.abs() == 1 {
                sheet.put_named(|| format!("links at {offset:+}"), near.map_or(-1.0, |t| t.links));
            }
        }
        let window = texts.get(i.saturating_sub(4)..(i + 5).min(texts.len())).unwrap_or_default();
        let weight: f32 = window.iter().map(|t| t.weight).sum::<f32>().max(1.0);
        sheet.put("links around", window.iter().map(|t| t.weight * t.links).sum::<f32>() / weight);
        sheet.put("good around", window.iter().filter(|t| t.good).map(|t| t.weight).sum::<f32>() / weight);
        sheet.put("weight around", (weight / window.len().max(1) as f32).ln_1p());
    }

    fn whole(&self, sheet: &mut Sheet<'_>) {
        sheet.put("page blocks", (self.document.blocks.len() as f32).min(LONG_PAGE).ln_1p());
        sheet.put("page weight", self.weight.min(HEAVY_PAGE).ln_1p());
        sheet.put("page good", self.good / self.weight);
        sheet.put("page good blocks", self.n_good.min(30.0));
        sheet.put("page links", self.links);
        sheet.put("page thread", self.page.thread);
        sheet.put("page signed", self.signed);
        for (name, value) in SAYS.iter().zip(self.says) {
            sheet.put(name, value);
        }
        for (name, value) in ADDRESS.iter().zip(self.address) {
            sheet.put(name, value);
        }
    }
}

/// What the headings above a block say.
#[derive(Default)]
struct Headings {
    since: f32,
    level: f32,
    hint: f32,
    since_hint: f32,
    links: f32,
    seen: bool,
}

impl Headings {
    fn see(&mut self, block: &Block, links: f32, hint: Hint<'_>) {
        self.since += 1.0;
        self.since_hint += 1.0;
        if hint.heading != 0 {
            self.hint = f32::from(hint.heading);
            self.since_hint = 0.0;
        }
        if block.kind.is_heading() {
            self.level = f32::from(block.level.unwrap_or(0));
            self.since = 0.0;
            self.links = links;
            if hint.heading == 0 && self.hint != 0.0 {
                self.hint = -self.hint.abs();
            }
            self.seen = true;
        }
    }

    fn put(&self, sheet: &mut Sheet<'_>) {
        sheet.put("blocks since heading", if self.seen { self.since.min(FAR_BLOCKS) } else { 60.0 });
        sheet.put("heading level", if self.seen { self.level } else { -1.0 });
        sheet.put("links of heading", if self.seen { self.links } else { -1.0 });
        sheet.put("under links heading", self.hint);
        sheet.put("blocks since links heading", if self.hint == 0.0 { 60.0 } else { self.since_hint.min(FAR_BLOCKS) });
    }
}

/// Levels from `a` up to the element that also holds `b`.
pub(super) fn climb_to_meet(page: &Page, a: u32, b: u32) -> usize {
    let depth = |n: u32| page.nodes[n as usize].depth;
    let up = |n: u32| page.nodes[n as usize].parent.unwrap_or(n);
    let (mut x, mut y, mut climbed) = (a, b, 0);
    while x != y {
        if depth(x) >= depth(y) {
            x = up(x);
            climbed += 1;
        } else {
            y = up(y);
        }
    }
    climbed
}

fn kind(kind: BlockKind) -> u8 {
    match kind {
        BlockKind::Paragraph => 0,
        BlockKind::Item => 1,
        BlockKind::Heading => 2,
        BlockKind::Row => 3,
        BlockKind::Quote => 4,
        BlockKind::Code => 5,
        BlockKind::Caption => 6,
        BlockKind::Title => 7,
        BlockKind::Subtitle => 8,
        BlockKind::Dateline => 9,
        BlockKind::Byline => 10,
        BlockKind::Attribution => 11,
    }
}

/// How often each block was said before on the page, and whether it is said again.
fn copies(document: &Document) -> Vec<(f32, bool)> {
    let print = |i: usize| (xxh3_64(document.block_text(i).as_bytes()), i);
    let mut prints: Vec<(u64, usize)> = (0..document.blocks.len()).map(print).collect();
    prints.sort_unstable();
    let mut copies = vec![(0.0, false); prints.len()];
    for same in prints.chunk_by(|a, b| a.0 == b.0) {
        for (before, &(_, i)) in same.iter().enumerate() {
            copies[i] = (before as f32, before + 1 < same.len());
        }
    }
    copies
}

/// Share of a description that a block must say to be where it comes from. A guess: descriptions are cut.
const MIN_TOLD: f32 = 0.7;
