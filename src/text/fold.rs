//! The comparing form of a text: tokens with the place they came from.
//!
//! A token is a word, or one character of a script without blanks. Its form is NFKC, lower case, Han characters as
//! simplified Chinese writes them; blanks, punctuation and symbols separate and are never part of a token; digits count.
//! So `ＧＰＴ－４ 發表` and `gpt-4发表` have the same tokens: `gpt` `4` `发` `表`.

use crate::model::Span;
use crate::text::script::is_unspaced;
use std::fmt;
use std::ops::RangeInclusive;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use xxhash_rust::xxh3::xxh3_64;

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// xxh3 of the token's form in UTF-8: the same on every machine and in every version.
    pub hash: u64,
    /// Where it stands in the text. Tokens that one character gives (`½`) share its place.
    pub span: Span,
}

/// Brings texts to the form for comparing. Built in about a millisecond; build one and pass it.
pub struct Folder {
    // For each code unit of the Basic Multilingual Plane what it folds to: one of the four marks below, or a code point.
    map: Box<[u16; PLANE]>,
}

/// Code units of the Basic Multilingual Plane.
const PLANE: usize = 0x1_0000;

/// Separates tokens.
const APART: u16 = 0;
/// Not there: soft hyphens, zero-width characters.
const NOTHING: u16 = 1;
/// Joins the character before it under NFKC.
const JOINS: u16 = 2;
/// Folds to several characters, or to one outside the plane.
const SEVERAL: u16 = 3;

/// Pairs of a Han character and the one it is compared as.
const HAN: &str = include_str!("han.txt");

