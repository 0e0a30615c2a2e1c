//! `dateline pipe repeats --repeats site|corpus`: reads the stream twice, learns what repeats, then answers.

use crate::cli::pipe::{Scope, each_spooled, each_spooled_line, spooled};
use anyhow::Result;
use dateline::clean::{repeats, templates};
use dateline::config::CorpusConfig;
use dateline::corpus::{Duplicate, Facts, Known, Learner, Room, prints};
use dateline::model::{Document, Dump, Meta, Origin, Published, Reason, Seen, Span};
use dateline::text::fold::Folder;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Bytes to learn in. What is above goes to the temporary folder.
const MEMORY: usize = 128 << 20;

#[derive(Deserialize)]
struct Item {
    id: Value,
    text: String,
    site: Option<String>,
    url: Option<String>,
    date: Option<String>,
    title: Option<String>,
}

/// Answers each line with what repeats in it across the stream.
pub fn run(scope: Scope, file: &Option<PathBuf>) -> Result<ExitCode> {
    let mut spool = spooled(file)?;
    let folder = Folder::new();
    let spill = std::env::temp_dir();
    let mut learner = Learner::new(&CorpusConfig::default(), Some(&spill), MEMORY);
    each_spooled(&mut spool, |number, item: serde_json::Result<Item>| {
        let Ok(item) = item else { return Ok(()) };
        Ok(learner.add(&Facts::of(&document(item, number), &article_id(number), &folder))?)
    })?;
    let known = learner.finish()?.resolve(&Room::new(Some(&spill), MEMORY))?;
    if std::io::stderr().is_terminal() {
        eprintln!("dateline: {}", known.counters());
    }
    let ids = kept_ids(&mut spool, &known)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut code = 0;
    each_spooled(&mut spool, |number, item: serde_json::Result<Item>| {
        let answer = match item {
            Ok(item) => answer(scope, item, number, &known, &ids, &folder)?,
            Err(e) => {
                code = 3;
                eprintln!("dateline: line {}: not of the engine's form: {e}", number + 1);
                json!({ "id": null, "error": e.to_string() })
            }
        };
        serde_json::to_writer(&mut out, &answer)?;
        Ok(out.write_all(b"\n")?)
    })?;
    out.flush()?;
    Ok(ExitCode::from(code))
}

fn article_id(number: u64) -> String {
    format!("{number:020x}")
}

fn document(item: Item, number: u64) -> Document {
    let date = item.date.as_deref().and_then(|d| d.parse().ok());
    let published = date.map(|date| Published { date, basis: "declared".into() });
    let host = || Some(url::Url::parse(item.url.as_deref()?).ok()?.host_str()?.to_string());
    let site = item.site.clone().or_else(host);
    let origin = Origin { path: "-".into(), record: Some(number), offset: number };
    let declared = Meta { published, title: item.title, ..Meta::default() };
    dateline::parse::text::document(Dump { origin, url: item.url, site, body: item.text, declared, ..Dump::default() })
}

fn answer(
    scope: Scope,
    item: Item,
    number: u64,
    known: &Known,
    ids: &[(u64, Value)],
    folder: &Folder,
) -> Result<Value> {
    let id = item.id.clone();
    let document = document(item, number);
    let duplicate = known.duplicate_of(&article_id(number))?.filter(|_| scope == Scope::Corpus);
    let seen = known.site_counts(document.site.as_deref(), &prints(&document, folder));
    let mut reasons: Vec<Option<Reason>> = templates::verdicts(&document, &seen);
    let keep: Vec<bool> = reasons.iter().map(Option::is_none).collect();
    for (i, reason) in repeats::mark(&document, &keep, folder) {
        reasons[i] = Some(reason);
    }
    if let Some(duplicate) = &duplicate {
        mark_duplicate(&mut reasons, duplicate, &seen);
    }
    let dropped = document.blocks.iter().zip(&reasons).filter_map(|(b, r)| Some((b.span, r.as_ref()?.name())));
    let remove: Vec<Value> = code_points(&document.text, dropped);
    let cluster = duplicate.map_or(id.clone(), |d| kept_id(&d, ids));
    Ok(json!({ "id": id, "remove": remove, "cluster": cluster }))
}

fn mark_duplicate(reasons: &mut [Option<Reason>], duplicate: &Duplicate, seen: &[Seen]) {
    for (i, reason) in reasons.iter_mut().enumerate().filter(|(_, reason)| reason.is_none()) {
        let frame = || duplicate.is_frame(i).then_some(Reason::Template { pages: seen[i].pages, of: seen[i].of });
        *reason = duplicate.reason(i).or_else(frame);
    }
}

/// The identifiers of the lines that others are copies of: a copy may come before them.
fn kept_ids(spool: &mut File, known: &Known) -> Result<Vec<(u64, Value)>> {
    let kept: Vec<u64> = known.kept()?.iter().map(|id| number_of(id)).collect();
    let mut ids = Vec::with_capacity(kept.len());
    each_spooled_line(spool, |number, line| {
        if kept.binary_search(&number).is_ok() {
            #[derive(Deserialize)]
            struct Id {
                id: Value,
            }
            ids.push((number, serde_json::from_slice::<Id>(line)?.id));
        }
        Ok(())
    })?;
    Ok(ids)
}

fn number_of(article_id: &str) -> u64 {
    u64::from_str_radix(article_id, 16).expect("the identifiers were made from numbers")
}

fn kept_id(duplicate: &Duplicate, ids: &[(u64, Value)]) -> Value {
    let at = ids
        .binary_search_by_key(&number_of(&duplicate.of), |i| i.0)
        .expect("the copy that stays is a line of the stream");
    ids[at].1.clone()
}

/// Spans in order, as code points.
fn code_points<'a>(text: &str, spans: impl Iterator<Item = (Span, &'a str)>) -> Vec<Value> {
    let (mut at, mut n_chars) = (0, 0);
    let mut count = |to: u32| {
        n_chars += text[at..to as usize].chars().count();
        at = to as usize;
        n_chars
    };
    spans.map(|(span, reason)| json!([count(span.start), count(span.end), reason])).collect()
}
