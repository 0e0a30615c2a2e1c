//! From text to tokens, window by window: one pass, every byte looked at a bounded number of times.
//!
//! A token is a word of the lexicon, a number, or a numeric stamp (`2023-11-17`, `9:30`). Whatever else stands in the
//! text is a break that no expression crosses: prices, versions, telephone numbers and unknown words end a segment here
//! and never reach the grammar.

use super::cluster::{Cluster, Piece};
use super::firsts::Start;
use super::grammar::Language;
use super::token::{BREAK, Symbol, Token, What, is_era_date, number_bits, stamp_bits};
use crate::text::script::{is_mark, other_digit};

/// Tokens of a window, about: few enough to stay near the processor, many enough that its ends are few.
const WINDOW: usize = 1024;

/// Where no line ends, a window of so many tokens ends at any break, and one of twice as many anywhere: a text without
/// either is hostile, and costs no memory.
const LONG_WINDOW: usize = 8 * WINDOW;

/// Memory that a scanner leaves to the next.
#[derive(Debug, Default)]
pub struct Scanned {
    tokens: Vec<Token>,
    /// The numbers at one place.
    cluster: Cluster,
}

/// Cuts a text into tokens, window by window.
pub struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    language: &'a Language,
    /// How far it is.
    at: usize,
    tokens: Vec<Token>,
    /// The tokens that the next window begins with.
    ahead: Vec<Token>,
    cluster: Cluster,
    ended: bool,
}

