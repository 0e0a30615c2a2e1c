//! What a page says about itself: title, author, date, language, site. What its container declared goes first.

mod byline;
pub(super) mod dates;
mod lines;
pub(super) mod marks;
mod posts;
mod published;
mod structured;
mod title;
pub(super) mod words;

use crate::model::{Block, Document, Meta};
use dates::{DateReader, Order};
use marks::Marks;
use scraper::node::Element;
use std::collections::BTreeMap;
use structured::Structured;
use words::Words;

/// Everything that the parts of metadata are read from.
struct Page<'p> {
    marks: &'p Marks<'p>,
    metas: Metas<'p>,
    structured: Structured,
    /// The page as it came in.
    source: &'p str,
    text: &'p str,
    blocks: &'p [Block],
    url: Option<&'p str>,
    sitename: Option<&'p str>,
    /// Index of the block that prints the title.
    title_block: Option<usize>,
    /// Index of the heading that comes nearest to the title, where none prints it.
    likely_title: Option<usize>,
}

impl Page<'_> {
    /// The mark stands where a page speaks of other things.
    fn is_aside(&self, mark: &marks::Mark<'_>) -> bool {
        let after = self.blocks.partition_point(|b| b.span.end <= mark.text.start);
        self.blocks.get(after).is_some_and(|block| self.is_aside_block(block))
    }

    /// The block stands among comments, related articles or references, and the title does not.
    fn is_aside_block(&self, block: &Block) -> bool {
        // The page and its body carry words for everything that is somewhere on it; so does what holds the title too.
        let title = self.title_block.map_or("", |i| self.blocks[i].path.as_str());
        let shared = block.path.split('/').zip(title.split('/')).take_while(|(a, b)| a == b).count();
        let path = block.path.to_ascii_lowercase();
        let mut words = path.split('/').skip(shared.max(2)).flat_map(|part| part.split(['#', '.']));
        words.any(|word| ASIDE.iter().any(|a| word.contains(a)) && !AROUND.iter().any(|a| word.contains(a)))
    }
}

/// Names, ids and classes of elements that are not about the article.
const ASIDE: [&str; 5] = ["comment", "kommentar", "related", "recommend", "references"];
/// What tells in such a word that the element only stands beside one or around everything.
const AROUND: [&str; 11] =
    ["wrap", "has", "with", "no-", "content", "layout", "page", "open", "count", "left", "right"];

/// `<meta>` fields by lower-case name, property or itemprop, in order of the page.
struct Metas<'p>(BTreeMap<String, Vec<&'p str>>);

impl<'p> Metas<'p> {
    fn of(elements: &[&'p Element]) -> Metas<'p> {
        let mut fields: BTreeMap<String, Vec<&'p str>> = BTreeMap::new();
        for element in elements {
            // Some pages write `value`.
            let content = element.attr("content").or_else(|| element.attr("value")).map(str::trim);
            let Some(content) = content.filter(|c| !c.is_empty()) else { continue };
            for key in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(key) = element.attr(key) {
                    fields.entry(key.trim().to_ascii_lowercase()).or_default().push(content);
                }
            }
        }
        Metas(fields)
    }

    /// The first field of these names that is there.
    fn first(&self, keys: &[&str]) -> Option<&'p str> {
        keys.iter().find_map(|key| self.0.get(*key)).and_then(|all| all.first()).copied()
    }

