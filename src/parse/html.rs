//! The blocks of a page in reading order, with their text as a reader sees it: one walk over the tree.
//!
//! White space collapses as in a browser; a block element or a line break ends a block; what is never shown (scripts,
//! templates, hidden elements, the reading aids of ruby) is left out. Everything else lies in exactly one block.

use super::bridge::{Page, TextPiece};
use super::links::Home;
use super::meta::marks::Marks;
use super::writer::{Context, Writer};
use crate::model::{Block, BlockKind, Lead, ListMark, Piece};
use ego_tree::iter::Edge;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

/// The text and blocks of a page, and the elements that metadata is read from.
pub(super) struct Body<'a> {
    /// All blocks, one a line.
    pub text: String,
    /// Where each run of the text stands in the page.
    pub pieces: Vec<Piece>,
    /// In reading order.
    pub blocks: Vec<Block>,
    /// What metadata is read from.
    pub marks: Marks<'a>,
}

/// What becomes of the elements that the page hides until a script shows them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hiding {
    /// They are left out, as on the screen.
    Kept,
    /// They are read: the page shows nothing else.
    Lifted,
}

/// Reads the page once from top to bottom.
pub(super) fn body<'a>(page: &'a Page, n_bytes: usize, home: Home<'_>, hiding: Hiding) -> Body<'a> {
    let mut walk = Walk::new(n_bytes, home, hiding);
    for edge in page.html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => walk.open(element, node),
                Node::Text(text) => walk.text(text, || page.pieces(node.id())),
                _ => {}
            },
            Edge::Close(node) => {
                if node.value().is_element() {
                    walk.close();
                }
            }
        }
    }
    walk.writer.end_block();
    let (text, pieces, blocks) = walk.writer.finish();
    Body { text, pieces, blocks, marks: walk.marks }
}

type NodeRef<'a> = ego_tree::NodeRef<'a, Node>;

/// How an element stands among its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Begins and ends a block.
    Block,
    /// Runs along in the line.
    Inline,
    /// Runs along, but its neighbours of the same sort are set apart even without a blank: links of a menu, options.
    Apart,
    /// Runs along; two neighbours that a style sheet sets apart are told by their letters: `Ann Lee` `13 May`.
    Span,
}

/// What holds inside an open element; inherited by what it contains.
#[derive(Clone, Copy)]
struct Frame {
    flow: Flow,
    hidden: bool,
    pre: bool,
    link: bool,
    lead: Option<Lead>,
    kind: BlockKind,
    level: Option<u8>,
    list: Option<u32>,
    item: Option<u32>,
    path_end: usize,
    /// Parts of the path.
    depth: u16,
    row: bool,
    marked: bool,
}

/// A list that markup numbers, or does not.
struct List {
    depth: u8,
    next: Option<i64>,
    step: i64,
}

/// A list item: its mark, and whether a block has opened it.
struct Item {
    mark: ListMark,
    opened: bool,
}

/// A table row while its cells are read.
struct Row {
    first_block: usize,
    /// The first block of each cell.
    cells: Vec<usize>,
    /// Holds more than a line of cells: a list, a table, a heading. Its blocks stay apart.
    complex: bool,
}

struct Walk<'a, 'u> {
    writer: Writer,
    frames: Vec<Frame>,
    path: String,
    /// Elements of the path that were open all the time since the last block began.
    shared: u16,
    lists: Vec<List>,
    items: Vec<Item>,
    rows: Vec<Row>,
    marks: Marks<'a>,
    /// Where the text stood when an element that stands apart ended.
    apart_end: Option<usize>,
    /// Where the text stood when a span ended.
    span_end: Option<usize>,
    home: Home<'u>,
    hiding: Hiding,
}

/// Longest part of a path, bytes: names and classes beyond it say nothing more.
const MAX_PART: usize = 160;
/// Longest path, bytes: deeper elements are not named.
const MAX_PATH: usize = 2048;

impl<'a, 'u> Walk<'a, 'u> {
    fn new(n_bytes: usize, home: Home<'u>, hiding: Hiding) -> Walk<'a, 'u> {
        let root = Frame {
            flow: Flow::Block,
            hidden: false,
            pre: false,
            link: false,
            lead: None,
            kind: BlockKind::Paragraph,
            level: None,
            list: None,
            item: None,
            path_end: 0,
            depth: 0,
            row: false,
            marked: false,
        };
        Walk {
            writer: Writer::new(n_bytes),
            frames: vec![root],
            path: String::new(),
            shared: 0,
            lists: Vec::new(),
            items: Vec::new(),
            rows: Vec::new(),
            marks: Marks::default(),
            apart_end: None,
            span_end: None,
            home,
            hiding,
        }
    }

