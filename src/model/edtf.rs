//! Dates as data, printed and read as EDTF (ISO 8601-2, the profile that edtf.js accepts).
//!
//! Precision stays what was said: a month is a month, not its first day. Hours without minutes do not exist in EDTF,
//! so an hour alone prints as its day; seasons do not stand inside intervals, so a range of seasons prints its months.

use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// How finely a point in time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The hundred years that share all but the last two digits (`18XX`).
    Century,
    /// The ten years that share all but the last digit (`199X`).
    Decade,
    /// A year.
    Year,
    /// Half of a year, 1–2 (`2024-40`, `2024-41`).
    Half(u8),
    /// Quarter, 1–4 (`2024-33` … `2024-36`).
    Quarter(u8),
    /// Season, 1 spring … 4 winter (`2024-21` … `2024-24`); winter begins in the year it is named after.
    Season(u8),
    /// Month, 1–12.
    Month(u8),
    /// Month and day.
    Day(u8, u8),
    /// Month, day, hour, minute, and minutes east of UTC where they are known.
    Minute(u8, u8, u8, u8, Option<i16>),
}

/// One point in time at the precision it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Astronomical year: 0 is 1 BC, −220 is 221 BC.
    pub year: i32,
    /// How finely it is known.
    pub part: Part,
    /// "About" (`~`).
    pub approximate: bool,
    /// "Perhaps" (`?`).
    pub uncertain: bool,
}

/// A date or a range of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edtf {
    /// One point.
    One(Point),
    /// From the first to the second, both included; an end that is missing is open (`..`).
    Range(Option<Point>, Option<Point>),
}

impl Point {
    /// A point without hedges.
    pub const fn new(year: i32, part: Part) -> Point {
        Point { year, part, approximate: false, uncertain: false }
    }

    /// A day that exists in the calendar; none for 31 April.
    pub fn day(year: i32, month: u8, day: u8) -> Option<Point> {
        civil(year, month, day).map(|_| Point::new(year, Part::Day(month, day)))
    }

    /// The point of a civil date.
    pub fn of(date: Date) -> Point {
        Point::new(i32::from(date.year()), Part::Day(date.month() as u8, date.day() as u8))
    }

    /// First day, inclusive. None outside the years −9999 to 9999.
    pub fn first(&self) -> Option<Date> {
        let y = self.year;
        match self.part {
            Part::Century => civil(y.div_euclid(100) * 100, 1, 1),
            Part::Decade => civil(y.div_euclid(10) * 10, 1, 1),
            Part::Year => civil(y, 1, 1),
            Part::Half(n) => civil(y, n * 6 - 5, 1),
            Part::Quarter(n) => civil(y, n * 3 - 2, 1),
            Part::Season(n) => civil(y, n * 3, 1),
            Part::Month(m) => civil(y, m, 1),
            Part::Day(m, d) | Part::Minute(m, d, ..) => civil(y, m, d),
        }
    }

    /// Last day, inclusive. None outside the years −9999 to 9999.
    pub fn last(&self) -> Option<Date> {
        let y = self.year;
        let month_end = |y, m| civil(y, m, 1).map(|d| d.last_of_month());
        match self.part {
            Part::Century => civil(y.div_euclid(100) * 100 + 99, 12, 31),
            Part::Decade => civil(y.div_euclid(10) * 10 + 9, 12, 31),
            Part::Year => civil(y, 12, 31),
            Part::Half(n) => month_end(y, n * 6),
            Part::Quarter(n) => month_end(y, n * 3),
            Part::Season(4) => month_end(y + 1, 2),
            Part::Season(n) => month_end(y, n * 3 + 2),
            Part::Month(m) => month_end(y, m),
            Part::Day(m, d) | Part::Minute(m, d, ..) => civil(y, m, d),
        }
    }

    /// The word in the `precision` column.
    pub fn precision(&self) -> &'static str {
        match self.part {
            Part::Century => "century",
            Part::Decade => "decade",
            Part::Year => "year",
            Part::Half(_) => "half",
            Part::Quarter(_) => "quarter",
            Part::Season(_) => "season",
            Part::Month(_) => "month",
            Part::Day(..) => "day",
            Part::Minute(..) => "minute",
        }
    }
}

