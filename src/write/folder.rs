//! The output folder: one run at a time, resumable, and always whole.
//!
//! While a run works, everything it makes lies in `OUT/.dateline/`: finished parts (each with the hashes of its files)
//! and the tables that grow. Only whole, synced files are renamed into `OUT`, `run.json` last. A run that
//! dies leaves the last good output where it was; the same command again finds the finished parts and goes on.

use crate::error::Error;
use crate::model::sha256_hex;
use crate::write::drafts::Mark;
use crate::write::packed;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The folder in `OUT` that holds unfinished work; gone when the run is done.
const WORK: &str = ".dateline";

/// An output folder that this run alone may write to.
pub struct Folder {
    root: PathBuf,
    // Held for its lock; the file goes with the work folder.
    _lock: File,
}

/// The finished rows of some dumps that wait for those of other dumps: per table the file of packed JSON lines.
#[derive(Clone, Debug)]
pub struct Part {
    /// Path of each table's file.
    pub tables: BTreeMap<String, PathBuf>,
    /// How far the tables had come that grow part by part.
    pub marks: Vec<Mark>,
    /// What the pipeline wants to know of the part when it is found again.
    pub notes: Value,
}

/// What stands in a part's `done.json`.
#[derive(Serialize, Deserialize)]
struct Done {
    /// SHA-256 of each table's file.
    tables: BTreeMap<String, String>,
    marks: Vec<Mark>,
    notes: Value,
}

