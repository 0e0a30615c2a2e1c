//! Where one expression lies on the calendar: from its slots, its year, what was told before it and the document's date.

use super::Basis;
use super::amount::{Anchor, Shift, Unit};
use super::calendar::{LAST_DAY, civil, holiday, lunar, plus, plus_months, weekday};
use super::filter::is_short;
use super::slots::{Pod, Slots, Year};
use super::tense::{Tense, has_stop};
use super::value::{Grain, Value, week_day};
use super::years::{Frame, NEAR, stated_year};
use jiff::civil::{Date, DateTime};

/// The last point told.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    pub date: Date,
    pub grain: Grain,
    pub end: usize,
}

/// One resolved expression, before its neighbours are asked.
pub struct Placed {
    pub value: Value,
    pub basis: Basis,
}

/// The first such weekday on or after a day.
pub fn on_or_after(from: Date, w: u8) -> Option<Date> {
    plus(from, i64::from((w + 7 - weekday(from)) % 7))
}

/// The last such weekday on or before a day.
fn on_or_before(from: Date, w: u8) -> Option<Date> {
    plus(from, -i64::from((weekday(from) + 7 - w) % 7))
}

/// The year and the number of a day's week.
pub fn iso_week(date: Date) -> (i32, u8) {
    let w = date.iso_week_date();
    (i32::from(w.year()), w.week() as u8)
}

pub fn placed(s: &Slots, year: Option<i32>, told: &Option<Told>, tense: Tense, frame: &Frame<'_>, at: usize) -> Placed {
    let later = asked_afternoon(s, frame);
    let s = later.as_ref().unwrap_or(s);
    let (mut date, basis) = base(s, year, told, tense, frame, at);
    if let Some(offset) = s.offset
        && let Some(first) = date.first()
    {
        let moved = plus_months(first, i64::from(offset.months)).and_then(|d| plus(d, i64::from(offset.days)));
        if let Some(d) = moved {
            date = if matches!(date.grain, Grain::Year) && offset.unit == Unit::Year {
                Value::new(Some(i32::from(d.year())), Grain::Year)
            } else {
                Value::day(d)
            };
        }
    }
    if s.week_of
        && let (Grain::Day(..), Some(day)) = (date.grain, date.first())
    {
        let (y, w) = iso_week(day);
        date = Value::new(Some(y), Grain::Week(w));
    }
    let mut value = clock(date, s);
    // News corpora write the hour with its minutes; where a time is asked for it is as coarse as it was said.
    if !frame.query && value.hour.is_some() {
        value.minute.get_or_insert(0);
    }
    Placed { value, basis }
}

/// Whoever asks for `3 o'clock` in the morning after three means the afternoon.
fn asked_afternoon(s: &Slots, frame: &Frame<'_>) -> Option<Slots> {
    let (Some(now), Some(hour @ 1..=11), true) = (frame.now, s.hour, frame.query) else { return None };
    let open = s.pm.is_none() && s.pod.is_none() && !s.has_date() && !s.padded;
    let time = |hour: u8| (hour as i8, s.minute.unwrap_or(0) as i8);
    let before = |hour: u8| time(hour) < (now.hour(), now.minute());
    (open && before(hour) && !before(hour + 12)).then_some(Slots { pm: Some(true), ..*s })
}

