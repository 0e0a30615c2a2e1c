//! `dateline pipe ENGINE`: one engine alone as a filter, JSON Lines in, JSON Lines out.

mod article;
mod cluster;
mod dates;
mod points;
mod repeats;
mod spool;

use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    engine: Engine,
}

#[derive(Subcommand)]
enum Engine {
    /// {id, html, url?} → {id, text, title, byline, published, language, sitename}
    Article(article::Args),
    /// {id, text, site?, url?, date?} → {id, remove: [[start, end, reason], …], cluster}
    Repeats(repeats::Args),
    /// {id, text, lang?, reference_date?} → {id, expressions: […]}
    Dates(dates::Args),
    /// {id, text, lang?} → {id, points: […], headings: […]}
    Points(points::Args),
    /// {id, edtf, text}, one telling a line → {id, cluster}
    Cluster(cluster::Args),
}

/// How far repeats are looked for.
#[derive(Clone, Copy, ValueEnum, PartialEq)]
pub enum Scope {
    Off,
    Dump,
    Site,
    Corpus,
}

pub fn run(args: Args) -> Result<ExitCode> {
    match args.engine {
        Engine::Article(a) => article::run(a),
        Engine::Repeats(a) => repeats::run(a),
        Engine::Dates(a) => dates::run(a),
        Engine::Points(a) => points::run(a),
        Engine::Cluster(a) => cluster::run(a),
    }
}

/// Where the lines come from.
fn open(file: &Option<PathBuf>) -> Result<Box<dyn BufRead>> {
    let reader: Box<dyn Read> = match file {
        Some(path) if path.as_os_str() != "-" => {
            Box::new(std::fs::File::open(path).with_context(|| path.display().to_string())?)
        }
        _ => Box::new(std::io::stdin().lock()),
    };
    Ok(Box::new(BufReader::with_capacity(1 << 20, reader)))
}

/// Answers each line of `file` with `answer`, in order, flushed a line. A line that is not of the engine's form
/// is answered with `{"id": null, "error": …}` and makes the exit code 3; the stream goes on.
fn each_line<I: DeserializeOwned, O: Serialize>(
    file: &Option<PathBuf>,
    mut answer: impl FnMut(I) -> O,
) -> Result<ExitCode> {
    let mut input = open(file)?;
    let mut out = std::io::stdout().lock();
    let mut rejected = false;
    let (mut line, mut said) = (Vec::new(), Vec::new());
    for number in 1u64.. {
        line.clear();
        said.clear();
        if input.read_until(b'\n', &mut line).context("standard input")? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<I>(&line) {
            Ok(item) => serde_json::to_writer(&mut said, &answer(item))?,
            Err(e) => {
                rejected = true;
                eprintln!("dateline: line {number}: not of the engine's form: {e}");
                serde_json::to_writer(&mut said, &serde_json::json!({ "id": null, "error": e.to_string() }))?;
            }
        }
        said.push(b'\n');
        out.write_all(&said)?;
        out.flush()?;
    }
    Ok(ExitCode::from(if rejected { 3 } else { 0 }))
}

/// All lines of `file`, for an engine that must have seen the whole stream; bad lines are told and left out.
fn all_lines<I: DeserializeOwned>(file: &Option<PathBuf>) -> Result<(Vec<I>, ExitCode)> {
    let mut lines = Vec::new();
    let mut rejected = false;
    for (number, line) in (1u64..).zip(open(file)?.split(b'\n')) {
        let line = line.context("standard input")?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(item) => lines.push(item),
            Err(e) => {
                rejected = true;
                eprintln!("dateline: line {number}: not of the engine's form: {e}");
            }
        }
    }
    Ok((lines, ExitCode::from(if rejected { 3 } else { 0 })))
}

/// Prints `answers`, one a line.
fn print_lines<O: Serialize>(answers: impl Iterator<Item = O>) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for answer in answers {
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
