//! The two passes of a run over its dumps: learning, and reading batch by batch to parts. Both go on from where an
//! interrupted run stopped.

use super::batches::{Batch, Batches, Input};
use super::counts::{MOST_REMOVED, MOST_REMOVED_AT_ONCE, add, commonest};
use super::tables::{growing, waits};
use super::{Counts, Pipeline, Progress, bytes, lines};
use crate::corpus::{Counters, Index, Known, Learner, Room};
use crate::error::Error;
use crate::ingest::Listing;
use crate::model::sha256_hex;
use crate::write::drafts::Drafts;
use crate::write::folder::{Folder, Part};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A stage of a run.
pub(super) enum Stage<T> {
    /// It went to its end.
    Whole(T),
    /// It was stopped from outside.
    Stopped(Box<Counts>),
}

/// What pass two leaves.
pub(super) struct Read<'a> {
    pub parts: Vec<Part>,
    /// The tables that grew with them.
    pub drafts: Drafts,
    pub counts: Counts,
    pub inputs: Vec<Input<'a>>,
    pub bytes: (u64, u64),
    pub note: Note,
}

/// What finding the parts again takes, when all of them are there.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Note {
    /// The fingerprint of the index that they were read with.
    index: String,
    /// What was counted when it was resolved.
    pub repeats: Option<Counters>,
    n_parts: usize,
}

/// What both passes of a run share.
pub(super) struct Run<'a, 'b> {
    pub line: &'a Pipeline,
    pub pool: rayon::ThreadPool,
    pub alone: Option<Mutex<()>>,
    pub room: Room,
    pub listing: &'a Listing,
    pub folder: &'b Folder,
    pub stop: Option<&'static AtomicBool>,
    pub told: &'b mut dyn FnMut(&Progress),
}

