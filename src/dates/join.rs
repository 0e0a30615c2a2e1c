//! From tokens to expressions: pieces found by patterns, then neighbouring pieces put together.
//!
//! A language says how its pieces look (`Nov. 16`, `last month`, `at 9:30`); which pieces belong together is the same
//! everywhere: a weekday and its date, a date and its time, a part and its whole, two ends of a range.

use super::Modifier;
use super::grammar::{Language, Matcher};
use super::lexicon::ClassId;
use super::scan::{Stamp, Symbol, Token, What};
use std::ops::Range;

use super::slots::{self, Amount, Anchor, Meaning, Pod, Slots, Unit};

/// An expression of the text, not yet resolved.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its first token.
    pub first: usize,
    /// One past its last token.
    pub last: usize,
    /// What it tells.
    pub meaning: Meaning,
    /// Where it falls into two, as running text is annotated: the ends of a range (`from March to May`, `1914–18`), a date
    /// and its time (`today at 9`).
    pub border: Option<Border>,
}

/// Where the first of two expressions ends and the second begins, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Border {
    pub end: usize,
    pub start: usize,
    /// The time of day stands before its date.
    pub time_first: bool,
}

impl Found {
    /// Moves it into a text in which the part it was found in begins at this byte; its tokens stay those of the part.
    pub fn move_by(&mut self, by: usize) {
        (self.start, self.end) = (self.start + by, self.end + by);
        if let Some(border) = &mut self.border {
            (border.end, border.start) = (border.end + by, border.start + by);
        }
    }
}

/// One item of a segment: a token that stands for itself, or a piece.
#[derive(Clone, Copy, Debug)]
struct Item {
    first: usize,
    last: usize,
    meaning: Option<Meaning>,
    border: Option<Border>,
}

/// Longest segment that is read at once, in tokens. Text has no expression half as long; hostile input is cut.
const MAX_SEGMENT: usize = 200;

/// Longest reach of a pattern, in tokens.
const MAX_PATTERN: usize = 24;

/// The expressions that `tokens` hold; `asked`: with the patterns that count only in a question of its own.
pub fn find(tokens: &[Token], text: &str, language: &Language, asked: bool) -> Vec<Found> {
    let mut scratch = Scratch { matcher: language.matcher(), ..Scratch::default() };
    let found = find_in(&Join { tokens, text, language, asked }, &mut scratch);
    language.give_back(scratch.matcher);
    found
}

fn find_in(join: &Join<'_>, scratch: &mut Scratch) -> Vec<Found> {
    let Join { tokens, language, .. } = *join;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].what == What::Break {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut trigger = false;
        while end < tokens.len() && tokens[end].what != What::Break && end - at < MAX_SEGMENT {
            trigger |= language.is_trigger(tokens[end].symbol);
            end += 1;
        }
        // A question may be a bare number (`the 15`).
        if trigger || join.asked {
            segment(join, at..end, scratch, &mut found);
        }
        at = end;
    }
    found
}

/// Text without a blank goes on behind the number.
fn runs_on(number: &Token, next: Option<&Token>, text: &str) -> bool {
    let known = next.is_some_and(|t| t.start == number.end && t.what != What::Break);
    !known && text[number.end as usize..].chars().next().is_some_and(char::is_alphanumeric)
}

/// A word that we do not know stands next, or a score goes on (`Monday 3-2`).
fn runs_into_a_word(last: &Token, next: Option<&Token>, text: &str) -> bool {
    let rest = &text[last.end as usize..];
    rest.starts_with(['-', ':', '–'])
        || next.is_some_and(|t| t.what == What::Break && rest.trim_start_matches(' ').starts_with(char::is_alphabetic))
}

/// Memory that is kept from segment to segment.
#[derive(Default)]
struct Scratch {
    symbols: Vec<Symbol>,
    matcher: Matcher,
    items: Vec<Item>,
    joined: Vec<Item>,
}

