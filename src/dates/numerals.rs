//! Numbers in words: Han numerals character by character, other languages by putting lexicon words together.

use super::grammar::Language;
use super::token::{Number, Token, What, number_bits};

/// The value of a Han digit, or its power of ten.
enum Numeral {
    Digit(i64),
    Power(i64),
}

fn numeral(c: char) -> Option<Numeral> {
    use Numeral::{Digit, Power};
    Some(match c {
        '〇' | '○' | '零' | '０' | '0' | 'Ｏ' | '◯' => Digit(0),
        '一' | '壹' | '壱' | '１' => Digit(1),
        '二' | '貳' | '贰' | '两' | '兩' | '弐' | '２' => Digit(2),
        '三' | '叁' | '參' | '参' | '３' => Digit(3),
        '四' | '肆' | '４' => Digit(4),
        '五' | '伍' | '５' => Digit(5),
        '六' | '陸' | '陆' | '６' => Digit(6),
        '七' | '柒' | '７' => Digit(7),
        '八' | '捌' | '８' => Digit(8),
        '九' | '玖' | '９' => Digit(9),
        '十' | '拾' => Power(10),
        '廿' => Power(20),
        '卅' => Power(30),
        '卌' => Power(40),
        '百' | '佰' => Power(100),
        '千' | '仟' => Power(1000),
        '万' | '萬' => Power(10_000),
        '亿' | '億' => Power(100_000_000),
        _ => return None,
    })
}

/// A Han numeral may begin with the character.
pub fn is_numeral(c: char) -> bool {
    numeral(c).is_some()
}

/// Longest numeral read; longer runs are no date.
const MAX_NUMERAL: usize = 12;

/// The Han numeral that `text` begins with, and its length in bytes.
pub fn han(text: &str) -> Option<(Number, usize)> {
    let first = text.chars().next()?;
    if first.is_ascii_digit() || ('０'..='９').contains(&first) {
        return None;
    }
    numeral(first)?;
    let mut len = 0;
    let mut digits: Vec<i64> = Vec::new();
    let mut powers = false;
    let (mut total, mut section, mut current) = (0i64, 0i64, None::<i64>);
    let mut count = 0;
    let mut last_two: [Option<i64>; 2] = [None; 2];
    let mut pair = None;
    for c in text.chars() {
        let Some(n) = numeral(c) else { break };
        count += 1;
        if count > MAX_NUMERAL {
            return None;
        }
        len += c.len_utf8();
        match n {
            Numeral::Digit(0) if powers => last_two = [None; 2],
            Numeral::Digit(d) => {
                digits.push(d);
                last_two = [last_two[1], Some(d)];
                current = Some(if powers && digits.len() > 1 && last_two[0].is_some() && current.is_some() {
                    // `十七八`: seventeen or eighteen.
                    pair = Some(d);
                    current.unwrap_or(0)
                } else if powers {
                    d
                } else {
                    current.unwrap_or(0) * 10 + d
                });
            }
            Numeral::Power(p) => {
                powers = true;
                last_two = [None; 2];
                if matches!(p, 20 | 30 | 40) {
                    section += p;
                    current = None;
                    continue;
                }
                let d = current.take().unwrap_or(1);
                if p >= 10_000 {
                    total += (section + d * i64::from(section == 0 || d != 1)) * p;
                    section = 0;
                } else if digits.len() == 2 && section == 0 && digits[0] + 1 == digits[1] {
                    // `二三十`: twenty or thirty.
                    section = digits[0] * p;
                    pair = Some(digits[1]);
                } else {
                    section += d * p;
                }
            }
        }
    }
    // `零五` is written as `05` is.
    let padded = !powers && digits.len() == 2 && digits[0] == 0;
    let digitwise = !powers && digits.len() >= 2 && !padded;
    let value = total + section + current.unwrap_or(0);
    if digitwise && digits.len() == 2 && digits[0] > 0 && digits[0] + 1 == digits[1] {
        pair = Some(digits[1]);
    }
    Some((
        Number {
            value: value as f64,
            digits: if padded { 2 } else { 0 },
            digitwise,
            pair: pair.map(|p| p as u8),
            ordinal: false,
            fraction: false,
            apostrophe: false,
        },
        len,
    ))
}

/// Puts neighbouring number words together (`twenty one`, `2 1/2`), and numbers with their ordinal marks (`1st`, `第一`).
pub fn compose(tokens: &mut Vec<Token>, language: &Language) {
    let (mut from, mut to) = (0, 0);
    while from < tokens.len() {
        let composed = language.composes(&tokens[from]).then(|| composed(&tokens[from..], language)).flatten();
        let used = match composed {
            Some((token, used)) => {
                tokens[to] = token;
                used
            }
            None => {
                if from != to {
                    tokens[to] = tokens[from];
                }
                1
            }
        };
        to += 1;
        from += used;
    }
    tokens.truncate(to);
}

