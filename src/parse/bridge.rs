//! HTML with positions: `html5gum` cuts the page into tokens and knows their bytes, `html5ever` builds the tree, and the
//! tree is `scraper`'s. The result is what `scraper` alone would build, in linear time, and each text knows its source.
//!
//! `html5ever` alone is quadratic in nesting and in attributes. Here a counted cap stands before each:
//! an element below the deepest level becomes an empty mark beside its text, attributes and nodes beyond the cap are
//! left out. Text is never left out.

use crate::config::ParseConfig;
use crate::model::Span;
use ego_tree_id::NodeId;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use html5gum::{Emitter, State, Tokenizer, naive_next_state};
use scraper::{Html, HtmlTreeSink};
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;

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
    let sink = PositionSink {
        tree: HtmlTreeSink::new(Html::new_document()),
        fed: RefCell::default(),
        pieces: RefCell::default(),
        n_nodes: Cell::new(0),
        depth_bound: Cell::new(0),
        max_attributes: config.max_attributes,
        capped_attributes: Cell::new(false),
    };
    let builder = TreeBuilder::new(sink, TreeBuilderOpts::default());
    let capped = Cell::new(Capped::default());
    let emitter = Bridge::new(body, &builder, config, &capped);
    let Ok(()) = Tokenizer::new_with_emitter(body, emitter).finish();
    let mut capped = capped.get();
    capped.attributes |= builder.sink.capped_attributes.get();
    let PositionSink { tree, pieces, .. } = builder.sink;
    let mut pieces = pieces.into_inner();
    // Nearly sorted: only text that is moved out of tables comes late. The stable sort keeps the order within a node.
    pieces.sort_by_key(|p| p.node);
    Page { html: tree.finish(), pieces, flags: capped.flags() }
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

/// Text that was given to the tree builder and is not yet in the tree.
struct Fed {
    text: StrTendril,
    source: Span,
    verbatim: bool,
}

/// scraper's sink, which also writes down where each text came from, and counts.
struct PositionSink {
    tree: HtmlTreeSink,
    /// Texts of the latest run of character tokens, first in first out: the builder holds table text back,
    /// drops white space in places, but never changes the order.
    fed: RefCell<VecDeque<Fed>>,
    pieces: RefCell<Vec<TextPiece>>,
    n_nodes: Cell<usize>,
    /// At least as many as there are open elements; made exact by a count when it comes near the cap.
    depth_bound: Cell<usize>,
    max_attributes: usize,
    capped_attributes: Cell<bool>,
}

impl PositionSink {
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

/// Counts the handles that a tree builder holds: the open elements and those it will open again.
#[derive(Default)]
struct Count(Cell<usize>);

impl Tracer for Count {
    type Handle = Handle;

    fn trace_handle(&self, _node: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

/// Handles that a tree builder holds beside the open elements: the document, the head, a form.
const N_OTHER_HANDLES: usize = 3;

/// What `html5gum` calls while it reads; gathers tokens and gives them to the tree builder.
struct Bridge<'a> {
    body: &'a str,
    /// The body once more, so that texts of the tree are pieces of it and not copies.
    shared: StrTendril,
    builder: &'a TreeBuilder<Handle, PositionSink>,
    config: &'a ParseConfig,
    capped: &'a Cell<Capped>,
    /// Bytes read.
    position: usize,
    /// The run of text that is not fed yet: bytes of the body, taken as they are.
    run: (usize, usize),
    /// Where the text before the next one ends.
    text_end: usize,
    kind: TagKind,
    name: Vec<u8>,
    self_closing: bool,
    attributes: Vec<Attribute>,
    duplicates: bool,
    attribute_name: Vec<u8>,
    attribute_value: Value,
    in_attribute: bool,
    last_start_tag: Vec<u8>,
    comment: Vec<u8>,
    doctype: Doctype,
    doctype_name: Vec<u8>,
    doctype_public: Option<Vec<u8>>,
    doctype_system: Option<Vec<u8>>,
    names: Names,
    /// Start tags below the deepest level, whose end tags must go too.
    swallowed: BTreeMap<LocalName, u32>,
    /// The stack was full and nothing has closed since.
    at_cap: bool,
    /// Inside a script, style or the like that is not fed, because nodes are used up.
    muted: bool,
}

impl<'a> Bridge<'a> {
    fn new(
        body: &'a str,
        builder: &'a TreeBuilder<Handle, PositionSink>,
        config: &'a ParseConfig,
        capped: &'a Cell<Capped>,
    ) -> Bridge<'a> {
        Bridge {
            body,
            shared: StrTendril::from_slice(body),
            builder,
            config,
            capped,
            position: 0,
            run: (0, 0),
            text_end: 0,
            kind: TagKind::StartTag,
            name: Vec::new(),
            self_closing: false,
            attributes: Vec::new(),
            duplicates: false,
            attribute_name: Vec::new(),
            attribute_value: Value::default(),
            in_attribute: false,
            last_start_tag: Vec::new(),
            comment: Vec::new(),
            doctype: Doctype::default(),
            doctype_name: Vec::new(),
            doctype_public: None,
            doctype_system: None,
            names: Names::default(),
            swallowed: BTreeMap::new(),
            at_cap: false,
            muted: false,
        }
    }

