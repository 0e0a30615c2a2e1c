//! Markers inside a line: `… three points: first, …; second, …`, `①…②…`, items joined into one line.

use super::lexicon::Lexicon;
use super::lines::{MAX_CAPTION_COLUMNS, columns};
use super::markers::{BARE, Reading, SURE, Style, delimiter, readings};
use super::numerals::{System, is_letter_number};
use crate::text::letters::ascii_run;

/// A marker inside a line: its first byte in the text, and its reading.
pub(crate) type Inside = (u32, Reading);

/// Runs shorter than this are sentences that happen to name numbers.
const MIN_RUN: usize = 2;
/// Runs of looks that prose uses too must be this long.
const MIN_WEAK_RUN: usize = 3;

/// The markers inside `line`, which stands at byte `at`: only those that count on from each other, or from `front`,
/// the readings of the marker at the front of the line.
pub(crate) fn inside(line: &str, at: u32, front: &[Reading], lexicon: &Lexicon, found: &mut Vec<Inside>) {
    found.clear();
    let mut all: Vec<Inside> = Vec::new();
    let mut read = Vec::new();
    let bytes = line.as_bytes();
    let spoken = front.iter().any(|f| f.style.form != 0 || matches!(f.style.system, System::Word(_)));
    // Items in brackets need nothing between them: `（1）…（2）…`.
    let bracketed = front.iter().any(|f| f.style.open != 0);
    let mut i = front.iter().map(|r| r.label as usize).max().unwrap_or(0).max(1);
    while i < bytes.len() {
        // Most bytes: a letter behind a letter.
        let behind_letter = match bytes[i] {
            b'A'..=b'Z' | b'a'..=b'z' => bytes[i - 1].is_ascii_alphabetic(),
            0x80..=0xBF => true,
            lead => !spoken && is_letter_lead(lead) && i > 1 && is_letter_lead(bytes[i - 2]) && bytes[i - 1] >= 0x80,
        };
        // … but `第（三）项` names an item.
        let joined = || bracketed && line[i..].starts_with(['（', '【']) && !line[..i].ends_with('第');
        if behind_letter || !may_start(bytes, i, spoken, lexicon) || !opens_here(line, i, spoken || joined(), lexicon) {
            i += match bytes[i] {
                b'A'..=b'Z' | b'a'..=b'z' => ascii_run(&bytes[i..]).0,
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0.. => 4,
                _ => 1,
            };
            continue;
        }
        readings(&line[i..], lexicon, &mut read);
        let n_before = all.len();
        let follows = |r: &Reading| front.iter().any(|f| f.style == r.style);
        all.extend(read.iter().filter(|r| fits_inside(r, line, i, follows(r))).map(|r| (at + i as u32, *r)));
        // What a label is made of is no label.
        i += all[n_before..].iter().map(|(_, r)| r.label as usize).max().unwrap_or(1);
    }
    if all.is_empty() {
        return;
    }
    let mut taken = vec![false; all.len()];
    // Runs that are open, one a style; there are few styles.
    let mut runs: Vec<Run> = Vec::new();
    for (k, (_, r)) in all.iter().enumerate() {
        let bullet = matches!(r.style.system, System::Bullet(_));
        let place = runs.iter().position(|run| run.style == r.style);
        if let Some(p) = place.filter(|&p| bullet || runs[p].steps().contains(&(r.value - runs[p].last))) {
            runs[p].last = r.value;
            runs[p].members.push(k);
            continue;
        }
        let from_front = front.iter().find(|f| f.style == r.style);
        let ahead = |f: &Reading| STEPS_FROM_FRONT.contains(&(r.value - f.value));
        if !from_front.map_or(!bullet && r.value == 1, |f| bullet || ahead(f)) {
            continue;
        }
        if let Some(p) = place {
            runs.swap_remove(p).take(line, at, &all, &mut taken);
        }
        runs.push(Run { style: r.style, last: r.value, from_front: from_front.is_some(), members: vec![k] });
    }
    runs.into_iter().for_each(|run| run.take(line, at, &all, &mut taken));
    found.extend(all.into_iter().zip(taken).filter(|(_, t)| *t).map(|(m, _)| m));
}

/// The markers inside a line that has none at its front and goes on with a list joined into the line above, whose last
/// marker was `last`: what was put in between them, a caption or an advertisement, is short.
pub(crate) fn goes_on(line: &str, at: u32, last: Reading, lexicon: &Lexicon, found: &mut Vec<Inside>) {
    inside(line, at, &[Reading { label: 0, ..last }], lexicon, found);
    let next = found.first().is_some_and(|(first, r)| {
        let put_in = &line[..(first - at) as usize];
        let bullet = matches!(r.style.system, System::Bullet(_));
        columns(put_in) <= MAX_CAPTION_COLUMNS && (bullet || r.value == last.value + 1)
    });
    if !next {
        found.clear();
    }
}

/// Steps from one number to the next where a marker stands at the front of the line: items joined into one line may skip
/// a number. Elsewhere they must not: prose names numbers.
const STEPS_FROM_FRONT: std::ops::RangeInclusive<i32> = 1..=2;

