//! What does not fit into memory: records end to end, rows of one width sorted, and sorted rows that are looked up.
//!
//! Each keeps a share of memory that it is given and puts the rest into a nameless file of the spill folder, which the
//! system frees when the run ends, however it ends. Without a folder all stays in memory.

use crate::error::Error;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Bytes that are written to a spill file at once.
const CHUNK: usize = 1 << 18;

/// Bytes that are read from a spill file at once when it is read in order, …
const READ: usize = 1 << 16;

/// … and at least, where many sorted runs share the memory in which they are merged.
const LEAST_READ: usize = 1 << 12;

/// Where work may be put down, and how many bytes of it may stay in memory.
#[derive(Clone, Debug, Default)]
pub struct Room {
    /// The folder for files; none: all stays in memory.
    pub folder: Option<PathBuf>,
    /// Bytes of memory.
    pub memory: usize,
}

impl Room {
    /// So much memory, and this folder for what does not fit.
    pub fn new(folder: Option<&Path>, memory: usize) -> Room {
        Room { folder: folder.map(Path::to_path_buf), memory }
    }

    /// One in `parts` of the memory.
    pub fn share(&self, parts: usize) -> Room {
        Room { folder: self.folder.clone(), memory: self.memory / parts }
    }
}

/// Records end to end; each is found again by its place and length.
#[derive(Debug)]
pub(crate) struct Spill {
    room: Room,
    /// The records after `spilled`.
    tail: Vec<u8>,
    file: Option<(File, PathBuf)>,
    /// Bytes in the file.
    spilled: u64,
}

impl Spill {
    /// Keeps what its room holds in memory, the rest in a file that goes away with it.
    pub fn new(room: Room) -> Spill {
        Spill { room, tail: Vec::new(), file: None, spilled: 0 }
    }

    /// The first `n_bytes` of a file that stays where it is; more may be added.
    pub fn over(file: File, path: &Path, n_bytes: u64) -> Spill {
        let file = Some((file, path.to_path_buf()));
        Spill { room: Room::new(path.parent(), 0), tail: Vec::new(), file, spilled: n_bytes }
    }

    /// Adds a record; gives its place.
    pub fn push(&mut self, record: &[u8]) -> Result<u64, Error> {
        let at = self.len();
        self.tail.extend_from_slice(record);
        let full = if self.file.is_some() { CHUNK } else { self.room.memory.max(CHUNK) };
        if self.tail.len() >= full && self.room.folder.is_some() {
            self.write_out()?;
        }
        Ok(at)
    }

    /// Puts into the file what is still in memory.
    pub fn write_out(&mut self) -> Result<(), Error> {
        if self.file.is_none() {
            let folder = self.room.folder.as_deref().expect("only a spill with a folder writes out");
            std::fs::create_dir_all(folder).map_err(Error::at(folder))?;
            let file = tempfile::tempfile_in(folder).map_err(Error::at(folder))?;
            self.file = Some((file, folder.to_path_buf()));
        }
        let (file, path) = self.file.as_mut().expect("made above");
        let written = file.seek(SeekFrom::Start(self.spilled)).and_then(|_| file.write_all(&self.tail));
        written.map_err(Error::at(&*path))?;
        self.spilled += self.tail.len() as u64;
        self.tail = Vec::new();
        Ok(())
    }

    /// Moves all into a file of that name, which stays; it is on disk when this returns.
    pub fn settle(self, path: &Path) -> Result<Spill, Error> {
        let mut file =
            File::options().read(true).write(true).create(true).truncate(true).open(path).map_err(Error::at(path))?;
        self.each_piece(|bytes| file.write_all(bytes).map_err(Error::at(path)))?;
        file.sync_all().map_err(Error::at(path))?;
        Ok(Spill::over(file, path, self.len()))
    }

