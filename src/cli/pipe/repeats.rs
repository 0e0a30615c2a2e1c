//! `dateline pipe repeats`.

mod across;

use super::Scope;
use anyhow::Result;
use dateline::clean::repeats;
use dateline::text::fold::Folder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// How far repeats are looked for.
    #[arg(long, value_enum, default_value = "corpus")]
    pub repeats: Scope,
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Item {
    id: Value,
    text: String,
}

/// Code points of the text, and why they go.
#[derive(Serialize)]
struct Answer {
    id: Value,
    remove: Vec<(usize, usize, &'static str)>,
    cluster: Value,
}

pub fn run(args: Args) -> Result<ExitCode> {
    match args.repeats {
        Scope::Off => super::each_line(&args.file, |item: Item| answer(item, Vec::new())),
        Scope::Dump => {
            let folder = Folder::new();
            super::each_line(&args.file, |item: Item| {
                let found = repeats::find(&item.text, &repeats::lines(&item.text), &folder);
                let remove = in_code_points(&item.text, &found);
                answer(item, remove)
            })
        }
        scope @ (Scope::Site | Scope::Corpus) => across::run(scope, &args.file),
    }
}

/// Each text alone is the kept one of its cluster.
fn answer(item: Item, remove: Vec<(usize, usize, &'static str)>) -> Answer {
    Answer { cluster: item.id.clone(), id: item.id, remove }
}

/// The spans of `found`, which come in order, as code points of `text`.
fn in_code_points(text: &str, found: &[repeats::Repeat]) -> Vec<(usize, usize, &'static str)> {
    let (mut byte, mut point) = (0, 0);
    let mut count_to = |end: usize| {
        point += text[byte..end].chars().count();
        byte = end;
        point
    };
    found.iter().map(|r| (count_to(r.span.start as usize), count_to(r.span.end as usize), "repeat")).collect()
}
