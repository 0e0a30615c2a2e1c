//! Calendars by the places of sun and moon. Feasts of the Hindu calendar: months by the new moon and the sidereal sun, days
//! (tithis) by the moon's distance from the sun. The Chinese calendar before its table begins. Both places come from the
//! main terms of the usual series (Meeus, Astronomical Algorithms): right to a few tenths of a degree, which is half an
//! hour of a tithi.

use super::calendar::{civil, plus};
use jiff::civil::Date;

/// Mean days between new moons.
const MONTH: f64 = 29.530_588_861;
/// Days from noon of 1 January 2000, 12:00 UTC to a new moon soon after.
const NEW_MOON: f64 = 5.26;
/// Days of the sidereal year.
const YEAR: f64 = 365.256_363;
/// India's clock runs so many hours before UTC.
const INDIA: f64 = 5.5;
/// What the sun enters after this hour is kept on the next day.
const EVENING: f64 = 18.0;
/// Peking's clock ran so many hours before UTC.
const PEKING: f64 = 7.76;
/// Degrees of one tithi.
const TITHI: f64 = 12.0;

fn sine(degrees: f64) -> f64 {
    degrees.to_radians().sin()
}

/// Longitude of the sun in degrees, `t` days after noon of 1 January 2000.
fn sun(t: f64) -> f64 {
    let anomaly = 357.529 + 0.985_600_28 * t;
    280.466 + 0.985_647_36 * t + 1.915 * sine(anomaly) + 0.02 * sine(2.0 * anomaly)
}

/// The same against the stars (ayanamsa of Lahiri).
fn sidereal_sun(t: f64) -> f64 {
    (sun(t) - 23.853 - 0.000_038_24 * t).rem_euclid(360.0)
}

/// Degrees by which the moon is ahead of the sun.
fn elongation(t: f64) -> f64 {
    let d = 297.850 + 12.190_749_12 * t;
    let m = 357.529 + 0.985_600_28 * t;
    let a = 134.963 + 13.064_992_95 * t;
    let f = 93.272 + 13.229_350_24 * t;
    let moon = 218.316
        + 13.176_396_48 * t
        + 6.289 * sine(a)
        + 1.274 * sine(2.0 * d - a)
        + 0.658 * sine(2.0 * d)
        + 0.214 * sine(2.0 * a)
        - 0.185 * sine(m)
        - 0.114 * sine(2.0 * f)
        + 0.059 * sine(2.0 * d - 2.0 * a)
        + 0.057 * sine(2.0 * d - m - a)
        + 0.053 * sine(2.0 * d + a)
        + 0.046 * sine(2.0 * d - m)
        - 0.041 * sine(m - a)
        - 0.035 * sine(d)
        - 0.030 * sine(m + a);
    (moon - sun(t)).rem_euclid(360.0)
}

/// The new moon nearest to `t`.
fn new_moon(t: f64) -> f64 {
    let mut t = NEW_MOON + ((t - NEW_MOON) / MONTH).round() * MONTH;
    for _ in 0..4 {
        let off = elongation(t);
        t -= if off > 180.0 { off - 360.0 } else { off } / 360.0 * MONTH;
    }
    t
}

/// The first day in a civil year whose tithi (1–30, 15 the full moon) at an hour of India's clock is that of a month,
/// counted from Chaitra and begun at the new moon.
pub fn hindu(year: i32, month: u8, tithi: u8, hour: u8) -> Option<Date> {
    // The months of winter belong to the Hindu year that began in the spring before.
    [year - 1, year]
        .into_iter()
        .find_map(|y| in_spring_year(y, month, tithi, hour).filter(|d| i32::from(d.year()) == year))
}

/// The same, in the Hindu year that begins in a civil year.
fn in_spring_year(year: i32, month: u8, tithi: u8, hour: u8) -> Option<Date> {
    let epoch = civil(2000, 1, 1)?;
    let day_of = |d: Date| f64::from((d - epoch).get_days());
    // The sun enters the sign of Chaitra's new moon in the middle of March.
    let sign = (f64::from(month) + 10.0) % 12.0;
    let about = day_of(civil(year, 3, 14)?) + (f64::from(month) - 1.0) / 12.0 * YEAR;
    let entered = |t: f64| (sidereal_sun(t) / 30.0).floor() == sign;
    // Of two new moons in one sign the first begins a month that is put in.
    let start = (-1..=2).rev().map(|k| new_moon(about + 15.0 + f64::from(k) * MONTH)).find(|t| entered(*t))?;
    let first = start.floor() as i64;
    (0..=31).find_map(|k| {
        let date = plus(epoch, first + k)?;
        let t = day_of(date) + (f64::from(hour) - INDIA - 12.0) / 24.0;
        let e = elongation(t);
        let e = match t - start {
            x if x < 10.0 && e > 180.0 => e - 360.0,
            x if x > 20.0 && e < 180.0 => e + 360.0,
            _ => e,
        };
        (e >= f64::from(tithi - 1) * TITHI).then_some(date)
    })
}

/// The first day in a civil year on whose evening, by India's clock, the sun stands in a sign of the Hindu zodiac.
pub fn sankranti(year: i32, sign: u8) -> Option<Date> {
    let epoch = civil(2000, 1, 1)?;
    // It enters the ram in the middle of April and stays a month in each; it was there some days earlier when 1600 began.
    let early = civil(year, (sign + 2) % 12 + 1, 6)?;
    let evening = |d: Date| f64::from((d - epoch).get_days()) + (EVENING - INDIA - 12.0) / 24.0;
    let stands = |d: &Date| (sidereal_sun(evening(*d)) / 30.0).floor() == f64::from(sign) - 1.0;
    (0..20).filter_map(|k| plus(early, k)).find(stands)
}

