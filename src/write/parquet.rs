//! Tables as Parquet (feature `parquet`): the rows of JSON Lines in typed columns, zstd, streamed by row groups.
//!
//! Columns stand in record order. A date is a day (`DATE`), a list a list of texts or of JSON, an object its JSON
//! (`JSON`).
//! The crate is used without its Arrow half: a table knows its columns, so nothing needs to be found out.

use crate::write::schema::{Column, Table, Type};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::{Map, Value};
use std::io::{self, Write};
use std::sync::Arc;

/// Bytes of JSON that make a row group. Readers take a group at a time; larger ones compress no better (a guess), and
/// this is what a run holds in memory.
const GROUP_BYTES: usize = 8 << 20;

/// Writes one table.
pub struct ParquetRows<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    n_bytes: usize,
    n_rows: u64,
}

impl<W: Write + Send> ParquetRows<W> {
    /// Begins the table.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(table: &'static Table, to: W) -> io::Result<ParquetRows<W>> {
        let schema = parse_message_type(&message(table)).map_err(io_error)?;
        let level = ZstdLevel::try_new(3).map_err(io_error)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_created_by(format!("dateline {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer = SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
        let columns = table.columns.iter().map(Buffer::new).collect();
        Ok(ParquetRows { writer, columns, n_bytes: 0, n_rows: 0 })
    }

    /// Adds the row whose JSON object is `line`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn row(&mut self, line: &str) -> io::Result<()> {
        let row: Map<String, Value> = serde_json::from_str(line)?;
        for column in &mut self.columns {
            column.push(row.get(column.of.name).unwrap_or(&Value::Null))?;
        }
        self.n_bytes += line.len();
        self.n_rows += 1;
        if self.n_bytes >= GROUP_BYTES { self.group() } else { Ok(()) }
    }

    /// Rows so far.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Ends the table and gives the writer back.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> io::Result<W> {
        if self.n_bytes > 0 {
            self.group()?;
        }
        self.writer.into_inner().map_err(io_error)
    }

    fn group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(io_error)?;
        for column in &mut self.columns {
            let mut to = group.next_column().map_err(io_error)?.expect("the schema has a column for each buffer");
            column.write(&mut to).map_err(io_error)?;
            to.close().map_err(io_error)?;
        }
        group.close().map_err(io_error)?;
        self.n_bytes = 0;
        Ok(())
    }
}

/// The columns as Parquet's schema language writes them.
fn message(table: &Table) -> String {
    let column = |c: &Column| {
        let need = if c.nullable { "OPTIONAL" } else { "REQUIRED" };
        match c.kind {
            Type::Text => format!("{need} BYTE_ARRAY {} (STRING);", c.name),
            Type::Integer => format!("{need} INT64 {};", c.name),
            Type::Number => format!("{need} DOUBLE {};", c.name),
            Type::Date => format!("{need} INT32 {} (DATE);", c.name),
            Type::Object => format!("{need} BYTE_ARRAY {} (JSON);", c.name),
            Type::List => list(c.name, need, "STRING"),
            Type::Objects => list(c.name, need, "JSON"),
        }
    };
    format!("message {} {{ {} }}", table.name, table.columns.iter().map(column).collect::<Vec<_>>().join(" "))
}

fn list(name: &str, need: &str, element: &str) -> String {
    format!("{need} GROUP {name} (LIST) {{ REPEATED GROUP list {{ REQUIRED BYTE_ARRAY element ({element}); }} }}")
}

fn is_list(column: &Column) -> bool {
    matches!(column.kind, Type::List | Type::Objects)
}

/// The cells of one column that are not written yet.
struct Buffer {
    of: &'static Column,
    values: Values,
    /// How much of each cell is there: 0 for null; for a list one more for an empty list, two more for an element.
    definition: Vec<i16>,
    /// 1 where an element goes on with the list before it.
    repetition: Vec<i16>,
}

enum Values {
    Bytes(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Days(Vec<i32>),
}

impl Buffer {
    fn new(of: &'static Column) -> Buffer {
        let values = match of.kind {
            Type::Text | Type::Object | Type::List | Type::Objects => Values::Bytes(Vec::new()),
            Type::Integer => Values::Integers(Vec::new()),
            Type::Number => Values::Numbers(Vec::new()),
            Type::Date => Values::Days(Vec::new()),
        };
        Buffer { of, values, definition: Vec::new(), repetition: Vec::new() }
    }

