//! The index: one record of facts a document, learnt from any part of a corpus, merged in any order.
//!
//! An index is the set of its records, ordered by article; nothing in it depends on when a record came.
//! The file: a head line, the version, the configuration, the records in order, a hash over all of it.

use crate::config::CorpusConfig;
use crate::corpus::facts::{Facts, Id, Record};
use crate::corpus::log::Log;
use crate::corpus::spill::{Reading, Room, Rows, Sorter, Spill};
use crate::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

/// First bytes of an index file.
const HEAD: &[u8] = b"dateline index\n";

/// Version of the records. An index of another version is refused: its fingerprints do not compare.
const VERSION: u32 = 3;

/// Longest record that is read from a file: a document is capped at 64 MiB, and its record is smaller.
const MAX_RECORD: u64 = 1 << 30;

/// Takes the facts of documents, in any order, and makes an [`Index`] of them.
pub struct Learner {
    config: CorpusConfig,
    room: Room,
    places: Sorter<PLACE>,
    records: Spill,
    bytes: Vec<u8>,
    log: Option<Log>,
}

impl Learner {
    /// A learner that keeps a quarter of `memory` bytes of records, and spills the rest to `spill_folder` when there is one.
    pub fn new(config: &CorpusConfig, spill_folder: Option<&Path>, memory: usize) -> Learner {
        // The other three quarters are for finding what repeats, and for the rest of the run.
        let room = Room::new(spill_folder, memory);
        Learner::over(config, Spill::new(room.share(4)), room, None)
    }

    fn over(config: &CorpusConfig, records: Spill, room: Room, log: Option<Log>) -> Learner {
        let places = Sorter::new(room.share(SORT_SHARE));
        Learner { config: config.clone(), room, places, records, bytes: Vec::new(), log }
    }

    /// A learner that keeps its records in `log_folder`, so that after an interruption another one goes on from what
    /// is there: see [`Learner::takes_up`].
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn resuming(
        config: &CorpusConfig,
        log_folder: &Path,
        spill_folder: &Path,
        memory: usize,
    ) -> Result<Learner, Error> {
        let (log, records) = Log::open(log_folder)?;
        Ok(Learner::over(config, records, Room::new(Some(spill_folder), memory), Some(log)))
    }

    /// Takes the facts of the next batch from the log, if an interrupted run has learnt the same batch next and its
    /// records are whole. What the log holds behind another batch is thrown away.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn takes_up(&mut self, batch: &str) -> Result<bool, Error> {
        let Some(log) = &mut self.log else { return Ok(false) };
        let Some(places) = log.take_up(batch, &mut self.records)? else { return Ok(false) };
        places.into_iter().try_for_each(|place| self.places.push(place.row())).map(|()| true)
    }

    /// Takes the facts of one document.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn add(&mut self, facts: &Facts) -> Result<(), Error> {
        self.bytes.clear();
        facts.encode(&mut self.bytes);
        let at = self.records.push(&self.bytes)?;
        let place = Place { id: facts.id, part: 0, at, n_bytes: self.bytes.len() as u32 };
        if let Some(log) = &mut self.log {
            log.add(place, &self.bytes);
        }
        self.places.push(place.row())
    }

    /// The facts that came in since the last batch are those of `batch`: an interrupted run need not learn them again.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn end_batch(&mut self, batch: &str) -> Result<(), Error> {
        match &mut self.log {
            Some(log) => log.end_batch(batch, &mut self.records),
            None => Ok(()),
        }
    }

    /// The index of all that came in.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(self) -> Result<Index, Error> {
        Index::new(self.config, self.places, vec![self.records], &self.room)
    }
}

/// One in so many parts of the memory is for sorting places. Their number grows with the corpus, what they take of
/// memory does not.
const SORT_SHARE: usize = 32;

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub id: Id,
    /// Which of the parts holds it.
    pub part: u16,
    pub at: u64,
    pub n_bytes: u32,
}

