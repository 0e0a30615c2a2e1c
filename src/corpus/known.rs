//! What repeats in a corpus: the verdict on each article, and the counts of each site, from an [`Index`].

use crate::corpus::align::{Alignment, Shingles};
use crate::corpus::facts::{Id, Print, Record, site_key};
use crate::corpus::index::Index;
use crate::corpus::near::{self, Tie};
use crate::corpus::templates::{self, Count, exact_key, slot_key};
use crate::error::Error;
use crate::model::Seen;
use serde::Serialize;
use std::cmp::Reverse;
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
}

/// The article that another one is a copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    /// `article_id` of the copy that stays.
    pub of: String,
    /// Share of equal shingles, 0–1.
    pub similarity: f32,
    /// How it came about.
    pub relation: Relation,
    /// For each block the share of its tokens that stand in the copy that stays, 0–1. A block that stands there
    /// may go; one that does not is said nowhere else. Furniture of the site, and blocks without tokens, have 1.
    pub blocks: Vec<f32>,
}

/// Share of a block's tokens that must stand in the copy that stays before the block may go. Below it the block says
/// something that is said nowhere else.
const MIN_COVERED: f32 = 0.6;

impl Duplicate {
    /// The share of the block at `index` that stands in the copy that stays, where that is enough for the block to go.
    pub fn covers(&self, index: usize) -> Option<f32> {
        self.blocks.get(index).copied().filter(|share| *share >= MIN_COVERED)
    }
}

/// How much was looked at and found; says why nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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

/// What is kept of an article that is a copy.
#[derive(Clone, Copy, Debug)]
struct Loser {
    id: Id,
    of: Id,
    similarity: f32,
    relation: Relation,
    /// Its share of `Known::covered`; none when the tokens are the same.
    covered: Option<u32>,
    n_blocks: u32,
}

/// What repeats in a corpus.
#[derive(Debug)]
pub struct Known {
    // Invariant: sorted by id.
    losers: Vec<Loser>,
    /// Shares of the losers' blocks, of 255.
    covered: Vec<u8>,
    // Invariant: sorted by key.
    counts: Vec<Count>,
    // Invariant: sorted by site.
    sites: Vec<(u64, u32)>,
    counters: Counters,
}

impl Known {
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
    pub fn duplicate_of(&self, article_id: &str) -> Option<Duplicate> {
        let id = Id::of(article_id);
        let loser = find(&self.losers, |l| l.id.cmp(&id))?;
        let n_blocks = loser.n_blocks as usize;
        let share =
            |first: u32| self.covered[first as usize..][..n_blocks].iter().map(|&s| f32::from(s) / 255.0).collect();
        Some(Duplicate {
            of: loser.of.to_string(),
            similarity: loser.similarity,
            relation: loser.relation,
            blocks: loser.covered.map_or_else(|| vec![1.0; n_blocks], share),
        })
    }

    /// The identifiers of the articles that others are copies of; one may come several times.
    pub fn kept(&self) -> impl Iterator<Item = String> + '_ {
        self.losers.iter().map(|l| l.of.to_string())
    }

    /// How much was looked at and found.
    pub fn counters(&self) -> Counters {
        self.counters
    }
}

fn find<T>(sorted: &[T], order: impl FnMut(&T) -> std::cmp::Ordering) -> Option<&T> {
    sorted.binary_search_by(order).ok().map(|i| &sorted[i])
}

impl Index {
    /// What repeats. It depends on the records alone, not on parts or order; `memory` is the bytes to work in.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn resolve(&self, memory: usize) -> Result<Known, Error> {
        let mut work = Work::new(self, memory)?;
        work.join_equal_texts()?;
        work.counts = work.count(FURNITURE_PAGES)?;
        work.join_copies()?;
        work.attach_excerpts();
        work.known()
    }
}

/// The state of [`Index::resolve`]. Of each document it holds three numbers; the rest is read when it is needed,
/// so that a corpus of millions of articles fits.
struct Work<'a> {
    index: &'a Index,
    memory: usize,
    /// For each document its site's rank in `sites`, plus one; 0 without a site.
    site_of: Vec<u32>,
    n_tokens: Vec<u32>,
    n_blocks: u64,
    /// Sites by name's hash, and their pages, copies of one article counted once.
    sites: Vec<(u64, u32)>,
    /// Blocks that several pages of a site have.
    counts: Vec<Count>,
    /// The clusters of copies.
    copies: Union,
    /// Excerpt and where it stands.
    excerpts: Vec<(u32, u32)>,
    /// The root of each cluster of excerpts, and the root of the cluster that it is attached to.
    attached: Vec<(u32, u32)>,
    counters: Counters,
}

