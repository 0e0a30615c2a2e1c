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

/// The same behind a gap, on a site of fewer pages than [`SURE_PAGES`]: there two of three pages may share a line of
/// their articles by chance.
const BEHIND_GAP_PERCENT: u32 = 75;
/// See [`BEHIND_GAP_PERCENT`].
const SURE_PAGES: u32 = 8;

/// Share of the pages, in percent, that have a block with other numbers where this one stands. Fewer, and two captions
/// with a year, or two laws with a date, would be furniture.
const SLOT_PERCENT: u32 = 75;

/// Share of the pages, in percent, of furniture inside the head zone, where the title stands too: the title of a
/// column, or of chapter one of every law, heads several pages, but few of all.
const HEAD_PERCENT: u32 = 30;

/// Share of the pages, in percent, that makes a block furniture wherever it stands …
const ANYWHERE_PERCENT: u32 = 75;
/// … on a site of so many pages or more; on a smaller one chance gives such shares to lines of articles.
const ANYWHERE_PAGES: u32 = 5;
/// … if this share of the pages has it in this half: an article's title is linked below every other article,
/// yet heads one page.
const THIS_HALF_PERCENT: u32 = 25;

/// Blocks in a row that no other page has, and that an edge zone goes on behind: a title and a line under it …
const HEAD_GAP: usize = 3;
/// … or a list of related titles.
const TAIL_GAP: usize = 8;

/// Bytes from which a block that no other page has ends a zone: prose, where titles and slots are short.
const PROSE_BYTES: usize = 240;

/// For each block the reason to drop it, if it is furniture.
pub fn verdicts(document: &Document, seen: &[Seen]) -> Vec<Option<Reason>> {
    let page = Page::of(document, seen);
    let reason = |(s, furniture): (&Seen, bool)| {
        let slot = s.slot_pages > s.pages && s.slot_pages >= of_pages(s.of, SLOT_PERCENT);
        let pages = if slot { s.slot_pages } else { s.pages };
        furniture.then_some(Reason::Template { pages, of: s.of })
    };
    seen.iter().zip(page.furniture()).map(reason).collect()
}

/// So many pages are `percent` of `of`, rounded up.
fn of_pages(of: u32, percent: u32) -> u32 {
    (u64::from(of) * u64::from(percent)).div_ceil(100) as u32
}

/// A page as its site sees it.
struct Page<'a> {
    document: &'a Document,
    seen: &'a [Seen],
    /// The first block of the tail half.
    middle: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Head,
    Tail,
}

