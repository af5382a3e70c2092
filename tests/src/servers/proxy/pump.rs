//! The two threads of a proxied connection: one for each direction, which wait, count and cut as the faults say.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use super::wire::{Commits, Frames};
use super::{CommitFault, Direction, Link, Shared};

pub(super) fn start(shared: &Arc<Shared>, link: &Arc<Link>) {
    let commits = Arc::new(AtomicBool::new(false));
    for direction in [Direction::ToServer, Direction::ToClient] {
        let (shared, link, pending) = (Arc::clone(shared), Arc::clone(link), Arc::clone(&commits));
        std::thread::spawn(move || Pump { shared, link, pending, direction }.run());
    }
}

struct Pump {
    shared: Arc<Shared>,
    link: Arc<Link>,
    /// Whether a COMMIT has gone to the server and its answer has not come back.
    pending: Arc<AtomicBool>,
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
            let mut cut = false;
            while let Some(frame) = frames.next() {
                if self.loses(&mut commits, &frame) {
                    cut = true;
                    break;
                }
                passing.extend(frame);
            }
            if !self.pass(&mut to, &passing) || cut {
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
    fn pass(&self, to: &mut impl Write, bytes: &[u8]) -> bool {
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