    fn all(&self, key: &str) -> &[&'p str] {
        self.0.get(key).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Fills what `document.meta` does not hold yet, and `document.language`. `source` is the page as it came in.
pub(super) fn fill(document: &mut Document, source: &str, marks: &Marks<'_>, words: &Words) {
    let structured = structured::read(&marks.structured, document.url.as_deref());
    let metas = Metas::of(&marks.metas);
    let declared = document.meta.language.clone().or_else(|| declared_language(marks, &metas, &structured));
    let language = super::language::of(&document.text, declared.as_deref(), &words.detector);
    let site = metas.first(&["og:site_name", "application-name", "al:ios:app_name", "twitter:app:name:iphone"]);
    let sitename = site.map(tidy).or_else(|| structured.site.clone()).filter(|s| !s.is_empty());

    let mut page = Page {
        marks,
        metas,
        structured,
        source,
        text: &document.text,
        blocks: &document.blocks,
        url: document.url.as_deref(),
        sitename: sitename.as_deref(),
        title_block: None,
        likely_title: None,
    };
    let title = title::of(&page, sitename.as_deref());
    page.title_block = title.as_deref().and_then(|t| title::block_of(&page, t));
    page.likely_title = title.as_deref().filter(|_| page.title_block.is_none()).and_then(|t| title::like(&page, t));
    let primary = language.as_deref().and_then(|l| l.split('-').next()).unwrap_or_default().to_string();
    let reader = DateReader { words, language: &primary, order: order(declared.as_deref(), &primary, page.url) };
    let found = Meta {
        byline: byline::of(&page, &words.byline),
        published: published::of(&page, &reader),
        language: declared,
        canonical: canonical(&page),
        description: page
            .metas
            .first(&["og:description", "description", "twitter:description", "dc.description"])
            .map(tidy)
            .or_else(|| page.structured.description.clone()),
        section: page.metas.first(&["article:section"]).map(tidy).or_else(|| page.structured.section.clone()),
        tags: tags(&page),
        body: page.structured.body.clone(),
        sorts: sorts(&page),
        title,
        sitename: None,
    };
    let found = Meta { sitename: page.sitename.map(str::to_string), ..found };
    let title_block = page.title_block;
    document.language = language;
    document.meta = with_declared(std::mem::take(&mut document.meta), found);
    if let Some(i) = title_block {
        document.blocks[i].kind = crate::model::BlockKind::Title;
    }
    lines::label(document, title_block, &reader);
}

/// The body of the article that structured data carries, and the text node of the script that holds it.
pub(super) fn structured_body(marks: &Marks<'_>) -> Option<(String, ego_tree::NodeId)> {
    let bodies = marks.structured.iter().zip(&marks.structured_nodes);
    let found = bodies.filter_map(|(script, node)| {
        let body = structured::read(std::slice::from_ref(script), None).body?;
        Some((body, *node))
    });
    found.max_by_key(|(body, _)| body.len())
}

/// What the container declared, the rest as found.
fn with_declared(declared: Meta, found: Meta) -> Meta {
    Meta {
        title: declared.title.or(found.title),
        byline: declared.byline.or(found.byline),
        published: declared.published.or(found.published),
        language: declared.language.or(found.language),
        sitename: declared.sitename.or(found.sitename),
        canonical: declared.canonical.or(found.canonical),
        description: declared.description.or(found.description),
        section: declared.section.or(found.section),
        tags: if declared.tags.is_empty() { found.tags } else { declared.tags },
        body: declared.body.or(found.body),
        sorts: found.sorts,
    }
}

fn declared_language(marks: &Marks<'_>, metas: &Metas<'_>, structured: &Structured) -> Option<String> {
    let tags = [
        marks.language,
        metas.first(&["content-language", "language", "dc.language", "og:locale"]),
        structured.language.as_deref(),
    ];
    tags.into_iter().flatten().find_map(super::language::tag)
}

/// What sort of page this is, by its own word.
fn sorts(page: &Page<'_>) -> Vec<String> {
    let open_graph = page.metas.first(&["og:type"]).map(|t| format!("og:{}", tidy(t).to_lowercase()));
    page.structured.sorts.iter().cloned().chain(open_graph).collect()
}

fn canonical(page: &Page<'_>) -> Option<String> {
    let is_canonical = |link: &&&Element| link.attr("rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical"));
    let link = page.marks.links.iter().find(is_canonical).and_then(|l| l.attr("href"));
    let given = link.or_else(|| page.metas.first(&["og:url"]))?.trim();
    let absolute = match page.url.and_then(|u| url::Url::parse(u).ok()) {
        Some(base) => base.join(given).ok()?,
        None => url::Url::parse(given).ok()?,
    };
    matches!(absolute.scheme(), "http" | "https").then(|| absolute.to_string())
}

fn tags(page: &Page<'_>) -> Vec<String> {
    let mut tags: Vec<String> = page.metas.all("article:tag").iter().map(|t| tidy(t)).collect();
    if tags.is_empty() {
        tags.clone_from(&page.structured.tags);
    }
    if tags.is_empty() {
        let keywords = page.metas.first(&["keywords", "news_keywords", "parsely-tags", "sailthru.tags"]);
        tags = keywords.unwrap_or_default().split([',', ';', '、', '，']).map(tidy).collect();
    }
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|t| !t.is_empty() && seen.insert(t.to_lowercase()));
    tags
}

/// Month first where American English is written, unless the address says that it is not American.
fn order(declared: Option<&str>, primary: &str, url: Option<&str>) -> Order {
    const DAY_FIRST: [&str; 13] = ["uk", "au", "nz", "ie", "in", "za", "sg", "my", "ng", "ke", "pk", "eu", "hk"];
    let region = declared.and_then(|d| d.split('-').next_back()).filter(|r| r.len() == 2 && *r != primary);
    let host = url.and_then(|u| url::Url::parse(u).ok()).and_then(|u| u.host_str().map(str::to_string));
    let top = host.as_deref().and_then(|h| h.rsplit('.').next()).unwrap_or_default().to_string();
    let american = match region {
        Some(region) => matches!(region, "US" | "PH"),
        None => primary == "en" && !DAY_FIRST.contains(&top.as_str()),
    };
    // `en-GB` is declared in earnest; `en-US` is many systems' default.
    if american && !DAY_FIRST.contains(&top.as_str()) { Order::MonthFirst } else { Order::DayFirst }
}

/// Blanks collapsed, references resolved.
fn tidy(text: &str) -> String {
    structured::unescape(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Longest title or list of names, bytes: what is longer is compared piece by piece and would cost its square.
const MAX_TEXT: usize = 1_000;

/// `text`, cut where it is longer than any title.
fn clip(text: &str) -> String {
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text[..end].to_string()
}

/// The form in which two texts are compared: letters and digits, lower case.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