    fn push(&mut self, value: &Value) -> io::Result<()> {
        let there = i16::from(self.of.nullable);
        if let (true, Value::Array(list)) = (is_list(self.of), value) {
            self.definition.push(if list.is_empty() { there } else { there + 1 });
            self.repetition.push(0);
            for (i, element) in list.iter().enumerate() {
                if i > 0 {
                    self.definition.push(there + 1);
                    self.repetition.push(1);
                }
                self.put(element)?;
            }
            return Ok(());
        }
        self.repetition.push(0);
        match value {
            Value::Null if self.of.nullable => self.definition.push(0),
            value => {
                self.definition.push(there);
                self.put(value)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, value: &Value) -> io::Result<()> {
        let fits = match (&mut self.values, value) {
            (Values::Bytes(all), Value::String(s)) => added(all, Some(s.clone().into_bytes().into())),
            (Values::Bytes(all), Value::Object(_)) => added(all, Some(value.to_string().into_bytes().into())),
            (Values::Integers(all), value) => added(all, value.as_i64()),
            (Values::Numbers(all), value) => added(all, value.as_f64()),
            (Values::Days(all), value) => added(all, value.as_str().and_then(day)),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let Column { name, kind, .. } = self.of;
        Err(io::Error::other(format!("{value} in the column `{name}`, expected {kind:?}")))
    }

    fn write(&mut self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let is_list = is_list(self.of);
        let definition = (self.of.nullable || is_list).then_some(&self.definition[..]);
        let repetition = is_list.then_some(&self.repetition[..]);
        match &mut self.values {
            Values::Bytes(all) => {
                to.typed::<ByteArrayType>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Integers(all) => {
                to.typed::<Int64Type>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Numbers(all) => {
                to.typed::<DoubleType>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Days(all) => {
                to.typed::<Int32Type>().write_batch(all, definition, repetition)?;
                all.clear();
            }
        }
        self.definition.clear();
        self.repetition.clear();
        Ok(())
    }
}

/// Adds the value, if there is one.
fn added<T>(all: &mut Vec<T>, value: Option<T>) -> bool {
    let before = all.len();
    all.extend(value);
    all.len() > before
}

/// Days since 1970-01-01 of an ISO date.
fn day(iso: &str) -> Option<i32> {
    let date: jiff::civil::Date = iso.parse().ok()?;
    i32::try_from(date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24).ok()
}

fn io_error(e: ParquetError) -> io::Error {
    match e {
        // What the disk said keeps its kind: a full disk is told as one.
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::schema::TABLES;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    fn written(table: &str, rows: &[&str]) -> Vec<u8> {
        let mut parquet = ParquetRows::new(crate::write::schema::table(table).unwrap(), Vec::new()).unwrap();
        rows.iter().for_each(|row| parquet.row(row).unwrap());
        assert_eq!(parquet.n_rows(), rows.len() as u64);
        parquet.finish().unwrap()
    }

    const ROW: &str =
        r#"{"cluster_id":"c","edtf":"2023","dates":["2023","2023-11"],"events":[],"articles":2,"text":"橋"}"#;

    #[test]
    fn every_table_has_a_schema_that_parquet_reads() {
        for table in TABLES {
            assert!(!written(table.name, &[]).is_empty(), "{}", table.name);
        }
    }

    #[test]
    fn a_row_comes_back_with_its_lists() {
        let bytes = written("clusters", &[ROW, ROW]);
        assert_eq!(bytes, written("clusters", &[ROW, ROW]));
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].get_string(5).unwrap(), "橋");
        assert_eq!(rows[1].get_long(4).unwrap(), 2);
        assert_eq!(rows[1].get_list(2).unwrap().len(), 2);
        assert_eq!(rows[1].get_list(3).unwrap().len(), 0);
    }

    #[test]
    fn a_value_that_is_not_of_its_column_is_an_error_that_names_it() {
        let mut parquet = ParquetRows::new(crate::write::schema::table("clusters").unwrap(), Vec::new()).unwrap();
        let error = parquet.row(&ROW.replace(":2,", ":\"two\",")).unwrap_err().to_string();
        assert!(error.contains("`articles`"), "{error}");
    }
}
