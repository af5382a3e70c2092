//! The two threads of a proxied connection: one for each direction, which wait, count and cut as the faults say.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use super::wire::{Commits, Frames, ends_answer, is_request};
use super::{CommitFault, Direction, Engine, Link, Shared};

pub(super) fn start(shared: &Arc<Shared>, link: &Arc<Link>) {
    let commits = Arc::new(AtomicBool::new(false));
    let requests = Arc::new(AtomicUsize::new(0));
    for direction in [Direction::ToServer, Direction::ToClient] {
        let (shared, link) = (Arc::clone(shared), Arc::clone(link));
        let (pending, requests) = (Arc::clone(&commits), Arc::clone(&requests));
        std::thread::spawn(move || Pump { shared, link, pending, requests, direction }.run());
    }
}

struct Pump {
    shared: Arc<Shared>,
    link: Arc<Link>,
    /// Whether a COMMIT has gone to the server and its answer has not come back.
    pending: Arc<AtomicBool>,
    /// Requests whose answer has not come back.
    requests: Arc<AtomicUsize>,
    direction: Direction,
}

impl Pump {
    fn run(self) {
        let (mut from, mut to) = match self.direction {
            Direction::ToServer => (&self.link.client, &self.link.server),
            Direction::ToClient => (&self.link.server, &self.link.client),
        };
        let engine = self.shared.engine;
        let mut frames = Frames::new(engine, self.direction);
        let mut commits = Commits::new(engine);
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            frames.push(&buffer[..count]);
            let mut passing = Vec::new();
            let (mut cut, mut answered) = (false, 0);
            while let Some(frame) = frames.next() {
                answered += usize::from(self.is_answered(&frame));
                if self.loses(&mut commits, &frame) {
                    cut = true;
                    break;
                }
                passing.extend(frame);
            }
            if !self.pass(&mut to, &passing, answered) || cut {
                self.link.cut();
                break;
            }
        }
        // The other direction may have something to say yet.
        let _ = to.shutdown(Shutdown::Write);
        if self.direction == Direction::ToClient {
            self.shared.state().connections.retain(|link| !Arc::ptr_eq(link, &self.link));
        }
    }

    /// Counts a request; says whether this ends the answer to one.
    fn is_answered(&self, frame: &[u8]) -> bool {
        let engine = self.shared.engine;
        if self.direction == Direction::ToClient {
            return ends_answer(engine, frame);
        }
        if is_request(engine, frame) {
            let is_first = self.requests.fetch_add(1, Ordering::SeqCst) == 0 || engine == Engine::MariaDb;
            self.shared.state().round_trips += usize::from(is_first);
        }
        false
    }

    /// Whether a COMMIT is to be lost here.
    fn loses(&self, commits: &mut Commits, frame: &[u8]) -> bool {
        let fault = match self.direction {
            Direction::ToServer => {
                if !commits.asks(frame) {
                    return false;
                }
                self.pending.store(true, Ordering::SeqCst);
                CommitFault::BeforeServer
            }
            Direction::ToClient => {
                let Some(done) = commits.answers(frame) else { return false };
                if !self.pending.swap(false, Ordering::SeqCst) || !done {
                    return false;
                }
                CommitFault::AfterServer
            }
        };
        let mut state = self.shared.state();
        let strikes = state.commit == Some(fault);
        if strikes {
            state.commit = None;
            state.struck += 1;
        }
        strikes
    }

    /// Writes the bytes, late or in part as the faults say; false when the connection is to be cut.
    /// The client then has so many answers more.
    fn pass(&self, to: &mut impl Write, bytes: &[u8], answered: usize) -> bool {
        let mut state = self.shared.state();
        let delay = state.way(self.direction).delay;
        if !delay.is_zero() {
            drop(state);
            std::thread::sleep(delay);
            state = self.shared.state();
        }
        while state.silent && state.connections.iter().any(|link| Arc::ptr_eq(link, &self.link)) {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        // A login ends as an answer does, which was no request.
        let _ = self
            .requests
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| Some(count.saturating_sub(answered)));
        let mut allowed = bytes.len();
        let left = &mut state.way(self.direction).left;
        if let Some(count) = left {
            allowed = allowed.min(*count);
            *count -= allowed;
        }
        let cut = allowed < bytes.len();
        if cut {
            *left = None;
            state.struck += 1;
        }
        drop(state);
        to.write_all(&bytes[..allowed]).is_ok() && !cut
    }
}