impl<'a> Work<'a> {
    fn new(index: &'a Index, memory: usize) -> Result<Work<'a>, Error> {
        let n = index.len();
        let (mut site, mut n_tokens, mut n_blocks) = (vec![0; n], vec![0; n], 0);
        index.scan(|number, record| {
            site[number as usize] = record.site;
            n_tokens[number as usize] = record.n_tokens;
            n_blocks += u64::from(record.n_blocks);
        })?;
        let mut names: Vec<u64> = site.iter().copied().filter(|&s| s != 0).collect();
        names.sort_unstable();
        names.dedup();
        let rank = |s: &u64| names.binary_search(s).map_or(0, |i| i as u32 + 1);
        let counters = Counters {
            articles: n as u64,
            too_short: n_tokens.iter().filter(|&&t| t < index.config().min_tokens).count() as u64,
            without_site: site.iter().filter(|&&s| s == 0).count() as u64,
            ..Counters::default()
        };
        Ok(Work {
            index,
            memory,
            site_of: site.iter().map(rank).collect(),
            n_tokens,
            n_blocks,
            sites: names.into_iter().map(|name| (name, 0)).collect(),
            counts: Vec::new(),
            copies: Union { parent: (0..n as u32).collect() },
            excerpts: Vec::new(),
            attached: Vec::new(),
            counters,
        })
    }

    fn long_enough(&self, number: u32) -> bool {
        self.n_tokens[number as usize] >= self.index.config().min_tokens
    }

    fn join_equal_texts(&mut self) -> Result<(), Error> {
        // With the number of tokens: a hash of 64 bits alone would do for a hundred million articles.
        let mut forms: Vec<(u64, u32, u32)> = Vec::new();
        self.index.scan(|number, record| {
            if self.long_enough(number) {
                forms.push((record.form, record.n_tokens, number));
            }
        })?;
        forms.sort_unstable();
        for same in forms.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            same.iter().for_each(|&(_, _, number)| self.copies.join(same[0].2, number));
        }
        Ok(())
    }

    /// Blocks that stand on `min_pages` pages of their site or more, copies of one article counted once;
    /// the pages of the sites with them.
    fn count(&mut self, min_pages: u32) -> Result<Vec<Count>, Error> {
        let articles: Vec<u32> = (0..self.site_of.len() as u32).map(|i| self.copies.root(i)).collect();
        let mut pages: Vec<(u32, u32)> = self.site_of.iter().copied().zip(articles.iter().copied()).collect();
        pages.retain(|p| p.0 != 0);
        pages.sort_unstable();
        pages.dedup();
        for site in pages.chunk_by(|a, b| a.0 == b.0) {
            self.sites[site[0].0 as usize - 1].1 = site.len() as u32;
        }
        drop(pages);
        templates::count(self.index, &articles, min_pages, self.n_blocks, self.memory / 2)
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
        let n_tokens = self.n_tokens.iter().map(|&n| u64::from(n)).sum();
        // Of equal texts one is compared.
        let body_of = |number: u32, record: &Record, into: &mut Vec<u8>| {
            let compared = self.copies.parent[number as usize] == number && self.long_enough(number);
            if compared {
                self.body(record, into);
            }
            compared
        };
        let candidates = near::candidates(self.index, body_of, n_tokens, self.memory / 2)?;
        let (mut first, mut a, mut b, mut bytes) = (u32::MAX, Vec::new(), Vec::new(), Vec::new());
        for candidate in candidates {
            let pair = candidate.pair;
            if self.copies.root(pair.0) == self.copies.root(pair.1) {
                continue;
            }
            if first != pair.0 {
                first = pair.0;
                self.body(&self.index.record(first, &mut bytes)?, &mut a);
            }
            self.body(&self.index.record(pair.1, &mut bytes)?, &mut b);
            self.counters.compared += 1;
            let mut tie = near::tie(&a, &b, candidate.crowded, self.index.config());
            let site = self.site_of[pair.0 as usize];
            if !matches!(tie, Tie::None | Tie::Copies) && site != 0 && site == self.site_of[pair.1 as usize] {
                tie = self.tie_on_one_site(pair, candidate.crowded)?;
            }
            match tie {
                Tie::None => {}
                Tie::Copies | Tie::Alike => self.copies.join(pair.0, pair.1),
                Tie::FirstIn => self.excerpts.push(pair),
                Tie::SecondIn => self.excerpts.push((pair.1, pair.0)),
            }
        }
        Ok(())
    }