impl<'a> Run<'a, '_> {
    fn stopped(&self) -> bool {
        self.stop.is_some_and(|s| s.load(Ordering::Relaxed))
    }

    /// Pass one: what repeats across the dumps.
    pub fn learn(&mut self) -> Result<Stage<Known>, Error> {
        let (config, learnt) = (&self.line.config, self.folder.learnt());
        if let Some((known, inputs)) = Known::stored(&learnt)? {
            match self.learn_by(|_, _, _| Ok(()))? {
                Stage::Whole(now) if now == inputs => return Ok(Stage::Whole(known)),
                Stage::Whole(_) => Known::forget(&learnt)?,
                Stage::Stopped(counts) => return Ok(Stage::Stopped(counts)),
            }
        }
        let mut learner = Learner::resuming(&config.corpus, &learnt, &self.folder.spill(), self.room.memory)?;
        let learn = |run: &Run, key: &str, batch: Batch| {
            if learner.takes_up(key)? {
                return Ok(());
            }
            let (line, alone) = (run.line, run.alone.as_ref());
            for facts in run.pool.install(|| line.facts(batch.items, alone)) {
                learner.add(&facts)?;
            }
            learner.end_batch(key)
        };
        let inputs = match self.learn_by(learn)? {
            Stage::Whole(inputs) => inputs,
            Stage::Stopped(counts) => return Ok(Stage::Stopped(counts)),
        };
        let index = learner.finish()?;
        Ok(Stage::Whole(self.resolve(index)?.store(&learnt, &inputs)?))
    }

    /// What repeats. What the index holds, and its part of the disk, is free from here on; what was taken to find out is
    /// free for the threads that read.
    pub fn resolve(&self, index: Index) -> Result<Known, Error> {
        let room = &self.room;
        self.pool.install(|| index.resolve(room))
    }

    /// Hands each batch with its key on to `learn`; gives the hash of all keys.
    fn learn_by(
        &mut self,
        mut learn: impl FnMut(&Run, &str, Batch) -> Result<(), Error>,
    ) -> Result<Stage<String>, Error> {
        let mut progress = Progress { pass: 1, bytes: (0, bytes(self.listing)), ..Progress::default() };
        let mut batches = Batches::new(self.listing, &self.line.config.ingest, &self.room);
        let mut inputs = String::new();
        while let Some(batch) = batches.next()? {
            if self.stopped() {
                return Ok(Stage::Stopped(Box::new(progress.counts)));
            }
            progress.bytes.0 = batch.bytes_read;
            let key = batch.key("");
            inputs = sha256_hex((inputs + &key).as_bytes());
            learn(self, &key, batch)?;
            (self.told)(&progress);
        }
        Ok(Stage::Whole(inputs))
    }

    /// Pass two: each batch of dumps as a part.
    pub fn read(&mut self, known: Option<Known>) -> Result<Stage<Read<'a>>, Error> {
        let index = known.as_ref().map(|k| k.fingerprint().to_string()).unwrap_or_default();
        let note = Note { index, repeats: known.as_ref().map(Known::counters), n_parts: 0 };
        let read = self.parts(note, |run, batch| {
            let (line, alone) = (run.line, run.alone.as_ref());
            let results = run.pool.install(|| line.results(batch.items, known.as_ref(), alone))?;
            Ok(Some(lines(&results, &run.line.config.write.tables)))
        })?;
        Ok(read.expect("a part that is not there is made"))
    }

    /// Pass two of a run that learnt, had all parts, and was stopped while it wrote tables: none when it is not so, or
    /// when a part is missing or damaged, or the input is no longer the same.
    pub fn read_before(&mut self, learns: bool) -> Result<Option<Stage<Read<'a>>>, Error> {
        let Some(note) = self.folder.ended_parts::<Note>().filter(|_| learns) else { return Ok(None) };
        let n_parts = note.n_parts;
        let read = self.parts(note, |_, _| Ok(None))?;
        Ok(read.filter(|read| match read {
            Stage::Whole(read) => read.parts.len() == n_parts,
            Stage::Stopped(_) => true,
        }))
    }

    /// The part of each batch: found again, or of what `make` gives; none as soon as it gives nothing.
    fn parts(
        &mut self,
        mut note: Note,
        make: impl Fn(&Run, Batch) -> Result<Option<(BTreeMap<String, Vec<String>>, Counts)>, Error>,
    ) -> Result<Option<Stage<Read<'a>>>, Error> {
        let mut progress = Progress { pass: 2, bytes: (0, bytes(self.listing)), ..Progress::default() };
        let (mut parts, mut removed) = (Vec::new(), BTreeMap::new());
        let config = &self.line.config.write;
        let mut drafts = growing(self.folder, config)?;
        let mut batches = Batches::new(self.listing, &self.line.config.ingest, &self.room);
        while let Some(batch) = batches.next()? {
            if self.stopped() {
                return Ok(Some(Stage::Stopped(Box::new(progress.counts))));
            }
            progress.bytes.0 = batch.bytes_read;
            let key = format!("{:08}-{}", parts.len(), batch.key(&note.index));
            let found = self.folder.part(&key);
            let mut part = match found {
                Some(part) if drafts.pass(&part.marks)? => part,
                _ => {
                    let Some((mut lines, counts)) = make(self, batch)? else { return Ok(None) };
                    let counts = serde_json::to_value(counts).expect("numbers are JSON");
                    drafts.add(&lines)?;
                    lines.retain(|table, _| waits(config, table));
                    self.folder.write_part(&key, &lines, drafts.marks(), counts)?
                }
            };
            // Not kept with the part: there is one for some megabytes of input.
            let mut counts: Counts = serde_json::from_value(part.notes.take()).map_err(|e| {
                Error::Refused(format!("part {key}: of another version: {e}; add --fresh to start over"))
            })?;
            add(&mut removed, &std::mem::take(&mut counts.removed));
            commonest(&mut removed, MOST_REMOVED_AT_ONCE);
            progress.counts.add(&counts);
            // The marks say nothing more.
            part.marks = Vec::new();
            parts.push(part);
            (self.told)(&progress);
        }
        let mut counts = progress.counts;
        commonest(&mut removed, MOST_REMOVED);
        counts.removed = removed;
        note.n_parts = parts.len();
        Ok(Some(Stage::Whole(Read { parts, drafts, counts, inputs: batches.inputs(), bytes: progress.bytes, note })))
    }
}
