//! One point out of two neighbours that tell parts of the same time.

use super::amount::{Anchor, Unit, shift};
use super::slots::Slots;

/// One point out of two neighbours, if they tell parts of the same time.
pub fn merge(a: &Slots, b: &Slots, links: usize, comma: bool, unspaced: bool) -> Option<Slots> {
    let time = |s: &Slots| s.is_time() && !s.has_date();
    let dated = |s: &Slots| !s.is_time() && s.has_date();
    if a.offset.is_some() || b.offset.is_some() {
        return None;
    }
    // A part of the day and its hour.
    if a.is_time() && time(b) || time(a) && b.is_time() {
        let (hour, pod) = if a.hour.is_some() { (a, b) } else { (b, a) };
        if hour.hour.is_some() && hour.pod.is_none() && pod.hour.is_none() && pod.pod.is_some() {
            let rest = if a.has_date() { a } else { b };
            return Some(Slots {
                hour: hour.hour,
                minute: hour.minute,
                second: hour.second,
                pm: hour.pm,
                zone: hour.zone.or(pod.zone),
                pod: pod.pod,
                modifier: hour.modifier.or(pod.modifier),
                ..*rest
            });
        }
        return None;
    }
    // Without blanks the date stands first: over a comma another sentence begins (`9:00-17:00，周六10:00-16:00`).
    if unspaced && comma && time(a) {
        return None;
    }
    if time(a) && near(b) && dated(b) || time(b) && near(a) && dated(a) {
        let (t, d) = if time(a) { (a, b) } else { (b, a) };
        return Some(Slots { modifier: t.modifier.or(d.modifier), ..d.at(t) });
    }
    // A date that already has its time takes no more than a weekday or a date that is missing.
    let (at, bt) = (a.is_time(), b.is_time());
    if at && bt {
        return None;
    }
    overlay(a, b, links, comma, unspaced).map(|mut s| {
        let t = if at { a } else { b };
        if at || bt {
            (s.hour, s.minute, s.second, s.pm, s.pod, s.zone) = (t.hour, t.minute, t.second, t.pm, t.pod, t.zone);
        }
        s
    })
}

