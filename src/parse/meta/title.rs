//! The title, without the name of the site behind it.

use super::{Page, bare, clip, tidy};
use crate::model::BlockKind;
use std::collections::BTreeSet;

/// What stands between a title and the name of the site.
const SEPARATORS: [&str; 15] =
    [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", " › ", " / ", "｜", "_", " : ", ": "];

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
    .map(|title| clip(&tidy(title)))
    .filter(|t| !t.is_empty())
    .collect();
    // A heading that a declared title repeats, whole or beside the site's name, is the title as printed.
    let printed = |part: &str| {
        let part = bare(part);
        headings.iter().find(|h| !part.is_empty() && bare(h) == part).cloned()
    };
    let site = Site::of(page, sitename);
    let whole = declared.iter().find_map(|t| printed(t));
    let head = || declared.iter().flat_map(|t| heads(t)).find_map(printed);
    let tail = || declared.iter().flat_map(|t| tails(t)).filter(|part| !site.is_named(part)).find_map(printed);
    if let Some(title) = whole.or_else(head).or_else(tail).filter(|t| !site.is_named(t) || declared.is_empty()) {
        return Some(title);
    }
    let best = declared.first().map(|t| without_site(t, &site)).filter(|t| !t.is_empty());
    best.or_else(|| headings_of(page, 1).into_iter().next())
}

/// Headings of the first three levels, the first level first.
fn headings(page: &Page<'_>) -> Vec<String> {
    (1..=3).flat_map(|level| headings_of(page, level)).collect()
}

fn headings_of(page: &Page<'_>, level: u8) -> Vec<String> {
    let blocks = page.blocks.iter().filter(|b| b.kind == BlockKind::Heading && b.level == Some(level));
    // A page has few; a page of hundreds is a list.
    blocks.take(20).map(|b| clip(&tidy(b.span.of(page.text)))).collect()
}

/// The heading block that prints `title`.
pub(super) fn block_of(page: &Page<'_>, title: &str) -> Option<usize> {
    let wanted = bare(title);
    let is =
        |b: &crate::model::Block| b.kind == BlockKind::Heading && bare(&clip(&tidy(b.span.of(page.text)))) == wanted;
    let first_level = page.blocks.iter().position(|b| b.level == Some(1) && is(b));
    first_level.or_else(|| page.blocks.iter().position(is))
}

/// The heading that shares most words with `title`, if it is half of them.
pub(super) fn like(page: &Page<'_>, title: &str) -> Option<usize> {
    let words =
        |text: &str| -> BTreeSet<String> { text.split_whitespace().map(bare).filter(|w| !w.is_empty()).collect() };
    let wanted = words(title);
    let headings = page.blocks.iter().enumerate().filter(|(_, b)| b.kind == BlockKind::Heading).take(MAX_HEADINGS);
    let shared = headings.filter_map(|(i, b)| {
        let n = words(&clip(b.span.of(page.text))).intersection(&wanted).count();
        (n >= MIN_SHARED && 2 * n >= wanted.len()).then_some((n, std::cmp::Reverse(i)))
    });
    shared.max().map(|(_, i)| i.0)
}

/// Words that a heading shares with a title that it words in another way, at least: two stand in anything.
const MIN_SHARED: usize = 3;
/// Headings that are compared: a page of more is a list.
const MAX_HEADINGS: usize = 60;

/// What stands before a separator, the longest first.
fn heads(title: &str) -> Vec<&str> {
    let mut heads: Vec<&str> =
        SEPARATORS.iter().flat_map(|s| title.match_indices(s).map(|(at, _)| &title[..at])).collect();
    heads.sort_by_key(|part| std::cmp::Reverse(part.len()));
    heads
}

/// What stands behind a separator, the longest first.
fn tails(title: &str) -> Vec<&str> {
    let mut tails: Vec<&str> =
        SEPARATORS.iter().flat_map(|s| title.match_indices(s).map(|(at, s)| &title[at + s.len()..])).collect();
    tails.sort_by_key(|part| std::cmp::Reverse(part.len()));
    tails
}

/// How the site is called, for telling its name from a title.
struct Site {
    name: String,
    host: String,
    /// The host's parts that may be a name: `example` of `www.example.co.uk`.
    labels: Vec<String>,
}

/// Shortest name that is looked for inside other words, bytes: shorter ones stand in everything.
const MIN_NAME: usize = 4;

impl Site {
    fn of(page: &Page<'_>, sitename: Option<&str>) -> Site {
        let host = page.url.and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_string));
        let host = host.unwrap_or_default();
        let above = host.rsplit_once('.').map_or("", |(above, _)| above);
        let labels = above.split('.').map(bare).filter(|label| label.len() >= MIN_NAME).collect();
        Site { name: sitename.map(bare).unwrap_or_default(), host: bare(&host), labels }
    }

    fn is_named(&self, part: &str) -> bool {
        let part = bare(part);
        let within = |a: &str, b: &str| b.len() >= MIN_NAME && a.contains(b);
        // A title may hold the site's name; the name with a word or two around it is still the name.
        let around = |name: &str| within(&part, name) && part.len() <= 2 * name.len() + MIN_NAME;
        !part.is_empty() && (part == self.name || within(&self.name, &part) || within(&self.host, &part))
            || around(&self.name)
            || self.labels.iter().any(|label| around(label))
    }
}

/// The title without what names the site before its first or behind its last separator.
fn without_site(title: &str, site: &Site) -> String {
    let mut title = title;
    // Section and site stand one behind the other at most twice.
    for _ in 0..2 {
        let split = SEPARATORS.iter().filter_map(|s| title.rfind(s).map(|at| (at, s.len()))).max();
        match split {
            Some((at, n)) if site.is_named(&title[at + n..]) => title = title[..at].trim(),
            _ => break,
        }
    }
    if let Some((at, n)) = SEPARATORS.iter().filter_map(|s| title.find(s).map(|at| (at, s.len()))).min()
        && site.is_named(&title[..at])
    {
        title = title[at + n..].trim();
    }
    title.to_string()
}