/// The date part of a point.
fn base(
    s: &Slots,
    year: Option<i32>,
    told: &Option<Told>,
    tense: Tense,
    frame: &Frame<'_>,
    at: usize,
) -> (Value, Basis) {
    let own = frame.now.map(|n| i32::from(n.year())).or(frame.year);
    let day = |d: Date, b: Basis| (Value::day(d), b);
    // Counted or named from an anchor.
    if let Some(shift) = s.shift {
        // What has happened `three days later` did so counted from what was told, not from today.
        let gone = shift.counted
            && shift.days + shift.months > 0
            && match tense {
                Tense::Past => true,
                Tense::Unknown => has_passed(&shift, told, frame, at),
                Tense::Future => false,
            };
        // What has happened on `that day` did not do so on one to come: `이날`, after the 16th of next month.
        let to_come = told.zip(frame.now).is_some_and(|(t, now)| t.date > now.date());
        let that_day = shift.unit == Unit::Day && shift.days == 0 && !shift.counted;
        let anchor = match shift.anchor {
            Anchor::Speech if gone => Anchor::Told,
            Anchor::Told if that_day && to_come && tense == Tense::Past => Anchor::Speech,
            anchor => anchor,
        };
        return shifted(s, &Shift { anchor, ..shift }, told, frame, at);
    }
    if let Some(dir) = s.named {
        return named(s, dir, told, frame);
    }
    let stated = stated_year(s, own);
    if let (Some(c), Some(d)) = (s.century, s.decade) {
        return (Value::new(Some(c * 100 + d % 100), Grain::Decade), Basis::Stated);
    }
    if let Some(c) = s.century {
        let year = if s.bc { -c * 100 - 99 } else { c * 100 };
        return (Value::new(Some(year), Grain::Century), Basis::Stated);
    }
    if let Some(d) = s.decade {
        let full = if d >= 100 { d } else { 1900 + d };
        let full = if d < 20 && own.is_some_and(|o| o >= 2010) { full + 100 } else { full };
        return (Value::new(Some(full), Grain::Decade), Basis::Stated);
    }
    let basis = match stated {
        Some(_) => Basis::Stated,
        None if s.weekday.is_some() => Basis::Weekday,
        None => Basis::Context,
    };
    let year = stated.or(year);
    if year.is_some()
        || s.month.is_some()
        || s.season.is_some()
        || s.quarter.is_some()
        || s.half.is_some()
        || s.holiday.is_some()
        || s.week.is_some()
    {
        let basis = if year.is_some() { basis } else { Basis::Unresolved };
        return (within(s, year), basis);
    }
    // A bare day: in the month told, or the one nearest to the document's date.
    if let Some(d) = s.day {
        let near_told = told.filter(|t| {
            // News goes on from a day; from a month only in its own sentence, and to no day that is over when it looks ahead.
            let goes_on = |now: DateTime| match t.grain {
                Grain::Month(_) => !has_stop(&frame.text.as_bytes()[t.end.min(at)..at]),
                _ => tense != Tense::Future || (now.date() - t.date).get_days() <= 31,
            };
            let near = at.saturating_sub(t.end) < NEAR * 2;
            matches!(t.grain, Grain::Day(..) | Grain::Month(_))
                && (frame.narrative || frame.now.is_none_or(|now| near && goes_on(now)))
        });
        if let Some(t) = near_told
            && let Some(found) = bare_day(t.date, d, s.weekday)
        {
            return day(found, Basis::Context);
        }
        if let Some(now) = frame.now.filter(|_| !frame.narrative)
            && let Some(found) = nearest_day(now.date(), d, s.weekday, tense, frame.query)
        {
            return day(found, if s.weekday.is_some() { Basis::Weekday } else { Basis::Context });
        }
        return (Value::new(None, Grain::BareDay(d)), Basis::Unresolved);
    }
    if let Some(w) = s.weekday {
        let recent = told.filter(|t| matches!(t.grain, Grain::Day(..)) && (frame.narrative || frame.now.is_none()));
        if let Some(t) = recent
            && let Some(d) = on_or_after(t.date, w)
        {
            return day(d, Basis::Weekday);
        }
        if let Some(now) = frame.now {
            let now = now.date();
            // `A week from Tuesday` looks ahead whatever stands around it.
            let counted = s.offset.is_some_and(|o| o.days > 0 || o.months > 0);
            let ahead = frame.query || tense == Tense::Future || counted;
            let d = if ahead {
                let from = if frame.query { plus(now, 1).unwrap_or(now) } else { now };
                on_or_after(from, w)
            } else {
                on_or_before(now, w)
            };
            if let Some(d) = d {
                return day(d, Basis::Weekday);
            }
        }
        return (Value::new(None, Grain::Weekday(w)), Basis::Unresolved);
    }
    if s.weekend {
        if let Some(now) = frame.now {
            // News tells of the weekend that was, unless it looks ahead; Sunday belongs to its own weekend.
            let ahead = frame.query || tense == Tense::Future;
            let d = if ahead { on_or_after(now.date(), 7) } else { on_or_before(now.date(), 6) };
            let (y, w) = iso_week(d.unwrap_or(now.date()));
            return (Value::new(Some(y), Grain::Weekend(w)), Basis::Relative);
        }
        return (Value::new(None, Grain::Weekend(0)), Basis::Unresolved);
    }
    // A time alone: today in news, the day told in narrative.
    if s.is_time() {
        let day_told = told.filter(|t| {
            matches!(t.grain, Grain::Day(..))
                && (frame.now.is_none() || frame.narrative || at.saturating_sub(t.end) < NEAR)
        });
        if let Some(t) = day_told {
            return day(t.date, Basis::Context);
        }
        if let Some(now) = frame.now.filter(|_| !frame.narrative) {
            // Parts of a day are of today: `3 in the morning`.
            let bare = s.pod.is_none_or(|p| p == Pod::Midnight);
            let gone = frame.query && bare && clock(Value::day(now.date()), s).over(now);
            let tomorrow = plus(now.date(), 1).filter(|_| gone);
            return day(tomorrow.unwrap_or(now.date()), Basis::Relative);
        }
    }
    (Value::new(None, Grain::None), Basis::Unresolved)
}

