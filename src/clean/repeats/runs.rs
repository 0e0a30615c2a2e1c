//! Which tokens of a text stand in it before: runs of equal tokens, found at anchors and extended across small edits.

use std::ops::Range;

/// Tokens of one anchor. Shorter anchors find only phrases, longer ones miss short lines between two edits.
const ANCHOR: usize = 5;
/// A run goes on behind an edit of at most `NEAR` tokens when `NEAR_EQUAL` equal tokens follow …
const NEAR: usize = 6;
const NEAR_EQUAL: usize = 4;
/// … and behind one of at most `FAR` tokens (an inserted caption or date line) when `FAR_EQUAL` do.
const FAR: usize = 24;
const FAR_EQUAL: usize = 10;
/// Equal tokens earn credit, edits spend it: an edit costs its length and this much more. Where every fifth token
/// differs (two rows of a table, two items of one form) the credit runs out and the run ends.
const EDIT_COST: usize = 3;
/// Credit is capped, so that a long copy does not pay for a long stretch of other text behind it.
const MAX_CREDIT: usize = 30;
/// A run reaches back over text that earlier runs hold at most as far as it reaches forward and this many tokens
/// more: without a bound, periodic text would be walked again for each run.
const REACH_BACK: usize = 64;

/// No token.
pub(super) const NONE: u32 = u32::MAX;

/// Equal tokens: `len` from `dst` on are those from `src` on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    src: usize,
    dst: usize,
    len: usize,
}

/// Equal tokens of a run that counts. Shorter ones are phrases; where nothing longer returns, nothing was copied.
const MIN_RUN: usize = 8;

/// For each token the earlier token that it repeats, or `NONE`. Where several runs hold a token the longest one counts.
pub(super) fn origins(hashes: &[u64]) -> Vec<u32> {
    let (stretches, mut runs) = runs(hashes);
    // Longest first; of equal ones the earlier.
    runs.sort_by_key(|run| std::cmp::Reverse(run.n_equal));
    let mut from = vec![NONE; hashes.len()];
    for run in &runs {
        let run = &stretches[run.stretches.clone()];
        // Text that is said three times in a row is one run over itself: its third copy repeats the first.
        let (start, apart) = (run[0].dst, run[0].dst - run[0].src);
        let laps = run.last().is_some_and(|s| s.dst + s.len >= start + apart + apart / 2);
        for stretch in run {
            for (src, dst) in (stretch.src..stretch.src + stretch.len).zip(stretch.dst..) {
                if from[dst] == NONE {
                    from[dst] = if laps && src >= start && from[src] != NONE { from[src] } else { src as u32 };
                }
            }
        }
    }
    from
}

/// Stretches of equal tokens with edits between.
struct Run {
    /// Which of all stretches.
    stretches: Range<usize>,
    n_equal: usize,
}

/// The runs that count, by the place where their anchor stands.
fn runs(hashes: &[u64]) -> (Vec<Stretch>, Vec<Run>) {
    let candidates = candidates(hashes);
    let mut anchors = Anchors::new(hashes, candidates.len());
    let (mut stretches, mut runs) = (Vec::new(), Vec::new());
    let mut held_to = 0;
    for at in candidates {
        let Some((first, last)) = anchors.seen_before(at) else { continue };
        if at < held_to {
            continue;
        }
        let start = stretches.len();
        let mut n_equal = run_through(hashes, first, at, &mut stretches);
        if last != first {
            let other = stretches.len();
            let n_other = run_through(hashes, last, at, &mut stretches);
            if n_other > n_equal {
                stretches.drain(start..other);
                n_equal = n_other;
            } else {
                stretches.truncate(other);
            }
        }
        held_to = stretches.last().map_or(at, |s: &Stretch| s.dst + s.len);
        if n_equal >= MIN_RUN {
            runs.push(Run { stretches: start..stretches.len(), n_equal });
        } else {
            stretches.truncate(start);
        }
    }
    (stretches, runs)
}

/// Adds the run that holds the anchor at `dst`, which repeats the one at `src`; gives the number of its equal tokens.
fn run_through(hashes: &[u64], src: usize, dst: usize, run: &mut Vec<Stretch>) -> usize {
    let start = run.len();
    let mut forward = 0;
    walk(
        hashes.len() - dst,
        dst - src,
        |k| hashes[src + k],
        |k| hashes[dst + k],
        usize::MAX,
        |a, b, len| {
            run.push(Stretch { src: src + a, dst: dst + b, len });
            forward += len;
        },
    );
    // Backward the two texts are read from the anchor to the left; the earlier one ends at the start of the text.
    let mut back = Vec::new();
    walk(
        src,
        dst - src,
        |k| hashes[dst - 1 - k],
        |k| hashes[src - 1 - k],
        forward + REACH_BACK,
        |b, a, len| {
            back.push(Stretch { src: src - a - len, dst: dst - b - len, len });
        },
    );
    let backward: usize = back.iter().map(|s| s.len).sum();
    run.splice(start..start, back.into_iter().rev());
    forward + backward
}

