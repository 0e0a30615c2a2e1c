//! Archives are folders: each file in them is read as if it stood beside the others, under the archive's name.
//!
//! They are read from the front, header by header, never by the directory at the end of a zip: so a pipe will do, a cut
//! archive gives what stands before the cut, and damage costs the members it touches.

use super::input::{CHUNK, Input, Layer};
use super::member::Member;
use super::reader::Step;
use super::walk::escape;
use super::{Queue, reject_hole};
use crate::error::{Reject, Severity};

/// tar's unit.
const BLOCK: usize = 512;

/// Longest name that is taken from a header of its own. Paths end at 4096.
const MAX_NAME: u64 = 64 << 10;

/// Begins a zip member, the directory behind the members, and the end of an archive without any.
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const CLOSING: [u8; 4] = *b"PK\x05\x06";

/// Bytes before the name in a zip member's header.
const LOCAL_HEADER: usize = 30;

/// Which kind of archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Tar,
    Zip,
}

/// The reader of an archive.
pub(super) struct Archive {
    /// None while a member is read.
    input: Option<Input>,
    kind: Kind,
    /// Name and length that a header of their own gave for the next tar member.
    long_name: Option<Vec<u8>>,
    long_size: Option<u64>,
    /// Bytes to step over behind the member (tar), or a descriptor to look for (zip).
    padding: u64,
    hidden: u64,
}

impl Archive {
    pub fn new(input: Input, kind: Kind) -> Archive {
        Archive { input: Some(input), kind, long_name: None, long_size: None, padding: 0, hidden: 0 }
    }

    /// The input, when no member is out, and how many hidden files were passed over.
    pub fn into_input(self) -> (Option<Input>, u64) {
        (self.input, self.hidden)
    }

    /// Takes the archive back from a member that is read.
    pub fn resume(&mut self, member: Member) {
        let mut input = member.into_input();
        match self.kind {
            Kind::Tar => skip(&mut input, self.padding),
            Kind::Zip => descriptor(&mut input),
        }
        self.padding = 0;
        self.input = Some(input);
    }

    pub fn step(&mut self, queue: &mut Queue<'_>) -> Step {
        let Some(mut input) = self.input.take() else { return Step::End };
        if let Some(hole) = input.hole() {
            queue.push(reject_hole(queue.origin(None, hole.bytes.0), hole, Severity::Lost));
            self.input = Some(input);
            return Step::More;
        }
        match self.kind {
            Kind::Tar => self.tar(input, queue),
            Kind::Zip => self.zip(input, queue),
        }
    }

    fn tar(&mut self, mut input: Input, queue: &mut Queue<'_>) -> Step {
        let start = input.position();
        let header: Option<[u8; BLOCK]> = input.peek(BLOCK).first_chunk().copied();
        let Some(header) = header else {
            let left = input.peek(BLOCK).to_vec();
            input.consume(left.len());
            if left.iter().any(|b| *b != 0) {
                queue.push(damage(&input, start, "truncated", "the archive ends inside a header", queue));
            }
            self.input = Some(input);
            return if left.is_empty() { Step::End } else { Step::More };
        };
        if header.iter().all(|b| *b == 0) {
            input.consume(BLOCK);
            self.input = Some(input);
            return Step::More;
        }
        if !is_tar(&header) {
            while input.peek(BLOCK).first_chunk::<BLOCK>().is_some_and(|block| !is_tar(block)) {
                input.consume(BLOCK);
            }
            queue.push(damage(&input, start, "corrupt", "no header where one is awaited", queue));
            self.input = Some(input);
            return Step::More;
        }
        input.consume(BLOCK);
        let size = self.long_size.take().or_else(|| number(&header[124..136])).unwrap_or(0);
        let padding = size.next_multiple_of(BLOCK as u64).saturating_sub(size);
        match header[156] {
            b'L' | b'x' if size <= MAX_NAME => {
                let bytes = input.peek(size as usize);
                let bytes = bytes[..bytes.len().min(size as usize)].to_vec();
                match header[156] {
                    b'L' => self.long_name = Some(bytes.split(|b| *b == 0).next().unwrap_or_default().to_vec()),
                    _ => self.pax(&bytes),
                }
                skip(&mut input, size.saturating_add(padding));
            }
            b'0' | 0 | b'7' => {
                let name = self.long_name.take().unwrap_or_else(|| tar_name(&header));
                self.padding = padding;
                return self.member(&name, Member::tar(input, start, size));
            }
            // Folders and links hold no bytes; what else there is holds no file.
            _ => {
                self.long_name = None;
                skip(&mut input, size.saturating_add(padding));
            }
        }
        self.input = Some(input);
        Step::More
    }

