//! One immutable snapshot of the registry that many readers share, and that is renewed by what changed.
//!
//! # How changes are noticed
//! Feast's tables have no revision that every writer moves, and none of ours to add. So there are three ways,
//! each for what the one before cannot see, all of them reading one state of the database:
//!
//! 1. *Probe*: `feast_metadata`, where every deciding change of ours leaves a revision that says which rows it
//!    touched, and nearly every one of Feast's its time. A few rows; once a second. Where it tells of changes of
//!    ours alone, just the rows are read that they touched, however large the registry is.
//! 2. *Look*: of every table the number of rows and the sum of their `last_updated_timestamp` ([`Mark`]), counted
//!    by the database. Where these moved, rows stamped since shortly before the newest known one are read, and
//!    the keys with their stamps if that does not explain the marks: a deletion, a restored row, a writer whose
//!    clock is behind. After a probe that found something else, and besides as often as it costs a fiftieth of the
//!    time.
//! 3. *Full check*: everything is read and compared. Once a minute, or as often as it costs a two-hundredth of
//!    the time.
//!
//! A look finds whatever changes a stamp. What keeps it, because it happens to one row twice in a second, is found
//! because rows younger than [`WINDOW`] are read again until they are older. What remains for the full check is a
//! row changed without its stamp: by hand, or twice within one second of a clock that is further behind than that.
//!
//! So a change shows after a second where `feast_metadata` tells of it, after a second or fifty times what a look
//! takes where only its stamp does (user metadata, state, intervals: 2 s at 100,000 objects), and after a minute or
//! two hundred times what reading everything takes where nothing does.

mod file;
mod schedule;
mod section;
mod select;
mod snapshot;
mod version;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Instant,
};

use feast_registry_core::{
    operation::{RECENTLY_VISITED, Selection, changed_rows},
    sql::{Mark, Section},
    time::Timestamp,
};

use self::{file::File, schedule::Schedule};
pub use self::{
    snapshot::{Snapshot, VersionKey},
    version::{Version, VersionBytes},
};
use crate::{
    clock, config::RegistryConfig, driver::Failure, error::Error, registry::Registry, runner::RetryPolicy,
    store::Transaction, url::RegistryUrl,
};

/// How long, by its stamp, a row may still change and keep it, in seconds: a second, and what clocks and commits
/// are late.
pub const WINDOW: i64 = 10;

/// So many young rows of one table are not read again before they are old.
const MANY: usize = 2_000;

/// How thoroughly to look for changes; see the module's description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// At the metadata; and at the tables if that has changed.
    Probe,
    /// At the tables' marks.
    Look,
    /// At every row.
    Full,
}

/// A registry's snapshot, shared and renewed.
pub struct Cache {
    origin: Origin,
    current: RwLock<Current>,
    state: Mutex<State>,
}

/// What the cache holds.
#[derive(Clone)]
pub struct Current {
    /// The registry.
    pub snapshot: Arc<Snapshot>,
    /// When the registry was last seen to be so.
    pub as_of: Timestamp,
}

enum Origin {
    Registry(Arc<Registry>),
    File(PathBuf),
}

/// What is remembered from one look for the next one.
struct State {
    schedule: Schedule,
    /// In the order of [`Section::all`].
    sections: Vec<Seen>,
    file: Option<File>,
}

/// A section as of the last look.
#[derive(Clone, Copy, Default)]
struct Seen {
    mark: Mark,
    /// Whether all rows were too old then to change and keep their stamps.
    settled: bool,
    /// How many were not.
    young: usize,
}

impl Cache {
    /// Reads all of a registry, which is not written to: nor are its tables made.
    ///
    /// # Errors
    /// As [`Registry::connect`], and the database's failure.
    pub fn open(config: &RegistryConfig, patience: RetryPolicy) -> Result<Self, Error> {
        match &config.path {
            RegistryUrl::File(path) => Self::unread(Origin::File(path.clone())).read(),
            RegistryUrl::Database(_) => Self::on(Registry::connect_to_read(config)?.with_retry(patience)),
        }
    }

    /// The cache of a registry that is open, which it reads.
    ///
    /// # Errors
    /// The database's failure.
    pub fn on(registry: impl Into<Arc<Registry>>) -> Result<Self, Error> {
        Self::unread_on(registry).read()
    }

    /// The cache of a registry that is open, empty until it is first refreshed.
    pub(crate) fn unread_on(registry: impl Into<Arc<Registry>>) -> Self {
        Self::unread(Origin::Registry(registry.into()))
    }

