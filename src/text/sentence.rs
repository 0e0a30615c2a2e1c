//! Sentences, in scripts with and without blanks.
//!
//! A full stop ends a sentence when what follows can begin one; what stands in brackets and in CJK quotation marks stays
//! together. Abbreviations come from the language files, places that must not be cut (dates) from the caller.

use crate::model::Span;
use crate::text::script::is_unspaced;
use std::collections::BTreeSet;

/// The sentences of `text` in order, without blanks at the ends; together they hold every visible character.
/// Knows no language's abbreviations: see [`Splitter`].
pub fn sentences(text: &str) -> Vec<Span> {
    Splitter::default().sentences(text, &[])
}

/// Cuts texts into sentences.
#[derive(Clone, Debug, Default)]
pub struct Splitter {
    /// Lower case, without the last full stop.
    abbreviations: BTreeSet<String>,
}

/// Longest stretch in brackets or quotation marks that stays together, in bytes: two or three sentences of speech.
/// Longer speech is cut like running text.
const MAX_TOGETHER: usize = 600;
/// Bytes that are read for a first sentence, at first: most are shorter by what may hold them together.
const FIRST_REACH: usize = 1_000;
/// Longest word before a full stop that is looked up, in bytes.
const MAX_ABBREVIATION: usize = 24;

impl Splitter {
    /// A splitter that knows these abbreviations (with or without their last full stop, in any case).
    pub fn new<'a>(abbreviations: impl IntoIterator<Item = &'a str>) -> Splitter {
        let bare = |a: &str| a.trim_end_matches('.').to_lowercase();
        Splitter { abbreviations: abbreviations.into_iter().map(bare).collect() }
    }

    /// The sentences of `text`; no cut falls inside one of the `held` places, which are in order.
    pub fn sentences(&self, text: &str, held: &[Span]) -> Vec<Span> {
        self.cut(text, held, usize::MAX)
    }

    /// The first sentences of `text`, at most so many.
    fn cut(&self, text: &str, held: &[Span], at_most: usize) -> Vec<Span> {
        let together = together(text);
        let (mut held, mut together) = (Places::new(held), Places::new(&together));
        let mut found = Vec::new();
        let mut start = 0;
        let mut next = 0;
        while let Some((at, c)) = next_of(text, next, &MAY_END) {
            let after = at + c.len_utf8();
            next = after;
            let Some(end) = self.end(text, at, c) else { continue };
            // A pair that closes right behind the mark closes the sentence with it.
            let free = end == text.len() || (!held.cuts(after) && !together.cuts(end));
            if !free {
                continue;
            }
            found.extend(Some(Span::new(start, end).trimmed(text)).filter(|s| !s.is_empty()));
            if found.len() == at_most {
                return found;
            }
            start = end;
            next = next.max(end);
        }
        found.extend(Some(Span::new(start, text.len()).trimmed(text)).filter(|s| !s.is_empty()));
        found
    }

    /// The first sentence of `text`, of which no more is read than that takes.
    pub fn first(&self, text: &str) -> Option<Span> {
        let mut reach = FIRST_REACH;
        while reach < text.len() {
            let cut = (reach..).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
            let first = self.cut(&text[..cut], &[], 1).pop();
            // Nothing that holds the sentence together, and no blank behind its mark, reaches the cut.
            let is_whole = |s: &Span| {
                let end = s.end as usize;
                end + MAX_TOGETHER < cut && !text[end..cut].trim_start().is_empty()
            };
            if first.as_ref().is_some_and(is_whole) {
                return first;
            }
            reach *= 2;
        }
        self.cut(text, &[], 1).pop()
    }

    /// Where the sentence ends that the character `c` at `at` ends, closing marks included.
    fn end(&self, text: &str, at: usize, c: char) -> Option<usize> {
        let after = at + c.len_utf8();
        let rest = &text[after..];
        match c {
            '。' | '｡' | '！' | '？' | '।' | '۔' | '؟' | '።' | '։' | '။' | '។' => {
                closed(rest).map(|n| after + n)
            }
            '．' => (!rest.starts_with(|c: char| c.is_numeric())).then(|| closed(rest).map(|n| after + n))?,
            '\n' => rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n').then_some(after),
            '!' | '?' | '…' | '.' => {
                let n = closed(rest)?;
                let behind = &rest[n..];
                let next = behind.chars().next();
                let glued = next.is_some_and(|c| !c.is_whitespace());
                let ends = match c {
                    '!' | '?' => !glued || next.is_some_and(is_unspaced),
                    '…' => !glued && begins(behind),
                    _ => !glued && begins(behind) && !self.abbreviated(&text[..at], behind),
                };
                ends.then_some(after + n)
            }
            _ => None,
        }
    }

    /// The full stop behind `before` belongs to an abbreviation, an initial or an ordinal.
    fn abbreviated(&self, before: &str, behind: &str) -> bool {
        let word = last_word(before);
        if behind.trim().is_empty() || word.is_empty() {
            return false;
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let initial = letters == 1 && word.chars().all(char::is_uppercase);
        let lower = word.to_lowercase();
        initial || self.abbreviations.contains(&lower)
    }
}

