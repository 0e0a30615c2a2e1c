//! The command line: arguments → `Config`; commands; progress; terminal colours.

mod pipe;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Raw scraped article dumps in; clean text, dated events and numbered points out.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but errors.
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    /// One engine alone as a filter: JSON Lines in, JSON Lines out, in order, flushed a line.
    Pipe(pipe::Args),
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Pipe(args) => pipe::run(args),
    };
    match done {
        Ok(code) => code,
        Err(e) if is_closed_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("dateline: {e:#}");
            ExitCode::from(1)
        }
    }
}

/// Whoever read our output has gone: a quiet end.
fn is_closed_pipe(e: &anyhow::Error) -> bool {
    e.chain().any(|c| c.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe))
}
