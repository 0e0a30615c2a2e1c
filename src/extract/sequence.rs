//! The years of labels that leave them out, from the labels alone: they stand in order of time, or newest first, and
//! what their entries tell of other years must not mislead them.

use super::labels::Label;
use super::lines::Lines;
use crate::dates::{Basis, Expression};
use crate::model::edtf::{Edtf, Part, Point};

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
pub(super) fn label_dates(lines: &Lines, labels: &[Option<Label>]) -> Vec<Option<Edtf>> {
    let mut dates = vec![None; labels.len()];
    let steps: Vec<Step> =
        labels.iter().enumerate().filter_map(|(line, l)| step(line, &lines.expressions[(*l)?.date()])).collect();
    if steps.len() < MIN_STEPS || !steps.iter().any(|s| s.stated) || steps.iter().all(|s| s.stated) {
        return dates;
    }
    let ascending = ascending(&steps);
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
