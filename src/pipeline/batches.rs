//! Dumps in order, cut into batches by size alone, each dump with its identifier.

use crate::config::Config;
use crate::error::{Error, Reject};
use crate::ingest::{self, Incoming, Listing};
use crate::model::{self, Dump, sha256_hex};
use serde_json::Value;
use std::collections::HashMap;

/// Bytes of dump bodies in one batch. Eight megabytes keep a few cores busy for a tenth of a second, and their trees,
/// at seven times their size, stay below 100 MB.
const BATCH_BYTES: usize = 8 << 20;
/// Dumps in one batch: many tiny ones should not make a part that takes long to repeat.
const BATCH_DUMPS: usize = 1024;

/// One thing that came in.
pub(super) enum Item {
    /// A dump and the identifier of its article.
    Dump(Box<Dump>, String),
    /// A dump that was lost, or came through hurt.
    Reject(Box<Reject>),
}

/// Some dumps that are worked on together.
pub(super) struct Batch {
    /// In the order in which they came.
    pub items: Vec<Item>,
    /// Stored bytes read so far, all batches.
    pub bytes_read: u64,
}

impl Batch {
    /// What the rows of this batch depend on, hashed: its dumps and rejects, and the index they are read with.
    pub fn key(&self, index_key: &str) -> String {
        let mut all = String::from(index_key);
        for item in &self.items {
            match item {
                Item::Dump(dump, id) => all += &format!("\n{id} {} {}", dump.sha256, dump.origin),
                Item::Reject(reject) => all += &format!("\n{reject:?}"),
            }
        }
        sha256_hex(all.as_bytes())[..24].to_string()
    }
}
