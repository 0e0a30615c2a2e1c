//! Records of a crawl, WARC and ARC, read so that damage costs the records it touches and no other.
//!
//! A record ends where its length says, if what follows there can follow a record. If not, it ends before the next
//! header that reads like one. Between records only line feeds are awaited; what else stands there is reported.

use super::digest;
use super::http;
use super::input::{CHUNK, Hole, Input};
use super::page::{self, Told};
use super::sniff::{self, Format};
use super::{Incoming, Queue, reject_hole};
use crate::error::{Reject, Severity};
use crate::model::{Media, sha256_hex};
use std::collections::BTreeMap;

/// Longest header of a record. Real ones have 1 KiB; addresses of 64 KiB exist.
const MAX_HEADER: usize = 256 << 10;

/// Of a record that is larger than a dump may be, so much is searched for the header of a next one before its length is
/// believed: a wrong length must not cost the whole file. A guess; most pages are below 1 MiB.
const DOUBTED: usize = 8 << 20;

/// Which of the two formats.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Warc,
    Arc,
}

/// The reader of records.
pub(super) struct Crawl {
    input: Input,
    kind: Kind,
    /// Number of the next response, resource or conversion record.
    number: u64,
    passed: BTreeMap<String, u64>,
}

/// What a record's header says.
#[derive(Default, Debug)]
struct Header {
    /// `response`, `revisit` …; in lower case.
    role: String,
    url: Option<String>,
    /// Content type of the block.
    media_type: Option<String>,
    charset: Option<String>,
    length: Option<u64>,
    truncated: Option<String>,
    /// Digests of the block, and of the body in it.
    block_digest: Option<String>,
    payload_digest: Option<String>,
    /// A line of it could not be read.
    damaged: bool,
}

/// How the end of a record's block was found.
#[derive(Debug, PartialEq)]
enum End {
    /// Where its length says.
    Stated,
    /// Before the next header: the length is wrong or missing.
    Found,
    /// Bytes are missing, or the file ends.
    Cut,
    /// It is larger than a dump may be; read over.
    TooLarge,
}

impl Crawl {
    pub fn new(input: Input, kind: Kind) -> Crawl {
        Crawl { input, kind, number: 0, passed: BTreeMap::new() }
    }

    /// The input, and how many records of which kind were passed over because they are no dumps.
    pub fn into_input(self) -> (Input, BTreeMap<String, u64>) {
        (self.input, self.passed)
    }

    /// Reads one record or one piece of damage. False at the end.
    pub fn step(&mut self, queue: &mut Queue<'_>) -> bool {
        if let Some(hole) = self.input.hole() {
            queue.push(reject_hole(queue.origin(None, hole.bytes.0), hole, Severity::Lost));
            return true;
        }
        let bytes = self.input.peek(1);
        let feeds = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        if feeds > 0 {
            self.input.consume(feeds);
            return true;
        }
        if bytes.is_empty() {
            return false;
        }
        let start = self.input.stored(self.input.position());
        match self.header() {
            Some((header, length)) => {
                self.input.consume(length);
                self.record(header, start, queue);
            }
            None => self.garbage(start, queue),
        }
        true
    }

    /// The header at the cursor and its bytes; none when there is none that can be read.
    fn header(&mut self) -> Option<(Header, usize)> {
        let mut want = 4096;
        loop {
            let bytes = self.input.peek(want);
            let (seen, kind) = (bytes.len(), self.kind);
            match kind {
                Kind::Warc if !begins_warc(bytes) => return None,
                Kind::Warc => {
                    if let Some((end, after)) = http::blank_line(bytes) {
                        // Another record begins before this header ends: the rest of this one is lost.
                        return match boundary(kind, bytes, 1) {
                            Some(at) if at < end => None,
                            _ => Some((warc_header(&bytes[..end]), after)),
                        };
                    }
                }
                Kind::Arc => {
                    if let Some(end) = memchr::memchr(b'\n', bytes) {
                        return arc_header(&bytes[..end]).map(|header| (header, end + 1));
                    }
                }
            }
            if seen < want || want >= MAX_HEADER {
                return None;
            }
            want *= 2;
        }
    }

