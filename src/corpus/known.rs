//! What repeats in a corpus: the verdict on each article, and the counts of each site.

use crate::corpus::facts::{Id, Print, site_key};
use crate::corpus::losers::{COPY, LOSER, Loser, Note};
use crate::corpus::spill::{Rows, Spill};
use crate::corpus::templates::{Count, exact_key, slot_key};
use crate::error::Error;
use crate::model::{CopyRow, Reason, Seen};
use serde::{Deserialize, Serialize};

/// How a copy came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same text, byte for byte.
    Exact,
    /// The same tokens: width, case, punctuation, blanks or script differ.
    Normalised,
    /// Edited, or with another frame around it.
    Edited,
    /// A part of the other article.
    Excerpt,
}

impl Relation {
    /// The word in the evidence.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Exact => "exact",
            Relation::Normalised => "normalised",
            Relation::Edited => "edited",
            Relation::Excerpt => "excerpt",
        }
    }

    pub(super) const ALL: [Relation; 4] = [Relation::Exact, Relation::Normalised, Relation::Edited, Relation::Excerpt];
}

/// The article that another one is a copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    /// `article_id` of the copy that stays.
    pub of: String,
    /// Where that one stands: its file, and the number of its dump in it. None for a [`Duplicate::twin`].
    pub source: Option<String>,
    /// See `source`.
    pub record: Option<u64>,
    /// Share of equal shingles, 0–1.
    pub similarity: f32,
    /// How it came about.
    pub relation: Relation,
    /// For each block what of it stands in the copy that stays.
    pub blocks: Vec<Standing>,
}

/// What of a block stands in another article.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// So large a share of its tokens, 0–1, beginning in the block with that number, where it is known.
    Share(f32, Option<u32>),
    /// Furniture of the copy's own site, which is no matter of the other article.
    Frame,
}

/// Share of a block's tokens that must stand in the copy that stays before the block may go. Below it the block says
/// something that is said nowhere else.
const MIN_COVERED: f32 = 0.6;

impl Duplicate {
    /// The same dump as `of`, address and body, come again.
    pub fn twin(of: String, n_blocks: usize) -> Duplicate {
        let blocks = (0..n_blocks as u32).map(|i| Standing::Share(1.0, Some(i))).collect();
        Duplicate { of, source: None, record: None, similarity: 1.0, relation: Relation::Exact, blocks }
    }

    /// Why the block at `index` goes, when enough of it stands in the copy that stays.
    pub fn reason(&self, index: usize) -> Option<Reason> {
        let Some(&Standing::Share(similarity, block)) = self.blocks.get(index) else { return None };
        (similarity >= MIN_COVERED).then(|| Reason::Duplicate {
            of: self.of.clone(),
            similarity,
            relation: self.relation.name(),
            source: self.source.clone(),
            record: self.record,
            block,
        })
    }

    /// The block at `index` is furniture of the site: without its article it says nothing.
    pub fn is_frame(&self, index: usize) -> bool {
        self.blocks.get(index) == Some(&Standing::Frame)
    }
}

/// How much was looked at and found; says why nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Articles in the index.
    pub articles: u64,
    /// Articles with fewer tokens than a copy must have.
    pub too_short: u64,
    /// Pairs that shared samples and were compared.
    pub compared: u64,
    /// Articles that are copies of another one.
    pub duplicates: u64,
    /// Of these, parts of it.
    pub excerpts: u64,
    /// Articles that name no site.
    pub without_site: u64,
    /// Sites.
    pub sites: u64,
    /// Sites with too few pages to tell their furniture.
    pub small_sites: u64,
    /// Blocks that stand on two pages of their site or more.
    pub repeated_blocks: u64,
}

impl std::fmt::Display for Counters {
    /// One line that also explains a zero.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let c = self;
        write!(f, "{} articles, {} copies ({} excerpts)", c.articles, c.duplicates, c.excerpts)?;
        if c.duplicates == 0 {
            write!(f, ": {} too short to be one, {} pairs compared", c.too_short, c.compared)?;
        }
        write!(f, "; {} sites, {} blocks on several pages", c.sites, c.repeated_blocks)?;
        if c.repeated_blocks == 0 || c.small_sites > 0 {
            write!(f, ": {} sites with too few pages, {} articles without a site", c.small_sites, c.without_site)?;
        }
        Ok(())
    }
}

