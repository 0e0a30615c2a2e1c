//! What makes a segment worth reading: which symbols may tell a time, alone or beside a number.

use super::form::{Means, Rule};
use super::lexicon::{ClassId, Classes};

/// A symbol that may tell a time.
pub const TIME: u8 = 1;
/// One that makes a number tell a time.
pub const LINK: u8 = 2;
/// A number, or what patterns need beside it (`er` of `80er`).
pub const NUMBER: u8 = 4;

/// Symbols of these kinds may hold a date together.
#[inline]
pub fn is_read(kinds: u8) -> bool {
    kinds & TIME != 0 || kinds & (LINK | NUMBER) == LINK | NUMBER
}

/// What each symbol is to the segment it stands in.
pub fn triggers(rules: &[Rule], sets: &[Vec<ClassId>], classes: &Classes) -> Vec<u8> {
    let ids = |names: &[&str]| names.iter().filter_map(|n| classes.get(n)).collect::<Vec<ClassId>>();
    let is_literal = |c: ClassId| classes.name(c).starts_with('\'');
    let mut symbols_of = vec![Vec::new(); classes.len()];
    for (symbol, set) in sets.iter().enumerate() {
        set.iter().for_each(|c| symbols_of[usize::from(*c)].push(symbol));
    }
    // Classes of each symbol that are not plain, and what plain symbols are taken for.
    let mut n_left: Vec<usize> = sets.iter().map(Vec::len).collect();
    let mut plain = vec![false; classes.len()];
    let tells = |r: &&Rule| !r.asked && r.means != Means::Nothing;
    let mut add = |c: ClassId, surely: bool| {
        let symbols = &symbols_of[usize::from(c)];
        let mut new = vec![false; classes.len()];
        let made_plain = symbols.iter().filter(|s| n_left[**s] == 1);
        made_plain.flat_map(|s| &sets[*s]).for_each(|c| new[usize::from(*c)] = true);
        let makes_do = rules.iter().filter(tells).any(|r| r.program.matches_with(&plain, &new));
        if surely || !makes_do {
            symbols.iter().for_each(|s| n_left[*s] -= 1);
            plain.iter_mut().zip(new).for_each(|(plain, new)| *plain |= new);
        }
        makes_do
    };
    for c in ids(PLAIN) {
        add(c, true);
    }
    let literals = (0..classes.len() as ClassId).filter(|c| is_literal(*c));
    let mut numbers: Vec<ClassId> = literals.filter(|c| add(*c, true)).collect();
    numbers.extend(ids(&["digits", "ord"]));
    let links: Vec<ClassId> = ids(OFTEN_PLAIN).into_iter().filter(|c| !add(*c, false)).collect();
    let kinds = |(set, n_left): (&Vec<ClassId>, usize)| {
        let holds = |of: &[ClassId], kind: u8| if set.iter().any(|c| of.contains(c)) { kind } else { 0 };
        let time = if n_left > 0 { TIME } else { 0 };
        time | holds(&links, LINK) | holds(&numbers, NUMBER)
    };
    sets.iter().zip(n_left).map(kinds).collect()
}

/// Classes that alone make no date.
const PLAIN: &[&str] = &[
    "n",
    "num",
    "d",
    "m",
    "h",
    "mm",
    "yy",
    "y3",
    "ord",
    "dord",
    "digits",
    "pair",
    "hmm",
    "dotclock",
    "number",
    "ordinal",
    "numand",
    "tenand",
    "ordmark",
    "ordprefix",
    "link",
    "comma",
    "to",
    "dash",
    "from",
    "until",
    "prefix",
    "suffix",
    "yprep",
    "future",
    "past",
    "one",
    "few",
    "open",
    "close",
    "article",
    "trap",
    "dir",
    "every",
    "counted",
];

/// Classes of the commonest words, which make no date without a number in most languages: where no pattern of the language
/// makes do with them.
const OFTEN_PLAIN: &[&str] = &[
    "of", "yearnext", "and", "dprep", "inpre", "apo", "daydir", "hfrom", "hto", "dfrom", "and_to", "ylead", "person",
    "agepre", "agopre", "afterof", "beforeof", "between", "numbered", "at",
];
