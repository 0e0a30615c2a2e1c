//! Knowledge of languages, as data: one TOML file a language, a section for each room that reads it.
//!
//! A section (`[notices]`, `[dates]`, `[points]`, `[events]`, …) is read by its room with [`Language::section`];
//! every pattern brings `yes` examples that it must match and `no` examples that it must not, and the tests run them.

use crate::error::Error;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;

/// The files in the binary, in order of code.
const BUILTIN: &[(&str, &str)] = &[
    ("ar", include_str!("ar.toml")),
    ("bg", include_str!("bg.toml")),
    ("ca", include_str!("ca.toml")),
    ("cs", include_str!("cs.toml")),
    ("da", include_str!("da.toml")),
    ("de", include_str!("de.toml")),
    ("el", include_str!("el.toml")),
    ("en", include_str!("en.toml")),
    ("es", include_str!("es.toml")),
    ("et", include_str!("et.toml")),
    ("eu", include_str!("eu.toml")),
    ("fi", include_str!("fi.toml")),
    ("fr", include_str!("fr.toml")),
    ("he", include_str!("he.toml")),
    ("hi", include_str!("hi.toml")),
    ("hr", include_str!("hr.toml")),
    ("hu", include_str!("hu.toml")),
    ("id", include_str!("id.toml")),
    ("it", include_str!("it.toml")),
    ("ja", include_str!("ja.toml")),
    ("ka", include_str!("ka.toml")),
    ("ko", include_str!("ko.toml")),
    ("nl", include_str!("nl.toml")),
    ("no", include_str!("no.toml")),
    ("pl", include_str!("pl.toml")),
    ("pt", include_str!("pt.toml")),
    ("ro", include_str!("ro.toml")),
    ("ru", include_str!("ru.toml")),
    ("sv", include_str!("sv.toml")),
    ("th", include_str!("th.toml")),
    ("tr", include_str!("tr.toml")),
    ("uk", include_str!("uk.toml")),
    ("und", include_str!("und.toml")),
    ("vi", include_str!("vi.toml")),
    ("zh", include_str!("zh.toml")),
];

/// One language's knowledge.
#[derive(Clone, Debug)]
pub struct Language {
    /// BCP 47 primary code: `zh`, `en`.
    pub code: String,
    /// Where it was read from, for messages.
    file: String,
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// The text of a file in the binary: of a language that no text is in nothing more is ever read.
    Builtin(&'static str),
    /// What a user's file holds.
    Given(toml::Table),
}

impl Language {
    fn read(file: &str, code: &str, text: &str) -> Result<Language, Error> {
        let table = text
            .parse::<toml::Table>()
            .map_err(|e| Error::Language { file: file.to_string(), message: e.to_string() })?;
        Ok(Language { code: code.to_string(), file: file.to_string(), source: Source::Given(table) })
    }

    /// It is a file of the binary, which the tests have found right.
    pub fn is_builtin(&self) -> bool {
        matches!(self.source, Source::Builtin(_))
    }

    /// The section `name` as its room reads it; none when the language has no such section.
    ///
    /// # Errors
    /// When the section is not of the room's form.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let read = match &self.source {
            Source::Builtin(text) => {
                toml::from_str(&lines_of(text, name)).map(|mut sections: BTreeMap<String, T>| sections.remove(name))
            }
            Source::Given(table) => table.get(name).map(|value| value.clone().try_into()).transpose(),
        };
        read.map_err(|e| Error::Language { file: self.file.clone(), message: format!("[{name}] {e}") })
    }
}

/// The lines of a section in a file of the binary, where every line that begins with a bracket is the head of a table: a
/// room need not read what is written for the others.
fn lines_of(text: &str, section: &str) -> String {
    let is_head = |line: &str| {
        line.trim_start_matches('[').strip_prefix(section).is_some_and(|rest| rest.starts_with([']', '.']))
    };
    let mut inside = false;
    let mut of_section = |line: &&str| {
        inside = if line.starts_with('[') { is_head(line) } else { inside };
        inside
    };
    text.split_inclusive('\n').filter(|line| of_section(line)).collect()
}

/// All languages that are known, sorted by code. A value that is passed: nothing here is global.
#[derive(Clone, Debug)]
pub struct Languages {
    languages: Vec<Language>,
}

impl Languages {
    /// The languages in the binary.
    pub fn builtin() -> Languages {
        let language = |&(code, builtin): &(&str, &'static str)| Language {
            code: code.to_string(),
            file: format!("src/lang/{code}.toml"),
            source: Source::Builtin(builtin),
        };
        Languages { languages: BUILTIN.iter().map(language).collect() }
    }

    /// These, with the `*.toml` files of `folder` added; a file replaces the built-in language of its name.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or a file is not TOML.
    pub fn with_folder(mut self, folder: &Path) -> Result<Languages, Error> {
        for entry in std::fs::read_dir(folder).map_err(Error::at(folder))? {
            let path = entry.map_err(Error::at(folder))?.path();
            if path.extension().is_none_or(|e| e != "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(Error::at(&path))?;
            let code = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            self.languages.retain(|l| l.code != code);
            self.languages.push(Language::read(&path.to_string_lossy(), &code, &text)?);
        }
        self.languages.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(self)
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Language> {
        self.languages.iter()
    }

    /// The language of a BCP 47 tag (`zh-Hant` gives `zh`).
    pub fn get(&self, tag: &str) -> Option<&Language> {
        let code = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        self.languages.iter().find(|l| l.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_of_a_builtin_file_is_what_the_whole_file_says_of_it() {
        for language in Languages::builtin().iter() {
            let Source::Builtin(text) = language.source else { unreachable!("they are all in the binary") };
            let whole: toml::Table = text.parse().unwrap();
            for (name, section) in whole.iter().filter(|(_, value)| value.is_table()) {
                let read: Option<toml::Value> = language.section(name).unwrap();
                assert_eq!(read.as_ref(), Some(section), "{}: [{name}]", language.code);
            }
        }
    }

    #[test]
    fn a_tag_with_script_and_region_finds_its_language() {
        assert_eq!(Languages::builtin().get("zh-Hant-TW").map(|l| l.code.as_str()), Some("zh"));
    }
}
