//! How often each key has come, for a stream that may be longer than memory.

use crate::corpus::spill::{Room, Rows, Sorter};
use crate::error::Error;
use std::collections::HashMap;

/// Keys that are counted in memory before they go to disk: some megabytes.
const RECENT: usize = 1 << 17;

/// Sorted runs on disk from which they become one: a key is looked for in each.
const MAX_RUNS: usize = 6;

/// Bytes of a row: the key, and how often it has come.
const ROW: usize = 12;

/// How often each key has come.
#[derive(Debug)]
pub struct Tally {
    room: Room,
    recent: HashMap<u64, u32>,
    /// Older counts; a key stands in one run at most, or its later count is the larger one.
    runs: Vec<Rows<ROW>>,
}

impl Tally {
    /// Nothing has come. Without a folder in its room all stays in memory.
    pub fn new(room: Room) -> Tally {
        Tally { room, recent: HashMap::new(), runs: Vec::new() }
    }

    /// Counts the key; gives how often it had come before.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn count(&mut self, key: u64) -> Result<u32, Error> {
        if let Some(n) = self.recent.get_mut(&key) {
            *n += 1;
            return Ok(*n - 1);
        }
        let mut before = 0;
        for run in &self.runs {
            before = run.of(&key.to_be_bytes())?.iter().map(count_of).fold(before, u32::max);
        }
        self.recent.insert(key, before + 1);
        if self.recent.len() >= RECENT && self.room.folder.is_some() {
            self.put_down()?;
        }
        Ok(before)
    }

    /// Puts the recent counts on disk, with all others when there are many runs.
    fn put_down(&mut self) -> Result<(), Error> {
        let mut sorter = Sorter::joining(self.room.clone(), later);
        for (key, n) in self.recent.drain() {
            let mut row = [0; ROW];
            row[..8].copy_from_slice(&key.to_be_bytes());
            row[8..].copy_from_slice(&n.to_be_bytes());
            sorter.push(row)?;
        }
        if self.runs.len() + 1 >= MAX_RUNS {
            for run in self.runs.drain(..) {
                run.each(|row| sorter.push(row))?;
            }
        }
        let mut run = Rows::new(self.room.share(MAX_RUNS));
        sorter.finish(|row| run.push(row))?;
        self.runs.push(run);
        Ok(())
    }
}

fn count_of(row: &[u8; ROW]) -> u32 {
    u32::from_be_bytes(*row.last_chunk().expect("the row is longer"))
}

/// Of two counts of one key the larger is the later one; it comes second, rows being sorted.
fn later(kept: &mut [u8; ROW], next: &[u8; ROW]) -> bool {
    let same = kept[..8] == next[..8];
    if same {
        *kept = *next;
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_on_disk_are_the_counts_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let mut on_disk = Tally::new(Room::new(Some(folder.path()), 0));
        let mut in_memory = Tally::new(Room::default());
        for i in 0..8 * RECENT as u64 {
            // Some keys come again soon, some after long, most never.
            let key = if i % 5 == 0 { i / 7 } else { i }.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            assert_eq!(on_disk.count(key).unwrap(), in_memory.count(key).unwrap(), "{i}");
        }
        assert!(!on_disk.runs.is_empty());
    }
}
