//! The columns of each table: one list that the CSV header, the Data Package, the JSON Schema and Parquet follow.

use serde_json::{Value, json};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An ISO date.
    Date,
    /// A list of texts: a JSON array; in CSV joined by `; `.
    List,
    /// A JSON object or null.
    Object,
    /// A JSON array of objects; in CSV their JSON, joined by `; `.
    Objects,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// May be null.
    pub nullable: bool,
    /// Stands among the first columns of the CSV: what a person reads.
    pub human: bool,
    /// What it says, in one line.
    pub about: &'static str,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name, and that of its files.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// The column that identifies a row.
    pub key: Option<&'static str>,
    /// Columns in record order.
    pub columns: &'static [Column],
}

use Type::{Date, Integer, List, Number, Object, Objects, Text};

const fn column(name: &'static str, kind: Type, about: &'static str) -> Column {
    Column { name, kind, nullable: false, human: false, about }
}

impl Column {
    const fn or_null(mut self) -> Column {
        self.nullable = true;
        self
    }

    const fn first(mut self) -> Column {
        self.human = true;
        self
    }
}

const START: Column = column("start", Integer, "first code point in the article's text");
const END: Column = column("end", Integer, "one past the last code point");
const SOURCE_START: Column = column("source_start", Integer, "first UTF-8 byte in the decoded dump");
const SOURCE_END: Column = column("source_end", Integer, "one past the last byte in the decoded dump");
const ARTICLE_ID: Column = column("article_id", Text, "the article it belongs to");
const SECTION: Column = column("section", Text, "heading above").or_null().first();

/// Every table that a run can write, in the order in which they are written.
pub const TABLES: &[Table] = &[
    Table {
        name: "articles",
        about: "one dump, cleaned",
        key: Some("article_id"),
        columns: &[
            column("article_id", Text, "identifier from content"),
            column("source", Text, "path as given"),
            column("record", Integer, "0-based number of the dump in its container").or_null(),
            column("sha256", Text, "SHA-256 of the stored record"),
            column("url", Text, "address").or_null().first(),
            column("site", Text, "site").or_null().first(),
            column("title", Text, "title without the site's suffix").or_null().first(),
            column("byline", Text, "author names joined by `; `").or_null().first(),
            column("published", Text, "publication date (EDTF)").or_null().first(),
            column("published_basis", Text, "where the publication date was found").or_null(),
            column("language", Text, "BCP 47 tag").or_null().first(),
            column("attribution", Text, "the source that the article itself names").or_null().first(),
            column("reference_date", Text, "date that partial dates were read against").or_null(),
            column("reference_basis", Text, "given, published, markup, url, inferred or none"),
            column("chars", Integer, "code points of the text"),
            column("blocks", Integer, "blocks of the dump"),
            column("kept", Integer, "blocks that stay"),
            column("dropped", Integer, "blocks that were dropped"),
            column("duplicate_of", Text, "article_id of the article that this one is a copy of").or_null(),
            column("similarity", Number, "share of equal shingles with that article, 0 to 1").or_null(),
            column("copies", Objects, "copies of this article: article_id, url, published, relation, similarity"),
            column("flags", List, "what was mended, capped, or found odd"),
            column("text", Text, "kept blocks joined by one line feed").first(),
        ],
    },
    Table {
        name: "blocks",
        about: "one block of a dump with its verdict",
        key: Some("block_id"),
        columns: &[
            column("block_id", Text, "identifier"),
            ARTICLE_ID,
            column(
                "kind",
                Text,
                "title, subtitle, heading, paragraph, item, row, quote, code, caption, dateline, byline or attribution",
            )
            .first(),
            column("level", Integer, "heading level or list depth").or_null(),
            column("path", Text, "path in the page").or_null(),
            column("verdict", Text, "keep or drop").first(),
            column("reason", Text, "repeat, duplicate, template, boilerplate or off-topic").or_null().first(),
            column("evidence", Object, "what says so").or_null().first(),
            START.or_null(),
            END.or_null(),
            SOURCE_START,
            SOURCE_END,
            column("text", Text, "the block's text").first(),
        ],
    },
    Table {
        name: "events",
        about: "something that happened, is planned or is reported, with its date",
        key: Some("event_id"),
        columns: &[
            column("event_id", Text, "identifier"),
            ARTICLE_ID,
            column("edtf", Text, "the date (ISO 8601-2)").first(),
            column("date_start", Date, "first day, inclusive").or_null().first(),
            column("date_end", Date, "last day, inclusive").or_null().first(),
            column("precision", Text, "minute, hour, day, week, month, quarter, season, half, year, decade or century")
                .first(),
            column("basis", Text, "where what the text does not state came from").first(),
            column("status", Text, "asserted, planned, reported or negated").first(),
            column("date_text", Text, "the date as printed").first(),
            column("date_source_start", Integer, "first byte of the date in the decoded dump"),
            column("date_source_end", Integer, "one past the last byte of the date in the decoded dump"),
            column("text", Text, "the sentence or entry that the date dates").first(),
            SECTION,
            column("point_id", Text, "the point it stands in").or_null(),
            column("block_id", Text, "the block it begins in"),
            START,
            END,
            SOURCE_START,
            SOURCE_END,
            column("cluster_id", Text, "the cluster of tellings it belongs to").or_null(),
        ],
    },
    Table {
        name: "points",
        about: "one numbered point or list item",
        key: Some("point_id"),
        columns: &[
            column("point_id", Text, "identifier"),
            ARTICLE_ID,
            column("list_id", Text, "the list it belongs to"),
            column("ordinal", Integer, "its number").or_null().first(),
            column("label", Text, "its number as printed; empty when only markup numbers it").first(),
            column("depth", Integer, "1 = top").first(),
            column("parent_id", Text, "the point that it stands under").or_null(),
            SECTION,
            column("lead", Text, "first sentence").first(),
            column("text", Text, "body without label").first(),
            column("block_id", Text, "the block it begins in"),
            START,
            END,
            SOURCE_START,
            SOURCE_END,
        ],
    },
    Table {
        name: "clusters",
        about: "one event, told once or several times",
        key: Some("cluster_id"),
        columns: &[
            column("cluster_id", Text, "identifier"),
            column("edtf", Text, "agreed or best supported date").first(),
            column("dates", List, "all dates that were told").first(),
            column("events", List, "event_ids of the tellings"),
            column("articles", Integer, "articles that tell it").first(),
            column("text", Text, "the fullest telling").first(),
        ],
    },
    Table {
        name: "rejects",
        about: "what could not be read, was lost in part, or was mended",
        key: None,
        columns: &[
            column("source", Text, "path as given"),
            column("record", Integer, "0-based number of the record in its container").or_null(),
            column("byte_start", Integer, "first byte in the stored file").or_null(),
            column("byte_end", Integer, "one past the last byte in the stored file").or_null(),
            column("layer", Text, "file, compression, container, charset, parse or internal"),
            column("code", Text, "stable code"),
            column("severity", Text, "lost, partial, repaired or skipped"),
            column("message", Text, "what was found, what was awaited"),
            column("hint", Text, "what to do"),
        ],
    },
];