fn segment(join: &Join<'_>, range: Range<usize>, scratch: &mut Scratch, found: &mut Vec<Found>) {
    let Join { tokens, text, language, asked } = *join;
    let Range { start: from, end: to } = range;
    let Scratch { symbols, matcher, items, joined } = scratch;
    symbols.clear();
    symbols.extend(tokens[from..to].iter().map(|t| t.symbol));
    items.clear();
    let mut n_meanings = 0;
    let mut at = from;
    while at < to {
        let window = &symbols[at - from..(at - from + MAX_PATTERN).min(to - from)];
        let read = language.best(window, matcher, |rule, len, places| {
            if rule.asked && !asked {
                return None;
            }
            let end = at + len;
            let last = &tokens[end - 1];
            let number = matches!(last.what, What::Number(_))
                || language.is(last, language.ids.number)
                || language.is(last, language.ids.ordinal);
            // Of four digits it is its own: `15 Temmuz 2016 gecesi`.
            let year = matches!(last.what, What::Number(n) if n.digits == 4);
            // Without blanks a number that runs on into a word belongs to that word (`5月3人`).
            // But the day of a lunar month has no word behind it (`正月十五赏灯`), nor have hundredths of a second.
            let ends = || rule.groups.iter().any(|g| matches!(g.slot.as_str(), "lunar" | "lmonth" | "decimals"));
            if number && language.unspaced && len > 1 && runs_on(last, tokens.get(end), text) && !ends() {
                return None;
            }
            // `by 20 | May`, `about three | years ago`: what follows claims the number.
            if number
                && !year
                && len > 1
                && end < to
                && language.ids.claims.iter().any(|c| language.is(&tokens[end], *c))
            {
                return None;
            }
            let loose = rule.groups.iter().zip(places).any(|(g, p)| g.slot == slots::LOOSE_DAY && *p == Some(len - 1));
            if loose && !language.unspaced && !asked && runs_into_a_word(last, tokens.get(end), text) {
                return None;
            }
            slots::read(rule, places, &tokens[at..end], language)
        });
        let (meaning, len) = read.map_or((None, 1), |(m, len)| (Some(m), len));
        n_meanings += usize::from(meaning.is_some());
        let border = match meaning {
            Some(Meaning::Range(..)) => join.border(at..at + len),
            _ => None,
        };
        items.push(Item { first: at, last: at + len, meaning, border });
        at += len;
    }
    if n_meanings == 0 {
        return;
    }
    // Only pieces join with each other.
    if n_meanings > 1 {
        join.points(items, joined);
        join.offsets(items);
        join.points(items, joined);
        join.ranges(items);
        join.timed_ranges(items);
    }
    join.sets(items);
    join.modifiers(items);
    for item in items {
        if let Some(meaning) = item.meaning
            && meaning != Meaning::Nothing
        {
            let (start, end) = (tokens[item.first].start as usize, tokens[item.last - 1].end as usize);
            found.push(Found { start, end, first: item.first, last: item.last, meaning, border: item.border });
        }
    }
}

struct Join<'a> {
    tokens: &'a [Token],
    text: &'a str,
    language: &'a Language,
    asked: bool,
}

