//! The years of labels that leave them out, and the days of those that name a weekday alone, from the labels alone: they
//! stand in order of time, or newest first, and what their entries tell of other years must not mislead them.

use super::labels::Label;
use super::lines::Lines;
use crate::dates::{Basis, Expression};
use crate::model::edtf::{Edtf, Part, Point};
use jiff::ToSpan;
use jiff::civil::Date;

/// A label in the sequence.
#[derive(Clone, Copy)]
struct Step {
    line: usize,
    point: Point,
    stated: bool,
}

/// Fewest labels that make an order.
const MIN_STEPS: usize = 3;
/// Days by which a label may stand out of order without a new year having begun.
const DISORDER: i64 = 45;

/// The date of each label with its year; none where the sequence says nothing.
pub(super) fn label_dates(text: &str, lines: &Lines, labels: &[Option<Label>]) -> Vec<Option<Edtf>> {
    let steps: Vec<Step> =
        labels.iter().enumerate().filter_map(|(line, l)| step(line, &lines.expressions[(*l)?.date()])).collect();
    let mut dates = with_years(&steps, labels.len());
    weekdays(text, lines, labels, ascending(&steps), &mut dates);
    dates
}

/// `Day 2 — Sunday` below `Day 1 — Saturday, 3 December 1910`: the next day of that name in the order of the labels.
fn weekdays(text: &str, lines: &Lines, labels: &[Option<Label>], ascending: bool, dates: &mut [Option<Edtf>]) {
    let mut last: Option<Date> = None;
    for (label, date) in labels.iter().zip(dates) {
        let Some(label) = label else { continue };
        let expression = &lines.expressions[label.date()];
        let Some(Edtf::One(point @ Point { part: Part::Day(..), .. })) = date.or(expression.edtf) else { continue };
        let Some(day) = point.first() else { continue };
        let bare = expression.basis == Basis::Weekday && !expression.span.of(text).chars().any(|c| c.is_numeric());
        let Some(before) = last.filter(|_| bare) else {
            last = Some(day);
            continue;
        };
        let (from, to) = (before.weekday(), day.weekday());
        let days = match ascending {
            true => (from.until(to) + 6) % 7 + 1,
            false => -((from.since(to) + 6) % 7 + 1),
        };
        if let Ok(there) = before.checked_add(days.days()) {
            let part = Part::Day(there.month() as u8, there.day() as u8);
            *date = Some(Edtf::One(Point { year: i32::from(there.year()), part, ..point }));
            last = Some(there);
        }
    }
}

fn with_years(steps: &[Step], n_labels: usize) -> Vec<Option<Edtf>> {
    let mut dates = vec![None; n_labels];
    if steps.len() < MIN_STEPS || !steps.iter().any(|s| s.stated) || steps.iter().all(|s| s.stated) {
        return dates;
    }
    let ascending = ascending(steps);
    let mut years: Vec<Option<i32>> = steps.iter().map(|s| s.stated.then_some(s.point.year)).collect();
    let first = steps.iter().position(|s| s.stated).unwrap_or(0);
    for k in first + 1..steps.len() {
        if let (None, Some(year)) = (years[k], years[k - 1]) {
            years[k] = Some(year + turn(&steps[k - 1], &steps[k], ascending));
        }
    }
    for k in (0..first).rev() {
        years[k] = years[k + 1].map(|year| year - turn(&steps[k], &steps[k + 1], ascending));
    }
    for (step, year) in steps.iter().zip(years) {
        let there = Point { year: year.unwrap_or(step.point.year), ..step.point };
        if !step.stated && there.first().is_some() {
            dates[step.line] = Some(Edtf::One(there));
        }
    }
    dates
}

fn step(line: usize, expression: &Expression) -> Option<Step> {
    let Some(Edtf::One(point)) = expression.edtf else { return None };
    let stated = match expression.basis {
        Basis::Stated => true,
        Basis::Context => false,
        _ => return None,
    };
    matches!(point.part, Part::Day(..) | Part::Month(_)).then_some(Step { line, point, stated })
}

/// The day of the year, counted in months of 31 days.
fn place_in_year(point: &Point) -> i64 {
    match point.part {
        Part::Day(m, d) => i64::from(m) * 31 + i64::from(d),
        Part::Month(m) => i64::from(m) * 31,
        _ => 0,
    }
}

/// Most neighbours go forward in time.
fn ascending(steps: &[Step]) -> bool {
    let forward = |w: &[Step]| {
        let years = if w.iter().all(|s| s.stated) { i64::from(w[1].point.year - w[0].point.year) * 372 } else { 0 };
        (years + place_in_year(&w[1].point) - place_in_year(&w[0].point)).signum()
    };
    steps.windows(2).map(forward).sum::<i64>() >= 0
}

/// Years from one label to the next: one when the order turns round.
fn turn(a: &Step, b: &Step, ascending: bool) -> i32 {
    let back = place_in_year(&a.point) - place_in_year(&b.point);
    match ascending {
        true if back > DISORDER => 1,
        false if -back > DISORDER => -1,
        _ => 0,
    }
}
