//! What a run counts, part by part.

use super::Reading;
use crate::corpus::Counters;
use crate::error::{Reject, Severity};
use crate::model::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Dumps that came in.
    pub inputs: u64,
    /// Dumps that became articles.
    pub articles: u64,
    /// Dumps of which nothing came through.
    pub lost: u64,
    /// Rejects of which a part came through.
    pub partial: u64,
    /// Rejects that came through, mended.
    pub repaired: u64,
    /// Files that are not ours to read.
    pub skipped: u64,
    /// Records of containers that hold no dump (revisits, pictures), passed over.
    pub passed: u64,
    /// Articles that are copies of another.
    pub duplicates: u64,
    /// Blocks of all dumps.
    pub blocks: u64,
    /// Blocks dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Rejects by code.
    pub rejects: BTreeMap<String, u64>,
    /// Code points of kept text.
    pub chars: u64,
    /// Points.
    pub points: u64,
    /// Events.
    pub events: u64,
    /// Clusters.
    pub clusters: u64,
    /// The beginnings of the blocks that were dropped most often; known at the end. Counted from the commonest of each
    /// part, so that each was dropped at least so often.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub removed: BTreeMap<String, u64>,
    /// What was compared and found across dumps, where that was looked for; known at the end. The manifest has it beside
    /// the counts.
    #[serde(skip)]
    pub repeats: Option<Counters>,
}

/// Removed blocks that are told at the end …
pub(super) const MOST_REMOVED: usize = 10;
/// … that each part tells …
pub(super) const MOST_REMOVED_OF_PART: usize = 50;
/// … and that are counted while the parts come in.
pub(super) const MOST_REMOVED_AT_ONCE: usize = 2000;
/// Code points of a removed block that are told: enough to know it by.
const REMOVED_CHARS: usize = 80;

impl Counts {
    pub(super) fn count_reject(&mut self, reject: &Reject) {
        let slot = match reject.severity {
            Severity::Lost => {
                self.inputs += 1;
                &mut self.lost
            }
            Severity::Partial => &mut self.partial,
            Severity::Repaired => &mut self.repaired,
            Severity::Skipped if reject.layer == "container" => &mut self.passed,
            Severity::Skipped => &mut self.skipped,
        };
        *slot += 1;
        *self.rejects.entry(reject.code.to_string()).or_default() += 1;
    }

    pub(super) fn count_reading(&mut self, reading: &Reading) {
        let rows = &reading.rows;
        self.inputs += 1;
        self.articles += 1;
        self.duplicates += u64::from(rows.article.duplicate_of.is_some());
        self.blocks += reading.cleaned.verdicts().len() as u64;
        self.chars += rows.article.chars;
        self.points += rows.points.len() as u64;
        self.events += rows.events.len() as u64;
        for (i, verdict) in reading.cleaned.verdicts().iter().enumerate() {
            if let Verdict::Drop(reason) = verdict {
                *self.dropped.entry(reason.name().to_string()).or_default() += 1;
                let text = reading.cleaned.document.block_text(i);
                *self.removed.entry(text.chars().take(REMOVED_CHARS).collect()).or_default() += 1;
            }
        }
    }

    pub(super) fn add(&mut self, other: &Counts) {
        self.inputs += other.inputs;
        self.articles += other.articles;
        self.lost += other.lost;
        self.partial += other.partial;
        self.repaired += other.repaired;
        self.skipped += other.skipped;
        self.passed += other.passed;
        self.duplicates += other.duplicates;
        self.blocks += other.blocks;
        self.chars += other.chars;
        self.points += other.points;
        self.events += other.events;
        add(&mut self.dropped, &other.dropped);
        add(&mut self.rejects, &other.rejects);
    }
}

pub(super) fn add(into: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>) {
    for (name, n) in from {
        *into.entry(name.clone()).or_default() += n;
    }
}

/// Leaves the `most` names that were counted most; what was counted once says nothing.
pub(super) fn commonest(counted: &mut BTreeMap<String, u64>, most: usize) {
    if counted.len() <= most && counted.values().all(|n| *n > 1) {
        return;
    }
    let mut list: Vec<(String, u64)> = std::mem::take(counted).into_iter().filter(|(_, n)| *n > 1).collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list.truncate(most);
    counted.extend(list);
}
