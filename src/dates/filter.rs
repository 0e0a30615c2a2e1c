//! What looks like a date and is none: bare numbers, names, ratios.

use super::Modifier;
use super::amount::{Amount, Unit};
use super::find::Found;
use super::grammar::Language;
use super::slots::{Meaning, Slots, Year};
use super::token::{Token, What};
use crate::text::script::{is_hangul, is_unspaced};

/// A question of its own (`is_query`) is shorter; longer texts need not be looked through for it. Bytes, of which a letter
/// counts one and a character of Han, kana, Hangul or Thai three, since it says as much.
const LONGEST_QUERY: usize = 200;

/// From here on the two ends of a stretch are two expressions, as corpora of prose have them. A guess between the
/// requests that assistants are asked, nearly all shorter, and posts, which are longer.
const LONGEST_REQUEST: usize = 120;

/// Short enough for a question of its own.
pub fn is_short(text: &str) -> bool {
    is_within(text, LONGEST_QUERY)
}

/// Short enough to ask for a stretch as one.
pub fn is_request(text: &str) -> bool {
    is_within(text, LONGEST_REQUEST)
}

fn is_within(text: &str, longest: usize) -> bool {
    let weight = |c: char| if is_unspaced(c) || is_hangul(c) { 3 } else { 1 };
    text.len() < longest || text.len() < 3 * longest && text.chars().map(weight).sum::<usize>() < longest
}

/// Bytes of one letter that may hang on a date that stands alone: `25日に`.
const PARTICLE: usize = 3;

/// Little stands beside the expressions: the text is a question of its own, not prose.
pub fn is_query(found: &[Found], tokens: &[Token], text: &str, language: &Language) -> bool {
    let inside: usize = found.iter().map(|f| f.end - f.start).sum();
    // Longer texts are prose however dense their dates are.
    if inside == 0 || !is_short(text) {
        return false;
    }
    let all = text.bytes().filter(|b| !b.is_ascii_whitespace() && !b.is_ascii_punctuation()).count();
    inside * 10 >= all * 7 || all <= inside + PARTICLE || is_bare(found, tokens, text, language)
}

