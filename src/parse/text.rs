//! Plain text: one block a line.

use crate::model::{Block, Document, Dump, SourceMap, Span};

/// The document of a text dump: its text is the dump's body, each visible line a block.
pub fn document(dump: Dump) -> Document {
    let mut blocks = Vec::new();
    let mut start = 0;
    for line in dump.body.split_inclusive(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let span = Span::new(start, start + line.len()).trimmed(&dump.body);
        start += line.len();
        if !span.is_empty() {
            blocks.push(Block { span, source: span, ..Block::default() });
        }
    }
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
