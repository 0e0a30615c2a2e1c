//! The tense around an expression: words for the future or the past in its sentence, and verbs that end as the future does.

use super::find::Found;
use super::grammar::Language;
use super::token::{Token, What};

/// The tense of what stands around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    Past,
    Future,
    Unknown,
}

/// Bytes around an expression in which a verb of the future is looked for.
const VERB_REACH: usize = 80;
/// Words of so few letters end like a verb and are none (`para`, `opera`).
const SHORTEST_FUTURE: usize = 3;
/// Tokens around an expression in which its tense is looked for.
const TENSE_REACH: usize = 12;

/// The tense around an expression.
pub fn tense(f: &Found, tokens: &[Token], text: &str, language: &Language) -> Tense {
    let told = |t: &Token| match t.what {
        What::Break => None,
        _ if language.is(t, language.ids.future) => Some(Tense::Future),
        _ if language.is(t, language.ids.past) => Some(Tense::Past),
        _ => None,
    };
    // The nearest such word on either side, unless the sentence ends before it.
    let goes_on = |a: usize, b: usize| !has_stop(&text.as_bytes()[a..b.max(a)]);
    let before = tokens[..f.first].iter().rev().take(TENSE_REACH).find_map(|t| Some((t.start as usize, told(t)?)));
    let before = before.filter(|(at, _)| goes_on(*at, f.start)).map(|(at, tense)| (f.start - at, tense));
    let behind = tokens[f.last..].iter().take(TENSE_REACH).find_map(|t| Some((t.end as usize, told(t)?)));
    let behind = behind.filter(|(at, _)| goes_on(f.end, *at)).map(|(at, tense)| (at - f.end, tense));
    let best = match (before, behind) {
        (Some(a), Some(b)) if b.0 < a.0 => Some(b),
        _ => before.or(behind),
    };
    if let Some(distance) = future_verb(f, text, language)
        && best.is_none_or(|b| distance < b.0)
    {
        return Tense::Future;
    }
    best.map_or(Tense::Unknown, |b| b.1)
}

/// How far the nearest verb stands that ends as the future does, in the sentence of an expression.
fn future_verb(f: &Found, text: &str, language: &Language) -> Option<usize> {
    if language.future_endings.is_empty() {
        return None;
    }
    let is_verb = |word: &&str| {
        let ends = |small: &str| language.future_endings.iter().any(|e| small.ends_with(e.as_str()));
        // Verbs stand in small letters nearly always.
        let is_small = !word.chars().any(char::is_uppercase);
        word.chars().nth(SHORTEST_FUTURE).is_some() && if is_small { ends(word) } else { ends(&word.to_lowercase()) }
    };
    let stops = ['.', '\n', '!', '?', ';'];
    let border = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = border(f.start.saturating_sub(VERB_REACH));
    let before = text[from..f.start].rsplit(stops).next().unwrap_or_default();
    let to = border(f.end.saturating_add(VERB_REACH).min(text.len())).max(f.end);
    let behind = text[f.end..to].split(stops).next().unwrap_or_default();
    let split = |c: char| !c.is_alphabetic();
    let left = before.rsplit(split).scan(0, |at, w| Some((std::mem::replace(at, *at + w.len() + 1), w)));
    let right = behind.split(split).scan(0, |at, w| Some((std::mem::replace(at, *at + w.len() + 1), w)));
    left.chain(right).filter(|(_, w)| is_verb(w)).map(|(at, _)| at).min()
}

/// Holds a mark that ends a sentence or a clause, in either width.
pub fn has_stop(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().any(|(i, b)| match b {
        b'.' | b'\n' | b'!' | b'?' | b';' => true,
        0xE3 => bytes[i..].starts_with("。".as_bytes()),
        0xEF => ["！", "？", "；"].iter().any(|s| bytes[i..].starts_with(s.as_bytes())),
        _ => false,
    })
}
