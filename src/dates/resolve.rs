//! From what was said to what was meant: one reading of the whole document.
//!
//! Years that are left out are chosen together: every expression has a few candidate years; a weekday, a stated year
//! and `今年` are hard, the order of telling is soft, and the cheapest path through the document wins (Viterbi).

use super::calendar::{civil, holiday, lunar, plus, plus_months, weekday};
use super::join::Found;
use super::slots::{Amount, Anchor, Meaning, Pod, Shift, Slots, Unit, Year, counted};
use super::value::{Grain, Value, duration, week_day};
use super::{Basis, Expression, Kind, Modifier};
use crate::model::Span;
use crate::model::edtf::Edtf;
use jiff::civil::{Date, DateTime, Time};

/// What is known while a document is resolved.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The text.
    pub text: &'a str,
    /// When it was written.
    pub now: Option<DateTime>,
    /// The year it was written in, where the day is not known.
    pub year: Option<i32>,
    /// What relative dates count from.
    pub narrative: bool,
    /// The text is little more than the expression itself: a question, which looks ahead.
    pub query: bool,
    /// It is nothing but the expression.
    pub bare: bool,
}

/// A candidate year costs this much for each year away from the document's own.
const AWAY: f64 = 0.6;
/// In a tale the year changes where one is stated or where December has passed; anywhere else it costs so much more.
const IMPLICIT: f64 = 2.0;
/// Under a heading that is a year, what happens in another one is dearer by so much.
const ABROAD: f64 = 0.3;
/// Characters that a heading holds beside its year.
const HEADING: usize = 24;
/// Changing the year costs more inside a passage than between passages.
const SWITCH_NEAR: f64 = 1.5;
const SWITCH_FAR: f64 = 1.0;
/// Each year of a leap in a tale.
const LEAP: f64 = 0.08;
/// What a wrap from the end of a year to the start of the next gives back.
const WRAP: f64 = 0.5;
/// Bytes that make a passage.
const NEAR: usize = 160;
/// A half or quarter of the next year costs this much more than one of the running year, which may lie ten months back.
const NEXT_YEAR: f64 = 0.7;
/// Where no tense speaks, what lies ahead is so much farther than what lies behind.
const AHEAD: f64 = 1.15;
/// Going back in time inside one year.
const BACK: f64 = 0.3;
/// Who asks for a day looks ahead, but for one just gone: the past must be nearer by so many years.
const ASKED_BACK: f64 = 0.75;
/// A weekday that does not fit: dearer than any other path, and yet a path when the text itself is wrong.
const WRONG_WEEKDAY: f64 = 50.0;
/// A stated year may stand aside of what is told (`the border of 1772`), rather than move the telling to it: the dearer
/// the more of the date is stated.
const ASIDE_YEAR: f64 = 2.0;
const ASIDE_MONTH: f64 = 2.5;
const ASIDE_DAY: f64 = 3.0;
/// Most candidate years of a document.
const MAX_YEARS: usize = 20;

/// The tense of what stands around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Past,
    Future,
    Unknown,
}

/// The last point told.
#[derive(Clone, Copy, Debug)]
struct Told {
    date: Date,
    grain: Grain,
    end: usize,
}

/// Month of an expression whose year is left out, with its day where it has one.
fn yearless(s: &Slots) -> bool {
    s.year.is_none()
        && s.shift.is_none()
        && s.named.is_none()
        && s.century.is_none()
        && s.decade.is_none()
        && (s.month.is_some()
            || s.season.is_some()
            || s.quarter.is_some()
            || s.half.is_some()
            || s.holiday.is_some()
            || s.week.is_some())
}

fn head(m: &Meaning) -> Option<&Slots> {
    match m {
        Meaning::Point(s) | Meaning::Range(s, _) => Some(s),
        _ => None,
    }
}

