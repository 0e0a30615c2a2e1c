//! The events of all parts, joined to clusters: in order of date, window by window, so that memory does not grow with
//! their number.

use crate::corpus::{Room, Rows, Sorter};
use crate::error::Error;
use crate::extract::{self, Telling};
use crate::model::Event;
use crate::text::fold::Folder as Fold;
use crate::write::folder::Part;
use crate::write::packed::{self, Packing};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Seek};

/// Tellings that are compared with each other at a time: some twenty megabytes. Up to twice as many are one window, so
/// that nothing is cut in a heap of thousands of articles. Windows end where a date ends, unless one date alone has
/// twice that many tellings.
const WINDOW: usize = 8_000;

/// Bytes of a row that sorts the tellings: date, identifier, then where the telling stands.
const TELLING: usize = 33;
/// … of these the date.
const DATE: usize = 9;

/// Where a telling stands: its part, its first byte there, its length, and its number among all.
type Place = [u32; 4];

/// Bytes of a row that holds the cluster of a telling: the telling's number, the cluster's identifier.
const JOINED: usize = 24;

/// One part in so many of the memory is for the tellings of the windows that are read together: each walk over the packed
/// parts reads so much of them.
const WAITING_SHARE: usize = 4;

/// One part in so many is for each list of rows that is sorted or looked up: what does not fit lies on disk.
const SORT_SHARE: usize = 64;

/// The clusters of a run, on disk.
pub(super) struct Tellings<'a> {
    parts: &'a [Part],
    /// Packed JSON lines, in order.
    clusters: Option<File>,
    n_clusters: u64,
    // Invariant: one row an event, in the order of the parts.
    cluster_of: Rows<JOINED>,
}