/// Counted from what was told close before, it lies before now: `2003年退休，两年后去世`.
fn has_passed(shift: &Shift, told: &Option<Told>, frame: &Frame<'_>, at: usize) -> bool {
    let (Some(told), Some(now)) = (told.filter(|t| t.end <= at), frame.now) else { return false };
    let then = plus_months(told.date, i64::from(shift.months)).and_then(|d| plus(d, i64::from(shift.days)));
    let between = &frame.text[told.end..at];
    then.is_some_and(|d| d < now.date()) && between.len() < NEAR && !between.contains('\n')
}

/// Parts of a year, known or not.
pub fn within(s: &Slots, year: Option<i32>) -> Value {
    let value = |g| Value { fiscal: s.fiscal, ..Value::new(year, g) };
    if let (Some((n, unit)), Some(y)) = (s.nth, year)
        && let Some(v) = nth(s, n, unit, y)
    {
        return v;
    }
    if let Some(h) = s.holiday {
        return match year.and_then(|y| holiday(h, y)) {
            Some(d) => Value::day(d),
            None => match h {
                super::holiday::Holiday::Fixed(m, d) => value(Grain::Day(m, d)),
                _ => value(Grain::Year),
            },
        };
    }
    if let (true, Some(m)) = (s.lunar, s.month) {
        match year.and_then(|y| lunar(y, m, s.leap, s.day.unwrap_or(1))) {
            Some(d) => return Value::day(d),
            // A leap month that the year has not, or the last of a month whose length nobody tells.
            None if s.leap => return value(Grain::Year),
            None if s.day == Some(LAST_DAY) => return value(Grain::Month(m)),
            None => {}
        }
    }
    match (s.month, s.day) {
        (Some(m), Some(d)) => return value(Grain::Day(m, d)),
        (Some(m), None) => {
            return match s.third {
                Some(t) => value(Grain::Third(m, t)),
                None => value(Grain::Month(m)),
            };
        }
        _ => {}
    }
    if let Some(q) = s.quarter {
        return value(Grain::Quarter(q));
    }
    if let Some(n) = s.season {
        return value(Grain::Season(n));
    }
    if let Some(h) = s.half {
        return value(Grain::Half(h));
    }
    if let Some(w) = s.week {
        if let (Some(y), Some(wd)) = (year, s.weekday)
            && let Some(d) = week_day(y, w, wd)
        {
            return Value::day(d);
        }
        return value(Grain::Week(w));
    }
    value(Grain::Year)
}