    /// `27 path=deep/folder/name.txt\n` and the like.
    fn pax(&mut self, bytes: &[u8]) {
        for line in bytes.split(|b| *b == b'\n') {
            let record = line.splitn(2, |b| *b == b' ').nth(1).unwrap_or_default();
            if let Some(path) = record.strip_prefix(b"path=") {
                self.long_name = Some(path.to_vec());
            }
            if let Some(size) = record.strip_prefix(b"size=") {
                self.long_size = std::str::from_utf8(size).ok().and_then(|s| s.parse().ok());
            }
        }
    }

    fn zip(&mut self, mut input: Input, queue: &mut Queue<'_>) -> Step {
        let start = input.position();
        let head = input.peek(LOCAL_HEADER);
        if head.is_empty() || head.starts_with(&CENTRAL) || head.starts_with(&CLOSING) {
            // The directory says again what the headers said.
            self.input = Some(input);
            return Step::End;
        }
        let Some(header) = head.first_chunk::<LOCAL_HEADER>().filter(|h| h.starts_with(&LOCAL)).copied() else {
            input.consume(1);
            seek_zip(&mut input);
            queue.push(damage(&input, start, "corrupt", "no header where one is awaited", queue));
            self.input = Some(input);
            return Step::More;
        };
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (flags, method) = (short(6), short(8));
        let (name_length, extra_length) = (usize::from(short(26)), usize::from(short(28)));
        let names = input.peek(LOCAL_HEADER + name_length + extra_length);
        let name = names.get(LOCAL_HEADER..LOCAL_HEADER + name_length).unwrap_or_default().to_vec();
        let extra =
            names.get(LOCAL_HEADER + name_length..LOCAL_HEADER + name_length + extra_length).unwrap_or_default();
        let size = if long(18) == u32::MAX { zip64_size(extra) } else { Some(u64::from(long(18))) };
        let behind = names.len().min(LOCAL_HEADER + name_length + extra_length);
        input.consume(behind);
        // Bit 3: sizes and checksum stand behind the bytes.
        let later = flags & 8 != 0;
        let (size, sum) = if later { (None, None) } else { (size, Some(long(14))) };
        match (method, size) {
            _ if flags & 1 != 0 => self.unsupported(input, &name, start, "encrypted", queue),
            // Method 93 is zstd, which is told by its look.
            (0, Some(_)) => self.member(&name, Member::zip(input, start, size, sum, false)),
            (93, Some(_)) => self.member(&name, Member::zip(input, start, size, None, false)),

            (8, size) => self.member(&name, Member::zip(input, start, size, sum, true)),
            _ => self.unsupported(input, &name, start, &format!("packed by method {method}"), queue),
        }
    }

    fn unsupported(&mut self, mut input: Input, name: &[u8], start: u64, found: &str, queue: &mut Queue<'_>) -> Step {
        let start = input.stored(start);
        seek_zip(&mut input);
        let mut origin = queue.origin(None, start);
        origin.path = format!("{}/{}", origin.path, member_name(name));
        queue.push(Reject {
            origin,
            bytes: Some(input.place_since(start)),
            layer: "container",
            code: "unsupported",
            severity: Severity::Lost,
            message: format!("{found}, expected deflate"),
            hint: "unpack the archive first".to_string(),
        });
        self.input = Some(input);
        Step::More
    }

    /// A member to read, or one to pass over: a folder, a hidden file.
    fn member(&mut self, name: &[u8], member: Member) -> Step {
        let hidden = name.split(|b| *b == b'/').any(|part| part.starts_with(b".") && part != b"." && part != b"..");
        let hidden = hidden || name.starts_with(b"__MACOSX/");
        if !hidden && !name.ends_with(b"/") {
            return Step::Member(member_name(name), Box::new(member));
        }
        self.hidden += u64::from(hidden);
        if let Some(member) = Input::new(Layer::Member(Box::new(member))).into_member() {
            self.resume(member);
        }
        Step::More
    }
}

