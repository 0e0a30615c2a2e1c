//! The words around dates and names, read once from `words.toml`.

use crate::text::language::Detector;
use crate::text::letters::Letters;
use aho_corasick::AhoCorasick;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Month names of all languages, words of date lines and bylines.
pub(in crate::parse) struct Words {
    months: BTreeMap<String, u8>,
    months_by_language: BTreeMap<String, BTreeMap<String, u8>>,
    /// Words of lines that tell when a page was published.
    pub publishing: AhoCorasick,
    /// Words of lines that tell when a page was last changed.
    pub changing: AhoCorasick,
    /// Words of bylines.
    pub byline: Byline,
    /// Tells languages by their commonest words.
    pub detector: Detector,
}

/// Words of bylines, lower case.
#[derive(Deserialize)]
pub(in crate::parse) struct Byline {
    /// What stands before names; the longest first.
    pub leads: Vec<String>,
    /// What ends a name.
    pub cuts: Vec<String>,
    /// What follows a name without being part of it.
    pub tails: Vec<String>,
    /// Labels whose value is a name.
    pub labels: Vec<String>,
    /// Not names.
    pub nobody: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    languages: Vec<Names>,
    lines: Lines,
    byline: Byline,
}

#[derive(Deserialize)]
struct Names {
    code: String,
    months: Vec<String>,
}

#[derive(Deserialize)]
struct Lines {
    publishing: Vec<String>,
    changing: Vec<String>,
}

impl Words {
    /// The words in the binary.
    pub fn builtin() -> Words {
        let mut file: File = toml::from_str(include_str!("../words.toml")).expect("the tests read the file of words");
        file.byline.leads.sort_by_key(|lead| std::cmp::Reverse(lead.len()));
        let mut words = Words {
            months: BTreeMap::new(),
            months_by_language: BTreeMap::new(),
            publishing: AhoCorasick::new(file.lines.publishing).expect("some dozens of words make an automaton"),
            changing: AhoCorasick::new(file.lines.changing).expect("some dozens of words make an automaton"),
            byline: file.byline,
            detector: Detector::new(Arc::new(Letters::new())),
        };
        for language in file.languages {
            let mut own = BTreeMap::new();
            for (i, names) in language.months.iter().enumerate() {
                for name in names.split(' ') {
                    own.insert(name.to_string(), i as u8 + 1);
                    words.months.entry(name.to_string()).or_insert(i as u8 + 1);
                }
            }
            words.months_by_language.insert(language.code, own);
        }
        words
    }

    /// The number of the month that `word` names, in the language of the page before others.
    pub fn month(&self, word: &str, language: &str) -> Option<u8> {
        let word = word.to_lowercase();
        let own = self.months_by_language.get(language).and_then(|own| own.get(&word));
        own.or_else(|| self.months.get(&word)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_twelve_months() {
        let file: File = toml::from_str(include_str!("../words.toml")).unwrap();
        for language in file.languages {
            assert_eq!(language.months.len(), 12, "{}", language.code);
        }
    }
}