    fn flag(&self, set: impl FnOnce(&mut Capped)) {
        let mut capped = self.capped.get();
        set(&mut capped);
        self.capped.set(capped);
    }

    /// Gives a token other than text to the builder; what it answers is the tokenizer's next state.
    fn feed(&mut self, token: Token) -> Option<State> {
        let answer = self.builder.process_token(token, 1);
        self.builder.sink.fed.borrow_mut().clear();
        match answer {
            TokenSinkResult::Plaintext => Some(State::PlainText),
            TokenSinkResult::RawData(RawKind::Rcdata) => Some(State::RcData),
            TokenSinkResult::RawData(RawKind::Rawtext) => Some(State::RawText),
            TokenSinkResult::RawData(RawKind::ScriptData | RawKind::ScriptDataEscaped(_)) => Some(State::ScriptData),
            TokenSinkResult::Continue | TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => None,
        }
    }

    fn feed_text(&mut self, text: StrTendril, source: Span, verbatim: bool) {
        if self.muted {
            return;
        }
        self.builder.sink.fed.borrow_mut().push_back(Fed { text: text.clone(), source, verbatim });
        // Text never changes the tokenizer's state.
        let _ = self.builder.process_token(Token::CharacterTokens(text), 1);
    }

    fn feed_null(&mut self, at: usize) {
        if self.muted {
            return;
        }
        let source = Span::new(at.saturating_sub(1), at);
        let text = StrTendril::from_char('\u{FFFD}');
        self.builder.sink.fed.borrow_mut().push_back(Fed { text, source, verbatim: false });
        let _ = self.builder.process_token(Token::NullCharacterToken, 1);
    }

    /// Feeds the run of text that was gathered.
    fn flush(&mut self) {
        let (start, end) = self.run;
        if start == end {
            return;
        }
        self.run = (end, end);
        match self.body.get(start..end) {
            Some(_) => {
                let text = self.shared.subtendril(start as u32, (end - start) as u32);
                self.feed_text(text, Span::new(start, end), true);
            }
            None => {
                let text = tendril(&self.body.as_bytes()[start..end]);
                self.feed_text(text, Span::new(start, end), false);
            }
        }
    }

    /// The place of `s`, which was just read, if it stands in the body as it is.
    fn verbatim_at(&self, s: &[u8]) -> Option<usize> {
        let stands = |at: usize| self.body.as_bytes().get(at..at + s.len()) == Some(s);
        let before = self.position.checked_sub(s.len())?;
        if before >= self.text_end && stands(before) {
            return Some(before);
        }
        // Around an ampersand that opens no reference the tokenizer has read one byte more or less than it gives.
        let near = self.text_end.abs_diff(before) <= 1;
        (near && stands(self.text_end)).then_some(self.text_end)
    }

    fn end_attribute(&mut self) {
        if !std::mem::take(&mut self.in_attribute) {
            return;
        }
        if self.attributes.len() >= self.config.max_attributes {
            return self.flag(|c| c.attributes = true);
        }
        let name = self.names.get(&self.attribute_name);
        if self.attributes.iter().any(|a| a.name.local == name) {
            self.duplicates = true;
            return;
        }
        let value = match &self.attribute_value {
            Value::Verbatim(start, end) if self.body.get(*start..*end).is_some() => {
                self.shared.subtendril(*start as u32, (*end - *start) as u32)
            }
            Value::Verbatim(start, end) => tendril(&self.body.as_bytes()[*start..*end]),
            Value::Changed(value) => tendril(value),
        };
        self.attributes.push(Attribute { name: QualName::new(None, ns!(), name), value });
    }

    /// Where in the body `s` stands, if it is a piece of it and no copy.
    fn place_in_body(&self, s: &[u8]) -> Option<usize> {
        let at = s.as_ptr().addr().checked_sub(self.body.as_ptr().addr())?;
        (!s.is_empty() && at + s.len() <= self.body.len()).then_some(at)
    }

    fn start_tag(&mut self, tag: Tag) -> Option<State> {
        if self.is_used_up() {
            self.flag(|c| c.nodes = true);
            let state = naive_next_state(&self.name);
            self.muted = state.is_some_and(|s| s != State::PlainText);
            return state;
        }
        if nests(&tag.name) && self.is_full() {
            self.flag(|c| c.depth = true);
            return self.swallow(tag.name);
        }
        self.feed(Token::TagToken(tag))
    }

