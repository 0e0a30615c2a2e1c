//! Number systems: what a printed number may mean. One table, read from the front of a text.

/// How a number is written. Two numbers can stand in one list only when they are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum System {
    /// `1`, `01`, `１`, `١`, `१`, `๑`
    Decimal,
    /// `Ⅳ`, `iv` as one glyph or as letters
    RomanUpper,
    RomanLower,
    LatinUpper,
    LatinLower,
    CyrillicUpper,
    CyrillicLower,
    Greek,
    /// `一`, `十二`, `一百八十三`
    Han,
    /// `壹`, `貳`
    HanFormal,
    /// `甲乙丙丁`
    Stem,
    /// `アイウエオ`
    Gojuon,
    /// `イロハ`, `いろは`
    Iroha,
    /// `가나다`
    Hangul,
    /// `ㄱㄴㄷ`
    Jamo,
    /// Enclosed glyphs; the number names the row of [`GLYPHS`].
    Glyph(u8),
    /// Ordinal words of a language; the number names the row of words.
    Word(u16),
    /// `1.2.3`; the last part counts, the parts before it are hashed.
    Dotted(u8, u32),
    /// A bullet; the number is its code point.
    Bullet(u32),
}

/// Rows of enclosed numbers: first glyph, how many, value of the first, and which list they belong to.
/// Rows of one family follow each other in a list (`⑳`, then `㉑`).
const GLYPHS: &[(char, u32, i32, u8)] = &[
    ('①', 20, 1, 0),
    ('㉑', 15, 21, 0),
    ('㊱', 15, 36, 0),
    ('⑴', 20, 1, 1),
    ('⒈', 20, 1, 2),
    ('❶', 10, 1, 3),
    ('⓫', 10, 11, 3),
    ('➀', 10, 1, 4),
    ('➊', 10, 1, 5),
    ('⓵', 10, 1, 6),
    ('㈠', 10, 1, 7),
    ('㊀', 10, 1, 8),
    ('⒜', 26, 1, 9),
    ('Ⓐ', 26, 1, 10),
    ('ⓐ', 26, 1, 11),
    ('㉠', 14, 1, 12),
    ('㉮', 14, 1, 13),
    ('㈀', 14, 1, 14),
    ('㈎', 14, 1, 15),
    ('㋐', 47, 1, 16),
    ('🄐', 26, 1, 17),
    ('🅐', 26, 1, 18),
    ('🅰', 26, 1, 19),
    ('🄰', 26, 1, 20),
];
/// The family of keycaps (`1️⃣`, `🔟`), which are digits with marks behind them.
pub(crate) const KEYCAP: u8 = 40;

const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
const GOJUON: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
const IROHA: &str = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス";
const IROHA_HIRAGANA: &str =
    "いろはにほへとちりぬるをわかよたれそつねならむうゐのおくやまけふこえてあさきゆめみしゑひもせす";
const HANGUL: &str = "가나다라마바사아자차카타파하";
const JAMO: &str = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ";
const CYRILLIC_LOWER: &str = "абвгдежзиклмнопрстуфхцчшщэюя";
const CYRILLIC_UPPER: &str = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ";
const GREEK: &str = "αβγδεζηθικλμνξοπρστυφχψω";

/// One way to read the number at the front of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub system: System,
    pub value: i32,
    /// Bytes of the number.
    pub len: usize,
}

/// A letter that is a number all alone: what follows it belongs to no longer one.
pub(crate) fn is_letter_number(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3131}'..='\u{314e}' | '가'..='힣' | 'α'..='ω' | 'а'..='я' | 'А'..='Я')
}

/// All readings of the number at the front of `text`: at most two (`i` is 1 and a letter, `イ` is 2 and 1).
pub(crate) fn numbers(text: &str) -> [Option<Number>; 2] {
    let Some(c) = text.chars().next() else { return [None, None] };
    match c {
        '0'..='9' | '０'..='９' | '٠'..='٩' | '۰'..='۹' | '०'..='९' | '০'..='৯' | '๐'..='๙' => {
            [decimal(text), None]
        }
        'A'..='Z' | 'a'..='z' => [letter(text, c), roman(text, c)],
        'Ⅰ'..='Ⅻ' => [glyph_roman(c, 'Ⅰ', System::RomanUpper), None],
        'ⅰ'..='ⅻ' => [glyph_roman(c, 'ⅰ', System::RomanLower), None],
        '\u{3041}'..='\u{30ff}' => {
            let gojuon = of_row(GOJUON, c, System::Gojuon);
            [gojuon, of_row(IROHA, c, System::Iroha).or_else(|| of_row(IROHA_HIRAGANA, c, System::Iroha))]
        }
        '\u{3131}'..='\u{314e}' => [of_row(JAMO, c, System::Jamo), None],
        '가'..='힣' => [of_row(HANGUL, c, System::Hangul), None],
        'α'..='ω' => [of_row(GREEK, c, System::Greek), None],
        'а'..='я' => [of_row(CYRILLIC_LOWER, c, System::CyrillicLower), None],
        'А'..='Я' => [of_row(CYRILLIC_UPPER, c, System::CyrillicUpper), None],
        '〇' | '\u{4e00}'..='\u{9fff}' => {
            let han = han(text);
            [han, if han.is_none() { of_row(STEMS, c, System::Stem) } else { None }]
        }
        _ => [None, None],
    }
}

