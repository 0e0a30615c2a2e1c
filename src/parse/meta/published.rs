//! When it was published: what the page declares and prints near its title, then the address, then whatever else
//! speaks of a day.

use super::Page;
use super::dates::{DateReader, has_digit, in_url, utc_hour};
use super::marks::Mark;
use crate::model::edtf::{Edtf, Point};
use crate::model::{BlockKind, Published};
use aho_corasick::AhoCorasick;
use std::ops::Range;

/// The day of publication and where it was found.
pub(super) fn of(page: &Page<'_>, reader: &DateReader<'_>) -> Option<Published> {
    let search = Search { page, reader };
    let stages = [Search::declared, Search::near, Search::elsewhere, Search::fallback];
    let (basis, day) = stages.iter().find_map(|stage| stage(&search))?;
    Some(Published { date: Edtf::One(day), basis: basis.to_string() })
}

/// Where it was found, and the day.
type Found = (&'static str, Point);

struct Search<'s, 'p> {
    page: &'s Page<'p>,
    reader: &'s DateReader<'s>,
}

impl Search<'_, '_> {
    /// What the page declares for machines. Two that differ are settled by what the page prints; and where it prints
    /// another day as its own, that one counts: declared days are often those of a move to another system.
    fn declared(&self) -> Option<Found> {
        let structured = self.page.structured.published.as_deref();
        let days = [("json-ld", self.field(structured)), ("meta", self.field(self.published_meta()))]
            .map(|(basis, day)| Some((basis, day?)));
        let found = match days {
            [Some(a), Some(b)] if a.1 != b.1 => Some(if self.near_title() == Some(b.1) { b } else { a }),
            [a, b] => a.or(b),
        }?;
        let printed = self.date_line().filter(|day| *day != found.1 && !is_next_to(*day, found.1));
        Some(printed.map_or(found, |day| ("text", day)))
    }

    /// What stands near the title, and in the address.
    fn near(&self) -> Option<Found> {
        let near = self.surroundings();
        let time = |is: fn(&Mark<'_>) -> bool| near.clone().and_then(|near| self.marked(is, near));
        time(is_published)
            .or_else(|| time(is_time))
            .map(|day| ("time", day))
            .or_else(|| self.page.url.and_then(in_url).map(|day| ("url", day)))
            .or_else(|| self.near_title().map(|day| ("text", day)))
    }

    /// What stands anywhere in the page, and fields that often hold something else.
    fn elsewhere(&self) -> Option<Found> {
        self.anywhere(is_published)
            .or_else(|| self.anywhere(is_time))
            .map(|day| ("time", day))
            .or_else(|| self.field(self.first_meta(&WEAK)).map(|day| ("meta", day)))
            .or_else(|| self.anywhere(is_dated).map(|day| ("text", day)))
    }

    /// The day of the last change, and days in lines that speak of publishing.
    fn fallback(&self) -> Option<Found> {
        let printed = |text: Option<&str>| text.and_then(|t| self.reader.first(t)).map(|(day, _)| ("text", day));
        self.field(self.page.structured.modified.as_deref())
            .map(|day| ("json-ld", day))
            .or_else(|| self.field(self.first_meta(&MODIFIED)).map(|day| ("meta", day)))
            .or_else(|| self.anywhere(is_update).map(|day| ("time", day)))
            .or_else(|| printed(self.page.marks.title.as_deref()))
            .or_else(|| self.spoken().map(|day| ("text", day)))
            .or_else(|| self.leading().map(|day| ("text", day)))
            .or_else(|| self.scripted().map(|day| ("script", day)))
            .or_else(|| self.page.metas.first(&["og:image"]).and_then(in_url).map(|day| ("url", day)))
    }

    /// The day in a field for machines.
    fn field(&self, text: Option<&str>) -> Option<Point> {
        let text = text?;
        self.reader.of_field(text).map(|day| self.local(day, text))
    }

    /// The first of these fields of `<meta>`, in the order of `keys`.
    fn first_meta(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.page.metas.first(&[key]))
    }

    /// The field of `<meta>` that tells the day of publication, by its known names or by what its name says.
    fn published_meta(&self) -> Option<&str> {
        let named = |key: &str| {
            let key: String = key.chars().filter(char::is_ascii_alphabetic).collect();
            ["published", "publishdate", "publicationdate", "pubdate"].iter().any(|word| key.contains(word))
                && !["last", "modif", "updat"].iter().any(|word| key.contains(word))
        };
        self.first_meta(&PUBLISHED).or_else(|| {
            let values = self.page.metas.0.iter().filter(|(key, _)| named(key)).flat_map(|(_, values)| values);
            values.copied().find(|value| value.len() <= MAX_SHORT_TEXT && self.reader.of_field(value).is_some())
        })
    }

    /// A stamp in UTC names the day before or after the one that its readers lived: the address or the page tells theirs.
    fn local(&self, day: Point, stamp: &str) -> Point {
        let Some(hour) = utc_hour(stamp) else { return day };
        let shift = match hour {
            // West of Greenwich it is still yesterday.
            0..=8 => -1,
            // In the east, tomorrow.
            14.. => 1,
            _ => return day,
        };
        let moved = day.first().and_then(|d| d.checked_add(jiff::Span::new().days(shift)).ok()).map(Point::of);
        let told = |moved: Point| self.page.url.and_then(in_url) == Some(moved) || self.near_title() == Some(moved);
        moved.filter(|moved| told(*moved)).unwrap_or(day)
    }

    /// The text around the title in which a date line is looked for.
    fn surroundings(&self) -> Option<Range<u32>> {
        let title = self.title()?;
        let blocks = self.page.blocks;
        let last = (title + NEAR_BELOW).min(blocks.len() - 1);
        Some(blocks[title.saturating_sub(NEAR_ABOVE)].span.start..blocks[last].span.end)
    }

    /// The block of the title, or of the first heading of the highest level.
    fn title(&self) -> Option<usize> {
        let blocks = self.page.blocks;
        let heading = |level| blocks.iter().position(|b| b.kind == BlockKind::Heading && b.level == Some(level));
        self.page.title_block.or(self.page.likely_title).or_else(|| (1..=3).find_map(heading))
    }

    /// The day that the first element of those that `is` accepts holds.
    fn anywhere(&self, is: impl Fn(&Mark<'_>) -> bool) -> Option<Point> {
        self.marked(is, 0..u32::MAX)
    }

    /// The same among those that begin in this part of the text: below the title if there is one, else above it.
    fn marked(&self, is: impl Fn(&Mark<'_>) -> bool, part: Range<u32>) -> Option<Point> {
        let title_at = self.page.title_block.map_or(0, |i| self.page.blocks[i].span.start);
        let days = |part: Range<u32>| {
            let marks = self.page.marks.elements.iter();
            let marks = marks.filter(|m| part.contains(&m.text.start) && is(m) && !self.page.is_aside(m));
            // A page with hundreds of dated elements is a list of pages.
            marks.take(40).find_map(|m| self.day_of(m))
        };
        days(part.start.max(title_at)..part.end).or_else(|| days(part.start..title_at.min(part.end)))
    }

    fn day_of(&self, mark: &Mark<'_>) -> Option<Point> {
        let attribute =
            ["datetime", "content", "data-datetime", "data-date", "title"].iter().find_map(|a| mark.element.attr(a));
        let text = mark.text.of(self.page.text);
        let stamped = || attribute.and_then(|a| self.reader.of_field(a).map(|day| (day, utc_hour(a).is_some())));
        let printed = || if text.len() <= MAX_DATE_TEXT { self.line(text) } else { None };
        match stamped() {
            // The stamp of a `<time>` in UTC may be a day off what it prints.
            Some((day, true)) => Some(printed().filter(|p| is_next_to(*p, day)).unwrap_or(day)),
            Some((day, false)) => Some(day),
            None => printed(),
        }
    }

    /// The first day printed in a short block near the title.
    fn near_title(&self) -> Option<Point> {
        let title = self.title()?;
        let below = (title + 1..self.page.blocks.len()).take(NEAR_BELOW);
        let above = (title.saturating_sub(NEAR_ABOVE)..title).rev();
        below.chain(above).find_map(|i| self.short_block(i)).map(|(_, day)| day)
    }

    /// The day that the page prints below its title as its own: a line of a day and little else, no word of changes.
    fn date_line(&self) -> Option<Point> {
        let title = self.page.title_block?;
        let mut below = (title + 1..self.page.blocks.len()).take(NEAR_DATE_LINE);
        let (line, day) = below.find_map(|i| self.short_block(i))?;
        let lower = line.to_lowercase();
        let weight = line.chars().filter(|c| c.is_alphanumeric()).count();
        let words = self.reader.words;
        // `Event: 5 May 2019`
        let label = lower.split_once([':', '：']).map_or("", |(label, _)| label);
        let labelled = label.chars().any(char::is_alphabetic) && !has_digit(label);
        let is_own = weight <= MAX_DATE_LINE
            && !words.changing.is_match(&lower)
            && (!labelled || words.publishing.is_match(&format!("{label}:")));
        is_own.then_some(day)
    }

    /// The text of a short block that is no aside, and the day in it.
    fn short_block(&self, i: usize) -> Option<(&str, Point)> {
        let block = &self.page.blocks[i];
        let text = block.span.of(self.page.text);
        let is_line = text.len() <= MAX_DATE_TEXT && !self.page.is_aside_block(block);
        let day = if is_line { self.line(text) } else { None };
        day.map(|day| (text, day))
    }

    /// The day in a line that may be a date line; two figures for the year only at its head.
    fn line(&self, text: &str) -> Option<Point> {
        let full = self.reader.first(text).map(|(day, _)| day);
        let head = || (0..=MAX_SHORT_TEXT.min(text.len())).rev().find_map(|end| text.get(..end));
        full.or_else(|| head().and_then(|head| self.reader.short(head)))
    }

    /// What the page tells its own scripts, for a page that tells its readers nothing.
    fn scripted(&self) -> Option<Point> {
        let keyed = |keys: &[&str]| {
            let keys = AhoCorasick::builder().ascii_case_insensitive(true).build(keys).expect("a few short words");
            // A page with hundreds of them is a list of pages.
            let found = keys.find_iter(self.page.source).take(MAX_SCRIPTED);
            found.filter_map(|key| script_value(&self.page.source[key.end()..])).find_map(|v| self.field(Some(v)))
        };
        keyed(&SCRIPT_PUBLISHED).or_else(|| keyed(&SCRIPT_CREATED))
    }

    /// The day that one of the first paragraphs below the title begins with: `31. Oktober 2023. Woher kommt …`
    fn leading(&self) -> Option<Point> {
        let title = self.page.title_block?;
        let below = self.page.blocks.iter().skip(title + 1).take(NEAR_LEADING);
        below.filter(|b| b.kind == BlockKind::Paragraph && !self.page.is_aside_block(b)).find_map(|block| {
            let (day, at) = self.reader.first(block.span.of(self.page.text))?;
            (at <= MAX_LEAD).then_some(day)
        })
    }

    /// The day in the first line with a word of publishing, anywhere in the page.
    fn spoken(&self) -> Option<Point> {
        self.page.blocks.iter().find_map(|block| {
            let text = block.span.of(self.page.text);
            if text.len() > MAX_SPOKEN || !has_digit(text) {
                return None;
            }
            let head = (0..=MAX_DATE_TEXT.min(text.len())).rev().find_map(|end| text.get(..end));
            let text = head.unwrap_or_default();
            let speaks = || self.reader.words.publishing.is_match(&text.to_lowercase());
            if speaks() && !self.page.is_aside_block(block) { self.line(text) } else { None }
        })
    }
}

/// Fields of `<meta>` that hold the day of publication and nothing else.
const PUBLISHED: [&str; 24] = [
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
    "shareaholic:article_published_time",
    "publish-date",
    "publish_date",
    "published_date",
    "publishdate",
    "published_time",
    "publication_date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "article.published",
    "pubdate",
];

/// Fields that hold some day of the page: often, not always, that of publication.
const WEAK: [&str; 12] = [
    "ms.date",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "displaydate",
    "date",
    "datecreated",
    "timestamp",
    "ptime",
    "creation_date",
    "created",
];

/// Fields that hold the day of the last change.
const MODIFIED: [&str; 9] = [
    "article:modified_time",
    "og:modified_time",
    "og:updated_time",
    "datemodified",
    "dateupdate",
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
        || (matches!(mark.element.name(), "time" | "abbr")
            && (class.contains("publish") || class.contains("entry-date")))
}

/// `<time>` and its like of the page's own making.
fn is_time(mark: &Mark<'_>) -> bool {
    let name = mark.element.name();
    let is = name == "time" || (mark.element.attr("datetime").is_some() && !matches!(name, "ins" | "del"));
    is && !is_update(mark)
}

/// The value behind a key in the source of a script or an attribute: `":"2020-06-07"`, ` = '2020-06-07'`.
fn script_value(source: &str) -> Option<&str> {
    let quote = |s: &'_ str| -> usize {
        ["\\\"", "&quot;", "\"", "'"].iter().find(|q| s.starts_with(**q)).map_or(0, |q| q.len())
    };
    let rest = source[quote(source)..].trim_start().strip_prefix([':', '='])?.trim_start();
    let value = &rest[quote(rest)..];
    let end = value.find(['"', '\'', '&', '\\', ',', '}', '\n'])?;
    (end <= MAX_SHORT_TEXT).then(|| &value[..end])
}

/// Keys of scripts that hold the day of publication.
const SCRIPT_PUBLISHED: [&str; 11] = [
    "datepublished",
    "date_published",
    "published_at",
    "publishedat",
    "publisheddate",
    "published_date",
    "publishdate",
    "publish_date",
    "publicationdate",
    "publication_date",
    "publishingdate",
];

/// Keys of scripts that hold the day on which something was made.
const SCRIPT_CREATED: [&str; 2] = ["createdat", "createdate"];

fn is_update(mark: &Mark<'_>) -> bool {
    let class = mark.element.attr("class").unwrap_or_default().to_ascii_lowercase();
    class.split_ascii_whitespace().any(|c| c.contains("update") || c.contains("modif"))
}

fn is_dated(mark: &Mark<'_>) -> bool {
    let value = |name: &str| mark.element.attr(name).unwrap_or_default().to_ascii_lowercase();
    let words = value("class") + " " + &value("id");
    let is = ["date", "datum", "publish", "posted", "time", "byline", "meta"].iter().any(|w| words.contains(w));
    is && !["update", "modif", "comment", "related", "sidebar"].iter().any(|w| words.contains(w))
}

fn is_next_to(a: Point, b: Point) -> bool {
    let (Some(a), Some(b)) = (a.first(), b.first()) else { return false };
    a.since(b).is_ok_and(|span| span.get_days().abs() <= 1 && span.get_months() == 0 && span.get_years() == 0)
}

/// Longest text of an element that is a date line, bytes.
const MAX_DATE_TEXT: usize = 200;
/// Longest line that speaks of publishing, bytes: many go on with sections and feeds. Its day stands at its head.
const MAX_SPOKEN: usize = 500;
/// Days in scripts that are looked at.
const MAX_SCRIPTED: usize = 20;
/// Head of a line in which a year of two figures is believed, bytes: `Stand: 02.12.19, 14:30 Uhr`.
const MAX_SHORT_TEXT: usize = 40;
/// Letters and figures of a line that is a date line, at most: a weekday, a day, an hour, a name, `5 min read`.
const MAX_DATE_LINE: usize = 40;
/// Blocks below the title in which it is believed against what the page declares: kicker, lead, byline stand between.
const NEAR_DATE_LINE: usize = 8;
/// Blocks below and above the title in which a day is looked for.
const NEAR_BELOW: usize = 15;
const NEAR_ABOVE: usize = 4;
/// Blocks below the title whose first words may be a date line.
const NEAR_LEADING: usize = 12;
/// Bytes before such a date: a place and a weekday.
const MAX_LEAD: usize = 40;
