//! `dateline clean|events|points|dates`: one file, its result on standard output.

use super::args::{self, Reading, Understanding};
use super::terminal::{columns, one_line, visible};
use super::{Tone, run};
use anyhow::{Result, bail};
use clap::ValueEnum;
use dateline::config::IngestConfig;
use dateline::corpus::Known;
use dateline::dates::Basis;
use dateline::ingest::{self, Incoming, Listing};
use dateline::model::{Article, BlockKind, Event, Point};
use dateline::pipeline::{Pipeline, Reading as Read};
use dateline::write::rows::{Format, Rows};
use dateline::write::schema;
use dateline::write::timelines::{Shape, Timeline};
use std::collections::HashMap;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What every command on one file takes.
#[derive(clap::Args)]
pub struct Source {
    /// A file of any kind that `run` reads; `-` is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub understanding: Understanding,
}

impl Source {
    /// The engines that the arguments ask for.
    pub fn pipeline(&self) -> Result<Pipeline> {
        if self.file.is_dir() {
            bail!(args::Usage(format!("{}: a folder; `dateline run` reads folders", self.file.display())));
        }
        let config = args::config(&self.reading, &self.understanding)?;
        run::pipeline(config, &self.understanding, 1)
    }

    /// Calls `with` for each dump of the file, in order. What is lost is told on standard error, exit code 3.
    pub fn each(&self, pipeline: &Pipeline, with: impl FnMut(Read) -> Result<()>) -> Result<ExitCode> {
        self.each_known(pipeline, None, with)
    }

    /// The same with what is known to repeat across dumps.
    pub fn each_known(
        &self,
        pipeline: &Pipeline,
        known: Option<&Known>,
        mut with: impl FnMut(Read) -> Result<()>,
    ) -> Result<ExitCode> {
        let listing = ingest::walk(std::slice::from_ref(&self.file), &pipeline.config().ingest)?;
        let (mut n_read, mut n_lost) = (0, 0);
        for incoming in incoming(&listing, &pipeline.config().ingest) {
            match incoming? {
                Incoming::Dump(dump) => {
                    n_read += 1;
                    with(pipeline.read_known(*dump, known)?)?;
                }
                Incoming::Reject(reject) => {
                    n_lost += 1;
                    let said = format!("{}: {}; {}", reject.origin, reject.message, reject.hint);
                    anstream::eprintln!("{}: {}", Tone::Bad.paint(reject.code), visible(said.trim_end_matches("; ")));
                }
            }
        }
        if n_read == 0 {
            bail!("{}: nothing to read in it", self.file.display());
        }
        Ok(ExitCode::from(if n_lost > 0 { 3 } else { 0 }))
    }
}

/// Everything that comes in from a listing, in order.
pub fn incoming<'a>(
    listing: &'a Listing,
    config: &'a IngestConfig,
) -> impl Iterator<Item = Result<Incoming, dateline::Error>> + 'a {
    let rejects = listing.rejects.iter().map(|r| Ok(Incoming::Reject(r.clone())));
    let sources = listing.sources.iter().flat_map(move |source| match ingest::open(source, config) {
        Ok(opened) => Box::new(opened.map(Ok)) as Box<dyn Iterator<Item = _>>,
        Err(e) => Box::new(std::iter::once(Err(e))),
    });
    rejects.chain(sources)
}

/// What goes to standard output goes there in colour: as was asked, else on a terminal.
fn in_colour() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Text as it goes out: as it is into a pipe, controls made visible on a terminal.
fn outward(text: &str) -> String {
    if std::io::stdout().is_terminal() { visible(text) } else { text.to_string() }
}

/// Arguments of `clean`.
#[derive(clap::Args)]
pub struct CleanArgs {
    #[command(flatten)]
    source: Source,
    /// How the text is printed
    #[arg(long, value_enum, default_value = "text")]
    format: CleanFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum CleanFormat {
    /// Kept blocks, one a line; articles of one file are parted by a blank line
    Text,
    /// Headings, lists, quotations and code as Markdown
    Markdown,
    /// The row of the `articles` table, one a line
    Json,
}

/// `dateline clean`
pub fn clean(args: CleanArgs) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let mut first = true;
    args.source.each(&args.source.pipeline()?, |reading| {
        if !first && !matches!(args.format, CleanFormat::Json) {
            writeln!(out)?;
        }
        first = false;
        match args.format {
            CleanFormat::Text => writeln!(out, "{}", outward(&reading.rows.article.text))?,
            CleanFormat::Markdown => write!(out, "{}", outward(&markdown(&reading)))?,
            CleanFormat::Json => writeln!(out, "{}", serde_json::to_string(&reading.rows.article)?)?,
        }
        Ok(())
    })
}

