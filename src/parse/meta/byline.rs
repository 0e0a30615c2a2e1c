//! Who wrote it: names, without the words and roles around them.

use super::marks::Mark;
use super::{Page, bare, tidy};

/// The authors' names joined by `; `.
pub(super) fn of(page: &Page<'_>) -> Option<String> {
    let from = |texts: Vec<String>| Some(names(&texts, page)).filter(|names| !names.is_empty());
    let has = |m: &Mark<'_>, key: &str| m.element.attr(key).is_some_and(|v| has_word(v, "author"));
    let names = from(page.structured.authors.clone())
        .or_else(|| from(declared(page)))
        .or_else(|| from(marked(page, |m| has(m, "itemprop"))))
        .or_else(|| from(marked(page, |m| has(m, "rel"))))
        .or_else(|| from(marked(page, is_byline)))?;
    Some(names.join("; "))
}

fn declared(page: &Page<'_>) -> Vec<String> {
    const KEYS: [&str; 12] = [
        "author",
        "article:author",
        "byl",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "citation_author",
        "dc.contributor",
        "authors",
        "og:article:author",
        "cxenseparse:author",
    ];
    let fields = KEYS.iter().map(|key| page.metas.all(key));
    fields
        .map(|f| f.iter().map(|s| tidy(s)).collect::<Vec<_>>())
        .find(|f| f.iter().any(|n| is_name(n)))
        .unwrap_or_default()
}

/// Texts of the elements that `is` accepts: those that stand nearest below the title, else the first.
fn marked(page: &Page<'_>, is: impl Fn(&Mark<'_>) -> bool) -> Vec<String> {
    let title_at = page.title_block.map_or(0, |i| page.blocks[i].span.start);
    let found = |from: u32| {
        let near = page.marks.elements.iter().filter(|m| !m.hidden && m.text.start >= from && is(m));
        let texts = near.map(|m| m.text.of(page.text)).filter(|t| !t.trim().is_empty() && t.len() <= MAX_BYLINE);
        texts.take(1).map(|t| t.lines().next().unwrap_or_default().to_string()).collect::<Vec<_>>()
    };
    let below = found(title_at);
    if below.is_empty() { found(0) } else { below }
}

/// Longest text of an element that is a byline, bytes: three names with roles fit, a biography does not.
const MAX_BYLINE: usize = 240;

fn is_byline(mark: &Mark<'_>) -> bool {
    let class = mark.element.attr("class").unwrap_or_default().to_ascii_lowercase();
    let id = mark.element.attr("id").unwrap_or_default().to_ascii_lowercase();
    let words = class.split_ascii_whitespace().chain([id.as_str()]);
    words.into_iter().any(|w| {
        let names = ["author", "byline", "writer"].iter().any(|n| w.contains(n));
        names && !["comment", "avatar", "image", "photo", "bio", "date", "social", "box"].iter().any(|n| w.contains(n))
    })
}

fn has_word(value: &str, word: &str) -> bool {
    value.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word))
}

/// The names in `texts`, each once.
fn names(texts: &[String], page: &Page<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for part in split(text) {
            let name = clean(&part);
            let new = !names.iter().any(|n| bare(n) == bare(&name));
            if new && is_name(&name) && !is_title(&name, page) {
                names.push(name);
            }
        }
    }
    names
}

fn is_title(name: &str, page: &Page<'_>) -> bool {
    page.title_block.is_some_and(|i| bare(page.blocks[i].span.of(page.text)) == bare(name))
}

fn split(text: &str) -> Vec<String> {
    let mut parts = vec![tidy(text)];
    for separator in
        [" and ", " und ", " et ", " & ", ";", ",", "、", "，", " | ", "／", " / ", " og ", " och ", " y ", " e "]
    {
        parts = parts.iter().flat_map(|p| p.split(separator).map(str::to_string).collect::<Vec<_>>()).collect();
    }
    parts
}

/// Words before a name.
const LEADS: [&str; 40] = [
    "by:",
    "by ",
    "written by",
    "posted by",
    "published by",
    "author:",
    "authors:",
    "autor:",
    "autorin:",
    "von ",
    "von:",
    "text:",
    "par ",
    "par:",
    "por ",
    "por:",
    "di ",
    "de ",
    "door ",
    "av ",
    "af ",
    "tekst:",
    "text by",
    "words by",
    "story by",
    "reported by",
    "автор:",
    "текст:",
    "作者：",
    "作者:",
    "記者：",
    "記者",
    "记者",
    "文／",
    "文/",
    "文：",
    "撰文：",
    "責任編輯：",
    "责任编辑：",
    "編輯：",
];

fn clean(part: &str) -> String {
    let mut name =
        part.trim().trim_matches(|c: char| matches!(c, '|' | '-' | '–' | '•' | '·' | ':' | '.' | '(' | ')')).trim();
    for _ in 0..2 {
        let lower = name.to_lowercase();
        let lead = LEADS.iter().find(|lead| lower.starts_with(**lead));
        // Lower case may change lengths; only then is the lead not cut.
        if let Some(rest) = lead.and_then(|lead| name.get(lead.len()..)) {
            name = rest.trim();
        }
    }
    name.to_string()
}

/// Looks like a name: letters, few words, no address.
fn is_name(name: &str) -> bool {
    let n_chars = name.chars().count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let odd =
        name.contains("://") || name.contains('@') || name.contains("www.") || name.contains(['{', '}', '<', '>']);
    (2..=60).contains(&n_chars) && letters * 2 > n_chars && !odd && name.split_whitespace().count() <= 7
}
