//! `Dump` → `Document`: blocks in reading order, each with its place, and what the page says about itself.

mod bridge;
mod hidden;
mod html;
mod language;
mod links;
mod meta;
mod state;
pub mod text;
mod writer;

use crate::config::ParseConfig;
use crate::lang::Languages;
use crate::model::{Document, Dump, Media, SourceMap};
use links::Home;
use meta::words::Words;

/// Parses dumps. Made once from the language data, then used for any number of dumps.
pub struct Parser {
    words: Words,
    config: ParseConfig,
}

impl Parser {
    /// A parser with the knowledge of `languages`.
    pub fn new(_languages: &Languages, config: &ParseConfig) -> Parser {
        Parser { words: Words::builtin(), config: config.clone() }
    }

    /// The document of a dump. Cannot fail: a broken page is a page.
    pub fn document(&self, dump: Dump) -> Document {
        match dump.media {
            Media::Text => {
                let mut document = text::document(dump);
                document.language =
                    language::of(&document.text, document.meta.language.as_deref(), &self.words.detector);
                document
            }
            Media::Html => self.page(dump),
        }
    }

    fn page(&self, dump: Dump) -> Document {
        let page = bridge::page(&dump.body, &self.config);
        let home = Home::of(dump.url.as_deref());
        let (body, found) = hidden::body(&page, &dump.body, home, &self.config);
        let mut document = Document {
            origin: dump.origin,
            url: dump.url,
            site: dump.site,
            meta: dump.declared,
            text: body.text,
            source: SourceMap::new(body.pieces),
            blocks: body.blocks,
            language: None,
            sha256: dump.sha256,
            flags: dump.flags,
        };
        document.flags.extend(page.flags.iter().cloned());
        document.flags.extend(found.map(str::to_string));
        for block in &mut document.blocks {
            block.source = document.source.source_of(block.span);
        }
        meta::fill(&mut document, &dump.body, &body.marks, &self.words);
        document
    }
}

/// The document of one dump. For many dumps make a [`Parser`] once.
pub fn document(dump: Dump, languages: &Languages, config: &ParseConfig) -> Document {
    Parser::new(languages, config).document(dump)
}
