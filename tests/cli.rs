//! The command line from outside: results, talk, exit codes.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn dateline(args: &[&str], stdin: &str, folder: &Path) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone before all of it is written.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs in the project's folder; gives exit code, standard output, standard error.
fn check(args: &[&str], stdin: &str) -> (i32, String, String) {
    let out = dateline(args, stdin, Path::new("."));
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

const DIARY: &str =
    "Frost diary\n\nOn 1 December 2018 the first frost lay on the ridge.\n\n1. A hat\n2. A scarf\n3. A kettle\n";

#[test]
fn a_text_comes_out_clean_and_a_pipe_is_as_good_as_a_file() {
    let (code, out, err) = check(&["clean", "-"], &format!("{DIARY}Subscribe to our newsletter\n"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("Frost diary\n") && !out.contains("Subscribe"), "{out}");
}

#[test]
fn events_come_as_table_csv_json_and_calendar() {
    for (format, expected) in [
        ("table", "2018-12-01  "),
        ("csv", "2018-12-01,2018-12-01"),
        ("json", "\"edtf\":\"2018-12-01\""),
        ("ics", "DTSTART;VALUE=DATE:20181201"),
    ] {
        let (code, out, _) = check(&["events", "--format", format], DIARY);
        assert_eq!(code, 0);
        assert!(out.contains(expected), "{format}: {out}");
    }
}

#[test]
fn points_come_with_their_labels() {
    let (code, out, _) = check(&["points", "--format", "csv"], DIARY);
    assert_eq!(code, 0);
    assert!(out.contains("\r\n2,2.,1,") && out.contains("A scarf"), "{out}");
    let (code, out, _) = check(&["points", "--format", "markdown"], DIARY);
    assert_eq!((code, out.as_str()), (0, "# Frost diary\n1. A hat\n2. A scarf\n3. A kettle\n"));
}

#[test]
fn an_input_that_is_not_there_is_named_and_ends_with_1() {
    let (code, out, err) = check(&["clean", "no/such/file.txt"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("no/such/file.txt"), "{err}");
}

#[test]
fn wrong_use_ends_with_2_and_says_what_there_is() {
    assert_eq!(check(&["clean", "--nonsense"], "").0, 2);
    let (code, _, err) = check(&["schema", "tables"], "");
    assert_eq!(code, 2);
    assert!(err.contains("articles, blocks, events"), "{err}");
    let (code, _, err) = check(&["run", "raw", "-o", "raw/out"], "");
    assert_eq!(code, 2);
    assert!(err.contains("inside the input"), "{err}");
    assert_eq!(check(&["run", "raw", "--format", "docx"], "").0, 2);
    assert_eq!(check(&["run", "raw", "--tables", "people"], "").0, 2);
}

#[test]
fn a_run_writes_tables_and_a_reject_makes_it_3_unless_allowed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("raw")).unwrap();
    fs::write(folder.path().join("raw/diary.txt"), DIARY).unwrap();
    assert_eq!(dateline(&["run"], "", folder.path()).status.code(), Some(0));
    let out = folder.path().join("output");
    for file in [
        "articles.csv",
        "articles.json",
        "events.csv",
        "points.json",
        "clusters.csv",
        "rejects.jsonl",
        "run.json",
        "datapackage.json",
    ] {
        assert!(out.join(file).exists(), "{file}");
    }
    assert!(!out.join(".dateline").exists());
    assert_eq!(dateline(&["verify"], "", folder.path()).status.code(), Some(0));

    fs::write(folder.path().join("raw/picture.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01").unwrap();
    assert_eq!(dateline(&["run", "-q"], "", folder.path()).status.code(), Some(3));
    assert!(fs::read_to_string(out.join("rejects.jsonl")).unwrap().contains("\"code\":\"not-text\""));
    assert_eq!(dateline(&["run", "-q", "--allow-rejects"], "", folder.path()).status.code(), Some(0));

    fs::write(out.join("events.csv"), "tampered").unwrap();
    let checked = dateline(&["verify"], "", folder.path());
    assert_eq!(checked.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&checked.stderr).contains("events.csv: sha-256"));
}

#[test]
fn an_article_that_another_page_lists_in_full_stays_and_pages_of_one_frame_are_no_copies() {
    let folder = tempfile::tempdir().unwrap();
    let herring = "<p>The herring came a week early this year, and the clerk of the quay counted four hundred barrels \
                   before noon, wrote them into the long book, and sent the boy for more salt and two more hands.</p>";
    let ferry = "<p>Nobody had told the ferry. It lay at the old pier with its lamps lit until the evening, took eleven \
                 passengers and a goat across the sound, and its captain read about the fish in the morning paper.</p>";
    let menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>";
    let page = |topic: &str, body: &str, more: &str| {
        format!(
            "<html><head><title>The {topic}</title></head><body>{menu}<main><article><h1>The {topic}</h1>{body}</article></main>\
             {more}<footer><p>The Harbour Gazette, Quay 4. All rights reserved.</p></footer></body></html>"
        )
    };
    let list = format!(
        "<aside class='related-stories'><h3>Read more</h3><ul><li><a href='/1'>The herring {}</a></li>\
         <li><a href='/3'>The lamp</a></li><li><a href='/4'>The crane</a></li></ul></aside>",
        herring.replace("p>", "span>")
    );
    fs::create_dir(folder.path().join("raw")).unwrap();
    fs::write(folder.path().join("raw/1.html"), page("herring", herring, "")).unwrap();
    fs::write(folder.path().join("raw/2.html"), page("ferry", ferry, &list)).unwrap();
    assert_eq!(dateline(&["run", "-q", "--format", "json"], "", folder.path()).status.code(), Some(0));
    let articles = fs::read_to_string(folder.path().join("output/articles.json")).unwrap();
    let articles: Vec<serde_json::Value> = serde_json::from_str(&articles).unwrap();
    assert_eq!(articles.len(), 2);
    for article in articles {
        assert!(article["duplicate_of"].is_null(), "{article}");
        assert!(article["text"].as_str().unwrap().contains(" the "), "{article}");
    }
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dateline.toml"), "[dates]\nreference_date = \"2001-06-01\"\n").unwrap();
    let text = "The well ran dry on 3 May.";
    let read = |args: &[&str], env: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(["events", "dump.txt", "--format", "json"]).args(args).current_dir(folder.path()).env_clear();
        command.envs(env.map(|v| ("DATELINE_REFERENCE_DATE", v)));
        fs::write(folder.path().join("dump.txt"), text).unwrap();
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(read(&[], None).contains("\"edtf\":\"2001-05-03\""));
    assert!(read(&[], Some("2002-06-01")).contains("\"edtf\":\"2002-05-03\""));
    assert!(read(&["--reference-date", "2003-06-01"], Some("2002-06-01")).contains("\"edtf\":\"2003-05-03\""));
    fs::write(folder.path().join("dateline.toml"), "[dates]\nreference_dat = 1\n").unwrap();
    assert_eq!(dateline(&["events", "-"], text, folder.path()).status.code(), Some(2));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["explain", "raw/bridge.zh-Hant.txt"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert_eq!((out.status.code(), String::from_utf8(out.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn an_engine_answers_line_by_line_and_a_bad_line_costs_only_itself() {
    let lines = "{\"id\":1,\"text\":\"3 May 1811\"}\nnot json\n{\"id\":2,\"text\":\"nothing\"}\n";
    let (code, out, _) = check(&["pipe", "dates"], lines);
    let answers: Vec<serde_json::Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(code, 3);
    assert_eq!(answers[0]["expressions"][0]["value"], "1811-05-03");
    assert_eq!(answers[2]["expressions"].as_array().unwrap().len(), 0);
    assert!(answers[1]["error"].is_string());
}

#[test]
fn completions_manual_and_schema_are_printed() {
    assert!(check(&["completions", "bash"], "").1.contains("_dateline"));
    assert!(check(&["man"], "").1.contains(".TH dateline"));
    assert!(check(&["schema", "events"], "").1.contains("\"date_source_start\""));
}

#[test]
fn memory_that_the_threads_do_not_fit_into_is_refused_with_the_figure_that_would_do() {
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("out").display().to_string();
    let run = |memory: &str| check(&["run", "raw", "-o", &place, "-q", "-j2", "--memory", memory], "");
    let (code, _, err) = run("64M");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--memory 256M"), "{err}");
    assert_eq!(run("256M").0, 0);
}

#[test]
fn a_format_that_this_build_does_not_have_is_told_how_to_get() {
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("out").display().to_string();
    let (code, _, err) = check(&["run", "raw", "-o", &place, "-q", "--format", "parquet"], "");
    match cfg!(feature = "parquet") {
        true => assert!(code == 0 && Path::new(&place).join("events.parquet").exists(), "{err}"),
        false => assert!(code == 2 && err.contains("--features parquet"), "{err}"),
    }
}

#[test]
fn machines_are_told_in_json_lines_what_people_are_told_in_sentences() {
    let out = tempfile::tempdir().unwrap();
    let place = out.path().join("out").display().to_string();
    let args = ["run", "raw", "-o", &place, "--progress", "json", "--log-format", "json"];
    let (code, _, err) = check(&args, "");
    assert_eq!(code, 0, "{err}");
    let said: Vec<serde_json::Value> = err.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let done = said.last().unwrap();
    assert_eq!(done["message"], "done");
    assert_eq!(done["counts"]["inputs"], done["counts"]["articles"]);
    assert!(done["counts"]["removed"]["Hilltop Gazette"].as_u64() >= Some(3), "{done}");
    let (_, _, err) = check(&["run", "raw", "-o", &place], "");
    assert!(err.contains("inputs = ") && err.contains("removed most often:"), "{err}");
    let (code, _, err) = check(&["run", "no-such-folder", "-o", &place, "--log-format", "json"], "");
    let error: serde_json::Value = serde_json::from_str(&err).unwrap();
    assert_eq!((code, &error["level"]), (1, &serde_json::json!("error")));
}