    /// No node is left of those that a page may have.
    fn is_used_up(&self) -> bool {
        self.builder.sink.n_nodes.get() >= self.config.max_nodes
    }

    /// At the deepest level: an element that would open a block leaves an empty mark, so that the texts around it stay apart.
    fn swallow(&mut self, name: LocalName) -> Option<State> {
        if !closes_itself(&name) {
            *self.swallowed.entry(name.clone()).or_default() += 1;
        }
        if !is_phrasing(&name) {
            let tag = |kind| Tag {
                kind,
                name: local_name!("div"),
                self_closing: false,
                attrs: Vec::new(),
                had_duplicate_attributes: false,
            };
            self.feed(Token::TagToken(tag(TagKind::StartTag)));
            self.feed(Token::TagToken(tag(TagKind::EndTag)));
        }
        None
    }

    /// The stack of open elements is at its cap. Counted only when the bound says that it could be.
    fn is_full(&mut self) -> bool {
        let cap = self.config.max_depth + N_OTHER_HANDLES;
        if self.at_cap || self.builder.sink.depth_bound.get() < cap {
            return self.at_cap;
        }
        let count = Count::default();
        self.builder.trace_handles(&count);
        self.builder.sink.depth_bound.set(count.0.get());
        self.at_cap = count.0.get() >= cap;
        self.at_cap
    }

    fn end_tag(&mut self, tag: Tag) -> Option<State> {
        if std::mem::take(&mut self.muted) {
            return None;
        }
        if let Some(n) = self.swallowed.get_mut(&tag.name).filter(|n| **n > 0) {
            *n -= 1;
            return None;
        }
        // An end tag that closes nothing makes an element of these two.
        let makes = matches!(tag.name, local_name!("p") | local_name!("br"));
        if makes && self.is_used_up() {
            return None;
        }
        self.at_cap = false;
        self.feed(Token::TagToken(tag))
    }
}

impl Emitter for Bridge<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start_tag = last_start_tag.unwrap_or_default().to_vec();
    }

    fn emit_eof(&mut self) {
        self.flush();
        self.feed(Token::EOFToken);
        self.builder.end();
    }

    #[inline]
    fn emit_error(&mut self, _error: html5gum::Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, s: &[u8]) {
        if memchr::memchr(0, s).is_some() {
            self.flush();
            for (i, part) in s.split(|&b| b == 0).enumerate() {
                if i > 0 {
                    self.feed_null(self.position);
                }
                if !part.is_empty() {
                    let source = Span::new(self.text_end.min(self.position), self.position);
                    self.feed_text(tendril(part), source, false);
                }
            }
        } else if let Some(at) = self.verbatim_at(s) {
            if at != self.run.1 {
                self.flush();
                self.run = (at, at);
            }
            self.run.1 = at + s.len();
            self.text_end = self.run.1;
            return;
        } else {
            self.flush();
            let source = Span::new(self.text_end.min(self.position), self.position);
            self.feed_text(tendril(s), source, false);
        }
        self.text_end = self.position;
        self.run = (self.position, self.position);
    }

    fn init_start_tag(&mut self) {
        self.kind = TagKind::StartTag;
        self.name.clear();
        self.self_closing = false;
        self.attributes.clear();
        self.duplicates = false;
        self.in_attribute = false;
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.kind = TagKind::EndTag;
    }

    fn init_comment(&mut self) {
        self.comment.clear();
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.end_attribute();
        self.text_end = self.position;
        let tag = Tag {
            kind: self.kind,
            name: self.names.get(&self.name),
            self_closing: self.self_closing,
            attrs: std::mem::take(&mut self.attributes),
            had_duplicate_attributes: self.duplicates,
        };
        match self.kind {
            TagKind::StartTag => {
                self.last_start_tag.clone_from(&self.name);
                self.start_tag(tag)
            }
            TagKind::EndTag => self.end_tag(tag),
        }
    }

    fn emit_current_comment(&mut self) {
        self.flush();
        self.text_end = self.position;
        if !self.is_used_up() {
            let text = tendril(&self.comment);
            self.feed(Token::CommentToken(text));
        }
    }

    fn emit_current_doctype(&mut self) {
        self.flush();
        self.text_end = self.position;
        let mut doctype = std::mem::take(&mut self.doctype);
        doctype.name = Some(tendril(&self.doctype_name)).filter(|n| !n.is_empty());
        doctype.public_id = self.doctype_public.take().map(|id| tendril(&id));
        doctype.system_id = self.doctype_system.take().map(|id| tendril(&id));
        self.feed(Token::DoctypeToken(doctype));
    }

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn set_force_quirks(&mut self) {
        self.doctype.force_quirks = true;
    }

    #[inline]
    fn push_tag_name(&mut self, s: &[u8]) {
        self.name.extend_from_slice(s);
    }

    fn push_comment(&mut self, s: &[u8]) {
        self.comment.extend_from_slice(s);
    }

    fn push_doctype_name(&mut self, s: &[u8]) {
        self.doctype_name.extend_from_slice(s);
    }

    fn init_doctype(&mut self) {
        self.doctype = Doctype::default();
        self.doctype_name.clear();
        self.doctype_public = None;
        self.doctype_system = None;
    }

    #[inline]
    fn init_attribute(&mut self) {
        self.end_attribute();
        self.in_attribute = true;
        self.attribute_name.clear();
        self.attribute_value = Value::default();
    }

    #[inline]
    fn push_attribute_name(&mut self, s: &[u8]) {
        self.attribute_name.extend_from_slice(s);
    }

    #[inline]
    fn push_attribute_value(&mut self, s: &[u8]) {
        let place = self.place_in_body(s);
        self.attribute_value.push(s, place, self.body);
    }

    fn set_doctype_public_identifier(&mut self, value: &[u8]) {
        self.doctype_public = Some(value.to_vec());
    }

    fn set_doctype_system_identifier(&mut self, value: &[u8]) {
        self.doctype_system = Some(value.to_vec());
    }

    fn push_doctype_public_identifier(&mut self, s: &[u8]) {
        self.doctype_public.get_or_insert_default().extend_from_slice(s);
    }

    fn push_doctype_system_identifier(&mut self, s: &[u8]) {
        self.doctype_system.get_or_insert_default().extend_from_slice(s);
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.kind == TagKind::EndTag && !self.last_start_tag.is_empty() && self.last_start_tag == self.name
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }

    #[inline]
    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }
}

