//! The tagger: the languages, and which of them reads which part of a text.

use super::document;
use super::expression::Tagged;
use super::filter::is_short;
use super::grammar::{Language, Source};
use super::lines;
use super::part::Part;
use super::section::Section;
use crate::error::Error;
use crate::lang::Languages;
use crate::text::language::{Detector, sample};
use crate::text::letters::Letters;
use jiff::civil::DateTime;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What relative dates of a running text count from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Decided by the text.
    #[default]
    Auto,
    /// From the document's date.
    News,
    /// From the date told before.
    Narrative,
}

/// What is known about a text before it is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Language (BCP 47); none: found from the text.
    pub lang: Option<&'a str>,
    /// When the text was written; none: found from the text where its evidence allows.
    pub reference: Option<DateTime>,
    /// The year that something beside the text names for it (a notice of copyright), asked when the text tells none.
    pub year: Option<i32>,
    /// What relative dates count from.
    pub mode: Mode,
}

/// Reads temporal expressions. Made once from the language data, then passed by reference; a language is compiled when
/// the first text in it comes.
#[derive(Debug)]
pub struct Tagger {
    shared: Section,
    letters: Arc<Letters>,
    detector: Detector,
    /// The same with the words of dates, made when the first text comes that is not clear.
    finer: OnceLock<Detector>,
    languages: Vec<Known>,
}

/// A language, its file read when the first text in it comes.
#[derive(Debug)]
struct Known {
    file: crate::lang::Language,
    section: OnceLock<Option<Arc<Section>>>,
    source: OnceLock<Option<Source>>,
}

impl Known {
    /// What its file says of dates.
    fn section(&self) -> Result<Option<Arc<Section>>, Error> {
        if let Some(section) = self.section.get() {
            return Ok(section.clone());
        }
        let section = self.file.section("dates")?.map(Arc::new);
        Ok(self.section.get_or_init(|| section).clone())
    }

    fn read(&self, shared: &Section) -> Result<Option<Source>, Error> {
        self.section()?.map(|section| Source::new(&self.file.code, section, shared)).transpose()
    }

    /// What is known of its dates, if anything.
    fn source(&self, shared: &Section) -> Option<&Source> {
        let read = || self.read(shared).expect("files are read at once unless the tests have found them right");
        self.source.get_or_init(read).as_ref()
    }
}

/// Languages that share what they write of dates, more or less, with one that has a file: read so, they lose least.
const RELATIVES: &[(&str, &str)] =
    &[("be", "ru"), ("mk", "bg"), ("sr", "ru"), ("sk", "cs"), ("sl", "hr"), ("gl", "pt"), ("ms", "id"), ("af", "nl")];

impl Tagger {
    /// Reads and checks the `[dates]` sections of `languages`.
    ///
    /// # Errors
    /// When a section is not of the form this module describes.
    pub fn new(languages: &Languages) -> Result<Tagger, Error> {
        let shared: Section = match languages.get("und") {
            Some(und) => und.section("dates")?.unwrap_or_default(),
            None => Section::default(),
        };
        let known =
            |l: &crate::lang::Language| Known { file: l.clone(), section: OnceLock::new(), source: OnceLock::new() };
        let all: Vec<Known> = languages.iter().filter(|l| l.code != "und").map(known).collect();
        // What the tests have not seen is read now, and everything if it is what all share.
        let shared_is_ours = languages.get("und").is_some_and(crate::lang::Language::is_builtin);
        for known in all.iter().filter(|k| !(shared_is_ours && k.file.is_builtin())) {
            let source = known.read(&shared)?;
            known.source.get_or_init(|| source);
        }
        let letters = Arc::new(Letters::new());
        let detector = Detector::new(Arc::clone(&letters));
        Ok(Tagger { shared, letters, detector, finer: OnceLock::new(), languages: all })
    }

    /// The temporal expressions of `text`, read over the whole document at once.
    pub fn tag(&self, text: &str, context: &Context<'_>) -> Tagged {
        let Some(language) = self.language(text, context.lang) else { return Tagged::default() };
        if is_short(text) {
            return document::read(vec![Part::of(0, text, language, true)], text, context);
        }
        let parts = lines::parts(text, &language.code, &self.detector);
        let part = |(range, own): (Range<usize>, Option<&str>)| {
            let language = own.and_then(|code| self.language("", Some(code))).unwrap_or(language);
            Part::of(range.start, &text[range], language, false)
        };
        document::read(parts.into_iter().map(part).collect(), text, context)
    }

    /// The language to read `text` with.
    pub(super) fn language(&self, text: &str, tag: Option<&str>) -> Option<&Language> {
        let by_code = |tag: &str| {
            let code = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
            self.languages.iter().find(|l| l.file.code == code)?.source(&self.shared)
        };
        let found = || {
            let sample = sample(text);
            let code = self.detector.clear(&sample).map_or_else(|| self.finer().likely(&sample), |clear| clear.0);
            let relative = || RELATIVES.iter().find(|r| r.0 == code).and_then(|r| by_code(r.1));
            by_code(code).or_else(relative).or_else(|| by_code("en"))
        };
        let source = tag.and_then(by_code).or_else(found)?;
        Some(source.language(&self.shared, &self.letters))
    }

    /// Tells languages by the words of dates too: a short text may hold no others.
    fn finer(&self) -> &Detector {
        self.finer.get_or_init(|| {
            let mut words: Vec<(&str, String)> = Vec::new();
            for language in &self.languages {
                // What is wrong in a file was told when it was read.
                let own = language.section().ok().flatten().map(|s| s.single_words()).unwrap_or_default();
                words.extend(own.into_iter().map(|word| (language.file.code.as_str(), word)));
            }
            self.detector.with(words.iter().map(|(code, word)| (*code, word.as_str())))
        })
    }
}
