//! From a heap of files to dumps: list, open, unpack, decode. Formats are told by content, never by name.
//!
//! Nothing is lost in silence: what does not come through is a [`Reject`] with its place in the stored file, and reading
//! goes on behind it. Memory is bounded by one record.
//!
//! | format | one dump is |
//! |---|---|
//! | text, HTML | the file |
//! | JSON Lines, a JSON array, JSON objects | a record; its number is its line, or its place in the array |
//! | WARC, WET, ARC | a response, resource or conversion record; its number counts only these |
//! | tar, zip | as a folder: `raw/pages.zip/a.html` |
//! | gzip, zstd around any of these | the same; places are those of the compressed member |

mod archive;
mod charset;
mod crawl;
mod digest;
mod fields;
mod gzip;
mod http;
mod input;
mod json;
mod member;
mod page;
mod reader;
mod repair;
mod sniff;
mod transcoded;
mod walk;
mod whole;
mod zstandard;

pub use page::site_of;
pub use walk::{Listing, Source, walk};

use crate::config::IngestConfig;
use crate::error::{Error, Reject, Severity};
use crate::model::{Dump, Origin};
use input::{Hole, Input, Layer, Stored};
use page::Settings;
use reader::{Reader, Step};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::time::SystemTime;

/// Archives in each other that are opened: an archive of archives, and one more by mistake. More is a bomb.
const MAX_ARCHIVES: usize = 3;

/// What comes in.
#[derive(Clone, Debug)]
pub enum Incoming {
    /// A dump.
    Dump(Box<Dump>),
    /// Something that did not come through, or came through hurt.
    Reject(Reject),
}

impl From<Reject> for Incoming {
    fn from(reject: Reject) -> Incoming {
        Incoming::Reject(reject)
    }
}

/// What stood in the stored file, known once it is read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bytes of the stored file.
    pub bytes: u64,
    /// SHA-256 of the stored file.
    pub sha256: String,
    /// What stood in it and how often, compression and archives too: `gzip`, `json-lines`, `page`.
    pub formats: BTreeMap<&'static str, u64>,
    /// Records that are no dumps and were passed over: by WARC type (`request`, `metadata`) or media type (`image/png`).
    pub passed: BTreeMap<String, u64>,
}

impl Tally {
    fn saw(&mut self, format: &'static str) {
        *self.formats.entry(format).or_default() += 1;
    }
}

/// Opens a source. A file that cannot be opened gives one reject.
///
/// # Errors
/// When the configuration cannot be followed (a character set that nobody knows).
pub fn open(source: &Source, config: &IngestConfig) -> Result<Opened, Error> {
    let settings = Settings::new(config)?;
    let opened = match source.is_stdin() {
        true => Ok((Stored::new(Box::new(std::io::stdin())), None)),
        false => File::open(&source.path).and_then(|file| {
            let seen = stamp(&file.metadata()?);
            Ok((Stored::file(file), Some(seen)))
        }),
    };
    Ok(match opened {
        Ok((stored, seen)) => Opened::new(source.clone(), stored, seen, settings),
        Err(e) => Opened::unreadable(source.clone(), &e, settings),
    })
}

/// Opens bytes that are already in memory, as if a file of this name held them.
///
/// # Errors
/// As [`open`].
pub fn open_bytes(name: &str, bytes: Vec<u8>, config: &IngestConfig) -> Result<Opened, Error> {
    let source = Source { path: name.into(), name: name.to_string(), bytes: Some(bytes.len() as u64) };
    let stored = Stored::new(Box::new(std::io::Cursor::new(bytes)));
    Ok(Opened::new(source, stored, None, Settings::new(config)?))
}

/// Size and time of change, for seeing that a file changed while it was read.
fn stamp(metadata: &fs::Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

/// The dumps and rejects of one source, in the order in which they stand.
pub struct Opened {
    source: Source,
    settings: Settings,
    seen: Option<(u64, Option<SystemTime>)>,
    state: State,
    ready: VecDeque<Incoming>,
    tally: Tally,
}

enum State {
    /// Nothing is read yet.
    New(Stored),
    /// The readers at work, each in a member of the one before it, with the names of what they read.
    Reading(Vec<(String, Reader)>),
    /// Read; the bytes behind the last record are still to be counted.
    Read(Option<Box<Stored>>),
    Done,
}

/// Where readers put what they find.
struct Queue<'a> {
    ready: &'a mut VecDeque<Incoming>,
    name: &'a str,
    settings: &'a Settings,
}

impl Queue<'_> {
    fn push(&mut self, incoming: impl Into<Incoming>) {
        self.ready.push_back(incoming.into());
    }

    fn origin(&self, record: Option<u64>, offset: u64) -> Origin {
        Origin { path: self.name.to_string(), record, offset }
    }
}

impl Opened {
    fn new(source: Source, stored: Stored, seen: Option<(u64, Option<SystemTime>)>, settings: Settings) -> Opened {
        Opened { source, settings, seen, state: State::New(stored), ready: VecDeque::new(), tally: Tally::default() }
    }

