//! Plain text: one block a line.

use crate::model::{Block, Document, Dump, SourceMap, Span};

/// The document of a text dump: its text is the dump's body, each visible line a block.
pub fn document(dump: Dump) -> Document {
    let mut blocks = Vec::new();
    let mut push = |start: usize, end: usize| {
        let span = Span::new(start, end).trimmed(&dump.body);
        if !span.is_empty() {
            blocks.push(Block { span, source: span, ..Block::default() });
        }
    };
    let bytes = dump.body.as_bytes();
    let (mut start, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        // Next line, and the separators of lines and paragraphs.
        let n = match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'\n' | b'\r', ..) => 1,
            (0xC2, Some(0x85), _) => 2,
            (0xE2, Some(0x80), Some(0xA8 | 0xA9)) => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        push(start, at);
        at += n;
        start = at;
    }
    push(start, at);
    Document {
        origin: dump.origin,
        url: dump.url,
        site: dump.site,
        meta: dump.declared,
        source: SourceMap::identity(dump.body.len()),
        text: dump.body,
        blocks,
        language: None,
        sha256: dump.sha256,
        flags: dump.flags,
    }
}
