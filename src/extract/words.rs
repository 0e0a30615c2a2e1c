//! The words of a language that tell what a date dates: `[events]` in `src/lang/*.toml`.

use super::list::{List, find, stands_alone};
use crate::error::Error;
use crate::lang::Languages;
use crate::text::script::{is_han, is_hangul, is_kana, is_unspaced};
use crate::text::sentence::Splitter;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A language's `[events]` section as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Section {
    /// Words before a full stop that do not end a sentence.
    abbreviations: Vec<String>,
    /// Words that may stand before the date of a label: `On`, `當地時間`; `#` stands for a number: `day #`.
    label_before: List,
    /// Words that may stand between the date and the separator of a label: `Uhr`, `local time`.
    label_after: List,
    /// What alone names no day: `at noon`, `the year`.
    vague: List,
    /// Words of a habit; `#` stands for a number: `年#回`.
    habits: List,
    /// Words right before a date that make it no event of its own: `since`, `than`, `比`.
    not_after: List,
    /// Words right behind a date that make it no event of its own: `model`, `级`.
    not_before: List,
    /// Words right before a date up to which something holds: an event when past, a target when not.
    until: List,
    /// Words right before a time as of which something is told: an event for a day, a state for a year.
    as_of: List,
    /// Things that a year names without happening in it: `report`, `名簿`.
    attributes: List,
    /// Words before a year that make a following noun its owner: `the`, `its`.
    determiners: List,
    /// Words behind a year that do not make it an attribute: `and`, `when`.
    connectives: List,
    /// Words of a forecast.
    forecast: List,
    /// Status words.
    planned: List,
    reported: List,
    negated: List,
    /// Words of a line that holds the date of publication: `Published`, `配信`.
    publication: List,
    /// Words before a colon that name the source.
    attribution: List,
    /// Words that begin a line which names the author or editor.
    byline: List,
    /// Lines that end an article and tell nothing.
    end_notes: List,
    /// Words behind the date of an agency's opening: `电`, `(Reuters)`.
    agency: List,
    /// Sentences and the status they must be given; read by the tests.
    #[serde(rename = "example")]
    #[cfg_attr(not(test), allow(dead_code))]
    examples: Vec<Example>,
}

/// A sentence, and what must be made of the date in brackets `⟦…⟧`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(not(test), allow(dead_code))]
struct Example {
    text: String,
    status: String,
}

/// What a sentence says of its happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Asserted,
    Planned,
    Reported,
    Negated,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::Asserted => "asserted",
            Status::Planned => "planned",
            Status::Reported => "reported",
            Status::Negated => "negated",
        }
    }
}

/// The words of one language, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub(super) splitter: Splitter,
    section: Section,
    /// Finds the words of status and forecast in one pass.
    finder: Option<AhoCorasick>,
    /// Finds the words of habits.
    habits: Option<AhoCorasick>,
    /// Characters of the longest note that ends an article.
    longest_note: usize,
    /// What each word of the finder says.
    meanings: Vec<usize>,
}

/// Behind a blank a Chinese word begins the entry unless it stands apart: `06:40 起火`.
fn goes_on(word: &str, behind: &str) -> bool {
    word.ends_with(is_unspaced) && behind.starts_with(is_unspaced)
}

/// Meanings of the finder's words, in order of rank: a denial outranks a plan.
const NEGATED: usize = 0;
const PLANNED: usize = 1;
const REPORTED: usize = 2;
const FORECAST: usize = 3;

impl Words {
    fn new(section: Section) -> Words {
        let splitter = Splitter::new(section.abbreviations.iter().map(String::as_str));
        let lists = [&section.negated, &section.planned, &section.reported, &section.forecast];
        // The finder folds ASCII alone: a word may also open its sentence with another capital.
        let said: Vec<(String, usize)> = lists
            .into_iter()
            .enumerate()
            .flat_map(|(m, list)| list.iter().flat_map(move |w| [(w.to_string(), m), (capitalised(w), m)]))
            .collect();
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            // Every sentence that holds a date is read with it.
            .kind(Some(AhoCorasickKind::DFA))
            .build(said.iter().map(|(w, _)| w))
            .ok();
        let meanings = said.iter().map(|&(_, m)| m).collect();
        let habits = AhoCorasick::new(section.habits.iter()).ok();
        let longest_note = section.end_notes.longest();
        Words { splitter, finder, habits, longest_note, meanings, section }
    }