impl Join<'_> {
    /// The item is a token of the class.
    fn is(&self, item: &Item, class: ClassId) -> bool {
        item.meaning.is_none() && self.language.is(&self.tokens[item.first], class)
    }

    /// The value of the item in the class.
    fn value(&self, item: &Item, class: ClassId) -> Option<&str> {
        let token = &self.tokens[item.first];
        match token.what {
            What::Word(entry) if item.meaning.is_none() => {
                self.language.sense(entry, token.capital, class).map(|s| s.value.as_str())
            }
            _ => None,
        }
    }

    /// Joins points that tell parts of one time.
    fn points(&self, items: &mut Vec<Item>, out: &mut Vec<Item>) {
        let ids = &self.language.ids;
        out.clear();
        let mut i = 0;
        while i < items.len() {
            let item = items[i];
            i += 1;
            out.push(item);
            // Try the new item with the last piece before it, over at most three links.
            let Some(Meaning::Point(b)) = item.meaning else { continue };
            let here = out.len() - 1;
            let mut links = 0;
            let mut comma = false;
            while links < 3 && here > links {
                let link = &out[here - 1 - links];
                let is_comma = self.is(link, ids.comma);
                // `am 12.9. ca. 7:30 Uhr`, `16.10.2017 - 07:00 Uhr`
                let hedge = b.is_time() && !b.has_date() && self.value(link, ids.prefix) == Some("APPROX");
                let dash = b.is_time() && !b.has_date() && self.is(link, ids.dash);
                if !(is_comma
                    || hedge
                    || dash
                    || self.is(link, ids.link)
                    || self.is(link, ids.article)
                    || self.is(link, ids.open)
                    || self.is(link, ids.close))
                {
                    break;
                }
                comma |= is_comma;
                links += 1;
            }
            if here <= links {
                continue;
            }
            let before = out[here - 1 - links];
            let Some(Meaning::Point(a)) = before.meaning else { continue };
            let Some(joined) = merge(&a, &b, links, comma, self.language.unspaced) else { continue };
            out.truncate(here - 1 - links);
            let mut last = item.last;
            // The bracket that opened between the two closes behind them.
            if let Some(next) = items.get(i)
                && self.is(next, ids.close)
                && (before.last..item.first).any(|t| self.language.is(&self.tokens[t], ids.open))
            {
                last = next.last;
                i += 1;
            }
            let border = self.timed(&before, &a, &item, &b);
            out.push(Item { first: before.first, last, meaning: Some(Meaning::Point(joined)), border });
        }
        std::mem::swap(items, out);
    }

    /// `three days before Christmas`, `a week from Tuesday`.
    fn offsets(&self, items: &mut Vec<Item>) {
        let ids = &self.language.ids;
        let mut i = 0;
        while i + 2 < items.len() {
            if let (Some(Meaning::Duration(amount, modifier)), Some(Meaning::Point(point))) =
                (items[i].meaning, items[i + 2].meaning)
            {
                let sign = if self.is(&items[i + 1], ids.beforeof) {
                    -1.0
                } else if self.is(&items[i + 1], ids.afterof) {
                    1.0
                } else {
                    i += 1;
                    continue;
                };
                if let Some(offset) = slots::counted(&amount, sign, Anchor::Speech) {
                    let point = Slots { offset: Some(offset), modifier: modifier.or(point.modifier), ..point };
                    let (first, last) = (items[i].first, items[i + 2].last);
                    items[i] = Item { first, last, meaning: Some(Meaning::Point(point)), border: None };
                    items.drain(i + 1..i + 3);
                }
            }
            i += 1;
        }
    }

    /// Where the first end of a range that a pattern read ends and the second begins, in bytes. In a script without
    /// blanks both must name their year or month, and a word join them.
    fn border(&self, range: Range<usize>) -> Option<Border> {
        let language = self.language;
        let ids = &language.ids;
        let border = (range.start + 1..range.end.saturating_sub(1))
            .find(|&k| [ids.to, ids.and, ids.dash].iter().any(|c| language.is(&self.tokens[k], *c)));
        let Some(border) = border else { return self.tokens[range].iter().find_map(|t| self.halves(t)) };
        let both = |class: ClassId| {
            let has = |t: &Token| language.is(t, class);
            self.tokens[range.start..border].iter().any(has) && self.tokens[border + 1..range.end].iter().any(has)
        };
        if language.unspaced {
            // `1991年至1995年`, but `1991至1995年` is one.
            let marked = !matches!(self.tokens[border - 1].what, What::Number(_));
            let worded = text_of(&self.tokens[border], self.text).contains(char::is_alphabetic);
            (worded && marked && (both(ids.ymark) || both(ids.mmark))).then_some(())?;
        }
        Some(self.between(border - 1, border + 1))
    }

    /// The two numbers of a stamp that is a range by itself: `1914–18`, `10-18 June`.
    fn halves(&self, token: &Token) -> Option<Border> {
        let What::Stamp(Stamp { count: 2, .. }) = token.what else { return None };
        let text = text_of(token, self.text);
        let digit = |c: char| c.is_ascii_digit();
        let first = text.find(|c| !digit(c))?;
        let second = first + text[first..].find(digit)?;
        let start = token.start as usize;
        let border = Border { end: start + first, start: start + second, time_first: false };
        (!self.language.unspaced).then_some(border)
    }

    /// Where the one token ends and the other begins.
    fn between(&self, before: usize, behind: usize) -> Border {
        let (end, start) = (self.tokens[before].end as usize, self.tokens[behind].start as usize);
        Border { end, start, time_first: false }
    }

    /// Where a date and its hour are two expressions: a word stands between them (`today at 9`, `hier vers midi`), other
    /// than the one that makes the hour a part of the day (`alle 23 di lunedì`).
    fn timed(&self, before: &Item, a: &Slots, item: &Item, b: &Slots) -> Option<Border> {
        let ids = &self.language.ids;
        let hour = |s: &Slots| s.hour.is_some() || matches!(s.pod, Some(Pod::Noon | Pod::Midnight));
        let time_first = hour(a) && !a.has_date();
        if self.language.unspaced || !time_first && (!hour(b) || b.has_date() || a.is_time()) {
            return None;
        }
        // The first token of the second piece may be such a word too: `um 20.30 Uhr`.
        let words = &self.tokens[before.last..=item.first];
        let is = |t: &Token, class: ClassId| self.language.is(t, class);
        let apart = words.iter().any(|t| [ids.link, ids.at, ids.prefix].iter().any(|c| is(t, *c)) && !is(t, ids.of));
        apart.then(|| Border { time_first, ..self.between(before.last - 1, item.first) })
    }

    /// What an item tells as an end of a range: a point, or today for `now` in a question.
    fn end(&self, item: &Item) -> Option<Slots> {
        let today = || Slots { shift: Some(slots::shift(Unit::Day, 0.0, Anchor::Speech)), ..Slots::default() };
        match item.meaning? {
            Meaning::Point(s) => Some(s),
            Meaning::Ref(0) if self.text.len() < super::LONGEST_QUERY => Some(today()),
            _ => None,
        }
    }

    /// Joins two points with a word for "to" between them.
    fn ranges(&self, items: &mut Vec<Item>) {
        let ids = &self.language.ids;
        let mut i = 0;
        while i + 2 < items.len() {
            // `Montag, 16.10., bis Donnerstag`
            if items[i].meaning.is_some()
                && self.is(&items[i + 1], ids.comma)
                && self.is(&items[i + 2], ids.to)
                && !self.is(&items[i + 2], ids.comma)
                && items.get(i + 3).is_some_and(|x| x.meaning.is_some())
            {
                items.remove(i + 1);
            }
            let (Some(a), Some(b)) = (self.end(&items[i]), self.end(&items[i + 2])) else {
                i += 1;
                continue;
            };
            let between = i > 0 && self.is(&items[i - 1], ids.between) && self.is(&items[i + 1], ids.and);
            // `四月和五月之间`, `4 और 5 के बीच`
            let enclosed = self.is(&items[i + 1], ids.and) && items.get(i + 3).is_some_and(|x| self.is(x, ids.until));
            // `今日から2日後`: counted from that day, no range.
            if let (true, Some(shift)) = (self.is(&items[i + 1], ids.to) && near(&a), b.shift.filter(|s| s.counted))
                && a.offset.is_none()
                && b == (Slots { shift: b.shift, modifier: b.modifier, ..Slots::default() })
                && shift.seconds == 0
                && shift.vague == 0
            {
                let point = Slots { offset: Some(shift), modifier: b.modifier.or(a.modifier), ..a };
                items[i].last = items[i + 2].last;
                items[i].meaning = Some(Meaning::Point(point));
                items.drain(i + 1..i + 3);
                continue;
            }
            // `2015-12-08 – The first …`: what would end before it began is no range.
            let back = a.month.is_some() && b.month.is_none() && b.day < a.day && b.day.is_some();
            if !(between || enclosed || self.is(&items[i + 1], ids.to)) || !rangeable(&a, &b) || back {
                i += 1;
                continue;
            }
            // In a script without blanks, a word joins what names its month or its year on either side.
            let link = &self.tokens[items[i + 1].first];
            let worded = text_of(link, self.text).contains(char::is_alphabetic);
            let full = |s: &Slots| s.month.is_some() && !s.is_time();
            let years = |s: &Slots| {
                s.is_date() && (s.year.is_some() || s.shift.is_some_and(|x| x.unit == Unit::Year && !x.counted))
            };
            let apart = !self.language.unspaced || worded && (full(&a) && full(&b) || years(&a) && years(&b));
            items[i].border = apart.then(|| self.between(items[i].last - 1, items[i + 2].first));
            let (mut a, mut b) = (a, b);
            slots::complete(&mut a, &mut b);
            items[i].last = items[i + 2].last;
            items[i].meaning = Some(Meaning::Range(a, b));
            items.drain(i + 1..i + 3);
            if items.get(i + 1).is_some_and(|x| self.is(x, ids.until)) {
                items[i].last = items[i + 1].last;
                items.remove(i + 1);
            }
            if i > 0 && (self.is(&items[i - 1], ids.from) || self.is(&items[i - 1], ids.between)) {
                items[i].first = items[i - 1].first;
                items.remove(i - 1);
            } else {
                i += 1;
            }
        }
    }

    /// A day beside a range of times: `Tuesday from 2:00 to 2:30`, `9:30–11:00 on Thursday`.
    fn timed_ranges(&self, items: &mut Vec<Item>) {
        let ids = &self.language.ids;
        let time = |s: &Slots| s.is_time() && !s.has_date();
        let mut i = 0;
        while i + 1 < items.len() {
            let mut k = i + 1;
            while k < items.len()
                && k - i <= 3
                && [ids.link, ids.comma, ids.from, ids.between, ids.article, ids.prefix, ids.open, ids.dash]
                    .iter()
                    .any(|c| self.is(&items[k], *c))
            {
                k += 1;
            }
            let pair = (items[i].meaning, items.get(k).and_then(|x| x.meaning));
            let (day, range) = match pair {
                (Some(Meaning::Point(d)), Some(Meaning::Range(a, b))) => (d, (a, b)),
                (Some(Meaning::Range(a, b)), Some(Meaning::Point(d))) => (d, (a, b)),
                _ => {
                    i += 1;
                    continue;
                }
            };
            if day.is_date() && day.has_date() && time(&range.0) && time(&range.1) {
                let on = |t: &Slots| Slots {
                    hour: t.hour,
                    minute: t.minute,
                    second: t.second,
                    pm: t.pm,
                    pod: t.pod,
                    zone: t.zone,
                    ..day
                };
                items[i].last = items[k].last;
                items[i].meaning = Some(Meaning::Range(on(&range.0), on(&range.1)));
                items[i].border = None;
                items.drain(i + 1..=k);
            } else {
                i += 1;
            }
        }
    }

    /// `every` before a point or a length makes a set.
    fn sets(&self, items: &mut Vec<Item>) {
        let ids = &self.language.ids;
        let mut i = 0;
        while i + 1 < items.len() {
            if self.is(&items[i], ids.every) {
                let meaning = match items[i + 1].meaning {
                    Some(Meaning::Point(p)) if p.year.is_none() && p.shift.is_none() => {
                        Some(Meaning::Set(Amount::default(), p))
                    }
                    Some(Meaning::Duration(amount, _)) => Some(Meaning::Set(amount, Slots::default())),
                    _ => None,
                };
                if meaning.is_some() {
                    items[i] = Item { first: items[i].first, last: items[i + 1].last, meaning, border: None };
                    items.remove(i + 1);
                }
            }
            i += 1;
        }
        // `every day at 9`, `每天上午`.
        let mut i = 0;
        while i + 1 < items.len() {
            let link = usize::from(self.is(&items[i + 1], ids.link) && i + 2 < items.len());
            if let (Some(Meaning::Set(amount, slots)), Some(Meaning::Point(p))) =
                (items[i].meaning, items[i + 1 + link].meaning)
                && p.is_time()
                && !slots.is_time()
                && !p.has_date()
            {
                let merged = Slots { hour: p.hour, minute: p.minute, second: p.second, pm: p.pm, pod: p.pod, ..slots };
                items[i].last = items[i + 1 + link].last;
                items[i].meaning = Some(Meaning::Set(amount, merged));
                items.drain(i + 1..i + 2 + link);
            }
            i += 1;
        }
    }

    /// Hedges before and behind.
    fn modifiers(&self, items: &mut Vec<Item>) {
        let ids = &self.language.ids;
        let mut i = 0;
        while i < items.len() {
            let Some(meaning) = items[i].meaning else {
                i += 1;
                continue;
            };
            let mut meaning = meaning;
            // `以前` alone is the past, behind a date it is `before`.
            let word = |x: &Item| match x.meaning {
                Some(Meaning::Ref(_)) if x.last - x.first == 1 => Item { meaning: None, ..*x },
                _ => *x,
            };
            if let Some(next) = items.get(i + 1).map(word)
                && let Some(m) = self.value(&next, ids.suffix).and_then(slots::modifier)
            {
                hedge(&mut meaning, m);
                items[i].last = items[i + 1].last;
                items.remove(i + 1);
            }
            let mut k = i;
            let article = k > 0 && self.is(&items[k - 1], ids.article);
            if article {
                k -= 1;
            }
            if k > 0
                && let Some(m) = self.value(&items[k - 1], ids.prefix).and_then(slots::modifier)
            {
                hedge(&mut meaning, m);
                k -= 1;
                items[i].first = items[k].first;
                items.drain(k..i);
                i = k;
            }
            items[i].meaning = Some(meaning);
            i += 1;
        }
    }
}

