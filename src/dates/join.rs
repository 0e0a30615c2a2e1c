//! Neighbouring pieces put together.
//!
//! A language says how its pieces look (`Nov. 16`, `last month`, `at 9:30`); which pieces belong together is the same
//! everywhere: a weekday and its date, a date and its time, a part and its whole, two ends of a range.

use super::Modifier;
use super::amount::{Amount, Anchor, Unit, counted, shift};
use super::ends::{complete, rangeable};
use super::filter::is_short;
use super::find::Border;
use super::grammar::Language;
use super::lexicon::ClassId;
use super::merge::{merge, near};
use super::slots::{Meaning, Pod, Slots, modifier};
use super::token::{Stamp, Token, What};
use std::ops::Range;

/// One item of a segment: a token that stands for itself, or a piece.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub first: usize,
    pub last: usize,
    pub meaning: Option<Meaning>,
    pub border: Option<Border>,
}

impl Item {
    /// A token that stands for itself.
    pub fn token(at: usize) -> Item {
        Item { first: at, last: at + 1, meaning: None, border: None }
    }
}

pub struct Join<'a> {
    pub tokens: &'a [Token],
    pub text: &'a str,
    pub language: &'a Language,
    pub asked: bool,
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
                self.language.sense(entry, token.capital, class).map(|s| &*s.value)
            }
            _ => None,
        }
    }

    /// Joins points that tell parts of one time.
    pub fn points(&self, items: &mut Vec<Item>, out: &mut Vec<Item>) {
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
    pub fn offsets(&self, items: &mut Vec<Item>) {
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
                if let Some(offset) = counted(&amount, sign, Anchor::Speech) {
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
    /// blanks a word must join them, behind a month, a year or a day of them: `2月21日至26日`; of `1至10月` the first end is
    /// no date.
    pub fn border(&self, range: Range<usize>) -> Option<Border> {
        let language = self.language;
        let ids = &language.ids;
        let border = (range.start + 1..range.end.saturating_sub(1))
            .find(|&k| [ids.to, ids.and, ids.either, ids.dash].iter().any(|c| language.is(&self.tokens[k], *c)))
            // `dalle 9 alle 17`
            .or_else(|| (range.start + 1..range.end.saturating_sub(1)).find(|&k| language.is(&self.tokens[k], ids.at)));
        let Some(border) = border else { return self.tokens[range].iter().find_map(|t| self.halves(t)) };
        if language.unspaced {
            let (first, second) = (&self.tokens[range.start..border], &self.tokens[border + 1..range.end]);
            let has = |end: &[Token], class: ClassId| end.iter().any(|t| language.is(t, class));
            let marked = !matches!(self.tokens[border - 1].what, What::Number(_));
            let worded = text_of(&self.tokens[border], self.text).contains(char::is_alphabetic);
            let dated = marked && (has(first, ids.ymark) || has(first, ids.mmark));
            let years = has(first, ids.y4) && has(second, ids.y4);
            (worded && (dated || years)).then_some(())?;
        }
        Some(self.between(border - 1, border + 1))
    }

    /// The two numbers of a stamp that is a range by itself: `1914–18`, `10-18 June`.
    fn halves(&self, token: &Token) -> Option<Border> {
        let What::Stamp(Stamp { count: 2, .. }) = token.what else { return None };
        let text = text_of(token, self.text);
        let digit = |c: char| c.is_ascii_digit();
        let first = text.find(|c| !digit(c)).filter(|&i| i > 0)?;
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
        let today = || Slots { shift: Some(shift(Unit::Day, 0.0, Anchor::Speech)), ..Slots::default() };
        match item.meaning? {
            Meaning::Point(s) => Some(s),
            Meaning::Ref(0) if is_short(self.text) => Some(today()),
            _ => None,
        }
    }

    /// Joins two points with a word for "to" between them.
    pub fn ranges(&self, items: &mut Vec<Item>) {
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
            complete(&mut a, &mut b);
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
    pub fn timed_ranges(&self, items: &mut Vec<Item>) {
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
            let behind = matches!(items[i].meaning, Some(Meaning::Range(..)));
            let comma = items[i + 1..k].iter().any(|x| self.is(x, ids.comma));
            if self.language.unspaced && behind && comma {
                i += 1;
                continue;
            }
            if day.is_date() && day.has_date() && time(&range.0) && time(&range.1) {
                let on = |t: &Slots| day.at(t);
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
    pub fn sets(&self, items: &mut Vec<Item>) {
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
    pub fn modifiers(&self, items: &mut Vec<Item>) {
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
                && let Some(m) = self.value(&next, ids.suffix).and_then(modifier)
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
                && let Some(m) = self.value(&items[k - 1], ids.prefix).and_then(modifier)
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
