//! Two texts side by side, token by token: what of one stands in the other, and which numbers differ.
//!
//! Works on signatures (see [`super::facts`]): eight tokens in a row are the anchor of a run, a run goes on over
//! small edits, and what is covered by no run stands in one text only.

use crate::corpus::facts::FIRST_NUMBER;

/// Tokens in a row that open a run: about thirty bits of signature, so that two articles share one by chance
/// in some ten thousand pairs, and half of them survive an edit in every twelfth token.
const ANCHOR: usize = 8;

/// A run goes on after an edit of at most so many tokens on either side …
const MAX_EDIT: usize = 6;

/// … when so many tokens after it are equal: sixteen bits.
const RESUME: usize = 4;

/// Occurrences of one anchor that are looked at; a phrase that stands there more often tells no place.
const MAX_PLACES: usize = 8;

/// Tokens of a shingle, the unit of similarity.
pub(crate) const SHINGLE: usize = 5;

/// How two texts lie on each other.
#[derive(Debug, Default)]
pub(crate) struct Alignment {
    /// For each token of the first text, whether it stands in the second.
    pub covered: Vec<bool>,
    /// For each token of the second text, whether it stands in the first.
    pub taken: Vec<bool>,
    /// Where in the second text each token of the first stands, if it does.
    pub at: Vec<u32>,
}

impl Alignment {
    /// Lays `a` on `b`.
    pub fn of(a: &[u8], b: &[u8]) -> Alignment {
        let places = Places::of(b);
        let mut found = Alignment { covered: vec![false; a.len()], taken: vec![false; b.len()], at: vec![0; a.len()] };
        let (mut i, mut next_b) = (0, 0);
        while i + ANCHOR <= a.len() {
            let here = places.of_gram(anchor(&a[i..])).take(MAX_PLACES);
            // The place that comes next in reading order, else the first one.
            let at = here.clone().find(|&at| at >= next_b).or_else(|| here.clone().next());
            match at {
                None => i += 1,
                Some(at) => (i, next_b) = found.run(a, b, (i, at)),
            }
        }
        found
    }

    /// The shares of the two texts that stand in the other one.
    pub fn shares(&self) -> (f64, f64) {
        let share = |side: &[bool]| side.iter().filter(|&&c| c).count() as f64 / side.len().max(1) as f64;
        (share(&self.covered), share(&self.taken))
    }

    /// Follows a run from its anchor, back and forth; gives the places after it.
    fn run(&mut self, a: &[u8], b: &[u8], (i, j): (usize, usize)) -> (usize, usize) {
        let (mut x, mut y) = (i, j);
        while x > 0 && y > 0 && !self.covered[x - 1] && a[x - 1] == b[y - 1] {
            (x, y) = (x - 1, y - 1);
            self.take((x, y));
        }
        (x, y) = (i, j);
        loop {
            while x < a.len() && y < b.len() && a[x] == b[y] {
                self.take((x, y));
                (x, y) = (x + 1, y + 1);
            }
            let Some((skip_a, skip_b)) = resume(&a[x..], &b[y..]) else { return (x, y) };
            (x, y) = (x + skip_a, y + skip_b);
        }
    }

    #[inline]
    fn take(&mut self, (x, y): (usize, usize)) {
        self.covered[x] = true;
        self.taken[y] = true;
        self.at[x] = y as u32;
    }
}

/// The smallest edit after which both go on alike.
fn resume(a: &[u8], b: &[u8]) -> Option<(usize, usize)> {
    let alike =
        |x: usize, y: usize| a.len() >= x + RESUME && b.len() >= y + RESUME && a[x..x + RESUME] == b[y..y + RESUME];
    (1..=2 * MAX_EDIT).find_map(|n| {
        let skips = n.saturating_sub(MAX_EDIT)..=n.min(MAX_EDIT);
        // A replaced word is likelier than one that went: even splits first.
        let mut order: Vec<usize> = skips.collect();
        order.sort_by_key(|&x| (2 * x).abs_diff(n));
        order.into_iter().map(|x| (x, n - x)).find(|&(x, y)| alike(x, y))
    })
}