/// The year as it stands, two digits widened towards the document's year.
fn stated_year(s: &Slots, about: Option<i32>) -> Option<i32> {
    match s.year? {
        Year::Full(y) => Some(y),
        Year::Two(y) => {
            let about = about.unwrap_or(2025);
            // A year of two digits lies at most so far ahead: plans reach further forward than a decade seldom.
            let full = about.div_euclid(100) * 100 + y;
            // and few years before 1900 are shortened.
            Some(if full > about + 15 && full - 100 >= 1900 {
                full - 100
            } else if full < about - 84 {
                full + 100
            } else {
                full
            })
        }
    }
}

/// Month and day of the slots in a year, for order and weekdays.
fn date_in(s: &Slots, year: i32) -> Option<(u8, Option<Date>)> {
    if let Some(h) = s.holiday {
        let d = holiday(h, year)?;
        return Some((d.month() as u8, Some(d)));
    }
    if let Some(m) = s.month {
        let day = s.day.and_then(|d| if s.lunar { lunar(year, m, false, d) } else { civil(year, m, d) });
        if s.day.is_some() && day.is_none() {
            return None;
        }
        return Some((m, day));
    }
    if let Some(q) = s.quarter {
        return Some((q * 3 - 2, None));
    }
    if let Some(q) = s.season {
        return Some((q * 3, None));
    }
    s.half.map(|h| (h * 6 - 5, None))
}

/// The year stands on a line of its own, or nearly so: it heads what follows.
fn is_heading(f: &Found, text: &str) -> bool {
    let near = |at: usize| text.as_bytes()[..at].iter().rev().take(HEADING * 4).position(|b| *b == b'\n');
    let start = near(f.start).or((f.start <= HEADING).then_some(f.start));
    let behind = text.as_bytes()[f.end..].iter().take(HEADING * 4).position(|b| *b == b'\n');
    let end = behind.or((text.len() - f.end <= HEADING).then_some(text.len() - f.end));
    let (Some(before), Some(behind)) = (start, end) else { return false };
    let rest = text[f.start - before..f.start].chars().count() + text[f.end..f.end + behind].chars().count();
    rest <= HEADING && !text[..f.end + behind].ends_with(['.', ',', ';', '。', '，'])
}

/// What a path through the years costs, and the years.
pub struct Path {
    pub cost: f64,
    pub years: Vec<Option<i32>>,
    /// Expressions whose weekday fits in the chosen year and would not in every other.
    pub weekdays: usize,
}