/// No word stands beside the expressions, at most a particle that hangs on one.
pub fn is_bare(found: &[Found], tokens: &[Token], text: &str, language: &Language) -> bool {
    let letters = |gap: &str| gap.chars().filter(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    let mut at = 0;
    let mut beside = 0;
    for f in found {
        beside += letters(&text[at..lead(f, tokens, language).max(at)]);
        at = f.end;
    }
    beside + letters(&text[at..]) <= if language.unspaced { PARTICLE } else { 0 }
}

/// Where an expression begins with the preposition or article before it: `på mandag`, `le 16`.
fn lead(f: &Found, tokens: &[Token], language: &Language) -> usize {
    let leads = |t: &&Token| {
        t.what != What::Break
            && [language.ids.link, language.ids.article, language.ids.yprep].iter().any(|c| language.is(t, *c))
    };
    tokens[..f.first].last().filter(leads).map_or(f.start, |t| t.start as usize)
}

/// Drops what the words around it speak against, of what was found from the `from`-th on.
pub fn keep(found: &mut Vec<Found>, from: usize, tokens: &[Token], text: &str, language: &Language, query: bool) {
    if language.unspaced && !query {
        found[from..].iter_mut().for_each(|f| lasting(f, tokens, language));
    }
    let stays = |f: &Found| match &f.meaning {
        Meaning::Point(s) => point(f, s, tokens, text, language, query),
        Meaning::Range(a, b) if a.is_year() && b.is_year() && !query => years(f, a, b, tokens, text, language),
        // `七点七至七点八`: a time that ends as it begins is a number.
        Meaning::Range(a, b) if a.hour.is_some() && a == b => false,
        Meaning::Duration(amount, _) => query || !is_rate(f, text) && !is_age(f, amount, text),
        _ => true,
    };
    let mut kept = from;
    for i in from..found.len() {
        if stays(&found[i]) {
            found[kept] = found[i];
            kept += 1;
        }
    }
    found.truncate(kept);
}

/// Between words that say so, two digits and a year are a length (`航行了31年`, `23年来`), and so is a term that another
/// day begins (`自收到之日起十五日内`).
fn lasting(f: &mut Found, tokens: &[Token], language: &Language) {
    let in_class =
        |token: &Token, class: &str| language.lexicon.classes.get(class).is_some_and(|c| language.is(token, c));
    let led = |class: &str| {
        let before = f.first.checked_sub(1).map(|i| &tokens[i]);
        before.is_some_and(|t| t.end as usize == f.start && in_class(t, class))
    };
    // `4月から24年度`: a fiscal year is no length.
    let longfor = led("longfor") && !in_class(&tokens[f.last - 1], "fymark");
    let behind = tokens.get(f.last).is_some_and(|t| t.start as usize == f.end && in_class(t, "lasting"));
    match f.meaning {
        Meaning::Point(s) if s.is_year() && (longfor || behind) => {
            let Some(Year::Two(n)) = s.year else { return };
            let parts = [Some((Some(f64::from(n)), Unit::Year)), None, None];
            f.meaning = Meaning::Duration(Amount { parts, upto: None }, s.modifier);
        }
        // `运营13年后停运`: counted from what stands before it, which nothing dates.
        Meaning::Point(s)
            if led("sincethen")
                && let Some(length) = s.shift.filter(|x| x.days + x.months > 0).and_then(|x| x.length()) =>
        {
            f.meaning = Meaning::Duration(length, s.modifier);
        }
        // `於109年判刑`: Taiwan counts from 1911, and nothing is so long.
        Meaning::Duration(Amount { parts: [Some((Some(n), Unit::Year)), None, None], upto: None }, modifier)
            if led("rocled") && ROC_YEARS.contains(&n) && n.fract() == 0.0 =>
        {
            let year = Some(Year::Full(1911 + n as i32));
            f.meaning = Meaning::Point(Slots { year, modifier, ..Slots::default() });
        }
        // `为期三日`
        Meaning::Point(s) if longfor && s.day.is_some() && s == (Slots { day: s.day, ..Slots::default() }) => {
            let parts = [Some((s.day.map(f64::from), Unit::Day)), None, None];
            f.meaning = Meaning::Duration(Amount { parts, upto: None }, None);
        }
        Meaning::Within(amount, modifier) if longfor => f.meaning = Meaning::Duration(amount, modifier),
        _ => {}
    }
}

/// Years of Taiwan in three digits, from 2011 on.
const ROC_YEARS: std::ops::RangeInclusive<f64> = 100.0..=140.0;

/// `40 mg/24 h`: so much in so long.
fn is_rate(f: &Found, text: &str) -> bool {
    text[..f.start].trim_end_matches(' ').ends_with('/')
}

/// `Jean Burget, 87 ans, …`: years of life between two commas or brackets are an age.
fn is_age(f: &Found, amount: &Amount, text: &str) -> bool {
    let years = matches!(amount.parts, [Some((Some(n), Unit::Year)), None, None] if n.fract() == 0.0 && n < OLDEST);
    let before = text[..f.start].trim_end_matches(' ');
    let behind = text[f.end..].trim_start_matches(' ');
    years
        && before.ends_with([',', '('])
        && (behind.is_empty() || behind.starts_with([',', '.', ')', ';', '\n', '-', '–', '—', '\u{ad}']))
}

/// Nobody is older.
const OLDEST: f64 = 120.0;

/// Two bare numbers make a range of years when they could be years and nothing counted stands behind them.
fn years(f: &Found, a: &Slots, b: &Slots, tokens: &[Token], text: &str, language: &Language) -> bool {
    let (Some(Year::Full(a)), Some(Year::Full(b))) = (a.year, b.year) else { return true };
    let counted = text[f.end..].strip_prefix(' ').is_some_and(|r| r.starts_with(char::is_lowercase))
        && !goes_on(tokens.get(f.last), f.end, text, language);
    a <= b && b <= 2100 && (!counted || RECENT.contains(&a))
}

fn point(f: &Found, s: &Slots, tokens: &[Token], text: &str, language: &Language, query: bool) -> bool {
    if let (Some(m), Some(d)) = (s.month, s.day)
        && s.holiday.is_none()
        && !s.lunar
        && super::calendar::civil(
            match s.year {
                Some(Year::Full(y)) => y,
                _ => 2024,
            },
            m,
            d,
        )
        .is_none()
    {
        return false;
    }
    let single = f.last - f.first == 1;
    let token = &tokens[f.first];
    let before = f.first.checked_sub(1).map(|i| &tokens[i]);
    let led = before.is_some_and(|t| language.is(t, language.ids.yprep))
        || f.last - f.first > 1 && language.is(&tokens[f.last - 2], language.ids.yprep)
        || matches!(s.modifier, Some(Modifier::Start | Modifier::Mid | Modifier::End));
    let number = &tokens[f.last - 1];
    if s.is_year()
        && !s.bc
        && matches!(number.what, What::Number(n) if n.digits == 4)
        && (single || s.modifier.is_some())
    {
        let f = Found { start: number.start as usize, ..*f };
        let numbered = before.is_some_and(|t| language.is(t, language.ids.numbered));
        let goes_on = goes_on(tokens.get(f.last), f.end, text, language);
        // `稳定在1300亿斤`, `减到1000人次`, `di 1753 miliardi`
        let counts = |t: &Token| {
            let blank = usize::from(!language.unspaced && text[f.end..].starts_with(' '));
            let number = language.unspaced && matches!(t.what, What::Number(_));
            t.start as usize == f.end + blank && (number || language.is(t, language.ids.counted))
        };
        if tokens.get(f.last).is_some_and(counts) {
            return false;
        }
        let partitive = before.is_some_and(|t| [language.ids.of, language.ids.and].iter().any(|c| language.is(t, *c)));
        let hedges =
            [Modifier::Approx, Modifier::LessThan, Modifier::MoreThan, Modifier::EqualOrLess, Modifier::EqualOrMore];
        let hedged = s.modifier.is_some_and(|m| hedges.contains(&m))
            && !single
            && language.is(&tokens[f.last - 2], language.ids.prefix);
        return year(&f, Around { hedged, led, goes_on, numbered, partitive }, text, language, query);
    }
    // `The second half` is of a match as often as of a year.
    let half = s.half.is_some() && s.year.is_none() && s.shift.is_none();
    if half && !query && language.is(number, language.ids.halfof) {
        return false;
    }
    // `479 mg/24 h`; but `9.30 A.M. / 7.00 P.M.`
    if s.hour.is_some() && s.minute.is_none() && s.pm.is_none() && !s.has_date() && !query && is_rate(f, text) {
        return false;
    }
    if language.unspaced && !query && s.hour.is_some() && f.last - f.first == 2 && s.pod.is_none() && s.minute.is_none()
    {
        // `三点` is three points as often as three o'clock, `一时` any while; in digits it is the hour.
        let digits = matches!(token.what, What::Number(n) if n.digits > 0);
        let once = s.hour == Some(1) && text[f.start..f.end].ends_with(['时', '時']);
        return digits || !once && !text[f.start..f.end].ends_with(['点', '點']);
    }
    // `the 26th floor`: a bare day that runs on into a word is none; but `24 तारीख` says what it counts.
    let counted = !matches!(number.what, What::Number(_))
        && ![language.ids.number, language.ids.ordinal].iter().any(|c| language.is(number, *c));
    if !language.unspaced
        && !query
        && !counted
        && s.day.is_some()
        && s.month.is_none()
        && s.shift.is_none()
        && s.weekday.is_none()
        && !s.is_time()
    {
        let rest = &text[f.end..];
        let digits = matches!(number.what, What::Number(n) if n.digits > 0);
        return digits
            && !rest.strip_prefix(' ').is_some_and(|r| r.starts_with(char::is_alphabetic))
            && !rest.starts_with('-');
    }
    // `at 30 cents`, `by 20 May`: a bare hour that runs on is no time.
    if !language.unspaced
        && !query
        && s.hour.is_some()
        && s.minute.is_none()
        && s.pm.is_none()
        && s.pod.is_none()
        && (matches!(number.what, What::Number(_)) || language.is(number, language.ids.number))
        && !s.has_date()
    {
        let rest = &text[f.end..];
        return s.hour.is_some_and(|h| h <= 24)
            && !rest.strip_prefix(' ').unwrap_or(rest).starts_with(char::is_alphanumeric)
            && !rest.starts_with('-');
    }
    if let What::Stamp(stamp) = token.what
        && stamp.count == 2
        && stamp.sep == b'.'
        && s.year.is_none()
        && s.month.is_some()
        && f.last - f.first == 2
    {
        let ids = &language.ids;
        let prepared = before.is_some_and(|t| language.is(t, ids.dprep) || language.is(t, ids.from));
        let numbered = before.is_some_and(|t| language.is(t, ids.numbered));
        return query || prepared || !numbered && runs_on(&text[f.end..]);
    }
    if !single {
        return true;
    }
    match token.what {
        What::Stamp(stamp) if stamp.count == 2 && stamp.sep != b':' && s.year.is_none() => {
            let part = tokens.get(f.last).is_some_and(|t| language.is(t, language.ids.of));
            let prepared = before.is_some_and(|t| language.is(t, language.ids.dprep));
            query || prepared && !(part && stamp.parts[0] < stamp.parts[1]) || labels(f, text)
        }
        What::Word(_)
            if !query && language.is(token, language.ids.wweekday) && !language.is(token, language.ids.weekday) =>
        {
            false
        }
        What::Stamp(stamp) if stamp.count == 2 && stamp.sep == b':' => {
            // `3:16` is a verse or a score as often as a time.
            query || led || stamp.lens[0] == 2 || stamp.parts[1] % 5 == 0 || language.unspaced
        }
        What::Word(_) if language.capitals && !query => name(f, s, text, led),
        // `con Domingo Pérez`: such words are written small.
        What::Word(_) if language.small && !query && token.capital => !before_name(f, text) || starts(f, text),
        _ => true,
    }
}

/// It opens its line, and a colon or a dash sets it apart from what it dates: `27/9: …`.
fn labels(f: &Found, text: &str) -> bool {
    let opens = text[..f.start].is_empty() || text[..f.start].ends_with('\n');
    opens && [": ", " – ", " — ", " - "].iter().any(|sign| text[f.end..].starts_with(sign))
}

/// The full stop before `rest` ends no sentence.
fn runs_on(rest: &str) -> bool {
    let word = rest.strip_prefix(' ').unwrap_or_default();
    rest.starts_with([',', ')', '–', '-', ';', ':'])
        || word.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '–' | '-'))
}

