//! Bytes on their way in: buffered, counted, hashed, unpacked. A hole in them is handed on with its place and never ends
//! the reading by itself.
//!
//! Layers stand in each other like the file does: a file, gzip over it, a tar in that, a member of the tar. Each `Input`
//! buffers one layer and knows for each of its bytes where that stood in the stored file.

use super::gzip::Gzip;
use super::member::Member;
use super::transcoded::Transcoded;
use super::zstandard::Zstandard;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read};

/// Bytes asked of the layer below at once. Large enough that system calls do not show, small beside the buffers.
pub(super) const CHUNK: usize = 128 << 10;

/// Most bytes held behind the cursor for going back after damage. A damaged gzip member is noticed within 64 KiB of a
/// flipped bit (one stored deflate block) plus what the member holds up to its checksum; records of 4 MiB are rare.
const HELD: usize = 4 << 20;

/// Stored bytes that did not come through, or came through and cannot be trusted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hole {
    /// `file` `compression` `container`.
    pub layer: &'static str,
    /// Stable code of the reject.
    pub code: &'static str,
    /// Place in the stored file.
    pub bytes: (u64, u64),
    /// What was found, what was awaited.
    pub message: String,
    /// The bytes came through, but their checksum says that some are wrong.
    pub delivered: bool,
}

/// What a layer gave.
pub(super) enum Gave {
    /// Bytes were added.
    Bytes,
    /// Bytes are missing here; more may follow.
    Hole(Hole),
    /// There are no more.
    End,
}

/// Where a layer puts what it gives.
pub(super) struct Given<'a> {
    /// The buffer; what is in it stays.
    pub bytes: &'a mut Vec<u8>,
    base: u64,
    places: &'a mut Places,
}

impl Given<'_> {
    /// The next byte that is given, and those after it, stood at `stored` (`exact`: byte by byte).
    pub fn place(&mut self, stored: u64, exact: bool) {
        self.places.add(self.base + self.bytes.len() as u64, stored, exact);
    }
}

/// Where bytes come from.
pub(super) enum Layer {
    /// The stored file.
    Stored(Box<Stored>),
    /// gzip over an input.
    Gzip(Box<Gzip>),
    /// zstd over an input.
    Zstandard(Box<Zstandard>),
    /// Another character set read as UTF-8, for containers whose own syntax is in it.
    Transcoded(Box<Transcoded>),
    /// A member of an archive.
    Member(Box<Member>),
}

impl Layer {
    /// Adds some bytes to `into`.
    fn give(&mut self, into: &mut Given<'_>) -> Gave {
        match self {
            Layer::Stored(file) => file.give(into),
            Layer::Gzip(gzip) => gzip.give(into),
            Layer::Zstandard(zstd) => zstd.give(into),
            Layer::Transcoded(text) => text.give(into),
            Layer::Member(member) => member.give(into),
        }
    }
}

/// The stored file itself: counted, and hashed as it is read.
pub(super) struct Stored {
    reader: Box<dyn Read + Send>,
    hash: Sha256,
    bytes: u64,
    broken: bool,
}

impl Stored {
    pub fn new(reader: Box<dyn Read + Send>) -> Stored {
        Stored { reader, hash: Sha256::new(), bytes: 0, broken: false }
    }

