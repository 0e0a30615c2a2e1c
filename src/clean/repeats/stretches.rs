//! Units in a row that were said before, and where.

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
/// Tokens by which a unit is longer in one place than what it repeats: more is a sentence of its own, which must not
/// go with the rest.
const MAX_OWN: usize = 8;
/// A unit at the rim of a stretch that comes from elsewhere and is less like its source than this shares a form.
const RIM: f64 = 0.9;
/// Units of other text (an advertisement, a caption, a date line) that may stand between two units of one copy.
const MAX_INSERTED: usize = 3;
/// Two places in the original follow each other when at most so many tokens lie between or are shared.
const MAX_STEP: usize = 24;
/// Tokens of a paragraph of prose, as opposed to a verse, a row, an item, a line of dialogue or code. Verses repeat
/// because they are meant to; prose, hardly ever. A line of verse has up to fifteen Han characters …
const PROSE: usize = 25;
/// … or ten words, which take more bytes than a Han character and its share of punctuation.
const PROSE_WORDS: usize = 15;
const WORD_BYTES: usize = 5;

impl Unit {
    /// A paragraph of prose.
    pub(super) fn is_prose(&self) -> bool {
        let n = self.tokens.len();
        n >= PROSE || n >= PROSE_WORDS && self.span.len() >= n * WORD_BYTES
    }
}

/// What is known of a unit that stands elsewhere too.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Its tokens that stand there.
    pub n_equal: usize,
    /// The tokens that they are there.
    pub of: Range<usize>,
}

/// Units in a row that were said before.
#[derive(Debug)]
pub(super) struct Stretch {
    /// All of them, with what was inserted; the first and the last one were said before.
    pub units: Range<usize>,
    /// How many of them were said before.
    pub n_said: usize,
    /// Their tokens …
    pub n_tokens: usize,
    /// … those that were said before …
    pub n_equal: usize,
    /// … and those whose source is right behind the source of the token before.
    pub n_continued: usize,
    /// Holds a paragraph of prose.
    pub prose: bool,
    /// Where they were said.
    pub src: Range<usize>,
    /// Their own place.
    pub dst: Range<usize>,
    /// Tokens between the two copies that stand nowhere else.
    pub between: usize,
}

/// The unit that holds the token.
pub(super) fn unit_at(units: &[Unit], token: usize) -> usize {
    units.partition_point(|u| u.tokens.end <= token)
}

/// Where a unit stands too, by `links` from token to token; only places that `elsewhere` allows count.
pub(super) fn seen(unit: &Unit, links: &[u32], elsewhere: impl Fn(usize) -> bool) -> Option<Seen> {
    if links[unit.tokens.clone()].iter().all(|&link| link == NONE) {
        return None;
    }
    let place = |&link: &u32| Some(link as usize).filter(|&t| link != NONE && elsewhere(t));
    let places = links[unit.tokens.clone()].iter().filter_map(place);
    let n_equal = places.clone().count();
    if n_equal == 0 || (n_equal as f64) < SAID * unit.tokens.len() as f64 || has_own(unit, links) {
        return None;
    }
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    // What lies far from the middle stands there by chance.
    let (middle, reach) = (places[n_equal / 2], 2 * unit.tokens.len());
    let near = |&&p: &&usize| middle.abs_diff(p) <= reach;
    let first = places.iter().find(near).copied().unwrap_or(middle);
    let last = places.iter().rev().find(near).copied().unwrap_or(middle);
    Some(Seen { n_equal, of: first..last + 1 })
}

/// The unit holds a sentence of its own: many tokens in a row that stand nowhere else and replace nothing.
fn has_own(unit: &Unit, links: &[u32]) -> bool {
    let links = &links[unit.tokens.clone()];
    let mut start = 0;
    links.chunk_by(|a, b| (*a == NONE) == (*b == NONE)).any(|chunk| {
        let end = start + chunk.len();
        let replaced = match (start.checked_sub(1).map(|t| links[t]), links.get(end)) {
            (Some(before), Some(&after)) if chunk[0] == NONE => (after as usize).saturating_sub(before as usize + 1),
            // At the end of a unit an edit looks like an addition: twice as much must stand there.
            _ => MAX_OWN,
        };
        start = end;
        chunk[0] == NONE && chunk.len() > replaced + MAX_OWN
    })
}

/// The stretches of a text, in order.
pub(super) fn stretches(units: &[Unit], from: &[u32], seen: &[Option<Seen>]) -> Vec<Stretch> {
    let own = own_before(from);
    let mut is_source = vec![false; units.len()];
    seen.iter().flatten().for_each(|s| is_source[unit_at(units, s.of.end - 1)] = true);

    let mut parts = Vec::new();
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
                split(o, units, seen, &mut parts);
            }
        }
    }
    if let Some(o) = open {
        split(o, units, seen, &mut parts);
    }
    parts.into_iter().map(|part| stretch(part, units, from, seen, &own)).collect()
}

