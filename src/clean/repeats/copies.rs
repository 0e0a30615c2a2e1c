//! Which stretches are copies that a machine made, and not what an author says again; and which of two copies goes.

use super::runs::NONE;
use super::stretches::{Seen, Stretch, Unit, seen, stretches, unit_at};
use crate::model::Span;
use crate::text::fold::Token;

/// Share of a stretch's tokens that stand in what it repeats. Copies with 3 % of the words edited have .95 and more,
/// two items of one form (rows, clauses, verses) mostly less than .9.
const MIN_SIMILARITY: f64 = 0.9;
/// Share of its tokens whose source follows the source of the token before. Phrases that return from many places give
/// less; an edit of 3 % costs twice that.
const MIN_CONTINUITY: f64 = 0.88;
/// Tokens of a stretch. Two short lines of dialogue may return by themselves.
const MIN_TOKENS: usize = 20;
/// Different tokens among them: rows of zeros and of dots are no text.
const MIN_DISTINCT: usize = 24;
const MIN_DISTINCT_SHARE: f64 = 0.25;
/// Share of brackets and operators among the visible characters of code; in prose on code it is half as much.
const CODE: f64 = 0.06;
/// Tokens of a stretch of short lines that may differ from its original: more than the longest stanza.
const MIN_VERSE: usize = 100;
/// Other text inside a copy, as a share of it: advertisements, captions.
const MAX_INSERTED_SHARE: f64 = 0.2;
/// A copy and its original are about as long; so is each of two copies in a row. An author who tells a thing again
/// with the same words returns to them many times.
const MAX_STRETCHED: f64 = 1.35;
/// Other text between a copy and its original: a "read more", a date line, an advertisement …
const MAX_BETWEEN: usize = 16;
/// … or this share of the copy, where many were inserted; of a copy without prose the share is the limit.
const MAX_BETWEEN_SHARE: f64 = 0.3;
/// A copy stands where a machine put it: its end is the end of the text or its original begins the text, up to so
/// many tokens of furniture. Without prose nearly to the token.
const MAX_MARGIN: usize = 24;
const MAX_MARGIN_VERSE: usize = 2;
/// Short lines before the first and behind the last paragraph of prose are margin too, up to this share of the text:
/// title, date and author, source, links.
const MAX_MARGIN_SHARE: f64 = 0.25;
/// … or it is so large a share of the text that no author would say it twice.
const LARGE_SHARE: f64 = 0.2;
const LARGE_SHARE_VERSE: f64 = 0.4;
/// A large share that needs no neighbourhood at all: both copies make up most of the text.
const HUGE_SHARE: f64 = 0.3;
/// Units of a copy that stands away from its original.
const MIN_UNITS_APART: usize = 5;
/// Tokens of a copy of the text's beginning that stands behind its end, and of a single paragraph.
const MIN_LEAD: usize = 30;
/// Paragraphs said twice each, in a row: below it a speaker or a poet may repeat himself.
const MIN_PAIRS: usize = 3;
/// Units of up to so many tokens hold no anchor once a word is edited; beside copied units they are compared in place.
const SHORT: usize = 12;
/// Lines of the original that a line of the copy is compared with in place.
const MAX_EDITED: usize = 8;
/// A line of so many tokens that stands alone between the same neighbours may be edited out of recognition.
const TINY: usize = 3;

/// What the decisions read.
pub(super) struct Tokens<'a> {
    pub text: &'a str,
    pub units: &'a [Unit],
    pub tokens: &'a [Token],
    /// For each token the earlier one that it repeats.
    pub from: &'a [u32],
}

/// A unit that goes, and what stays for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Copy {
    pub unit: usize,
    /// The copy that stays.
    pub of: Span,
    /// Share of equal tokens.
    pub similarity: f32,
}