/// Chooses a year for every expression that left it out.
pub fn choose_years(found: &[Found], tenses: &[Tense], frame: &Frame<'_>) -> Path {
    let own = frame.now.map(|n| i32::from(n.year())).or(frame.year);
    let mut candidates: Vec<i32> = Vec::new();
    for f in found {
        if let Some(s) = head(&f.meaning)
            && let Some(y) = stated_year(s, own)
        {
            for y in [y, y + 1] {
                if !candidates.contains(&y) && (-3000..=3000).contains(&y) && candidates.len() < MAX_YEARS {
                    candidates.push(y);
                }
            }
        }
    }
    if let Some(own) = own {
        for y in [own - 1, own, own + 1] {
            if !candidates.contains(&y) {
                candidates.push(y);
            }
        }
    }
    candidates.sort_unstable();
    let mut years = vec![None; found.len()];
    if candidates.is_empty() {
        return Path { cost: 0.0, years, weekdays: 0 };
    }
    let n = candidates.len();
    let mut costs: Vec<f64> = vec![0.0; n];
    let mut previous: Option<usize> = None;
    let mut earlier: Vec<Option<(u8, Option<Date>)>> = Vec::new();
    let mut home: Option<i32> = None;
    let mut steps: Vec<(usize, Vec<usize>)> = Vec::new();
    for (i, f) in found.iter().enumerate() {
        let Some(s) = head(&f.meaning) else { continue };
        let stated = stated_year(s, own);
        let speaks = |x: &Shift| x.anchor == Anchor::Speech && x.unit >= Unit::Month && x.vague == 0 && x.seconds == 0;
        let relative = s.shift.filter(|x| speaks(x) && !(frame.narrative && frame.now.is_some()));
        let tied = match (stated, relative, own) {
            (Some(y), ..) => Some(y),
            (None, Some(x), Some(own)) if x.unit == Unit::Year => Some(own + x.months / 12),
            _ => None,
        };
        if tied.is_none() && !yearless(s) {
            continue;
        }
        if let Some(year) = stated.filter(|_| frame.narrative && is_heading(f, frame.text)) {
            home = Some(year);
        }
        let away = |y: i32| home.is_some_and(|h| h != y);
        let aside = match (stated.is_some(), s.month.is_some(), s.day.is_some()) {
            (false, ..) => 1e6,
            (_, false, _) => ASIDE_YEAR,
            (_, _, false) => ASIDE_MONTH,
            _ => ASIDE_DAY,
        };
        let mut dates: Vec<Option<(u8, Option<Date>)>> = candidates.iter().map(|&y| date_in(s, y)).collect();
        let emission = |k: usize| -> f64 {
            let y = candidates[k];
            if let Some(t) = tied {
                return if t == y { 0.0 } else { aside };
            }
            let mut cost = if away(y) { ABROAD } else { 0.0 };
            match dates[k] {
                None => cost += WRONG_WEEKDAY,
                Some((_, Some(d))) if s.weekday.is_some_and(|w| w != weekday(d)) => cost += WRONG_WEEKDAY,
                _ => {}
            }
            if let (Some(now), false) = (frame.now, frame.narrative) {
                cost += distance(s, y, now.date(), tenses[i], frame.query);
            } else if let (Some(own), false) = (own, frame.narrative) {
                cost += f64::from((y - own).abs()) * AWAY + if y > own { 1.0 } else { 0.0 };
            }
            cost
        };
        let (near, stated_before) = match previous {
            None => (false, false),
            Some(p) => {
                let before = &found[p];
                let gap = before.end.min(f.start)..f.start;
                let near = gap.len() < NEAR && !frame.text[gap].contains('\n');
                (near, head(&before.meaning).is_some_and(|b| b.year.is_some() || b.shift.is_some()))
            }
        };
        let step: Vec<(f64, usize)> = candidates
            .iter()
            .enumerate()
            .map(|(j, &y)| {
                let e = emission(j);
                if previous.is_none() {
                    return (e, 0);
                }
                let from = |k: usize| {
                    let (x, mut c) = (candidates[k], costs[k] + e);
                    let months = earlier[k].zip(dates[j]);
                    if x != y {
                        // News keeps to its own date; only what stands near a stated year follows that.
                        let news = frame.now.is_some() && !frame.narrative;
                        c += match (near, news) {
                            (true, true) if stated_before => 1.0,
                            (_, true) => 0.0,
                            (true, false) => SWITCH_NEAR,
                            (false, false) => SWITCH_FAR,
                        };
                        if let Some((a, b)) = months
                            && tied.is_none()
                            && y == x + 1
                            && b.0 + 5 <= a.0
                        {
                            // December, then January: the year goes on.
                            c -= if frame.narrative || frame.now.is_none() { WRAP } else { 0.0 };
                        }
                        let wraps = months.is_some_and(|(a, b)| y == x + 1 && b.0 < a.0);
                        if frame.narrative && tied.is_none() && !wraps && home != Some(y) {
                            c += IMPLICIT;
                        }
                        if frame.narrative || own.is_none() {
                            c += LEAP * f64::from((y - x).abs().min(100)) + if y < x { 0.5 } else { 0.0 };
                        }
                    } else if let Some((a, b)) = months {
                        let back = match (a.1, b.1) {
                            (Some(a), Some(b)) => b < a,
                            _ => b.0 < a.0,
                        };
                        c += if back { BACK } else { 0.0 };
                    }
                    c
                };
                // From the same year first, which costs nothing more; then from those that may still be cheaper.
                let mut best = (from(j), j);
                for k in (0..n).filter(|k| *k != j) {
                    // No step gives back more than a wrap.
                    if costs[k] + e - WRAP > best.0 {
                        continue;
                    }
                    let c = from(k);
                    if c < best.0 || c == best.0 && k < best.1 {
                        best = (c, k);
                    }
                }
                best
            })
            .collect();
        // An aside leaves the order of telling as it was.
        if let (Some(t), true) = (tied, previous.is_some()) {
            for (k, date) in dates.iter_mut().enumerate() {
                if candidates[k] != t {
                    *date = earlier[step[k].1];
                }
            }
        }
        costs = step.iter().map(|s| s.0).collect();
        steps.push((i, step.iter().map(|s| s.1).collect()));
        previous = Some(i);
        earlier = dates;
    }
    let mut at = (0..n).fold(0, |b, k| if costs[k] < costs[b] { k } else { b });
    let cost = costs[at];
    let mut weekdays = 0;
    for (i, back) in steps.iter().rev() {
        let year = candidates[at];
        years[*i] = Some(year);
        if let Some(s) = head(&found[*i].meaning)
            && s.year.is_none()
            && let Some(w) = s.weekday
            && let Some((_, Some(d))) = date_in(s, year)
            && weekday(d) == w
        {
            weekdays += 1;
        }
        at = back[at];
    }
    Path { cost, years, weekdays }
}

