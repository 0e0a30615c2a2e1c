//! The words of a language: read from its file, found by walking a trie of bytes.
//!
//! A word may belong to several classes (`second` is a unit and an ordinal). What the grammar sees of a token is its
//! *symbol*: the set of its classes. A class in a pattern stands for every symbol whose set holds it.

use crate::error::Error;
use crate::text::letters::{Letters, ascii_run, hash, mix};
use crate::text::script::is_mark;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A class of words or numbers, by its place in the table of names.
pub type ClassId = u16;

/// The `[dates]` section of a language file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Section {
    /// Written without blanks between words: words are found anywhere, not at borders only.
    pub unspaced: bool,
    /// `3/4` is 3 April.
    pub day_first: Option<bool>,
    /// Regions that write day and month the other way round (`GB`).
    pub other_order: Vec<String>,
    /// `1,5` is one and a half.
    pub decimal_comma: bool,
    /// Common nouns are written small, so that a capital marks a name.
    pub capitals: bool,
    /// Months and weekdays are written small, so that one with a capital before another is a name (`Julio Soto`).
    pub small: bool,
    /// Every noun has a capital, so that a capital marks no name.
    pub nouns: bool,
    /// How verbs of the future end, where the language says so (`será`, `serán`).
    pub future_endings: Vec<String>,
    /// Words are also written without their marks (`cetvrtak` for `četvrtak`).
    pub unmarked: bool,
    /// Class → words.
    pub words: BTreeMap<String, Words>,
    /// Class → words that count only right behind a number (`日` of `16日前`, before `日前`).
    pub counters: BTreeMap<String, Words>,
    /// Pieces of patterns that several share, written `<name>` in a form.
    pub macros: BTreeMap<String, String>,
    /// Patterns, the more special first.
    pub pattern: Vec<Pattern>,
    /// Texts and what must be found in them: `"text" = ["expression → value", …]`, read against 22 November 2023.
    pub yes: Example<BTreeMap<String, Vec<String>>>,
    /// Texts in which nothing must be found.
    pub no: Example<Vec<String>>,
}

/// Examples are for the tests alone.
#[cfg(test)]
pub type Example<T> = T;

/// Examples are for the tests alone: a run passes over them.
#[cfg(not(test))]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "serde::de::IgnoredAny", bound = "")]
pub struct Example<T>(std::marker::PhantomData<T>);

#[cfg(not(test))]
impl<T> From<serde::de::IgnoredAny> for Example<T> {
    fn from(_: serde::de::IgnoredAny) -> Self {
        Example(std::marker::PhantomData)
    }
}

impl Section {
    /// Its words, one by one, in small letters.
    pub fn single_words(&self) -> Vec<String> {
        let split = |c: char| !c.is_alphabetic() && !is_mark(c);
        let lists = self.words.values().flat_map(Words::variants);
        lists.flat_map(|l| l.split(split)).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    }
}

/// The words of one class. Variants stand in one string, separated by `|`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// All of one meaning.
    Plain(String),
    /// Values 1, 2, 3 … in order.
    List(Vec<String>),
    /// Value → words.
    Map(BTreeMap<String, String>),
}

impl Words {
    /// The words as they stand, variants in one string.
    pub fn variants(&self) -> Vec<&str> {
        match self {
            Words::Plain(v) => vec![v],
            Words::List(l) => l.iter().map(String::as_str).collect(),
            Words::Map(m) => m.values().map(String::as_str).collect(),
        }
    }
}

/// One pattern over classes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// A regular expression over `{class}`, `'literal'` and `<macro>`; blanks mean nothing.
    pub form: String,
    /// What a match tells; see `form::Means`.
    #[serde(default)]
    pub means: String,
    /// It counts only where the text is little more than the date itself.
    #[serde(default)]
    pub asked: bool,
    /// Text → value, read against 22 November 2023.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub yes: Example<BTreeMap<String, String>>,
    /// Texts in which nothing must be found.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub no: Example<Vec<String>>,
}

