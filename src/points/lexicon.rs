//! What the language files know of markers: forms around a number, ordinal words, months, and what no item begins with.

use super::markers::{first_characters, inserted, opening_brackets};
use super::numerals::{Number, System, numbers};
use crate::error::Error;
use crate::lang::Languages;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a form numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// An item of a list.
    Item,
    /// An article of a law: its count goes on across headings.
    Article,
    /// A section: a heading where text of its own follows, an item among its like.
    Section,
    /// A chapter: a heading.
    Chapter,
}

/// What must stand behind a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Needs {
    /// Anything.
    #[default]
    Nothing,
    /// A blank, a delimiter or the end of the line.
    Break,
    /// A delimiter (`:`, `,`, `.`, `)`).
    Delimiter,
}

/// The `[points]` section of a language file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Section {
    /// Forms with a number in them.
    pub mark: Vec<Mark>,
    /// Rows of ordinal words, first to last: of items, or before the noun that they number (`Zweiter Abschnitt`).
    pub words: Vec<Words>,
    /// Month names: a number before one is a day.
    pub months: Vec<String>,
    /// Month names that are also common words.
    pub ambiguous_months: Vec<String>,
    /// Words of date headings besides numbers and months: weekdays, units, "local time".
    pub date_words: Vec<String>,
    /// Units: a bare number before one counts something.
    pub units: Vec<String>,
    /// Words that make the number before them an ordinal adjective (`1. FC`, `1. Bundesliga`).
    pub ordinal_nouns: Vec<String>,
    /// Lines that are headings by their words alone.
    pub headings: Vec<String>,
    /// Beginnings of lines that are never headings: sources, captions, editors.
    pub no_headings: Vec<String>,
    /// What a site calls its first page.
    pub home: Vec<String>,
    /// Other items of menus, whole; the language's own name, which menus of languages hold.
    pub menu: Vec<String>,
}

/// One form: `第{n}条`, `Step {n}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mark {
    /// The form, `{n}` for the number.
    pub form: String,
    /// What it numbers.
    pub role: Role,
    /// Rank among chapter words: 1 for parts, 2 for chapters, 3 for sections.
    #[serde(default)]
    pub rank: u8,
    /// What must follow.
    #[serde(default)]
    pub needs: Needs,
    /// Beginnings that it must match, with their number.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are read by the tests"))]
    pub yes: BTreeMap<String, i32>,
    /// Beginnings that it must not match.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are read by the tests"))]
    pub no: Vec<String>,
}

/// A row of ordinal words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// First, second, …: for each place its word, or several parted by `|`.
    pub row: Vec<String>,
    /// What they number, where they number a chapter.
    #[serde(default)]
    pub nouns: Vec<String>,
    /// Of the chapter, as in [`Mark::rank`].
    #[serde(default)]
    pub rank: u8,
    /// Beginnings that it must match, with their number (of a chapter: its rank).
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are read by the tests"))]
    pub yes: BTreeMap<String, i32>,
    /// Beginnings that it must not match.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are read by the tests"))]
    pub no: Vec<String>,
}

/// A form found at the front of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub number: Number,
    /// `3a`: put in behind another.
    pub inserted: bool,
    /// Bytes of the whole form.
    pub len: usize,
    pub role: Role,
    pub rank: u8,
    pub needs: Needs,
    /// Which form: equal for the same form with another number. 0 is kept for numbers without a form.
    pub form: u16,
}

struct Form {
    prefix: String,
    suffix: String,
    role: Role,
    rank: u8,
    needs: Needs,
    id: u16,
}

