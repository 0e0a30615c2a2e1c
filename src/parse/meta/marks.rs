//! The elements that metadata is read from, noted while the page is walked.

use crate::model::Span;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

type NodeRef<'a> = ego_tree::NodeRef<'a, Node>;

/// An element of the page that may tell a date, an author or a title, and its text's place.
pub(in crate::parse) struct Mark<'a> {
    pub element: &'a Element,
    /// Place in the text of the page.
    pub text: Span,
    pub hidden: bool,
}

/// All of them, in order of the page.
#[derive(Default)]
pub(in crate::parse) struct Marks<'a> {
    /// `<meta>`, anywhere.
    pub metas: Vec<&'a Element>,
    /// `<link>`, anywhere.
    pub links: Vec<&'a Element>,
    /// The first `<title>` of the page.
    pub title: Option<String>,
    /// Texts of `<script type="application/ld+json">`.
    pub structured: Vec<String>,
    /// The text nodes of `structured`.
    pub structured_nodes: Vec<ego_tree::NodeId>,
    /// The text nodes of all other scripts.
    pub script_nodes: Vec<ego_tree::NodeId>,
    /// The text nodes of `<noscript>`.
    pub noscript_nodes: Vec<ego_tree::NodeId>,
    /// `lang` of the first element that has one.
    pub language: Option<&'a str>,
    /// Elements in the body.
    pub elements: Vec<Mark<'a>>,
    // Invariant: indices into `elements`, innermost last.
    open: Vec<usize>,
}

impl<'a> Marks<'a> {
    /// Notes the element if it may tell something. True: `close` must be called at its end.
    pub fn open(&mut self, element: &'a Element, name: &str, node: NodeRef<'a>, at: usize, hidden: bool) -> bool {
        if self.language.is_none() && matches!(name, "html" | "body" | "article") {
            self.language = element.attr("lang").or_else(|| element.attr("xml:lang")).filter(|l| !l.trim().is_empty());
        }
        match name {
            "meta" => self.metas.push(element),
            "link" => self.links.push(element),
            "title" if self.title.is_none() && &*element.name.ns == "http://www.w3.org/1999/xhtml" => {
                self.title = Some(text_of(node));
            }
            "script" if element.attr("type").is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json")) => {
                self.structured.push(text_of(node));
                self.structured_nodes.extend(node.first_child().map(|text| text.id()));
            }
            "script" => self.script_nodes.extend(node.first_child().map(|text| text.id())),
            "noscript" => self.noscript_nodes.extend(node.first_child().map(|text| text.id())),
            _ => {}
        }
        let tells = matches!(name, "time" | "h1" | "h2" | "address")
            || element.attrs.iter().any(|(key, value)| match key.local {
                local_name!("itemprop") | local_name!("rel") | local_name!("datetime") => true,
                local_name!("class") | local_name!("id") => tells_something(value),
                _ => &*key.local == "pubdate",
            });
        if tells && !matches!(name, "html" | "body" | "meta" | "link") {
            self.open.push(self.elements.len());
            self.elements.push(Mark { element, text: Span::new(at, at), hidden });
        }
        tells && !matches!(name, "html" | "body" | "meta" | "link")
    }

    /// The element that was opened last and is still open ends at byte `at` of the text.
    pub fn close(&mut self, at: usize) {
        if let Some(i) = self.open.pop() {
            let start = self.elements[i].text.start as usize;
            self.elements[i].text = Span::new(start, at.max(start));
        }
    }
}

/// A class or id that speaks of an author or a date.
fn tells_something(value: &str) -> bool {
    let bytes = value.as_bytes();
    (0..bytes.len()).any(|at| {
        let words: &[&str] = match bytes[at] | 0x20 {
            b'a' => &["author", "autor"],
            b'b' => &["byline"],
            b'c' => &["creator"],
            b'd' => &["date", "datum"],
            b'm' => &["meta"],
            b'p' => &["publish", "posted"],
            b'r' => &["reporter"],
            b't' => &["time"],
            b'u' => &["username"],
            b'w' => &["writer"],
            _ => &[],
        };
        words.iter().any(|w| bytes.get(at..at + w.len()).is_some_and(|b| b.eq_ignore_ascii_case(w.as_bytes())))
    })
}

fn text_of(node: NodeRef<'_>) -> String {
    node.children().filter_map(|c| c.value().as_text()).map(|t| &**t).collect()
}