    fn frame(&self) -> Frame {
        *self.frames.last().expect("the root's frame stays")
    }

    fn open(&mut self, element: &'a Element, node: NodeRef<'a>) {
        let name = element.name();
        let mut frame = self.frame();
        frame.row = false;
        frame.hidden =
            frame.hidden || never_shown(element, name) || (self.hiding == Hiding::Kept && hidden_by_page(element));
        if !frame.hidden {
            self.show(element, name, node, &mut frame);
        }
        frame.path_end = self.path.len();
        frame.marked = self.marks.open(element, name, node, self.writer.text_len(), frame.hidden);
        self.frames.push(frame);
    }

    fn show(&mut self, element: &Element, name: &str, node: NodeRef<'a>, frame: &mut Frame) {
        frame.flow = flow(name);
        if matches!(frame.flow, Flow::Inline | Flow::Span) && shown_as_block(element) {
            frame.flow = Flow::Block;
        }
        match frame.flow {
            Flow::Block => self.end_block(),
            Flow::Apart | Flow::Span => self.set_apart(frame.flow),
            Flow::Inline => {}
        }
        self.enter(element, name, node, frame);
        if frame.flow == Flow::Block && self.path.len() < MAX_PATH {
            self.push_path(element, name);
            frame.depth = frame.depth.saturating_add(1);
        }
    }