/// Years near enough that a number is one whatever stands behind it.
const RECENT: std::ops::RangeInclusive<i32> = 1700..=2035;

/// Years that stand behind a name (`Sydney 2000`).
const NAMED_YEARS: std::ops::RangeInclusive<i32> = 1900..=2035;

/// Behind a year the sentence goes on; behind a number stands what is counted.
fn goes_on(next: Option<&Token>, end: usize, text: &str, language: &Language) -> bool {
    let Some(next) = next.filter(|t| text[end..].strip_prefix(' ').is_some() && t.start as usize == end + 1) else {
        return false;
    };
    let ids = &language.ids;
    [ids.link, ids.and, ids.to, ids.from, ids.article, ids.past, ids.future, ids.yprep, ids.yearnext]
        .iter()
        .any(|c| language.is(next, *c))
}

/// What the words around a bare number say of it.
#[derive(Clone, Copy)]
struct Around {
    /// It is hedged (`about 1500`), as what is counted is.
    hedged: bool,
    /// A word before it leads to years.
    led: bool,
    /// The sentence goes on behind it.
    goes_on: bool,
    /// The word before it also leads to what is counted (`di 1753 miliardi`, `and 1500 guests`).
    partitive: bool,
    /// The word before it is of a thing that has a number.
    numbered: bool,
}

