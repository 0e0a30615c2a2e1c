//! What a run puts on disk while it works: little, and enough to go on with.

#![allow(clippy::unwrap_used)]

use dateline::config::WriteConfig;
use dateline::pipeline::{Ended, Pipeline, RunOptions};
use dateline::{Config, corpus::Known};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Pages of nine sites with a menu and a footer, as JSON Lines; three in ten are copies of an earlier one.
fn pages(n: u64) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut below = move |end: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % end
    };
    let syllables = ["ka", "ro", "mi", "ten", "lu", "sha", "der", "vo", "nis", "pa", "gel", "tor"];
    let mut bodies: Vec<String> = Vec::new();
    let mut page = |i: u64| {
        let copied = (!bodies.is_empty() && below(10) < 3).then(|| bodies[below(bodies.len() as u64) as usize].clone());
        let body = copied.unwrap_or_else(|| {
            let mut paragraph = |_| {
                let words: Vec<String> = (0..60)
                    .map(|_| (0..=below(3)).map(|_| syllables[below(12) as usize]).collect::<String>())
                    .collect();
                let date = if below(3) == 0 { format!("On {} May 2019 ", 1 + below(28)) } else { String::new() };
                format!("{date}{}.", words.join(" "))
            };
            let body = (0..8).map(&mut paragraph).collect::<Vec<_>>().join("\n");
            bodies.push(body.clone());
            body
        });
        let site = i % 9;
        let text = format!("Home\nNews\nSports of site {site}\n{body}\n{} comments\nAll rights reserved", below(99));
        serde_json::json!({ "text": text, "url": format!("https://site{site}.example/{i}") }).to_string() + "\n"
    };
    (0..n).map(&mut page).collect()
}

fn pipeline() -> Pipeline {
    let write = WriteConfig { formats: vec!["csv".into(), "json".into()], ..WriteConfig::default() };
    Pipeline::new(Config { write, ..Config::default() }).unwrap().jobs(2)
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries.map(|p| (p.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&p).unwrap())).collect()
}

/// Bytes of all files below the folder.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(m) if m.is_dir() => bytes_below(&entry.path()),
        Ok(m) => m.len(),
        Err(_) => 0,
    };
    entries.map(size).sum()
}

/// Bytes of the files in the folder that have no name any more and are still open, where the system tells them.
fn nameless_bytes(folder: &Path) -> u64 {
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let here = |path: &Path| fs::read_link(path).is_ok_and(|to| to.starts_with(folder) && !to.exists());
    open.filter(|e| here(&e.path())).map(|e| fs::metadata(e.path()).map_or(0, |m| m.len())).sum()
}

/// A quarter of the text, tables aside: these are what the run is for, and lie on disk once.
#[test]
fn what_is_temporary_stays_below_a_quarter_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let (raw, out) = (folder.path().join("pages.jsonl"), folder.path().join("out"));
    fs::write(&raw, pages(2500)).unwrap();
    let work = out.join(".dateline");
    let mut most = 0;
    let mut passes = Vec::new();
    let told = &mut |progress: &dateline::pipeline::Progress| {
        passes.push(progress.pass);
        let temporary = bytes_below(&work) - bytes_below(&work.join("out")) + nameless_bytes(&work);
        most = most.max(temporary);
    };
    pipeline().run(std::slice::from_ref(&raw), &out, RunOptions::default(), told).unwrap();
    let text = fs::metadata(&raw).unwrap().len();
    assert!(passes.iter().filter(|p| **p == 2).count() > 2, "{passes:?}");
    assert!(most > 0 && most * 4 <= text, "{most} of {text}");
}

/// A run that is stopped in pass two has what repeats, and not what it was found in; with it the next run ends as
/// one that nobody stopped. When more came in meanwhile, it is learnt again.
#[test]
fn a_run_that_was_stopped_while_it_read_goes_on_with_what_repeats() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir().unwrap();
    let (raw, out, undisturbed) =
        (folder.path().join("pages.jsonl"), folder.path().join("out"), folder.path().join("undisturbed"));
    let inputs = [raw.clone()];
    let learnt = out.join(".dateline/learnt");
    for more in [false, true] {
        STOP.store(false, Ordering::Relaxed);
        let few = pages(2100);
        fs::write(&raw, &few).unwrap();
        let options = RunOptions { stop: Some(&STOP), ..RunOptions::default() };
        let told = &mut |p: &dateline::pipeline::Progress| STOP.store(p.pass == 2, Ordering::Relaxed);
        let ended = pipeline().run(&inputs, &out, options, told).unwrap();
        assert!(matches!(ended, Ended::Stopped(_)));
        assert!(Known::stored(&learnt).unwrap().is_some());
        assert!(!learnt.join("records").exists() && !learnt.join("journal.jsonl").exists());
        if more {
            fs::write(&raw, few + &pages(30).replace("Home", "Start")).unwrap();
        }
        pipeline().run(&inputs, &out, RunOptions::default(), &mut |_| {}).unwrap();
        pipeline().run(&inputs, &undisturbed, RunOptions::default(), &mut |_| {}).unwrap();
        assert!(files(&out) == files(&undisturbed), "more came in: {more}");
    }
}
