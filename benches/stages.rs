//! Megabytes of raw input a second, one thread, stage by stage, beside two baselines of the same run: copying the bytes,
//! and scraper's plain parse. `cargo bench` prints the table; compare figures of one run only. With files of JSON Lines
//! behind `--` their field `text` is read instead of the made-up texts, and a word measures the stages of that name alone,
//! with the fold that is the limit of the repeats: `cargo bench -- news.jsonl points`.

#![allow(clippy::unwrap_used)]

use dateline::extract::Extractor;
use dateline::lang::Languages;
use dateline::model::{Document, Dump, Media};
use dateline::text::fold::Folder;
use dateline::{Config, Pipeline, clean, corpus, dates, parse, points};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A small generator of numbers (SplitMix64), so that every run reads the same material.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const ENGLISH: &[&str] = &[
    "the",
    "harbour",
    "board",
    "voted",
    "against",
    "a",
    "new",
    "tower",
    "of",
    "local",
    "stone",
    "after",
    "long",
    "debate",
    "and",
    "nobody",
    "in",
    "village",
    "remembered",
    "why",
    "ferry",
    "had",
    "stopped",
    "before",
    "winter",
    "came",
    "down",
];
const CHINESE: &[&str] = &[
    "工程",
    "团队",
    "的",
    "组长",
    "联名",
    "写信",
    "要求",
    "公开",
    "去年",
    "检测",
    "报告",
    "市长",
    "没有",
    "正面",
    "回应",
    "只",
    "表示",
    "所有人",
    "都",
    "应该",
    "先",
    "看完",
    "资料",
    "再",
    "说话",
    "。",
    "，",
];

fn sentence(r: &mut Seeded) -> String {
    let n = 8 + r.below(18);
    match r.below(3) {
        0 => (0..n).map(|_| r.of(CHINESE)).collect::<String>() + "。",
        1 => format!(
            "On {} {} {}, {}.",
            1 + r.below(28),
            r.of(&["May", "June", "October"]),
            1900 + r.below(120),
            words(r, n)
        ),
        _ => words(r, n) + ".",
    }
}

fn words(r: &mut Seeded, n: usize) -> String {
    (0..n).map(|_| r.of(ENGLISH)).collect::<Vec<_>>().join(" ")
}

fn text(r: &mut Seeded) -> String {
    let mut lines = vec![words(r, 6)];
    for i in 1..20 + r.below(30) {
        let said: Vec<_> = (0..1 + r.below(5)).map(|_| sentence(r)).collect();
        lines.push(if r.below(4) == 0 { format!("{i}. {}", said[0]) } else { said.join(" ") });
    }
    lines.join("\n")
}

fn page(r: &mut Seeded) -> String {
    let menu: String =
        (0..30).map(|i| format!("<li class=\"menu-item\"><a href=\"/s/{i}\">{}</a></li>", words(r, 2))).collect();
    let body: String =
        text(r).lines().map(|l| format!("<p class=\"text\">{l} <a href=\"/x\">{}</a></p>\n", words(r, 2))).collect();
    format!(
        "<!DOCTYPE html><html lang=en><head><title>{} | Gazette</title><script>var a = {{}};</script></head><body>\
         <nav><ul>{menu}</ul></nav><main><article><h1>{}</h1>{body}</article></main><footer><ul>{menu}</ul></footer></body></html>",
        words(r, 6),
        words(r, 6)
    )
}

/// The row was asked for: the arguments name a part of it, or there are no words among them.
fn is_asked(name: &str) -> bool {
    let mut asked = std::env::args().skip(1).filter(|a| is_word(a)).peekable();
    asked.peek().is_none() || asked.any(|a| name.contains(&a))
}

