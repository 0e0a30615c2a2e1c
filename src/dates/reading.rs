//! From the match of a pattern to what it tells: each token fills the slot that the pattern names for it.

use super::amount::{Amount, Anchor, Shift, Unit, counted, relative, shift};
use super::calendar::{LAST_DAY, islamic};
use super::ends::complete;
use super::form::{Means, Rule};
use super::grammar::Language;
use super::holiday::Holiday;
use super::numerals::number_of;
use super::slots::{Meaning, Pod, Slots, Year, modifier};
use super::token::{Number, Stamp, Token, What, date_parts};

/// A day behind its month or weekday (`April 15`): no day where a word goes on behind it (`in april 15 mensen`).
pub const LOOSE_DAY: &str = "dl";
/// Two digits right behind a year and its dash: `1901–03`.
pub const GLUED_YEAR: &str = "yyglued";
/// Years of the Islamic calendar: a larger one beside its months is of ours.
const HIJRI_YEARS: std::ops::Range<i32> = 1..1600;
/// Up to this year the eras of China and Japan counted by the moon; China's last three did to their end.
const LAST_OF_MOON: i32 = 1872;
const LUNAR_ERAS: [i32; 3] = [1861, 1874, 1908];

/// Slots of the two ends while a match is read.
#[derive(Default)]
struct Reading {
    ends: [Slots; 2],
    range: bool,
    second_end: bool,
    amounts: [(Option<f64>, bool); 3],
    units: [Option<Unit>; 3],
    upto: Option<f64>,
    half: bool,
    dir: Option<i32>,
    era: Option<i32>,
    /// The days of its era are of the Chinese calendar.
    of_moon: bool,
    /// Month of the Islamic calendar.
    hijri: Option<u8>,
    reference: Option<i8>,
    every: Option<Amount>,
    nth: Option<i8>,
    /// Minutes before or after the half hour.
    beside_half: i32,
    /// So many of the unit from the start of the whole, or to its end: `今年前五个月`, `上月最后五天`.
    part: Option<i8>,
    /// Days that a holiday lasts.
    days: Option<f64>,
}

/// What the match of a rule tells; none when its numbers make no sense.
pub fn read(rule: &Rule, places: &[Option<usize>], tokens: &[Token], language: &Language) -> Option<Meaning> {
    let mut r = Reading { range: rule.means == Means::Range, ..Reading::default() };
    let border = if r.range {
        rule.groups
            .iter()
            .zip(places)
            .find(|(g, p)| p.is_some() && matches!(g.slot.as_str(), "to" | "and" | "comma" | "dash"))
            .and_then(|(_, p)| *p)
    } else {
        None
    };
    let matched = |k: &usize| places[*k].is_some();
    for (i, group) in rule.groups.iter().enumerate() {
        let Some(place) = places[i] else { continue };
        let mut nth = (0..i).filter(matched).filter(|k| rule.groups[*k].slot == group.slot).count() as u8;
        // Of a range, what stands behind the word for "to" belongs to its end.
        if let Some(border) = border
            && !matches!(group.slot.as_str(), "n" | "num" | "unit" | "one" | "few" | "pair")
        {
            nth = u8::from(place > border);
        }
        r.take(&group.slot, nth, group.class, &tokens[place], language)?;
    }
    r.tell(rule.means)
}

