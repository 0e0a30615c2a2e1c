//! A resolved point in time, and how it prints: TIMEX3 and EDTF.

use super::amount::{Amount, Unit};
use super::slots::Pod;
use crate::model::edtf::{Edtf, Part, Point};
use jiff::civil::Date;
use std::fmt::Write;

/// How coarse a point is, with what it needs beside the year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grain {
    Century,
    Decade,
    Year,
    Half(u8),
    Quarter(u8),
    Season(u8),
    Month(u8),
    /// Ten days of a month.
    Third(u8, u8),
    /// ISO week.
    Week(u8),
    /// Saturday and Sunday of an ISO week.
    Weekend(u8),
    /// Month and day.
    Day(u8, u8),
    /// A day whose month is not known.
    BareDay(u8),
    /// A day of the week that is not known.
    Weekday(u8),
    /// No date at all: a time of some day.
    None,
}

/// A point in time as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Astronomical; of centuries and decades their first year.
    pub year: Option<i32>,
    /// How coarse.
    pub grain: Grain,
    /// Hour, minute, second as said; an hour without minutes prints as such (`T10`).
    pub hour: Option<u8>,
    pub minute: Option<u8>,
    pub second: Option<u8>,
    pub pod: Option<Pod>,
    pub zone: Option<i16>,
    /// Fiscal year.
    pub fiscal: bool,
}

impl Value {
    /// A point of this grain.
    pub fn new(year: Option<i32>, grain: Grain) -> Value {
        Value { year, grain, hour: None, minute: None, second: None, pod: None, zone: None, fiscal: false }
    }

    /// A day.
    pub fn day(date: Date) -> Value {
        Value::new(Some(i32::from(date.year())), Grain::Day(date.month() as u8, date.day() as u8))
    }

    /// TIMEX3. A range of the third of a month gives both its ends.
    pub fn timex(&self) -> String {
        let mut s = String::new();
        let y = self.year;
        let year = |s: &mut String| match y {
            Some(y) if y <= 0 => write!(s, "BC{:04}", 1 - y),
            Some(y) => write!(s, "{y:04}"),
            None => write!(s, "XXXX"),
        };
        let done = match self.grain {
            Grain::Century => match y {
                Some(y) if y < 0 => write!(s, "BC{:02}", (-y) / 100),
                Some(y) => write!(s, "{:02}", y / 100),
                None => write!(s, "XX"),
            },
            Grain::Decade => match y {
                Some(y) if y < 0 => write!(s, "BC{:03}", (-y) / 10),
                Some(y) => write!(s, "{:03}", y / 10),
                None => write!(s, "XXX"),
            },
            Grain::Year => year(&mut s),
            Grain::Half(h) => year(&mut s).and_then(|()| write!(s, "-H{h}")),
            Grain::Quarter(q) => year(&mut s).and_then(|()| write!(s, "-Q{q}")),
            Grain::Season(n) => {
                let name = ["SP", "SU", "FA", "WI"][usize::from(n.clamp(1, 4) - 1)];
                year(&mut s).and_then(|()| write!(s, "-{name}"))
            }
            Grain::Month(m) => year(&mut s).and_then(|()| write!(s, "-{m:02}")),
            Grain::Third(m, t) => {
                let last = match (t, y) {
                    (1, _) => 10,
                    (2, _) => 20,
                    (_, Some(y)) => Point::new(y, Part::Month(m)).last().map_or(31, |d| d.day() as u8),
                    _ => 31,
                };
                let mut half = |d: u8| year(&mut s).and_then(|()| write!(s, "-{m:02}-{d:02}"));
                let first = t * 10 - 9;
                half(first)
                    .and_then(|()| {
                        s.push('/');
                        year(&mut s)
                    })
                    .and_then(|()| write!(s, "-{m:02}-{last:02}"))
            }
            Grain::Week(w) => year(&mut s).and_then(|()| write!(s, "-W{w:02}")),
            Grain::Weekend(w) => year(&mut s).and_then(|()| match w {
                0 => write!(s, "-WXX-WE"),
                w => write!(s, "-W{w:02}-WE"),
            }),
            Grain::Day(m, d) => year(&mut s).and_then(|()| write!(s, "-{m:02}-{d:02}")),
            Grain::BareDay(d) => year(&mut s).and_then(|()| write!(s, "-XX-{d:02}")),
            Grain::Weekday(w) => year(&mut s).and_then(|()| write!(s, "-WXX-{w}")),
            // `At night` is of some day or of all.
            Grain::None if self.pod.is_some() && self.hour.is_none() => write!(s, "XXXX-XX-XX"),
            Grain::None => Ok(()),
        };
        done.expect("writing to a string does not fail");
        self.time(&mut s);
        s
    }