/// The n-th unit of a year or of a month of it; −1 is the last.
fn nth(s: &Slots, n: i8, unit: Unit, year: i32) -> Option<Value> {
    let (first, last) = match (s.month, s.quarter, s.half) {
        (Some(m), ..) => (civil(year, m, 1)?, civil(year, m, 1)?.last_of_month()),
        (_, Some(q), _) => (civil(year, q * 3 - 2, 1)?, civil(year, q * 3, 1)?.last_of_month()),
        _ if s.season.is_some() => {
            // `The first Sunday of spring`: by the days on which the seasons begin in most years.
            let (m, d) = [(3, 20), (6, 21), (9, 22), (12, 21)][usize::from(s.season?.clamp(1, 4)) - 1];
            let first = civil(year, m, d)?;
            (first, plus(plus_months(first, 3)?, -1)?)
        }
        (.., Some(h)) => (civil(year, h * 6 - 5, 1)?, civil(year, h * 6, 1)?.last_of_month()),
        _ => (civil(year, 1, 1)?, civil(year, 12, 31)?),
    };
    let n64 = i64::from(n);
    let inside = |d: Date| (first <= d && d <= last).then_some(d);
    match unit {
        Unit::Day => {
            if let Some(w) = s.weekday {
                let d = if n > 0 {
                    plus(on_or_after(first, w)?, (n64 - 1) * 7)?
                } else {
                    plus(on_or_before(last, w)?, (n64 + 1) * 7)?
                };
                return inside(d).map(Value::day);
            }
            inside(if n > 0 { plus(first, n64 - 1)? } else { plus(last, n64 + 1)? }).map(Value::day)
        }
        Unit::Week => {
            // The week that holds the first Thursday is the first (ISO 8601).
            let thursday = if n > 0 {
                plus(on_or_after(first, 4)?, (n64 - 1) * 7)?
            } else {
                plus(on_or_before(last, 4)?, (n64 + 1) * 7)?
            };
            let (y, w) = iso_week(thursday);
            match s.weekday {
                Some(wd) => week_day(y, w, wd).map(Value::day),
                None => Some(Value::new(Some(y), Grain::Week(w))),
            }
        }
        Unit::Weekend => {
            let saturday = if n > 0 {
                plus(on_or_after(first, 6)?, (n64 - 1) * 7)?
            } else {
                plus(on_or_before(last, 6)?, (n64 + 1) * 7)?
            };
            let (y, w) = iso_week(saturday);
            Some(Value::new(Some(y), Grain::Weekend(w)))
        }
        Unit::Month => {
            let d = if n > 0 { plus_months(first, n64 - 1)? } else { plus_months(last.first_of_month(), n64 + 1)? };
            inside(d).map(|d| Value::new(Some(i32::from(d.year())), Grain::Month(d.month() as u8)))
        }
        Unit::Quarter => {
            let q = if n > 0 { n } else { 5 + n };
            Some(Value::new(Some(year), Grain::Quarter(u8::try_from(q).ok().filter(|q| (1..=4).contains(q))?)))
        }
        Unit::Half => Some(Value::new(Some(year), Grain::Half(if n == 1 { 1 } else { 2 }))),
        _ => None,
    }
}

