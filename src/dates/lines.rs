//! The parts of a text and the language of each: lines in another script than the document's are read in their own.

use crate::text::language::Detector;
use std::ops::Range;

/// A line in another script has so many of its letters or characters at least: below that it is a name.
const MIN_LETTERS: usize = 24;
const MIN_WIDE: usize = 6;
/// A character of Chinese or Japanese says about as much as four letters.
const LETTERS_A_CHARACTER: usize = 4;

/// The parts of `text`, whole lines each, with the code of their language where it is not that of the document, `code`.
pub fn parts(text: &str, code: &str, detector: &Detector) -> Vec<(Range<usize>, Option<&'static str>)> {
    let whole = 0..text.len();
    if !is_wide(code) && !has_wide(text.as_bytes()) {
        return vec![(whole, None)];
    }
    let mut parts: Vec<(Range<usize>, Option<&'static str>)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let script = Script::of(line.as_bytes());
        let own = script.foreign(line, code, detector);
        // What is too short to tell goes with the lines before it where it could be of their language.
        let goes_on = |own: Option<&str>| !script.tells() && script.could_be(own.unwrap_or(code));
        if let Some(last) = parts.last_mut().filter(|last| last.1 == own || goes_on(last.1)) {
            last.0.end = end;
        } else {
            parts.push((at..end, own));
        }
        at = end;
    }
    if parts.is_empty() { vec![(whole, None)] } else { parts }
}

/// The language is written in Han, kana or Hangul.
fn is_wide(code: &str) -> bool {
    matches!(code, "zh" | "ja" | "ko")
}

/// A character of Han, kana or Hangul stands somewhere, as far as its first byte tells.
fn has_wide(bytes: &[u8]) -> bool {
    bytes.chunks(BLOCK).any(|block| count(block, block, |b, _| matches!(b, 0xE3..=0xED)) > 0)
}

/// Bytes that are counted at once: what one byte can count, so that a processor counts many side by side.
const BLOCK: usize = 255;

/// How many bytes are such, each seen with its fellow.
fn count(bytes: &[u8], fellows: &[u8], is: impl Fn(u8, u8) -> bool) -> usize {
    let in_block = |(a, b): (&[u8], &[u8])| a.iter().zip(b).fold(0u8, |n, (a, b)| n + u8::from(is(*a, *b)));
    bytes.chunks(BLOCK).zip(fellows.chunks(BLOCK)).map(|blocks| usize::from(in_block(blocks))).sum()
}

/// What a line is made of, by the first bytes of its characters.
struct Script {
    letters: usize,
    /// Han, kana and Hangul, and their signs.
    wide: usize,
    kana: usize,
    hangul: usize,
}

impl Script {
    fn of(line: &[u8]) -> Script {
        let behind = line.get(1..).unwrap_or_default();
        Script {
            letters: count(line, line, |b, _| b.is_ascii_alphabetic()),
            wide: count(line, line, |b, _| matches!(b, 0xE3..=0xED)),
            kana: count(line, behind, |b, next| b == 0xE3 && matches!(next, 0x81..=0x83)),
            hangul: count(line, line, |b, _| matches!(b, 0xEA..=0xED)),
        }
    }

    fn tells(&self) -> bool {
        self.letters >= MIN_LETTERS || self.wide >= MIN_WIDE
    }

    /// Nothing in the line is of another script than the language.
    fn could_be(&self, code: &str) -> bool {
        if is_wide(code) { self.letters == 0 } else { self.wide == 0 }
    }

    /// The language of the line, where its script says that it is not that of the document.
    fn foreign(&self, line: &str, code: &str, detector: &Detector) -> Option<&'static str> {
        if self.letters >= MIN_LETTERS && self.letters > self.wide * LETTERS_A_CHARACTER {
            return is_wide(code).then(|| detector.clear(line).map_or("en", |clear| clear.0));
        }
        if self.wide < MIN_WIDE || self.wide * LETTERS_A_CHARACTER < self.letters {
            return None;
        }
        let own = if self.hangul * 2 > self.wide {
            "ko"
        } else if self.kana * 3 > self.wide && self.kana >= MIN_WIDE {
            "ja"
        } else {
            // Headings of Japanese and Korean texts are Han alone, too.
            return (!is_wide(code)).then_some("zh");
        };
        (own != code).then_some(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::letters::Letters;
    use std::sync::Arc;

    fn check(code: &str, text: &str, expected: &[(&str, Option<&str>)]) {
        let detector = Detector::new(Arc::new(Letters::new()));
        let parts = parts(text, code, &detector);
        let found: Vec<_> = parts.iter().map(|(range, own)| (&text[range.clone()], *own)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_line_in_another_script_is_read_in_its_own_language() {
        let (chinese, english) =
            ("水退去之后，镇上的人回来了。\n", "The people of the town came back on 5 May, and it was quiet.\n");
        let japanese = "水が引いたあと、町の人々は戻ってきた。\n";
        check(
            "zh",
            &[chinese, english, "\n", chinese].concat(),
            &[(chinese, None), (&[english, "\n"].concat(), Some("en")), (chinese, None)],
        );
        check("en", &[english, japanese].concat(), &[(english, None), (japanese, Some("ja"))]);
        check("zh", &[chinese, japanese].concat(), &[(chinese, None), (japanese, Some("ja"))]);
    }

    #[test]
    fn names_in_another_script_change_nothing() {
        let line = "OpenAI 的 Sam Altman 在周五被解雇。\n";
        check("zh", line, &[(line, None)]);
        let line = "The town of 鎮上 lies by the river, and the people of it are few.\n";
        check("en", line, &[(line, None)]);
    }
}
