//! Sets of documents that grow together, four bytes a document.

/// Sets that grow together; the smallest number stands for each.
#[derive(Default)]
pub(super) struct Union {
    pub parent: Vec<u32>,
}

impl Union {
    pub fn root(&mut self, mut i: u32) -> u32 {
        while self.parent[i as usize] != i {
            let up = self.parent[self.parent[i as usize] as usize];
            self.parent[i as usize] = up;
            i = up;
        }
        i
    }

    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// The numbers that stand for their sets.
    pub fn roots(&self) -> Bits {
        let mut bits = vec![0; self.parent.len().div_ceil(64)];
        for (i, _) in self.parent.iter().enumerate().filter(|&(i, &p)| p as usize == i) {
            bits[i / 64] |= 1u64 << (i % 64);
        }
        Bits(bits)
    }

    /// Makes every number point to the one that stands for its set.
    pub fn flatten(&mut self) {
        for i in 0..self.parent.len() {
            // Smaller numbers point there already.
            self.parent[i] = self.parent[self.parent[i] as usize];
        }
    }
}

/// The sets of a [`Union`] as rings, in its own memory: each number leads to the next one of its set.
pub(super) struct Rings {
    pub roots: Bits,
}

impl Rings {
    pub fn of(copies: &mut Union) -> Rings {
        copies.flatten();
        let roots = copies.roots();
        let ring = &mut copies.parent;
        for i in 0..ring.len() {
            let root = ring[i] as usize;
            if root != i {
                // The root is smaller, and leads into its ring already.
                ring[i] = ring[root];
                ring[root] = i as u32;
            }
        }
        Rings { roots }
    }

    /// The numbers of the set that `root` stands for, in order.
    pub fn members(&self, root: u32, ring: &[u32]) -> Vec<u32> {
        let next = |&i: &u32| Some(ring[i as usize]).filter(|&n| n != root);
        let mut members: Vec<u32> = std::iter::successors(Some(root), next).collect();
        members.sort_unstable();
        members
    }
}

/// One bit a number.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn has(&self, i: u32) -> bool {
        self.0[i as usize / 64] >> (i % 64) & 1 == 1
    }
}
