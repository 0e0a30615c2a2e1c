//! The very elements of a page. `Page::nodes` has elements of equal path as one; here they are apart, and what repeats
//! side by side is seen: the posts of a thread, comments, cards of other articles, the paragraphs of a body.

use super::names::Part;
use super::page::Page;
use super::sheet::Sheet;
use crate::model::Document;
use std::collections::HashMap;

/// One element that blocks stand in.
#[derive(Clone, Default)]
pub(super) struct Element {
    pub parent: Option<u32>,
    /// Its like: siblings of the same tag and first class.
    pub family: u32,
    /// Which of them it is.
    pub rank: u32,
    /// Which of `TAGS` it is.
    pub tags: u32,
    pub first: u32,
    pub n_blocks: u32,
    pub weight: f32,
    pub good: f32,
}

impl Element {
    /// `article` is the first of the tags.
    pub(super) fn is_article(&self) -> bool {
        self.tags & 1 != 0
    }
}

/// Siblings that are alike.
#[derive(Clone, Default)]
pub(super) struct Family {
    pub n: f32,
    n_blocks: f32,
    weight: f32,
    good: f32,
    linked: f32,
    headings: f32,
    linked_headings: f32,
    dated: f32,
}

/// All elements, and for each block where it stands.
#[derive(Default)]
pub(super) struct Elements {
    pub all: Vec<Element>,
    pub families: Vec<Family>,
    /// The innermost element of each block.
    pub leaf: Vec<u32>,
    /// The innermost and the outermost element around each block that repeats and has blocks of several sorts.
    pub card: Vec<Option<u32>>,
    pub outer: Vec<Option<u32>>,
}

/// Siblings from which an element repeats.
const MIN_FAMILY: f32 = 3.0;
/// Blocks of a sibling, in the mean, from which it is more than a paragraph.
const MIN_BLOCKS: f32 = 1.5;
/// Elements of more blocks, and heavier siblings, are all alike: the trees saw few pages that long.
pub(super) const MANY: f32 = 80.0;
pub(super) const HEAVY: f32 = 3_000.0;
/// Weight of the longest line that shows the date of a card.
const MAX_DATE: f32 = 60.0;

impl Elements {
    /// Opens the elements of a block: `parts` of its path, of which the first, `shared` with the root, are open already.
    /// Lines that a `<br>` parts stand in one element.
    pub(super) fn open(&mut self, stack: &mut Vec<u32>, shared: usize, parts: &[Part], families: &mut Families) {
        stack.truncate(shared.min(parts.len() + 1).max(1));
        for part in &parts[(stack.len() - 1).min(parts.len())..] {
            let parent = *stack.last().expect("the root stays");
            let n_families = families.len() as u32;
            let (family, n) = families.entry((parent, part.like)).or_insert((n_families, 0));
            self.all.push(Element {
                parent: Some(parent),
                family: *family + 1,
                rank: *n,
                tags: part.tags,
                first: u32::MAX,
                ..Element::default()
            });
            *n += 1;
            stack.push(self.all.len() as u32 - 1);
        }
        self.leaf.push(*stack.last().expect("the root stays"));
    }

