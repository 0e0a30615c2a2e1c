//! A stream of JSON Lines that is read twice: learnt from, then answered line by line.

use anyhow::{Context, Result};
use dateline::config::CorpusConfig;
use dateline::corpus::{Facts, Known, Learner, Room};
use dateline::model::Document;
use dateline::text::fold::Folder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Bytes to learn in. What is above goes to the temporary folder.
const MEMORY: usize = 128 << 20;

/// The stream, in a file.
pub struct Spool(File);

impl Spool {
    /// The input as a file: standard input is written to the temporary folder first.
    pub fn of(file: &Option<PathBuf>) -> Result<Spool> {
        if let Some(path) = file.as_ref().filter(|p| p.as_os_str() != "-") {
            return Ok(Spool(File::open(path).with_context(|| path.display().to_string())?));
        }
        let mut spool = tempfile::tempfile().context("temporary folder")?;
        std::io::copy(&mut std::io::stdin().lock(), &mut spool).context("standard input")?;
        Ok(Spool(spool))
    }

    /// What repeats across the documents that `document` makes of the lines and their numbers. Lines that are not of the
    /// engine's form tell nothing.
    pub fn learn<I: DeserializeOwned>(
        &mut self,
        folder: &Folder,
        document: impl Fn(I, u64) -> Document,
    ) -> Result<Known> {
        let spill = std::env::temp_dir();
        let mut learner = Learner::new(&CorpusConfig::default(), Some(&spill), MEMORY);
        self.each_line(|number, line| {
            let Ok(item) = serde_json::from_slice(line) else { return Ok(()) };
            Ok(learner.add(&Facts::of(&document(item, number), &article_id(number), folder))?)
        })?;
        Ok(learner.finish()?.resolve(&Room::new(Some(&spill), MEMORY))?)
    }

    /// Answers each line with what `answer` makes of it and its number. A line that is not of the engine's form is
    /// answered with `{"id": null, "error": …}` and makes the exit code 3.
    pub fn answer<I: DeserializeOwned, O: Serialize>(
        &mut self,
        mut answer: impl FnMut(I, u64) -> Result<O>,
    ) -> Result<ExitCode> {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut code = 0;
        self.each_line(|number, line| {
            match serde_json::from_slice(line) {
                Ok(item) => serde_json::to_writer(&mut out, &answer(item, number)?)?,
                Err(e) => {
                    code = 3;
                    eprintln!("dateline: line {}: not of the engine's form: {e}", number + 1);
                    serde_json::to_writer(&mut out, &json!({ "id": null, "error": e.to_string() }))?;
                }
            }
            Ok(out.write_all(b"\n")?)
        })?;
        out.flush()?;
        Ok(ExitCode::from(code))
    }

    /// Gives each line, by its number, to `each`; blank lines count, and are passed over.
    pub fn each_line(&mut self, mut each: impl FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        let mut input = BufReader::with_capacity(1 << 20, &mut self.0);
        let mut line = Vec::new();
        for number in 0.. {
            line.clear();
            if input.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if !line.trim_ascii().is_empty() {
                each(number, &line)?;
            }
        }
        Ok(())
    }
}

/// The identifier of the document on the line with that number.
pub fn article_id(number: u64) -> String {
    format!("{number:020x}")
}

/// The number of its line.
pub fn number_of(article_id: &str) -> u64 {
    u64::from_str_radix(article_id, 16).expect("the identifiers were made from numbers")
}
