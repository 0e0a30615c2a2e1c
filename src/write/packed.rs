//! Lines that are read once more before a run ends, packed as zstd: what is temporary should be small.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use zstd::stream::{read::Decoder, write::Encoder};

/// Rows of events shrink to a fifth; at level 1 to a little more, at level 9 to a little less and in three times the time.
const LEVEL: i32 = 3;

/// The lines, each ended by a line feed, packed.
pub fn pack(lines: &[String]) -> io::Result<Vec<u8>> {
    let mut packing = Packing::new(Vec::new())?;
    lines.iter().try_for_each(|line| packing.line(line))?;
    packing.finish()
}

/// Lines that are packed as they come.
pub struct Packing<W: Write>(Encoder<'static, BufWriter<W>>);

impl<W: Write> Packing<W> {
    /// Puts them into `to`.
    pub fn new(to: W) -> io::Result<Packing<W>> {
        Ok(Packing(Encoder::new(BufWriter::new(to), LEVEL)?))
    }

    /// Adds a line.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        self.0.write_all(line.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Ends the lines and gives back where they went.
    pub fn finish(self) -> io::Result<W> {
        self.0.finish()?.into_inner().map_err(|e| e.into_error())
    }
}

/// The packed lines of a file, from where it stands.
pub fn lines(file: File) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    Ok(BufReader::new(Decoder::new(file)?).lines())
}

/// Calls `each` with each packed line of a file, from where it stands.
pub fn each_line(file: &File, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let (mut input, mut line) = (BufReader::new(Decoder::new(file)?), String::new());
    while input.read_line(&mut line)? > 0 {
        each(line.trim_end_matches('\n'))?;
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_lines_read_back_as_they_were() {
        let rows: Vec<String> = (0..2000).map(|i| format!("{{\"event_id\":\"{i}\",\"text\":\"橋\"}}")).collect();
        let mut file = tempfile::tempfile().unwrap();
        let packed = pack(&rows).unwrap();
        assert!(packed.len() < rows.len() * 8);
        file.write_all(&packed).unwrap();
        let from_start = || {
            let mut file = file.try_clone().unwrap();
            io::Seek::rewind(&mut file).unwrap();
            file
        };
        assert_eq!(lines(from_start()).unwrap().collect::<io::Result<Vec<_>>>().unwrap(), rows);
        let mut read = Vec::new();
        each_line(&from_start(), |line| {
            read.push(line.to_string());
            Ok(())
        })
        .unwrap();
        assert_eq!(read, rows);
    }
}
