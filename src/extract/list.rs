//! Lists of words, and whether a text begins with one of them, ends with one, or holds one as a word of its own.

use crate::text::script::{is_hangul, is_unspaced};
use serde::Deserialize;

/// Words of one kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct List {
    // Invariant: in lower case, the longest first: `than in` before `than`.
    words: Vec<String>,
    /// What the words begin with, and what their last characters begin with: few texts begin or end with any of it, and
    /// the others need not be put into lower case.
    firsts: Bytes,
    lasts: Bytes,
}

impl From<Vec<String>> for List {
    fn from(words: Vec<String>) -> List {
        let mut words: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
        words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        let firsts = words.iter().filter_map(|w| w.chars().next()).map(lead).collect();
        let lasts = words.iter().filter_map(|w| w.chars().next_back()).map(lead).collect();
        List { words, firsts, lasts }
    }
}

impl List {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Characters of the longest word.
    pub(super) fn longest(&self) -> usize {
        self.iter().map(|w| w.chars().count()).max().unwrap_or(0)
    }

    /// `text`, in any case, is one of the words.
    pub(super) fn is(&self, text: &str) -> bool {
        self.may_begin(text) && {
            let text = text.to_lowercase();
            self.iter().any(|w| w == text)
        }
    }

    /// The longest word with which `text`, in any case, begins.
    pub(super) fn first(&self, text: &str) -> Option<&str> {
        if !self.may_begin(text) {
            return None;
        }
        let end = text.char_indices().nth(WORD_WINDOW).map_or(text.len(), |(at, _)| at);
        let head = text[..end].to_lowercase();
        let begins = |w: &&str| w.as_bytes().first() == head.as_bytes().first() && starts(&head, w);
        self.iter().find(begins)
    }

    /// A word of the list may stand at the front of `text`, in any case.
    fn may_begin(&self, text: &str) -> bool {
        text.chars().next().is_some_and(|c| c.to_lowercase().next().is_some_and(|c| self.firsts.has(lead(c))))
    }

    /// `text` begins with a word of the list.
    pub(super) fn begins(&self, text: &str) -> bool {
        self.first(text).is_some()
    }

    /// `text` ends with a word of the list, and perhaps an opening sign.
    pub(super) fn ends(&self, text: &str) -> bool {
        let mut from = text.len().saturating_sub(WORD_WINDOW * 3);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let tail = text[from..].trim_end_matches([' ', '\u{a0}', '(', '（', '"', '「', '“']);
        if !tail.chars().next_back().is_some_and(|c| c.to_lowercase().last().is_some_and(|c| self.lasts.has(lead(c)))) {
            return false;
        }
        let tail = tail.to_lowercase();
        self.iter().any(|w| {
            w.as_bytes().last() == tail.as_bytes().last()
                && tail.strip_suffix(w).is_some_and(|rest| apart(rest.chars().next_back(), w.chars().next()))
        })
    }

    /// `text`, in lower case, holds a word of the list as a word of its own.
    pub(super) fn is_held(&self, text: &str) -> bool {
        self.possible(text).any(|w| find(text, w).is_some())
    }

    /// The words that are made of bytes of `text`.
    fn possible<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let bytes: Bytes = text.bytes().collect();
        self.iter().filter(move |w| w.bytes().all(|b| bytes.has(b)))
    }

    /// Puts a blank for the words of the list in `text`, which is in lower case: for each of them once, or wherever it
    /// stands.
    pub(super) fn blank(&self, text: &mut String, everywhere: bool) {
        for word in self.possible(text) {
            while let Some(at) = find(text, word) {
                text.replace_range(at..at + word.len(), " ");
                if !everywhere {
                    break;
                }
            }
        }
    }
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes([u64; 4]);

impl Bytes {
    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte / 64)] & 1 << (byte % 64) != 0
    }
}

impl FromIterator<u8> for Bytes {
    fn from_iter<T: IntoIterator<Item = u8>>(bytes: T) -> Bytes {
        let mut set = Bytes::default();
        bytes.into_iter().for_each(|b| set.0[usize::from(b / 64)] |= 1 << (b % 64));
        set
    }
}

/// The first byte of a character.
fn lead(c: char) -> u8 {
    c.encode_utf8(&mut [0; 4]).as_bytes()[0]
}

/// The first bytes of `text` are enough: no word of a list is longer.
const WORD_WINDOW: usize = 48;

/// Where `word` stands in `text` as a word of its own (both in lower case).
pub(super) fn find(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(word).map(|at| at + from) {
        let end = at + word.len();
        if stands_alone(text, at, end) {
            return Some(at);
        }
        from = end;
    }
    None
}

/// What stands from `start` to `end` is no part of a longer word.
pub(super) fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, behind) = text.split_at(end);
    let (outer, word) = before.split_at(start);
    apart(outer.chars().next_back(), word.chars().next()) && apart(word.chars().next_back(), behind.chars().next())
}

/// `text` begins with `word`, which ends there (both in lower case).
fn starts(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| apart(word.chars().next_back(), rest.chars().next()))
}

/// Two characters side by side are not of one word.
fn apart(a: Option<char>, b: Option<char>) -> bool {
    !matches!((a, b), (Some(a), Some(b)) if is_letter(a) && is_letter(b))
}

/// A letter of a script with blanks: two of them side by side are one word. Korean words go on in endings.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c) && !is_hangul(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> List {
        words.iter().map(|w| (*w).to_string()).collect::<Vec<_>>().into()
    }

    #[test]
    fn a_word_is_found_as_a_word_and_a_chinese_one_anywhere() {
        assert_eq!(find("thanks", "than"), None);
        assert_eq!(find("more than ten", "than"), Some(5));
        assert_eq!(find("预计将于明日", "将于"), Some("预计".len()));
    }

    #[test]
    fn a_text_begins_and_ends_with_a_word_in_any_case() {
        let words = list(&["than in", "Than", "Été", "ab dem", "ὁδός", "比"]);
        for text in ["Than ever", "than", "ÉTÉ 2003", "比2003年", "Ὁδός"] {
            assert!(words.begins(text), "{text}");
        }
        for text in ["More THAN (", "un ÉTÉ", "ΑΠΌ ὉΔΌΣ ", "远比", "ab dem "] {
            assert!(words.ends(text), "{text}");
        }
        for text in ["thanks", "été2", "", "(", "an"] {
            assert!(!words.begins(text) && !words.ends(text), "{text}");
        }
    }
}