    /// Steps to the next header and reports what was stepped over.
    fn garbage(&mut self, start: u64, queue: &mut Queue<'_>) {
        self.input.consume(1);
        self.seek();
        let bytes = self.input.place_since(start);
        let hole = self.input.hole();
        let reject = match hole {
            // One piece of damage, not two.
            Some(hole) => reject_hole(queue.origin(None, bytes.0), joined(bytes, hole), Severity::Lost),
            None => {
                warc_reject(queue.origin(None, bytes.0), bytes, Severity::Lost, "no record header where one is awaited")
            }
        };
        queue.push(reject);
    }

    /// Steps to the next header, a hole or the end.
    fn seek(&mut self) {
        loop {
            let kind = self.kind;
            let bytes = self.input.peek(CHUNK);
            match boundary(kind, bytes, 0) {
                Some(at) => return self.input.consume(at),
                // What may be the beginning of a header is looked at again, with what follows it.
                None if bytes.len() >= CHUNK => {
                    let step = bytes.len() - OVERLAP;
                    self.input.consume(step);
                }
                None => {
                    let rest = bytes.len();
                    return self.input.consume(rest);
                }
            }
        }
    }

    /// Reads the block of a record and makes a dump of it, or says why not.
    fn record(&mut self, header: Header, start: u64, queue: &mut Queue<'_>) {
        let limit = queue.settings.max_dump();
        let (length, end) = self.block(header.length, limit);
        let block: Vec<u8> = match end {
            End::TooLarge => Vec::new(),
            _ => self.input.peek(length)[..length].to_vec(),
        };
        let holds_dump = matches!(header.role.as_str(), "response" | "resource" | "conversion")
            || (header.role.is_empty() && block.starts_with(b"HTTP/"));
        if end != End::TooLarge {
            self.input.consume(length);
        }
        self.line_feeds();
        let hole = self.input.hole();
        let place = self.input.place_since(start);
        let number = holds_dump.then_some(self.number);
        self.number += u64::from(holds_dump);
        let origin = queue.origin(number, place.0);

        // Damage first: it is told whatever the record was.
        let touched = hole.as_ref().is_some_and(|h| end == End::Cut || h.bytes.0 <= place.0);
        let came_through = holds_dump && !block.is_empty();
        let severity = if came_through { Severity::Partial } else { Severity::Lost };
        let mut flags = Vec::new();
        match (hole, &end) {
            (_, End::TooLarge) if !holds_dump => {}
            (hole, End::TooLarge) => {
                queue.push(page::too_large(origin.clone(), place, "container", queue.settings));
                if let Some(hole) = hole {
                    queue.push(reject_hole(origin.clone(), hole, Severity::Lost));
                }
                return;
            }
            (Some(hole), _) if touched => {
                flags.push(format!("damaged:{}", hole.code));
                queue.push(reject_hole(origin.clone(), joined(place, hole), severity));
            }
            (Some(hole), _) => queue.push(reject_hole(queue.origin(None, hole.bytes.0), hole, Severity::Lost)),
            (None, End::Cut) => {
                flags.push("damaged:truncated".to_string());
                queue.push(truncated(origin.clone(), place, severity));
            }
            (None, End::Found) => {
                let stated = header.length.map_or("no length".to_string(), |l| format!("{l} bytes"));
                let message = format!("the header states {stated}, the next record begins after {length}");
                flags.push("repaired-warc:length".to_string());
                queue.push(warc_reject(origin.clone(), place, Severity::Repaired, &message));
            }
            (None, End::Stated) => {}
        }
        if header.damaged {
            flags.push("repaired-warc:header".to_string());
        }
        if !holds_dump {
            return self.pass(&header, origin, place, queue);
        }
        if let Some(why) = &header.truncated {
            flags.push(format!("truncated:{why}"));
        }
        if end == End::Stated && !has_its_digest(&header, &block) {
            flags.push("digest-differs".to_string());
        }
        self.dump(header, block, flags, origin, place, queue);
    }

    /// A record that is no dump. Only what stands for a page is worth a row; the rest is counted.
    fn pass(&mut self, header: &Header, origin: crate::model::Origin, place: (u64, u64), queue: &mut Queue<'_>) {
        let role = if header.role.is_empty() { "unknown" } else { &header.role };
        *self.passed.entry(role.to_string()).or_default() += 1;
        let message = match role {
            "revisit" => "a revisit: its page stands in another record",
            "continuation" => "a later segment of a record",
            _ => return,
        };
        queue.push(skipped(origin, place, if role == "revisit" { "revisit" } else { "segment" }, message.to_string()));
    }

