//! A replica to read from for as long as it can be reached and is not behind what this process has written.
//!
//! Whether it is behind, no database says in a way that all of them share. So what a change read in order to
//! decide, which is what it then wrote to, is read from both sides: where they agree, the replica has got it.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use feast_registry_core::operation::Selection;

use crate::{
    driver::{Failure, FailureKind},
    error::Error,
    runner::Runner,
    store::Store,
};

/// How long a replica that could not be reached is left alone: finding that out may take as long as
/// the connect timeout, which is not to be waited for at every read.
const REST: Duration = Duration::from_secs(30);

/// How soon after a change the sides are compared, and how seldom in the end.
const SOONEST: Duration = Duration::from_millis(100);
const LATEST: Duration = Duration::from_secs(30);

/// So many selections are compared; of more changes only the last.
const MANY: usize = 64;

pub(crate) struct Replica {
    pub(crate) store: Arc<dyn Store>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Until when it is left alone, because it could not be reached.
    rests_until: Option<Instant>,
    /// What this process has written and the replica was not seen to have.
    unseen: Option<Unseen>,
    /// How many changes this process has made.
    changes: u64,
}

struct Unseen {
    selections: Vec<Selection>,
    since: Instant,
    compare_at: Instant,
}

impl Replica {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Replica { store, state: Mutex::default() }
    }

    /// Notes a change to the rows of these selections, before anybody is told of it.
    pub(crate) fn written(&self, selections: Vec<Selection>) {
        let (now, mut state) = (Instant::now(), self.state());
        let mut all = state.unseen.take().map(|unseen| unseen.selections).unwrap_or_default();
        // A replica gets changes in their order.
        if all.len() + selections.len() > MANY {
            all.clear();
        }
        all.extend(selections);
        state.unseen = Some(Unseen { selections: all, since: now, compare_at: now + SOONEST });
        state.changes += 1;
    }

    /// Forgets what was written.
    pub(crate) fn forget(&self) {
        self.state().unseen = None;
    }

    /// Whether to read from it. Compares the sides where that is due, which is the more seldom the longer it
    /// is behind.
    pub(crate) fn serves(&self, primary: &dyn Store, runner: &Runner) -> bool {
        let (selections, changes) = {
            let (now, mut state) = (Instant::now(), self.state());
            if state.rests_until.is_some_and(|end| now < end) {
                return false;
            }
            let changes = state.changes;
            let Some(unseen) = &mut state.unseen else { return true };
            if now < unseen.compare_at {
                return false;
            }
            // Others read from the primary meanwhile.
            unseen.compare_at = now + (now - unseen.since).clamp(SOONEST, LATEST);
            (unseen.selections.clone(), changes)
        };
        match self.agrees(primary, runner, &selections) {
            Ok(true) => {
                let mut state = self.state();
                let has_caught_up = state.changes == changes;
                if has_caught_up && mem::take(&mut state.unseen).is_some() {
                    tracing::debug!("reading from the replica again, which has caught up");
                }
                has_caught_up
            }
            Ok(false) => false,
            Err(failure) => {
                self.failed(&failure);
                false
            }
        }
    }

    /// Notes that it could not be read.
    pub(crate) fn failed(&self, failure: &Failure) {
        use FailureKind::{ConnectionLost, PoolExhausted, Unreachable};
        if matches!(failure.kind, ConnectionLost | PoolExhausted | Unreachable) {
            self.state().rests_until = Some(Instant::now() + REST);
        }
    }

    /// The primary first: what others write between the two reads then only makes the answer no.
    fn agrees(
        &self,
        primary: &dyn Store,
        runner: &Runner,
        selections: &[Selection],
    ) -> Result<bool, Failure> {
        // That the primary cannot be read says nothing about the replica.
        let Ok(expected) = runner.look(primary, &mut |store| store.read(selections)) else {
            return Ok(false);
        };
        Ok(runner.look(&*self.store, &mut |store| store.read(selections))? == expected)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a replica fails in a way that its primary does not: it is down, or has not yet got the tables.
pub(crate) fn is_behind_or_gone(failure: &Failure) -> bool {
    use FailureKind::{Conflict, ConnectionLost, MissingDatabase, MissingTable, PoolExhausted, Unreachable};
    matches!(
        failure.kind,
        Conflict | MissingTable | MissingDatabase | ConnectionLost | Unreachable | PoolExhausted
    )
}

/// Whether an operation that ended so may have written.
pub(crate) fn may_have_written<T>(outcome: &Result<T, Error>) -> bool {
    !matches!(outcome, Err(Error::Refused(_)))
}