    /// Two issues of one listing share what every issue says. Where two pages of a site are not plainly copies,
    /// all that a third page has too is left out.
    fn tie_on_one_site(&self, pair: (u32, u32), crowded: bool) -> Result<Tie, Error> {
        let (mut a, mut b, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        for (number, body) in [(pair.0, &mut a), (pair.1, &mut b)] {
            let record = self.index.record(number, &mut bytes)?;
            near::body(&record, self.stands_on(record.site, FURNITURE_PAGES, FURNITURE_PAGES), body);
        }
        Ok(near::tie(&a, &b, crowded, self.index.config()))
    }

    /// An excerpt goes, with its copies, to the longest article that it stands in and that is no excerpt itself:
    /// never a chain.
    fn attach_excerpts(&mut self) {
        let excerpts = std::mem::take(&mut self.excerpts);
        let roots = |copies: &mut Union, (part, whole)| (part, copies.root(part), whole, copies.root(whole));
        let mut ties: Vec<_> = excerpts.into_iter().map(|tie| roots(&mut self.copies, tie)).collect();
        // Long excerpts first, into long articles first: what holds others is settled before what stands in it.
        let length = |n: u32| Reverse(self.n_tokens[n as usize]);
        ties.sort_unstable_by_key(|&(part, _, whole, _)| (length(part), part, length(whole), whole));
        let (mut is_host, mut is_part) = (vec![false; self.n_tokens.len()], vec![false; self.n_tokens.len()]);
        for (_, part, _, whole) in ties {
            let (p, w) = (part as usize, whole as usize);
            if p != w && !is_part[p] && !is_part[w] && !is_host[p] {
                (is_part[p], is_host[w]) = (true, true);
                self.attached.push((part, whole));
            }
        }
        self.attached.sort_unstable();
    }

    fn known(mut self) -> Result<Known, Error> {
        let n = self.n_tokens.len() as u32;
        let mut clusters: Vec<(u32, u32)> = (0..n).map(|i| (self.copies.root(i), i)).collect();
        clusters.sort_unstable();
        let mut survivor: Vec<u32> = (0..n).collect();
        for cluster in clusters.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() > 1) {
            let stays = self.stays(cluster)?;
            cluster.iter().for_each(|c| survivor[c.1 as usize] = stays);
        }
        // Copies first: all members of an excerpt's cluster go where it goes.
        let host = |root: u32| find(&self.attached, |a| a.0.cmp(&root)).map(|a| survivor[a.1 as usize]);
        let moves: Vec<(u32, u32)> = clusters.iter().filter_map(|&(root, i)| Some((i, host(root)?))).collect();
        moves.into_iter().for_each(|(i, stays)| survivor[i as usize] = stays);
        drop(clusters);
        let (mut losers, mut covered) = (Vec::new(), Vec::new());
        for i in 0..n {
            let stays = survivor[i as usize];
            match (stays != i).then(|| self.loser(i, stays, &mut covered)).transpose()?.flatten() {
                Some(loser) => losers.push(loser),
                None => survivor[i as usize] = i,
            }
        }
        self.copies.parent = survivor;
        self.counts = Vec::new();
        let counts = self.count(2)?;
        let sites = std::mem::take(&mut self.sites);
        let counters = Counters {
            duplicates: losers.len() as u64,
            excerpts: losers.iter().filter(|l| l.relation == Relation::Excerpt).count() as u64,
            sites: sites.len() as u64,
            small_sites: sites.iter().filter(|s| s.1 < self.index.config().min_pages).count() as u64,
            repeated_blocks: counts.len() as u64,
            ..self.counters
        };
        Ok(Known { losers, covered, counts, sites, counters })
    }