impl Folder {
    /// A folder with its tables.
    pub fn new() -> Folder {
        let mut map = Box::new([APART; PLANE]);
        for code in 0..=0xFFFF_u16 {
            map[code as usize] = match code {
                // The big blocks stand in no table but their own: under NFKC and in lower case they stay what they are.
                0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 => code,
                // Surrogates and private use.
                0xD800..=0xF8FF => APART,
                _ => char::from_u32(u32::from(code)).map_or(APART, fold_of),
            };
        }
        for pair in HAN.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace) {
            let mut units = pair.encode_utf16();
            if let (Some(from), Some(to)) = (units.next(), units.next()) {
                map[from as usize] = to;
            }
        }
        // What folds to a Han character (compatibility forms, radicals) goes on to the form that one is compared as.
        for code in 0..map.len() {
            if map[code] > SEVERAL {
                map[code] = map[map[code] as usize];
            }
        }
        Folder { map }
    }

    /// Puts the tokens of `text` into `tokens`, in order; what was in there goes.
    pub fn tokens(&self, text: &str, tokens: &mut Vec<Token>) {
        tokens.clear();
        // Hardly a text has shorter tokens, blanks counted; what is not needed is never touched.
        tokens.reserve(text.len() / 3);
        self.each(text, |form, start, end| {
            tokens.push(Token { hash: form.hash(), span: Span { start: start as u32, end: end as u32 } });
        });
    }

    /// The form itself: the tokens of `text` with one blank between. For showing and for tests.
    pub fn form(&self, text: &str) -> String {
        let mut forms: Vec<String> = Vec::new();
        self.each(text, |form, _, _| forms.push(form.to_string()));
        forms.join(" ")
    }

    /// Calls `token(form, start, end)` for each token.
    ///
    /// # Panics
    /// When the text is 4 GiB or longer: dumps are capped far below that when they are read.
    fn each(&self, text: &str, mut token: impl FnMut(Form, usize, usize)) {
        assert!(u32::try_from(text.len()).is_ok(), "texts are capped below 4 GiB when they are read");
        let bytes = text.as_bytes();
        let mut open = Open::default();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] < 0x80 {
                at = ascii(bytes, at, &mut open, &mut token);
                continue;
            }
            if let Some(c) = self.alone(bytes, at) {
                open.close(&mut token);
                token(Form::Alone(c), at, at + WIDE);
                at += WIDE;
                continue;
            }
            let c = text[at..].chars().next().expect("`at` stands on a character border");
            let end = at + c.len_utf8();
            match self.fold(c) {
                APART => open.close(&mut token),
                NOTHING => {}
                JOINS | SEVERAL => {
                    at = self.cluster(text, at, &mut open, &mut token);
                    continue;
                }
                fold => open.add(unit(fold), at, end, &mut token),
            }
            at = end;
        }
        open.close(&mut token);
    }

    /// What the character at `at` folds to, when it is kana or Han and nothing behind it joins it: the bulk of all Chinese
    /// and Japanese, of which no table is asked for its class.
    #[inline]
    fn alone(&self, bytes: &[u8], at: usize) -> Option<char> {
        let fold = self.map[wide(bytes, at, 0xE3..=0xE9)?];
        let joined = match bytes.get(at + WIDE) {
            // Neither ASCII nor the Han of the big block joins anything.
            None | Some(0..0x80 | 0xE4..=0xE9) => false,
            Some(_) => wide(bytes, at + WIDE, 0xE0..=0xEF).is_none_or(|c| matches!(self.map[c], JOINS | SEVERAL)),
        };
        // Bopomofo, Hangul letters and the signs between them stand in this range and not alone.
        (matches!(fold, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF) && !joined).then(|| unit(fold))
    }

    fn fold(&self, c: char) -> u16 {
        self.map.get(c as usize).copied().unwrap_or(SEVERAL)
    }

    /// Reads a character together with the marks that join it, folds them as one; gives the place after them.
    fn cluster(&self, text: &str, at: usize, open: &mut Open, token: &mut impl FnMut(Form, usize, usize)) -> usize {
        let joins = |c: char| self.fold(c) == JOINS;
        let first = text[at..].chars().next().expect("`at` stands on a character border");
        let rest = &text[at + first.len_utf8()..];
        // A cluster is capped: a thousand accents on one letter are an attack, not a letter.
        let n_marks: usize = rest.chars().take(MAX_MARKS).take_while(|&c| joins(c)).map(char::len_utf8).sum();
        let end = at + first.len_utf8() + n_marks;
        // A mark joins the character right before it, which is taken back; without one it stands for itself.
        let start = if joins(first) { open.take_back(at) } else { at };
        for c in text[start..end].nfkc().flat_map(char::to_lowercase) {
            match self.fold(c) {
                APART => open.close(token),
                NOTHING => {}
                JOINS => open.join(c, start, end),
                SEVERAL if is_word(c) => open.add(c, start, end, token),
                SEVERAL => open.close(token),
                simple => open.add(unit(simple), start, end, token),
            }
        }
        end
    }
}

/// Bytes of a character from U+0800 to the end of the plane in UTF-8.
const WIDE: usize = 3;

/// The code of the character of three bytes at `at`, when its first byte is one of `leads`.
#[inline]
fn wide(bytes: &[u8], at: usize, leads: RangeInclusive<u8>) -> Option<usize> {
    let &[a, b, c] = bytes.get(at..)?.first_chunk()?;
    let low = |byte: u8| usize::from(byte & 0x3F);
    leads.contains(&a).then(|| usize::from(a & 0x0F) << 12 | low(b) << 6 | low(c))
}

/// Reads a run of ASCII letters and digits and the separator behind it; gives the place after them.
#[inline]
fn ascii(bytes: &[u8], at: usize, open: &mut Open, token: &mut impl FnMut(Form, usize, usize)) -> usize {
    let eight = eight(bytes, at);
    let n = n_alphanumeric(eight);
    if n == 0 {
        open.close(token);
        return at + 1;
    }
    // A mark may follow and join the last letter; anything in ASCII ends the word.
    if n < 8 && open.word.is_empty() && eight >> (8 * n) & 0x80 == 0 {
        open.close(token);
        token(Form::Short(eight & ((1 << (8 * n)) - 1) | LOWER >> (64 - 8 * n), n), at, at + n);
        return at + n + 1;
    }
    long_ascii(bytes, at, open, token)
}

