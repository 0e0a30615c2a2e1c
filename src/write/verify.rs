//! Checks an output folder against its own manifest: hashes, row counts, schemas, and that each removed copy stands
//! where its evidence says.

use crate::error::Error;
use crate::model::sha256_hex;
use crate::text::fold::Folder as Fold;
use crate::write::schema::{self, Table, Type};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// What a check covered, and what it found different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files whose hashes were computed.
    pub files: u64,
    /// Rows whose form was checked.
    pub rows: u64,
    /// Removed blocks whose evidence was looked up.
    pub evidence: u64,
    /// `place: what was found, what was awaited`.
    pub differences: Vec<String>,
}

/// The share of a repeated block's tokens that its survivor must hold. Repeats are found at 0.6 and more of
/// a block's tokens; a block that shares less with its survivor was removed for nothing.
const MIN_SHARED: f64 = 0.6;

/// Checks the folder.
///
/// # Errors
/// When there is no manifest to check against, or a file cannot be read.
pub fn verify(out: &Path) -> Result<Verified, Error> {
    let manifest = out.join("run.json");
    let run: Value = serde_json::from_slice(&fs::read(&manifest).map_err(Error::at(&manifest))?)
        .map_err(|e| Error::Nothing(format!("{}: not a manifest of a run: {e}", manifest.display())))?;
    let mut done = Verified::default();
    let mut n_rows: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for output in run["outputs"].as_array().into_iter().flatten() {
        let name = output["path"].as_str().unwrap_or_default();
        let path = out.join(name);
        let Ok(bytes) = fs::read(&path) else {
            done.differences.push(format!("{name}: missing; the manifest lists it"));
            continue;
        };
        done.files += 1;
        let hash = sha256_hex(&bytes);
        if output["sha256"].as_str() != Some(&hash) {
            done.differences.push(format!("{name}: sha-256 is {hash}, the manifest says {}", output["sha256"]));
        }
        let Some((table, ending)) = name.split_once('.').and_then(|(t, e)| Some((schema::table(t)?, e))) else {
            continue;
        };
        let found = match ending {
            "csv" => csv_rows(&bytes),
            "json" | "jsonl" => json_rows(table, name, &bytes, &mut done),
            _ => continue,
        };
        if output["rows"].as_u64() != Some(found) {
            done.differences.push(format!("{name}: {found} rows, the manifest says {}", output["rows"]));
        }
        done.rows += found;
        n_rows.entry(table.name.to_string()).or_default().insert(name.to_string(), found);
        if table.name == "blocks" && ending != "csv" && done.evidence == 0 {
            evidence(name, &bytes, &mut done);
        }
    }
    counts(&run, &n_rows, &mut done);
    Ok(done)
}

/// The sums of the manifest hold, and each table has as many rows in each format.
fn counts(run: &Value, n_rows: &BTreeMap<String, BTreeMap<String, u64>>, done: &mut Verified) {
    let count = |name: &str| run["counts"][name].as_u64().unwrap_or(0);
    if count("inputs") != count("articles") + count("lost") {
        done.differences.push(format!(
            "run.json: {} inputs are not {} articles + {} rejects",
            count("inputs"),
            count("articles"),
            count("lost")
        ));
    }
    for table in ["articles", "events", "points", "clusters", "blocks"] {
        for (file, &n) in n_rows.get(table).into_iter().flatten() {
            if n != count(table) {
                done.differences.push(format!("{file}: {n} rows, the run counted {}", count(table)));
            }
        }
    }
}

fn csv_rows(bytes: &[u8]) -> u64 {
    csv::Reader::from_reader(bytes).byte_records().filter(Result::is_ok).count() as u64
}

/// The JSON records of a file: one a line, with or without the array around them.
fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|b| *b == b'\n').map(|l| l.strip_suffix(b",").unwrap_or(l));
    lines.filter(|l| l.starts_with(b"{"))
}

/// Checks the form of each row and counts them.
fn json_rows(table: &Table, name: &str, bytes: &[u8], done: &mut Verified) -> u64 {
    let mut n = 0;
    let mut keys = HashSet::new();
    for record in records(bytes) {
        n += 1;
        let Ok(row) = serde_json::from_slice::<Value>(record) else {
            done.differences.push(format!("{name}: row {n} is not JSON"));
            continue;
        };
        for column in table.columns {
            let value = row.get(column.name);
            if !value.is_some_and(|v| (v.is_null() && column.nullable) || fits(v, column.kind)) {
                let found = value.map_or("missing".to_string(), Value::to_string);
                done.differences.push(format!("{name}: row {n}: `{}` is {found}, not {:?}", column.name, column.kind));
            }
        }
        if let Some(key) = table.key.and_then(|k| row[k].as_str())
            && !keys.insert(key.to_string())
        {
            done.differences.push(format!("{name}: row {n}: `{key}` stands twice"));
        }
    }
    n
}

fn fits(value: &Value, kind: Type) -> bool {
    match kind {
        Type::Text | Type::Date => value.is_string(),
        Type::Integer => value.is_i64() || value.is_u64(),
        Type::Number => value.is_number(),
        Type::List => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Type::Object => value.is_object(),
        Type::Objects => value.as_array().is_some_and(|list| list.iter().all(Value::is_object)),
    }
}

