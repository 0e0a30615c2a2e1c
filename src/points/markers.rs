//! Markers: every way in which the beginning of a line, or a place inside it, may number or bullet an item.

use super::lexicon::{Lexicon, Needs, Role};
use super::numerals::{Number, System, enclosed, numbers};
use crate::text::script::{is_han, is_unspaced};

/// How a marker is dressed. Items of one list share it; lists of one system with other delimiters may be one list with a slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Style {
    pub system: System,
    /// 0 for a number without a form.
    pub form: u16,
    pub open: u8,
    pub delimiter: u8,
}

impl Style {
    /// Same numbers in the same words and brackets, perhaps with another delimiter.
    pub fn is_variant_of(self, other: Style) -> bool {
        self.system == other.system && self.form == other.form && self.open == other.open
    }
}

/// One reading of a marker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub style: Style,
    /// Its number; 0 for bullets.
    pub value: i32,
    /// Bytes of the label as printed.
    pub label: u32,
    /// What it costs to leave this marker unread: how sure its look is.
    pub weight: i32,
    /// What it costs to read it so: how much its surroundings speak against it.
    pub against: i32,
    pub role: Role,
    /// `1a`: a number put in behind another.
    pub inserted: bool,
}

impl Reading {
    /// Its label ends in a bracket.
    pub fn closes_bracket(&self) -> bool {
        matches!(self.style.delimiter, PAREN | DOT_PAREN)
    }

    /// Numbers so dressed head sections as often as they number items: `§ 1`, `一、`, `I.`, `A.`.
    pub fn may_head(&self) -> bool {
        let plain = self.style.form == 0 && self.style.open == 0;
        let title = match self.style.system {
            System::Han | System::HanFormal => self.style.delimiter == COMMA,
            System::RomanUpper | System::LatinUpper => matches!(self.style.delimiter, DOT | DASH),
            _ => false,
        };
        self.role == Role::Section || plain && title
    }

    /// Its number is parted from the body as in Chinese print: `1、`.
    pub fn has_comma(&self) -> bool {
        self.style.delimiter == COMMA
    }

    /// Something but a blank stands between number and body.
    pub fn has_delimiter(&self) -> bool {
        !matches!(self.style.delimiter, SPACE | WORD)
    }
}

// How sure a look is, in the units of the decision (`decide`): a list costs OPEN and its first item alone LONELY, so that
// a marker above their sum may stand alone, one above half of OPEN may stand in twos.
/// Nothing but a marker looks so: `（一）`, `①`, `Step 1:`, `第一条`.
pub(crate) const SURE: i32 = 40;
/// Nearly nothing: `1)`, `a)`, `1、`, `•`.
const STRONG: i32 = 34;
/// `1.` may also be a day, a century, a club.
const USUAL: i32 = 33;
/// `First,` opens many a paragraph; only the second makes a list of it.
const SPOKEN: i32 = 22;
/// `1:`, `1 -`, `A.`, `–`: also scores, initials, attributions.
const WEAK: i32 = 33;
/// `01 word`: a number in a form, or a day of a date.
const PADDED: i32 = 24;
/// `o word`, set in.
const OUTLINE_O: i32 = 24;
/// `A. Moreno`: an initial, unless `B.` follows.
const INITIAL: i32 = 22;
/// `1 word`, `ア　word`: nothing but the sequence can tell.
pub(crate) const BARE: i32 = 12;

/// `10` alone on its line: no list begins so, but one may go on.
const GOES_ON: i32 = 1;

/// A body that begins as this one does is more often no item; enough to silence a lone marker, too little to break a list.
const DOUBTFUL: i32 = 14;

/// A body that hardly any item begins with, even where the same comes again.
const UNLIKELY: i32 = 24;

const DOT: u8 = 1;
const PAREN: u8 = 2;
const COMMA: u8 = 3;
const COLON: u8 = 4;
/// An ASCII comma: behind words only; behind a number it is a decimal sign.
const THIN_COMMA: u8 = 9;
const DASH: u8 = 5;
const SPACE: u8 = 6;
const DOT_PAREN: u8 = 7;
const WORD: u8 = 8;