/// Bytes of a place in order of the identifier, …
const PLACE: usize = 24;
/// … and in the order in which the parts hold the records, with the document's number at the end.
const IN_PART: usize = 18;

impl Place {
    fn row(&self) -> [u8; PLACE] {
        let mut row = [0; PLACE];
        row[..10].copy_from_slice(&self.id.0);
        row[10..].copy_from_slice(&self.place());
        row
    }

    /// Without the identifier.
    fn place(&self) -> [u8; 14] {
        let mut row = [0; 14];
        row[..2].copy_from_slice(&self.part.to_be_bytes());
        row[2..10].copy_from_slice(&self.at.to_be_bytes());
        row[10..].copy_from_slice(&self.n_bytes.to_be_bytes());
        row
    }

    fn of_row(row: &[u8; PLACE]) -> Place {
        let (id, place) = row.split_first_chunk().expect("ten of its bytes");
        Place { id: Id(*id), ..Place::of_place(place.first_chunk().expect("the other fourteen")) }
    }

    fn of_place(row: &[u8; 14]) -> Place {
        let [p, q, at @ .., a, b, c, d] = *row;
        Place {
            id: Id([0; 10]),
            part: u16::from_be_bytes([p, q]),
            at: u64::from_be_bytes(at),
            n_bytes: u32::from_be_bytes([a, b, c, d]),
        }
    }
}

/// What is known of the documents of a corpus. [`Index::resolve`] tells what repeats in it.
#[derive(Debug)]
pub struct Index {
    config: CorpusConfig,
    // Invariant: sorted by id, each id once.
    places: Rows<PLACE>,
    /// The places and numbers in the order in which the parts hold the records.
    in_parts: Rows<IN_PART>,
    parts: Vec<Spill>,
    fingerprint: String,
}

impl Index {
    fn new(config: CorpusConfig, places: Sorter<PLACE>, parts: Vec<Spill>, room: &Room) -> Result<Index, Error> {
        let mut hash = Xxh3::new();
        hash.update(&serde_json::to_vec(&config).expect("a struct of plain fields"));
        let mut sorted = Rows::new(room.share(SORT_SHARE));
        let mut by_part = Sorter::new(room.share(SORT_SHARE));
        let mut settle = |place: Place| {
            hash.update(&place.id.0);
            let mut row = [0; IN_PART];
            row[..14].copy_from_slice(&place.place());
            row[14..].copy_from_slice(&(sorted.len() as u32).to_be_bytes());
            by_part.push(row)?;
            sorted.push(&place.row())
        };
        let mut last: Option<Place> = None;
        places.finish(|row| {
            let place = Place::of_row(row);
            match last.replace(place) {
                Some(twin) if twin.id == place.id => last = Some(smaller(&parts, twin, place)?),
                Some(other) => settle(other)?,
                None => {}
            }
            Ok(())
        })?;
        last.map(settle).transpose()?;
        let mut in_parts = Rows::new(room.share(SORT_SHARE));
        by_part.finish(|row| in_parts.push(row))?;
        Ok(Index { config, places: sorted, in_parts, parts, fingerprint: format!("{:032x}", hash.digest128()) })
    }

    /// The index of all parts together. The same for any order of them, and the same as if all had been learnt at once.
    ///
    /// # Errors
    /// When two parts were learnt with different configurations, or there is no part at all.
    pub fn merge(parts: Vec<Index>) -> Result<Index, Error> {
        let config = parts.first().map(|p| p.config.clone());
        let config = config.ok_or_else(|| Error::Nothing("merge: no index was given".into()))?;
        let (mut places, mut records) = (Sorter::new(Room::default()), Vec::new());
        for part in parts {
            part.agrees_with(&config, "merge")?;
            let first = records.len() as u16;
            part.places.each(|row| {
                let place = Place::of_row(&row);
                places.push(Place { part: first + place.part, ..place }.row())
            })?;
            records.extend(part.parts);
        }
        Index::new(config, places, records, &Room::default())
    }

