//! `dateline run`, `learn`, `merge`.

use super::args::{self, Reading, RepeatsArg, Understanding};
use super::log::Log;
use super::{Tone, progress, terminal};
use anyhow::{Context, Result};
use clap::ArgAction;
use dateline::Config;
use dateline::corpus::Index;
use dateline::lang::Languages;
use dateline::pipeline::{Counts, Ended, Pipeline, RunOptions, memory};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Arguments of `run`.
#[derive(clap::Args)]
pub struct Args {
    /// Files and folders in any depth; `-` is standard input
    #[arg(default_value = "raw")]
    raw: Vec<PathBuf>,
    /// The folder that the tables go to
    #[arg(short, long, env = "DATELINE_OUTPUT", default_value = "output", value_name = "OUT")]
    output: PathBuf,
    /// Formats of the tables: csv, json, jsonl, timelinejs, ics, … [default: csv,json]
    #[arg(long, env = "DATELINE_FORMAT", value_delimiter = ',')]
    format: Vec<String>,
    /// Tables to write: articles, blocks, events, points, clusters [default: all but blocks]
    #[arg(long, env = "DATELINE_TABLES", value_delimiter = ',')]
    tables: Vec<String>,
    /// CSV cells `safe` from spreadsheet formulas, or `raw` [default: safe]
    #[arg(long, env = "DATELINE_CSV", value_parser = ["safe", "raw"])]
    csv: Option<String>,
    /// How far repeats are looked for [default: corpus]
    #[arg(long, env = "DATELINE_REPEATS", value_enum)]
    repeats: Option<RepeatsArg>,
    /// What repeats, learnt before (`dateline learn`, `dateline merge`)
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Threads; 0 = one a core
    #[arg(short, long, env = "DATELINE_JOBS", default_value_t = 0)]
    jobs: usize,
    /// Memory that the run may take, as 512M or 2G; what a dump may be at most follows from it [default: as much as dumps
    /// and threads need, and 128M for finding what repeats]
    #[arg(long, env = "DATELINE_MEMORY", value_parser = args::size, value_name = "SIZE")]
    memory: Option<u64>,
    /// Only paths that match one of these globs
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// No paths that match one of these globs
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Read at most so many dumps
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Read only share I of N, as 2/8
    #[arg(long, value_parser = args::shard, value_name = "I/N")]
    shard: Option<(u32, u32)>,
    /// Throw away the unfinished work of an interrupted run and start over
    #[arg(long)]
    fresh: bool,
    /// Say what would be read and written; write nothing
    #[arg(long)]
    dry_run: bool,
    /// End with 0 although something was rejected
    #[arg(long)]
    allow_rejects: bool,
    /// Carry unknown JSON fields through to the articles
    #[arg(long, action = ArgAction::SetTrue)]
    extra: bool,
    /// How progress is shown on standard error; auto: a bar on a terminal only
    #[arg(long, env = "DATELINE_PROGRESS", value_enum, default_value = "auto")]
    progress: progress::Style,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    understanding: Understanding,
}

/// Set by the first Ctrl-C: the run finishes what is in hand.
static STOP: AtomicBool = AtomicBool::new(false);