const BRACKETS: &[(char, char, u8)] = &[
    ('(', ')', 1),
    ('（', '）', 1),
    ('【', '】', 2),
    ('［', '］', 3),
    ('〔', '〕', 4),
    ('〈', '〉', 5),
    ('〖', '〗', 6),
];

/// The characters beyond ASCII that plain numbers begin with.
pub(crate) fn first_characters() -> impl Iterator<Item = char> {
    ('\u{a0}'..='\u{ffff}').filter(|&c| numbers(c.encode_utf8(&mut [0; 4])).iter().any(Option::is_some))
}

/// The brackets that open a number.
pub(crate) fn opening_brackets() -> impl Iterator<Item = char> {
    BRACKETS.iter().map(|b| b.0)
}

/// Largest plain number: a list that counts further is not an article's.
const MAX_PLAIN: i32 = 399;

/// The readings of the marker at the front of `text`, the rest of a line. Most lines have none.
pub(crate) fn readings(text: &str, lexicon: &Lexicon, out: &mut Vec<Reading>) {
    out.clear();
    let Some(c) = text.chars().next() else { return };
    if let Some(bullet) = bullet(text, c) {
        out.push(bullet);
        return;
    }
    if let Some(n) = enclosed(text) {
        let tail = &text[n.len..];
        let name = tail.starts_with('.') && tail[1..].starts_with(|c: char| c.is_ascii_lowercase());
        let dot = delimiter(tail).filter(|d| matches!(d.0, DOT | COMMA | COLON) && !name);
        out.push(plain(n, 0, 0, n.len + dot.map_or(0, |d| d.1), SURE, 0));
        return;
    }
    if let Some(&(_, close, kind)) = BRACKETS.iter().find(|b| b.0 == c) {
        bracketed(text, c, close, kind, out);
        return;
    }
    form(text, lexicon, out);
    if !out.is_empty() {
        return;
    }
    word(text, lexicon, out);
    for n in numbers(text).into_iter().flatten() {
        out.extend(numbered(text, n, lexicon));
    }
}

fn plain(n: Number, open: u8, delimiter: u8, label: usize, weight: i32, against: i32) -> Reading {
    let style = Style { system: n.system, form: 0, open, delimiter };
    Reading { style, value: n.value, label: label as u32, weight, against, role: Role::Item, inserted: false }
}

/// Signs that open an item, with how sure each is. Dashes and asterisks also open attributions and footnotes.
fn bullet(text: &str, c: char) -> Option<Reading> {
    let weight = match c {
        '•' | '‣' | '◦' | '⁃' | '▪' | '▫' | '▸' | '►' | '▶' | '➤' | '➢' | '➜' | '➔' | '→' | '⇒' | '◾' | '◽' | '✓'
        | '✔' | '✅' | '☑' | '✗' | '✘' | '❌' | '❖' | '✦' | '✧' | '◉' | '⦿' | '👉' | '🔹' | '🔸' | '📌' | '⭐'
        | '🔥' | '☞' | '❑' | '❏' | '\u{f0b7}' => SURE,
        '·' | '●' | '○' | '◆' | '◇' | '■' | '□' | '★' | '☆' | '△' | '▲' | '▼' | '▽' | '◎' | '・' | '･' | '※' | '∙'
        | '⚫' | '◼' => STRONG,
        '-' | '–' | '−' | '*' | '+' | '~' => WEAK,
        '»' => INITIAL,
        // Printers of pages write inner bullets so; elsewhere it is a word, or the mark of a heading.
        'o' | '#' if text[1..].starts_with(' ') => OUTLINE_O,
        _ if is_picture(c) => return picture(text),
        _ => return None,
    };
    let mut len = c.len_utf8();
    len += text[len..].strip_prefix('\u{fe0f}').map_or(0, |_| '\u{fe0f}'.len_utf8());
    let rest = &text[len..];
    let blank = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let body = rest.trim_start();
    // `**bold**`, `--`, `-5`, `*note`, rulers; but `* **bold**` is an item.
    let ruler = body.strip_prefix(c).is_some_and(|r| !blank || r.is_empty() || r.starts_with(char::is_whitespace));
    if ruler || rest.starts_with(c) || !blank && weight <= WEAK || body.is_empty() && matches!(c, '+' | '~' | '»') {
        return None;
    }
    let against = if weight <= WEAK { against_dash(c, body) } else { against_bullet(c) };
    // `- * term` among `- definition`: two bullets in a row are another sign than one.
    let second =
        body.chars().next().filter(|&b| matches!(b, '-' | '*' | '•' | '+') && body[b.len_utf8()..].starts_with(' '));
    let form = second.map_or(0, |b| b as u16);
    let style = Style { system: System::Bullet(u32::from(c)), form, open: 0, delimiter: 0 };
    Some(Reading { style, value: 0, label: len as u32, weight, against, role: Role::Item, inserted: false })
}