impl Edtf {
    /// First and last day, inclusive; an open end is none.
    pub fn bounds(&self) -> (Option<Date>, Option<Date>) {
        match self {
            Edtf::One(p) => (p.first(), p.last()),
            Edtf::Range(a, b) => (a.and_then(|p| p.first()), b.and_then(|p| p.last())),
        }
    }

    /// The word in the `precision` column: of a range, that of its finer end.
    pub fn precision(&self) -> &'static str {
        match self {
            Edtf::One(p) => p.precision(),
            Edtf::Range(a, b) => [a, b].into_iter().flatten().max_by_key(|p| p.part).map_or("day", |p| p.precision()),
        }
    }
}

/// A civil date that exists.
fn civil(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let y = Year(self.year);
        match self.part {
            Part::Century => write!(f, "{:02}XX", self.year.div_euclid(100))?,
            Part::Decade => write!(f, "{:03}X", self.year.div_euclid(10))?,
            Part::Year => write!(f, "{y}")?,
            Part::Half(n) => write!(f, "{y}-{}", 39 + n)?,
            Part::Quarter(n) => write!(f, "{y}-{}", 32 + n)?,
            Part::Season(n) => write!(f, "{y}-{}", 20 + n)?,
            Part::Month(m) => write!(f, "{y}-{m:02}")?,
            Part::Day(m, d) => write!(f, "{y}-{m:02}-{d:02}")?,
            Part::Minute(m, d, h, min, zone) => {
                write!(f, "{y}-{m:02}-{d:02}T{h:02}:{min:02}")?;
                match zone {
                    Some(0) => f.write_str("Z")?,
                    Some(z) => write!(f, "{}{:02}:{:02}", if z < 0 { '-' } else { '+' }, z.abs() / 60, z.abs() % 60)?,
                    None => {}
                }
            }
        }
        // EDTF does not hedge times of day.
        if matches!(self.part, Part::Minute(..)) {
            return Ok(());
        }
        match (self.approximate, self.uncertain) {
            (true, true) => f.write_str("%"),
            (true, false) => f.write_str("~"),
            (false, true) => f.write_str("?"),
            (false, false) => Ok(()),
        }
    }
}

struct Year(i32);

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            y @ 0..=9999 => write!(f, "{y:04}"),
            y @ -9999..0 => write!(f, "-{:04}", -y),
            y => write!(f, "Y{y}"),
        }
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edtf::One(p) => write!(f, "{p}"),
            Edtf::Range(a, b) => {
                match a {
                    Some(p) => write!(f, "{}", range_end(p, true))?,
                    None => f.write_str("..")?,
                }
                f.write_str("/")?;
                match b {
                    Some(p) => write!(f, "{}", range_end(p, false)),
                    None => f.write_str(".."),
                }
            }
        }
    }
}

/// Seasons, quarters and halves do not stand inside intervals: their first or last month does.
fn range_end(p: &Point, starts: bool) -> Point {
    if !matches!(p.part, Part::Season(_) | Part::Quarter(_) | Part::Half(_)) {
        return *p;
    }
    match if starts { p.first() } else { p.last() } {
        Some(d) => Point { year: i32::from(d.year()), part: Part::Month(d.month() as u8), ..*p },
        None => *p,
    }
}

/// What was found where EDTF was awaited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an EDTF date: `{0}`")]
pub struct NotEdtf(pub String);

impl FromStr for Edtf {
    type Err = NotEdtf;

    fn from_str(s: &str) -> Result<Edtf, NotEdtf> {
        let fail = || NotEdtf(s.to_string());
        let end = |t: &str| match t {
            ".." | "" => Some(None),
            t => point(t).map(Some),
        };
        match s.split_once('/') {
            Some((a, b)) => Ok(Edtf::Range(end(a).ok_or_else(fail)?, end(b).ok_or_else(fail)?)),
            None => point(s).map(Edtf::One).ok_or_else(fail),
        }
    }
}

