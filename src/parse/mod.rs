//! `Dump` → `Document`: blocks in reading order, each with its place, and what the page says about itself.

mod bridge;
mod html;
mod marks;
pub mod text;
mod writer;

use crate::config::ParseConfig;
use crate::lang::Languages;
use crate::model::{Document, Dump, Media, SourceMap};

/// The document of a dump. Cannot fail: a broken page is a page.
pub fn document(dump: Dump, _languages: &Languages, config: &ParseConfig) -> Document {
    match dump.media {
        Media::Text => text::document(dump),
        Media::Html => page(dump, config),
    }
}

fn page(dump: Dump, config: &ParseConfig) -> Document {
    let page = bridge::page(&dump.body, config);
    let body = html::body(&page, dump.body.len());
    let source = SourceMap::new(body.pieces);
    let mut blocks = body.blocks;
    for block in &mut blocks {
        block.source = source.source_of(block.span);
    }
    let mut flags = dump.flags;
    flags.extend(page.flags.iter().cloned());
    Document {
        origin: dump.origin,
        url: dump.url,
        site: dump.site,
        meta: dump.declared,
        text: body.text,
        source,
        blocks,
        language: None,
        sha256: dump.sha256,
        flags,
    }
}