/// A point so far from its anchor.
fn shifted(s: &Slots, shift: &Shift, told: &Option<Told>, frame: &Frame<'_>, at: usize) -> (Value, Basis) {
    // `The quarter` is the one told; where none is, news tells of the last one.
    if let (Unit::Quarter, Anchor::Told, 0, Some(now)) = (shift.unit, shift.anchor, shift.months, frame.now)
        && !frame.narrative
        && !told.is_some_and(|t| matches!(t.grain, Grain::Quarter(_)))
        && let Some(date) = plus_months(now.date(), -3)
    {
        let quarter = Grain::Quarter((date.month() as u8).div_ceil(3));
        return (Value::new(Some(i32::from(date.year())), quarter), Basis::Relative);
    }
    // History counts from what it tells, not from when it was written.
    let history = frame.narrative && frame.now.is_some();
    let by_the_day = shift.unit == Unit::Day && !shift.counted;
    let from = match shift.anchor {
        Anchor::Speech if !history => frame.now,
        _ => told
            // `That day` and `the next day` go on from no year or month.
            .filter(|t| matches!(t.grain, Grain::Day(..)) || !by_the_day)
            .filter(|t| frame.now.is_none() || frame.narrative || at.saturating_sub(t.end) < NEAR * 4)
            .map(|t| t.date.at(0, 0, 0, 0))
            // `一个月后，他又来了`: in prose, later than what nobody dates, and no day to come.
            .or(frame.now.filter(|_| {
                let later = shift.counted && shift.days + shift.months > 0;
                !later || is_short(frame.text)
            })),
    };
    let basis = if shift.anchor == Anchor::Told { Basis::Context } else { Basis::Relative };
    let compared = told.as_ref().filter(|t| shift.months == -12 && at.saturating_sub(t.end) < NEAR * 2).and_then(|t| {
        match t.grain {
            Grain::Quarter(q) => Some((i32::from(t.date.year()), q)),
            _ => None,
        }
    });
    let Some(from) = from else {
        // Only the year of the document is known: enough for `this year` and its parts.
        if let Some(own) = frame.year
            && shift.anchor == Anchor::Speech
            && shift.unit >= Unit::Year
            && shift.days == 0
        {
            let year = own + shift.months.div_euclid(12);
            return (part_of_year(s, year), Basis::Relative);
        }
        let value = match s.day {
            Some(d) if shift.unit == Unit::Day => Value::new(None, Grain::BareDay(d)),
            _ => within(s, None),
        };
        let value = if shift.unit < Unit::Month { value.unless_year() } else { value };
        return (value, Basis::Unresolved);
    };
    let date = plus_months(from.date(), i64::from(shift.months)).and_then(|d| plus(d, i64::from(shift.days)));
    // Years before the calendar's reach: arithmetic on the year alone.
    let Some(date) = date else {
        let year = i32::from(from.year()) + shift.months.div_euclid(12);
        return (Value::new(Some(year), Grain::Year), basis);
    };
    let year = i32::from(date.year());
    // Whoever asks for `in three months` or `two years ago` means a time one unit finer than what was counted, and so
    // does who plans `in three months` in a message; news tells of the whole month or year.
    let plan = shift.anchor == Anchor::Speech && shift.unit == Unit::Month && shift.months > 0;
    let asked = shift.counted && (frame.bare || plan && frame.now.is_some() && is_short(frame.text));
    let value = match shift.unit {
        Unit::Second | Unit::Minute | Unit::Hour => {
            let moved = date
                .to_datetime(from.time())
                .checked_add(jiff::SignedDuration::from_secs(shift.seconds))
                .unwrap_or_else(|_| date.to_datetime(from.time()));
            let d = Value::day(moved.date());
            let (h, m) = (moved.hour() as u8, moved.minute() as u8);
            let second = (shift.unit == Unit::Second).then_some(moved.second() as u8);
            return (Value { hour: Some(h), minute: Some(m), second, ..d }, basis);
        }
        Unit::Day | Unit::Night => match (s.month, s.day) {
            (Some(m), Some(d)) => Value::new(Some(year), Grain::Day(m, d)),
            // `昨（21）日`: the number holds where the text is dated otherwise.
            (None, Some(d)) => Value::day(nearest_day(date, d, None, Tense::Unknown, false).unwrap_or(date)),
            _ => Value::day(date),
        },
        Unit::Weekend => {
            let (y, w) = iso_week(date);
            Value::new(Some(y), Grain::Weekend(w))
        }
        Unit::Week => {
            let (y, w) = iso_week(date);
            match s.weekday {
                Some(wd) => week_day(y, w, wd).map_or(Value::day(date), Value::day),
                None if s.weekend => Value::new(Some(y), Grain::Weekend(w)),
                None if shift.counted => Value::day(date),
                None => Value::new(Some(y), Grain::Week(w)),
            }
        }
        Unit::Month => {
            let m = date.month() as u8;
            match (s.day, s.third, s.nth) {
                (Some(d), ..) => Value::new(Some(year), Grain::Day(m, d)),
                (_, Some(t), _) => Value::new(Some(year), Grain::Third(m, t)),
                (.., Some((n, unit))) => nth(&Slots { month: Some(m), ..*s }, n, unit, year)
                    .unwrap_or(Value::new(Some(year), Grain::Month(m))),
                _ if asked => Value::day(date),
                _ => Value::new(Some(year), Grain::Month(m)),
            }
        }
        Unit::Quarter => Value::new(Some(year), Grain::Quarter((date.month() as u8).div_ceil(3))),
        Unit::Season => {
            let season = match date.month() {
                3..=5 => 1,
                6..=8 => 2,
                9..=11 => 3,
                _ => 4,
            };
            Value::new(Some(year), Grain::Season(season))
        }
        Unit::Half => Value::new(Some(year), Grain::Half(if date.month() <= 6 { 1 } else { 2 })),
        Unit::Year if asked && *s == (Slots { shift: s.shift, modifier: s.modifier, ..Slots::default() }) => {
            Value::new(Some(year), Grain::Month(date.month() as u8))
        }
        // A year before the quarter that is compared.
        Unit::Year if shift.counted || shift.anchor == Anchor::Told => match compared {
            Some((y, q)) => Value::new(Some(y + shift.months / 12), Grain::Quarter(q)),
            None => part_of_year(s, year),
        },
        Unit::Year => part_of_year(s, year),
        Unit::Decade if shift.counted => Value::new(Some(year), Grain::Year),
        Unit::Decade => Value::new(Some(year.div_euclid(10) * 10), Grain::Decade),
        Unit::Century | Unit::Millennium if shift.counted => Value::new(Some(year), Grain::Year),
        Unit::Century | Unit::Millennium => Value::new(Some(year.div_euclid(100) * 100), Grain::Century),
    };
    (value, basis)
}