/// Time that this thread has had a core, where Linux tells; else the time of day.
fn cpu_time(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = told.as_deref().and_then(|t| t.split(' ').next()?.parse().ok());
    ran.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// Runs `work` over all bodies until a second has gone by, at least twice; gives the best megabytes a second.
fn measure(name: &str, bodies: &[String], mut work: impl FnMut(&str)) -> f64 {
    measure_each(name, bodies, |i| work(&bodies[i]))
}

/// The same by the number of the body, for what was made of it before.
fn measure_each(name: &str, bodies: &[String], mut work: impl FnMut(usize)) -> f64 {
    if !is_asked(name) {
        return 0.0;
    }
    let n_bytes: usize = bodies.iter().map(String::len).sum();
    let mut best = Duration::MAX;
    let begun = Instant::now();
    let mut n_runs = 0;
    while n_runs < 2 || begun.elapsed() < Duration::from_secs(1) {
        let run = cpu_time(begun);
        (0..bodies.len()).for_each(&mut work);
        best = best.min(cpu_time(begun) - run);
        n_runs += 1;
    }
    let rate = n_bytes as f64 / 1e6 / best.as_secs_f64();
    println!("{name:44} {rate:10.1} MB/s");
    rate
}

fn dump(body: &str, media: Media) -> Dump {
    Dump { body: body.to_string(), media, ..Dump::default() }
}

fn is_word(argument: &str) -> bool {
    !argument.starts_with('-') && !argument.ends_with(".jsonl")
}

/// The texts of JSON Lines files.
fn given(files: &[String]) -> Vec<String> {
    let lines = files.iter().flat_map(|f| {
        let read = std::fs::read_to_string(f).unwrap_or_else(|e| panic!("{f}: {e}"));
        read.lines().map(str::to_string).collect::<Vec<_>>()
    });
    lines
        .map(|l| {
            let line: serde_json::Value = serde_json::from_str(&l).unwrap();
            line["text"].as_str().unwrap_or_default().to_string()
        })
        .collect()
}

fn main() {
    let mut r = Seeded(7);
    let files: Vec<String> = std::env::args().skip(1).filter(|a| a.ends_with(".jsonl")).collect();
    let texts: Vec<String> = match files.is_empty() {
        true => (0..400).map(|_| text(&mut r)).collect(),
        false => given(&files),
    };
    let pages: Vec<String> = (0..300).map(|_| page(&mut r)).collect();
    let mut config = Config::default();
    // As a run does that writes no table of blocks.
    config.clean.brief = true;
    let languages = Languages::builtin();
    let fold = Folder::new();
    let cleaner = clean::Cleaner::new(&languages, &config.clean).unwrap();
    let tagger = dates::Tagger::new(&languages).unwrap();
    let reader = points::Reader::new(&languages).unwrap();
    let extractor = Extractor::new(&languages, &config).unwrap();
    let pipeline = Pipeline::new(config.clone()).unwrap();
    let parser = parse::Parser::new(&languages, &config.parse);
    let document = |body: &str, media| parser.document(dump(body, media));

    println!("text");
    measure("  baseline: copy the bytes", &texts, |b| drop(black_box(b.to_string())));
    let mut tokens = Vec::new();
    let limit = measure("  fold and tokenize (limit of repeats)", &texts, |b| fold.tokens(black_box(b), &mut tokens));
    let of_limit = |rate: f64| {
        if rate > 0.0 {
            println!("{:44} {:10.1} % of fold and tokenize", "", 100.0 * rate / limit);
        }
    };
    of_limit(measure("  repeats in a dump", &texts, |b| {
        drop(black_box(clean::repeats::find(b, &clean::repeats::lines(b), &fold)));
    }));
    measure("  parse", &texts, |b| drop(black_box(document(b, Media::Text))));
    measure("  parse + clean", &texts, |b| drop(black_box(cleaner.clean(document(b, Media::Text), None))));
    measure("  parse + facts for the index", &texts, |b| {
        drop(black_box(corpus::Facts::of(&document(b, Media::Text), "id", &fold)));
    });
    let documents: Vec<Document> = texts.iter().map(|b| document(b, Media::Text)).collect();
    of_limit(measure("  repeats across dumps: facts, index, copies", &[texts.concat()], |_| {
        let mut learner = corpus::Learner::new(&config.corpus, None, 256 << 20);
        for (i, d) in documents.iter().enumerate() {
            learner.add(&corpus::Facts::of(d, &format!("{i:020x}"), &fold)).unwrap();
        }
        drop(black_box(learner.finish().unwrap().resolve(&corpus::Room::new(None, 256 << 20)).unwrap()));
    }));
    measure("  dates, language unknown", &texts, |b| drop(black_box(tagger.tag(b, &dates::Context::default()))));
    measure_each("  dates, language known", &texts, |i| {
        let context = dates::Context { lang: documents[i].language.as_deref(), ..dates::Context::default() };
        drop(black_box(tagger.tag(&texts[i], &context)));
    });
    measure_each("  points", &texts, |i| {
        let d = &documents[i];
        drop(black_box(reader.outline(d, &vec![true; d.blocks.len()])));
    });
    let cleaned: Vec<_> = documents.into_iter().map(|d| cleaner.clean(d, None)).collect();
    measure_each("  extract (dates and points in it)", &texts, |i| {
        drop(black_box(extractor.extract(&cleaned[i], "id")));
    });
    measure("  the whole line", &texts, |b| drop(black_box(pipeline.read(dump(b, Media::Text)))));

    if !files.is_empty() {
        return;
    }
    println!("html");
    measure("  baseline: copy the bytes", &pages, |b| drop(black_box(b.to_string())));
    measure("  baseline: scraper's plain parse", &pages, |b| drop(black_box(scraper::Html::parse_document(b))));
    measure("  parse", &pages, |b| drop(black_box(document(b, Media::Html))));
    measure("  parse + clean", &pages, |b| drop(black_box(cleaner.clean(document(b, Media::Html), None))));
    measure("  the whole line", &pages, |b| drop(black_box(pipeline.read(dump(b, Media::Html)))));
}
