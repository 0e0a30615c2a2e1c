//! What repeats in a corpus: the verdict on each article, and the counts of each site, from an [`Index`].

use crate::corpus::align::{Alignment, Shingles};
use crate::corpus::facts::{Id, Print, Record, site_key};
use crate::corpus::index::Index;
use crate::corpus::near::{self, Tie};
use crate::corpus::templates::{self, Count, exact_key, slot_key};
use crate::error::Error;
use crate::model::Seen;
use std::cmp::Reverse;

/// Pages of a site, at least, whose common blocks are left out when articles are compared …
const FURNITURE_PAGES: u32 = 3;
/// … and the share of the site's pages, one in so many …
const FURNITURE_SHARE: u32 = 4;
/// … up to so many pages, which are enough on any site: a section's menu stands on a small share of a large one.
const FURNITURE_ENOUGH: u32 = 20;

/// Share of an article's tokens that must stand in the copy that stays: a chain of edits may lead so far away
/// that nothing of the first is in the last.
const MIN_STANDS: f64 = 0.25;

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

/// How much was looked at and found; says why nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        work.join_equal_texts();
        work.find_furniture()?;
        work.join_copies()?;
        work.attach_excerpts();
        work.known()
    }
}

/// What is held of each document while resolving.
#[derive(Clone, Copy, Default)]
struct Brief {
    site: u64,
    text: u64,
    form: u128,
    n_tokens: u32,
    n_blocks: u32,
    day: Option<i32>,
    fullness: u8,
    canonical: bool,
}

/// The state of [`Index::resolve`].
struct Work<'a> {
    index: &'a Index,
    memory: usize,
    briefs: Vec<Brief>,
    /// For each document the smallest number of those with the same tokens.
    equal: Vec<u32>,
    /// Pages of each site, sorted by site, and its blocks that several of them have.
    sites: Vec<(u64, u32)>,
    counts: Vec<Count>,
    copies: Union,
    /// Excerpt and where it stands.
    excerpts: Vec<(u32, u32)>,
    /// For the root of each cluster of excerpts the root of the cluster that it is attached to.
    attached: Vec<Option<u32>>,
    counters: Counters,
}

impl<'a> Work<'a> {
    fn new(index: &'a Index, memory: usize) -> Result<Work<'a>, Error> {
        let mut briefs = vec![Brief::default(); index.len()];
        index.scan(|number, r| {
            let Record { site, text, form, n_tokens, n_blocks, day, fullness, canonical, .. } = r;
            briefs[number as usize] = Brief { site, text, form, n_tokens, n_blocks, day, fullness, canonical };
        })?;
        let all: Vec<u32> = (0..index.len() as u32).collect();
        let count = |f: &dyn Fn(&Brief) -> bool| briefs.iter().filter(|b| f(b)).count() as u64;
        let counters = Counters {
            articles: index.len() as u64,
            too_short: count(&|b| b.n_tokens < index.config().min_tokens),
            without_site: count(&|b| b.site == 0),
            ..Counters::default()
        };
        Ok(Work {
            index,
            memory,
            equal: all.clone(),
            sites: Vec::new(),
            counts: Vec::new(),
            copies: Union { parent: all },
            excerpts: Vec::new(),
            attached: vec![None; briefs.len()],
            briefs,
            counters,
        })
    }

    /// Blocks that stand on `min_pages` pages of their site or more.
    fn count(&self, article_of: &[u32], min_pages: u32) -> Result<Vec<Count>, Error> {
        let n_blocks = self.briefs.iter().map(|b| u64::from(b.n_blocks)).sum();
        templates::count(self.index, article_of, min_pages, n_blocks, self.memory / 2)
    }

    fn long_enough(&self, number: u32) -> bool {
        self.briefs[number as usize].n_tokens >= self.index.config().min_tokens
    }

    fn join_equal_texts(&mut self) {
        let mut order: Vec<u32> = (0..self.briefs.len() as u32).filter(|&i| self.long_enough(i)).collect();
        order.sort_unstable_by_key(|&i| (self.briefs[i as usize].form, i));
        for same in order.chunk_by(|&a, &b| self.briefs[a as usize].form == self.briefs[b as usize].form) {
            for &number in same {
                self.equal[number as usize] = same[0];
                self.copies.join(same[0], number);
            }
        }
    }

    /// The pages of each site, copies of one article counted once.
    fn sites(&self, article_of: &[u32]) -> Vec<(u64, u32)> {
        let mut pages: Vec<(u64, u32)> = self.briefs.iter().zip(article_of).map(|(b, &a)| (b.site, a)).collect();
        pages.retain(|p| p.0 != 0);
        pages.sort_unstable();
        pages.dedup();
        pages.chunk_by(|a, b| a.0 == b.0).map(|site| (site[0].0, site.len() as u32)).collect()
    }

    /// Finds what is left out when articles are compared: else two short articles in one frame are copies.
    fn find_furniture(&mut self) -> Result<(), Error> {
        self.sites = self.sites(&self.equal);
        self.counts = self.count(&self.equal, FURNITURE_PAGES)?;
        Ok(())
    }

    /// Whether a block of this document is left out.
    fn is_furniture(&self, site: u64) -> impl Fn(&Print) -> bool + '_ {
        let of = find(&self.sites, |s| s.0.cmp(&site)).map_or(0, |s| s.1);
        let enough = (of / FURNITURE_SHARE).clamp(FURNITURE_PAGES, FURNITURE_ENOUGH);
        move |print| {
            let key = exact_key(site, print);
            of >= FURNITURE_PAGES && find(&self.counts, |c| c.key.cmp(&key)).is_some_and(|c| c.pages >= enough)
        }
    }