/// What repeats in a corpus.
#[derive(Debug)]
pub struct Known {
    // Invariant: sorted by id.
    pub(super) losers: Rows<LOSER>,
    /// The losers of each article that stays.
    // Invariant: sorted.
    pub(super) copies: Rows<COPY>,
    /// See [`Note`].
    pub(super) notes: Spill,
    // Invariant: sorted by key.
    pub(super) counts: Vec<Count>,
    // Invariant: sorted by site.
    pub(super) sites: Vec<(u64, u32)>,
    pub(super) counters: Counters,
    pub(super) fingerprint: String,
}

impl Known {
    /// Names the index that it comes from: see [`super::Index::fingerprint`].
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What the other pages of `site` tell of blocks with these prints; with no site, nothing.
    pub fn site_counts(&self, site: Option<&str>, prints: &[Print]) -> Vec<Seen> {
        let key = site.map(site_key);
        let of = key.and_then(|k| find(&self.sites, |s| s.0.cmp(&k))).map_or(0, |s| s.1);
        let Some(site) = key.filter(|_| of > 0) else { return vec![Seen::default(); prints.len()] };
        let count = |key: u64| find(&self.counts, |c| c.key.cmp(&key)).copied();
        let once = Count { key: 0, pages: 1, head: 0, tail: 0 };
        let seen = |print: &Print| {
            let exact = count(exact_key(site, print)).unwrap_or(once);
            let slot = slot_key(site, print).and_then(count).unwrap_or(exact);
            Seen {
                of,
                pages: exact.pages,
                head: exact.head,
                tail: exact.tail,
                slot_pages: slot.pages,
                slot_head: slot.head,
                slot_tail: slot.tail,
            }
        };
        prints.iter().map(seen).collect()
    }

    /// The article that this one is a copy of; none when it stays.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn duplicate_of(&self, article_id: &str) -> Result<Option<Duplicate>, Error> {
        let Some(row) = self.losers.of(&Id::of(article_id).0)?.pop() else { return Ok(None) };
        let loser = Loser::of_row(&row);
        let note = self.note(&loser)?;
        let blocks = match note.blocks.is_empty() {
            // With as many blocks of the same tokens each stands in its twin.
            true => (0..loser.n_blocks).map(|i| Standing::Share(1.0, note.same_blocks.then_some(i))).collect(),
            false => note.blocks,
        };
        let (of, similarity, relation) = (loser.of.to_string(), loser.similarity, loser.relation);
        Ok(Some(Duplicate { of, source: Some(note.source), record: note.record, similarity, relation, blocks }))
    }

    /// The copies of this article, if it stays for any, by identifier.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn copies_of(&self, article_id: &str) -> Result<Vec<CopyRow>, Error> {
        let copy = |row: [u8; COPY]| {
            let loser = Loser::of_row(&self.losers.of(&row[10..])?.pop().expect("the row leads to a loser"));
            let Note { url, published, .. } = self.note(&loser)?;
            Ok(CopyRow {
                article_id: loser.id.to_string(),
                url,
                published,
                relation: loser.relation.name().to_string(),
                similarity: (f64::from(loser.similarity) * 1000.0).round() / 1000.0,
            })
        };
        self.copies.of(&Id::of(article_id).0)?.into_iter().map(copy).collect()
    }

    fn note(&self, loser: &Loser) -> Result<Note, Error> {
        let mut bytes = Vec::new();
        self.notes.read(loser.note.0, loser.note.1 as usize, &mut bytes)?;
        Ok(Note::of_bytes(&bytes))
    }

    /// The identifiers of the articles that others are copies of, sorted.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn kept(&self) -> Result<Vec<String>, Error> {
        let mut kept: Vec<String> = Vec::new();
        self.copies.each(|row| {
            let of = Id(*row.first_chunk().expect("the row is longer")).to_string();
            if kept.last() != Some(&of) {
                kept.push(of);
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// How much was looked at and found.
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

/// The entry of a sorted list, by its order against what is looked for.
pub(super) fn find<T>(sorted: &[T], order: impl FnMut(&T) -> std::cmp::Ordering) -> Option<&T> {
    sorted.binary_search_by(order).ok().map(|i| &sorted[i])
}
