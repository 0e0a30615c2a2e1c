//! One look at the first letters of a word, which tells most words of a text without a walk through the trie.

use super::trie::{PAIRS, has, head, set};
use crate::text::letters::{Letters, ascii_run, hash, mix};
use std::collections::BTreeMap;

/// What the lexicon has at a place where a word begins, as far as one look tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing begins as these bytes do, which are letters all.
    Unknown(usize),
    /// These bytes are this entry, and nothing longer is there.
    Word(usize, u32),
    /// Only the trie can tell.
    Walk,
}

/// The first letters of all spellings, up to what is no letter. Most words of a text are known or unknown by them alone,
/// without a walk through the trie.
#[derive(Debug, Default)]
pub struct Firsts {
    /// A bit for each hash, and for that of the first eight letters of longer ones: most unknown words die here.
    seen: Vec<u64>,
    /// By hash; the next free place where that is taken.
    hashes: Vec<u64>,
    /// What each of them is.
    places: Vec<First>,
    /// Heads of spellings that any letters may follow.
    stems: Vec<u64>,
    has_stems: bool,
    /// Words stand beside each other without blanks: only ASCII letters make a run.
    unspaced: bool,
}

/// A run of letters that a spelling begins with.
#[derive(Clone, Copy, Debug, Default)]
struct First {
    /// What may stand behind it in a longer spelling (`behind`), a bit each.
    longer: u64,
    /// One more than the entry of the run itself; 0 where it is none.
    entry: u32,
}

/// Bits of `Firsts::seen`: eight kilobytes, of which a language with two thousand words sets three per cent.
const SEEN: u64 = 1 << 16;

/// The bit of a hash.
#[inline]
fn bit_of(hash: u64) -> usize {
    (hash >> (64 - SEEN.ilog2())) as usize
}

/// What stands behind a run, as one of 64: the byte itself, or where it is a blank the two bytes behind it.
#[inline]
fn behind(rest: &[u8]) -> u32 {
    let more = match *rest {
        [b' ', b' ', ref more @ ..] => &more[more.iter().take_while(|b| **b == b' ').count()..],
        [b' ', ref more @ ..] => more,
        [b, ..] => return u32::from(b & 0x3F),
        [] => return 0,
    };
    match *more {
        [a, b, ..] => (u32::from(a.to_ascii_lowercase()) * 7 + u32::from(b.to_ascii_lowercase())) & 0x3F,
        _ => 0,
    }
}

/// The bits of `behind` for a spelling that goes on so behind its first run.
fn behind_bits(rest: &[u8]) -> u64 {
    match *rest {
        // One character behind a blank: anything may follow it.
        [b' ', ref more @ ..] if more.len() < 2 => u64::MAX,
        _ => 1 << behind(rest),
    }
}

impl Firsts {
    pub(super) fn new(unspaced: bool) -> Firsts {
        Firsts {
            seen: vec![0; SEEN as usize / 64],
            hashes: Vec::new(),
            places: Vec::new(),
            stems: vec![0; 2 * PAIRS / 64],
            has_stems: false,
            unspaced,
        }
    }

    /// From now on only the trie tells.
    #[cfg(test)]
    pub fn walk_always(&mut self) {
        self.stems.fill(u64::MAX);
        self.has_stems = true;
    }

    /// The run of letters that `bytes` begin with.
    fn run(&self, bytes: &[u8], letters: &Letters) -> usize {
        match self.unspaced {
            true => bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count(),
            false => letters.run(bytes),
        }
    }

    /// The spellings, each with its entry, whether any letters may follow it, and whether its end is not taken.
    pub(super) fn fill<'a>(&mut self, spellings: impl Iterator<Item = (&'a [u8], u32, bool, bool)>, letters: &Letters) {
        let mut all: BTreeMap<u64, First> = BTreeMap::new();
        for (spelling, entry, open, ahead) in spellings {
            if open && let Some(head) = head(spelling) {
                set(&mut self.stems, head);
                self.has_stems = true;
            }
            let run = self.run(spelling, letters);
            if run == 0 {
                continue;
            }
            if let (8, folded) = ascii_run(spelling) {
                set(&mut self.seen, bit_of(mix(0, folded)));
            }
            let hash = hash(spelling, run);
            let first = all.entry(hash).or_default();
            if run == spelling.len() {
                first.entry = entry + 1;
            } else {
                first.longer |= behind_bits(&spelling[run..]);
            }
            if ahead {
                first.longer = u64::MAX;
            }
        }
        // At most half of the places are taken, so that a look ends soon.
        let n_places = (all.len() * 2 + 1).next_power_of_two();
        self.hashes = vec![0; n_places];
        self.places = vec![First::default(); n_places];
        for (hash, first) in all {
            set(&mut self.seen, bit_of(hash));
            let mut at = self.place(hash);
            while self.hashes[at] != 0 {
                at = (at + 1) & (n_places - 1);
            }
            self.hashes[at] = hash;
            self.places[at] = first;
        }
    }

    #[inline]
    fn is_seen(&self, hash: u64) -> bool {
        has(&self.seen, bit_of(hash))
    }

    #[inline]
    fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.hashes.len() - 1)
    }

    /// What begins at the letter that `bytes` begin with.
    #[inline]
    pub fn at(&self, bytes: &[u8], letters: &Letters) -> Start {
        let (ascii, folded) = ascii_run(bytes);
        let is_stem = self.has_stems && head(bytes).is_none_or(|h| has(&self.stems, h));
        if ascii == 8 && !is_stem && !self.is_seen(mix(0, folded)) {
            return Start::Unknown(8);
        }
        let (len, hash) = if ascii < 8 && bytes.get(ascii).is_none_or(u8::is_ascii) {
            (ascii, mix(0, folded))
        } else {
            let len = self.run(bytes, letters);
            if !letters.ends_words(&bytes[len..]) || self.unspaced && !bytes.get(len).is_none_or(u8::is_ascii) {
                return Start::Walk;
            }
            (len, hash(bytes, len))
        };
        if len == 0 || is_stem {
            return Start::Walk;
        }
        if !self.is_seen(hash) {
            return Start::Unknown(len);
        }
        let mut at = self.place(hash);
        loop {
            let known = self.hashes[at];
            if known == hash {
                let first = &self.places[at];
                let longer = first.longer & 1 << behind(&bytes[len..]) != 0;
                // Up to eight bytes no two runs have one hash.
                return match (longer, first.entry) {
                    (false, 0) => Start::Unknown(len),
                    (false, entry) if len <= 8 => Start::Word(len, entry - 1),
                    _ => Start::Walk,
                };
            }
            if known == 0 {
                return Start::Unknown(len);
            }
            at = (at + 1) & (self.hashes.len() - 1);
        }
    }
}