/// Each block that was removed as a repeat stands, up to the comparing form, in the block that its evidence names; each
/// one that was removed as a duplicate, in the article. An article of another run cannot be looked up.
fn evidence(name: &str, bytes: &[u8], done: &mut Verified) {
    let rows: Vec<Value> = records(bytes).filter_map(|r| serde_json::from_slice(r).ok()).collect();
    let fold = Fold::new();
    let mut text_of: BTreeMap<&str, &str> = BTreeMap::new();
    let mut tokens_of: HashMap<&str, HashSet<u64>> = HashMap::new();
    // What of an article is still said: its kept blocks, and those that only a twin in it replaces.
    let mut said_in: HashMap<&str, HashSet<u64>> = HashMap::new();
    let wanted: HashSet<&str> = duplicates(&rows).filter_map(|r| r["evidence"]["of"].as_str()).collect();
    for row in &rows {
        let field = |name: &str| row[name].as_str();
        let (Some(block), Some(article), Some(text)) = (field("block_id"), field("article_id"), field("text")) else {
            continue;
        };
        text_of.insert(block, text);
        if wanted.contains(article) {
            let tokens = hashes(&fold, text);
            if row["reason"].is_null() || row["reason"] == "repeat" {
                said_in.entry(article).or_default().extend(&tokens);
            }
            tokens_of.entry(article).or_default().extend(tokens);
        }
    }
    for row in rows.iter().filter(|r| r["reason"] == "repeat") {
        let id = row["block_id"].as_str().unwrap_or_default();
        done.evidence += 1;
        let survivors: Vec<&str> = match &row["evidence"]["of"] {
            Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
            of => of.as_str().into_iter().collect(),
        };
        let survivor: Vec<&str> = survivors.iter().filter_map(|s| text_of.get(s).copied()).collect();
        if survivor.is_empty() {
            done.differences.push(format!("{name}: {id} was removed as a repeat of {survivors:?}, which is not there"));
            continue;
        }
        let there = survivor.iter().flat_map(|s| hashes(&fold, s)).collect();
        let shared = shared(&fold, row["text"].as_str().unwrap_or_default(), &there);
        if shared < MIN_SHARED {
            done.differences.push(format!("{name}: {id} shares only {shared:.2} of its tokens with {survivors:?}"));
        }
    }
    // Of each copy its removed tokens, and how many of them are still said in the article that stays for it.
    let mut still_said: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for row in duplicates(&rows) {
        let of = row["evidence"]["of"].as_str().unwrap_or_default();
        let Some(there) = tokens_of.get(of) else { continue };
        done.evidence += 1;
        let removed = hashes(&fold, row["text"].as_str().unwrap_or_default());
        let n_said = said_in.get(of).map_or(0, |said| removed.iter().filter(|h| said.contains(h)).count());
        let sums = still_said.entry((row["article_id"].as_str().unwrap_or_default(), of)).or_default();
        *sums = (sums.0 + removed.len(), sums.1 + n_said);
        let shared = shared(&fold, row["text"].as_str().unwrap_or_default(), there);
        if shared < MIN_SHARED {
            let id = row["block_id"].as_str().unwrap_or_default();
            done.differences.push(format!("{name}: {id} shares only {shared:.2} of its tokens with article {of}"));
        }
    }
    for ((copy, of), (n_removed, n_said)) in still_said {
        let share = n_said as f64 / n_removed.max(1) as f64;
        if n_removed > 0 && share < MIN_SHARED {
            done.differences
                .push(format!("{name}: {copy} was removed as a copy of {of}, which keeps only {share:.2} of it"));
        }
    }
}

fn duplicates(rows: &[Value]) -> impl Iterator<Item = &Value> {
    rows.iter().filter(|r| r["reason"] == "duplicate")
}

fn hashes(fold: &Fold, text: &str) -> Vec<u64> {
    let mut tokens = Vec::new();
    fold.tokens(text, &mut tokens);
    tokens.iter().map(|t| t.hash).collect()
}

/// The share of `removed`'s tokens that are among those `there`.
fn shared(fold: &Fold, removed: &str, there: &HashSet<u64>) -> f64 {
    let wanted = hashes(fold, removed);
    if wanted.is_empty() {
        return 1.0;
    }
    wanted.iter().filter(|h| there.contains(h)).count() as f64 / wanted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn block(article: &str, n: u32, reason: Option<&str>, of: Option<&str>, text: &str) -> Value {
        let (block_id, evidence) = (format!("{article}-{n}"), of.map(|of| json!({ "of": of })));
        json!({ "block_id": block_id, "article_id": article, "reason": reason, "evidence": evidence, "text": text })
    }

    fn differences(rows: &[Value]) -> Vec<String> {
        let bytes: String = rows.iter().map(|r| format!("{r}\n")).collect();
        let mut done = Verified::default();
        evidence("blocks.jsonl", bytes.as_bytes(), &mut done);
        done.differences
    }

    #[test]
    fn a_copy_whose_survivor_dropped_its_text_too_is_told() {
        let text = "the harbour board voted against a new tower";
        let copy = block("a", 0, Some("duplicate"), Some("b"), text);
        let survivor = |reason| block("b", 0, reason, None, text);
        assert_eq!(differences(&[copy.clone(), survivor(None)]), Vec::<String>::new());
        let told = differences(&[copy.clone(), survivor(Some("off-topic"))]);
        assert_eq!(told, ["blocks.jsonl: a was removed as a copy of b, which keeps only 0.00 of it"]);
        // A twin in the survivor says it.
        let twin = [block("b", 0, Some("repeat"), Some("b-1"), text), block("b", 1, None, None, text), copy];
        assert_eq!(differences(&twin), Vec::<String>::new());
    }

    #[test]
    fn a_repeat_that_shares_little_with_its_survivor_is_told() {
        let rows = [
            block("a", 0, None, None, "the harbour board voted against a new tower"),
            block("a", 1, Some("repeat"), Some("a-0"), "nobody in the village remembered why the ferry stopped"),
        ];
        assert_eq!(differences(&rows).len(), 1);
    }
}
