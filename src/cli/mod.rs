//! The command line: arguments → `Config`; commands; progress; terminal colours.

mod args;
mod audit;
mod explain;
mod log;
mod one;
mod pipe;
mod progress;
mod run;
mod terminal;

use args::Usage;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use log::{Log, LogFormat};
use std::io::Write;
use std::process::ExitCode;

/// Raw scraped article dumps in; clean text, dated events and numbered points out.
///
/// dateline reads dumps (text, HTML, JSON Lines, WARC, compressed, folders of them), finds the article in each, marks
/// what repeats and what is boilerplate, and pulls out dated events and numbered points. Nothing is deleted in
/// silence: every block has a verdict with its evidence, every row walks back to its place in the dump.
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// When to use colours [default: auto]
    #[arg(long, global = true, value_enum, default_value = "auto", hide_default_value = true)]
    color: When,
    /// How messages on standard error are written [default: text]
    #[arg(
        long,
        global = true,
        env = "DATELINE_LOG_FORMAT",
        value_enum,
        default_value = "text",
        hide_default_value = true
    )]
    log_format: LogFormat,
}

const AFTER: &str = "\
Examples:
  dateline run                              raw/ → output/ (CSV and JSON)
  dateline run pages.warc.gz -o out --format jsonl --tables articles,blocks,events
  dateline clean page.html                  the article's text
  curl -s URL | dateline events -           its dated events
  dateline explain dump.txt                 every block: kept or dropped, and why

Exit codes: 0 all inputs read; 1 the run could not go on, or nothing usable came out; 2 wrong usage or
configuration, or refused; 3 finished, but something was rejected (see rejects.jsonl); 4 `verify` found a
difference; 130/143 interrupted (the same command goes on).";

#[derive(Clone, Copy, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Read, clean, extract, write: dumps in, tables out
    Run(run::Args),
    /// The article's text on standard output
    Clean(one::CleanArgs),
    /// The article's dated events
    Events(one::EventsArgs),
    /// The article's numbered points
    Points(one::PointsArgs),
    /// Each temporal expression in place, with how it was resolved
    Dates(one::DatesArgs),
    /// Each block with verdict, reason and evidence
    Explain(explain::Args),
    /// One engine alone as a filter: JSON Lines in, JSON Lines out, in order, flushed a line
    Pipe(pipe::Args),
    /// Learn what repeats across dumps; writes an index
    Learn(run::LearnArgs),
    /// Merge indexes, in any order
    Merge(run::MergeArgs),
    /// What is in here: formats, character sets, sites, sizes, damage; writes nothing
    Inspect(audit::InspectArgs),
    /// Check an output folder: hashes, counts, schemas, evidence
    Verify(audit::VerifyArgs),
    /// The JSON Schema of a table; of all tables without a name
    Schema(audit::SchemaArgs),
    /// Completions for a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
    /// The manual page (roff)
    Man,
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    // A panic inside one dump is caught and becomes a reject; its message goes there, not to the terminal.
    std::panic::set_hook(Box::new(|_| {}));
    let cli = Cli::parse();
    match cli.color {
        When::Auto => {}
        When::Always => anstream::ColorChoice::Always.write_global(),
        When::Never => anstream::ColorChoice::Never.write_global(),
    }
    let log = Log { format: cli.log_format, quiet: cli.quiet };
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match cli.command {
        Command::Run(args) => run::run(args, log),
        Command::Clean(args) => one::clean(args),
        Command::Events(args) => one::events(args),
        Command::Points(args) => one::points(args),
        Command::Dates(args) => one::dates(args),
        Command::Explain(args) => explain::explain(args),
        Command::Pipe(args) => pipe::run(args),
        Command::Learn(args) => run::learn(args, log),
        Command::Merge(args) => run::merge(args, log),
        Command::Inspect(args) => audit::inspect(args),
        Command::Verify(args) => audit::verify(args, log),
        Command::Schema(args) => audit::schema(args),
        Command::Completions { shell } => completions(shell),
        Command::Man => man(),
    }));
    match done {
        Ok(Ok(code)) => code,
        Ok(Err(e)) if is_closed_pipe(&e) => ExitCode::SUCCESS,
        Ok(Err(e)) => {
            log.error(&format!("{e:#}"));
            ExitCode::from(exit_code(&e))
        }
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().map(|s| s.to_string());
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            log.error(&format!("a fault of ours: {said}; please report it with the input"));
            ExitCode::from(1)
        }
    }
}

/// The tones of the terminal, one meaning each.
#[derive(Clone, Copy)]
enum Tone {
    Error,
    Good,
    Bad,
    Dim,
    Strong,
}

impl Tone {
    fn paint(self, text: &str) -> String {
        use anstyle::{AnsiColor, Style};
        let style = match self {
            Tone::Error => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Tone::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
            Tone::Bad => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Tone::Dim => Style::new().dimmed(),
            Tone::Strong => Style::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dateline", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

fn man() -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    std::io::stdout().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}

/// 2 for what was wrongly asked, 1 for what the world refused.
fn exit_code(e: &anyhow::Error) -> u8 {
    use dateline::Error;
    let asked = e.chain().any(|c| {
        c.downcast_ref::<Usage>().is_some()
            || matches!(c.downcast_ref::<Error>(), Some(Error::Config(_) | Error::Refused(_) | Error::Language { .. }))
    });
    if asked { 2 } else { 1 }
}

/// Whoever read our output has gone: a quiet end.
fn is_closed_pipe(e: &anyhow::Error) -> bool {
    let broken = |io: &std::io::Error| io.kind() == std::io::ErrorKind::BrokenPipe;
    e.chain().any(|c| {
        c.downcast_ref::<std::io::Error>().is_some_and(broken)
            || c.downcast_ref::<serde_json::Error>()
                .is_some_and(|j| j.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
    })
}
