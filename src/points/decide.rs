//! One decision over all markers of a text: which are markers at all, in which reading, in which list, on which level.
//!
//! A dynamic program over the markers in order. A state is the stack of lists that are open; each marker may be passed over,
//! continue one of the open lists (closing those inside it), or open a new list under any of them. The cheapest way through
//! wins. Only the best few states are kept (a beam), so the cost is linear in the number of markers.

use super::lexicon::Role;
use super::markers::{Reading, Style};
use super::numerals::System;
use std::collections::{HashMap, HashSet};

/// A place where a marker may stand, with what the decision needs to know of its surroundings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// Index of the line.
    pub line: u32,
    /// First byte of the label.
    pub at: u32,
    /// First and one past the last of its readings.
    pub readings: (u32, u32),
    /// Columns before it.
    pub indent: u32,
    /// Not at the front of its line.
    pub inline: bool,
    /// Set in, as programs print lists: then inner lists are set in further.
    pub printed: bool,
    /// It stands at the front of a line that goes on with a wrapped paragraph.
    pub wrapped: bool,
    /// The line before it ends in a colon.
    pub after_colon: bool,
    /// The line before it is a heading.
    pub after_heading: bool,
    /// Unmarked paragraphs before it, counted from the start of the text.
    pub n_plain: u32,
    /// Of these, how many are longer than a caption or an advertisement, or introduce something.
    pub n_long: u32,
    /// Headings before it, counted from the start: sure ones and likely ones.
    pub n_sure_headings: u32,
    pub n_likely_headings: u32,
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub candidate: u32,
    pub reading: u32,
    /// Number of its list, in order of opening.
    pub list: u32,
    /// Depth of its list, 1 for the top.
    pub level: u8,
    /// The member that it stands under.
    pub parent: Option<u32>,
}

// Costs. Their unit is arbitrary; what counts is which sums exceed which (see the weights in `markers`).

/// A list must be worth two markers of the usual look.
const OPEN: i32 = 16;
/// A list of one item: only a sure look, or a usual one that is announced, may stand alone.
const LONELY: i32 = 16;
/// A list that begins right below an item, on a line of its own: single items are as common there as they are rare at the
/// top.
const INSIDE_AT_ONCE: i32 = 6;
/// A list that does not begin at its first number.
const LATE_START: i32 = 14;
/// … or begins at zero.
const ZERO_START: i32 = 4;
/// A number was left out.
const GAP: i32 = 8;
/// Each further number that was left out.
const WIDER_GAP: i32 = 3;
/// Largest gap that one list may have.
const MAX_GAP: i32 = 6;
/// The same number again.
const REPEAT: i32 = 9;
/// The first step of a countdown.
const COUNT_DOWN: i32 = 4;
/// Another delimiter than the list's.
const OTHER_DELIMITER: i32 = 7;
/// An item further in or out than its siblings.
const OTHER_INDENT: i32 = 12;
/// A list inside an item that is set in no further than it.
const NEST_SAME_INDENT: i32 = 3;
/// … in the last of several bullets that hold none so far, without a colon: rather a second list after the first.
const NEST_UNASKED: i32 = 8;
/// A list inside an item that is set in less.
const NEST_OUTDENTED: i32 = 24;
/// A list inside an item after a paragraph of its own.
const NEST_AFTER_TEXT: i32 = 8;
/// A new list in place of an old one, with no text between them.
const SIBLING_AT_ONCE: i32 = 6;
/// … and set in further than the old one, so rather inside it.
const SIBLING_INDENTED: i32 = 10;
/// Each long paragraph between two numbers of one list.
const TEXT_BETWEEN_NUMBERS: i32 = 1;
/// Most that text between numbers may cost.
const MAX_TEXT_BETWEEN: i32 = 6;
/// A short line between two bullets of one list: a caption, an advertisement.
const LINE_BETWEEN_BULLETS: i32 = 4;
/// A long paragraph, or a line that introduces the next list, between two bullets of one list.
const TEXT_BETWEEN_BULLETS: i32 = 40;
/// A line between two items that may be a heading.
const OVER_LIKELY_HEADING: i32 = 6;
/// A heading between two items.
const OVER_SURE_HEADING: i32 = 44;
/// A marker at the front of a line that goes on with a wrapped sentence.
const WRAPPED: i32 = 12;
/// A list that a colon announces.
const ANNOUNCED: i32 = 8;
/// A list right below a heading.
const UNDER_HEADING: i32 = 5;
/// Deepest nesting.
const MAX_DEPTH: u8 = 7;
/// States kept after each marker. 8 changes nothing on the development texts, 4 does.
const BEAM: usize = 16;
/// Markers after which the best way so far is settled, which bounds memory on endless lists.
const WINDOW: usize = 2048;

