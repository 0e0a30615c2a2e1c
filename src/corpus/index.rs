//! The index: one record of facts a document, learnt from any part of a corpus, merged in any order.
//!
//! An index is the set of its records, ordered by article; nothing in it depends on when a record came.
//! The file: a head line, the version, the configuration, the records in order, a hash over all of it.

use crate::config::CorpusConfig;
use crate::corpus::facts::{Facts, Id, Record};
use crate::corpus::spill::Spill;
use crate::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

/// First bytes of an index file.
const HEAD: &[u8] = b"dateline index\n";

/// Version of the records. An index of another version is refused: its fingerprints do not compare.
const VERSION: u32 = 1;

/// Longest record that is read from a file: a document is capped at 64 MiB, and its record is smaller.
const MAX_RECORD: u64 = 1 << 30;

/// Takes the facts of documents, in any order, and makes an [`Index`] of them.
pub struct Learner {
    config: CorpusConfig,
    places: Vec<Place>,
    records: Spill,
    bytes: Vec<u8>,
}

impl Learner {
    /// A learner that keeps a quarter of `memory` bytes of records, and spills the rest to `spill_folder` when there is one.
    pub fn new(config: &CorpusConfig, spill_folder: Option<&Path>, memory: usize) -> Learner {
        // The other three quarters are for finding what repeats, and for the rest of the run.
        let records = Spill::new(spill_folder, memory / 4);
        Learner { config: config.clone(), places: Vec::new(), records, bytes: Vec::new() }
    }

    /// Takes the facts of one document.
    ///
    /// # Errors
    /// When the spill folder cannot be written.
    pub fn add(&mut self, facts: &Facts) -> Result<(), Error> {
        self.bytes.clear();
        facts.encode(&mut self.bytes);
        let at = self.records.push(&self.bytes)?;
        self.places.push(Place { id: facts.id, part: 0, at, n_bytes: self.bytes.len() as u32 });
        Ok(())
    }

    /// The index of all that came in.
    ///
    /// # Errors
    /// When the spill file cannot be read.
    pub fn finish(self) -> Result<Index, Error> {
        Index::new(self.config, self.places, vec![self.records])
    }
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    id: Id,
    /// Which of the parts holds it.
    part: u16,
    at: u64,
    n_bytes: u32,
}

/// What is known of the documents of a corpus. [`Index::resolve`] tells what repeats in it.
#[derive(Debug)]
pub struct Index {
    config: CorpusConfig,
    // Invariant: sorted by id, each id once.
    places: Vec<Place>,
    /// The numbers of `places` in the order in which the parts hold them.
    by_place: Vec<u32>,
    parts: Vec<Spill>,
}

impl Index {
    fn new(config: CorpusConfig, places: Vec<Place>, parts: Vec<Spill>) -> Result<Index, Error> {
        let mut index = Index { config, places, by_place: Vec::new(), parts };
        index.places.sort_unstable_by_key(|p| (p.id, p.part, p.at));
        index.drop_twins()?;
        index.by_place = (0..index.places.len() as u32).collect();
        index.by_place.sort_unstable_by_key(|&i| (index.places[i as usize].part, index.places[i as usize].at));
        Ok(index)
    }

    /// One record an article. A part that was learnt twice adds nothing; if two records of one article differ,
    /// the smaller in byte order stays, whichever came first.
    fn drop_twins(&mut self) -> Result<(), Error> {
        let mut kept: Vec<Place> = Vec::with_capacity(self.places.len());
        for &place in &self.places {
            match kept.last_mut().filter(|last| last.id == place.id) {
                None => kept.push(place),
                Some(last) => {
                    let (mut a, mut b) = (Vec::new(), Vec::new());
                    self.parts[last.part as usize].read(last.at, last.n_bytes as usize, &mut a)?;
                    self.parts[place.part as usize].read(place.at, place.n_bytes as usize, &mut b)?;
                    if b < a {
                        *last = place;
                    }
                }
            }
        }
        self.places = kept;
        Ok(())
    }