    /// Which copy of a cluster stays: the one with most text that is kept nowhere else, the fullest metadata,
    /// the earliest date, the canonical address, the longest text, the first place.
    fn stays(&self, cluster: &[(u32, u32)]) -> Result<u32, Error> {
        let own = self.own_tokens(cluster)?;
        let mut best = None;
        let mut bytes = Vec::new();
        for (&(_, number), own) in cluster.iter().zip(own) {
            let r = self.index.record(number, &mut bytes)?;
            let place = (r.path.to_string(), r.record, r.offset, number);
            let known = (Reverse(r.fullness), r.day.unwrap_or(i32::MAX), !r.canonical);
            let rank = (Reverse(own), known, Reverse(r.n_tokens), place);
            if best.as_ref().is_none_or(|b| rank < *b) {
                best = Some(rank);
            }
        }
        Ok(best.map_or(cluster[0].1, |b| b.3.3))
    }

    /// For each member of a cluster the tokens of its blocks that do not stand in the longest one; for that one,
    /// of its blocks that stand in no other.
    fn own_tokens(&self, cluster: &[(u32, u32)]) -> Result<Vec<usize>, Error> {
        let length = |c: &&(u32, u32)| (self.n_tokens[c.1 as usize], Reverse(c.1));
        let longest = cluster.iter().max_by_key(length).map_or(0, |c| c.1);
        let whole = Laid::new(self, longest)?;
        let mut alone = vec![true; whole.blocks.len()];
        let mut own = Vec::with_capacity(cluster.len());
        for &(_, number) in cluster {
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
        let at = cluster.iter().position(|c| c.1 == longest).expect("the longest is one of them");
        own[at] = alone.iter().zip(&whole.blocks).filter(|(alone, _)| **alone).map(|(_, b)| b.len()).sum();
        Ok(own)
    }

    /// What is kept of a document that goes; none when too little of it stands in the one that stays.
    fn loser(&self, number: u32, stays: u32, covered: &mut Vec<u8>) -> Result<Option<Loser>, Error> {
        let (mut bytes_a, mut bytes_b, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let record_a = self.index.record(number, &mut bytes_a)?;
        let record_b = self.index.record(stays, &mut bytes_b)?;
        let loser = |similarity, relation, covered| {
            let (id, of) = (self.index.id(number), self.index.id(stays));
            Some(Loser { id, of, similarity, relation, covered, n_blocks: record_a.n_blocks })
        };
        if record_a.form == record_b.form {
            let relation = if record_a.text == record_b.text { Relation::Exact } else { Relation::Normalised };
            return Ok(loser(1.0, relation, None));
        }
        self.body(&record_a, &mut a);
        self.body(&record_b, &mut b);
        let laid = Alignment::of(&a, &b);
        let (in_b, in_a) = laid.shares();
        if in_b < MIN_STANDS {
            return Ok(None);
        }
        let first = covered.len() as u32;
        let is_furniture = self.is_furniture(record_a.site);
        let mut verbatim: Vec<u64> = record_b.blocks().map(|block| block.exact).collect();
        verbatim.sort_unstable();
        let mut at = 0;
        for block in record_a.blocks() {
            let is_frame = block.n_tokens == 0 || is_furniture(&block);
            let end = (at + if is_frame { 0 } else { block.n_tokens as usize }).min(a.len());
            if is_frame || verbatim.binary_search(&block.exact).is_ok() {
                covered.push(u8::MAX);
            } else {
                let n = laid.covered[at..end].iter().filter(|&&c| c).count();
                covered.push((n * 255 / (end - at).max(1)) as u8);
            }
            at = end;
        }
        let similarity = Shingles::of(&a, &b).jaccard();
        let config = self.index.config();
        let is_part = in_b >= config.containment && in_a < near::WHOLE && similarity < config.similarity;
        let relation = if is_part { Relation::Excerpt } else { Relation::Edited };
        Ok(loser(similarity as f32, relation, Some(first)))
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
        let blocks = record.blocks().filter(|b| b.n_tokens > 0 && !is_furniture(b)).map(place).collect();
        Ok(Laid { form: record.form, body, blocks })
    }
}

/// So many tokens of a block are covered that it stands in the other text.
fn stands(covered: &[bool], block: &Range<usize>) -> bool {
    covered[block.clone()].iter().filter(|&&c| c).count() as f64 >= STANDS * block.len() as f64
}

/// Sets that grow together; the smallest number stands for each.
struct Union {
    parent: Vec<u32>,
}

impl Union {
    fn root(&mut self, mut i: u32) -> u32 {
        while self.parent[i as usize] != i {
            let up = self.parent[self.parent[i as usize] as usize];
            self.parent[i as usize] = up;
            i = up;
        }
        i
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }
}
