//! The document as a whole: its own date, the tense around its expressions, and their values.

use super::amount::{Anchor, Unit};
use super::calendar::civil;
use super::find::Found;
use super::grammar::Language;
use super::order::Evidence;
use super::resolve::resolve;
use super::slots::{Meaning, Slots, Year};
use super::token::{Token, What};
use super::years::{Frame, Tense, choose_years};
use super::{Context, Mode, Part, ReferenceBasis, Tagged};
use jiff::civil::{Date, DateTime};

/// Lines at the head and the foot of a document in which its date is looked for.
const HEAD_LINES: usize = 8;
const FOOT_LINES: usize = 6;
/// Characters that a date line holds beside its date.
const DATE_LINE: usize = 48;
/// More date lines than this make a chronicle, whose lines date its entries.
const MAX_DATE_LINES: usize = 3;
/// With so many stated years a text is history, whatever it opens with.
const LONG_HISTORY: usize = 20;
/// News opens with a day that is at most so many days from its own.
const FRESH: i32 = 45;
/// Bytes around an expression in which a verb of the future is looked for.
const VERB_REACH: usize = 80;
/// Words of so few letters end like a verb and are none (`para`, `opera`).
const SHORTEST_FUTURE: usize = 3;
/// A dispatch is printed on its day or at most so many days later.
const PRINTED: i32 = 3;
/// Up to this month news looks back on the year before, and states that one.
const LOOKING_BACK: u8 = 3;
/// Tokens around an expression in which its tense is looked for.
const TENSE_REACH: usize = 12;

/// Resolves what was found in the parts of a text.
pub(super) fn read(mut parts: Vec<Part<'_>>, text: &str, context: &Context<'_>) -> Tagged {
    let mut order = Evidence::default();
    parts.iter().for_each(|p| order.see(&p.found, &p.tokens, p.language));
    let region = context.lang.and_then(|tag| tag.split(['-', '_']).skip(1).find(|s| s.len() == 2));
    let region = region.map(str::to_ascii_uppercase);
    let query = parts.iter().any(|p| p.query);
    let bare = query && parts.iter().all(|p| super::filter::is_bare(&p.found, &p.tokens, p.text, p.language));
    let (mut found, mut tenses): (Vec<Found>, Vec<Tense>) = Default::default();
    // The day of a dispatch, and what stands behind a word that leads to the end of a range.
    let (mut wired, mut led) = (None, Vec::new());
    for part in &mut parts {
        order.apply(&mut part.found, part.language, region.as_deref());
        tenses.extend(self::tenses(&part.found, &part.tokens, part.text, part.language));
        wired = wired.or_else(|| dispatch(&part.found, &part.tokens, part.text, part.language));
        led.extend(part.found.iter().map(|f| is_led(f, &part.tokens, part.language)));
        part.found.iter_mut().for_each(|f| f.move_by(part.start));
        match found.is_empty() {
            true => found = std::mem::take(&mut part.found),
            false => found.append(&mut part.found),
        }
    }
    let found = &found[..];
    let mut inferred = match context.reference {
        Some(_) => None,
        None => date_line(found, text).or_else(|| wired.and_then(|s| dated(&s, None))),
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
        Mode::Auto => now.is_none() || is_narrative(found, now),
    };
    let mut frame = Frame { text, now, year: None, narrative, query, bare };
    let mut path = choose_years(found, &tenses, &frame);
    if now.is_none() {
        let opening = context.year.and_then(|year| opening_day(found, year));
        frame = match own_year(found, &tenses, &frame) {
            Some(year) => Frame { year: Some(year), narrative: false, ..frame },
            None if opening.is_some() => Frame { now: opening, narrative: false, ..frame },
            None => frame,
        };
        if !frame.narrative {
            path = choose_years(found, &tenses, &frame);
        }
    }
    let (expressions, pairs) = resolve(found, &tenses, &path.years, &frame);
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
    Tagged { expressions, pairs, reference }
}

