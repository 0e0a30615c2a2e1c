//! On how many pages of its site a block stands, and in which half of them.

use crate::corpus::facts::{Print, Record};
use crate::corpus::index::Index;
use crate::error::Error;

/// The pages of one site that have one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count {
    /// See [`exact_key`] and [`slot_key`].
    pub key: u64,
    pub pages: u32,
    pub head: u32,
    pub tail: u32,
}

impl Count {
    /// The count as a row that sorts by its key.
    pub fn row(&self) -> [u8; 20] {
        let mut row = [0; 20];
        row[..8].copy_from_slice(&self.key.to_be_bytes());
        let numbers = [self.pages, self.head, self.tail];
        row[8..].chunks_exact_mut(4).zip(numbers).for_each(|(to, n)| to.copy_from_slice(&n.to_be_bytes()));
        row
    }

    /// See [`Count::row`].
    pub fn of_row(row: &[u8; 20]) -> Count {
        let number = |i: usize| u32::from_be_bytes([row[i], row[i + 1], row[i + 2], row[i + 3]]);
        let key = u64::from_be_bytes(*row.first_chunk().expect("the row is longer"));
        Count { key, pages: number(8), head: number(12), tail: number(16) }
    }
}

/// One block on one page: its key, and the article of the page (copies of an article are one) with its half, 1 for the
/// tail.
type Stand = (u64, u32);

/// The key of a block on a site.
pub(crate) fn exact_key(site: u64, print: &Print) -> u64 {
    mix(site, print.exact)
}

/// The key of a block on a site, numbers masked.
pub(crate) fn slot_key(site: u64, print: &Print) -> Option<u64> {
    print.slot.map(|slot| mix(site, !slot))
}

fn mix(site: u64, print: u64) -> u64 {
    // Both are hashes already; the multiplication lets every bit reach the high ones, which choose the partition.
    (site.rotate_left(23) ^ print).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Counts the blocks that stand on `min_pages` pages of their site or more, sorted by key.
///
/// `article_of` gives the article that each document carries: copies of one article count once. The blocks are
/// counted in as many turns over the index as `memory` bytes ask for, each turn a share of the keys.
pub(crate) fn count(
    index: &Index,
    article_of: &[u32],
    min_pages: u32,
    n_blocks: u64,
    memory: usize,
) -> Result<Vec<Count>, Error> {
    let n_turns = (2 * n_blocks * size_of::<Stand>() as u64).div_ceil(memory.max(1) as u64).max(1);
    let mut counts = Vec::new();
    let mut stands: Vec<Stand> = Vec::new();
    for turn in 0..n_turns {
        stands.clear();
        index.scan(|number, record| {
            each_stand(&record, article_of[number as usize], |stand| {
                if ((u128::from(stand.0) * u128::from(n_turns)) >> 64) as u64 == turn {
                    stands.push(stand);
                }
            });
            Ok(())
        })?;
        stands.sort_unstable();
        stands.dedup();
        let of_key = stands.chunk_by(|a, b| a.0 == b.0).filter(|s| s.len() >= min_pages as usize).map(counted);
        // The keys of a turn lie behind those of the turn before.
        counts.extend(of_key.filter(|c| c.pages >= min_pages));
    }
    Ok(counts)
}

fn each_stand(record: &Record, article: u32, mut each: impl FnMut(Stand)) {
    if record.site == 0 {
        return;
    }
    // A block of punctuation alone has a place too.
    let weight = |b: &Print| u64::from(b.n_tokens.max(1));
    let whole = record.blocks().map(|b| weight(&b)).sum::<u64>();
    let mut before = 0;
    for block in record.blocks() {
        // Twice the middle of the block against the whole page.
        let in_tail = 2 * before + weight(&block) > whole;
        before += weight(&block);
        let page = article << 1 | u32::from(in_tail);
        each((exact_key(record.site, &block), page));
        if let Some(key) = slot_key(record.site, &block) {
            each((key, page));
        }
    }
}

/// Stands of one key, sorted, each article at most once in either half.
fn counted(stands: &[Stand]) -> Count {
    let tail = stands.iter().filter(|s| s.1 & 1 == 1).count() as u32;
    let pages = stands.chunk_by(|a, b| a.1 >> 1 == b.1 >> 1).count() as u32;
    Count { key: stands[0].0, pages, head: stands.len() as u32 - tail, tail }
}