    /// The index of all parts together. The same for any order of them, and the same as if all had been learnt at once.
    ///
    /// # Errors
    /// When two parts were learnt with different configurations, or there is no part at all.
    pub fn merge(parts: Vec<Index>) -> Result<Index, Error> {
        let config = parts.first().map(|p| p.config.clone());
        let config = config.ok_or_else(|| Error::Nothing("merge: no index was given".into()))?;
        let (mut places, mut records) = (Vec::new(), Vec::new());
        for part in parts {
            part.agrees_with(&config, "merge")?;
            let first = records.len() as u16;
            places.extend(part.places.iter().map(|p| Place { part: first + p.part, ..*p }));
            records.extend(part.parts);
        }
        Index::new(config, places, records)
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
        self.places.len()
    }

    /// It knows none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Names what the index knows: the same for the same documents and configuration, whatever the parts. Identifiers
    /// come from content, so they stand for the records.
    pub fn fingerprint(&self) -> String {
        let mut hash = Xxh3::new();
        hash.update(&serde_json::to_vec(&self.config).expect("a struct of plain fields"));
        self.places.iter().for_each(|p| hash.update(&p.id.0));
        format!("{:032x}", hash.digest128())
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
            out.write_all(&(self.places.len() as u64).to_le_bytes())
        };
        head(&mut out).map_err(io)?;
        let mut bytes = Vec::new();
        for place in &self.places {
            self.parts[place.part as usize].read(place.at, place.n_bytes as usize, &mut bytes)?;
            out.write_all(&(bytes.len() as u64).to_le_bytes()).and_then(|_| out.write_all(&bytes)).map_err(io)?;
        }
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
        let mut places: Vec<Place> = Vec::new();
        for _ in 0..n_records {
            let n_bytes = u64::from_le_bytes(input.array().map_err(cut)?);
            at += 8;
            let record = input.bytes(n_bytes.min(MAX_RECORD)).map_err(cut)?;
            let id = record.first_chunk().map(|id| Id(*id)).filter(|_| n_bytes <= MAX_RECORD);
            let id = id.ok_or_else(|| refused("the index is damaged; learn it again"))?;
            places.push(Place { id, part: 0, at, n_bytes: n_bytes as u32 });
            at += n_bytes;
        }
        let awaited = input.hash.digest128();
        if u128::from_le_bytes(input.array().map_err(cut)?) != awaited {
            return Err(refused("the index is damaged (its hash differs); learn it again"));
        }
        Index::new(config, places, vec![Spill::over(file, path, at)])
    }

    /// Calls `each(number, record)` for every document, in the order in which the disk holds them.
    /// The number is the document's rank by identifier.
    pub(crate) fn scan(&self, mut each: impl FnMut(u32, Record)) -> Result<(), Error> {
        let mut bytes = Vec::new();
        let part_of = |i: u32| self.places[i as usize].part;
        for same in self.by_place.chunk_by(|&a, &b| part_of(a) == part_of(b)) {
            let mut at = self.places[same[0] as usize].at;
            let mut input = self.parts[part_of(same[0]) as usize].reader(at)?;
            for &number in same {
                let place = self.places[number as usize];
                let io = |e| Error::at("spill folder")(e);
                // A file has the record's length between records; a twin that was dropped leaves a hole.
                std::io::copy(&mut input.by_ref().take(place.at - at), &mut std::io::sink()).map_err(io)?;
                bytes.resize(place.n_bytes as usize, 0);
                input.read_exact(&mut bytes).map_err(io)?;
                at = place.at + u64::from(place.n_bytes);
                each(number, record(&bytes)?);
            }
        }
        Ok(())
    }

    /// Reads the record of the document with this number into `bytes`.
    pub(crate) fn record<'a>(&self, number: u32, bytes: &'a mut Vec<u8>) -> Result<Record<'a>, Error> {
        let place = self.places[number as usize];
        self.parts[place.part as usize].read(place.at, place.n_bytes as usize, bytes)?;
        record(bytes)
    }

    /// The identifier of the document with this number.
    pub(crate) fn id(&self, number: u32) -> Id {
        self.places[number as usize].id
    }
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
