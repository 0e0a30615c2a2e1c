//! Gradient-boosted trees, read from the tables that the training writes.
//!
//! A table is: trees and features (two `u32`), then for each tree its splits (`u16` how many; each a feature `u16`, a
//! threshold `f32`, the children for "not above" and "above" `i16`, the mean `f32` of what was seen here) and its
//! leaves (`u16`, `f32` each); all little-endian. A child below zero is a leaf, −1 the first.

/// One split.
#[derive(Clone, Copy)]
struct Split {
    feature: u16,
    threshold: f32,
    /// Children in the forest: a split, or `!leaf`.
    children: [i32; 2],
    mean: f32,
}

/// A sum of trees.
pub(super) struct Forest {
    splits: Vec<Split>,
    leaves: Vec<f32>,
    /// Where each tree begins: a split, or `!leaf` for a tree of one leaf.
    roots: Vec<i32>,
    n_features: usize,
    questions: Questions,
}

impl Forest {
    /// Reads a table; none when it is cut off or points outside itself.
    pub(super) fn read(bytes: &[u8]) -> Option<Forest> {
        let mut bytes = Bytes(bytes);
        let n_trees = bytes.u32()?;
        let n_features = bytes.u32()? as usize;
        let mut forest = Forest {
            splits: Vec::new(),
            leaves: Vec::new(),
            roots: Vec::new(),
            n_features,
            questions: Questions::default(),
        };
        for _ in 0..n_trees {
            let (first_split, first_leaf) = (forest.splits.len() as i32, forest.leaves.len() as i32);
            let n_splits = i32::from(bytes.u16()?);
            let child = |c: i16| match c {
                0.. => first_split + i32::from(c),
                _ => !(first_leaf - 1 - i32::from(c)),
            };
            for i in 0..n_splits {
                let (feature, threshold) = (bytes.u16()?, bytes.f32()?);
                let children = [child(bytes.u16()? as i16), child(bytes.u16()? as i16)];
                // A child stands behind its parent, so every walk ends.
                let ahead = children.iter().all(|&c| c < 0 || (c > first_split + i && c < first_split + n_splits));
                if !ahead || usize::from(feature) >= n_features {
                    return None;
                }
                forest.splits.push(Split { feature, threshold, children, mean: bytes.f32()? });
            }
            let n_leaves = bytes.u16()?;
            for _ in 0..n_leaves {
                forest.leaves.push(bytes.f32()?);
            }
            let end = forest.leaves.len() as i32;
            let here = &forest.splits[first_split as usize..];
            if here.iter().flat_map(|s| s.children).any(|c| c < 0 && !(first_leaf..end).contains(&!c)) || n_leaves == 0
            {
                return None;
            }
            forest.roots.push(if n_splits == 0 { !first_leaf } else { first_split });
        }
        forest.questions = Questions::of(&forest);
        bytes.0.is_empty().then_some(forest)
    }

    /// How many numbers a row has.
    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    /// The probabilities that the trees give to rows of `width` numbers, which stand one behind the other.
    pub(super) fn scores(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let mut scores = Vec::with_capacity(rows.len() / width.max(1));
        let mut left = Left::of(self.roots.len());
        for batch in rows.chunks(LANES * width.max(1)) {
            self.questions.ask(batch, width, &mut left);
            // Tree by tree, so that the lanes do not wait for each other.
            let mut sums = [0.0f32; LANES];
            for (tree, &first) in self.questions.first_leaf.iter().enumerate() {
                if first == WALKED {
                    for (sum, row) in sums.iter_mut().zip(batch.chunks(width)) {
                        *sum += self.leaves[self.leaf(self.roots[tree], row)];
                    }
                    continue;
                }
                let leaves = &self.questions.leaves[first as usize..];
                for (sum, lane) in sums.iter_mut().zip(&left.lanes[tree]) {
                    *sum += leaves[((lane & left.all[tree]) | LAST).trailing_zeros() as usize];
                }
            }
            scores.extend(sums.iter().take(batch.len() / width).map(|sum| 1.0 / (1.0 + (-sum).exp())));
        }
        scores
    }

