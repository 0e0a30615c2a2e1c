//! What is said twice inside one dump: bodies that a page prints twice, teasers, doubled paragraphs. What an author
//! repeats on purpose (refrains, rows, clauses, quotations) stays.

mod copies;
mod pieces;
mod runs;
mod stretches;

use crate::model::{Block, Document, Leads, ListMark, Reason, Span};
use crate::text::fold::{Folder, Token};
use copies::{Copy, Tokens};
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

/// The document with blocks that hold several copies cut, so that each copy is a block of its own: a page that came in
/// one line. Where no block is half of the text it comes back as it is.
pub fn cut(mut document: Document, folder: &Folder) -> Document {
    let spans: Vec<Span> = document.blocks.iter().map(|b| b.span).collect();
    let largest = spans.iter().map(|s| s.len()).max().unwrap_or(0);
    if largest < MIN_CUT || 2 * largest < spans.iter().map(|s| s.len()).sum() {
        return document;
    }
    let repeats = find(&document.text, &spans, folder);
    let blocks = std::mem::take(&mut document.blocks);
    document.blocks = blocks.into_iter().flat_map(|block| cut_block(block, &repeats, &document)).collect();
    document
}

/// Bytes of a block that is worth cutting: less is no page in one line.
const MIN_CUT: usize = 400;

fn cut_block(block: Block, repeats: &[Repeat], document: &Document) -> Vec<Block> {
    let inside = repeats.iter().filter(|r| block.span.contains(r.span) && r.span != block.span);
    let mut borders = vec![block.span.start];
    for repeat in inside {
        let between = Span { start: *borders.last().unwrap_or(&block.span.start), end: repeat.span.start };
        // Sentences of one copy follow each other and stay together.
        if borders.len() > 1 && between.trimmed(&document.text).is_empty() {
            borders.pop();
            borders.push(repeat.span.end);
        } else {
            borders.extend([repeat.span.start, repeat.span.end]);
        }
    }
    borders.push(block.span.end);
    let pieces = borders.windows(2).map(|w| Span { start: w[0], end: w[1] }.trimmed(&document.text));
    let pieces: Vec<Span> = pieces.filter(|s| !s.is_empty()).collect();
    if pieces.len() < 2 {
        return vec![block];
    }
    let share = |span: Span| (u64::from(block.linked) * span.len() as u64 / block.span.len() as u64) as u32;
    let list = |span: Span| block.list.map(|l| ListMark { opens: l.opens && span.start == block.span.start, ..l });
    // All pieces stand in the block's own elements.
    let shared = |span: Span| if span.start == block.span.start { block.shared } else { u16::MAX };
    let piece = |span| Block {
        span,
        source: document.source_of(span),
        shared: shared(span),
        linked: share(span),
        leads: if span.start == block.span.start { block.leads } else { Leads::default() },
        list: list(span),
        ..block.clone()
    };
    pieces.into_iter().map(piece).collect()
}

/// The blocks of `document` that repeat others, each with its reason. Blocks that `keep` rules out are not there.
/// A block goes as a whole or not at all; one that holds two copies needs [`cut`] first.
pub fn mark(document: &Document, keep: &[bool], folder: &Folder) -> Vec<(usize, Reason)> {
    let kept: Vec<usize> = (0..document.blocks.len()).filter(|&i| keep[i]).collect();
    let spans: Vec<Span> = kept.iter().map(|&i| document.blocks[i].span).collect();
    let mut marks: Vec<(usize, Reason)> = Vec::new();
    for repeat in find(&document.text, &spans, folder) {
        if let Ok(k) = spans.binary_search(&repeat.span) {
            marks.push((kept[k], Reason::Repeat { of: repeat.of, similarity: repeat.similarity }));
        }
    }
    let title = lone_title(document, keep, &marks);
    marks.retain(|(i, _)| Some(*i) != title);
    marks
}

/// Blocks at the head among which a title stands.
const TITLE_WITHIN: usize = 3;

