//! Pages that show next to nothing before their scripts run: their text is sought where they keep it.

use super::bridge::{self, Page};
use super::html::{self, Body, Hiding};
use super::links::Home;
use super::meta::structured_body;
use super::state;
use crate::config::ParseConfig;
use crate::model::{Block, Piece, Span};

/// Prose of a page, bytes, below which it shows next to nothing: two sentences.
const MIN_PROSE: usize = 300;
/// Shortest block that counts as prose, bytes.
const MIN_BLOCK: usize = 80;
/// Paragraphs that make hidden text an article: a notice or a form that waits for its click has fewer.
const MIN_PARAGRAPHS: usize = 3;

/// The body of `page` (made from `source`), and the flag that tells where it was found if the page does not show it.
pub(super) fn body<'p>(
    page: &'p Page,
    source: &str,
    home: Home<'_>,
    config: &ParseConfig,
) -> (Body<'p>, Option<&'static str>) {
    let mut body = html::body(page, source.len(), home, Hiding::Kept);
    let shown = prose(&body);
    if shown >= MIN_PROSE {
        return (body, None);
    }
    let enough = (2 * shown).max(MIN_PROSE);
    if shown == 0 {
        let lifted = html::body(page, source.len(), home, Hiding::Lifted);
        let n_paragraphs = lifted.blocks.iter().filter(|b| is_prose(b)).count();
        if prose(&lifted) >= enough && n_paragraphs >= MIN_PARAGRAPHS {
            return (lifted, Some("text-hidden"));
        }
    }
    let noscript = noscript(page, &body, source, config);
    if noscript.iter().map(|(at, page)| prose(&html::body(page, *at, home, Hiding::Kept))).sum::<usize>() >= enough {
        for (at, inner) in &noscript {
            let found = html::body(inner, source.len(), home, Hiding::Kept);
            append(&mut body, found, "noscript", |span| Span {
                start: span.start + *at as u32,
                end: span.end + *at as u32,
            });
        }
        return (body, Some("text-noscript"));
    }
    if let Some((text, script)) = structured_body(&body.marks).filter(|(text, _)| text.len() >= enough) {
        let place = place(page, script).unwrap_or_default();
        let inner = bridge::page(&lines_as_paragraphs(&text), config);
        append(&mut body, html::body(&inner, text.len(), home, Hiding::Kept), "script", |_| place);
        return (body, Some("text-json-ld"));
    }
    let states = body.marks.script_nodes.iter().filter_map(|node| place(page, *node));
    let texts = states.filter_map(|place| Some((state::text(source.get(place.range())?)?, place)));
    // The longest, the first of equals.
    if let Some((text, place)) = texts.reduce(|best, next| if next.0.len() > best.0.len() { next } else { best }) {
        let inner = bridge::page(&lines_as_paragraphs(&text), config);
        let found = html::body(&inner, text.len(), home, Hiding::Kept);
        if prose(&found) >= enough && found.blocks.iter().filter(|b| is_prose(b)).count() >= MIN_PARAGRAPHS {
            append(&mut body, found, "script", |_| place);
            return (body, Some("text-script"));
        }
    }
    (body, None)
}

/// Where a text node stands in the source.
fn place(page: &Page, node: ego_tree::NodeId) -> Option<Span> {
    page.pieces(node).iter().map(|p| p.source).reduce(Span::hull)
}

/// Bytes of running text.
fn prose(body: &Body<'_>) -> usize {
    body.blocks.iter().filter(|b| is_prose(b)).map(|b| b.span.len()).sum()
}

fn is_prose(block: &Block) -> bool {
    block.span.len() >= MIN_BLOCK && (block.linked as usize) * 2 < block.span.len()
}

/// The pages inside `<noscript>`, with the byte where each begins.
fn noscript(page: &Page, body: &Body<'_>, source: &str, config: &ParseConfig) -> Vec<(usize, Page)> {
    let places = body.marks.noscript_nodes.iter().filter_map(|node| {
        let place = place(page, *node)?;
        source.get(place.range()).map(|inner| (place.start as usize, inner))
    });
    places.map(|(at, inner)| (at, bridge::page(inner, config))).collect()
}

/// As HTML what was written as HTML or as lines.
fn lines_as_paragraphs(text: &str) -> String {
    if text.contains("</p>") || text.contains("<br") {
        return text.to_string();
    }
    text.lines().map(|line| format!("<p>{}</p>", line.replace('&', "&amp;").replace('<', "&lt;"))).collect()
}

/// Adds the blocks of `found` behind those of `body`, under an element named `name`.
fn append(body: &mut Body<'_>, found: Body<'_>, name: &str, place: impl Fn(Span) -> Span) {
    if !body.text.is_empty() {
        body.text.push('\n');
    }
    let at = body.text.len() as u32;
    let moved = |span: Span| Span { start: span.start + at, end: span.end + at };
    body.text.push_str(&found.text);
    body.pieces.extend(found.pieces.iter().map(|p| Piece { text: moved(p.text), source: place(p.source) }));
    body.blocks.extend(found.blocks.into_iter().map(|block| {
        let inner = block.path.strip_prefix("html/body").unwrap_or(&block.path).to_string();
        // The first one shares nothing; the others share one element more.
        let shared = if block.shared < 2 { block.shared } else { block.shared + 1 };
        Block { span: moved(block.span), path: format!("html/body/{name}{inner}"), shared, ..block }
    }));
}
