//! Whether a dated article is news: then a date without a year is near the article's own date, not near the years that
//! its background tells of.

use super::lines::Lines;
use super::roles::Role;
use crate::dates::{Basis, Expression};
use crate::model::Document;
use jiff::civil::Date;

/// Shortest line that counts as running text, in bytes: lists of dates under a name are not.
const MIN_LEAD: usize = 60;
/// Years that the lead of news may lie from the article's own date.
const NEAR_YEARS: i16 = 1;

/// The lead tells of the article's own days, and yet a date without a year was taken to lie years before.
pub(super) fn is_misread(document: &Document, lines: &Lines, roles: &[Role], today: Date) -> bool {
    let far = |e: &Expression| year(e).is_some_and(|y| (y - today.year()).abs() > NEAR_YEARS);
    let guessed = |e: &Expression| matches!(e.basis, Basis::Context | Basis::Weekday);
    if !lines.expressions.iter().any(|e| guessed(e) && far(e)) {
        return false;
    }
    let running = (0..roles.len()).filter(|&i| {
        let line = &lines.lines[i];
        roles[i] == Role::Body && line.kept && line.span.of(&document.text).len() >= MIN_LEAD
    });
    let lead =
        running.flat_map(|i| lines.expressions[lines.lines[i].expressions.clone()].iter()).find(|e| e.edtf.is_some());
    lead.is_some_and(|e| guessed(e) || e.basis == Basis::Relative || !far(e))
}

fn year(expression: &Expression) -> Option<i16> {
    match expression.edtf?.bounds() {
        (Some(date), _) | (None, Some(date)) => Some(date.year()),
        (None, None) => None,
    }
}