/// The run of letters, digits and inner full stops at the end of `before`.
fn last_word(before: &str) -> &str {
    let mut from = before.len().saturating_sub(MAX_ABBREVIATION);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let tail = &before[from..];
    let start = tail
        .rfind(|c: char| !(c.is_alphanumeric() || c == '.'))
        .map_or(0, |i| i + tail[i..].chars().next().map_or(0, char::len_utf8));
    &tail[start..]
}

/// What follows can begin a sentence: nothing, or after the blanks anything but a small letter or a comma.
fn begins(behind: &str) -> bool {
    behind.trim_start().chars().next().is_none_or(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | ':' | '，' | '、'))
}

/// Bytes of further end marks and closing marks at the start of `rest`; none when the sentence goes on behind them.
fn closed(rest: &str) -> Option<usize> {
    let closes = |c: char| {
        matches!(
            c,
            '.' | '!' | '?' | '。' | '！' | '？' | '…' | '」' | '』' | '”' | '’' | '）' | '》' | '〉' | '】' | '〕'
        ) || matches!(c, ')' | ']' | '"' | '\'' | '»' | '›' | '〞')
    };
    let n: usize = rest.chars().take(MAX_CLOSING).take_while(|&c| closes(c)).map(char::len_utf8).sum();
    // 「…。」と述べた: the quotation is part of a longer sentence.
    let goes_on = n > 0 && rest[n..].starts_with(['と', 'っ', 'の', 'な', '、', '，', ',', '；', '—', '―', '的']);
    (!goes_on).then_some(n)
}

/// Closing marks that are read behind an end mark.
const MAX_CLOSING: usize = 16;

/// The insides of brackets and CJK quotation marks that are short enough to stay together; in order, disjoint.
fn together(text: &str) -> Vec<Span> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut found: Vec<Span> = Vec::new();
    let mut next = 0;
    while let Some((at, c)) = next_of(text, next, &MAY_PAIR) {
        next = at + c.len_utf8();
        if let Some(close) = closing(c) {
            open.push((close, at));
        } else if matches!(c, '」' | '』' | '）' | '》' | '”' | '】' | ')' | ']') {
            // What was opened inside and never closed is not a pair.
            let Some(i) = open.iter().rposition(|&(close, _)| close == c) else { continue };
            let start = open[i].1;
            open.truncate(i);
            let span = Span::new(start, at + c.len_utf8());
            if span.len() <= MAX_TOGETHER {
                while found.last().is_some_and(|inner| span.contains(*inner)) {
                    found.pop();
                }
                found.push(span);
            }
        }
        // A text of nothing but opening marks must not be searched again and again.
        if open.len() > MAX_OPEN {
            open.clear();
        }
    }
    found
}

/// The first character from `at` whose first byte may be one that is looked for.
#[inline]
fn next_of(text: &str, at: usize, may: &[bool; 256]) -> Option<(usize, char)> {
    let at = at + text.as_bytes()[at..].iter().position(|b| may[usize::from(*b)])?;
    Some((at, text[at..].chars().next()?))
}

/// The first bytes of characters that may end a sentence.
const MAY_END: [bool; 256] = bytes(&[b'\n', b'!', b'?', b'.', 0xD6, 0xD8, 0xDB, 0xE0, 0xE1, 0xE2, 0xE3, 0xEF]);
/// The first bytes of characters that may open or close a pair.
const MAY_PAIR: [bool; 256] = bytes(&[b'(', b')', b'[', b']', 0xE2, 0xE3, 0xEF]);

