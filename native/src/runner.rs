//! The one place that runs operations: begin, lock, read, decide, write, commit, and again from the
//! start after a conflict. All doors go through it.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use feast_registry_core::{
    operation::{Context, Fate, Lock, Operation, Plan, Reads, Selection},
    rows::Rows,
    time::Timestamp,
};

use crate::{
    clock,
    driver::{Access, Failure, FailureKind},
    error::Error,
    store::{Store, Transaction},
};

/// How long and how patiently what can be repeated is repeated.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// When to give up, from the start of the operation.
    pub deadline: Duration,
    /// The longest first pause; each further one is up to twice as long.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            deadline: Duration::from_secs(30),
            first_pause: Duration::from_millis(4),
            longest_pause: Duration::from_millis(500),
        }
    }
}

/// How often what was repeated, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// Another transaction was in the way.
    pub conflicts: u64,
    /// The connection was lost before the commit, or could not be made again.
    pub lost_connections: u64,
    /// The answer to a commit was lost, so that its fate was looked up.
    pub unanswered_commits: u64,
}

/// Runs operations on a store.
#[derive(Debug, Default)]
pub struct Runner {
    /// How patiently.
    pub retry: RetryPolicy,
    /// Whether `feast_metadata` is left alone (`purge_feast_metadata`).
    pub without_metadata: bool,
    /// Whether the database was ever reached, so that being unreachable now is worth waiting out.
    reached: AtomicBool,
    conflicts: AtomicU64,
    lost_connections: AtomicU64,
    unanswered_commits: AtomicU64,
}

impl Runner {
    /// Runs an operation in one transaction until it has happened, is refused or fails.
    ///
    /// # Errors
    /// The operation's refusal; the database's failure; [`Error::CommitUnknown`] where the answer to the
    /// commit was lost and the rows do not tell whether it happened; [`Error::Contended`] where other
    /// writers were in the way until the deadline.
    pub fn run<O: Operation>(&self, store: &dyn Store, operation: &O) -> Result<O::Outcome, Error> {
        let reads = operation.reads();
        let mut tries = Tries::new(self);
        loop {
            match self.attempt(store, operation, &reads) {
                Ok(outcome) => return Ok(outcome),
                Err(Attempt::Refused(error)) => return Err(error),
                Err(Attempt::Failed(failure)) => tries.again(failure)?,
                Err(Attempt::Unanswered { failure, before, plan }) => {
                    match tries.look_up(store, &reads, &before, &plan) {
                        Ok(Fate::Happened) => return Ok(plan.outcome),
                        Ok(Fate::DidNotHappen) => tries.again(failure)?,
                        Ok(Fate::Unclear) | Err(_) => return Err(Error::CommitUnknown(failure)),
                    }
                }
            }
        }
    }

    /// Decides an operation without making its changes: the outcome is what would happen.
    ///
    /// # Errors
    /// The operation's refusal, or the database's failure.
    pub fn preview<O: Operation>(&self, store: &dyn Store, operation: &O) -> Result<O::Outcome, Error> {
        let rows = self.rows(store, operation.reads().selections)?;
        Ok(operation.decide(&rows, &self.context())?.outcome)
    }

    /// Reads, in one transaction.
    ///
    /// # Errors
    /// The database's failure.
    pub fn rows(&self, store: &dyn Store, selections: Vec<Selection>) -> Result<Rows, Error> {
        let mut tries = Tries::new(self);
        loop {
            match self.rows_at_once(store, selections.clone()) {
                Ok(rows) => return Ok(rows),
                Err(failure) => tries.again(failure)?,
            }
        }
    }

    /// Reads, in one transaction and one attempt.
    ///
    /// # Errors
    /// The database's failure.
    pub fn rows_at_once(&self, store: &dyn Store, selections: Vec<Selection>) -> Result<Rows, Failure> {
        let reads = Reads { lock: Lock::None, selections };
        Ok(self.read(store, Access::Read, &reads)?.1)
    }

    /// How often what was repeated so far.
    pub fn retries(&self) -> Retries {
        Retries {
            conflicts: self.conflicts.load(Ordering::Relaxed),
            lost_connections: self.lost_connections.load(Ordering::Relaxed),
            unanswered_commits: self.unanswered_commits.load(Ordering::Relaxed),
        }
    }