impl<'a> Scanner<'a> {
    /// Begins a text.
    pub fn new(text: &'a str, language: &'a Language, memory: Scanned) -> Scanner<'a> {
        let Scanned { tokens, cluster } = memory;
        let bytes = text.as_bytes();
        Scanner { text, bytes, language, at: 0, tokens, ahead: vec![Token::break_at(0)], cluster, ended: false }
    }

    /// The tokens of the next window, breaks between them collapsed; none behind the end of the text. A window begins and
    /// ends with a break, which both its neighbours hold too, at the end of a line: nothing that is asked of the tokens
    /// around an expression reaches beyond it.
    pub fn window(&mut self) -> Option<&[Token]> {
        if self.ended {
            return None;
        }
        self.tokens.clear();
        self.tokens.append(&mut self.ahead);
        while self.at < self.text.len() {
            self.at = self.pass(self.at);
            if self.at < self.text.len() {
                self.at = self.step(self.at);
            }
            if self.tokens.len() > WINDOW && self.cut() {
                return Some(self.composed());
            }
        }
        self.push_break(self.text.len());
        self.ended = true;
        Some(self.composed())
    }

    /// Ends the window where a line ends before the last token, or where it is too long.
    fn cut(&mut self) -> bool {
        let n = self.tokens.len();
        let [.., before, last] = self.tokens[..] else { return false };
        let at_break = before.what == What::Break
            && (n > LONG_WINDOW || self.bytes[before.start as usize..last.start as usize].contains(&b'\n'));
        if at_break {
            self.ahead.push(before);
        } else if n <= 2 * LONG_WINDOW {
            return false;
        }
        self.ahead.push(last);
        self.tokens.pop();
        true
    }

    fn composed(&mut self) -> &[Token] {
        super::numerals::compose(&mut self.tokens, self.language);
        &self.tokens
    }

    /// The memory, for the next text.
    pub fn give_back(self) -> Scanned {
        Scanned { tokens: self.tokens, cluster: self.cluster }
    }

    fn push_break(&mut self, at: usize) {
        if self.tokens.last().is_none_or(|t| t.what != What::Break) {
            self.tokens.push(Token::break_at(at));
        }
    }

    fn push(&mut self, start: usize, end: usize, symbol: Symbol, what: What) {
        let capital = self.is_capital(start);
        self.tokens.push(Token { start: start as u32, end: end as u32, symbol, capital, what });
    }

    /// Behind a break nothing needs to be noted but what is known: goes on to where that may stand, or over the next word
    /// that is known.
    fn pass(&mut self, mut at: usize) -> usize {
        if self.tokens.last().is_none_or(|t| t.what != What::Break) {
            return at;
        }
        let language = self.language;
        while let Some(&b) = self.bytes.get(at) {
            // No word begins with a blank.
            if matches!(b, b' ' | b'\n') {
                at += 1;
                continue;
            }
            let rest = &self.bytes[at..];
            if self.is_letter(at) {
                match language.lexicon.firsts.at(rest, &language.letters) {
                    Start::Unknown(len) => at = self.word_end(at + len),
                    Start::Word(len, entry) => return self.push_word(at, at + len, entry),
                    Start::Walk => return at,
                }
            } else if b.is_ascii_digit() || other_digit(rest).is_some() || !language.lexicon.words.is_dead(rest) {
                return at;
            } else if b < 0x80 {
                at += 1;
            } else {
                at = self.over(at);
            }
        }
        at
    }

    /// Behind the unknown word or sign at `at`.
    fn over(&self, at: usize) -> usize {
        let b = self.bytes[at];
        if b.is_ascii_alphanumeric() {
            return self.word_end(at);
        }
        let len = match b {
            ..0x80 => return at + 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        // Korean has blanks, and its particles hang on its words: a word may end anywhere, but begins where others end.
        if is_hangul(&self.bytes[at..]) {
            let syllables = self.bytes[at..].chunks(len).take_while(|c| is_hangul(c)).count();
            return at + len * syllables;
        }
        if self.language.unspaced || self.language.letters.ends_words(&self.bytes[at..]) {
            return at + len;
        }
        // A letter, a mark, or what the tables do not know.
        self.word_end(at).max(at + len)
    }

    /// Reads what stands at `at`; gives where to go on.
    fn step(&mut self, at: usize) -> usize {
        let b = self.bytes[at];
        match b {
            b' ' => return at + 1,
            b'\n' | b'\r' | b'\t' => {
                self.push_break(at);
                return at + 1;
            }
            b'0'..=b'9' => return self.number(at),
            0x80.. if other_digit(&self.bytes[at..]).is_some() => return self.number(at),
            0xC2 if self.bytes.get(at + 1) == Some(&0xA0) => return at + 2,
            0xE3 if self.bytes[at..].starts_with("\u{3000}".as_bytes()) => return at + 3,
            0xE2 if self.bytes.get(at + 1) == Some(&0x80)
                && matches!(self.bytes.get(at + 2), Some(0x80..=0x8B | 0xAF)) =>
            {
                return at + 3;
            }
            _ => {}
        }
        let after_number = self.tokens.last().is_some_and(|t| self.is_counting(t) && self.near(t.end as usize, at));
        if after_number && let Some(end) = self.walk(at, true) {
            return end;
        }
        if self.language.han_numerals
            && b >= 0xE3
            && let Some((number, len)) = super::numerals::han(&self.text[at..])
            && !self.longer_word(at, len)
        {
            let symbol = self.language.number_symbol(number_bits(&number));
            self.push(at, at + len, symbol, What::Number(number));
            return at + len;
        }
        if self.is_letter(at) {
            match self.language.lexicon.firsts.at(&self.bytes[at..], &self.language.letters) {
                Start::Unknown(len) => {
                    self.push_break(at);
                    return self.word_end(at + len);
                }
                Start::Word(len, entry) => return self.push_word(at, at + len, entry),
                Start::Walk => {}
            }
        }
        if let Some(end) = self.walk(at, false) {
            return end;
        }
        self.push_break(at);
        self.over(at)
    }

    /// A letter stands at `at` that `Firsts` know of.
    #[inline]
    fn is_letter(&self, at: usize) -> bool {
        let b = self.bytes[at];
        b.is_ascii_alphabetic()
            || b >= 0x80 && !self.language.unspaced && self.language.letters.letter(&self.bytes[at..]).is_some()
    }

    /// Counters may stand behind the token: a number, where words have no borders also one in words (`두 달`, `몇 달`).
    fn is_counting(&self, token: &Token) -> bool {
        match token.what {
            What::Number(_) | What::Stamp(_) => true,
            What::Word(_) => {
                let ids = &self.language.ids;
                self.language.unspaced && [ids.number, ids.few].iter().any(|c| self.language.is(token, *c))
            }
            What::Break => false,
        }
    }

    /// Only blanks stand between.
    fn near(&self, end: usize, at: usize) -> bool {
        at - end <= 2 && self.text[end..at].chars().all(|c| c == ' ' || c == '\u{a0}' || c == '\u{3000}')
    }

    /// The end of the letters and digits at `at`, of a word unknown to us.
    fn word_end(&self, at: usize) -> usize {
        let mut i = at;
        while let Some(b) = self.bytes.get(i) {
            if b.is_ascii_alphanumeric() {
                i += 1;
            } else if b.is_ascii() || self.language.unspaced {
                break;
            } else if let Some(len) = self.language.letters.letter(&self.bytes[i..]) {
                i += len;
            } else {
                let c = self.text[i..].chars().next().expect("on a border");
                if !c.is_alphanumeric() {
                    break;
                }
                i += c.len_utf8();
            }
        }
        i
    }

    /// A border of words stands at `at`, where `begins` with a letter or not.
    fn border(&self, at: usize, before: usize) -> bool {
        // Without blanks a word ends anywhere but inside a run of ASCII.
        if self.language.unspaced && self.bytes[at - 1] >= 0x80 {
            return true;
        }
        if self.language.letters.ends_words(&self.bytes[at..]) {
            return true;
        }
        let Some(next) = self.text[at..].chars().next() else { return true };
        if !next.is_alphanumeric() && !is_mark(next) {
            return true;
        }
        let last = self.text[before..at].chars().next_back().expect("a spelling is not empty");
        if !last.is_alphanumeric() {
            return true;
        }
        if next.is_ascii_digit() || other_digit(&self.bytes[at..]).is_some() {
            return true;
        }
        self.language.unspaced && (!last.is_ascii_alphanumeric() || !next.is_ascii_alphanumeric())
            || last.is_ascii_alphanumeric() && crate::text::script::is_unspaced(next)
    }

    /// The longest word of the lexicon at `at`, found in its trie.
    fn walk(&mut self, at: usize, counter: bool) -> Option<usize> {
        let lexicon = &self.language.lexicon;
        let trie = if counter { &lexicon.counters } else { &lexicon.words };
        let b = self.bytes[at];
        // A sign ends wherever it stands.
        if !counter
            && b.is_ascii_punctuation()
            && let Some(entry) = trie.sign(b)
        {
            return Some(self.push_word(at, at + 1, entry));
        }
        if trie.is_dead(&self.bytes[at..]) {
            return None;
        }
        let mut best = None;
        trie.prefixes(&self.bytes[at..], |len, entry| {
            let e = &lexicon.entries[entry as usize];
            if !self.text.is_char_boundary(at + len) {
                return;
            }
            if self.border(at + len, at) {
                best = Some((at + len - usize::from(e.ahead), entry));
            } else if e.open {
                best = Some((self.word_end(at + len), entry));
            }
        });
        let (end, entry) = best?;
        Some(self.push_word(at, end, entry))
    }

    /// Notes a word of the lexicon; gives its end.
    fn push_word(&mut self, start: usize, end: usize, entry: u32) -> usize {
        let capital = self.is_capital(start);
        match self.language.entry_symbol(entry, capital) {
            BREAK => self.push_break(start),
            symbol => self.tokens.push(Token {
                start: start as u32,
                end: end as u32,
                symbol,
                capital,
                what: What::Word(entry),
            }),
        }
        end
    }

    #[inline]
    fn is_capital(&self, at: usize) -> bool {
        match self.bytes[at] {
            // Kana, Han and Hangul have no capitals.
            0xE3..=0xE9 | 0xEB..=0xED => false,
            0xC3.. => self.text[at..].chars().next().is_some_and(char::is_uppercase),
            b => b.is_ascii_uppercase(),
        }
    }

    /// A word of the lexicon at `at` is longer than `len`.
    fn longer_word(&self, at: usize, len: usize) -> bool {
        let mut longest = 0;
        self.language.lexicon.words.prefixes(&self.bytes[at..], |l, _| longest = l);
        longest > len
    }

    /// A number, a stamp, or a break where it is neither.
    fn number(&mut self, at: usize) -> usize {
        let mut cluster = std::mem::take(&mut self.cluster);
        cluster.read(self.text, at, self.language.decimal_comma);
        let end = self.numbers(&cluster, at);
        self.cluster = cluster;
        end
    }

    /// Notes what a cluster holds; gives its end.
    fn numbers(&mut self, cluster: &Cluster, at: usize) -> usize {
        let end = cluster.end;
        let glued_before = at > 0 && self.glued_before(at);
        if glued_before || self.glued_after(end) {
            self.push_break(at);
            return end.max(at + 1);
        }
        for &piece in &cluster.pieces {
            match piece {
                Piece::Number(start, end, mut number) => {
                    number.apostrophe = start > 0 && matches!(self.bytes[start - 1], b'\'') && number.digits == 2
                        || self.text[..start].ends_with('’') && number.digits == 2;
                    let symbol = self.language.number_symbol(number_bits(&number));
                    self.push(start, end, symbol, What::Number(number));
                }
                Piece::Stamp(start, end, stamp) => {
                    let symbol = self.language.number_symbol(stamp_bits(&stamp));
                    let of_era = is_era_date(&stamp) && !self.language.han_numerals;
                    if symbol == BREAK || of_era {
                        self.push_break(start);
                    } else {
                        self.push(start, end, symbol, What::Stamp(stamp));
                    }
                }
                Piece::Separator(start, end) => {
                    if self.walk(start, false).is_none() {
                        self.push_break(start);
                    }
                    debug_assert!(end > start);
                }
                Piece::Junk(start) => self.push_break(start),
            }
        }
        end
    }

    /// What stands before `at` belongs to the number and makes it no date: a letter, a currency sign, a dash.
    fn glued_before(&self, at: usize) -> bool {
        // A known word or a separator that the lexicon knows stands right before: `Dec31`, `~20`.
        if let Some(t) = self.tokens.last()
            && t.end as usize == at
            && t.what != What::Break
        {
            let one = &self.text[t.start as usize..at];
            return one == "-" && t.start > 0 && self.bytes[t.start as usize - 1].is_ascii_alphabetic() && {
                // `GPT-3`: a letter, a dash, a number. `Mon-Fri-3` does not occur.
                let before = &self.tokens[self.tokens.len().saturating_sub(2)];
                before.what == What::Break || before.end != t.start
            } || one == "." && t.start > 0 && self.bytes[t.start as usize - 1].is_ascii_alphanumeric();
        }
        let Some(c) = self.text[..at].chars().next_back() else { return false };
        c.is_alphabetic() && !crate::text::script::is_unspaced(c) && !crate::text::script::is_hangul(c)
            || matches!(
                c,
                '$' | '€'
                    | '£'
                    | '¥'
                    | '￥'
                    | '₩'
                    | '#'
                    | '_'
                    | '.'
                    | '-'
                    | '/'
                    | '@'
                    | '&'
                    | '='
                    | '+'
                    | '*'
                    | '№'
                    | '^'
            )
    }

    /// What stands behind makes it no date: a percent sign, a letter that is no known word.
    fn glued_after(&self, end: usize) -> bool {
        let Some(c) = self.text[end..].chars().next() else { return false };
        if matches!(c, '%' | '％' | '$' | '€' | '£' | '₩' | '¥' | '￥' | '_' | '@' | '#' | '‰' | '℃' | '*' | '=')
        {
            return true;
        }
        // `1° maggio`; but `20°` is warm where that makes no ordinal.
        if c == '°' || c.is_alphabetic() && !crate::text::script::is_unspaced(c) {
            let lexicon = &self.language.lexicon;
            let mut known = false;
            for trie in [&lexicon.counters, &lexicon.words] {
                trie.prefixes(&self.bytes[end..], |len, entry| {
                    let open = lexicon.entries[entry as usize].open;
                    known |= self.text.is_char_boundary(end + len) && (open || self.border(end + len, end));
                });
            }
            return !known;
        }
        false
    }
}

