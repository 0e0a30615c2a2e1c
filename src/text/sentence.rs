//! Sentences, in scripts with and without blanks.

use crate::model::Span;

/// The sentences of `text` in order, without blanks at the ends; together they hold every visible character.
pub fn sentences(text: &str) -> Vec<Span> {
    let whole = Span::new(0, text.len()).trimmed(text);
    if whole.is_empty() { Vec::new() } else { vec![whole] }
}