    /// What was moved into a file.
    pub fn settled(path: &Path) -> Result<Spill, Error> {
        let file = File::open(path).map_err(Error::at(path))?;
        let n_bytes = file.metadata().map_err(Error::at(path))?.len();
        Ok(Spill::over(file, path, n_bytes))
    }

    /// Hash of all bytes.
    pub fn hash(&self) -> Result<String, Error> {
        let mut hash = Xxh3::new();
        self.each_piece(|bytes| {
            hash.update(bytes);
            Ok(())
        })?;
        Ok(format!("{:032x}", hash.digest128()))
    }

    /// Calls `each` with all bytes, in order, some at a time.
    fn each_piece(&self, mut each: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let (mut reading, mut left) = (self.reading(0..self.len()), self.len());
        while left > 0 {
            let n = left.min(CHUNK as u64);
            each(reading.take(n as usize)?.expect("so many are left"))?;
            left -= n;
        }
        Ok(())
    }

    /// Cuts off what stands in the file behind `n_bytes`.
    pub fn truncate(&mut self, n_bytes: u64) -> Result<(), Error> {
        let Some((file, path)) = &self.file else { return Ok(()) };
        file.set_len(n_bytes).map_err(Error::at(path))?;
        (self.spilled, self.tail) = (n_bytes, Vec::new());
        Ok(())
    }

    /// The `n` bytes at `at`, in `into`.
    pub fn read(&self, at: u64, n: usize, into: &mut Vec<u8>) -> Result<(), Error> {
        into.clear();
        self.read_on(at, n, into)
    }

    /// The `n` bytes at `at`, behind what is in `into`.
    fn read_on(&self, at: u64, n: usize, into: &mut Vec<u8>) -> Result<(), Error> {
        let stored = self.spilled.saturating_sub(at).min(n as u64) as usize;
        if stored > 0 {
            let (file, path) = self.file.as_ref().expect("nothing is spilled without a file");
            let from = into.len();
            into.resize(from + stored, 0);
            read_at(file, &mut into[from..], at).map_err(Error::at(path))?;
        }
        let inside = at.saturating_sub(self.spilled) as usize;
        into.extend_from_slice(&self.tail[inside..inside + n - stored]);
        Ok(())
    }

    /// The bytes of a range, to be read in order.
    pub fn reading(&self, range: Range<u64>) -> Reading<'_> {
        Reading { spill: self, next: range.start, end: range.end, at_once: READ, buffer: Vec::new(), at: 0 }
    }

    /// Bytes in all.
    pub fn len(&self) -> u64 {
        self.spilled + self.tail.len() as u64
    }

    /// Bytes in the file.
    pub fn spilled(&self) -> u64 {
        self.spilled
    }
}

/// Several threads read one file, each where it likes.
#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !into.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, into, at)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => (into, at) = (&mut into[n..], at + n as u64),
        }
    }
    Ok(())
}

/// A part of a [`Spill`], read in order.
pub(crate) struct Reading<'a> {
    spill: &'a Spill,
    /// The place behind the buffer.
    next: u64,
    end: u64,
    at_once: usize,
    buffer: Vec<u8>,
    at: usize,
}

impl Reading<'_> {
    /// The next `n` bytes; none when there are not so many.
    pub fn take(&mut self, n: usize) -> Result<Option<&[u8]>, Error> {
        if self.buffer.len() - self.at < n {
            self.buffer.drain(..self.at);
            self.at = 0;
            let wanted = self.at_once.max(n - self.buffer.len()).min((self.end - self.next) as usize);
            self.spill.read_on(self.next, wanted, &mut self.buffer)?;
            self.next += wanted as u64;
            if self.buffer.len() < n {
                return Ok(None);
            }
        }
        self.at += n;
        Ok(Some(&self.buffer[self.at - n..self.at]))
    }

    /// Passes over `n` bytes.
    pub fn skip(&mut self, n: u64) {
        let here = n.min((self.buffer.len() - self.at) as u64);
        self.at += here as usize;
        self.next = (self.next + n - here).min(self.end);
    }
}

