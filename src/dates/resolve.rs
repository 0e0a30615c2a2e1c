//! From what was said to what was meant: one reading of the whole document.

use super::amount::{Amount, Anchor, Unit, counted};
use super::calendar::{civil, plus, plus_months, weekday};
use super::filter::{is_request, is_short};
use super::find::{Border, Found};
use super::place::{Told, clock, iso_week, on_or_after, placed, within};
use super::slots::{Meaning, Pod, Slots};
use super::tense::Tense;
use super::value::{Grain, Value, duration};
use super::years::{Frame, NEAR, yearless};
use super::{Basis, Expression, Kind, Modifier};
use crate::model::Span;
use crate::model::edtf::Edtf;
use jiff::civil::{Date, DateTime, Time};

/// The expressions with their values, and what of prose is annotated otherwise with its place among them.
pub fn resolve(
    found: &[Found],
    tenses: &[Tense],
    years: &[Option<i32>],
    frame: &Frame<'_>,
) -> (Vec<Expression>, Vec<(usize, Vec<Expression>)>) {
    let mut told: Option<Told> = None;
    let mut out = Vec::with_capacity(found.len());
    let mut apart = Vec::new();
    let tells = !frame.query && tenses.contains(&Tense::Past);
    let prose = !is_short(frame.text);
    let parted = !is_request(frame.text);
    let mut afternoon: Option<(u8, usize)> = None;
    for (i, f) in found.iter().enumerate() {
        let span = Span::new(f.start, f.end);
        let place = |s: &Slots, told: &Option<Told>| placed(s, years[i], told, tenses[i], frame, f.start);
        // The expression of a point, and what is told after it; none when it comes to nothing.
        let point = |s: &Slots, told: &Option<Told>| -> Option<(Expression, Option<Told>)> {
            let length = |amount: Amount| {
                let (value, basis, modifier) = (duration(&amount), Basis::Unresolved, s.modifier);
                Some((Expression { span, kind: Kind::Duration, value, edtf: None, modifier, basis }, *told))
            };
            let some = |n: Option<f64>, unit: Unit| Amount { parts: [Some((n, unit)), None, None], upto: None };
            if let Some(shift) = s.shift.filter(|x| x.vague != 0) {
                // Corpora of running text mark `some years ago` by its length; whoever asks wants its direction.
                if prose && shift.counted {
                    return length(some(None, shift.unit));
                }
                let value = if shift.vague < 0 { "PAST_REF" } else { "FUTURE_REF" }.to_string();
                let basis = Basis::Unresolved;
                return Some((
                    Expression { span, kind: Kind::Date, value, edtf: None, modifier: s.modifier, basis },
                    *told,
                ));
            }
            // In history `today` is the age of the writer.
            if frame.narrative && frame.now.is_some() && s.is_today() {
                let (value, basis) = ("PRESENT_REF".to_string(), Basis::Unresolved);
                return Some((Expression { span, kind: Kind::Date, value, edtf: None, modifier: None, basis }, *told));
            }
            let p = place(s, told);
            // Without anything to count from, the words tell how far, and no more.
            let bare = *s == Slots { shift: s.shift, modifier: s.modifier, ..Slots::default() };
            if p.value.year.is_none()
                && bare
                && let Some(far) = s.shift.and_then(|x| x.length())
            {
                return length(far);
            }
            if p.value.year.is_none()
                && bare
                && let Some(open) = s.shift.and_then(|x| x.open())
            {
                let (value, modifier, basis) = (open.to_string(), s.modifier, Basis::Unresolved);
                return Some((Expression { span, kind: Kind::Date, value, edtf: None, modifier, basis }, *told));
            }
            let value = p.value.timex();
            if value.is_empty() {
                // `the second day` of what is told elsewhere.
                return match s.nth.filter(|_| !frame.query && s.weekday.is_none()) {
                    Some((_, Unit::Day)) => {
                        let (value, basis) = ("XXXX-XX-XX".to_string(), Basis::Unresolved);
                        let modifier = s.modifier;
                        Some((Expression { span, kind: Kind::Date, value, edtf: None, modifier, basis }, *told))
                    }
                    Some((_, unit @ (Unit::Minute | Unit::Hour | Unit::Week | Unit::Month | Unit::Year))) => {
                        length(some(Some(1.0), unit))
                    }
                    _ => None,
                };
            }
            // What news compares with (`a year earlier`) is not what it tells of.
            let compared = s.shift.is_some_and(|x| x.anchor == Anchor::Told && x.months <= -12) && !frame.narrative;
            let told = match p.value.first().filter(|_| !compared) {
                Some(date) => Some(Told { date, grain: p.value.grain, end: f.end }),
                None => *told,
            };
            let edtf = p.value.edtf().map(|e| hedged(e, s.modifier));
            let kind = if is_time(s, &p.value) { Kind::Time } else { Kind::Date };
            let third = match p.value.grain {
                Grain::Third(_, t) => {
                    [None, Some(Modifier::Start), Some(Modifier::Mid), Some(Modifier::End)][usize::from(t.min(3))]
                }
                _ => None,
            };
            Some((Expression { span, kind, value, edtf, modifier: s.modifier.or(third), basis: p.basis }, told))
        };
        let expression = match &f.meaning {
            Meaning::Nothing => continue,
            // Whoever asks for `now` means the time; what is told lies somewhere around it.
            Meaning::Ref(0) if let Some(now) = frame.now.filter(|n| frame.query && n.time() != Time::midnight()) => {
                let value =
                    Value { hour: Some(now.hour() as u8), minute: Some(now.minute() as u8), ..Value::day(now.date()) };
                Expression {
                    span,
                    kind: Kind::Time,
                    value: value.timex(),
                    edtf: value.edtf(),
                    modifier: None,
                    basis: Basis::Relative,
                }
            }
            // Whoever asks for `now` at half past four asks for half past four.
            Meaning::Ref(0) if let Some(now) = frame.now.filter(|n| frame.bare && (n.hour(), n.minute()) != (0, 0)) => {
                let (hour, minute) = (Some(now.hour() as u8), Some(now.minute() as u8));
                let value = Value { hour, minute, ..Value::day(now.date()) };
                let (edtf, value) = (value.edtf(), value.timex());
                Expression { span, kind: Kind::Time, value, edtf, modifier: None, basis: Basis::Relative }
            }
            Meaning::Ref(n) => Expression {
                span,
                kind: Kind::Date,
                value: ["PAST_REF", "PRESENT_REF", "FUTURE_REF"][(n + 1) as usize].to_string(),
                edtf: None,
                modifier: None,
                basis: Basis::Unresolved,
            },
            Meaning::Span(amount, sign, modifier)
                if let Some((a, b)) = frame.now.and_then(|n| match *sign {
                    _ if frame.bare => units(amount, *sign, n),
                    1.. if !prose => ahead(amount, n),
                    _ => None,
                }) =>
            {
                Expression {
                    span,
                    kind: if a.hour.is_some() { Kind::Time } else { Kind::Date },
                    value: stretch(a.timex(), b.timex()),
                    edtf: a.edtf().zip(b.edtf()).map(|(x, y)| Edtf::Range(start_of(x), end_of(y))),
                    modifier: *modifier,
                    basis: Basis::Relative,
                }
            }
            Meaning::Duration(amount, modifier) | Meaning::Span(amount, _, modifier) => {
                let length = |span: Span, amount: &Amount, modifier: Option<Modifier>| Expression {
                    span,
                    kind: Kind::Duration,
                    value: duration(amount),
                    edtf: None,
                    modifier,
                    basis: Basis::Stated,
                };
                // `eight to ten weeks`
                if let (Some(border), Some((least, most))) = (f.border.filter(|_| parted), amount.ends()) {
                    let [x, y] = spans(f, border);
                    apart.push((out.len(), vec![length(x, &least, *modifier), length(y, &most, *modifier)]));
                }
                length(span, amount, modifier.or(amount.upto.map(|_| Modifier::Approx)))
            }
            // `The worst in a decade`: in what is told, only what is still to come is counted from now.
            Meaning::Within(amount, modifier) if tells && tenses[i] != Tense::Future => Expression {
                span,
                kind: Kind::Duration,
                value: duration(amount),
                edtf: None,
                modifier: *modifier,
                basis: Basis::Stated,
            },
            Meaning::Within(amount, modifier) => {
                let slots =
                    Slots { shift: counted(amount, 1.0, Anchor::Speech), modifier: *modifier, ..Slots::default() };
                match point(&slots, &told) {
                    Some((e, t)) => {
                        told = t;
                        e
                    }
                    None => continue,
                }
            }
            Meaning::Set(amount, slots) => Expression {
                span,
                kind: Kind::Set,
                value: set_value(amount, slots),
                edtf: None,
                modifier: slots.modifier,
                basis: Basis::Stated,
            },
            Meaning::Point(s) => match point(&in_afternoon(s, &mut afternoon, f, frame.text), &told) {
                Some((e, t)) => {
                    let day = Slots { hour: None, minute: None, second: None, pm: None, zone: None, pod: None, ..*s };
                    if let Some(border) = f.border.filter(|_| parted)
                        && let Some((day, _)) = point(&day, &told)
                    {
                        let mut two = if border.time_first { [e.clone(), day] } else { [day, e.clone()] };
                        [two[0].span, two[1].span] = spans(f, border);
                        apart.push((out.len(), two.into()));
                    } else if let Some(length) = s.shift.filter(|x| prose && x.told_as_length).and_then(|x| x.length())
                    {
                        let value = duration(&length);
                        apart.push((
                            out.len(),
                            vec![Expression { kind: Kind::Duration, value, edtf: None, ..e.clone() }],
                        ));
                    }
                    // A year in brackets tells when something else was: `21:30 Film: The Ferry (1994)`.
                    if s.month.is_some() || !in_brackets(f, frame.text) {
                        told = t;
                    }
                    e
                }
                None => continue,
            },
            Meaning::Range(a, b) => {
                // Hours from … to are of today, gone or not.
                let hours = !a.has_date() && !b.has_date();
                let frame = &Frame { query: frame.query && !hours, ..*frame };
                let mut pa = placed(a, years[i], &told, tenses[i], frame, f.start);
                pa.value.minute = pa.value.hour.map(|_| pa.value.minute.unwrap_or(0));
                if let Some(date) = pa.value.first() {
                    told = Some(Told { date, grain: pa.value.grain, end: f.end });
                }
                // The end follows the start.
                let mut year = pa.value.year.filter(|_| yearless(b));
                if let (Some(y), Some(ma), Some(mb)) = (year, a.month, b.month)
                    && mb < ma
                {
                    year = Some(y + 1);
                }
                let pb = placed(b, year.or(years[i]), &told, tenses[i], frame, f.start);
                let mut vb = pb.value;
                vb.minute = vb.hour.map(|_| vb.minute.unwrap_or(0));
                if b.weekday.is_some()
                    && b.day.is_none()
                    && b.shift.is_none()
                    && b.named.is_none()
                    && let Some(start) = pa.value.first()
                {
                    vb = on_or_after(start, b.weekday.unwrap_or(1)).map_or(vb, |d| Value {
                        grain: Grain::Day(d.month() as u8, d.day() as u8),
                        year: Some(i32::from(d.year())),
                        ..vb
                    });
                }
                // `明（23）日至週末`
                if b.weekend
                    && b.shift.is_none()
                    && b.named.is_none()
                    && let Some(sunday) = pa.value.first().and_then(|start| on_or_after(start, 7))
                {
                    let (year, week) = iso_week(sunday);
                    vb = Value::new(Some(year), Grain::Weekend(week));
                }
                if let (Some(ha), Some(hb)) = (pa.value.hour, vb.hour)
                    && hb < ha
                    && hb <= 12
                    && b.pm.is_none()
                    && b.pod.is_none()
                    && pa.value.grain == vb.grain
                    && hb + 12 > ha
                {
                    vb.hour = Some(hb + 12);
                }
                // `22:40–1:10` ends on the next day.
                let same_day = matches!(vb.grain, Grain::Day(..)) && vb.grain == pa.value.grain;
                if same_day && vb.year == pa.value.year && (vb.hour, vb.minute) < (pa.value.hour, pa.value.minute) {
                    vb.next_day();
                }
                let (start, end) = (pa.value.edtf(), vb.edtf());
                let bounds = (start.and_then(|e| e.bounds().0), end.and_then(|e| e.bounds().1));
                // An end before the start was misread.
                let backwards = matches!(bounds, (Some(first), Some(last)) if last < first);
                if let Some(date) = vb.first().filter(|_| !backwards) {
                    told = Some(Told { date, grain: vb.grain, end: f.end });
                }
                let (ends, value) = match (start, end) {
                    _ if backwards => (start, pa.value.timex()),
                    _ => {
                        let range = start.zip(end).map(|(x, y)| Edtf::Range(start_of(x), end_of(y)));
                        (range, stretch(end_value(a, &pa.value, false), end_value(b, &vb, true)))
                    }
                };
                // Hours that no day has, of no date: nothing is known of either end.
                if value.is_empty() {
                    continue;
                }
                let time = is_time(a, &pa.value) || is_time(b, &vb);
                if let Some(border) = f.border.filter(|_| parted) {
                    let end = |span: Span, s: &Slots, v: &Value| Expression {
                        span,
                        kind: if is_time(s, v) { Kind::Time } else { Kind::Date },
                        value: v.timex(),
                        edtf: v.edtf().map(|e| hedged(e, s.modifier)),
                        modifier: s.modifier,
                        basis: pa.basis,
                    };
                    let [x, y] = spans(f, border);
                    apart.push((out.len(), vec![end(x, a, &pa.value), end(y, b, &vb)]));
                }
                Expression {
                    span,
                    kind: if time { Kind::Time } else { Kind::Date },
                    value,
                    edtf: ends,
                    modifier: a.modifier,
                    basis: pa.basis,
                }
            }
        };
        out.push(expression);
    }
    (out, apart)
}

