//! Records in memory until they outgrow their share of it, then in a file of the spill folder.

use crate::error::Error;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that are written to the spill file at once.
const CHUNK: usize = 1 << 18;

/// Records end to end; each is found again by its place and length.
#[derive(Debug)]
pub(crate) struct Spill {
    /// Where a file may be made; none: all stays in memory.
    folder: Option<PathBuf>,
    /// Bytes that may stay in memory.
    limit: usize,
    /// The records after `spilled`.
    tail: Vec<u8>,
    file: Option<(File, PathBuf)>,
    /// Bytes in the file.
    spilled: u64,
}

impl Spill {
    /// Keeps up to `limit` bytes in memory, the rest in a file of `folder` that goes away with it.
    pub fn new(folder: Option<&Path>, limit: usize) -> Spill {
        let folder = folder.map(Path::to_path_buf);
        Spill { folder, limit: limit.max(CHUNK), tail: Vec::new(), file: None, spilled: 0 }
    }

    /// Records read from a file that stays where it is.
    pub fn over(file: File, path: &Path, n_bytes: u64) -> Spill {
        let file = Some((file, path.to_path_buf()));
        Spill { folder: None, limit: CHUNK, tail: Vec::new(), file, spilled: n_bytes }
    }

    /// Adds a record; gives its place.
    pub fn push(&mut self, record: &[u8]) -> Result<u64, Error> {
        let at = self.spilled + self.tail.len() as u64;
        self.tail.extend_from_slice(record);
        let full = if self.file.is_some() { CHUNK } else { self.limit };
        if self.tail.len() >= full && self.folder.is_some() {
            self.write_out()?;
        }
        Ok(at)
    }

    fn write_out(&mut self) -> Result<(), Error> {
        if self.file.is_none() {
            let folder = self.folder.as_deref().expect("only a spill with a folder writes out");
            std::fs::create_dir_all(folder).map_err(Error::at(folder))?;
            // Nameless: the system frees it when the run ends, however it ends.
            let file = tempfile::tempfile_in(folder).map_err(Error::at(folder))?;
            self.file = Some((file, folder.to_path_buf()));
        }
        let (file, path) = self.file.as_mut().expect("made above");
        file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&self.tail)).map_err(Error::at(&*path))?;
        self.spilled += self.tail.len() as u64;
        self.tail = Vec::new();
        Ok(())
    }

    /// The `n` bytes at `at`, in `into`.
    pub fn read(&self, at: u64, n: usize, into: &mut Vec<u8>) -> Result<(), Error> {
        into.clear();
        match (at.checked_sub(self.spilled), &self.file) {
            (Some(inside), _) => into.extend_from_slice(&self.tail[inside as usize..inside as usize + n]),
            (None, Some((file, path))) => {
                into.resize(n, 0);
                let mut file = file;
                file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into)).map_err(Error::at(path))?;
            }
            (None, None) => unreachable!("nothing is spilled without a file"),
        }
        Ok(())
    }

    /// Everything from `from` on, in order.
    pub fn reader(&self, from: u64) -> Result<impl Read + '_, Error> {
        let mut file = self.file.as_ref().map(|(file, _)| file);
        if let (Some(f), Some((_, path))) = (&mut file, &self.file) {
            f.seek(SeekFrom::Start(from)).map_err(Error::at(path))?;
        }
        let inside = from.saturating_sub(self.spilled) as usize;
        let left = self.spilled.saturating_sub(from);
        let stored = file.map(|f| f.take(left));
        Ok(BufReader::with_capacity(CHUNK, MaybeFile(stored).chain(&self.tail[inside..])))
    }

    /// Bytes in the file.
    pub fn spilled(&self) -> u64 {
        self.spilled
    }
}

struct MaybeFile<'a>(Option<std::io::Take<&'a File>>);

impl Read for MaybeFile<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.0.as_mut().map_or(Ok(0), |f| f.read(into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(Some(folder.path()), 0);
        let record = |i: usize| vec![i as u8; 100_000 + i];
        let places: Vec<u64> = (0..30).map(|i| spill.push(&record(i)).unwrap()).collect();
        assert!(spill.spilled() > 0);
        let mut bytes = Vec::new();
        for (i, &at) in places.iter().enumerate().rev() {
            spill.read(at, 100_000 + i, &mut bytes).unwrap();
            assert_eq!(bytes, record(i));
        }
        let mut all = Vec::new();
        spill.reader(places[3]).unwrap().read_to_end(&mut all).unwrap();
        assert_eq!(all.len(), (3..30).map(|i| 100_000 + i).sum::<usize>());
        assert_eq!(all[0], 3);
    }

    #[test]
    fn without_a_folder_all_stays_in_memory() {
        let mut spill = Spill::new(None, 0);
        spill.push(&vec![1; 3 << 20]).unwrap();
        assert_eq!(spill.spilled(), 0);
    }
}