/// Joins a row to the one before it in order, where the two are one.
type Join<const N: usize> = fn(&mut [u8; N], &[u8; N]) -> bool;

/// Rows of `N` bytes that come in any order and are read in the order of their bytes. What does not fit into memory
/// lies in sorted runs on disk, which are merged when they are read.
#[derive(Debug)]
pub struct Sorter<const N: usize> {
    rows: Vec<[u8; N]>,
    /// Rows that may stay in memory.
    limit: usize,
    join: Option<Join<N>>,
    spill: Spill,
    runs: Vec<Range<u64>>,
    /// So many runs of rows that join become one.
    many: usize,
}

/// Runs of rows that join which become one: a pair of copies comes in every run, and is one row then. Twice as many when
/// that saved less than half. Four is a guess.
const MANY_RUNS: usize = 4;

impl<const N: usize> Sorter<N> {
    /// A sorter that keeps all rows.
    pub fn new(room: Room) -> Sorter<N> {
        let limit = room.memory.max(CHUNK) / N;
        let spill = Spill::new(Room { memory: 0, ..room });
        Sorter { rows: Vec::new(), limit, join: None, spill, runs: Vec::new(), many: MANY_RUNS }
    }

    /// A sorter that joins rows which are one, by `join(kept, next)`.
    pub fn joining(room: Room, join: Join<N>) -> Sorter<N> {
        Sorter { join: Some(join), ..Sorter::new(room) }
    }

    /// Takes a row.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn push(&mut self, row: [u8; N]) -> Result<(), Error> {
        self.rows.push(row);
        if self.rows.len() >= self.limit {
            self.sort();
            // What shrank much when it was joined has room again.
            if self.rows.len() > self.limit / 2 && self.spill.room.folder.is_none() {
                self.limit *= 2;
            } else if self.rows.len() > self.limit / 2 {
                self.put_down()?;
                if self.join.is_some() && self.runs.len() >= self.many {
                    self.merge()?;
                }
            }
        }
        Ok(())
    }

    fn sort(&mut self) {
        self.rows.sort_unstable();
        if let Some(join) = self.join {
            self.rows.dedup_by(|next, kept| join(kept, next));
        }
    }

    /// Puts the sorted rows in memory on disk, as a run.
    fn put_down(&mut self) -> Result<(), Error> {
        let start = self.spill.len();
        self.spill.push(self.rows.as_flattened())?;
        self.runs.push(start..self.spill.len());
        self.rows.clear();
        Ok(())
    }

    /// Makes one run of all.
    fn merge(&mut self) -> Result<(), Error> {
        let mut merged = Spill::new(self.spill.room.clone());
        self.each_of_runs(|row| merged.push(row).map(|_| ()))?;
        if merged.len() > self.spill.len() / 2 {
            self.many *= 2;
        }
        self.runs.clear();
        self.runs.push(0..merged.len());
        self.spill = merged;
        Ok(())
    }

    /// Calls `each` with the rows in order.
    ///
    /// # Errors
    /// When the disk refuses, and what `each` says.
    pub fn finish(mut self, each: impl FnMut(&[u8; N]) -> Result<(), Error>) -> Result<(), Error> {
        self.sort();
        if self.runs.is_empty() {
            return self.rows.iter().try_for_each(each);
        }
        self.put_down()?;
        self.rows = Vec::new();
        self.each_of_runs(each)
    }

    /// Calls `each` with the rows of all runs in order.
    fn each_of_runs(&self, mut each: impl FnMut(&[u8; N]) -> Result<(), Error>) -> Result<(), Error> {
        let at_once = (self.limit * N / self.runs.len()).clamp(LEAST_READ, READ);
        let reading = |run: &Range<u64>| Reading { at_once, ..self.spill.reading(run.clone()) };
        let mut runs: Vec<Reading> = self.runs.iter().map(reading).collect();
        let mut heap = BinaryHeap::with_capacity(runs.len());
        for (i, run) in runs.iter_mut().enumerate() {
            heap.extend(next_row(run)?.map(|row: [u8; N]| Reverse((row, i))));
        }
        let mut kept: Option<[u8; N]> = None;
        while let Some(Reverse((row, i))) = heap.pop() {
            heap.extend(next_row(&mut runs[i])?.map(|row| Reverse((row, i))));
            let joined = kept.as_mut().is_some_and(|kept| self.join.is_some_and(|join| join(kept, &row)));
            if !joined && let Some(whole) = kept.replace(row) {
                each(&whole)?;
            }
        }
        kept.iter().try_for_each(each)
    }
}

