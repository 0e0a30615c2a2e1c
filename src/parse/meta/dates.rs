//! Days in short strings: machine dates of attributes and addresses, and dates as pages print them in many languages.

use super::words::Words;
use crate::model::edtf::Point;

/// Which of day and month stands first where only figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::parse) enum Order {
    /// 25/12/2020
    #[default]
    DayFirst,
    /// 12/25/2020
    MonthFirst,
}

/// How dates are read on one page.
pub(in crate::parse) struct DateReader<'a> {
    pub words: &'a Words,
    /// Primary code of the page's language.
    pub language: &'a str,
    pub order: Order,
}

/// Years that a page can have been published in; printed numbers outside are something else.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2099;
/// The Buddhist era, which Thai pages count in, is so many years ahead.
const BUDDHIST_AHEAD: i32 = 543;

#[derive(Clone, Copy, Debug)]
enum Token<'t> {
    Number { value: i32, n_digits: usize },
    Word(&'t str),
    Mark(char),
}

impl DateReader<'_> {
    /// The first day in `text` and the byte where it begins.
    pub fn first(&self, text: &str) -> Option<(Point, usize)> {
        if !has_digit(text) {
            return None;
        }
        let tokens = tokens(text);
        (0..tokens.len()).find_map(|i| self.at(&tokens[i..]).map(|day| (day, tokens[i].1)))
    }

    /// The day of an attribute or field that holds a date and nothing else: `20200607`, seconds since 1970, or printed.
    pub fn of_field(&self, text: &str) -> Option<Point> {
        let text = text.trim();
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return match text.len() {
                8 | 14 => compact(&text[..8]),
                10 => days_since_1970(text.parse::<i64>().ok()?.div_euclid(86_400)),
                13 => days_since_1970(text.parse::<i64>().ok()?.div_euclid(86_400_000)),
                _ => None,
            };
        }
        // 20200607T1200
        let head = text.split_once('T').map_or("", |(head, _)| head);
        if head.len() == 8
            && let Some(day) = compact(head)
        {
            return Some(day);
        }
        self.first(text).map(|(day, _)| day).or_else(|| self.short(text))
    }

    /// `07.06.20`: two figures for the year, read only where a date is awaited.
    pub fn short(&self, text: &str) -> Option<Point> {
        if !has_digit(text) {
            return None;
        }
        let tokens = tokens(text);
        (0..tokens.len()).find_map(|i| self.short_at(&tokens[i..]))
    }

    fn short_at(&self, tokens: &[(Token<'_>, usize)]) -> Option<Point> {
        let (first, rest) = small(tokens)?;
        let [(Token::Mark(s @ ('.' | '/' | '-')), _), ..] = *rest else { return None };
        let (second, rest) = small(&rest[1..])?;
        let [(Token::Mark(t), _), (Token::Number { value, n_digits: 2 }, _), ..] = *rest else { return None };
        // Up to 68 this century, as POSIX reads two figures.
        let year = if value < 69 { 2000 + value } else { 1900 + value };
        (s == t).then(|| self.numeric(first, second, year, s)).flatten()
    }

    /// A day that begins with the first token.
    fn at(&self, tokens: &[(Token<'_>, usize)]) -> Option<Point> {
        match *tokens.first()? {
            (Token::Number { value, n_digits: 4 }, _) => self.year_first(year(value)?, &tokens[1..]),
            (Token::Number { value, n_digits: 1..=2 }, _) => self.day_first(value, &tokens[1..]),
            (Token::Word(word), _) => {
                let month = self.month(word)?;
                let rest = fillers(&tokens[1..]);
                let (day, rest) = small(rest)?;
                let (year, _) = large(fillers(rest))?;
                point(year, i32::from(month), day)
            }
            _ => None,
        }
    }

    /// `2020-06-07`, `2020年6月7日`, `2020. június 7.`
    fn year_first(&self, year: i32, rest: &[(Token<'_>, usize)]) -> Option<Point> {
        if let Some(after) = separator(rest, &['年', '년'])
            && let Some((month, rest)) = small(after)
            && let Some(after) = separator(rest, &['月', '월'])
            && let Some((day, _)) = small(after)
        {
            return point(year, month, day);
        }
        let rest = fillers(rest);
        let (Token::Word(word), _) = *rest.first()? else { return None };
        let month = self.month(word)?;
        let (day, _) = small(fillers(&rest[1..]))?;
        point(year, i32::from(month), day)
    }

    /// `7 June 2020`, `07.06.2020`, `7 tháng 6, 2020`
    fn day_first(&self, first: i32, rest: &[(Token<'_>, usize)]) -> Option<Point> {
        if let [
            (Token::Mark(s @ ('.' | '/' | '-')), _),
            (Token::Number { value, n_digits: 1..=2 }, _),
            (Token::Mark(t), _),
            ..,
        ] = *rest
            && s == t
            && let Some((year, _)) = large(&rest[3..])
        {
            return self.numeric(first, value, year, s);
        }
        let rest = fillers(rest);
        let (Token::Word(word), _) = *rest.first()? else { return None };
        // Vietnamese counts its months.
        if word == "tháng" {
            let (month, rest) = small(&rest[1..])?;
            let (year, _) = large(fillers(rest))?;
            return point(year, month, first);
        }
        let month = self.month(word)?;
        let (year, _) = large(fillers(&rest[1..]))?;
        point(year, i32::from(month), first)
    }

    fn numeric(&self, first: i32, second: i32, year: i32, separator: char) -> Option<Point> {
        let month_first = match self.order {
            // Nobody who puts the month first parts with full stops.
            Order::MonthFirst if separator == '.' => second > 12,
            Order::MonthFirst => first <= 12,
            Order::DayFirst => second > 12,
        };
        if month_first { point(year, first, second) } else { point(year, second, first) }
    }

    fn month(&self, word: &str) -> Option<u8> {
        self.words.month(word, self.language)
    }
}

/// The hour of a machine date that is told in UTC: `2020-06-07T23:10:00Z`, `… +00:00`, `… GMT`.
pub(in crate::parse) fn utc_hour(stamp: &str) -> Option<u8> {
    let stamp = stamp.trim();
    let is_utc = ["Z", "+00:00", "+0000", "GMT", "UTC"].iter().any(|zone| stamp.ends_with(zone));
    let (before, after) = stamp.split_once(':')?;
    let hour = before.get(before.len().checked_sub(2)?..)?.parse().ok()?;
    // A stamp of midnight holds a day and no hour.
    let midnight = hour == 0 && after.starts_with("00");
    (is_utc && hour < 24 && !midnight).then_some(hour)
}

/// The day that an address holds: `/2020/06/07/`, `/2020-06-07-title`, `/20200607/`, `/07-06-2020`.
pub(in crate::parse) fn in_url(url: &str) -> Option<Point> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split_once('/')?.1;
    let bytes = path.as_bytes();
    let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let number = |from: usize, to: usize| path.get(from..to).and_then(|s| s.parse::<i32>().ok());
    for i in 0..bytes.len() {
        if !is_digit(i) || (i > 0 && is_digit(i - 1)) {
            continue;
        }
        let n = (i..).take_while(|&j| is_digit(j)).count();
        if n == 8
            && let Some(day) = compact(&path[i..i + 8])
        {
            return Some(day);
        }
        if n == 2
            && let Some(found) = day_first_in_url(bytes.get(i..).unwrap_or_default())
        {
            return Some(found);
        }
        let Some(year) = (n == 4).then(|| number(i, i + 4)).flatten().and_then(year) else { continue };
        let separator = bytes.get(i + 4).copied().filter(|b| matches!(b, b'/' | b'-' | b'_' | b'.'));
        let Some(parted) = separator else { continue };
        if let Some(found) = named_month_in_url(year, path.get(i + 5..).unwrap_or_default(), char::from(parted)) {
            return Some(found);
        }
        // `/2020/0607/`
        let month_end = (i + 5..).take_while(|&j| is_digit(j)).last().map_or(i + 5, |j| j + 1);
        if month_end - (i + 5) == 4 {
            if let (Some(month), Some(day)) = (number(i + 5, i + 7), number(i + 7, i + 9))
                && let Some(found) = point(year, month, day)
            {
                return Some(found);
            }
            continue;
        }
        if !(1..=2).contains(&(month_end - (i + 5))) || bytes.get(month_end).copied() != separator {
            continue;
        }
        let day_end = (month_end + 1..).take_while(|&j| is_digit(j)).last().map_or(month_end + 1, |j| j + 1);
        if !(1..=2).contains(&(day_end - (month_end + 1))) {
            continue;
        }
        if let (Some(month), Some(day)) = (number(i + 5, month_end), number(month_end + 1, day_end))
            && let Some(found) = point(year, month, day)
        {
            return Some(found);
        }
    }
    None
}

/// `jun/07` behind a year.
fn named_month_in_url(year: i32, rest: &str, separator: char) -> Option<Point> {
    let mut parts = rest.split(separator);
    let (month, day) = (parts.next()?.to_ascii_lowercase(), parts.next()?);
    let is = |name: &&str| month.len() >= 3 && name.starts_with(&month);
    let month = MONTHS.iter().position(is)?;
    let day = day.get(..day.find(|c: char| !c.is_ascii_digit()).unwrap_or(day.len()))?;
    if day.len() > 2 { None } else { point(year, month as i32 + 1, day.parse().ok()?) }
}

/// Months as addresses name them, whole or by their first letters.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `07-06-2020` and no figure behind it.
fn day_first_in_url(bytes: &[u8]) -> Option<Point> {
    let (head, rest) = bytes.split_at_checked(10)?;
    let (s, t) = (head[2], head[5]);
    let number = |from: usize, to: usize| std::str::from_utf8(&head[from..to]).ok()?.parse::<i32>().ok();
    let is = s == t && matches!(s, b'-' | b'_' | b'.') && rest.first().is_none_or(|b| !b.is_ascii_digit());
    let figures = [0, 1, 3, 4, 6, 7, 8, 9].iter().all(|&i| head[i].is_ascii_digit());
    if is && figures { point(year(number(6, 10)?)?, number(3, 5)?, number(0, 2)?) } else { None }
}

/// Eight figures.
fn compact(figures: &str) -> Option<Point> {
    let number = |from: usize, to: usize| figures.get(from..to).and_then(|s| s.parse::<i32>().ok());
    point(year(number(0, 4)?)?, number(4, 6)?, number(6, 8)?)
}

fn days_since_1970(days: i64) -> Option<Point> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let day = epoch.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    YEARS.contains(&i32::from(day.year())).then(|| Point::of(day))
}

fn point(year: i32, month: i32, day: i32) -> Option<Point> {
    Point::day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// A year in which pages are published, the Buddhist era counted back.
fn year(value: i32) -> Option<i32> {
    if YEARS.contains(&value) {
        return Some(value);
    }
    Some(value - BUDDHIST_AHEAD).filter(|y| (1990..=2099).contains(y))
}

fn small<'s, 't>(tokens: &'s [(Token<'t>, usize)]) -> Option<(i32, &'s [(Token<'t>, usize)])> {
    match *tokens.first()? {
        (Token::Number { value, n_digits: 1..=2 }, _) => Some((value, &tokens[1..])),
        _ => None,
    }
}

fn large<'s, 't>(tokens: &'s [(Token<'t>, usize)]) -> Option<(i32, &'s [(Token<'t>, usize)])> {
    match *tokens.first()? {
        (Token::Number { value, n_digits: 4 }, _) => Some((year(value)?, &tokens[1..])),
        _ => None,
    }
}