/// The same for a word of eight letters or more, one that a mark may join, and one that goes on.
fn long_ascii(bytes: &[u8], at: usize, open: &mut Open, token: &mut impl FnMut(Form, usize, usize)) -> usize {
    let n = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let end = at + n;
    let run = &bytes[at..end];
    let lower = |b: &u8| b | LOWER as u8;
    let ends = bytes.get(end).is_none_or(|&b| b < 0x80);
    if ends && n <= SHORT_WORD && open.word.is_empty() {
        open.close(token);
        let mut word = [0; SHORT_WORD];
        word.iter_mut().zip(run).for_each(|(to, from)| *to = lower(from));
        token(Form::Word(&word[..n]), at, end);
        return end;
    }
    if open.alone.is_some() || open.marked {
        open.close(token);
    }
    if open.word.is_empty() {
        open.start = at;
    }
    open.word.extend(run.iter().map(lower));
    open.last = (open.word.len() - 1, end - 1);
    open.end = end;
    if ends {
        open.close(token);
    }
    end
}

/// Bit 5 of eight bytes: it makes a letter lower case and is set in every digit.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// The eight bytes from `at` on, the first one lowest; behind the end there is nothing.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => packed(rest),
    }
}

/// How many of eight bytes are ASCII letters and digits before another one comes.
#[inline]
fn n_alphanumeric(eight: u64) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    // Bit 7 of each byte that is in a range of ASCII: adding carries into it from the range's first byte on, and from
    // the one behind its last.
    let within = |bytes: u64, first: u64, last: u64| {
        let low = bytes & !HIGH;
        (low + (0x80 - first) * ONES) & !(low + (0x7F - last) * ONES)
    };
    let letters = within(eight | LOWER, u64::from(b'a'), u64::from(b'z'));
    let digits = within(eight, u64::from(b'0'), u64::from(b'9'));
    (!((letters | digits) & !eight) & HIGH).trailing_zeros() as usize / 8
}

/// Nearly all words are shorter and need no memory of their own.
const SHORT_WORD: usize = 24;

/// Marks on one character that are read together.
const MAX_MARKS: usize = 30;

impl Default for Folder {
    fn default() -> Self {
        Folder::new()
    }
}

/// The form of one token.
#[derive(Clone, Copy)]
enum Form<'a> {
    /// One character of a script without blanks.
    Alone(char),
    /// So many bytes of ASCII, the first one lowest.
    Short(u64, usize),
    /// A word in UTF-8, or a character with marks that join it to nothing.
    Word(&'a [u8]),
}

impl Form<'_> {
    #[inline]
    fn hash(self) -> u64 {
        match self {
            Form::Alone(c) => hash(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Form::Short(form, n) => hash_short(form, n),
            Form::Word(form) => hash(form),
        }
    }
}

/// xxh3 without a seed.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    match bytes.len() {
        n @ 1..=8 => hash_short(packed(bytes), n),
        _ => xxh3_64(bytes),
    }
}

/// Up to eight bytes as a number, the first one lowest.
#[inline]
fn packed(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |packed, &byte| packed << 8 | u64::from(byte))
}

