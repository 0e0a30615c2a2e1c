//! Dumps in order, cut into batches by size alone, each dump with its identifier.

use crate::config::IngestConfig;
use crate::corpus::{Room, Tally};
use crate::error::{Error, Reject};
use crate::ingest::{self, Incoming, Listing, Opened};
use crate::model::{self, Dump, sha256_hex};
use serde::Serialize;
use std::collections::BTreeMap;

/// Bytes of dump bodies in one batch. Eight megabytes keep a few cores busy for a tenth of a second, and their trees,
/// at seven times their size, stay below 100 MB.
const BATCH_BYTES: usize = 8 << 20;
/// Dumps in one batch: many tiny ones should not make a part that takes long to repeat.
const BATCH_DUMPS: usize = 1024;

/// One thing that came in.
pub(super) enum Item {
    /// A dump, and which article it is.
    Dump(Box<Dump>, Identity),
    /// A dump that was lost, or came through hurt.
    Reject(Box<Reject>),
}

/// The identifier of a dump's article.
pub(super) struct Identity {
    /// Its own.
    pub id: String,
    /// Of the first dump with this address and body, when it is not this one.
    pub first: Option<String>,
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
                Item::Dump(dump, Identity { id, .. }) => all += &format!("\n{id} {} {}", dump.sha256, dump.origin),
                Item::Reject(reject) => all += &format!("\n{reject:?}"),
            }
        }
        sha256_hex(all.as_bytes())[..24].to_string()
    }
}

/// The dumps of a listing, batch by batch.
pub(super) struct Batches<'a> {
    listing: &'a Listing,
    config: &'a IngestConfig,
    /// The next source to open.
    next: usize,
    opened: Option<Opened>,
    rejects: std::slice::Iter<'a, Reject>,
    n_dumps: u64,
    /// How often an article with this identifier came in: copies of address and body are told apart.
    copies: Tally,
    bytes_done: u64,
    bytes_here: u64,
    inputs: Vec<Input<'a>>,
}

/// A source that was read to its end, as the manifest lists it.
#[derive(Serialize)]
pub(super) struct Input<'a> {
    path: &'a str,
    bytes: u64,
    sha256: String,
    formats: BTreeMap<&'static str, u64>,
}

impl<'a> Batches<'a> {
    pub fn new(listing: &'a Listing, config: &'a IngestConfig, room: &Room) -> Batches<'a> {
        Batches {
            listing,
            config,
            next: 0,
            opened: None,
            rejects: listing.rejects.iter(),
            n_dumps: 0,
            copies: Tally::new(room.share(32)),
            bytes_done: 0,
            bytes_here: 0,
            inputs: Vec::new(),
        }
    }

    /// The next batch; none at the end.
    ///
    /// # Errors
    /// When the configuration cannot be followed.
    pub fn next(&mut self) -> Result<Option<Batch>, Error> {
        let (mut items, mut n_bytes) = (Vec::new(), 0);
        while n_bytes < BATCH_BYTES && items.len() < BATCH_DUMPS {
            let Some(item) = self.item()? else { break };
            if let Item::Dump(dump, _) = &item {
                n_bytes += dump.body.len();
            }
            items.push(item);
        }
        let bytes_read = self.bytes_done + self.bytes_here;
        Ok((!items.is_empty()).then_some(Batch { items, bytes_read }))
    }

    /// Each source that was read. Complete after the last batch.
    pub fn inputs(self) -> Vec<Input<'a>> {
        self.inputs
    }

    /// The next thing, a dump with its identifier.
    fn item(&mut self) -> Result<Option<Item>, Error> {
        let Some(incoming) = self.incoming()? else { return Ok(None) };
        Ok(Some(match incoming {
            Incoming::Reject(reject) => Item::Reject(Box::new(reject)),
            Incoming::Dump(dump) => {
                self.n_dumps += 1;
                let first = model::article_id(dump.url.as_deref(), &dump.body, 0);
                // Half of the identifier's bits: among a billion dumps two are taken for one once in forty runs.
                let key = u64::from_str_radix(&first[..16], 16).expect("identifiers are hexadecimal");
                let identity = match self.copies.count(key)? {
                    0 => Identity { id: first, first: None },
                    n => {
                        let id = model::article_id(dump.url.as_deref(), &dump.body, u64::from(n));
                        Identity { id, first: Some(first) }
                    }
                };
                Item::Dump(dump, identity)
            }
        }))
    }

    /// The next thing that comes in.
    fn incoming(&mut self) -> Result<Option<Incoming>, Error> {
        if let Some(reject) = self.rejects.next() {
            return Ok(Some(Incoming::Reject(reject.clone())));
        }
        loop {
            let full = self.config.limit.is_some_and(|limit| self.n_dumps >= limit);
            if let Some(opened) = &mut self.opened {
                match opened.next().filter(|_| !full) {
                    Some(incoming) => {
                        self.bytes_here = match &incoming {
                            Incoming::Dump(dump) => dump.origin.offset,
                            Incoming::Reject(reject) => reject.origin.offset,
                        };
                        return Ok(Some(incoming));
                    }
                    None => self.close(),
                }
            }
            if full || self.next >= self.listing.sources.len() {
                return Ok(None);
            }
            self.opened = Some(ingest::open(&self.listing.sources[self.next], self.config)?);
            self.next += 1;
        }
    }

    /// Ends the source in hand.
    fn close(&mut self) {
        let Some(opened) = self.opened.take() else { return };
        let tally = opened.finish();
        let path = &self.listing.sources[self.next - 1].name;
        self.inputs.push(Input { path, bytes: tally.bytes, sha256: tally.sha256, formats: tally.formats });
        self.bytes_done += tally.bytes;
        self.bytes_here = 0;
    }
}