/// For each place the number of tokens before it that stand nowhere else.
fn own_before(from: &[u32]) -> Vec<u32> {
    let mut used = vec![false; from.len()];
    from.iter().filter(|&&f| f != NONE).for_each(|&f| used[f as usize] = true);
    let own = from.iter().zip(used).map(|(&f, used)| u32::from(f == NONE && !used));
    std::iter::once(0)
        .chain(own.scan(0, |sum, own| {
            *sum += own;
            Some(*sum)
        }))
        .collect()
}

/// A stretch whose units repeat each other is several, cut where the place in the original jumps: each begins behind
/// everything that it repeats.
fn split(range: Range<usize>, units: &[Unit], seen: &[Option<Seen>], parts: &mut Vec<Range<usize>>) {
    // Where the last part begins when the text ends with this unit.
    let mut begins = Vec::with_capacity(range.len());
    let mut begin = range.start;
    let mut joints: Vec<usize> = Vec::new();
    let mut before = 0;
    for i in range.clone() {
        if let Some(s) = &seen[i] {
            if s.of.start.abs_diff(before) > MAX_STEP {
                joints.push(i);
            }
            before = s.of.end;
            let home = unit_at(units, s.of.end - 1);
            if home >= begin && home < i {
                begin = joints.get(joints.partition_point(|&j| j <= home)).copied().unwrap_or(home + 1);
            }
        }
        begins.push(begin);
    }
    let n_before = parts.len();
    let mut end = range.end;
    while end > range.start {
        let begin = begins[end - 1 - range.start];
        let said: Vec<usize> = (begin..end).filter(|&i| seen[i].is_some()).collect();
        parts.extend(trimmed(&said, units, seen));
        end = begin;
    }
    parts[n_before..].reverse();
}

/// From the first to the last of the units, without those at the rim that only look like something elsewhere.
fn trimmed(said: &[usize], units: &[Unit], seen: &[Option<Seen>]) -> Option<Range<usize>> {
    let loose = |rim: usize, next: usize| {
        let (Some(r), Some(n)) = (&seen[rim], &seen[next]) else { return false };
        let apart = r.of.end.abs_diff(n.of.start).min(r.of.start.abs_diff(n.of.end)) > MAX_STEP;
        apart && (r.n_equal as f64) < RIM * units[rim].tokens.len() as f64
    };
    let mut said = said;
    while let [first, second, ..] = said
        && loose(*first, *second)
    {
        said = &said[1..];
    }
    while let [.., second, last] = said
        && loose(*last, *second)
    {
        said = &said[..said.len() - 1];
    }
    Some(*said.first()?..said.last()? + 1)
}

fn stretch(range: Range<usize>, units: &[Unit], from: &[u32], seen: &[Option<Seen>], own_before: &[u32]) -> Stretch {
    let dst = units[range.start].tokens.start..units[range.end - 1].tokens.end;
    let said: Vec<usize> = range.clone().filter(|&i| seen[i].is_some()).collect();
    let src = sources(&said, units, from, dst.start);
    Stretch {
        n_said: said.len(),
        n_tokens: said.iter().map(|&i| units[i].tokens.len()).sum(),
        n_equal: said.iter().filter_map(|&i| seen[i].as_ref()).map(|s| s.n_equal).sum(),
        n_continued: said.iter().flat_map(|&i| units[i].tokens.clone()).filter(|&t| continues(from, t)).count(),
        prose: said.iter().any(|&i| units[i].is_prose()),
        between: (own_before[dst.start] - own_before[src.start]) as usize,
        src,
        dst,
        units: range,
    }
}

/// Where the tokens of the units stand before `end`; what lies apart from nearly all of it counts as chance.
fn sources(said: &[usize], units: &[Unit], from: &[u32], end: usize) -> Range<usize> {
    let tokens = said.iter().flat_map(|&i| from[units[i].tokens.clone()].iter());
    let mut places: Vec<usize> = tokens.map(|&f| f as usize).filter(|&f| f < end).collect();
    places.sort_unstable();
    let (Some(n), Some(_)) = (places.len().checked_sub(1), places.first()) else { return end..end };
    let (mut first, mut last) = (n / 50, n - n / 50);
    while first > 0 && places[first] - places[first - 1] <= MAX_STEP {
        first -= 1;
    }
    while last < n && places[last + 1] - places[last] <= MAX_STEP {
        last += 1;
    }
    places[first]..places[last] + 1
}

/// The source of the token follows the source of the one before.
fn continues(from: &[u32], token: usize) -> bool {
    token > 0 && from[token] != NONE && from[token - 1] != NONE && from[token] == from[token - 1] + 1
}