    fn body(&self, record: &Record, into: &mut Vec<u8>) {
        near::body(record, self.is_furniture(record.site), into);
    }

    fn join_copies(&mut self) -> Result<(), Error> {
        let n_tokens = self.briefs.iter().map(|b| u64::from(b.n_tokens)).sum();
        let alone = |number: u32| self.equal[number as usize] == number && self.long_enough(number);
        let body_of = |number: u32, record: &Record, into: &mut Vec<u8>| {
            let compared = alone(number);
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
            match near::tie(&a, &b, candidate.crowded, self.index.config()) {
                Tie::None => {}
                Tie::Copies => self.copies.join(pair.0, pair.1),
                Tie::FirstIn => self.excerpts.push(pair),
                Tie::SecondIn => self.excerpts.push((pair.1, pair.0)),
            }
        }
        Ok(())
    }

    /// An excerpt goes, with its copies, to the longest article that it stands in and that is no excerpt itself:
    /// never a chain.
    fn attach_excerpts(&mut self) {
        let excerpts = std::mem::take(&mut self.excerpts);
        let roots = |copies: &mut Union, (part, whole)| (part, copies.root(part), whole, copies.root(whole));
        let mut ties: Vec<_> = excerpts.into_iter().map(|tie| roots(&mut self.copies, tie)).collect();
        // Long excerpts first, into long articles first: what holds others is settled before what stands in it.
        let length = |n: u32| Reverse(self.briefs[n as usize].n_tokens);
        ties.sort_unstable_by_key(|&(part, _, whole, _)| (length(part), part, length(whole), whole));
        let mut is_host = vec![false; self.briefs.len()];
        for (_, part, _, whole) in ties {
            let (p, w) = (part as usize, whole as usize);
            if p != w && self.attached[p].is_none() && self.attached[w].is_none() && !is_host[p] {
                self.attached[p] = Some(whole);
                is_host[w] = true;
            }
        }
    }

    fn known(mut self) -> Result<Known, Error> {
        let n = self.briefs.len() as u32;
        let mut clusters: Vec<(u32, u32)> = (0..n).map(|i| (self.copies.root(i), i)).collect();
        clusters.sort_unstable();
        let mut survivor: Vec<u32> = (0..n).collect();
        for cluster in clusters.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() > 1) {
            let members: Vec<u32> = cluster.iter().map(|c| c.1).collect();
            let stays = self.stays(&members)?;
            members.iter().for_each(|&m| survivor[m as usize] = stays);
        }
        // Copies first: all members of an excerpt's cluster go where it goes.
        let hosts: Vec<Option<u32>> = clusters.iter().map(|c| self.attached[c.0 as usize]).collect();
        let stays: Vec<Option<u32>> = hosts.into_iter().map(|h| h.map(|whole| survivor[whole as usize])).collect();
        for (&(_, member), stays) in clusters.iter().zip(&stays) {
            survivor[member as usize] = stays.unwrap_or(survivor[member as usize]);
        }
        let (mut losers, mut covered) = (Vec::new(), Vec::new());
        for i in 0..n {
            let stays = survivor[i as usize];
            match (stays != i).then(|| self.loser(i, stays, &mut covered)).transpose()?.flatten() {
                Some(loser) => losers.push(loser),
                None => survivor[i as usize] = i,
            }
        }
        let sites = self.sites(&survivor);
        let counts = self.count(&survivor, 2)?;
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

    /// Which copy stays: the fullest metadata, the earliest date, the canonical address, the longest text,
    /// the first place.
    fn stays(&self, members: &[u32]) -> Result<u32, Error> {
        let rank = |number: u32| {
            let b = &self.briefs[number as usize];
            (Reverse(b.fullness), b.day.unwrap_or(i32::MAX), !b.canonical, Reverse(b.n_tokens))
        };
        let best = members.iter().map(|&m| rank(m)).min();
        let mut first: Option<(String, Option<u64>, u64, u32)> = None;
        let mut bytes = Vec::new();
        for &number in members.iter().filter(|&&m| Some(rank(m)) == best) {
            let r = self.index.record(number, &mut bytes)?;
            let place = (r.path.to_string(), r.record, r.offset, number);
            if first.as_ref().is_none_or(|f| place < *f) {
                first = Some(place);
            }
        }
        Ok(first.map_or(members[0], |f| f.3))
    }

    /// What is kept of a document that goes; none when too little of it stands in the one that stays.
    fn loser(&self, number: u32, stays: u32, covered: &mut Vec<u8>) -> Result<Option<Loser>, Error> {
        let (brief, survivor) = (&self.briefs[number as usize], &self.briefs[stays as usize]);
        let loser = |similarity, relation, covered| {
            let (id, of) = (self.index.id(number), self.index.id(stays));
            Some(Loser { id, of, similarity, relation, covered, n_blocks: brief.n_blocks })
        };
        if brief.form == survivor.form {
            let relation = if brief.text == survivor.text { Relation::Exact } else { Relation::Normalised };
            return Ok(loser(1.0, relation, None));
        }
        let (mut bytes_a, mut bytes_b, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let record_a = self.index.record(number, &mut bytes_a)?;
        let record_b = self.index.record(stays, &mut bytes_b)?;
        self.body(&record_a, &mut a);
        self.body(&record_b, &mut b);
        let laid = Alignment::of(&a, &b);
        let (in_b, in_a) = (share(laid.n_a, a.len()), share(laid.n_b, b.len()));
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

fn share(n: usize, of: usize) -> f64 {
    n as f64 / of.max(1) as f64
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