/// All languages' knowledge of markers, compiled.
#[derive(Default)]
pub(crate) struct Lexicon {
    forms: Vec<Form>,
    /// Forms by the first character of their prefix, in lower case.
    by_prefix: HashMap<char, Vec<u16>>,
    /// Forms that begin with the number.
    bare: Vec<u16>,
    /// The characters that stand right behind the number in them; none where any may.
    behind_number: Vec<Option<char>>,
    /// (word, row, value) by the word's first character, in lower case, longest word first.
    words: HashMap<char, Vec<(String, u16, i32)>>,
    /// (word, nouns, rank) by the word's first character, in lower case.
    chapter_words: HashMap<char, Vec<(String, Vec<String>, u8)>>,
    /// The characters that a marker may begin with, one bit each, up to U+FFFF.
    begins: Vec<u64>,
    /// Of these, the ones that begin more than a number: a form, a word.
    begins_form: Vec<u64>,
    /// A bit for each two characters that forms and words begin with (`pair`).
    pairs: Vec<u64>,
    /// Words and what stands before the number of forms, where that is one character alone.
    single: Vec<char>,
    months: HashMap<String, bool>,
    /// By first character, in lower case, longest first.
    date_words: HashMap<char, Vec<String>>,
    /// By first character.
    units: HashMap<char, Vec<String>>,
    ordinal_nouns: HashSet<String>,
    headings: HashSet<String>,
    /// In lower case.
    home: HashSet<String>,
    /// In lower case, with those of `home`.
    menu: HashSet<String>,
    /// By first character, in lower case.
    no_headings: HashMap<char, Vec<String>>,
}

