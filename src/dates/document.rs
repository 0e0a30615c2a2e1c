//! The document as a whole: its own date, and the values of its expressions.

use super::amount::{Anchor, Unit};
use super::calendar::{civil, holiday};
use super::find::Found;
use super::order::Evidence;
use super::part::{HEAD_LINES, Part};
use super::resolve::resolve;
use super::slots::{Meaning, Slots, Year};
use super::tense::Tense;
use super::years::{Frame, Path, choose_years, yearless};
use super::{Context, Mode, ReferenceBasis, Tagged};
use jiff::civil::{Date, DateTime};

/// Lines at the foot of a document in which its date is looked for, beside those at its head.
const FOOT_LINES: usize = 6;
/// Characters that a date line holds beside its date.
const DATE_LINE: usize = 48;
/// Lines among which a release begins.
const RELEASE_LINES: usize = 8;
/// More date lines than this make a chronicle, whose lines date its entries.
const MAX_DATE_LINES: usize = 3;
/// With so many stated years a text is history, whatever it opens with.
const LONG_HISTORY: usize = 20;
/// News opens with a day that is at most so many days from its own.
const FRESH: i32 = 45;
/// A dispatch is printed on its day or at most so many days later.
const PRINTED: i32 = 3;
/// Up to this month news looks back on the year before, and states that one.
const LOOKING_BACK: u8 = 3;

/// Resolves what was found in the parts of a text.
pub(super) fn read(parts: Vec<Part<'_>>, text: &str, context: &Context<'_>) -> Tagged {
    let order: Evidence = parts.iter().map(|p| p.order).sum();
    let region = context.lang.and_then(|tag| tag.split(['-', '_']).skip(1).find(|s| s.len() == 2));
    let region = region.map(str::to_ascii_uppercase);
    let query = parts.iter().any(|p| p.query);
    let bare = query && parts.iter().all(|p| p.bare);
    let (mut found, mut tenses, mut led): (Vec<Found>, Vec<Tense>, Vec<bool>) = Default::default();
    let mut wired: Option<Slots> = None;
    for mut part in parts {
        order.apply(&mut part.found, part.language, region.as_deref());
        wired = wired.or_else(|| match part.found[part.wired?].meaning {
            Meaning::Point(s) => Some(s),
            _ => None,
        });
        part.found.iter_mut().for_each(|f| f.move_by(part.start));
        append(&mut found, part.found);
        append(&mut tenses, part.tenses);
        append(&mut led, part.led);
    }
    holidays_beside(&mut found);
    let found = &found[..];
    let released = placed(found, text);
    let mut inferred = match context.reference {
        Some(_) => None,
        None => date_line(found, text).or_else(|| wired.and_then(|s| dated(&s, None))).or(released),
    };
    let mut now = context.reference.map(|given| wired.map_or(given, |s| printed(&s, given))).or(inferred);
    if now.is_none()
        && let Some(s) = wired
        && let Some(year) = wired_year(&s, found, &tenses, &led)
    {
        inferred = dated(&s, Some(year));
        now = inferred;
    }
    let narrative = match context.mode {
        Mode::News => false,
        Mode::Narrative => true,
        Mode::Auto => now.is_none() || released.is_none() && is_narrative(found, now),
    };
    let mut frame = Frame { text, now, year: None, narrative, query, bare };
    let mut path = None;
    if now.is_none() {
        if let Some((year, of_year)) = own_year(found, &tenses, &frame) {
            frame = Frame { year: Some(year), narrative: false, ..frame };
            path = Some(of_year);
        } else if let Some(opening) = context.year.and_then(|year| opening_day(found, year)) {
            frame = Frame { now: Some(opening), narrative: false, ..frame };
        }
    }
    let path = path.unwrap_or_else(|| choose_years(found, &tenses, &frame));
    let (expressions, annotated) = resolve(found, &tenses, &path.years, &frame);
    let reference = match (context.reference, inferred.or(frame.now), frame.year) {
        (Some(given), ..) => Some((given.date(), ReferenceBasis::Given)),
        (None, Some(line), _) => Some((line.date(), ReferenceBasis::Inferred)),
        (None, None, Some(year)) => expressions
            .iter()
            .filter_map(|e| e.edtf.and_then(|e| e.bounds().1))
            .filter(|d| i32::from(d.year()) == year)
            .max()
            .map(|d| (d, ReferenceBasis::Inferred)),
        _ => None,
    };
    Tagged { expressions, annotated, reference }
}