/// The copies, by unit. `gone` holds what has been decided already.
pub(super) fn copies(tokens: &Tokens, mut gone: Vec<Option<Copy>>) -> Vec<Copy> {
    let before = seen_before(tokens);
    let edges = Edges::of(tokens);
    for stretch in stretches(tokens.units, tokens.from, &before) {
        if !is_machine_made(&stretch, &edges, tokens) || is_settled(&stretch, tokens, &gone) {
            continue;
        }
        if is_teaser(&stretch, &edges) {
            drop_original(&stretch, tokens, &mut gone);
        } else {
            drop_stretch(&stretch, tokens, &before, &mut gone);
        }
    }
    fill(tokens.units, &mut gone);
    gone.into_iter().flatten().collect()
}

/// Some of the stretch, or of what it repeats, has gone already: of two copies one stays.
fn is_settled(stretch: &Stretch, tokens: &Tokens, gone: &[Option<Copy>]) -> bool {
    let sources = unit_at(tokens.units, stretch.src.start)..unit_at(tokens.units, stretch.src.end - 1) + 1;
    2 * sources.clone().filter(|&i| gone[i].is_some()).count() > sources.len()
        || 2 * stretch.units.clone().filter(|&i| gone[i].is_some()).count() > stretch.units.len()
}

/// How far the margins of a text reach.
struct Edges {
    /// The first paragraph of prose begins here, or nearly the text.
    head: usize,
    /// The last paragraph of prose ends here, or nearly the text.
    tail: usize,
    n_all: usize,
}

impl Edges {
    fn of(tokens: &Tokens) -> Edges {
        let n_all = tokens.from.len();
        let most = MAX_MARGIN.max((n_all as f64 * MAX_MARGIN_SHARE) as usize);
        let mut prose = tokens.units.iter().filter(|u| u.is_prose());
        let first = prose.next().map_or(0, |u| u.tokens.start);
        let last = prose.next_back().map_or(n_all, |u| u.tokens.end);
        Edges {
            head: if first <= most { first.max(MAX_MARGIN) } else { MAX_MARGIN },
            tail: if n_all - last <= most {
                last.min(n_all.saturating_sub(MAX_MARGIN))
            } else {
                n_all.saturating_sub(MAX_MARGIN)
            },
            n_all,
        }
    }

    /// The stretch repeats the head of the text.
    fn lead(&self, stretch: &Stretch) -> bool {
        stretch.src.start <= self.head
    }

    /// The stretch ends the text.
    fn end(&self, stretch: &Stretch) -> bool {
        stretch.dst.end >= self.tail
    }

    /// The beginning of the text once more behind its end: a teaser, a print version that breaks off.
    fn lead_again(&self, stretch: &Stretch) -> bool {
        self.lead(stretch) && self.end(stretch)
    }
}

/// Nobody writes so: the stretch is nearly the same as its original, stands right behind it, and is long or at an edge.
fn is_machine_made(stretch: &Stretch, edges: &Edges, tokens: &Tokens) -> bool {
    let (n, all) = (stretch.n_equal as f64, edges.n_all as f64);
    let total = stretch.n_tokens as f64;
    let same = n >= MIN_SIMILARITY * total && stretch.n_continued as f64 >= MIN_CONTINUITY * total;
    if !same || stretch.n_equal < MIN_TOKENS || !has_shape_of_copy(stretch, edges) || is_filler(stretch, tokens) {
        return false;
    }
    let share = (n * MAX_BETWEEN_SHARE) as usize;
    let large = n >= LARGE_SHARE * all;
    if !stretch.prose {
        // Stanzas that differ in one word stand one behind the other because that is how songs are made.
        if stretch.n_equal < MIN_VERSE && stretch.n_equal < stretch.n_tokens {
            return false;
        }
        let at_edge = stretch.src.start <= MAX_MARGIN_VERSE || edges.n_all - stretch.dst.end <= MAX_MARGIN_VERSE;
        let large = n >= LARGE_SHARE_VERSE * all;
        return stretch.n_said >= 2 && stretch.between <= share && (large || at_edge && !is_code(stretch, tokens));
    }
    let beside = stretch.between <= MAX_BETWEEN.max(share);
    let (leads, lead_again) = (edges.lead(stretch), edges.lead_again(stretch));
    if stretch.n_said == 1 {
        let long = stretch.n_equal >= MIN_LEAD && !is_introduced(stretch, tokens);
        return long && (lead_again || stretch.between <= MAX_BETWEEN && leads);
    }
    let apart = n >= HUGE_SHARE * all && stretch.n_said >= MIN_UNITS_APART;
    let at_edge = (leads || edges.end(stretch)) && !is_code(stretch, tokens);
    beside && (at_edge || large) || lead_again && stretch.n_equal >= MIN_LEAD || apart
}