/// How far a partial date in a year lies from the document's date, in years, with what the tense says.
fn distance(s: &Slots, year: i32, now: Date, tense: Tense, query: bool) -> f64 {
    let Some((month, day)) = date_in(s, year) else { return WRONG_WEEKDAY };
    let length = if s.season.is_some() || s.quarter.is_some() {
        3.0
    } else if s.half.is_some() {
        6.0
    } else {
        1.0
    };
    let days = match day {
        Some(d) => f64::from((d - now).get_days()),
        None => {
            let months = f64::from((year - i32::from(now.year())) * 12 + i32::from(month) - i32::from(now.month()));
            // The current month is now.
            if months <= 0.0 && months > -length {
                0.0
            } else {
                (if months < 0.0 { months + length - 1.0 } else { months }) * 30.4
            }
        }
    };
    let years = days / 365.25;
    if query {
        let feast = s.holiday.is_some() || day.is_none();
        return match (days < 0.0, feast) {
            (true, true) => 2.0 - years,
            (true, false) => ASKED_BACK - years,
            _ => years,
        };
    }
    match tense {
        Tense::Future if days < 0.0 => -years * 2.0 + 0.3,
        // `上半年`, `the third quarter`: a part of the running year before one of the next.
        Tense::Past | Tense::Unknown
            if days > 0.0 && year > i32::from(now.year()) && (s.half.is_some() || s.quarter.is_some()) =>
        {
            years * AHEAD + NEXT_YEAR
        }
        Tense::Past if days > 0.0 => years * 2.0 + 0.3,
        // Undecided, the past is a little nearer.
        _ if days > 0.0 => years * AHEAD,
        _ => -years,
    }
}

/// One resolved expression, before its neighbours are asked.
struct Placed {
    value: Value,
    basis: Basis,
}

