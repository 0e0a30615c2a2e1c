//! What must always hold, on generated texts, pages and corpora.

#![allow(clippy::unwrap_used)]

use dateline::config::WriteConfig;
use dateline::lang::Languages;
use dateline::model::{Document, Dump, Media};
use dateline::pipeline::{Counts, Ended, Pipeline, RunOptions};
use dateline::{Config, parse};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Pieces from which texts and pages are made: prose, dates, list lines, markup, traps, odd characters.
const PIECES: &[&str] = &[
    "The bridge opened on 3 May 1811.",
    "2023年11月17日,董事會宣布",
    "1. First point",
    "2. Second point",
    "（一）保留屋顶",
    "<p>",
    "</p>",
    "<div class=share>",
    "</div>",
    "<li>",
    "<ul>",
    "<b>",
    "</b>",
    "&amp;",
    "&nbsp;",
    "<br>",
    "<h2>",
    "</h2>",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r\n",
    "\u{3000}",
    "\u{ad}",
    "e\u{301}",
    "🎉",
    "\u{202e}",
    "\0",
    "<",
    ">",
    "&",
    "\"",
    "昭和27年4月",
    "Subscribe to our newsletter",
    "相关阅读",
    "Related stories",
    "GPT-3.5",
    "1/1/1/1/1",
    "<script>var x = 1;</script>",
    "<table><tr><td>a<td>b",
    "<!-- note -->",
    "<ol start=3>",
    "Monday",
    "12. März",
    "— — —",
    "ｆｕｌｌ",
    "<title>T | S</title>",
];

fn soup(max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..max).prop_map(|v| v.concat())
}

fn dump(body: &str, media: Media) -> Dump {
    Dump { body: body.to_string(), media, ..Dump::default() }
}

/// Spans lie inside, on character borders, in order, disjoint; every visible character of the text is in a block.
fn check_blocks(document: &Document, body: &str) {
    let mut at = 0;
    for block in &document.blocks {
        let (s, e) = (block.span.start as usize, block.span.end as usize);
        assert!(at <= s && s < e, "blocks in order, disjoint, not empty");
        assert!(
            document.text[at..s].chars().all(|c| c.is_whitespace() || c.is_control()),
            "between blocks only blanks: {:?}",
            &document.text[at..s]
        );
        let source = block.source;
        assert!(
            source.start <= source.end && body.get(source.range()).is_some(),
            "the source lies in the dump: {source:?}"
        );
        at = e;
    }
    assert!(document.text[at..].chars().all(|c| c.is_whitespace() || c.is_control()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_visible_character_lies_in_exactly_one_block(body in soup(60)) {
        let languages = Languages::builtin();
        for media in [Media::Text, Media::Html] {
            check_blocks(&parse::document(dump(&body, media), &languages, &Default::default()), &body);
        }
    }
}

fn pipeline(tables: &[&str], jobs: usize) -> Pipeline {
    let tables = tables.iter().map(|t| t.to_string()).collect();
    let write = WriteConfig { formats: vec!["csv".into(), "json".into(), "jsonl".into()], tables, csv_raw: false };
    Pipeline::new(Config { write, ..Config::default() }).unwrap().jobs(jobs)
}

fn run(pipeline: &Pipeline, inputs: &[PathBuf], out: &Path) -> Counts {
    match pipeline.run(inputs, out, RunOptions::default(), &mut |_| {}).unwrap() {
        Ended::Done(counts) => counts,
        Ended::Stopped(_) => panic!("nobody stopped it"),
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&p).unwrap())).collect()
}

