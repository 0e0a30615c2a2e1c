//! Amounts of units of time, and how far something lies from what it counts from.

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Night,
    Day,
    Weekend,
    Week,
    Month,
    Quarter,
    Season,
    Half,
    Year,
    Decade,
    Century,
    Millennium,
}

impl Unit {
    /// By its name in language files.
    pub fn read(name: &str) -> Option<Unit> {
        Some(match name {
            "second" => Unit::Second,
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "night" => Unit::Night,
            "day" => Unit::Day,
            "weekend" => Unit::Weekend,
            "week" | "fortnight" => Unit::Week,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "season" => Unit::Season,
            "half" => Unit::Half,
            "year" => Unit::Year,
            "decade" => Unit::Decade,
            "century" => Unit::Century,
            "millennium" => Unit::Millennium,
            _ => return None,
        })
    }
}

/// A length of time: amounts of units; no amount is "some".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amount {
    /// In the order told.
    pub parts: [Option<(Option<f64>, Unit)>; 3],
    /// `三四天`: up to this much.
    pub upto: Option<f64>,
}

impl Amount {
    /// The lesser and the larger of two amounts of one unit.
    pub fn ends(&self) -> Option<(Amount, Amount)> {
        let [Some((_, unit)), None, None] = self.parts else { return None };
        let most = [Some((Some(self.upto?), unit)), None, None];
        Some((Amount { upto: None, ..*self }, Amount { parts: most, upto: None }))
    }
}

/// What a shift counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The time of writing.
    Speech,
    /// The date told before.
    Told,
}

/// So far from an anchor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Whole months.
    pub months: i32,
    /// Whole days.
    pub days: i32,
    /// Seconds.
    pub seconds: i64,
    /// The unit that was counted.
    pub unit: Unit,
    /// From where.
    pub anchor: Anchor,
    /// How far is not said: before (−1) or after (1).
    pub vague: i8,
    /// A counted distance (`3 weeks ago`), not a named one (`last week`).
    pub counted: bool,
    /// As running text is annotated it is the length that was counted (`hace tres años`).
    pub told_as_length: bool,
}

impl Shift {
    /// What a named distance tells without anything to count from: a day, a week, a month of nobody knows when.
    pub fn open(&self) -> Option<&'static str> {
        match self.unit {
            _ if self.counted => None,
            // `At the end of the day` is no day at all.
            Unit::Day if self.anchor == Anchor::Told && self.days == 0 => None,
            Unit::Day | Unit::Night => Some("XXXX-XX-XX"),
            Unit::Week => Some("XXXX-WXX"),
            Unit::Month => Some("XXXX-XX"),
            Unit::Quarter => Some("XXXX-QX"),
            _ => None,
        }
    }

    /// How far it is, where that was counted.
    pub fn length(&self) -> Option<Amount> {
        let whole = |n: i64, by: i64| (n % by == 0).then_some(n / by);
        let n = match self.unit {
            Unit::Second => Some(self.seconds),
            Unit::Minute => whole(self.seconds, 60),
            Unit::Hour => whole(self.seconds, 3600),
            Unit::Day => Some(i64::from(self.days)),
            Unit::Week => whole(i64::from(self.days), 7),
            Unit::Month => Some(i64::from(self.months)),
            Unit::Year => whole(i64::from(self.months), 12),
            _ => None,
        };
        let n = n.filter(|n| self.counted && self.vague == 0 && *n != 0)?;
        Some(Amount { parts: [Some((Some(n.unsigned_abs() as f64), self.unit)), None, None], upto: None })
    }
}

/// `day-1`, `year+0`, `day+1~` (from the date told before).
pub fn relative(value: &str) -> Option<Shift> {
    let (value, anchor) = match value.strip_suffix('~') {
        Some(v) => (v, Anchor::Told),
        None => (value, Anchor::Speech),
    };
    let cut = value.find(['+', '-'])?;
    let unit = Unit::read(&value[..cut])?;
    let n: i32 = value[cut..].trim_start_matches('+').parse().ok()?;
    Some(shift(unit, f64::from(n), anchor))
}

/// A named distance: `last month`.
pub fn shift(unit: Unit, n: f64, anchor: Anchor) -> Shift {
    let mut s = Shift { months: 0, days: 0, seconds: 0, unit, anchor, vague: 0, counted: false, told_as_length: false };
    add(&mut s, unit, n);
    s
}

fn add(s: &mut Shift, unit: Unit, n: f64) {
    // Beyond this a calendar has no year; the cap keeps every sum inside 32 bits.
    let n = n.clamp(-1e6, 1e6);
    let months = |k: f64| (n * k).round() as i32;
    match unit {
        Unit::Second => s.seconds += n.round() as i64,
        Unit::Minute => s.seconds += (n * 60.0).round() as i64,
        Unit::Hour => s.seconds += (n * 3600.0).round() as i64,
        Unit::Night | Unit::Day => {
            s.days += n.trunc() as i32;
            s.seconds += (n.fract() * 86400.0).round() as i64;
        }
        Unit::Weekend | Unit::Week => s.days += (n * 7.0).round() as i32,
        Unit::Month => {
            s.months += n.trunc() as i32;
            s.days += (n.fract() * 30.0).round() as i32;
        }
        Unit::Quarter | Unit::Season => s.months += months(3.0),
        Unit::Half => s.months += months(6.0),
        Unit::Year => s.months += months(12.0),
        Unit::Decade => s.months += months(120.0),
        Unit::Century => s.months += months(1200.0),
        Unit::Millennium => s.months += months(12000.0),
    }
}

/// A counted distance: `two years and three months` before or after.
pub fn counted(amount: &Amount, sign: f64, anchor: Anchor) -> Option<Shift> {
    let (_, unit) = amount.parts[0]?;
    let mut s = Shift { months: 0, days: 0, seconds: 0, unit, anchor, vague: 0, counted: true, told_as_length: false };
    for (n, unit) in amount.parts.iter().flatten() {
        let Some(n) = n else {
            s.vague = sign as i8;
            s.unit = *unit;
            return Some(s);
        };
        s.unit = s.unit.min(*unit);
        if n.fract() != 0.0 {
            s.unit = match unit {
                Unit::Year | Unit::Half => Unit::Month,
                Unit::Month => Unit::Day,
                Unit::Day => Unit::Hour,
                Unit::Hour => Unit::Minute,
                u => s.unit.min(*u),
            };
        }
        add(&mut s, *unit, n * sign);
    }
    Some(s)
}