impl Lexicon {
    pub fn new(languages: &Languages) -> Result<Lexicon, Error> {
        let mut lexicon = Lexicon::default();
        let mut n_rows = 0u16;
        for language in languages.iter() {
            let Some(section) = language.section::<Section>("points")? else { continue };
            for mark in section.mark {
                lexicon.add(&language.code, mark)?;
            }
            for words in section.words {
                if !words.nouns.is_empty() {
                    for word in words.row {
                        let row = lexicon.chapter_words.entry(first_lower(&word)).or_default();
                        row.push((word, words.nouns.clone(), words.rank));
                    }
                    continue;
                }
                for (places, value) in words.row.iter().zip(1..) {
                    for word in places.split('|') {
                        let row = lexicon.words.entry(first_lower(word)).or_default();
                        row.push((word.to_string(), n_rows, value));
                    }
                }
                n_rows += 1;
            }
            lexicon.months.extend(section.months.into_iter().map(|m| (m, false)));
            lexicon.months.extend(section.ambiguous_months.into_iter().map(|m| (m, true)));
            for word in section.date_words {
                lexicon.date_words.entry(first_lower(&word)).or_default().push(word);
            }
            for unit in section.units {
                lexicon.units.entry(unit.chars().next().unwrap_or('\0')).or_default().push(unit);
            }
            lexicon.ordinal_nouns.extend(section.ordinal_nouns);
            lexicon.headings.extend(section.headings);
            let lower = |words: &[String]| words.iter().map(|w| w.to_lowercase()).collect::<Vec<_>>();
            lexicon.menu.extend(lower(&section.home));
            lexicon.home.extend(lower(&section.home));
            lexicon.menu.extend(lower(&section.menu));
            for head in section.no_headings {
                lexicon.no_headings.entry(first_lower(&head)).or_default().push(head);
            }
        }
        for row in lexicon.words.values_mut() {
            row.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        }
        for ids in lexicon.by_prefix.values_mut() {
            ids.sort_by_key(|&i| std::cmp::Reverse(lexicon.forms[usize::from(i)].prefix.len()));
        }
        let firsts = lexicon.by_prefix.keys().chain(lexicon.words.keys()).copied();
        lexicon.begins_form = bits(firsts.flat_map(|c| c.to_uppercase().chain([c])).chain(opening_brackets()));
        let prefixes = lexicon.forms.iter().map(|f| f.prefix.as_str());
        lexicon.pairs = vec![0; PAIRS / 64];
        for word in prefixes.chain(lexicon.words.values().flatten().map(|w| w.0.as_str())) {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(a), Some(b)) => lexicon.pairs[pair(a, b) / 64] |= 1 << (pair(a, b) % 64),
                (Some(a), None) => lexicon.single.push(a),
                (None, _) => {}
            }
        }
        lexicon.begins = bits(first_characters());
        lexicon.begins.iter_mut().zip(&lexicon.begins_form).for_each(|(all, forms)| *all |= forms);
        for row in lexicon.date_words.values_mut() {
            row.sort_by_key(|w| std::cmp::Reverse(w.len()));
        }
        Ok(lexicon)
    }

    fn add(&mut self, code: &str, mark: Mark) -> Result<(), Error> {
        let Some((prefix, suffix)) = mark.form.split_once("{n}") else {
            let message = format!("[points] form {:?}: found no {{n}}, which stands for the number", mark.form);
            return Err(Error::Language { file: code.to_string(), message });
        };
        let id = u16::try_from(self.forms.len()).expect("language files hold fewer than 65,536 forms");
        match prefix.is_empty() {
            true => {
                self.bare.push(id);
                self.behind_number.push(suffix.chars().next());
            }
            false => self.by_prefix.entry(first_lower(prefix)).or_default().push(id),
        }
        let (prefix, suffix) = (prefix.to_string(), suffix.to_string());
        self.forms.push(Form { prefix, suffix, role: mark.role, rank: mark.rank, needs: mark.needs, id: id + 1 });
        Ok(())
    }

    /// The forms that stand at the front of `text`; the longest prefix first.
    pub fn forms<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Found> + 'a {
        let first = text.chars().next().map_or('\0', lower);
        let ids = self.by_prefix.get(&first).map_or(&[][..], Vec::as_slice);
        let read = if first.is_ascii_digit() || !first.is_ascii() { numbers(text) } else { [None, None] };
        let bare = if read.iter().any(Option::is_some) { &self.bare[..] } else { &[][..] };
        let prefixed = ids.iter().filter_map(|&id| self.forms[usize::from(id)].at(text));
        prefixed.chain(bare.iter().filter_map(move |&id| self.forms[usize::from(id)].behind(0, text, read)))
    }

    /// The ordinal word at the front of `text`: row, value, bytes.
    pub fn word(&self, text: &str) -> Option<Number> {
        let row = self.words.get(&lower(text.chars().next()?))?;
        let (word, row, value) = row.iter().find(|(word, ..)| starts_with(text, word))?;
        Some(Number { system: System::Word(*row), value: *value, len: word.len() })
    }

    /// The rank of the chapter that words number at the front of `text` (`Zweiter Abschnitt`).
    pub fn chapter_word(&self, text: &str) -> Option<u8> {
        let row = self.chapter_words.get(&lower(text.chars().next()?))?;
        row.iter().find_map(|(word, nouns, rank)| {
            let rest = starts_with(text, word).then(|| text[word.len()..].strip_prefix(' ')).flatten()?;
            let noun = nouns.iter().find(|n| starts_with(rest, n))?;
            (!rest[noun.len()..].starts_with(char::is_alphanumeric)).then_some(*rank)
        })
    }

    /// A number, form or word may begin with `c`.
    pub fn may_begin(&self, c: char) -> bool {
        self.begins.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 == 1)
    }

    /// More than a number may begin with `c` before `next`.
    pub fn may_open(&self, c: char, next: char) -> bool {
        let begins = self.begins_form.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 == 1);
        let pair = pair(c, next);
        begins && (self.pairs[pair / 64] >> (pair % 64) & 1 == 1 || self.single.contains(&c))
    }

    /// A form may go on with `c` behind the number that it begins with.
    pub fn may_follow_number(&self, c: char) -> bool {
        self.behind_number.iter().any(|b| b.is_none_or(|b| b == c))
    }

    /// Whether `word` names a month, and whether it is nothing else.
    pub fn month(&self, word: &str) -> Option<bool> {
        self.months.get(word).or_else(|| self.months.get(word.to_lowercase().as_str())).copied()
    }

    pub fn is_ordinal_noun(&self, word: &str) -> bool {
        self.ordinal_nouns.contains(word)
    }

    /// A unit stands at the front of `text`.
    pub fn has_unit(&self, text: &str) -> bool {
        let row = text.chars().next().and_then(|c| self.units.get(&c));
        row.into_iter().flatten().any(|u| {
            text.strip_prefix(u.as_str())
                .is_some_and(|rest| !(u.is_ascii() && rest.starts_with(|c: char| c.is_alphanumeric())))
        })
    }

    /// The date word at the front of `text`: its bytes.
    pub fn date_word(&self, text: &str) -> Option<usize> {
        let row = self.date_words.get(&lower(text.chars().next()?))?;
        row.iter().find(|w| starts_with(text, w)).map(|w| w.len())
    }

    /// The line is a heading by its words alone, perhaps before a button in brackets: `See also[edit]`.
    pub fn is_heading_line(&self, line: &str) -> bool {
        let button = line.rfind('[').filter(|_| line.ends_with(']'));
        self.headings.contains(line[..button.unwrap_or(line.len())].trim_end())
    }

    /// A site's first page is called so.
    pub fn is_home(&self, item: &str) -> bool {
        self.home.contains(item.to_lowercase().as_str())
    }

    /// Menus have an item of these words.
    pub fn is_menu_word(&self, item: &str) -> bool {
        self.menu.contains(item.to_lowercase().as_str())
    }

    /// The line begins as no heading does.
    pub fn is_no_heading(&self, line: &str) -> bool {
        let row = line.chars().next().and_then(|c| self.no_headings.get(&lower(c)));
        let word_ends = |h: &String| {
            let inside = |c: char| c.is_ascii_alphabetic() || c == '-';
            !h.ends_with(|c: char| c.is_ascii_alphabetic()) || !line[h.len()..].starts_with(inside)
        };
        row.into_iter().flatten().any(|h| starts_with(line, h) && word_ends(h))
    }
}