    fn read(self) -> Result<Self, Error> {
        self.refresh(Effort::Full)?;
        Ok(self)
    }

    fn unread(origin: Origin) -> Self {
        let as_of = Timestamp::default();
        Cache {
            origin,
            current: RwLock::new(Current { snapshot: Arc::new(Snapshot::empty()), as_of }),
            state: Mutex::new(State {
                schedule: Schedule::new(),
                sections: Section::all().map(|_| Seen::default()).collect(),
                file: None,
            }),
        }
    }

    /// What to call the registry in messages; without secrets.
    pub fn place(&self) -> String {
        match &self.origin {
            Origin::Registry(registry) => registry.place().into(),
            Origin::File(path) => path.display().to_string(),
        }
    }

    /// Whether it is a registry file.
    pub fn is_file(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }

    /// The snapshot, which may be as old as [`Current::as_of`] says.
    pub fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks for changes as thoroughly as is due by now.
    ///
    /// # Errors
    /// The database's failure; the snapshot stays.
    pub fn refresh_as_due(&self) -> Result<Current, Error> {
        self.refresh_as_due_or(Effort::Probe)
    }

    /// Looks for changes as thoroughly as is due by now, and at least so.
    ///
    /// # Errors
    /// The database's failure; the snapshot stays.
    pub fn refresh_as_due_or(&self, least: Effort) -> Result<Current, Error> {
        let state = self.state();
        let effort = state.schedule.due(Instant::now()).max(least);
        self.refresh_in(state, effort)
    }

    /// Looks for changes: the snapshot is the same one where there are none.
    ///
    /// # Errors
    /// The database's failure; the snapshot stays.
    pub fn refresh(&self, effort: Effort) -> Result<Current, Error> {
        self.refresh_in(self.state(), effort)
    }

    fn refresh_in(&self, mut state: MutexGuard<'_, State>, effort: Effort) -> Result<Current, Error> {
        let (begun, now) = (Instant::now(), clock::now());
        let before = self.current().snapshot;
        let found = match &self.origin {
            Origin::File(path) => file::refresh(&mut state.file, path, &before, now.0)?,
            Origin::Registry(registry) => {
                let looked = registry
                    .reading(&mut |transaction| look(transaction, &before, &state.sections, effort, now.0))?;
                state.sections = looked.sections;
                state.schedule.done(looked.effort, begun, Instant::now());
                looked.found
            }
        };
        let snapshot = match found {
            Some(found) => Arc::new(found),
            None => before,
        };
        let current = Current { snapshot, as_of: Timestamp { seconds: now.0, nanos: now.1 } };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current.clone();
        Ok(current)
    }

    // What a panic could leave behind under the lock is at worst looked at again.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a look.
struct Looked {
    /// The registry, where it is not as before.
    found: Option<Snapshot>,
    sections: Vec<Seen>,
    /// What it came to.
    effort: Effort,
}

fn look(
    transaction: &mut dyn Transaction,
    before: &Snapshot,
    sections: &[Seen],
    effort: Effort,
    now: i64,
) -> Result<Looked, Failure> {
    let mut rows = transaction.select(&[Selection::Metadata { project: None }])?;
    rows.metadata.retain(|(_, key), _| !key.starts_with(RECENTLY_VISITED));
    let mut sections = sections.to_vec();
    let is_told = rows.metadata != *before.metadata();
    if effort == Effort::Probe && !is_told {
        return Ok(Looked { found: None, sections, effort });
    }
    let touched = changed_rows(before.metadata(), &rows.metadata);
    let mut next = before.renewed(rows.metadata);
    if let (Effort::Probe, Some(touched)) = (effort, touched) {
        next.read_again(&touched, transaction)?;
        return Ok(Looked { found: Some(next), sections, effort });
    }
    let effort = effort.max(Effort::Look);
    let mut has_changed = is_told;
    let marks = transaction.marks()?;
    for ((section, mark), seen) in Section::all().zip(marks).zip(&mut sections) {
        let is_old = next.newest(section) + WINDOW < now;
        let is_quiet = seen.mark == mark && (seen.settled || seen.young > MANY && !is_old);
        if effort == Effort::Full || !is_quiet {
            let (changed, young) = next.refresh(section, mark, effort, now, transaction)?;
            has_changed |= changed;
            *seen = Seen { mark, settled: next.newest(section) + WINDOW < now, young };
        }
    }
    Ok(Looked { found: has_changed.then_some(next), sections, effort })
}