/// What stands after a separator of figures, if one stands here.
fn separator<'s, 't>(tokens: &'s [(Token<'t>, usize)], words: &[char]) -> Option<&'s [(Token<'t>, usize)]> {
    match *tokens.first()? {
        (Token::Mark('-' | '/' | '.'), _) => Some(&tokens[1..]),
        (Token::Word(word), _) if word.chars().count() == 1 && words.iter().any(|w| word.starts_with(*w)) => {
            Some(&tokens[1..])
        }
        _ => None,
    }
}

/// Words and marks that stand between the parts of a printed date.
fn fillers<'s, 't>(mut tokens: &'s [(Token<'t>, usize)]) -> &'s [(Token<'t>, usize)] {
    const WORDS: [&str; 24] = [
        "de", "del", "of", "the", "st", "nd", "rd", "th", "er", "re", "m", "d", "г", "года", "року", "den", "d’", "di",
        "năm", "a", "ta", "på", "e", "i",
    ];
    // Three are enough: `7th of June, 2020`.
    for _ in 0..3 {
        match tokens.first() {
            Some((Token::Mark('.' | ',' | '-' | '/' | 'º' | 'ª' | '°' | '،'), _)) => tokens = &tokens[1..],
            Some((Token::Word(word), _)) if WORDS.contains(&word.to_lowercase().as_str()) => tokens = &tokens[1..],
            _ => break,
        }
    }
    tokens
}