/// `bytes` begin with a tar header: its checksum is right.
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<BLOCK>() else { return false };
    let Some(stated) = number(&header[148..156]) else { return false };
    let sum: u64 =
        header.iter().enumerate().map(|(i, b)| if (148..156).contains(&i) { 32 } else { u64::from(*b) }).sum();
    header[0] != 0 && stated == sum
}

/// An octal number, or a binary one that begins with the highest bit set.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let tail = &field[field.len() - 8..];
        return Some(tail.iter().fold(0, |n, b| n << 8 | u64::from(*b)));
    }
    let digits: Vec<u8> = field.iter().copied().filter(|b| !matches!(b, b' ' | 0)).collect();
    let text = std::str::from_utf8(&digits).ok()?;
    u64::from_str_radix(text, 8).ok()
}

fn tar_name(header: &[u8; BLOCK]) -> Vec<u8> {
    let word = |field: &[u8]| field.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    let name = word(&header[..100]);
    let prefix = if &header[257..263] == b"ustar\0" { word(&header[345..500]) } else { Vec::new() };
    if prefix.is_empty() { name } else { [&prefix[..], b"/", &name[..]].concat() }
}

/// The name of a member for people and tables: escaped, without `./` and `/` at its beginning. No file is ever made of it.
fn member_name(name: &[u8]) -> String {
    let mut rest = name;
    while let Some(shorter) = rest.strip_prefix(b"./").or(rest.strip_prefix(b"/")) {
        rest = shorter;
    }
    let mut shown = String::new();
    escape(rest, &mut shown);
    shown
}

/// The packed size in the extra field of large members.
fn zip64_size(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let body = rest.get(..length)?;
        if id == 1 {
            return body.get(8..16)?.try_into().ok().map(u64::from_le_bytes);
        }
        extra = &rest[length..];
    }
    None
}

/// Steps over a descriptor behind a member: with or without signature, with short or long sizes, as the next signature tells.
fn descriptor(input: &mut Input) {
    let bytes = input.peek(28);
    let next = [0, 12, 16, 20, 24].into_iter().find(|at| {
        let rest = bytes.get(*at..).unwrap_or_default();
        rest.starts_with(&LOCAL) || rest.starts_with(&CENTRAL) || rest.starts_with(&CLOSING)
    });
    if let Some(at) = next {
        input.consume(at);
    }
}

/// Steps to the next member or the directory.
pub(super) fn seek_zip(input: &mut Input) {
    loop {
        let bytes = input.peek(CHUNK);
        let found = memchr::memmem::find_iter(bytes, b"PK").find(|at| {
            let rest = &bytes[*at..];
            rest.starts_with(&LOCAL) || rest.starts_with(&CENTRAL) || rest.starts_with(&CLOSING)
        });
        let step = match found {
            Some(at) => return input.consume(at),
            None if bytes.len() >= CHUNK => bytes.len() - (LOCAL.len() - 1),
            None => {
                let rest = bytes.len();
                return input.consume(rest);
            }
        };
        input.consume(step);
    }
}

/// Steps over `count` bytes, or to a hole or the end.
pub(super) fn skip(input: &mut Input, mut count: u64) {
    while count > 0 {
        let have = input.peek(1).len();
        let take = usize::try_from(count).unwrap_or(usize::MAX).min(have);
        if take == 0 {
            return;
        }
        input.consume(take);
        count -= take as u64;
    }
}

fn damage(input: &Input, start: u64, code: &'static str, message: &str, queue: &Queue<'_>) -> Reject {
    let bytes = input.place_since(input.stored(start).min(input.stored(input.position())));
    Reject {
        origin: queue.origin(None, bytes.0),
        bytes: Some(bytes),
        layer: "container",
        code,
        severity: Severity::Lost,
        message: message.to_string(),
        hint: "fetch the archive again if there is a whole copy of it".to_string(),
    }
}