impl Form {
    fn at(&self, text: &str) -> Option<Found> {
        if !starts_with(text, &self.prefix) {
            return None;
        }
        let rest = &text[self.prefix.len()..];
        self.behind(self.prefix.len(), rest, numbers(rest))
    }

    /// What stands behind the prefix of so many bytes, with the readings of its number.
    fn behind(&self, prefix: usize, rest: &str, numbers: [Option<Number>; 2]) -> Option<Found> {
        let number = numbers.into_iter().flatten().find(|n| rest[n.len..].starts_with(self.suffix.as_str()))?;
        let letter = if self.suffix.is_empty() { inserted(number, &rest[number.len..]) } else { 0 };
        let len = prefix + number.len + letter + self.suffix.len();
        Some(Found {
            number,
            inserted: letter > 0,
            len,
            role: self.role,
            rank: self.rank,
            needs: self.needs,
            form: self.id,
        })
    }
}

/// Bits for pairs of characters: half a kilobyte, of which few hundred pairs set few.
const PAIRS: usize = 1 << 12;

/// Two characters as a number below `PAIRS`, ASCII ones whatever their case.
fn pair(a: char, b: char) -> usize {
    let folded = |c: char| u32::from(c.to_ascii_lowercase()) as usize;
    (folded(a) * 31 + folded(b)) % PAIRS
}

/// A bit for each of the characters up to U+FFFF.
fn bits(characters: impl Iterator<Item = char>) -> Vec<u64> {
    let mut bits = vec![0; 1 << 10];
    for c in characters {
        if let Some(bits) = bits.get_mut(c as usize / 64) {
            *bits |= 1 << (c as usize % 64);
        }
    }
    bits
}

fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    c.to_lowercase().next().unwrap_or(c)
}

fn first_lower(word: &str) -> char {
    word.chars().next().map_or('\0', lower)
}

/// `text` begins with `word`, as printed or with a capital, or all in capitals.
fn starts_with(text: &str, word: &str) -> bool {
    let (word, head) = (word.as_bytes(), text.as_bytes().get(..word.len()));
    let last = |bytes: &[u8]| bytes.last().map(u8::to_ascii_lowercase);
    // Most words differ in their last byte.
    head.is_some_and(|head| last(head) == last(word) && head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::points::markers::readings;

    #[test]
    fn each_form_and_word_reads_its_examples_and_nothing_else() {
        let languages = Languages::builtin();
        let check = |lexicon: &Lexicon, yes: &BTreeMap<String, i32>, no: &[String]| {
            let read = |text: &str| {
                let mut out = Vec::new();
                readings(text, lexicon, &mut out);
                out.first().map(|r| r.value)
            };
            yes.iter().for_each(|(text, value)| assert_eq!(read(text), Some(*value), "{text:?}"));
            no.iter().for_each(|text| assert_eq!(read(text), None, "{text:?}"));
        };
        let all = Lexicon::new(&languages).unwrap();
        for language in languages.iter() {
            let Some(section) = language.section::<Section>("points").unwrap() else { continue };
            for mark in section.mark {
                let mut alone = Lexicon::default();
                alone.add(&language.code, mark.clone()).unwrap();
                check(&alone, &mark.yes, &mark.no);
                check(&all, &mark.yes, &[]);
            }
            for words in section.words {
                if words.nouns.is_empty() {
                    check(&all, &words.yes, &words.no);
                    continue;
                }
                let read = |text: &str| all.chapter_word(text).map(i32::from);
                words.yes.iter().for_each(|(text, rank)| assert_eq!(read(text), Some(*rank), "{text:?}"));
                words.no.iter().for_each(|text| assert_eq!(read(text), None, "{text:?}"));
            }
        }
    }
}
