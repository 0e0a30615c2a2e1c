//! Another character set read as UTF-8 while it streams by: JSON Lines in UTF-16, or in the set that the user names.

use super::input::{CHUNK, Gave, Given, Input};
use encoding_rs::{Decoder, Encoding};

/// The decoder over an input. What cannot be decoded becomes U+FFFD.
pub(super) struct Transcoded {
    input: Input,
    decoder: Decoder,
    ended: bool,
}

impl Transcoded {
    pub fn new(input: Input, encoding: &'static Encoding) -> Transcoded {
        Transcoded { input, decoder: encoding.new_decoder_with_bom_removal(), ended: false }
    }

    pub fn into_input(self) -> Input {
        self.input
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn give(&mut self, into: &mut Given<'_>) -> Gave {
        if let Some(hole) = self.input.hole() {
            return Gave::Hole(hole);
        }
        if self.ended {
            return Gave::End;
        }
        let position = self.input.position();
        into.place(self.input.stored(position), false);
        let old = into.bytes.len();
        into.bytes.resize(old + CHUNK, 0);
        let bytes = self.input.peek(1);
        let last = bytes.is_empty();
        let (_, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut into.bytes[old..], last);
        self.ended = last;
        into.bytes.truncate(old + written);
        self.input.consume(read);
        Gave::Bytes
    }
}
