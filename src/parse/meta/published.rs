//! When it was published: machine dates first, then what is printed near the title, then the address.

use super::dates::{DateReader, has_digit, in_url, utc_hour};
use super::marks::Mark;
use super::{Page, is_aside};
use crate::model::edtf::{Edtf, Point};
use crate::model::{BlockKind, Published};
use aho_corasick::AhoCorasick;

/// The day of publication and where it was found.
pub(super) fn of(page: &Page<'_>, reader: &DateReader<'_>) -> Option<Published> {
    let search = Search { page, reader };
    let (basis, day) = search.machine().or_else(|| search.printed()).or_else(|| search.fallback())?;
    Some(Published { date: Edtf::One(day), basis: basis.to_string() })
}

/// Where it was found, and the day.
type Found = (&'static str, Point);

struct Search<'s, 'p> {
    page: &'s Page<'p>,
    reader: &'s DateReader<'s>,
}

impl Search<'_, '_> {
    /// What the page declares for machines. Two that differ are settled by what the page prints.
    fn machine(&self) -> Option<Found> {
        let structured = self.page.structured.published.as_deref();
        let meta = PUBLISHED.iter().find_map(|key| self.page.metas.first(&[key]));
        let days = [("json-ld", structured), ("meta", meta)].map(|(basis, text)| {
            let text = text?;
            self.reader.of_field(text).map(|day| (basis, self.local(day, text)))
        });
        match days {
            [Some(a), Some(b)] if a.1 != b.1 => Some(if self.near_title() == Some(b.1) { b } else { a }),
            [a, b] => a.or(b),
        }
        .or_else(|| self.marked(is_published).map(|day| ("time", day)))
    }

    /// What the page prints near its title, and fields that often hold something else.
    fn printed(&self) -> Option<Found> {
        let weak = || {
            let field = WEAK.iter().find_map(|key| self.page.metas.first(&[key]));
            field.and_then(|text| self.reader.of_field(text).map(|day| self.local(day, text)))
        };
        self.page
            .url
            .and_then(in_url)
            .map(|day| ("url", day))
            .or_else(|| self.marked(|m| m.element.name() == "time" && !is_update(m)).map(|day| ("time", day)))
            .or_else(|| weak().map(|day| ("meta", day)))
            .or_else(|| self.marked(is_dated).map(|day| ("text", day)))
            .or_else(|| self.near_title().map(|day| ("text", day)))
    }

    /// The day of the last change, and days in lines that speak of publishing.
    fn fallback(&self) -> Option<Found> {
        let field = |text: Option<&str>| text.and_then(|t| self.reader.of_field(t).map(|day| self.local(day, t)));
        let modified = MODIFIED.iter().find_map(|key| self.page.metas.first(&[key]));
        field(self.page.structured.modified.as_deref())
            .map(|day| ("json-ld", day))
            .or_else(|| field(modified).map(|day| ("meta", day)))
            .or_else(|| self.spoken().map(|day| ("text", day)))
            .or_else(|| self.leading().map(|day| ("text", day)))
            .or_else(|| self.scripted().map(|day| ("script", day)))
            .or_else(|| self.page.metas.first(&["og:image"]).and_then(in_url).map(|day| ("url", day)))
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
        let told = self.page.url.and_then(in_url).or_else(|| self.near_title());
        if moved.is_some() && told == moved { told.unwrap_or(day) } else { day }
    }

    /// The day that the first element of those that `is` accepts holds, below the title if there is one.
    fn marked(&self, is: impl Fn(&Mark<'_>) -> bool) -> Option<Point> {
        let title_at = self.page.title_block.map_or(0, |i| self.page.blocks[i].span.start);
        let days = |from: u32, to: u32| {
            let marks = self
                .page
                .marks
                .elements
                .iter()
                .filter(|m| (from..to).contains(&m.text.start) && is(m) && !self.page.is_aside(m));
            // A page with hundreds of dated elements is a list of pages.
            marks.take(40).find_map(|m| self.day_of(m))
        };
        days(title_at, u32::MAX).or_else(|| days(0, title_at))
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
        let blocks = self.page.blocks;
        let heading = |level| blocks.iter().position(|b| b.kind == BlockKind::Heading && b.level == Some(level));
        let title = self.page.title_block.or_else(|| (1..=3).find_map(heading))?;
        let below = (title + 1..blocks.len()).take(NEAR_BELOW);
        let above = (title.saturating_sub(NEAR_ABOVE)..title).rev();
        below.chain(above).find_map(|i| {
            let text = blocks[i].span.of(self.page.text);
            (text.len() <= MAX_DATE_TEXT && !is_aside(&blocks[i])).then(|| self.line(text)).flatten()
        })
    }

    /// The day in a line that may be a date line; two figures for the year only at its head.
    fn line(&self, text: &str) -> Option<Point> {
        let full = self.reader.first(text).map(|(day, _)| day);
        let head = || (0..=MAX_SHORT_TEXT.min(text.len())).rev().find_map(|end| text.get(..end));
        full.or_else(|| head().and_then(|head| self.reader.short(head)))
    }

    /// What the page tells its own scripts, for a page that tells its readers nothing.
    fn scripted(&self) -> Option<Point> {
        const KEYS: [&str; 8] = [
            "\"datepublished\"",
            "\"published_at\"",
            "\"publishedat\"",
            "\"publisheddate\"",
            "\"publishdate\"",
            "\"publicationdate\"",
            "\"createdat\"",
            "\"createdate\"",
        ];
        let keys = AhoCorasick::builder().ascii_case_insensitive(true).build(KEYS).expect("a few short words");
        // A page with hundreds of them is a list of pages.
        keys.find_iter(self.page.source).take(MAX_SCRIPTED).find_map(|key| {
            let rest = self.page.source[key.end()..].trim_start().strip_prefix(':')?.trim_start();
            let value = rest.strip_prefix('"').unwrap_or(rest);
            let value = &value[..value.find(['"', ',', '}', '\n']).filter(|&n| n <= MAX_SHORT_TEXT)?];
            self.reader.of_field(value).map(|day| self.local(day, value))
        })
    }

    /// The day that one of the first paragraphs below the title begins with: `31. Oktober 2023. Woher kommt …`
    fn leading(&self) -> Option<Point> {
        let title = self.page.title_block?;
        let below = self.page.blocks.iter().skip(title + 1).take(NEAR_LEADING);
        below.filter(|b| b.kind == BlockKind::Paragraph && !is_aside(b)).find_map(|block| {
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
            if speaks() && !is_aside(block) { self.line(text) } else { None }
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
const WEAK: [&str; 11] = [
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
/// Blocks below and above the title in which a date line is looked for.
const NEAR_BELOW: usize = 15;
const NEAR_ABOVE: usize = 4;
/// Blocks below the title whose first words may be a date line.
const NEAR_LEADING: usize = 12;
/// Bytes before such a date: a place and a weekday.
const MAX_LEAD: usize = 40;