/// The enclosed number at the front of `text` (`①`, `㈠`, `1️⃣`), which needs no delimiter.
pub(crate) fn enclosed(text: &str) -> Option<Number> {
    let c = text.chars().next()?;
    if c.is_ascii_digit() {
        return keycap(text);
    }
    if c == '🔟' {
        return Some(Number { system: System::Glyph(KEYCAP), value: 10, len: c.len_utf8() });
    }
    let at = u32::from(c);
    let &(first, _, value, family) =
        GLYPHS.iter().find(|(first, n, _, _)| (u32::from(*first)..u32::from(*first) + n).contains(&at))?;
    let value = value + i32::try_from(at - u32::from(first)).ok()?;
    Some(Number { system: System::Glyph(family), value, len: c.len_utf8() })
}

/// Up to two digits of which each, or the last, carries U+20E3, the enclosing keycap, with or without a variation selector
/// between.
fn keycap(text: &str) -> Option<Number> {
    let (mut value, mut len, mut enclosed) = (0, 0, false);
    for _ in 0..2 {
        let rest = &text[len..];
        let Some(d) = rest.bytes().next().filter(u8::is_ascii_digit) else { break };
        let tail = rest[1..].strip_prefix('\u{fe0f}').unwrap_or(&rest[1..]);
        let after = tail.strip_prefix('\u{20e3}');
        enclosed = after.is_some();
        value = value * 10 + i32::from(d - b'0');
        len = text.len() - after.unwrap_or(&rest[1..]).len();
    }
    enclosed.then_some(Number { system: System::Glyph(KEYCAP), value, len })
}

/// Up to four digits: no list counts further, and longer runs are years with months, telephone and account numbers.
const MAX_DIGITS: usize = 4;

fn decimal(text: &str) -> Option<Number> {
    let (mut value, mut len, mut n_digits) = (0i32, 0, 0);
    for c in text.chars() {
        let Some(digit) = digit(c) else { break };
        n_digits += 1;
        if n_digits > MAX_DIGITS {
            return None;
        }
        value = value * 10 + digit;
        len += c.len_utf8();
    }
    (len > 0).then_some(Number { system: System::Decimal, value, len })
}

/// The zeros of the digits that lists are numbered in: ASCII, full width, Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROS: [char; 7] = ['0', '０', '٠', '۰', '०', '০', '๐'];

/// The value of a decimal digit.
fn digit(c: char) -> Option<i32> {
    let place = |zero: char| u32::from(c).checked_sub(u32::from(zero)).filter(|&d| d < 10);
    ZEROS.into_iter().find_map(place).and_then(|d| i32::try_from(d).ok())
}

/// A single Latin letter.
fn letter(text: &str, c: char) -> Option<Number> {
    if text[1..].bytes().next().is_some_and(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let (system, first) = match c.is_ascii_uppercase() {
        true => (System::LatinUpper, 'A'),
        false => (System::LatinLower, 'a'),
    };
    Some(Number { system, value: i32::try_from(u32::from(c) - u32::from(first)).ok()? + 1, len: 1 })
}

/// The longest Roman number that lists use; beyond it letters are words (`mix`, `dim`, `MD`).
const MAX_ROMAN: i32 = 89;

fn roman(text: &str, c: char) -> Option<Number> {
    let upper = c.is_ascii_uppercase();
    let digit = |b: u8| match b.to_ascii_lowercase() {
        b'i' => 1,
        b'v' => 5,
        b'x' => 10,
        b'l' => 50,
        _ => 0,
    };
    let letters = text.bytes().take_while(|b| b.is_ascii_alphabetic()).count();
    let run = &text.as_bytes()[..letters];
    if letters > 8 || run.iter().any(|&b| digit(b) == 0 || b.is_ascii_uppercase() != upper) {
        return None;
    }
    let mut value = 0;
    for (i, &b) in run.iter().enumerate() {
        let next = run.get(i + 1).map_or(0, |&n| digit(n));
        value += if digit(b) < next { -digit(b) } else { digit(b) };
    }
    if !(1..=MAX_ROMAN).contains(&value) || !to_roman(value).eq_ignore_ascii_case(&text[..letters]) {
        return None;
    }
    let system = if upper { System::RomanUpper } else { System::RomanLower };
    Some(Number { system, value, len: letters })
}

/// A Roman number in capitals.
fn to_roman(mut value: i32) -> String {
    let mut out = String::new();
    for (n, s) in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")] {
        while value >= n {
            out.push_str(s);
            value -= n;
        }
    }
    out
}

