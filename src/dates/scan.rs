//! From text to tokens: one pass, every byte looked at a bounded number of times.
//!
//! A token is a word of the lexicon, a number, or a numeric stamp (`2023-11-17`, `9:30`). Whatever else stands in the
//! text is a break that no expression crosses: prices, versions, telephone numbers and unknown words end a segment here
//! and never reach the grammar.

use super::grammar::Language;
use super::lexicon::Start;
use crate::text::script::is_mark;

/// What the grammar sees of a token: a set of classes.
pub type Symbol = u16;

/// The symbol of everything that is not known.
pub const BREAK: Symbol = 0;

/// A number as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// Its value.
    pub value: f64,
    /// Written digits; 0 when written in words.
    pub digits: u8,
    /// Written digit by digit in Han numerals (`二〇二三`).
    pub digitwise: bool,
    /// `三四` (天): from the first to the second.
    pub pair: Option<u8>,
    /// An ordinal.
    pub ordinal: bool,
    /// Written with a sign or fraction, no plain integer.
    pub fraction: bool,
    /// `'98`
    pub apostrophe: bool,
}

/// Numbers joined by one kind of separator: a date, a clock time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// The numbers.
    pub parts: [i32; 3],
    /// How many.
    pub count: u8,
    /// How many digits each has.
    pub lens: [u8; 3],
    /// The separator.
    pub sep: u8,
    /// Hour, minute, second behind a date (`T12:00`).
    pub time: Option<(u8, u8, Option<u8>)>,
    /// Minutes east of UTC.
    pub zone: Option<i16>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// An entry of the lexicon.
    Word(u32),
    /// A number.
    Number(Number),
    /// A numeric stamp.
    Stamp(Stamp),
    /// Anything else.
    Break,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Its set of classes.
    pub symbol: Symbol,
    /// Begins with a capital.
    pub capital: bool,
    /// What it is.
    pub what: What,
}

/// Classes of numbers, decided by value and shape. The names in patterns, in order of bit.
pub const NUMBER_CLASSES: &[&str] = &[
    "n", "num", "d", "m", "h", "mm", "y4", "yy", "y3", "ord", "dord", "digits", "dm", "clock", "ymd", "md", "ym",
    "years", "pair", "dotclock", "yl", "hmm", "eymd",
];

/// The bit of a class of numbers.
const fn bit(name: &str) -> u32 {
    let name = name.as_bytes();
    let mut at = 0;
    while at < NUMBER_CLASSES.len() {
        let class = NUMBER_CLASSES[at].as_bytes();
        let mut i = 0;
        while i < name.len() && i < class.len() && name[i] == class[i] {
            i += 1;
        }
        if i == name.len() && i == class.len() {
            return 1 << at;
        }
        at += 1;
    }
    panic!("the table holds every class used here")
}

/// Bits of the classes that a number belongs to.
pub fn number_bits(n: &Number) -> u32 {
    let mut bits = 0;
    let mut set = |bit: u32| bits |= bit;
    let v = n.value as i64;
    if n.fraction {
        set(const { bit("num") });
        return bits;
    }
    if n.ordinal {
        set(const { bit("ord") });
        if (1..=31).contains(&v) {
            set(const { bit("dord") });
        }
        return bits;
    }
    if n.pair.is_some() {
        set(const { bit("pair") });
    }
    let short = n.digits <= 2 && !n.apostrophe && !n.digitwise || n.pair.is_some();
    // `07` is a year, a day, a minute, but no count.
    let padded = n.digits == 2 && v < 10;
    if !(n.apostrophe || padded || n.digitwise && v > 99) {
        set(const { bit("n") });
        set(const { bit("num") });
    }
    if n.digits > 0 {
        set(const { bit("digits") });
    }
    if short && (1..=31).contains(&v) {
        set(const { bit("d") });
    }
    if short && (1..=12).contains(&v) {
        set(const { bit("m") });
    }
    if short && (0..=30).contains(&v) {
        set(const { bit("h") });
    }
    if short && (0..=59).contains(&v) {
        set(const { bit("mm") });
    }
    if (1000..=2999).contains(&v) && (n.digits == 4 || n.digitwise) {
        set(const { bit("y4") });
        if (1500..=2050).contains(&v) {
            set(const { bit("yl") });
        }
    }
    if (100..=2459).contains(&v) && (n.digits == 3 || n.digits == 4) && v % 100 < 60 {
        set(const { bit("hmm") });
    }
    if (n.digits == 2 || n.digitwise) && (0..=99).contains(&v) {
        set(const { bit("yy") });
    }
    if (1..=999).contains(&v) && !n.apostrophe {
        set(const { bit("y3") });
    }
    bits
}

