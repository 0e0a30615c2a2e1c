//! The article in a page, block by block.

mod context;
mod features;
mod page;

use crate::clean::notices::Notices;
use crate::model::{Document, Seen};
use page::{Page, Words};

/// The classifier.
pub struct Content {
    words: Words,
}

impl Content {
    /// Reads the tables in the binary.
    pub fn new() -> Content {
        Content { words: Words::new() }
    }

    /// Names of the features, and one row of them a block, as the training reads them: those of the first stage, and
    /// those of the second if the first stage's scores are given.
    pub fn features(
        &self,
        document: &Document,
        notices: &Notices,
        seen: Option<&[Seen]>,
        scores: Option<&[f32]>,
    ) -> (Vec<String>, Vec<Vec<f32>>) {
        let page = Page::new(document, &self.words);
        let hints = notices.hints(document);
        let mut names = Vec::new();
        let rows = features::rows(document, &page, &hints, seen, Some(&mut names));
        let mut all: Vec<Vec<f32>> = (0..document.blocks.len()).map(|i| rows.row(i).to_vec()).collect();
        if let Some(scores) = scores {
            let (width, values) = context::rows(document, &page, scores, Some(&mut names));
            for (row, more) in all.iter_mut().zip(values.chunks(width.max(1))) {
                row.extend_from_slice(more);
            }
        }
        (names, all)
    }
}