    /// Which meanings the words of the sentence have.
    fn said(&self, sentence: &str) -> [bool; 4] {
        let mut said = [false; 4];
        for hit in self.finder.iter().flat_map(|f| f.find_overlapping_iter(sentence)) {
            if stands_alone(sentence, hit.start(), hit.end()) {
                said[self.meanings[hit.pattern().as_usize()]] = true;
            }
        }
        said
    }

    /// What the sentence says of its happening: the denial first, then the plan, then who says so.
    pub(super) fn status(&self, sentence: &str) -> Status {
        match self.said(sentence) {
            said if said[NEGATED] => Status::Negated,
            said if said[PLANNED] => Status::Planned,
            said if said[REPORTED] => Status::Reported,
            _ => Status::Asserted,
        }
    }

    /// Nothing stands in `lead`, the text before a date, but words that may open a label.
    pub(super) fn opens_label(&self, lead: &str) -> bool {
        lead.len() <= MAX_LABEL_LEAD && (lead.is_empty() || only(lead, &self.section.label_before))
    }

    /// Bytes of `rest` that still belong to the label's date: `Uhr`, `local time`, a short remark in brackets.
    pub(super) fn label_tail(&self, rest: &str) -> usize {
        let mut n = 0;
        loop {
            let here = &rest[n..];
            let blank = here.len() - here.trim_start_matches([' ', '\u{a0}', ',']).len();
            match self.section.label_after.first(&here[blank..]) {
                // Lower case may change the length of what it folds; the words of the list do not.
                Some(w)
                    if here.is_char_boundary(blank + w.len())
                        && !(blank > 0 && goes_on(w, &here[blank + w.len()..])) =>
                {
                    n += blank + w.len();
                }
                _ => return n,
            }
        }
    }

    /// Nothing but a part of the day, or a word like `the year`.
    pub(super) fn is_vague(&self, date: &str) -> bool {
        self.section.vague.is(date)
    }

    /// The sentence tells how often something happens.
    pub(super) fn is_habit(&self, sentence: &str) -> bool {
        let Some(habits) = &self.habits else { return false };
        let masked = masked(sentence);
        habits.find_overlapping_iter(&masked).any(|hit| stands_alone(&masked, hit.start(), hit.end()))
    }

    pub(super) fn is_comparison(&self, before: &str) -> bool {
        self.section.not_after.ends(before)
    }

    pub(super) fn is_attribute(&self, behind: &str) -> bool {
        self.section.not_before.begins(behind.trim_start())
    }

    pub(super) fn is_until(&self, before: &str) -> bool {
        self.section.until.ends(before)
    }

    pub(super) fn is_as_of(&self, before: &str) -> bool {
        self.section.as_of.ends(before)
    }

    pub(super) fn has_determiner(&self, before: &str) -> bool {
        self.section.determiners.ends(before)
    }

    /// A thing that has a year: the noun stands within `behind`, the few characters after the date.
    pub(super) fn names_attribute(&self, behind: &str) -> bool {
        self.section.attributes.is_held(&behind.to_lowercase())
    }

    pub(super) fn is_connective(&self, behind: &str) -> bool {
        self.section.connectives.begins(behind.trim_start())
    }

    pub(super) fn is_forecast(&self, sentence: &str) -> bool {
        self.said(sentence)[FORECAST]
    }

    pub(super) fn is_agency(&self, behind: &str) -> bool {
        self.section.agency.begins(behind.trim_start())
    }

    pub(super) fn has_publication(&self, line: &str) -> bool {
        self.section.publication.is_held(&line.to_lowercase())
    }

    pub(super) fn opens_publication(&self, line: &str) -> bool {
        self.section.publication.begins(line)
    }

    pub(super) fn is_byline(&self, line: &str) -> bool {
        self.section.byline.begins(line.trim_start_matches(['(', '（', '[', '【', '—', '-', ' ', '〈', '＜']))
    }

