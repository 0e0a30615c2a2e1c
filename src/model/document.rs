//! A parsed dump: its text, its blocks in reading order, and what the page says about itself.

use crate::model::edtf::Edtf;
use crate::model::{Block, Origin, SourceMap, Span};

/// A publication date and where it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The date.
    pub date: Edtf,
    /// `declared`, `json-ld`, `meta`, `time`, `url`, `text`, `script`.
    pub basis: String,
}

/// What is said about an article by its container or its page.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Meta {
    /// Title without the site's suffix.
    pub title: Option<String>,
    /// Author names, joined by `; `.
    pub byline: Option<String>,
    /// Publication date.
    pub published: Option<Published>,
    /// BCP 47 tag as declared.
    pub language: Option<String>,
    /// Name of the site.
    pub sitename: Option<String>,
    /// Canonical address.
    pub canonical: Option<String>,
    /// Description or teaser.
    pub description: Option<String>,
    /// Section of the site.
    pub section: Option<String>,
    /// Tags or keywords.
    pub tags: Vec<String>,
    /// The body that structured data (JSON-LD) carries.
    pub body: Option<String>,
    /// What sort of page it says that it is: types of its structured data (`NewsArticle`), and `og:` with its Open Graph
    /// type (`og:website`). In order of the page, each once.
    pub sorts: Vec<String>,
}

/// A parsed dump. The text never changes; every visible character of the dump lies in exactly one block.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Where the dump stands.
    pub origin: Origin,
    /// The address it was fetched from.
    pub url: Option<String>,
    /// The site it belongs to.
    pub site: Option<String>,
    /// What the page says about itself; the container's word goes first.
    pub meta: Meta,
    /// The text of all blocks. For a text dump it is the dump's body.
    pub text: String,
    /// The way back from `text` to the dump's body.
    pub source: SourceMap,
    /// Blocks in reading order, disjoint.
    pub blocks: Vec<Block>,
    /// The language that the text is written in (BCP 47, `zh-Hant`), found from the text and checked against what is declared.
    pub language: Option<String>,
    /// Bytes of the dump's stored record, hashed.
    pub sha256: String,
    /// What was mended or capped on the way.
    pub flags: Vec<String>,
}

impl Document {
    /// The text of the block at `index`.
    pub fn block_text(&self, index: usize) -> &str {
        self.blocks[index].span.of(&self.text)
    }

    /// The bytes of the dump's body that `span` of the text came from.
    pub fn source_of(&self, span: Span) -> Span {
        self.source.source_of(span)
    }

    /// The block that holds the byte `at` of the text.
    pub fn block_at(&self, at: u32) -> Option<usize> {
        let after = self.blocks.partition_point(|b| b.span.start <= at);
        after.checked_sub(1).filter(|&i| at < self.blocks[i].span.end)
    }
}