fn next_row<const N: usize>(run: &mut Reading) -> Result<Option<[u8; N]>, Error> {
    Ok(run.take(N)?.map(|bytes| bytes.try_into().expect("as many bytes as were asked for")))
}

/// Sorted rows of `N` bytes, found by their first bytes.
#[derive(Debug)]
pub struct Rows<const N: usize> {
    spill: Spill,
    n: u64,
    /// The first eight bytes of every so many rows.
    fences: Vec<u64>,
}

/// Rows from one fence to the next: a read of some kilobytes, and an eighth of a byte of memory a row.
const FENCE: u64 = 64;

impl<const N: usize> Rows<N> {
    /// No rows yet.
    pub fn new(room: Room) -> Rows<N> {
        Rows { spill: Spill::new(room), n: 0, fences: Vec::new() }
    }

    /// Adds the next row; rows come in order.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn push(&mut self, row: &[u8; N]) -> Result<(), Error> {
        if self.n.is_multiple_of(FENCE) {
            self.fences.push(prefix(row));
        }
        self.n += 1;
        self.spill.push(row).map(|_| ())
    }

    /// Moves the rows into a file of that name, which stays; they are on disk when this returns.
    pub(crate) fn settle(self, path: &Path) -> Result<Rows<N>, Error> {
        Ok(Rows { spill: self.spill.settle(path)?, ..self })
    }

    /// Rows that were moved into a file.
    pub(crate) fn settled(path: &Path) -> Result<Rows<N>, Error> {
        let spill = Spill::settled(path)?;
        let mut rows = Rows { n: spill.len() / N as u64, spill, fences: Vec::new() };
        let (mut fences, mut n) = (Vec::new(), 0u64);
        rows.each(|row| {
            fences.extend(n.is_multiple_of(FENCE).then(|| prefix(&row)));
            n += 1;
            Ok(())
        })?;
        rows.fences = fences;
        Ok(rows)
    }

    /// Hash of all rows.
    pub(crate) fn hash(&self) -> Result<String, Error> {
        self.spill.hash()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        self.n
    }

    /// The row at `i`.
    pub(crate) fn get(&self, i: u64) -> Result<[u8; N], Error> {
        let mut bytes = Vec::with_capacity(N);
        self.spill.read(i * N as u64, N, &mut bytes)?;
        Ok(bytes.try_into().expect("as many bytes as were asked for"))
    }

    /// Calls `each` with the rows in order.
    pub(crate) fn each(&self, mut each: impl FnMut([u8; N]) -> Result<(), Error>) -> Result<(), Error> {
        let mut reading = self.spill.reading(0..self.spill.len());
        while let Some(row) = next_row(&mut reading)? {
            each(row)?;
        }
        Ok(())
    }

    /// The rows that begin with `key`, in order.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn of(&self, key: &[u8]) -> Result<Vec<[u8; N]>, Error> {
        let first = prefix(key);
        let mut block = self.fences.partition_point(|&f| f < first).saturating_sub(1) as u64;
        let (mut found, mut bytes) = (Vec::new(), Vec::new());
        while block * FENCE < self.n {
            let n = FENCE.min(self.n - block * FENCE) as usize;
            self.spill.read(block * FENCE * N as u64, n * N, &mut bytes)?;
            let (rows, _) = bytes.as_chunks::<N>();
            let begin = rows.partition_point(|row| row[..key.len()] < *key);
            found.extend(rows[begin..].iter().take_while(|row| row.starts_with(key)));
            // It goes on in the next block when this one does not end it.
            if rows.last().is_some_and(|row| row[..key.len()] > *key) {
                break;
            }
            block += 1;
        }
        Ok(found)
    }
}

