//! `dateline pipe cluster`: the whole stream is read before the first answer, since any telling may be of any event.

use anyhow::Result;
use dateline::extract::{Telling, join};
use dateline::text::fold::Folder;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
}

/// One telling of an event.
#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    edtf: Option<String>,
    text: String,
    article: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    /// The first telling of the same event.
    cluster: &'a serde_json::Value,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let (lines, code) = super::all_lines::<Line>(&args.file)?;
    let ids: Vec<String> = lines.iter().map(|l| l.id.to_string()).collect();
    let tellings: Vec<Telling> = lines
        .iter()
        .enumerate()
        .map(|(i, line)| Telling {
            id: &ids[i],
            edtf: line.edtf.as_deref().and_then(|d| d.parse().ok()),
            text: &line.text,
            article: line.article.as_deref(),
            // Lines have no places: each stands at its own.
            place: (i as u64, i as u64 + 1),
            date_place: (i as u64, i as u64 + 1),
        })
        .collect();
    let mut first: Vec<usize> = (0..lines.len()).collect();
    for group in join(&Folder::new(), &tellings) {
        let earliest = group.iter().copied().min().unwrap_or_default();
        group.into_iter().for_each(|member| first[member] = earliest);
    }
    super::print_lines(lines.iter().zip(first).map(|(l, f)| Answer { id: &l.id, cluster: &lines[f].id }))?;
    Ok(code)
}
