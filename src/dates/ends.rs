//! The two ends of a range: which points make one, and what each end tells of the other.

use super::amount::{Anchor, Shift, Unit, shift};
use super::slots::{Slots, Year};

/// The two ends are of kinds that make a range.
pub fn rangeable(a: &Slots, b: &Slots) -> bool {
    let level = |s: &Slots| {
        if s.is_time() {
            0
        } else if s.day.is_some()
            || s.weekday.is_some()
            || s.weekend
            || s.holiday.is_some()
            || s.shift.is_some_and(|x| x.unit <= Unit::Day)
        {
            1
        } else if s.month.is_some() {
            2
        } else if s.season.is_some() || s.quarter.is_some() || s.half.is_some() {
            3
        } else {
            4
        }
    };
    let (x, y) = (level(a), level(b));
    let numbers = |s: &Slots| s.decade.is_some() || s.century.is_some();
    x == y && numbers(a) == numbers(b)
        || (x == 1 && y == 0 && b.has_date())
        || (x == 0 && a.has_date() && y == 1)
        || x <= 2 && y <= 2 && x > 0 && y > 0 && (a.year.is_some() || b.year.is_some())
        || x > 0 && y > 0 && a.year.is_some() && b.year.is_some()
        || b.shift.is_some_and(|s| s.unit <= Unit::Day && s.days == 0) && x > 0
}

/// What one end of a range leaves out, the other tells.
pub fn complete(a: &mut Slots, b: &mut Slots) {
    // The start borrows what stands behind the end (`16–20 November 2023`), the end what stands before the start.
    let coarse = |s: &Slots| s.shift.is_some() || s.year.is_some() || s.named.is_some();
    if !coarse(a) && coarse(b) && b.shift.is_none_or(|s| s.unit >= Unit::Week) {
        a.year = b.year;
        a.bc = b.bc;
        // `November to January 2024`: the start lies in the year before.
        if let (Some(ma), Some(mb), Some(Year::Full(y))) = (a.month, b.month, b.year)
            && ma > mb
        {
            a.year = Some(Year::Full(y - 1));
        }
        a.shift = b.shift;
        if let (Some(ma), Some(mb), Some(s)) = (a.month, b.month, b.shift)
            && ma > mb
            && s.unit == Unit::Year
        {
            a.shift = Some(shift(Unit::Year, f64::from(s.months / 12 - 1), s.anchor));
        }
        a.named = b.named;
    } else if coarse(a) && !coarse(b) {
        let wraps = matches!((a.month, b.month), (Some(x), Some(y)) if x > y);
        b.year = match a.year {
            Some(Year::Full(y)) if wraps => Some(Year::Full(y + 1)),
            y => y,
        };
        // `明日至週末`: a day is not what the end lies in.
        b.shift = a.shift.filter(|s| s.unit >= Unit::Week);
        b.named = a.named;
        if let (Some(Year::Full(y)), true, true) = (a.year, a.bc, b.year.is_some()) {
            b.year = Some(Year::Full(y));
        }
    }
    if a.bc != b.bc
        && b.bc
        && let Some(Year::Full(y)) = a.year
        && y > 0
    {
        a.year = Some(Year::Full(1 - y));
        a.bc = true;
    }
    if let (Some(Year::Full(x)), Some(Year::Two(y))) = (a.year, b.year) {
        b.year = Some(Year::Full(x.div_euclid(100) * 100 + y + if y < x.rem_euclid(100) { 100 } else { 0 }));
    }
    let parts = |s: &Slots| s.season.is_some() || s.quarter.is_some() || s.half.is_some();
    if a.month.is_none() && (a.day.is_some()) && !parts(b) {
        a.month = b.month;
    }
    if b.month.is_none() && (b.day.is_some() || b.third.is_some()) && !parts(a) {
        b.month = a.month;
    }
    // `晚8点至次日6点`: counted from the start.
    let counts_on = |s: Shift| s.anchor == Anchor::Told && s.days > 0;
    if b.is_time() && !b.has_date() || b.is_time() && b.day.is_none() && b.weekday.is_none() && b.shift == a.shift {
        let time = *b;
        *b = a.at(&time);
        // `午後2時から4時`; but `午後11時半から1時` goes past midnight.
        let later = time.hour.map(|h| h % 12) >= a.hour.map(|h| h % 12);
        if time.hour.is_some() && time.pod.is_none() && time.pm.is_none() && later {
            (b.pod, b.pm) = (a.pod, a.pm);
        }
    } else if a.is_time() && !a.has_date() && b.has_date() && !b.shift.is_some_and(counts_on) {
        let time = *a;
        *a = b.at(&time);
    }
    if a.hour.is_some() && b.hour.is_some() && a.pm.is_none() && a.pod.is_none() && b.pm == Some(true) {
        // `9 to 5pm`: the start is in the afternoon only if it then comes first.
        let (x, y) = (a.hour.unwrap_or(0) % 12, b.hour.unwrap_or(0) % 12);
        if x < y || y == 0 {
            a.pm = Some(true);
        } else {
            a.pm = Some(false);
        }
    }
}
