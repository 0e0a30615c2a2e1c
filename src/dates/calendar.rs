//! Days that move: Easter, n-th weekdays, the Chinese, Hebrew and Islamic calendars.

use super::holiday::Holiday;
use jiff::civil::{Date, Weekday};

/// A civil date that exists.
pub fn civil(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()
}

/// `days` later; none past the calendar's end.
pub fn plus(date: Date, days: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// `months` later, the day capped at the month's end.
pub fn plus_months(date: Date, months: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_months(months).ok()?).ok()
}

/// 1 Monday … 7 Sunday.
pub fn weekday(date: Date) -> u8 {
    date.weekday().to_monday_one_offset() as u8
}

/// Easter Sunday by the Gregorian reckoning (Butcher's algorithm).
fn easter(y: i32) -> Option<Date> {
    let (a, b, c) = (y.rem_euclid(19), y.div_euclid(100), y.rem_euclid(100));
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    civil(y, (n / 31) as u8, (n % 31 + 1) as u8)
}

/// Easter Sunday by the Julian reckoning, as a Gregorian date (Meeus).
fn orthodox(y: i32) -> Option<Date> {
    let (a, b, c) = (y.rem_euclid(4), y.rem_euclid(7), y.rem_euclid(19));
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let n = d + e + 114;
    let julian = civil(y, (n / 31) as u8, (n % 31 + 1) as u8)?;
    plus(julian, i64::from(y / 100 - y / 400 - 2))
}

/// The day of a holiday in a year.
pub fn holiday(h: Holiday, year: i32) -> Option<Date> {
    if !(1..=4000).contains(&year) {
        return None;
    }
    match h {
        Holiday::Fixed(m, d) => civil(year, m, d),
        Holiday::Easter(n) => plus(easter(year)?, i64::from(n)),
        Holiday::Orthodox(n) => plus(orthodox(year)?, i64::from(n)),
        Holiday::Weekday(m, n, w, days) => {
            let w = Weekday::from_monday_one_offset(w as i8).ok()?;
            plus(civil(year, m, 1)?.nth_weekday_of_month(n, w).ok()?, i64::from(days))
        }
        Holiday::Lunar(m, d) => lunar(year, m, false, d),
        Holiday::Hebrew(m, d) => hebrew(year, m, d),
        Holiday::Hijri(m, d) => hijri(year, m, d),
        Holiday::Hindu(m, t, h) => super::moon::hindu(year, m, t, h),
        Holiday::Sun(sign, days) => plus(super::moon::sankranti(year, sign)?, i64::from(days)),
        Holiday::Term(n) => term(year, n),
    }
}

/// Days from the start of the civil year 1 to New Year of a Hebrew year: the mean moon, and the four rules that put
/// the feast off.
fn hebrew_new_year(year: i64) -> i64 {
    let molad = |y: i64| {
        let months = (235 * y - 234).div_euclid(19);
        let day = 29 * months + (12_084 + 13_753 * months).div_euclid(25_920);
        day + i64::from((3 * (day + 1)).rem_euclid(7) < 3)
    };
    let (before, own, after) = (molad(year - 1), molad(year), molad(year + 1));
    let late = if after - own == 356 { 2 } else { i64::from(own - before == 382) };
    own + late - HEBREW_EPOCH
}

/// Days before the civil year 1 on which the Hebrew years begin.
const HEBREW_EPOCH: i64 = 1_373_428;

/// The day of the Hebrew calendar that lies in a civil year; months are counted from Nisan, 12 is the Adar of Purim.
fn hebrew(year: i32, month: u8, day: u8) -> Option<Date> {
    // Autumn begins a new Hebrew year.
    let autumn = matches!(month, 7..=9);
    let own = i64::from(year) + 3760 + i64::from(autumn);
    let (new_year, next) = (hebrew_new_year(own), hebrew_new_year(own + 1));
    // Heshvan and Kislev have the days that make the year long or short.
    let (heshvan, kislev) = match (next - new_year) % 10 {
        3 => (29, 29),
        4 => (29, 30),
        _ => (30, 30),
    };
    let first = match month {
        1..=6 => next - 177 + [0, 30, 59, 89, 118, 148][usize::from(month - 1)],
        7 => new_year,
        8 => new_year + 30,
        9 => new_year + 30 + heshvan,
        10 => new_year + 30 + heshvan + kislev,
        11 => new_year + 59 + heshvan + kislev,
        12 => next - 177 - 29,
        _ => return None,
    };
    plus(civil(1, 1, 1)?, first + i64::from(day) - 1)
}

