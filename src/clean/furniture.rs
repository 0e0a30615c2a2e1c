//! What stands on the other pages of the site in the same half of the page.

use crate::model::{Reason, Seen};

/// Three pages, because two articles by one author share a bio far more often than three do. Below three is a guess.
const MIN_PAGES: u32 = 3;
/// Share of the site's pages from which a block is furniture. A series repeats its teaser on a few pages of many.
const MIN_SHARE: f32 = 0.2;
/// The same for lines that are equal only when numbers are masked: dates and rows of tables are alike by chance.
const MIN_SLOT_SHARE: f32 = 0.5;

/// The reason for each block that is furniture. `seen` has one entry a block, in their order.
pub(super) fn judge(seen: &[Seen]) -> Vec<Option<Reason>> {
    let half = seen.len().div_ceil(2);
    seen.iter().enumerate().map(|(i, seen)| furniture(seen, i < half)).collect()
}

fn furniture(seen: &Seen, in_head: bool) -> Option<Reason> {
    let (pages, slot_pages) = if in_head { (seen.head, seen.slot_head) } else { (seen.tail, seen.slot_tail) };
    let enough = |pages: u32, share: f32| pages >= MIN_PAGES && pages as f32 >= share * seen.of as f32;
    let found = if enough(pages, MIN_SHARE) {
        pages
    } else if enough(slot_pages, MIN_SLOT_SHARE) {
        slot_pages
    } else {
        return None;
    };
    Some(Reason::Template { pages: found, of: seen.of })
}