/// An emoji before a blank, another for each item.
fn picture(text: &str) -> Option<Reading> {
    let rest = text.trim_start_matches(|c| is_picture(c) || matches!(c, '\u{fe0f}' | '\u{200d}'));
    let n = Number { system: System::Bullet(u32::from(PICTURE)), value: 0, len: text.len() - rest.len() };
    rest.starts_with(' ').then(|| plain(n, 0, 0, n.len, BARE, 0))
}

/// Stands for all emoji: a list of them goes on with any other.
const PICTURE: char = '🙂';

/// Emoji that are no signs of their own; those are bullets by themselves.
fn is_picture(c: char) -> bool {
    c != '🔟' && matches!(u32::from(c), 0x1F300..=0x1FAFF)
}

/// `※` opens notes.
fn against_bullet(c: char) -> i32 {
    if c == '※' { DOUBTFUL } else { 0 }
}

/// A dash before a name and a role (`– Maria Lund, teacher`), or before a sentence that goes on in lower case.
fn against_dash(c: char, body: &str) -> i32 {
    let lower = body.starts_with(|c: char| c.is_lowercase());
    let attribution = matches!(c, '-' | '–') && is_name_with_role(body);
    if lower || attribution { DOUBTFUL } else { 0 }
}

/// Two to four capitalised words, a comma, a few words, no full stop: who said it.
fn is_name_with_role(body: &str) -> bool {
    let Some((name, role)) = body.split_once([',', '，', '、']) else { return false };
    let n_words = name.split_whitespace().count();
    let capital = |w: &str| w.starts_with(char::is_uppercase) && !w.ends_with('.') || w.len() < 4;
    (2..=4).contains(&n_words)
        && name.split_whitespace().all(capital)
        && name.starts_with(char::is_alphabetic)
        && (1..=5).contains(&role.split_whitespace().count())
        && !body.ends_with(['.', '!', '?', ':', ';'])
}