    /// The source that the line names behind a word like `Source:`.
    pub(super) fn source<'t>(&self, line: &'t str) -> Option<&'t str> {
        let bare = line.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】', '*', ' ']);
        let word = self.section.attribution.first(bare)?;
        let rest = bare.get(word.len()..)?.trim_start();
        let name = rest
            .strip_prefix([':', '：', '/', '／', '|', '｜'])
            .or((rest.len() < bare.len() - word.len()).then_some(rest))?;
        Some(name.trim()).filter(|n| !n.is_empty())
    }

    /// Where a source is named somewhere in a short line (a date line with `来源：`).
    pub(super) fn source_inside<'t>(&self, line: &'t str) -> Option<&'t str> {
        let lower = line.to_lowercase();
        let found = self.section.attribution.iter().find_map(|w| {
            let at = find(&lower, w)?;
            let rest = line.get(at + w.len()..)?.trim_start();
            rest.strip_prefix([':', '：'])
        })?;
        let end = found.find(['|', '　', '\t', '\n']).unwrap_or(found.len());
        Some(found[..end].trim()).filter(|n| !n.is_empty())
    }

    pub(super) fn is_end_note(&self, line: &str) -> bool {
        let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
        // Small letters are never fewer.
        bare.chars().nth(self.longest_note).is_none() && self.section.end_notes.is(bare)
    }

    /// Letters of `line` that belong to none of the words of a date line; one of a script without blanks counts twice.
    pub(super) fn foreign_letters(&self, line: &str) -> usize {
        let mut line = line.to_lowercase();
        let lists = [&self.section.publication, &self.section.label_before, &self.section.label_after];
        lists.into_iter().for_each(|list| list.blank(&mut line, true));
        line.chars().filter(|c| c.is_alphabetic()).map(|c| 1 + usize::from(is_unspaced(c))).sum()
    }
}

/// The words of every language, each made ready when the first text in it comes.
#[derive(Debug)]
pub(super) struct AllWords {
    by_code: BTreeMap<String, (Section, OnceLock<Words>)>,
    none: Words,
}

impl AllWords {
    pub(super) fn new(languages: &Languages) -> Result<AllWords, Error> {
        let mut by_code = BTreeMap::new();
        for language in languages.iter() {
            let section: Option<Section> = language.section("events")?;
            by_code.insert(language.code.clone(), (section.unwrap_or_default(), OnceLock::new()));
        }
        Ok(AllWords { by_code, none: Words::default() })
    }

    /// The words for a text: of its language, else of the language that its script speaks for.
    pub(super) fn of(&self, language: Option<&str>, text: &str) -> &Words {
        let code = language.and_then(|l| l.split('-').next()).unwrap_or_default().to_ascii_lowercase();
        let known = self.by_code.get(&code).or_else(|| self.by_code.get(by_script(text)));
        known.map_or(&self.none, |(section, words)| words.get_or_init(|| Words::new(section.clone())))
    }
}

/// Characters at the start of a text from which its script is told.
const SCRIPT_SAMPLE: usize = 2_000;

fn by_script(text: &str) -> &'static str {
    let count = |is: fn(char) -> bool| text.chars().take(SCRIPT_SAMPLE).filter(|&c| is(c)).count();
    let (kana, han, hangul) = (count(is_kana), count(is_han), count(is_hangul));
    match () {
        () if kana * 10 > kana + han && kana > 0 => "ja",
        () if hangul > han => "ko",
        () if han * 20 > text.len().min(SCRIPT_SAMPLE) => "zh",
        () => "en",
    }
}

/// With its first letter as a capital.
fn capitalised(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// Longest lead of a label, in bytes: `当地时间` and brackets, `Updated on the`.
const MAX_LABEL_LEAD: usize = 48;

/// `text` is made of `words` and of characters that are neither letters nor numbers.
fn only(text: &str, words: &List) -> bool {
    let told = |text: &str| text.chars().any(|c| c.is_alphanumeric() || c == '#');
    let mut rest = masked(text);
    if told(&rest) {
        words.blank(&mut rest, false);
    }
    !told(&rest)
}

/// In lower case, with `#` for each number.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Most letters of most texts: small ones of Latin, Greek and Cyrillic, kana, Han.
            'a'..='z' | ' ' | ',' | 'α'..='ώ' | 'а'..='џ' => masked.push(c),
            '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => masked.push(c),
            'A'..='Z' => masked.push(c.to_ascii_lowercase()),
            _ if c.is_numeric() && masked.ends_with('#') => {}
            _ if c.is_numeric() => masked.push('#'),
            _ => masked.extend(c.to_lowercase()),
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_every_language_has_its_status() {
        let all = AllWords::new(&Languages::builtin()).unwrap();
        for code in all.by_code.keys() {
            let words = all.of(Some(code), "");
            for example in &words.section.examples {
                assert_eq!(words.status(&example.text).name(), example.status, "{code}: {}", example.text);
            }
        }
    }

    #[test]
    fn a_source_is_named_behind_its_word() {
        let all = AllWords::new(&Languages::builtin()).unwrap();
        let zh = all.of(Some("zh-Hant"), "");
        assert_eq!(zh.source("資料來源:愛範兒(ifanr"), Some("愛範兒(ifanr"));
        assert_eq!(zh.source_inside("2025年04月09日 09:15 来源：湾溪日报"), Some("湾溪日报"));
        assert_eq!(zh.source("資料很多"), None);
    }
}
