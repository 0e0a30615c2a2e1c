//! What the page's structured data (JSON-LD, schema.org) says about the article.

use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What one node says.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Structured {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub authors: Vec<String>,
    /// `Person` nodes that no article refers to.
    pub people: Vec<String>,
    pub publisher: Option<String>,
    pub section: Option<String>,
    pub tags: Vec<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub body: Option<String>,
    /// The name of a `WebSite` node.
    pub site: Option<String>,
    /// Types of all nodes, each once.
    pub sorts: Vec<String>,
}

/// Nodes looked at in one page; a page has a few, a catalogue some hundreds.
const MAX_NODES: usize = 2_000;

/// The article of the page: the node of the best type, the first of equals; what it does not say, the next ones may.
pub(super) fn read(scripts: &[String], url: Option<&str>) -> Structured {
    let roots: Vec<Value> = scripts.iter().filter_map(|s| parse(s)).collect();
    let mut nodes = Vec::new();
    for root in &roots {
        collect(root, 0, &mut nodes);
    }
    let people = people(&nodes);
    let mut ranked: Vec<(u8, usize)> =
        nodes.iter().enumerate().map(|(i, node)| (rank(node, url), i)).filter(|&(rank, _)| rank > 0).collect();
    ranked.sort_by_key(|&(rank, i)| (std::cmp::Reverse(rank), i));
    let sorts = sorts(&nodes);
    let posts = super::posts::posts(&nodes);
    let Some(&(best, main)) = ranked.first() else { return Structured { sorts, body: posts, ..Structured::default() } };
    let mut found = Structured { sorts, ..of_node(nodes[main], &people) };
    found.body = posts.or(found.body);
    // The page node around the article may know what the article node leaves out; a second article is another one.
    for &(_, i) in ranked.iter().filter(|&&(rank, _)| rank == RANK_PAGE && rank < best) {
        let page = of_node(nodes[i], &people);
        found.published = found.published.or(page.published);
        found.headline = found.headline.or(page.headline);
        found.language = found.language.or(page.language);
    }
    found.people =
        nodes.iter().filter(|n| has_type(n, |t| t == "Person")).filter_map(|n| text(n.get("name"))).take(1).collect();
    found.site = nodes
        .iter()
        .find(|n| has_type(n, |t| t == "WebSite"))
        .and_then(|n| text(n.get("name")))
        .or_else(|| found.publisher.clone());
    found
}

/// A picture or film is rarely the page, an article nearly always.
const RANK_MEDIA: u8 = 1;
const RANK_PAGE: u8 = 2;
const RANK_OTHER: u8 = 3;
const RANK_ARTICLE: u8 = 4;

fn rank(node: &Map<String, Value>, url: Option<&str>) -> u8 {
    let is_article = |t: &str| t.ends_with("Article") || t.ends_with("Posting") || t == "Report";
    let is_other = |t: &str| {
        matches!(
            t,
            "Recipe" | "Review" | "CreativeWork" | "Book" | "HowTo" | "Course" | "Product" | "Event" | "PodcastEpisode"
        )
    };
    if has_type(node, is_article) {
        let same = url.is_some_and(|url| names_url(node, url));
        RANK_ARTICLE + u8::from(same)
    } else if has_type(node, is_other) {
        RANK_OTHER
    } else if has_type(node, |t| t.ends_with("Page")) {
        RANK_PAGE
    } else if has_type(node, |t| t == "VideoObject" || t == "AudioObject") {
        RANK_MEDIA
    } else {
        0
    }
}

/// The node says that it is the page at `url`.
fn names_url(node: &Map<String, Value>, url: &str) -> bool {
    let bare = |u: &str| {
        let u = u.split(['#', '?']).next().unwrap_or_default();
        u.split_once("://").map_or(u, |(_, rest)| rest).trim_end_matches('/').trim_start_matches("www.").to_string()
    };
    let url = bare(url);
    let page = node.get("mainEntityOfPage");
    let ids = [
        node.get("url").and_then(Value::as_str),
        node.get("@id").and_then(Value::as_str),
        page.and_then(Value::as_str),
        page.and_then(|p| p.get("@id")).and_then(Value::as_str),
    ];
    ids.into_iter().flatten().any(|id| bare(id) == url)
}

