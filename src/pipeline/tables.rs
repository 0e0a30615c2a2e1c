//! Rows → tables: which grow part by part, which wait for all parts, and how all are published.

use super::batches::Input;
use super::tellings::{self, Tellings};
use super::{Counts, json_line};
use crate::config::{Config, WriteConfig};
use crate::corpus::Counters;
use crate::error::Error;
use crate::model::Article;
use crate::write::counted::Counted;
use crate::write::drafts::{Drafts, Output, file_name};
use crate::write::folder::{Folder, Part};
use crate::write::packed;
use crate::write::rows::{Format, Rows};
use crate::write::schema;
use crate::write::timelines::{Shape, Timeline};
use serde::Serialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// `run.json`.
#[derive(Serialize)]
struct Manifest<'a> {
    dateline: &'a str,
    config: &'a Config,
    counts: &'a Counts,
    repeats: Option<Counters>,
    inputs: &'a [Input<'a>],
    outputs: Vec<Value>,
}

/// The tables of `config` that grow while dumps are read: events and clusters wait for the events of all dumps.
pub(super) fn growing(folder: &Folder, config: &WriteConfig) -> Result<Drafts, Error> {
    let wants =
        |name: &str| !matches!(name, "events" | "clusters" | "rejects") && config.tables.iter().any(|t| t == name);
    let tables = schema::TABLES.iter().filter(|t| wants(t.name));
    let tables = tables.flat_map(|table| formats(config).into_iter().map(move |format| (table, format)));
    let rejects = schema::table("rejects").expect("it stands in the list");
    Drafts::open(folder, tables.chain([(rejects, Format::Jsonl)]).collect(), config.csv_raw)
}

/// Whether rows of this table are read again when all parts are there: events, the articles that annotations speak of,
/// and whatever is written in columns.
pub(super) fn waits(config: &WriteConfig, table: &str) -> bool {
    let writes = |format: &str| config.formats.iter().any(|f| f == format);
    match table {
        "events" => true,
        "rejects" => false,
        "articles" => writes(PARQUET) || writes(Shape::Annotations.name()),
        _ => writes(PARQUET),
    }
}

/// Writes the tables of `config` that wait for all parts, ends those that grew, and publishes them with the manifest.
pub(super) fn publish(
    folder: Folder,
    drafts: Drafts,
    parts: &[Part],
    config: &Config,
    counts: &mut Counts,
    inputs: &[Input],
    tellings: &Tellings,
) -> Result<(), Error> {
    let wants = |name: &str| config.write.tables.iter().any(|t| t == name);
    let mut grown = drafts.finish()?;
    let mut grown = |name: String| grown.iter().position(|o| o.path == name).map(|i| grown.swap_remove(i));
    let mut outputs = Vec::new();
    counts.clusters = tellings.n_clusters();
    for table in schema::TABLES.iter().filter(|t| wants(t.name) && t.name != "rejects") {
        let each = |row: &mut Row| match table.name {
            "clusters" => tellings.each_cluster(row),
            "events" => tellings.each_event(|event| row(&json_line(&event))),
            name => each_line(parts, name, row),
        };
        for format in formats(&config.write) {
            outputs.push(match grown(file_name(table, format)) {
                Some(output) => output,
                None => write(&folder, table, format, config.write.csv_raw, |rows| each(&mut |line| rows.row(line)))?,
            });
        }
        #[cfg(feature = "parquet")]
        if config.write.formats.iter().any(|f| f == PARQUET) {
            outputs.push(parquet(&folder, table, each)?);
        }
    }
    for shape in Shape::ALL.into_iter().filter(|s| config.write.formats.iter().any(|f| f == s.name())) {
        outputs.push(timeline(&folder, shape, tellings, parts)?);
    }
    outputs.extend(grown("rejects.jsonl".to_string()));
    if formats(&config.write).contains(&Format::Csv) {
        outputs.push(data_package(&folder, &outputs)?);
    }
    let run = Manifest {
        dateline: env!("CARGO_PKG_VERSION"),
        config,
        counts,
        repeats: counts.repeats,
        inputs,
        outputs: outputs.iter().map(entry).collect(),
    };
    let names: Vec<&str> = outputs.iter().map(|o| o.path.as_str()).collect();
    folder.publish(&names, &run)
}

/// Refuses formats and tables that there are not.
pub(super) fn check(config: &WriteConfig) -> Result<(), Error> {
    let tables: Vec<&str> = schema::TABLES.iter().map(|t| t.name).filter(|n| *n != "rejects").collect();
    let mut formats: Vec<&str> = ALL.iter().map(|f| f.ending()).chain(Shape::ALL.map(Shape::name)).collect();
    if cfg!(feature = "parquet") {
        formats.push(PARQUET);
    } else if config.formats.iter().any(|f| f == PARQUET) {
        let message = "parquet is not in this build; `cargo build --release --features parquet` makes one with it";
        return Err(Error::Config(message.to_string()));
    }
    for (word, asked, known) in [("table", &config.tables, tables), ("format", &config.formats, formats)] {
        if let Some(other) = asked.iter().find(|a| !known.contains(&a.as_str())) {
            return Err(Error::Config(format!("`{other}` is no {word}; there are {}", known.join(", "))));
        }
        if asked.is_empty() {
            return Err(Error::Config(format!("no {word} is asked for; there are {}", known.join(", "))));
        }
    }
    Ok(())
}

