//! The words of a language and what they stand for.
//!
//! A word may belong to several classes (`second` is a unit and an ordinal). What the grammar sees of a token is its
//! *symbol*: the set of its classes. A class in a pattern stands for every symbol whose set holds it.

use super::firsts::Firsts;
use super::section::Words;
use super::trie::Trie;
use crate::text::letters::Letters;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A class of words or numbers, by its place in the table of names.
pub type ClassId = u16;

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