/// A day of the Chinese calendar as it was from 1645 on, by the true sun: nearly always right to the day, and so for that
/// of Japan, whose clock is an hour ahead. `leap`: the leap month of that number.
pub fn chinese(year: i32, month: u8, leap: bool, day: u8) -> Option<Date> {
    let epoch = civil(2000, 1, 1)?;
    // The day that holds a time, and the time at which a day begins.
    let day_at = |t: f64| (t + 0.5 + PEKING / 24.0).floor();
    let begin = |day: f64| day - 0.5 - PEKING / 24.0;
    // The month of the winter solstice is the eleventh.
    let eleventh = |year: i32| -> Option<f64> {
        let mut solstice = f64::from((civil(year, 12, 21)? - epoch).get_days());
        for _ in 0..4 {
            let off = (sun(solstice) - 270.0).rem_euclid(360.0);
            solstice -= if off > 180.0 { off - 360.0 } else { off } / 360.0 * YEAR;
        }
        let moon = new_moon(solstice);
        Some(if day_at(moon) > day_at(solstice) { new_moon(moon - MONTH) } else { moon })
    };
    let before = if month >= 11 { year } else { year - 1 };
    let (first, last) = (eleventh(before)?, eleventh(before + 1)?);
    let start = |k: usize| day_at(new_moon(first + k as f64 * MONTH));
    let sign = |k: usize| (sun(begin(start(k))).rem_euclid(360.0) / 30.0).floor();
    // Of thirteen months the first in which the sun enters no sign repeats the number of the one before it.
    let put_in = ((last - first) / MONTH > 12.5).then(|| (1..13).find(|&k| sign(k) == sign(k + 1))).flatten();
    let k = usize::from((month + 1) % 12);
    let k = match put_in {
        Some(p) if leap => Some(k + 1).filter(|k| *k == p)?,
        Some(p) if p <= k => k + 1,
        _ if leap => return None,
        _ => k,
    };
    let length = (start(k + 1) - start(k)) as u8;
    plus(epoch, start(k) as i64 + i64::from(day.min(length)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_chinese_calendar_fall_where_the_chronicles_say() {
        for (year, month, leap, day, want) in [
            (1661, 1, false, 7, "1661-02-05"),
            (1683, 6, false, 14, "1683-07-08"),
            (1702, 12, false, 14, "1703-01-30"),
            (1722, 11, false, 13, "1722-12-20"),
            (1735, 8, false, 23, "1735-10-08"),
            (1799, 1, false, 3, "1799-02-07"),
            (1850, 1, false, 14, "1850-02-25"),
            (1867, 10, false, 14, "1867-11-09"),
            (1868, 4, true, 1, "1868-05-22"),
            (1874, 12, false, 5, "1875-01-12"),
            (1881, 8, false, 3, "1881-09-25"),
            (1894, 7, false, 1, "1894-08-01"),
            (1898, 8, false, 6, "1898-09-21"),
        ] {
            let got = chinese(year, month, leap, day).map(|d| d.to_string());
            assert_eq!(got.as_deref(), Some(want), "{year}-{month}-{day}");
        }
        // Where the table begins, both agree.
        for month in 1..=12 {
            let table = crate::dates::calendar::lunar(1900, month, false, 1);
            assert_eq!(chinese(1900, month, false, 1), table, "{month}");
        }
    }

    #[test]
    fn the_sun_enters_a_sign_where_the_almanacs_say() {
        for (sign, want) in [
            (10, "2016-01-15"),
            (10, "2017-01-14"),
            (10, "2019-01-15"),
            (10, "2021-01-14"),
            (1, "2018-04-14"),
            (1, "2023-04-14"),
        ] {
            let year = want[..4].parse().expect("a year");
            assert_eq!(sankranti(year, sign).map(|d| d.to_string()).as_deref(), Some(want), "{sign}");
        }
    }

    #[test]
    fn feasts_of_the_hindu_calendar_fall_where_the_almanacs_say() {
        for (month, tithi, hour, want) in [
            (7, 30, 18, "2013-11-03"),
            (7, 30, 18, "2019-10-27"),
            (7, 30, 18, "2023-11-12"),
            (7, 30, 18, "2024-10-31"),
            (7, 28, 20, "2019-10-25"),
            (12, 15, 18, "2013-03-26"),
            (12, 15, 18, "2024-03-24"),
            (5, 15, 12, "2018-08-26"),
            (6, 4, 12, "2019-09-02"),
            (1, 1, 6, "2018-03-18"),
            (1, 13, 6, "2020-04-06"),
            (7, 19, 20, "2018-10-27"),
            (8, 2, 14, "2019-10-29"),
            (5, 23, 24, "2019-08-23"),
            (11, 29, 24, "2023-02-18"),
            (10, 7, 12, "2014-01-07"),
        ] {
            let year = want[..4].parse().expect("a year");
            assert_eq!(
                hindu(year, month, tithi, hour).map(|d| d.to_string()).as_deref(),
                Some(want),
                "{month}-{tithi}"
            );
        }
    }
}
