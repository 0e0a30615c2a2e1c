//! `dateline inspect`, `verify`, `schema`, and what `run --dry-run` says.

use super::args::{self, Reading, Understanding, Usage};
use super::log::{Log, LogFormat};
use super::one::{incoming, shown};
use super::{Tone, terminal};
use anyhow::{Result, bail};
use dateline::Config;
use dateline::ingest::{self, Incoming, Listing};
use dateline::write::{schema, verify as check};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub struct InspectArgs {
    /// Files and folders in any depth
    #[arg(required = true)]
    raw: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

/// `dateline inspect`
pub fn inspect(args: InspectArgs) -> Result<ExitCode> {
    let config = args::config(&args.reading, &Understanding::default())?;
    let listing = ingest::walk(&args.raw, &config.ingest)?;
    let (mut n_dumps, mut n_bytes) = (0u64, 0u64);
    let mut by: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    let mut count = |what, name: String| *by.entry(what).or_default().entry(name).or_default() += 1;
    for incoming in incoming(&listing, &config.ingest) {
        match incoming? {
            Incoming::Dump(dump) => {
                n_dumps += 1;
                n_bytes += dump.body.len() as u64;
                count("formats", format!("{:?}", dump.media).to_lowercase());
                count("character sets", dump.charset.clone());
                count("sites", dump.site.clone().unwrap_or_else(|| "—".to_string()));
                for flag in &dump.flags {
                    count("flags", flag.split(':').next().unwrap_or(flag).to_string());
                }
            }
            Incoming::Reject(reject) => count("damage", format!("{} ({})", reject.code, reject.severity.name())),
        }
    }
    let mut out = anstream::stdout().lock();
    writeln!(out, "{} bytes in store, {n_dumps} dumps, {n_bytes} bytes decoded", bytes(&listing))?;
    for (what, names) in &by {
        writeln!(out, "{}", Tone::Strong.paint(what))?;
        let mut names: Vec<_> = names.iter().collect();
        names.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), name.to_string()));
        for (name, n) in names.iter().take(MOST_NAMES) {
            writeln!(out, "  {n:>8}  {}", terminal::visible(name))?;
        }
        if names.len() > MOST_NAMES {
            writeln!(out, "  and {} more", names.len() - MOST_NAMES)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Names shown of each kind: a screen has some thirty lines.
const MOST_NAMES: usize = 12;

fn bytes(listing: &Listing) -> u64 {
    listing.sources.iter().filter_map(|s| s.bytes).sum()
}

/// What a run would read and write.
pub fn dry_run(raw: &[PathBuf], out: &Path, config: &Config) -> Result<ExitCode> {
    let listing = ingest::walk(raw, &config.ingest)?;
    println!("would read {} files, {} bytes", listing.sources.len(), bytes(&listing));
    for source in &listing.sources {
        println!("  {}", terminal::visible(&source.name));
    }
    println!(
        "would write {} as {} into {}",
        config.write.tables.join(", "),
        config.write.formats.join(", "),
        shown(out)
    );
    Ok(ExitCode::SUCCESS)
}

/// Arguments of `verify`.
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The output folder of a run
    #[arg(default_value = "output")]
    out: PathBuf,
}

/// `dateline verify`
pub fn verify(args: VerifyArgs, log: Log) -> Result<ExitCode> {
    let done = check::verify(&args.out)?;
    for difference in &done.differences {
        match log.format {
            LogFormat::Text => {
                anstream::eprintln!("{}: {}", Tone::Bad.paint("differs"), terminal::visible(difference))
            }
            LogFormat::Json => log.error(difference),
        }
    }
    let fields = json!({ "files": done.files, "rows": done.rows, "evidence": done.evidence, "differences": done.differences.len() });
    log.info("verified", fields, || {
        let verdict = match done.differences.len() {
            0 => Tone::Good.paint("as the manifest says"),
            n => Tone::Bad.paint(&format!("{n} differences")),
        };
        // What was removed stands in a table that is written when it is asked for.
        let evidence = match done.evidence {
            0 => "no removed copies in a JSON table of blocks".to_string(),
            n => format!("{n} removed copies checked"),
        };
        format!("{} files, {} rows, {evidence}: {verdict}", done.files, done.rows)
    });
    Ok(ExitCode::from(if done.differences.is_empty() { 0 } else { 4 }))
}

/// Arguments of `schema`.
#[derive(clap::Args)]
pub struct SchemaArgs {
    /// articles, blocks, events, points, clusters or rejects
    table: Option<String>,
}

/// `dateline schema`
pub fn schema(args: SchemaArgs) -> Result<ExitCode> {
    let value = match args.table.as_deref() {
        None => {
            let all = schema::TABLES.iter().map(|t| (t.name.to_string(), t.json_schema()));
            Value::Object(all.collect())
        }
        Some(name) => match schema::table(name) {
            Some(table) => table.json_schema(),
            None => {
                let names: Vec<_> = schema::TABLES.iter().map(|t| t.name).collect();
                bail!(Usage(format!("`{name}` is no table; there are {}", names.join(", "))))
            }
        },
    };
    writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&value)?)?;
    Ok(ExitCode::SUCCESS)
}