    /// What each feature adds to the sum of a row, by the change of the mean along the paths: the strongest `n`.
    pub(super) fn why(&self, row: &[f32], n: usize) -> Vec<(usize, f32)> {
        let mut parts = vec![0.0f32; self.n_features];
        for &root in &self.roots {
            let mut at = root;
            while at >= 0 {
                let split = &self.splits[at as usize];
                let feature = usize::from(split.feature);
                at = split.next(row);
                let mean = if at < 0 { self.leaves[!at as usize] } else { self.splits[at as usize].mean };
                parts[feature] += mean - split.mean;
            }
        }
        let mut strongest: Vec<(usize, f32)> = Vec::with_capacity(n + 1);
        for part in parts.into_iter().enumerate().filter(|(_, v)| *v != 0.0) {
            let at = strongest.partition_point(|(_, v)| v.abs() >= part.1.abs());
            if at < n {
                strongest.insert(at, part);
                strongest.truncate(n);
            }
        }
        strongest
    }

    /// The leaf that a row falls to.
    fn leaf(&self, root: i32, row: &[f32]) -> usize {
        let mut at = root;
        while at >= 0 {
            at = self.splits[at as usize].next(row);
        }
        !at as usize
    }

    /// The leaves below `at` in order, appended to those before them, and what each split strikes out.
    fn branches(&self, at: i32, tree: u32, leaves: &mut Vec<f32>, strikes: &mut Vec<(u16, f32, Strike)>) {
        if at < 0 {
            leaves.push(self.leaves[!at as usize]);
            return;
        }
        let split = self.splits[at as usize];
        let first = leaves.len() as u32;
        self.branches(split.children[0], tree, leaves, strikes);
        let end = leaves.len() as u32;
        let bits = |n: u32| 1u32.checked_shl(n).map_or(u32::MAX, |bit| bit - 1);
        let left = !(bits(end) & !bits(first));
        strikes.push((split.feature, split.threshold, Strike { tree, left }));
        self.branches(split.children[1], tree, leaves, strikes);
    }
}

impl Split {
    fn next(&self, row: &[f32]) -> i32 {
        self.children[usize::from(row[usize::from(self.feature)] > self.threshold)]
    }
}

/// Rows that are asked at once. With sixteen the compiler writes the lanes out one by one and takes six times as long;
/// with thirty-two it makes vectors of them.
const LANES: usize = 32;

/// Bit of the last leaf that a mask has. A leaf is always left; said so, its place is found without a check for none.
const LAST: u32 = 1 << 31;

/// Stands for a tree of more leaves than a mask has bits.
const WALKED: u32 = u32::MAX;

/// The splits of all trees, by feature and threshold, for asking many rows at once without walking: each split that a
/// row goes beyond strikes out the leaves on its other side, and the first leaf left of a tree is the row's.
/// (Lucchese et al., "QuickScorer", 2015.) Walking cost 5 to 7 times as much: each step waits for the one before.
#[derive(Default)]
struct Questions {
    /// Each feature that is asked for, and where its thresholds end.
    features: Vec<(u16, u32)>,
    /// By feature, rising.
    thresholds: Vec<f32>,
    /// Where the strikes of each threshold begin, and where the last ones end.
    bounds: Vec<u32>,
    /// What the thresholds strike out, in their order.
    strikes: Vec<Strike>,
    /// The leaves of each tree in order of its branches.
    leaves: Vec<f32>,
    /// Where a tree's leaves begin, or [`WALKED`].
    first_leaf: Vec<u32>,
}

/// The leaves of a tree that are left beyond a threshold.
#[derive(Clone, Copy)]
struct Strike {
    tree: u32,
    left: u32,
}

/// The leaves that each tree has left, one bit a leaf: for a batch of rows, and for each row of it.
struct Left {
    all: Vec<u32>,
    lanes: Vec<[u32; LANES]>,
}

impl Left {
    fn of(n_trees: usize) -> Left {
        Left { all: vec![0; n_trees], lanes: vec![[0; LANES]; n_trees] }
    }
}

impl Questions {
    fn of(forest: &Forest) -> Questions {
        let mut questions = Questions::default();
        let mut all: Vec<(u16, f32, Strike)> = Vec::new();
        for (tree, &root) in forest.roots.iter().enumerate() {
            let (mut leaves, mut strikes) = (Vec::new(), Vec::new());
            forest.branches(root, tree as u32, &mut leaves, &mut strikes);
            let fits = leaves.len() <= u32::BITS as usize;
            questions.first_leaf.push(if fits { questions.leaves.len() as u32 } else { WALKED });
            if fits {
                questions.leaves.extend(leaves);
                all.extend(strikes);
            }
        }
        all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for of_feature in all.chunk_by(|a, b| a.0 == b.0) {
            for of_threshold in of_feature.chunk_by(|a, b| a.1 == b.1) {
                questions.thresholds.push(of_threshold[0].1);
                questions.bounds.push(questions.strikes.len() as u32);
                questions.strikes.extend(of_threshold.iter().map(|(.., strike)| *strike));
            }
            questions.features.push((of_feature[0].0, questions.thresholds.len() as u32));
        }
        questions.bounds.push(questions.strikes.len() as u32);
        questions
    }

