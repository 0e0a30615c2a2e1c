//! The journal of an unfinished pass one: which batches have been learnt, and where their records lie.
//!
//! Records lie in one file, in order; a line of the journal is written when the records of a batch are in the file. It
//! carries their hash, so that what a crash left half written is found out and learnt again.

use crate::corpus::facts::Id;
use crate::corpus::index::Place;
use crate::corpus::spill::Spill;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// One learnt batch.
#[derive(Serialize, Deserialize)]
struct Entry {
    batch: String,
    /// Lengths of its records, which follow each other.
    lengths: Vec<u32>,
    /// Hash of all its records.
    hash: String,
}

/// The journal, open for the next batch.
pub(super) struct Log {
    journal: (File, PathBuf),
    /// What an interrupted run has learnt and this one has not yet come to, with the bytes of its lines.
    before: VecDeque<(Entry, u64)>,
    /// Bytes of the journal that hold; what an interrupted run left behind them goes before anything is added.
    n_journal: u64,
    is_clean: bool,
    /// Bytes of the records that are taken up or learnt.
    n_bytes: u64,
    lengths: Vec<u32>,
    hash: Xxh3,
}

impl Log {
    /// The journal in `folder`, and its records.
    pub fn open(folder: &Path) -> Result<(Log, Spill), Error> {
        std::fs::create_dir_all(folder).map_err(Error::at(folder))?;
        let journal = folder.join("journal.jsonl");
        let text = std::fs::read_to_string(&journal).unwrap_or_default();
        // The last line may have been cut off.
        let entry = |line: &str| Some((serde_json::from_str(line.strip_suffix('\n')?).ok()?, line.len() as u64));
        let before = text.split_inclusive('\n').map_while(entry).collect();
        let path = folder.join("records");
        let options = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = options.map_err(Error::at(&path))?;
        let n_bytes = file.metadata().map_err(Error::at(&path))?.len();
        let lines = File::options().append(true).create(true).open(&journal).map_err(Error::at(&journal))?;
        let log = Log {
            journal: (lines, journal),
            before,
            n_journal: 0,
            is_clean: false,
            n_bytes: 0,
            lengths: Vec::new(),
            hash: Xxh3::new(),
        };
        Ok((log, Spill::over(file, &path, n_bytes)))
    }

    /// The places of the records of `batch`, if it is the next one that was learnt before.
    pub fn take_up(&mut self, batch: &str, records: &mut Spill) -> Result<Option<Vec<Place>>, Error> {
        if let Some((entry, n_line)) = self.before.pop_front().filter(|(e, _)| e.batch == batch)
            && let Some(places) = self.places(&entry, records)?
        {
            self.n_journal += n_line;
            return Ok(Some(places));
        }
        // Another batch stands here now, or its records are damaged: all behind it is learnt again.
        self.before.clear();
        if !self.is_clean {
            let (file, path) = &self.journal;
            file.set_len(self.n_journal).map_err(Error::at(path))?;
            records.truncate(self.n_bytes)?;
            self.is_clean = true;
        }
        Ok(None)
    }

    fn places(&mut self, entry: &Entry, records: &Spill) -> Result<Option<Vec<Place>>, Error> {
        let all: u64 = entry.lengths.iter().map(|&n| u64::from(n)).sum();
        let mut reading = records.reading(self.n_bytes..records.len().max(self.n_bytes));
        let (mut hash, mut at, mut places) = (Xxh3::new(), self.n_bytes, Vec::new());
        for &n_bytes in &entry.lengths {
            let Some(bytes) = reading.take(n_bytes as usize)? else { return Ok(None) };
            let Some(id) = bytes.first_chunk() else { return Ok(None) };
            hash.update(bytes);
            places.push(Place { id: Id(*id), part: 0, at, n_bytes });
            at += u64::from(n_bytes);
        }
        if hex(&hash) != entry.hash {
            return Ok(None);
        }
        self.n_bytes += all;
        Ok(Some(places))
    }

    /// Notes a record of the batch in hand.
    pub fn add(&mut self, place: Place, bytes: &[u8]) {
        self.lengths.push(place.n_bytes);
        self.hash.update(bytes);
        self.n_bytes = place.at + u64::from(place.n_bytes);
    }

    /// The batch in hand is whole.
    pub fn end_batch(&mut self, batch: &str, records: &mut Spill) -> Result<(), Error> {
        records.write_out()?;
        let hash = hex(&std::mem::take(&mut self.hash));
        let entry = Entry { batch: batch.to_string(), lengths: std::mem::take(&mut self.lengths), hash };
        let line = serde_json::to_string(&entry).expect("strings and numbers are JSON") + "\n";
        let (file, path) = &mut self.journal;
        file.write_all(line.as_bytes()).map_err(Error::at(&*path))
    }
}

fn hex(hash: &Xxh3) -> String {
    format!("{:032x}", hash.digest128())
}