    /// The element and its ancestors, innermost first.
    pub(super) fn ancestors(&self, leaf: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(leaf), |&e| self.all[e as usize].parent)
    }

    /// Sums up the blocks. Families are numbered from 1; 0 is the root's.
    pub(super) fn sum_up(&mut self, document: &Document, page: &Page, n_families: usize) {
        self.families = vec![Family::default(); n_families + 1];
        for (i, (&leaf, text)) in self.leaf.iter().zip(&page.texts).enumerate() {
            let heading = f32::from(u8::from(document.blocks[i].kind.is_heading()));
            let dated = f32::from(u8::from(text.weight < MAX_DATE && text.digits > 0.0));
            let good = if text.good { text.weight } else { 0.0 };
            let mut at = Some(leaf);
            while let Some(e) = at {
                let element = &mut self.all[e as usize];
                element.weight += text.weight;
                element.good += good;
                element.n_blocks += 1;
                element.first = element.first.min(i as u32);
                let family = &mut self.families[element.family as usize];
                family.n = family.n.max(element.rank as f32 + 1.0);
                family.n_blocks += 1.0;
                family.weight += text.weight;
                family.good += good;
                family.linked += text.weight * text.links;
                family.headings += heading;
                family.linked_headings += heading * text.links;
                family.dated += dated;
                at = element.parent;
            }
        }
        let repeats = |e: &u32| {
            let family = &self.families[self.all[*e as usize].family as usize];
            family.n >= MIN_FAMILY && family.n_blocks >= MIN_BLOCKS * family.n
        };
        self.card = self.leaf.iter().map(|&leaf| self.ancestors(leaf).find(repeats)).collect();
        self.outer = self.leaf.iter().map(|&leaf| self.ancestors(leaf).filter(repeats).last()).collect();
    }

    /// What the first stage knows of the elements of block `i`; `whole` is the page's good text.
    pub(super) fn put(&self, i: usize, whole: f32, sheet: &mut Sheet<'_>) {
        let mut chain = self.ancestors(self.leaf[i]);
        let mut at = self.leaf[i];
        for k in 0..5 {
            at = chain.next().unwrap_or(at);
            let element = &self.all[at as usize];
            sheet.put_named(|| format!("good share of element {k}"), element.good / whole);
            sheet.put_named(|| format!("blocks of element {k}"), (element.n_blocks as f32).min(MANY).ln_1p());
        }
        let line = &self.all[self.leaf[i] as usize];
        let like = &self.families[line.family as usize];
        sheet.put("siblings", like.n.min(60.0));
        sheet.put("mean weight of siblings", (like.weight / like.n.max(1.0)).min(HEAVY).ln_1p());
        for (name, card) in [("card", self.card[i]), ("outer card", self.outer[i])] {
            let none = Element::default();
            let card_at = card.map_or(&none, |e| &self.all[e as usize]);
            let family = &self.families[card_at.family as usize];
            let n = family.n.max(1.0);
            let mut put = |what: &str, value: f32| {
                sheet.put_named(|| format!("{what} of {name}"), if card.is_some() { value } else { -1.0 });
            };
            put("number", n.min(80.0));
            put("rank", card_at.rank.min(80) as f32);
            put("share", card_at.rank as f32 / n);
            put("depth", self.ancestors(self.leaf[i]).position(|e| Some(e) == card).unwrap_or(0) as f32);
            put("mean weight", (family.weight / n).ln_1p());
            put("own weight", card_at.weight.ln_1p());
            put("mean blocks", (family.n_blocks / n).min(60.0));
            put("block", (i as f32 - card_at.first as f32).clamp(0.0, 60.0));
            put("good", family.good / whole);
            put("prose", family.good / family.weight.max(1.0));
            put("links", family.linked / family.weight.max(1.0));
            put("headings", family.headings / n);
            put("linked headings", family.linked_headings / n);
            put("dates", family.dated / n);
        }
    }
}

/// Families while the page is read: by parent and likeness, their number and how many there are.
pub(super) type Families = HashMap<(u32, u32), (u32, u32)>;

#[cfg(test)]
mod tests {
    use super::super::names::Words;
    use super::super::page::Page;
    use crate::config::ParseConfig;
    use crate::lang::Languages;
    use crate::model::{Document, Dump, Media};

    fn parse(body: &str) -> Document {
        let dump = Dump { body: body.to_string(), media: Media::Html, ..Dump::default() };
        crate::parse::document(dump, &Languages::builtin(), &ParseConfig::default())
    }

    #[test]
    fn siblings_of_several_blocks_are_cards_and_paragraphs_are_none() {
        let card = |n: u32| format!("<div id=post-{n} class='post-{n} even'><h3>Ann</h3><p>Text of {n}.</p></div>");
        let document =
            parse(&format!("<main><p>One.<p>Two.<p>Three.</main><section>{}{}{}</section>", card(7), card(8), card(9)));
        let page = Page::new(&document, &Words::new());
        let family = |i: usize| {
            page.elements.card[i].map(|e| {
                let card = &page.elements.all[e as usize];
                (card.rank, page.elements.families[card.family as usize].n)
            })
        };
        let found: Vec<_> = (0..document.blocks.len()).map(family).collect();
        let cards = [Some((0, 3.0)), Some((0, 3.0)), Some((1, 3.0)), Some((1, 3.0)), Some((2, 3.0)), Some((2, 3.0))];
        assert_eq!(found[..3], [None, None, None]);
        assert_eq!(found[3..], cards);
    }

    #[test]
    fn elements_of_one_class_in_two_places_are_two_families() {
        let list = "<ul><li class=a><p>x<p>y<li class=a><p>x<p>y<li class=a><p>x<p>y</ul>";
        let document = parse(&format!("{list}{list}"));
        let page = Page::new(&document, &Words::new());
        let family = |i: usize| page.elements.all[page.elements.card[i].unwrap() as usize].family;
        assert_eq!((family(0), family(6)), (family(5), family(11)));
        assert_ne!(family(0), family(6));
    }
}
