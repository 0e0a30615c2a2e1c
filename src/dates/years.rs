//! The years that are left out, chosen together: every expression has a few candidate years; a weekday, a stated year and
//! `今年` are hard, the order of telling is soft, and the cheapest path through the document wins (Viterbi).

use super::amount::{Anchor, Shift, Unit};
use super::calendar::{civil, holiday, lunar, weekday};
use super::find::Found;
use super::slots::{Meaning, Slots, Year};
use super::tense::{Tense, has_stop};
use jiff::civil::{Date, DateTime};

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
/// In one sentence news goes on from a day told with its year to another at most so many days later, however old it is.
const SAME_TALE: i32 = 31;
/// Each year of a leap in a tale.
const LEAP: f64 = 0.08;
/// What a wrap from the end of a year to the start of the next gives back.
const WRAP: f64 = 0.5;
/// Bytes that make a passage.
pub const NEAR: usize = 160;
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
/// A year that opens its sentence (`In 1855 he moved`) tells when it happened, and seldom stands aside.
const ASIDE_OPENING: f64 = 5.0;
/// Characters that reach from such a year to the end of the sentence before: `. Im Jahre 1855`.
const BEFORE_OPENING: usize = 12;
/// What leaves its year out before any is stated speaks of the writer's time: an older year than the latest stated one
/// costs so much.
const OPENING: f64 = 1.0;
/// Most candidate years of a document.
const MAX_YEARS: usize = 20;

