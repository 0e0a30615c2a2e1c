//! Whether day or month comes first in numeric dates: as other dates of the text show it, else as the region writes it, else
//! as the language does. And whether years of two digits are of the era that its other years are of.

use super::calendar::{civil, weekday};
use super::find::Found;
use super::grammar::Language;
use super::slots::{Meaning, Slots, Year};
use super::token::{Stamp, Token, What};

/// What a text shows of its order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence {
    day_first: usize,
    month_first: usize,
    /// Dates whose year is one of the Republic of China, by its three digits (`110/9/12`) or by name.
    republic: usize,
}

/// The year before the first of the Republic of China.
pub const BEFORE_REPUBLIC: i32 = 1911;

impl Evidence {
    /// Looks through what was found in a part of the text.
    pub fn see(&mut self, found: &[Found], tokens: &[Token], language: &Language) {
        for f in found {
            let tokens = &tokens[f.first..f.last];
            self.republic += usize::from(tokens.iter().any(|t| language.is(t, language.ids.republic)));
            for t in tokens {
                if let What::Stamp(stamp) = t.what {
                    self.count(shown(&stamp, language));
                    self.republic += usize::from(language.han_numerals && stamp.count == 3 && stamp.lens[0] == 3);
                }
            }
            if let Meaning::Point(s) = &f.meaning {
                self.count(by_weekday(s).map(|right| right == language.day_first));
            }
        }
    }

    fn count(&mut self, day_first: Option<bool>) {
        self.day_first += usize::from(day_first == Some(true));
        self.month_first += usize::from(day_first == Some(false));
    }

    /// Puts day and month of what was found in a part in the order of the text; `region` is that of its language tag.
    pub fn apply(self, found: &mut [Found], language: &Language, region: Option<&str>) {
        if self.republic > 0 && language.han_numerals {
            each_point(found, of_republic);
        }
        let other = region.is_some_and(|r| language.other_order.iter().any(|o| o == r));
        let day_first = match self.day_first.cmp(&self.month_first) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => language.day_first != other,
        };
        if day_first == language.day_first {
            return;
        }
        each_point(found, turn);
    }
}

impl std::iter::Sum for Evidence {
    fn sum<I: Iterator<Item = Evidence>>(parts: I) -> Evidence {
        parts.fold(Evidence::default(), |a, b| Evidence {
            day_first: a.day_first + b.day_first,
            month_first: a.month_first + b.month_first,
            republic: a.republic + b.republic,
        })
    }
}

/// Changes each point, and both ends of each range.
fn each_point(found: &mut [Found], change: fn(&mut Slots)) {
    for f in found {
        match &mut f.meaning {
            Meaning::Point(s) => change(s),
            Meaning::Range(a, b) => [a, b].into_iter().for_each(change),
            _ => {}
        }
    }
}

/// `88/9/21` in a text that writes `110/9/12`, `67年12月` in one that writes `民國60年`.
fn of_republic(s: &mut Slots) {
    if let (Some(Year::Two(year)), Some(_)) = (s.year, s.month) {
        s.year = Some(Year::Full(BEFORE_REPUBLIC + year));
    }
}

fn turn(s: &mut Slots) {
    if s.swap {
        std::mem::swap(&mut s.month, &mut s.day);
    }
}

/// `13/05/2020` shows that the day comes first.
fn shown(stamp: &Stamp, language: &Language) -> Option<bool> {
    let ([a, b, _], [la, lb, lc]) = (stamp.parts, stamp.lens);
    let slashed = stamp.sep == b'/' || stamp.sep == b'-' && stamp.count == 3;
    // `23/11/16` begins with the year in Chinese and Japanese.
    let year_first = language.han_numerals && lc == 2;
    if !slashed || la > 2 || lb > 2 || year_first {
        return None;
    }
    match (a, b) {
        (13..=31, 1..=12) => Some(true),
        (1..=12, 13..=31) => Some(false),
        _ => None,
    }
}

/// Whether the weekday fits the date as it was read, where it fits that or its turn alone.
fn by_weekday(s: &Slots) -> Option<bool> {
    let (Some(Year::Full(y)), Some(m), Some(d), Some(w), true) = (s.year, s.month, s.day, s.weekday, s.swap) else {
        return None;
    };
    let fits = |m, d| civil(y, m, d).is_some_and(|date| weekday(date) == w);
    (fits(m, d) != fits(d, m)).then(|| fits(m, d))
}
