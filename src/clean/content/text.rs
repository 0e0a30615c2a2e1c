//! Measures of a block's text: its length in what it says, its marks, what it begins and ends with. Nothing here knows a
//! language.

use crate::text::script::{is_hangul, is_unspaced};

/// What a character of a script without blanks says, in Latin characters: translations of the same news are
/// 2.5 to 3 times shorter in Chinese and Japanese. Hangul syllables stand for two letters.
const UNSPACED_WEIGHT: f32 = 2.5;
const HANGUL_WEIGHT: f32 = 2.0;

/// Weight from which a block with a sentence and few links counts as good text: a line and a half of news.
const GOOD_WEIGHT: f32 = 80.0;
/// Share of links above which text is not good.
const GOOD_LINKS: f32 = 0.33;

/// Letters from which a word is no small word.
const NO_SMALL_WORD: u32 = 4;
/// What prose in Chinese and Japanese has in every line.
const PARTICLES: [char; 18] =
    ['的', '了', '是', '在', '和', '有', '不', '他', '我', 'の', 'は', 'に', 'を', 'が', 'と', 'た', 'て', 'で'];

/// Measures of one block's text.
#[derive(Clone, Copy, Default)]
pub(super) struct Text {
    pub weight: f32,
    pub words: f32,
    pub links: f32,
    pub sentence_ends: f32,
    pub commas: f32,
    pub digits: f32,
    pub letters: f32,
    pub upper: f32,
    pub marks: f32,
    pub capitalised: f32,
    pub separators: f32,
    pub years: f32,
    pub clocks: f32,
    pub urls: f32,
    pub rights: f32,
    /// Short words in small letters, and the commonest particles of scripts without blanks: prose has them.
    pub small: f32,
    pub begins: Begin,
    pub ends: End,
    pub good: bool,
}

/// What a block begins with.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Begin {
    #[default]
    Other,
    Lower,
    Upper,
    Digit,
    Quote,
    Mark,
}

/// What a block ends with.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum End {
    #[default]
    Other,
    Sentence,
    Question,
    Colon,
    Comma,
    Quote,
    Dots,
    Mark,
}

impl Text {
    /// Reads a block once.
    pub(super) fn of(text: &str, linked: u32) -> Text {
        let mut t = Text::default();
        let (mut digit_run, mut in_word, mut before) = (0u32, false, ' ');
        // Small letters since the word began; more when it is no small word.
        let mut small_run = 0u32;
        let mut year = 0u32;
        for c in text.chars() {
            let mut word = false;
            if c.is_ascii_lowercase() {
                t.weight += 1.0;
                t.letters += 1.0;
                word = true;
                small_run += 1;
            } else if c.is_ascii_uppercase() {
                t.weight += 1.0;
                t.letters += 1.0;
                t.upper += 1.0;
                t.capitalised += f32::from(u8::from(!in_word));
                word = true;
                small_run += NO_SMALL_WORD;
            } else if c == ' ' {
                t.weight += 1.0;
            } else if c.is_ascii_digit() {
                t.weight += 1.0;
                t.digits += 1.0;
                word = true;
                year = if digit_run < 4 { year * 10 + (u32::from(c) - 48) } else { 10_000 };
                digit_run += 1;
            } else if !c.is_ascii() && is_unspaced(c) {
                t.weight += UNSPACED_WEIGHT;
                t.letters += 1.0;
                t.words += 0.6;
                t.small += f32::from(u8::from(PARTICLES.contains(&c)));
            } else if !c.is_ascii() && c.is_alphabetic() {
                t.weight += if is_hangul(c) { HANGUL_WEIGHT } else { 1.0 };
                t.letters += 1.0;
                word = true;
                small_run += if c.is_lowercase() { 1 } else { NO_SMALL_WORD };
                if c.is_uppercase() {
                    t.upper += 1.0;
                    if !in_word {
                        t.capitalised += 1.0;
                    }
                }
            } else {
                t.weight += if c.is_ascii() { 1.0 } else { 1.5 };
                t.mark(c, before, digit_run);
            }
            if !c.is_ascii_digit() {
                if digit_run == 4 && (1900..2100).contains(&year) {
                    t.years += 1.0;
                }
                digit_run = 0;
                year = 0;
            }
            if word && !in_word {
                t.words += 1.0;
            }
            if !word {
                t.small += f32::from(u8::from((1..NO_SMALL_WORD).contains(&small_run)));
                small_run = 0;
            }
            in_word = word || (in_word && matches!(c, '\'' | '’' | '-'));
            before = c;
        }
        if digit_run == 4 && (1900..2100).contains(&year) {
            t.years += 1.0;
        }
        t.links = if text.is_empty() { 0.0 } else { (linked as f32 / text.len() as f32).min(1.0) };
        t.begins = text.chars().next().map_or(Begin::Other, begin);
        t.ends = text.chars().next_back().map_or(End::Other, end);
        t.good = t.weight >= GOOD_WEIGHT && t.links <= GOOD_LINKS && t.sentence_ends > 0.0;
        t
    }

    fn mark(&mut self, c: char, before: char, digit_run: u32) {
        match c {
            '.' | '!' | '?' => {
                // A full stop inside a number ends no sentence.
                if before.is_alphabetic() || matches!(before, ')' | '"' | '”' | '\'' | '’' | '%') || digit_run > 0 {
                    self.sentence_ends += 1.0;
                }
            }
            '。' | '！' | '？' | '؟' | '।' | '۔' | '…' => self.sentence_ends += 1.0,
            ',' | '，' | '、' | '،' | ';' | '；' => self.commas += 1.0,
            '|' | '｜' | '•' | '·' | '»' | '›' | '/' | '>' | '→' => self.separators += 1.0,
            ':' if digit_run > 0 => self.clocks += 1.0,
            ':' if before.is_alphabetic() => self.marks += 1.0,
            '@' => self.urls += 1.0,
            '©' | '®' | '™' => self.rights += 1.0,
            _ if c.is_whitespace() => {}
            _ => self.marks += 1.0,
        }
    }
}

fn begin(c: char) -> Begin {
    match c {
        c if c.is_lowercase() => Begin::Lower,
        c if c.is_alphabetic() => Begin::Upper,
        c if c.is_numeric() => Begin::Digit,
        '"' | '“' | '„' | '«' | '‘' | '「' | '『' | '\'' | '»' => Begin::Quote,
        _ => Begin::Mark,
    }
}

fn end(c: char) -> End {
    match c {
        '.' | '。' | '।' | '۔' => End::Sentence,
        '!' | '?' | '！' | '？' | '؟' => End::Question,
        ':' | '：' => End::Colon,
        ',' | '，' | '、' | ';' | '；' => End::Comma,
        '"' | '”' | '“' | '»' | '’' | '」' | '』' | '\'' | ')' | '）' => End::Quote,
        '…' => End::Dots,
        c if c.is_alphanumeric() => End::Other,
        _ => End::Mark,
    }
}
