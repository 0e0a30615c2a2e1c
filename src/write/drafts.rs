//! Tables that grow while a run reads: the rows of a part go to the end of each, and an interrupted run goes on from the
//! last part whose rows are whole.
//!
//! A table whose rows need nothing of other dumps is written once, where it will be renamed from: it never lies on disk
//! as something temporary too.

use crate::error::Error;
use crate::write::counted::Counted;
use crate::write::folder::Folder;
use crate::write::rows::{Format, Rows};
use crate::write::schema::Table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// A written file of the output: its name, rows, bytes and hash.
pub struct Output {
    /// Its name in the output folder.
    pub path: String,
    /// Rows; 0 of what has none.
    pub n_rows: u64,
    /// Bytes.
    pub n_bytes: u64,
    /// Lower-case hexadecimal SHA-256.
    pub sha256: String,
}

/// How far a growing table has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    n_rows: u64,
    n_bytes: u64,
    /// Of all these bytes.
    sha256: String,
}

/// The growing tables of a run.
pub struct Drafts {
    tables: Vec<Growing>,
    csv_raw: bool,
}

struct Growing {
    table: &'static Table,
    format: Format,
    file: File,
    path: PathBuf,
    n_rows: u64,
    /// The bytes that are known to be right; what lies behind them in the file is of no part.
    whole: Counted<io::Sink>,
}

impl Drafts {
    /// The drafts of these tables, at their beginnings. What an interrupted run left in them is still there:
    /// see [`Drafts::pass`].
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(folder: &Folder, tables: Vec<(&'static Table, Format)>, csv_raw: bool) -> Result<Drafts, Error> {
        let open = |(table, format): (&'static Table, Format)| {
            let name = file_name(table, format);
            let (file, path) = (folder.draft_to_go_on(&name)?, folder.draft_path(&name));
            Ok(Growing { table, format, file, path, n_rows: 0, whole: Counted::new(io::sink()) })
        };
        Ok(Drafts { tables: tables.into_iter().map(open).collect::<Result<_, Error>>()?, csv_raw })
    }

    /// Puts the rows of the next part, JSON lines by table, behind what is there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn add(&mut self, lines: &BTreeMap<String, Vec<String>>) -> Result<(), Error> {
        for draft in &mut self.tables {
            let lines = lines.get(draft.table.name).map_or(&[][..], Vec::as_slice);
            draft.add(lines, self.csv_raw).map_err(Error::at(&draft.path))?;
        }
        Ok(())
    }

    /// How far each has come.
    pub fn marks(&self) -> Vec<Mark> {
        let mark = |d: &Growing| Mark { n_rows: d.n_rows, n_bytes: d.whole.n_bytes(), sha256: d.whole.sha256() };
        self.tables.iter().map(mark).collect()
    }

    /// Passes over the rows of a part that an interrupted run has put here, up to `marks`; false, and nothing passed over,
    /// when these are not the bytes that it wrote.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn pass(&mut self, marks: &[Mark]) -> Result<bool, Error> {
        let mut further = Vec::with_capacity(marks.len());
        for (draft, mark) in self.tables.iter_mut().zip(marks) {
            further.extend(draft.up_to(mark).map_err(Error::at(&draft.path))?);
        }
        let all_right = further.len() == self.tables.len() && further.len() == marks.len();
        if all_right {
            for ((draft, mark), whole) in self.tables.iter_mut().zip(marks).zip(further) {
                (draft.n_rows, draft.whole) = (mark.n_rows, whole);
            }
        }
        Ok(all_right)
    }

    /// Ends the tables.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(self) -> Result<Vec<Output>, Error> {
        let csv_raw = self.csv_raw;
        let end = |mut draft: Growing| {
            draft.end(csv_raw).map_err(Error::at(&draft.path))?;
            let path = file_name(draft.table, draft.format);
            Ok(Output { path, n_rows: draft.n_rows, n_bytes: draft.whole.n_bytes(), sha256: draft.whole.sha256() })
        };
        self.tables.into_iter().map(end).collect()
    }
}

/// The name of a table's file.
pub fn file_name(table: &Table, format: Format) -> String {
    format!("{}.{}", table.name, format.ending())
}

impl Growing {
    /// The table, to go on with: its rows are made in memory.
    fn rows(&self, csv_raw: bool) -> io::Result<Rows<Vec<u8>>> {
        match self.whole.n_bytes() {
            0 => Rows::new(self.format, self.table, csv_raw, Vec::new()),
            _ => Ok(Rows::going_on(self.format, self.table, csv_raw, self.n_rows, Vec::new())),
        }
    }