/// One meaning of a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Sense {
    /// Its class.
    pub class: ClassId,
    /// What it stands for in that class (`3` of March in `month`), shared by all words that do.
    pub value: Arc<str>,
    /// The same as a number; 0 when it is none.
    pub number: i32,
}

/// What one spelling stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Its meanings, one a class, among those of the lexicon.
    senses: Range<u32>,
    /// Its meanings beside these when it is written with a capital.
    capital: Range<u32>,
    /// Any letters may follow.
    pub open: bool,
    /// So many of its last bytes must follow and are not taken.
    pub ahead: u8,
}

/// The names of classes.
#[derive(Debug, Default)]
pub struct Classes {
    names: Vec<String>,
    by_name: BTreeMap<String, ClassId>,
}

impl Classes {
    /// The class of this name, made when it is new.
    pub fn id(&mut self, name: &str) -> ClassId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = self.names.len() as ClassId;
        self.names.push(name.to_string());
        self.by_name.insert(name.to_string(), id);
        id
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of a class.
    pub fn name(&self, id: ClassId) -> &str {
        &self.names[usize::from(id)]
    }

    /// The class of this name, if it is known.
    pub fn get(&self, name: &str) -> Option<ClassId> {
        self.by_name.get(name).copied()
    }
}

/// Spellings → entries, walked byte by byte.
#[derive(Debug)]
pub struct Trie {
    /// While it grows: spellings and their entries.
    spellings: BTreeMap<Vec<u8>, u32>,
    /// Once it is sealed: nodes in the order of a walk, so that a spelling lies together. The first stands for none.
    nodes: Vec<Node>,
    /// Of all nodes, the bytes that lead on, in order, and where to.
    bytes: Vec<u8>,
    targets: Vec<u32>,
    /// First step by byte.
    root: Vec<u32>,
    /// Heads of spellings (`head`), a bit each, for speed: most words of a text die here.
    heads: Vec<u64>,
    /// Characters of three bytes behind which anything may stand.
    any_second: Vec<u64>,
    /// A bit for the hash of each two such characters that spellings begin with otherwise.
    seconds: Vec<u64>,
}

/// Bits of `Trie::seconds`: eight kilobytes, of which a language with three thousand words sets five per cent.
const SECONDS: u32 = 1 << 16;

/// The hash of two characters of three bytes at the front, if that is what stands there.
#[inline]
fn second(text: &[u8]) -> Option<usize> {
    match *text {
        [a, b, c, d @ 0xE0..=0xEF, e, f, ..] => {
            let both = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]);
            Some((both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SECONDS.ilog2())) as usize)
        }
        _ => None,
    }
}

/// Where pairs of bytes stand among heads; before them stand characters of three bytes.
const PAIRS: usize = 1 << 16;

/// What a spelling begins with: a character of three bytes, or the first two bytes.
#[inline]
fn head(text: &[u8]) -> Option<usize> {
    match *text {
        [a @ 0xE0..=0xEF, b, c, ..] => {
            Some(usize::from(a & 0x0F) << 12 | usize::from(b & 0x3F) << 6 | usize::from(c & 0x3F))
        }
        [a, b, ..] => Some(PAIRS | usize::from(a.to_ascii_lowercase()) << 8 | usize::from(b.to_ascii_lowercase())),
        _ => None,
    }
}

/// A node of a trie that grows no more.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Its first edge, and how many.
    first: u32,
    n_edges: u32,
    /// One more than the entry that ends here.
    entry: u32,
}

/// Up to so many edges are looked through one by one.
const FEW_EDGES: u32 = 8;

impl Default for Trie {
    fn default() -> Self {
        Trie {
            spellings: BTreeMap::new(),
            nodes: vec![Node::default()],
            bytes: Vec::new(),
            targets: Vec::new(),
            root: vec![0; 256],
            heads: vec![0; 2 * PAIRS / 64],
            any_second: vec![0; PAIRS / 64],
            seconds: vec![0; SECONDS as usize / 64],
        }
    }
}

fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

#[inline]
fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] & 1 << (at % 64) != 0
}