/// Kept blocks as Markdown.
fn markdown(reading: &Read) -> String {
    let document = &reading.cleaned.document;
    let mut text = String::new();
    let mut last_item = false;
    let kinds = reading.rows.blocks.iter().map(|b| (b.kind.as_str(), b.level));
    for (i, (kind, level)) in kinds.enumerate().filter(|(i, _)| reading.cleaned.keeps(*i)) {
        let block = &document.blocks[i];
        let said = document.block_text(i);
        let item = block.kind == BlockKind::Item;
        if !(text.is_empty() || item && last_item) {
            text.push('\n');
        }
        last_item = item;
        match (kind, block.kind) {
            ("title", _) => text += &format!("# {said}\n"),
            ("heading" | "subtitle", _) => {
                text += &format!("{} {said}\n", "#".repeat(usize::from(level.unwrap_or(1).clamp(1, 5)) + 1));
            }
            (_, BlockKind::Code) => text += &format!("```\n{said}\n```\n"),
            (_, BlockKind::Quote) => text += &format!("> {}\n", said.replace('\n', "\n> ")),
            (_, BlockKind::Row) => text += &format!("| {} |\n", said.replace('|', "\\|").replace('\t', " | ")),
            (_, BlockKind::Item) => {
                let mark = block.list;
                let indent = "   ".repeat(usize::from(mark.map_or(1, |m| m.depth)).saturating_sub(1));
                let label = match mark {
                    Some(m) if !m.opens => "  ".to_string(),
                    Some(m) => m.ordinal.map_or("-".to_string(), |n| format!("{n}.")),
                    None => "-".to_string(),
                };
                text += &format!("{indent}{label} {said}\n");
            }
            _ => text += &format!("{said}\n"),
        }
    }
    text
}

