//! The registry as it was a moment ago, for reads that allow that: one snapshot for all, renewed in the
//! background while somebody asks.
//!
//! Nobody waits for it. Where it lacks something that it must have (a change made through this server, or what
//! others wrote longer ago than the cache may be old) the read is answered from the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use feast_registry_core::catalog::permissions::User;

use crate::{
    cache::{Cache, Effort, Snapshot},
    error::Error,
    registry::Registry,
    server::readiness::Readiness,
};

/// How often to look for changes while somebody reads.
const PERIOD: Duration = Duration::from_secs(1);

/// The cache of a server.
pub(super) struct Cached {
    /// Read when it is first asked for.
    cache: Arc<Cache>,
    /// How old a snapshot may be; `None` for any age.
    ttl: Option<Duration>,
    readiness: Readiness,
    state: Mutex<State>,
    answers: RwLock<Answers>,
}

#[derive(Default)]
struct State {
    /// Changes made through this server, each counted before it is answered.
    changes: u64,
    /// How many of these the snapshot has for certain.
    covered: u64,
    /// When the registry was last looked at, and when with success.
    begun: Option<Instant>,
    seen: Option<Instant>,
    renewing: bool,
    failed: bool,
    /// How often it was looked at, with success and without.
    renewals: u64,
    failures: u64,
}

/// What there is to know of a cache from outside.
pub(crate) struct CacheUse {
    pub(crate) renewals: u64,
    pub(crate) failures: u64,
    /// How long ago it was last seen to be right; `None` before it was first read.
    pub(crate) age: Option<Duration>,
    pub(crate) objects: usize,
    pub(crate) bytes: usize,
}

impl Cached {
    pub(super) fn new(registry: Arc<Registry>, ttl: Option<Duration>, readiness: Readiness) -> Self {
        Cached {
            cache: Arc::new(Cache::unread_on(registry)),
            ttl,
            readiness,
            state: Mutex::default(),
            answers: RwLock::default(),
        }
    }

    /// Notes that something was, or may have been, changed. Where the cache is used it is renewed soon, also
    /// if nobody asks: who asks while the database is away is to find the change.
    pub(super) fn changed(self: &Arc<Self>) {
        let is_due = {
            let mut state = self.state();
            state.changes += 1;
            state.seen.is_some() && state.begin(Instant::now())
        };
        if is_due {
            self.renew_aside(Effort::Look);
        }
    }

    /// The snapshot, if it has every change made through this server and is not older than the time to live, nor
    /// than `limit`. While the database cannot be reached none is too old.
    pub(super) fn snapshot(self: &Arc<Self>, limit: Option<Duration>) -> Option<Arc<Snapshot>> {
        let (fits, is_due) = {
            let (now, mut state) = (Instant::now(), self.state());
            let has_own = state.covered == state.changes;
            let least = self.ttl.into_iter().chain(limit).min();
            let is_young = |seen| least.is_none_or(|least| now - seen <= least) || !self.readiness.is_ready();
            let fits = has_own && state.seen.is_some_and(is_young);
            if !has_own && !state.failed {
                state.begun = None;
            }
            (fits, state.begin(now))
        };
        if is_due {
            self.renew_aside(if fits { Effort::Probe } else { Effort::Look });
        }
        fits.then(|| self.cache.current().snapshot)
    }

    fn renew_aside(self: &Arc<Self>, least: Effort) {
        let this = self.clone();
        thread::spawn(move || {
            let _end = Renewing(&this);
            if let Err(error) = this.renew(least) {
                tracing::warn!("the cache cannot be renewed: {error}");
            }
        });
    }