impl Trie {
    /// The entry at the end of `word`, made with `make` when there is none.
    fn insert(&mut self, word: &[u8], make: impl FnOnce() -> u32) -> u32 {
        match (head(word), word) {
            (Some(head), _) => {
                set(&mut self.heads, head);
                match second(word) {
                    Some(both) => set(&mut self.seconds, both),
                    None if head < PAIRS => set(&mut self.any_second, head),
                    None => {}
                }
            }
            // Anything may follow a single byte.
            (None, [one]) => {
                (0..=u8::MAX).filter_map(|b| head(&[*one, b])).for_each(|head| set(&mut self.heads, head));
            }
            (None, _) => {}
        }
        *self.spellings.entry(word.to_ascii_lowercase()).or_insert_with(make)
    }

    /// The entry of this byte, which stands for itself, where no longer spelling begins with it.
    #[inline]
    pub fn sign(&self, b: u8) -> Option<u32> {
        let node = self.nodes[self.root[usize::from(b)] as usize];
        (node.entry != 0 && node.n_edges == 0).then(|| node.entry - 1)
    }

    /// Makes the trie ready to be walked, once all words are in it.
    fn seal(&mut self) {
        let all: Vec<(Vec<u8>, u32)> =
            std::mem::take(&mut self.spellings).into_iter().filter(|s| !s.0.is_empty()).collect();
        // Spellings that begin alike, in how many bytes, and the edge that leads to their node.
        let mut open: Vec<_> =
            all.chunk_by(|a, b| a.0[0] == b.0[0]).rev().map(|alike| (alike, 1, None::<usize>)).collect();
        while let Some((alike, depth, edge)) = open.pop() {
            let place = self.nodes.len() as u32;
            match edge {
                Some(edge) => self.targets[edge] = place,
                None => {
                    let byte = alike[0].0[0];
                    self.root[usize::from(byte)] = place;
                    self.root[usize::from(byte.to_ascii_uppercase())] = place;
                }
            }
            // The shortest stands first.
            let ends = alike[0].0.len() == depth;
            let (entry, longer) = if ends { (alike[0].1 + 1, &alike[1..]) } else { (0, alike) };
            let first = self.bytes.len();
            for (i, alike) in longer.chunk_by(|a, b| a.0[depth] == b.0[depth]).enumerate() {
                self.bytes.push(alike[0].0[depth]);
                open.push((alike, depth + 1, Some(first + i)));
            }
            let n_edges = self.bytes.len() - first;
            self.targets.resize(self.bytes.len(), 0);
            let n_open = open.len();
            open[n_open - n_edges..].reverse();
            self.nodes.push(Node { first: first as u32, n_edges: n_edges as u32, entry });
        }
    }

    #[inline]
    fn step(&self, node: &Node, b: u8) -> Option<u32> {
        let first = node.first as usize;
        let bytes = &self.bytes[first..first + node.n_edges as usize];
        let edge = match node.n_edges {
            ..=FEW_EDGES => bytes.iter().position(|x| *x == b),
            _ => bytes.binary_search(&b).ok(),
        };
        edge.map(|e| self.targets[first + e])
    }

    /// Has characters of three bytes looked at though no spelling begins with them.
    pub fn keep(&mut self, characters: impl Iterator<Item = char>) {
        for c in characters {
            if let Some(head) = head(c.encode_utf8(&mut [0; 4]).as_bytes()) {
                set(&mut self.heads, head);
                set(&mut self.any_second, head);
            }
        }
    }

    /// No spelling begins as this text does.
    #[inline]
    pub fn is_dead(&self, text: &[u8]) -> bool {
        let Some(head) = head(text) else { return false };
        if !has(&self.heads, head) {
            return true;
        }
        // Of two characters of three bytes both must be known.
        head < PAIRS && !has(&self.any_second, head) && second(text).is_none_or(|both| !has(&self.seconds, both))
    }