/// Month of an expression whose year is left out, with its day where it has one.
pub fn yearless(s: &Slots) -> bool {
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

/// Where the telling stands after an expression: at the end of a stretch from one stated year into another.
fn tail(m: &Meaning) -> Option<&Slots> {
    match m {
        Meaning::Range(a, b) if a.year.is_some() && b.year.is_some() => Some(b),
        _ => head(m),
    }
}

/// Whole years on from the one told before: `the following year`. A year before is mostly compared with.
fn goes_years_on(s: &Slots) -> bool {
    let on = |x: Shift| x.anchor == Anchor::Told && x.unit == Unit::Year && x.months > 0 && x.days == 0 && x.vague == 0;
    s.shift.is_some_and(on) && s.month.is_none()
}

/// The year as it stands, two digits widened towards the document's year.
pub fn stated_year(s: &Slots, about: Option<i32>) -> Option<i32> {
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
        let day = s.day.and_then(|d| if s.lunar { lunar(year, m, s.leap, d) } else { civil(year, m, d) });
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
    let mut years = vec![None; found.len()];
    // Where every date states its year, there is nothing to choose: histories have hundreds of them.
    let open = |s: &Slots| s.year.is_none() && (s.shift.is_some() || yearless(s));
    if !found.iter().any(|f| head(&f.meaning).is_some_and(open)) {
        return Path { cost: 0.0, years, weekdays: 0 };
    }
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
    if candidates.is_empty() {
        return Path { cost: 0.0, years, weekdays: 0 };
    }
    let n = candidates.len();
    let mut costs: Vec<f64> = vec![0.0; n];
    // The candidates, the cheapest first.
    let mut cheapest: Vec<usize> = (0..n).collect();
    let mut previous: Option<usize> = None;
    // The expression in each candidate year, and the one before it.
    let mut dates: Vec<Option<(u8, Option<Date>)>> = Vec::with_capacity(n);
    let mut earlier = dates.clone();
    let mut home: Option<i32> = None;
    let latest = candidates.last().map(|y| y - 1).filter(|_| own.is_none());
    let mut opening = true;
    let mut told: Option<(&Found, i32)> = None;
    let mut told_year: Option<i32> = None;
    let mut step: Vec<(f64, usize)> = Vec::with_capacity(n);
    // The expressions that were passed, and of each candidate there the one before it on its cheapest path.
    let (mut passed, mut back): (Vec<usize>, Vec<u8>) = (Vec::new(), Vec::new());
    for (i, f) in found.iter().enumerate() {
        let has_year = head(&f.meaning).is_some_and(|s| s.year.is_some());
        let heads = frame.narrative && has_year && is_heading(f, frame.text);
        let Some(s) = (if heads { head(&f.meaning) } else { tail(&f.meaning) }) else { continue };
        let stated = stated_year(s, own);
        let speaks = |x: &Shift| x.anchor == Anchor::Speech && x.unit >= Unit::Month && x.vague == 0 && x.seconds == 0;
        let relative = s.shift.filter(|x| speaks(x) && !(frame.narrative && frame.now.is_some()));
        let tied = match (stated, relative, own) {
            (Some(y), ..) => Some(y),
            (None, None, _) if frame.narrative && goes_years_on(s) => {
                told_year.zip(s.shift).map(|(y, x)| y + x.months / 12)
            }
            (None, None, Some(_)) => told.and_then(|(before, year)| {
                goes_on(before, year, f, frame).or_else(|| stays(before, year, f, tenses[i], frame))
            }),
            (None, Some(x), Some(own)) if x.unit == Unit::Year => Some(own + x.months / 12),
            _ => None,
        };
        if tied.is_none() && !yearless(s) {
            continue;
        }
        told = tied.map(|year| (f, year));
        told_year = tied.or(told_year);
        opening &= stated.is_none();
        if let Some(year) = stated.filter(|_| heads) {
            home = Some(year);
        }
        let away = |y: i32| home.is_some_and(|h| h != y);
        let aside = match (stated.is_some(), s.month.is_some(), s.day.is_some()) {
            (false, ..) => 1e6,
            (_, false, _) if opens_sentence(f, frame.text) => ASIDE_OPENING,
            (_, false, _) => ASIDE_YEAR,
            (_, _, false) => ASIDE_MONTH,
            _ => ASIDE_DAY,
        };
        dates.clear();
        dates.extend(candidates.iter().map(|&y| date_in(s, y)));
        let emission = |k: usize| -> f64 {
            let y = candidates[k];
            if let Some(t) = tied {
                return if t == y { 0.0 } else { aside };
            }
            let mut cost = if away(y) { ABROAD } else { 0.0 };
            if opening && latest.is_some_and(|latest| y < latest) {
                cost += OPENING;
            }
            match dates[k] {
                None => cost += WRONG_WEEKDAY,
                Some((_, Some(d))) if s.weekday.is_some_and(|w| w != weekday(d)) => cost += WRONG_WEEKDAY,
                _ => {}
            }
            if let (Some(now), false) = (frame.now, frame.narrative) {
                // A stretch of months lies where it ends: `1至10月` told in November, or asked for while it has not ended.
                let (s, y) = match &f.meaning {
                    Meaning::Range(a, b) if a.month.is_some() && yearless(b) && b.month.is_some() => {
                        // Months from … to are a part of the year as its halves are.
                        let ahead = y > i32::from(now.year()) && a.day.is_none();
                        if ahead && tenses[i] != Tense::Future && !frame.query {
                            cost += NEXT_YEAR;
                        }
                        (b, if b.month < a.month { y + 1 } else { y })
                    }
                    _ => (s, y),
                };
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
        // News keeps to its own date; only what stands near a stated year follows that.
        let news = frame.now.is_some() && !frame.narrative;
        let switch = match (near, news) {
            (true, true) if stated_before => 1.0,
            (_, true) => 0.0,
            (true, false) => SWITCH_NEAR,
            (false, false) => SWITCH_FAR,
        };
        // December, then January: the year goes on. What such a step gives back is the most that any does.
        let wrap = if tied.is_none() && !news { WRAP } else { 0.0 };
        cheapest.sort_unstable_by(|a, b| costs[*a].total_cmp(&costs[*b]));
        step.clear();
        step.extend(candidates.iter().enumerate().map(|(j, &y)| {
            let e = emission(j);
            if previous.is_none() {
                return (e, 0);
            }
            // What it costs to stay in a year, and to come from another one.
            let stays = {
                let back = match (earlier[j], dates[j]) {
                    (Some((_, Some(a))), Some((_, Some(b)))) => b < a,
                    (Some((a, _)), Some((b, _))) => b < a,
                    _ => false,
                };
                costs[j] + e + if back { BACK } else { 0.0 }
            };
            let comes = |k: usize| {
                let (x, mut c) = (candidates[k], costs[k] + e + switch);
                let months = if y == x + 1 { earlier[k].zip(dates[j]) } else { None };
                if months.is_some_and(|(a, b)| b.0 + 5 <= a.0) {
                    c -= wrap;
                }
                if frame.narrative && tied.is_none() && home != Some(y) && months.is_none_or(|(a, b)| b.0 >= a.0) {
                    c += IMPLICIT;
                }
                if frame.narrative || own.is_none() {
                    c += LEAP * f64::from((y - x).abs().min(100)) + if y < x { 0.5 } else { 0.0 };
                }
                c
            };
            // From the same year first, which costs nothing more; then from those that may still be cheaper.
            let mut best = (stays, j);
            for &k in cheapest.iter().filter(|k| **k != j) {
                if costs[k] + e + switch - wrap > best.0 {
                    break;
                }
                let c = comes(k);
                if c < best.0 || c == best.0 && k < best.1 {
                    best = (c, k);
                }
            }
            best
        }));
        for (k, date) in dates.iter_mut().enumerate() {
            let before = earlier.get(step[k].1).copied().flatten();
            if tied.is_some_and(|t| candidates[k] != t) {
                // An aside leaves the order of telling as it was.
                *date = if previous.is_some() { before } else { *date };
            } else if date.is_none() && s.month.is_none() && step[k].1 == k {
                // A year alone says nothing of the month: the telling stands in the one before.
                *date = before;
            }
        }
        costs.clear();
        costs.extend(step.iter().map(|s| s.0));
        back.extend(step.iter().map(|s| s.1 as u8));
        passed.push(i);
        previous = Some(i);
        std::mem::swap(&mut earlier, &mut dates);
    }
    let mut at = (0..n).fold(0, |b, k| if costs[k] < costs[b] { k } else { b });
    let cost = costs[at];
    let mut weekdays = 0;
    for (i, back) in passed.iter().zip(back.chunks(n)).rev() {
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
        at = usize::from(back[at]);
    }
    Path { cost, years, weekdays }
}

/// Little stands before the expression in its sentence. A row of a timeline begins with its year, and is none.
fn opens_sentence(f: &Found, text: &str) -> bool {
    let mut before = text[..f.start].chars().rev();
    let mut led = false;
    for _ in 0..BEFORE_OPENING {
        match before.next() {
            None | Some('\n') => return led,
            Some('.' | '!' | '?' | ';' | '。') => return true,
            Some(c) => led |= c.is_alphabetic(),
        }
    }
    false
}

/// The year of a day that leaves it out and follows in the same sentence of news on a day told with its year, `year`.
fn goes_on(before: &Found, year: i32, f: &Found, frame: &Frame<'_>) -> Option<i32> {
    let between = &frame.text.as_bytes()[before.end.min(f.start)..f.start];
    let day = |f: &Found, year| head(&f.meaning).and_then(|s| civil(year, s.month?, s.day?));
    let first = day(before, year)?;
    let follows = |y: &i32| day(f, *y).is_some_and(|d| (0..=SAME_TALE).contains(&(d - first).get_days()));
    let news = frame.now.is_some() && !frame.narrative && !frame.query;
    let near = between.len() < NEAR && !has_stop(between);
    [year, year + 1].into_iter().find(follows).filter(|_| news && near)
}

/// The year that opens the sentence holds for the months that follow in it: `In 2011 it slid, and the work lasted from June
/// to September`.
fn stays(before: &Found, year: i32, f: &Found, tense: Tense, frame: &Frame<'_>) -> Option<i32> {
    let is_year = |s: &Slots| s.year.is_some() && s.month.is_none() && s.season.is_none();
    let year_alone = matches!(&before.meaning, Meaning::Point(s) if is_year(s));
    let months = head(&f.meaning).is_some_and(|s| s.month.is_some() && s.day.is_none());
    let between = &frame.text.as_bytes()[before.end.min(f.start)..f.start];
    let told = tense != Tense::Future && between.len() < NEAR && !has_stop(between);
    let news = frame.now.is_some() && !frame.narrative && !frame.query;
    let opens = || {
        let lead = frame.text[..before.start].trim_end_matches(' ');
        // `The 2011 report`
        let named = lead.rsplit([' ', '\n']).next().is_some_and(|word| word.eq_ignore_ascii_case("the"));
        lead.is_empty() || lead.ends_with(['\n', '。', '；']) || !named && opens_sentence(before, frame.text)
    };
    (news && year_alone && months && told && opens()).then_some(year)
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