/// A holiday beside the full date of its day is of that date's year: `1 June 1992, Children's Day`.
fn holidays_beside(found: &mut [Found]) {
    let point = |f: &Found| match f.meaning {
        Meaning::Point(s) => Some(s),
        _ => None,
    };
    for i in 1..found.len() {
        if found[i].start.saturating_sub(found[i - 1].end) > BESIDE {
            continue;
        }
        for (full, feast) in [(i - 1, i), (i, i - 1)] {
            let (Some(full), Some(of)) = (point(&found[full]), point(&found[feast])) else { continue };
            let day = dated(&full, None).map(|day| day.date());
            let falls = |h| day.and_then(|day| holiday(h, i32::from(day.year())));
            if yearless(&of) && day.is_some() && of.holiday.and_then(falls) == day {
                found[feast].meaning = Meaning::Point(Slots { year: full.year, ..of });
            }
        }
    }
}

/// Bytes between a date and the name of its day at most.
const BESIDE: usize = 12;

/// Puts `more` behind `all`, without a copy where it is the first.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    match all.is_empty() {
        true => *all = more,
        false => all.append(&mut more),
    }
}

/// The day of a dispatch, in a year where it states none.
fn dated(s: &Slots, year: Option<i32>) -> Option<DateTime> {
    let year = match s.year {
        Some(Year::Full(y)) => y,
        Some(Year::Two(_)) => return None,
        None => year?,
    };
    Some(civil(year, s.month?, s.day?)?.at(0, 0, 0, 0))
}

/// The day of a dispatch that was printed on the day given: its `today` is the day it was sent.
fn printed(s: &Slots, given: DateTime) -> DateTime {
    let own = i32::from(given.year());
    let late = |d: &DateTime| (0..=PRINTED).contains(&(given.date() - d.date()).get_days());
    let sent = [own, own - 1].into_iter().filter_map(|y| dated(s, Some(y))).find(late);
    sent.filter(|d| d.date() != given.date()).unwrap_or(given)
}

/// The year of a dispatch that states none: the latest year told more than once, plans aside, or in the first months the
/// one after it.
fn wired_year(s: &Slots, found: &[Found], tenses: &[Tense], led: &[bool]) -> Option<i32> {
    let told: Vec<i32> = found
        .iter()
        .zip(tenses.iter().zip(led))
        .filter(|(_, (tense, led))| **tense != Tense::Future && !**led)
        .flat_map(|(f, _)| match &f.meaning {
            Meaning::Point(a) => [a.year, None],
            Meaning::Range(a, b) => [a.year, b.year],
            _ => [None, None],
        })
        .filter_map(|year| match year {
            Some(Year::Full(y)) if (1900..=2100).contains(&y) => Some(y),
            _ => None,
        })
        .collect();
    let latest = told.iter().copied().max()?;
    let firm = told.iter().filter(|y| **y == latest).count() > 1;
    firm.then_some(latest + i32::from(s.month? <= LOOKING_BACK))
}

/// The date that stands on a line of its own at the head or the foot.
fn date_line(found: &[Found], text: &str) -> Option<DateTime> {
    let mut candidates = Vec::new();
    let Some(edges) = edges(text) else { return opening_date(found, text) };
    for (a, b, at_head) in edges {
        let first = found.partition_point(|f| f.start < a);
        let on_line = found[first..].iter().take_while(|f| f.start <= b).filter(|f| f.end <= b);
        // Behind the date of publication its line may hold that of a change, and the hours of both.
        let (mut days, mut of_days) = (Vec::new(), 0);
        let mut fits = true;
        for f in on_line {
            of_days += text[f.start..f.end].chars().count();
            match full_date(f) {
                Some(date) if days.len() < 2 => days.push((f, date)),
                _ => fits &= !days.is_empty() && names_no_day(f),
            }
        }
        let Some(&(f, date)) = days.first().filter(|_| fits) else { continue };
        let Meaning::Point(s) = &f.meaning else { continue };
        let rest = text[a..b].chars().count().saturating_sub(of_days);
        // What ends as a sentence does, or stands behind a colon, tells something of that day.
        let behind = text[f.end..b].trim_start();
        let entry = behind.strip_prefix([':', '：']).is_some_and(|said| said.contains(char::is_alphabetic));
        if rest <= DATE_LINE && !entry && !text[a..b].trim_end().ends_with('。') {
            let time = s.hour.filter(|h| *h < 24).map_or((0, 0), |h| (h as i8, s.minute.unwrap_or(0) as i8));
            candidates.push((at_head, date.at(time.0, time.1, 0, 0)));
        }
    }
    if candidates.is_empty() || candidates.len() > MAX_DATE_LINES {
        return None;
    }
    candidates.iter().find(|c| c.0).or(candidates.last()).map(|c| c.1)
}