/// Arguments of `events`.
#[derive(clap::Args)]
pub struct EventsArgs {
    #[command(flatten)]
    source: Source,
    /// How the events are printed
    #[arg(long, value_enum, default_value = "table")]
    format: EventsFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum EventsFormat {
    /// For reading: date, status, text
    Table,
    Csv,
    Json,
    Jsonl,
    /// iCalendar
    Ics,
    /// TimelineJS 3
    Timelinejs,
    /// vis-timeline
    Vis,
    /// W3C Web Annotation, JSON Lines
    Annotations,
    /// schema.org JSON-LD
    Schemaorg,
}

/// `dateline events`
pub fn events(args: EventsArgs) -> Result<ExitCode> {
    let mut events: Vec<Event> = Vec::new();
    let mut articles = Vec::new();
    let pipeline = args.source.pipeline()?;
    let code = args.source.each(&pipeline, |reading| {
        events.extend(reading.rows.events);
        articles.push(reading.rows.article);
        Ok(())
    })?;
    pipeline.chronicle(&mut events);
    let mut out = std::io::stdout().lock();
    match args.format {
        EventsFormat::Table => out.write_all(events_table(&events).as_bytes())?,
        EventsFormat::Csv => rows(Format::Csv, "events", &events, &mut out)?,
        EventsFormat::Json => rows(Format::Json, "events", &events, &mut out)?,
        EventsFormat::Jsonl => rows(Format::Jsonl, "events", &events, &mut out)?,
        EventsFormat::Ics => timeline(Shape::Calendar, &events, &articles, &mut out)?,
        EventsFormat::Timelinejs => timeline(Shape::TimelineJs, &events, &articles, &mut out)?,
        EventsFormat::Vis => timeline(Shape::Vis, &events, &articles, &mut out)?,
        EventsFormat::Annotations => timeline(Shape::Annotations, &events, &articles, &mut out)?,
        EventsFormat::Schemaorg => timeline(Shape::SchemaOrg, &events, &articles, &mut out)?,
    }
    Ok(code)
}

fn timeline(shape: Shape, events: &[Event], articles: &[Article], out: &mut impl Write) -> Result<()> {
    let of: HashMap<&str, &Article> = articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
    let mut timeline = Timeline::new(shape, out)?;
    for event in events {
        timeline.event(event, of.get(event.article_id.as_str()).copied())?;
    }
    timeline.finish()?;
    Ok(())
}

/// Columns of the terminal that the text of a table may take where the width is not known.
const TABLE_WIDTH: usize = 100;

fn events_table(events: &[Event]) -> String {
    let width = events.iter().map(|e| columns(&e.edtf)).max().unwrap_or(0);
    let color = in_colour();
    let mut table = String::new();
    for e in events {
        let date = format!("{}{}", e.edtf, " ".repeat(width - columns(&e.edtf)));
        let date = if color { Tone::Strong.paint(&date) } else { date };
        let status = if e.status == "asserted" { String::new() } else { format!("[{}] ", e.status) };
        table += &format!("{date}  {}\n", one_line(&format!("{status}{}", e.text), TABLE_WIDTH));
    }
    table
}

/// Arguments of `points`.
#[derive(clap::Args)]
pub struct PointsArgs {
    #[command(flatten)]
    source: Source,
    /// How the points are printed
    #[arg(long, value_enum, default_value = "table")]
    format: PointsFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum PointsFormat {
    /// For reading: section, label, text
    Table,
    Csv,
    Json,
    Jsonl,
    /// The structure as Markdown
    Markdown,
}

/// `dateline points`
pub fn points(args: PointsArgs) -> Result<ExitCode> {
    let mut points: Vec<Point> = Vec::new();
    let mut markdown = String::new();
    let pipeline = args.source.pipeline()?;
    let code = args.source.each(&pipeline, |reading| {
        if matches!(args.format, PointsFormat::Markdown) {
            let outline = pipeline.outline(&reading.cleaned);
            markdown.push_str(&outline.markdown(&reading.cleaned.document));
        }
        points.extend(reading.rows.points);
        Ok(())
    })?;
    let mut out = std::io::stdout().lock();
    match args.format {
        PointsFormat::Table => out.write_all(points_table(&points).as_bytes())?,
        PointsFormat::Csv => rows(Format::Csv, "points", &points, &mut out)?,
        PointsFormat::Json => rows(Format::Json, "points", &points, &mut out)?,
        PointsFormat::Jsonl => rows(Format::Jsonl, "points", &points, &mut out)?,
        PointsFormat::Markdown => out.write_all(outward(&markdown).as_bytes())?,
    }
    Ok(code)
}

fn points_table(points: &[Point]) -> String {
    let color = in_colour();
    let mut table = String::new();
    let mut section = None;
    for p in points {
        if p.section != section {
            section = p.section.clone();
            let heading = one_line(section.as_deref().unwrap_or("—"), TABLE_WIDTH);
            table += &if color { Tone::Strong.paint(&heading) } else { heading };
            table.push('\n');
        }
        let label = match (p.label.as_str(), p.ordinal) {
            ("", Some(n)) => format!("({n})"),
            ("", None) => "•".to_string(),
            (label, _) => label.to_string(),
        };
        let indent = "  ".repeat(usize::from(p.depth));
        table += &format!("{indent}{} {}\n", visible(&label), one_line(&p.text, TABLE_WIDTH));
    }
    table
}

/// Arguments of `dates`.
#[derive(clap::Args)]
pub struct DatesArgs {
    #[command(flatten)]
    source: Source,
}

/// `dateline dates`: the text with each expression marked and what it was read as behind it.
pub fn dates(args: DatesArgs) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let color = in_colour();
    let pipeline = args.source.pipeline()?;
    args.source.each(&pipeline, |reading| {
        let text = &reading.cleaned.document.text;
        let mut at = 0;
        for e in pipeline.expressions(&reading.cleaned) {
            let span = e.span.range();
            if span.start < at {
                continue;
            }
            out.write_all(outward(&text[at..span.start]).as_bytes())?;
            let said = outward(&text[span.clone()]);
            let read = format!("⟨{} {}⟩", e.value, e.basis.name());
            let tone = match e.basis {
                Basis::Stated => Tone::Good,
                Basis::Unresolved => Tone::Bad,
                Basis::Relative | Basis::Context | Basis::Weekday => Tone::Dim,
            };
            match color {
                true => write!(out, "{}{}", Tone::Strong.paint(&said), tone.paint(&read))?,
                false => write!(out, "{said}{read}")?,
            }
            at = span.end;
        }
        writeln!(out, "{}", outward(text[at..].trim_end()))?;
        Ok(())
    })
}

fn rows(format: Format, table: &str, records: &[impl serde::Serialize], out: &mut impl Write) -> Result<()> {
    let table = schema::table(table).expect("the commands name their tables");
    let mut rows = Rows::new(format, table, false, out)?;
    for record in records {
        rows.row(&serde_json::to_string(record)?)?;
    }
    rows.finish()?.flush()?;
    Ok(())
}

/// Shows a path as it may go to a terminal.
pub fn shown(path: &Path) -> String {
    visible(&path.display().to_string())
}
