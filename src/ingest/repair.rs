//! JSON as scrapers write it, made JSON again: one pass over the text, each mending named.

use std::collections::BTreeSet;

/// Deepest nesting that is carried on. What reads JSON elsewhere gives up at 128 (serde_json) or about 1000 (Python).
const MAX_DEPTH: usize = 120;

/// The mended text, and what was mended.
pub(super) struct Repaired {
    pub text: String,
    pub kinds: BTreeSet<&'static str>,
}

/// Mends control characters, bad escapes and lone surrogates in strings, words that are not JSON (`NaN`, `None`),
/// commas too many, and nesting too deep. What is right comes through byte by byte. What is broken otherwise stays broken.
pub(super) fn repair(json: &str) -> Repaired {
    let mut mender =
        Mender { bytes: json, at: 0, out: String::with_capacity(json.len() + 16), kinds: BTreeSet::new(), depth: 0 };
    mender.values();
    Repaired { text: mender.out, kinds: mender.kinds }
}

struct Mender<'a> {
    bytes: &'a str,
    at: usize,
    out: String,
    kinds: BTreeSet<&'static str>,
    depth: usize,
}

impl Mender<'_> {
    fn rest(&self) -> &str {
        &self.bytes[self.at..]
    }

    fn values(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' => self.string(),
                '[' | '{' => self.open(c),
                ']' | '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.drop_comma();
                    self.copy(c);
                }
                c if c.is_ascii_alphabetic() || matches!(c, '-' | '+') => self.word(),
                '\u{feff}' => {
                    self.at += c.len_utf8();
                    self.kinds.insert("byte-order-mark");
                }
                c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {
                    self.at += c.len_utf8();
                    self.kinds.insert("control-character");
                }
                c => self.copy(c),
            }
        }
    }

    fn copy(&mut self, c: char) {
        self.out.push(c);
        self.at += c.len_utf8();
    }

    /// A value that nests too deeply becomes null as a whole.
    fn open(&mut self, c: char) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            return self.copy(c);
        }
        let bytes = self.rest().as_bytes();
        let (mut depth, mut at) = (0usize, 0usize);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                b'"' => at = closing_quote(bytes, at),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        self.at += at;
        self.out.push_str("null");
        self.kinds.insert("depth");
    }

    /// `[1, 2,]`: the comma before a closing bracket goes.
    fn drop_comma(&mut self) {
        let kept = self.out.trim_end_matches([' ', '\t', '\n', '\r']).len();
        if self.out[..kept].ends_with(',') {
            self.out.truncate(kept - 1);
            self.kinds.insert("comma");
        }
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')).count();
        let word = &rest[..length];
        let mended = match word.trim_start_matches(['-', '+']) {
            "NaN" | "nan" | "Infinity" | "inf" | "Inf" => Some(("null", "not-a-number")),
            "None" | "undefined" => Some(("null", "word")),
            "True" => Some(("true", "word")),
            "False" => Some(("false", "word")),
            _ => None,
        };
        match mended {
            Some((json, kind)) => {
                self.out.push_str(json);
                self.kinds.insert(kind);
            }
            None => self.out.push_str(&self.bytes[self.at..self.at + length]),
        }
        self.at += length;
    }

    fn string(&mut self) {
        self.out.push('"');
        self.at += 1;
        loop {
            let bytes = self.rest().as_bytes();
            let plain = bytes.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=0x1f)).unwrap_or(bytes.len());
            self.out.push_str(&self.bytes[self.at..self.at + plain]);
            self.at += plain;
            match self.rest().as_bytes() {
                [] => return,
                [b'"', ..] => {
                    self.out.push('"');
                    self.at += 1;
                    return;
                }
                [b'\\', ..] => self.escape(),
                [control, ..] => {
                    let control = *control;
                    self.out.push_str(&format!("\\u{control:04x}"));
                    self.at += 1;
                    self.kinds.insert("control-character");
                }
            }
        }
    }

    fn escape(&mut self) {
        let rest = self.rest();
        match rest.as_bytes().get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.out.push_str(&self.bytes[self.at..self.at + 2]);
                self.at += 2;
            }
            Some(b'u') => match unit(rest) {
                Some(0xd800..=0xdbff)
                    if rest.get(6..).and_then(unit).is_some_and(|low| (0xdc00..=0xdfff).contains(&low)) =>
                {
                    self.out.push_str(&self.bytes[self.at..self.at + 12]);
                    self.at += 12;
                }
                Some(0xd800..=0xdfff) => {
                    self.out.push_str("\\ufffd");
                    self.at += 6;
                    self.kinds.insert("lone-surrogate");
                }
                Some(_) => {
                    self.out.push_str(&self.bytes[self.at..self.at + 6]);
                    self.at += 6;
                }
                None => self.bare_backslash(),
            },
            _ => self.bare_backslash(),
        }
    }

    /// A backslash that escapes nothing stands for itself: `C:\data`.
    fn bare_backslash(&mut self) {
        self.out.push_str("\\\\");
        self.at += 1;
        self.kinds.insert("escape");
    }
}

/// The UTF-16 unit of `\uXXXX` at the beginning of `text`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// One past the quote that closes the string whose inside begins at `at`.
fn closing_quote(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at = (at + 1).min(bytes.len());
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(json: &str, mended: &str, kind: &str) {
        let repaired = repair(json);
        assert_eq!(repaired.text, mended);
        assert_eq!(repaired.kinds.into_iter().collect::<Vec<_>>().join(","), kind);
    }

    #[test]
    fn what_is_right_stays_as_it_is() {
        let right = r#"{"a": [1, 2.50, -3e7, 123456789012345678901234567890], "b": "\ud83d\ude00 \u00e9\n", "c": null, "d": {}}"#;
        check(right, right, "");
    }

    #[test]
    fn what_scrapers_write_is_mended() {
        check(r#"{"a": "x\ud83dy"}"#, r#"{"a": "x\ufffdy"}"#, "lone-surrogate");
        check(r#"{"a": NaN, "b": -Infinity}"#, r#"{"a": null, "b": null}"#, "not-a-number");
        check("{\"a\": \"x\ty\0\"}", r#"{"a": "x\u0009y\u0000"}"#, "control-character");
        check(r#"{"a": [1, 2, ], }"#, r#"{"a": [1, 2]}"#, "comma");
        check(r#"{"a": "C:\data"}"#, r#"{"a": "C:\\data"}"#, "escape");
        check("\u{feff}{\"a\": True}", r#"{"a": true}"#, "byte-order-mark,word");
        let deep = format!("{{\"a\": {}1{}, \"b\": 2}}", "[".repeat(5000), "]".repeat(5000));
        let mended = repair(&deep);
        assert!(serde_json::from_str::<serde_json::Value>(&mended.text).is_ok());
        assert!(mended.kinds.contains("depth") && mended.text.ends_with("\"b\": 2}"));
    }

    proptest! {
        #[test]
        fn json_comes_through_untouched(text in "\\PC*", number in any::<f64>()) {
            let json = serde_json::json!({ "text": text, "more": [number, null, true, { "x": text }] }).to_string();
            prop_assert_eq!(repair(&json).text, json);
        }

        #[test]
        fn no_text_breaks_the_mender(text in "[\\[\\]{}\",:\\\\u0-9dDaN \u{0}-\u{1f}é]*") {
            repair(&text);
        }
    }
}