/// `dateline run`
pub fn run(args: Args, log: Log) -> Result<ExitCode> {
    let config = config(&args)?;
    let pipeline = pipeline(config, &args.understanding, args.jobs)?;
    if args.dry_run {
        return super::audit::dry_run(&args.raw, &args.output, pipeline.config());
    }
    let signal = catch_signals(log)?;
    let index = args.index.as_deref().map(Index::load).transpose()?;
    if let (Some(index), Some(path)) = (&index, &args.index) {
        index.agrees_with(&pipeline.config().corpus, &path.display().to_string())?;
    }
    let options = RunOptions { fresh: args.fresh, index, memory: args.memory, stop: Some(&STOP) };
    let mut shown = progress::Shown::new(if log.quiet { progress::Style::None } else { args.progress });
    let ended = pipeline.run(&args.raw, &args.output, options, &mut |p| shown.tell(p));
    shown.end();
    match ended? {
        Ended::Done(counts) => {
            let fields = json!({ "counts": counts, "output": args.output.display().to_string() });
            log.info("done", fields, || summary(&args, &counts));
            let rejected = counts.lost + counts.partial + counts.skipped > 0;
            if counts.articles == 0 {
                anyhow::bail!(
                    "{}: no input became an article; {}/rejects.jsonl says why",
                    shown_inputs(&args.raw),
                    args.output.display()
                );
            }
            Ok(ExitCode::from(if rejected && !args.allow_rejects { 3 } else { 0 }))
        }
        Ended::Stopped(_) => {
            log.notice("interrupted; the same command goes on from here");
            Ok(ExitCode::from(128 + signal.load(Ordering::Relaxed) as u8))
        }
    }
}

fn shown_inputs(raw: &[PathBuf]) -> String {
    raw.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" ")
}

/// The engines that the arguments ask for.
pub fn pipeline(config: Config, understanding: &Understanding, jobs: usize) -> Result<Pipeline> {
    let mut languages = Languages::builtin();
    if let Some(folder) = &understanding.lang_dir {
        languages = languages.with_folder(folder)?;
    }
    Ok(Pipeline::with_languages(config, languages)?.jobs(jobs))
}

fn config(args: &Args) -> Result<Config> {
    let mut config = args::config(&args.reading, &args.understanding)?;
    if !args.format.is_empty() {
        config.write.formats = args.format.clone();
    }
    if !args.tables.is_empty() {
        config.write.tables = args.tables.clone();
    }
    if let Some(csv) = &args.csv {
        config.write.csv_raw = csv == "raw";
    }
    // The features behind a score are shown in the table of blocks alone.
    config.clean.brief = !config.write.tables.iter().any(|t| t == "blocks");
    config.clean.repeats = args.repeats.map_or(config.clean.repeats, Into::into);
    let ingest = &mut config.ingest;
    if !args.include.is_empty() {
        ingest.include = args.include.clone();
    }
    if !args.exclude.is_empty() {
        ingest.exclude = args.exclude.clone();
    }
    ingest.limit = args.limit.or(ingest.limit);
    ingest.shard = args.shard.or(ingest.shard);
    ingest.extra |= args.extra;
    if let Some(memory) = args.memory {
        memory::bound(&mut config, memory);
    }
    Ok(config)
}

/// The first signal asks the run to stop, the second one ends the process at once.
fn catch_signals(log: Log) -> Result<std::sync::Arc<std::sync::atomic::AtomicUsize>> {
    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    let which = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    // A file size limit is an error that names the file, not a death.
    let limit = std::sync::Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGXFSZ, limit).context("signals")?;
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]).context("signals")?;
    let seen = which.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(128 + signal);
            }
            seen.store(signal as usize, Ordering::Relaxed);
            log.notice("finishing what is in hand; once more stops at once");
        }
    });
    Ok(which)
}