fn point(s: &str) -> Option<Point> {
    let body = s.trim_end_matches(['~', '?', '%']);
    let hedge = &s[body.len()..];
    let (negative, digits) = match body.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let sign = if negative { -1 } else { 1 };
    let (year, part) = if let Some(y) = digits.strip_prefix('Y') {
        (y.parse::<i32>().ok()?, Part::Year)
    } else if let Some(c) = digits.strip_suffix("XX") {
        (sign * i32::from(c.parse::<i16>().ok()?) * 100, Part::Century)
    } else if let Some(d) = digits.strip_suffix('X') {
        (sign * i32::from(d.parse::<i16>().ok()?) * 10, Part::Decade)
    } else {
        let year = sign * number(digits.get(..4)?)? as i32;
        (year, part(year, digits.get(4..)?)?)
    };
    let (approximate, uncertain) = match hedge {
        "" => (false, false),
        "~" => (true, false),
        "?" => (false, true),
        "%" | "?~" | "~?" => (true, true),
        _ => return None,
    };
    Some(Point { year, part, approximate, uncertain })
}

fn part(year: i32, rest: &str) -> Option<Part> {
    if rest.is_empty() {
        return Some(Part::Year);
    }
    let rest = rest.strip_prefix('-')?;
    let n = number(rest.get(..2)?)? as u8;
    let Some(day) = rest[2..].strip_prefix('-') else {
        return match n {
            _ if rest.len() > 2 => None,
            1..=12 => Some(Part::Month(n)),
            21..=24 => Some(Part::Season(n - 20)),
            33..=36 => Some(Part::Quarter(n - 32)),
            40..=41 => Some(Part::Half(n - 39)),
            _ => None,
        };
    };
    let d = number(day.get(..2)?)? as u8;
    civil(year, n, d)?;
    match day[2..].strip_prefix('T') {
        None => day[2..].is_empty().then_some(Part::Day(n, d)),
        Some(time) => {
            let hour = number(time.get(..2)?)? as u8;
            let minute = number(time.get(3..5)?)? as u8;
            (time.as_bytes().get(2) == Some(&b':') && hour < 25 && minute < 60).then_some(Part::Minute(
                n,
                d,
                hour,
                minute,
                zone(time.get(5..)?)?,
            ))
        }
    }
}

/// What follows the minutes: seconds (dropped) and a zone.
fn zone(s: &str) -> Option<Option<i16>> {
    let s = match s.strip_prefix(':') {
        Some(seconds) => {
            number(seconds.get(..2)?)?;
            seconds[2..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit())
        }
        None => s,
    };
    match s {
        "" => Some(None),
        "Z" => Some(Some(0)),
        _ => {
            let sign = match s.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let digits: String = s[1..].chars().filter(|c| *c != ':').collect();
            let hours = number(digits.get(..2)?)? as i16;
            let minutes = digits.get(2..4).and_then(number).unwrap_or(0) as i16;
            Some(Some(sign * (hours * 60 + minutes)))
        }
    }
}

fn number(s: &str) -> Option<u32> {
    s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for s in [
            "2023-11-17",
            "2023-11",
            "2023",
            "199X",
            "18XX",
            "2022-23",
            "2024-33",
            "2024-41",
            "-0220",
            "2023-08-15~",
            "2023-11-16/2023-11-20",
            "2020/..",
            "../2019-03",
            "2025-02-14T04:20",
            "2025-02-14T04:20+08:00",
            "2025-02-14T04:20Z",
        ] {
            assert_eq!(s.parse::<Edtf>().map(|e| e.to_string()), Ok(s.to_string()));
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for s in ["2023-02-30", "2023-13", "2023-11-17T15", "23-11-17", "", "é023"] {
            assert!(s.parse::<Edtf>().is_err(), "{s}");
        }
    }

    #[test]
    fn seasons_do_not_stand_inside_intervals() {
        let winter = Point::new(2022, Part::Season(4));
        assert_eq!(Edtf::Range(Some(winter), None).to_string(), "2022-12/..");
        assert_eq!(Edtf::Range(None, Some(winter)).to_string(), "../2023-02");
    }
}
