//! HTML with positions: `html5gum` cuts the page into tokens and knows their bytes, `html5ever` builds the tree, and the
//! tree is `scraper`'s. The result is what `scraper` alone would build, in linear time, and each text knows its source.
//!
//! `html5ever` alone is quadratic in nesting and in attributes. Here a counted cap stands before each:
//! an element below the deepest level becomes an empty mark beside its text, attributes and nodes beyond the cap are
//! left out. Text is never left out.

mod emitter;
mod names;
mod sink;

use crate::config::ParseConfig;
use crate::model::Span;
use ego_tree_id::NodeId;
use emitter::Bridge;
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5gum::Tokenizer;
use scraper::Html;
use sink::PositionSink;
use std::cell::Cell;

/// `ego_tree`, which scraper's tree is made of, is not a dependency of ours: its handle is named through scraper.
mod ego_tree_id {
    /// The handle of a node in scraper's tree.
    pub type NodeId = <scraper::HtmlTreeSink as html5ever::interface::TreeSink>::Handle;
}

/// The handle of a node in the page's tree.
pub(super) type Handle = NodeId;

/// A run of a text node and the bytes of the page it came from. Of equal lengths: byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextPiece {
    /// The text node that holds it.
    pub node: Handle,
    /// Length in the node's text, bytes.
    pub n_bytes: u32,
    /// Place in the page.
    pub source: Span,
}

/// A page's tree, with the way back from its text to the page.
pub(super) struct Page {
    /// scraper's tree.
    pub html: Html,
    // Invariant: sorted by node; the pieces of one node follow its text.
    pieces: Vec<TextPiece>,
    /// Caps that were reached: `capped-depth`, `capped-attributes`, `capped-nodes`.
    pub flags: Vec<String>,
}

impl Page {
    /// The pieces of a text node, in the order of its text.
    pub fn pieces(&self, node: Handle) -> &[TextPiece] {
        let start = self.pieces.partition_point(|p| p.node < node);
        let n = self.pieces[start..].iter().take_while(|p| p.node == node).count();
        &self.pieces[start..start + n]
    }
}

/// The page of `body`. Cannot fail: any text is a page.
pub(super) fn page(body: &str, config: &ParseConfig) -> Page {
    let sink = PositionSink::new(config.max_attributes);
    let builder = TreeBuilder::new(sink, TreeBuilderOpts::default());
    let capped = Cell::new(Capped::default());
    let emitter = Bridge::new(body, &builder, config, &capped);
    let Ok(()) = Tokenizer::new_with_emitter(body, emitter).finish();
    let mut capped = capped.get();
    capped.attributes |= builder.sink.capped_attributes.get();
    let (html, mut pieces) = builder.sink.finish_with_places();
    // Nearly sorted: only text that is moved out of tables comes late. The stable sort keeps the order within a node.
    pieces.sort_by_key(|p| p.node);
    Page { html, pieces, flags: capped.flags() }
}

/// Which caps were reached.
#[derive(Clone, Copy, Default)]
struct Capped {
    depth: bool,
    attributes: bool,
    nodes: bool,
}

impl Capped {
    fn flags(self) -> Vec<String> {
        let all = [("capped-depth", self.depth), ("capped-attributes", self.attributes), ("capped-nodes", self.nodes)];
        all.iter().filter(|(_, reached)| *reached).map(|(name, _)| (*name).to_string()).collect()
    }
}

#[cfg(test)]
mod tests;
