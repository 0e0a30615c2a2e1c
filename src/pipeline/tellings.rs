//! Joins the tellings of one event over all parts in bounded memory: in stretches by date.
//!
//! Only the date and place of each event is kept. The events of a stretch are read, joined, and forgotten; what is left
//! of them is a row for each cluster, in a file, and each event's cluster.

use super::{Packed, json_line, packed};
use crate::error::Error;
use crate::extract;
use crate::model::Event;
use crate::text::fold::Folder as Fold;
use crate::write::folder::{Folder, Part};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Tellings that are joined at once. Twenty-five thousand take some 80 MB with their words; tellings of one event that
/// fall on two sides of a border are not joined, so borders lie between two days where there are two.
const STRETCH: usize = 25_000;

/// An event of the parts: its days, and where its row stands.
struct Place {
    /// Sorts undated ones last, as the clusters are.
    days: (bool, i64, i64),
    /// Number of the event, in the order of the parts.
    number: u32,
    file: u32,
    at: u64,
    n_bytes: u32,
}

/// The rows of events and clusters, ready to be written as tables: files of JSON lines.
pub(super) struct Chronicle {
    /// Each event with its cluster, in the order of the parts.
    pub events: PathBuf,
    /// The clusters, in order of date.
    pub clusters: PathBuf,
    /// How many clusters there are.
    pub n_clusters: u64,
}

impl Chronicle {
    /// Joins the events of `parts`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(folder: &Folder, parts: &[Part], fold: &Fold) -> Result<Chronicle, Error> {
        Chronicle::with_stretches(folder, parts, fold, STRETCH)
    }

    fn with_stretches(folder: &Folder, parts: &[Part], fold: &Fold, stretch: usize) -> Result<Chronicle, Error> {
        let files: Vec<&Path> = parts.iter().filter_map(|p| p.tables.get("events")).map(|(path, _)| &**path).collect();
        let mut places = places(&files)?;
        places.sort_unstable_by_key(|p| (p.days, p.number));
        let (events, clusters) = (folder.draft_path("events.rows"), folder.draft_path("clusters.rows"));
        let mut home = vec![Packed::default(); places.len()];
        let mut rows = BufWriter::new(folder.draft("clusters.rows")?);
        let (mut rest, mut n_clusters) = (&places[..], 0);
        while !rest.is_empty() {
            let (here, after) = rest.split_at(border(rest, stretch));
            rest = after;
            let mut tellings = read(&files, here)?;
            for cluster in extract::chronicle(fold, &mut tellings) {
                n_clusters += 1;
                write_row(&mut rows, &cluster).map_err(Error::at(&clusters))?;
            }
            for (event, place) in tellings.iter().zip(here) {
                let id = event.cluster_id.as_deref().expect("the chronicle gives each event its cluster");
                home[place.number as usize] = packed(id);
            }
        }
        rows.flush().map_err(Error::at(&clusters))?;
        drop(places);
        let mut rows = BufWriter::new(folder.draft("events.rows")?);
        let mut homes = home.into_iter();
        for path in &files {
            each_event(path, |mut event, _| {
                event.cluster_id = homes.next().map(|id| id.iter().map(|b| format!("{b:02x}")).collect());
                write_row(&mut rows, &event)
            })?;
        }
        rows.flush().map_err(Error::at(&events))?;
        Ok(Chronicle { events, clusters, n_clusters })
    }
}

fn write_row(rows: &mut impl Write, row: &impl serde::Serialize) -> io::Result<()> {
    rows.write_all(json_line(row).as_bytes())?;
    rows.write_all(b"\n")
}

/// Where the next stretch ends: at the last change of the day that leaves at least half a stretch.
fn border(places: &[Place], stretch: usize) -> usize {
    if places.len() <= stretch {
        return places.len();
    }
    let changes = |i: &usize| places[*i].days.1 != places[i - 1].days.1;
    (stretch / 2 + 1..=stretch).rev().find(changes).unwrap_or(stretch)
}

