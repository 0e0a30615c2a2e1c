//! A run of digits and separators, cut into numbers and numeric stamps.

use super::token::{Number, Stamp, is_date, is_era_date, stamp_bits};
use crate::text::script::other_digit;

#[derive(Clone, Copy, Debug)]
pub enum Piece {
    Number(usize, usize, Number),
    Stamp(usize, usize, Stamp),
    Separator(usize, usize),
    Junk(usize),
}

/// A run of digits and separators without blanks.
#[derive(Debug, Default)]
pub struct Cluster {
    groups: Vec<Group>,
    /// Each separator, where it begins and ends.
    seps: Vec<(u8, usize, usize)>,
    pub pieces: Vec<Piece>,
    pub end: usize,
}

/// More groups of digits than any date has: such a run is passed over whole.
const MAX_GROUPS: usize = 8;

#[derive(Debug)]
struct Group {
    start: usize,
    end: usize,
    value: i64,
    digits: u8,
}

impl Cluster {
    /// Reads the run at `at`.
    pub fn read(&mut self, text: &str, at: usize, decimal_comma: bool) {
        self.groups.clear();
        self.seps.clear();
        self.pieces.clear();
        let mut i = at;
        let mut count = 0usize;
        loop {
            let group = read_digits(text, i);
            i = group.end;
            count += 1;
            if count <= MAX_GROUPS {
                self.groups.push(group);
            }
            let Some((sep, len)) = separator(&text[i..]) else { break };
            if !starts_with_digit(&text[i + len..]) {
                break;
            }
            if count < MAX_GROUPS {
                self.seps.push((sep, i, i + len));
            }
            i += len;
        }
        self.end = i;
        if count > MAX_GROUPS {
            self.pieces.push(Piece::Junk(at));
            return;
        }
        let (groups, seps) = (std::mem::take(&mut self.groups), std::mem::take(&mut self.seps));
        self.cut(text, &groups, &seps, decimal_comma);
        (self.groups, self.seps) = (groups, seps);
    }

    /// Cuts the groups into stamps and numbers.
    fn cut(&mut self, text: &str, groups: &[Group], seps: &[(u8, usize, usize)], decimal_comma: bool) {
        let mut g = 0;
        while g < groups.len() {
            if g > 0 {
                self.pieces.push(Piece::Separator(seps[g - 1].1, seps[g - 1].2));
            }
            let mut n = 1;
            if g < seps.len() {
                let sep = seps[g].0;
                n += seps[g..].iter().take_while(|s| s.0 == sep).count();
                if sep == b'-' && n == 2 && groups.len() > 2 {
                    n = 1;
                }
                if sep == b'-' && n > 3 && groups.len() == 6 {
                    n = 3;
                }
                if sep == b',' {
                    n = thousands(&groups[g..g + n]);
                    if n == 1 && decimal_comma && groups.len() == 2 && groups[1].digits <= 2 {
                        let (whole, part) = (&groups[0], &groups[1]);
                        let value = whole.value as f64 + part.value as f64 / 10f64.powi(i32::from(part.digits));
                        let number = Number { value, fraction: true, ..integer(whole) };
                        self.pieces.push(Piece::Number(whole.start, part.end, number));
                        return;
                    }
                }
            }
            let first = &groups[g];
            let last = &groups[g + n - 1];
            match n {
                1 => self.pieces.push(Piece::Number(first.start, first.end, integer(first))),
                _ if seps[g].0 == b',' => {
                    let value = groups[g..g + n].iter().fold(0.0, |v, x| v * 1000.0 + x.value as f64);
                    let number = Number { value, digits: 7, ..integer(first) };
                    self.pieces.push(Piece::Number(first.start, last.end, number));
                }
                2 | 3 => {
                    self.stamp(&groups[g..g + n], seps[g].0);
                }
                _ => self.pieces.push(Piece::Junk(first.start)),
            }
            if let Some(Piece::Stamp(_, end, stamp)) = self.pieces.last_mut()
                && stamp.count == 3
                && stamp.sep != b':'
                && g + n == groups.len()
                && let Some((time, zone, len)) = clock_behind(&text[*end..])
            {
                stamp.time = Some(time);
                stamp.zone = zone;
                *end += len;
                self.end = *end;
            }
            g += n;
        }
    }