/// Numbers, words and marks of `text`, blanks left out, each with its first byte.
fn tokens(text: &str) -> Vec<(Token<'_>, usize)> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if digit(c).is_some() {
            let (mut value, mut n_digits) = (0i32, 0usize);
            while let Some(d) = chars.peek().and_then(|&(_, c)| digit(c)) {
                value = value.saturating_mul(10).saturating_add(d);
                n_digits += 1;
                chars.next();
            }
            found.push((Token::Number { value, n_digits }, start));
        } else if c.is_alphabetic() {
            let mut end = start;
            let mut before = None;
            while let Some(&(at, c)) = chars.peek() {
                // 年, 月, 日 are words of their own.
                let alone = is_date_sign(c) || before.is_some_and(is_date_sign);
                if !(c.is_alphabetic() || is_mark(c)) || (alone && before.is_some()) {
                    break;
                }
                before = Some(c);
                end = at + c.len_utf8();
                chars.next();
            }
            found.push((Token::Word(&text[start..end]), start));
        } else {
            chars.next();
            if !c.is_whitespace() {
                found.push((Token::Mark(c), start));
            }
        }
    }
    found
}

/// There is no date without figures.
pub(in crate::parse) fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || (!text.is_ascii() && text.chars().any(|c| digit(c).is_some()))
}