/// Bits of the classes that a stamp belongs to.
fn stamp_bits(s: &Stamp) -> u32 {
    let mut bits = 0;
    let mut set = |bit: u32| bits |= bit;
    let [a, b, c] = s.parts;
    let [la, lb, lc] = s.lens;
    match (s.count, s.sep) {
        (2, b':') if a <= 29 && b < 60 && lb == 2 && la <= 2 => set(const { bit("clock") }),
        (3, b':') if a <= 29 && b < 60 && c < 60 && lb == 2 && lc == 2 && la <= 2 => set(const { bit("clock") }),
        (_, b':') => {}
        (2, b'.') => {
            set(const { bit("num") });
            if la <= 2 && lb <= 2 && day_month(a, b) {
                set(const { bit("dm") });
            }
            if la <= 2 && lb == 2 && a <= 24 && b < 60 {
                set(const { bit("dotclock") });
            }
            if la == 4 && (1000..=2999).contains(&a) && lb == 2 && (1..=12).contains(&b) {
                set(const { bit("ym") });
            }
        }
        (2, b'/') => {
            if la <= 2 && lb <= 2 && (day_month(a, b) || day_month(b, a)) {
                set(const { bit("md") });
            }
            if la == 4 && year(a) && (1..=12).contains(&b) || lb == 4 && year(b) && (1..=12).contains(&a) {
                set(const { bit("ym") });
            }
            if la == 4 && year(a) && lb == 2 && (a + 1) % 100 == b {
                set(const { bit("years") });
            }
        }
        (2, b'-') => {
            if la == 4 && year(a) && lb == 2 && (1..=12).contains(&b) {
                set(const { bit("ym") });
            }
            if lb == 4 && year(b) && la <= 2 && (1..=12).contains(&a) {
                set(const { bit("ym") });
            }
            if la == 4 && year(a) && (lb == 4 && year(b) && b > a || lb == 2 && b > a % 100) {
                set(const { bit("years") });
            }
            if la <= 2 && lb == 2 && (day_month(a, b) || day_month(b, a)) {
                set(const { bit("md") });
            }
        }
        (3, _) if is_era_date(s) => set(const { bit("eymd") }),
        (3, _) => set(const { bit("ymd") }),
        _ => {}
    }
    bits
}

/// A year of an era, a month, a day: `110/9/12`, `30.4.1` in texts that count so.
fn is_era_date(s: &Stamp) -> bool {
    let [_, m, d] = s.parts;
    let short = s.lens[0] <= 3 && s.lens[1] <= 2 && s.lens[2] <= 2 && matches!(s.sep, b'.' | b'/' | b'-');
    short && day_month(d, m) && !is_date(s)
}

/// Its parts make a date in one order or another.
fn is_date(s: &Stamp) -> bool {
    date_parts(s, false).is_some() || date_parts(s, true).is_some()
}

fn year(y: i32) -> bool {
    (1000..=2999).contains(&y)
}

fn day_month(d: i32, m: i32) -> bool {
    (1..=31).contains(&d) && (1..=12).contains(&m)
}

/// Bytes of prose for each token, about; a guess only sizes memory.
const BYTES_PER_TOKEN: usize = 12;

/// The tokens of `text`, breaks between them collapsed; the first and the last are breaks.
pub fn scan(text: &str, language: &Language) -> Vec<Token> {
    let tokens = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
    let mut scanner = Scanner { text, bytes: text.as_bytes(), language, tokens, cluster: Cluster::default() };
    scanner.push_break(0);
    let mut at = 0;
    while at < text.len() {
        at = scanner.pass(at);
        if at < text.len() {
            at = scanner.step(at);
        }
    }
    scanner.push_break(text.len());
    super::numerals::compose(&mut scanner.tokens, language);
    scanner.tokens
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    language: &'a Language,
    tokens: Vec<Token>,
    /// Memory for the numbers at one place.
    cluster: Cluster,
}

