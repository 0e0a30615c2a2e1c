//! What one document tells the index: its fingerprints, and its tokens as four bits each.
//!
//! Four bits a token are too little to read a text back, and enough to compare any two texts token by token
//! (five tokens in a row tell twenty bits, ten tell forty), so that the index alone, merged from parts that were
//! learnt on different machines, verifies every candidate exactly and needs no second look at the dumps.

use crate::model::{Document, Origin};
use crate::text::fold::{Folder, Token};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Values of a word's signature; the two above announce a number, whose signature takes one more half byte.
const WORDS: u64 = 14;

/// First value of a number's signature in [`Facts::signature`]; numbers take 32 values, so that two different ones
/// are told apart 31 times in 32: the figures of a dated report are what sets it apart from the next one.
pub(crate) const FIRST_NUMBER: u8 = 16;

/// Longest block, in tokens, that has a second key. Slots of a site ("36576 comments", "Published: 2019-03-25 13:22",
/// "By Anna Bell") are short; a sentence with a figure in it is text.
const MAX_SLOT_TOKENS: usize = 12;

/// Longest label of a slot, in tokens: what stands before its colon ("来源：…").
const MAX_LABEL_TOKENS: usize = 4;

/// Longest name behind the first word of a slot, in words.
const MAX_NAME_WORDS: usize = 4;

/// Bytes of a print that are kept: among a million blocks of one site two are taken for one once in five hundred sites,
/// and it takes three pages to call a block furniture.
const PRINT_BYTES: usize = 6;
const PRINT: u64 = (1 << (8 * PRINT_BYTES)) - 1;

/// The keys by which a block is found on other pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Hash of the block's comparing form.
    pub exact: u64,
    /// Hash of the form with its numbers masked, of the label before a colon, or of the word before a name;
    /// none for a block without these, or a long one.
    pub slot: Option<u64>,
    /// Tokens of the block.
    pub n_tokens: u32,
    /// Something else than the article: it tells what the site repeats, and is not compared with other articles.
    pub aside: bool,
}

/// What one document tells the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The article's identifier: twenty hexadecimal digits.
    pub(crate) id: Id,
    /// Hash of the site's name; 0 without one.
    pub(crate) site: u64,
    /// Hash of the text as it is.
    pub(crate) text: u64,
    /// Hash of the text's tokens.
    pub(crate) form: u64,
    /// First day of the publication date, in days since 1970-01-01.
    pub(crate) day: Option<i32>,
    /// How many fields of metadata are filled.
    pub(crate) fullness: u8,
    /// It was fetched from the address that the page calls canonical.
    pub(crate) canonical: bool,
    /// Where it stands.
    pub(crate) origin: Origin,
    /// Its address and its publication date, which the copy that stays keeps too.
    pub(crate) url: Option<String>,
    pub(crate) published: Option<String>,
    /// One print a block.
    pub(crate) blocks: Vec<Print>,
    /// The signatures of all tokens.
    pub(crate) signature: Packed,
}

/// Signatures as half bytes, the low half of a byte first; a number takes two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    /// Halves that wait for their eight bytes to be full, and how many.
    waiting: u64,
    n_waiting: u32,
    n_tokens: u32,
}

impl Packed {
    #[inline]
    fn push(&mut self, signature: u8) {
        self.n_tokens += 1;
        match signature.checked_sub(FIRST_NUMBER) {
            Some(n) => {
                self.half(WORDS as u8 + (n >> 4));
                self.half(n & 15);
            }
            None => self.half(signature),
        }
    }