    fn add(&mut self, lines: &[String], csv_raw: bool) -> io::Result<()> {
        let mut rows = self.rows(csv_raw)?;
        lines.iter().try_for_each(|line| rows.row(line))?;
        self.n_rows = rows.n_rows();
        self.put(&rows.pause()?)
    }

    fn end(&mut self, csv_raw: bool) -> io::Result<()> {
        let end = self.rows(csv_raw)?.finish()?;
        self.put(&end)
    }

    /// Puts the bytes behind those that are right; what an interrupted run left there goes.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.set_len(self.whole.n_bytes())?;
        self.file.seek(SeekFrom::Start(self.whole.n_bytes()))?;
        self.file.write_all(bytes)?;
        self.whole.write_all(bytes)
    }

    /// All bytes up to `mark`, if they are those that were written there.
    fn up_to(&mut self, mark: &Mark) -> io::Result<Option<Counted<io::Sink>>> {
        let mut further = self.whole.clone();
        self.file.seek(SeekFrom::Start(further.n_bytes()))?;
        io::copy(&mut (&self.file).take(mark.n_bytes.saturating_sub(further.n_bytes())), &mut further)?;
        Ok((further.n_bytes() == mark.n_bytes && further.sha256() == mark.sha256).then_some(further))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::schema::table;
    use serde_json::json;
    use std::fs;

    const FORMATS: [Format; 3] = [Format::Csv, Format::Json, Format::Jsonl];

    fn part(ids: &[u32]) -> BTreeMap<String, Vec<String>> {
        let rows = ids.iter().map(|i| format!(r#"{{"cluster_id":"{i}","text":"a, \"b\""}}"#)).collect();
        BTreeMap::from([("clusters".to_string(), rows)])
    }

    fn drafts(folder: &Folder) -> Drafts {
        Drafts::open(folder, FORMATS.map(|f| (table("clusters").unwrap(), f)).to_vec(), false).unwrap()
    }

    /// What stands in the drafts at the end.
    fn ended(folder: &Folder, drafts: Drafts) -> Vec<Vec<u8>> {
        let outputs = drafts.finish().unwrap();
        let read = |o: &Output| {
            let bytes = fs::read(folder.draft_path(&o.path)).unwrap();
            assert_eq!((bytes.len() as u64, crate::model::sha256_hex(&bytes)), (o.n_bytes, o.sha256.clone()));
            bytes
        };
        outputs.iter().map(read).collect()
    }

    #[test]
    fn a_table_that_goes_on_after_an_interruption_is_the_table_written_at_once() {
        let out = tempfile::tempdir().unwrap();
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        let mut at_once = drafts(&folder);
        [&[][..], &[1, 2], &[3]].iter().for_each(|ids| at_once.add(&part(ids)).unwrap());
        let whole = ended(&folder, at_once);
        assert_eq!(whole[0].iter().filter(|b| **b == b'\n').count(), 4);
        // The run dies behind each of the parts, with half a part behind it.
        for n in 0..3 {
            let mut first = drafts(&folder);
            let mut marks = Vec::new();
            for ids in [&[][..], &[1, 2], &[3]].iter().take(n) {
                first.add(&part(ids)).unwrap();
                marks.push(first.marks());
            }
            first.add(&part(&[9; 50])).unwrap();
            drop(first);
            let mut again = drafts(&folder);
            assert!(marks.iter().all(|m| again.pass(m).unwrap()));
            [&[][..], &[1, 2], &[3]].iter().skip(n).for_each(|ids| again.add(&part(ids)).unwrap());
            assert_eq!(ended(&folder, again), whole, "{n} parts");
        }
    }

    #[test]
    fn rows_that_were_changed_or_cut_off_are_not_passed_over() {
        let out = tempfile::tempdir().unwrap();
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        let mut first = drafts(&folder);
        first.add(&part(&[1, 2])).unwrap();
        let marks = first.marks();
        assert!(!drafts(&folder).pass(&marks[..2]).unwrap());
        let path = folder.draft_path("clusters.jsonl");
        let bytes = fs::read(&path).unwrap();
        for damaged in [&bytes[..bytes.len() - 1], &[b"x", &bytes[1..]].concat()] {
            fs::write(&path, damaged).unwrap();
            assert!(!drafts(&folder).pass(&marks).unwrap());
        }
        fs::write(&path, &bytes).unwrap();
        assert!(drafts(&folder).pass(&marks).unwrap());
    }
}
