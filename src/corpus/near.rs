//! Candidates for copies, and what each pair is: shared samples of ten tokens propose, the whole signatures decide.

use crate::config::CorpusConfig;
use crate::corpus::align::{Alignment, Numbers, SHINGLE, Shingles};
use crate::corpus::facts::{Print, Record};
use crate::corpus::index::Index;
use crate::corpus::spill::{Room, Sorter};
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

/// Tokens of an excerpt. Shorter articles (a headline, a notice of one line) stand in the lists of other pages, where
/// cleaning drops them: were they excerpts of such a page, nobody would say them any more.
const MIN_EXCERPT: usize = 30;

/// Puts into `body` what of a document is compared: the signature of its article without the furniture of its site.
pub(crate) fn body(record: &Record, is_furniture: impl Fn(&Print) -> bool, body: &mut Vec<u8>) {
    record.signature(body);
    let (mut from, mut to) = (0, 0);
    for block in record.blocks() {
        let end = (from + block.n_tokens as usize).min(body.len());
        if !block.aside && !is_furniture(&block) {
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

/// Calls `each` with the pairs of documents that share enough samples, in order.
///
/// `body_of` puts what is compared of a document into a buffer, or says no to leave it out. Samples are joined in as many
/// turns over the index as the room's memory asks for.
pub(crate) fn candidates(
    index: &Index,
    body_of: impl Fn(u32, &Record, &mut Vec<u8>) -> bool,
    n_samples: u64,
    room: &Room,
    mut each: impl FnMut(Candidate) -> Result<(), Error>,
) -> Result<(), Error> {
    let n_turns = (n_samples * size_of::<u64>() as u64).div_ceil(room.memory.max(1) as u64).max(1);
    let mut lengths = vec![0u8; index.len()];
    let mut pairs = Sorter::joining(room.share(4), join);
    let (mut body, mut crowd) = (Vec::new(), Vec::new());
    // High half: the hash of a sample. Low half: the document's number.
    let mut samples: Vec<u64> = Vec::new();
    for turn in 0..n_turns {
        samples.clear();
        index.scan(|number, record| {
            if !body_of(number, &record, &mut body) {
                return Ok(());
            }
            lengths[number as usize] = length_class(body.len());
            each_sample(&body, |hash| {
                let share = u128::from(hash) * u128::from(n_turns);
                if (share >> 64) as u64 == turn {
                    // What is left of the product is the place within the turn: no bit is wasted on the turn.
                    samples.push((share as u64 >> 32) << 32 | u64::from(number));
                }
            });
            Ok(())
        })?;
        samples.sort_unstable();
        samples.dedup();
        for same in samples.chunk_by(|a, b| a >> 32 == b >> 32).filter(|s| s.len() > 1) {
            crowd.clear();
            crowd.extend(same.iter().map(|&s| (lengths[s as u32 as usize], s as u32)));
            pair_up(&mut crowd, &mut pairs)?;
        }
    }
    drop(samples);
    pairs.finish(|row| {
        let [a, b, rare, crowded] = numbers_of(row);
        let n_short = shortest(lengths[a as usize].min(lengths[b as usize]));
        if (crowded + rare) as usize > (n_short >> MAX_SPARSE_BITS) / SAMPLES_FOR_ONE {
            each(Candidate { pair: (a, b), crowded: rare == 0 })?;
        }
        Ok(())
    })
}

/// Samples that a text of so many tokens keeps, about.
pub(crate) fn n_samples(n_tokens: u32) -> u64 {
    u64::from(n_tokens) >> sparse_bits(n_tokens as usize)
}

/// A length in one byte, sixteen steps from one power of two to the next: a number for each document is held.
fn length_class(n: usize) -> u8 {
    let shift = n.checked_ilog2().unwrap_or(0).saturating_sub(4);
    (shift as usize * 16 + (n >> shift)).min(255) as u8
}

/// The shortest length of a class.
fn shortest(class: u8) -> usize {
    let shift = (class / 16).saturating_sub(1);
    (class as usize - shift as usize * 16) << shift
}

fn sparse_bits(n_tokens: usize) -> u32 {
    (n_tokens.saturating_sub(1) / DENSE_TOKENS).checked_ilog2().map_or(0, |n| n + 1).min(MAX_SPARSE_BITS)
}

fn each_sample(body: &[u8], mut each: impl FnMut(u64)) {
    let sparse = sparse_bits(body.len());
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

/// Two documents and the samples that they share: first number, second, samples that few documents have, samples that
/// a crowd has.
const PAIR: usize = 16;

fn numbers_of(row: &[u8; PAIR]) -> [u32; 4] {
    let number = |i: usize| u32::from_be_bytes([row[i], row[i + 1], row[i + 2], row[i + 3]]);
    [number(0), number(4), number(8), number(12)]
}

fn pair_row(numbers: [u32; 4]) -> [u8; PAIR] {
    let mut row = [0; PAIR];
    row.chunks_exact_mut(4).zip(numbers).for_each(|(bytes, n)| bytes.copy_from_slice(&n.to_be_bytes()));
    row
}

fn join(kept: &mut [u8; PAIR], next: &[u8; PAIR]) -> bool {
    let same = kept[..8] == next[..8];
    if same {
        let ([a, b, rare, crowded], [_, _, more_rare, more_crowded]) = (numbers_of(kept), numbers_of(next));
        *kept = pair_row([a, b, rare + more_rare, crowded + more_crowded]);
    }
    same
}

/// The pairs of the documents that have one sample, each with the class of its length.
fn pair_up(crowd: &mut [(u8, u32)], pairs: &mut Sorter<PAIR>) -> Result<(), Error> {
    let crowded = crowd.len() > MAX_CROWD;
    // Copies of one text are of about one length.
    crowd.sort_unstable();
    let reach = if crowded { NEIGHBOURS } else { MAX_CROWD };
    for (i, &(_, a)) in crowd.iter().enumerate() {
        for &(_, b) in crowd[i + 1..].iter().take(reach) {
            pairs.push(pair_row([a.min(b), a.max(b), u32::from(!crowded), u32::from(crowded)]))?;
        }
    }
    Ok(())
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
    // All of one, which is no mere line, and a part only of the other.
    let holds =
        |one: &[u8], whole: f64, part: f64| one.len() >= MIN_EXCERPT && whole >= config.containment && part < WHOLE;
    match () {
        _ if holds(a, in_b, in_a) => Tie::FirstIn,
        _ if holds(b, in_a, in_b) => Tie::SecondIn,
        _ if !crowded && similarity >= MIN_SIMILARITY && in_a.min(in_b) >= MIN_COVERED => Tie::Alike,
        _ => Tie::None,
    }
}