/// `(1)`, `（一）`, `【1】`, `(a)`; square ASCII brackets are citations and footnotes, no items.
fn bracketed(text: &str, open: char, close: char, kind: u8, out: &mut Vec<Reading>) {
    let inside = &text[open.len_utf8()..];
    let padded = inside.trim_start_matches([' ', '\u{3000}']);
    let start = text.len() - padded.len();
    for n in numbers(padded).into_iter().flatten() {
        let letter = inserted(n, &padded[n.len..]);
        let after = start + n.len + letter;
        let rest = text[after..].trim_start_matches([' ', '\u{3000}']);
        let Some(c) = rest.chars().next().filter(|&c| c == close || (kind == 1 && matches!(c, ')' | '）'))) else {
            continue;
        };
        if n.value > MAX_PLAIN {
            continue;
        }
        let mut len = text.len() - rest.len() + c.len_utf8();
        let tail = &text[len..];
        // `（一）、`, but not `(1):30`, and not `(2).htaccess`.
        let joined = |&(d, bytes): &(u8, usize)| match d {
            DOT => !tail[bytes..].starts_with(|c: char| c.is_ascii_lowercase()),
            COMMA => true,
            COLON => !tail[bytes..].starts_with(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        len += delimiter(tail).filter(joined).map_or(0, |d| d.1);
        let weight = match n.system {
            System::LatinUpper | System::RomanUpper => STRONG,
            _ => SURE,
        };
        out.push(Reading { inserted: letter > 0, ..plain(n, kind, PAREN, len, weight, 0) });
    }
}

/// `第一条`, `Step 1:`, `§ 1`, `その1`.
fn form(text: &str, lexicon: &Lexicon, out: &mut Vec<Reading>) {
    for found in lexicon.forms(text) {
        let rest = &text[found.len..];
        let d = delimiter(rest)
            .filter(|d| matches!(d.0, DOT | PAREN | COMMA | THIN_COMMA | COLON | DASH) && !rest[..d.1].ends_with('—'));
        let broken = rest.is_empty() || rest.starts_with(char::is_whitespace);
        let fits = match found.needs {
            Needs::Nothing => true,
            Needs::Break => d.is_some() || broken,
            Needs::Delimiter => d.is_some(),
        };
        if !fits {
            continue;
        }
        let (kind, bytes) = d.unwrap_or((WORD, 0));
        let style = Style { system: found.number.system, form: found.form, open: 0, delimiter: kind };
        let label = (found.len + bytes) as u32;
        let role = found.role;
        // `No. 7 is the house`: a sentence.
        let sentence = kind == WORD && rest.trim_start().starts_with(char::is_lowercase);
        let against = if sentence { DOUBTFUL } else { 0 };
        out.push(Reading {
            style,
            value: found.number.value,
            label,
            weight: SURE,
            against,
            role,
            inserted: found.inserted,
        });
        return;
    }
}

/// `First,`, `Erstens:`, `첫째,`.
fn word(text: &str, lexicon: &Lexicon, out: &mut Vec<Reading>) {
    let Some(n) = lexicon.word(text) else { return };
    let rest = &text[n.len..];
    let Some((kind, bytes)) = delimiter(rest).filter(|d| matches!(d.0, DOT | PAREN | COMMA | THIN_COMMA | COLON))
    else {
        return;
    };
    out.push(plain(n, 0, kind, n.len + bytes, SPOKEN, 0));
}

/// `1.`, `1)`, `1、`, `1:`, `1 -`, `1 word`, `a)`, `A.`, `iv.`, `一、`, `가.`, `ア　`.
fn numbered(text: &str, n: Number, lexicon: &Lexicon) -> Option<Reading> {
    let letter = inserted(n, &text[n.len..]);
    let n = Number { len: n.len + letter, ..n };
    let rest = &text[n.len..];
    let many_parts = n.system == System::Decimal && rest.starts_with('.');
    if let Some(dotted) = many_parts.then(|| dotted(text, lexicon)).flatten() {
        return Some(dotted);
    }
    if n.value > MAX_PLAIN {
        return None;
    }
    let (kind, bytes) = delimiter(rest)?;
    let len = n.len + bytes;
    let body = text[len..].trim_start();
    let tight = !text[len..].is_empty() && !text[len..].starts_with(char::is_whitespace);
    let digits = n.system == System::Decimal;
    let weight = match (n.system, kind) {
        (_, THIN_COMMA) => return None,
        (System::Decimal, SPACE) if text.starts_with('0') => PADDED,
        (System::Decimal, SPACE) => BARE,
        (System::Gojuon | System::Iroha, SPACE) => BARE + 4,
        (_, SPACE) => return None,
        // `A: … B: …` is talk.
        (System::LatinUpper | System::LatinLower, COLON) => return None,
        (System::LatinUpper | System::LatinLower, DOT | DASH) => INITIAL,
        (System::LatinUpper | System::LatinLower | System::CyrillicLower | System::CyrillicUpper, COMMA) => {
            return None;
        }
        (System::Gojuon | System::Iroha | System::Greek, DOT | DASH | COLON | COMMA) => WEAK,
        (System::RomanLower | System::RomanUpper, COMMA | DASH | COLON) => return None,
        (System::Han | System::HanFormal | System::Stem, COMMA) => STRONG,
        (System::Han | System::HanFormal | System::Stem, DASH | COLON) => WEAK,
        (_, PAREN | DOT_PAREN) => STRONG,
        (_, COMMA) => STRONG,
        (_, DOT) => USUAL,
        _ => WEAK,
    };
    // `3.5`, `3:16`, `v2.3`, `a.D.`: a delimiter inside a longer word.
    let next = text[len..].chars().next();
    if tight && matches!(kind, DOT | COLON | DASH) {
        let wide = kind == DOT && (rest.starts_with('．') || next.is_some_and(|c| !c.is_ascii()));
        if next.is_some_and(|c| c.is_numeric()) && !wide {
            return None;
        }
        if !digits && next.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c)) {
            return None;
        }
    }
    let against =
        if digits { against_decimal(n, kind, body, tight, lexicon)? } else { against_letter(n, kind, body, lexicon)? };
    Some(Reading { inserted: letter > 0, ..plain(n, 0, kind, len, weight, against) })
}

