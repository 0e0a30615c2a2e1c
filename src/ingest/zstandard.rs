//! zstd, frame by frame: one damaged frame costs that frame. Dictionaries of `.warc.zst` files are understood.

use super::input::{CHUNK, Gave, Given, Hole, Input};
use memchr::memmem::Finder;
use zstd::stream::raw::{DParameter, Decoder, Operation};

/// Begins a frame.
pub(super) const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A skippable frame that holds the dictionary of a `.warc.zst`.
const DICTIONARY: [u8; 4] = [0x5d, 0x2a, 0x4d, 0x18];

/// Largest dictionary that is taken; the largest in use are of 100 KiB.
const MAX_DICTIONARY: usize = 16 << 20;

/// Largest window, as a power of two: 128 MiB, what `zstd --long` writes. A frame that asks for more is damage or an attack.
const MAX_WINDOW_LOG: u32 = 27;

/// Bytes begin with a zstd frame, or with one to skip.
pub(super) fn is_zstandard(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || is_skippable(bytes)
}

fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The decoder over an input.
pub(super) struct Zstandard {
    input: Input,
    decoder: Option<Decoder<'static>>,
    dictionary: Vec<u8>,
    state: State,
}

enum State {
    /// Before a frame.
    Between,
    /// In the frame that began here.
    Inside(u64),
    /// Looking for the next frame after damage.
    Lost(Hole),
}

impl Zstandard {
    pub fn new(input: Input) -> Zstandard {
        Zstandard { input, decoder: None, dictionary: Vec::new(), state: State::Between }
    }

    pub fn into_input(self) -> Input {
        self.input
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn give(&mut self, into: &mut Given<'_>) -> Gave {
        loop {
            let gave = match std::mem::replace(&mut self.state, State::Between) {
                State::Between => self.frame(into),
                State::Inside(start) => self.decode(start, into),
                State::Lost(hole) => Some(Gave::Hole(self.find_frame(hole))),
            };
            if let Some(gave) = gave {
                return gave;
            }
        }
    }

    /// Stands before a frame: opens it, skips it, or finds that none is there.
    fn frame(&mut self, into: &mut Given<'_>) -> Option<Gave> {
        if let Some(hole) = self.input.hole() {
            return Some(Gave::Hole(hole));
        }
        if self.input.at_end() {
            return Some(Gave::End);
        }
        let start = self.input.position();
        self.input.hold(Some(start));
        let bytes = self.input.peek(8);
        if is_skippable(bytes) && bytes.len() >= 8 {
            return self.skip(start);
        }
        if !bytes.starts_with(&MAGIC) {
            self.state = self.lost(start, "corrupt", "no zstd frame where one is awaited");
            return None;
        }
        into.place(self.input.stored(start), false);
        self.state = match self.reset() {
            Ok(()) => State::Inside(start),
            Err(e) => self.lost(start, "corrupt", &format!("zstd cannot begin: {e}")),
        };
        None
    }

    /// Steps over a skippable frame; a dictionary is kept for the frames that follow.
    fn skip(&mut self, start: u64) -> Option<Gave> {
        let head: [u8; 8] = self.input.peek(8)[..8].try_into().expect("eight bytes were peeked");
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let mut left = length;
        self.input.consume(8);
        let mut dictionary = Vec::new();
        while left > 0 {
            let bytes = self.input.peek(left.min(CHUNK));
            let take = bytes.len().min(left);
            if take == 0 {
                self.state = self.lost(start, "truncated", "the file ends inside a zstd frame");
                return None;
            }
            if head[..4] == DICTIONARY && length <= MAX_DICTIONARY {
                dictionary.extend_from_slice(&bytes[..take]);
            }
            self.input.consume(take);
            left -= take;
        }
        if !dictionary.is_empty() {
            self.dictionary = match dictionary.starts_with(&MAGIC) {
                true => zstd::bulk::decompress(&dictionary, MAX_DICTIONARY).unwrap_or_default(),
                false => dictionary,
            };
            self.decoder = None;
        }
        None
    }

    fn reset(&mut self) -> std::io::Result<()> {
        if let Some(decoder) = &mut self.decoder {
            return decoder.reinit();
        }
        let mut decoder = match self.dictionary.is_empty() {
            true => Decoder::new()?,
            false => Decoder::with_dictionary(&self.dictionary)?,
        };
        decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG))?;
        self.decoder = Some(decoder);
        Ok(())
    }

    /// Some bytes of the frame that began at `start`.
    fn decode(&mut self, start: u64, into: &mut Given<'_>) -> Option<Gave> {
        let decoder = self.decoder.as_mut()?;
        let old = into.bytes.len();
        into.bytes.resize(old + CHUNK, 0);
        let stored = self.input.peek(1);
        let done = decoder.run_on_buffers(stored, &mut into.bytes[old..]);
        let ended = stored.is_empty();
        match done {
            Ok(status) => {
                into.bytes.truncate(old + status.bytes_written);
                self.input.consume(status.bytes_read);
                self.state = match status.remaining {
                    0 => State::Between,
                    _ if ended && status.bytes_written == 0 => {
                        let below = self.input.hole();
                        let code = below.as_ref().map_or("truncated", |h| h.code);
                        let message = below.map_or("the file ends inside a zstd frame".to_string(), |h| h.message);
                        self.lost(start, code, &message)
                    }
                    _ => State::Inside(start),
                };
                (status.bytes_written > 0).then_some(Gave::Bytes)
            }
            Err(e) => {
                into.bytes.truncate(old);
                self.state = self.lost(start, "corrupt", &format!("a zstd frame is damaged: {e}"));
                None
            }
        }
    }

    fn find_frame(&mut self, mut hole: Hole) -> Hole {
        // Four bytes by chance stand once in 4 GiB: no second look is needed.
        self.input.skip_to(&Finder::new(&MAGIC));
        self.input.hold(None);
        hole.bytes.1 = self.input.stored_end(self.input.position()).max(hole.bytes.0);
        hole
    }

    /// What is wrong with the frame that began at `start`; the cursor goes back to look for the next one.
    fn lost(&mut self, start: u64, code: &'static str, message: &str) -> State {
        let place = self.input.stored(start);
        self.input.go_back(start);
        self.input.consume(1);
        self.decoder = None;
        let message = message.to_string();
        State::Lost(Hole { layer: "compression", code, bytes: (place, place), message, delivered: false })
    }
}