/// Days from the start of the civil year 1 to that of the tabular Islamic calendar, by the Friday reckoning.
const HIJRI_EPOCH: i64 = 227_014;

/// The first such feast in a civil year, which is kept a day before the tables have it more often than on their day;
/// right to a day or so, since months begin with the sight of the moon.
fn hijri(year: i32, month: u8, day: u8) -> Option<Date> {
    // 33 of its years are 32 of ours.
    let about = (year - 622) * 33 / 32;
    (about - 1..=about + 2).find_map(|y| plus(islamic(y, month, day)?, -1).filter(|x| i32::from(x.year()) == year))
}

/// A day of the tabular Islamic calendar, which documents are dated by: right to a day or so.
pub fn islamic(year: i32, month: u8, day: u8) -> Option<Date> {
    let (y, m, d) = (i64::from(year), i64::from(month), i64::from(day));
    let days = (11 * y + 14).div_euclid(30) + 354 * (y - 1) + 29 * (m - 1) + m / 2 + d - 1;
    plus(civil(1, 1, 1)?, days + HIJRI_EPOCH)
}

/// Lengths of the months of the Chinese calendar from 1900 on, one year a number: bits 16–5 say which of the twelve
/// months have thirty days, the low four bits the leap month, bit 16 above them whether that has thirty.
const LUNAR: [u32; 201] = [
    0x04bd8, 0x04ae0, 0x0a570, 0x054d5, 0x0d260, 0x0d950, 0x16554, 0x056a0, 0x09ad0, 0x055d2, 0x04ae0, 0x0a5b6,
    0x0a4d0, 0x0d250, 0x1d255, 0x0b540, 0x0d6a0, 0x0ada2, 0x095b0, 0x14977, 0x04970, 0x0a4b0, 0x0b4b5, 0x06a50,
    0x06d40, 0x1ab54, 0x02b60, 0x09570, 0x052f2, 0x04970, 0x06566, 0x0d4a0, 0x0ea50, 0x16a95, 0x05ad0, 0x02b60,
    0x186e3, 0x092e0, 0x1c8d7, 0x0c950, 0x0d4a0, 0x1d8a6, 0x0b550, 0x056a0, 0x1a5b4, 0x025d0, 0x092d0, 0x0d2b2,
    0x0a950, 0x0b557, 0x06ca0, 0x0b550, 0x15355, 0x04da0, 0x0a5b0, 0x14573, 0x052b0, 0x0a9a8, 0x0e950, 0x06aa0,
    0x0aea6, 0x0ab50, 0x04b60, 0x0aae4, 0x0a570, 0x05260, 0x0f263, 0x0d950, 0x05b57, 0x056a0, 0x096d0, 0x04dd5,
    0x04ad0, 0x0a4d0, 0x0d4d4, 0x0d250, 0x0d558, 0x0b540, 0x0b6a0, 0x195a6, 0x095b0, 0x049b0, 0x0a974, 0x0a4b0,
    0x0b27a, 0x06a50, 0x06d40, 0x0af46, 0x0ab60, 0x09570, 0x04af5, 0x04970, 0x064b0, 0x074a3, 0x0ea50, 0x06b58,
    0x05ac0, 0x0ab60, 0x096d5, 0x092e0, 0x0c960, 0x0d954, 0x0d4a0, 0x0da50, 0x07552, 0x056a0, 0x0abb7, 0x025d0,
    0x092d0, 0x0cab5, 0x0a950, 0x0b4a0, 0x0baa4, 0x0ad50, 0x055d9, 0x04ba0, 0x0a5b0, 0x15176, 0x052b0, 0x0a930,
    0x07954, 0x06aa0, 0x0ad50, 0x05b52, 0x04b60, 0x0a6e6, 0x0a4e0, 0x0d260, 0x0ea65, 0x0d530, 0x05aa0, 0x076a3,
    0x096d0, 0x04afb, 0x04ad0, 0x0a4d0, 0x1d0b6, 0x0d250, 0x0d520, 0x0dd45, 0x0b5a0, 0x056d0, 0x055b2, 0x049b0,
    0x0a577, 0x0a4b0, 0x0aa50, 0x1b255, 0x06d20, 0x0ada0, 0x14b63, 0x09370, 0x049f8, 0x04970, 0x064b0, 0x168a6,
    0x0ea50, 0x06b20, 0x1a6c4, 0x0aae0, 0x0a2e0, 0x0d2e3, 0x0c960, 0x0d557, 0x0d4a0, 0x0da50, 0x05d55, 0x056a0,
    0x0a6d0, 0x055d4, 0x052d0, 0x0a9b8, 0x0a950, 0x0b4a0, 0x0b6a6, 0x0ad50, 0x055a0, 0x0aba4, 0x0a5b0, 0x052b0,
    0x0b273, 0x06930, 0x07337, 0x06aa0, 0x0ad50, 0x14b55, 0x04b60, 0x0a570, 0x054e4, 0x0d160, 0x0e968, 0x0d520,
    0x0daa0, 0x16aa6, 0x056d0, 0x04ae0, 0x0a9d4, 0x0a2d0, 0x0d150, 0x0f252, 0x0d520,
];

