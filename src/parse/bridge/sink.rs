//! scraper's tree, built with a note of where each text came from.

use super::{Handle, TextPiece};
use crate::model::Span;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};
use scraper::{Html, HtmlTreeSink};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;

/// Text that was given to the tree builder and is not yet in the tree.
pub(super) struct Fed {
    pub text: StrTendril,
    pub source: Span,
    /// Byte for byte as in the page.
    pub verbatim: bool,
}

/// scraper's sink, which also writes down where each text came from, and counts.
pub(super) struct PositionSink {
    tree: HtmlTreeSink,
    /// Texts of the latest run of character tokens, first in first out: the builder holds table text back,
    /// drops white space in places, but never changes the order.
    pub fed: RefCell<VecDeque<Fed>>,
    pieces: RefCell<Vec<TextPiece>>,
    pub n_nodes: Cell<usize>,
    /// At least as many as there are open elements; made exact by a count when it comes near the cap.
    pub depth_bound: Cell<usize>,
    max_attributes: usize,
    pub capped_attributes: Cell<bool>,
}

impl PositionSink {
    /// An empty tree. Of an element's attributes so many are kept.
    pub fn new(max_attributes: usize) -> PositionSink {
        PositionSink {
            tree: HtmlTreeSink::new(Html::new_document()),
            fed: RefCell::default(),
            pieces: RefCell::default(),
            n_nodes: Cell::new(0),
            depth_bound: Cell::new(0),
            max_attributes,
            capped_attributes: Cell::new(false),
        }
    }

    /// The tree, and where its texts came from.
    pub fn finish_with_places(self) -> (Html, Vec<TextPiece>) {
        (self.tree.finish(), self.pieces.into_inner())
    }

    fn new_node(&self) {
        self.n_nodes.set(self.n_nodes.get() + 1);
    }

    /// Writes down that `text` now ends the text node `node`.
    fn place(&self, node: Handle, text: &str) {
        let mut fed = self.fed.borrow_mut();
        let mut source = Span::default();
        while let Some(front) = fed.front_mut() {
            let found = if front.text.starts_with(text) { Some(0) } else { front.text.find(text) };
            let Some(at) = found else {
                fed.pop_front();
                continue;
            };
            let after = (at + text.len()) as u32;
            source = front.source;
            if front.verbatim {
                source = Span { start: source.start + at as u32, end: source.start + after };
                front.source.start += after;
            }
            if after == front.text.len32() {
                fed.pop_front();
            } else {
                front.text.pop_front(after);
            }
            break;
        }
        let n_bytes = text.len() as u32;
        if self.pieces.borrow().last().is_none_or(|p| p.node != node) {
            self.new_node();
        }
        self.pieces.borrow_mut().push(TextPiece { node, n_bytes, source });
    }
}

impl TreeSink for PositionSink {
    type Output = Html;
    type Handle = Handle;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.tree.finish()
    }

    /// Not kept: a page of faults would be a list longer than the page.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn get_document(&self) -> Handle {
        self.tree.get_document()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x == y
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.tree.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.new_node();
        self.depth_bound.set(self.depth_bound.get() + 1);
        self.tree.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.new_node();
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.new_node();
        self.tree.create_pi(target, data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let NodeOrText::AppendText(text) = child else {
            return self.tree.append(parent, child);
        };
        self.tree.append(parent, NodeOrText::AppendText(text.clone()));
        let node = self.tree.0.borrow().tree.get(*parent).and_then(|p| p.last_child()).map(|n| n.id());
        self.place(node.expect("the text was just appended here"), &text);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let NodeOrText::AppendText(text) = child else {
            return self.tree.append_before_sibling(sibling, child);
        };
        self.tree.append_before_sibling(sibling, NodeOrText::AppendText(text.clone()));
        // scraper's sink drops what it is told to put before a node that has no parent.
        let node = self.tree.0.borrow().tree.get(*sibling).and_then(|s| s.prev_sibling()).map(|n| n.id());
        if let Some(node) = node {
            self.place(node, &text);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = self.tree.0.borrow().tree.get(*element).is_some_and(|e| e.parent().is_some());
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.tree.get_template_contents(target)
    }

    /// A second `<html>` or `<body>` adds its attributes to the first, within the cap.
    fn add_attrs_if_missing(&self, target: &Handle, mut attrs: Vec<Attribute>) {
        let had = {
            let page = self.tree.0.borrow();
            page.tree.get(*target).and_then(|n| n.value().as_element().map(|e| e.attrs.len())).unwrap_or(0)
        };
        if had + attrs.len() > self.max_attributes {
            self.capped_attributes.set(true);
            attrs.truncate(self.max_attributes.saturating_sub(had));
        }
        self.tree.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.tree.reparent_children(node, new_parent);
    }
}