/// An open list in a stack of lists.
#[derive(Clone, Copy, Debug)]
struct Open {
    below: u32,
    depth: u8,
    style: Style,
    last: i32,
    /// 1 counting up, −1 counting down, 0 not known yet.
    direction: i8,
    n_items: u16,
    indent: u32,
    candidate: u32,
    article: bool,
    /// Its items have had paragraphs of their own.
    roomy: bool,
    /// How the list inside its last item was dressed.
    child: Option<Style>,
    /// Of the whole stack, for finding equal states.
    hash: u64,
}

impl Open {
    /// Its last item may well hold a list of a single item: the item before held one, or it is a term (`- * term`) and
    /// this its definition (`- definition`).
    fn awaits(&self, style: Style) -> bool {
        let term =
            matches!(style.system, System::Bullet(_)) && self.style.system == style.system && self.style.form != 0;
        self.child == Some(style) || term && style.form == 0
    }

    /// Bullets that have held nothing so far.
    fn is_plain(&self) -> bool {
        matches!(self.style.system, System::Bullet(_)) && self.style.form == 0 && self.child.is_none() && !self.roomy
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Pass,
    /// Depth of the list that goes on.
    Continue(u32, u8),
    /// Depth of the new list.
    Open(u32, u8),
}

#[derive(Clone, Copy, Debug)]
struct State {
    cost: i32,
    /// Index of the innermost open list; 0 for none.
    top: u32,
    /// Index into the steps taken.
    way: u32,
}

/// A state in the making: its innermost list is not stored yet.
#[derive(Clone, Copy)]
struct Next {
    cost: i32,
    hash: u64,
    top: Option<Open>,
    old_top: u32,
    way: u32,
    step: Step,
}

/// The cheapest reading of all markers together.
pub(crate) fn decide(candidates: &[Candidate], readings: &[Reading]) -> Vec<Member> {
    let mut out = Vec::new();
    let mut replay: Vec<(u32, u32)> = Vec::new();
    let mut n_lists = 0;
    let mut program = Program::new(readings, roomy_styles(candidates, readings));
    for (window, chunk) in candidates.chunks(WINDOW).enumerate() {
        let offset = window * WINDOW;
        for (i, candidate) in chunk.iter().enumerate() {
            program.advance((offset + i) as u32, candidate, candidates);
        }
        for (i, step) in program.settle().into_iter().enumerate() {
            record((offset + i) as u32, step, &mut replay, &mut n_lists, &mut out);
        }
    }
    out
}

/// The styles whose numbers stand, more often than not, with long paragraphs between them: their items own what follows.
fn roomy_styles(candidates: &[Candidate], readings: &[Reading]) -> HashSet<Style> {
    // For each style: its last number and where it stood, steps to the next number, and how many of them over text.
    let mut seen: HashMap<Style, (i32, u32, u32, u32)> = HashMap::new();
    for c in candidates.iter().filter(|c| !c.inline) {
        for r in &readings[c.readings.0 as usize..c.readings.1 as usize] {
            let entry = seen.entry(r.style).or_insert((0, c.n_long, 0, 0));
            if r.value == entry.0 + 1 && r.value > 1 {
                entry.2 += 1;
                entry.3 += u32::from(c.n_long > entry.1);
            }
            (entry.0, entry.1) = (r.value, c.n_long);
        }
    }
    seen.into_iter().filter(|(_, (.., n_steps, n_long))| n_long * 2 > *n_steps).map(|(style, _)| style).collect()
}

/// Replays one step on a stack of (list, last member).
fn record(candidate: u32, step: Step, stack: &mut Vec<(u32, u32)>, n_lists: &mut u32, out: &mut Vec<Member>) {
    let (reading, depth) = match step {
        Step::Pass => return,
        Step::Continue(reading, depth) => {
            stack.truncate(usize::from(depth));
            (reading, depth)
        }
        Step::Open(reading, depth) => {
            stack.truncate(usize::from(depth) - 1);
            stack.push((*n_lists, 0));
            *n_lists += 1;
            (reading, depth)
        }
    };
    let place = usize::from(depth) - 1;
    let parent = place.checked_sub(1).map(|p| stack[p].1);
    stack[place].1 = out.len() as u32;
    out.push(Member { candidate, reading, list: stack[place].0, level: depth, parent });
}

struct Program<'a> {
    readings: &'a [Reading],
    roomy: HashSet<Style>,
    opens: Vec<Open>,
    /// Steps taken: (step before, step).
    ways: Vec<(u32, Step)>,
    states: Vec<State>,
    next: Vec<Next>,
}