/// Nothing else stands in the brackets.
fn in_brackets(f: &Found, text: &str) -> bool {
    text[..f.start].ends_with(['(', '（', '[']) && text[f.end..].starts_with([')', '）', ']'])
}

/// An hour that goes on from one of the afternoon told just before is of the afternoon too: `晚8时许停电，9时许恢复`.
/// `afternoon`: the hour told last, as its clock shows it, and where it ends.
fn in_afternoon(s: &Slots, afternoon: &mut Option<(u8, usize)>, f: &Found, text: &str) -> Slots {
    let Some(hour) = s.hour else { return *s };
    let goes_on = |&(before, end): &(u8, usize)| {
        let between = &text[end.min(f.start)..f.start];
        (before..12).contains(&hour) && between.len() < NEAR && !between.contains('\n')
    };
    let bare = s.pm.is_none() && s.pod.is_none() && !s.has_date() && !s.padded;
    let pm = if bare && afternoon.as_ref().is_some_and(goes_on) { Some(true) } else { s.pm };
    let late = pm == Some(true) || s.pod.is_some_and(|p| matches!(p, Pod::Afternoon | Pod::Evening));
    *afternoon = late.then_some((hour % 12, f.end));
    Slots { pm, ..*s }
}

/// Where the two stand that a border parts.
fn spans(found: &Found, border: Border) -> [Span; 2] {
    [Span::new(found.start, border.end), Span::new(border.start, found.end)]
}