impl Scanner<'_> {
    fn push_break(&mut self, at: usize) {
        if self.tokens.last().is_none_or(|t| t.what != What::Break) {
            let at = at as u32;
            self.tokens.push(Token { start: at, end: at, symbol: BREAK, capital: false, what: What::Break });
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
            let rest = &self.bytes[at..];
            if self.is_letter(at) {
                match language.lexicon.firsts.at(rest, &language.letters) {
                    Start::Unknown(len) => at = self.word_end(at + len),
                    Start::Word(len, entry) => return self.push_word(at, at + len, entry),
                    Start::Walk => return at,
                }
            } else if b.is_ascii_digit() || is_wide_digit(rest) || !language.lexicon.words.is_dead(rest) {
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
            0xEF if is_wide_digit(&self.bytes[at..]) => return self.number(at),
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
        if next.is_ascii_digit() || is_wide_digit(&self.bytes[at..]) {
            return true;
        }
        self.language.unspaced && (!last.is_ascii_alphanumeric() || !next.is_ascii_alphanumeric())
            || last.is_ascii_alphanumeric() && crate::text::script::is_unspaced(next)
    }

    /// The longest word of the lexicon at `at`, found in its trie.
    fn walk(&mut self, at: usize, counter: bool) -> Option<usize> {
        let lexicon = &self.language.lexicon;
        let trie = if counter { &lexicon.counters } else { &lexicon.words };
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
        if matches!(c, '%' | '％' | '$' | '€' | '£' | '₩' | '¥' | '￥' | '°' | '_' | '@' | '#' | '‰' | '℃' | '*' | '=')
        {
            return true;
        }
        if c.is_alphabetic() && !crate::text::script::is_unspaced(c) {
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

/// A full-width digit stands here.
fn is_wide_digit(bytes: &[u8]) -> bool {
    matches!(bytes, [0xEF, 0xBC, 0x90..=0x99, ..])
}

#[derive(Clone, Copy)]
enum Piece {
    Number(usize, usize, Number),
    Stamp(usize, usize, Stamp),
    Separator(usize, usize),
    Junk(usize),
}

/// A run of digits and separators without blanks.
#[derive(Default)]
struct Cluster {
    groups: Vec<Group>,
    /// Each separator, where it begins and ends.
    seps: Vec<(u8, usize, usize)>,
    pieces: Vec<Piece>,
    end: usize,
}

/// More groups of digits than any date has: such a run is passed over whole.
const MAX_GROUPS: usize = 8;

struct Group {
    start: usize,
    end: usize,
    value: i64,
    digits: u8,
}

impl Cluster {
    /// Reads the run at `at`.
    fn read(&mut self, text: &str, at: usize, decimal_comma: bool) {
        self.groups.clear();
        self.seps.clear();
        self.pieces.clear();
        let mut i = at;
        let mut count = 0usize;
        loop {
            let group = read_digits(text, i);
            i = group.end;
            count += 1;
            if count <= MAX_GROUPS {
                self.groups.push(group);
            }
            let Some((sep, len)) = separator(&text[i..]) else { break };
            if !starts_with_digit(&text[i + len..]) {
                break;
            }
            if count < MAX_GROUPS {
                self.seps.push((sep, i, i + len));
            }
            i += len;
        }
        self.end = i;
        if count > MAX_GROUPS {
            self.pieces.push(Piece::Junk(at));
            return;
        }
        let (groups, seps) = (std::mem::take(&mut self.groups), std::mem::take(&mut self.seps));
        self.cut(text, &groups, &seps, decimal_comma);
        (self.groups, self.seps) = (groups, seps);
    }

    /// Cuts the groups into stamps and numbers.
    fn cut(&mut self, text: &str, groups: &[Group], seps: &[(u8, usize, usize)], decimal_comma: bool) {
        let mut g = 0;
        while g < groups.len() {
            if g > 0 {
                self.pieces.push(Piece::Separator(seps[g - 1].1, seps[g - 1].2));
            }
            let mut n = 1;
            if g < seps.len() {
                let sep = seps[g].0;
                n += seps[g..].iter().take_while(|s| s.0 == sep).count();
                if sep == b'-' && n == 2 && groups.len() > 2 {
                    n = 1;
                }
                if sep == b'-' && n > 3 && groups.len() == 6 {
                    n = 3;
                }
                if sep == b',' {
                    n = thousands(&groups[g..g + n]);
                    if n == 1 && decimal_comma && groups.len() == 2 && groups[1].digits <= 2 {
                        let (whole, part) = (&groups[0], &groups[1]);
                        let value = whole.value as f64 + part.value as f64 / 10f64.powi(i32::from(part.digits));
                        let number = Number { value, fraction: true, ..integer(whole) };
                        self.pieces.push(Piece::Number(whole.start, part.end, number));
                        return;
                    }
                }
            }
            let first = &groups[g];
            let last = &groups[g + n - 1];
            match n {
                1 => self.pieces.push(Piece::Number(first.start, first.end, integer(first))),
                _ if seps[g].0 == b',' => {
                    let value = groups[g..g + n].iter().fold(0.0, |v, x| v * 1000.0 + x.value as f64);
                    let number = Number { value, digits: 7, ..integer(first) };
                    self.pieces.push(Piece::Number(first.start, last.end, number));
                }
                2 | 3 => {
                    self.stamp(&groups[g..g + n], seps[g].0);
                }
                _ => self.pieces.push(Piece::Junk(first.start)),
            }
            if let Some(Piece::Stamp(_, end, stamp)) = self.pieces.last_mut()
                && stamp.count == 3
                && stamp.sep != b':'
                && g + n == groups.len()
                && let Some((time, zone, len)) = clock_behind(&text[*end..])
            {
                stamp.time = Some(time);
                stamp.zone = zone;
                *end += len;
                self.end = *end;
            }
            g += n;
        }
    }

    fn stamp(&mut self, groups: &[Group], sep: u8) {
        let mut stamp = Stamp { parts: [0; 3], count: groups.len() as u8, lens: [0; 3], sep, time: None, zone: None };
        for (i, g) in groups.iter().enumerate() {
            stamp.parts[i] = g.value.clamp(0, 100_000) as i32;
            stamp.lens[i] = g.digits;
        }
        let (start, end) = (groups[0].start, groups[groups.len() - 1].end);
        if groups.len() == 3 && sep != b':' && !is_date(&stamp) && !is_era_date(&stamp) {
            self.pieces.push(Piece::Junk(start));
            return;
        }
        if stamp_bits(&stamp) == 0 {
            // Two numbers and a dash: each for itself (`16-20`, `499-493 BC`). Anything else is no date.
            let plain = groups.iter().all(|g| g.digits <= 2 || g.digits == 4) || groups.iter().all(|g| g.digits == 3);
            if sep == b'-' && groups.len() == 2 && plain {
                self.pieces.push(Piece::Number(groups[0].start, groups[0].end, integer(&groups[0])));
                self.pieces.push(Piece::Separator(groups[0].end, groups[1].start));
                self.pieces.push(Piece::Number(groups[1].start, groups[1].end, integer(&groups[1])));
            } else if sep == b'/' && groups.len() == 2 && groups[1].value > 0 && groups[0].value < groups[1].value {
                let value = groups[0].value as f64 / groups[1].value as f64;
                let number = Number { value, fraction: true, ..integer(&groups[0]) };
                self.pieces.push(Piece::Number(start, end, number));
            } else {
                self.pieces.push(Piece::Junk(start));
            }
            return;
        }
        self.pieces.push(Piece::Stamp(start, end, stamp));
    }
}

/// How many groups make one number with thousands separators.
fn thousands(groups: &[Group]) -> usize {
    if groups[0].digits > 3 {
        return 1;
    }
    1 + groups[1..].iter().take_while(|g| g.digits == 3).count()
}

fn integer(g: &Group) -> Number {
    Number {
        value: g.value as f64,
        digits: g.digits,
        digitwise: false,
        pair: None,
        ordinal: false,
        fraction: false,
        apostrophe: false,
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit) || is_wide_digit(text.as_bytes())
}

fn read_digits(text: &str, at: usize) -> Group {
    let bytes = text.as_bytes();
    let (mut i, mut value, mut digits) = (at, 0i64, 0u8);
    loop {
        let d = match bytes.get(i) {
            Some(b @ b'0'..=b'9') => {
                i += 1;
                b - b'0'
            }
            Some(0xEF) if is_wide_digit(&bytes[i..]) => {
                i += 3;
                bytes[i - 1] - 0x90
            }
            _ => break,
        };
        value = value.saturating_mul(10).saturating_add(i64::from(d));
        digits = digits.saturating_add(1);
    }
    Group { start: at, end: i, value, digits }
}

/// A separator inside numbers, in either width, as ASCII.
fn separator(text: &str) -> Option<(u8, usize)> {
    let c = text.chars().next()?;
    let ascii = match c {
        '.' | '/' | '-' | ':' | ',' => c as u8,
        '．' => b'.',
        '／' => b'/',
        '－' | '‐' | '‑' => b'-',
        '：' => b':',
        '，' => b',',
        _ => return None,
    };
    Some((ascii, c.len_utf8()))
}

/// `T12:00:00.5+08:00`, ` 12:00:00` is left to the grammar.
#[expect(clippy::type_complexity, reason = "a local result, read in one place")]
fn clock_behind(text: &str) -> Option<((u8, u8, Option<u8>), Option<i16>, usize)> {
    let rest = text.strip_prefix('T')?;
    let bytes = rest.as_bytes();
    let two = |i: usize| -> Option<u8> {
        let (a, b) = (bytes.get(i)?, bytes.get(i + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + b - b'0')
    };
    let (h, mut i) = (two(0)?, 2);
    let (mut m, mut s) = (0, None);
    if bytes.get(i) == Some(&b':') {
        m = two(i + 1)?;
        i += 3;
        if bytes.get(i) == Some(&b':') {
            s = two(i + 1);
            i += if s.is_some() { 3 } else { 0 };
            if bytes.get(i) == Some(&b'.') {
                i += 1 + bytes[i + 1..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
            }
        }
    }
    if h > 24 || m > 59 {
        return None;
    }
    let mut zone = None;
    match bytes.get(i) {
        Some(b'Z') => {
            zone = Some(0);
            i += 1;
        }
        Some(sign @ (b'+' | b'-')) => {
            if let Some(zh) = two(i + 1) {
                let colon = usize::from(bytes.get(i + 3) == Some(&b':'));
                let zm = two(i + 3 + colon).unwrap_or(0);
                let minutes = i16::from(zh) * 60 + i16::from(zm);
                zone = Some(if *sign == b'-' { -minutes } else { minutes });
                i += if two(i + 3 + colon).is_some() { 5 + colon } else { 3 };
            }
        }
        _ => {}
    }
    Some(((h, m, s), zone, i + 1))
}

/// Year, month and day of three parts; two digits of a year are widened later (returned as they are).
pub fn date_parts(s: &Stamp, day_first: bool) -> Option<(i32, u8, u8)> {
    let [a, b, c] = s.parts;
    let [la, lb, lc] = s.lens;
    let ok = |y: i32, m: i32, d: i32| day_month(d, m).then_some((y, m as u8, d as u8));
    if s.sep == b',' {
        return None;
    }
    if la == 4 && year(a) && lb <= 2 && lc <= 2 {
        return ok(a, b, c);
    }
    if la <= 2 && lb <= 2 && (lc == 4 && year(c) || lc == 2 && s.sep != b':') {
        let year_first = lc == 2 && a > 31;
        if year_first {
            return ok(a, b, c);
        }
        let (d, m) = if day_first { (a, b) } else { (b, a) };
        return ok(c, m, d).or_else(|| ok(c, d, m));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::grammar::Source;
    use crate::dates::lexicon::{Section, Words};
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
            let source = || Source::new(code, section(), &shared).expect("it is right");
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
