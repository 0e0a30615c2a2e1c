//! What cleaning says of each block: keep it, or drop it for a reason that carries its evidence.

use crate::model::{Document, Span};
use serde_json::{Value, json};

/// One verdict a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Part of the article.
    Keep,
    /// Not part of the article.
    Drop(Reason),
}

impl Verdict {
    /// The block stays.
    pub fn keeps(&self) -> bool {
        matches!(self, Verdict::Keep)
    }
}

/// Why a block is dropped, with the evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Said before in this dump.
    Repeat {
        /// Place of the copy that stays, in `Document::text`.
        of: Span,
        /// Share of equal tokens, 0–1.
        similarity: f32,
    },
    /// Said before in another article.
    Duplicate {
        /// `article_id` of the article that keeps it.
        of: String,
        /// Share of the block's tokens that stand there, 0–1.
        similarity: f32,
        /// How the article came to be a copy: `exact` `normalised` `edited` `excerpt`.
        relation: &'static str,
        /// The file of the article that keeps it …
        source: String,
        /// … the number of its dump in that file …
        record: Option<u64>,
        /// … and the 0-based number of its block there, where it is known.
        block: Option<u32>,
    },
    /// Furniture of the site.
    Template {
        /// Pages of the site that have it.
        pages: u32,
        /// Pages of the site that were seen.
        of: u32,
    },
    /// A prompt, share bar, notice, advertisement, navigation.
    Boilerplate {
        /// The rule or phrase that says so.
        rule: String,
    },
    /// Not the article: related links, comments, teasers.
    OffTopic {
        /// How sure the classifier is that this is the article, 0–1.
        score: f32,
        /// The strongest features, strongest first.
        why: Vec<String>,
    },
}

impl Reason {
    /// The word in the `blocks` table.
    pub fn name(&self) -> &'static str {
        match self {
            Reason::Repeat { .. } => "repeat",
            Reason::Duplicate { .. } => "duplicate",
            Reason::Template { .. } => "template",
            Reason::Boilerplate { .. } => "boilerplate",
            Reason::OffTopic { .. } => "off-topic",
        }
    }

    /// The evidence as the `blocks` table holds it. Places of a repeat are bytes of the document's text here;
    /// the writer of the row adds the block and the place in the dump.
    pub fn evidence(&self) -> Value {
        match self {
            Reason::Repeat { of, similarity } => json!({ "of": [of.start, of.end], "similarity": round(*similarity) }),
            Reason::Duplicate { of, similarity, relation, source, record, block } => json!({
                "of": of,
                "similarity": round(*similarity),
                "relation": relation,
                "source": source,
                "record": record,
                "block": block,
            }),
            Reason::Template { pages, of } => json!({ "pages": pages, "of": of }),
            Reason::Boilerplate { rule } => json!({ "rule": rule }),
            Reason::OffTopic { score, why } => json!({ "score": round(*score), "why": why }),
        }
    }
}

/// Three decimals: what is written must not hang on the last bit of a float.
fn round(x: f32) -> f64 {
    (f64::from(x) * 1000.0).round() / 1000.0
}

/// A document with one verdict a block. Only this can be extracted from: the order of the line is a type.
#[derive(Clone, Debug)]
pub struct Cleaned {
    /// The document, untouched.
    pub document: Document,
    // Invariant: as many verdicts as blocks.
    verdicts: Vec<Verdict>,
}

impl Cleaned {
    /// The document with its verdicts.
    ///
    /// # Panics
    /// When the counts differ: a block without a verdict would be a deletion in silence.
    pub fn new(document: Document, verdicts: Vec<Verdict>) -> Cleaned {
        assert_eq!(document.blocks.len(), verdicts.len(), "one verdict a block");
        Cleaned { document, verdicts }
    }

    /// One verdict a block, in the order of the blocks.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The block at `index` stays.
    pub fn keeps(&self, index: usize) -> bool {
        self.verdicts[index].keeps()
    }

    /// The kept blocks joined by one line feed.
    pub fn text(&self) -> String {
        let kept = (0..self.verdicts.len()).filter(|&i| self.keeps(i));
        kept.map(|i| self.document.block_text(i)).collect::<Vec<_>>().join("\n")
    }
}