/// Walks two texts side by side while they agree, across edits that the credit pays for; calls
/// `equal(place in the one, place in the other, length)`. Neither is read at `n` or behind. The other lies `apart`
/// tokens further on; the one never catches up with it, or a text would repeat itself in place.
fn walk(
    n: usize,
    apart: usize,
    one: impl Fn(usize) -> u64,
    other: impl Fn(usize) -> u64,
    max: usize,
    mut equal: impl FnMut(usize, usize, usize),
) {
    let (mut a, mut b, mut credit) = (0, 0, 0);
    loop {
        let room = n - a.max(b);
        let len = (0..room).take_while(|&k| one(a + k) == other(b + k)).count();
        if len > 0 {
            equal(a, b, len);
        }
        (a, b) = (a + len, b + len);
        credit = (credit + len).min(MAX_CREDIT);
        if b >= max {
            return;
        }
        let agree = |skip_a: usize, skip_b: usize, need: usize| {
            n - a.max(b) >= skip_a.max(skip_b) + need
                && apart + b + skip_b > a + skip_a
                && (0..need).all(|k| one(a + skip_a + k) == other(b + skip_b + k))
        };
        let Some((skip_a, skip_b)) = after_edit(credit, agree) else { return };
        credit -= skip_a.max(skip_b) + EDIT_COST;
        (a, b) = (a + skip_a, b + skip_b);
    }
}

/// The smallest edit behind which the texts agree again: how much of each is skipped.
fn after_edit(credit: usize, agree: impl Fn(usize, usize, usize) -> bool) -> Option<(usize, usize)> {
    let longest = credit.checked_sub(EDIT_COST)?.min(FAR);
    for size in 1..=longest {
        let need = if size <= NEAR { NEAR_EQUAL } else { FAR_EQUAL };
        // Replaced, then taken out or put in, then both.
        if agree(size, size, need) {
            return Some((size, size));
        }
        for less in 0..size {
            if agree(less, size, need) {
                return Some((less, size));
            }
            if agree(size, less, need) {
                return Some((size, less));
            }
        }
    }
    None
}

/// The places whose anchor may stand in the text twice: all of which it does, and few others. Most anchors of most texts
/// stand there once, and for those a bit that nobody has set before says so.
fn candidates(hashes: &[u64]) -> Vec<usize> {
    let n = (hashes.len() + 1).saturating_sub(ANCHOR);
    // Sixteen bits an anchor or more: one in twenty is taken for another one.
    let n_words = (n / 4).next_power_of_two();
    let bit = |at: usize| {
        let key = mixed(anchor(hashes, at));
        ((key >> 32) as usize & (n_words - 1), 1u64 << (key >> 58))
    };
    let (mut once, mut twice, mut any) = (vec![0; n_words], vec![0; n_words], 0);
    for at in 0..n {
        let (word, bit) = bit(at);
        twice[word] |= once[word] & bit;
        any |= once[word] & bit;
        once[word] |= bit;
    }
    let may = |&at: &usize| {
        let (word, bit) = bit(at);
        twice[word] & bit != 0
    };
    if any == 0 { Vec::new() } else { (0..n).filter(may).collect() }
}

#[inline]
fn anchor(hashes: &[u64], at: usize) -> &[u64; ANCHOR] {
    hashes[at..].first_chunk().expect("anchors begin before the last tokens")
}

/// A key of the anchor, its high bits well mixed.
#[inline]
fn mixed(anchor: &[u64; ANCHOR]) -> u64 {
    anchor.iter().fold(0u64, |key, hash| key.rotate_left(13) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The first and the latest place of each anchor that has passed: open addressing over places, plus one; 0 is free.
struct Anchors<'a> {
    hashes: &'a [u64],
    first: Vec<u32>,
    last: Vec<u32>,
    mask: usize,
}

impl<'a> Anchors<'a> {
    /// Room for so many of them.
    fn new(hashes: &'a [u64], n: usize) -> Self {
        let size = (n * 2).next_power_of_two();
        Anchors { hashes, first: vec![0; size], last: vec![0; size], mask: size - 1 }
    }

    /// The first and the latest earlier place of the anchor at `at`, which now counts as passed.
    fn seen_before(&mut self, at: usize) -> Option<(usize, usize)> {
        let anchor = anchor(self.hashes, at);
        let mut slot = (mixed(anchor) >> 32) as usize & self.mask;
        loop {
            let Some(first) = self.first[slot].checked_sub(1).map(|f| f as usize) else {
                self.first[slot] = at as u32 + 1;
                return None;
            };
            if self.hashes[first..].first_chunk() == Some(anchor) {
                let last = std::mem::replace(&mut self.last[slot], at as u32 + 1);
                return Some((first, last.checked_sub(1).map_or(first, |l| l as usize)));
            }
            slot = (slot + 1) & self.mask;
        }
    }
}