/// The stretch is as long as what it repeats, or a multiple of it, and holds little other text. Where it says the head of
/// the text once more behind its end, date and author below the title may be left out.
fn has_shape_of_copy(stretch: &Stretch, edges: &Edges) -> bool {
    let bylines =
        if edges.lead_again(stretch) { stretch.src.len().saturating_sub(stretch.n_tokens).min(MAX_MARGIN) } else { 0 };
    let (dst, src) = (stretch.dst.len() as f64, (stretch.src.len() - bylines) as f64);
    let n_copies = (dst / src).round().max(1.0);
    let other = dst - stretch.n_tokens as f64;
    let max_other = if n_copies > 1.0 { MAX_INSERTED_SHARE / 10.0 } else { MAX_INSERTED_SHARE };
    let stretched = dst / (src * n_copies);
    other <= max_other * dst && (1.0 / MAX_STRETCHED..=MAX_STRETCHED).contains(&stretched)
}

/// The same few tokens again and again.
fn is_filler(stretch: &Stretch, tokens: &Tokens) -> bool {
    let mut hashes: Vec<u64> = tokens.tokens[stretch.dst.clone()].iter().map(|t| t.hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len() < MIN_DISTINCT.min((stretch.n_tokens as f64 * MIN_DISTINCT_SHARE) as usize)
}

/// The stretch is code: examples and listings repeat each other line by line.
fn is_code(stretch: &Stretch, tokens: &Tokens) -> bool {
    let text = tokens.units[stretch.units.clone()].iter().flat_map(|u| u.span.of(tokens.text).bytes());
    let (mut visible, mut signs) = (0, 0);
    for byte in text.filter(|b| !b.is_ascii_whitespace()) {
        visible += 1;
        signs += usize::from(b"{}[]<>=;_\\|&*+#$^~@".contains(&byte));
    }
    signs as f64 > CODE * visible as f64
}

/// An author quotes: the line before ends with a colon or a comma, or the stretch begins with a quotation mark.
fn is_introduced(stretch: &Stretch, tokens: &Tokens) -> bool {
    let text = |i: usize| tokens.units[i].span.of(tokens.text);
    let announced =
        stretch.units.start > 0 && text(stretch.units.start - 1).ends_with([':', '：', ',', '，', '、', '—']);
    announced || text(stretch.units.start).starts_with(['>', '"', '“', '„', '«', '「', '『'])
}

/// The first copy is a teaser: it begins the text, and only the second one goes on.
fn is_teaser(stretch: &Stretch, edges: &Edges) -> bool {
    let goes_on = edges.n_all - stretch.dst.end;
    edges.lead(stretch) && stretch.between <= MAX_BETWEEN && goes_on > MAX_MARGIN.max(stretch.n_tokens / 2)
}

/// The unit at `index`, which stands elsewhere.
fn copy(index: usize, seen: &Seen, tokens: &Tokens) -> Option<Copy> {
    let of = tokens.tokens[seen.of.start].span.hull(tokens.tokens[seen.of.end - 1].span);
    Some(Copy { unit: index, of, similarity: seen.n_equal as f32 / tokens.units[index].tokens.len() as f32 })
}

/// Drops the stretch, with the short lines in it and around it that are those in and around its original.
fn drop_stretch(stretch: &Stretch, tokens: &Tokens, before: &[Option<Seen>], gone: &mut [Option<Copy>]) {
    let units = tokens.units;
    let mut last: Option<usize> = None;
    for i in stretch.units.clone() {
        let Some(seen) = &before[i] else { continue };
        gone[i] = copy(i, seen, tokens);
        if let Some(Seen { of, .. }) = last.and_then(|l| before[l].as_ref())
            && of.end <= seen.of.start
        {
            // Edited lines of the original between the sources of these two.
            let mut sources = unit_at(units, of.end - 1) + 1..unit_at(units, seen.of.start);
            let own = last.map_or(i, |l| l + 1)..i;
            let alone = own.len() == 1 && sources.len() == 1;
            for between in own {
                let same = |&s: &usize| alike(s, between, tokens) || alone && both_tiny(s, between, units);
                if let Some(source) = sources.clone().take(MAX_EDITED).find(same) {
                    gone[between] = in_place(source, between, tokens);
                    sources.start = source + 1;
                }
            }
        }
        last = Some(i);
    }
    let first_source = before[stretch.units.start].as_ref().map_or(0, |s| unit_at(units, s.of.start));
    let left = (0..first_source).rev().zip((0..stretch.units.start).rev());
    for (source, unit) in left.take_while(|&(s, u)| u > unit_at(units, stretch.src.end - 1) && alike(s, u, tokens)) {
        gone[unit] = in_place(source, unit, tokens);
    }
    let last_source = before[stretch.units.end - 1].as_ref().map_or(0, |s| unit_at(units, s.of.end - 1));
    let right = (last_source + 1..stretch.units.start).zip(stretch.units.end..units.len());
    for (source, unit) in right.take_while(|&(s, u)| alike(s, u, tokens)) {
        gone[unit] = in_place(source, unit, tokens);
    }
}

/// Two short units that stand in the same place of two copies are the same but for an edit.
fn alike(one: usize, other: usize, tokens: &Tokens) -> bool {
    let (one, other) = (&tokens.units[one], &tokens.units[other]);
    let longest = one.tokens.len().max(other.tokens.len());
    if longest == 0 {
        return one.span.of(tokens.text) == other.span.of(tokens.text);
    }
    longest <= SHORT && 2 * n_equal(one, other, tokens.tokens) >= longest
}

fn both_tiny(one: usize, other: usize, units: &[Unit]) -> bool {
    [one, other].iter().all(|&i| (1..=TINY).contains(&units[i].tokens.len()))
}

/// Tokens that two units have in common.
fn n_equal(one: &Unit, other: &Unit, tokens: &[Token]) -> usize {
    let mut left: Vec<u64> = tokens[one.tokens.clone()].iter().map(|t| t.hash).collect();
    let taken = |t: &&Token| left.iter().position(|&h| h == t.hash).map(|at| left.swap_remove(at)).is_some();
    tokens[other.tokens.clone()].iter().filter(taken).count()
}

fn in_place(source: usize, unit: usize, tokens: &Tokens) -> Option<Copy> {
    let (of, own) = (&tokens.units[source], &tokens.units[unit]);
    let similarity = match own.tokens.len() {
        0 => 1.0,
        n => n_equal(of, own, tokens.tokens) as f32 / n as f32,
    };
    Some(Copy { unit, of: of.span, similarity })
}

/// Drops the units that a stretch repeats instead of the stretch itself.
fn drop_original(stretch: &Stretch, tokens: &Tokens, gone: &mut [Option<Copy>]) {
    let units = tokens.units;
    // For each token in front of the stretch the one in it, or right behind it: the paragraph in which a teaser
    // breaks off stands there in full.
    let mut to = vec![NONE; stretch.dst.start];
    let end = (stretch.dst.end + stretch.n_tokens).min(tokens.from.len());
    for t in (stretch.dst.start..end).rev() {
        if let Some(place) = to.get_mut(tokens.from[t] as usize) {
            *place = t as u32;
        }
    }
    let said: Vec<(usize, Option<Seen>)> = (unit_at(units, stretch.src.start)..unit_at(units, stretch.dst.start))
        .map(|i| (i, seen(&units[i], &to, |_| true)))
        .collect();
    for (i, seen) in &said {
        if let Some(seen) = seen {
            gone[*i] = copy(*i, seen, tokens);
        }
    }
    let first = said.iter().find_map(|(i, seen)| seen.as_ref().map(|s| (*i, unit_at(units, s.of.start))));
    let Some((unit, source)) = first else { return };
    // Short edited lines in front of it, down to the end of the teaser.
    let behind = unit_at(units, stretch.src.end - 1) + 1;
    for (source, unit) in (behind..source).rev().zip((0..unit).rev()) {
        if !alike(source, unit, tokens) {
            break;
        }
        gone[unit] = in_place(source, unit, tokens);
    }
}

fn seen_before(tokens: &Tokens) -> Vec<Option<Seen>> {
    tokens.units.iter().map(|u| seen(u, tokens.from, |t| t < u.tokens.start)).collect()
}

/// The second of paragraphs that are said twice each: `a a b b c c`. One entry a unit.
pub(super) fn doubled(tokens: &Tokens) -> Vec<Option<Copy>> {
    let before = &seen_before(tokens);
    let mut gone = vec![None; tokens.units.len()];
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at + 1 < tokens.units.len() {
        if is_pair(at, at + 1, tokens, before) {
            pairs.push((at, at + 1));
            at += 2;
        } else {
            settle(&mut pairs, tokens, before, &mut gone);
            at += 1;
        }
    }
    settle(&mut pairs, tokens, before, &mut gone);
    gone
}

/// The second unit says what the first one says.
fn is_pair(first: usize, second: usize, tokens: &Tokens, before: &[Option<Seen>]) -> bool {
    let (one, other) = (&tokens.units[first], &tokens.units[second]);
    if one.tokens.is_empty() || other.tokens.is_empty() {
        return one.span.of(tokens.text) == other.span.of(tokens.text);
    }
    let hashes = |unit: &Unit| tokens.tokens[unit.tokens.clone()].iter().map(|t| t.hash);
    if !one.is_prose() || !other.is_prose() {
        // In lists a line often differs from the one before by a letter's case or a sign.
        return one.span.of(tokens.text) == other.span.of(tokens.text);
    }
    let edited = |s: &Seen| {
        let longest = one.tokens.len().max(other.tokens.len()) as f64;
        one.tokens.contains(&(s.of.end - 1)) && s.n_equal as f64 >= MIN_SIMILARITY * longest
    };
    hashes(one).eq(hashes(other)) || before[second].as_ref().is_some_and(edited)
}

fn settle(pairs: &mut Vec<(usize, usize)>, tokens: &Tokens, before: &[Option<Seen>], gone: &mut [Option<Copy>]) {
    // One line many times in a row is a form that is filled in, not a text that is doubled.
    let hash =
        |i: usize| tokens.tokens[tokens.units[i].tokens.clone()].iter().map(|t| t.hash).fold(0, u64::wrapping_add);
    let mut distinct: Vec<(u64, usize)> = pairs.iter().map(|&(i, _)| (hash(i), tokens.units[i].tokens.len())).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let n_tokens: usize = distinct.iter().map(|d| d.1).sum();
    let prose = pairs.iter().any(|&(_, i)| tokens.units[i].is_prose());
    let most = n_tokens as f64 >= LARGE_SHARE_VERSE * tokens.from.len() as f64;
    if distinct.len() >= MIN_PAIRS && n_tokens >= MIN_TOKENS && (prose || most) {
        for &(first, second) in pairs.iter() {
            let seen = before[second].as_ref().filter(|s| tokens.units[first].tokens.contains(&(s.of.end - 1)));
            gone[second] = match seen {
                Some(seen) => copy(second, seen, tokens),
                None => in_place(first, second, tokens),
            };
        }
    }
    pairs.clear();
}

/// Units without tokens (a row of stars, a lone question mark) go with their neighbours.
fn fill(units: &[Unit], gone: &mut [Option<Copy>]) {
    let real: Vec<usize> = (0..units.len()).filter(|&i| !units[i].tokens.is_empty()).collect();
    let bare = (0..units.len()).filter(|&i| units[i].tokens.is_empty());
    for i in bare {
        let after = real.partition_point(|&r| r < i);
        let beside = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|k| real.get(k));
        let copies: Vec<&Option<Copy>> = beside.map(|&k| &gone[k]).collect();
        if let (Some(Some(of)), true) = (copies.first(), copies.iter().all(|c| c.is_some())) {
            gone[i] = Some(Copy { unit: i, ..of.clone() });
        }
    }
}
