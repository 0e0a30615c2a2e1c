//! A pattern as a program over symbols, run with backtracking.
//!
//! As in any regular expression the first alternative that leads to a match wins, and repetition takes what it can. No
//! pair of operation and place is tried twice, so a run takes time in the product of their numbers at most.

use super::lexicon::ClassId;
use super::symbols::Members;
use super::token::Symbol;

/// Where an operation stands in its program.
pub type At = u16;

/// One operation.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// Takes a symbol of the class, and notes its place for the group.
    Take { class: ClassId, group: Option<u16> },
    /// Goes on at the first, and failing that at the second.
    Split(At, At),
    /// Goes on there.
    Jump(At),
}

/// A pattern, compiled. It matches when a run goes beyond the last operation.
#[derive(Debug, Default)]
pub struct Program {
    ops: Vec<Op>,
}

impl Program {
    /// Adds an operation; gives its place.
    pub fn push(&mut self, op: Op) -> At {
        self.ops.push(op);
        self.end() - 1
    }

    /// Replaces an operation.
    pub fn set(&mut self, at: At, op: Op) {
        self.ops[usize::from(at)] = op;
    }

    /// The place behind the last operation.
    pub fn end(&self) -> At {
        self.ops.len() as At
    }

    /// The operation takes the symbol.
    pub fn takes(&self, at: At, symbol: Symbol, members: &Members) -> bool {
        matches!(self.ops.get(usize::from(at)), Some(Op::Take { class, .. }) if members.has(symbol, *class))
    }

    /// Some run of symbols matches whose classes are among `plain` and `new`, one of the new ones at least.
    pub fn matches_with(&self, plain: &[bool], new: &[bool]) -> bool {
        if !self.ops.iter().any(|op| matches!(op, Op::Take { class, .. } if new[usize::from(*class)])) {
            return false;
        }
        let mut seen = vec![[false; 2]; self.ops.len() + 1];
        let mut open = vec![(0, false)];
        while let Some((at, is_new)) = open.pop() {
            if std::mem::replace(&mut seen[usize::from(at)][usize::from(is_new)], true) {
                continue;
            }
            match self.ops.get(usize::from(at)) {
                None if is_new => return true,
                None => {}
                Some(Op::Split(a, b)) => open.extend([(*a, is_new), (*b, is_new)]),
                Some(Op::Jump(to)) => open.push((*to, is_new)),
                Some(Op::Take { class, .. }) => {
                    let class = usize::from(*class);
                    open.extend(new[class].then_some((at + 1, true)));
                    open.extend(plain[class].then_some((at + 1, is_new)));
                }
            }
        }
        false
    }

    /// The operations that take a symbol, and the end, as they are reached from `from` without one.
    pub fn reach(&self, mut open: Vec<At>) -> Vec<At> {
        let mut seen = vec![false; self.ops.len() + 1];
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[usize::from(at)], true) {
                continue;
            }
            match self.ops.get(usize::from(at)) {
                Some(Op::Split(a, b)) => open.extend([*a, *b]),
                Some(Op::Jump(a)) => open.push(*a),
                _ => found.push(at),
            }
        }
        found
    }
}

#[derive(Debug)]
enum Job {
    Go { at: At, place: usize },
    Restore { group: u16, old: Option<usize> },
}

/// Symbols of a window that a run sees: one bit each, and one for the end.
const MAX_WINDOW: usize = 31;

/// Runs programs over windows of symbols. Its memory is kept from run to run.
#[derive(Debug, Default)]
pub struct Runner {
    jobs: Vec<Job>,
    /// Of each operation, a bit for each place where it was tried.
    tried: Vec<u32>,
    /// Operations tried in all runs.
    #[cfg(test)]
    pub n_tried: u64,
}

impl Runner {
    /// How many symbols the program matches, at the head of the window; `groups` get the places of their symbols. Of a
    /// window of more than `MAX_WINDOW` symbols the rest is not seen.
    pub fn run(
        &mut self,
        program: &Program,
        window: &[Symbol],
        members: &Members,
        groups: &mut [Option<usize>],
    ) -> Option<usize> {
        let window = &window[..window.len().min(MAX_WINDOW)];
        self.tried.clear();
        self.tried.resize(program.ops.len(), 0);
        self.jobs.clear();
        self.jobs.push(Job::Go { at: 0, place: 0 });
        while let Some(job) = self.jobs.pop() {
            let (mut at, mut place) = match job {
                Job::Go { at, place } => (at, place),
                Job::Restore { group, old } => {
                    groups[usize::from(group)] = old;
                    continue;
                }
            };
            loop {
                let Some(op) = program.ops.get(usize::from(at)) else { return Some(place) };
                let tried = &mut self.tried[usize::from(at)];
                if *tried & 1 << place != 0 {
                    break;
                }
                *tried |= 1 << place;
                #[cfg(test)]
                {
                    self.n_tried += 1;
                }
                match *op {
                    Op::Take { class, group } => {
                        if !window.get(place).is_some_and(|s| members.has(*s, class)) {
                            break;
                        }
                        if let Some(group) = group {
                            let old = groups[usize::from(group)].replace(place);
                            self.jobs.push(Job::Restore { group, old });
                        }
                        place += 1;
                        at += 1;
                    }
                    Op::Split(first, second) => {
                        self.jobs.push(Job::Go { at: second, place });
                        at = first;
                    }
                    Op::Jump(to) => at = to,
                }
            }
        }
        None
    }
}
