//! From the tokenizer to the tree builder: text with its place, tags up to the caps.

use super::names::{Names, closes_itself, is_phrasing, nests, tendril};
use super::sink::{Fed, PositionSink};
use super::{Capped, Handle};
use crate::config::ParseConfig;
use crate::model::Span;
use html5ever::interface::Tracer;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use html5gum::{Emitter, State, naive_next_state};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;

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
pub(super) struct Bridge<'a> {
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
    pub fn new(
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