impl Value {
    /// A clock time that lies before `now`.
    fn over(&self, now: DateTime) -> bool {
        let Some(date) = self.first() else { return false };
        let at = (date, self.hour.unwrap_or(24) as i8, self.minute.unwrap_or(0) as i8);
        at < (now.date(), now.hour(), now.minute())
    }

    /// Moves a day to the one behind it.
    pub fn next_day(&mut self) {
        if let (Some(y), Grain::Day(m, d)) = (self.year, self.grain)
            && let Some(next) = civil(y, m, d).and_then(|x| plus(x, 1))
        {
            (self.year, self.grain) = (Some(i32::from(next.year())), Grain::Day(next.month() as u8, next.day() as u8));
        }
    }

    /// Nothing but the year was asked, and that is not known.
    fn unless_year(self) -> Value {
        if self.grain == Grain::Year && self.year.is_none() { Value { grain: Grain::None, ..self } } else { self }
    }
}

/// `this year` and its parts.
fn part_of_year(s: &Slots, year: i32) -> Value {
    within(&Slots { shift: None, year: Some(Year::Full(year)), ..*s }, Some(year))
}

/// `last June`, `next Friday`, `this summer`.
fn named(s: &Slots, dir: i32, told: &Option<Told>, frame: &Frame<'_>) -> (Value, Basis) {
    let told = told.map(|t| t.date);
    let now = frame.now.map(DateTime::date);
    let from = if s.told || frame.narrative { told.or(now) } else { now };
    let Some(now) = from else {
        return match (frame.year, s.month.is_some() || s.season.is_some()) {
            (Some(y), true) if dir == 0 => (within(s, Some(y)), Basis::Relative),
            _ => (within(&Slots { named: None, ..*s }, None).unless_year(), Basis::Unresolved),
        };
    };
    if s.weekend {
        let (y, w) = iso_week(plus(now, i64::from(dir) * 7).unwrap_or(now));
        return (Value::new(Some(y), Grain::Weekend(w)), Basis::Relative);
    }
    if let (Some(w), None, None) = (s.weekday, s.month, s.day) {
        let d = match dir {
            // On a Sunday `this Wednesday` is still to come.
            0 if weekday(now) == 7 => on_or_after(now, w),
            0 => on_or_after(plus(now, 1 - i64::from(weekday(now))).unwrap_or(now), w),
            1.. => plus(now, 1).and_then(|d| on_or_after(d, w)).and_then(|d| plus(d, i64::from(dir - 1) * 7)),
            _ => plus(now, -1).and_then(|d| on_or_before(d, w)).and_then(|d| plus(d, i64::from(dir + 1) * 7)),
        };
        return d
            .map_or((Value::new(None, Grain::Weekday(w)), Basis::Unresolved), |d| (Value::day(d), Basis::Relative));
    }
    if let (Some(d), None, None) = (s.day, s.month, s.holiday) {
        // `오는 10일`: the next such day, the last, or the one of this month.
        let found = match dir {
            0 => civil(i32::from(now.year()), now.month() as u8, d),
            _ => (0..=2).find_map(|m| {
                let month = plus_months(now.first_of_month(), m * i64::from(dir.signum()))?;
                let day = civil(i32::from(month.year()), month.month() as u8, d)?;
                (if dir > 0 { day > now } else { day < now }).then_some(day)
            }),
        };
        if let Some(d) = found {
            return (Value::day(d), Basis::Relative);
        }
    }
    let year = i32::from(now.year());
    // Compared by first and last day: `last` is the latest that is over, `next` the earliest that has not begun.
    let over = |y: i32| within(s, Some(y)).edtf().and_then(|e| e.bounds().1).is_some_and(|d| d < now);
    let begun = |y: i32| within(s, Some(y)).first().is_some_and(|d| d <= now);
    let y = match dir {
        0 => year,
        1.. => (if begun(year) { year + 1 } else { year }) + dir - 1,
        _ => (if over(year) { year } else { year - 1 }) + dir + 1,
    };
    (within(s, Some(y)), Basis::Relative)
}

