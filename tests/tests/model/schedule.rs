//! Threads that take turns in an order that a seed decides, so that what they do to each other can be repeated.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex},
};

use super::random::Random;

/// Whose turn it is.
pub(crate) struct Schedule {
    turns: Mutex<Turns>,
    changed: Condvar,
}

struct Turns {
    random: Random,
    /// Who has not finished; those who have not come yet too.
    clients: BTreeSet<usize>,
    turn: usize,
}

/// A client's part in the schedule, until it is dropped.
pub(crate) struct Turn<'s> {
    schedule: &'s Schedule,
    client: usize,
}

impl Schedule {
    pub(crate) fn new(seed: u64, clients: usize) -> Schedule {
        let turns = Turns { random: Random::new(seed), clients: (0..clients).collect(), turn: 0 };
        Schedule { turns: Mutex::new(turns), changed: Condvar::new() }
    }

    /// Waits for the client's first turn.
    pub(crate) fn join(&self, client: usize) -> Turn<'_> {
        self.wait(client);
        Turn { schedule: self, client }
    }

    /// Ends a turn, and waits for the next. Whoever has no part goes on at once.
    pub(crate) fn step(&self, client: usize) {
        let mut turns = self.turns.lock().unwrap();
        if turns.clients.contains(&client) {
            turns.pass();
            drop(turns);
            self.changed.notify_all();
            self.wait(client);
        }
    }

    fn wait(&self, client: usize) {
        let turns = self.turns.lock().unwrap();
        drop(self.changed.wait_while(turns, |turns| turns.turn != client).unwrap());
    }
}

impl Turns {
    fn pass(&mut self) {
        let clients: Vec<usize> = self.clients.iter().copied().collect();
        if !clients.is_empty() {
            self.turn = self.random.of(&clients);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut turns = self.schedule.turns.lock().unwrap();
        turns.clients.remove(&self.client);
        turns.pass();
        drop(turns);
        self.schedule.changed.notify_all();
    }
}
