//! Progress on standard error: a bar on a terminal, plain lines, or JSON lines.

use clap::ValueEnum;
use dateline::pipeline::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// How progress is shown.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Style {
    /// A bar on a terminal, nothing elsewhere
    Auto,
    /// A bar
    Bar,
    /// A line now and then
    Plain,
    /// A JSON object a line
    Json,
    /// Nothing
    None,
}

/// What shows it.
pub enum Shown {
    Bar(ProgressBar),
    /// The tenth of the work that was told last.
    Plain(u64),
    Json,
    Nothing,
}

impl Shown {
    /// The display of that style.
    pub fn new(style: Style) -> Shown {
        match style {
            Style::Auto if std::io::stderr().is_terminal() => Shown::bar(),
            Style::Bar => Shown::bar(),
            Style::Plain => Shown::Plain(u64::MAX),
            Style::Json => Shown::Json,
            Style::Auto | Style::None => Shown::Nothing,
        }
    }

    fn bar() -> Shown {
        let style =
            ProgressStyle::with_template("{msg:9} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta} {prefix}")
                .expect("the template is ours");
        Shown::Bar(ProgressBar::new(0).with_style(style))
    }

    /// Tells how far the run is.
    pub fn tell(&mut self, p: &Progress) {
        let (done, all) = p.bytes;
        let word = match p.pass {
            1 => "learning",
            2 => "reading",
            _ => "writing",
        };
        match self {
            Shown::Bar(bar) => {
                bar.set_message(word);
                bar.set_length(all);
                bar.set_position(done);
                bar.set_prefix(counted(p));
            }
            Shown::Plain(last) => {
                let tenth = u64::from(p.pass) * 100 + (done * 10).checked_div(all).unwrap_or(10);
                if *last != tenth {
                    *last = tenth;
                    eprintln!("{word} {done}/{all} bytes · {}", counted(p));
                }
            }
            Shown::Json => eprintln!("{}", serde_json::to_string(p).expect("numbers are JSON")),
            Shown::Nothing => {}
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Shown::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// Removed share, events, rejects.
fn counted(p: &Progress) -> String {
    let c = &p.counts;
    let dropped: u64 = c.dropped.values().sum();
    let share = (dropped * 100).checked_div(c.blocks).unwrap_or(0);
    format!("{} articles, {share} % of blocks dropped, {} events, {} rejects", c.articles, c.events, c.lost + c.partial)
}