/// The format that is there only in builds with the feature of this name.
const PARQUET: &str = "parquet";

const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Jsonl];

/// The formats of the configuration, each once, in a fixed order.
fn formats(config: &WriteConfig) -> Vec<Format> {
    ALL.into_iter().filter(|f| config.formats.iter().any(|w| w == f.ending())).collect()
}

/// What is called with each row, a JSON line.
type Row<'a> = dyn FnMut(&str) -> io::Result<()> + 'a;

/// Calls `row` with each JSON line of the table, in order.
fn each_line(parts: &[Part], table: &str, mut row: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let mut files = parts.iter().filter_map(|p| p.tables.get(table));
    files.try_for_each(|path| packed::each_line(&File::open(path)?, &mut row))
}

/// Writes one table in one format as a draft.
fn write(
    folder: &Folder,
    table: &'static schema::Table,
    format: Format,
    csv_raw: bool,
    fill: impl FnOnce(&mut Rows<Draft>) -> io::Result<()>,
) -> Result<Output, Error> {
    draft(folder, file_name(table, format), |to| {
        let mut rows = Rows::new(format, table, csv_raw, to)?;
        fill(&mut rows)?;
        Ok((rows.n_rows(), rows.finish()?))
    })
}

/// Writes one table as Parquet, as a draft.
#[cfg(feature = "parquet")]
fn parquet(
    folder: &Folder,
    table: &'static schema::Table,
    each: impl FnOnce(&mut Row) -> io::Result<()>,
) -> Result<Output, Error> {
    draft(folder, format!("{}.{PARQUET}", table.name), |to| {
        let mut rows = crate::write::parquet::ParquetRows::new(table, to)?;
        each(&mut |line| rows.row(line))?;
        Ok((rows.n_rows(), rows.finish()?))
    })
}

/// A draft, its bytes counted and hashed as they are written.
type Draft = Counted<BufWriter<File>>;

/// Lets `fill` write a draft; it gives the number of rows and the draft back.
fn draft(folder: &Folder, path: String, fill: impl FnOnce(Draft) -> io::Result<(u64, Draft)>) -> Result<Output, Error> {
    let at = folder.draft_path(&path);
    let written = fill(Counted::new(BufWriter::new(folder.draft(&path)?))).and_then(|(n_rows, mut to)| {
        to.flush()?;
        Ok((n_rows, to.n_bytes(), to.sha256()))
    });
    let (n_rows, n_bytes, sha256) = written.map_err(Error::at(at))?;
    Ok(Output { path, n_rows, n_bytes, sha256 })
}

/// Writes the events in one of the timeline formats as a draft.
fn timeline(folder: &Folder, shape: Shape, tellings: &Tellings, parts: &[Part]) -> Result<Output, Error> {
    // Only an annotation speaks of its article.
    let parts = if shape == Shape::Annotations { parts } else { &[] };
    let mut articles = tellings::records::<Article>(parts, "articles");
    draft(folder, format!("events.{}", shape.ending()), |to| {
        let mut timeline = Timeline::new(shape, to)?;
        let mut article: Option<Article> = None;
        tellings.each_event(|event| {
            // Articles stand in the order of their events.
            while article.as_ref().is_none_or(|a| a.article_id != event.article_id) {
                article = articles.next().transpose()?;
                if article.is_none() {
                    break;
                }
            }
            timeline.event(&event, article.as_ref())
        })?;
        timeline.finish()
    })
}

/// Writes a whole text as a draft.
fn file(folder: &Folder, path: String, text: &str, n_rows: u64) -> Result<Output, Error> {
    let at = folder.draft_path(&path);
    folder.draft(&path)?.write_all(text.as_bytes()).map_err(Error::at(at))?;
    Ok(Output { n_rows, n_bytes: text.len() as u64, sha256: crate::model::sha256_hex(text.as_bytes()), path })
}

/// The Data Package (2.0) that describes the CSV files.
fn data_package(folder: &Folder, outputs: &[Output]) -> Result<Output, Error> {
    let resources = outputs.iter().filter_map(|o| {
        let table = schema::table(o.path.strip_suffix(".csv")?)?;
        Some(table.data_resource(&o.sha256, o.n_bytes))
    });
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dateline",
        "resources": resources.collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&package).expect("a value is JSON") + "\n";
    file(folder, "datapackage.json".to_string(), &text, 0)
}

/// A file as the manifest lists it.
fn entry(output: &Output) -> Value {
    json!({ "path": output.path, "rows": output.n_rows, "bytes": output.n_bytes, "sha256": output.sha256 })
}