    fn dump(
        &mut self,
        header: Header,
        block: Vec<u8>,
        flags: Vec<String>,
        origin: crate::model::Origin,
        place: (u64, u64),
        queue: &mut Queue<'_>,
    ) {
        let sha256 = Some(sha256_hex(&block));
        let mut told = Told { url: header.url, charset: header.charset, sha256, flags, ..Told::default() };
        let mut media_type = header.media_type;
        let bytes = match http::split(&block) {
            Some((head, stored)) => {
                media_type = head.media_type.clone();
                told.charset = head.charset.clone();
                if let Some(status) = head.status.filter(|s| *s >= 300) {
                    return queue.push(skipped(origin, place, "http-status", format!("answered with status {status}")));
                }
                let body = http::body(&head, stored, queue.settings.max_dump());
                if body.too_large {
                    return queue.push(page::too_large(origin, place, "container", queue.settings));
                }
                told.flags.extend(body.flags);
                body.bytes
            }
            None => block,
        };
        if bytes.trim_ascii().is_empty() {
            return queue.push(skipped(origin, place, "empty", "nothing stands in it".to_string()));
        }
        told.media = match media_type.as_deref() {
            Some("text/html" | "application/xhtml+xml") => Some(Media::Html),
            // Conversions are text that was made from pages; what stands in them is no markup.
            Some("text/plain") if header.role == "conversion" => Some(Media::Text),
            None | Some("text/plain" | "application/octet-stream" | "application/http" | "unk") => None,
            Some(other) => {
                *self.passed.entry(other.to_string()).or_default() += 1;
                return queue.push(skipped(origin, place, "not-text", format!("{other}, expected text or HTML")));
            }
        };
        let look = sniff::format(sniff::head(&bytes));
        let dump = match look {
            Format::Binary(found) => Err(format!("a {found}")),
            _ => {
                page::of_bytes(bytes, origin.clone(), told, queue.settings).ok_or("bytes that are no text".to_string())
            }
        };
        match dump {
            Ok(dump) => queue.push(Incoming::Dump(Box::new(dump))),
            // A picture under the name of a page is not ours; a page that cannot be read is a loss.
            Err(found) if matches!(look, Format::Binary(_)) => {
                queue.push(page::not_text(origin, place, &found, Severity::Skipped))
            }
            Err(found) => queue.push(page::not_text(origin, place, &found, Severity::Lost)),
        }
    }

    /// The length of the block at the cursor, and how its end is known.
    fn block(&mut self, stated: Option<u64>, limit: usize) -> (usize, End) {
        let Some(stated) = stated.and_then(|l| usize::try_from(l).ok()) else { return self.up_to_header(0, limit) };
        if stated > limit {
            return self.large(stated);
        }
        let kind = self.kind;
        // Behind the block: two line ends and the beginning of a header.
        let bytes = self.input.peek(stated.saturating_add(OVERLAP));
        if bytes.len() >= stated && follows(kind, &bytes[stated..]) {
            return (stated, End::Stated);
        }
        if let Some(at) = boundary(kind, bytes, 0).filter(|at| *at < stated) {
            return (before_feeds(bytes, at), End::Found);
        }
        if bytes.len() < stated {
            return without_next(bytes);
        }
        match http_length(&bytes[..stated]) == Some(stated) || ends_record(&bytes[stated..]) {
            // The block is whole by its own account: what follows is not part of it.
            true => (stated, End::Stated),
            false => self.up_to_header(stated, limit),
        }
    }

    /// The block ends before the next header, looked for from `from` on.
    fn up_to_header(&mut self, from: usize, limit: usize) -> (usize, End) {
        let kind = self.kind;
        let (mut want, mut searched) = (from + CHUNK, from);
        loop {
            let bytes = self.input.peek(want);
            if let Some(at) = boundary(kind, bytes, searched) {
                return (before_feeds(bytes, at), End::Found);
            }
            if bytes.len() < want {
                return without_next(bytes);
            }
            if bytes.len() > limit {
                self.seek();
                return (0, End::TooLarge);
            }
            searched = bytes.len() - OVERLAP;
            want = bytes.len() * 2;
        }
    }