/// Joins the date parts of two points.
fn overlay(a: &Slots, b: &Slots, links: usize, comma: bool, unspaced: bool) -> Option<Slots> {
    let exact = |s: &Slots| s.day.is_some() && (s.month.is_some() || s.year.is_some());
    let weekday_only = |s: &Slots| {
        s.weekday.is_some()
            && s.day.is_none()
            && s.month.is_none()
            && s.shift.is_none()
            && s.named.is_none()
            && s.nth.is_none()
    };
    let day_shift = |s: &Slots| {
        s.shift.is_some_and(|x| x.unit == Unit::Day && !x.counted) && s.day.is_none() && s.weekday.is_none()
    };
    let year_only = |s: &Slots| {
        (s.year.is_some()
            && s.month.is_none()
            && s.day.is_none()
            && s.season.is_none()
            && s.quarter.is_none()
            && s.half.is_none()
            && s.holiday.is_none()
            && s.week.is_none())
            || s.shift.is_some_and(|x| x.unit == Unit::Year && x.seconds == 0 && x.days == 0)
                && s.month.is_none()
                && s.season.is_none()
                && s.quarter.is_none()
                && s.half.is_none()
    };
    let yearless = |s: &Slots| {
        s.year.is_none() && s.shift.is_none() && s.named.is_none() && s.decade.is_none() && s.century.is_none()
    };
    let both = |x: &Slots, y: &Slots| Slots { modifier: x.modifier.or(y.modifier), ..*x };
    // Thursday, Nov. 16
    for (x, y) in [(a, b), (b, a)] {
        if weekday_only(x) && y.day.is_some() && y.weekday.is_none() {
            return Some(Slots { weekday: x.weekday, ..both(y, x) });
        }
        // tomorrow, 17 November · heute 30.08.
        if day_shift(x) && exact(y) {
            let told = unspaced && x.shift.is_some_and(|s| s.anchor == Anchor::Told) && yearless(y);
            // `前一日（6月30日）`: in the year that is told.
            let in_its_year = Slots { month: y.month, day: y.day, weekday: y.weekday, ..both(x, y) };
            return Some(if told { in_its_year } else { both(y, x) });
        }
        // `前日（20日）`
        if day_shift(x) && y.day.is_some() && yearless(y) && unspaced && links > 0 && !comma {
            return Some(Slots { day: y.day, ..both(x, y) });
        }
        // ten years ago today
        if day_shift(x)
            && y.shift.is_some_and(|s| s.counted && s.unit >= Unit::Week && s.vague == 0)
            && y.day.is_none()
            && !comma
        {
            return Some(Slots { offset: y.shift, ..both(x, y) });
        }
        if day_shift(x) && weekday_only(y) {
            return Some(both(x, y));
        }
        // next week Monday
        if x.shift.is_some_and(|s| s.unit == Unit::Week) && x.weekday.is_none() && weekday_only(y) {
            return Some(Slots { weekday: y.weekday, ..both(x, y) });
        }
        // `下周二（28日）`, `本星期三（七月九日）`: the day once more.
        if x.shift.is_some_and(|s| s.unit == Unit::Week) && x.weekday.is_some() && y.day.is_some() && yearless(y) {
            return Some(if y.month.is_some() { Slots { weekday: x.weekday, ..both(y, x) } } else { both(x, y) });
        }
        // the 15th of next month
        if x.shift.is_some_and(|s| s.unit == Unit::Month)
            && x.day.is_none()
            && y.day.is_some()
            && y.month.is_none()
            && yearless(y)
            && !comma
        {
            return Some(Slots { day: y.day, weekday: y.weekday, ..both(x, y) });
        }
        if x.shift.is_some_and(|s| s.unit == Unit::Month) && y.third.is_some() && y.month.is_none() && !comma {
            return Some(Slots { third: y.third, ..both(x, y) });
        }
    }
    // The whole may stand before or behind its part; with a comma only behind a day (`May 5, 2019`).
    for (part, whole, whole_first) in [(a, b, false), (b, a, true)] {
        let fine = !comma
            || (!whole_first && part.day.is_some())
            || (!whole_first && part.month.is_some() && whole.year.is_some());
        if !fine || unspaced && comma && !whole_first {
            continue;
        }
        if whole.year.is_none() && whole_first && comma {
            continue;
        }
        let parted = part.month.is_some()
            || part.season.is_some()
            || part.quarter.is_some()
            || part.half.is_some()
            || part.holiday.is_some()
            || part.week.is_some()
            || (part.nth.is_some() && part.nth.is_some_and(|n| n.1 < Unit::Year));
        // `In the third quarter from a year earlier` compares two.
        let compared = links > 0 && whole.shift.is_some_and(|s| s.counted && s.anchor == Anchor::Told);
        if year_only(whole) && yearless(part) && parted && whole.nth.is_none() && !compared {
            return Some(Slots {
                year: whole.year,
                bc: whole.bc,
                shift: whole.shift,
                fiscal: whole.fiscal,
                lunar: whole.lunar | part.lunar,
                ..both(part, whole)
            });
        }
        // the last day of October 2015
        let last_unit = part.shift.filter(|s| {
            !s.counted && s.anchor == Anchor::Speech && *s == shift(s.unit, -1.0, s.anchor) && s.unit < Unit::Year
        });
        if let (Some(last), false, false) = (last_unit, whole_first, comma)
            && *part == (Slots { shift: part.shift, weekend: part.weekend, ..Slots::default() })
            && (whole.month.is_some() && last.unit <= Unit::Week
                || links > 0 && year_only(whole) && whole.shift.is_none())
            && whole.day.is_none()
            && whole.nth.is_none()
        {
            return Some(Slots { nth: Some((-1, last.unit)), ..*whole });
        }
        // the last Sunday of March 2014, the last weekend of it
        let weekend = *part == Slots { named: part.named, weekend: true, ..Slots::default() };
        if !whole_first
            && !comma
            && (weekend || weekday_only(&Slots { named: None, ..*part }))
            && part.named == Some(-1)
            && whole.month.is_some()
            && whole.day.is_none()
            && whole.nth.is_none()
        {
            let unit = if weekend { Unit::Weekend } else { Unit::Day };
            let last = Slots { nth: Some((-1, unit)), weekday: part.weekday, ..*whole };
            return Some(both(&last, part));
        }
        // the first week of October
        if part.nth.is_some()
            && part.month.is_none()
            && yearless(part)
            && whole.nth.is_none()
            && !whole.is_time()
            && (links > 0 || unspaced || !whole_first)
        {
            let unit = part.nth.map_or(Unit::Day, |n| n.1);
            let coarser = whole.month.is_some() && whole.day.is_none() && unit < Unit::Month
                || whole.shift.is_some_and(|s| s.unit > unit)
                || (whole.quarter.is_some() || whole.half.is_some() || whole.season.is_some()) && unit <= Unit::Month
                || whole.century.is_some()
                || whole.decade.is_some();
            if coarser {
                return Some(Slots { nth: part.nth, weekday: part.weekday, ..both(whole, part) });
            }
        }
        if part.weekday.is_some()
            && weekday_only(part)
            && whole.nth.is_some_and(|n| n.1 == Unit::Week)
            && whole.month.is_some()
        {
            return Some(Slots { weekday: part.weekday, ..both(whole, part) });
        }
    }
    // 11 月 | 上旬, November | 16th
    if a.month.is_some() && a.day.is_none() && a.third.is_none() && !comma && yearless(b) && b.month.is_none() {
        if b.third.is_some() {
            return Some(Slots { third: b.third, ..both(a, b) });
        }
        if b.day.is_some() && unspaced {
            return Some(Slots { day: b.day, weekday: b.weekday, ..both(a, b) });
        }
    }
    // the 15th | of November
    if b.month.is_some()
        && b.day.is_none()
        && a.day.is_some()
        && a.month.is_none()
        && yearless(a)
        && links > 0
        && !comma
    {
        return Some(Slots { day: a.day, weekday: a.weekday, ..both(b, a) });
    }
    None
}

/// A day was said, or something that stands for one.
pub fn near(s: &Slots) -> bool {
    s.day.is_some()
        || s.weekday.is_some()
        || s.holiday.is_some()
        || s.shift.is_some_and(|x| x.unit == Unit::Day)
        || s.nth.is_some_and(|n| n.1 == Unit::Day)
        || s.weekend
}
