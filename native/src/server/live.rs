//! The registry behind the viewer: looked at while somebody watches, serialized once for all who may see the same of
//! it, and what became of it told to every page.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use feast_registry_core::{catalog::permissions::User, service::Caller, time::Timestamp};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;
use tokio::{sync::watch, task::spawn_blocking, time};

use super::problem::Problem;
use crate::{
    cache::{Cache, Current, Snapshot},
    clock,
    error::Error,
};

/// How often to look while somebody watches, and how old what others get may be.
const PERIOD: Duration = Duration::from_secs(1);
/// So many users' are kept.
const MANY: usize = 8;
/// How often pages are told that nothing has changed, in milliseconds.
const REASSURANCE: i64 = 15_000;

/// The registry, live.
pub(super) struct Live {
    cache: Arc<Cache>,
    states: watch::Sender<State>,
    /// As of when the pages last were told.
    told: AtomicI64,
    /// The server's own project.
    home: Arc<str>,
    /// The snapshot as it was last sent, by who got it; all of one revision.
    sent: Mutex<HashMap<Option<Arc<User>>, Arc<Serialized>>>,
}

/// How the registry is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    revision: String,
    /// When the registry was last seen to be so: UTC epoch milliseconds.
    as_of: i64,
    reachable: bool,
    problem: Option<Problem>,
}

/// A snapshot as bytes.
pub(super) struct Serialized {
    pub(super) revision: String,
    pub(super) bytes: Bytes,
    compressed: OnceLock<Option<Bytes>>,
}

impl Live {
    pub(super) fn new(cache: Arc<Cache>, home: Arc<str>) -> Self {
        let state = State::reached(&cache.current());
        let told = AtomicI64::new(state.as_of);
        Live { cache, states: watch::Sender::new(state), told, home, sent: Mutex::default() }
    }

    pub(super) fn place(&self) -> String {
        self.cache.place()
    }

    pub(super) fn is_file(&self) -> bool {
        self.cache.is_file()
    }

    /// The state now and from now on.
    pub(super) fn states(&self) -> watch::Receiver<State> {
        self.states.subscribe()
    }

    /// Looks at the registry for as long as somebody watches; for ever.
    pub(super) async fn watch(self: Arc<Self>) {
        let mut ticks = time::interval(PERIOD);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.states.receiver_count() > 0 {
                self.look().await;
            }
        }
    }

    /// The state, which is not older than a second if the registry can be reached.
    pub(super) async fn state(&self) -> State {
        let (seconds, nanos) = clock::now();
        let age = milliseconds(Timestamp { seconds, nanos }) - self.states.borrow().as_of;
        if u128::try_from(age).is_ok_and(|age| age >= PERIOD.as_millis()) {
            self.look().await;
        }
        self.states.borrow().clone()
    }

    async fn look(&self) {
        let cache = self.cache.clone();
        let Ok(outcome) = spawn_blocking(move || cache.refresh_as_due()).await else { return };
        if let Err(error) = &outcome {
            tracing::debug!("the registry cannot be read: {error}");
        }
        self.states.send_if_modified(|state| {
            let before = std::mem::replace(state, state.after(outcome));
            let is_news = State { as_of: before.as_of, ..state.clone() } != before
                || state.as_of - self.told.load(Ordering::Relaxed) >= REASSURANCE;
            if is_news {
                self.told.store(state.as_of, Ordering::Relaxed);
            }
            is_news
        });
    }

    /// What a user may see of the snapshot, as bytes; all of it where nobody is told from anybody else. The work is
    /// done once for each.
    pub(super) async fn serialized(self: &Arc<Self>, user: Option<Arc<User>>) -> Option<Arc<Serialized>> {
        let live = self.clone();
        spawn_blocking(move || {
            let Current { snapshot, .. } = live.cache.current();
            // Held while serializing, so that others wait instead of doing the same.
            let mut sent = live.sent.lock().unwrap_or_else(PoisonError::into_inner);
            let is_current = |sent: &Arc<Serialized>| sent.revision == snapshot.revision();
            if let Some(known) = sent.get(&user).filter(|sent| is_current(sent)) {
                return known.clone();
            }
            if sent.len() >= MANY || !sent.values().all(is_current) {
                sent.clear();
            }
            let caller = user.as_deref().map(|user| Caller { user, home: &live.home });
            let made = Arc::new(Serialized::new(&snapshot, caller));
            sent.insert(user, made.clone());
            made
        })
        .await
        .ok()
    }
}

impl State {
    fn reached(current: &Current) -> Self {
        State {
            revision: current.snapshot.revision(),
            as_of: milliseconds(current.as_of),
            reachable: true,
            problem: None,
        }
    }

    fn after(&self, outcome: Result<Current, Error>) -> Self {
        match outcome {
            Ok(current) => State::reached(&current),
            Err(error) => State { reachable: false, problem: Some(Problem::from(&error)), ..self.clone() },
        }
    }
}

impl Serialized {
    fn new(snapshot: &Snapshot, caller: Option<Caller<'_>>) -> Self {
        let bytes = match caller {
            None => snapshot.serialized(),
            Some(caller) => snapshot.serialized_for(caller),
        };
        Serialized { revision: snapshot.revision(), bytes, compressed: OnceLock::new() }
    }

    /// The bytes compressed, where that makes them much smaller.
    pub(super) async fn compressed(self: Arc<Self>) -> Option<Bytes> {
        spawn_blocking(move || {
            let compress = || {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                std::io::Write::write_all(&mut encoder, &self.bytes).ok()?;
                let compressed = encoder.finish().ok()?;
                (compressed.len() < self.bytes.len() / 4 * 3).then(|| compressed.into())
            };
            self.compressed.get_or_init(compress).clone()
        })
        .await
        .ok()?
    }
}

fn milliseconds(time: Timestamp) -> i64 {
    time.seconds * 1_000 + i64::from(time.nanos / 1_000_000)
}