    fn stamp(&mut self, groups: &[Group], sep: u8) {
        let mut stamp = Stamp { parts: [0; 3], count: groups.len() as u8, lens: [0; 3], sep, time: None, zone: None };
        for (i, g) in groups.iter().enumerate() {
            stamp.parts[i] = g.value.clamp(0, 100_000) as i32;
            stamp.lens[i] = g.digits;
        }
        let (start, end) = (groups[0].start, groups[groups.len() - 1].end);
        if groups.len() == 3 && sep != b':' && !is_date(&stamp) && !is_era_date(&stamp) {
            self.pieces.push(Piece::Junk(start));
            return;
        }
        if stamp_bits(&stamp) == 0 {
            // Two numbers and a dash: each for itself (`16-20`, `499-493 BC`). Anything else is no date.
            let plain = groups.iter().all(|g| g.digits <= 2 || g.digits == 4) || groups.iter().all(|g| g.digits == 3);
            if sep == b'-' && groups.len() == 2 && plain {
                self.pieces.push(Piece::Number(groups[0].start, groups[0].end, integer(&groups[0])));
                self.pieces.push(Piece::Separator(groups[0].end, groups[1].start));
                self.pieces.push(Piece::Number(groups[1].start, groups[1].end, integer(&groups[1])));
            } else if sep == b'/' && groups.len() == 2 && groups[1].value > 0 && groups[0].value < groups[1].value {
                let value = groups[0].value as f64 / groups[1].value as f64;
                let number = Number { value, fraction: true, ..integer(&groups[0]) };
                self.pieces.push(Piece::Number(start, end, number));
            } else {
                self.pieces.push(Piece::Junk(start));
            }
            return;
        }
        self.pieces.push(Piece::Stamp(start, end, stamp));
    }
}

/// How many groups make one number with thousands separators.
fn thousands(groups: &[Group]) -> usize {
    if groups[0].digits > 3 {
        return 1;
    }
    1 + groups[1..].iter().take_while(|g| g.digits == 3).count()
}

fn integer(g: &Group) -> Number {
    Number {
        value: g.value as f64,
        digits: g.digits,
        digitwise: false,
        pair: None,
        ordinal: false,
        fraction: false,
        apostrophe: false,
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit) || other_digit(text.as_bytes()).is_some()
}

fn read_digits(text: &str, at: usize) -> Group {
    let bytes = text.as_bytes();
    let (mut i, mut value, mut digits) = (at, 0i64, 0u8);
    loop {
        let d = match bytes.get(i) {
            Some(b @ b'0'..=b'9') => {
                i += 1;
                b - b'0'
            }
            Some(0x80..) => {
                let Some((digit, len)) = other_digit(&bytes[i..]) else { break };
                i += len;
                digit
            }
            _ => break,
        };
        value = value.saturating_mul(10).saturating_add(i64::from(d));
        digits = digits.saturating_add(1);
    }
    Group { start: at, end: i, value, digits }
}

/// A separator inside numbers, in either width, as ASCII.
fn separator(text: &str) -> Option<(u8, usize)> {
    let c = text.chars().next()?;
    let ascii = match c {
        '.' | '/' | '-' | ':' | ',' => c as u8,
        '．' => b'.',
        '／' => b'/',
        '－' | '‐' | '‑' => b'-',
        '：' => b':',
        '，' => b',',
        _ => return None,
    };
    Some((ascii, c.len_utf8()))
}

/// `T12:00:00.5+08:00`, ` 12:00:00` is left to the grammar.
#[expect(clippy::type_complexity, reason = "a local result, read in one place")]
fn clock_behind(text: &str) -> Option<((u8, u8, Option<u8>), Option<i16>, usize)> {
    let rest = text.strip_prefix('T')?;
    let bytes = rest.as_bytes();
    let two = |i: usize| -> Option<u8> {
        let (a, b) = (bytes.get(i)?, bytes.get(i + 1)?);
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| (a - b'0') * 10 + b - b'0')
    };
    let (h, mut i) = (two(0)?, 2);
    let (mut m, mut s) = (0, None);
    if bytes.get(i) == Some(&b':') {
        m = two(i + 1)?;
        i += 3;
        if bytes.get(i) == Some(&b':') {
            s = two(i + 1);
            i += if s.is_some() { 3 } else { 0 };
            if bytes.get(i) == Some(&b'.') {
                i += 1 + bytes[i + 1..].iter().take(9).take_while(|b| b.is_ascii_digit()).count();
            }
        }
    }
    if h > 24 || m > 59 {
        return None;
    }
    let mut zone = None;
    match bytes.get(i) {
        Some(b'Z') => {
            zone = Some(0);
            i += 1;
        }
        Some(sign @ (b'+' | b'-')) => {
            if let Some(zh) = two(i + 1) {
                let colon = usize::from(bytes.get(i + 3) == Some(&b':'));
                let zm = two(i + 3 + colon).unwrap_or(0);
                let minutes = i16::from(zh) * 60 + i16::from(zm);
                zone = Some(if *sign == b'-' { -minutes } else { minutes });
                i += if two(i + 3 + colon).is_some() { 5 + colon } else { 3 };
            }
        }
        _ => {}
    }
    Some(((h, m, s), zone, i + 1))
}
