//! What is said twice inside one dump: bodies that a page prints twice, teasers, doubled paragraphs. What an author
//! repeats on purpose (refrains, rows, clauses, quotations) stays.

mod copies;
mod pieces;
mod runs;
mod stretches;

use crate::model::{Document, Reason, Span};
use crate::text::fold::{Folder, Token};
use copies::Tokens;
use stretches::Unit;

/// A piece of a text that is said elsewhere in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// The piece: a whole block, or whole sentences of one.
    pub span: Span,
    /// The copy that stays.
    pub of: Span,
    /// Share of equal tokens, 0–1.
    pub similarity: f32,
}

/// The blocks of `document` that repeat others, each with its reason. Blocks that `keep` rules out are not there.
pub fn mark(document: &Document, keep: &[bool], folder: &Folder) -> Vec<(usize, Reason)> {
    let kept: Vec<usize> = (0..document.blocks.len()).filter(|&i| keep[i]).collect();
    let spans: Vec<Span> = kept.iter().map(|&i| document.blocks[i].span).collect();
    let mut marks: Vec<(usize, Reason)> = Vec::new();
    for repeat in find(&document.text, &spans, folder) {
        if let Ok(k) = spans.binary_search(&repeat.span) {
            marks.push((kept[k], Reason::Repeat { of: repeat.of, similarity: repeat.similarity }));
        }
    }
    marks
}

/// The pieces of `text` that repeat others, in order. `blocks` are decided on as wholes; what lies outside is not there.
pub fn find(text: &str, blocks: &[Span], folder: &Folder) -> Vec<Repeat> {
    let mut tokens = Vec::new();
    folder.tokens(text, &mut tokens);
    let units = units(blocks, &mut tokens);
    let hashes: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
    let Some(from) = runs::origins(&hashes) else { return Vec::new() };
    // Paragraphs said twice each are settled as wholes, whatever they repeat inside.
    let doubled = copies::doubled(&Tokens { text, units: &units, tokens: &tokens, from: &from });
    let (units, gone) = if doubled.iter().all(Option::is_none) {
        let units = pieces::pieces(text, units, &tokens, &from);
        let n_units = units.len();
        (units, vec![None; n_units])
    } else {
        (units, doubled)
    };
    copies::copies(&Tokens { text, units: &units, tokens: &tokens, from: &from }, gone)
        .into_iter()
        .map(|copy| Repeat { span: units[copy.unit].span, of: copy.of, similarity: copy.similarity })
        .collect()
}

/// The lines of a text, without blanks at the ends: the blocks of a text that nobody parsed.
pub fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in text.split_inclusive(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let span = Span::new(start, start + line.len()).trimmed(text);
        start += line.len();
        if !span.is_empty() {
            spans.push(span);
        }
    }
    spans
}

/// One unit a block; tokens outside all blocks go.
fn units(blocks: &[Span], tokens: &mut Vec<Token>) -> Vec<Unit> {
    let (mut read, mut write) = (0, 0);
    let units = blocks
        .iter()
        .map(|&span| {
            while read < tokens.len() && tokens[read].span.start < span.start {
                read += 1;
            }
            let start = write;
            while read < tokens.len() && tokens[read].span.start < span.end {
                tokens[write] = tokens[read];
                (read, write) = (read + 1, write + 1);
            }
            Unit { span, tokens: start..write }
        })
        .collect();
    tokens.truncate(write);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks which lines of a text go.
    fn check(text: &str, gone: &[usize]) {
        let blocks = lines(text);
        let found = find(text, &blocks, &Folder::new());
        let lines: Vec<usize> = found.iter().map(|r| blocks.iter().position(|b| *b == r.span).unwrap()).collect();
        assert_eq!(lines, gone, "{text}");
    }

    #[test]
    fn a_body_that_begins_again_at_its_second_paragraph_goes_and_the_prompt_behind_it_stays() {
        check(
            "小城的圖書館今天重新開門，館長說花了三年。\n新館有兩層，藏書四萬冊，讀者可以帶水進來。\n？\n\
             孩子們最喜歡二樓的窗邊，那裡看得到河。\n新館有兩層，藏書四萬冊，讀者可以帶水進來。\n？\n\
             孩子們最喜歡二樓的窗邊，那裡看得到河。\n登入後才能留言",
            &[4, 5, 6],
        );
    }
}
