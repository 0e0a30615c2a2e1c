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
//! | gzip, zstd around any of these | the same; places are those of the compressed member |

mod charset;
mod crawl;
mod fields;
mod gzip;
mod http;
mod input;
mod json;
mod page;
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
use sniff::{Format, HEAD};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::time::SystemTime;

/// Compressions in each other that are taken off. Files of files are packed twice by mistake; more is a bomb.
const MAX_LAYERS: usize = 3;

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
    /// What it was, outermost first: `gzip`, `json-lines`.
    pub formats: Vec<&'static str>,
    /// Records that are no dumps and were passed over: by WARC type (`request`, `metadata`) or media type (`image/png`).
    pub passed: BTreeMap<String, u64>,
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
    /// A text or a page.
    Whole(Input),
    Json(Box<json::Json>),
    Crawl(Box<crawl::Crawl>),
    /// Read; the bytes behind the last record are still to be counted.
    Read(Box<Option<Stored>>),
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
        let mut queue = Queue { ready: &mut self.ready, name: &self.source.name, settings: &self.settings };
        match &mut self.state {
            State::New(_) => self.begin(),
            State::Whole(input) => {
                whole::read(input, &mut queue);
                self.end();
            }
            State::Json(json) => {
                if !json.step(&mut queue) {
                    self.end();
                }
            }
            State::Crawl(crawl) => {
                if !crawl.step(&mut queue) {
                    self.end();
                }
            }
            State::Read(_) => {
                self.close();
                self.check_unchanged();
            }
            State::Done => return false,
        }
        true
    }

    /// Takes compression off and chooses the reader.
    fn begin(&mut self) {
        let State::New(stored) = std::mem::replace(&mut self.state, State::Done) else { return };
        let mut queue = Queue { ready: &mut self.ready, name: &self.source.name, settings: &self.settings };
        let mut input = Input::new(Layer::Stored(Box::new(stored)));
        let mut layers = 0;
        self.state = loop {
            // Damage before the first byte: what it was can only be told behind it.
            while input.peek(HEAD).is_empty() {
                let Some(hole) = input.hole() else { break };
                let origin = queue.origin(None, hole.bytes.0);
                queue.push(reject_hole(origin, hole, Severity::Lost));
            }
            let mut format = sniff::format(sniff::head(input.peek(HEAD)));
            if format == Format::Page {
                // The beginning may be what is damaged: then what it was shows behind.
                let behind = sniff::format(input.peek_behind_hole(HEAD));
                if matches!(behind, Format::Warc | Format::Arc | Format::Json(_)) {
                    format = behind;
                }
            }
            match format {
                Format::Gzip if layers < MAX_LAYERS => {
                    self.tally.formats.push("gzip");
                    input = Input::new(Layer::Gzip(Box::new(gzip::Gzip::new(input))));
                }
                Format::Zstandard if layers < MAX_LAYERS => {
                    self.tally.formats.push("zstd");
                    input = Input::new(Layer::Zstandard(Box::new(zstandard::Zstandard::new(input))));
                }
                Format::Json(shape) => {
                    self.tally.formats.push(shape.name());
                    if let Some(charset) = self.settings.charset.filter(|c| *c != encoding_rs::UTF_8) {
                        input = transcoded(input, charset);
                    }
                    break State::Json(Box::new(json::Json::new(input, shape)));
                }
                Format::Warc => {
                    self.tally.formats.push("warc");
                    break State::Crawl(Box::new(crawl::Crawl::new(input, crawl::Kind::Warc)));
                }
                Format::Arc => {
                    self.tally.formats.push("arc");
                    break State::Crawl(Box::new(crawl::Crawl::new(input, crawl::Kind::Arc)));
                }
                Format::Binary(found) => {
                    self.tally.formats.push("binary");
                    let bytes = (0, self.source.bytes.unwrap_or_default());
                    let origin = queue.origin(None, 0);
                    queue.push(page::not_text(origin, bytes, &format!("a {found}"), Severity::Lost));
                    break State::Read(Box::new(input.into_bottom()));
                }
                _ => {
                    if let Some((charset, shape)) = sniff::json_in_utf16(sniff::head(input.peek(HEAD))) {
                        self.tally.formats.push(shape.name());
                        break State::Json(Box::new(json::Json::new(transcoded(input, charset), shape)));
                    }
                    self.tally.formats.push("page");
                    break State::Whole(input);
                }
            }
            layers += 1;
        };
    }

    /// The reader is through.
    fn end(&mut self) {
        let input = match std::mem::replace(&mut self.state, State::Done) {
            State::Whole(input) => input,
            State::Json(json) => json.into_input(),
            State::Crawl(crawl) => {
                let (input, passed) = crawl.into_input();
                self.tally.passed = passed;
                input
            }
            state => {
                self.state = state;
                return;
            }
        };
        self.state = State::Read(Box::new(input.into_bottom()));
    }

    /// Counts and hashes what is left of the stored file.
    fn close(&mut self) {
        self.end();
        let stored = match std::mem::replace(&mut self.state, State::Done) {
            State::New(stored) => Some(stored),
            State::Read(stored) => *stored,
            _ => None,
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

fn transcoded(input: Input, charset: &'static encoding_rs::Encoding) -> Input {
    Input::new(Layer::Transcoded(Box::new(transcoded::Transcoded::new(input, charset))))
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