/// JSON as scripts hold it: with comments or CDATA around, line feeds inside strings.
fn parse(script: &str) -> Option<Value> {
    let mut text = script.trim();
    for lead in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA["] {
        text = text.strip_prefix(lead).unwrap_or(text).trim_start();
    }
    for tail in ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", ";"] {
        text = text.strip_suffix(tail).unwrap_or(text).trim_end();
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let repaired = without_trailing_commas(&text.replace(|c: char| c.is_control(), " "));
    // The first value counts; what follows it is somebody's slip.
    serde_json::Deserializer::from_str(&repaired).into_iter::<Value>().next()?.ok()
}

/// `[1, 2, ]` → `[1, 2 ]`, outside strings.
fn without_trailing_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    // Where the last comma stands in `out`, while only blanks have followed it.
    let mut comma: Option<usize> = None;
    for c in text.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else {
            match c {
                '"' => (in_string, comma) = (true, None),
                ',' => comma = Some(out.len()),
                ']' | '}' => {
                    if let Some(at) = comma.take() {
                        out.truncate(at);
                    }
                }
                c if c.is_whitespace() => {}
                _ => comma = None,
            }
        }
        out.push(c);
    }
    out
}

/// The nodes of a graph that may speak of this page; lists of other pages are not entered.
fn collect<'v>(value: &'v Value, depth: usize, into: &mut Vec<&'v Map<String, Value>>) {
    // Real data nests four deep.
    if depth > 8 || into.len() >= MAX_NODES {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|v| collect(v, depth + 1, into)),
        Value::Object(node) => {
            into.push(node);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "hasPart", "author"] {
                if let Some(inner) = node.get(key) {
                    // Parts and authors of an article are not looked into for other articles.
                    if key != "hasPart" || !has_type(node, |t| t.ends_with("Article")) {
                        collect(inner, depth + 1, into);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Types that a page is told to be of; there are some hundred in all.
const MAX_SORTS: usize = 40;

fn sorts(nodes: &[&Map<String, Value>]) -> Vec<String> {
    let mut sorts: Vec<String> = Vec::new();
    for node in nodes {
        has_type(node, |t| {
            if sorts.len() < MAX_SORTS && !sorts.iter().any(|s| s == t) {
                sorts.push(t.to_string());
            }
            false
        });
    }
    sorts
}

pub(super) fn has_type(node: &Map<String, Value>, mut is: impl FnMut(&str) -> bool) -> bool {
    let bare = |t: &str| t.rsplit(['/', ':']).next().map(str::to_string).unwrap_or_default();
    match node.get("@type") {
        Some(Value::String(t)) => is(&bare(t)),
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).any(|t| is(&bare(t))),
        _ => false,
    }
}

/// Names by `@id`, for authors that are only referred to.
fn people(nodes: &[&Map<String, Value>]) -> BTreeMap<String, String> {
    let named = nodes.iter().filter_map(|n| Some((n.get("@id")?.as_str()?.to_string(), text(n.get("name"))?)));
    named.collect()
}

fn of_node(node: &Map<String, Value>, people: &BTreeMap<String, String>) -> Structured {
    let field = |name: &str| text(node.get(name));
    let mut authors = Vec::new();
    for key in ["author", "creator"] {
        if authors.is_empty() {
            names(node.get(key), people, 0, &mut authors);
        }
    }
    Structured {
        headline: field("headline").or_else(|| field("name")),
        published: field("datePublished").or_else(|| field("dateCreated")).or_else(|| field("uploadDate")),
        modified: field("dateModified"),
        authors,
        people: Vec::new(),
        publisher: node.get("publisher").and_then(|p| text(p.get("name"))),
        section: field("articleSection"),
        tags: tags(node.get("keywords")),
        description: field("description"),
        language: field("inLanguage").or_else(|| node.get("inLanguage").and_then(|l| text(l.get("alternateName")))),
        body: field("articleBody"),
        site: None,
        sorts: Vec::new(),
    }
}

/// A text, or the first of several. Entities are resolved: many writers escape twice.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(s) => {
            let s = unescape(s).trim().to_string();
            (!s.is_empty()).then_some(s)
        }
        Value::Array(items) => text(items.first()),
        Value::Number(n) => Some(n.to_string()),
        Value::Object(o) => text(o.get("@value")),
        _ => None,
    }
}

