//! `dateline pipe dates`.

use anyhow::Result;
use dateline::dates::{Context, Tagger};
use dateline::lang::Languages;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
    /// Folder of language files (`*.toml`) that add to the built-in ones or replace them.
    #[arg(long, value_name = "DIR")]
    lang_dir: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
    lang: Option<String>,
    reference_date: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    id: Value,
    expressions: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    start: usize,
    end: usize,
    text: String,
    r#type: &'static str,
    value: String,
    edtf: Option<String>,
    r#mod: Option<&'static str>,
    basis: &'static str,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let mut languages = Languages::builtin();
    if let Some(folder) = &args.lang_dir {
        languages = languages.with_folder(folder)?;
    }
    let tagger = Tagger::new(&languages)?;
    let code = super::each_line(&args.file, |line: Line| {
        let context = Context {
            lang: line.lang.as_deref(),
            reference: line.reference_date.as_deref().and_then(read_reference),
            ..Context::default()
        };
        let tagged = tagger.tag(&line.text, &context);
        let (mut bytes, mut points) = (0, 0);
        let mut place = |at: usize| {
            points += line.text[bytes..at].chars().count();
            bytes = at;
            points
        };
        let expressions = tagged
            .apart()
            .into_iter()
            .map(|e| {
                let start = place(e.span.start as usize);
                Row {
                    start,
                    end: start + e.span.of(&line.text).chars().count(),
                    text: e.span.of(&line.text).to_string(),
                    r#type: e.kind.name(),
                    value: e.value,
                    edtf: e.edtf.map(|d| d.to_string()),
                    r#mod: e.modifier.map(|m| m.name()),
                    basis: e.basis.name(),
                }
            })
            .collect();
        Answer { id: line.id, expressions }
    });
    // The process ends here: to take thirty lexicons apart would cost as much as a megabyte of text.
    std::mem::forget(tagger);
    code
}

/// A date or a date with its time; what is neither counts as not given.
fn read_reference(s: &str) -> Option<DateTime> {
    let s = s.trim();
    s.parse::<DateTime>().ok().or_else(|| s.get(..10)?.parse::<Date>().ok().map(|d| d.at(0, 0, 0, 0)))
}