impl Reading {
    fn take(&mut self, slot: &str, nth: u8, class: u16, token: &Token, language: &Language) -> Option<()> {
        let (value, number, text) = match token.what {
            What::Word(entry) => match language.sense(entry, token.capital, class) {
                // `anderthalb` is one and a half.
                Some(s) => (s.value.parse().unwrap_or(f64::from(s.number)), s.number, &*s.value),
                None => {
                    let n = number_of(token, language)?;
                    (n.value, n.value as i32, "")
                }
            },
            What::Number(n) => (n.value, n.value as i32, ""),
            What::Stamp(_) => {
                let n = number_of(token, language).map_or(0.0, |n| n.value);
                (n, n as i32, "")
            }
            What::Break => return None,
        };
        let number_token = number_of(token, language);
        let end = if self.range { usize::from(nth.min(1)) } else { 0 };
        let s = &mut self.ends[end];
        let byte = u8::try_from(number).ok();
        match slot {
            // `srp 18.`: an ordinal so low is no year.
            "y4" if number < 1000 && number_token.is_some_and(|n| n.ordinal) => return None,
            "y4" | "yl" | "y" | "y3" => s.year = Some(Year::Full(number)),
            "yy" | GLUED_YEAR => s.year = Some(Year::Two(number)),
            "m" | "month" | "wmonth" => s.month = Some(byte.filter(|m| (1..=12).contains(m))?),
            // A day that must stand in digits: `the 15`, never `the couple`.
            "dd" if number_token.is_none_or(|n| n.digits == 0) => return None,
            "d" | "dd" | "dord" | "day" | LOOSE_DAY => s.day = Some(byte.filter(|d| (1..=31).contains(d))?),
            "weekday" | "wweekday" => s.weekday = byte,
            // `Montagabend` is one word: `1 EV`.
            "weekdaypod" => {
                let (weekday, pod) = text.split_once(' ')?;
                s.weekday = weekday.parse().ok();
                s.pod = Pod::read(pod);
            }
            "h" | "hour" => {
                s.hour = byte.filter(|h| *h <= 30);
                s.hour?;
                s.padded = number_token.is_some_and(|n| n.digits == 2 && n.value < 10.0);
            }
            "mm" | "minute" => s.minute = byte.filter(|m| *m < 60),
            "ke" => s.minute = Some(byte.filter(|k| (1..4).contains(k))? * 15),
            // Thai texts count from the Buddha's death, often without a word for it, of two digits from the year 2500.
            "beyear" => {
                s.year = Some(Year::Full(match number {
                    0..100 => 1957 + number,
                    2400..2700 => number - 543,
                    _ => number,
                }));
            }
            // The day of the Islamic calendar, whose year stands behind it.
            "hmonth" => self.hijri = byte,
            "hyear" => {
                let (day, month) = (s.day?, self.hijri?);
                let date = islamic(Some(number).filter(|y| HIJRI_YEARS.contains(y))?, month, day)?;
                s.year = Some(Year::Full(i32::from(date.year())));
                (s.month, s.day) = (Some(date.month() as u8), Some(date.day() as u8));
            }
            // Taiwan's fiscal and school years are counted from 1911 without a word for it.
            "rocyear" => {
                s.year =
                    Some(Year::Full(super::order::BEFORE_REPUBLIC + Some(number).filter(|n| (80..=140).contains(n))?))
            }
            "yearmod" | "monthmod" => {
                let unit = if slot == "yearmod" { Unit::Year } else { Unit::Month };
                s.shift = Some(shift(unit, 0.0, Anchor::Speech));
                s.modifier = modifier(text);
            }
            "sec" => s.second = byte,
            "halfpast" => (s.hour, s.minute) = (Some(byte.filter(|h| *h <= 24)?), Some(30)),
            "quarterpast" => (s.hour, s.minute) = (Some(byte.filter(|h| *h <= 24)?), Some(15)),
            "quarterto" => (s.hour, s.minute) = (Some((byte.filter(|h| (1..=24).contains(h))? + 23) % 24), Some(45)),
            // `half acht` is half past seven.
            "halfto" => {
                s.hour = Some((byte.filter(|h| (1..=24).contains(h))? + 23) % 24);
                s.minute = u8::try_from(30 + self.beside_half).ok();
            }
            // `tien voor half vier`, `zehn nach halb vier`
            "halfless" => self.beside_half = -Some(number).filter(|n| (1..30).contains(n))?,
            "halfmore" => self.beside_half = Some(number).filter(|n| (1..30).contains(n))?,
            "pastmin" => s.minute = Some(byte.filter(|m| *m < 60)?),
            "pasthour" => s.hour = Some(byte.filter(|h| *h <= 24)?),
            // `ten to eight`
            "tomin" => s.minute = Some(60 - byte.filter(|m| (1..60).contains(m))?),
            "tohour" => s.hour = Some((byte.filter(|h| (1..=24).contains(h))? + 23) % 24),
            "wdir" => s.shift = Some(shift(Unit::Week, value, Anchor::Speech)),
            // `tomorrow 1730`; `Monday 2018` is the year.
            "hm" if (1900..2100).contains(&number) => return None,
            "hmm" | "hm" => {
                s.hour = Some((number / 100) as u8);
                s.minute = Some((number % 100) as u8);
            }
            "clock" | "dotclock" | "hours" | "days" | "frac" | "ymd" | "md" | "dm" | "ym" | "years" => {
                let What::Stamp(stamp) = token.what else { return None };
                return self.stamp(slot, end, &stamp, language);
            }
            "season" | "wseason" => s.season = byte,
            "quarter" => {
                let quarter = match token.what {
                    // `1/4분기`, `1.4분기`: the first of four.
                    What::Stamp(Stamp { parts: [q, 4, _], count: 2, .. }) => u8::try_from(q).ok(),
                    What::Stamp(_) => None,
                    _ => byte,
                };
                s.quarter = Some(quarter.filter(|q| (1..=4).contains(q))?);
            }
            "half" => s.half = Some(byte.filter(|h| (1..=2).contains(h))?),
            "week" => s.week = Some(byte.filter(|w| (1..=53).contains(w))?),
            "weekend" => s.weekend = true,
            "weekof" => s.week_of = true,
            "third" => s.third = byte,
            "pod" => s.pod = Pod::read(text),
            "ampm" => s.pm = Some(text == "pm"),
            "zone" => s.zone = text.trim_start_matches('+').parse().ok(),
            "century" => s.century = Some(number - 1),
            "hundreds" => s.century = Some(number / 100),
            "decade" => s.decade = Some(number).filter(|n| n % 10 == 0),
            // `1920-talet` is a decade, `1800-talet` a century.
            "round" if number % 100 == 0 => s.century = Some(number / 100),
            "round" => s.decade = Some(number).filter(|n| n % 10 == 0),
            // A bare `91` is a year only where it cannot be a day, a month, or a small count.
            "yy50" => s.year = Some(Year::Two(Some(number).filter(|n| (50..=99).contains(n))?)),
            "rel" => {
                let mut shift = relative(text)?;
                if shift.unit == Unit::Night {
                    shift.unit = Unit::Day;
                    s.pod = Some(Pod::Night);
                }
                s.shift = Some(shift);
            }
            "nowpod" | "lastpod" | "nextpod" => {
                let days =
                    f64::from(["lastpod", "nowpod", "nextpod"].iter().position(|p| *p == slot).unwrap_or(1) as u8)
                        - 1.0;
                s.shift = Some(shift(Unit::Day, days, Anchor::Speech));
                s.pod = Pod::read(text);
            }
            // `同12日`: a day of the month told; `翌6日` is the next such day after the one told.
            "same" => {
                s.told = true;
                s.named = Some(number).filter(|n| *n != 0);
            }
            "dir" => self.dir = Some(number),
            "dirtold" => {
                self.dir = Some(number);
                s.told = true;
            }
            "firstyear" => {
                let What::Stamp(stamp) = token.what else { return None };
                s.year = Some(Year::Full(stamp.parts[0]));
            }
            "era" => self.era = Some(number),
            "erayear" => {
                let year = self.era?.checked_add(number)?;
                s.year = Some(Year::Full(year));
                self.of_moon = year <= LAST_OF_MOON || LUNAR_ERAS.contains(&self.era?);
            }
            // `令和3-7-18`
            "eraymd" => {
                let What::Stamp(Stamp { parts: [y, m, d], lens: [..=2, ..], .. }) = token.what else { return None };
                s.year = Some(Year::Full(self.era? + y));
                s.month = u8::try_from(m).ok();
                s.day = u8::try_from(d).ok();
            }
            // `110/9/12`, `112.05.30`: with points or dashes only in full, since `110.9.12` is a version.
            "rocymd" => {
                let What::Stamp(Stamp { parts: [y, m, d], lens: [3, lm, ld], sep, .. }) = token.what else {
                    return None;
                };
                s.year = Some(Year::Full(super::order::BEFORE_REPUBLIC + Some(y).filter(|y| (80..=140).contains(y))?));
                s.month = u8::try_from(m).ok().filter(|_| sep == b'/' || (lm, ld) == (2, 2));
                s.day = u8::try_from(d).ok().filter(|_| s.month.is_some());
                s.day?;
            }
            "bc" => s.bc = true,
            "fiscal" => s.fiscal = true,
            "lunar" => s.lunar = true,
            "leap" => (s.lunar, s.leap) = (true, true),
            // `昭和40年代`: ten years of the era.
            "eradecade" => {
                let first = self.era? + number;
                s.year = Some(Year::Full(first));
                self.ends[1].year = Some(Year::Full(first + 9));
                self.second_end = true;
            }
            // `明后天`, `今明两年`
            "relpair" => {
                let (first, second) = text.split_once(' ')?;
                s.shift = Some(relative(first)?);
                self.ends[1].shift = Some(relative(second)?);
                self.second_end = true;
            }
            // `七八月份`, `下午七八点`
            "monthpair" | "hourpair" => {
                let n = number_token?;
                let second = n.pair?;
                let first = if n.digitwise { byte? / 10 } else { byte? };
                let second = if n.digitwise { second } else { first / 10 * 10 + second };
                if slot == "monthpair" {
                    (s.month, self.ends[1].month) = (Some(first), Some(second).filter(|m| *m <= 12));
                    self.ends[1].month?;
                } else {
                    (s.hour, self.ends[1].hour) = (Some(first), Some(second).filter(|h| *h <= 24));
                    self.ends[1].hour?;
                }
                self.second_end = true;
            }
            "nextmonth" => {
                let month = byte.filter(|m| *m <= 12)?;
                self.ends[0].month.filter(|m| m + 1 == month)?;
                self.ends[1].month = Some(month);
                self.second_end = true;
            }
            // `20、21日`: two days are one time when the second follows the first.
            "nextday" => {
                let day = byte.filter(|d| *d <= 31)?;
                self.ends[0].day.filter(|d| d + 1 == day)?;
                self.ends[1].day = Some(day);
                self.second_end = true;
            }
            "lmonth" => (s.lunar, s.month) = (true, byte),
            "lday" => (s.lunar, s.day) = (true, byte),
            "mod" => s.modifier = modifier(text).or(s.modifier),
            "holiday" => {
                let (day, length) = text.split_once(" x").unwrap_or((text, "1"));
                s.holiday = Some(Holiday::read(day)?);
                self.days = Some(length.parse().ok()?).filter(|n| *n > 1.0);
            }
            // The five years of a plan that is known by its number.
            "plan" => {
                s.year = Some(Year::Full(number));
                self.ends[1].year = Some(Year::Full(number + 4));
                self.second_end = true;
            }
            "firstof" => self.part = Some(i8::try_from(number).ok()?),
            "lastof" => self.part = Some(-i8::try_from(number).ok().filter(|n| *n > 0)?),
            // `前10月`, `前三季度`: of this year, where none is named.
            "firstmonths" | "firstquarters" => {
                self.part = Some(i8::try_from(number).ok()?);
                self.units[0] = Some(if slot == "firstmonths" { Unit::Month } else { Unit::Quarter });
            }
            "nth" => self.nth = Some(i8::try_from(number).ok()?),
            "last" => self.nth = Some(-1),
            "ref" => {
                self.reference = Some(match text {
                    "PAST" => -1,
                    "FUTURE" => 1,
                    _ => 0,
                });
            }
            "setvalue" => self.every = Some(set_amount(text)?),
            "n" | "num" | "one" => {
                let i = usize::from(nth.min(2));
                self.amounts[i] = (Some(value), true);
                if let Some(Number { pair: Some(p), .. }) = number_token {
                    let base = if value > 99.0 { (value / 10.0).floor() * 10.0 } else { 0.0 };
                    if (10.0..100.0).contains(&value) && number_token.is_some_and(|n| n.digitwise) {
                        self.amounts[i].0 = Some((value / 10.0).floor());
                        self.upto = Some(value % 10.0);
                    } else {
                        self.upto = Some(if base > 0.0 { base + f64::from(p) } else { f64::from(p) });
                    }
                } else if number_token.is_some_and(|n| n.digitwise) && (11.0..100.0).contains(&value) {
                    // `三五天`: from three to five; thirty-five is 三十五.
                    self.amounts[i].0 = Some((value / 10.0).floor());
                    self.upto = Some(value % 10.0);
                }
            }
            "fraction" => {
                // `half an hour` (1/2), `a quarter of an hour` (1/4): the value names the denominator.
                self.amounts[usize::from(nth.min(2))] = (Some(1.0 / value.max(1.0)), true);
            }
            // `三至五年`
            "upto" => {
                let first = self.amounts[0].0?;
                self.upto = Some(Some(value).filter(|n| *n > first)?);
            }
            // `二、三年`
            "nextn" => self.upto = Some(Some(value).filter(|n| self.amounts[0].0.map(|a| a + 1.0) == Some(*n))?),
            // `1日8時間`, `今日1日`: one, and no other number.
            "single" => self.amounts[0] = (Some(f64::from(Some(number).filter(|n| *n == 1)?)), true),
            "wholeday" => {
                s.shift.filter(|x| x.unit == Unit::Day && number == 1)?;
            }
            // `9秒58`: hundredths behind the unit.
            "decimals" if self.units[0] == Some(Unit::Second) => {
                let digits = number_token.filter(|n| n.digits > 0)?.digits;
                let whole = self.amounts[0].0?;
                self.amounts[0].0 = Some(whole + value / 10f64.powi(i32::from(digits)));
            }
            "decimals" => return None,
            // A length that has a word of its own: `一刻钟`.
            "amount" => {
                let amount = set_amount(text)?;
                let (n, unit) = amount.parts[0]?;
                (self.amounts[0], self.units[0]) = ((n, true), Some(unit));
            }
            // `डेढ़`, `ढाई`: one and a half, two and a half.
            "nhalf" => self.amounts[usize::from(nth.min(2))] = (Some(value + 0.5), true),
            "plushalf" => self.half = true,
            "few" => self.amounts[usize::from(nth.min(2))] = (None, true),
            "thisunit" => {
                let unit = Unit::read(text)?;
                // The year is the one told of; the weekend is found by tense.
                if unit == Unit::Weekend {
                    s.weekend = true;
                } else {
                    s.shift = Some(shift(unit, 0.0, Anchor::Told));
                }
            }
            "units" => {
                let i = usize::from(nth.min(2));
                self.amounts[i] = (None, true);
                self.units[i] = Unit::read(text);
            }
            "unit" => {
                let i = usize::from(nth.min(2));
                self.units[i] = Unit::read(text);
                if text == "fortnight" {
                    let n = self.amounts[i].0.unwrap_or(1.0);
                    self.amounts[i] = (Some(n * 2.0), true);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn stamp(&mut self, slot: &str, end: usize, stamp: &Stamp, language: &Language) -> Option<()> {
        let s = &mut self.ends[end];
        let [a, b, c] = stamp.parts;
        match slot {
            "clock" | "dotclock" => {
                s.hour = Some(a as u8);
                s.minute = Some(b as u8);
                s.second = (stamp.count == 3).then_some(c as u8);
                s.padded = true;
            }
            // `3/4 hour`, which may be a day and a month
            "frac" if a < b && b <= 4 => {
                let whole = self.amounts[0].0.unwrap_or(0.0);
                self.amounts[0] = (Some(whole + f64::from(a) / f64::from(b)), true);
            }
            "frac" => return None,
            "hours" if stamp.sep != b'-' => return None,
            "hours" => {
                s.hour = Some(u8::try_from(a).ok().filter(|h| *h <= 24)?);
                self.second_end = true;
                self.ends[1].hour = Some(u8::try_from(b).ok().filter(|h| *h <= 24)?);
            }
            // `10-18 June`, which alone would be a month and a day
            "days" if stamp.sep != b'-' || a >= b => return None,
            "days" => {
                s.day = u8::try_from(a).ok();
                self.second_end = true;
                self.ends[1].day = u8::try_from(b).ok();
            }
            "ymd" => {
                // `23/11/16`: Chinese and Japanese begin with the year.
                let year_first = (language.han_numerals && stamp.lens == [2, 2, 2])
                    .then_some((a, b as u8, c as u8))
                    .filter(|(_, m, d)| (1..=12).contains(m) && (1..=31).contains(d));
                let (y, m, d) = year_first.or_else(|| date_parts(stamp, language.day_first || stamp.sep == b'.'))?;
                s.year = Some(if stamp.lens[0] == 4 || stamp.lens[2] == 4 { Year::Full(y) } else { Year::Two(y) });
                (s.month, s.day) = (Some(m), Some(d));
                s.swap = year_first.is_none() && stamp.lens[0] != 4 && m <= 12 && d <= 12 && stamp.sep != b'.';
                if let Some((h, mi, sec)) = stamp.time {
                    (s.hour, s.minute, s.second, s.zone) = (Some(h), Some(mi), sec, stamp.zone);
                }
            }
            "md" => {
                let day_first = language.day_first;
                let (d, m) = if a > 12 || day_first && b <= 12 && stamp.sep != b'-' { (a, b) } else { (b, a) };
                (s.month, s.day) = (Some(m as u8), Some(d as u8));
                s.swap = a <= 12 && b <= 12 && stamp.sep != b'-';
            }
            "dm" => (s.month, s.day) = (Some(b as u8), Some(a as u8)),
            "ym" => {
                let (y, m) = if stamp.lens[0] == 4 { (a, b) } else { (b, a) };
                (s.year, s.month) = (Some(Year::Full(y)), Some(m as u8));
            }
            _ => {
                s.year = Some(Year::Full(a));
                self.second_end = true;
                let full = if stamp.lens[1] == 4 { b } else { a / 100 * 100 + b };
                let full = if full < a { full + 100 } else { full };
                self.ends[1].year = Some(Year::Full(full));
            }
        }
        Some(())
    }

    fn amount(&self) -> Option<Amount> {
        let mut amount = Amount { upto: self.upto, ..Amount::default() };
        for i in 0..3 {
            let Some(unit) = self.units[i] else { continue };
            let (n, said) = self.amounts[i];
            // `四季度5年期`: of one length the smaller unit stands behind.
            if amount.parts.iter().flatten().any(|(_, larger)| *larger < unit) {
                return None;
            }
            // `2015年前` is before 2015, `1300年前` a count.
            if unit == Unit::Year && n.is_some_and(|n| (1800.0..2100.0).contains(&n)) {
                return None;
            }
            let mut n = if said { n } else { Some(1.0) };
            let last = i == 2 || self.units[i + 1].is_none();
            if self.half && last {
                n = n.map(|n| n + 0.5);
            }
            amount.parts[i] = Some((n, unit));
        }
        amount.parts[0].map(|_| amount)
    }

    /// `the last three weeks`: an amount behind a direction.
    fn stretch(&self) -> Option<Meaning> {
        let dir = self.dir.filter(|d| d.abs() == 1)?;
        let amount = self.amount().filter(|_| self.amounts[0].1)?;
        Some(Meaning::Span(amount, dir as i8, self.ends[0].modifier))
    }

    fn tell(mut self, means: Means) -> Option<Meaning> {
        self.ends.iter_mut().for_each(|s| s.lunar |= self.of_moon && s.month.is_some() && s.day.is_some());
        let both = self.ends;
        let modifier = both[0].modifier;
        match means {
            Means::Nothing => Some(Meaning::Nothing),
            Means::Ref => Some(Meaning::Ref(self.reference?)),
            Means::Duration => Some(self.stretch().unwrap_or(Meaning::Duration(self.amount()?, modifier))),
            Means::Within => Some(Meaning::Within(self.amount()?, modifier)),
            Means::Behind => Some(Meaning::Span(self.amount()?, -1, modifier)),
            Means::Ahead => Some(Meaning::Span(self.amount()?, 1, modifier)),
            Means::Set => {
                let amount = self.every.or_else(|| self.amount()).unwrap_or_default();
                let mut slots = both[0];
                slots.nth = self.nth.zip(self.units[0]);
                Some(Meaning::Set(amount, slots))
            }
            Means::Ago | Means::Since | Means::Hence | Means::Earlier | Means::Later => {
                let sign = if matches!(means, Means::Hence | Means::Later) { 1.0 } else { -1.0 };
                let anchor = if matches!(means, Means::Earlier | Means::Later) { Anchor::Told } else { Anchor::Speech };
                let mut slots = both[0];
                if slots.weekday.is_some() || slots.month.is_some() && slots.day.is_none() {
                    // `two Fridays ago`
                    slots.named = Some((sign * self.amounts[0].0.unwrap_or(1.0)) as i32);
                } else {
                    let shift = counted(&self.amount()?, sign, anchor)?;
                    slots.shift = Some(Shift { told_as_length: means == Means::Since, ..shift });
                }
                Some(Meaning::Point(slots))
            }
            Means::BeforeLast => Some(Meaning::Point(Slots { named: Some(-2), ..both[0] })),
            Means::Point if self.stretch().is_some() => self.stretch(),
            Means::Point | Means::Range => {
                let mut a = both[0];
                let byte = |n: i8| u8::try_from(n).ok();
                if let Some(nth) = self.nth {
                    // `the second Wednesday` counts days of that name.
                    let named = a.weekday.map(|_| Unit::Day).or(a.weekend.then_some(Unit::Weekend));
                    let unit = self.units[0].take().or(named)?;
                    match (unit, byte(nth)) {
                        (Unit::Quarter, Some(n @ 1..=4)) => a.quarter = Some(n),
                        (Unit::Half, Some(n @ 1..=2)) => a.half = Some(n),
                        (Unit::Century, Some(n @ 1..)) => a.century = Some(i32::from(n) - 1),
                        _ => a.nth = Some((nth, unit)),
                    }
                }
                if let Some(part) = self.part.filter(|p| *p != 0) {
                    let unit = self.units[0].take().filter(|u| *u < Unit::Year)?;
                    let (first, last) = if part > 0 { (1, part) } else { (part, -1) };
                    if !a.has_date() {
                        a.shift = Some(shift(Unit::Year, 0.0, Anchor::Speech));
                    }
                    let end = |n| Slots { nth: Some((n, unit)), ..a };
                    return Some(Meaning::Range(end(first), end(last)));
                }
                if let Some(days) = self.days {
                    let offset = Some(shift(Unit::Day, days - 1.0, Anchor::Speech));
                    return Some(Meaning::Range(a, Slots { offset, ..a }));
                }
                if a.lunar && a.month.is_some() && a.day.is_none() {
                    return Some(Meaning::Range(Slots { day: Some(1), ..a }, Slots { day: Some(LAST_DAY), ..a }));
                }
                if let Some(dir) = self.dir {
                    match self.units[0] {
                        Some(unit) => {
                            let count = self.amounts[0].0.unwrap_or(1.0);
                            let anchor = if a.told { Anchor::Told } else { Anchor::Speech };
                            a.shift = Some(shift(unit, f64::from(dir) * count, anchor));
                            a.weekend |= unit == Unit::Weekend;
                        }
                        // `지난 1979년`: the year says which.
                        None if a.year.is_some() => {}
                        None => a.named = Some(dir),
                    }
                }
                if a.bc
                    && let Some(Year::Full(y)) = a.year
                {
                    a.year = Some(Year::Full(1 - y));
                }
                if !self.second_end && means == Means::Point {
                    // A second capture of the same name fills what the first left open.
                    return Some(Meaning::Point(a));
                }
                let mut b = self.ends[1];
                if b.bc
                    && let Some(Year::Full(y)) = b.year
                {
                    b.year = Some(Year::Full(1 - y));
                }
                complete(&mut a, &mut b);
                Some(Meaning::Range(a, b))
            }
        }
    }
}

/// `P1D`-like values of set words: amount and unit.
fn set_amount(text: &str) -> Option<Amount> {
    let (n, unit) = text.split_once(' ')?;
    Some(Amount { parts: [Some((n.parse().ok(), Unit::read(unit)?)), None, None], upto: None })
}
