//! Which units of a text are copies that a machine made: whole stretches said twice, not phrases that return.

use super::runs::NONE;
use crate::model::Span;
use std::ops::Range;

/// A unit that is decided on as a whole: a block, or a sentence of a block that holds several copies.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub span: Span,
    /// Which tokens of the text are its own.
    pub tokens: Range<usize>,
}

/// Share of a unit's tokens that must stand elsewhere for the unit to count as said there. Below it lie units that
/// share a phrase or a form; a copy with 3 % of its words edited keeps more even in short lines.
const SAID: f64 = 0.6;
/// Units of other text (an advertisement, a caption, a date line) that may stand between two units of one copy.
const MAX_INSERTED: usize = 3;
/// Share of a stretch's tokens that stand in what it repeats. Copies with 3 % of the words edited have .95 and more,
/// two items of one form (rows, clauses, verses) mostly less than .9.
const MIN_SIMILARITY: f64 = 0.9;
/// Other text between a copy and its original: a "read more", a date line, an advertisement …
const MAX_BETWEEN: usize = 16;
/// … or this share of the copy, where many were inserted.
const MAX_BETWEEN_SHARE: f64 = 0.3;
/// Tokens of a stretch. Two short lines of dialogue may return by themselves.
const MIN_TOKENS: usize = 20;
/// A copy stands where a machine put it: its end is the end of the text or its original begins the text, up to so
/// many tokens of furniture …
const MAX_MARGIN: usize = 24;
/// … or it is so large a share of the text that no author would say it twice.
const LARGE_SHARE: f64 = 0.2;
/// A large share that needs no neighbourhood at all: both copies make up most of the text.
const HUGE_SHARE: f64 = 0.3;
/// Units of a copy that stands away from its original.
const MIN_UNITS_APART: usize = 5;
/// Paragraphs said twice each, in a row: below it a speaker or a poet may repeat himself.
const MIN_PAIRS: usize = 3;

/// A unit that goes, and what stays for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Copy {
    pub unit: usize,
    /// The tokens that stay; none for a unit without tokens between two copies.
    pub of: Range<usize>,
    /// Share of equal tokens.
    pub similarity: f32,
}

/// Units in a row that were said before.
#[derive(Debug)]
pub(super) struct Stretch {
    /// All of them, with what was inserted.
    pub units: Range<usize>,
    /// How many of them were said before.
    pub n_said: usize,
    /// Their tokens …
    pub n_tokens: usize,
    /// … and those that were said before.
    pub n_equal: usize,
    /// Where they were said.
    pub src: Range<usize>,
    /// Their own place.
    pub dst: Range<usize>,
    /// Tokens of other text between the two copies.
    pub between: usize,
}

/// What is known of one unit that was said before.
struct Seen {
    /// Its tokens that stand in an earlier unit.
    equal: usize,
    /// A place in what it repeats: three quarters of its tokens stand before it.
    home: usize,
}

/// The copies among `units`, by unit. `from` gives for each token the earlier one that it repeats.
pub(super) fn copies(units: &[Unit], from: &[u32]) -> Vec<Copy> {
    let seen: Vec<Option<Seen>> = units.iter().map(|u| seen(u, from)).collect();
    let mut gone: Vec<Option<Copy>> = vec![None; units.len()];
    for stretch in stretches(units, from, &seen) {
        if !is_machine_made(&stretch, from.len()) {
            continue;
        }
        if is_teaser(&stretch, from.len()) {
            drop_originals(&stretch, units, from, &mut gone);
        } else {
            let said = stretch.units.clone().filter(|&i| seen[i].is_some());
            said.for_each(|i| gone[i] = copy(i, &units[i], from));
        }
    }
    drop_doubled(units, from, &seen, &mut gone);
    fill(units, &mut gone);
    gone.into_iter().flatten().collect()
}

fn seen(unit: &Unit, from: &[u32]) -> Option<Seen> {
    let start = unit.tokens.start as u32;
    let mut places: Vec<u32> = from[unit.tokens.clone()].iter().copied().filter(|&f| f < start).collect();
    if unit.tokens.is_empty() || (places.len() as f64) < SAID * unit.tokens.len() as f64 {
        return None;
    }
    places.sort_unstable();
    Some(Seen { equal: places.len(), home: places[places.len() * 3 / 4] as usize })
}

