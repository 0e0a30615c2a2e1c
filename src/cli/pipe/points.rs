//! `dateline pipe points`.

use anyhow::Result;
use dateline::lang::Languages;
use dateline::model::{Dump, Media};
use dateline::points::Reader;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Input {
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct Output {
    id: serde_json::Value,
    points: Vec<Point>,
    headings: Vec<Heading>,
}

#[derive(Serialize)]
struct Point {
    list_id: u32,
    ordinal: Option<i64>,
    level: u8,
    parent: Option<usize>,
    label: String,
    start: usize,
    body_start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Heading {
    start: usize,
    end: usize,
    level: u8,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let reader = Reader::new(&Languages::builtin())?;
    super::each_line(&args.file, |line: Input| answer(&reader, line))
}

fn answer(reader: &Reader, input: Input) -> Output {
    let dump = Dump { body: input.text, media: Media::Text, ..Dump::default() };
    let document = dateline::parse::text::document(dump);
    let outline = reader.outline(&document, &[]);
    let points = outline.points.iter().map(|p| [p.label.start, p.body.start, p.body.end]);
    let headings = outline.headings.iter().map(|h| [h.span.start, h.span.end]);
    let mut bytes: Vec<u32> = points.flatten().chain(headings.flatten()).collect();
    bytes.sort_unstable();
    bytes.dedup();
    let places = code_points(&document.text, &bytes);
    let place = |byte: u32| places[bytes.binary_search(&byte).expect("each byte asked for was collected above")];
    Output {
        id: input.id,
        points: outline
            .points
            .iter()
            .map(|p| Point {
                list_id: p.list,
                ordinal: p.ordinal,
                level: p.level,
                parent: p.parent,
                label: p.label.of(&document.text).to_string(),
                start: place(p.label.start),
                body_start: place(p.body.start),
                end: place(p.body.end),
            })
            .collect(),
        headings: outline
            .headings
            .iter()
            .map(|h| Heading { start: place(h.span.start), end: place(h.span.end), level: h.level })
            .collect(),
    }
}

/// The code point at each of `bytes`, which are sorted, in one walk over the text.
fn code_points(text: &str, bytes: &[u32]) -> Vec<usize> {
    let (mut at, mut n) = (0, 0);
    bytes
        .iter()
        .map(|&byte| {
            n += text[at..byte as usize].chars().count();
            at = byte as usize;
            n
        })
        .collect()
}
