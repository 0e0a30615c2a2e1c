//! One member of an archive, as an input of its own; the archive is given back when the member is read.

use super::archive::{seek_zip, skip};
use super::input::{CHUNK, Gave, Given, Hole, Input};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The bytes of a member.
pub(super) struct Member {
    input: Input,
    start: u64,
    /// Stored bytes that are left; none: the deflated bytes say themselves where they end.
    left: Option<u64>,
    inflate: Option<Decompress>,
    crc: Crc,
    /// What the checksum must be.
    sum: Option<u32>,
    is_zip: bool,
    ended: bool,
}

impl Member {
    /// A file in a tar: `length` bytes as they stand, from the cursor on.
    pub fn tar(input: Input, start: u64, length: u64) -> Member {
        let left = Some(length);
        Member { input, start, left, inflate: None, crc: Crc::new(), sum: None, is_zip: false, ended: false }
    }

    /// A file in a zip, deflated or not; bytes that are not must be counted.
    pub fn zip(mut input: Input, start: u64, length: Option<u64>, sum: Option<u32>, deflated: bool) -> Member {
        input.hold(Some(start));
        let inflate = deflated.then(|| Decompress::new(false));
        Member { input, start, left: length, inflate, crc: Crc::new(), sum, is_zip: true, ended: false }
    }

    pub fn into_input(mut self) -> Input {
        self.input.hold(None);
        self.input
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn give(&mut self, into: &mut Given<'_>) -> Gave {
        if self.ended {
            return Gave::End;
        }
        // A hole of the archive is one of the member too; what follows it cannot be told from the rest of the archive.
        if let Some(hole) = self.input.hole() {
            self.ended = true;
            return Gave::Hole(hole);
        }
        match self.inflate.is_some() {
            true => self.inflate(into),
            false => self.copy(into),
        }
    }

    fn copy(&mut self, into: &mut Given<'_>) -> Gave {
        let left = self.left.unwrap_or_default();
        if left == 0 {
            return self.check();
        }
        let (stored, exact) = self.input.place();
        into.place(stored, exact);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
        let bytes = self.input.peek(want);
        let take = bytes.len().min(want);
        if take == 0 {
            return self.broken("truncated", "the archive ends inside a member");
        }
        self.crc.update(&bytes[..take]);
        into.bytes.extend_from_slice(&bytes[..take]);
        self.input.consume(take);
        self.left = Some(left - take as u64);
        Gave::Bytes
    }

    fn inflate(&mut self, into: &mut Given<'_>) -> Gave {
        into.place(self.input.stored(self.start), false);
        let Some(inflate) = &mut self.inflate else { return Gave::End };
        let old = into.bytes.len();
        into.bytes.resize(old + CHUNK, 0);
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let bytes = self.input.peek(1);
        let most = self.left.map_or(bytes.len(), |left| bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
        let status = inflate.decompress(&bytes[..most], &mut into.bytes[old..], FlushDecompress::None);
        let read = (inflate.total_in() - read) as usize;
        let written = (inflate.total_out() - written) as usize;
        into.bytes.truncate(old + written);
        self.crc.update(&into.bytes[old..]);
        self.input.consume(read);
        self.left = self.left.map(|left| left - read as u64);
        match status {
            Ok(Status::StreamEnd) => {
                self.inflate = None;
                let rest = self.left.unwrap_or_default();
                self.left = Some(rest);
                Gave::Bytes
            }
            Ok(_) if read + written > 0 => Gave::Bytes,
            Ok(_) if most == 0 => self.broken("truncated", "the archive ends inside a member"),
            _ => self.broken("corrupt", "the deflated bytes of a member are damaged"),
        }
    }

    fn check(&mut self) -> Gave {
        self.ended = true;
        match self.sum {
            Some(sum) if sum != self.crc.sum() => {
                self.leave();
                Gave::Hole(self.hole("corrupt", "the checksum of a member differs", true))
            }
            _ => Gave::End,
        }
    }

    fn broken(&mut self, code: &'static str, message: &str) -> Gave {
        self.ended = true;
        self.leave();
        Gave::Hole(self.hole(code, message, false))
    }

    /// Goes to where the next member begins: in a tar behind this one's bytes, in a zip at the next header, since the
    /// length in a damaged header is not to be trusted.
    fn leave(&mut self) {
        match self.is_zip {
            true => {
                self.input.go_back(self.start);
                self.input.consume(1);
                seek_zip(&mut self.input);
            }
            false => skip(&mut self.input, self.left.unwrap_or_default()),
        }
        self.input.hold(None);
    }

    fn hole(&self, code: &'static str, message: &str, delivered: bool) -> Hole {
        let bytes = self.input.place_since(self.input.stored(self.start).min(self.input.stored(self.input.position())));
        Hole { layer: "container", code, bytes, message: message.to_string(), delivered }
    }
}