/// The stretches of a text, in order.
fn stretches(units: &[Unit], from: &[u32], seen: &[Option<Seen>]) -> Vec<Stretch> {
    let mut is_source = vec![false; units.len()];
    for home in seen.iter().flatten().map(|s| s.home) {
        is_source[unit_at(units, home)] = true;
    }
    let mut found = Vec::new();
    let mut open: Option<Range<usize>> = None;
    for (i, unit) in units.iter().enumerate() {
        if unit.tokens.is_empty() {
            continue;
        }
        if seen[i].is_some() {
            open = Some(open.map_or(i, |o| o.start)..i + 1);
        } else if let Some(o) = open.take() {
            // Text that is said again later is no insertion.
            if !is_source[i] && i - o.end < MAX_INSERTED {
                open = Some(o);
            } else {
                split(o, units, from, seen, &mut found);
            }
        }
    }
    if let Some(o) = open {
        split(o, units, from, seen, &mut found);
    }
    found
}

fn unit_at(units: &[Unit], token: usize) -> usize {
    units.partition_point(|u| u.tokens.end <= token)
}

/// A stretch whose units repeat each other is several: the last one begins behind everything that it repeats.
fn split(mut range: Range<usize>, units: &[Unit], from: &[u32], seen: &[Option<Seen>], found: &mut Vec<Stretch>) {
    let mut parts = Vec::new();
    while !range.is_empty() {
        let mut start = range.start;
        for i in range.clone() {
            let home = seen[i].as_ref().map_or(0, |s| unit_at(units, s.home));
            if home >= start && home < i {
                start = home + 1;
            }
        }
        let start = (start..range.end).find(|&i| seen[i].is_some()).unwrap_or(range.end);
        parts.push(start..range.end);
        range.end = (range.start..start).rev().find(|&i| seen[i].is_some()).map_or(range.start, |i| i + 1);
    }
    found.extend(parts.into_iter().rev().filter(|p| !p.is_empty()).map(|p| stretch(p, units, from, seen)));
}

fn stretch(range: Range<usize>, units: &[Unit], from: &[u32], seen: &[Option<Seen>]) -> Stretch {
    let dst = units[range.start].tokens.start..units[range.end - 1].tokens.end;
    let said: Vec<usize> = range.clone().filter(|&i| seen[i].is_some()).collect();
    let mut src: Vec<u32> = said
        .iter()
        .flat_map(|&i| from[units[i].tokens.clone()].iter().copied())
        .filter(|&f| (f as usize) < dst.start)
        .collect();
    src.sort_unstable();
    src.dedup();
    // One token in fifty at either end may stand elsewhere by chance.
    let (first, last) = match src.len() {
        0 => (dst.start, dst.start),
        n => (src[n / 50] as usize, src[n - 1 - n / 50] as usize + 1),
    };
    let other = (first..dst.start).filter(|&t| from[t] == NONE).count();
    let own = src.iter().filter(|&&s| s as usize >= first && from[s as usize] == NONE).count();
    Stretch {
        n_said: said.len(),
        n_tokens: said.iter().map(|&i| units[i].tokens.len()).sum(),
        n_equal: said.iter().filter_map(|&i| seen[i].as_ref()).map(|s| s.equal).sum(),
        src: first..last,
        between: other - own,
        dst,
        units: range,
    }
}

/// Nobody writes so: the stretch is long or stands at an edge, right behind its original, and is nearly the same.
fn is_machine_made(stretch: &Stretch, n_all: usize) -> bool {
    let (n, all) = (stretch.n_equal as f64, n_all as f64);
    if stretch.n_said < 2 || stretch.n_equal < MIN_TOKENS || n < MIN_SIMILARITY * stretch.n_tokens as f64 {
        return false;
    }
    let beside = stretch.between <= MAX_BETWEEN.max((n * MAX_BETWEEN_SHARE) as usize);
    let at_edge = stretch.src.start <= MAX_MARGIN || n_all - stretch.dst.end <= MAX_MARGIN;
    let large = n >= LARGE_SHARE * all;
    let apart = n >= HUGE_SHARE * all && stretch.n_said >= MIN_UNITS_APART;
    beside && (at_edge || large) || apart
}

