//! `dateline pipe article`: the article of each page, by its own light.

use anyhow::Result;
use dateline::clean::Cleaner;
use dateline::config::{CleanConfig, ParseConfig, Repeats};
use dateline::lang::Languages;
use dateline::model::{BlockKind, Cleaned, Dump, Media};
use dateline::parse::Parser;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// How far repeats are looked for.
    #[arg(long, value_enum, default_value = "off")]
    pub repeats: super::Scope,
    /// JSON Lines; standard input when missing or `-`.
    file: Option<PathBuf>,
}

/// A page.
#[derive(Deserialize)]
struct Page {
    id: serde_json::Value,
    html: String,
    url: Option<String>,
}

/// Its article.
#[derive(Serialize)]
struct Article {
    id: serde_json::Value,
    text: String,
    title: Option<String>,
    byline: Option<String>,
    published: Option<String>,
    language: Option<String>,
    sitename: Option<String>,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let parser = Parser::new(&Languages::builtin(), &ParseConfig::default());
    let config = CleanConfig { repeats: Repeats::Off, ..CleanConfig::default() };
    let cleaner = Cleaner::new(&Languages::builtin(), &config)?;
    super::each_line(&args.file, |page: Page| {
        let dump = Dump { url: page.url, media: Media::Html, body: page.html, ..Dump::default() };
        article(page.id, &cleaner.clean(parser.document(dump), None))
    })
}

fn article(id: serde_json::Value, cleaned: &Cleaned) -> Article {
    let document = &cleaned.document;
    let kept = (0..document.blocks.len()).filter(|&i| is_body(cleaned, i));
    let meta = &document.meta;
    Article {
        id,
        text: kept.map(|i| document.block_text(i)).collect::<Vec<_>>().join("\n"),
        title: meta.title.clone(),
        byline: meta.byline.clone(),
        published: meta.published.as_ref().map(|p| p.date.to_string()),
        language: document.language.clone(),
        sitename: meta.sitename.clone(),
    }
}

/// Kept, and no field of its own: title, byline and date line are.
fn is_body(cleaned: &Cleaned, index: usize) -> bool {
    let kind = cleaned.document.blocks[index].kind;
    cleaned.keeps(index) && !matches!(kind, BlockKind::Title | BlockKind::Byline | BlockKind::Dateline)
}
