//! What a match tells, before it is resolved: the parts of a time that were said.

use super::Modifier;
use super::amount::{Amount, Anchor, Shift, Unit};
use super::holiday::Holiday;

/// A year as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// All of it, astronomical.
    Full(i32),
    /// Its last two digits.
    Two(i32),
}

/// The parts of a point in time that were said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slots {
    pub year: Option<Year>,
    /// `19` of the 1800s.
    pub century: Option<i32>,
    /// First year of the decade; below 100: its last two digits.
    pub decade: Option<i32>,
    pub shift: Option<Shift>,
    /// `last` (June), `next` (Friday): by how many.
    pub named: Option<i32>,
    pub season: Option<u8>,
    pub quarter: Option<u8>,
    pub half: Option<u8>,
    /// Week of the year.
    pub week: Option<u8>,
    pub weekend: bool,
    pub month: Option<u8>,
    /// First, middle, last ten days of the month.
    pub third: Option<u8>,
    pub day: Option<u8>,
    pub weekday: Option<u8>,
    pub hour: Option<u8>,
    pub minute: Option<u8>,
    pub second: Option<u8>,
    /// The hour stands on a clock of 24: `3:18`, `08 Uhr`.
    pub padded: bool,
    /// Afternoon (true) or forenoon.
    pub pm: Option<bool>,
    pub zone: Option<i16>,
    pub pod: Option<Pod>,
    /// First (1), last (−1) … such unit of the rest.
    pub nth: Option<(i8, Unit)>,
    /// Entry of the holiday, and how its date is found.
    pub holiday: Option<Holiday>,
    pub modifier: Option<Modifier>,
    pub bc: bool,
    /// Day and month could also be the other way round.
    pub swap: bool,
    /// Fiscal year.
    pub fiscal: bool,
    /// Chinese lunar month and day.
    pub lunar: bool,
    /// The leap month of that number.
    pub leap: bool,
    /// Counted from the date told before, not from now.
    pub told: bool,
    /// So far before or after the rest (`a week from Tuesday`).
    pub offset: Option<Shift>,
    /// The week that holds the day (`the week of 6 March`).
    pub week_of: bool,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pod {
    Morning,
    Midday,
    Afternoon,
    Evening,
    Night,
    Daytime,
    Midnight,
    Noon,
    Dawn,
}

impl Pod {
    pub fn read(name: &str) -> Option<Pod> {
        Some(match name {
            "MO" => Pod::Morning,
            "MI" => Pod::Midday,
            "AF" => Pod::Afternoon,
            "EV" => Pod::Evening,
            "NI" => Pod::Night,
            "DT" => Pod::Daytime,
            "24" => Pod::Midnight,
            "12" => Pod::Noon,
            "DA" => Pod::Dawn,
            _ => return None,
        })
    }

    /// In the words of TIMEX3.
    pub fn name(self) -> &'static str {
        match self {
            Pod::Morning | Pod::Dawn => "MO",
            Pod::Midday => "MI",
            Pod::Afternoon => "AF",
            Pod::Evening => "EV",
            Pod::Night => "NI",
            Pod::Daytime => "DT",
            Pod::Midnight => "24:00",
            Pod::Noon => "12:00",
        }
    }

    /// An hour on the twelve-hour clock read in this part of the day.
    pub fn hour(self, h: u8) -> u8 {
        match self {
            Pod::Morning | Pod::Dawn => h % 24,
            Pod::Afternoon | Pod::Evening if h < 12 => h + 12,
            Pod::Evening if h == 12 => 24,
            Pod::Midday | Pod::Noon if h < 5 => h + 12,
            Pod::Night if (5..12).contains(&h) => h + 12,
            Pod::Night if h == 12 => 24,
            _ => h,
        }
    }
}

/// What a piece of text tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    Point(Slots),
    Range(Slots, Slots),
    Duration(Amount, Option<Modifier>),
    /// A length, or the point at its end where the text looks ahead.
    Within(Amount, Option<Modifier>),
    /// A length that ends (−1) or begins (1) now: whole units of it where it is asked for.
    Span(Amount, i8, Option<Modifier>),
    /// How often: every so much, or at such points.
    Set(Amount, Slots),
    /// `PAST_REF` (−1), `PRESENT_REF` (0), `FUTURE_REF` (1).
    Ref(i8),
    Nothing,
}

impl Slots {
    /// This date at the time of `t`.
    pub fn at(&self, t: &Slots) -> Slots {
        let Slots { hour, minute, second, pm, pod, zone, .. } = *t;
        Slots { hour, minute, second, pm, pod, zone, ..*self }
    }

    /// Nothing finer than a day was said.
    pub fn is_date(&self) -> bool {
        !self.is_time()
    }

    /// Something finer than a day was said.
    pub fn is_time(&self) -> bool {
        self.hour.is_some()
            || self.pod.is_some()
            || self.shift.is_some_and(|s| matches!(s.unit, Unit::Second | Unit::Minute | Unit::Hour) && s.vague == 0)
    }

    /// Something of a day or coarser was said.
    pub fn has_date(&self) -> bool {
        self.year.is_some()
            || self.century.is_some()
            || self.decade.is_some()
            || self.shift.is_some()
            || self.season.is_some()
            || self.quarter.is_some()
            || self.half.is_some()
            || self.week.is_some()
            || self.weekend
            || self.month.is_some()
            || self.third.is_some()
            || self.day.is_some()
            || self.weekday.is_some()
            || self.holiday.is_some()
            || self.nth.is_some()
    }

    /// `today` and no more.
    pub fn is_today(&self) -> bool {
        let today = |s: Shift| s.unit == Unit::Day && !s.counted && s.days == 0 && s.anchor == Anchor::Speech;
        self.shift.is_some_and(today)
            && *self == Slots { shift: self.shift, modifier: self.modifier, ..Slots::default() }
    }

    /// The year alone was said.
    pub fn is_year(&self) -> bool {
        self.year.is_some()
            && *self == Slots { year: self.year, modifier: self.modifier, bc: self.bc, ..Slots::default() }
    }
}

/// Modifier of this name.
pub fn modifier(name: &str) -> Option<Modifier> {
    Some(match name {
        "START" => Modifier::Start,
        "MID" => Modifier::Mid,
        "END" => Modifier::End,
        "APPROX" => Modifier::Approx,
        "LESS_THAN" => Modifier::LessThan,
        "MORE_THAN" => Modifier::MoreThan,
        "EQUAL_OR_LESS" => Modifier::EqualOrLess,
        "EQUAL_OR_MORE" => Modifier::EqualOrMore,
        "BEFORE" => Modifier::Before,
        "AFTER" => Modifier::After,
        "SINCE" => Modifier::Since,
        "UNTIL" => Modifier::Until,
        _ => return None,
    })
}