/// From the start of the first to the end of the second, which may be stretches themselves (`10月下旬から11月上旬`).
fn stretch(first: String, last: String) -> String {
    if first == last {
        return first;
    }
    let start = first.split_once('/').map_or(first.as_str(), |x| x.0);
    let end = last.split_once('/').map_or(last.as_str(), |x| x.1);
    format!("{start}/{end}")
}

/// The first or last end of a range. Of a quarter or half, for which ISO 8601 has no sign, it is the first or last day.
fn end_value(s: &Slots, v: &Value, last: bool) -> String {
    let part = s.quarter.is_some() || s.half.is_some();
    let bounds = v.edtf().filter(|_| part).map(|e| e.bounds());
    match bounds.and_then(|(a, b)| if last { b } else { a }) {
        Some(day) => Value::day(day).timex(),
        None => v.timex(),
    }
}

/// The first and the last of the whole units before or after the running one: of three days the day and its month.
fn units(amount: &Amount, sign: i8, now: DateTime) -> Option<(Value, Value)> {
    let [Some((Some(n), unit)), None, None] = amount.parts else { return None };
    if amount.upto.is_some() || n.fract() != 0.0 || !(1.0..=1e4).contains(&n) {
        return None;
    }
    let n = n as i64;
    let (first, last) = if sign < 0 { (-n, -1) } else { (1, n) };
    let today = now.date();
    let days = |a: Date, b: Date| Some((Value::day(a), Value::day(b)));
    let clock = |k: i64, seconds: i64, minute: u8| {
        let t = today.at(now.hour(), minute as i8, 0, 0);
        let t = t.checked_add(jiff::SignedDuration::from_secs(k * seconds)).ok()?;
        Some(Value { hour: Some(t.hour() as u8), minute: Some(t.minute() as u8), ..Value::day(t.date()) })
    };
    match unit {
        Unit::Second if n == 1 => {
            let t = now.checked_add(jiff::SignedDuration::from_secs(first)).ok()?;
            let (hour, minute, second) = (Some(t.hour() as u8), Some(t.minute() as u8), Some(t.second() as u8));
            let value = Value { hour, minute, second, ..Value::day(t.date()) };
            Some((value, value))
        }
        // The last minute is one minute of the clock.
        Unit::Minute if n == 1 => {
            let value = clock(first, 60, now.minute() as u8)?;
            Some((value, value))
        }
        Unit::Minute => Some((clock(first, 60, now.minute() as u8)?, clock(last + 1, 60, now.minute() as u8)?)),
        Unit::Hour => Some((clock(first, 3600, 0)?, clock(last + 1, 3600, 0)?)),
        Unit::Day => days(plus(today, first)?, plus(today, last)?),
        Unit::Week => {
            let monday = plus(today, 1 - i64::from(weekday(today)))?;
            days(plus(monday, first * 7)?, plus(monday, last * 7 + 6)?)
        }
        Unit::Month => {
            let month = |k| {
                let d = plus_months(today, k)?;
                Some(Value::new(Some(i32::from(d.year())), Grain::Month(d.month() as u8)))
            };
            Some((month(first)?, month(last)?))
        }
        Unit::Year => {
            let year = |k: i64| i32::try_from(i64::from(today.year()) + k).ok();
            days(civil(year(first)?, 1, 1)?, civil(year(last)?, 12, 31)?)
        }
        _ => None,
    }
}

