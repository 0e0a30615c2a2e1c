//! JSON records: one a line, in one array, or one after another. A record that cannot be read costs itself.

use super::charset::{self, Hints};
use super::fields::{self, Object};
use super::input::{CHUNK, Hole, Input};
use super::page::{self, Settings, Told};
use super::repair::repair;
use super::sniff::Shape;
use super::{Incoming, Queue, reject_hole};
use crate::error::{Reject, Severity};
use crate::model::{Origin, sha256_hex};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// The reader of JSON records.
pub(super) struct Json {
    input: Input,
    shape: Shape,
    /// Number of the next record: of its line, or of its place in the array.
    number: u64,
    /// Bytes were lost before the next line, so that it may be the tail of one.
    after_hole: bool,
}

/// The bytes of one record and how far they are whole.
struct Piece {
    bytes: Vec<u8>,
    /// Positions in the input.
    from: u64,
    to: u64,
    cut: Cut,
}

enum Cut {
    /// As it should be.
    Whole,
    /// Larger than a dump may be; read over.
    TooLarge,
    /// Bytes are missing.
    Hole(Hole),
    /// The file ends inside.
    End,
}

impl Json {
    pub fn new(input: Input, shape: Shape) -> Json {
        Json { input, shape, number: 0, after_hole: false }
    }

    pub fn into_input(self) -> Input {
        self.input
    }

    /// Reads one record. False at the end.
    pub fn step(&mut self, queue: &mut Queue<'_>) -> bool {
        match self.shape {
            Shape::Lines => self.line(queue),
            Shape::Array | Shape::Values => self.value(queue),
        }
    }

    fn line(&mut self, queue: &mut Queue<'_>) -> bool {
        if self.input.at_end() {
            return false;
        }
        let number = self.number;
        let (piece, lines) = line(&mut self.input, queue.settings.max_dump());
        self.number += lines;
        let tail = std::mem::take(&mut self.after_hole);
        if let Cut::Hole(hole) = &piece.cut {
            self.after_hole = !hole.delivered;
        }
        if !(piece.bytes.trim_ascii().is_empty() && matches!(piece.cut, Cut::Whole | Cut::End)) {
            self.record(piece, number, tail, queue);
        }
        true
    }

    fn value(&mut self, queue: &mut Queue<'_>) -> bool {
        let between: &[u8] =
            if self.shape == Shape::Array { b" \t\r\n,[]\xef\xbb\xbf" } else { b" \t\r\n,\xef\xbb\xbf" };
        loop {
            if let Some(hole) = self.input.hole() {
                queue.push(reject_hole(queue.origin(None, hole.bytes.0), hole, Severity::Lost));
                resynchronise(&mut self.input, None);
                continue;
            }
            let bytes = self.input.peek(1);
            let skip = bytes.iter().take_while(|b| between.contains(b)).count();
            match (bytes.is_empty(), skip) {
                (true, _) => return false,
                (false, 0) => break,
                (false, skip) => self.input.consume(skip),
            }
        }
        let number = self.number;
        self.number += 1;
        self.input.hold(Some(self.input.position()));
        let mut piece = value(&mut self.input, queue.settings.max_dump());
        let alone = self.shape == Shape::Values;
        if matches!(piece.cut, Cut::End) || (matches!(piece.cut, Cut::Whole) && !is_json(&piece.bytes)) {
            // A quote or bracket too many takes the following records with it: go back and look for the next one.
            self.input.go_back(piece.from);
            resynchronise(&mut self.input, Some(piece.to));
            if self.input.position() < piece.to {
                let keep = self.input.position().saturating_sub(piece.from) as usize;
                piece.bytes.truncate(keep);
                piece.to = self.input.position();
                while matches!(piece.bytes.last(), Some(b' ' | b'\t' | b'\r' | b'\n' | b',')) {
                    piece.bytes.pop();
                }
                piece.cut = Cut::Whole;
            }
        }
        self.input.hold(None);
        let many = if alone && matches!(piece.cut, Cut::Whole) { held_records(&piece.bytes, queue) } else { None };
        match many {
            Some(records) => {
                self.number -= 1;
                for bytes in records {
                    let number = self.number;
                    self.number += 1;
                    self.record(Piece { bytes, from: piece.from, to: piece.to, cut: Cut::Whole }, number, false, queue);
                }
            }
            None => self.record(piece, number, false, queue),
        }
        true
    }