/// What came in, what came out, and that the sum is right.
fn summary(args: &Args, counts: &Counts) -> String {
    let dropped: u64 = counts.dropped.values().sum();
    let by = |map: &BTreeMap<String, u64>| {
        let mut list: Vec<_> = map.iter().collect();
        list.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), (*name).clone()));
        list.into_iter().map(|(name, n)| (name.clone(), *n)).collect::<Vec<_>>()
    };
    let named = |map| by(map).iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ");
    let strong = |n: u64| Tone::Strong.paint(&n.to_string());
    let mut lines = vec![
        format!(
            "{} inputs = {} articles + {} rejects · {} of {} blocks dropped{}",
            strong(counts.inputs),
            strong(counts.articles),
            strong(counts.lost),
            strong(dropped),
            strong(counts.blocks),
            if dropped > 0 { format!(" ({})", named(&counts.dropped)) } else { String::new() },
        ),
        format!(
            "{} events in {} clusters · {} points · {} copies → {}",
            strong(counts.events),
            strong(counts.clusters),
            strong(counts.points),
            strong(counts.duplicates),
            args.output.display(),
        ),
    ];
    // A zero is explained.
    let nothing = counts.duplicates == 0 || !counts.dropped.contains_key("template");
    if let Some(repeats) = counts.repeats.filter(|_| nothing) {
        lines.push(format!("across dumps: {repeats}"));
    }
    let removed = by(&counts.removed);
    if !removed.is_empty() {
        lines.push("removed most often:".to_string());
        let line = |(text, n): &(String, u64)| format!("{n:>8} × {}", terminal::one_line(text, REMOVED_WIDTH));
        lines.extend(removed.iter().take(MOST_REMOVED).map(line));
    }
    if !counts.rejects.is_empty() {
        let place = args.output.join("rejects.jsonl");
        lines.push(format!("{}: {} → {}", Tone::Bad.paint("rejects"), named(&counts.rejects), place.display()));
    }
    lines.join("\n")
}

/// Removed blocks that the summary shows: more would push its first line off the eye.
const MOST_REMOVED: usize = 5;
/// Columns of a removed block in the summary.
const REMOVED_WIDTH: usize = 72;

/// Arguments of `learn`.
#[derive(clap::Args)]
pub struct LearnArgs {
    /// Files and folders in any depth
    #[arg(required = true)]
    raw: Vec<PathBuf>,
    /// The index to write
    #[arg(short, long, value_name = "INDEX")]
    output: PathBuf,
    /// Threads; 0 = one a core
    #[arg(short, long, env = "DATELINE_JOBS", default_value_t = 0)]
    jobs: usize,
    /// Memory that learning may take, as 512M or 2G
    #[arg(long, env = "DATELINE_MEMORY", value_parser = args::size, value_name = "SIZE")]
    memory: Option<u64>,
    /// Read only share I of N, as 2/8
    #[arg(long, value_parser = args::shard, value_name = "I/N")]
    shard: Option<(u32, u32)>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    understanding: Understanding,
}

/// `dateline learn`
pub fn learn(args: LearnArgs, log: Log) -> Result<ExitCode> {
    let mut config = args::config(&args.reading, &args.understanding)?;
    config.ingest.shard = args.shard.or(config.ingest.shard);
    if let Some(memory) = args.memory {
        memory::bound(&mut config, memory);
    }
    let pipeline = pipeline(config, &args.understanding, args.jobs)?;
    let index = pipeline.learn(&args.raw, &spill_beside(&args.output), args.memory)?;
    index.save(&args.output)?;
    let fields = json!({ "articles": index.len(), "output": args.output.display().to_string() });
    log.info("learnt", fields, || format!("{} articles → {}", index.len(), args.output.display()));
    Ok(ExitCode::SUCCESS)
}

/// Where learning may put what does not fit into memory: the folder of the index.
fn spill_beside(index: &Path) -> PathBuf {
    match index.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Arguments of `merge`.
#[derive(clap::Args)]
pub struct MergeArgs {
    /// Indexes that `learn` or `merge` wrote
    #[arg(required = true)]
    parts: Vec<PathBuf>,
    /// The index to write
    #[arg(short, long, value_name = "INDEX")]
    output: PathBuf,
    #[command(flatten)]
    understanding: Understanding,
}

/// `dateline merge`
pub fn merge(args: MergeArgs, log: Log) -> Result<ExitCode> {
    let config = args::config(&Reading::default(), &args.understanding)?;
    let mut parts = Vec::new();
    for path in &args.parts {
        let index = Index::load(path)?;
        index.agrees_with(&config.corpus, &path.display().to_string())?;
        parts.push(index);
    }
    let index = Index::merge(parts)?;
    index.save(&args.output)?;
    let fields = json!({ "articles": index.len(), "output": args.output.display().to_string() });
    log.info("merged", fields, || format!("{} articles → {}", index.len(), args.output.display()));
    Ok(ExitCode::SUCCESS)
}