/// A time of day alone, a length, `two years ago`.
fn names_no_day(f: &Found) -> bool {
    match &f.meaning {
        Meaning::Point(s) | Meaning::Range(s, _) => {
            s.year.is_none() && s.month.is_none() && s.day.is_none() && s.weekday.is_none() && s.named.is_none()
        }
        _ => true,
    }
}

/// The day of a release that opens with its place, in capitals, and a dash: `HALDEN, Ore., March 3, 2020 (Newsline) -- …`.
fn placed(found: &[Found], text: &str) -> Option<DateTime> {
    let mut first = 0;
    for line in text.split_inclusive('\n').filter(|l| !l.trim().is_empty()).take(RELEASE_LINES) {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        first += found[first..].partition_point(|f| f.start < start);
        let Some(f) = found.get(first).filter(|f| f.end <= start + line.len()) else { continue };
        let (place, behind) = (&text[start..f.start], text[f.end..start + line.len()].trim_start());
        let town = place.split([',', ' ']).next().unwrap_or_default();
        let is_town = town.chars().count() > 1 && town.chars().all(char::is_uppercase) && place.len() <= DATE_LINE;
        // The agency stands between the date and the dash.
        let agency = behind.strip_prefix(['(', '/']).and_then(|b| b.find([')', '/']));
        let behind = agency.filter(|n| *n <= DATE_LINE).map_or(behind, |n| behind[n + 2..].trim_start());
        if is_town && ["--", "—", "–", "- "].iter().any(|dash| behind.starts_with(dash)) {
            return full_date(f).map(|day| day.at(0, 0, 0, 0));
        }
    }
    None
}

/// The date where day, month and year are told.
fn full_date(f: &Found) -> Option<Date> {
    match &f.meaning {
        Meaning::Point(Slots { year: Some(Year::Full(y)), month: Some(m), day: Some(d), .. }) => civil(*y, *m, *d),
        _ => None,
    }
}

/// The date with which a text of one line opens, as a sentence of its own: `19 March 2001. Today …`. Another date beside
/// it makes it a chronicle.
fn opening_date(found: &[Found], text: &str) -> Option<DateTime> {
    let (first, others) = found.split_first()?;
    let alone = text[..first.start].trim().is_empty() && text[first.end..].starts_with(['.', '。']);
    let date = full_date(first).filter(|_| alone && !others.iter().any(|f| full_date(f).is_some()))?;
    Some(date.at(0, 0, 0, 0))
}

/// The visible lines at the head and the foot of the text, in order, and which of them are at its head; none for a text
/// of one line.
fn edges(text: &str) -> Option<Vec<(usize, usize, bool)>> {
    let place = |line: &str| {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        (start, start + line.len())
    };
    let visible = |line: &&str| !line.trim().is_empty();
    let mut lines: Vec<_> = text.split('\n').filter(visible).take(HEAD_LINES).map(place).collect();
    let n_head = lines.len();
    let end = lines.get(1..)?.last()?.1;
    let foot = text[end..].rsplit('\n').filter(visible).take(FOOT_LINES).map(place);
    lines.extend(foot.collect::<Vec<_>>().into_iter().rev());
    Some(lines.into_iter().enumerate().map(|(i, (a, b))| (a, b, i < n_head)).collect())
}

