//! Places in text, and the way back from a document's text to the bytes it came from.

use std::ops::Range;

/// A half-open range of UTF-8 bytes; the only unit of place inside the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`.
    ///
    /// # Panics
    /// When a bound does not fit 32 bits: dumps are capped far below that when they are read.
    pub fn new(start: usize, end: usize) -> Span {
        let fit = |n: usize| u32::try_from(n).expect("texts are capped below 4 GiB when they are read");
        Span { start: fit(start), end: fit(end) }
    }

    /// The piece of `text` that stands here.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// The same place for indexing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Holds nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// `other` lies inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn hull(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Without white space at both ends; empty (at the start) when nothing else is there.
    pub fn trimmed(self, text: &str) -> Span {
        let piece = self.of(text);
        let start = self.start as usize + (piece.len() - piece.trim_start().len());
        Span::new(start, start + piece.trim().len())
    }
}

/// One run of a document's text and where it stands in the dump.
///
/// Of equal lengths: byte for byte the same. Otherwise (an entity, collapsed blanks) the run stands for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Place in `Document::text`.
    pub text: Span,
    /// Place in `Dump::body`.
    pub source: Span,
}

/// From places in a document's text to places in its dump's body.
// Invariant: pieces are sorted by text and do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    pieces: Vec<Piece>,
}

impl SourceMap {
    /// A map over `pieces`, which come in reading order of the text.
    pub fn new(pieces: Vec<Piece>) -> SourceMap {
        debug_assert!(pieces.windows(2).all(|w| w[0].text.end <= w[1].text.start));
        SourceMap { pieces }
    }

    /// The map of a text that is its dump's body, byte for byte.
    pub fn identity(n_bytes: usize) -> SourceMap {
        let all = Span::new(0, n_bytes);
        SourceMap { pieces: vec![Piece { text: all, source: all }] }
    }

    /// The bytes of the dump that the text at `span` came from: the hull of its pieces.
    /// A span that touches no piece (text that the page does not print) gives the place before it.
    pub fn source_of(&self, span: Span) -> Span {
        let first = self.pieces.partition_point(|p| p.text.end <= span.start);
        let mut found: Option<Span> = None;
        for piece in &self.pieces[first..] {
            if piece.text.start >= span.end {
                break;
            }
            let verbatim = piece.text.len() == piece.source.len();
            let start = match span.start > piece.text.start && verbatim {
                true => piece.source.start + (span.start - piece.text.start),
                false => piece.source.start,
            };
            let end = match span.end < piece.text.end && verbatim {
                true => piece.source.start + (span.end - piece.text.start),
                false => piece.source.end,
            };
            let here = Span { start, end };
            found = Some(found.map_or(here, |f| f.hull(here)));
        }
        found.unwrap_or_else(|| {
            let before = first.checked_sub(1).map_or(0, |i| self.pieces[i].source.end);
            Span { start: before, end: before }
        })
    }

    /// The runs, in reading order of the text.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_verbatim_piece_is_exact_and_an_entity_counts_whole() {
        let map = SourceMap::new(vec![
            Piece { text: Span::new(0, 4), source: Span::new(10, 14) },
            Piece { text: Span::new(4, 5), source: Span::new(14, 19) },
            Piece { text: Span::new(5, 9), source: Span::new(19, 23) },
        ]);
        assert_eq!(map.source_of(Span::new(1, 3)), Span::new(11, 13));
        assert_eq!(map.source_of(Span::new(2, 7)), Span::new(12, 21));
        assert_eq!(map.source_of(Span::new(4, 5)), Span::new(14, 19));
    }

    #[test]
    fn a_span_without_source_gives_the_place_before_it() {
        let map = SourceMap::new(vec![Piece { text: Span::new(0, 4), source: Span::new(10, 14) }]);
        assert_eq!(map.source_of(Span::new(6, 8)), Span::new(14, 14));
    }
}
