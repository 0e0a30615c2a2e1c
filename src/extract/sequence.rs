//! The years of labels that leave them out, and the days of those that name a weekday alone, from the labels alone: they
//! stand in order of time, or newest first, and what their entries tell of other years must not mislead them.

use super::labels::{Label, says_day, year_before};
use super::lines::Lines;
use super::roles::Role;
use crate::dates::{Basis, Expression, Kind};
use crate::model::edtf::{Edtf, Part, Point};
use crate::text::script::is_han;
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

/// The date of each label with its year; none where the sequence says nothing. A heading that tells a year begins another
/// sequence.
pub(super) fn label_dates(text: &str, lines: &Lines, labels: &[Option<Label>], roles: &[Role]) -> Vec<Option<Edtf>> {
    let of = |line: usize| {
        let date = labels[line]?.date();
        let year = year_before(text, &lines.expressions, lines.lines[line].expressions.start, date);
        step(text, line, &lines.expressions[date], year)
    };
    let mut dates = vec![None; labels.len()];
    let mut all: Vec<Step> = Vec::new();
    let mut from = 0;
    for end in 1..=labels.len() {
        let begins = |line: usize| {
            matches!(roles[line], Role::Heading(_)) && labels[line].is_none() && tells_a_year(lines, line)
        };
        if end < labels.len() && !begins(end) {
            continue;
        }
        let steps: Vec<Step> = (from..end).filter_map(of).collect();
        for step in steps.iter().filter(|s| s.stated) {
            dates[step.line] = Some(Edtf::One(step.point));
        }
        with_years(&steps, &mut dates);
        all.extend(steps);
        from = end;
    }
    weekdays(text, lines, labels, ascending(&all), &mut dates);
    dates
}

/// How many days each label lies behind the day it was read on: in entries with nothing but a time of day, told in order or
/// newest first, `00:30` behind `23:50` is of another day, and so are those that follow.
pub(super) fn nights(text: &str, lines: &Lines, labels: &[Option<Label>]) -> Vec<i64> {
    let mut nights = vec![0; labels.len()];
    let mut run: Vec<(usize, i64)> = Vec::new();
    for (i, label) in labels.iter().enumerate().filter_map(|(i, l)| Some((i, (*l)?))) {
        let time = &lines.expressions[label.date()];
        let bare = !says_day(text, time) && matches!(time.basis, Basis::Context | Basis::Unresolved);
        if !bare || !matches!(label, Label::Entry { .. }) {
            cross(&std::mem::take(&mut run), &mut nights);
        }
        run.extend(minute(time).map(|minute| (i, minute)));
    }
    cross(&run, &mut nights);
    nights
}

/// Hours before which it is night, and from which it is evening.
const NIGHT: i64 = 6 * 60;
const EVENING: i64 = 18 * 60;

/// Counts the midnights that a run of times of day crosses.
fn cross(run: &[(usize, i64)], nights: &mut [i64]) {
    let falls = |a: i64, b: i64| a >= EVENING && b < NIGHT;
    let steps: i64 = run.windows(2).filter(|w| !falls(w[0].1, w[1].1)).map(|w| (w[1].1 - w[0].1).signum()).sum();
    let mut days = 0;
    for w in run.windows(2) {
        let (before, here) = (w[0].1, w[1].1);
        match steps >= 0 {
            true => days += i64::from(falls(before, here)),
            false => days -= i64::from(falls(here, before)),
        }
        nights[w[1].0] = days;
    }
}

/// Minutes of a time of day since midnight.
fn minute(time: &Expression) -> Option<i64> {
    let clock = time.value.split_once('T').filter(|_| time.kind == Kind::Time)?.1;
    let (hour, minute) = (clock.get(..2)?.parse::<i64>().ok()?, clock.get(3..5).map_or(Some(0), |m| m.parse().ok())?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn tells_a_year(lines: &Lines, line: usize) -> bool {
    lines.expressions[lines.lines[line].expressions.clone()]
        .iter()
        .any(|e| e.basis == Basis::Stated && matches!(e.edtf, Some(Edtf::One(Point { part: Part::Year, .. }))))
}

/// `Day 2 — Sunday` below `Day 1 — Saturday, 3 December 1910`: the next day of that name in the order of the labels. Days
/// that begin with tomorrow and follow each other are those to come.
fn weekdays(text: &str, lines: &Lines, labels: &[Option<Label>], ascending: bool, dates: &mut [Option<Edtf>]) {
    let bare = |e: &Expression| e.basis == Basis::Weekday && !e.span.of(text).chars().any(char::is_numeric);
    let days: Vec<(usize, Point, Date, bool)> = (0..labels.len())
        .filter_map(|i| {
            let expression = &lines.expressions[labels[i]?.date()];
            match dates[i].or(expression.edtf)? {
                Edtf::One(p) if matches!(p.part, Part::Day(..)) => Some((i, p, p.first()?, bare(expression))),
                _ => None,
            }
        })
        .collect();
    let mut last = lines.reference.map(|(today, _)| today).filter(|today| is_forecast(&days, *today));
    for (i, point, day, bare) in days {
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
            dates[i] = Some(Edtf::One(Point { year: i32::from(there.year()), part, ..point }));
            last = Some(there);
        }
    }
}

/// The labels are bare days of the week from tomorrow on, two or more, and not all of a week that is over.
fn is_forecast(days: &[(usize, Point, Date, bool)], today: Date) -> bool {
    let follows = |from: Date, to: Date| from.weekday().until(to.weekday()) == 1;
    let run = 1 + days.windows(2).take_while(|w| w[1].3 && follows(w[0].2, w[1].2)).count();
    let first = days.first().filter(|d| d.3 && follows(today, d.2));
    first.is_some() && (2..6).contains(&run) && days.iter().all(|d| d.3)
}

fn with_years(steps: &[Step], dates: &mut [Option<Edtf>]) {
    if steps.len() < MIN_STEPS || !steps.iter().any(|s| s.stated) || steps.iter().all(|s| s.stated) {
        return;
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
}

fn step(text: &str, line: usize, expression: &Expression, year: Option<Point>) -> Option<Step> {
    let Some(Edtf::One(point)) = expression.edtf else { return None };
    if let Some(Point { year, .. }) = year {
        return Some(Step { line, point: Point { year, ..point }, stated: true });
    }
    let numbered = expression.span.of(text).chars().any(|c| c.is_numeric() || is_han(c));
    let stated = match expression.basis {
        Basis::Stated => true,
        // A weekday fixes the year of the day beside it.
        Basis::Weekday if numbered => true,
        // A feast has its own day in each year.
        Basis::Context if numbered || !matches!(point.part, Part::Day(..)) => false,
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