    /// Every entry whose spelling `text` begins with, as (length, entry), shortest first. A blank in a spelling
    /// stands for any run of blanks but the end of a line.
    #[inline]
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(first) = text.first() else { return };
        let mut at = self.root[*first as usize];
        if at == 0 {
            return;
        }
        let mut i = 1;
        loop {
            let node = &self.nodes[at as usize];
            if node.entry != 0 {
                found(i, node.entry - 1);
            }
            let Some(b) = text.get(i) else { return };
            let b = b.to_ascii_lowercase();
            let Some(next) = self.step(node, b) else { return };
            at = next;
            i += 1;
            if b == b' ' {
                while text.get(i) == Some(&b' ') {
                    i += 1;
                }
            }
        }
    }
}

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
    fn new(unspaced: bool) -> Firsts {
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
    fn fill<'a>(&mut self, spellings: impl Iterator<Item = (&'a [u8], u32, bool, bool)>, letters: &Letters) {
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

/// The lexicon of one language.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// What each entry stands for.
    pub entries: Vec<Entry>,
    /// The meanings of all entries, in their order once it is sealed.
    senses: Vec<Sense>,
    /// While it grows: the entry that each meaning is of, and whether only where that is written with a capital.
    told: Vec<(u32, bool)>,
    /// All words.
    pub words: Trie,
    /// The first letters of all words.
    pub firsts: Firsts,
    /// Words that stand right behind a number.
    pub counters: Trie,
    /// The names of classes.
    pub classes: Classes,
    /// Words count also where they are written without their marks.
    unmarked: bool,
    /// Such words, as they were added: class, value, word, counter.
    marked: Vec<(ClassId, Arc<str>, String, bool)>,
}

/// Shorter words would fall together with others when they lose their marks (`año`, `né`).
const MIN_UNMARKED: usize = 4;

/// The word without the marks of its Latin and Greek letters; none when it has none or is short.
fn unmarked(phrase: &str) -> Option<String> {
    let small = phrase.to_lowercase();
    let plain: Option<Vec<String>> = small
        .split(' ')
        .map(|word| {
            let plain = strip_marks(word);
            (plain == word || plain.chars().filter(|c| c.is_alphabetic()).count() >= MIN_UNMARKED).then_some(plain)
        })
        .collect();
    plain.map(|words| words.join(" ")).filter(|plain| *plain != small)
}

/// The word with the plain letters of its Latin and Greek ones.
fn strip_marks(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            'ё' => plain.push('е'),
            '\u{C0}'..='\u{24F}' | '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => {
                plain.extend(c.nfd().filter(|c| !is_combining_mark(*c)));
            }
            c => plain.push(c),
        }
    }
    plain
}

impl Lexicon {
    /// One without words; `unmarked`: they will count also where they are written without their marks.
    pub fn new(unmarked: bool) -> Lexicon {
        Lexicon { unmarked, ..Lexicon::default() }
    }

    /// Adds every word with marks once more without them, where that is no word of its own.
    fn add_unmarked(&mut self) {
        let marked = std::mem::take(&mut self.marked);
        let known = &self.words.spellings;
        let plain = |(class, value, word, counter): (ClassId, Arc<str>, String, bool)| {
            let is_known = |w: &str| known.contains_key(w.trim_start_matches('^').trim_end_matches('*').as_bytes());
            let word = unmarked(&word).filter(|w| !is_known(w))?;
            Some((class, value, word, counter))
        };
        let new: Vec<_> = marked.into_iter().filter_map(plain).collect();
        new.into_iter().for_each(|(class, value, word, counter)| self.add_word(class, &value, &word, counter));
    }

    /// Adds the words of a class.
    pub fn add(&mut self, class: &str, words: &Words, counter: bool) {
        let id = self.classes.id(class);
        let mut each = |value: &str, variants: &str| {
            let value = Arc::from(value);
            for word in variants.split('|').map(str::trim).filter(|w| !w.is_empty()) {
                self.add_word(id, &value, word, counter);
            }
        };
        match words {
            Words::Plain(v) => each("", v),
            Words::List(l) => l.iter().enumerate().for_each(|(i, v)| each(&(i + 1).to_string(), v)),
            Words::Map(m) => m.iter().for_each(|(k, v)| each(k, v)),
        }
    }