/// The reading of a line that is nothing but a number of two digits, over the line `below`: `01` over `Beat the eggs`.
/// The days of date cards stand so, too: what is below must be words, and no unit and no month. Without the zero it is
/// more often a count, a score or a page.
pub(crate) fn alone(line: &str, below: &str, lexicon: &Lexicon) -> Option<Reading> {
    let two_digits = line.len() == 2 && line.starts_with(|c: char| c.is_ascii_digit());
    let n = numbers(line)[0].filter(|n| two_digits && n.system == System::Decimal && n.len == line.len())?;
    let says = below.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '“' | '„' | '«' | '「' | '《'));
    let is_marker = against_decimal(n, SPACE, below, false, lexicon) == Some(0);
    let weight = if line.starts_with('0') { PADDED } else { GOES_ON };
    (n.value > 0 && says && is_marker).then(|| plain(n, 0, SPACE, n.len, weight, 0))
}

/// Bytes of the letter behind a number that was put in later: `1a.`, `(2b)`, `§ 3a`.
pub(crate) fn inserted(n: Number, rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let letter = n.system == System::Decimal && bytes.first().is_some_and(u8::is_ascii_lowercase);
    usize::from(letter && matches!(bytes.get(1), None | Some(b'.' | b')' | b' ')))
}

/// What speaks against a plain number being a marker; none when it cannot be one.
fn against_decimal(n: Number, kind: u8, body: &str, tight: bool, lexicon: &Lexicon) -> Option<i32> {
    let word: &str = body.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if matches!(kind, DOT | SPACE) && n.value <= 31 {
        match lexicon.month(word) {
            Some(false) => return None,
            Some(true) => return Some(DOUBTFUL),
            None => {}
        }
    }
    if matches!(kind, DOT | SPACE | COMMA) && lexicon.has_unit(body) && kind == SPACE {
        return None;
    }
    // `7. 11`, `2022. 4. 18.`, `4 - 2`.
    if body.starts_with(|c: char| c.is_numeric()) {
        let number = body.trim_start_matches(|c: char| c.is_ascii_digit());
        let date = matches!(kind, DOT | DASH | SPACE | COLON)
            && (number.starts_with(['.', ' ', '-', '\u{3000}'])
                || number.is_empty()
                || number.starts_with(|c: char| !c.is_ascii()));
        return Some(if date { DOUBTFUL + 4 } else { DOUBTFUL / 2 });
    }
    if kind == DOT && !tight && lexicon.is_ordinal_noun(word) {
        return Some(UNLIKELY);
    }
    if kind == DOT && tight && body.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(4);
    }
    Some(0)
}

