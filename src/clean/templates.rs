//! Furniture of a site: blocks that stand on many of its pages, told from plain counts.
//!
//! Furniture lies at the edges of a page: a run of repeated blocks from the top, one from the bottom. Between them a
//! repeated block is an article's own ("Background", "What we know so far") unless nearly every page has it.

use crate::model::{BlockKind, Document, Reason, Seen};

/// Pages of a site below which nothing is called furniture: on two pages nothing recurs by rule.
pub const MIN_PAGES: u32 = 3;

/// Share of the pages, in percent, that makes a block the border of an edge zone. Real furniture misses some pages;
/// recurring lines of articles stay below a third of them.
const STRONG_PERCENT: u32 = 60;

/// Share of the pages, in percent, that makes a block furniture wherever it stands …
const ANYWHERE_PERCENT: u32 = 75;
/// … on a site of so many pages or more; on a smaller one chance gives such shares to lines of articles.
const ANYWHERE_PAGES: u32 = 5;

/// Blocks in a row that no other page has, and that an edge zone goes on behind: a title and a line under it …
const HEAD_GAP: usize = 3;
/// … or a list of related titles.
const TAIL_GAP: usize = 8;

/// Bytes from which a block that no other page has ends a zone: prose, where titles and slots are short.
const PROSE_BYTES: usize = 240;

/// For each block the reason to drop it, if it is furniture.
pub fn verdicts(document: &Document, seen: &[Seen]) -> Vec<Option<Reason>> {
    let standing = standings(document, seen);
    let is_furniture = furniture(document, &standing);
    let reason = |(s, furniture): (&Standing, bool)| furniture.then_some(Reason::Template { pages: s.pages, of: s.of });
    standing.iter().zip(is_furniture).map(reason).collect()
}

/// How a block stands in its half of the page.
#[derive(Clone, Copy, Debug)]
struct Standing {
    in_tail: bool,
    /// Pages that have it, or it with other numbers, in this half.
    pages: u32,
    of: u32,
    /// The article's own title is content though every page links it.
    own: bool,
}

impl Standing {
    fn is_repeated(&self) -> bool {
        self.pages >= 2 && !self.own
    }

    fn has(&self, percent: u32) -> bool {
        self.is_repeated() && u64::from(self.pages) * 100 >= u64::from(self.of) * u64::from(percent)
    }
}

fn standings(document: &Document, seen: &[Seen]) -> Vec<Standing> {
    let weight = |i: usize| document.blocks[i].span.len().max(1);
    let whole: usize = (0..document.blocks.len()).map(weight).sum();
    let mut before = 0;
    let mut standing = |(i, s): (usize, &Seen)| {
        let in_tail = 2 * before + weight(i) > whole;
        before += weight(i);
        // A slot counts when most pages have one like it; else two captions with a year would be furniture.
        let (exact, slot) = if in_tail { (s.tail, s.slot_tail) } else { (s.head, s.slot_head) };
        let slot_counts = u64::from(slot) * 100 >= u64::from(s.of) * u64::from(STRONG_PERCENT);
        let pages = if slot_counts { exact.max(slot) } else { exact };
        Standing { in_tail, pages, of: s.of, own: is_own(document, i) }
    };
    seen.iter().enumerate().map(&mut standing).collect()
}

fn is_own(document: &Document, block: usize) -> bool {
    let title = document.meta.title.as_deref().map(str::trim);
    document.blocks[block].kind == BlockKind::Title || title == Some(document.block_text(block))
}

fn furniture(document: &Document, standing: &[Standing]) -> Vec<bool> {
    let n = standing.len();
    let mut found = vec![false; n];
    if standing.first().is_none_or(|s| s.of < MIN_PAGES) {
        return found;
    }
    let is_prose = |i: usize| document.blocks[i].span.len() >= PROSE_BYTES;
    let head = zone((0..n).take_while(|&i| !standing[i].in_tail), standing, HEAD_GAP, is_prose);
    let tail = zone((0..n).rev().take_while(|&i| standing[i].in_tail), standing, TAIL_GAP, is_prose);
    for i in head.into_iter().chain(tail) {
        found[i] = standing[i].is_repeated();
    }
    for (i, s) in standing.iter().enumerate() {
        found[i] |= s.of >= ANYWHERE_PAGES && s.has(ANYWHERE_PERCENT);
    }
    found
}

/// The blocks from an edge of the page up to the last one that most pages have.
fn zone(
    from_edge: impl Iterator<Item = usize>,
    standing: &[Standing],
    max_gap: usize,
    is_prose: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let (mut walked, mut border, mut gap) = (Vec::new(), 0, 0);
    for i in from_edge {
        walked.push(i);
        if standing[i].has(STRONG_PERCENT) {
            (border, gap) = (walked.len(), 0);
        } else if !standing[i].is_repeated() {
            gap += 1;
            if gap > max_gap || is_prose(i) {
                break;
            }
        }
    }
    walked.truncate(border);
    walked
}