    #[inline]
    fn half(&mut self, half: u8) {
        self.waiting |= u64::from(half) << (4 * self.n_waiting);
        self.n_waiting += 1;
        if self.n_waiting == 16 {
            self.bytes.extend_from_slice(&self.waiting.to_le_bytes());
            (self.waiting, self.n_waiting) = (0, 0);
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        number(u64::from(self.n_tokens), out);
        out.extend_from_slice(&self.bytes);
        out.extend_from_slice(&self.waiting.to_le_bytes()[..self.n_waiting.div_ceil(2) as usize]);
    }
}

/// An article's identifier in ten bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub [u8; 10]);

impl Id {
    /// The identifier that `hex` spells; any other text is hashed, so that nothing can go wrong here.
    pub fn of(hex: &str) -> Id {
        let digits = hex.as_bytes();
        let mut id = [0; 10];
        let spelt = digits.len() == 20
            && digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f'))
            && id.iter_mut().zip(digits.chunks(2)).all(|(byte, pair)| {
                let value = |d: u8| if d < b'a' { d - b'0' } else { d - b'a' + 10 };
                *byte = value(pair[0]) << 4 | value(pair[1]);
                true
            });
        if !spelt {
            id.copy_from_slice(&xxh3_128(digits).to_le_bytes()[..10]);
        }
        Id(id)
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// The prints of a document's blocks, for looking them up.
pub fn prints(document: &Document, folder: &Folder) -> Vec<Print> {
    read(document, folder, &mut |_, _| {})
}

impl Facts {
    /// The facts of `document`. Pure: worker threads call it.
    pub fn of(document: &Document, article_id: &str, folder: &Folder) -> Facts {
        let mut signature = Packed::default();
        let mut form = Mix::new();
        let blocks = read(document, folder, &mut |hash, is_number| {
            signature.push(signature_of(hash, is_number));
            form.add(hash);
        });
        let meta = &document.meta;
        let fields = [&meta.title, &meta.byline, &meta.sitename, &meta.description, &meta.section, &meta.canonical];
        let fullness = fields.iter().filter(|f| f.is_some()).count() + usize::from(meta.published.is_some());
        Facts {
            id: Id::of(article_id),
            site: document.site.as_deref().map_or(0, site_key),
            text: xxh3_64(document.text.trim().as_bytes()),
            form: form.end(),
            day: meta.published.as_ref().and_then(|p| day_of(&p.date)),
            fullness: fullness as u8,
            canonical: meta.canonical.is_some() && meta.canonical == document.url,
            origin: document.origin.clone(),
            url: document.url.clone(),
            published: meta.published.as_ref().map(|p| p.date.to_string()),
            blocks,
            signature,
        }
    }
}

impl Facts {
    /// Leaves the blocks that are something else than the article, one entry a block, out of every comparison with other
    /// articles. Where nothing would be left, or the number of entries is another, all blocks are compared.
    pub fn comparing(mut self, aside: &[bool]) -> Facts {
        if aside.len() == self.blocks.len() && !aside.iter().all(|&a| a) {
            self.blocks.iter_mut().zip(aside).for_each(|(block, &aside)| block.aside = aside);
        }
        self
    }
}

/// Hashes a row of hashes: one multiplication each, where xxh3 would have to be fed bytes.
struct Mix(u64);

impl Mix {
    fn new() -> Mix {
        Mix(0)
    }

    #[inline]
    fn add(&mut self, hash: u64) {
        self.0 = (self.0.rotate_left(25) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn end(self) -> u64 {
        let mixed = (self.0 ^ self.0 >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ mixed >> 32
    }
}

/// The key of a site's name; never 0.
pub(crate) fn site_key(site: &str) -> u64 {
    xxh3_64(site.to_ascii_lowercase().as_bytes()).max(1)
}

fn day_of(date: &crate::model::edtf::Edtf) -> Option<i32> {
    use crate::model::edtf::Edtf;
    let (Edtf::One(point) | Edtf::Range(Some(point), _)) = date else { return None };
    let epoch = jiff::civil::date(1970, 1, 1);
    point.first().map(|d| (d - epoch).get_days())
}

/// The signature of a token: 14 values for words, 32 for numbers. The multiplication spreads the high bits evenly.
#[inline]
fn signature_of(hash: u64, is_number: bool) -> u8 {
    let scaled = |n: u64| ((u128::from(hash) * u128::from(n)) >> 64) as u8;
    if is_number { FIRST_NUMBER + scaled(32) } else { scaled(WORDS) }
}

/// Folds each block; hands on the hash of each token and whether it is a number.
fn read(document: &Document, folder: &Folder, token: &mut impl FnMut(u64, bool)) -> Vec<Print> {
    let mut tokens = Vec::new();
    let mut block_print = |i: usize| {
        let text = document.block_text(i);
        folder.tokens(text, &mut tokens);
        let bytes = text.as_bytes();
        // Asked once a block: half of all blocks have no number, and every token would have to be looked through.
        let may_count = bytes.iter().fold(false, |any, &b| any | b.is_ascii_digit() | (b == FULL_WIDTH));
        let (mut exact, mut n_numbers) = (Mix::new(), 0);
        for t in &tokens {
            let is_number = may_count && has_digit(&bytes[t.span.range()]);
            n_numbers += usize::from(is_number);
            exact.add(t.hash);
            token(t.hash, is_number);
        }
        // A block of punctuation alone ("* * *", "»") has no tokens; its own characters tell it.
        let exact = if tokens.is_empty() { xxh3_64(text.as_bytes()) } else { exact.end() };
        let slot = if tokens.len() <= MAX_SLOT_TOKENS { slot(text, &tokens, n_numbers > 0) } else { None };
        Print { exact: exact & PRINT, slot: slot.map(|s| s & PRINT), n_tokens: tokens.len() as u32, aside: false }
    };
    (0..document.blocks.len()).map(&mut block_print).collect()
}

/// The key of a short block without what changes from page to page.
fn slot(text: &str, tokens: &[Token], has_numbers: bool) -> Option<u64> {
    let n_label = label(text, tokens).or_else(|| before_name(text, tokens));
    let mut key = Mix::new();
    if let Some(n) = n_label {
        tokens[..n].iter().for_each(|t| key.add(t.hash));
        key.add(LABEL);
        return Some(key.end());
    }
    if !has_numbers {
        return None;
    }
    let mut in_numbers = false;
    for token in tokens {
        let is_number = has_digit(&text.as_bytes()[token.span.range()]);
        // A run of numbers, as a date and a time, counts as one.
        if !(is_number && in_numbers) {
            key.add(if is_number { NUMBER } else { token.hash });
        }
        in_numbers = is_number;
    }
    Some(key.end())
}

/// What stands for a number, and for all that follows a label.
const NUMBER: u64 = 0;
const LABEL: u64 = 1;

/// How many tokens stand before a colon that begins what changes.
fn label(text: &str, tokens: &[Token]) -> Option<usize> {
    let (at, colon) = text.char_indices().find(|&(_, c)| matches!(c, ':' | '：'))?;
    let n = tokens.iter().take_while(|t| (t.span.start as usize) < at).count();
    let is_label = (1..=MAX_LABEL_TOKENS).contains(&n) && n < tokens.len();
    // The colon of a time or a proportion stands between digits.
    let before = text[..at].chars().next_back()?;
    let after = text[at + colon.len_utf8()..].chars().next()?;
    (is_label && !(before.is_numeric() && after.is_numeric())).then_some(n)
}

/// One word, then a name: words that begin with a capital.
fn before_name(text: &str, tokens: &[Token]) -> Option<usize> {
    let n_words = tokens.len().checked_sub(1)?;
    let is_capital = |t: &Token| t.span.of(text).starts_with(char::is_uppercase);
    let is_name = (1..=MAX_NAME_WORDS).contains(&n_words) && tokens[1..].iter().all(is_capital);
    is_name.then_some(1)
}

/// First byte of full-width digits in UTF-8, and of full-width punctuation.
const FULL_WIDTH: u8 = 0xEF;

/// A token with a digit in it, of ASCII or full width.
#[inline]
fn has_digit(token: &[u8]) -> bool {
    match token {
        [FULL_WIDTH, 0xBC, 0x90..=0x99, ..] => true,
        [first, ..] if !first.is_ascii() => false,
        _ => token.iter().any(u8::is_ascii_digit),
    }
}

// The record as bytes. Lengths and counts are LEB128, hashes little-endian.

impl Facts {
    /// Puts the record at the end of `out`.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.id.0);
        out.extend_from_slice(&self.site.to_le_bytes());
        out.extend_from_slice(&self.text.to_le_bytes());
        out.extend_from_slice(&self.form.to_le_bytes());
        out.extend_from_slice(&self.day.unwrap_or(i32::MIN).to_le_bytes());
        out.push(self.fullness);
        out.push(u8::from(self.canonical));
        for text in [Some(&self.origin.path), self.url.as_ref(), self.published.as_ref()] {
            let text = text.map_or("", String::as_str);
            number(text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
        number(self.origin.record.map_or(0, |r| r.saturating_add(1)), out);
        number(self.origin.offset, out);
        let mut blocks = Vec::with_capacity(self.blocks.len() * 10);
        for block in &self.blocks {
            let bits = u64::from(block.aside) << 1 | u64::from(block.slot.is_some());
            number(u64::from(block.n_tokens) << 2 | bits, &mut blocks);
            blocks.extend_from_slice(&block.exact.to_le_bytes()[..PRINT_BYTES]);
            blocks.extend_from_slice(block.slot.map(u64::to_le_bytes).as_ref().map_or(&[][..], |s| &s[..PRINT_BYTES]));
        }
        number(self.blocks.len() as u64, out);
        number(blocks.len() as u64, out);
        out.extend_from_slice(&blocks);
        self.signature.write(out);
    }
}

/// The facts of one document as they lie in the record: what is large is read when it is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub id: Id,
    pub site: u64,
    pub text: u64,
    pub form: u64,
    pub day: Option<i32>,
    pub fullness: u8,
    pub canonical: bool,
    pub path: &'a str,
    /// Empty when there is none, as `published`.
    pub url: &'a str,
    pub published: &'a str,
    pub record: Option<u64>,
    pub offset: u64,
    pub n_blocks: u32,
    pub n_tokens: u32,
    blocks: &'a [u8],
    packed: &'a [u8],
}

impl<'a> Record<'a> {
    /// Reads a record; none when the bytes are not one.
    pub fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let mut r = Reader { bytes };
        let id = Id(r.array()?);
        let site = u64::from_le_bytes(r.array()?);
        let text = u64::from_le_bytes(r.array()?);
        let form = u64::from_le_bytes(r.array()?);
        let day = Some(i32::from_le_bytes(r.array()?)).filter(|&d| d != i32::MIN);
        let [fullness, canonical] = r.array()?;
        let (path, url, published) = (r.text()?, r.text()?, r.text()?);
        let (record, offset) = (r.number()?.checked_sub(1), r.number()?);
        let n_blocks = u32::try_from(r.number()?).ok()?;
        let n_bytes = r.number()?;
        let blocks = r.take(n_bytes)?;
        let n_tokens = u32::try_from(r.number()?).ok()?;
        let canonical = canonical == 1;
        let packed = r.bytes;
        Some(Record {
            id,
            site,
            text,
            form,
            day,
            fullness,
            canonical,
            path,
            url,
            published,
            record,
            offset,
            n_blocks,
            n_tokens,
            blocks,
            packed,
        })
    }

    /// The prints of the blocks. Ends early when the record is damaged.
    pub fn blocks(&self) -> impl Iterator<Item = Print> + 'a {
        let mut r = Reader { bytes: self.blocks };
        std::iter::from_fn(move || {
            let head = r.number()?;
            let exact = r.print()?;
            let slot = if head & 1 == 1 { Some(r.print()?) } else { None };
            Some(Print { exact, slot, n_tokens: (head >> 2) as u32, aside: head & 2 != 0 })
        })
    }

    /// Tokens of the blocks that are compared.
    pub fn n_compared(&self) -> u32 {
        self.blocks().filter(|b| !b.aside).map(|b| b.n_tokens).sum()
    }

    /// Puts the signatures of all tokens into `signature`. Fewer than [`Record::n_tokens`] when the record is damaged.
    pub fn signature(&self, signature: &mut Vec<u8>) {
        signature.clear();
        signature.reserve(self.n_tokens as usize);
        let mut number = None;
        for &byte in self.packed {
            for half in [byte & 15, byte >> 4] {
                match (number.take(), half.checked_sub(WORDS as u8)) {
                    (Some(high), _) => signature.push(FIRST_NUMBER + (high << 4 | half)),
                    (None, Some(high)) => number = Some(high),
                    (None, None) => signature.push(half),
                }
            }
        }
        // The last byte may hold one half only.
        signature.truncate(self.n_tokens as usize);
    }
}

fn number(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: u64) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(usize::try_from(n).ok()?)?;
        self.bytes = rest;
        Some(head)
    }

    fn print(&mut self) -> Option<u64> {
        let [a, b, c, d, e, f]: [u8; PRINT_BYTES] = self.array()?;
        Some(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = self.number()?;
        std::str::from_utf8(self.take(n)?).ok()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*head)
    }

    fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            n |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dump;

    fn document(body: &str) -> Document {
        let dump = Dump { body: body.into(), site: Some("gazette.example".into()), ..Dump::default() };
        crate::parse::text::document(dump)
    }

    fn signature_of_text(text: &str) -> Vec<u8> {
        let mut tokens = Vec::new();
        Folder::new().tokens(text, &mut tokens);
        tokens.iter().map(|t| signature_of(t.hash, has_digit(t.span.of(text).as_bytes()))).collect()
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let body = "Gazette\n36576 comments\n* * *\nThe 2nd bridge was opened on 12 May 1907 by 300 people.\n橋は1907年に開通した。";
        let mut facts = Facts::of(&document(body), "00112233445566778899", &Folder::new());
        facts.origin = Origin { path: "raw/a.jsonl".into(), record: Some(0), offset: 77 };
        (facts.url, facts.published) = (Some("https://gazette.example/1".into()), Some("2019-03".into()));
        let mut bytes = Vec::new();
        facts.encode(&mut bytes);
        let record = Record::read(&bytes).unwrap();
        let mut signature = Vec::new();
        record.signature(&mut signature);
        assert_eq!(record.blocks().collect::<Vec<_>>(), facts.blocks);
        assert_eq!(signature, signature_of_text(body));
        assert_eq!((record.path, record.record, record.offset), ("raw/a.jsonl", Some(0), 77));
        assert_eq!((record.id, record.url, record.published), (facts.id, "https://gazette.example/1", "2019-03"));
        assert_eq!((record.site, record.text, record.form), (facts.site, facts.text, facts.form));
        assert_eq!((record.n_blocks, record.n_tokens, record.day), (5, 24, None));
        // Whatever is cut off, nothing panics.
        for n in 0..bytes.len() {
            if let Some(cut) = Record::read(&bytes[..n]) {
                cut.signature(&mut Vec::new());
                cut.blocks().count();
            }
        }
    }

    #[test]
    fn an_identifier_reads_back_as_it_was_spelt() {
        assert_eq!(Id::of("00112233445566778899").to_string(), "00112233445566778899");
        assert_ne!(Id::of("n000000"), Id::of("n000001"));
    }

    #[test]
    fn slots_with_other_numbers_or_names_share_the_second_key_only() {
        let folder = Folder::new();
        let print = |line: &str| prints(&document(line), &folder)[0];
        let (a, b) = (print("published 2019-03-25 13:22"), print("Published 2018-12-05 19:34"));
        assert!(a.slot.is_some() && a.slot == b.slot && a.exact != b.exact);
        assert_eq!(print("Sign in").slot, None);
        assert!(print("By Anna Bell").slot.is_some() && print("By Anna Bell").slot == print("By Luis M. Ortega").slot);
        assert!(print("来源：王芳").slot.is_some() && print("来源：王芳").slot == print("来源：本报记者 李明").slot);
        assert_ne!(print("来源：王芳").slot, print("编辑：王芳").slot);
        assert_ne!(print("12:30 Uhr").slot, print("12:30").slot);
        assert_eq!(print("SIGN IN!").exact, print("Sign in").exact);
    }

    #[test]
    fn two_numbers_differ_in_signature_though_the_text_around_is_the_same() {
        let (a, b) = (signature_of_text("closed at 28192 points"), signature_of_text("closed at 12457 points"));
        assert_eq!((a.len(), a[0], a[1], a[3]), (b.len(), b[0], b[1], b[3]));
        assert!(a[2] >= FIRST_NUMBER && b[2] >= FIRST_NUMBER && a[2] != b[2]);
    }
}