fn is_date_sign(c: char) -> bool {
    matches!(c, '年' | '月' | '日' | '년' | '월' | '일')
}

/// Signs that belong to the letter before: vowels and accents of Indic and Thai writing.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x0900..=0x0903 | 0x093A..=0x094F | 0x09BC..=0x09CD | 0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E)
}

/// The value of a decimal digit in the scripts that pages print dates in.
fn digit(c: char) -> Option<i32> {
    let code = u32::from(c);
    let zero = match code {
        0x30..=0x39 => 0x30,
        0x660..=0x669 => 0x660,
        0x6F0..=0x6F9 => 0x6F0,
        0x966..=0x96F => 0x966,
        0x9E6..=0x9EF => 0x9E6,
        0xE50..=0xE59 => 0xE50,
        0xFF10..=0xFF19 => 0xFF10,
        _ => return None,
    };
    Some((code - zero) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Examples {
        yes: std::collections::BTreeMap<String, String>,
        no: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct File {
        examples: Examples,
    }

    fn file() -> File {
        toml::from_str(include_str!("../words.toml")).unwrap()
    }

    #[test]
    fn the_examples_of_the_file_hold() {
        let words = Words::builtin();
        let reader = DateReader { words: &words, language: "", order: Order::DayFirst };
        for (text, day) in file().examples.yes {
            assert_eq!(reader.first(&text).map(|(d, _)| d.to_string()), Some(day), "{text}");
        }
        for text in file().examples.no {
            assert_eq!(reader.first(&text).map(|(d, _)| d.to_string()), None, "{text}");
        }
    }

    #[test]
    fn a_word_of_two_languages_is_read_in_the_language_of_the_page() {
        let words = Words::builtin();
        let read = |language| {
            let reader = DateReader { words: &words, language, order: Order::DayFirst };
            reader.first("5. listopada 2020").map(|(d, _)| d.to_string())
        };
        assert_eq!((read("pl"), read("hr")), (Some("2020-11-05".to_string()), Some("2020-10-05".to_string())));
    }

    #[test]
    fn addresses_hold_days() {
        let day = |url| in_url(url).map(|d| d.to_string());
        assert_eq!(day("https://a.b/2020/06/07/title"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/news/2020-6-7-title.html"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/x/20200607/123456"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/2020/0607/c1"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/news/07-06-2020"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/news/of_07.06.2020_x"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/2020/jun/07/title"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/blog/2020/June/7/"), Some("2020-06-07".to_string()));
        assert_eq!(day("https://a.b/2020/marketing/07/"), None);
        assert_eq!(day("https://a.b/news/07-06-20201"), None);
        assert_eq!(day("https://a.b/2020/06/title-99999999"), None);
        assert_eq!(day("https://2020-06-07.example/x"), None);
    }

    #[test]
    fn fields_hold_compact_dates_and_seconds() {
        let words = Words::builtin();
        let reader = DateReader { words: &words, language: "en", order: Order::MonthFirst };
        let day = |text: &str| reader.of_field(text).map(|d| d.to_string());
        assert_eq!(day("20200607"), Some("2020-06-07".to_string()));
        assert_eq!(day("1591488000"), Some("2020-06-07".to_string()));
        assert_eq!(day("1591488000000"), Some("2020-06-07".to_string()));
        assert_eq!(day("06/07/20"), Some("2020-06-07".to_string()));
        assert_eq!(day("07.06.20"), Some("2020-06-07".to_string()));
        assert_eq!(day("07.06.2020"), Some("2020-06-07".to_string()));
        assert_eq!(day("20200607T120000Z"), Some("2020-06-07".to_string()));
        assert_eq!(day("99999999999999999999"), None);
    }
}
