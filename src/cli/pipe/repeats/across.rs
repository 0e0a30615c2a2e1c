//! `dateline pipe repeats --repeats site|corpus`: reads the stream twice, learns what repeats, then answers.

use crate::cli::pipe::Scope;
use crate::cli::pipe::spool::{Spool, article_id, number_of};
use anyhow::Result;
use dateline::clean::{repeats, templates};
use dateline::corpus::{Duplicate, Known, prints};
use dateline::model::{Document, Dump, Meta, Origin, Published, Reason, Seen, Span};
use dateline::text::fold::Folder;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

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
    let (mut spool, folder) = (Spool::of(file)?, Folder::new());
    let known = spool.learn(&folder, document)?;
    if std::io::stderr().is_terminal() {
        eprintln!("dateline: {}", known.counters());
    }
    let ids = kept_ids(&mut spool, &known)?;
    spool.answer(|item, number| answer(scope, item, number, &known, &ids, &folder))
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
fn kept_ids(spool: &mut Spool, known: &Known) -> Result<Vec<(u64, Value)>> {
    let kept: Vec<u64> = known.kept()?.iter().map(|id| number_of(id)).collect();
    let mut ids = Vec::with_capacity(kept.len());
    spool.each_line(|number, line| {
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
