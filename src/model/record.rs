//! The rows of the output tables. Field names are column names, in column order.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row of `articles`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Identifier from content.
    pub article_id: String,
    /// Path as given.
    pub source: String,
    /// 0-based number of the dump in its container; none for a plain file.
    pub record: Option<u64>,
    /// SHA-256 of the stored record.
    pub sha256: String,
    /// Address.
    pub url: Option<String>,
    /// Site.
    pub site: Option<String>,
    /// Title without the site's suffix.
    pub title: Option<String>,
    /// Author names joined by `; `.
    pub byline: Option<String>,
    /// Publication date (EDTF).
    pub published: Option<String>,
    /// Where `published` was found.
    pub published_basis: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The source that the article itself names.
    pub attribution: Option<String>,
    /// The date that partial dates were read against.
    pub reference_date: Option<String>,
    /// `given` `published` `markup` `url` `inferred` `none`.
    pub reference_basis: String,
    /// Code points of `text`.
    pub chars: u64,
    /// Blocks of the dump.
    pub blocks: u64,
    /// Blocks that stay.
    pub kept: u64,
    /// Blocks that were dropped.
    pub dropped: u64,
    /// `article_id` of the article that this one is a copy of.
    pub duplicate_of: Option<String>,
    /// Share of equal shingles with that article, 0–1.
    pub similarity: Option<f64>,
    /// The articles that are copies of this one: what they knew is kept here.
    pub copies: Vec<CopyRow>,
    /// What was mended, capped, or found odd.
    pub flags: Vec<String>,
    /// Kept blocks joined by one line feed.
    pub text: String,
}

/// A copy that an article stands for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CopyRow {
    /// `article_id` of the copy.
    pub article_id: String,
    /// Its address.
    pub url: Option<String>,
    /// Its publication date (EDTF).
    pub published: Option<String>,
    /// `exact` `normalised` `edited` `excerpt`.
    pub relation: String,
    /// Share of equal shingles, 0–1.
    pub similarity: f64,
}

/// A row of `blocks`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlockRow {
    /// Identifier.
    pub block_id: String,
    /// The article it belongs to.
    pub article_id: String,
    /// `title` `subtitle` `heading` `paragraph` `item` `row` `quote` `code` `caption` `dateline` `byline` `attribution`.
    pub kind: String,
    /// Heading level or list depth.
    pub level: Option<u8>,
    /// Path in the page.
    pub path: Option<String>,
    /// `keep` or `drop`.
    pub verdict: String,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// What says so.
    pub evidence: Value,
    /// First code point in the article's text; none when dropped.
    pub start: Option<u64>,
    /// One past the last code point; none when dropped.
    pub end: Option<u64>,
    /// First byte in the decoded dump.
    pub source_start: u64,
    /// One past the last byte in the decoded dump.
    pub source_end: u64,
    /// The block's text.
    pub text: String,
}

/// A row of `points`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Identifier.
    pub point_id: String,
    /// The article it belongs to.
    pub article_id: String,
    /// The list it belongs to.
    pub list_id: String,
    /// Its number.
    pub ordinal: Option<i64>,
    /// As printed: `7.`, `（三）`, `第一`; empty when only markup numbers it.
    pub label: String,
    /// 1 = top.
    pub depth: u8,
    /// The point that it stands under.
    pub parent_id: Option<String>,
    /// Heading above.
    pub section: Option<String>,
    /// First sentence.
    pub lead: String,
    /// Body without label.
    pub text: String,
    /// The block it begins in.
    pub block_id: String,
    /// First code point of the body in the article's text.
    pub start: u64,
    /// One past the last code point of the body.
    pub end: u64,
    /// First byte of the body in the decoded dump.
    pub source_start: u64,
    /// One past the last byte of the body in the decoded dump.
    pub source_end: u64,
}

/// A row of `events`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Identifier.
    pub event_id: String,
    /// The article it belongs to.
    pub article_id: String,
    /// The date (ISO 8601-2, as edtf.js accepts it).
    pub edtf: String,
    /// First day, inclusive.
    pub date_start: Option<String>,
    /// Last day, inclusive.
    pub date_end: Option<String>,
    /// `minute` `hour` `day` `week` `month` `quarter` `season` `half` `year` `decade` `century`.
    pub precision: String,
    /// `stated` `relative` `context` `weekday` `heading` `markup` `published`.
    pub basis: String,
    /// `asserted` `planned` `reported` `negated`.
    pub status: String,
    /// The date as printed.
    pub date_text: String,
    /// First byte of the date in the decoded dump.
    pub date_source_start: u64,
    /// One past the last byte of the date in the decoded dump.
    pub date_source_end: u64,
    /// The sentence or entry that the date dates.
    pub text: String,
    /// Heading above.
    pub section: Option<String>,
    /// The point it stands in.
    pub point_id: Option<String>,
    /// The block it begins in.
    pub block_id: String,
    /// First code point in the article's text.
    pub start: u64,
    /// One past the last code point.
    pub end: u64,
    /// First byte in the decoded dump.
    pub source_start: u64,
    /// One past the last byte in the decoded dump.
    pub source_end: u64,
    /// The cluster of tellings it belongs to.
    pub cluster_id: Option<String>,
}

/// A row of `clusters`: one event, told once or several times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Identifier.
    pub cluster_id: String,
    /// Agreed or best supported date.
    pub edtf: String,
    /// All dates that were told.
    pub dates: Vec<String>,
    /// Identifiers of the tellings.
    pub events: Vec<String>,
    /// Articles that tell it.
    pub articles: u64,
    /// The fullest telling.
    pub text: String,
}

/// A row of `rejects`: what could not be read, was lost in part, or was mended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RejectRow {
    /// Path as given.
    pub source: String,
    /// 0-based number of the record in its container.
    pub record: Option<u64>,
    /// First byte in the stored file.
    pub byte_start: Option<u64>,
    /// One past the last byte in the stored file.
    pub byte_end: Option<u64>,
    /// `file` `compression` `container` `charset` `parse` `internal`.
    pub layer: String,
    /// Stable code: `unreadable` `truncated` `corrupt` `not-text` `too-large` `encoding` `json` `warc` `internal` ….
    pub code: String,
    /// `lost` `partial` `repaired` `skipped`.
    pub severity: String,
    /// What was found, what was awaited.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// One row of any table.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// `articles`
    Article(Article),
    /// `blocks`
    Block(BlockRow),
    /// `points`
    Point(Point),
    /// `events`
    Event(Event),
    /// `clusters`
    Cluster(Cluster),
}