fn anchor(tokens: &[u8]) -> u64 {
    tokens[..ANCHOR].iter().fold(0, |gram, &s| gram << 8 | u64::from(s))
}

/// Where each anchor of a text stands.
struct Places {
    table: Table,
    /// For each place the next one with the same anchor, plus one.
    next: Vec<u32>,
}

impl Places {
    fn of(tokens: &[u8]) -> Places {
        let n = (tokens.len() + 1).saturating_sub(ANCHOR);
        let mut places = Places { table: Table::with_room_for(n), next: vec![0; n] };
        // From the end, so that the chain of an anchor begins at its first place.
        for at in (0..n).rev() {
            let slot = places.table.slot(anchor(&tokens[at..]));
            places.next[at] = std::mem::replace(slot, at as u32 + 1);
        }
        places
    }

    /// The places of one anchor, in order.
    fn of_gram(&self, gram: u64) -> impl Iterator<Item = usize> + Clone + '_ {
        let first = self.table.get(gram);
        std::iter::successors(Some(first).filter(|&p| p > 0), |&p| Some(self.next[p as usize - 1]).filter(|&p| p > 0))
            .map(|p| p as usize - 1)
    }
}

/// Numbers by gram: open addressing, as long-lived as one comparison. A value of 0 is an empty slot.
struct Table {
    slots: Vec<(u64, u32)>,
    shift: u32,
}

impl Table {
    fn with_room_for(n: usize) -> Table {
        let n_slots = (2 * n).next_power_of_two().max(2);
        Table { slots: vec![(0, 0); n_slots], shift: 64 - n_slots.ilog2() }
    }

    #[inline]
    fn find(&self, gram: u64) -> usize {
        let mut i = (gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        while self.slots[i].1 != 0 && self.slots[i].0 != gram {
            i = (i + 1) % self.slots.len();
        }
        i
    }

    fn get(&self, gram: u64) -> u32 {
        self.slots[self.find(gram)].1
    }

    /// The value of a gram, to be set to something else than 0.
    #[inline]
    fn slot(&mut self, gram: u64) -> &mut u32 {
        let i = self.find(gram);
        self.slots[i].0 = gram;
        &mut self.slots[i].1
    }
}

/// The numbers that stand between the same words in two texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Numbers of the first text that the second has in the same place.
    pub same: usize,
    /// Numbers of the first text in whose place the second has another one.
    pub other: usize,
}

impl Numbers {
    /// Compares them.
    pub fn of(a: &[u8], b: &[u8]) -> Numbers {
        let mut places: Vec<(u32, u8)> = numbers(b).collect();
        places.sort_unstable();
        let mut found = Numbers::default();
        for (words, number) in numbers(a) {
            let first = places.partition_point(|p| p.0 < words);
            if places.binary_search(&(words, number)).is_ok() {
                found.same += 1;
            } else if places.get(first).is_some_and(|p| p.0 == words) {
                found.other += 1;
            }
        }
        found
    }
}

/// Each number with the two tokens before and after it, in which any number is like any other.
fn numbers(tokens: &[u8]) -> impl Iterator<Item = (u32, u8)> + '_ {
    let masked = |s: &u8| u32::from((*s).min(FIRST_NUMBER));
    let around = move |w: &[u8]| [0, 1, 3, 4].iter().fold(0, |words, &i| words << 8 | masked(&w[i]));
    tokens.windows(5).filter(|w| w[2] >= FIRST_NUMBER).map(move |w| (around(w), w[2]))
}

/// How many distinct shingles two texts have, and share.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shingles {
    pub a: usize,
    pub b: usize,
    pub both: f64,
}