    fn unreadable(source: Source, error: &std::io::Error, settings: Settings) -> Opened {
        let reject = Reject {
            origin: Origin { path: source.name.clone(), record: None, offset: 0 },
            bytes: source.bytes.map(|n| (0, n)),
            layer: "file",
            code: "unreadable",
            severity: Severity::Lost,
            message: format!("cannot be opened: {error}"),
            hint: "check its permissions".to_string(),
        };
        let ready = VecDeque::from([Incoming::Reject(reject)]);
        Opened { source, settings, seen: None, state: State::Done, ready, tally: Tally::default() }
    }

    /// What stood in the file. Reads what is left of it, without looking at it.
    pub fn finish(mut self) -> Tally {
        self.close();
        self.tally
    }

    /// Reads some more. False at the end.
    fn step(&mut self) -> bool {
        match std::mem::replace(&mut self.state, State::Done) {
            State::New(stored) => {
                let name = self.source.name.clone();
                let reader = self.reader(Input::new(Layer::Stored(Box::new(stored))), &name, true);
                self.state = State::Reading(vec![(name, reader)]);
            }
            State::Reading(readers) => self.state = self.read(readers),
            State::Read(stored) => {
                self.state = State::Read(stored);
                self.close();
                self.check_unchanged();
            }
            State::Done => return false,
        }
        true
    }

    /// A step of the innermost reader.
    fn read(&mut self, mut readers: Vec<(String, Reader)>) -> State {
        let Some((name, mut reader)) = readers.pop() else { return State::Done };
        let mut queue = Queue { ready: &mut self.ready, name: &name, settings: &self.settings };
        match reader.step(&mut queue) {
            Step::More => readers.push((name, reader)),
            Step::Member(inside, member) => {
                let inside = format!("{name}/{inside}");
                let deeper = readers.len() < MAX_ARCHIVES;
                let inner = self.reader(Input::new(Layer::Member(member)), &inside, deeper);
                readers.extend([(name, reader), (inside, inner)]);
            }
            Step::End => {
                let input = reader.into_input(&mut self.tally);
                match (readers.last_mut(), input) {
                    (Some((_, Reader::Archive(archive))), Some(input)) => {
                        if let Some(member) = input.into_member() {
                            archive.resume(member);
                        }
                    }
                    (_, input) => return State::Read(input.and_then(Input::into_bottom).map(Box::new)),
                }
            }
        }
        State::Reading(readers)
    }

    /// The reader of an input. `archives`: an archive is opened, not rejected.
    fn reader(&mut self, input: Input, name: &str, archives: bool) -> Reader {
        let mut queue = Queue { ready: &mut self.ready, name, settings: &self.settings };
        reader::choose(input, archives, &mut queue, &mut self.tally)
    }

    /// Counts and hashes what is left of the stored file.
    fn close(&mut self) {
        let stored = match std::mem::replace(&mut self.state, State::Done) {
            State::New(stored) => Some(Box::new(stored)),
            State::Reading(readers) => {
                let inputs = readers.into_iter().rev().filter_map(|(_, reader)| reader.into_input(&mut self.tally));
                inputs.last().and_then(Input::into_bottom).map(Box::new)
            }
            State::Read(stored) => stored,
            State::Done => None,
        };
        if let Some(mut stored) = stored {
            stored.read_on();
            self.tally.bytes = stored.bytes();
            self.tally.sha256 = stored.sha256();
        }
    }

    /// A file that grew, shrank or was rewritten meanwhile may have given us halves of two states.
    fn check_unchanged(&mut self) {
        let Some(before) = self.seen.take() else { return };
        let same =
            fs::metadata(&self.source.path).is_ok_and(|after| stamp(&after) == before) && before.0 == self.tally.bytes;
        if !same {
            self.ready.push_back(Incoming::Reject(Reject {
                origin: Origin { path: self.source.name.clone(), record: None, offset: 0 },
                bytes: Some((0, self.tally.bytes)),
                layer: "file",
                code: "changed",
                severity: Severity::Partial,
                message: format!(
                    "changed while it was read: {} bytes at first, {} were read",
                    before.0, self.tally.bytes
                ),
                hint: "run again when nothing writes to it".to_string(),
            }));
        }
    }
}

impl Iterator for Opened {
    type Item = Incoming;

    fn next(&mut self) -> Option<Incoming> {
        loop {
            if let Some(incoming) = self.ready.pop_front() {
                if self.settings.takes(&incoming) {
                    return Some(incoming);
                }
                continue;
            }
            if !self.step() {
                return None;
            }
        }
    }
}

fn reject_hole(origin: Origin, hole: Hole, severity: Severity) -> Incoming {
    Incoming::Reject(Reject {
        origin,
        bytes: Some(hole.bytes),
        layer: hole.layer,
        code: hole.code,
        severity,
        message: hole.message,
        hint: "fetch the file again if there is a whole copy of it".to_string(),
    })
}