const NO_WAY: u32 = u32::MAX;

impl<'a> Program<'a> {
    fn new(readings: &'a [Reading], roomy: HashSet<Style>) -> Program<'a> {
        let nothing = Open {
            below: 0,
            depth: 0,
            style: Style { system: System::Decimal, form: 0, open: 0, delimiter: 0 },
            last: 0,
            direction: 0,
            n_items: 0,
            indent: 0,
            candidate: 0,
            article: false,
            roomy: false,
            child: None,
            hash: 0,
        };
        let states = vec![State { cost: 0, top: 0, way: NO_WAY }];
        Program { readings, roomy, opens: vec![nothing], ways: Vec::new(), states, next: Vec::new() }
    }

    fn advance(&mut self, index: u32, candidate: &Candidate, all: &[Candidate]) {
        let mut next = std::mem::take(&mut self.next);
        next.clear();
        let readings = candidate.readings.0..candidate.readings.1;
        let weight = self.readings[readings.start as usize..readings.end as usize].iter().map(|r| r.weight).max();
        for state in &self.states {
            let pass = Next {
                cost: state.cost + weight.unwrap_or(0),
                hash: self.opens[state.top as usize].hash,
                top: None,
                old_top: state.top,
                way: state.way,
                step: Step::Pass,
            };
            next.push(pass);
            for reading in readings.clone() {
                self.read(state, index, reading, candidate, all, &mut next);
            }
        }
        self.keep_best(&mut next);
        self.next = next;
    }

    /// All ways to take `candidate` as `reading` from `state`.
    fn read(
        &self,
        state: &State,
        index: u32,
        reading: u32,
        candidate: &Candidate,
        all: &[Candidate],
        next: &mut Vec<Next>,
    ) {
        let r = &self.readings[reading as usize];
        let mut against = r.against;
        if candidate.wrapped {
            against += WRAPPED;
        }
        let top = &self.opens[state.top as usize];
        // The open lists from the inside out, and at last none.
        let (mut at, mut inside) = (state.top, None);
        loop {
            let open = &self.opens[at as usize];
            if at != 0
                && let Some((step, direction)) = continuing(open, r, candidate, &all[open.candidate as usize])
            {
                let cost = state.cost + against + step - if open.n_items == 1 { LONELY } else { 0 };
                let list = Open {
                    last: r.value,
                    direction,
                    n_items: open.n_items.saturating_add(1),
                    candidate: index,
                    roomy: open.roomy || candidate.n_long > all[open.candidate as usize].n_long,
                    child: inside.map(|i| self.opens[i as usize].style).or(open.child),
                    ..*open
                };
                next.push(self.next(cost, list, state.way, Step::Continue(reading, open.depth)));
            }
            if let Some(cost) = self.opening(open, top, r, candidate, all) {
                let list = Open {
                    below: at,
                    depth: open.depth + 1,
                    style: r.style,
                    last: r.value,
                    direction: 0,
                    // Not alone when it is one of several alike.
                    n_items: if open.awaits(r.style) { 2 } else { 1 },
                    indent: candidate.indent,
                    candidate: index,
                    article: r.role == Role::Article,
                    roomy: r.role == Role::Article || self.roomy.contains(&r.style),
                    child: None,
                    hash: 0,
                };
                next.push(self.next(state.cost + against + cost, list, state.way, Step::Open(reading, open.depth + 1)));
            }
            if at == 0 {
                break;
            }
            (at, inside) = (open.below, Some(at));
        }
    }

    fn next(&self, cost: i32, mut list: Open, way: u32, step: Step) -> Next {
        list.hash = hash(self.opens[list.below as usize].hash, &list);
        Next { cost, hash: list.hash, top: Some(list), old_top: 0, way, step }
    }

    /// What it costs to open a list with `r` inside the last item of `under` (an entry of depth 0: at the top), while `top` is
    /// the innermost open list. None where no list can be.
    fn opening(&self, under: &Open, top: &Open, r: &Reading, c: &Candidate, all: &[Candidate]) -> Option<i32> {
        if under.depth >= MAX_DEPTH {
            return None;
        }
        let bullet = matches!(r.style.system, System::Bullet(_));
        let mut cost = if under.awaits(r.style) { OPEN } else { OPEN + LONELY };
        cost += match r.value {
            _ if bullet => 0,
            1 => 0,
            0 => ZERO_START,
            _ => LATE_START,
        };
        if c.after_colon {
            cost -= ANNOUNCED;
        } else if c.after_heading {
            cost -= UNDER_HEADING;
        }
        // No list holds a list that looks the same, unless it is set in.
        let mut outer = under;
        while outer.depth > 0 {
            if outer.style == r.style && (c.indent <= outer.indent + 1) {
                return None;
            }
            outer = &self.opens[outer.below as usize];
        }
        if under.depth > 0 {
            let item = &all[under.candidate as usize];
            if c.n_sure_headings > item.n_sure_headings && !under.article {
                return None;
            }
            let unasked = under.n_items > 1 && under.is_plain() && !c.after_colon;
            cost += match c.indent {
                _ if c.inline => NEST_SAME_INDENT,
                i if i > under.indent + 1 => 0,
                i if i + 1 < under.indent => NEST_OUTDENTED,
                _ if item.printed => NEST_OUTDENTED,
                _ if unasked => NEST_UNASKED,
                _ => NEST_SAME_INDENT,
            };
            let at_once = !c.inline && !unasked && c.n_plain == item.n_plain;
            if at_once && (bullet || r.value == 1) && !under.awaits(r.style) {
                cost -= INSIDE_AT_ONCE;
            }
            if c.n_plain > item.n_plain && c.indent <= under.indent + 1 && !c.after_colon && !under.roomy {
                cost += NEST_AFTER_TEXT;
            }
            if c.n_likely_headings > item.n_likely_headings {
                cost += NEST_AFTER_TEXT;
            }
        }
        if top.depth > under.depth {
            let last = &all[top.candidate as usize];
            let apart = c.n_plain > last.n_plain || c.n_sure_headings > last.n_sure_headings;
            if (!apart
                || top.roomy
                    && c.n_sure_headings + c.n_likely_headings == last.n_sure_headings + last.n_likely_headings)
                && !top.style.is_variant_of(r.style)
                && c.indent + 1 >= top.indent
            {
                cost += SIBLING_AT_ONCE;
            }
            if c.indent > top.indent + 1 && !c.inline {
                cost += SIBLING_INDENTED;
            }
        }
        Some(cost)
    }

    /// Keeps the cheapest of equal states and the best of all.
    fn keep_best(&mut self, next: &mut [Next]) {
        next.sort_by(|a, b| a.cost.cmp(&b.cost).then(a.hash.cmp(&b.hash)));
        let mut states: Vec<State> = Vec::with_capacity(BEAM);
        let mut seen = [0u64; BEAM];
        for n in next.iter() {
            if seen[..states.len()].contains(&n.hash) {
                continue;
            }
            let top = match n.top {
                Some(open) => {
                    self.opens.push(open);
                    (self.opens.len() - 1) as u32
                }
                None => n.old_top,
            };
            self.ways.push((n.way, n.step));
            seen[states.len()] = n.hash;
            states.push(State { cost: n.cost, top, way: (self.ways.len() - 1) as u32 });
            if states.len() == BEAM {
                break;
            }
        }
        self.states = states;
    }

    /// Takes the best way so far as decided: its steps, oldest first. What is open stays open.
    fn settle(&mut self) -> Vec<Step> {
        let best = self.states[0];
        let mut steps = Vec::new();
        let mut at = best.way;
        while at != NO_WAY {
            let (before, step) = self.ways[at as usize];
            steps.push(step);
            at = before;
        }
        steps.reverse();
        let mut stack = Vec::new();
        let mut open = best.top;
        while open != 0 {
            stack.push(self.opens[open as usize]);
            open = self.opens[open as usize].below;
        }
        self.opens.truncate(1);
        self.ways.clear();
        for mut open in stack.into_iter().rev() {
            open.below = (self.opens.len() - 1) as u32;
            self.opens.push(open);
        }
        self.states = vec![State { cost: 0, top: (self.opens.len() - 1) as u32, way: NO_WAY }];
        steps
    }
}

/// What it costs that the list goes on with `r`, and the direction it then counts in. None when it cannot.
fn continuing(open: &Open, r: &Reading, c: &Candidate, last: &Candidate) -> Option<(i32, i8)> {
    if !open.style.is_variant_of(r.style) {
        return None;
    }
    let mut cost = if open.style == r.style { 0 } else { OTHER_DELIMITER };
    let n_plain = c.n_plain - last.n_plain;
    let n_long = (c.n_long - last.n_long) as i32;
    let bullet = matches!(r.style.system, System::Bullet(_));
    let mut direction = 1;
    if bullet {
        cost += match (n_plain, n_long) {
            (0, _) => 0,
            (1, 0) => LINE_BETWEEN_BULLETS,
            _ => TEXT_BETWEEN_BULLETS,
        };
    } else {
        let (step, dir) = counting(open, r)?;
        let crosses = c.n_sure_headings + c.n_likely_headings > last.n_sure_headings + last.n_likely_headings;
        if crosses && step >= REPEAT {
            return None;
        }
        cost += step;
        direction = dir;
        cost += (n_long * TEXT_BETWEEN_NUMBERS).min(MAX_TEXT_BETWEEN);
    }
    if c.n_sure_headings > last.n_sure_headings && !(open.article && r.value == open.last + 1) {
        cost += OVER_SURE_HEADING;
    }
    if c.n_likely_headings > last.n_likely_headings && !open.article {
        cost += if bullet { TEXT_BETWEEN_BULLETS } else { OVER_LIKELY_HEADING };
    }
    if c.indent.abs_diff(open.indent) > 1 && !c.inline && !last.inline {
        cost += OTHER_INDENT;
    }
    Some((cost, direction))
}

/// What the step from the last number to this one costs.
fn counting(open: &Open, r: &Reading) -> Option<(i32, i8)> {
    let value = r.value;
    if r.inserted && value == open.last {
        return Some((0, open.direction));
    }
    let step = value - open.last;
    let down = open.direction < 0 || open.direction == 0 && step == -1;
    match step {
        1 if open.direction >= 0 => Some((0, 1)),
        0 if open.n_items > 1 || value == 1 => Some((REPEAT, open.direction)),
        -1 if open.direction < 0 => Some((0, -1)),
        -1 if open.direction == 0 => Some((COUNT_DOWN, -1)),
        s if !down && (2..=MAX_GAP).contains(&s) => Some((GAP + (s - 2) * WIDER_GAP, 1)),
        s if open.direction < 0 && (2..=MAX_GAP).contains(&-s) => Some((GAP + (-s - 2) * WIDER_GAP, -1)),
        _ => None,
    }
}

/// FNV-1a over what the future of a state depends on.
fn hash(below: u64, open: &Open) -> u64 {
    let shape = |s: Style| u64::from(s.form) << 32 | u64::from(s.open) << 8 | u64::from(s.delimiter);
    let (style, dress) = (system_hash(open.style.system), shape(open.style));
    let child = open.child.map_or(0, |s| system_hash(s.system).rotate_left(7) ^ shape(s) ^ 1);
    let count = (open.last as u32 as u64) << 32
        | (open.direction as u8 as u64) << 8
        | u64::from(open.n_items.min(2)) << 1
        | u64::from(open.roomy);
    let place = u64::from(open.indent) << 32 | u64::from(open.depth);
    [style, dress, child, count, place]
        .iter()
        .fold(below ^ 0xcbf2_9ce4_8422_2325, |h, &v| (h ^ v).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
}

/// A number for each system, with what it counts by.
fn system_hash(system: System) -> u64 {
    match system {
        System::Bullet(c) => u64::from(c) << 8,
        System::Dotted(n, prefix) => u64::from(n) << 40 | u64::from(prefix) << 8 | 1,
        System::Glyph(g) => u64::from(g) << 8 | 2,
        System::Word(w) => u64::from(w) << 8 | 3,
        System::Decimal => 4,
        System::RomanUpper => 5,
        System::RomanLower => 6,
        System::LatinUpper => 7,
        System::LatinLower => 8,
        System::CyrillicUpper => 9,
        System::CyrillicLower => 10,
        System::Greek => 11,
        System::Han => 12,
        System::HanFormal => 13,
        System::Stem => 14,
        System::Gojuon => 15,
        System::Iroha => 16,
        System::Hangul => 17,
        System::Jamo => 18,
    }
}