/// The expressions with their values, and the two ends of each range of prose with its place among them.
pub fn resolve(
    found: &[Found],
    tenses: &[Tense],
    years: &[Option<i32>],
    frame: &Frame<'_>,
) -> (Vec<Expression>, Vec<(usize, [Expression; 2])>) {
    let mut told: Option<Told> = None;
    let mut out = Vec::with_capacity(found.len());
    let mut apart = Vec::new();
    let tells = !frame.query && tenses.contains(&Tense::Past);
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
                if frame.text.len() >= super::LONGEST_QUERY && shift.counted {
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
            let told = p.value.first().map(|date| Told { date, grain: p.value.grain, end: f.end }).or(*told);
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
                if let Some((a, b)) = frame.now.filter(|_| frame.bare).and_then(|n| units(amount, *sign, n)) =>
            {
                Expression {
                    span,
                    kind: if a.hour.is_some() { Kind::Time } else { Kind::Date },
                    value: format!("{}/{}", a.timex(), b.timex()),
                    edtf: a.edtf().zip(b.edtf()).map(|(x, y)| Edtf::Range(start_of(x), end_of(y))),
                    modifier: *modifier,
                    basis: Basis::Relative,
                }
            }
            Meaning::Duration(amount, modifier) | Meaning::Span(amount, _, modifier) => Expression {
                span,
                kind: Kind::Duration,
                value: duration(amount),
                edtf: None,
                modifier: modifier.or(amount.upto.map(|_| Modifier::Approx)),
                basis: Basis::Stated,
            },
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
            Meaning::Point(s) => match point(s, &told) {
                Some((e, t)) => {
                    told = t;
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
                if let Some(date) = vb.first() {
                    told = Some(Told { date, grain: vb.grain, end: f.end });
                }
                let ends = match (pa.value.edtf(), vb.edtf()) {
                    (Some(x), Some(y)) => Some(Edtf::Range(start_of(x), end_of(y))),
                    _ => None,
                };
                let time = is_time(a, &pa.value) || is_time(b, &vb);
                if let Some((first, second)) = f.ends.filter(|_| frame.text.len() >= super::LONGEST_QUERY) {
                    let end = |span: Span, s: &Slots, v: &Value| Expression {
                        span,
                        kind: if is_time(s, v) { Kind::Time } else { Kind::Date },
                        value: v.timex(),
                        edtf: v.edtf().map(|e| hedged(e, s.modifier)),
                        modifier: s.modifier,
                        basis: pa.basis,
                    };
                    let (x, y) = (Span::new(f.start, first), Span::new(second, f.end));
                    apart.push((out.len(), [end(x, a, &pa.value), end(y, b, &vb)]));
                }
                Expression {
                    span,
                    kind: if time { Kind::Time } else { Kind::Date },
                    value: format!("{}/{}", pa.value.timex(), vb.timex()),
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

/// The first such weekday on or after a day.
fn on_or_after(from: Date, w: u8) -> Option<Date> {
    plus(from, i64::from((w + 7 - weekday(from)) % 7))
}

/// The last such weekday on or before a day.
fn on_or_before(from: Date, w: u8) -> Option<Date> {
    plus(from, -i64::from((weekday(from) + 7 - w) % 7))
}

fn iso_week(date: Date) -> (i32, u8) {
    let w = date.iso_week_date();
    (i32::from(w.year()), w.week() as u8)
}

fn placed(s: &Slots, year: Option<i32>, told: &Option<Told>, tense: Tense, frame: &Frame<'_>, at: usize) -> Placed {
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
        return shifted(s, &shift, told, frame, at);
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
            matches!(t.grain, Grain::Day(..) | Grain::Month(_))
                && (frame.now.is_none() || frame.narrative || at.saturating_sub(t.end) < NEAR * 2)
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

/// Parts of a year, known or not.
fn within(s: &Slots, year: Option<i32>) -> Value {
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
                super::slots::Holiday::Fixed(m, d) => value(Grain::Day(m, d)),
                _ => value(Grain::Year),
            },
        };
    }
    if let (true, Some(y), Some(m)) = (s.lunar, year, s.month)
        && let Some(d) = lunar(y, m, false, s.day.unwrap_or(1))
    {
        return Value::day(d);
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
    // History counts from what it tells, not from when it was written.
    let history = frame.narrative && frame.now.is_some();
    let from = match shift.anchor {
        Anchor::Speech if !history => frame.now,
        _ => told
            .filter(|t| frame.now.is_none() || frame.narrative || at.saturating_sub(t.end) < NEAR * 4)
            .map(|t| t.date.at(0, 0, 0, 0))
            .or(frame.now),
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
        let value = within(s, None);
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
    // Whoever asks for `in three months` or `two years ago` means a time one unit finer than what was counted; news
    // tells of the whole month or year.
    let asked = frame.bare && shift.counted;
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
    fn next_day(&mut self) {
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
fn clock(mut v: Value, s: &Slots) -> Value {
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

/// The value of a set.
fn set_value(amount: &Amount, s: &Slots) -> String {
    let time = |mut v: Value| {
        v = clock(v, s);
        v.minute = v.hour.map(|_| v.minute.unwrap_or(0));
        v.timex()
    };
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
        let t = time(Value::new(None, Grain::None));
        return if s.hour.is_some() { t } else { format!("XXXX-XX-XX{t}") };
    }
    duration(amount)
}
