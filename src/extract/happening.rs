//! Whether a date inside a sentence dates a happening.
//!
//! Not every date does: habits, comparisons, attributes (a law's year), states as of a year, forecasts, years in brackets.

use super::words::Words;
use crate::dates::{Basis, Expression, Kind, Modifier};
use crate::model::Span;
use crate::model::edtf::{Edtf, Part};
use jiff::civil::Date;
use std::cell::OnceCell;

/// What is known around a date.
pub(super) struct Surroundings<'a> {
    /// The document's text.
    pub(super) text: &'a str,
    /// The sentence.
    pub(super) sentence: Span,
    /// A date of the sentence says how often something happens.
    pub(super) repeats: bool,
    /// Whether the sentence tells how often something happens, once it was asked.
    pub(super) habit: OnceCell<bool>,
    /// The document's own date.
    pub(super) today: Option<Date>,
    pub(super) words: &'a Words,
}

impl Surroundings<'_> {
    fn is_habit(&self) -> bool {
        *self.habit.get_or_init(|| self.repeats || self.words.is_habit(self.sentence.of(self.text)))
    }
}

/// Characters behind a year in which the thing that it names stands.
const ATTRIBUTE_WINDOW: usize = 12;

/// The date dates a happening that the sentence tells.
pub(super) fn is_happening(date: &Expression, around: &Surroundings<'_>) -> bool {
    let Some(edtf) = date.edtf else { return false };
    if !matches!(date.kind, Kind::Date | Kind::Time) || date.basis == Basis::Unresolved {
        return false;
    }
    if matches!(date.modifier, Some(Modifier::Since | Modifier::Before)) {
        return false;
    }
    let before = Span { start: around.sentence.start, end: date.span.start }.of(around.text);
    let behind = Span { start: date.span.end, end: around.sentence.end.max(date.span.end) }.of(around.text);
    let words = around.words;
    // `at noon` says when, but not on which day.
    if words.is_vague(date.span.of(around.text)) {
        return false;
    }
    let coarse = is_coarse(&edtf);
    let future = is_after(&edtf, around.today);
    if words.is_comparison(before) || words.is_attribute(behind) || starts_line(before) && words.is_agency(behind) {
        return false;
    }
    if coarse && (in_brackets(before, behind) || in_title(before, behind) || is_attribute(date, before, behind, words))
    {
        return false;
    }
    // `the summer calendar`
    let opens = before.split_whitespace().nth(2).is_none();
    if !opens && matches!(edtf, Edtf::One(p) if matches!(p.part, Part::Season(_))) && owns(before, behind, words) {
        return false;
    }
    if coarse && words.is_as_of(before) {
        return false;
    }
    if coarse && future && (words.is_until(before) || words.is_forecast(around.sentence.of(around.text))) {
        return false;
    }
    if future && date.modifier == Some(Modifier::Until) && coarse {
        return false;
    }
    // `every Thursday until the spring of 2019`: the habit is none, its stated end is one.
    date.basis == Basis::Stated || !around.is_habit()
}

/// A year or more.
fn is_coarse(edtf: &Edtf) -> bool {
    let coarse =
        |part: Part| matches!(part, Part::Century | Part::Decade | Part::Year | Part::Half(_) | Part::Quarter(_));
    match edtf {
        Edtf::One(p) => coarse(p.part),
        Edtf::Range(a, b) => [a, b].into_iter().flatten().all(|p| coarse(p.part)),
    }
}

fn is_after(edtf: &Edtf, today: Option<Date>) -> bool {
    match (edtf.bounds(), today) {
        ((Some(start), _), Some(today)) => start > today,
        ((None, Some(end)), Some(today)) => end > today,
        _ => false,
    }
}

/// Nothing but the date stands in the brackets: `(1988)`, `(b. 1955)`.
fn in_brackets(before: &str, behind: &str) -> bool {
    let Some(open) = before.rfind(['(', '（', '[']) else { return false };
    let inside = &before[open..];
    let letters = inside.chars().filter(|c| c.is_alphabetic()).count();
    let rest: String = behind.chars().take(4).take_while(|c| !matches!(c, ')' | '）' | ']' | ',' | ';')).collect();
    let n_rest = rest.chars().filter(|c| c.is_alphabetic()).count();
    letters <= 4
        && !inside.contains([')', '）', ']'])
        && n_rest <= 1
        && rest.len() < behind.len()
        && rest.chars().count() < 4
}

/// The date is part of a work's title: `《2023年度报告》`.
fn in_title(before: &str, behind: &str) -> bool {
    let open = before.rfind(['《', '『']);
    let closed = before.rfind(['》', '』']);
    open.is_some() && open > closed && behind.contains(['》', '』'])
}

/// A year that tells which: `the 2019 report`, `2023年的定检报告`.
fn is_attribute(date: &Expression, before: &str, behind: &str, words: &Words) -> bool {
    if date.basis == Basis::Relative {
        return false;
    }
    let near: String = behind
        .chars()
        .take(ATTRIBUTE_WINDOW)
        .take_while(|c| !matches!(c, '，' | ',' | '。' | '、' | '；' | ';' | '.'))
        .collect();
    let owned = near.trim_start_matches('度');
    if owned.starts_with(['的', 'の', '之'])
        || !near.starts_with([' ', ',', '，']) && near.starts_with(|c: char| !c.is_ascii())
    {
        return words.names_attribute(owned) && (owned.starts_with(['的', 'の', '之']) || words.names_attribute(&near));
    }
    owns(before, &near, words)
        || near.strip_prefix(' ').is_some_and(is_small) && words.names_attribute(&first_words(&near))
}

/// The noun behind the date is named by it: `the 2019 report`.
fn owns(before: &str, behind: &str, words: &Words) -> bool {
    behind.strip_prefix(' ').is_some_and(is_small) && words.has_determiner(before) && !words.is_connective(behind)
}

fn is_small(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

fn first_words(near: &str) -> String {
    near.split_whitespace().take(1).collect()
}

/// Only a place name stands between the start of the line and the date.
fn starts_line(before: &str) -> bool {
    before.chars().nth(20).is_none()
}