/// xxh3 of one to eight bytes, which most tokens have: a handful of instructions, but the call of it would take as long
/// again, and here they are in a register already.
#[inline]
fn hash_short(form: u64, n: usize) -> u64 {
    if n <= 3 {
        let byte = |at: usize| form >> (8 * at) & 0xFF;
        let joined = byte(n - 1) | (n as u64) << 8 | byte(0) << 16 | byte(n / 2) << 24;
        let mut h = joined ^ 0x8727_5A9B;
        h = (h ^ h >> 33).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        h = (h ^ h >> 29).wrapping_mul(0x1656_67B1_9E37_79F9);
        return h ^ h >> 32;
    }
    let last_four = form >> (8 * (n - 4)) & 0xFFFF_FFFF;
    let mut h = last_four.wrapping_add(form << 32) ^ 0xC73A_B174_C5EC_D5A2;
    h ^= h.rotate_left(49) ^ h.rotate_left(24);
    h = h.wrapping_mul(0x9FB2_1C65_1E98_DF25);
    h = (h ^ (h >> 35).wrapping_add(n as u64)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
    h ^ h >> 28
}

impl fmt::Display for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Alone(c) => write!(f, "{c}"),
            Form::Short(form, n) => f.write_str(&String::from_utf8_lossy(&form.to_le_bytes()[..*n])),
            Form::Word(form) => f.write_str(&String::from_utf8_lossy(form)),
        }
    }
}

/// The token that is being read: a mark may still join its last character.
// Invariant: at most one of `alone` and `word` holds something.
#[derive(Default)]
struct Open {
    alone: Option<char>,
    word: Vec<u8>,
    /// The word is one character of a script without blanks, with marks.
    marked: bool,
    start: usize,
    end: usize,
    /// Where the last character of the word begins: in the form, in the text.
    last: (usize, usize),
}

impl Open {
    fn stand_alone(&mut self, c: char, start: usize, end: usize, token: &mut impl FnMut(Form, usize, usize)) {
        self.close(token);
        (self.alone, self.start, self.end) = (Some(c), start, end);
    }

