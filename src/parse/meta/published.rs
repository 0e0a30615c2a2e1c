//! When it was published: machine dates first, then the address, then what is printed near the title.

use super::Page;
use super::dates::{DateReader, in_url};
use super::marks::Mark;
use crate::model::Published;
use crate::model::edtf::{Edtf, Point};

/// The day of publication and where it was found.
pub(super) fn of(page: &Page<'_>, reader: &DateReader<'_>) -> Option<Published> {
    let field = |text: Option<&str>| text.and_then(|t| reader.of_field(t));
    let sources: [(&str, &dyn Fn() -> Option<Point>); 9] = [
        ("json-ld", &|| field(page.structured.published.as_deref())),
        ("meta", &|| PUBLISHED.iter().find_map(|key| field(page.metas.first(&[key])))),
        ("time", &|| marked(page, reader, is_published)),
        ("url", &|| page.url.and_then(in_url)),
        ("time", &|| marked(page, reader, |m| m.element.name() == "time")),
        ("text", &|| marked(page, reader, is_dated)),
        ("text", &|| near_title(page, reader)),
        ("json-ld", &|| field(page.structured.modified.as_deref())),
        ("meta", &|| MODIFIED.iter().find_map(|key| field(page.metas.first(&[key])))),
    ];
    let (basis, day) = sources.iter().find_map(|(basis, source)| source().map(|day| (basis, day)))?;
    Some(Published { date: Edtf::One(day), basis: (*basis).to_string() })
}

/// Fields of `<meta>` that hold the day of publication, the most exact first.
const PUBLISHED: [&str; 32] = [
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "article:publicationdate",
    "article_date_original",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "publish-date",
    "publish_date",
    "published_date",
    "publishdate",
    "published_time",
    "pubdate",
    "publication_date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "displaydate",
    "date",
    "datecreated",
    "timestamp",
    "ptime",
    "article.published",
];

/// Fields that hold the day of the last change.
const MODIFIED: [&str; 8] = [
    "article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
];

fn is_published(mark: &Mark<'_>) -> bool {
    let prop = mark.element.attr("itemprop").unwrap_or_default().to_ascii_lowercase();
    let class = mark.element.attr("class").unwrap_or_default().to_ascii_lowercase();
    prop.contains("datepublished")
        || prop.contains("datecreated")
        || mark.element.attr("pubdate").is_some()
        || (mark.element.name() == "time" && (class.contains("publish") || class.contains("entry-date")))
}

fn is_dated(mark: &Mark<'_>) -> bool {
    let value = |name: &str| mark.element.attr(name).unwrap_or_default().to_ascii_lowercase();
    let words = value("class") + " " + &value("id");
    let is = ["date", "publish", "posted", "time", "byline", "meta"].iter().any(|w| words.contains(w));
    is && !["update", "modif", "comment", "related", "sidebar"].iter().any(|w| words.contains(w))
}

/// The day that the first element of those that `is` accepts holds, below the title if there is one.
fn marked(page: &Page<'_>, reader: &DateReader<'_>, is: impl Fn(&Mark<'_>) -> bool) -> Option<Point> {
    let title_at = page.title_block.map_or(0, |i| page.blocks[i].span.start);
    let days = |from: u32, to: u32| {
        let marks = page.marks.elements.iter().filter(|m| (from..to).contains(&m.text.start) && is(m));
        // A page with hundreds of dated elements is a list of pages.
        marks.take(40).find_map(|m| day_of(m, page, reader))
    };
    days(title_at, u32::MAX).or_else(|| days(0, title_at))
}

fn day_of(mark: &Mark<'_>, page: &Page<'_>, reader: &DateReader<'_>) -> Option<Point> {
    let attribute = ["datetime", "content", "data-datetime", "data-date"].iter().find_map(|a| mark.element.attr(a));
    let text = mark.text.of(page.text);
    attribute
        .and_then(|a| reader.of_field(a))
        .or_else(|| (text.len() <= MAX_DATE_TEXT).then(|| reader.first(text).map(|(day, _)| day)).flatten())
}

/// Longest text of an element that is a date line, bytes.
const MAX_DATE_TEXT: usize = 200;
/// Blocks below and above the title in which a date line is looked for.
const NEAR_BELOW: usize = 15;
const NEAR_ABOVE: usize = 4;

/// The first day printed in a short block near the title.
fn near_title(page: &Page<'_>, reader: &DateReader<'_>) -> Option<Point> {
    let title = page.title_block?;
    let below = (title + 1..page.blocks.len()).take(NEAR_BELOW);
    let above = (title.saturating_sub(NEAR_ABOVE)..title).rev();
    below.chain(above).find_map(|i| {
        let text = page.blocks[i].span.of(page.text);
        (text.len() <= MAX_DATE_TEXT).then(|| reader.first(text)).flatten().map(|(day, _)| day)
    })
}
