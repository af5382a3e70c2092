//! The one place that runs operations: begin, lock, read, decide, write, commit, and again from the
//! start after a conflict. All doors go through it.

use std::{
    thread,
    time::{Duration, Instant},
};

use feast_registry_core::{
    operation::{Context, Lock, Operation, Plan},
    rows::Rows,
    time::Timestamp,
};

use crate::{
    clock,
    driver::{Access, Failure, FailureKind},
    error::Error,
    store::Store,
};

/// How long and how patiently conflicts are retried.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// When to give up.
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

/// Runs an operation in one transaction until it has happened, is refused or fails.
///
/// `preview` decides without writing: the outcome is what would happen.
///
/// # Errors
/// The operation's refusal; the database's failure; [`Error::CommitUnknown`] where the connection was
/// lost in the commit, so that the operation may have happened; [`Error::Contended`] past the deadline.
pub fn run<O: Operation>(
    store: &dyn Store,
    operation: &O,
    without_metadata: bool,
    retry: &RetryPolicy,
    preview: bool,
) -> Result<O::Outcome, Error> {
    let started = Instant::now();
    let mut attempts = 0u32;
    loop {
        attempts += 1;
        let failure = match attempt(store, operation, without_metadata, preview) {
            Ok(outcome) => return Ok(outcome),
            Err(Attempt::Final(error)) => return Err(error),
            Err(Attempt::Again(failure)) => failure,
        };
        let pause = pause(retry, attempts);
        if started.elapsed() + pause > retry.deadline {
            return Err(Error::Contended { attempts, last: failure });
        }
        let code = failure.code.as_deref().unwrap_or("none");
        tracing::info!(attempt = attempts, code, "retrying after: {failure}");
        thread::sleep(pause);
    }
}

enum Attempt {
    Final(Error),
    Again(Failure),
}

/// Nothing has been committed yet, so that what is worth a retry can be retried.
fn before_commit(failure: Failure) -> Attempt {
    match failure.kind {
        FailureKind::Conflict | FailureKind::ConnectionLost => Attempt::Again(failure),
        _ => Attempt::Final(Error::Database(failure)),
    }
}

fn attempt<O: Operation>(
    store: &dyn Store,
    operation: &O,
    without_metadata: bool,
    preview: bool,
) -> Result<O::Outcome, Attempt> {
    let reads = operation.reads();
    let access = if preview { Access::Read } else { Access::Write };
    let mut transaction = store.begin(access).map_err(before_commit)?;
    if !preview {
        transaction.lock(&reads.lock).map_err(before_commit)?;
    }
    let locking = !preview && reads.lock != Lock::None;
    let mut rows = Rows::default();
    for selection in &reads.selections {
        transaction.read(selection, locking, &mut rows).map_err(before_commit)?;
    }
    let (seconds, nanos) = clock::now();
    let context = Context { now: Timestamp { seconds, nanos }, entropy: clock::entropy(), without_metadata };
    let refused = |refusal| Attempt::Final(Error::Refused(refusal));
    let Plan { writes, outcome } = operation.decide(&rows, &context).map_err(refused)?;
    if preview || writes.is_empty() {
        return Ok(outcome);
    }
    transaction.write(&writes).map_err(before_commit)?;
    match transaction.commit() {
        Ok(()) => Ok(outcome),
        Err(failure) if failure.kind == FailureKind::ConnectionLost => {
            Err(Attempt::Final(Error::CommitUnknown(failure)))
        }
        Err(failure) => Err(before_commit(failure)),
    }
}

/// Full jitter: anything up to a bound that doubles, so that writers who met once part.
fn pause(retry: &RetryPolicy, attempts: u32) -> Duration {
    let bound = retry.first_pause.saturating_mul(1 << attempts.min(16)).min(retry.longest_pause);
    let random = u32::from_le_bytes(clock::entropy()[..4].try_into().unwrap_or_default());
    bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