impl Shingles {
    /// Counts them.
    pub fn of(a: &[u8], b: &[u8]) -> Shingles {
        let (mut n_a, mut n_b, mut both) = (0, 0, 0u32);
        let mut seen = Table::with_room_for(a.len() + b.len());
        shingles(a, |gram| {
            let slot = seen.slot(gram);
            n_a += usize::from(*slot == 0);
            *slot = IN_A;
        });
        shingles(b, |gram| {
            let slot = seen.slot(gram);
            n_b += usize::from(*slot & IN_B == 0);
            both += u32::from(*slot == IN_A);
            *slot |= IN_B;
        });
        // Shingles of four bits a token are equal by chance once in `SPACE` comparisons: nothing for an article,
        // a few in a hundred for a book. What chance alone gives is taken off.
        let n_small = n_a.min(n_b) as f64;
        let chance = 1.0 - (-(n_a.max(n_b) as f64) / SPACE).exp();
        let both = ((f64::from(both) - n_small * chance) / (1.0 - chance)).max(0.0).min(n_small);
        Shingles { a: n_a, b: n_b, both: if n_small < EXACT { f64::from(both.round() as u32) } else { both } }
    }

    /// Share of equal shingles among all of both, 0–1.
    pub fn jaccard(&self) -> f64 {
        let all = (self.a + self.b) as f64 - self.both;
        if all > 0.0 { self.both / all } else { 0.0 }
    }
}

/// Distinct shingles of five signatures, as far as natural text uses them (3.5 bits a token).
const SPACE: f64 = 190_000.0;

/// Below so many shingles chance gives less than one.
const EXACT: f64 = 400.0;

/// Marks of a shingle.
const IN_A: u32 = 1;
const IN_B: u32 = 2;

fn shingles(tokens: &[u8], mut each: impl FnMut(u64)) {
    let mut gram = 0;
    for (i, &s) in tokens.iter().enumerate() {
        gram = (gram << 8 | u64::from(s)) & ((1 << (8 * SHINGLE)) - 1);
        if i + 1 >= SHINGLE {
            each(gram);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A text of `n` pseudo-random words.
    fn words(n: usize, seed: u64) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8 % 14
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn an_excerpt_is_covered_whole_wherever_it_stood() {
        let text = words(400, 1);
        let part = &text[137..220];
        let laid = Alignment::of(part, &text);
        assert_eq!(laid.shares(), (1.0, 83.0 / 400.0));
    }

    #[test]
    fn unrelated_texts_cover_nothing() {
        let laid = Alignment::of(&words(500, 1), &words(500, 2));
        assert!(laid.shares().0 < 0.04, "{:?}", laid.shares());
        assert!(Shingles::of(&words(500, 1), &words(500, 2)).jaccard() < 0.01);
    }

    #[test]
    fn a_run_goes_on_over_replaced_lost_and_added_words() {
        let a = words(200, 3);
        let mut b = a.clone();
        b[50] = (b[50] + 1) % 14;
        b.remove(90);
        b.insert(140, 7);
        let laid = Alignment::of(&a, &b);
        assert!(laid.shares().0 >= 0.98, "{:?}", laid.shares());
    }

    #[test]
    fn changed_numbers_are_counted_where_they_stand() {
        let mut a = words(100, 4);
        for i in (9..100).step_by(10) {
            a[i] = FIRST_NUMBER + i as u8 % 31;
        }
        let mut b = a.clone();
        for i in (9..59).step_by(10) {
            b[i] += 1;
        }
        assert_eq!(Numbers::of(&a, &b), Numbers { same: 4, other: 5 });
    }

    proptest! {
        #[test]
        fn any_two_texts_align_without_panic_and_within_their_lengths(a in prop::collection::vec(0u8..48, 0..120), b in prop::collection::vec(0u8..3, 0..120)) {
            let laid = Alignment::of(&a, &b);
            prop_assert!(laid.shares().0 <= 1.0 && laid.shares().1 <= 1.0);
            let j = Shingles::of(&a, &b).jaccard();
            prop_assert!((0.0..=1.0).contains(&j));
        }

        #[test]
        fn a_text_covers_itself(a in prop::collection::vec(0u8..14, 8..120)) {
            prop_assert_eq!(Alignment::of(&a, &a).shares(), (1.0, 1.0));
        }
    }
}