const fn bytes(all: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut i = 0;
    while i < all.len() {
        table[all[i] as usize] = true;
        i += 1;
    }
    table
}

/// Pairs that may be open at once.
const MAX_OPEN: usize = 32;

fn closing(c: char) -> Option<char> {
    Some(match c {
        '「' => '」',
        '『' => '』',
        '（' => '）',
        '《' => '》',
        '“' => '”',
        '【' => '】',
        '(' => ')',
        '[' => ']',
        _ => return None,
    })
}

/// Places in order, asked in order.
struct Places<'a> {
    spans: &'a [Span],
    next: usize,
}

impl<'a> Places<'a> {
    fn new(spans: &'a [Span]) -> Places<'a> {
        Places { spans, next: 0 }
    }

    /// A cut at `at` falls inside one of the places.
    fn cuts(&mut self, at: usize) -> bool {
        while self.spans.get(self.next).is_some_and(|s| s.end as usize <= at) {
            self.next += 1;
        }
        self.spans.get(self.next).is_some_and(|s| (s.start as usize) < at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let splitter = Splitter::new(["Mr.", "Gov.", "U.S", "bzw"]);
        let found: Vec<&str> = splitter.sentences(text, &[]).into_iter().map(|s| s.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn chinese_ends_at_its_full_stop_and_decimals_stay_whole() {
        check("選用了 GPT-3.5。2022 年秋季,OpenAI 籌備發佈。", &["選用了 GPT-3.5。", "2022 年秋季,OpenAI 籌備發佈。"]);
    }

    #[test]
    fn what_is_shouted_in_quotation_marks_stays_together() {
        check("高呼「感受下!感受下!」員工做了圖。", &["高呼「感受下!感受下!」", "員工做了圖。"]);
    }

    #[test]
    fn a_quotation_inside_a_japanese_sentence_does_not_end_it() {
        check("知事は「終わらない。」と述べた。次の日、", &["知事は「終わらない。」と述べた。", "次の日、"]);
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        check(
            "Mr. J. Bell met Gov. Hall in the U.S. Senate. He left.",
            &["Mr. J. Bell met Gov. Hall in the U.S. Senate.", "He left."],
        );
    }

    #[test]
    fn a_quotation_ends_with_its_sentence() {
        check("I asked why. \"Once for me.\" She left.", &["I asked why.", "\"Once for me.\"", "She left."]);
    }

    #[test]
    fn a_held_date_is_not_cut() {
        let text = "Vom 18. Oktober an. Dann nicht.";
        let found: Vec<&str> =
            Splitter::default().sentences(text, &[Span::new(4, 15)]).into_iter().map(|s| s.of(text)).collect();
        assert_eq!(found, ["Vom 18. Oktober an.", "Dann nicht."]);
    }

    #[test]
    fn the_first_sentence_of_a_long_text_is_that_of_the_whole() {
        let splitter = Splitter::default();
        let filler = "The mill stood by the river, where nobody went. ".repeat(60);
        for head in ["", "(He came. He went. ", "Stop.    ", "\n\n\n", &"a ".repeat(900), "Ja 「そう。」と"] {
            let text = format!("{head}{filler}");
            assert_eq!(splitter.first(&text), splitter.sentences(&text, &[]).into_iter().next(), "{head}");
        }
        assert_eq!(splitter.first(""), None);
    }

    #[test]
    fn a_small_letter_goes_on() {
        check(
            "It cost approx. ten pounds... or so. Yes! really? No.",
            &["It cost approx. ten pounds... or so.", "Yes!", "really?", "No."],
        );
    }

    #[test]
    fn an_opening_mark_that_never_closes_holds_nothing() {
        check("「一。二。", &["「一。", "二。"]);
    }

    proptest! {
        #[test]
        fn every_visible_character_is_in_one_sentence(text in "[a-cA-C0-9 .!?。「」（）()\"\n…，と]{0,60}") {
            let found = sentences(&text);
            prop_assert!(found.windows(2).all(|w| w[0].end <= w[1].start));
            let held: usize = found.iter().map(|s| s.of(&text).chars().filter(|c| !c.is_whitespace()).count()).sum();
            prop_assert_eq!(held, text.chars().filter(|c| !c.is_whitespace()).count());
        }
    }
}