    /// A record larger than a dump may be: read over, in case its length is wrong only to the next header.
    fn large(&mut self, stated: usize) -> (usize, End) {
        let kind = self.kind;
        let bytes = self.input.peek(DOUBTED.min(stated));
        if let Some(at) = boundary(kind, bytes, 0) {
            return (before_feeds(bytes, at), End::Found);
        }
        if bytes.len() < DOUBTED.min(stated) {
            return without_next(bytes);
        }
        let mut left = stated;
        while left > 0 {
            let bytes = self.input.peek(CHUNK);
            let take = bytes.len().min(left);
            if let Some(at) = boundary(kind, &bytes[..take], 0) {
                self.input.consume(at);
                return (0, End::TooLarge);
            }
            // A header may lie over the end of what was looked at.
            let step = if bytes.len() == take && take > OVERLAP && take < left { take - OVERLAP } else { take };
            if step == 0 {
                break;
            }
            self.input.consume(step);
            left -= step;
        }
        (0, End::TooLarge)
    }

    /// Steps over line ends behind a block.
    fn line_feeds(&mut self) {
        let feeds = self.input.peek(4).iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.input.consume(feeds);
    }
}

/// Bytes that are looked at again when a search goes on: those in which a header may have begun.
const OVERLAP: usize = 16 << 10;

/// Bytes of a header in which its type must be named for it to count as one.
const TYPE_WITHIN: usize = 8 << 10;

fn begins_warc(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"WARC/") else { return false };
    matches!(rest, [b'0'..=b'9', b'.', b'0'..=b'9', b'\r' | b'\n', ..])
}

/// Where the next header begins, at `from` or behind it.
fn boundary(kind: Kind, bytes: &[u8], from: usize) -> Option<usize> {
    let from = from.min(bytes.len());
    match kind {
        Kind::Warc => {
            let found = memchr::memmem::find_iter(&bytes[from..], b"WARC/").map(|at| from + at);
            found.into_iter().find(|at| is_warc_header(&bytes[*at..]))
        }
        Kind::Arc => memchr::memmem::find_iter(&bytes[from..], b"://").find_map(|at| {
            let at = from + at;
            let line = bytes[from..at].iter().rposition(|b| *b == b'\n').map_or(from, |n| from + n + 1);
            let begins = line == 0 || bytes[line - 1] == b'\n';
            let end = memchr::memchr(b'\n', &bytes[at..])?;
            (begins && arc_header(&bytes[line..at + end]).is_some()).then_some(line)
        }),
    }
}

/// The version line, a header line, and the type named soon: enough not to take a text about the format for a record.
fn is_warc_header(bytes: &[u8]) -> bool {
    if !begins_warc(bytes) {
        return false;
    }
    let near = &bytes[..bytes.len().min(TYPE_WITHIN)];
    let line = near[8..].trim_ascii_start();
    let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let block = &near[..http::blank_line(near).map_or(near.len(), |(end, _)| end)];
    // At the end of a cut file the type may be missing.
    name > 0 && line.get(name) == Some(&b':') && find_ignoring_case(block, b"\nwarc-")
}

fn find_ignoring_case(bytes: &[u8], lower: &[u8]) -> bool {
    bytes.windows(lower.len()).any(|w| w.eq_ignore_ascii_case(lower))
}

/// What may stand behind a block: line ends, then a header or the end of the file.
fn follows(kind: Kind, bytes: &[u8]) -> bool {
    let feeds = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let rest = &bytes[feeds..];
    match kind {
        _ if rest.is_empty() => true,
        Kind::Warc => begins_warc(rest),
        Kind::Arc => feeds > 0 && memchr::memchr(b'\n', rest).is_some_and(|end| arc_header(&rest[..end]).is_some()),
    }
}

/// The two line ends that close a record, whatever comes then.
fn ends_record(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\r\n\r\n") || bytes.starts_with(b"\n\n")
}

/// A block behind which no header is found: whole if it is closed as records are.
fn without_next(bytes: &[u8]) -> (usize, End) {
    let end = before_feeds(bytes, bytes.len());
    match ends_record(&bytes[end..]) {
        true => (end, End::Found),
        false => (bytes.len(), End::Cut),
    }
}