impl Folder {
    /// Takes the folder for this run, making it when it is missing. `identity` is the version and configuration of
    /// the run: unfinished work of another identity is refused unless `fresh`, which throws it away.
    ///
    /// # Errors
    /// When another run holds the folder, unfinished work has another identity, or the disk refuses.
    pub fn open(root: &Path, identity: &Value, fresh: bool) -> Result<Folder, Error> {
        let work = root.join(WORK);
        fs::create_dir_all(&work).map_err(Error::at(&work))?;
        let lock = lock(root, &work)?;
        let folder = Folder { root: root.to_path_buf(), _lock: lock };
        let state = work.join("state.json");
        match fs::read(&state).ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok()) {
            Some(old) if !fresh && old != *identity => {
                return Err(Error::Refused(format!(
                    "{}: unfinished work of another run is here: {}; run the old command again to finish it, or add --fresh to start over",
                    root.display(),
                    differences(&old, identity)
                )));
            }
            Some(old) if !fresh && old == *identity => folder.sweep_unfinished()?,
            _ => folder.clear()?,
        }
        write_whole(&state, identity.to_string().as_bytes())?;
        Ok(folder)
    }

    /// The folder where the pipeline may put what it spills; not made yet.
    pub fn spill(&self) -> PathBuf {
        self.root.join(WORK).join("spill")
    }

    /// The folder where pass one keeps what it has learnt, until the work ends.
    pub fn learnt(&self) -> PathBuf {
        self.root.join(WORK).join("learnt")
    }

    /// All parts are there, and `note` is what a run that finds them again wants to know: what pass one has learnt is
    /// needed no more, and its disk is free for the tables.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn end_parts(&self, note: &impl Serialize) -> Result<(), Error> {
        write_whole(&self.parts_note(), &serde_json::to_vec(note).expect("strings and numbers are JSON"))?;
        remove_folder(&self.learnt())
    }

    /// What a run noted that had all parts and was stopped before its tables were there.
    pub fn ended_parts<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&fs::read(self.parts_note()).ok()?).ok()
    }

    /// The finished part of that key, when its files are there and their hashes are right.
    pub fn part(&self, key: &str) -> Option<Part> {
        let folder = self.parts().join(key);
        let done: Done = serde_json::from_slice(&fs::read(folder.join("done.json")).ok()?).ok()?;
        let mut tables = BTreeMap::new();
        for (name, sha256) in done.tables {
            let path = folder.join(packed_name(&name));
            if sha256_hex(&fs::read(&path).ok()?) != sha256 {
                return None;
            }
            tables.insert(name, path);
        }
        Some(Part { tables, marks: done.marks, notes: done.notes })
    }

    /// Writes a part: per table its JSON lines. It is there wholly or not at all.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_part(
        &self,
        key: &str,
        lines: &BTreeMap<String, Vec<String>>,
        marks: Vec<Mark>,
        notes: Value,
    ) -> Result<Part, Error> {
        let folder = self.parts().join(key);
        let draft = self.parts().join(format!("{key}.tmp"));
        for old in [&folder, &draft] {
            remove_folder(old)?;
        }
        fs::create_dir_all(&draft).map_err(Error::at(&draft))?;
        let mut done = Done { tables: BTreeMap::new(), marks: marks.clone(), notes: notes.clone() };
        let mut tables = BTreeMap::new();
        for (name, lines) in lines {
            let file = packed_name(name);
            let bytes = packed::pack(lines).map_err(Error::at(&draft))?;
            write_synced(&draft.join(&file), &bytes)?;
            done.tables.insert(name.clone(), sha256_hex(&bytes));
            tables.insert(name.clone(), folder.join(&file));
        }
        let done = serde_json::to_vec(&done).expect("strings and numbers are JSON");
        write_synced(&draft.join("done.json"), &done)?;
        sync_folder(&draft)?;
        fs::rename(&draft, &folder).map_err(Error::at(&folder))?;
        sync_folder(&self.parts())?;
        Ok(Part { tables, marks, notes })
    }

    /// A new file that [`Folder::publish`] will put into the output folder.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn draft(&self, name: &str) -> Result<File, Error> {
        let path = self.drafts().join(name);
        fs::create_dir_all(self.drafts()).map_err(Error::at(self.drafts()))?;
        File::create(&path).map_err(Error::at(&path))
    }

    /// The draft of that name as an interrupted run left it, or a new one.
    pub(super) fn draft_to_go_on(&self, name: &str) -> Result<File, Error> {
        let path = self.draft_path(name);
        fs::create_dir_all(self.drafts()).map_err(Error::at(self.drafts()))?;
        let options = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        options.map_err(Error::at(&path))
    }

    /// Where the draft of that name lies.
    pub fn draft_path(&self, name: &str) -> PathBuf {
        self.drafts().join(name)
    }

    /// Puts the drafts `names` into the output folder, in order, then `run.json`; what the last run wrote and this
    /// one did not goes. Ends the work: nothing but the output is left.
    ///
    /// # Errors
    /// When the disk refuses; the drafts stay, the same command again goes on.
    pub fn publish(self, names: &[&str], run: &impl Serialize) -> Result<(), Error> {
        let stale = self.stale_outputs(names);
        for name in names {
            let draft = self.draft_path(name);
            File::open(&draft).and_then(|f| f.sync_all()).map_err(Error::at(&draft))?;
        }
        for name in names {
            let to = self.root.join(name);
            fs::rename(self.draft_path(name), &to).map_err(Error::at(&to))?;
        }
        for name in stale {
            let path = self.root.join(name);
            if path.exists() {
                fs::remove_file(&path).map_err(Error::at(&path))?;
            }
        }
        let draft = self.draft_path("run.json");
        // It lists every input: of a million files it is not made in memory.
        let mut to = BufWriter::new(self.draft("run.json")?);
        serde_json::to_writer_pretty(&mut to, run).map_err(|e| Error::at(&draft)(e.into()))?;
        writeln!(to).and_then(|()| to.flush()).and_then(|()| to.get_ref().sync_all()).map_err(Error::at(&draft))?;
        let to = self.root.join("run.json");
        fs::rename(self.draft_path("run.json"), &to).map_err(Error::at(&to))?;
        sync_folder(&self.root)?;
        remove_folder(&self.root.join(WORK))
    }

    /// Files that the last run lists as its outputs and this one does not write. Plain names only: a manifest that
    /// was tampered with must not make us remove anything outside the folder.
    fn stale_outputs(&self, names: &[&str]) -> Vec<String> {
        let old = fs::read(self.root.join("run.json")).ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok());
        let outputs = old.and_then(|v| v["outputs"].as_array().cloned()).unwrap_or_default();
        outputs
            .iter()
            .filter_map(|o| o["path"].as_str().map(str::to_string))
            .filter(|p| !p.contains(['/', '\\']) && !p.starts_with('.') && !names.contains(&p.as_str()))
            .collect()
    }

    fn parts(&self) -> PathBuf {
        self.root.join(WORK).join("parts")
    }

    fn parts_note(&self) -> PathBuf {
        self.root.join(WORK).join("parts.json")
    }

    fn drafts(&self) -> PathBuf {
        self.root.join(WORK).join("out")
    }

    /// Throws away what nobody will ask for again; finished parts stay, and the tables that grow with them.
    fn sweep_unfinished(&self) -> Result<(), Error> {
        remove_folder(&self.spill())?;
        let Ok(entries) = fs::read_dir(self.parts()) else { return Ok(()) };
        for entry in entries.flatten() {
            if entry.path().extension().is_some_and(|e| e == "tmp") {
                remove_folder(&entry.path())?;
            }
        }
        Ok(())
    }

    fn clear(&self) -> Result<(), Error> {
        match fs::remove_file(self.parts_note()) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::at(self.parts_note())(e)),
            _ => {}
        }
        for folder in [self.drafts(), self.spill(), self.learnt(), self.parts()] {
            remove_folder(&folder)?;
        }
        Ok(())
    }
}