    /// Looks for changes at least so thoroughly.
    pub(super) fn renew(&self, least: Effort) -> Result<(), Error> {
        let (begun, changes) = (Instant::now(), self.state().changes);
        let outcome = self.cache.refresh_as_due_or(least).map(drop);
        let mut state = self.state();
        state.failed = outcome.is_err();
        *(if state.failed { &mut state.failures } else { &mut state.renewals }) += 1;
        if outcome.is_ok() {
            state.covered = state.covered.max(changes);
            state.seen = state.seen.max(Some(begun));
        }
        outcome
    }

    /// The cache itself, which was read by now.
    pub(super) fn read(&self) -> Result<Arc<Cache>, Error> {
        self.renew(Effort::Probe)?;
        Ok(self.cache.clone())
    }

    /// What there is to know of it from outside; looks at every object.
    pub(super) fn look_at(&self) -> CacheUse {
        let snapshot = self.cache.current().snapshot;
        let state = self.state();
        CacheUse {
            renewals: state.renewals,
            failures: state.failures,
            age: state.seen.map(|seen| seen.elapsed()),
            objects: snapshot.objects().count(),
            bytes: snapshot.objects().map(|(_, row)| row.bytes.len()).sum(),
        }
    }

    /// What was answered to the same question from the same snapshot.
    pub(super) fn answer(&self, snapshot: &Snapshot, question: &Question) -> Option<Bytes> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        answers.known.get(question).filter(|_| answers.number == snapshot.number()).cloned()
    }

    /// Remembers an answer.
    pub(super) fn remember(&self, snapshot: &Snapshot, question: Question, answer: &Bytes) {
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        answers.put(snapshot.number(), question, answer.clone());
    }

    // Under the lock nothing can panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether to look for changes in the background now, which then is under way.
    fn begin(&mut self, now: Instant) -> bool {
        let is_due = !self.renewing && self.begun.is_none_or(|begun| now - begun >= PERIOD);
        if is_due {
            (self.renewing, self.begun) = (true, Some(now));
        }
        is_due
    }
}

/// A renewal in the background, which has an end however it ends.
struct Renewing<'c>(&'c Cached);

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        self.0.state().renewing = false;
    }
}

/// What an answer depends on beside the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) user: Option<Arc<User>>,
    /// The method, or a door's own sort of question.
    pub(super) sort: &'static str,
    pub(super) words: Vec<u8>,
}

/// Answers from one snapshot.
#[derive(Default)]
struct Answers {
    number: u64,
    known: HashMap<Question, Bytes>,
    size: usize,
}

/// In bytes: all of them, and the longest one.
const MOST: usize = 16 << 20;
const LONGEST: usize = 8 << 20;

impl Answers {
    fn put(&mut self, number: u64, question: Question, answer: Bytes) {
        /// What an entry takes beside its bytes, about.
        const ENTRY: usize = 128;
        let size = question.words.len() + answer.len() + ENTRY;
        if number < self.number || size > LONGEST {
            return;
        }
        if number > self.number || self.size + size > MOST {
            *self = Answers { number, ..Answers::default() };
        }
        if self.known.insert(question, answer).is_none() {
            self.size += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_of_one_snapshot_and_take_bounded_memory() {
        let question = |index: usize| {
            let words = index.to_be_bytes().to_vec();
            Question { user: None, sort: "GetEntity", words }
        };
        let mut answers = Answers::default();
        answers.put(2, question(1), Bytes::from_static(b"two"));
        answers.put(1, question(2), Bytes::from_static(b"older"));
        assert_eq!(answers.known.len(), 1);
        answers.put(3, question(2), Bytes::from_static(b"three"));
        assert!(answers.number == 3 && answers.known.keys().eq([&question(2)]));
        answers.put(3, question(3), Bytes::from(vec![0; LONGEST + 1]));
        assert_eq!(answers.known.len(), 1);
        for index in 0..100 {
            answers.put(3, question(index), Bytes::from(vec![0; 1 << 20]));
            assert!(answers.known.values().map(Bytes::len).sum::<usize>() <= MOST);
        }
        assert!(answers.known.contains_key(&question(99)));
    }
}