fn places(files: &[&Path]) -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for (file, path) in files.iter().enumerate() {
        let mut at = 0;
        each_event(path, |event, n_bytes| {
            let number = places.len() as u32;
            places.push(Place { days: extract::days(&event.edtf), number, file: file as u32, at, n_bytes });
            at += u64::from(n_bytes);
            Ok(())
        })?;
    }
    Ok(places)
}

/// Calls `with` with each event of a part and the bytes of its row.
fn each_event(path: &Path, mut with: impl FnMut(Event, u32) -> io::Result<()>) -> Result<(), Error> {
    let mut line = String::new();
    let mut file = BufReader::new(File::open(path).map_err(Error::at(path))?);
    loop {
        line.clear();
        let n_bytes = file.read_line(&mut line).map_err(Error::at(path))?;
        if n_bytes == 0 {
            return Ok(());
        }
        let event = serde_json::from_str(&line).map_err(io::Error::from);
        event.and_then(|event| with(event, n_bytes as u32)).map_err(Error::at(path))?;
    }
}

/// The events at these places, in their order.
fn read(files: &[&Path], places: &[Place]) -> Result<Vec<Event>, Error> {
    // File by file, so that one is open at a time.
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|&i| (places[i].file, places[i].at));
    let mut events = vec![Event::default(); places.len()];
    let mut row = Vec::new();
    for same in order.chunk_by(|&a, &b| places[a].file == places[b].file) {
        let path = files[places[same[0]].file as usize];
        let mut file = File::open(path).map_err(Error::at(path))?;
        for &i in same {
            row.resize(places[i].n_bytes as usize, 0);
            let read = file.seek(SeekFrom::Start(places[i].at)).and_then(|_| file.read_exact(&mut row));
            events[i] =
                read.and_then(|()| serde_json::from_slice(&row).map_err(io::Error::from)).map_err(Error::at(path))?;
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::fs;

    /// The events' clusters when so many are joined at once.
    fn clusters(n_events: usize, stretch: usize) -> (Vec<Option<String>>, u64) {
        let out = tempfile::tempdir().unwrap();
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        // Each day is told by two articles in the same words, half a corpus apart.
        let event = |i: usize| Event {
            event_id: format!("{i:020x}"),
            article_id: format!("{:020x}", i * 2 / n_events),
            edtf: format!("19{:02}-05-{:02}", i % (n_events / 2) / 28, 1 + i % (n_events / 2) % 28),
            text: format!("the {} bridge number{i} fell in the river", i % (n_events / 2)),
            date_source_start: i as u64,
            source_start: i as u64 * 100,
            ..Event::default()
        };
        let mut parts = Vec::new();
        for (number, range) in [0..n_events / 3, n_events / 3..n_events].into_iter().enumerate() {
            let lines = BTreeMap::from([("events".to_string(), range.map(|i| json_line(&event(i))).collect())]);
            parts.push(folder.write_part(&number.to_string(), &lines, json!(0)).unwrap());
        }
        let joined = Chronicle::with_stretches(&folder, &parts, &Fold::new(), stretch).unwrap();
        let rows = fs::read_to_string(&joined.events).unwrap();
        let ids = rows.lines().map(|l| serde_json::from_str::<Event>(l).unwrap().cluster_id);
        assert_eq!(fs::read_to_string(&joined.clusters).unwrap().lines().count() as u64, joined.n_clusters);
        (ids.collect(), joined.n_clusters)
    }

    #[test]
    fn tellings_of_one_day_are_joined_however_short_the_stretches() {
        let (whole, n_whole) = clusters(120, 1000);
        assert_eq!(n_whole, 60);
        assert!((0..60).all(|i| whole[i] == whole[i + 60] && whole[i].is_some()));
        assert_eq!(clusters(120, 30), (whole, n_whole));
    }

    #[test]
    fn no_event_is_no_cluster() {
        let out = tempfile::tempdir().unwrap();
        let folder = Folder::open(out.path(), &json!({}), false).unwrap();
        assert_eq!(Chronicle::new(&folder, &[], &Fold::new()).unwrap().n_clusters, 0);
    }
}
