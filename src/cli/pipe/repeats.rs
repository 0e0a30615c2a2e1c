//! `dateline pipe repeats`.

mod across;

use super::Scope;
use anyhow::Result;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// How far repeats are looked for.
    #[arg(long, value_enum, default_value = "corpus")]
    pub repeats: super::Scope,
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<ExitCode> {
    match args.repeats {
        scope @ (Scope::Site | Scope::Corpus) => across::run(scope, &args.file),
        Scope::Off | Scope::Dump => super::each_line(&args.file, |line: serde_json::Value| line),
    }
}
