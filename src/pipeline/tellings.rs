//! The events of all parts, joined to clusters: in order of date, window by window, so that memory does not grow with
//! their number.

use crate::corpus::{Room, Rows, Sorter};
use crate::error::Error;
use crate::extract;
use crate::model::Event;
use crate::text::fold::Folder as Fold;
use crate::write::folder::Part;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Tellings that are compared with each other at a time: some twenty megabytes. Up to twice as many are one window, so
/// that nothing is cut in a heap of thousands of articles. Windows end where a date ends, unless one date alone has
/// twice that many tellings.
const WINDOW: usize = 8_000;

/// Bytes of a row that sorts the tellings: date, identifier, then where the telling stands.
const TELLING: usize = 33;
/// … of these the date.
const DATE: usize = 9;

/// Bytes of a row that holds the cluster of a telling: the telling's number, the cluster's identifier.
const JOINED: usize = 24;

/// The clusters of a run, on disk.
pub(super) struct Tellings<'a> {
    parts: &'a [Part],
    /// JSON lines, in order.
    clusters: Option<File>,
    n_clusters: u64,
    // Invariant: one row an event, in the order of the parts.
    cluster_of: Rows<JOINED>,
}

impl<'a> Tellings<'a> {
    /// Joins the events of `parts`.
    pub fn join(parts: &'a [Part], fold: &Fold, room: &Room) -> Result<Tellings<'a>, Error> {
        let mut sorter: Sorter<TELLING> = Sorter::new(room.share(16));
        let mut n_events = 0;
        for (part, (path, _)) in parts.iter().enumerate().filter_map(|(i, p)| Some((i, p.tables.get("events")?))) {
            let mut at = 0;
            each_line(path, |line| {
                let event: Event = serde_json::from_str(line)?;
                let place = [part as u32, at, line.len() as u32, n_events];
                (n_events, at) = (n_events + 1, at + line.len() as u32 + 1);
                sorter.push(row(&event, place)).map_err(io::Error::other)
            })
            .map_err(Error::at(path))?;
        }
        let mut work = Joining::new(parts, fold, room)?;
        let mut window: Vec<[u8; TELLING]> = Vec::new();
        let enough = if n_events as usize <= 2 * WINDOW { usize::MAX } else { WINDOW };
        sorter.finish(|row| {
            let new_date = window.last().is_none_or(|last| last[..DATE] != row[..DATE]);
            if window.len() >= enough && (new_date || window.len() >= 2 * WINDOW) {
                work.window(&mut window)?;
            }
            window.push(*row);
            Ok(())
        })?;
        work.window(&mut window)?;
        work.finish()
    }

    /// How many clusters there are.
    pub fn n_clusters(&self) -> u64 {
        self.n_clusters
    }

    /// Calls `row` with the JSON line of each cluster.
    pub fn each_cluster(&self, mut row: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let Some(mut file) = self.clusters.as_ref() else { return Ok(()) };
        file.seek(SeekFrom::Start(0))?;
        lines_of(file, &mut row)
    }

    /// Calls `each` with every event in the order of the parts, its cluster in it.
    pub fn each_event(&self, mut each: impl FnMut(Event) -> io::Result<()>) -> io::Result<()> {
        for (number, event) in (0..).zip(records::<Event>(self.parts, "events")) {
            let row = self.cluster_of.get(number).map_err(io::Error::other)?;
            let cluster_id = Some(String::from_utf8_lossy(&row[4..]).into_owned());
            each(Event { cluster_id, ..event? })?;
        }
        Ok(())
    }
}

/// The work on one window after the other.
struct Joining<'a, 'b> {
    parts: &'a [Part],
    fold: &'b Fold,
    room: &'b Room,
    clusters: Option<BufWriter<File>>,
    n_clusters: u64,
    cluster_of: Sorter<JOINED>,
}

impl<'a, 'b> Joining<'a, 'b> {
    fn new(parts: &'a [Part], fold: &'b Fold, room: &'b Room) -> Result<Joining<'a, 'b>, Error> {
        let cluster_of = Sorter::new(room.share(16));
        Ok(Joining { parts, fold, room, clusters: None, n_clusters: 0, cluster_of })
    }

