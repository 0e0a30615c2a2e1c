//! `dateline explain`: each block with verdict, reason and evidence.

use super::Tone;
use super::one::Source;
use super::terminal::one_line;
use anyhow::Result;
use clap::ValueEnum;
use dateline::corpus::{Index, Room};
use dateline::model::{Reason, Span, Verdict};
use dateline::pipeline::Reading;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// How it is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Only blocks that were dropped
    #[arg(long)]
    dropped: bool,
    /// What repeats across dumps, learnt before (`dateline learn`): tells copies in other dumps and furniture too
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For reading: number, verdict, text, and under a dropped block why
    Table,
    /// The rows of the `blocks` table, one a line
    Jsonl,
}

/// Bytes to find in what repeats. What is above goes to the temporary folder.
const MEMORY: usize = 128 << 20;

/// Columns of the terminal that a block's text takes.
const TEXT_WIDTH: usize = 88;

/// `dateline explain`
pub fn explain(args: Args) -> Result<ExitCode> {
    let mut out = anstream::stdout().lock();
    let pipeline = args.source.pipeline()?;
    let index = args.index.as_deref().map(Index::load).transpose()?;
    if let (Some(index), Some(path)) = (&index, &args.index) {
        index.agrees_with(&pipeline.config().corpus, &path.display().to_string())?;
    }
    let room = Room::new(Some(&std::env::temp_dir()), MEMORY);
    let known = index.map(|index| index.resolve(&room)).transpose()?;
    args.source.each_known(&pipeline, known.as_ref(), |reading| {
        for i in 0..reading.cleaned.verdicts().len() {
            if args.dropped && reading.cleaned.keeps(i) {
                continue;
            }
            match args.format {
                Format::Jsonl => writeln!(out, "{}", serde_json::to_string(&reading.rows.blocks[i])?)?,
                Format::Table => write!(out, "{}", block(&reading, i))?,
            }
        }
        Ok(())
    })
}

/// The block at `i`: a line, and for a dropped one a line with the reason.
fn block(reading: &Reading, i: usize) -> String {
    let row = &reading.rows.blocks[i];
    let said = one_line(reading.cleaned.document.block_text(i), TEXT_WIDTH);
    let number = Tone::Dim.paint(&format!("{:>5}", i + 1));
    match &reading.cleaned.verdicts()[i] {
        Verdict::Keep => {
            format!("{number} {} {} {said}\n", Tone::Good.paint("keep"), Tone::Dim.paint(&format!("{:10}", row.kind)))
        }
        Verdict::Drop(reason) => format!(
            "{number} {} {} {said}\n      └ {}\n",
            Tone::Bad.paint("drop"),
            Tone::Dim.paint(&format!("{:10}", row.kind)),
            why(reading, reason)
        ),
    }
}

/// The reason in words, with both places where there are two.
fn why(reading: &Reading, reason: &Reason) -> String {
    match reason {
        Reason::Repeat { of, similarity } => format!(
            "repeat: {:.0} % said before in {} (bytes {})",
            similarity * 100.0,
            blocks_named(reading, *of),
            place(reading.cleaned.document.source_of(*of)),
        ),
        Reason::Duplicate { of, similarity, relation, source, record, block } => {
            let record = record.map_or(String::new(), |r| format!(", dump {r}"));
            let block = block.map_or(String::new(), |b| format!(", block {}", b + 1));
            let share = similarity * 100.0;
            format!("duplicate: {share:.0} % stands in {source}{record}{block} (article {of}; {relation} copy)")
        }
        Reason::Template { pages, of } => format!("template: on {pages} of {of} pages of the site"),
        Reason::Boilerplate { rule } => format!("boilerplate: {rule}"),
        Reason::OffTopic { score, why } => format!("off-topic: score {score:.3}; {}", why.join(", ")),
    }
}

/// `block 3` or `blocks 3–5`: the blocks that `span` touches.
fn blocks_named(reading: &Reading, span: Span) -> String {
    let blocks = &reading.cleaned.document.blocks;
    let mut touched = (0..blocks.len()).filter(|&i| blocks[i].span.overlaps(span)).map(|i| i + 1);
    match (touched.next(), touched.next_back()) {
        (Some(a), Some(b)) => format!("blocks {a}–{b}"),
        (Some(a), None) => format!("block {a}"),
        _ => "no block".to_string(),
    }
}

fn place(span: Span) -> String {
    format!("{}–{}", span.start, span.end)
}