    fn attempt<O: Operation>(
        &self,
        store: &dyn Store,
        operation: &O,
        reads: &Reads,
    ) -> Result<O::Outcome, Attempt<O::Outcome>> {
        let (mut transaction, before) = self.read(store, Access::Write, reads).map_err(Attempt::Failed)?;
        let plan =
            operation.decide(&before, &self.context()).map_err(|refusal| Attempt::Refused(refusal.into()))?;
        if plan.writes.is_empty() {
            return Ok(plan.outcome);
        }
        transaction.write(&plan.writes).map_err(Attempt::Failed)?;
        match transaction.commit() {
            Ok(()) => Ok(plan.outcome),
            Err(failure) if failure.kind == FailureKind::ConnectionLost => {
                Err(Attempt::Unanswered { failure, before: Box::new(before), plan })
            }
            Err(failure) => Err(Attempt::Failed(failure)),
        }
    }

    /// Begins, locks and reads.
    fn read<'s>(
        &self,
        store: &'s dyn Store,
        access: Access,
        reads: &Reads,
    ) -> Result<(Box<dyn Transaction + 's>, Rows), Failure> {
        let mut transaction = store.begin(access)?;
        self.reached.store(true, Ordering::Relaxed);
        transaction.lock(&reads.lock)?;
        let mut rows = Rows::default();
        for selection in &reads.selections {
            transaction.read(selection, reads.lock != Lock::None, &mut rows)?;
        }
        Ok((transaction, rows))
    }

    fn context(&self) -> Context {
        let (seconds, nanos) = clock::now();
        let (now, entropy) = (Timestamp { seconds, nanos }, clock::entropy());
        Context { now, entropy, without_metadata: self.without_metadata }
    }
}

/// How an attempt ended without success.
enum Attempt<T> {
    /// By a decision, which another attempt would not change.
    Refused(Error),
    /// By the database, with nothing committed.
    Failed(Failure),
    /// In the commit, which may have happened.
    Unanswered { failure: Failure, before: Box<Rows>, plan: Plan<T> },
}

/// The attempts at one operation.
struct Tries<'r> {
    runner: &'r Runner,
    started: Instant,
    attempts: u32,
    /// Whether a connection was lost: the server may be restarting, or its stand-in not yet be writable.
    lost_connection: bool,
}

impl<'r> Tries<'r> {
    fn new(runner: &'r Runner) -> Self {
        Tries { runner, started: Instant::now(), attempts: 0, lost_connection: false }
    }

    /// Pauses before another attempt, if one may help and there is time for it.
    fn again(&mut self, failure: Failure) -> Result<(), Error> {
        self.attempts += 1;
        let counter = match failure.kind {
            FailureKind::Conflict => &self.runner.conflicts,
            FailureKind::ConnectionLost => {
                self.lost_connection = true;
                &self.runner.lost_connections
            }
            FailureKind::Unreachable if self.runner.reached.load(Ordering::Relaxed) => {
                &self.runner.lost_connections
            }
            FailureKind::ReadOnly if self.lost_connection => &self.runner.lost_connections,
            _ => return Err(Error::Database(failure)),
        };
        let pause = pause(&self.runner.retry, self.attempts);
        if self.started.elapsed() + pause > self.runner.retry.deadline {
            return Err(match failure.kind {
                FailureKind::Conflict => Error::Contended { attempts: self.attempts, last: failure },
                _ => Error::Database(failure),
            });
        }
        counter.fetch_add(1, Ordering::Relaxed);
        let code = failure.code.as_deref().unwrap_or("none");
        tracing::info!(attempt = self.attempts, code, "retrying after: {failure}");
        thread::sleep(pause);
        Ok(())
    }

    /// Looks whether a commit that was not answered has happened. The operation's own locks make it
    /// wait for the lost transaction, should the server still be at work on it.
    fn look_up<T>(
        &mut self,
        store: &dyn Store,
        reads: &Reads,
        before: &Rows,
        plan: &Plan<T>,
    ) -> Result<Fate, Error> {
        self.lost_connection = true;
        self.runner.unanswered_commits.fetch_add(1, Ordering::Relaxed);
        loop {
            match self.runner.read(store, Access::Write, reads) {
                Ok((_, now)) => {
                    let fate = Fate::of(&plan.writes, before, &now);
                    tracing::info!(?fate, "the answer to a commit was lost; looked up what became of it");
                    return Ok(fate);
                }
                Err(failure) => self.again(failure)?,
            }
        }
    }
}

/// Full jitter: anything up to a bound that doubles, so that writers who met once part.
fn pause(retry: &RetryPolicy, attempts: u32) -> Duration {
    let bound = retry.first_pause.saturating_mul(1 << attempts.min(16)).min(retry.longest_pause);
    let random = u32::from_le_bytes(clock::entropy()[..4].try_into().unwrap_or_default());
    bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
