//! The title, without the name of the site behind it.

use super::{Page, bare, tidy};
use crate::model::BlockKind;

/// What stands between a title and the name of the site.
const SEPARATORS: [&str; 14] =
    [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " / ", " – ", "｜", "_", " : "];

/// The title that the page gives itself: the one that it also prints as its heading goes first.
pub(super) fn of(page: &Page<'_>, sitename: Option<&str>) -> Option<String> {
    let headings = headings(page);
    let declared: Vec<String> = [
        page.structured.headline.as_deref(),
        page.metas.first(&["og:title"]),
        page.metas.first(&["twitter:title", "dc.title", "dcterms.title", "citation_title", "headline", "title"]),
        page.marks.title.as_deref(),
    ]
    .into_iter()
    .flatten()
    .map(tidy)
    .filter(|t| !t.is_empty())
    .collect();
    // A heading that a declared title repeats, whole or in front of the site's name, is the title as printed.
    for title in &declared {
        let whole = bare(title);
        if let Some(heading) = headings.iter().find(|h| bare(h) == whole) {
            return Some(heading.clone());
        }
    }
    for title in &declared {
        let parts = parts(title);
        if let Some(heading) = headings.iter().find(|h| parts.iter().any(|p| bare(p) == bare(h)) && h.len() > 8) {
            return Some(heading.clone());
        }
    }
    let best = declared.first().map(|t| without_site(t, sitename, page.url)).filter(|t| !t.is_empty());
    best.or_else(|| headings_of(page, 1).into_iter().next())
}

/// First-level headings of the page, else second-level ones, in order.
fn headings(page: &Page<'_>) -> Vec<String> {
    let first = headings_of(page, 1);
    if first.is_empty() { headings_of(page, 2) } else { first }
}

fn headings_of(page: &Page<'_>, level: u8) -> Vec<String> {
    let blocks = page.blocks.iter().filter(|b| b.kind == BlockKind::Heading && b.level == Some(level));
    // A page has few; a page of hundreds is a list.
    blocks.take(20).map(|b| tidy(b.span.of(page.text))).collect()
}

/// The heading block that prints `title`.
pub(super) fn block_of(page: &Page<'_>, title: &str) -> Option<usize> {
    let wanted = bare(title);
    let is = |b: &crate::model::Block| b.kind == BlockKind::Heading && bare(b.span.of(page.text)) == wanted;
    let first_level = page.blocks.iter().position(|b| b.level == Some(1) && is(b));
    first_level.or_else(|| page.blocks.iter().position(is))
}

fn parts(title: &str) -> Vec<&str> {
    let mut parts = vec![title];
    for separator in SEPARATORS {
        parts = parts.into_iter().flat_map(|p| p.split(separator)).collect();
    }
    // Everything before the last separator is a part too: titles have dashes of their own.
    for separator in SEPARATORS {
        parts.extend(title.rsplit_once(separator).map(|(head, _)| head));
        parts.extend(title.split_once(separator).map(|(_, tail)| tail));
    }
    parts
}

/// The title up to the last separator, if what follows it names the site.
fn without_site(title: &str, sitename: Option<&str>, url: Option<&str>) -> String {
    let host = url.and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(bare)).unwrap_or_default();
    let site = sitename.map(bare).unwrap_or_default();
    let names_site = |part: &str| {
        let part = bare(part);
        !part.is_empty()
            && (part == site
                || (!site.is_empty() && (site.contains(&part) || part.contains(&site)) && part.len() > 3)
                || (part.len() > 3 && host.contains(&part)))
    };
    let mut title = title;
    // Section and site stand one behind the other at most twice.
    for _ in 0..2 {
        let split = SEPARATORS.iter().filter_map(|s| title.rfind(s).map(|at| (at, s.len()))).max();
        match split {
            Some((at, n)) if names_site(&title[at + n..]) => title = title[..at].trim(),
            _ => break,
        }
    }
    if let Some((at, n)) = SEPARATORS.iter().filter_map(|s| title.find(s).map(|at| (at, s.len()))).min()
        && names_site(&title[..at])
    {
        title = title[at + n..].trim();
    }
    title.to_string()
}