/// The value of an attribute while it is read.
enum Value {
    /// Stands in the body as it is, from byte to byte.
    Verbatim(usize, usize),
    /// Was put together: it had references or line breaks.
    Changed(Vec<u8>),
}

impl Default for Value {
    fn default() -> Self {
        Value::Verbatim(0, 0)
    }
}

impl Value {
    /// Adds `s`, which stands in the body at `place` or is no piece of it.
    fn push(&mut self, s: &[u8], place: Option<usize>, body: &str) {
        match self {
            Value::Changed(value) => value.extend_from_slice(s),
            Value::Verbatim(start, end) => {
                let begins = start == end;
                match place {
                    Some(at) if begins => *self = Value::Verbatim(at, at + s.len()),
                    Some(at) if at == *end => *end += s.len(),
                    _ => {
                        let mut value = body.as_bytes()[*start..*end].to_vec();
                        value.extend_from_slice(s);
                        *self = Value::Changed(value);
                    }
                }
            }
        }
    }
}

/// Names of tags and attributes that a page used before: most of its names are a few dozen, again and again.
struct Names([LocalName; N_NAMES]);

/// Places for names; a power of two. A page has about fifty.
const N_NAMES: usize = 256;

impl Default for Names {
    fn default() -> Self {
        Names(std::array::from_fn(|_| local_name!("")))
    }
}

impl Names {
    fn get(&mut self, bytes: &[u8]) -> LocalName {
        let mix = |hash: usize, byte: &u8| hash.wrapping_mul(31).wrapping_add(usize::from(*byte));
        let place = &mut self.0[bytes.iter().fold(bytes.len(), mix) % N_NAMES];
        if place.as_bytes() != bytes {
            *place = local_name(bytes);
        }
        place.clone()
    }
}

/// Bytes of a `str`; cut inside a character only where the tokenizer itself cuts, in scripts.
fn tendril(bytes: &[u8]) -> StrTendril {
    StrTendril::from_slice(&String::from_utf8_lossy(bytes))
}

fn local_name(bytes: &[u8]) -> LocalName {
    LocalName::from(&*String::from_utf8_lossy(bytes))
}

/// Opens a level of the tree. The others hold nothing (`br`), only text up to their end tag, or exist once.
fn nests(name: &LocalName) -> bool {
    !matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("body")
            | local_name!("br")
            | local_name!("col")
            | local_name!("embed")
            | local_name!("head")
            | local_name!("hr")
            | local_name!("html")
            | local_name!("iframe")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("param")
            | local_name!("plaintext")
            | local_name!("script")
            | local_name!("source")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
            | local_name!("track")
            | local_name!("wbr")
            | local_name!("xmp")
    )
}

/// Its end tag may be missing in good pages, so none is waited for.
fn closes_itself(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("dd")
            | local_name!("dt")
            | local_name!("li")
            | local_name!("option")
            | local_name!("p")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
    )
}

/// Runs along in a line of text.
fn is_phrasing(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("cite")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("label")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("span")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("sub")
            | local_name!("sup")
            | local_name!("tt")
            | local_name!("u")
    )
}

#[cfg(test)]
mod tests;
