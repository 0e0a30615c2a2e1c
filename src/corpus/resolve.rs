//! Resolving an [`Index`]: which articles are copies, which of them stays, and the counts of each site.

use crate::corpus::align::{Alignment, Shingles};
use crate::corpus::facts::{Print, Record};
use crate::corpus::index::Index;
use crate::corpus::known::{Counters, Known, Relation, Standing, find};
use crate::corpus::losers::{COPY, Loser, Note};
use crate::corpus::near::{self, Tie};
use crate::corpus::spill::{Room, Rows, Sorter, Spill};
use crate::corpus::templates::{self, Count, exact_key};
use crate::corpus::union::{Rings, Union};
use crate::error::Error;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Pages of a site, at least, whose common blocks are left out when articles are compared …
const FURNITURE_PAGES: u32 = 3;
/// … and the share of the site's pages, one in so many …
const FURNITURE_SHARE: u32 = 4;
/// … up to so many pages, which are enough on any site: a section's menu stands on a small share of a large one.
const FURNITURE_ENOUGH: u32 = 20;

/// Share of an article's tokens that must stand in the copy that stays: a chain of edits may lead so far away
/// that nothing of the first is in the last.
const MIN_STANDS: f64 = 0.25;

/// Share of a block's tokens from which it stands in another article. The prototype's figure for repeats inside a dump.
const STANDS: f64 = 0.6;

impl Index {
    /// What repeats. It depends on the records alone, not on parts, order or room to work in.
    ///
    /// # Errors
    /// When the index cannot be read, or the disk refuses.
    pub fn resolve(&self, room: &Room) -> Result<Known, Error> {
        let mut work = Work::new(self, room)?;
        (work.counts, work.sites) = work.count(FURNITURE_PAGES)?;
        work.join_copies()?;
        work.attach_excerpts();
        work.known()
    }
}

/// The state of [`Index::resolve`]. Of each document it holds one number (comparing holds a byte more); the rest is
/// read when it is needed, so that a corpus of millions of articles fits.
struct Work<'a> {
    index: &'a Index,
    room: &'a Room,
    n_samples: u64,
    n_blocks: u64,
    /// Sites by name's hash, and their pages, copies of one article counted once.
    sites: Vec<(u64, u32)>,
    /// Blocks that several pages of a site have.
    counts: Vec<Count>,
    /// The clusters of copies.
    copies: Union,
    /// Excerpts and where they stand.
    excerpts: Vec<Excerpt>,
    /// The root of each cluster of excerpts, and the root of the cluster that it is attached to.
    attached: Vec<(u32, u32)>,
    counters: Counters,
}

/// Blocks that several pages of a site have, and the pages of each site.
type Counted = (Vec<Count>, Vec<(u64, u32)>);

/// A document that stands in another one, with the tokens of both.
#[derive(Clone, Copy)]
struct Excerpt {
    part: (u32, u32),
    whole: (u32, u32),
}