    /// What the element means for the blocks inside it.
    fn enter(&mut self, element: &Element, name: &str, node: NodeRef<'a>, frame: &mut Frame) {
        match name {
            "a" => self.enter_link(element, frame),
            "br" => self.writer.line_break(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.complicate();
                frame.kind = BlockKind::Heading;
                frame.level = name.as_bytes().get(1).map(|digit| digit - b'0');
            }
            "ul" | "ol" | "menu" | "dir" => self.enter_list(element, name, node, frame),
            "li" => self.enter_item(element, frame),
            "blockquote" => {
                self.complicate();
                frame.kind = BlockKind::Quote;
                frame.level = None;
            }
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.complicate();
                frame.kind = BlockKind::Code;
                frame.level = None;
                frame.pre = true;
            }
            "textarea" => frame.pre = true,
            "figcaption" | "caption" => {
                frame.kind = BlockKind::Caption;
                frame.level = None;
            }
            "table" => {
                self.complicate();
                frame.kind = BlockKind::Paragraph;
                frame.level = None;
            }
            "tr" => {
                self.complicate();
                let complex = element.attr("role") == Some("presentation");
                self.rows.push(Row { first_block: self.writer.n_blocks(), cells: Vec::new(), complex });
                frame.row = true;
            }
            "td" | "th" => self.enter_cell(),
            _ => {}
        }
    }

    fn enter_link(&mut self, element: &Element, frame: &mut Frame) {
        let Some(href) = element.attr("href") else { return };
        frame.link = true;
        frame.lead = self.home.lead(href);
        self.writer.lead(frame.lead);
    }

    fn enter_list(&mut self, element: &Element, name: &str, node: NodeRef<'a>, frame: &mut Frame) {
        let depth = frame.list.map_or(0, |l| self.lists[l as usize].depth).saturating_add(1);
        let reversed = element.attr("reversed").is_some();
        let start = || {
            let given = element.attr("start").and_then(integer);
            given.unwrap_or_else(|| if reversed { n_items(node) } else { 1 })
        };
        let next = (name == "ol").then(start);
        frame.list = Some(self.lists.len() as u32);
        self.lists.push(List { depth, next, step: if reversed { -1 } else { 1 } });
    }

    fn enter_item(&mut self, element: &Element, frame: &mut Frame) {
        self.complicate();
        frame.kind = BlockKind::Item;
        frame.level = None;
        let Some(number) = frame.list else { return };
        let list = &mut self.lists[number as usize];
        if let (Some(next), Some(value)) = (&mut list.next, element.attr("value").and_then(integer)) {
            *next = value;
        }
        let mark = ListMark { list: number, depth: list.depth, ordinal: list.next, opens: true };
        list.next = list.next.map(|n| n.saturating_add(list.step));
        frame.item = Some(self.items.len() as u32);
        self.items.push(Item { mark, opened: false });
    }

    fn enter_cell(&mut self) {
        let first = self.writer.n_blocks();
        if let Some(row) = self.rows.last_mut() {
            // An empty cell before this one leaves its tab.
            let empty_before = row.cells.last() == Some(&first) && first > row.first_block;
            row.cells.push(first);
            if empty_before {
                self.writer.gap();
            }
        }
    }

    /// The row that is being read is more than a line of cells.
    fn complicate(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.complex = true;
        }
    }

    fn close(&mut self) {
        let frame = self.frames.pop().expect("as many elements close as open");
        if !frame.hidden {
            match frame.flow {
                Flow::Block => self.end_block(),
                Flow::Apart => self.apart_end = Some(self.writer.text_len()),
                Flow::Span => self.span_end = Some(self.writer.text_len()),
                Flow::Inline => {}
            }
            if frame.row {
                self.end_row();
            }
        }
        if frame.marked {
            self.marks.close(self.writer.text_len());
        }
        let outer = self.frame();
        self.path.truncate(outer.path_end);
        self.shared = self.shared.min(outer.depth);
    }

    fn end_block(&mut self) {
        self.writer.end_block();
        self.apart_end = None;
        self.span_end = None;
    }

    fn end_row(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        if !row.complex && row.cells.len() > 1 {
            self.writer.join_row(row.first_block, &row.cells);
        }
    }

    /// Two neighbours that stand apart get a blank between them, though the page has none.
    fn set_apart(&mut self, flow: Flow) {
        let here = Some(self.writer.text_len());
        match (self.apart_end == here, self.span_end == here, flow) {
            (true, ..) | (_, true, Flow::Apart) => self.writer.blank(),
            (_, true, _) => self.writer.may_part(),
            _ => {}
        }
    }

    fn text<'p>(&mut self, text: &str, pieces: impl FnOnce() -> &'p [TextPiece]) {
        let frame = self.frame();
        if frame.hidden {
            return;
        }
        let items = &mut self.items;
        let mut context = Context {
            kind: frame.kind,
            level: frame.level,
            path: &self.path[..frame.path_end],
            depth: frame.depth,
            shared: &mut self.shared,
            linked: frame.link,
            lead: frame.lead,
            pre: frame.pre,
            mark: &mut || {
                let item = &mut items[frame.item? as usize];
                let opens = !std::mem::replace(&mut item.opened, true);
                Some(ListMark { opens, ..item.mark })
            },
        };
        let mut start = 0;
        for piece in pieces() {
            let end = start + piece.n_bytes as usize;
            self.writer.write(&text[start..end], piece.source, &mut context);
            start = end;
        }
    }

    /// `div#id.class`: name, id and classes (with what else names the element), as a part of the path.
    fn push_path(&mut self, element: &Element, name: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        let end = self.path.len() + MAX_PART;
        push_word(&mut self.path, name, end);
        let named = Named::of(element);
        if let Some(id) = named.id.map(str::trim).filter(|id| !id.is_empty()) {
            self.path.push('#');
            push_word(&mut self.path, id, end);
        }
        for class in named.words.into_iter().flatten().flat_map(str::split_ascii_whitespace) {
            if self.path.len() >= end {
                break;
            }
            self.path.push('.');
            push_word(&mut self.path, class, end);
        }
    }
}

/// What an element is called, read in one pass over its attributes.
struct Named<'e> {
    id: Option<&'e str>,
    /// Classes, then what else names an element's part in the page as a class does; many pages have no readable classes.
    words: [Option<&'e str>; 5],
}

impl<'e> Named<'e> {
    fn of(element: &'e Element) -> Named<'e> {
        let mut named = Named { id: None, words: [None; 5] };
        for (key, value) in &element.attrs {
            let slot = match key.local {
                local_name!("id") => &mut named.id,
                local_name!("class") => &mut named.words[0],
                local_name!("itemprop") => &mut named.words[1],
                local_name!("role") => &mut named.words[2],
                _ => match &*key.local {
                    "data-testid" => &mut named.words[3],
                    "data-component" => &mut named.words[4],
                    _ => continue,
                },
            };
            slot.get_or_insert(value);
        }
        named
    }
}

/// `word` up to the byte `end` of the path, with `_` for the characters that a path is made of.
fn push_word(path: &mut String, word: &str, end: usize) {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'/' | b'#' | b'.');
    if word.bytes().all(plain) {
        let room = end.saturating_sub(path.len());
        return path.push_str(&word[..word.len().min(room)]);
    }
    for c in word.chars() {
        if path.len() >= end {
            return;
        }
        path.push(if matches!(c, '/' | '#' | '.') || c.is_whitespace() { '_' } else { c });
    }
}

