//! Candidates for copies, and what each pair is: shared samples of ten tokens propose, the whole signatures decide.

use crate::config::CorpusConfig;
use crate::corpus::align::{Alignment, Numbers, SHINGLE, Shingles};
use crate::corpus::facts::{Print, Record};
use crate::corpus::index::Index;
use crate::error::Error;

/// Tokens of a sample. Ten tokens are 37 bits of signature, of which 32 and the number of the turn are kept: among the
/// 10⁸ samples of a corpus of gigabytes a few in a hundred have a false partner, which the comparison finds out.
const SAMPLE: usize = 10;

/// A text of more than 64 · 2ⁿ tokens keeps one sample in 2ⁿ⁺¹ …
const DENSE_TOKENS: usize = 64;

/// … up to one in 2³: then a pair at similarity .7 shares twenty samples or more at any length, and
/// a pair at .4 some eight.
const MAX_SPARSE_BITS: u32 = 3;

/// Documents with one sample that are all compared with each other. In a larger crowd each is compared with
/// the [`NEIGHBOURS`] next in length, so that no crowd costs its square.
const MAX_CROWD: usize = 50;

/// See [`MAX_CROWD`].
const NEIGHBOURS: usize = 3;

/// Shared samples that make a pair a candidate: one for so many that the shorter text keeps at the sparsest rate.
const SAMPLES_FOR_ONE: usize = 16;

/// Similarity below which an edited copy is not told from two texts on one matter that quote the same source.
const MIN_SIMILARITY: f64 = 0.3;

/// Share of both texts that lies on the other, in a copy below `CorpusConfig::similarity`.
const MIN_COVERED: f64 = 0.5;

/// Share of a text from which it lies on the other as a whole, edits aside: one in ten tokens edited leaves so many.
pub(crate) const WHOLE: f64 = 0.75;

/// Two texts that put other numbers between the same words at least so often, and oftener than the same ones,
/// are two reports on one form, not copies.
const MIN_OTHER_NUMBERS: usize = 3;

/// Puts into `body` what of a document is compared: its signature without the furniture of its site.
pub(crate) fn body(record: &Record, is_furniture: impl Fn(&Print) -> bool, body: &mut Vec<u8>) {
    record.signature(body);
    let (mut from, mut to) = (0, 0);
    for block in record.blocks() {
        let end = (from + block.n_tokens as usize).min(body.len());
        if !is_furniture(&block) {
            body.copy_within(from..end, to);
            to += end - from;
        }
        from = end;
    }
    body.truncate(to);
}

/// A pair of documents that share samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The two numbers, the smaller first.
    pub pair: (u32, u32),
    /// The samples they share stand in a crowd of documents.
    pub crowded: bool,
}

/// The pairs of documents that share enough samples, sorted.
///
/// `body_of` puts what is compared of a document into a buffer, or says no to leave it out. Samples are joined in as many
/// turns over the index as `memory` bytes ask for.
pub(crate) fn candidates(
    index: &Index,
    body_of: impl Fn(u32, &Record, &mut Vec<u8>) -> bool,
    n_tokens: u64,
    memory: usize,
) -> Result<Vec<Candidate>, Error> {
    // Texts of one length keep 64 samples or one in eight tokens, whichever is more: a quarter is a safe mean.
    let n_turns = (n_tokens / 4 * size_of::<u64>() as u64).div_ceil(memory.max(1) as u64).max(1);
    let mut lengths = vec![0u32; index.len()];
    let mut shared = Shared { limit: memory / 2 / size_of::<Pair>(), ..Shared::default() };
    let mut body = Vec::new();
    for turn in 0..n_turns {
        // High half: the hash of a sample. Low half: the document's number.
        let mut samples: Vec<u64> = Vec::new();
        index.scan(|number, record| {
            if !body_of(number, &record, &mut body) {
                return;
            }
            lengths[number as usize] = body.len() as u32;
            each_sample(&body, |hash| {
                let share = u128::from(hash) * u128::from(n_turns);
                if (share >> 64) as u64 == turn {
                    // What is left of the product is the place within the turn: no bit is wasted on the turn.
                    samples.push((share as u64 >> 32) << 32 | u64::from(number));
                }
            });
        })?;
        samples.sort_unstable();
        samples.dedup();
        for crowd in samples.chunk_by(|a, b| a >> 32 == b >> 32) {
            shared.add(crowd, &lengths);
        }
    }
    let enough = |p: &Pair| {
        let n_short = lengths[p.pair.0 as usize].min(lengths[p.pair.1 as usize]) as usize;
        (p.crowded + p.rare) as usize > (n_short >> MAX_SPARSE_BITS) / SAMPLES_FOR_ONE
    };
    let found = shared.finish().into_iter().filter(enough);
    Ok(found.map(|p| Candidate { pair: p.pair, crowded: p.rare == 0 }).collect())
}