    fn add(&mut self, c: char, start: usize, end: usize, token: &mut impl FnMut(Form, usize, usize)) {
        if is_unspaced(c) {
            return self.stand_alone(c, start, end, token);
        }
        if self.alone.is_some() || self.marked {
            self.close(token);
        }
        self.push(c, start, end);
        self.last = (self.word.len() - c.len_utf8(), start);
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        if self.word.is_empty() {
            self.start = start;
        }
        self.end = end;
        self.word.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// A mark that found nothing to compose with stays part of the token.
    fn join(&mut self, c: char, start: usize, end: usize) {
        if let Some(base) = self.alone.take() {
            self.push(base, self.start, end);
            (self.last, self.marked) = ((0, self.start), true);
        } else if self.word.is_empty() {
            self.last = (0, start);
        }
        self.push(c, start, end);
    }

    /// Takes back the last character if it ends at `at`; gives the place where it began.
    fn take_back(&mut self, at: usize) -> usize {
        if self.end != at || self.alone.is_none() && self.word.is_empty() {
            return at;
        }
        if self.alone.take().is_some() {
            return self.start;
        }
        self.word.truncate(self.last.0);
        self.marked = false;
        self.end = self.last.1;
        self.last.1
    }

    fn close(&mut self, token: &mut impl FnMut(Form, usize, usize)) {
        if let Some(c) = self.alone.take() {
            token(Form::Alone(c), self.start, self.end);
        } else if !self.word.is_empty() {
            token(Form::Word(&self.word), self.start, self.end);
            self.word.clear();
            self.marked = false;
        }
    }
}

fn unit(code: u16) -> char {
    char::from_u32(u32::from(code)).expect("the map holds no surrogates")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// What a character of the plane folds to, Han forms aside.
fn fold_of(c: char) -> u16 {
    if matches!(c, '\u{34F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}') {
        return NOTHING;
    }
    match is_nfkc_quick(std::iter::once(c)) {
        IsNormalized::Maybe => return JOINS,
        IsNormalized::Yes if is_combining_mark(c) => return JOINS,
        IsNormalized::Yes if !c.is_alphanumeric() => return APART,
        _ => {}
    }
    let mut folded = std::iter::once(c).nfkc().flat_map(char::to_lowercase);
    match (folded.next(), folded.next()) {
        (Some(one), None) if is_nfkc_quick(std::iter::once(one)) == IsNormalized::Maybe => JOINS,
        (Some(one), None) if !is_word(one) => APART,
        (Some(one), None) if (one as u32) < 0x1_0000 => one as u16,
        (None, _) => NOTHING,
        _ => SEVERAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, form: &str) {
        assert_eq!(Folder::new().form(text), form, "{text:?}");
    }

    #[test]
    fn case_width_punctuation_and_blanks_do_not_count() {
        check("ＧＰＴ－４　Turbo!", "gpt 4 turbo");
        check("  Don’t  \t panic…\n", "don t panic");
        check("GPT-3.5", "gpt 3 5");
    }

    #[test]
    fn each_han_or_kana_character_is_a_token_and_words_between_them_stay_whole() {
        check("今年OpenAI發表了GPT4、と", "今 年 openai 发 表 了 gpt4 と");
        // Bopomofo is spelt like words, whatever stands behind it.
        check("0ㄅ🉠 0ㄅ", "0ㄅ 0ㄅ");
    }

    #[test]
    fn traditional_and_simplified_chinese_have_one_form() {
        let folder = Folder::new();
        assert_eq!(folder.form("後來發現乾麵條、颱風與著裏"), folder.form("后来发现干面条，台风与着里"));
        assert_eq!(folder.form("後"), "后");
    }

    #[test]
    fn composed_and_decomposed_characters_have_one_form() {
        check("Cafe\u{301} CAFÉ", "café café");
        check("ｶﾞｷﾞ ガギ", "ガ ギ ガ ギ");
        check("か\u{3099}", "が");
        check("\u{1112}\u{1161}\u{11ab}글 한글", "한글 한글");
        check("\u{301}a", "\u{301}a");
    }

    #[test]
    fn characters_that_stand_for_several_are_written_out() {
        check("①㎏ﬁ½ ㈱ 𝐀𝟙", "1kgfi1 2 株 a1");
        check("\u{20000}\u{20001}", "\u{20000} \u{20001}");
        check("😀 ★ → $", "");
    }

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        check("exam\u{AD}ple zero\u{200B}width \u{FEFF}bom", "example zerowidth bom");
    }

    #[test]
    fn a_token_knows_its_place() {
        let (folder, mut tokens) = (Folder::new(), Vec::new());
        let text = "「發Ａb」 e\u{301}x, 12";
        folder.tokens(text, &mut tokens);
        let pieces: Vec<&str> = tokens.iter().map(|t| t.span.of(text)).collect();
        assert_eq!(pieces, ["發", "Ａb", "e\u{301}x", "12"]);
    }

    #[test]
    fn the_hash_is_xxh3_of_the_form() {
        let (folder, mut tokens) = (Folder::new(), Vec::new());
        folder.tokens("Ａb 後", &mut tokens);
        let hashes: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
        assert_eq!(hashes, [xxh3_64(b"ab"), xxh3_64("后".as_bytes())]);
    }

    proptest! {
        #[test]
        fn short_tokens_hash_as_xxh3_does(bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            prop_assert_eq!(hash(&bytes), xxh3_64(&bytes));
        }

        /// Spans are ordered, disjoint, on character borders; folding the form changes nothing.
        #[test]
        fn any_text_has_ordered_tokens_and_a_stable_form(text in "(\\PC|[a-zA-Z0-9 \u{301}\u{3099}ｶﾞ後发\u{AD}é]){0,60}") {
            let (folder, mut tokens) = (Folder::new(), Vec::new());
            folder.tokens(&text, &mut tokens);
            prop_assert!(tokens.iter().all(|t| !t.span.is_empty() && text.get(t.span.range()).is_some()));
            let form = folder.form(&text);
            prop_assert_eq!(folder.form(&form), form);
        }

        /// What NFKC makes equal is equal here.
        #[test]
        fn normalised_text_has_the_same_form(text in "[a-zé ｱ-ﾟ\u{300}-\u{304}가각①㎏後]{0,30}") {
            let folder = Folder::new();
            let normal: String = text.nfkc().collect();
            prop_assert_eq!(folder.form(&normal), folder.form(&text));
        }
    }
}
