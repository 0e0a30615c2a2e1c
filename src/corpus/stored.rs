//! What repeats, put down in a folder: an interrupted run goes on with it, and the records it was found in can go.

use crate::corpus::known::{Counters, Known};
use crate::corpus::spill::{Room, Rows, Spill};
use crate::corpus::templates::Count;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// The file that says that the others are whole.
const SEAL: &str = "known.json";

/// What stands in it.
#[derive(Serialize, Deserialize)]
struct Seal {
    inputs: String,
    fingerprint: String,
    counters: Counters,
    /// Hash of each of the others.
    hashes: [String; 5],
}

/// The others: one file each.
const FILES: [&str; 5] = ["losers", "copies", "notes", "counts", "sites"];

impl Known {
    /// Puts all that is known into files of `folder`, where [`Known::stored`] finds it; `inputs` names what it was learnt
    /// from. What else lies in the folder goes: the journal and the records of pass one.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn store(self, folder: &Path, inputs: &str) -> Result<Known, Error> {
        std::fs::create_dir_all(folder).map_err(Error::at(folder))?;
        let [losers, copies, notes, counts, sites] = FILES.map(|name| folder.join(name));
        let (losers, copies) = (self.losers.settle(&losers)?, self.copies.settle(&copies)?);
        let notes = self.notes.settle(&notes)?;
        let (mut count_rows, mut site_rows) = (Rows::<20>::new(Room::default()), Rows::<12>::new(Room::default()));
        self.counts.iter().try_for_each(|c| count_rows.push(&c.row()))?;
        self.sites.iter().try_for_each(|&site| site_rows.push(&site_row(site)))?;
        let (counts, sites) = (count_rows.settle(&counts)?, site_rows.settle(&sites)?);
        let hashes = [losers.hash()?, copies.hash()?, notes.hash()?, counts.hash()?, sites.hash()?];
        let (inputs, fingerprint) = (inputs.to_string(), self.fingerprint.clone());
        let seal = Seal { inputs, fingerprint, counters: self.counters, hashes };
        let written = (|| {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(&seal).expect("strings and numbers are JSON"))?;
            file.as_file().sync_all()?;
            file.persist(folder.join(SEAL)).map_err(|e| e.error)?;
            remove_others(folder)
        })();
        written.map_err(Error::at(folder))?;
        Ok(Known { losers, copies, notes, ..self })
    }

    /// What [`Known::store`] put into `folder`, and what it was learnt from; none when it is not there or not whole.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn stored(folder: &Path) -> Result<Option<(Known, String)>, Error> {
        let seal = std::fs::read(folder.join(SEAL)).ok().and_then(|bytes| serde_json::from_slice::<Seal>(&bytes).ok());
        let Some(Seal { inputs, fingerprint, counters, hashes }) = seal else { return Ok(None) };
        let files = FILES.map(|name| folder.join(name));
        if !files.iter().all(|path| path.exists()) {
            return Ok(None);
        }
        let [losers, copies, notes, counts, sites] = files;
        let (losers, copies) = (Rows::settled(&losers)?, Rows::settled(&copies)?);
        let notes = Spill::settled(&notes)?;
        let (count_rows, site_rows) = (Rows::<20>::settled(&counts)?, Rows::<12>::settled(&sites)?);
        if [losers.hash()?, copies.hash()?, notes.hash()?, count_rows.hash()?, site_rows.hash()?] != hashes {
            return Ok(None);
        }
        let (mut counts, mut sites) = (Vec::new(), Vec::new());
        count_rows.each(|row| {
            counts.push(Count::of_row(&row));
            Ok(())
        })?;
        site_rows.each(|row| {
            sites.push(site_of_row(&row));
            Ok(())
        })?;
        remove_others(folder).map_err(Error::at(folder))?;
        Ok(Some((Known { losers, copies, notes, counts, sites, counters, fingerprint }, inputs)))
    }

    /// Takes away what [`Known::store`] put into `folder`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn forget(folder: &Path) -> Result<(), Error> {
        let seal = folder.join(SEAL);
        std::fs::remove_file(&seal).map_err(Error::at(seal))
    }
}

/// Removes from the folder what is not what is known.
fn remove_others(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !FILES.iter().chain([&SEAL]).any(|name| entry.file_name() == *name) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn site_row((site, pages): (u64, u32)) -> [u8; 12] {
    let mut row = [0; 12];
    row[..8].copy_from_slice(&site.to_be_bytes());
    row[8..].copy_from_slice(&pages.to_be_bytes());
    row
}

fn site_of_row(row: &[u8; 12]) -> (u64, u32) {
    let (site, pages) = row.split_first_chunk().expect("the row is longer");
    (u64::from_be_bytes(*site), u32::from_be_bytes(pages.try_into().expect("the other four")))
}
