//! All patterns of a language at once: an automaton over symbols, built as far as texts ask for it.
//!
//! Hundreds of patterns may begin with one word, and to run each of them (`program`) costs more than all the rest of the
//! reading. One walk over the symbols, a step a symbol, tells which patterns match and how long they are; only what is
//! taken is then run, for its groups.

use super::form::Rule;
use super::program::At;
use super::symbols::Members;
use super::token::Symbol;
use std::collections::BTreeMap;

/// A state, by its number.
type State = u32;

/// Nothing goes on from here.
const DEAD: State = 0;

/// Before the first symbol.
const START: State = 1;

/// Not asked yet; states are far fewer.
const UNKNOWN: State = State::MAX;

/// Steps that are kept; then all is forgotten and built anew. Prose of one language asks for a few thousand, so that only
/// hostile text gets here, and memory stays below a few megabytes.
const MAX_STEPS: usize = 1 << 16;

/// Operations of patterns that may take the next symbol, and the patterns that end here.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    open: Vec<(u16, At)>,
    ended: Vec<u16>,
}

/// The automaton of one language, as far as it is built.
#[derive(Debug, Default)]
pub struct Automaton {
    states: Vec<Content>,
    by_content: BTreeMap<Content, State>,
    /// Where each symbol leads from the start, which every token is tried at; `UNKNOWN` before it is asked.
    first: Vec<State>,
    // Invariant: open addressing; the length is a power of two, half of it or more is free. No step has the key 0.
    /// State and symbol of each known step, and where it leads.
    steps: Vec<(u32, State)>,
    n_steps: usize,
}

impl Automaton {
    /// Every pattern that matches at the head of `window`, with each of its lengths.
    pub fn walk(&mut self, rules: &[Rule], members: &Members, window: &[Symbol], matched: &mut Vec<(u16, usize)>) {
        matched.clear();
        if self.n_steps >= MAX_STEPS || self.states.is_empty() {
            self.begin(rules);
        }
        let mut state = START;
        for (i, symbol) in window.iter().enumerate() {
            state = match state {
                START => self.begins(*symbol, rules, members),
                _ => self.step(state, *symbol, rules, members),
            };
            if state == DEAD {
                return;
            }
            matched.extend(self.states[state as usize].ended.iter().map(|rule| (*rule, i + 1)));
        }
    }

    fn begin(&mut self, rules: &[Rule]) {
        let mut start = Content::default();
        for (i, rule) in rules.iter().enumerate() {
            start.reach(i as u16, rule, [0]);
        }
        // A pattern of nothing matches nowhere.
        start.ended.clear();
        *self = Automaton {
            states: vec![Content::default(), start],
            by_content: BTreeMap::from([(Content::default(), DEAD)]),
            first: Vec::new(),
            steps: vec![(0, DEAD); 1 << 10],
            n_steps: 0,
        };
    }

    /// The first step.
    #[inline]
    fn begins(&mut self, symbol: Symbol, rules: &[Rule], members: &Members) -> State {
        let at = usize::from(symbol);
        if let Some(&known) = self.first.get(at).filter(|to| **to != UNKNOWN) {
            return known;
        }
        let to = self.step(START, symbol, rules, members);
        self.first.resize(self.first.len().max(at + 1), UNKNOWN);
        self.first[at] = to;
        to
    }

    #[inline]
    fn step(&mut self, from: State, symbol: Symbol, rules: &[Rule], members: &Members) -> State {
        let key = from << Symbol::BITS | u32::from(symbol);
        let at = self.place(key);
        match self.steps[at] {
            (0, _) => self.build(key, from, symbol, rules, members),
            (_, to) => to,
        }
    }

    /// Where the step stands, or would.
    #[inline]
    fn place(&self, key: u32) -> usize {
        let mask = self.steps.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B1) >> 8) as usize & mask;
        while self.steps[at].0 != key && self.steps[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    fn build(&mut self, key: u32, from: State, symbol: Symbol, rules: &[Rule], members: &Members) -> State {
        let mut next = Content::default();
        let open = &self.states[from as usize].open;
        for of_rule in open.chunk_by(|a, b| a.0 == b.0) {
            let rule = &rules[usize::from(of_rule[0].0)];
            let taken = of_rule.iter().filter(|(_, at)| rule.program.takes(*at, symbol, members));
            next.reach(of_rule[0].0, rule, taken.map(|(_, at)| at + 1));
        }
        let n_states = self.states.len() as State;
        let to = *self.by_content.entry(next).or_insert_with_key(|content| {
            self.states.push(content.clone());
            n_states
        });
        if self.n_steps * 2 >= self.steps.len() {
            let larger = vec![(0, DEAD); self.steps.len() * 2];
            for (key, to) in std::mem::replace(&mut self.steps, larger).into_iter().filter(|s| s.0 != 0) {
                let at = self.place(key);
                self.steps[at] = (key, to);
            }
        }
        let at = self.place(key);
        self.steps[at] = (key, to);
        self.n_steps += 1;
        to
    }
}

impl Content {
    /// Adds what the pattern may take or end with, from these places on.
    fn reach(&mut self, i: u16, rule: &Rule, from: impl IntoIterator<Item = At>) {
        let from: Vec<At> = from.into_iter().collect();
        if from.is_empty() {
            return;
        }
        let mut reached = rule.program.reach(from);
        reached.sort_unstable();
        for at in reached {
            if at == rule.program.end() {
                self.ended.push(i);
            } else {
                self.open.push((i, at));
            }
        }
    }
}