/// The first eight bytes as a number of the same order.
fn prefix(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n = bytes.len().min(8);
    first[..n].copy_from_slice(&bytes[..n]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn records_come_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(Room::new(Some(folder.path()), 0));
        let record = |i: usize| vec![i as u8; 100_000 + i];
        let places: Vec<u64> = (0..30).map(|i| spill.push(&record(i)).unwrap()).collect();
        assert!(spill.spilled() > 0);
        let mut bytes = Vec::new();
        for (i, &at) in places.iter().enumerate().rev() {
            spill.read(at, 100_000 + i, &mut bytes).unwrap();
            assert_eq!(bytes, record(i));
        }
        let mut reading = spill.reading(0..spill.len());
        reading.skip(places[3]);
        assert_eq!(reading.take(100_003).unwrap().unwrap(), record(3));
        reading.skip(places[29] - places[4]);
        assert_eq!(reading.take(100_029).unwrap().unwrap(), record(29));
        assert!(reading.take(1).unwrap().is_none());
    }

    #[test]
    fn without_a_folder_all_stays_in_memory() {
        let mut spill = Spill::new(Room::default());
        spill.push(&vec![1; 3 << 20]).unwrap();
        assert_eq!(spill.spilled(), 0);
    }

    fn sorted(room: Room, rows: &[u32]) -> Vec<u32> {
        let mut sorter = Sorter::<4>::joining(room, |kept, next| kept == next);
        rows.iter().for_each(|r| sorter.push(r.to_be_bytes()).unwrap());
        let mut out = Vec::new();
        let read = sorter.finish(|row| {
            out.push(u32::from_be_bytes(*row));
            Ok(())
        });
        read.unwrap();
        out
    }

    #[test]
    fn runs_on_disk_give_the_order_of_memory() {
        let folder = tempfile::tempdir().unwrap();
        let rows: Vec<u32> = (0..300_000u32).map(|i| i.wrapping_mul(0x9E37_79B9) >> 12).collect();
        assert_eq!(sorted(Room::new(Some(folder.path()), 0), &rows), sorted(Room::default(), &rows));
    }

    #[test]
    fn rows_that_come_again_and_again_take_little_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::<4>::joining(Room::new(Some(folder.path()), 0), |kept, next| kept == next);
        let n_rows = 100_000u32;
        for i in 0..20 * n_rows {
            // 7 and the number of rows have no divisor in common: each comes twenty times.
            sorter.push((i * 7 % n_rows).to_be_bytes()).unwrap();
            assert!(sorter.spill.len() <= (4 * MANY_RUNS as u64) * u64::from(n_rows));
        }
        let mut n = 0;
        sorter
            .finish(|_| {
                n += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(n, n_rows);
    }

    proptest! {
        #[test]
        fn all_rows_of_a_key_are_found_and_no_other(mut keys in prop::collection::vec(0u16..300, 0..600), asked in 0u16..300) {
            keys.sort_unstable();
            let mut rows = Rows::<4>::new(Room::default());
            for (i, key) in keys.iter().enumerate() {
                let [a, b] = key.to_be_bytes();
                let [c, d] = (i as u16).to_be_bytes();
                rows.push(&[a, b, c, d]).unwrap();
            }
            let found = rows.of(&asked.to_be_bytes()).unwrap();
            prop_assert_eq!(found.len(), keys.iter().filter(|&&k| k == asked).count());
            prop_assert!(found.iter().all(|row| row[..2] == asked.to_be_bytes()) && found.is_sorted());
        }
    }
}