    /// Strikes out what up to [`LANES`] rows go beyond. Rows are neighbours on their page and alike in most features: a
    /// threshold below all of them is struck once for the batch, one above all of them is not looked at.
    fn ask(&self, rows: &[f32], width: usize, left: &mut Left) {
        left.all.fill(u32::MAX);
        left.lanes.fill([u32::MAX; LANES]);
        let n_rows = rows.len() / width;
        let mut first = 0;
        for &(feature, end) in &self.features {
            let values = std::array::from_fn(|lane| {
                // A lane without a row has the last one's. What is not a number lies beyond no threshold.
                let value = rows[lane.min(n_rows - 1) * width + usize::from(feature)];
                if value > f32::NEG_INFINITY { value } else { f32::NEG_INFINITY }
            });
            let (lowest, highest) = bounds(&values);
            let thresholds = &self.thresholds[first..end as usize];
            let beyond_all = first + thresholds.partition_point(|t| *t < lowest);
            let beyond_some = first + thresholds.partition_point(|t| *t < highest);
            for strike in self.strikes_of(first, beyond_all) {
                left.all[strike.tree as usize] &= strike.left;
            }
            for at in beyond_all..beyond_some {
                let stays = stays(&values, self.thresholds[at]);
                for &Strike { tree, left: leaves } in self.strikes_of(at, at + 1) {
                    let lanes = &mut left.lanes[tree as usize];
                    for (lane, stays) in lanes.iter_mut().zip(&stays) {
                        *lane &= leaves | stays;
                    }
                }
            }
            first = end as usize;
        }
    }

    /// The strikes of the thresholds `start..end`.
    fn strikes_of(&self, start: usize, end: usize) -> &[Strike] {
        &self.strikes[self.bounds[start] as usize..self.bounds[end] as usize]
    }
}

/// The lowest and the highest of the values.
fn bounds(values: &[f32; LANES]) -> (f32, f32) {
    let (mut low, mut high, mut half) = (*values, *values, LANES / 2);
    while half > 0 {
        for lane in 0..half {
            low[lane] = if low[lane + half] < low[lane] { low[lane + half] } else { low[lane] };
            high[lane] = if high[lane + half] > high[lane] { high[lane + half] } else { high[lane] };
        }
        half /= 2;
    }
    (low[0], high[0])
}

/// All bits for a lane whose value does not lie beyond the threshold, none for the others.
fn stays(values: &[f32; LANES], threshold: f32) -> [u32; LANES] {
    let mut stays = [0u32; LANES];
    for (stays, value) in stays.iter_mut().zip(values) {
        *stays = if *value > threshold { 0 } else { u32::MAX };
    }
    stays
}

/// The rest of a table.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn f32(&mut self) -> Option<f32> {
        self.take().map(f32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One tree: feature 1 not above 2 gives −1, above gives 3.
    fn table() -> Vec<u8> {
        let mut t = Vec::new();
        t.extend(1u32.to_le_bytes());
        t.extend(2u32.to_le_bytes());
        t.extend(1u16.to_le_bytes());
        t.extend(1u16.to_le_bytes());
        t.extend(2f32.to_le_bytes());
        t.extend((-1i16).to_le_bytes());
        t.extend((-2i16).to_le_bytes());
        t.extend(0.5f32.to_le_bytes());
        t.extend(2u16.to_le_bytes());
        t.extend((-1f32).to_le_bytes());
        t.extend(3f32.to_le_bytes());
        t
    }

    #[test]
    fn a_row_falls_to_its_leaf_and_the_feature_on_the_way_says_why() {
        let forest = Forest::read(&table()).unwrap();
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        assert_eq!(forest.scores(&[9.0, 2.0, 9.0, 2.5], 2), [sigmoid(-1.0), sigmoid(3.0)]);
        assert_eq!(forest.why(&[9.0, 2.5], 3), [(1, 2.5)]);
    }

    #[test]
    fn a_table_that_is_cut_off_or_points_outside_is_none() {
        let whole = table();
        assert!((0..whole.len()).all(|n| Forest::read(&whole[..n]).is_none()));
        let mut loops = whole.clone();
        loops[16..18].copy_from_slice(&0i16.to_le_bytes());
        assert!(Forest::read(&loops).is_none());
    }
}