/// The day that stands for the last of a lunar month.
pub const LAST_DAY: u8 = 31;
/// The calendar of 1645 is the first that goes by the true sun.
const FIRST_LUNAR: i32 = 1645;

/// A day of the Chinese calendar. `leap`: the leap month of that number. `LAST_DAY` is the last of the month.
pub fn lunar(year: i32, month: u8, leap: bool, day: u8) -> Option<Date> {
    if (FIRST_LUNAR..1900).contains(&year) {
        return super::moon::chinese(year, month, leap, day);
    }
    let index = usize::try_from(year - 1900).ok().filter(|i| *i < LUNAR.len())?;
    let long = |code: u32, m: u8| if code & (0x10000 >> m) != 0 { 30 } else { 29 };
    let leap_of = |code: u32| (code & 0xF) as u8;
    let leap_days = |code: u32| {
        if leap_of(code) == 0 {
            0
        } else if code & 0x10000 != 0 {
            30
        } else {
            29
        }
    };
    let mut days = 0i64;
    for code in &LUNAR[..index] {
        days += (1..=12).map(|m| long(*code, m)).sum::<i64>() + leap_days(*code);
    }
    let code = LUNAR[index];
    for m in 1..month {
        days += long(code, m) + if leap_of(code) == m { leap_days(code) } else { 0 };
    }
    let mut length = long(code, month);
    if leap {
        if leap_of(code) != month {
            return None;
        }
        days += length;
        length = leap_days(code);
    }
    let day = if day == LAST_DAY { length } else { i64::from(day).min(length) };
    plus(civil(1900, 1, 31)?, days + day - 1)
}