    pub fn file(file: File) -> Stored {
        Stored::new(Box::new(file))
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// SHA-256 of the bytes read so far.
    pub fn sha256(&self) -> String {
        self.hash.clone().finalize().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Reads to the end, for the count and the hash alone.
    pub fn read_on(&mut self) {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let given = &mut Given { bytes: &mut bytes, base: 0, places: &mut Places::default() };
            if matches!(self.give(given), Gave::End) {
                return;
            }
        }
    }

    fn give(&mut self, into: &mut Given<'_>) -> Gave {
        if self.broken {
            return Gave::End;
        }
        let into = &mut *into.bytes;
        let old = into.len();
        into.resize(old + CHUNK, 0);
        loop {
            match self.reader.read(&mut into[old..]) {
                Ok(n) => {
                    into.truncate(old + n);
                    self.hash.update(&into[old..]);
                    self.bytes += n as u64;
                    return if n == 0 { Gave::End } else { Gave::Bytes };
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => {
                    into.truncate(old);
                    self.broken = true;
                    return Gave::Hole(Hole {
                        layer: "file",
                        code: "unreadable",
                        bytes: (self.bytes, self.bytes),
                        message: format!("reading failed: {e}"),
                        delivered: false,
                    });
                }
            }
        }
    }
}

/// Which byte of the stored file a byte of an input came from.
#[derive(Default)]
pub(super) struct Places {
    /// Sorted by `here`. Exact places count on byte by byte; the others hold for the whole run (a compressed member).
    runs: VecDeque<Run>,
}

struct Run {
    here: u64,
    stored: u64,
    exact: bool,
}

impl Places {
    /// From `here` on the bytes stand at `stored`.
    pub fn add(&mut self, here: u64, stored: u64, exact: bool) {
        match self.runs.back_mut() {
            // An empty run: its place is taken over.
            Some(last) if last.here == here => *last = Run { here, stored, exact },
            // The last run goes on.
            Some(last) if exact && last.exact && last.stored + (here - last.here) == stored => {}
            Some(last) if !exact && !last.exact && last.stored == stored => {}
            _ => self.runs.push_back(Run { here, stored, exact }),
        }
    }

    fn run_at(&self, here: u64) -> Option<&Run> {
        let after = self.runs.partition_point(|r| r.here <= here);
        after.checked_sub(1).map(|i| &self.runs[i])
    }

    /// The stored place of the byte `here`; none before the first run.
    fn stored(&self, here: u64) -> Option<u64> {
        self.run_at(here).map(|run| if run.exact { run.stored + (here - run.here) } else { run.stored })
    }

    /// The stored place up to which one must read to have everything before `here`; none when that is as far as was read.
    fn stored_end(&self, here: u64) -> Option<u64> {
        let after = self.runs.partition_point(|r| r.here < here);
        match (after.checked_sub(1).map(|i| &self.runs[i]), self.runs.get(after)) {
            (Some(run), _) if run.exact => Some(run.stored + (here - run.here)),
            (_, Some(next)) => Some(next.stored),
            (_, None) => None,
        }
    }

    fn forget_before(&mut self, here: u64) {
        while self.runs.get(1).is_some_and(|r| r.here <= here) {
            self.runs.pop_front();
        }
    }
}

/// A buffered layer with a cursor.
pub(super) struct Input {
    layer: Layer,
    buffer: Vec<u8>,
    /// Index into `buffer` of the next byte to read.
    cursor: usize,
    /// Position of `buffer[0]`, counted from the beginning of this input.
    base: u64,
    /// From this position on bytes are held for going back.
    held: Option<u64>,
    /// Holes ahead, with the position before which they stand.
    holes: VecDeque<(u64, Hole)>,
    places: Places,
    ended: bool,
}

impl Input {
    pub fn new(layer: Layer) -> Input {
        Input {
            layer,
            buffer: Vec::new(),
            cursor: 0,
            base: 0,
            held: None,
            holes: VecDeque::new(),
            places: Places::default(),
            ended: false,
        }
    }

    /// The stored file at the bottom, given back.
    pub fn into_bottom(self) -> Option<Stored> {
        match self.layer {
            Layer::Stored(file) => Some(*file),
            Layer::Gzip(gzip) => gzip.into_input().into_bottom(),
            Layer::Zstandard(zstd) => zstd.into_input().into_bottom(),
            Layer::Transcoded(text) => text.into_input().into_bottom(),
            Layer::Member(member) => member.into_input().into_bottom(),
        }
    }

    /// The member of an archive that this input reads, itself read to its end; none when it reads none.
    pub fn into_member(mut self) -> Option<Member> {
        if matches!(self.layer, Layer::Member(_)) {
            while !self.at_end() {
                let rest = self.peek(1).len();
                self.consume(rest);
                self.hole();
            }
        }
        match self.layer {
            Layer::Member(member) => Some(*member),
            Layer::Gzip(gzip) => gzip.into_input().into_member(),
            Layer::Zstandard(zstd) => zstd.into_input().into_member(),
            Layer::Transcoded(text) => text.into_input().into_member(),
            Layer::Stored(_) => None,
        }
    }

    /// Position of the cursor.
    pub fn position(&self) -> u64 {
        self.base + self.cursor as u64
    }

    /// The place in the stored file of the next byte, and whether those after it follow it there one by one.
    pub fn place(&self) -> (u64, bool) {
        let exact = self.is_stored() || self.places.run_at(self.position()).is_some_and(|run| run.exact);
        (self.stored(self.position()), exact)
    }

    /// The place in the stored file of the byte at `position` (of the compressed member that holds it).
    pub fn stored(&self, position: u64) -> u64 {
        if self.is_stored() { position } else { self.places.stored(position).unwrap_or_else(|| self.read()) }
    }

    /// The end in the stored file of the bytes before `position`.
    pub fn stored_end(&self, position: u64) -> u64 {
        if self.is_stored() { position } else { self.places.stored_end(position).unwrap_or_else(|| self.read()) }
    }

    /// From the stored byte `start` to where the cursor stands. `start` was asked for when the cursor stood there: places
    /// behind the cursor are forgotten.
    pub fn place_since(&self, start: u64) -> (u64, u64) {
        (start, self.stored_end(self.position()).max(start))
    }

    fn is_stored(&self) -> bool {
        matches!(self.layer, Layer::Stored(_))
    }

    /// Stored bytes that were used so far.
    fn read(&self) -> u64 {
        match &self.layer {
            Layer::Stored(_) => self.position(),
            Layer::Gzip(gzip) => gzip.input().read(),
            Layer::Zstandard(zstd) => zstd.input().read(),
            Layer::Transcoded(text) => text.input().read(),
            Layer::Member(member) => member.input().read(),
        }
    }

    /// The next bytes, at least `want` of them unless a hole or the end comes first. Empty only there.
    pub fn peek(&mut self, want: usize) -> &[u8] {
        while self.ahead() < want && !self.ended && self.holes.is_empty() {
            self.fill();
        }
        let end = self.cursor + self.ahead();
        &self.buffer[self.cursor..end]
    }

    /// Steps over `count` bytes that were peeked.
    pub fn consume(&mut self, count: usize) {
        debug_assert!(count <= self.ahead());
        self.cursor += count;
    }

    /// The hole that stands at the cursor, once.
    pub fn hole(&mut self) -> Option<Hole> {
        self.peek(1);
        let position = self.position();
        match self.holes.front() {
            Some((at, _)) if *at <= position => self.holes.pop_front().map(|(_, hole)| hole),
            _ => None,
        }
    }

    /// The bytes behind the next hole, up to `want`; empty when there is none ahead, or nothing behind it.
    pub fn peek_behind_hole(&mut self, want: usize) -> &[u8] {
        self.peek(want);
        let Some((at, _)) = self.holes.front() else { return &[] };
        let from = at - self.position();
        while !self.ended && self.holes.len() == 1 && self.buffer.len() - self.cursor < from as usize + want {
            self.fill();
        }
        let end = self.holes.get(1).map_or(self.buffer.len(), |(at, _)| (at - self.base) as usize);
        let from = self.cursor + from as usize;
        &self.buffer[from..end.min(from + want)]
    }

    /// No byte and no hole is left.
    pub fn at_end(&mut self) -> bool {
        self.peek(1).is_empty() && self.holes.is_empty()
    }

    /// From `position` on bytes are held for `go_back` (the last few MiB of them); none: nothing is.
    pub fn hold(&mut self, position: Option<u64>) {
        self.held = position;
    }

    /// Puts the cursor back to `position`, or as near to it as bytes are still held.
    pub fn go_back(&mut self, position: u64) {
        debug_assert!(position <= self.position());
        self.cursor = position.saturating_sub(self.base) as usize;
    }

    /// Steps over bytes until `pattern` stands at the cursor; false when a hole or the end came first.
    pub fn skip_to(&mut self, pattern: &memchr::memmem::Finder<'_>) -> bool {
        let overlap = pattern.needle().len() - 1;
        loop {
            let (found, len) = {
                let bytes = self.peek(CHUNK);
                (pattern.find(bytes), bytes.len())
            };
            match found {
                Some(at) => {
                    self.consume(at);
                    return true;
                }
                None if len <= overlap || self.next_is_border(len) => {
                    self.consume(len);
                    return false;
                }
                None => self.consume(len - overlap),
            }
        }
    }

    /// After `len` more bytes comes a hole or the end.
    fn next_is_border(&self, len: usize) -> bool {
        let after = self.position() + len as u64;
        match self.holes.front() {
            Some((at, _)) => *at == after,
            None => self.ended && self.cursor + len == self.buffer.len(),
        }
    }

    /// Bytes that can be read before the next hole.
    fn ahead(&self) -> usize {
        let all = self.buffer.len() - self.cursor;
        match self.holes.front() {
            Some((at, _)) => all.min(at.saturating_sub(self.position()) as usize),
            None => all,
        }
    }

    fn fill(&mut self) {
        self.forget();
        let given = &mut Given { bytes: &mut self.buffer, base: self.base, places: &mut self.places };
        match self.layer.give(given) {
            Gave::Bytes => {}
            Gave::Hole(hole) => self.holes.push_back((self.base + self.buffer.len() as u64, hole)),
            Gave::End => self.ended = true,
        }
    }

    /// Lets go of bytes behind the cursor that are not held, once they are at least half of the buffer.
    fn forget(&mut self) {
        let held = match self.held {
            None => self.cursor,
            Some(position) => {
                (position.saturating_sub(self.base) as usize).clamp(self.cursor.saturating_sub(HELD), self.cursor)
            }
        };
        if held > 0 && held >= self.buffer.len() / 2 {
            self.buffer.drain(..held);
            self.cursor -= held;
            self.base += held as u64;
            self.places.forget_before(self.base);
        }
    }
}
