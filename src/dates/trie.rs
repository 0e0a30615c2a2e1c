//! Spellings and what ends with them: a trie of bytes, with tables in front of it in which most words of a text die.

use std::collections::BTreeMap;

/// Spellings → entries, walked byte by byte.
#[derive(Debug)]
pub struct Trie {
    /// While it grows: spellings and their entries.
    pub(super) spellings: BTreeMap<Vec<u8>, u32>,
    /// Once it is sealed: nodes in the order of a walk, so that a spelling lies together. The first stands for none.
    nodes: Vec<Node>,
    /// Of all nodes, the bytes that lead on, in order, and where to.
    bytes: Vec<u8>,
    targets: Vec<u32>,
    /// First step by byte.
    root: Vec<u32>,
    /// Heads of spellings (`head`), a bit each, for speed: most words of a text die here.
    heads: Vec<u64>,
    /// Characters of three bytes behind which anything may stand.
    any_second: Vec<u64>,
    /// A bit for the hash of each two such characters that spellings begin with otherwise.
    seconds: Vec<u64>,
}

/// Bits of `Trie::seconds`: eight kilobytes, of which a language with three thousand words sets five per cent.
const SECONDS: u32 = 1 << 16;

/// The hash of two characters of three bytes at the front, if that is what stands there.
#[inline]
fn second(text: &[u8]) -> Option<usize> {
    match *text {
        [a, b, c, d @ 0xE0..=0xEF, e, f, ..] => {
            let both = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]);
            Some((both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SECONDS.ilog2())) as usize)
        }
        _ => None,
    }
}

/// Where pairs of bytes stand among heads; before them stand characters of three bytes.
pub(super) const PAIRS: usize = 1 << 16;

/// What a spelling begins with: a character of three bytes, or the first two bytes.
#[inline]
pub(super) fn head(text: &[u8]) -> Option<usize> {
    match *text {
        [a @ 0xE0..=0xEF, b, c, ..] => {
            Some(usize::from(a & 0x0F) << 12 | usize::from(b & 0x3F) << 6 | usize::from(c & 0x3F))
        }
        [a, b, ..] => Some(PAIRS | usize::from(a.to_ascii_lowercase()) << 8 | usize::from(b.to_ascii_lowercase())),
        _ => None,
    }
}

/// A node of a trie that grows no more.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Its first edge, and how many.
    first: u32,
    n_edges: u32,
    /// One more than the entry that ends here.
    entry: u32,
}

/// Up to so many edges are looked through one by one.
const FEW_EDGES: u32 = 8;

impl Default for Trie {
    fn default() -> Self {
        Trie {
            spellings: BTreeMap::new(),
            nodes: vec![Node::default()],
            bytes: Vec::new(),
            targets: Vec::new(),
            root: vec![0; 256],
            heads: vec![0; 2 * PAIRS / 64],
            any_second: vec![0; PAIRS / 64],
            seconds: vec![0; SECONDS as usize / 64],
        }
    }
}

pub(super) fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

#[inline]
pub(super) fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] & 1 << (at % 64) != 0
}

impl Trie {
    /// The entry at the end of `word`, made with `make` when there is none.
    pub(super) fn insert(&mut self, word: &[u8], make: impl FnOnce() -> u32) -> u32 {
        match (head(word), word) {
            (Some(head), _) => {
                set(&mut self.heads, head);
                match second(word) {
                    Some(both) => set(&mut self.seconds, both),
                    None if head < PAIRS => set(&mut self.any_second, head),
                    None => {}
                }
            }
            // Anything may follow a single byte.
            (None, [one]) => {
                (0..=u8::MAX).filter_map(|b| head(&[*one, b])).for_each(|head| set(&mut self.heads, head));
            }
            (None, _) => {}
        }
        *self.spellings.entry(word.to_ascii_lowercase()).or_insert_with(make)
    }

    /// The entry of this byte, which stands for itself, where no longer spelling begins with it.
    #[inline]
    pub fn sign(&self, b: u8) -> Option<u32> {
        let node = self.nodes[self.root[usize::from(b)] as usize];
        (node.entry != 0 && node.n_edges == 0).then(|| node.entry - 1)
    }

    /// Makes the trie ready to be walked, once all words are in it.
    pub(super) fn seal(&mut self) {
        let all: Vec<(Vec<u8>, u32)> =
            std::mem::take(&mut self.spellings).into_iter().filter(|s| !s.0.is_empty()).collect();
        // Spellings that begin alike, in how many bytes, and the edge that leads to their node.
        let mut open: Vec<_> =
            all.chunk_by(|a, b| a.0[0] == b.0[0]).rev().map(|alike| (alike, 1, None::<usize>)).collect();
        while let Some((alike, depth, edge)) = open.pop() {
            let place = self.nodes.len() as u32;
            match edge {
                Some(edge) => self.targets[edge] = place,
                None => {
                    let byte = alike[0].0[0];
                    self.root[usize::from(byte)] = place;
                    self.root[usize::from(byte.to_ascii_uppercase())] = place;
                }
            }
            // The shortest stands first.
            let ends = alike[0].0.len() == depth;
            let (entry, longer) = if ends { (alike[0].1 + 1, &alike[1..]) } else { (0, alike) };
            let first = self.bytes.len();
            for (i, alike) in longer.chunk_by(|a, b| a.0[depth] == b.0[depth]).enumerate() {
                self.bytes.push(alike[0].0[depth]);
                open.push((alike, depth + 1, Some(first + i)));
            }
            let n_edges = self.bytes.len() - first;
            self.targets.resize(self.bytes.len(), 0);
            let n_open = open.len();
            open[n_open - n_edges..].reverse();
            self.nodes.push(Node { first: first as u32, n_edges: n_edges as u32, entry });
        }
    }

    #[inline]
    fn step(&self, node: &Node, b: u8) -> Option<u32> {
        let first = node.first as usize;
        let bytes = &self.bytes[first..first + node.n_edges as usize];
        let edge = match node.n_edges {
            ..=FEW_EDGES => bytes.iter().position(|x| *x == b),
            _ => bytes.binary_search(&b).ok(),
        };
        edge.map(|e| self.targets[first + e])
    }

    /// Has characters of three bytes looked at though no spelling begins with them.
    pub fn keep(&mut self, characters: impl Iterator<Item = char>) {
        for c in characters {
            if let Some(head) = head(c.encode_utf8(&mut [0; 4]).as_bytes()) {
                set(&mut self.heads, head);
                set(&mut self.any_second, head);
            }
        }
    }

    /// No spelling begins as this text does.
    #[inline]
    pub fn is_dead(&self, text: &[u8]) -> bool {
        let Some(head) = head(text) else { return false };
        if !has(&self.heads, head) {
            return true;
        }
        // Of two characters of three bytes both must be known.
        head < PAIRS && !has(&self.any_second, head) && second(text).is_none_or(|both| !has(&self.seconds, both))
    }

    /// Every entry whose spelling `text` begins with, as (length, entry), shortest first. A blank in a spelling
    /// stands for any run of blanks but the end of a line.
    #[inline]
    pub fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(first) = text.first() else { return };
        let mut at = self.root[*first as usize];
        if at == 0 {
            return;
        }
        let mut i = 1;
        loop {
            let node = &self.nodes[at as usize];
            if node.entry != 0 {
                found(i, node.entry - 1);
            }
            let Some(b) = text.get(i) else { return };
            let b = b.to_ascii_lowercase();
            let Some(next) = self.step(node, b) else { return };
            at = next;
            i += 1;
            if b == b' ' {
                while text.get(i) == Some(&b' ') {
                    i += 1;
                }
            }
        }
    }
}