#[test]
fn rows_lie_where_they_say_and_whatever_comes_in_is_counted() {
    let raw = tempfile::tempdir().unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for i in 0..60 {
        let body = soup(80).new_tree(&mut runner).unwrap().current();
        fs::write(raw.path().join(format!("{i:02}.{}", if i % 2 == 0 { "txt" } else { "html" })), body).unwrap();
    }
    fs::write(raw.path().join("picture.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0").unwrap();
    let out = tempfile::tempdir().unwrap();
    let counts =
        run(&pipeline(&["articles", "blocks", "events", "points", "clusters"], 2), &[raw.path().into()], out.path());
    assert_eq!(counts.inputs, counts.articles + counts.lost);
    let read = |table: &str| -> Vec<serde_json::Value> {
        let text = fs::read_to_string(out.path().join(format!("{table}.jsonl"))).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    };
    let articles: BTreeMap<String, Vec<char>> = read("articles")
        .iter()
        .map(|a| (a["article_id"].as_str().unwrap().to_string(), a["text"].as_str().unwrap().chars().collect()))
        .collect();
    for row in read("blocks").iter().chain(&read("points")).filter(|r| !r["start"].is_null()) {
        let text = &articles[row["article_id"].as_str().unwrap()];
        let (s, e) = (row["start"].as_u64().unwrap() as usize, row["end"].as_u64().unwrap() as usize);
        let there: String = text[s..e].iter().collect();
        if row.get("verdict").is_some() {
            assert_eq!(there, row["text"].as_str().unwrap());
        }
    }
    for row in read("events") {
        let text = &articles[row["article_id"].as_str().unwrap()];
        let (s, e) = (row["start"].as_u64().unwrap() as usize, row["end"].as_u64().unwrap() as usize);
        assert!(s < e && e <= text.len());
        assert!(row["edtf"].as_str().unwrap().parse::<dateline::model::edtf::Edtf>().is_ok(), "{row}");
    }
    let verified = dateline::write::verify::verify(out.path()).unwrap();
    assert_eq!(verified.differences, Vec::<String>::new());
}

#[test]
fn threads_and_the_order_of_inputs_do_not_change_a_byte() {
    let tables = ["articles", "blocks", "events", "points", "clusters"];
    let folders: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut inputs: Vec<PathBuf> = fs::read_dir("raw").unwrap().map(|e| e.unwrap().path()).collect();
    inputs.sort();
    run(&pipeline(&tables, 1), &inputs, folders[0].path());
    run(&pipeline(&tables, 4), &inputs, folders[1].path());
    inputs.reverse();
    run(&pipeline(&tables, 2), &inputs, folders[2].path());
    let first = files(folders[0].path());
    assert!(first.len() > 10);
    for other in &folders[1..] {
        for (name, bytes) in files(other.path()) {
            assert!(first[&name] == bytes, "{name} differs");
        }
    }
}

/// A line of JSON Lines: a page of one of three sites; some are copies, in full, edited, or in part, some come twice.
fn page_line(i: usize) -> String {
    let sentence = |seed: usize| {
        let word = |k: usize| {
            ["stone", "river", "vote", "harbour", "mayor", "wheat", "tunnel", "ferry"][(seed * 31 + k * k * 7 + k) % 8]
        };
        (0..18).map(|k| format!("{}{}", word(k), (seed * (k + 3)) % 23)).collect::<Vec<_>>().join(" ")
    };
    let story = if i.is_multiple_of(4) { i % 3 } else { 100 + i };
    let n = if i.is_multiple_of(8) { 3 } else { 6 };
    let body: Vec<String> = (0..n).map(|k| format!("On {} May 2019 {}.", 1 + k, sentence(story * 10 + k))).collect();
    let body = if i.is_multiple_of(12) { body.join("\n").to_uppercase() } else { body.join("\n") };
    let site = i % 3;
    let text = format!("Home\nNews of site {site}\n{body}\n{} comments\nAll rights reserved", i % 7);
    let url = format!("https://site{site}.example/{}", if i % 9 == 5 { 5 } else { i });
    let text = if i % 9 == 5 {
        "Home\nThe same page was fetched again and again on every day of the long week of the fair".into()
    } else {
        text
    };
    serde_json::json!({ "text": text, "url": url, "date": format!("2019-05-{:02}", 1 + i % 28) }).to_string()
}

#[test]
fn shards_merged_in_any_order_and_any_number_of_threads_give_the_same_bytes() {
    let raw = tempfile::tempdir().unwrap();
    let names = ["a.jsonl", "b.jsonl", "c.jsonl"].map(|n| raw.path().join(n));
    for (f, name) in names.iter().enumerate() {
        let lines: Vec<String> = (0..60).filter(|i| i * 7 % 3 == f).map(page_line).collect();
        fs::write(name, lines.join("\n") + "\n").unwrap();
    }
    let tables = ["articles", "blocks", "events", "clusters"];
    let whole = tempfile::tempdir().unwrap();
    let counts = run(&pipeline(&tables, 1), &names, whole.path());
    assert!(
        counts.duplicates > 10 && counts.dropped["duplicate"] > 40 && counts.dropped["template"] > 40,
        "{counts:?}"
    );
    assert_eq!(dateline::write::verify::verify(whole.path()).unwrap().differences, Vec::<String>::new());
    let first = files(whole.path());
    let check = |what: &str, out: &Path| {
        let other = files(out);
        assert_eq!(first.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        let differs: Vec<&String> = first.keys().filter(|k| first[*k] != other[*k]).collect();
        assert!(differs.is_empty(), "{what}: {differs:?}");
    };
    for jobs in [2, 8] {
        let out = tempfile::tempdir().unwrap();
        run(&pipeline(&tables, jobs), &names, out.path());
        check(&format!("{jobs} threads"), out.path());
    }
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let (out, spill) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let line = pipeline(&tables, 1);
        let parts = order.map(|i| line.learn(&names[i..=i], spill.path(), None).unwrap());
        let index = dateline::corpus::Index::merge(parts.into()).unwrap();
        let options = RunOptions { index: Some(index), ..RunOptions::default() };
        line.run(&names, out.path(), options, &mut |_| {}).unwrap();
        check(&format!("parts in the order {order:?}"), out.path());
    }
}