    /// Makes a dump of a record, or says why not. `tail`: it may be the end of one whose beginning is lost.
    fn record(&mut self, piece: Piece, number: u64, tail: bool, queue: &mut Queue<'_>) {
        let start = self.input.stored(piece.from);
        let place = (start, self.input.stored_end(piece.to).max(start));
        let origin = queue.origin(Some(number), place.0);
        match piece.cut {
            Cut::Whole => {}
            Cut::End => {}
            Cut::TooLarge => return queue.push(page::too_large(origin, place, "container", queue.settings)),
            Cut::Hole(hole) if hole.delivered => {
                queue.push(reject_hole(origin.clone(), hole, Severity::Partial));
            }
            Cut::Hole(hole) => {
                let bytes = (place.0.min(hole.bytes.0), hole.bytes.1);
                return queue.push(reject_hole(origin, Hole { bytes, ..hole }, Severity::Lost));
            }
        }
        if piece.bytes.trim_ascii().is_empty() {
            return;
        }
        match read(&piece.bytes, &origin, queue.settings) {
            Ok(dump) => queue.push(Incoming::Dump(Box::new(dump))),
            Err(_) if tail => queue.push(rejected(
                origin,
                place,
                "truncated",
                "the end of a record whose beginning is lost".to_string(),
            )),
            Err((code, message)) => queue.push(rejected(origin, place, code, message)),
        }
    }
}

fn rejected(origin: Origin, bytes: (u64, u64), code: &'static str, message: String) -> Incoming {
    let hint = match code {
        "no-text" => "name the field: --text-field or --html-field",
        _ => "mend the record, or leave it out",
    };
    Incoming::Reject(Reject {
        origin,
        bytes: Some(bytes),
        layer: "container",
        code,
        severity: Severity::Lost,
        message,
        hint: hint.to_string(),
    })
}

/// One record's bytes, as a dump or as code and message of a reject.
fn read(bytes: &[u8], origin: &Origin, settings: &Settings) -> Result<crate::model::Dump, (&'static str, String)> {
    let sha256 = sha256_hex(bytes);
    // JSON is UTF-8 by its standard; a few wrong bytes are damage, many are another character set.
    let (decoded, lossy);
    let (json, charset) = match std::str::from_utf8(bytes) {
        Ok(json) => (json, "UTF-8"),
        Err(_) if bytes.iter().filter(|b| !b.is_ascii()).count() < charset::ENOUGH => {
            lossy = String::from_utf8_lossy(bytes);
            (lossy.as_ref(), "UTF-8")
        }
        Err(_) => {
            decoded = charset::decode(bytes.to_vec(), Hints::default())
                .ok_or_else(|| ("encoding", "no text in any character set, expected JSON in UTF-8".to_string()))?;
            (decoded.body.as_str(), decoded.charset.name())
        }
    };
    let mut mended = BTreeSet::new();
    let repaired;
    let json = json.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\0']);
    let parsed = match parse(json, settings, &mut mended) {
        Err(first) => {
            repaired = repair(json);
            mended.extend(repaired.kinds);
            parse(&repaired.text, settings, &mut mended).map_err(|_| first)
        }
        parsed => parsed,
    };
    let found = parsed.map_err(|e| (if e.is_eof() { "truncated" } else { "json" }, format!("not JSON: {e}")))?;
    let found = found.ok_or_else(|| ("no-text", no_text(json)))?;
    let mut told = found.told;
    told.sha256 = Some(sha256);
    told.flags = mended.iter().map(|kind| format!("repaired-json:{kind}")).collect();
    Ok(page::of_text(found.body, charset, origin.clone(), told, settings))
}

