//! Rows of one table to CSV, JSON or JSON Lines, as a stream: rows come as JSON lines.

use crate::write::schema::{Column, Table, Type};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// RFC 4180, UTF-8, header row.
    Csv,
    /// One array, one record a line.
    Json,
    /// One record a line.
    Jsonl,
}

impl Format {
    /// The ending of the file.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
        }
    }
}

/// Writes one table in one format.
pub struct Rows<W: Write> {
    sink: Sink<W>,
    table: &'static Table,
    csv_raw: bool,
    n_rows: u64,
}

enum Sink<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
    Jsonl(W),
}

impl<W: Write> Rows<W> {
    /// Begins the table: the header row, the opening bracket. `csv_raw`: cells as they are, formulas too.
    pub fn new(format: Format, table: &'static Table, csv_raw: bool, to: W) -> io::Result<Rows<W>> {
        let mut rows = Rows::going_on(format, table, csv_raw, 0, to);
        match &mut rows.sink {
            Sink::Csv(csv) => csv.write_record(table.csv_columns().iter().map(|c| c.name))?,
            Sink::Json(to) => to.write_all(b"[")?,
            Sink::Jsonl(_) => {}
        }
        Ok(rows)
    }

    /// Goes on with a table that was begun and has `n_rows` rows.
    pub fn going_on(format: Format, table: &'static Table, csv_raw: bool, n_rows: u64, to: W) -> Rows<W> {
        let sink = match format {
            Format::Csv => {
                let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
                Sink::Csv(Box::new(csv))
            }
            Format::Json => Sink::Json(to),
            Format::Jsonl => Sink::Jsonl(to),
        };
        Rows { sink, table, csv_raw, n_rows }
    }

    /// Writes the row whose JSON object is `line`.
    pub fn row(&mut self, line: &str) -> io::Result<()> {
        match &mut self.sink {
            Sink::Csv(csv) => {
                let row: Map<String, Value> = serde_json::from_str(line)?;
                let guard = !self.csv_raw;
                csv.write_record(self.table.csv_columns().into_iter().map(|c| cell(c, row.get(c.name), guard)))?;
            }
            Sink::Json(to) => {
                to.write_all(if self.n_rows == 0 { b"\n" } else { b",\n" })?;
                to.write_all(line.as_bytes())?;
            }
            Sink::Jsonl(to) => {
                to.write_all(line.as_bytes())?;
                to.write_all(b"\n")?;
            }
        }
        self.n_rows += 1;
        Ok(())
    }

    /// Rows written so far.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Ends the table and gives the writer back.
    pub fn finish(mut self) -> io::Result<W> {
        if let Sink::Json(to) = &mut self.sink {
            to.write_all(if self.n_rows == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.pause()
    }

    /// Gives the writer back without an end: see [`Rows::going_on`].
    pub fn pause(self) -> io::Result<W> {
        match self.sink {
            Sink::Csv(csv) => csv.into_inner().map_err(|e| io::Error::other(e.to_string())),
            Sink::Json(to) | Sink::Jsonl(to) => Ok(to),
        }
    }
}

/// A CSV cell. Null is empty; a list is joined by `; `; an object is its JSON.
fn cell(column: &Column, value: Option<&Value>, guard: bool) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(s)) => s.clone(),
        Some(Value::Array(list)) => {
            list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string)).collect::<Vec<_>>().join("; ")
        }
        Some(other) => other.to_string(),
    };
    match guard && matches!(column.kind, Type::Text | Type::List) && begins_formula(&text) {
        true => format!("'{text}"),
        false => text,
    }
}

/// A spreadsheet would run such a cell (OWASP, "CSV Injection"); full-width signs work in East Asian ones.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::schema::table;

    fn written(format: Format, csv_raw: bool, lines: &[&str]) -> String {
        let mut rows = Rows::new(format, table("clusters").unwrap(), csv_raw, Vec::new()).unwrap();
        for line in lines {
            rows.row(line).unwrap();
        }
        String::from_utf8(rows.finish().unwrap()).unwrap()
    }

    const ROW: &str = r#"{"cluster_id":"c","edtf":"2023","dates":["2023","2023-11"],"events":["a","b"],"articles":2,"text":"=1+1, \"so\""}"#;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_guarded_unless_raw_is_asked_for() {
        assert!(written(Format::Csv, false, &[ROW]).contains(r#"2023; 2023-11,2,"'=1+1, ""so""","#));
        assert!(written(Format::Csv, true, &[ROW]).contains(r#"2023; 2023-11,2,"=1+1, ""so""","#));
    }

    #[test]
    fn json_is_one_array_with_one_record_a_line_and_an_empty_one_is_still_an_array() {
        assert_eq!(written(Format::Json, false, &[ROW, ROW]), format!("[\n{ROW},\n{ROW}\n]\n"));
        assert_eq!(written(Format::Json, false, &[]), "[]\n");
    }
}