impl<'a> Work<'a> {
    /// Equal texts are joined at once.
    fn new(index: &'a Index, room: &'a Room) -> Result<Work<'a>, Error> {
        let n = index.len() as u32;
        let mut counters = Counters { articles: u64::from(n), ..Counters::default() };
        let (mut n_samples, mut n_blocks) = (0, 0);
        // With the number of tokens: a hash of 64 bits alone would do for a hundred million articles.
        let mut forms: Sorter<16> = Sorter::new(room.share(8));
        index.scan(|number, record| {
            let n_tokens = record.n_compared();
            n_samples += near::n_samples(n_tokens);
            n_blocks += u64::from(record.n_blocks);
            counters.without_site += u64::from(record.site == 0);
            if n_tokens < index.config().min_tokens {
                counters.too_short += 1;
                return Ok(());
            }
            let mut row = [0; 16];
            row[..8].copy_from_slice(&record.form.to_be_bytes());
            row[8..12].copy_from_slice(&n_tokens.to_be_bytes());
            row[12..].copy_from_slice(&number.to_be_bytes());
            forms.push(row)
        })?;
        let mut copies = Union { parent: (0..n).collect() };
        let mut first: Option<[u8; 16]> = None;
        forms.finish(|row| {
            let number = |row: &[u8; 16]| u32::from_be_bytes(*row.last_chunk().expect("the row is longer"));
            match &first {
                Some(same) if same[..12] == row[..12] => copies.join(number(same), number(row)),
                _ => first = Some(*row),
            }
            Ok(())
        })?;
        let (sites, counts, excerpts, attached) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Work { index, room, n_samples, n_blocks, sites, counts, copies, excerpts, attached, counters })
    }

    /// Blocks that stand on `min_pages` pages of their site or more, copies of one article counted once;
    /// and the pages of the sites.
    fn count(&mut self, min_pages: u32) -> Result<Counted, Error> {
        self.copies.flatten();
        let article_of = &self.copies.parent;
        let mut pages: Sorter<12> = Sorter::joining(self.room.share(16), |kept, next| kept == next);
        self.index.scan(|number, record| {
            if record.site == 0 {
                return Ok(());
            }
            let mut row = [0; 12];
            row[..8].copy_from_slice(&record.site.to_be_bytes());
            row[8..].copy_from_slice(&article_of[number as usize].to_be_bytes());
            pages.push(row)
        })?;
        let mut sites: Vec<(u64, u32)> = Vec::new();
        pages.finish(|row| {
            let site = u64::from_be_bytes(*row.first_chunk().expect("the row is longer"));
            match sites.last_mut() {
                Some((last, n)) if *last == site => *n += 1,
                _ => sites.push((site, 1)),
            }
            Ok(())
        })?;
        Ok((templates::count(self.index, article_of, min_pages, self.n_blocks, self.room.memory / 4)?, sites))
    }

    /// Whether a block of this document is left out.
    fn is_furniture(&self, site: u64) -> impl Fn(&Print) -> bool + '_ {
        let of = find(&self.sites, |s| s.0.cmp(&site)).map_or(0, |s| s.1);
        self.stands_on(site, of, (of / FURNITURE_SHARE).clamp(FURNITURE_PAGES, FURNITURE_ENOUGH))
    }

    /// Whether a block stands on `enough` pages of its site.
    fn stands_on(&self, site: u64, of: u32, enough: u32) -> impl Fn(&Print) -> bool + '_ {
        move |print| {
            let key = exact_key(site, print);
            of >= FURNITURE_PAGES && find(&self.counts, |c| c.key.cmp(&key)).is_some_and(|c| c.pages >= enough)
        }
    }

    fn body(&self, record: &Record, into: &mut Vec<u8>) {
        near::body(record, self.is_furniture(record.site), into);
    }

    fn join_copies(&mut self) -> Result<(), Error> {
        let min_tokens = self.index.config().min_tokens;
        let (mut excerpts, mut n_compared) = (Vec::new(), 0);
        let mut copies = std::mem::take(&mut self.copies);
        // Of equal texts one is compared.
        let firsts = copies.roots();
        let body_of = |number: u32, record: &Record, into: &mut Vec<u8>| {
            let compared = firsts.has(number) && record.n_compared() >= min_tokens;
            if compared {
                self.body(record, into);
            }
            compared
        };
        let (mut first, mut a, mut b) = (u32::MAX, Vec::new(), Vec::new());
        let (mut bytes_a, mut bytes_b) = (Vec::new(), Vec::new());
        near::candidates(self.index, body_of, self.n_samples, &self.room.share(4), |candidate| {
            let pair = candidate.pair;
            if copies.root(pair.0) == copies.root(pair.1) {
                return Ok(());
            }
            let one = self.index.record(pair.0, &mut bytes_a)?;
            let other = self.index.record(pair.1, &mut bytes_b)?;
            if first != pair.0 {
                first = pair.0;
                self.body(&one, &mut a);
            }
            self.body(&other, &mut b);
            n_compared += 1;
            let mut tie = near::tie(&a, &b, candidate.crowded, self.index.config());
            if !matches!(tie, Tie::None | Tie::Copies) && one.site != 0 && one.site == other.site {
                tie = self.tie_on_one_site((&one, &other), candidate.crowded);
            }
            let (one, other) = ((pair.0, one.n_compared()), (pair.1, other.n_compared()));
            match tie {
                Tie::None => {}
                Tie::Copies | Tie::Alike => copies.join(pair.0, pair.1),
                Tie::FirstIn => excerpts.push(Excerpt { part: one, whole: other }),
                Tie::SecondIn => excerpts.push(Excerpt { part: other, whole: one }),
            }
            Ok(())
        })?;
        (self.copies, self.excerpts, self.counters.compared) = (copies, excerpts, n_compared);
        Ok(())
    }

    /// Two issues of one listing share what every issue says. Where two pages of a site are not plainly copies,
    /// all that a third page has too is left out.
    fn tie_on_one_site(&self, pair: (&Record, &Record), crowded: bool) -> Tie {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for (record, body) in [(pair.0, &mut a), (pair.1, &mut b)] {
            near::body(record, self.stands_on(record.site, FURNITURE_PAGES, FURNITURE_PAGES), body);
        }
        near::tie(&a, &b, crowded, self.index.config())
    }

    /// An excerpt goes, with its copies, to the longest article that it stands in and that is no excerpt itself:
    /// never a chain.
    fn attach_excerpts(&mut self) {
        let mut ties = std::mem::take(&mut self.excerpts);
        // Long excerpts first, into long articles first: what holds others is settled before what stands in it.
        ties.sort_unstable_by_key(|e| (Reverse(e.part.1), e.part.0, Reverse(e.whole.1), e.whole.0));
        let (mut hosts, mut parts) = (HashSet::new(), HashSet::new());
        for tie in ties {
            let [part, whole] = [tie.part.0, tie.whole.0].map(|number| self.copies.root(number));
            if part != whole && !parts.contains(&part) && !parts.contains(&whole) && !hosts.contains(&part) {
                parts.insert(part);
                hosts.insert(whole);
                self.attached.push((part, whole));
            }
        }
        self.attached.sort_unstable();
    }

    fn known(mut self) -> Result<Known, Error> {
        self.settle()?;
        let mut losers = Rows::new(self.room.share(32));
        let mut copies = Sorter::new(self.room.share(32));
        let mut notes = Spill::new(self.room.share(32));
        for i in 0..self.copies.parent.len() as u32 {
            let stays = self.copies.parent[i as usize];
            let loser = if stays == i { None } else { self.loser(i, stays, &mut notes)? };
            let Some(loser) = loser else {
                self.copies.parent[i as usize] = i;
                continue;
            };
            self.counters.duplicates += 1;
            self.counters.excerpts += u64::from(loser.relation == Relation::Excerpt);
            losers.push(&loser.row())?;
            let mut row = [0; COPY];
            row[..10].copy_from_slice(&loser.of.0);
            row[10..].copy_from_slice(&loser.id.0);
            copies.push(row)?;
        }
        let mut by_survivor = Rows::new(self.room.share(32));
        copies.finish(|row| by_survivor.push(row))?;
        // What was counted while copies were counted as pages goes before the new table comes.
        self.counts = Vec::new();
        let (counts, sites) = self.count(2)?;
        let counters = Counters {
            sites: sites.len() as u64,
            small_sites: sites.iter().filter(|s| s.1 < self.index.config().min_pages).count() as u64,
            repeated_blocks: counts.len() as u64,
            ..self.counters
        };
        let fingerprint = self.index.fingerprint().to_string();
        Ok(Known { losers, copies: by_survivor, notes, counts, sites, counters, fingerprint })
    }

    /// Makes each document point to the one that stays for it: the best of its cluster, or of the cluster that its own
    /// is attached to.
    fn settle(&mut self) -> Result<(), Error> {
        let rings = Rings::of(&mut self.copies);
        // Copies first: all members of an excerpt's cluster go where it goes.
        let mut host_of: HashMap<u32, u32> = HashMap::new();
        let mut stays_of: HashMap<u32, u32> = HashMap::new();
        for (part, whole) in std::mem::take(&mut self.attached) {
            let stays = match stays_of.get(&whole) {
                Some(&stays) => stays,
                None => self.stays(&rings.members(whole, &self.copies.parent))?,
            };
            stays_of.insert(whole, stays);
            host_of.insert(part, stays);
        }
        for root in 0..self.copies.parent.len() as u32 {
            if !rings.roots.has(root) {
                continue;
            }
            let members = rings.members(root, &self.copies.parent);
            let stays = match host_of.get(&root) {
                Some(&host) => host,
                None if members.len() == 1 => root,
                None => self.stays(&members)?,
            };
            members.iter().for_each(|&m| self.copies.parent[m as usize] = stays);
        }
        Ok(())
    }

    /// Which copy of a cluster stays: the one with most text that is kept nowhere else, the fullest metadata,
    /// the earliest date, the canonical address, the longest text, the first place.
    fn stays(&self, cluster: &[u32]) -> Result<u32, Error> {
        let own = self.own_tokens(cluster)?;
        let mut best = None;
        let mut bytes = Vec::new();
        for (&number, own) in cluster.iter().zip(own) {
            let r = self.index.record(number, &mut bytes)?;
            let place = (r.path.to_string(), r.record, r.offset, number);
            let known = (Reverse(r.fullness), r.day.unwrap_or(i32::MAX), !r.canonical);
            let rank = (Reverse(own), known, Reverse(r.n_compared()), place);
            if best.as_ref().is_none_or(|b| rank < *b) {
                best = Some(rank);
            }
        }
        Ok(best.map_or(cluster[0], |b| b.3.3))
    }

    /// For each member of a cluster the tokens of its blocks that do not stand in the longest one; for that one,
    /// of its blocks that stand in no other.
    fn own_tokens(&self, cluster: &[u32]) -> Result<Vec<usize>, Error> {
        let mut longest = (0, Reverse(0));
        let mut bytes = Vec::new();
        for &number in cluster {
            longest = longest.max((self.index.record(number, &mut bytes)?.n_compared() + 1, Reverse(number)));
        }
        let Reverse(longest) = longest.1;
        let whole = Laid::new(self, longest)?;
        let mut alone = vec![true; whole.blocks.len()];
        let mut own = Vec::with_capacity(cluster.len());
        for &number in cluster {
            let part = Laid::new(self, number)?;
            if part.form == whole.form {
                // The longest itself is among these; another one with its tokens leaves it nothing of its own.
                alone.iter_mut().for_each(|a| *a &= number == longest);
                own.push(0);
                continue;
            }
            let laid = Alignment::of(&part.body, &whole.body);
            own.push(part.blocks.iter().filter(|b| !stands(&laid.covered, b)).map(Range::len).sum());
            alone.iter_mut().zip(&whole.blocks).for_each(|(a, b)| *a &= !stands(&laid.taken, b));
        }
        let at = cluster.iter().position(|&c| c == longest).expect("the longest is one of them");
        own[at] = alone.iter().zip(&whole.blocks).filter(|(alone, _)| **alone).map(|(_, b)| b.len()).sum();
        Ok(own)
    }

    /// What is kept of a document that goes; none when too little of it stands in the one that stays.
    fn loser(&self, number: u32, stays: u32, notes: &mut Spill) -> Result<Option<Loser>, Error> {
        let (mut bytes_a, mut bytes_b, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let record_a = self.index.record(number, &mut bytes_a)?;
        let record_b = self.index.record(stays, &mut bytes_b)?;
        let mut loser = |similarity, relation, blocks: Vec<Standing>| {
            let text = |t: &str| (!t.is_empty()).then(|| t.to_string());
            let note = Note {
                url: text(record_a.url),
                published: text(record_a.published),
                source: record_b.path.to_string(),
                record: record_b.record,
                same_blocks: record_a.n_blocks == record_b.n_blocks,
                blocks,
            };
            let note = note.bytes();
            let note = (notes.push(&note)?, note.len() as u32);
            let (id, of, n_blocks) = (record_a.id, record_b.id, record_a.n_blocks);
            Ok(Some(Loser { id, of, similarity, relation, note, n_blocks }))
        };
        if record_a.form == record_b.form {
            let relation = if record_a.text == record_b.text { Relation::Exact } else { Relation::Normalised };
            return loser(1.0, relation, Vec::new());
        }
        self.body(&record_a, &mut a);
        self.body(&record_b, &mut b);
        let laid = Alignment::of(&a, &b);
        let (in_b, in_a) = laid.shares();
        if in_b < MIN_STANDS {
            return Ok(None);
        }
        let standings = self.standings(&record_a, &record_b, &laid);
        let similarity = Shingles::of(&a, &b).jaccard();
        let config = self.index.config();
        let is_part = in_b >= config.containment && in_a < near::WHOLE && similarity < config.similarity;
        let relation = if is_part { Relation::Excerpt } else { Relation::Edited };
        loser(similarity as f32, relation, standings)
    }

    /// What of each block of `a` stands in `b`, and where.
    fn standings(&self, a: &Record, b: &Record, laid: &Alignment) -> Vec<Standing> {
        // Which block of `b` each stretch of its body is, and where its blocks stand word for word.
        let (in_frame_a, in_frame_b) = (self.is_furniture(a.site), self.is_furniture(b.site));
        let (mut ends, mut verbatim, mut end) = (Vec::new(), Vec::new(), 0);
        for (i, block) in b.blocks().enumerate() {
            end += if block.aside || in_frame_b(&block) { 0 } else { block.n_tokens };
            ends.push(end);
            if !block.aside {
                verbatim.push((block.exact, i as u32));
            }
        }
        verbatim.sort_unstable();
        let (mut at, mut standings) = (0, Vec::with_capacity(a.n_blocks as usize));
        for block in a.blocks() {
            let is_frame = block.n_tokens > 0 && in_frame_a(&block);
            let is_left_out = block.aside || is_frame;
            let own = at..(at + if is_left_out { 0 } else { block.n_tokens as usize }).min(laid.covered.len());
            at = own.end;
            let first = verbatim.partition_point(|v| v.0 < block.exact);
            let same = verbatim.get(first).filter(|v| v.0 == block.exact);
            standings.push(match same {
                Some(&(_, number)) => Standing::Share(1.0, Some(number)),
                None if is_frame => Standing::Frame,
                // It is not known to stand there; pass two drops it for its own reason, or keeps it.
                None if block.aside => Standing::Share(0.0, None),
                // A row of stars goes with what stands around it.
                None if own.is_empty() => Standing::Share(1.0, None),
                None => {
                    let n = laid.covered[own.clone()].iter().filter(|&&c| c).count();
                    let place = own.clone().find(|&t| laid.covered[t]).map(|t| laid.at[t]);
                    let number = place.map(|p| ends.partition_point(|&e| e <= p) as u32);
                    Standing::Share(n as f32 / own.len() as f32, number)
                }
            });
        }
        standings
    }
}

/// What of a document is compared, and its blocks in it.
struct Laid {
    form: u64,
    body: Vec<u8>,
    blocks: Vec<Range<usize>>,
}

impl Laid {
    fn new(work: &Work, number: u32) -> Result<Laid, Error> {
        let (mut bytes, mut body) = (Vec::new(), Vec::new());
        let record = work.index.record(number, &mut bytes)?;
        work.body(&record, &mut body);
        let is_furniture = work.is_furniture(record.site);
        let mut at = 0;
        let place = |block: Print| {
            let end = (at + block.n_tokens as usize).min(body.len());
            std::mem::replace(&mut at, end)..end
        };
        let blocks = record.blocks().filter(|b| b.n_tokens > 0 && !b.aside && !is_furniture(b)).map(place).collect();
        Ok(Laid { form: record.form, body, blocks })
    }
}

/// So many tokens of a block are covered that it stands in the other text.
fn stands(covered: &[bool], block: &Range<usize>) -> bool {
    covered[block.clone()].iter().filter(|&&c| c).count() as f64 >= STANDS * block.len() as f64
}
