//! Group commit: writers of one process that wait for one another share a transaction, and so its commit.
//!
//! SQLite has one writer at a time, and what a writer takes most of its time for is to wait for the disk as it commits.
//! So one that is done while others wait leaves the transaction open to the next one, and the last one commits for all of
//! them, who are answered only then. Within it they follow one another as if each had committed: one reads what those
//! before it wrote. What one does not complete is undone alone; where the commit fails, it has failed for all.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use feast_registry_core::{
    operation::{Reads, Write},
    rows::Rows,
    sql::{Mark, Section, Stamp, Statement},
};

use super::{Transaction, sql::SqlTransaction};
use crate::driver::{Failure, FailureKind, LOCK_WAIT_SECONDS};

/// So many writers share a transaction at most: those of other processes wait for its end.
const MOST: usize = 64;

/// The line in which the writers of a store wait.
#[derive(Default)]
pub(super) struct Group {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: usize,
    /// Whether it is somebody's turn.
    taken: bool,
    /// What the one before has left open; only while somebody waits for it.
    open: Option<Shared>,
}

/// A transaction that writers share.
struct Shared {
    transaction: SqlTransaction,
    /// How many are done.
    done: usize,
    ending: Arc<Ending>,
}

/// How a shared transaction ended, once it has.
#[derive(Default)]
struct Ending {
    outcome: Mutex<Option<Result<(), Failure>>>,
    known: Condvar,
}

impl Group {
    /// Waits for a turn, in the transaction that the one before left open, or in a new one.
    pub(super) fn begin(
        &self,
        begin: impl FnOnce() -> Result<SqlTransaction, Failure>,
    ) -> Result<Member<'_>, Failure> {
        let patience = Duration::from_secs(LOCK_WAIT_SECONDS.into());
        let mut state = self.lock();
        state.waiting += 1;
        let waited = self.freed.wait_timeout_while(state, patience, |state| state.taken);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        if state.taken {
            let message = format!("other writers of this process were in the way for {patience:?}");
            return Err(Failure::new(FailureKind::Conflict, message));
        }
        state.taken = true;
        let mut member = Member { group: self, shared: state.open.take(), is_done: false };
        drop(state);
        match &mut member.shared {
            Some(shared) => shared.run("SAVEPOINT member")?,
            None => {
                let (transaction, ending) = (begin()?, Arc::default());
                member.shared = Some(Shared { transaction, done: 0, ending });
            }
        }
        Ok(member)
    }

    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting
    }

    /// No code that can panic runs under the lock, so a poisoned state is still sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writer whose turn it is.
pub(super) struct Member<'g> {
    group: &'g Group,
    /// Present until the drop.
    shared: Option<Shared>,
    /// Whether what it wrote is to stay.
    is_done: bool,
}

impl Member<'_> {
    fn transaction(&mut self) -> Result<&mut SqlTransaction, Failure> {
        match &mut self.shared {
            Some(shared) => Ok(&mut shared.transaction),
            None => Err(Failure::new(FailureKind::ConnectionLost, "the transaction is over")),
        }
    }
}

impl Transaction for Member<'_> {
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure> {
        self.transaction()?.read(reads)
    }

    fn stamps(&mut self, section: Section) -> Result<Vec<Stamp>, Failure> {
        self.transaction()?.stamps(section)
    }

    fn marks(&mut self) -> Result<Vec<Mark>, Failure> {
        self.transaction()?.marks()
    }

    fn write(&mut self, writes: &[Write]) -> Result<(), Failure> {
        self.transaction()?.write(writes)
    }

    fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        let Some(shared) = &mut self.shared else { return self.transaction().map(drop) };
        if shared.done > 0 {
            shared.run("RELEASE member")?;
        }
        shared.done += 1;
        let ending = shared.ending.clone();
        self.is_done = true;
        // The end of its turn.
        drop(self);
        ending.wait()
    }

    fn end(self: Box<Self>) -> Result<(), Failure> {
        match &self.shared {
            Some(shared) if shared.done > 0 => self.commit(),
            _ => Ok(()),
        }
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        let shared = match self.is_done {
            true => self.shared.take(),
            false => self.shared.take().and_then(Shared::without_last),
        };
        let mut state = self.group.lock();
        match shared {
            Some(shared) if state.waiting > 0 && shared.done < MOST => state.open = Some(shared),
            Some(shared) => {
                drop(state);
                shared.commit();
                state = self.group.lock();
            }
            None => {}
        }
        state.taken = false;
        drop(state);
        self.group.freed.notify_one();
    }
}

impl Shared {
    /// What is left when the one whose turn it is has not come to its end.
    fn without_last(mut self) -> Option<Shared> {
        if self.done == 0 {
            return None;
        }
        // Some failures undo the whole transaction; then there is no savepoint either.
        match self.run("ROLLBACK TO member").and_then(|()| self.run("RELEASE member")) {
            Ok(()) => Some(self),
            Err(failure) => {
                let Shared { transaction, ending, .. } = self;
                drop(transaction);
                ending.set(Err(failure));
                None
            }
        }
    }

    fn commit(self) {
        let Shared { transaction, ending, .. } = self;
        ending.set(Box::new(transaction).commit());
    }

    fn run(&mut self, text: &str) -> Result<(), Failure> {
        self.transaction.run_plain(&Statement::from(String::from(text)))
    }
}

impl Ending {
    fn set(&self, outcome: Result<(), Failure>) {
        *self.lock() = Some(outcome);
        self.known.notify_all();
    }

    fn wait(&self) -> Result<(), Failure> {
        let known = self.known.wait_while(self.lock(), |outcome| outcome.is_none());
        match &*known.unwrap_or_else(PoisonError::into_inner) {
            Some(Err(failure)) => {
                let Failure { kind, message, code, .. } = failure;
                Err(Failure { kind: *kind, message: message.clone(), code: code.clone(), source: None })
            }
            _ => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<(), Failure>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
