//! From bytes of a document's text to code points of its article: the kept blocks joined by one line feed.

use crate::model::{Cleaned, Span};

/// Bytes between two counted places: short enough that finding a place is quick, long enough that the table is small.
const STEP: usize = 64;

/// Counts code points. Built once a document, then asked in any order.
pub(super) struct Places<'a> {
    text: &'a str,
    /// Code points before each `STEP`-th byte.
    counted: Vec<u32>,
    /// First code point of each block in the article's text; none when dropped.
    blocks: Vec<Option<u64>>,
    /// Code points of the article's text.
    pub(super) chars: u64,
}

impl<'a> Places<'a> {
    pub(super) fn new(cleaned: &'a Cleaned) -> Places<'a> {
        let document = &cleaned.document;
        let counted = count(&document.text);
        let mut places = Places { text: &document.text, counted, blocks: Vec::new(), chars: 0 };
        let mut next = 0u64;
        for (index, block) in document.blocks.iter().enumerate() {
            if !cleaned.keeps(index) {
                places.blocks.push(None);
                continue;
            }
            places.blocks.push(Some(next));
            places.chars = next + places.chars_in(block.span);
            // The line feed that joins.
            next = places.chars + 1;
        }
        places
    }

    fn chars_in(&self, span: Span) -> u64 {
        u64::from(self.before(span.end) - self.before(span.start))
    }

    /// Code points of the document's text before the byte `at`.
    fn before(&self, at: u32) -> u32 {
        let step = at as usize / STEP;
        let from = step * STEP;
        self.counted[step] + starts(&self.text.as_bytes()[from..at as usize])
    }

    /// Where `span`, which begins in `block` and ends in `last`, stands in the article's text.
    pub(super) fn in_article(&self, cleaned: &Cleaned, block: usize, last: usize, span: Span) -> Option<(u64, u64)> {
        let at = |b: usize, byte: u32| {
            let start = cleaned.document.blocks[b].span.start;
            Some(self.blocks[b]? + u64::from(self.before(byte) - self.before(start)))
        };
        Some((at(block, span.start)?, at(last, span.end)?))
    }
}

fn count(text: &str) -> Vec<u32> {
    let mut counted = vec![0];
    for chunk in text.as_bytes().chunks(STEP) {
        counted.push(counted[counted.len() - 1] + starts(chunk));
    }
    counted
}

/// Bytes that begin a code point.
fn starts(bytes: &[u8]) -> u32 {
    // At most `STEP` of them, so that a byte holds the sum: many are added at once.
    u32::from(bytes.iter().map(|&b| u8::from(b & 0xC0 != 0x80)).sum::<u8>())
}