/// The day `d` of the month told, or of the next month in which it has the weekday that was said.
fn bare_day(told: Date, d: u8, wanted: Option<u8>) -> Option<Date> {
    let same = civil(i32::from(told.year()), told.month() as u8, d);
    match (same, wanted) {
        (Some(x), None) => Some(x),
        (Some(x), Some(w)) if weekday(x) == w => Some(x),
        _ => (1..=12).find_map(|m| {
            let month = plus_months(told.first_of_month(), m)?;
            civil(i32::from(month.year()), month.month() as u8, d).filter(|x| wanted.is_none_or(|w| weekday(*x) == w))
        }),
    }
}

/// The day `d` nearest to now, by tense.
fn nearest_day(now: Date, d: u8, wanted: Option<u8>, tense: Tense, query: bool) -> Option<Date> {
    let mut best: Option<(i32, Date)> = None;
    let reach = if wanted.is_some() { 8 } else { 1 };
    for m in -reach..=reach {
        let Some(month) = plus_months(now.first_of_month(), m) else { continue };
        let Some(x) = civil(i32::from(month.year()), month.month() as u8, d) else { continue };
        if wanted.is_some_and(|w| weekday(x) != w) {
            continue;
        }
        let days = (x - now).get_days();
        let cost = match (query, tense) {
            // `Thursday the 15th` comes once in half a year: who asks for it looks ahead, but for one just gone.
            (true, _) if days < -31 => 365 - days,
            (true, _) if days < 0 => 40 - days,
            (_, Tense::Future) if days < 0 => 25 - days,
            (false, Tense::Past) if days > 0 => 25 + days,
            // The running month is meant unless the day lies far ahead.
            (false, Tense::Unknown) if days > 0 => days + 5,
            _ => days.abs(),
        };
        if best.is_none_or(|b| cost < b.0) {
            best = Some((cost, x));
        }
    }
    best.map(|b| b.1)
}

/// Puts the time of day to a date.
pub fn clock(mut v: Value, s: &Slots) -> Value {
    if !s.is_time() || v.hour.is_some() {
        return v;
    }
    v.zone = s.zone;
    v.second = s.second;
    v.minute = s.minute;
    v.pod = s.pod;
    match (s.hour, s.pod) {
        (Some(h), pod) => {
            let mut h = match (s.pm, pod) {
                (Some(true), _) if h < 12 => h + 12,
                (Some(false), _) if h == 12 => 0,
                (None, Some(p)) => p.hour(h),
                _ => h,
            };
            if h >= 24 {
                h -= 24;
                v.next_day();
            }
            v.hour = Some(h);
        }
        (None, Some(Pod::Noon)) => {
            v.hour = Some(12);
        }
        (None, Some(Pod::Midnight)) => {
            v.hour = Some(0);
        }
        _ => {}
    }
    v
}