/// Markers of one style that count on from each other.
struct Run {
    style: Style,
    last: i32,
    from_front: bool,
    members: Vec<usize>,
}

impl Run {
    fn steps(&self) -> std::ops::RangeInclusive<i32> {
        if self.from_front { STEPS_FROM_FRONT } else { 1..=1 }
    }

    fn take(self, line: &str, at: u32, all: &[Inside], taken: &mut [bool]) {
        let first = &all[self.members[0]].1;
        let sure = first.weight >= SURE || matches!(self.style.system, System::Han | System::HanFormal);
        let unmarked = self.style.form != 0 && !first.has_delimiter();
        let needed = match self.style.system {
            _ if unmarked || self.is_joined(line, at, all) => MIN_WEAK_RUN,
            System::Glyph(_) => MIN_RUN,
            System::Han | System::HanFormal | System::Word(_) => MIN_RUN,
            _ if self.from_front && (sure || self.after_stop(line, at, all)) => MIN_RUN,
            _ if self.from_front || sure && self.style.system != System::Decimal => MIN_WEAK_RUN,
            System::Decimal if first.has_comma() && self.is_announced(line, at, all, false) => MIN_WEAK_RUN,
            System::Decimal if self.stands_apart(line, at, all) && self.is_announced(line, at, all, true) => {
                MIN_WEAK_RUN
            }
            // `（1）…；（2）…` in mid-paragraph is how some writers count everything; `1. Finland 2. Norway` in mid-sentence: results, scores, recipes.
            _ => return,
        };
        let n = self.members.len() + usize::from(self.from_front);
        if n < needed || !self.from_front && !self.is_one_sentence(line, at, all) {
            return;
        }
        self.members.into_iter().for_each(|k| taken[k] = true);
    }

    /// Nothing ends before a bracket of the run: `（1）…（2）…`, or the text names a number.
    fn is_joined(&self, line: &str, at: u32, all: &[Inside]) -> bool {
        self.style.open != 0 && !self.members.iter().all(|&k| ends_clause(&line[..(all[k].0 - at) as usize]))
    }

    /// The first behind a colon, the others behind what parts clauses: `待办：1、修桥；2、换灯；3、清淤。`; closing brackets
    /// need nothing before them: `Found: 1) a key 2) a coin 3) a nail`.
    fn is_announced(&self, line: &str, at: u32, all: &[Inside], closed: bool) -> bool {
        let mut before = self.members.iter().map(|&k| line[..(all[k].0 - at) as usize].trim_end());
        before.next().is_some_and(|b| b.ends_with([':', '：']))
            && (closed || before.all(|b| b.ends_with([';', '；', ',', '，', '、'])))
    }

    /// Brackets that close the number, between blanks.
    fn stands_apart(&self, line: &str, at: u32, all: &[Inside]) -> bool {
        self.members.iter().all(|&k| {
            let (place, marker) = (all[k].0 - at, &all[k].1);
            let behind = &line[(place + marker.label) as usize..];
            marker.closes_bracket() && line[..place as usize].ends_with(' ') && behind.starts_with(' ')
        })
    }

    /// Digits that each follow a full stop: `1. One thing. 2. Another.`
    fn after_stop(&self, line: &str, at: u32, all: &[Inside]) -> bool {
        self.style.system == System::Decimal
            && self.members.iter().all(|&k| {
                line[..(all[k].0 - at) as usize].trim_end().ends_with(['.', '。', ';', '；', '!', '?', '！', '？'])
            })
    }

    /// What parts the items is no full stop: else they are sentences of a paragraph that counts its reasons.
    fn is_one_sentence(&self, line: &str, at: u32, all: &[Inside]) -> bool {
        self.members.windows(2).all(|w| {
            let (a, b) = (all[w[0]].0 - at + all[w[0]].1.label, all[w[1]].0 - at);
            !line[a as usize..b as usize].trim_end().ends_with(['.', '。', '！', '？', '!', '?'])
        })
    }
}

/// A quick look at the bytes around `i`, so that few places are read in full.
fn may_start(bytes: &[u8], i: usize, spoken: bool, lexicon: &Lexicon) -> bool {
    let (b, before) = (bytes[i], bytes[i - 1]);
    let apart = before == b' ' || before >= 0x80 || matches!(before, b')' | b']' | b'.' | b';' | b':' | b',');
    match b {
        b'0'..=b'9' => {
            let after = || bytes[i..].iter().find(|b| !b.is_ascii_digit()).copied().unwrap_or(b' ');
            let ends = |after| match after {
                b'.' | b')' | b':' | 0x80.. => true,
                _ => after == b' ' && (b == b'0' || spoken),
            };
            apart && ends(after())
        }
        b'(' | b'#' => apart,
        b'A'..=b'Z' | b'a'..=b'z' if before == b' ' => {
            let clause = i > 1 && matches!(bytes[i - 2], b'.' | b':' | b';' | b',' | b'!' | b'?');
            if clause || spoken {
                let next = bytes.get(i + 1).copied().filter(u8::is_ascii_alphanumeric);
                let roman = |b: u8| matches!(b.to_ascii_lowercase(), b'i' | b'v' | b'x' | b'l');
                if next.is_none_or(|n| roman(b) && roman(n) || lexicon.may_open(char::from(b), char::from(n))) {
                    return true;
                }
            }
            let (n_letters, _) = ascii_run(&bytes[i..]);
            n_letters < MAX_ROMAN_LETTERS && matches!(bytes.get(i + n_letters), Some(b'.' | b')'))
        }
        // Behind a bracket, where items were joined without a blank.
        b'A'..=b'Z' => spoken && apart,
        0xc2..=0xf4 => true,
        _ => false,
    }
}

