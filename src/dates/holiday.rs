//! How the dates of feasts are found, as language files write it.

/// How the date of a holiday is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holiday {
    /// Month and day.
    Fixed(u8, u8),
    /// Days from Easter Sunday.
    Easter(i16),
    /// Days from Orthodox Easter Sunday.
    Orthodox(i16),
    /// The n-th (−1: last) weekday of a month, and days from it.
    Weekday(u8, i8, u8, i16),
    /// Day of the Chinese calendar.
    Lunar(u8, u8),
    /// Day of the Hebrew calendar, months counted from Nisan.
    Hebrew(u8, u8),
    /// Day of the tabular Islamic calendar.
    Hijri(u8, u8),
    /// Month of the Hindu calendar from Chaitra, tithi, and the hour at which it counts.
    Hindu(u8, u8, u8),
    /// The day on which the sun enters a sign of the Hindu zodiac (1 the ram), and days from it.
    Sun(u8, i16),
    /// Solar term at this longitude's usual day: month, day.
    Term(u8),
}

impl Holiday {
    /// `12-25` · `easter+39` · `orthodox-2` · `11-4-4` (fourth Thursday of November), `11-4-4+1` · `lunar 1-1` ·
    /// `hebrew 7-10` · `hijri 10-1` · `hindu 7-30@18` · `sun 10+1` · `term 7`.
    pub fn read(value: &str) -> Option<Holiday> {
        let offset =
            |s: &str| -> Option<i16> { if s.is_empty() { Some(0) } else { s.trim_start_matches('+').parse().ok() } };
        if let Some(rest) = value.strip_prefix("easter") {
            return Some(Holiday::Easter(offset(rest)?));
        }
        if let Some(rest) = value.strip_prefix("orthodox") {
            return Some(Holiday::Orthodox(offset(rest)?));
        }
        if let Some(rest) = value.strip_prefix("sun ") {
            let (sign, days) = rest.split_at(rest.find(['+', '-']).unwrap_or(rest.len()));
            return Some(Holiday::Sun(sign.parse().ok()?, offset(days)?));
        }
        if let Some((calendar, rest)) = value.split_once(' ').filter(|c| c.0 != "term") {
            let (m, d) = rest.split_once('-')?;
            let (d, hour) = d.split_once('@').unwrap_or((d, "6"));
            let (m, d) = (m.parse().ok()?, d.parse().ok()?);
            return match calendar {
                "hindu" => Some(Holiday::Hindu(m, d, hour.parse().ok()?)),
                "lunar" => Some(Holiday::Lunar(m, d)),
                "hebrew" => Some(Holiday::Hebrew(m, d)),
                "hijri" => Some(Holiday::Hijri(m, d)),
                _ => None,
            };
        }
        if let Some(rest) = value.strip_prefix("term ") {
            return Some(Holiday::Term(rest.parse().ok()?));
        }
        let (body, days) = value.split_once('+').unwrap_or((value, ""));
        let parts: Vec<&str> = body.splitn(3, '-').collect();
        match parts[..] {
            [m, d] => Some(Holiday::Fixed(m.parse().ok()?, d.parse().ok()?)),
            [m, n, w] => {
                let n = if n == "L" { -1 } else { n.parse().ok()? };
                Some(Holiday::Weekday(m.parse().ok()?, n, w.parse().ok()?, offset(days)?))
            }
            _ => None,
        }
    }
}