fn parse(
    json: &str,
    settings: &Settings,
    mended: &mut BTreeSet<&'static str>,
) -> serde_json::Result<Option<fields::Found>> {
    if json.starts_with('"') {
        let body: String = serde_json::from_str(json)?;
        return Ok((!body.trim().is_empty()).then(|| fields::Found { body, told: Told::default() }));
    }
    Ok(fields::find(serde_json::from_str::<Object<'_>>(json)?, &settings.config, mended))
}

/// The names of the fields that are there.
fn no_text(json: &str) -> String {
    // A record of a table may have hundreds of fields; a few show what it is.
    const SHOWN: usize = 12;
    let names = match serde_json::from_str::<Object<'_>>(json) {
        Ok(object) => object.0.into_iter().take(SHOWN).map(|(name, _)| name).collect::<Vec<_>>().join(", "),
        Err(_) => String::new(),
    };
    format!("no field holds a text, found: {names}")
}

fn is_json(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    serde_json::from_str::<&RawValue>(&text).is_ok() || serde_json::from_str::<&RawValue>(&repair(&text).text).is_ok()
}

/// The records inside one object that is none itself: `{"articles": [{…}, …]}` or `{"id": {…}, …}`.
fn held_records(bytes: &[u8], queue: &Queue<'_>) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let object: Object<'_> = serde_json::from_str(text).ok()?;
    let is_record = |raw: &str| {
        let found = serde_json::from_str::<Object<'_>>(raw)
            .ok()
            .map(|o| fields::find(o, &queue.settings.config, &mut BTreeSet::new()));
        found.flatten().is_some()
    };
    if is_record(text) {
        return None;
    }
    let lists: Vec<Vec<&RawValue>> = object.0.iter().filter_map(|(_, v)| serde_json::from_str(v.get()).ok()).collect();
    let listed = lists.into_iter().find(|list| list.first().is_some_and(|first| is_record(first.get())));
    let records = listed.unwrap_or_else(|| object.0.iter().map(|(_, v)| *v).collect());
    let any = records.iter().take(8).any(|r| is_record(r.get()));
    any.then(|| records.iter().map(|r| r.get().as_bytes().to_vec()).collect())
}

/// Goes past the first byte to the next `{"` behind a `,` or a line feed: the likely beginning of a record. None there:
/// to `until`, or to a hole or the end.
fn resynchronise(input: &mut Input, until: Option<u64>) {
    // What stands before a brace is looked at together with it.
    const BEFORE: usize = 64;
    let mut first = true;
    loop {
        let left = until.map_or(usize::MAX, |u| u.saturating_sub(input.position()) as usize);
        let bytes = input.peek(CHUNK);
        let near = &bytes[..bytes.len().min(left)];
        let begins = memchr::memchr_iter(b'{', near).skip_while(|at| first && *at == 0).find(|at| {
            let before = near[..*at].trim_ascii_end();
            let opens = bytes[at + 1..].trim_ascii_start().starts_with(b"\"");
            opens
                && (before.ends_with(b"},") || before.ends_with(b"[") || (before.len() < *at && before.ends_with(b"}")))
        });
        match begins {
            Some(at) => return input.consume(at),
            None if near.len() > BEFORE && near.len() == bytes.len() => {
                let step = near.len() - BEFORE;
                input.consume(step);
            }
            None => {
                let rest = near.len();
                return input.consume(rest);
            }
        }
        first = false;
    }
}

/// Reads a line, and the following ones while a string is open that a raw line feed broke. Gives the lines taken.
fn line(input: &mut Input, limit: usize) -> (Piece, u64) {
    let from = input.position();
    let mut scan = Scan::default();
    let mut bytes = Vec::new();
    let mut lines = 0;
    loop {
        let old = bytes.len();
        let (cut, ended) = until_line_feed(input, &mut bytes, limit);
        lines += 1;
        scan.read(&bytes[old.min(bytes.len())..]);
        let goes_on = matches!(cut, Cut::Whole) && ended && scan.in_string && !opens_record(input.peek(256));
        if !goes_on {
            return (Piece { bytes, from, to: input.position(), cut }, lines);
        }
        bytes.push(b'\n');
    }
}

/// A line that is a record of its own, or the end of the file.
fn opens_record(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    start.is_empty() || start.strip_prefix(b"{").is_some_and(|r| r.trim_ascii_start().starts_with(b"\""))
}

/// Adds bytes up to the next line feed, which is stepped over. True when there was one.
fn until_line_feed(input: &mut Input, into: &mut Vec<u8>, limit: usize) -> (Cut, bool) {
    let mut too_large = false;
    loop {
        let bytes = input.peek(1);
        if bytes.is_empty() {
            let cut = match input.hole() {
                Some(hole) => Cut::Hole(hole),
                None if too_large => Cut::TooLarge,
                None => Cut::End,
            };
            return (cut, false);
        }
        let feed = memchr::memchr(b'\n', bytes);
        let take = feed.unwrap_or(bytes.len());
        match into.len() + take <= limit {
            true if !too_large => into.extend_from_slice(&bytes[..take]),
            _ => {
                too_large = true;
                *into = Vec::new();
            }
        }
        input.consume(take + usize::from(feed.is_some()));
        if feed.is_some() {
            return (if too_large { Cut::TooLarge } else { Cut::Whole }, true);
        }
    }
}

/// Reads the value at the cursor: to its closing bracket, or a bare word to the next comma or bracket.
fn value(input: &mut Input, limit: usize) -> Piece {
    let from = input.position();
    let mut scan = Scan::default();
    let mut bytes = Vec::new();
    let mut too_large = false;
    loop {
        let chunk = input.peek(1);
        if chunk.is_empty() {
            let cut = match input.hole() {
                Some(hole) => Cut::Hole(hole),
                None if too_large => Cut::TooLarge,
                None => Cut::End,
            };
            return Piece { bytes, from, to: input.position(), cut };
        }
        let (take, done) = match scan.read_value(chunk) {
            Some(end) => (end, true),
            None => (chunk.len(), false),
        };
        match !too_large && bytes.len() + take <= limit {
            true => bytes.extend_from_slice(&chunk[..take]),
            false => {
                too_large = true;
                bytes = Vec::new();
            }
        }
        input.consume(take);
        if done {
            let cut = if too_large { Cut::TooLarge } else { Cut::Whole };
            return Piece { bytes, from, to: input.position(), cut };
        }
    }
}

/// Where JSON text stands: how deep, and in a string or not.
#[derive(Default)]
struct Scan {
    depth: u64,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.next(byte);
        }
    }

    /// The end of the value within `bytes`; none when it goes on.
    fn read_value(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            let bare = self.depth == 0 && !self.in_string;
            if bare && self.begun && matches!(byte, b',' | b']' | b'}' | b'\n') {
                return Some(at);
            }
            self.begun = true;
            self.next(byte);
            if self.depth == 0 && !self.in_string && matches!(byte, b'}' | b']' | b'"') {
                return Some(at + 1);
            }
        }
        None
    }

    fn next(&mut self, byte: u8) {
        if std::mem::take(&mut self.escaped) {
            return;
        }
        match (self.in_string, byte) {
            (true, b'\\') => self.escaped = true,
            (true, b'"') => self.in_string = false,
            (true, _) => {}
            (false, b'"') => self.in_string = true,
            (false, b'{' | b'[') => self.depth += 1,
            (false, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (false, _) => {}
        }
    }
}