    fn time(&self, s: &mut String) {
        let done = match (self.hour, self.minute, self.pod) {
            (Some(h), m, _) => {
                let minute = m.map(|m| format!(":{m:02}")).unwrap_or_default();
                let second = self.second.filter(|x| *x > 0).map(|x| format!(":{x:02}")).unwrap_or_default();
                write!(s, "T{h:02}{minute}{second}")
            }
            (None, _, Some(pod)) => write!(s, "T{}", pod.name()),
            _ => Ok(()),
        };
        done.expect("writing to a string does not fail");
    }

    /// As data; none while the year is not known.
    pub fn edtf(&self) -> Option<Edtf> {
        let y = self.year?;
        let one = |part| Some(Edtf::One(Point::new(y, part)));
        let day = |d: Date| Edtf::One(Point::of(d));
        let range = |a: Date, b: Date| Some(Edtf::Range(Some(Point::of(a)), Some(Point::of(b))));
        match self.grain {
            Grain::Century => one(Part::Century),
            Grain::Decade => one(Part::Decade),
            Grain::Year => one(Part::Year),
            Grain::Half(h) => one(Part::Half(h)),
            Grain::Quarter(q) => one(Part::Quarter(q)),
            Grain::Season(n) => one(Part::Season(n)),
            Grain::Month(m) => one(Part::Month(m)),
            Grain::Third(m, t) => {
                let first = Point::day(y, m, t * 10 - 9)?.first()?;
                let last =
                    if t == 3 { Point::new(y, Part::Month(m)).last()? } else { Point::day(y, m, t * 10)?.first()? };
                range(first, last)
            }
            Grain::Week(w) => range(week_day(y, w, 1)?, week_day(y, w, 7)?),
            Grain::Weekend(w) if w > 0 => range(week_day(y, w, 6)?, week_day(y, w, 7)?),
            Grain::Day(m, d) => {
                let date = Point::day(y, m, d)?.first()?;
                match (self.hour, self.minute) {
                    (Some(h), minute) if h < 24 => {
                        let part = Part::Minute(m, d, h, minute.unwrap_or(0), self.zone);
                        one(part)
                    }
                    _ => Some(day(date)),
                }
            }
            Grain::Weekend(_) | Grain::BareDay(_) | Grain::Weekday(_) | Grain::None => None,
        }
    }

    /// Its first day.
    pub fn first(&self) -> Option<Date> {
        self.edtf()?.bounds().0
    }
}

/// The day of an ISO week.
pub fn week_day(year: i32, week: u8, weekday: u8) -> Option<Date> {
    use jiff::civil::{ISOWeekDate, Weekday};
    let weekday = Weekday::from_monday_one_offset(weekday as i8).ok()?;
    Some(ISOWeekDate::new(i16::try_from(year).ok()?, week as i8, weekday).ok()?.date())
}

/// `P3D`, `PT2H30M`, `PXY`.
pub fn duration(amount: &Amount) -> String {
    let (mut date, mut time) = (String::new(), String::new());
    for (n, unit) in amount.parts.iter().flatten() {
        let mut n = *n;
        let (name, is_time) = match unit {
            Unit::Second => ("S", true),
            Unit::Minute => ("M", true),
            Unit::Hour => ("H", true),
            Unit::Night => ("NI", true),
            Unit::Day => ("D", false),
            Unit::Weekend => ("WE", false),
            Unit::Week => ("W", false),
            Unit::Month => ("M", false),
            Unit::Quarter => ("Q", false),
            Unit::Season => ("SE", false),
            Unit::Half => {
                n = n.map(|n| n * 6.0);
                ("M", false)
            }
            Unit::Year => ("Y", false),
            Unit::Decade => {
                n = n.map(|n| n * 10.0);
                ("Y", false)
            }
            Unit::Century => {
                n = n.map(|n| n * 100.0);
                ("Y", false)
            }
            Unit::Millennium => {
                n = n.map(|n| n * 1000.0);
                ("Y", false)
            }
        };
        let name = match (unit, n) {
            (Unit::Decade, None) => "DE",
            (Unit::Century, None) => "CE",
            _ => name,
        };
        let mut both = (n, name);
        // Half a year is six months.
        if *unit == Unit::Year && n == Some(0.5) {
            both = (Some(6.0), "M");
        }
        // Weekend and night are words of TIMEX3 without a time mark.
        let into = if is_time { &mut time } else { &mut date };
        let done = match both.0 {
            Some(n) if n.fract() == 0.0 => write!(into, "{}{}", n as i64, both.1),
            Some(n) => {
                let text = format!("{n:.2}");
                write!(into, "{}{}", text.trim_end_matches('0'), both.1)
            }
            None => write!(into, "X{}", both.1),
        };
        done.expect("writing to a string does not fail");
    }
    let t = if time.is_empty() { "" } else { "T" };
    format!("P{date}{t}{time}")
}