/// The length of an HTTP response by its own head.
fn http_length(block: &[u8]) -> Option<usize> {
    let (_, after) = http::blank_line(block).filter(|_| block.starts_with(b"HTTP/"))?;
    let head = String::from_utf8_lossy(&block[..after]);
    let length = head.lines().find_map(|l| {
        let (name, value) = l.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    length.map(|l| l.saturating_add(after))
}

/// `at` without the line ends that close the record before it.
fn before_feeds(bytes: &[u8], at: usize) -> usize {
    let kept = bytes[..at].iter().rev().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    at - kept
}

fn warc_header(bytes: &[u8]) -> Header {
    let text = String::from_utf8_lossy(bytes);
    let mut header = Header::default();
    for line in text.lines().skip(1).filter(|l| !l.trim().is_empty()) {
        // A line that begins with a blank goes on with the one before it; only `WARC-Target-URI` was ever so long.
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            header.damaged = true;
            continue;
        };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => header.role = value.to_ascii_lowercase(),
            "warc-target-uri" => header.url = Some(value.trim_matches(['<', '>']).to_string()),
            "content-type" => (header.media_type, header.charset) = http::content_type(value),
            "content-length" => {
                header.length = value.parse().ok();
                header.damaged |= header.length.is_none();
            }
            "warc-truncated" => header.truncated = Some(value.to_string()),
            "warc-block-digest" => header.block_digest = Some(value.to_string()),
            "warc-payload-digest" => header.payload_digest = Some(value.to_string()),
            _ => {}
        }
    }
    header.damaged |= header.role.is_empty();
    header
}

/// The block is what was written down of it. Without its own digest that of the body tells, unless it is there in
/// another form than it was digested in: crawlers do not agree whether chunks belong to it.
fn has_its_digest(header: &Header, block: &[u8]) -> bool {
    let body = || match http::split(block) {
        Some((head, body)) => (!head.is_chunked()).then_some(body),
        None => Some(block),
    };
    let told = match (&header.block_digest, &header.payload_digest) {
        (Some(digest), _) => digest::agrees(digest, block),
        (None, Some(digest)) => body().and_then(|body| digest::agrees(digest, body)),
        (None, None) => None,
    };
    told.unwrap_or(true)
}

/// `http://host/path 192.0.2.1 20041231235959 text/html 4321`: address, machine, time, type, …, length.
fn arc_header(line: &[u8]) -> Option<Header> {
    let line = std::str::from_utf8(line).ok()?.trim_end();
    let words: Vec<&str> = line.split(' ').collect();
    let time = words.iter().skip(2).position(|w| w.len() == 14 && w.bytes().all(|b| b.is_ascii_digit()))? + 2;
    let length = words.last()?.parse().ok()?;
    let media_type = words.get(time + 1).filter(|_| time + 2 < words.len())?.to_ascii_lowercase();
    let url = words[..time - 1].join(" ");
    let (scheme, _) = url.split_once(':')?;
    let role = match scheme {
        "filedesc" => "warcinfo",
        "http" | "https" => "response",
        _ if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => "resource",
        _ => return None,
    };
    Some(Header {
        role: role.to_string(),
        url: Some(url),
        media_type: Some(media_type),
        length: Some(length),
        ..Header::default()
    })
}

/// One piece of damage: the record that it cut, and the hole.
fn joined(record: (u64, u64), hole: Hole) -> Hole {
    let bytes = (record.0.min(hole.bytes.0), record.1.max(hole.bytes.1));
    Hole { bytes, ..hole }
}

fn warc_reject(origin: crate::model::Origin, bytes: (u64, u64), severity: Severity, message: &str) -> Incoming {
    Incoming::Reject(Reject {
        origin,
        bytes: Some(bytes),
        layer: "container",
        code: "warc",
        severity,
        message: message.to_string(),
        hint: "fetch the file again if there is a whole copy of it".to_string(),
    })
}

fn truncated(origin: crate::model::Origin, bytes: (u64, u64), severity: Severity) -> Incoming {
    Incoming::Reject(Reject {
        origin,
        bytes: Some(bytes),
        layer: "container",
        code: "truncated",
        severity,
        message: "the file ends inside a record".to_string(),
        hint: "fetch the file again if there is a whole copy of it".to_string(),
    })
}

fn skipped(origin: crate::model::Origin, bytes: (u64, u64), code: &'static str, message: String) -> Incoming {
    Incoming::Reject(Reject {
        origin,
        bytes: Some(bytes),
        layer: "container",
        code,
        severity: Severity::Skipped,
        message,
        hint: String::new(),
    })
}
