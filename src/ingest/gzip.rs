//! gzip, member by member: one damaged member costs that member, not those after it.

use super::input::{CHUNK, Gave, Given, Hole, Input};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use memchr::memmem::Finder;

/// Two magic bytes and the only method there is.
pub(super) const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// Longest header that is looked at. Names and comments are short; 64 KiB is the longest extra field.
const HEADER: usize = 80 << 10;

/// Bytes before the header's optional fields.
const FIXED: usize = 10;

/// Bytes begin with a gzip member.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) && bytes.get(3).is_some_and(|flags| flags & 0xe0 == 0)
}

/// As [`is_gzip`], with the bytes that every known program writes: for finding the next member among noise,
/// where three bytes alone would be met by chance in every 16 MiB.
pub(super) fn is_member(bytes: &[u8]) -> bool {
    is_gzip(bytes) && matches!(bytes, [_, _, _, _, _, _, _, _, 0 | 2 | 4, 0..=13 | 255, ..])
}

/// The decoder over an input.
pub(super) struct Gzip {
    input: Input,
    inflate: Decompress,
    crc: Crc,
    state: State,
}

enum State {
    /// Before a member.
    Between,
    /// In the deflated bytes of the member that began here.
    Inside(u64),
    /// Before the checksum of the member that began here.
    Trailer(u64),
    /// Looking for the next member after damage; what was wrong, and where that began.
    Lost(Hole),
}

impl Gzip {
    pub fn new(input: Input) -> Gzip {
        Gzip { input, inflate: Decompress::new(false), crc: Crc::new(), state: State::Between }
    }

    pub fn into_input(self) -> Input {
        self.input
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn give(&mut self, into: &mut Given<'_>) -> Gave {
        loop {
            match std::mem::replace(&mut self.state, State::Between) {
                State::Between => match self.header(into) {
                    Some(gave) => return gave,
                    None => continue,
                },
                State::Inside(start) => match self.inflate(start, into) {
                    Some(gave) => return gave,
                    None => continue,
                },
                State::Trailer(start) => self.state = self.trailer(start),
                State::Lost(hole) => return Gave::Hole(self.find_member(hole)),
            }
        }
    }

    /// Steps over a member's header. Zeros to the end are padding of tapes and disks.
    fn header(&mut self, into: &mut Given<'_>) -> Option<Gave> {
        if let Some(hole) = self.input.hole() {
            return Some(Gave::Hole(hole));
        }
        let start = self.input.position();
        if self.input.at_end() {
            return Some(Gave::End);
        }
        let bytes = self.input.peek(HEADER);
        if bytes[0] == 0 {
            let zeros = bytes.iter().take_while(|b| **b == 0).count();
            self.input.consume(zeros);
            return None;
        }
        self.input.hold(Some(start));
        match header_length(self.input.peek(HEADER)) {
            Some(length) => {
                into.place(self.input.stored(start), false);
                self.input.consume(length);
                self.inflate.reset(false);
                self.crc.reset();
                self.state = State::Inside(start);
            }
            None => self.state = self.lost(start, "corrupt", "no gzip member where one is awaited", false),
        }
        None
    }

    /// Some bytes of the member that began at `start`.
    fn inflate(&mut self, start: u64, into: &mut Given<'_>) -> Option<Gave> {
        let old = into.bytes.len();
        into.bytes.resize(old + CHUNK, 0);
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = {
            let stored = self.input.peek(1);
            self.inflate.decompress(stored, &mut into.bytes[old..], FlushDecompress::None)
        };
        let read = (self.inflate.total_in() - read) as usize;
        let written = (self.inflate.total_out() - written) as usize;
        into.bytes.truncate(old + written);
        self.crc.update(&into.bytes[old..]);
        self.input.consume(read);
        self.state = match status {
            Ok(Status::StreamEnd) => State::Trailer(start),
            Ok(_) if read + written > 0 => State::Inside(start),
            Ok(_) if self.input.peek(1).is_empty() => {
                let below = self.input.hole();
                let code = below.as_ref().map_or("truncated", |h| h.code);
                let message = below.map_or("the file ends inside a gzip member".to_string(), |h| h.message);
                self.lost(start, code, &message, false)
            }
            Ok(_) | Err(_) => self.lost(start, "corrupt", "the deflated bytes of a gzip member are damaged", false),
        };
        (written > 0).then_some(Gave::Bytes)
    }

    /// Checks what came out against the member's checksum and length.
    fn trailer(&mut self, start: u64) -> State {
        let Some(&[a, b, c, d, e, f, g, h]) = self.input.peek(8).first_chunk::<8>() else {
            return self.lost(start, "truncated", "the file ends before the checksum of a gzip member", true);
        };
        self.input.consume(8);
        let sum = u32::from_le_bytes([a, b, c, d]);
        let length = u32::from_le_bytes([e, f, g, h]);
        match sum == self.crc.sum() && length == self.crc.amount() {
            true => State::Between,
            false => self.lost(start, "corrupt", "the checksum of a gzip member differs", true),
        }
    }

    /// Goes on behind the beginning of a damaged member: its own length is not to be trusted, the next one may lie in
    /// bytes that were already taken for its contents.
    fn find_member(&mut self, mut hole: Hole) -> Hole {
        let finder = Finder::new(&MAGIC);
        while self.input.skip_to(&finder) {
            if is_member(self.input.peek(FIXED)) {
                break;
            }
            self.input.consume(1);
        }
        self.input.hold(None);
        hole.bytes.1 = self.input.stored_end(self.input.position()).max(hole.bytes.0);
        hole
    }

    /// What is wrong with the member that began at `start`; the cursor goes back to look for the next one.
    fn lost(&mut self, start: u64, code: &'static str, message: &str, delivered: bool) -> State {
        let place = self.input.stored(start);
        self.input.go_back(start);
        self.input.consume(1);
        let message = message.to_string();
        State::Lost(Hole { layer: "compression", code, bytes: (place, place), message, delivered })
    }
}

/// Bytes of the gzip header at the beginning of `bytes`; none when there is no whole one.
fn header_length(bytes: &[u8]) -> Option<usize> {
    if !is_gzip(bytes) || bytes.len() < FIXED {
        return None;
    }
    let flags = bytes[3];
    let mut at = FIXED;
    if flags & 4 != 0 {
        let extra = bytes.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
    }
    for named in [8, 16] {
        if flags & named != 0 {
            at += memchr::memchr(0, bytes.get(at..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}