    /// Refuses a configuration that the index was not learnt with, and says where the two differ.
    ///
    /// # Errors
    /// When they differ.
    pub fn agrees_with(&self, config: &CorpusConfig, place: &str) -> Result<(), Error> {
        if self.config == *config {
            return Ok(());
        }
        let json = |c: &CorpusConfig| serde_json::to_string(c).expect("a struct of plain fields");
        let (ours, theirs) = (json(&self.config), json(config));
        let message =
            format!("{place}: the index was learnt with another configuration: found {ours}, awaited {theirs}");
        Err(Error::Refused(message))
    }

    /// The configuration that it was learnt with.
    pub fn config(&self) -> &CorpusConfig {
        &self.config
    }

    /// How many documents it knows.
    pub fn len(&self) -> usize {
        self.places.len() as usize
    }

    /// It knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names what the index knows: the same for the same documents and configuration, whatever the parts. Identifiers
    /// come from content, so they stand for the records.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Bytes on disk that will be free when the run ends.
    pub fn spilled(&self) -> u64 {
        self.parts.iter().map(Spill::spilled).sum()
    }

    /// Writes the index to `path`: to a file beside it first, renamed at the end.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let io = |e| Error::at(path)(e);
        let file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        let mut out = Hashing { inner: std::io::BufWriter::with_capacity(1 << 20, file), hash: Xxh3::new() };
        let config = serde_json::to_vec(&self.config).expect("a struct of plain fields");
        let head = |out: &mut Hashing<_>| -> std::io::Result<()> {
            out.write_all(HEAD)?;
            out.write_all(&VERSION.to_le_bytes())?;
            out.write_all(&(config.len() as u64).to_le_bytes())?;
            out.write_all(&config)?;
            out.write_all(&self.places.len().to_le_bytes())
        };
        head(&mut out).map_err(io)?;
        let mut bytes = Vec::new();
        self.places.each(|row| {
            self.read(Place::of_row(&row), &mut bytes)?;
            out.write_all(&(bytes.len() as u64).to_le_bytes()).and_then(|_| out.write_all(&bytes)).map_err(io)
        })?;
        let hash = out.hash.digest128();
        out.write_all(&hash.to_le_bytes()).map_err(io)?;
        let file = out.inner.into_inner().map_err(|e| io(e.into_error()))?;
        file.as_file().sync_all().map_err(io)?;
        file.persist(path).map_err(|e| io(e.error))?;
        Ok(())
    }

    /// Reads the index at `path`. Its records stay in the file.
    ///
    /// # Errors
    /// When the file cannot be read, is no index, is damaged, or is of another version.
    pub fn load(path: &Path) -> Result<Index, Error> {
        let refused = |what: &str| Error::Refused(format!("{}: {what}", path.display()));
        let cut = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => refused("the index ends too early; learn it again"),
            _ => Error::at(path)(e),
        };
        let file = File::open(path).map_err(Error::at(path))?;
        let mut input = Hashing { inner: BufReader::with_capacity(1 << 20, &file), hash: Xxh3::new() };
        let mut head = [0; HEAD.len()];
        input.read_exact(&mut head).map_err(cut)?;
        if head != HEAD {
            return Err(refused("not an index of this program"));
        }
        let version = u32::from_le_bytes(input.array().map_err(cut)?);
        if version != VERSION {
            return Err(refused(&format!("index version {version}, awaited {VERSION}; learn it again")));
        }
        let n_config = u64::from_le_bytes(input.array().map_err(cut)?);
        let config = input.bytes(n_config.min(MAX_RECORD)).map_err(cut)?;
        let config = serde_json::from_slice(&config).map_err(|e| refused(&format!("its configuration: {e}")))?;
        let n_records = u64::from_le_bytes(input.array().map_err(cut)?);
        let mut at = HEAD.len() as u64 + 4 + 8 + n_config + 8;
        let mut places = Sorter::new(Room::default());
        for _ in 0..n_records {
            let n_bytes = u64::from_le_bytes(input.array().map_err(cut)?);
            at += 8;
            let record = input.bytes(n_bytes.min(MAX_RECORD)).map_err(cut)?;
            let id = record.first_chunk().map(|id| Id(*id)).filter(|_| n_bytes <= MAX_RECORD);
            let id = id.ok_or_else(|| refused("the index is damaged; learn it again"))?;
            places.push(Place { id, part: 0, at, n_bytes: n_bytes as u32 }.row())?;
            at += n_bytes;
        }
        let awaited = input.hash.digest128();
        if u128::from_le_bytes(input.array().map_err(cut)?) != awaited {
            return Err(refused("the index is damaged (its hash differs); learn it again"));
        }
        Index::new(config, places, vec![Spill::over(file, path, at)], &Room::default())
    }

    /// Calls `each(number, record)` for every document, in the order in which the disk holds them.
    /// The number is the document's rank by identifier.
    pub(crate) fn scan(&self, mut each: impl FnMut(u32, Record) -> Result<(), Error>) -> Result<(), Error> {
        let read = |part: usize| self.parts[part].reading(0..self.parts[part].len());
        let mut reading: Option<(usize, u64, Reading)> = None;
        self.in_parts.each(|row| {
            let (place, number) = row.split_first_chunk().expect("fourteen of its bytes");
            let place = Place::of_place(place);
            let part = place.part as usize;
            let (_, at, input) = match &mut reading {
                Some(open) if open.0 == part => open,
                other => other.insert((part, 0, read(part))),
            };
            // A file has the record's length between records; a twin that was dropped leaves a hole.
            input.skip(place.at - *at);
            *at = place.at + u64::from(place.n_bytes);
            let bytes = input.take(place.n_bytes as usize)?.unwrap_or_default();
            each(u32::from_be_bytes(number.try_into().expect("the other four")), record(bytes)?)
        })
    }

    /// Reads the record of the document with this number into `bytes`.
    pub(crate) fn record<'a>(&self, number: u32, bytes: &'a mut Vec<u8>) -> Result<Record<'a>, Error> {
        self.read(Place::of_row(&self.places.get(u64::from(number))?), bytes)?;
        record(bytes)
    }

    fn read(&self, place: Place, bytes: &mut Vec<u8>) -> Result<(), Error> {
        self.parts[place.part as usize].read(place.at, place.n_bytes as usize, bytes)
    }
}