/// The title, though the text behind it begins with the same words: the only block that would go among the first that
/// are left, for one that comes later.
fn lone_title(document: &Document, keep: &[bool], marks: &[(usize, Reason)]) -> Option<usize> {
    let first: Vec<usize> = (0..keep.len()).filter(|&i| keep[i]).take(TITLE_WITHIN).collect();
    let mut gone = marks.iter().filter(|(i, _)| first.contains(i));
    let (title, reason) = gone.next()?;
    let later = matches!(reason, Reason::Repeat { of, .. } if of.start > document.blocks[*title].span.start);
    (later && gone.next().is_none()).then_some(*title)
}

/// The pieces of `text` that repeat others, in order. `blocks`, in order, are decided on as wholes, but for those that
/// hold several copies; what lies outside of them is not there.
///
/// What a piece repeats stays. Time and memory are linear in the text.
pub fn find(text: &str, blocks: &[Span], folder: &Folder) -> Vec<Repeat> {
    let mut tokens = Vec::new();
    folder.tokens(text, &mut tokens);
    let units = units(blocks, &mut tokens);
    let hashes: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
    let from = runs::origins(&hashes);
    // Paragraphs said twice each are settled as wholes, whatever they repeat inside.
    let doubled = copies::doubled(&Tokens { text, units: &units, tokens: &tokens, from: &from });
    if from.iter().all(|&f| f == runs::NONE) && doubled.iter().all(Option::is_none) {
        return Vec::new();
    }
    let (units, gone) = if doubled.iter().all(Option::is_none) {
        let units = pieces::pieces(text, units, &tokens, &from);
        let n_units = units.len();
        (units, vec![None; n_units])
    } else {
        (units, doubled)
    };
    let copies = copies::copies(&Tokens { text, units: &units, tokens: &tokens, from: &from }, gone);
    let repeat = |copy: Copy| Repeat { span: units[copy.unit].span, of: copy.of, similarity: copy.similarity };
    settled(copies.into_iter().map(repeat).collect())
}

/// The repeats with each pointing to a copy that stays: a third copy may have been found in the second one.
fn settled(repeats: Vec<Repeat>) -> Vec<Repeat> {
    let holder = |place: Span| {
        let after = repeats.partition_point(|r| r.span.end <= place.start);
        repeats.get(after).filter(|r| r.span.overlaps(place))
    };
    let home = |repeat: &Repeat| {
        let mut of = repeat.of;
        for _ in 0..MAX_COPIES {
            match holder(of) {
                Some(holder) => of = holder.of,
                None => return Some(Repeat { of, ..repeat.clone() }),
            }
        }
        None
    };
    repeats.iter().filter_map(home).collect()
}

/// Copies of copies that are followed; what repeats itself in a ring stays.
const MAX_COPIES: usize = 16;

/// The lines of a text, without blanks at the ends: the blocks of a text that nobody parsed.
pub fn lines(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut push = |start: usize, end: usize| {
        let span = Span::new(start, end).trimmed(text);
        if !span.is_empty() {
            spans.push(span);
        }
    };
    let bytes = text.as_bytes();
    // U+0085, U+2028 and U+2029 end lines too. Hardly any text has them, and then nobody looks at each byte.
    let rare =
        ["\u{85}", "\u{2028}", "\u{2029}"].iter().any(|end| memchr::memmem::find(bytes, end.as_bytes()).is_some());
    if !rare {
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            push(start, at);
            start = at + 1;
        }
    } else {
        for (at, end) in text.match_indices(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
            push(start, at);
            start = at + end.len();
        }
    }
    push(start, text.len());
    spans
}

/// One unit a block; tokens outside all blocks go.
fn units(blocks: &[Span], tokens: &mut Vec<Token>) -> Vec<Unit> {
    let (mut read, mut write) = (0, 0);
    let behind = |tokens: &[Token], from: usize, place: u32| {
        from + tokens[from..].iter().take_while(|t| t.span.start < place).count()
    };
    let units = blocks
        .iter()
        .map(|&span| {
            let first = behind(tokens, read, span.start);
            read = behind(tokens, first, span.end);
            if first > write {
                tokens.copy_within(first..read, write);
            }
            let start = write;
            write += read - first;
            Unit { span, tokens: start..write }
        })
        .collect();
    tokens.truncate(write);
    units
}

#[cfg(test)]
mod tests;
