//! Markers inside a line: `… three points: first, …; second, …`, `①…②…`, items joined into one line.

use super::lexicon::Lexicon;
use super::markers::{BARE, Reading, SURE, Style, readings};
use super::numerals::System;

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
    let mut i = front.iter().map(|r| r.label as usize).max().unwrap_or(0).max(1);
    while i < bytes.len() {
        if !may_start(bytes, i) || !line.is_char_boundary(i) || !opens_here(line, i, front) {
            i += 1;
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
        if let Some(p) = place.filter(|&p| bullet || r.value == runs[p].last + 1) {
            runs[p].last = r.value;
            runs[p].members.push(k);
            continue;
        }
        let from_front = front.iter().find(|f| f.style == r.style);
        if !from_front.map_or(!bullet && r.value == 1, |f| bullet || r.value == f.value + 1) {
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

/// Markers of one style that count on from each other.
struct Run {
    style: Style,
    last: i32,
    from_front: bool,
    members: Vec<usize>,
}

impl Run {
    fn take(self, line: &str, at: u32, all: &[Inside], taken: &mut [bool]) {
        let first = &all[self.members[0]].1;
        let sure = first.weight >= SURE || matches!(self.style.system, System::Han | System::HanFormal);
        let needed = match self.style.system {
            System::Glyph(_) => MIN_RUN,
            System::Han | System::HanFormal | System::Word(_) => MIN_RUN,
            _ if self.from_front && (sure || self.after_stop(line, at, all)) => MIN_RUN,
            _ if self.from_front || sure && self.style.system != System::Decimal => MIN_WEAK_RUN,
            // `（1）…；（2）…` in mid-paragraph is how some writers count everything; `1. Finland 2. Norway` in mid-sentence: results, scores, recipes.
            _ => return,
        };
        let n = self.members.len() + usize::from(self.from_front);
        if n < needed || !self.from_front && !self.is_one_sentence(line, at, all) {
            return;
        }
        self.members.into_iter().for_each(|k| taken[k] = true);
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

/// A quick look: digits and letters after a blank or a bracket, or a byte of a wide character.
fn may_start(bytes: &[u8], i: usize) -> bool {
    let (b, before) = (bytes[i], bytes[i - 1]);
    match b {
        b'0'..=b'9' | b'(' | b'#' => before == b' ' || before >= 0x80,
        b'A'..=b'Z' | b'a'..=b'z' => before == b' ',
        0xc2..=0xf4 => true,
        _ => false,
    }
}

/// Enclosed numbers and bullets may stand anywhere; words and numerals only behind a blank or a clause's end.
fn opens_here(line: &str, i: usize, front: &[Reading]) -> bool {
    let c = line[i..].chars().next().unwrap_or(' ');
    let before = line[..i].chars().next_back().unwrap_or(' ');
    let clause_ends = before.is_whitespace()
        || matches!(
            before,
            '；' | '。' | '：' | '，' | '！' | '？' | ';' | ':' | '、' | '」' | '”' | '）' | ')' | '.' | ']' | '】'
        )
        || front.iter().any(|f| f.style.form != 0);
    match u32::from(c) {
        0x2460..=0x24FF | 0x2776..=0x2793 | 0x3220..=0x3247 | 0x3280..=0x32FE | 0x1F100..=0x1F1FF => true,
        0x2022 | 0x25A0..=0x25FF | 0x2605 | 0x2606 | 0x2713..=0x2714 | 0x2705 | 0x27A1..=0x27BE => true,
        0x30..=0x39 | 0x28 | 0xFF08 | 0x41..=0x5A | 0x61..=0x7A | 0x23 | 0x3010 => clause_ends,
        0x4E00..=0x9FFF
        | 0xFF10..=0xFF19
        | 0x3041..=0x30FF
        | 0xAC00..=0xD7A3
        | 0x3131..=0x314E
        | 0xA7
        | 0x2160..=0x217F => clause_ends,
        _ => false,
    }
}

/// Inside a line a number needs a delimiter and a body, and a clause's end before it where it does not go on from the
/// front (`follows`): prose is full of `No. 7`, `§ 2` and `(see 3)`.
fn fits_inside(r: &Reading, line: &str, i: usize, follows: bool) -> bool {
    let (before, rest) = (&line[..i], &line[i + r.label as usize..]);
    let body = rest.trim_start();
    if body.is_empty() || r.against > 0 || matches!(r.style.system, System::Dotted(..)) {
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
        return r.has_delimiter() && (follows || clause);
    }
    match r.style.system {
        System::Decimal | System::LatinLower | System::LatinUpper | System::RomanLower | System::RomanUpper => {
            r.weight > BARE && (r.style.open != 0 || rest.starts_with(char::is_whitespace) || !body.is_ascii())
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