/// A bare number of four digits is a year when words lead to it or nothing hangs on it.
fn year(f: &Found, around: Around, text: &str, language: &Language, query: bool) -> bool {
    let Around { hedged, led, goes_on, numbered, partitive } = around;
    let digits = text[f.start..f.end].trim_end_matches(char::is_alphabetic);
    let value: i32 = digits.parse().unwrap_or(0);
    // `2009an`: a case ending that years take.
    if f.start + digits.len() < f.end {
        return RECENT.contains(&value);
    }
    let rest = text[f.end..].trim_start_matches(' ');
    // `about 1500 | students`
    if hedged && !goes_on && !query && rest.len() < text[f.end..].len() && rest.starts_with(char::is_alphabetic) {
        return false;
    }
    if led {
        // `di 1300 miliardi`: far from today only what is no count.
        let small = rest.len() < text[f.end..].len() && rest.starts_with(char::is_lowercase);
        // Where nouns have capitals, the year stands before no noun: `nach 1500 Metern`.
        let noun = language.nouns && rest.len() < text[f.end..].len() && rest.starts_with(char::is_uppercase);
        let alone = !noun && (!small || goes_on || !partitive);
        return (1000..=2100).contains(&value) && (RECENT.contains(&value) || alone);
    }
    if !(1500..=2050).contains(&value) {
        return false;
    }
    if language.unspaced && query {
        return true;
    }
    let before = text[..f.start].trim_end_matches(' ');
    let next = rest.chars().next();
    let ends = next.is_none_or(|c| {
        matches!(
            c,
            '.' | ','
                | ';'
                | ':'
                | ')'
                | '!'
                | '?'
                | '\n'
                | '('
                | '。'
                | '，'
                | '、'
                | '）'
                | '；'
                | '：'
                | '»'
                | '"'
                | '”'
        )
    });
    if language.unspaced {
        return (before.ends_with(['(', '（', '在', '于', '於', '自', '至', '到', '从', '從', '的'])) && !ends
            || ends && before.ends_with(['(', '（', '-', '–', '\n']);
    }
    // `Blade Runner 2049`: a number that hangs on a name.
    let word: String = before.chars().rev().take_while(|c| c.is_alphanumeric()).collect();
    let named =
        word.chars().last().is_some_and(char::is_uppercase) || word.chars().next().is_some_and(|c| c.is_ascii_digit());
    if query {
        return true;
    }
    // `Room 2023`, `page 1999`
    if numbered {
        return false;
    }
    let starts_line = before.is_empty() || before.ends_with('\n');
    let capital = word.chars().last().is_some_and(char::is_uppercase);
    // Where nouns have capitals, a capital is no name before the number, and behind it stands what is counted: `wurde 1937
    // eröffnet`, `Frankreichs 1778`.
    let nouns = language.nouns && RECENT.contains(&value);
    let verb = nouns && rest.len() < text[f.end..].len() && rest.starts_with(char::is_lowercase) && value % 10 != 0;
    // `Sydney 2008` is dated; a round number may still count what stands behind it.
    let dated = named && NAMED_YEARS.contains(&value);
    // `the mill's 1989 profit`
    let owned = before.ends_with(['\'', '’', 's']) && before.trim_end_matches('s').ends_with(['\'', '’']);
    let owned = owned && NAMED_YEARS.contains(&value);
    let open = ends || starts_line || goes_on || verb || (dated && capital || owned) && value % 100 != 0;
    (dated || !named || nouns) && open && !before.ends_with(['#', '$'])
}

/// A month or weekday that is somebody's name.
fn name(f: &Found, s: &Slots, text: &str, led: bool) -> bool {
    let month = s.month.is_some() && s.day.is_none() && s.year.is_none() && s.named.is_none();
    if !month || led {
        return true;
    }
    let before = text[..f.start].trim_end_matches(' ');
    let word: String = before.chars().rev().take_while(|c| c.is_alphabetic()).collect();
    !(before_name(f, text) || !starts(f, text) && word.chars().last().is_some_and(char::is_uppercase))
}

/// A word with a capital stands behind it.
fn before_name(f: &Found, text: &str) -> bool {
    text[f.end..].strip_prefix(' ').is_some_and(|r| r.starts_with(char::is_uppercase))
}

/// A sentence begins with it.
fn starts(f: &Found, text: &str) -> bool {
    let before = text[..f.start].trim_end_matches(' ');
    before.is_empty() || before.ends_with(['.', '!', '?', '\n', '"', '“'])
}
