//! Looks for a serial order of a history that explains everything that was seen: depth first, as Wing and Gong do it,
//! remembering with Lowe which operations led to which state in vain.

use std::collections::HashSet;

use super::{
    history::{Entry, History, READER},
    registry::Response,
    state::{Seen, State},
};

/// Which orders explain a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// What had returned before a call came before it (linearizability).
    RealTime,
    /// Only what the same client had done before came before (sequential consistency): a node of a cluster may be
    /// behind the others, and what is decided there is decided on what it knows.
    OfEachClient,
}

/// How far the longest order comes.
#[derive(Debug)]
pub(crate) struct DeadEnd {
    /// The operations, as places in the history.
    pub(crate) order: Vec<usize>,
    /// Those that might come next, and what their callers would then have seen.
    pub(crate) next: Vec<(usize, Seen)>,
}

/// Searches for an order.
pub(crate) fn explain(history: &History, order: Order) -> Result<(), DeadEnd> {
    let entries = &history.0;
    assert!(entries.len() <= 64, "a set of operations is 64 bits");
    let precedes = |one: &Entry, other: &Entry| {
        let ordered = one.client == other.client || other.client == READER;
        one.returned < other.invoked && (ordered || order == Order::RealTime)
    };
    let needed = set(entries.iter().map(|entry| matches!(entry.response, Response::Seen(_))));
    let before = entries.iter().map(|entry| needed & set(entries.iter().map(|one| precedes(one, entry))));
    let mut search = Search {
        entries,
        before: before.collect(),
        needed,
        tried: HashSet::new(),
        path: Vec::new(),
        dead_end: DeadEnd { order: Vec::new(), next: Vec::new() },
    };
    match search.from(0, &State::default()) {
        true => Ok(()),
        false => Err(search.dead_end),
    }
}

struct Search<'h> {
    entries: &'h [Entry],
    /// Of each operation, those that come before it in every order.
    before: Vec<u64>,
    /// Those that have happened for certain.
    needed: u64,
    tried: HashSet<(u64, State)>,
    path: Vec<usize>,
    dead_end: DeadEnd,
}

impl Search<'_> {
    /// Whether what is not in `done` can follow `state` in some order.
    fn from(&mut self, done: u64, state: &State) -> bool {
        if self.needed & !done == 0 {
            return true;
        }
        if !self.tried.insert((done, state.clone())) {
            return false;
        }
        let mut in_vain = Vec::new();
        for (place, entry) in self.entries.iter().enumerate() {
            if done >> place & 1 == 1 || self.before[place] & !done != 0 {
                continue;
            }
            let mut next = state.clone();
            let mut seen = next.step(&entry.operation);
            let fits = match &entry.response {
                // What was asked for is so: whether another did it, a lost answer may leave no way to tell.
                Response::Seen(really) if entry.unanswered && state.has(&entry.operation, really) => {
                    (next, seen) = (state.clone(), really.clone());
                    true
                }
                Response::Seen(really) => *really == seen,
                Response::Unknown => next != *state,
                Response::Before => !state.views.exists && next != *state,
                Response::Failed => false,
            };
            if fits {
                self.path.push(place);
                if self.from(done | 1 << place, &next) {
                    return true;
                }
                self.path.pop();
            } else if matches!(entry.response, Response::Seen(_)) {
                in_vain.push((place, seen));
            }
        }
        if self.path.len() > self.dead_end.order.len() || self.dead_end.next.is_empty() {
            self.dead_end = DeadEnd { order: self.path.clone(), next: in_vain };
        }
        false
    }
}

fn set(members: impl Iterator<Item = bool>) -> u64 {
    members.enumerate().fold(0, |set, (place, member)| set | u64::from(member) << place)
}
