//! `Cleaned` → records: sections, points, dated events, and one event told several times.
//!
//! The lines that stay are read with their dates ([`crate::dates`]) and their structure ([`crate::points`]). A date that
//! opens a line labels it or heads what stands below; a date in running text dates its sentence when the sentence tells a
//! happening. Nothing here does I/O, reads a clock, or can fail.

mod chronicle;
mod events;
mod happening;
mod labels;
mod lines;
mod list;
mod news;
mod places;
mod roles;
mod rows;
mod sequence;
mod words;

pub use chronicle::{Telling, chronicle, clusters, date_order, join};

use crate::config::Config;
use crate::dates::{Context, Expression, Mode, Tagger};
use crate::error::Error;
use crate::lang::Languages;
use crate::model::edtf::{Edtf, Part};
use crate::model::{Article, BlockRow, Cleaned, Document, Event, Point};
use crate::points::{Outline, Reader};
use jiff::civil::DateTime;

/// What one dump gives: its rows, in reading order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extracted {
    /// The article.
    pub article: Article,
    /// Every block, kept or dropped.
    pub blocks: Vec<BlockRow>,
    /// Its numbered points.
    pub points: Vec<Point>,
    /// Its dated events; `cluster_id` is given by [`chronicle`] once all are there.
    pub events: Vec<Event>,
}

/// Turns cleaned documents into rows. Compiled once from the language data, then used for any number of documents.
pub struct Extractor {
    tagger: Tagger,
    reader: Reader,
    words: words::AllWords,
    lang: Option<String>,
    given: Option<DateTime>,
}

impl Extractor {
    /// An extractor that knows `languages`.
    ///
    /// # Errors
    /// When a language's section is not of the form that its room reads, or the reference date of `config` is none.
    pub fn new(languages: &Languages, config: &Config) -> Result<Extractor, Error> {
        let given = config.dates.reference_date.as_deref().map(date_time).transpose()?;
        Ok(Extractor {
            tagger: Tagger::new(languages)?,
            reader: Reader::new(languages)?,
            words: words::AllWords::new(languages)?,
            lang: config.dates.lang.clone(),
            given,
        })
    }

    /// The lists and headings of the kept blocks.
    pub fn outline(&self, cleaned: &Cleaned) -> Outline {
        let keep: Vec<bool> = cleaned.verdicts().iter().map(|v| v.keeps()).collect();
        self.reader.outline(&cleaned.document, &keep)
    }

    /// The temporal expressions of the whole document, dropped blocks too, in reading order.
    pub fn expressions(&self, document: &Document) -> Vec<Expression> {
        let published = document.meta.published.as_ref().and_then(|p| first_moment(&p.date));
        let lang = self.lang.as_deref().or(document.language.as_deref());
        let context = Context { lang, reference: self.given.or(published), ..Context::default() };
        self.tagger.tag(&document.text, &context).apart()
    }

    /// The rows of one document. Dropped blocks yield nothing but their own row, though a dropped heading may still date
    /// what stands below it. The same document gives the same rows on every machine.
    pub fn extract(&self, cleaned: &Cleaned, article_id: &str) -> Extracted {
        let document = &cleaned.document;
        let outline = self.outline(cleaned);
        let published = document.meta.published.as_ref().and_then(|p| first_moment(&p.date));
        let reference = self.given.or(published);
        let language = self.lang.as_deref().or(document.language.as_deref());
        let words = self.words.of(language, &document.text);

        let read = |reference, mode| {
            let lines = lines::read(cleaned, &outline, &self.tagger, language, reference, mode);
            let levels = roles::heading_levels(&lines, &outline);
            let headings: Vec<bool> = levels.iter().map(Option::is_some).collect();
            let labels = labels::labels(document, &lines, &headings, words);
            let roles = roles::roles(document, &lines, &levels, &labels, words);
            (lines, labels, roles)
        };
        let (mut lines, mut labels, mut roles) = read(reference, Mode::Auto);
        let dateline = roles::dateline_date(&lines, &roles).and_then(|d| first_moment(&d));
        if let Some(now) = reference.or(dateline).filter(|&now| news::is_misread(document, &lines, &roles, now.date()))
        {
            (lines, labels, roles) = read(Some(now), Mode::News);
        }
        let label_dates = sequence::label_dates(&document.text, &lines, &labels, &roles);
        let nights = sequence::nights(&document.text, &lines, &labels);
        let walk = events::Walk {
            document,
            lines: &lines,
            labels: &labels,
            roles: &roles,
            label_dates: &label_dates,
            nights: &nights,
            today: lines.reference.map(|(date, _)| date),
            changed: lines.reference.map(|(date, _)| date).max(roles::last_change(&lines, &roles)),
            dated: reference.or(dateline).is_some(),
            words,
        };
        let happenings = walk.events();
        let basis = match &lines.reference {
            _ if self.given.is_some() => "given",
            _ if published.is_some() => "published",
            Some((date, _)) if dateline.is_some_and(|d| d.date() == *date) => "published",
            Some(_) => "inferred",
            None => "none",
        };
        rows::Rows { cleaned, article_id, lines: &lines, roles: &roles, outline: &outline, words }
            .all(&happenings, basis)
    }
}

/// An ISO date or date-time as the configuration gives it.
fn date_time(text: &str) -> Result<DateTime, Error> {
    let found = text.parse::<DateTime>().ok().or_else(|| text.parse::<Edtf>().ok().and_then(|d| first_moment(&d)));
    found.ok_or_else(|| Error::Config(format!("reference date: `{text}` is not a date; write it like 2023-11-21")))
}

/// When a publication date is known to the day.
fn first_moment(date: &Edtf) -> Option<DateTime> {
    let Edtf::One(point) = date else { return None };
    let day = point.first()?;
    match point.part {
        Part::Minute(_, _, hour, minute, _) => {
            Some(day.at(i8::try_from(hour % 24).ok()?, i8::try_from(minute).ok()?, 0, 0))
        }
        Part::Day(..) => Some(day.at(0, 0, 0, 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