/// The table of that name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

impl Table {
    /// Columns in the order of the CSV: what a person reads first, then the rest; each part in record order.
    pub fn csv_columns(&self) -> Vec<&'static Column> {
        let (first, rest): (Vec<_>, Vec<_>) = self.columns.iter().partition(|c| c.human);
        first.into_iter().chain(rest).collect()
    }

    /// The JSON Schema (2020-12) of one record.
    pub fn json_schema(&self) -> Value {
        let properties: serde_json::Map<String, Value> =
            self.columns.iter().map(|c| (c.name.to_string(), c.json_schema())).collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.about,
            "type": "object",
            "properties": properties,
            "required": self.columns.iter().map(|c| c.name).collect::<Vec<_>>(),
        })
    }

    /// The resource of a Data Package (2.0) that describes this table's CSV file.
    pub fn data_resource(&self, sha256: &str, bytes: u64) -> Value {
        let fields: Vec<Value> = self.csv_columns().into_iter().map(Column::data_field).collect();
        let mut schema = json!({ "fields": fields, "missingValues": [""] });
        if let Some(key) = self.key {
            schema["primaryKey"] = json!([key]);
        }
        json!({
            "name": self.name,
            "description": self.about,
            "path": format!("{}.csv", self.name),
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": bytes,
            "hash": format!("sha256:{sha256}"),
            "schema": schema,
        })
    }
}

impl Column {
    fn json_schema(&self) -> Value {
        let word = match self.kind {
            Text | Date => "string",
            Integer => "integer",
            Number => "number",
            List | Objects => "array",
            Object => "object",
        };
        let mut schema = match self.nullable {
            true => json!({ "type": [word, "null"], "description": self.about }),
            false => json!({ "type": word, "description": self.about }),
        };
        match self.kind {
            List => schema["items"] = json!({ "type": "string" }),
            Objects => schema["items"] = json!({ "type": "object" }),
            Date => schema["format"] = json!("date"),
            _ => {}
        }
        schema
    }

    fn data_field(&self) -> Value {
        let word = match self.kind {
            // Years before 0 and after 9999 are no dates to the consumers of a Data Package.
            Text | List | Objects | Date => "string",
            Integer => "integer",
            Number => "number",
            Object => "object",
        };
        json!({ "name": self.name, "type": word, "description": self.about })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    /// The columns that a record prints, in order.
    fn printed(record: impl serde::Serialize) -> Vec<String> {
        serde_json::to_value(record).unwrap().as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn the_tables_name_just_what_the_records_print() {
        let records = [
            ("articles", printed(model::Article::default())),
            ("blocks", printed(model::BlockRow::default())),
            ("events", printed(model::Event::default())),
            ("points", printed(model::Point::default())),
            ("clusters", printed(model::Cluster::default())),
            ("rejects", printed(model::RejectRow::default())),
        ];
        for (name, keys) in records {
            let named: Vec<_> = table(name).unwrap().columns.iter().map(|c| c.name.to_string()).collect();
            assert_eq!(named, keys, "{name}");
        }
    }
}