fn names(value: Option<&Value>, people: &BTreeMap<String, String>, depth: usize, into: &mut Vec<String>) {
    match value {
        Some(Value::Array(items)) if depth < 3 => items.iter().for_each(|v| names(Some(v), people, depth + 1, into)),
        Some(Value::String(_)) => into.extend(text(value)),
        // An office among people is where they work.
        Some(Value::Object(office))
            if depth > 0 && !into.is_empty() && has_type(office, |t| t.ends_with("Organization")) => {}
        Some(Value::Object(person)) => match text(person.get("name")) {
            Some(name) => into.push(name),
            None => into.extend(person.get("@id").and_then(Value::as_str).and_then(|id| people.get(id)).cloned()),
        },
        _ => {}
    }
}

fn tags(value: Option<&Value>) -> Vec<String> {
    let split = |s: &str| s.split([',', ';']).map(|t| unescape(t).trim().to_string()).collect::<Vec<_>>();
    let all: Vec<String> = match value {
        Some(Value::String(s)) => split(s),
        Some(Value::Array(items)) => items.iter().filter_map(|v| text(Some(v))).collect(),
        _ => Vec::new(),
    };
    all.into_iter().filter(|t| !t.is_empty()).collect()
}

/// Character references of HTML inside a string that is not HTML.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    // Through the page's own reader: one list of entities, not two.
    let mut out = String::new();
    for token in html5gum::Tokenizer::new(&text.replace('<', "&lt;")) {
        let Ok(html5gum::Token::String(s)) = token else { continue };
        out.push_str(&String::from_utf8_lossy(&s));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expected: Structured) {
        assert_eq!(read(&[script.to_string()], Some("https://a.b/c")), expected, "{script}");
    }

    #[test]
    fn the_article_node_speaks_and_its_page_adds_what_it_leaves_out() {
        check(
            r##"{"@graph":[{"@type":"WebPage","datePublished":"2020-06-07"},
                {"@type":["NewsArticle"],"headline":"Fish &amp; chips","author":{"@id":"#p"}},
                {"@type":"Person","@id":"#p","name":"Ann Lee"},
                {"@type":"WebSite","name":"Site"}]}"##,
            Structured {
                headline: Some("Fish & chips".to_string()),
                published: Some("2020-06-07".to_string()),
                authors: vec!["Ann Lee".to_string()],
                people: vec!["Ann Lee".to_string()],
                site: Some("Site".to_string()),
                sorts: ["WebPage", "NewsArticle", "Person", "WebSite"].map(str::to_string).to_vec(),
                ..Structured::default()
            },
        );
    }

    #[test]
    fn the_node_that_names_the_page_goes_before_others() {
        let other = r#"{"@type":"Article","headline":"Other","url":"https://a.b/x"}"#;
        let this = r#"{"@type":"Article","headline":"This","mainEntityOfPage":{"@id":"http://www.a.b/c/"}}"#;
        let found = read(&[other.to_string(), this.to_string()], Some("https://a.b/c?x"));
        assert_eq!(found.headline.as_deref(), Some("This"));
    }

    #[test]
    fn broken_json_is_mended() {
        let script = "<!-- {\"@type\":\"Article\",\"headline\":\"two\nlines\",\"keywords\":[\"a\",\"b\",],} -->";
        let found = read(&[script.to_string()], None);
        assert_eq!(found.headline.as_deref(), Some("two lines"));
        assert_eq!(found.tags, ["a", "b"]);
    }

    #[test]
    fn deep_and_odd_json_is_no_harm() {
        for script in ["[".repeat(100_000), "{\"@graph\":".repeat(1_000), "null".to_string(), String::new()] {
            assert_eq!(read(&[script], None), Structured::default());
        }
    }
}