/// A number as the value of a token, in digits or in words.
pub fn number_of(token: &Token, language: &Language) -> Option<Number> {
    match token.what {
        What::Number(n) => Some(n),
        What::Word(entry) => {
            let cardinal = language.sense(entry, token.capital, language.ids.number).map(|s| (s.number, false));
            let ordinal = || language.sense(entry, token.capital, language.ids.ordinal).map(|s| (s.number, true));
            let (value, ordinal) = cardinal.or_else(ordinal)?;
            Some(word_number(value, ordinal))
        }
        What::Stamp(s) if s.count == 2 && matches!(s.sep, b'.') => Some(Number {
            value: f64::from(s.parts[0]) + f64::from(s.parts[1]) / 10f64.powi(i32::from(s.lens[1])),
            fraction: true,
            digits: s.lens[0],
            ..word_number(0, false)
        }),
        _ => None,
    }
}

/// A number written as a word.
pub fn word_number(value: i32, ordinal: bool) -> Number {
    Number {
        value: f64::from(value),
        digits: 0,
        digitwise: false,
        pair: None,
        ordinal,
        fraction: false,
        apostrophe: false,
    }
}

fn composed(tokens: &[Token], language: &Language) -> Option<(Token, usize)> {
    let first = &tokens[0];
    if first.what == What::Break {
        return None;
    }
    let ids = &language.ids;
    let is = |t: &Token, class| matches!(t.what, What::Word(e) if language.sense(e, t.capital, class).is_some());
    let make = |number: Number, used: usize| {
        let last = &tokens[used - 1];
        let symbol = language.number_symbol(number_bits(&number));
        Some((Token { end: last.end, symbol, what: What::Number(number), ..*first }, used))
    };
    // 第一, 第3
    if is(first, ids.ordprefix)
        && let Some(second) = tokens.get(1)
        && let Some(n) = number_of(second, language)
        && !n.fraction
    {
        return make(Number { ordinal: true, ..n }, 2);
    }
    let mut number = number_of(first, language)?;
    if number.ordinal || number.fraction {
        return None;
    }
    let glued = |t: &Token, end: u32| t.start == end;
    let mut used = 1;
    if let What::Number(_) = first.what {
        let next = tokens.get(1)?;
        // A year before the full stop of its sentence is none (`Er starb 1939.`), `1791-го` is a year with its case; where the
        // year comes first, `2020.` opens a date.
        let year = number.digits == 4 && (1000.0..3000.0).contains(&number.value) && language.day_first;
        if is(next, ids.ordmark) && glued(next, first.end) && !year {
            return make(Number { ordinal: true, ..number }, 2);
        }
        // 2 1/2
        if let What::Number(f) = next.what
            && f.fraction
            && f.value < 1.0
            && number.digits > 0
        {
            return make(Number { value: number.value + f.value, fraction: true, ..number }, 2);
        }
        return None;
    }
    // `nineteen ninety-seven`, `twenty fifteen`
    if (13.0..=20.0).contains(&number.value)
        && let Some(next) = tokens.get(1)
        && let Some(n) = number_of(next, language)
        && !n.ordinal
        && matches!(next.what, What::Word(_))
        && (10.0..100.0).contains(&n.value)
    {
        let ones = tokens[2..].iter().take(2).enumerate().find_map(|(i, t)| {
            let n =
                number_of(t, language).filter(|n| !n.ordinal && n.digits == 0 && n.value > 0.0 && n.value < 10.0)?;
            Some((i + 3, n.value))
        });
        let tens = number.value * 100.0 + n.value;
        let (used, value) = match ones {
            Some((used, ones))
                if n.value % 10.0 == 0.0 && n.value >= 20.0 && (used == 3 || is(&tokens[2], ids.numand)) =>
            {
                (used, tens + ones)
            }
            _ => (2, tens),
        };
        return make(Number { value, digitwise: true, ..number }, used);
    }
    let (mut total, mut current) = (0.0, number.value);
    let mut digits = 0;
    while let Some(mut next) = tokens.get(used) {
        let mut step = 1;
        if is(next, ids.numand) && tokens.get(used + 1).is_some() {
            next = &tokens[used + 1];
            step = 2;
        }
        let What::Word(_) = next.what else { break };
        let Some(n) = number_of(next, language) else { break };
        let v = n.value;
        // `خمس وأربعون`: the tens behind the ones.
        let tens_behind = (20.0..100.0).contains(&v) && current < 10.0 && is(next, ids.tenand);
        if tens_behind {
            current += v;
        } else if v >= 1000.0 && !n.ordinal && step == 1 {
            total += current * v;
            current = 0.0;
        } else if v == 100.0 && current < 100.0 && step == 1 {
            current *= v;
        } else if v < 10.0 && current % 100.0 >= 20.0 && current % 10.0 == 0.0
            || v < 100.0 && current >= 100.0 && current % 100.0 == 0.0
            || total > 0.0 && current == 0.0 && v < 1000.0
        {
            current += v;
        } else {
            break;
        }
        digits = used + step;
        used += step;
        if n.ordinal {
            number.ordinal = true;
            break;
        }
    }
    if digits == 0 {
        return None;
    }
    number.value = total + current;
    // Written out, a thousand and more may be a year: `nineteen ninety` is left alone, `two thousand and five` is one.
    make(number, used)
}