/// `A. Moreno`, `I. M. Perez`, `三、四月`, `一、二年级`.
fn against_letter(n: Number, kind: u8, body: &str, lexicon: &Lexicon) -> Option<i32> {
    match n.system {
        System::LatinUpper | System::RomanUpper if kind == DOT => {
            let initial = body.as_bytes().get(1) == Some(&b'.');
            let name = body.split_whitespace().next().is_some_and(|w| w.ends_with(','));
            Some(if initial || name { DOUBTFUL } else { 0 })
        }
        System::Han if kind == COMMA => {
            let next = numbers(body)[0].filter(|m| m.system == System::Han && m.value == n.value + 1);
            match next {
                Some(m) if body[m.len..].starts_with(is_han) || lexicon.has_unit(&body[m.len..]) => None,
                _ => Some(0),
            }
        }
        _ => Some(0),
    }
}

/// `1.2`, `1.2.3` before a blank: parts of a numbered text. Two parts are also a decimal number, a version or a time.
fn dotted(text: &str, lexicon: &Lexicon) -> Option<Reading> {
    let mut parts = [0u32; 6];
    let (mut n, mut at) = (0, 0);
    loop {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 2 || n == parts.len() {
            break;
        }
        parts[n] = text[at..at + digits].parse().ok()?;
        n += 1;
        at += digits;
        match text[at..].starts_with('.') {
            true => at += 1,
            false => break,
        }
    }
    let rest = &text[at..];
    let body = rest.trim_start();
    if n < 2 || !rest.starts_with(char::is_whitespace) || body.is_empty() || parts[..n].contains(&0) {
        return None;
    }
    let word = body.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if lexicon.month(word).is_some()
        || lexicon.has_unit(body)
        || body.starts_with(|c: char| c.is_lowercase() || c.is_numeric())
    {
        return None;
    }
    let prefix = parts[..n - 1].iter().fold(0u32, |h, p| h.wrapping_mul(1009).wrapping_add(*p));
    let style = Style { system: System::Dotted(n as u8, prefix), form: 0, open: 0, delimiter: DOT };
    let value = i32::try_from(parts[n - 1]).ok()?;
    Some(Reading { style, value, label: at as u32, weight: BARE, against: 0, role: Role::Item, inserted: false })
}

/// The delimiter at the front of `rest`: its kind and bytes. ` - ` and a bare blank count too.
pub(crate) fn delimiter(rest: &str) -> Option<(u8, usize)> {
    let mut chars = rest.chars();
    let c = chars.next()?;
    let next = chars.next();
    let len = c.len_utf8();
    match c {
        '.' | '．' => match next {
            Some(n @ (')' | '）')) => Some((DOT_PAREN, len + n.len_utf8())),
            Some('-') if rest[len + 1..].starts_with(' ') => Some((DOT, len + 1)),
            Some('.') => None,
            _ => Some((DOT, len)),
        },
        ')' | '）' => match next {
            Some(n @ ('.' | '．' | '、' | ':' | '：')) => Some((PAREN, len + n.len_utf8())),
            _ => Some((PAREN, len)),
        },
        '、' | '，' => Some((COMMA, len)),
        ',' | '،' => Some((THIN_COMMA, len)),
        ':' | '：' => Some((COLON, len)),
        '-' if next == Some(' ') => Some((DASH, 1)),
        ' ' | '\u{a0}' | '\u{3000}' | '\t' => {
            let after = rest.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\t']);
            let dash = after.chars().next().filter(|c| matches!(c, '-' | '–' | '—'));
            match dash {
                Some(d) if after[d.len_utf8()..].chars().next().is_none_or(|c| c == ' ') => {
                    Some((DASH, rest.len() - after.len() + d.len_utf8()))
                }
                _ => Some((SPACE, 0)),
            }
        }
        _ => None,
    }
}

/// The rank of the chapter word at the front of a line (`第一章`, `Part 2`): 1 for parts, 2 for chapters, 3 for sections.
pub(crate) fn chapter(text: &str, lexicon: &Lexicon) -> Option<u8> {
    if let Some(rank) = lexicon.chapter_word(text) {
        return Some(rank);
    }
    let found = lexicon.forms(text).find(|f| f.role == Role::Chapter)?;
    let rest = &text[found.len..];
    let broken = rest.is_empty() || rest.starts_with(char::is_whitespace) || delimiter(rest).is_some();
    (found.needs == Needs::Nothing || broken).then_some(found.rank)
}