/// The day of a dispatch at the head of the text: `新华社广州三月二十八日电`.
fn dispatch(found: &[Found], tokens: &[Token], text: &str, language: &Language) -> Option<Slots> {
    let end = text.match_indices('\n').nth(HEAD_LINES).map_or(text.len(), |(at, _)| at);
    found.iter().take_while(|f| f.start < end).find_map(|f| {
        let Meaning::Point(s) = f.meaning else { return None };
        let word = tokens.get(f.last).filter(|t| t.start as usize == f.end && language.is(t, language.ids.wire))?;
        // `三月五日电视台…`: the word goes on.
        let ends = !text[word.end as usize..].starts_with(char::is_alphanumeric);
        (ends && s.month.is_some() && s.day.is_some() && s.is_date()).then_some(s)
    })
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

/// A word that leads to the end of a range stands before it.
fn is_led(f: &Found, tokens: &[Token], language: &Language) -> bool {
    f.first > 0 && language.is(&tokens[f.first - 1], language.ids.to)
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
        let mut on_line = found[first..].iter().take_while(|f| f.start <= b).filter(|f| f.end <= b);
        // Behind the date of publication its line may hold that of a change.
        let (Some(f), changed, None) = (on_line.next(), on_line.next(), on_line.next()) else { continue };
        if changed.is_some_and(|c| full_date(c).is_none()) {
            continue;
        }
        let (Meaning::Point(s), Some(date)) = (&f.meaning, full_date(f)) else { continue };
        let length = |f: &Found| text[f.start..f.end].chars().count();
        let rest = text[a..b].chars().count() - length(f) - changed.map_or(0, length);
        if rest <= DATE_LINE {
            let time = s.hour.filter(|h| *h < 24).map_or((0, 0), |h| (h as i8, s.minute.unwrap_or(0) as i8));
            candidates.push((at_head, date.at(time.0, time.1, 0, 0)));
        }
    }
    if candidates.is_empty() || candidates.len() > MAX_DATE_LINES {
        return None;
    }
    candidates.iter().find(|c| c.0).or(candidates.last()).map(|c| c.1)
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

/// The year in which the document was written, if weekdays or `今年` beside stated years fix it.
fn own_year(found: &[Found], tenses: &[Tense], frame: &Frame<'_>) -> Option<i32> {
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
    // The text was written in the year of its latest date or soon after; weekdays say which.
    let mut best: Option<(f64, i32)> = None;
    for year in latest - 1..=latest + 6 {
        let path = choose_years(found, tenses, &Frame { year: Some(year), narrative: false, ..*frame });
        let late = f64::from(year - latest);
        let cost = path.cost + if late < 0.0 { 2.0 } else { late * 0.2 };
        if best.is_none_or(|b| cost < b.0) {
            best = Some((cost, year));
        }
    }
    let (_, year) = best?;
    let path = choose_years(found, tenses, &Frame { year: Some(year), narrative: false, ..*frame });
    (path.weekdays > 0 || deictic && firm && year == latest).then_some(year)
}

/// How far the nearest verb stands that ends as the future does, in the sentence of an expression.
fn future_verb(f: &Found, text: &str, language: &Language) -> Option<usize> {
    if language.future_endings.is_empty() {
        return None;
    }
    let is_verb = |word: &&str| {
        let ends = |small: &str| language.future_endings.iter().any(|e| small.ends_with(e.as_str()));
        // Verbs stand in small letters nearly always.
        let is_small = !word.chars().any(char::is_uppercase);
        word.chars().nth(SHORTEST_FUTURE).is_some() && if is_small { ends(word) } else { ends(&word.to_lowercase()) }
    };
    let stops = ['.', '\n', '!', '?', ';'];
    let border = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = border(f.start.saturating_sub(VERB_REACH));
    let before = text[from..f.start].rsplit(stops).next().unwrap_or_default();
    let to = border(f.end.saturating_add(VERB_REACH).min(text.len())).max(f.end);
    let behind = text[f.end..to].split(stops).next().unwrap_or_default();
    let split = |c: char| !c.is_alphabetic();
    let left = before.rsplit(split).scan(0, |at, w| Some((std::mem::replace(at, *at + w.len() + 1), w)));
    let right = behind.split(split).scan(0, |at, w| Some((std::mem::replace(at, *at + w.len() + 1), w)));
    left.chain(right).filter(|(_, w)| is_verb(w)).map(|(at, _)| at).min()
}

/// The tense around each expression: words for the future or the past in its sentence.
fn tenses(found: &[Found], tokens: &[Token], text: &str, language: &Language) -> Vec<Tense> {
    let told = |t: &Token| match t.what {
        What::Break => None,
        _ if language.is(t, language.ids.future) => Some(Tense::Future),
        _ if language.is(t, language.ids.past) => Some(Tense::Past),
        _ => None,
    };
    // What lies between two places ends the sentence.
    let stops = |a: usize, b: usize| has_stop(&text.as_bytes()[a.min(b)..b.max(a)]);
    found
        .iter()
        .map(|f| {
            let mut best: Option<(usize, Tense)> = None;
            let mut seen = f.start;
            for t in tokens[..f.first].iter().rev().take(TENSE_REACH) {
                let at = t.start as usize;
                if stops(at, seen) {
                    break;
                }
                seen = at;
                if let Some(tense) = told(t) {
                    best = Some((f.start - at, tense));
                    break;
                }
            }
            let mut seen = f.end;
            for t in tokens[f.last..].iter().take(TENSE_REACH) {
                let at = t.end as usize;
                if stops(seen, at) || best.is_some_and(|b| b.0 <= at - f.end) {
                    break;
                }
                seen = at;
                if let Some(tense) = told(t) {
                    best = Some((at - f.end, tense));
                    break;
                }
            }
            if let Some(distance) = future_verb(f, text, language)
                && best.is_none_or(|b| distance < b.0)
            {
                return Tense::Future;
            }
            best.map_or(Tense::Unknown, |b| b.1)
        })
        .collect()
}

/// Holds a mark that ends a sentence or a clause, in either width.
fn has_stop(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().any(|(i, b)| match b {
        b'.' | b'\n' | b'!' | b'?' | b';' => true,
        0xE3 => bytes[i..].starts_with("。".as_bytes()),
        0xEF => ["！", "？", "；"].iter().any(|s| bytes[i..].starts_with(s.as_bytes())),
        _ => false,
    })
}
