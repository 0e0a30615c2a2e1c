//! From tokens to expressions: the pieces that patterns find, put together by `join`.

use super::amount::Amount;
use super::grammar::{Language, Matcher};
use super::join::{Item, Join};
use super::reading;
use super::slots::Meaning;
use super::token::{Symbol, Token, What};
use super::trigger;
use std::ops::Range;

/// An expression of the text, not yet resolved.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its first token.
    pub first: usize,
    /// One past its last token.
    pub last: usize,
    /// What it tells.
    pub meaning: Meaning,
    /// Where it falls into two, as running text is annotated: the ends of a range (`from March to May`, `1914–18`), a date
    /// and its time (`today at 9`).
    pub border: Option<Border>,
}

/// Where the first of two expressions ends and the second begins, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Border {
    pub end: usize,
    pub start: usize,
    /// The time of day stands before its date.
    pub time_first: bool,
}

impl Found {
    /// Moves it into a text in which the part it was found in begins at this byte; its tokens stay those of the part.
    pub fn move_by(&mut self, by: usize) {
        (self.start, self.end) = (self.start + by, self.end + by);
        if let Some(border) = &mut self.border {
            (border.end, border.start) = (border.end + by, border.start + by);
        }
    }
}

/// Longest segment that is read at once, in tokens. Text has no expression half as long; hostile input is cut.
const MAX_SEGMENT: usize = 200;

/// Longest reach of a pattern, in tokens.
const MAX_PATTERN: usize = 24;

/// Finds the expressions that `tokens` hold; `asked`: with the patterns that count only in a question of its own.
pub fn find(
    tokens: &[Token],
    text: &str,
    language: &Language,
    asked: bool,
    scratch: &mut Scratch,
    found: &mut Vec<Found>,
) {
    let join = &Join { tokens, text, language, asked };
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].what == What::Break {
            at += 1;
            continue;
        }
        let mut end = at;
        let mut kinds = 0;
        while end < tokens.len() && tokens[end].what != What::Break && end - at < MAX_SEGMENT {
            kinds |= language.trigger(tokens[end].symbol);
            end += 1;
        }
        // A question may be a bare number (`the 15`).
        if trigger::is_read(kinds) || asked {
            segment(join, at..end, scratch, found);
        }
        at = end;
    }
}

/// Text without a blank goes on behind the number.
fn runs_on(number: &Token, next: Option<&Token>, text: &str) -> bool {
    let known = next.is_some_and(|t| t.start == number.end && t.what != What::Break);
    !known && text[number.end as usize..].chars().next().is_some_and(char::is_alphanumeric)
}

/// A word that we do not know stands next, or a score goes on (`Monday 3-2`).
fn runs_into_a_word(last: &Token, next: Option<&Token>, text: &str) -> bool {
    let rest = &text[last.end as usize..];
    rest.starts_with(['-', ':', '–'])
        || next.is_some_and(|t| t.what == What::Break && rest.trim_start_matches(' ').starts_with(char::is_alphabetic))
}

/// Memory that is kept from segment to segment.
#[derive(Debug, Default)]
pub struct Scratch {
    symbols: Vec<Symbol>,
    matcher: Matcher,
    items: Vec<Item>,
    joined: Vec<Item>,
}

