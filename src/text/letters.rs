//! What the characters of a text are to its words, looked up in tables: the scanner asks of every character.

use super::script::{is_mark, is_unspaced, other_digit};

/// Two sets of characters, a bit each; what lies beyond the tables is asked of Unicode.
#[derive(Debug)]
pub struct Letters {
    /// Letters and numerals of scripts with blanks between words, but for the digits that stamps are made of.
    inner: Vec<u64>,
    /// Neither letter nor numeral nor mark: a word ends before it whatever the language.
    outer: Vec<u64>,
}

/// Characters in a table: the scripts with blanks between words but Hangul, and the signs.
const TABLE: u32 = 0x3000;

/// Hangul syllables: letters all.
const FIRST_HANGUL: usize = 0xAC00;
const LAST_HANGUL: usize = 0xD7A3;

impl Letters {
    /// The tables, made anew.
    pub fn new() -> Letters {
        let table = || vec![0; TABLE as usize / 64];
        let mut letters = Letters { inner: table(), outer: table() };
        for c in (0..TABLE).filter_map(char::from_u32) {
            let (at, bit) = (c as usize / 64, 1 << (c as usize % 64));
            if c.is_alphanumeric() {
                let digit = c.is_ascii_digit() || other_digit(c.encode_utf8(&mut [0; 4]).as_bytes()).is_some();
                letters.inner[at] |= if digit || is_unspaced(c) { 0 } else { bit };
            } else if !is_mark(c) {
                letters.outer[at] |= bit;
            }
        }
        letters
    }

    /// A letter of a script with blanks stands at the front of `bytes`: its length.
    #[inline]
    pub fn letter(&self, bytes: &[u8]) -> Option<usize> {
        let (c, len) = Self::read(bytes)?;
        (Self::has(&self.inner, c) || matches!(c, FIRST_HANGUL..=LAST_HANGUL)).then_some(len)
    }

    /// The run of letters at the front of `bytes`.
    #[inline]
    pub fn run(&self, bytes: &[u8]) -> usize {
        let mut n = 0;
        loop {
            let step = match bytes[n..] {
                // Two bytes: Greek, Cyrillic, Hebrew, Arabic, and Latin with its marks.
                [a @ 0xC2..=0xDF, b, ..] => {
                    let inner = Self::has(&self.inner, usize::from(a & 0x1F) << 6 | usize::from(b & 0x3F));
                    if inner { 2 } else { 0 }
                }
                [..0x80, ..] => ascii_run(&bytes[n..]).0,
                _ => self.letter(&bytes[n..]).unwrap_or(0),
            };
            if step == 0 {
                return n;
            }
            n += step;
        }
    }

    /// A word that ends before `bytes` surely ends for every language.
    #[inline]
    pub fn ends_words(&self, bytes: &[u8]) -> bool {
        match bytes.first() {
            None => true,
            // A digit ends words too (`Dec31`).
            Some(b) if b.is_ascii() => !b.is_ascii_alphabetic(),
            _ => Self::read(bytes).is_some_and(|(c, _)| Self::has(&self.outer, c)),
        }
    }

    #[inline]
    fn has(table: &[u64], c: usize) -> bool {
        table.get(c / 64).is_some_and(|bits| bits & 1 << (c % 64) != 0)
    }

    /// The character at the front of `bytes`, unless it takes four of them, and its length.
    #[inline]
    fn read(bytes: &[u8]) -> Option<(usize, usize)> {
        let low = |b: u8| usize::from(b & 0x3F);
        match *bytes {
            [a @ ..0x80, ..] => Some((usize::from(a), 1)),
            [a @ 0xC2..=0xDF, b, ..] => Some((usize::from(a & 0x1F) << 6 | low(b), 2)),
            [a @ 0xE0..=0xEF, b, c, ..] => Some((usize::from(a & 0x0F) << 12 | low(b) << 6 | low(c), 3)),
            _ => None,
        }
    }
}

/// The run of letters at the front of `bytes`, as far as eight of them are ASCII: how many bytes, and those bytes in
/// small letters, the first lowest. Eight when the run may go on.
#[inline]
pub fn ascii_run(bytes: &[u8]) -> (usize, u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let word = eight(bytes);
    let small = word | (0x20 * EACH);
    let low = small & !HIGH;
    let from_a = low + (0x80 - b'a' as u64) * EACH;
    let beyond_z = low + (0x7F - b'z' as u64) * EACH;
    let letters = from_a & !beyond_z & !word & HIGH;
    let others = !letters & HIGH;
    let n = others.trailing_zeros() as usize / 8;
    (n, if n == 8 { small } else { small & ((1 << (8 * n)) - 1) })
}

/// The first eight bytes, with zeros behind the end.
#[inline]
fn eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => {
            let mut chunk = [0; 8];
            chunk[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(chunk)
        }
    }
}

/// A hash of the run of letters that the first `len` of `bytes` are, ASCII ones folded. One-to-one up to eight bytes.
#[inline]
pub fn hash(bytes: &[u8], len: usize) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    (0..len).step_by(8).fold(0, |hash, at| {
        let word = eight(&bytes[at..]);
        // Capitals and small letters differ in one bit; what is no letter is not in a run.
        let small = word | ((!word & (0x80 * EACH)) >> 2);
        let filled = if len - at >= 8 { small } else { small & ((1 << (8 * (len - at))) - 1) };
        mix(hash, filled)
    })
}

/// The hash of a run that ends in these eight bytes.
#[inline]
pub fn mix(hash: u64, folded: u64) -> u64 {
    (hash.rotate_left(5) ^ folded).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_ascii_letters_ends_where_the_word_does() {
        for (text, run) in [("May 5", "may"), ("a", "a"), ("", ""), ("Dec31", "dec"), ("März", "m"), ("[x", "")] {
            let (n, folded) = ascii_run(text.as_bytes());
            assert_eq!((n, mix(0, folded)), (run.len(), mix(0, eight(run.as_bytes()))), "{text}");
        }
        assert_eq!(ascii_run(b"Wednesday").0, 8);
    }

    #[test]
    fn the_hash_of_a_run_does_not_ask_for_capitals() {
        assert_eq!(hash(b"Wednesdays", 10), hash(b"wEDNESDAYS and so on", 10));
        assert_ne!(hash("Ä".as_bytes(), 2), hash("ä".as_bytes(), 2));
        assert_eq!(hash(b"May", 3), mix(0, ascii_run(b"MAY.").1));
    }
}