/// The first copy is a teaser: it begins the text, and only the second one goes on.
fn is_teaser(stretch: &Stretch, n_all: usize) -> bool {
    let goes_on = n_all - stretch.dst.end;
    stretch.src.start <= MAX_MARGIN && stretch.between <= MAX_BETWEEN && goes_on > MAX_MARGIN.max(stretch.n_tokens / 2)
}

/// The copy at `unit`, whose tokens are `from` elsewhere.
fn copy(index: usize, unit: &Unit, from: &[u32]) -> Option<Copy> {
    let mut places: Vec<u32> = from[unit.tokens.clone()].iter().copied().filter(|&f| f != NONE).collect();
    places.sort_unstable();
    let middle = *places.get(places.len() / 2)? as usize;
    // What lies far from the middle stands there by chance.
    let reach = 2 * unit.tokens.len();
    let near = |&&p: &&u32| middle.abs_diff(p as usize) <= reach;
    let of = *places.iter().find(near)? as usize..*places.iter().rev().find(near)? as usize + 1;
    Some(Copy { unit: index, of, similarity: places.len() as f32 / unit.tokens.len() as f32 })
}

/// Drops the units that a stretch repeats instead of the stretch itself.
fn drop_originals(stretch: &Stretch, units: &[Unit], from: &[u32], gone: &mut [Option<Copy>]) {
    let mut to = vec![NONE; stretch.dst.start];
    // The paragraph in which a teaser breaks off stands in full behind the stretch.
    let end = (stretch.dst.end + stretch.n_tokens).min(from.len());
    for t in (stretch.dst.start..end).rev() {
        if let Some(place) = to.get_mut(from[t] as usize) {
            *place = t as u32;
        }
    }
    let last = unit_at(units, stretch.dst.start);
    for i in unit_at(units, stretch.src.start)..last {
        let said = to[units[i].tokens.clone()].iter().filter(|&&t| t != NONE).count();
        if said > 0 && said as f64 >= SAID * units[i].tokens.len() as f64 {
            gone[i] = copy(i, &units[i], &to);
        }
    }
}

/// Paragraphs that are said twice each: `a a b b c c`.
fn drop_doubled(units: &[Unit], from: &[u32], seen: &[Option<Seen>], gone: &mut [Option<Copy>]) {
    let real: Vec<usize> = (0..units.len()).filter(|&i| !units[i].tokens.is_empty()).collect();
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < real.len() {
        let second = real.get(at + 1).copied().filter(|&i| repeats(i, real[at], units, from, seen));
        match second {
            Some(i) => {
                pairs.push(i);
                at += 2;
            }
            None => {
                settle(&mut pairs, units, from, gone);
                at += 1;
            }
        }
    }
    settle(&mut pairs, units, from, gone);
}

fn settle(pairs: &mut Vec<usize>, units: &[Unit], from: &[u32], gone: &mut [Option<Copy>]) {
    let n_tokens: usize = pairs.iter().map(|&i| units[i].tokens.len()).sum();
    if pairs.len() >= MIN_PAIRS && n_tokens >= MIN_TOKENS {
        pairs.iter().for_each(|&i| gone[i] = copy(i, &units[i], from));
    }
    pairs.clear();
}

/// The unit at `second` says what the one at `first` says.
fn repeats(second: usize, first: usize, units: &[Unit], _from: &[u32], seen: &[Option<Seen>]) -> bool {
    seen[second].as_ref().is_some_and(|s| units[first].tokens.contains(&s.home))
}

/// Units without tokens (a row of stars, a lone question mark) go with their neighbours.
fn fill(units: &[Unit], gone: &mut [Option<Copy>]) {
    let mut before: Option<usize> = None;
    for i in 0..units.len() {
        if !units[i].tokens.is_empty() {
            before = Some(i);
            continue;
        }
        let after = (i + 1..units.len()).find(|&k| !units[k].tokens.is_empty());
        let near = before.filter(|&b| gone[b].is_some()).or(after);
        let all = [before, after].into_iter().flatten().all(|k| gone[k].is_some());
        if let (true, Some(of)) = (all, near.and_then(|k| gone[k].clone())) {
            gone[i] = Some(Copy { unit: i, ..of });
        }
    }
}
