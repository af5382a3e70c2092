//! The one place that runs operations: begin, lock, read, decide, write, commit, and again from the
//! start after a conflict. All doors go through it.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use feast_registry_core::{
    operation::{Context, Fate, Operation, Plan, Reads},
    refusal::Refusal,
    rows::Rows,
    time::Timestamp,
};

use crate::{
    clock,
    driver::{Access, Failure, FailureKind},
    error::Error,
    store::{Store, Transaction},
    watch::Watch,
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
    /// The connection was lost, or could not be made again.
    pub lost_connections: u64,
    /// The database had taken writes, or was lost, and was read-only then: a stand-in that did not
    /// know yet that it is one.
    pub read_only: u64,
    /// The answer to a commit was lost, so that its fate was looked up.
    pub unanswered_commits: u64,
    /// Its fate could not be told.
    pub unknown_commits: u64,
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
    /// Whether the database ever took a write, so that being read-only now is worth waiting out.
    has_written: AtomicBool,
    watch: Watch,
    conflicts: AtomicU64,
    lost_connections: AtomicU64,
    read_only: AtomicU64,
    unanswered_commits: AtomicU64,
    unknown_commits: AtomicU64,
}

impl Runner {
    /// Runs an operation in one transaction until it has happened, is refused or fails.
    ///
    /// # Errors
    /// The operation's refusal; the database's failure; [`Error::CommitUnknown`] where the answer to the
    /// commit was lost and the rows do not tell whether it happened; [`Error::Contended`] where other
    /// writers were in the way until the deadline.
    pub fn run<O: Operation>(&self, store: &dyn Store, operation: &O) -> Result<O::Outcome, Error> {
        let outcome = self.run_to_its_end(store, operation);
        if matches!(outcome, Err(Error::CommitUnknown(_))) {
            self.unknown_commits.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    fn run_to_its_end<O: Operation>(&self, store: &dyn Store, operation: &O) -> Result<O::Outcome, Error> {
        let reads = operation.reads();
        let mut tries = Tries::new(self);
        let mut unanswered = None;
        loop {
            let failure = match self.attempt(store, operation, &reads, &mut unanswered) {
                Ok(outcome) => return Ok(outcome),
                Err(Attempt::Ended(error)) => return Err(error),
                Err(Attempt::Failed(failure)) => failure,
            };
            match tries.again(failure) {
                Ok(()) => {}
                Err(Error::Database(failure) | Error::Contended { last: failure, .. })
                    if unanswered.is_some() =>
                {
                    return Err(Error::CommitUnknown(failure));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Decides an operation without making its changes: the outcome is what would happen.
    ///
    /// # Errors
    /// The operation's refusal, or the database's failure.
    pub fn preview<O: Operation>(&self, store: &dyn Store, operation: &O) -> Result<O::Outcome, Error> {
        let selections = operation.reads().selections;
        let rows = self.repeat(|| self.look(store, &mut |store| store.read(&selections)))?;
        Ok(operation.decide(&rows, &self.context())?.outcome)
    }

    /// Reads what a function asks for, in one attempt.
    ///
    /// # Errors
    /// The database's failure.
    pub fn look<T>(
        &self,
        store: &dyn Store,
        read: &mut dyn FnMut(&dyn Store) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let found = read(store);
        let refused =
            |failure: &Failure| matches!(failure.kind, FailureKind::Unreachable | FailureKind::Denied);
        if !found.as_ref().is_err_and(refused) {
            self.reached.store(true, Ordering::Relaxed);
        }
        found
    }

    /// Does what may be done twice until it succeeds, fails for good or the deadline has passed.
    ///
    /// # Errors
    /// The database's failure.
    pub fn repeat<T>(&self, mut act: impl FnMut() -> Result<T, Failure>) -> Result<T, Error> {
        let mut tries = Tries::new(self);
        loop {
            match act() {
                Ok(value) => return Ok(value),
                Err(failure) => tries.again(failure)?,
            }
        }
    }

    /// How often what was repeated so far.
    pub fn retries(&self) -> Retries {
        Retries {
            conflicts: self.conflicts.load(Ordering::Relaxed),
            lost_connections: self.lost_connections.load(Ordering::Relaxed),
            read_only: self.read_only.load(Ordering::Relaxed),
            unanswered_commits: self.unanswered_commits.load(Ordering::Relaxed),
            unknown_commits: self.unknown_commits.load(Ordering::Relaxed),
        }
    }

    /// Attempts an operation, unless what it reads shows that an earlier attempt, whose commit was not
    /// answered, has happened. Every attempt after such a one looks anew: a node of a cluster may not
    /// have had that commit yet when the one before looked there, which then is what it conflicts with.
    fn attempt<O: Operation>(
        &self,
        store: &dyn Store,
        operation: &O,
        reads: &Reads,
        unanswered: &mut Option<Unanswered<O::Outcome>>,
    ) -> Result<O::Outcome, Attempt> {
        // The operation's locks make this wait for a lost transaction that the server is still at work on.
        let (mut transaction, before) = self.read(store, Access::Write, reads)?;
        if let Some(earlier) = unanswered.take() {
            let fate = Fate::of(&earlier.plan.writes, &earlier.before, &before);
            tracing::info!(?fate, "the answer to a commit was lost; looked up what became of it");
            match fate {
                Fate::Happened => {
                    // What shows it may be another's, whose commit is still to come.
                    if let Err(failure) = transaction.end() {
                        *unanswered = Some(earlier);
                        return Err(failure.into());
                    }
                    return Ok(self.committed(&earlier.before, earlier.plan));
                }
                Fate::DidNotHappen => *unanswered = Some(earlier),
                Fate::Unclear => {
                    let message = "others have changed the same rows since, so that they do not tell";
                    let failure = Failure::new(FailureKind::ConnectionLost, message).at(store.place());
                    return Err(Attempt::Ended(Error::CommitUnknown(failure)));
                }
            }
        }
        let plan = match operation.decide(&before, &self.context()) {
            Ok(plan) if !plan.writes.is_empty() => plan,
            decided => {
                transaction.end()?;
                return Ok(decided?.outcome);
            }
        };
        transaction.write(&plan.writes)?;
        match transaction.commit() {
            Ok(()) => Ok(self.committed(&before, plan)),
            Err(failure) => {
                if failure.kind == FailureKind::ConnectionLost {
                    self.unanswered_commits.fetch_add(1, Ordering::Relaxed);
                    *unanswered = Some(Unanswered { before, plan });
                }
                Err(failure.into())
            }
        }
    }

    fn committed<T>(&self, before: &Rows, plan: Plan<T>) -> T {
        self.has_written.store(true, Ordering::Relaxed);
        self.watch.committed(before, &plan.writes);
        plan.outcome
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
        let rows = transaction.read(reads)?;
        Ok((transaction, rows))
    }

    fn context(&self) -> Context {
        let (seconds, nanos) = clock::now();
        let (now, entropy) = (Timestamp { seconds, nanos }, clock::entropy());
        Context { now, entropy, without_metadata: self.without_metadata }
    }
}

/// How an attempt ended without success.
enum Attempt {
    /// So that another would not end otherwise.
    Ended(Error),
    /// By the database.
    Failed(Failure),
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Attempt::Failed(failure)
    }
}

impl From<Refusal> for Attempt {
    fn from(refusal: Refusal) -> Self {
        Attempt::Ended(refusal.into())
    }
}

/// A change that may have been made: the answer to its commit was lost.
struct Unanswered<T> {
    before: Rows,
    plan: Plan<T>,
}

/// The attempts at one operation.
struct Tries<'r> {
    runner: &'r Runner,
    started: Instant,
    attempts: u32,
    /// Whether the server was lost: it may be restarting, or its stand-in not yet be writable.
    lost_server: bool,
}

impl<'r> Tries<'r> {
    fn new(runner: &'r Runner) -> Self {
        Tries { runner, started: Instant::now(), attempts: 0, lost_server: false }
    }

    /// Pauses before another attempt, if one may help and there is time for it.
    fn again(&mut self, failure: Failure) -> Result<(), Error> {
        self.attempts += 1;
        let runner = self.runner;
        let counter = match failure.kind {
            FailureKind::Conflict => &runner.conflicts,
            FailureKind::ConnectionLost => &runner.lost_connections,
            FailureKind::Unreachable if runner.reached.load(Ordering::Relaxed) => &runner.lost_connections,
            FailureKind::ReadOnly if self.lost_server || runner.has_written.load(Ordering::Relaxed) => {
                &runner.read_only
            }
            _ => return Err(Error::Database(failure)),
        };
        self.lost_server |= matches!(failure.kind, FailureKind::ConnectionLost | FailureKind::Unreachable);
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
}

/// Full jitter: anything up to a bound that doubles, so that writers who met once part.
fn pause(retry: &RetryPolicy, attempts: u32) -> Duration {
    let bound = retry.first_pause.saturating_mul(1 << attempts.min(16)).min(retry.longest_pause);
    let random = u32::from_le_bytes(clock::entropy()[..4].try_into().unwrap_or_default());
    bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
