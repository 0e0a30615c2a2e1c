//! The tokens of a page's blocks, and how much of the title and the description they say.

use crate::model::Document;
use crate::text::script::is_unspaced;

/// The tokens of all blocks.
pub(super) struct Tokens {
    all: Vec<u64>,
    /// Where each block's end.
    ends: Vec<usize>,
}

impl Tokens {
    pub(super) fn of(document: &Document) -> Tokens {
        let mut tokens = Tokens { all: Vec::new(), ends: Vec::with_capacity(document.blocks.len()) };
        for i in 0..document.blocks.len() {
            read_tokens(document.block_text(i), &mut tokens.all);
            tokens.ends.push(tokens.all.len());
        }
        tokens
    }

    pub(super) fn of_block(&self, i: usize) -> &[u64] {
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[i]]
    }
}

/// Words, and characters of scripts without blanks, hashed; lower case.
pub(super) fn read_tokens(text: &str, tokens: &mut Vec<u64>) {
    let mut word = 0u64;
    let mix = |word: u64, c: char| (word.rotate_left(5) ^ u64::from(u32::from(c))).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word = mix(word, c.to_ascii_lowercase());
        } else if !c.is_ascii() && is_unspaced(c) {
            tokens.extend(Some(std::mem::take(&mut word)).filter(|&w| w != 0));
            tokens.push(mix(1, c));
        } else if !c.is_ascii() && c.is_alphanumeric() {
            word = mix(word, c.to_lowercase().next().unwrap_or(c));
        } else if word != 0 {
            tokens.push(word);
            word = 0;
        }
    }
    if word != 0 {
        tokens.push(word);
    }
}

/// Each token once, sorted: a set that is asked by [`has`].
pub(super) fn set(mut tokens: Vec<u64>) -> Vec<u64> {
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

pub(super) fn has(set: &[u64], token: u64) -> bool {
    set.binary_search(&token).is_ok()
}

/// Neighbouring tokens.
pub(super) fn pairs(tokens: &[u64]) -> impl Iterator<Item = u64> {
    tokens.windows(2).map(|w| w[0].rotate_left(17) ^ w[1])
}

/// The block that says most of the title; of equal ones a heading, then the last: the first ones stand in menus and
/// bread-crumbs.
pub(super) fn anchor(document: &Document, tokens: &Tokens, title: &[u64]) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32)> = None;
    let mut best_rank = 0.0;
    for (i, block) in document.blocks.iter().enumerate() {
        // A paragraph holds many words of the title without being it.
        let tokens = tokens.of_block(i);
        if tokens.is_empty() || tokens.len() > 2 * title.len() + 8 {
            continue;
        }
        let own = set(tokens.to_vec());
        let hits = own.iter().filter(|t| has(title, **t)).count() as f32;
        let share = 2.0 * hits / (own.len() + title.len()) as f32;
        let heading = match (block.kind.is_heading(), block.level) {
            (true, Some(1) | None) => 0.3,
            (true, _) => 0.15,
            _ => 0.0,
        };
        if share >= MIN_TITLE && share + heading >= best_rank {
            best = Some((i, share));
            best_rank = share + heading;
        }
    }
    best
}

/// Share (Dice) of a title that its heading must say. Sites add their name to the title of the page, so not all of it.
const MIN_TITLE: f32 = 0.5;

/// Share of the block's tokens that are in `other`, and share of `other` that is in the block; −1 when there is none.
pub(super) fn overlap(tokens: &[u64], other: &[u64]) -> (f32, f32) {
    if other.is_empty() || tokens.is_empty() {
        return (-1.0, -1.0);
    }
    // A long block is no title; counting it would be the same for every long block.
    let hits = tokens.iter().filter(|t| has(other, **t)).count() as f32;
    (hits / tokens.len() as f32, hits / other.len() as f32)
}