/// Most stated years lie well before the document's own date, and nothing is told from the day of writing: history.
fn is_narrative(found: &[Found], now: Option<DateTime>) -> bool {
    let Some(now) = now else { return true };
    let own = i32::from(now.year());
    let (mut stated, mut old, mut spoken) = (0, 0, 0);
    let mut first = None;
    for f in found {
        let (Meaning::Point(s) | Meaning::Range(s, _)) = &f.meaning else { continue };
        // The date line says when it was written, not what it tells.
        let today = (Some(now.month() as u8), Some(now.day() as u8));
        if s.year == Some(Year::Full(own)) && (s.month, s.day) == today {
            continue;
        }
        if let Some(Year::Full(y)) = s.year {
            stated += 1;
            old += usize::from(y < own - 1);
        }
        let counted_from_now = s.shift.is_some_and(|x| x.anchor == Anchor::Speech && !x.counted && x.vague == 0);
        spoken += usize::from(counted_from_now || s.named.is_some() && !s.told);
        // News opens with a date just past (`新华社北京十二月一日电`), history with a day long gone.
        if let (None, Some(m), Some(d)) = (first, s.month, s.day) {
            let in_own = s.year.is_none_or(|y| y == Year::Full(own));
            let day = civil(own, m, d).filter(|_| in_own);
            first = Some(day.is_none_or(|d| (now.date() - d).get_days().abs() > FRESH));
        }
    }
    let opens_as_news = first == Some(false) && stated < LONG_HISTORY;
    stated >= 4 && old * 2 >= stated && spoken * 4 <= stated && !opens_as_news
}

/// The day in `year` with which the text opens: it leaves its year out and stands before any that is stated, so that the
/// text speaks of its own days, unless it is a history.
fn opening_day(found: &[Found], year: i32) -> Option<DateTime> {
    let opening = found.iter().find_map(|f| match &f.meaning {
        Meaning::Point(s) | Meaning::Range(s, _) if s.month.is_some() || s.year.is_some() => Some(s),
        _ => None,
    })?;
    let day = civil(year, opening.month?, opening.day?).filter(|_| opening.year.is_none());
    day.map(|d| d.at(0, 0, 0, 0)).filter(|&now| !is_narrative(found, Some(now)))
}

/// The year in which the document was written, if weekdays or `今年` beside stated years fix it, with the years that are
/// told then.
fn own_year(found: &[Found], tenses: &[Tense], frame: &Frame<'_>) -> Option<(i32, Path)> {
    let mut stated: Vec<i32> = Vec::new();
    let mut deictic = false;
    let mut weekdays = false;
    for f in found {
        let (Meaning::Point(s) | Meaning::Range(s, _)) = &f.meaning else { continue };
        if let Some(Year::Full(y)) = s.year {
            stated.push(y);
        }
        deictic |= s.shift.is_some_and(|x| x.anchor == Anchor::Speech && x.unit == Unit::Year && !x.counted);
        weekdays |= s.weekday.is_some() && s.month.is_some() && s.day.is_some() && s.year.is_none();
    }
    let latest = stated.iter().copied().filter(|y| (1900..=2100).contains(y)).max()?;
    let firm = stated.iter().filter(|y| **y == latest).count() > 1;
    // Without a weekday that fits, `this year` beside old years may be any later one.
    if !(weekdays || deictic && firm) {
        return None;
    }
    // The text was written in the year of its latest date or soon after; weekdays say which. No path costs less than
    // nothing, so that most years need not be tried. Of equal ones the earlier is taken.
    let mut best: Option<(f64, i32, Path)> = None;
    for year in (latest..=latest + 6).chain([latest - 1]) {
        let late = f64::from(year - latest);
        let farther = if late < 0.0 { 2.0 } else { late * 0.2 };
        let is_best =
            |cost: f64, best: &Option<(f64, i32, Path)>| best.as_ref().is_none_or(|b| (cost, year) < (b.0, b.1));
        if !is_best(farther, &best) {
            continue;
        }
        let path = choose_years(found, tenses, &Frame { year: Some(year), narrative: false, ..*frame });
        let cost = path.cost + farther;
        if is_best(cost, &best) {
            best = Some((cost, year, path));
        }
    }
    let (_, year, path) = best?;
    let fixed = path.weekdays > 0 || deictic && firm && year == latest;
    fixed.then_some((year, path))
}