/// Of two records of one article the one that stands first, whichever came first; of one place, the smaller in byte
/// order. A part that was learnt twice adds nothing.
fn smaller(parts: &[Spill], one: Place, other: Place) -> Result<Place, Error> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for (place, bytes) in [(one, &mut a), (other, &mut b)] {
        parts[place.part as usize].read(place.at, place.n_bytes as usize, bytes)?;
    }
    let rank = |bytes: &[u8]| record(bytes).map(|r| (r.path.to_string(), r.record, r.offset, bytes.to_vec()));
    Ok(if rank(&b)? < rank(&a)? { other } else { one })
}

fn record(bytes: &[u8]) -> Result<Record<'_>, Error> {
    Record::read(bytes).ok_or_else(|| Error::Refused("index: a record is damaged; learn it again".into()))
}

/// Hashes all that goes through.
struct Hashing<T> {
    inner: T,
    hash: Xxh3,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Hashing<R> {
    fn read_exact(&mut self, into: &mut [u8]) -> std::io::Result<()> {
        self.inner.read_exact(into)?;
        self.hash.update(into);
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The next `n` bytes; the length is not believed before the bytes are there.
    fn bytes(&mut self, n: u64) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.inner.by_ref().take(n).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < n {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.hash.update(&bytes);
        Ok(bytes)
    }
}
