//! Symbols: a number for each set of classes that a token can have.

use super::lexicon::ClassId;
use super::token::{NUMBER_CLASSES, Number, Symbol, number_bits};

/// Which symbols belong to which classes, a row of bits for each symbol.
#[derive(Debug)]
pub struct Members {
    bits: Vec<u64>,
    /// Words of a row.
    row: usize,
}

impl Members {
    pub fn new(sets: &[Vec<ClassId>], classes: usize) -> Members {
        let row = classes.div_ceil(64);
        let mut bits = vec![0; sets.len() * row];
        for (symbol, set) in sets.iter().enumerate() {
            set.iter().for_each(|c| bits[symbol * row + usize::from(c / 64)] |= 1 << (c % 64));
        }
        Members { bits, row }
    }

    /// The symbol belongs to the class.
    #[inline]
    pub fn has(&self, symbol: Symbol, class: ClassId) -> bool {
        self.bits[usize::from(symbol) * self.row + usize::from(class / 64)] & 1 << (class % 64) != 0
    }
}

pub fn bit_classes(bits: u32) -> Vec<ClassId> {
    (0..NUMBER_CLASSES.len()).filter(|i| bits & (1 << i) != 0).map(|i| i as ClassId).collect()
}

/// Values on either side of every border that `number_bits` draws; the tests hold them against all values.
const VALUES: &[u16] = &[
    0, 1, 9, 10, 12, 13, 30, 31, 32, 59, 60, 99, 100, 101, 159, 160, 959, 960, 999, 1000, 1059, 1060, 1459, 1499, 1500,
    1559, 1560, 1999, 2000, 2050, 2051, 2060, 2099, 2459, 2460, 2999, 3000,
];

/// A number of this value and look: each of four flags is a bit.
fn number_like(value: u16, digits: u8, flags: u8) -> Number {
    Number {
        value: f64::from(value),
        digits,
        digitwise: flags & 1 != 0,
        pair: (flags & 2 != 0).then_some(1),
        ordinal: flags & 4 != 0,
        apostrophe: flags & 8 != 0,
        ..super::numerals::word_number(0, false)
    }
}

/// Every set of classes that a number or a stamp can have.
pub fn possible_bits() -> Vec<u32> {
    let plain = super::numerals::word_number(0, false);
    let mut all = vec![number_bits(&Number { fraction: true, ..plain })];
    for digits in 0..=5u8 {
        for flags in 0..16u8 {
            for &v in VALUES {
                let n = number_like(v, digits, flags);
                let bits = number_bits(&n);
                if all.last() != Some(&bits) {
                    all.push(bits);
                }
            }
        }
    }
    let bit = |name: &str| 1u32 << NUMBER_CLASSES.iter().position(|c| *c == name).expect("a class of the table");
    let mut subsets = |names: &[&str]| {
        for mask in 0u32..1 << names.len() {
            all.push((0..names.len()).filter(|i| mask & (1 << i) != 0).map(|i| bit(names[i])).sum());
        }
    };
    subsets(&["num", "dm", "dotclock", "ym"]);
    subsets(&["md", "ym", "years"]);
    subsets(&["clock"]);
    subsets(&["ymd"]);
    subsets(&["eymd"]);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_on_the_borders_give_every_set_of_classes() {
        let of_values = possible_bits();
        for (digits, flags) in (0..=5u8).flat_map(|d| (0..16u8).map(move |f| (d, f))) {
            for v in 0..3100u16 {
                let n = number_like(v, digits, flags);
                assert!(of_values.binary_search(&number_bits(&n)).is_ok(), "{n:?}");
            }
        }
    }
}