fn glyph_roman(c: char, first: char, system: System) -> Option<Number> {
    let value = i32::try_from(u32::from(c) - u32::from(first)).ok()? + 1;
    Some(Number { system, value, len: c.len_utf8() })
}

fn of_row(row: &str, c: char, system: System) -> Option<Number> {
    let place = row.chars().position(|r| r == c)?;
    Some(Number { system, value: i32::try_from(place).ok()? + 1, len: c.len_utf8() })
}

/// Chinese numerals, plain or formal, up to the thousands; `二〇二三` and `一八` are read digit by digit.
fn han(text: &str) -> Option<Number> {
    let (mut total, mut digit, mut len, mut n, mut units, mut formal) = (0i32, None::<i32>, 0, 0, false, false);
    let mut digits = 0i32;
    for c in text.chars() {
        let (value, is_unit, is_formal) = match c {
            '〇' | '零' => (0, false, false),
            '一' => (1, false, false),
            '二' | '两' | '兩' => (2, false, false),
            '三' => (3, false, false),
            '四' => (4, false, false),
            '五' => (5, false, false),
            '六' => (6, false, false),
            '七' => (7, false, false),
            '八' => (8, false, false),
            '九' => (9, false, false),
            '壹' | '壱' => (1, false, true),
            '贰' | '貳' | '弐' => (2, false, true),
            '叁' | '參' | '叄' | '参' => (3, false, true),
            '肆' => (4, false, true),
            '伍' => (5, false, true),
            '陆' | '陸' => (6, false, true),
            '柒' => (7, false, true),
            '捌' => (8, false, true),
            '玖' => (9, false, true),
            '十' => (10, true, false),
            '拾' => (10, true, true),
            '廿' => (20, true, false),
            '卅' => (30, true, false),
            '百' => (100, true, false),
            '佰' => (100, true, true),
            '千' => (1000, true, false),
            _ => break,
        };
        n += 1;
        if n > 9 {
            return None;
        }
        formal |= is_formal;
        if is_unit {
            units = true;
            total += if value == 20 || value == 30 { value } else { digit.unwrap_or(1) * value };
            digit = None;
        } else {
            digits = digits.checked_mul(10)?.checked_add(value)?;
            digit = Some(value);
        }
        len += c.len_utf8();
    }
    if len == 0 {
        return None;
    }
    let value = if units { total + digit.unwrap_or(0) } else { digits };
    Some(Number { system: if formal { System::HanFormal } else { System::Han }, value, len })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(System, i32)> {
        numbers(text).into_iter().flatten().chain(enclosed(text)).map(|n| (n.system, n.value)).collect()
    }

    #[test]
    fn a_number_is_read_in_each_of_its_systems() {
        assert_eq!(values("12."), [(System::Decimal, 12)]);
        assert_eq!(values("１２．"), [(System::Decimal, 12)]);
        assert_eq!(values("١٢."), [(System::Decimal, 12)]);
        assert_eq!(values("๑๒."), [(System::Decimal, 12)]);
        assert_eq!(values("i)"), [(System::LatinLower, 9), (System::RomanLower, 1)]);
        assert_eq!(values("xiv."), [(System::RomanLower, 14)]);
        assert_eq!(values("Ⅳ."), [(System::RomanUpper, 4)]);
        assert_eq!(values("一百八十三条"), [(System::Han, 183)]);
        assert_eq!(values("二十"), [(System::Han, 20)]);
        assert_eq!(values("廿三"), [(System::Han, 23)]);
        assert_eq!(values("貳、"), [(System::HanFormal, 2)]);
        assert_eq!(values("丙、"), [(System::Stem, 3)]);
        assert_eq!(values("イ"), [(System::Gojuon, 2), (System::Iroha, 1)]);
        assert_eq!(values("나."), [(System::Hangul, 2)]);
        assert_eq!(values("㉑"), [(System::Glyph(0), 21)]);
        assert_eq!(values("⒊"), [(System::Glyph(2), 3)]);
        assert_eq!(values("1️⃣")[1], (System::Glyph(KEYCAP), 1));
        assert_eq!(values("🔟"), [(System::Glyph(KEYCAP), 10)]);
    }

    #[test]
    fn words_and_long_digit_runs_are_no_numbers() {
        for text in ["mix of", "civil", "iiii", "20231", "Text", "word"] {
            assert!(values(text).is_empty(), "{text}");
        }
    }
}