impl<'a> Tellings<'a> {
    /// Joins the events of `parts`.
    pub fn join(parts: &'a [Part], fold: &Fold, room: &Room) -> Result<Tellings<'a>, Error> {
        let mut sorter: Sorter<TELLING> = Sorter::new(room.share(SORT_SHARE));
        let mut n_events = 0;
        for (part, path) in (0..).zip(parts).filter_map(|(i, p)| Some((i, p.tables.get("events")?))) {
            let mut at = 0;
            let push = |line: &str| {
                let event: Event = serde_json::from_str(line)?;
                let place = [part, at, line.len() as u32, n_events];
                (n_events, at) = (n_events + 1, at + line.len() as u32 + 1);
                sorter.push(row(&event, place)).map_err(io::Error::other)
            };
            File::open(path).and_then(|file| packed::each_line(&file, push)).map_err(Error::at(path))?;
        }
        let mut work = Joining::new(parts, fold, room);
        let enough = if n_events as usize <= 2 * WINDOW { usize::MAX } else { WINDOW };
        let (mut n_here, mut date) = (0, [0; DATE]);
        sorter.finish(|row| {
            if n_here >= enough && (row[..DATE] != date || n_here >= 2 * WINDOW) {
                work.end_window()?;
                n_here = 0;
            }
            n_here += 1;
            date.copy_from_slice(&row[..DATE]);
            work.add(place_of(row));
            Ok(())
        })?;
        work.finish()
    }

    /// How many clusters there are.
    pub fn n_clusters(&self) -> u64 {
        self.n_clusters
    }

    /// Calls `row` with the JSON line of each cluster.
    pub fn each_cluster(&self, mut row: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let Some(mut file) = self.clusters.as_ref() else { return Ok(()) };
        file.rewind()?;
        packed::each_line(file, &mut row)
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
    /// The tellings that are still to be read, each with the number of its window, and their bytes.
    waiting: Vec<(Place, usize)>,
    n_windows: usize,
    n_bytes: usize,
    clusters: Option<Packing<File>>,
    n_clusters: u64,
    cluster_of: Sorter<JOINED>,
}

impl<'a, 'b> Joining<'a, 'b> {
    fn new(parts: &'a [Part], fold: &'b Fold, room: &'b Room) -> Joining<'a, 'b> {
        let cluster_of = Sorter::new(room.share(SORT_SHARE));
        let (waiting, n_windows, n_bytes) = (Vec::new(), 0, 0);
        Joining { parts, fold, room, waiting, n_windows, n_bytes, clusters: None, n_clusters: 0, cluster_of }
    }

    /// Adds a telling to the window in hand.
    fn add(&mut self, place: Place) {
        self.waiting.push((place, self.n_windows));
        self.n_bytes += place[2] as usize;
    }

    /// The window in hand is whole.
    fn end_window(&mut self) -> Result<(), Error> {
        self.n_windows += 1;
        if self.n_bytes < self.room.memory / WAITING_SHARE {
            return Ok(());
        }
        self.join_waiting()
    }

    /// Joins the tellings of the windows that wait; all are read in one walk over the parts.
    fn join_waiting(&mut self) -> Result<(), Error> {
        let mut places = std::mem::take(&mut self.waiting);
        places.sort_unstable();
        let mut windows: Vec<Vec<(u32, Box<str>)>> = vec![Vec::new(); std::mem::take(&mut self.n_windows)];
        self.n_bytes = 0;
        for same in places.chunk_by(|a, b| a.0[0] == b.0[0]) {
            let (mut wanted, mut here) = (same.iter().peekable(), 0);
            let take = |line: &str| {
                if let Some((place, window)) = wanted.next_if(|(place, _)| place[1] == here) {
                    windows[*window].push((place[3], line.into()));
                }
                here += line.len() as u32 + 1;
                Ok(())
            };
            let path = &self.parts[same[0].0[0] as usize].tables["events"];
            File::open(path).and_then(|file| packed::each_line(&file, take)).map_err(Error::at(path))?;
        }
        windows.into_iter().try_for_each(|window| self.window(&window))
    }

    /// Joins the tellings of a window: their numbers and JSON lines, in order.
    fn window(&mut self, window: &[(u32, Box<str>)]) -> Result<(), Error> {
        let told: Result<Vec<Told>, _> = window.iter().map(|(_, line)| serde_json::from_str(line)).collect();
        let told = told.map_err(|e| Error::at("the events of the parts")(e.into()))?;
        let tellings: Vec<Telling> = told.iter().map(Told::telling).collect();
        let (clusters, cluster_of) = extract::clusters(self.fold, &tellings);
        for (cluster, (number, _)) in cluster_of.into_iter().zip(window) {
            let mut row = [0; JOINED];
            row[..4].copy_from_slice(&number.to_be_bytes());
            row[4..].copy_from_slice(clusters[cluster].cluster_id.as_bytes());
            self.cluster_of.push(row)?;
        }
        self.n_clusters += clusters.len() as u64;
        let folder = self.room.folder.clone().unwrap_or_else(std::env::temp_dir);
        let written = (|| {
            let to = match &mut self.clusters {
                Some(to) => to,
                none => {
                    std::fs::create_dir_all(&folder)?;
                    none.insert(Packing::new(tempfile::tempfile_in(&folder)?)?)
                }
            };
            clusters.iter().try_for_each(|c| to.line(&super::json_line(c)))
        })();
        written.map_err(Error::at(folder))
    }

    fn finish(mut self) -> Result<Tellings<'a>, Error> {
        self.n_windows += 1;
        self.join_waiting()?;
        let mut cluster_of = Rows::new(self.room.share(SORT_SHARE));
        self.cluster_of.finish(|row| cluster_of.push(row))?;
        let clusters = self.clusters.map(Packing::finish).transpose();
        let clusters = clusters.map_err(Error::at("the clusters in the spill folder"))?;
        Ok(Tellings { parts: self.parts, clusters, n_clusters: self.n_clusters, cluster_of })
    }
}

/// As much of an event as joining needs.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    event_id: Cow<'a, str>,
    #[serde(borrow)]
    article_id: Cow<'a, str>,
    #[serde(borrow)]
    edtf: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    source_start: u64,
    source_end: u64,
    date_source_start: u64,
    date_source_end: u64,
}

impl Told<'_> {
    fn telling(&self) -> Telling<'_> {
        Telling {
            id: &self.event_id,
            edtf: self.edtf.parse().ok(),
            text: &self.text,
            article: Some(&self.article_id),
            place: (self.source_start, self.source_end),
            date_place: (self.date_source_start, self.date_source_end),
        }
    }
}

/// The row of a telling.
fn row(event: &Event, place: Place) -> [u8; TELLING] {
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

fn place_of(row: &[u8; TELLING]) -> Place {
    [17, 21, 25, 29].map(|i| u32::from_be_bytes([row[i], row[i + 1], row[i + 2], row[i + 3]]))
}

/// The records of a table, in the order of the parts.
pub(super) fn records<T: DeserializeOwned>(parts: &[Part], table: &str) -> impl Iterator<Item = io::Result<T>> {
    let files = parts.iter().filter_map(|p| p.tables.get(table));
    let lines = files.flat_map(|path| {
        let (lines, failed) = match File::open(path).and_then(packed::lines) {
            Ok(lines) => (Some(lines), None),
            Err(e) => (None, Some(Err(e))),
        };
        failed.into_iter().chain(lines.into_iter().flatten())
    });
    lines.map(|line| Ok(serde_json::from_str(&line?)?))
}
