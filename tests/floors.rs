//! Who may import whom: a module imports only from floors below, and a third-party crate shows only where it belongs.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The table of ARCHITECTURE.md. Siblings on one floor never import each other.
const FLOORS: &[(&str, u8)] = &[
    ("model", 0),
    ("text", 0),
    ("config", 1),
    ("lang", 1),
    ("error", 1),
    ("ingest", 2),
    ("parse", 2),
    ("clean", 2),
    ("corpus", 2),
    ("dates", 2),
    ("points", 2),
    ("write", 2),
    ("extract", 3),
    ("pipeline", 4),
    ("lib", 5),
    ("main", 6),
    ("cli", 6),
];

/// Crates that show in these places and nowhere else.
const CRATES: &[(&str, &[&str])] = &[
    ("scraper", &["parse"]),
    ("html5ever", &["parse"]),
    ("html5gum", &["parse"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli", "main"]),
    ("indicatif", &["cli"]),
    ("csv", &["ingest", "write", "cli"]),
    ("flate2", &["ingest", "write"]),
    ("zstd", &["ingest", "corpus", "write"]),
    ("parquet", &["write", "pipeline"]),
    ("rayon", &["pipeline"]),
    ("sha1", &["ingest"]),
    ("sha2", &["model", "corpus", "write", "ingest"]),
];

/// model and text are both floor 0 and may know each other: a place in text is a `Span`.
fn may_import(from: &str, to: &str, floors: &BTreeMap<&str, u8>) -> bool {
    let (a, b) = (floors[from], floors[to]);
    from == to || b < a || (a == 0 && b == 0) || (a == 1 && b == 1)
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn room(path: &Path) -> String {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// What is wrong in one file: imports that go up or sideways, crates that are out of place.
fn faults(room: &str, text: &str) -> Vec<String> {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut found = Vec::new();
    // Unit tests may call whom they like.
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    for piece in code.split("crate::").skip(1) {
        let to: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if floors.contains_key(to.as_str()) && !may_import(room, &to, &floors) {
            found.push(format!("{room} (floor {}) uses crate::{to} (floor {})", floors[room], floors[to.as_str()]));
        }
    }
    for (name, rooms) in CRATES {
        let used = code.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(&format!("{name}::")));
        if used && !rooms.contains(&room) && room != "cli" && room != "main" {
            found.push(format!("{room} uses the crate {name}, which belongs in {rooms:?}"));
        }
    }
    found
}

#[test]
fn every_module_imports_only_from_floors_below() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let all: Vec<String> = files
        .iter()
        .filter(|p| p.file_name().is_some_and(|n| n != "lib.rs" && n != "tests.rs"))
        .flat_map(|p| {
            faults(&room(p), &fs::read_to_string(p).unwrap()).into_iter().map(move |f| format!("{}: {f}", p.display()))
        })
        .collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_planted_upward_import_is_caught() {
    assert_eq!(faults("model", "use crate::clean::verdict;").len(), 1);
    assert_eq!(faults("clean", "use crate::points::outline;").len(), 1);
    assert_eq!(faults("dates", "let tree = scraper::Html::new_document();").len(), 1);
    assert_eq!(faults("extract", "use crate::dates::Expression;").len(), 0);
}