/// The stretch ahead that a message means: from tomorrow on, of hours and minutes from now on.
fn ahead(amount: &Amount, now: DateTime) -> Option<(Value, Value)> {
    let [Some((Some(n), unit)), None, None] = amount.parts else { return None };
    if amount.upto.is_some() || n.fract() != 0.0 || !(1.0..=1e4).contains(&n) {
        return None;
    }
    let (n, today) = (n as i64, now.date());
    let last = match unit {
        Unit::Minute | Unit::Hour => {
            let seconds = n * if unit == Unit::Hour { 3600 } else { 60 };
            let then = now.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
            let at = |t: DateTime| {
                let (hour, minute) = (Some(t.hour() as u8), Some(t.minute() as u8));
                Value { hour, minute, ..Value::day(t.date()) }
            };
            return Some((at(now), at(then)));
        }
        Unit::Day => plus(today, n)?,
        Unit::Week => plus(today, n * 7)?,
        // Nobody plans months and years to the day.
        _ => return None,
    };
    Some((Value::day(plus(today, 1)?), Value::day(last)))
}

fn is_time(s: &Slots, v: &Value) -> bool {
    s.is_time() || v.hour.is_some() || v.pod.is_some()
}

fn start_of(e: Edtf) -> Option<crate::model::edtf::Point> {
    match e {
        Edtf::One(p) => Some(p),
        Edtf::Range(a, _) => a,
    }
}