/// Letters of the longest Roman number in lists (`xxviii`), and the delimiter.
const MAX_ROMAN_LETTERS: usize = 7;

/// Enclosed numbers and bullets may stand anywhere; words and numerals only behind a blank or a clause's end.
/// `spoken`: the line begins with a form or a word.
fn opens_here(line: &str, i: usize, spoken: bool, lexicon: &Lexicon) -> bool {
    let Some(c) = line[i..].chars().next() else { return false };
    if c.is_ascii() {
        return true;
    }
    match u32::from(c) {
        0x2460..=0x24FF | 0x2776..=0x2793 | 0x3220..=0x3247 | 0x3280..=0x32FE | 0x1F100..=0x1F9FF => return true,
        0x2022 | 0x25A0..=0x25FF | 0x2605 | 0x2606 | 0x2713..=0x2714 | 0x2705 | 0x27A1..=0x27BE => return true,
        // Between names and words it joins them.
        0x30FB => return line[..i].ends_with('。'),
        _ => {}
    }
    if !lexicon.may_begin(c) || !spoken && !ends_clause(&line[..i]) {
        return false;
    }
    let rest = &line[i + c.len_utf8()..];
    let follows = || rest.chars().next().is_some_and(|c| lexicon.may_follow_number(c));
    rest.chars().next().is_some_and(|next| lexicon.may_open(c, next))
        || !is_letter_number(c)
        || delimiter(rest).is_some()
        || follows()
}

/// The first byte of a character of Greek, Cyrillic, Hebrew or Arabic: none of them ends a clause but in Arabic, and none
/// of those is looked for.
fn is_letter_lead(b: u8) -> bool {
    matches!(b, 0xCE..=0xD3 | 0xD6..=0xD9)
}

/// Ends in a blank, or in what ends a clause or an item that the next was joined to.
fn ends_clause(before: &str) -> bool {
    if let Some(&[lead, 0x80..=0xBF]) = before.as_bytes().last_chunk::<2>()
        && is_letter_lead(lead)
    {
        return false;
    }
    let end = |c: char| {
        matches!(
            c,
            '；' | '。' | '：' | '，' | '！' | '？' | ';' | ':' | '、' | '」' | '”' | '）' | ')' | '.' | ']' | '】'
        )
    };
    before.ends_with(|c: char| end(c) || c.is_whitespace())
}

/// Inside a line a number needs a delimiter and a body, and a clause's end before it where it does not go on from the
/// front (`follows`): prose is full of `No. 7`, `§ 2` and `(see 3)`.
fn fits_inside(r: &Reading, line: &str, i: usize, follows: bool) -> bool {
    let (before, rest) = (&line[..i], &line[i + r.label as usize..]);
    let body = rest.trim_start();
    let picture = r.weight <= BARE && matches!(r.style.system, System::Bullet(_));
    if body.is_empty() || picture || r.against > 0 || matches!(r.style.system, System::Dotted(..)) {
        return false;
    }
    if r.style.open == 0 && r.closes_bracket() && has_open_bracket(before) {
        return false;
    }
    if r.style.open != 0 && rest.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    if r.style.form != 0 {
        let clause =
            before.trim_end().ends_with(['.', ':', ';', ',', '。', '：', '；', '，', '、', '！', '？', '!', '?']);
        return follows || r.has_delimiter() && clause;
    }
    match r.style.system {
        System::Decimal | System::LatinLower | System::LatinUpper | System::RomanLower | System::RomanUpper => {
            let tight = !rest.starts_with(char::is_whitespace);
            let apart = !tight || !body.is_ascii() || follows && body.starts_with(char::is_alphabetic);
            (r.has_delimiter() || follows && line[i..].starts_with('0')) && (r.style.open != 0 || apart)
        }
        _ => true,
    }
}

/// A bracket that was opened shortly before is not closed yet: `(Group 2) …`.
fn has_open_bracket(before: &str) -> bool {
    let near = before.chars().rev().take(NEAR_BRACKET).find(|c| matches!(c, '(' | '（' | ')' | '）'));
    matches!(near, Some('(' | '（'))
}

/// How far back an open bracket is looked for; bounds the work on long lines.
const NEAR_BRACKET: usize = 200;
