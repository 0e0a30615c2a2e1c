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
}

impl Forest {
    /// Reads a table; none when it is cut off or points outside itself.
    pub(super) fn read(bytes: &[u8]) -> Option<Forest> {
        let mut bytes = Bytes(bytes);
        let n_trees = bytes.u32()?;
        let n_features = bytes.u32()? as usize;
        let mut forest = Forest { splits: Vec::new(), leaves: Vec::new(), roots: Vec::new(), n_features };
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
        bytes.0.is_empty().then_some(forest)
    }

    /// How many numbers a row has.
    #[cfg(test)]
    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    /// The probability that the trees give to a row.
    pub(super) fn score(&self, row: &[f32]) -> f32 {
        let sum: f32 = self.roots.iter().map(|&root| self.leaves[self.leaf(root, row, |_, _| {})]).sum();
        1.0 / (1.0 + (-sum).exp())
    }

    /// What each feature adds to the sum of a row, by the change of the mean along the paths; strongest first.
    pub(super) fn why(&self, row: &[f32]) -> Vec<(usize, f32)> {
        let mut parts = vec![0.0f32; self.n_features];
        for &root in &self.roots {
            let mut before = None::<(usize, f32)>;
            let mut step = |feature: usize, mean: f32| {
                if let Some((feature, from)) = before {
                    parts[feature] += mean - from;
                }
                before = Some((feature, mean));
            };
            let leaf = self.leaf(root, row, &mut step);
            if let Some((feature, from)) = before {
                parts[feature] += self.leaves[leaf] - from;
            }
        }
        let mut all: Vec<(usize, f32)> = parts.into_iter().enumerate().filter(|(_, v)| *v != 0.0).collect();
        all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        all
    }

    fn leaf(&self, root: i32, row: &[f32], mut step: impl FnMut(usize, f32)) -> usize {
        let mut at = root;
        while at >= 0 {
            let split = &self.splits[at as usize];
            let feature = usize::from(split.feature);
            step(feature, split.mean);
            at = split.children[usize::from(row[feature] > split.threshold)];
        }
        !at as usize
    }
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
        assert_eq!(forest.score(&[9.0, 2.0]), sigmoid(-1.0));
        assert_eq!(forest.score(&[9.0, 2.5]), sigmoid(3.0));
        assert_eq!(forest.why(&[9.0, 2.5]), [(1, 2.5)]);
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
