//! The `[dates]` section of a language file, as it is written.

use crate::error::Error;
use crate::text::script::is_mark;
use serde::Deserialize;
use std::collections::BTreeMap;

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

/// What is wrong in a language's section.
pub fn fault(code: &str, message: impl Into<String>) -> Error {
    Error::Language { file: format!("{code}.toml"), message: format!("[dates] {}", message.into()) }
}
