//! `dateline pipe article`: the article of each page, by its own light or with what its site's other pages tell.

use super::spool::Spool;
use super::{Scope, each_line};
use anyhow::Result;
use dateline::clean::Cleaner;
use dateline::config::{CleanConfig, ParseConfig, Repeats};
use dateline::corpus::prints;
use dateline::lang::Languages;
use dateline::model::{BlockKind, Cleaned, Document, Dump, Media, Origin, Seen};
use dateline::parse::Parser;
use dateline::text::fold::Folder;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// How far repeats are looked for.
    #[arg(long, value_enum, default_value = "off")]
    pub repeats: Scope,
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

/// Reads a page and tells its article.
struct Engine {
    parser: Parser,
    cleaner: Cleaner,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let languages = Languages::builtin();
    // With the site's word, what is said twice inside the page stays out of it: a transcript that repeats its own lines
    // cost .005 of the shingle F1 on cleanportal.
    let repeats = if args.repeats == Scope::Dump { Repeats::Dump } else { Repeats::Off };
    let engine = Engine {
        parser: Parser::new(&languages, &ParseConfig::default()),
        cleaner: Cleaner::new(&languages, &CleanConfig { repeats, brief: true, ..CleanConfig::default() })?,
    };
    match args.repeats {
        Scope::Off | Scope::Dump => each_line(&args.file, |page: Page| {
            let id = page.id.clone();
            engine.article(id, engine.document(page, 0), None)
        }),
        Scope::Site | Scope::Corpus => run_twice(&engine, &args.file),
    }
}

/// Learns what repeats on each site, then answers.
fn run_twice(engine: &Engine, file: &Option<PathBuf>) -> Result<ExitCode> {
    let (mut spool, folder) = (Spool::of(file)?, Folder::new());
    let known = spool.learn(&folder, |page, number| engine.document(page, number))?;
    spool.answer(|page: Page, number| {
        let id = page.id.clone();
        let document = engine.document(page, number);
        let seen = known.site_counts(document.site.as_deref(), &prints(&document, &folder));
        Ok(engine.article(id, document, Some(&seen)))
    })
}

impl Engine {
    fn document(&self, page: Page, number: u64) -> Document {
        let host = |url: &str| Some(url::Url::parse(url).ok()?.host_str()?.trim_start_matches("www.").to_string());
        let site = page.url.as_deref().and_then(host);
        let origin = Origin { path: "-".into(), record: Some(number), offset: number };
        let body = page.html;
        self.parser.document(Dump { origin, url: page.url, site, media: Media::Html, body, ..Dump::default() })
    }

    fn article(&self, id: serde_json::Value, document: Document, seen: Option<&[Seen]>) -> Article {
        let cleaned = self.cleaner.clean(document, seen);
        let document = &cleaned.document;
        let kept = (0..document.blocks.len()).filter(|&i| is_body(&cleaned, i));
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
}

/// Kept, and no field of its own: title, byline and date line are.
fn is_body(cleaned: &Cleaned, index: usize) -> bool {
    let kind = cleaned.document.blocks[index].kind;
    cleaned.keeps(index) && !matches!(kind, BlockKind::Title | BlockKind::Byline | BlockKind::Dateline)
}