fn each_sample(body: &[u8], mut each: impl FnMut(u64)) {
    let sparse =
        (body.len().saturating_sub(1) / DENSE_TOKENS).checked_ilog2().map_or(0, |n| n + 1).min(MAX_SPARSE_BITS);
    let mut gram = 0u64;
    for (i, &s) in body.iter().enumerate() {
        gram = (gram << 6 | u64::from(s)) & ((1 << (6 * SAMPLE)) - 1);
        let mut hash = gram.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        hash ^= hash >> 32;
        if i + 1 >= SAMPLE && hash.trailing_zeros() >= sparse {
            each(hash);
        }
    }
}

/// Samples that two documents share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    pair: (u32, u32),
    /// Samples that few documents have.
    rare: u32,
    /// Samples that a crowd has.
    crowded: u32,
}

#[derive(Default)]
struct Shared {
    pairs: Vec<Pair>,
    /// Pairs at which equal ones are joined.
    limit: usize,
}

impl Shared {
    fn add(&mut self, crowd: &[u64], lengths: &[u32]) {
        if crowd.len() < 2 {
            return;
        }
        let crowded = crowd.len() > MAX_CROWD;
        let mut numbers: Vec<u32> = crowd.iter().map(|&s| s as u32).collect();
        // Copies of one text are of about one length.
        numbers.sort_unstable_by_key(|&n| (lengths[n as usize], n));
        let reach = if crowded { NEIGHBOURS } else { MAX_CROWD };
        for (i, &a) in numbers.iter().enumerate() {
            for &b in numbers[i + 1..].iter().take(reach) {
                let pair = (a.min(b), a.max(b));
                self.pairs.push(Pair { pair, rare: u32::from(!crowded), crowded: u32::from(crowded) });
            }
        }
        if self.pairs.len() > self.limit {
            self.join();
            // When they do not shrink, the limit grows: what is found must be held.
            self.limit = self.limit.max(2 * self.pairs.len());
        }
    }

    fn join(&mut self) {
        self.pairs.sort_unstable();
        self.pairs.dedup_by(|next, kept| {
            let same = next.pair == kept.pair;
            if same {
                kept.rare += next.rare;
                kept.crowded += next.crowded;
            }
            same
        });
    }

    fn finish(mut self) -> Vec<Pair> {
        self.join();
        self.pairs
    }
}

/// What two documents are to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tie {
    /// Nothing.
    None,
    /// Copies of one article: most shingles are equal.
    Copies,
    /// Copies of one article: they lie on each other token by token.
    Alike,
    /// The first is an excerpt of the second.
    FirstIn,
    /// The second is an excerpt of the first.
    SecondIn,
}

/// Compares two documents by the whole of their signatures.
pub(crate) fn tie(a: &[u8], b: &[u8], crowded: bool, config: &CorpusConfig) -> Tie {
    if a.len().min(b.len()) < SHINGLE {
        return Tie::None;
    }
    let similarity = Shingles::of(a, b).jaccard();
    let numbers = Numbers::of(a, b);
    if numbers.other >= MIN_OTHER_NUMBERS && numbers.other > numbers.same {
        return Tie::None;
    }
    if similarity >= config.similarity {
        return Tie::Copies;
    }
    let (in_b, in_a) = Alignment::of(a, b).shares();
    // All of one, and a part only of the other.
    let holds = |whole: f64, part: f64| whole >= config.containment && part < WHOLE;
    match () {
        _ if holds(in_b, in_a) => Tie::FirstIn,
        _ if holds(in_a, in_b) => Tie::SecondIn,
        _ if !crowded && similarity >= MIN_SIMILARITY && in_a.min(in_b) >= MIN_COVERED => Tie::Alike,
        _ => Tie::None,
    }
}