fn end_of(e: Edtf) -> Option<crate::model::edtf::Point> {
    match e {
        Edtf::One(p) => Some(p),
        Edtf::Range(_, b) => b,
    }
}

/// Hedges in EDTF: "about", and the middle of a month or decade.
fn hedged(e: Edtf, m: Option<Modifier>) -> Edtf {
    use crate::model::edtf::{Part, Point};
    let Edtf::One(p) = e else { return e };
    match (m, p.part) {
        (Some(Modifier::Mid), Part::Month(m)) => {
            Edtf::One(Point { approximate: true, ..Point::new(p.year, Part::Day(m, 15)) })
        }
        (Some(Modifier::Mid), Part::Decade) => {
            Edtf::One(Point { approximate: true, ..Point::new(p.year + 5, Part::Year) })
        }
        (Some(Modifier::Approx), Part::Minute(..)) => e,
        (Some(Modifier::Approx), _) => Edtf::One(Point { approximate: true, ..p }),
        _ => e,
    }
}

/// The value of a set.
fn set_value(amount: &Amount, s: &Slots) -> String {
    // A habit keeps the hour as coarse as it was told (`T20`).
    let time = |v: Value| clock(v, s).timex();
    if let Some(w) = s.weekday {
        return time(Value::new(None, Grain::Weekday(w)));
    }
    if s.weekend {
        return Value::new(None, Grain::Weekend(0)).timex();
    }
    if s.month.is_some() || s.season.is_some() || s.quarter.is_some() || s.holiday.is_some() {
        return time(within(s, None));
    }
    if let Some(d) = s.day {
        return time(Value::new(None, Grain::BareDay(d)));
    }
    if s.is_time() && amount.parts[0].is_none_or(|p| p == (Some(1.0), Unit::Day)) {
        return time(Value::new(None, Grain::None));
    }
    duration(amount)
}
