//! `dateline run` over each case: the rows must be those that stand beside the dump.
//!
//! `fixtures/<case>/dump*` is what goes in (for the case `raw`, the sample dumps of the project), `fixtures/<case>/*.jsonl`
//! what must come out. `UPDATE=1 cargo test --test fixtures` rewrites what must come out; review the diff.

#![allow(clippy::unwrap_used)]

use dateline::pipeline::{Ended, Pipeline, RunOptions};
use dateline::{Config, config::WriteConfig};
use std::fs;
use std::path::{Path, PathBuf};

const TABLES: [&str; 5] = ["articles", "blocks", "events", "points", "clusters"];

fn run(inputs: &[PathBuf], out: &Path) {
    let tables = TABLES.map(str::to_string).to_vec();
    let config =
        Config { write: WriteConfig { formats: vec!["jsonl".into()], tables, csv_raw: false }, ..Config::default() };
    let ended = Pipeline::new(config).unwrap().run(inputs, out, RunOptions::default(), &mut |_| {}).unwrap();
    assert!(matches!(ended, Ended::Done(_)));
}

#[test]
fn every_case_gives_the_rows_that_stand_beside_it() {
    let mut wrong = Vec::new();
    let mut cases: Vec<PathBuf> = fs::read_dir("fixtures").unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|c| c.is_dir()) {
        let mut inputs: Vec<PathBuf> = fs::read_dir(case).unwrap().map(|e| e.unwrap().path()).collect();
        inputs.retain(|p| p.file_name().unwrap().to_string_lossy().starts_with("dump"));
        inputs.sort();
        match case.ends_with("raw") {
            true => inputs = vec![PathBuf::from("raw")],
            // A folder of cases that other tests read.
            false if inputs.is_empty() => continue,
            false => {}
        }
        let out = tempfile::tempdir().unwrap();
        run(&inputs, out.path());
        for table in TABLES {
            let found = fs::read_to_string(out.path().join(format!("{table}.jsonl"))).unwrap();
            let stands = case.join(format!("{table}.jsonl"));
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&stands, &found).unwrap();
            }
            let expected = fs::read_to_string(&stands).unwrap_or_default();
            if let Some((a, b)) = expected.lines().zip(found.lines()).find(|(a, b)| a != b) {
                wrong.push(format!("{}:\n  expected {a}\n  found    {b}", stands.display()));
            } else if expected.lines().count() != found.lines().count() {
                let counts = (expected.lines().count(), found.lines().count());
                wrong.push(format!("{}: {} rows expected, {} found", stands.display(), counts.0, counts.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