    /// Makes the lexicon ready to be asked, once all words are there.
    pub fn seal(&mut self, unspaced: bool, letters: &Letters) {
        if self.unmarked {
            self.add_unmarked();
        }
        self.order_senses();
        self.firsts = Firsts::new(unspaced);
        let of = |e: u32| &self.entries[e as usize];
        let all = self.words.spellings.iter().map(|(s, e)| (s.as_slice(), *e, of(*e).open, of(*e).ahead > 0));
        self.firsts.fill(all, letters);
        self.words.seal();
        self.counters.seal();
    }

    /// Puts the meanings of each entry together, the first of each class.
    fn order_senses(&mut self) {
        let told = std::mem::take(&mut self.told);
        let mut coming: Vec<_> = told.into_iter().zip(std::mem::take(&mut self.senses)).collect();
        coming.sort_by_key(|c| c.0);
        for of_entry in coming.chunk_by(|a, b| a.0 == b.0) {
            let (entry, capital) = of_entry[0].0;
            let start = self.senses.len();
            for (_, sense) in of_entry {
                if self.senses[start..].iter().all(|s| s.class != sense.class) {
                    self.senses.push(sense.clone());
                }
            }
            let entry = &mut self.entries[entry as usize];
            let place = if capital { &mut entry.capital } else { &mut entry.senses };
            *place = start as u32..self.senses.len() as u32;
        }
    }

    /// What an entry stands for, and what it does beside that where it is written with a capital.
    pub fn senses(&self, entry: &Entry) -> (&[Sense], &[Sense]) {
        let of = |place: &Range<u32>| &self.senses[place.start as usize..place.end as usize];
        (of(&entry.senses), of(&entry.capital))
    }

    /// Adds one word. `^` before it: only with a capital. `*` behind it: any letters may follow. `年>中国`: the word is
    /// `年` where `中国` follows, so that the longer `年中` is not read there.
    fn add_word(&mut self, class: ClassId, value: &Arc<str>, word: &str, counter: bool) {
        if self.unmarked && !word.is_ascii() {
            self.marked.push((class, Arc::clone(value), word.to_string(), counter));
        }
        let (capital, word) = word.strip_prefix('^').map_or((false, word), |w| (true, w));
        let (open, word) = word.strip_suffix('*').map_or((false, word), |w| (true, w));
        let ahead = word.split_once('>').map_or(0, |w| w.1.len() as u8);
        let word = &word.replacen('>', "", 1);
        let number = value.trim_start_matches('+').parse().unwrap_or(0);
        for spelling in spellings(word) {
            let trie = if counter { &mut self.counters } else { &mut self.words };
            let next = self.entries.len() as u32;
            let at = trie.insert(spelling.as_bytes(), || next);
            if at == next {
                self.entries.push(Entry::default());
            }
            let entry = &mut self.entries[at as usize];
            entry.open |= open;
            entry.ahead = entry.ahead.max(ahead);
            self.told.push((at, capital));
            self.senses.push(Sense { class, value: Arc::clone(value), number });
        }
    }
}

/// The word with a capital.
fn title_case(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// How a word is written: small, with a capital, in capitals. The trie folds ASCII itself.
fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_lowercase()];
    // Han, kana, Thai, Arabic have no capitals.
    if word.chars().any(|c| !c.is_ascii() && (c.is_lowercase() || c.is_uppercase())) {
        // `Wszystkich Świętych`
        let titles: Vec<String> = word.split(' ').map(title_case).collect();
        for s in [title_case(word), titles.join(" "), word.to_uppercase(), word.to_string()] {
            if !all.contains(&s) {
                all.push(s);
            }
        }
    }
    all
}

/// What is wrong in a language's section.
pub fn fault(code: &str, message: impl Into<String>) -> Error {
    Error::Language { file: format!("{code}.toml"), message: format!("[dates] {}", message.into()) }
}