/// The integer at the head of an attribute, as browsers read it.
fn integer(value: &str) -> Option<i64> {
    let value = value.trim_start();
    let sign = usize::from(value.starts_with(['-', '+']));
    let digits = value[sign..].bytes().take_while(u8::is_ascii_digit).count();
    value[..sign + digits].parse().ok()
}

/// Items of a list, from which a reversed one counts down.
fn n_items(list: NodeRef<'_>) -> i64 {
    list.children().filter(|n| n.value().as_element().is_some_and(|e| e.name() == "li")).count() as i64
}

fn flow(name: &str) -> Flow {
    match name {
        // The commonest first: a name is compared with one after another.
        "div" | "p" | "li" | "ul" | "section" | "td" | "tr" | "h2" | "h3" => Flow::Block,
        "a" | "button" | "label" | "time" | "option" | "optgroup" => Flow::Apart,
        "span" | "small" | "data" => Flow::Span,
        "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "blink" | "br" | "cite" | "code" | "del" | "dfn" | "em"
        | "font" | "i" | "img" | "input" | "ins" | "kbd" | "map" | "mark" | "meter" | "nobr" | "output" | "picture"
        | "progress" | "q" | "rb" | "rp" | "rt" | "rtc" | "ruby" | "s" | "samp" | "strike" | "strong" | "sub"
        | "sup" | "tt" | "u" | "var" | "wbr" | "area" | "slot" | "math" | "mi" | "mn" | "mo" | "mrow" | "msup"
        | "msub" | "mfrac" | "msqrt" | "mtext" | "mstyle" | "semantics" | "svg" | "link" | "meta" | "script"
        | "style" | "template" | "noscript" | "iframe" | "object" | "embed" | "video" | "audio" | "canvas"
        | "source" | "track" | "param" => Flow::Inline,
        // An element of the page's own making runs along, as in a browser.
        _ if name.contains('-') => Flow::Inline,
        _ => Flow::Block,
    }
}

/// Never shown: what browsers do not draw, and the reading aids over ruby.
fn never_shown(element: &Element, name: &str) -> bool {
    match name {
        "script" | "style" | "template" | "noscript" | "head" | "title" | "iframe" | "embed" | "video" | "audio"
        | "canvas" | "noframes" | "noembed" | "datalist" | "svg" | "rt" | "rp" | "rtc" | "annotation"
        | "annotation-xml" | "meta" | "link" => true,
        "dialog" => element.attr("open").is_none(),
        _ => false,
    }
}

/// Hidden by an attribute of the page.
fn hidden_by_page(element: &Element) -> bool {
    element.attrs.iter().any(|(key, value)| match key.local {
        local_name!("hidden") => &**value != "until-found" && !comes_by_stream(element),
        local_name!("style") => hides_by_style(value),
        local_name!("class") => value.split_ascii_whitespace().any(|c| SCREEN_READER_CLASSES.contains(&c)),
        _ => false,
    })
}

/// A part of the page that a server-side React streams behind the rest: its script moves it to its place at once.
fn comes_by_stream(element: &Element) -> bool {
    element.attr("id").is_some_and(|id| id.starts_with("S:"))
}

/// Classes by which common style sheets take text off the screen and leave it to screen readers.
const SCREEN_READER_CLASSES: &[&str] =
    &["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "element-invisible"];

/// `display: none` or `visibility: hidden` in a `style` attribute.
fn hides_by_style(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim();
        let value = value.get(..value.find(['!', ' ']).unwrap_or(value.len())).unwrap_or(value);
        match property.trim() {
            p if p.eq_ignore_ascii_case("display") => value.eq_ignore_ascii_case("none"),
            p if p.eq_ignore_ascii_case("visibility") => value.eq_ignore_ascii_case("hidden"),
            _ => false,
        }
    })
}

/// An inline element that the page sets as a block.
fn shown_as_block(element: &Element) -> bool {
    element.attr("style").is_some_and(|style| {
        style.split(';').any(|declaration| {
            declaration.split_once(':').is_some_and(|(property, value)| {
                property.trim().eq_ignore_ascii_case("display")
                    && ["block", "flex", "grid", "table", "list-item"].contains(&value.trim())
            })
        })
    })
}

#[cfg(test)]
mod tests;