/// A solar term of the Chinese year, 1 (小寒) … 24 (冬至), by the usual formula; right to the day for 1900–2100 but for
/// a handful of days.
fn term(year: i32, n: u8) -> Option<Date> {
    const C20: [f64; 24] = [
        6.11, 20.84, 4.6295, 19.4599, 6.3826, 21.4155, 5.59, 20.888, 6.318, 21.86, 6.5, 22.2, 7.928, 23.65, 8.35,
        23.95, 8.44, 23.822, 9.098, 24.218, 8.218, 23.08, 7.9, 22.6,
    ];
    const C21: [f64; 24] = [
        5.4055, 20.12, 3.87, 18.73, 5.63, 20.646, 4.81, 20.1, 5.52, 21.04, 5.678, 21.37, 7.108, 22.83, 7.5, 23.13,
        7.646, 23.042, 8.318, 23.438, 7.438, 22.36, 7.18, 21.94,
    ];
    let i = usize::from(n.clamp(1, 24) - 1);
    let y = year.rem_euclid(100);
    let c = if year >= 2000 { C21[i] } else { C20[i] };
    let leaps = if i < 4 { (y - 1).div_euclid(4) } else { y / 4 };
    let day = (f64::from(y) * 0.2422 + c).floor() as i32 - leaps;
    civil(year, (i / 2 + 1) as u8, u8::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(h: Holiday, year: i32) -> String {
        holiday(h, year).map(|d| d.to_string()).unwrap_or_default()
    }

    #[test]
    fn easter_moves_and_its_neighbours_with_it() {
        assert_eq!(on(Holiday::Easter(0), 2018), "2018-04-01");
        assert_eq!(on(Holiday::Easter(-46), 2013), "2013-02-13");
        assert_eq!(on(Holiday::Orthodox(0), 2013), "2013-05-05");
    }

    #[test]
    fn the_chinese_calendar_begins_where_the_almanacs_say() {
        for (year, first) in [
            (1900, "1900-01-31"),
            (1949, "1949-01-29"),
            (1984, "1984-02-02"),
            (2000, "2000-02-05"),
            (2020, "2020-01-25"),
            (2023, "2023-01-22"),
            (2024, "2024-02-10"),
            (2025, "2025-01-29"),
            (2033, "2033-01-31"),
            (2050, "2050-01-23"),
            (2100, "2100-02-09"),
        ] {
            assert_eq!(lunar(year, 1, false, 1).map(|d| d.to_string()).as_deref(), Some(first));
        }
        assert_eq!(lunar(2021, 8, false, 15).map(|d| d.to_string()).as_deref(), Some("2021-09-21"));
        assert_eq!(lunar(2023, 2, true, 1).map(|d| d.to_string()).as_deref(), Some("2023-03-22"));
        assert_eq!(lunar(2023, 3, true, 1), None);
    }

    #[test]
    fn feasts_of_the_hebrew_calendar_fall_where_the_almanacs_say() {
        for (month, day, year, want) in [
            (7, 1, 2018, "2018-09-10"),
            (7, 10, 2018, "2018-09-19"),
            (9, 25, 2018, "2018-12-03"),
            (1, 15, 2024, "2024-04-23"),
            (12, 14, 2013, "2013-02-24"),
            (3, 6, 2018, "2018-05-20"),
            (11, 15, 2018, "2018-01-31"),
            (7, 1, 2023, "2023-09-16"),
            (5, 9, 2013, "2013-07-16"),
        ] {
            assert_eq!(on(Holiday::Hebrew(month, day), year), want);
        }
    }

    #[test]
    fn feasts_of_the_islamic_calendar_fall_within_a_day_of_the_almanacs() {
        for (month, day, year, want) in [
            (10, 1, 2013, civil(2013, 8, 8)),
            (1, 1, 2018, civil(2018, 9, 11)),
            (9, 1, 2023, civil(2023, 3, 23)),
            (10, 1, 1950, civil(1950, 7, 16)),
            (12, 10, 2024, civil(2024, 6, 16)),
            (9, 1, 2050, civil(2050, 5, 22)),
        ] {
            let got = holiday(Holiday::Hijri(month, day), year).zip(want);
            assert!(got.is_some_and(|(a, b)| (a - b).get_days().abs() <= 1), "{month}-{day} {year}: {got:?}");
        }
    }

    #[test]
    fn thanksgiving_is_a_fourth_thursday() {
        assert_eq!(on(Holiday::Weekday(11, 4, 4, 0), 2023), "2023-11-23");
        assert_eq!(on(Holiday::Weekday(5, -1, 1, 0), 2023), "2023-05-29");
    }
}