    /// Joins the tellings of a window; leaves it empty.
    fn window(&mut self, window: &mut Vec<[u8; TELLING]>) -> Result<(), Error> {
        if window.is_empty() {
            return Ok(());
        }
        let mut places: Vec<[u32; 4]> = window.drain(..).map(|row| place_of(&row)).collect();
        // Each file is opened once and read forward.
        places.sort_unstable();
        let mut events = Vec::with_capacity(places.len());
        for same in places.chunk_by(|a, b| a[0] == b[0]) {
            let path = &self.parts[same[0][0] as usize].tables["events"].0;
            read_events(path, same, &mut events).map_err(Error::at(path))?;
        }
        let clusters = extract::chronicle(self.fold, &mut events);
        for (event, place) in events.iter().zip(&places) {
            let cluster = event.cluster_id.as_deref().expect("each event has a cluster");
            let mut row = [0; JOINED];
            row[..4].copy_from_slice(&place[3].to_be_bytes());
            row[4..].copy_from_slice(cluster.as_bytes());
            self.cluster_of.push(row)?;
        }
        self.n_clusters += clusters.len() as u64;
        let folder = self.room.folder.clone().unwrap_or_else(std::env::temp_dir);
        let written = (|| {
            if self.clusters.is_none() {
                std::fs::create_dir_all(&folder)?;
                self.clusters = Some(BufWriter::new(tempfile::tempfile_in(&folder)?));
            }
            let to = self.clusters.as_mut().expect("made above");
            clusters.iter().try_for_each(|c| writeln!(to, "{}", super::json_line(c)))
        })();
        written.map_err(Error::at(folder))
    }

    fn finish(self) -> Result<Tellings<'a>, Error> {
        let mut cluster_of = Rows::new(self.room.share(16));
        self.cluster_of.finish(|row| cluster_of.push(row))?;
        let clusters = self.clusters.map(|c| c.into_inner().map_err(|e| e.into_error())).transpose();
        let clusters = clusters.map_err(Error::at("the clusters in the spill folder"))?;
        Ok(Tellings { parts: self.parts, clusters, n_clusters: self.n_clusters, cluster_of })
    }
}

/// The row of a telling: `place` is its part, its first byte there, its length, and its number among all.
fn row(event: &Event, place: [u32; 4]) -> [u8; TELLING] {
    let (undated, start, end) = extract::date_order(&event.edtf);
    // With the sign turned a number's bytes have its order.
    let day = |d: i32| (d as u32 ^ 1 << 31).to_be_bytes();
    let mut row = [0; TELLING];
    row[0] = u8::from(undated);
    row[1..5].copy_from_slice(&day(start));
    row[5..9].copy_from_slice(&day(end));
    // Content-derived: the order in which events come does not show.
    let id = u64::from_str_radix(event.event_id.get(..16).unwrap_or_default(), 16).unwrap_or_default();
    row[9..17].copy_from_slice(&id.to_be_bytes());
    row[17..].chunks_exact_mut(4).zip(place).for_each(|(to, n)| to.copy_from_slice(&n.to_be_bytes()));
    row
}

fn place_of(row: &[u8; TELLING]) -> [u32; 4] {
    [17, 21, 25, 29].map(|i| u32::from_be_bytes([row[i], row[i + 1], row[i + 2], row[i + 3]]))
}

fn read_events(path: &Path, places: &[[u32; 4]], events: &mut Vec<Event>) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut here, mut line) = (0, Vec::new());
    for &[_, at, n_bytes, _] in places {
        file.seek_relative(i64::from(at) - here)?;
        line.resize(n_bytes as usize, 0);
        file.read_exact(&mut line)?;
        here = i64::from(at) + i64::from(n_bytes);
        events.push(serde_json::from_slice(&line)?);
    }
    Ok(())
}

/// The records of a table, in the order of the parts.
pub(super) fn records<T: DeserializeOwned>(parts: &[Part], table: &str) -> impl Iterator<Item = io::Result<T>> {
    let files = parts.iter().filter_map(|p| p.tables.get(table));
    let lines = files.flat_map(|(path, _)| {
        let (file, failed) = match File::open(path) {
            Ok(file) => (Some(file), None),
            Err(e) => (None, Some(Err(e))),
        };
        failed.into_iter().chain(file.into_iter().flat_map(|file| BufReader::new(file).lines()))
    });
    lines.map(|line| Ok(serde_json::from_str(&line?)?))
}

/// Calls `row` with each line of a file.
pub(super) fn each_line(path: &Path, mut row: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    lines_of(&File::open(path)?, &mut row)
}

fn lines_of(file: &File, row: &mut impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let (mut file, mut line) = (BufReader::new(file), String::new());
    while file.read_line(&mut line)? > 0 {
        row(line.trim_end_matches('\n'))?;
        line.clear();
    }
    Ok(())
}