/// Takes the lock of the work folder, or says who holds it.
fn lock(root: &Path, work: &Path) -> Result<File, Error> {
    let path = work.join("lock");
    loop {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::at(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = if holder.is_empty() { "another process".to_string() } else { holder };
                return Err(Error::Refused(format!(
                    "{}: {holder} is writing here; wait until it is done, or choose another folder with -o",
                    root.display()
                )));
            }
            Err(TryLockError::Error(e)) => return Err(Error::at(&path)(e)),
        }
        // The run that held it may have removed the file between our open and our lock.
        if !same_file(&file, &path) {
            fs::create_dir_all(work).map_err(Error::at(work))?;
            continue;
        }
        file.set_len(0).map_err(Error::at(&path))?;
        write!(&file, "process {}", std::process::id()).map_err(Error::at(&path))?;
        return Ok(file);
    }
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The first few keys in which two configurations differ, as `write.formats: ["csv"] → ["json"]`.
fn differences(old: &Value, new: &Value) -> String {
    let mut found = Vec::new();
    differ("", old, new, &mut found);
    found.truncate(4);
    found.join(", ")
}

fn differ(place: &str, old: &Value, new: &Value, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                differ(&place, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (a, b) if a != b => found.push(format!("{place}: {a} there, {b} here")),
        _ => {}
    }
}

/// The name of the file in which a part has the rows of a table.
fn packed_name(table: &str) -> String {
    format!("{table}.jsonl.zst")
}

/// Writes a file beside its place, syncs it, renames it, syncs the folder.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!("{name}.tmp"));
    write_synced(&draft, bytes)?;
    fs::rename(&draft, path).map_err(Error::at(path))?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync_folder(folder),
        _ => sync_folder(Path::new(".")),
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(Error::at(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::at(path))
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|f| f.sync_all()).map_err(Error::at(path))
}

/// Folders cannot be opened as files elsewhere; the rename itself is durable enough there.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), Error> {
    Ok(())
}

fn remove_folder(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::at(path)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(rows: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([("events".to_string(), rows.iter().map(|s| s.to_string()).collect())])
    }

    #[test]
    fn a_finished_part_is_found_again_and_a_damaged_one_is_not() {
        let out = tempfile::tempdir().unwrap();
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        let part = folder.write_part("0-a", &lines(&["{}"]), Vec::new(), json!(7)).unwrap();
        drop(folder);
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        assert_eq!(folder.part("0-a").unwrap().notes, json!(7));
        fs::write(&part.tables["events"], "{]").unwrap();
        assert!(folder.part("0-a").is_none());
    }

    #[test]
    fn a_second_run_in_the_same_folder_is_refused_and_told_who_works_there() {
        let out = tempfile::tempdir().unwrap();
        let _first = Folder::open(out.path(), &json!({}), false).unwrap();
        let refused = Folder::open(out.path(), &json!({}), false).err().unwrap().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
    }

    #[test]
    fn unfinished_work_of_another_configuration_is_refused_with_the_difference() {
        let out = tempfile::tempdir().unwrap();
        drop(Folder::open(out.path(), &json!({"clean": {"favor": "recall"}}), false).unwrap());
        let other = json!({"clean": {"favor": "precision"}});
        let refused = Folder::open(out.path(), &other, false).err().unwrap().to_string();
        assert!(refused.contains(r#"clean.favor: "recall" there, "precision" here"#), "{refused}");
        assert!(Folder::open(out.path(), &other, true).is_ok());
    }

    #[test]
    fn publishing_leaves_the_output_alone_and_takes_stale_files_away() {
        let out = tempfile::tempdir().unwrap();
        for (name, run) in [("events.csv", json!({"outputs": [{"path": "events.csv"}]})), ("events.json", json!({}))] {
            let folder = Folder::open(out.path(), &json!({}), false).unwrap();
            folder.draft(name).unwrap().write_all(b"x").unwrap();
            folder.publish(&[name], &run).unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(out.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["events.json", "run.json"]);
    }
}
