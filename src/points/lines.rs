//! The lines of a document: where each stands, how far it is set in, what is blank before it, which ones are one paragraph
//! that was wrapped.

use crate::model::{BlockKind, Document, ListMark, Span};
use crate::text::script::{is_hangul, is_unspaced};

/// One visible line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Without white space at the ends.
    pub span: Span,
    /// Columns before the first visible character.
    pub indent: u32,
    /// Columns up to the last visible character.
    pub width: u32,
    /// A blank line, or the border of a block of markup, stands before it.
    pub gap: bool,
    /// It goes on with the sentence that the line before was wrapped in.
    pub wrapped: bool,
    pub block: u32,
    pub keep: bool,
    pub kind: BlockKind,
    pub level: Option<u8>,
    pub list: Option<ListMark>,
}

/// The lines of the blocks, in order.
pub(crate) fn lines(document: &Document, keep: &[bool]) -> Vec<Line> {
    let text = &document.text;
    let mut lines: Vec<Line> = Vec::with_capacity(document.blocks.len());
    for (index, block) in document.blocks.iter().enumerate() {
        let mut start = block.span.start as usize;
        for piece in pieces(block.span.of(text)) {
            let span = Span::new(start, start + piece.len()).trimmed(text);
            start += piece.len();
            if span.is_empty() {
                continue;
            }
            let before = lines.last().map_or(0, |l| l.span.end as usize);
            let (indent, n_breaks) = indent(&text[before..span.start as usize]);
            lines.push(Line {
                span,
                indent,
                width: indent + columns(span.of(text)),
                gap: n_breaks > 1,
                wrapped: false,
                block: u32::try_from(index).expect("a document has fewer blocks than bytes"),
                keep: keep.get(index).copied().unwrap_or(true),
                kind: block.kind,
                level: block.level,
                list: block.list,
            });
        }
    }
    mark_wrapped(text, &mut lines);
    lines
}

/// `text` up to each of its line breaks, which ends its piece.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes[*at] {
            b'\n' | b'\r' => true,
            0x85 => bytes[*at - 1] == 0xC2,
            0xA8 | 0xA9 => bytes[..*at].ends_with(&[0xE2, 0x80]),
            _ => false,
        };
        let len = (0..bytes.len()).find(ends).map_or(bytes.len(), |at| at + 1);
        let (piece, rest) = text.split_at(len);
        text = rest;
        (len > 0).then_some(piece)
    })
}

/// Columns since the last line break of the white space between two lines, and how many line breaks it holds.
fn indent(between: &str) -> (u32, u32) {
    let (mut indent, mut n_breaks, mut carriage) = (0, 0, false);
    for c in between.chars() {
        match c {
            '\n' if carriage => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                n_breaks += 1;
                indent = 0;
            }
            '\t' => indent = (indent / 8 + 1) * 8,
            '\u{3000}' => indent += 2,
            _ => indent += 1,
        }
        carriage = c == '\r';
    }
    (indent, n_breaks)
}

/// Columns that `text` takes: two for a wide character.
pub(crate) fn columns(text: &str) -> u32 {
    if text.is_ascii() {
        return text.len() as u32;
    }
    let mut columns = 0;
    for (at, byte) in text.bytes().enumerate() {
        columns += match byte {
            0x80..=0xBF => 0,
            // U+5000 to U+9FFF are Han, U+B000 to U+CFFF Hangul.
            0xE5..=0xE9 | 0xEB | 0xEC => 2,
            0xE0.. if text[at..].starts_with(is_wide) => 2,
            _ => 1,
        };
    }
    columns
}

fn is_wide(c: char) -> bool {
    // Nothing before Thai is wide.
    u32::from(c) >= 0xE00
        && (is_unspaced(c) || is_hangul(c) || matches!(u32::from(c), 0x3000..=0x303F | 0xFF01..=0xFF60))
}

/// Widest caption or advertisement between two items.
pub(crate) const MAX_CAPTION_COLUMNS: u32 = 48;
/// Widest column that hard-wrapped texts use; beyond it a line is a paragraph.
const MAX_WRAP: u32 = 132;
/// Narrowest: below it lines are short because the text is (a poem, a menu).
const MIN_WRAP: u32 = 40;
/// One line in so many may run over the border (an address, a row of dashes).
const OVERLONG: usize = 40;
/// Lines that must end where the next word no longer fitted: two may be chance.
const MIN_FULL: usize = 3;

/// Finds the column where the text was wrapped, and the lines that go on with the one before.
fn mark_wrapped(text: &str, lines: &mut [Line]) {
    let Some(border) = wrap_border(text, lines) else { return };
    for i in 1..lines.len() {
        lines[i].wrapped = goes_on(text, &lines[i - 1], &lines[i], border);
    }
}

/// The line before was full: the first word of this one would have crossed the border.
fn goes_on(text: &str, before: &Line, line: &Line, border: u32) -> bool {
    if line.gap || line.list.is_some() || line.block != before.block && line.kind != BlockKind::Paragraph {
        return false;
    }
    let said = line.span.of(text);
    let first_word = match said.chars().next() {
        Some(c) if is_wide(c) => &said[..c.len_utf8()],
        _ => said.split(char::is_whitespace).next().unwrap_or(""),
    };
    before.width + 1 + columns(first_word) > border
}

fn wrap_border(text: &str, lines: &[Line]) -> Option<u32> {
    let mut widths: Vec<u32> = lines.iter().map(|l| l.width).collect();
    if widths.len() < 3 {
        return None;
    }
    widths.sort_unstable();
    let border = widths[widths.len() - 1 - widths.len() / OVERLONG];
    if !(MIN_WRAP..=MAX_WRAP).contains(&border) {
        return None;
    }
    // Of the lines that come near the border and go on, most must have been full.
    let near = |w: &&[Line]| !w[1].gap && w[0].width * 4 >= border * 3;
    let n_near = lines.windows(2).filter(near).count();
    let n_full = lines.windows(2).filter(near).filter(|w| goes_on(text, &w[0], &w[1], border)).count();
    (n_full >= MIN_FULL && n_full * 5 >= n_near * 3).then_some(border)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_every_kind_of_break() {
        let text = "a\r\nb\u{85}cèÅ\u{2028}d…\u{2029}\n末";
        assert_eq!(pieces(text).collect::<Vec<_>>(), ["a\r", "\n", "b\u{85}", "cèÅ\u{2028}", "d…\u{2029}", "\n", "末"]);
        assert_eq!(pieces("").count(), 0);
    }

    #[test]
    fn every_character_has_its_columns() {
        for c in '\0'..=char::MAX {
            assert_eq!(columns(c.encode_utf8(&mut [0; 4])), 1 + u32::from(is_wide(c)), "{c:?}");
        }
    }
}