impl<'a> Page<'a> {
    fn of(document: &'a Document, seen: &'a [Seen]) -> Page<'a> {
        let weight = |i: usize| document.blocks[i].span.len().max(1);
        let whole: usize = (0..seen.len()).map(weight).sum();
        let mut before = 0;
        let in_head = |&i: &usize| {
            let middle = 2 * before + weight(i);
            before += weight(i);
            middle <= whole
        };
        Page { document, seen, middle: (0..seen.len()).take_while(in_head).count() }
    }

    /// Pages that have the block in this half; word for word, or with other numbers when most pages have one like it.
    fn pages(&self, block: usize, half: Half) -> u32 {
        let s = &self.seen[block];
        let (exact, slot) = match half {
            Half::Head => (s.head, s.slot_head),
            Half::Tail => (s.tail, s.slot_tail),
        };
        if slot >= of_pages(s.of, SLOT_PERCENT) { exact.max(slot) } else { exact }
    }

    fn has(&self, block: usize, half: Half, percent: u32) -> bool {
        let pages = self.pages(block, half);
        pages >= 2 && pages >= of_pages(self.seen[block].of, percent)
    }

    /// The article's own title is content though every page links it.
    fn is_own(&self, block: usize) -> bool {
        let title = self.document.meta.title.as_deref().map(str::trim);
        self.document.blocks[block].kind == BlockKind::Title || title == Some(self.document.block_text(block))
    }

    fn furniture(&self) -> Vec<bool> {
        let n = self.seen.len();
        let mut found = vec![false; n];
        if self.seen.first().is_none_or(|s| s.of < MIN_PAGES) {
            return found;
        }
        for i in self.zone(Half::Head) {
            found[i] = self.pages(i, Half::Head) >= 3 && self.has(i, Half::Head, HEAD_PERCENT)
                || self.has(i, Half::Head, STRONG_PERCENT);
        }
        for i in self.zone(Half::Tail) {
            found[i] = self.pages(i, Half::Tail) >= 2;
        }
        for (i, furniture) in found.iter_mut().enumerate() {
            *furniture = (*furniture || self.stands_anywhere(i)) && !self.is_own(i);
        }
        found
    }

    /// Nearly every page has it word for word, in either half. A slot does not count: "Figure 3" stands in every
    /// article, and is not furniture.
    fn stands_anywhere(&self, block: usize) -> bool {
        let s = &self.seen[block];
        let this_half = if block < self.middle { s.head } else { s.tail };
        s.of >= ANYWHERE_PAGES
            && s.pages >= of_pages(s.of, ANYWHERE_PERCENT)
            && this_half >= of_pages(s.of, THIS_HALF_PERCENT)
    }

    /// The blocks from an edge of the page up to the last one that most pages have there.
    fn zone(&self, half: Half) -> Vec<usize> {
        let n = self.seen.len();
        let (mut walked, mut border, mut gap) = (Vec::new(), 0, 0);
        for step in 0..n {
            let (i, beyond, max_gap) = match half {
                Half::Head => (step, step >= self.middle, HEAD_GAP),
                Half::Tail => (n - 1 - step, n - 1 - step < self.middle, TAIL_GAP),
            };
            walked.push(i);
            let is_sure = gap == 0 || self.seen[i].of >= SURE_PAGES;
            if self.has(i, half, if is_sure { STRONG_PERCENT } else { BEHIND_GAP_PERCENT }) {
                (border, gap) = (walked.len(), 0);
            } else if self.pages(i, half) < 2 {
                gap += 1;
            }
            // A short article between much furniture: the zone may pass the middle, but not leap.
            let max_gap = if beyond { 0 } else { max_gap };
            if gap > max_gap || gap > 0 && self.document.blocks[i].span.len() >= PROSE_BYTES {
                break;
            }
        }
        walked.truncate(border);
        walked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dump;

    /// A line of a page and on how many pages of ten it stands: in the head half, in the tail half.
    fn check(lines: &[(&str, u32, u32)], dropped: &[&str]) {
        let body: Vec<&str> = lines.iter().map(|l| l.0).collect();
        let document = crate::parse::text::document(Dump { body: body.join("\n"), ..Dump::default() });
        let pages = |head: u32, tail: u32| head.max(tail).max(1);
        let seen: Vec<Seen> = lines
            .iter()
            .map(|&(_, head, tail)| Seen {
                of: 10,
                pages: pages(head, tail),
                head,
                tail,
                slot_pages: pages(head, tail),
                slot_head: head,
                slot_tail: tail,
            })
            .collect();
        let gone: Vec<&str> =
            verdicts(&document, &seen).iter().zip(&body).filter(|(r, _)| r.is_some()).map(|(_, l)| *l).collect();
        assert_eq!(gone, dropped);
    }

    const PROSE: (&str, u32, u32) = (
        "The new bridge over the Stell was opened on Monday by the mayor, who crossed it on foot with the first of some \
         three hundred people from both of its sides; the old one, which the flood of 1907 had left without its middle arch, will be taken down.",
        1,
        0,
    );

    #[test]
    fn edges_go_and_a_recurring_line_of_articles_stays() {
        check(
            &[
                ("Home", 10, 0),
                ("Politics", 9, 0),
                ("A bridge is opened", 1, 6),
                PROSE,
                ("Background", 3, 2),
                PROSE,
                PROSE,
                ("You may also like", 0, 10),
                ("Harvest is late", 1, 4),
                ("A train is early", 1, 1),
                ("All rights reserved", 0, 10),
            ],
            &["Home", "Politics", "You may also like", "Harvest is late", "All rights reserved"],
        );
    }

    #[test]
    fn a_title_that_heads_several_pages_stays_between_menu_and_comments() {
        check(
            &[("Home", 10, 0), ("Chapter One", 2, 0), ("36 comments", 10, 0), PROSE, PROSE],
            &["Home", "36 comments"],
        );
    }

    #[test]
    fn a_line_inside_every_article_is_furniture() {
        check(&[PROSE, ("Advertisement", 6, 5), PROSE, PROSE], &[]);
        check(&[PROSE, ("Advertisement", 8, 5), PROSE, PROSE], &["Advertisement"]);
    }

    #[test]
    fn below_three_pages_nothing_is_furniture() {
        let document = crate::parse::text::document(Dump { body: "Home".into(), ..Dump::default() });
        assert_eq!(verdicts(&document, &[Seen { of: 2, pages: 2, head: 2, ..Seen::default() }]), [None]);
    }
}