fn text_of<'a>(token: &Token, text: &'a str) -> &'a str {
    &text[token.start as usize..token.end as usize]
}

/// Sets the modifier of a meaning, unless it has one.
fn hedge(meaning: &mut Meaning, m: Modifier) {
    match meaning {
        Meaning::Point(s) | Meaning::Set(_, s) => s.modifier = s.modifier.or(Some(m)),
        Meaning::Range(a, _) => a.modifier = a.modifier.or(Some(m)),
        Meaning::Duration(_, old) | Meaning::Within(_, old) | Meaning::Span(_, _, old) => *old = old.or(Some(m)),
        Meaning::Ref(_) | Meaning::Nothing => {}
    }
}

/// The two ends are of kinds that make a range.
fn rangeable(a: &Slots, b: &Slots) -> bool {
    let level = |s: &Slots| {
        if s.is_time() {
            0
        } else if s.day.is_some()
            || s.weekday.is_some()
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

/// A day was said, or something that stands for one.
fn near(s: &Slots) -> bool {
    s.day.is_some()
        || s.weekday.is_some()
        || s.holiday.is_some()
        || s.shift.is_some_and(|x| x.unit == Unit::Day)
        || s.nth.is_some_and(|n| n.1 == Unit::Day)
        || s.weekend
}

/// One point out of two neighbours, if they tell parts of the same time.
fn merge(a: &Slots, b: &Slots, links: usize, comma: bool, unspaced: bool) -> Option<Slots> {
    let time = |s: &Slots| s.is_time() && !s.has_date();
    let dated = |s: &Slots| !s.is_time() && s.has_date();
    if a.offset.is_some() || b.offset.is_some() {
        return None;
    }
    // A part of the day and its hour.
    if a.is_time() && time(b) || time(a) && b.is_time() {
        let (hour, pod) = if a.hour.is_some() { (a, b) } else { (b, a) };
        if hour.hour.is_some()
            && hour.pod.is_none()
            && pod.hour.is_none()
            && pod.pod.is_some()
            && hour.pm.is_none_or(|_| true)
        {
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
    if time(a) && near(b) && dated(b) || time(b) && near(a) && dated(a) {
        let (t, d) = if time(a) { (a, b) } else { (b, a) };
        return Some(Slots {
            hour: t.hour,
            minute: t.minute,
            second: t.second,
            pm: t.pm,
            pod: t.pod,
            zone: t.zone,
            modifier: t.modifier.or(d.modifier),
            ..*d
        });
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
            return Some(both(y, x));
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
        if !fine {
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
            !s.counted
                && s.anchor == Anchor::Speech
                && *s == slots::shift(s.unit, -1.0, s.anchor)
                && s.unit < Unit::Year
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::Tagger;
    use crate::dates::scan::scan;
    use crate::lang::Languages;

    #[test]
    fn the_work_on_hostile_texts_grows_as_they_do() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let pieces = [
            ("en", "1"),
            ("en", "1/"),
            ("en", "1 "),
            ("en", "May "),
            ("en", "May, "),
            ("en", "monday "),
            ("en", "1999-"),
            ("en", "12:30 "),
            ("en", "2020-01-01\n"),
            ("en", "one "),
            ("en", "the day before "),
            ("en", "'"),
            ("zh", "三月"),
            ("zh", "一"),
            ("zh", "十"),
            ("zh", "日"),
            ("ja", "1日"),
            ("ja", "令和"),
            ("de", "erste "),
        ];
        for (code, piece) in pieces {
            let language = tagger.language("", Some(code)).expect("a language of the binary");
            let work = |n: usize| {
                let text = piece.repeat(n);
                let tokens = scan(&text, language);
                let mut scratch = Scratch::default();
                let found = find_in(&Join { tokens: &tokens, text: &text, language, asked: false }, &mut scratch);
                (tokens.len() as u64, scratch.matcher.runner.n_tried, found.len() as u64)
            };
            let (once, thrice) = (work(2_000), work(6_000));
            // Three times the text is three times the work, but for what stands at the ends.
            assert!(thrice.0 <= once.0 * 3 + 10, "{piece}: {once:?} {thrice:?} tokens");
            assert!(thrice.1 <= once.1 * 3 + once.1 / 10 + 10_000, "{piece}: {once:?} {thrice:?} operations");
            assert!(once.1 <= OPERATIONS * once.0, "{piece}: {once:?} operations a token");
        }
    }

    /// Operations that a token may cost: a few hundred patterns begin with the commonest, each with a few dozen operations.
    const OPERATIONS: u64 = 10_000;
}
