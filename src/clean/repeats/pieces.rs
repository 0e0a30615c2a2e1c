//! Blocks that hold several copies (a page in one line) in pieces: their sentences, and where a copy begins or ends.

use super::runs::NONE;
use super::stretches::Unit;
use crate::model::Span;
use crate::text::fold::Token;

/// Tokens in a row that stand elsewhere, beside as many that do not: a block of both is decided on in pieces. Two
/// sentences may well share a phrase of half the length.
const LONG: usize = 24;

/// The units, with those that hold several copies, or a copy beside other text, in pieces.
pub(super) fn pieces(text: &str, units: Vec<Unit>, tokens: &[Token], from: &[u32]) -> Vec<Unit> {
    if !units.iter().any(|u| is_mixed(u, from)) {
        return units;
    }
    let mut begins = vec![false; tokens.len() + 1];
    units.iter().for_each(|u| begins[u.tokens.start] = true);
    let mut out = Vec::with_capacity(units.len());
    for unit in units {
        if is_mixed(&unit, from) {
            cut(text, &unit, tokens, from, &mut begins, &mut out);
        } else {
            out.push(unit);
        }
    }
    out
}

/// The unit repeats itself, or repeats something and says something new at length.
fn is_mixed(unit: &Unit, from: &[u32]) -> bool {
    let links = &from[unit.tokens.clone()];
    let own = links.iter().filter(|&&f| f != NONE && f as usize >= unit.tokens.start).count();
    let long = |said: bool| {
        links.chunk_by(|a, b| (*a == NONE) == (*b == NONE)).any(|c| (c[0] != NONE) == said && c.len() >= LONG)
    };
    own >= LONG || long(true) && long(false)
}

fn cut(text: &str, unit: &Unit, tokens: &[Token], from: &[u32], begins: &mut [bool], out: &mut Vec<Unit>) {
    let (mut byte, mut token) = (unit.span.start as usize, unit.tokens.start);
    let mut push = |byte: &mut usize, token: &mut usize, to: usize, t: usize| {
        let span = Span::new(*byte, to).trimmed(text);
        out.push(Unit { span, tokens: *token..t });
        (*byte, *token) = (to, t);
    };
    for t in unit.tokens.start + 1..unit.tokens.end {
        // One character may give several tokens (`½`): there is nothing between them.
        if tokens[t].span.start < tokens[t - 1].span.end {
            continue;
        }
        let gap = Span { start: tokens[t - 1].span.end, end: tokens[t].span.start };
        let end = sentence_end(gap.of(text)).or_else(|| {
            let jumps = from[t - 1] == NONE || from[t] != from[t - 1] + 1;
            let starts = from[t] != NONE && begins[from[t] as usize];
            let ends = from[t - 1] != NONE && begins[from[t - 1] as usize + 1];
            (jumps && (starts || ends)).then(|| gap.len() - opening(gap.of(text)))
        });
        if let Some(end) = end {
            begins[t] = true;
            push(&mut byte, &mut token, gap.start as usize + end, t);
        }
    }
    push(&mut byte, &mut token, unit.span.end as usize, unit.tokens.end);
}

/// Where in the text between two tokens a sentence ends, closing quotation marks included.
fn sentence_end(gap: &str) -> Option<usize> {
    let stop = gap.rfind(['.', '!', '?', '。', '！', '？', '｡', '．'])?;
    let wide = !gap[stop..].starts_with(['.', '!', '?']);
    let rest = gap[stop..].trim_start_matches(['.', '!', '?', '。', '！', '？', '｡', '．']);
    let rest = rest.trim_start_matches(['"', '\'', '”', '’', '」', '』', '）', ')', ']', '】', '》', '〉', '»']);
    (wide || rest.starts_with(char::is_whitespace)).then(|| gap.len() - rest.len())
}

/// Bytes of opening punctuation at the end of the gap: it belongs to what follows.
fn opening(gap: &str) -> usize {
    let closed =
        gap.trim_end_matches(['"', '\'', '“', '‘', '「', '『', '（', '(', '[', '【', '《', '〈', '«', '#', '-', '*']);
    gap.len() - closed.len()
}