fn segment(join: &Join<'_>, range: Range<usize>, scratch: &mut Scratch, found: &mut Vec<Found>) {
    let Join { tokens, text, language, asked } = *join;
    let Range { start: from, end: to } = range;
    let Scratch { symbols, matcher, items, joined } = scratch;
    symbols.clear();
    symbols.extend(tokens[from..to].iter().map(|t| t.symbol));
    items.clear();
    let mut n_meanings = 0;
    let mut at = from;
    while at < to {
        let window = &symbols[at - from..(at - from + MAX_PATTERN).min(to - from)];
        let read = language.best(window, matcher, |rule, len, places| {
            if rule.asked && !asked {
                return None;
            }
            let end = at + len;
            let last = &tokens[end - 1];
            let number = matches!(last.what, What::Number(_))
                || language.is(last, language.ids.number)
                || language.is(last, language.ids.ordinal);
            // Of four digits it is its own: `15 Temmuz 2016 gecesi`.
            let year = matches!(last.what, What::Number(n) if n.digits == 4);
            // Without blanks a number that runs on into a word belongs to that word (`5月3人`).
            // But the day of a lunar month has no word behind it (`正月十五赏灯`), nor have hundredths of a second.
            let ends = || rule.groups.iter().any(|g| matches!(g.slot.as_str(), "lunar" | "lmonth" | "decimals"));
            if number && language.unspaced && len > 1 && runs_on(last, tokens.get(end), text) && !ends() {
                return None;
            }
            // `by 20 | May`, `about three | years ago`: what follows claims the number, unless it hangs on a word (`9h30`).
            let hangs = !language.unspaced && text[..last.start as usize].ends_with(char::is_alphabetic);
            if number
                && !year
                && !hangs
                && len > 1
                && end < to
                && language.ids.claims.iter().any(|c| language.is(&tokens[end], *c))
            {
                return None;
            }
            let loose =
                rule.groups.iter().zip(places).any(|(g, p)| g.slot == reading::LOOSE_DAY && *p == Some(len - 1));
            if loose && !language.unspaced && !asked && runs_into_a_word(last, tokens.get(end), text) {
                return None;
            }
            // `1901–03`, not `In 1901 – 12 of them …`.
            let glued = |k: usize| tokens[k].end == tokens[k + 1].start;
            if rule.groups.iter().any(|g| g.slot == reading::GLUED_YEAR) && !(at..end - 1).all(glued) {
                return None;
            }
            reading::read(rule, places, &tokens[at..end], language)
        });
        let Some((meaning, len)) = read else {
            if n_meanings > 0 {
                items.push(Item::token(at));
            }
            at += 1;
            continue;
        };
        // Most segments hold nothing, and need no items.
        if n_meanings == 0 {
            items.extend((from..at).map(Item::token));
        }
        n_meanings += 1;
        let border = match meaning {
            Meaning::Range(..) | Meaning::Duration(Amount { upto: Some(_), .. }, _) => join.border(at..at + len),
            _ => None,
        };
        items.push(Item { first: at, last: at + len, meaning: Some(meaning), border });
        at += len;
    }
    if n_meanings == 0 {
        return;
    }
    // Only pieces join with each other.
    if n_meanings > 1 {
        join.points(items, joined);
        join.offsets(items);
        join.points(items, joined);
        join.ranges(items);
        join.timed_ranges(items);
    }
    join.sets(items);
    join.modifiers(items);
    for item in items {
        if let Some(meaning) = item.meaning
            && meaning != Meaning::Nothing
        {
            let (start, end) = (tokens[item.first].start as usize, tokens[item.last - 1].end as usize);
            found.push(Found { start, end, first: item.first, last: item.last, meaning, border: item.border });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::Tagger;
    use crate::dates::scan::scan;
    use crate::lang::Languages;

    #[test]
    fn the_work_on_hostile_texts_grows_as_they_do() {
        let tagger = Tagger::new(&Languages::builtin()).expect("the language files are right");
        let pieces = [
            ("en", "1"),
            ("en", "1/"),
            ("en", "1 "),
            ("en", "May "),
            ("en", "May, "),
            ("en", "monday "),
            ("en", "1999-"),
            ("en", "12:30 "),
            ("en", "2020-01-01\n"),
            ("en", "one "),
            ("en", "the day before "),
            ("en", "'"),
            ("zh", "三月"),
            ("zh", "一"),
            ("zh", "十"),
            ("zh", "日"),
            ("ja", "1日"),
            ("ja", "令和"),
            ("de", "erste "),
        ];
        for (code, piece) in pieces {
            let language = tagger.language("", Some(code)).expect("a language of the binary");
            let work = |n: usize| {
                let text = piece.repeat(n);
                let tokens = scan(&text, language);
                let (mut scratch, mut found) = (Scratch::default(), Vec::new());
                find(&tokens, &text, language, false, &mut scratch, &mut found);
                (tokens.len() as u64, scratch.matcher.runner.n_tried, found.len() as u64)
            };
            let (once, thrice) = (work(2_000), work(6_000));
            // Three times the text is three times the work, but for what stands at the ends.
            assert!(thrice.0 <= once.0 * 3 + 10, "{piece}: {once:?} {thrice:?} tokens");
            assert!(thrice.1 <= once.1 * 3 + once.1 / 10 + 10_000, "{piece}: {once:?} {thrice:?} operations");
            assert!(once.1 <= OPERATIONS * once.0, "{piece}: {once:?} operations a token");
        }
    }

    /// Operations that a token may cost: a few hundred patterns begin with the commonest, each with a few dozen operations.
    const OPERATIONS: u64 = 10_000;
}