/// A syllable of Hangul begins the bytes (U+AC00 to U+D7A3).
fn is_hangul(bytes: &[u8]) -> bool {
    matches!(bytes, [0xEA, second, ..] if *second >= 0xB0)
        || matches!(bytes, [0xEB | 0xEC, ..])
        || matches!(bytes, [0xED, second, ..] if *second <= 0x9E)
}

/// All tokens of a text.
#[cfg(test)]
pub fn scan(text: &str, language: &Language) -> Vec<Token> {
    let mut scanner = Scanner::new(text, language, Scanned::default());
    let mut all = Vec::new();
    while let Some(tokens) = scanner.window() {
        // A window begins with the break that the one before ends with.
        let doubled = !all.is_empty() && tokens[0].what == What::Break;
        all.extend_from_slice(&tokens[usize::from(doubled)..]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::grammar::Source;
    use crate::dates::section::{Section, Words};
    use crate::lang::Languages;
    use crate::text::letters::Letters;
    use std::sync::Arc;

    /// Every word of the section as it may stand in a text.
    fn words(section: &Section) -> Vec<String> {
        let lists = section.words.values().flat_map(Words::variants);
        let bare = |w: &str| w.trim().trim_start_matches('^').trim_end_matches('*').to_string();
        lists.flat_map(|l| l.split('|').map(bare).collect::<Vec<_>>()).filter(|w| !w.is_empty()).collect()
    }

    #[test]
    fn one_look_at_a_word_tells_what_a_walk_through_the_trie_does() {
        let languages = Languages::builtin();
        let letters = Arc::new(Letters::new());
        let shared = languages.get("und").expect("it is there").section::<Section>("dates").expect("it is right");
        let shared = shared.expect("it has one");
        let between = [
            " ", "  ", "-", ", ", ". ", "’", "“", "—", "\u{a0}", "5", "日", "е", "x", "ing ", "\n", "", "\u{301}",
            "'s ",
        ];
        for code in ["en", "de", "fr", "ru", "el", "ar", "hi", "vi", "tr", "ko", "zh", "ja", "th"] {
            let section = || {
                let language = languages.get(code).expect("a language of the binary");
                language.section::<Section>("dates").expect("it is right").expect("it has one")
            };
            let words = words(&section());
            let source = || Source::new(code, Arc::new(section()), &shared).expect("it is right");
            let (quick, walking) = (source(), source());
            let quick = quick.language(&shared, &letters);
            let walking = walking.walking(&shared, &letters);
            let mut at = 1usize;
            let mut next = |n: usize| {
                at = at.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
                (at >> 33) % n
            };
            for _ in 0..300 {
                let mut text = String::new();
                for _ in 0..12 {
                    let word = &words[next(words.len())];
                    match next(4) {
                        0 => text.push_str(&word.to_uppercase()),
                        1 => text.extend(word.chars().take(1 + next(6))),
                        _ => text.push_str(word),
                    }
                    text.push_str(between[next(between.len())]);
                }
                assert_eq!(scan(&text, quick), scan(&text, &walking), "{code}: {text:?}");
            }
        }
    }
}
