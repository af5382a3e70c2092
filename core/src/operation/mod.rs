//! Operations: every change to a registry is a value that says what it must read, and decides, from
//! what was read, what to write. Deciding is pure: a backend may run it again after a conflict.

mod apply;
mod delete;
mod fate;
mod lifecycle;
mod materialize;
mod metadata;
mod projection;
mod protect;
mod restore;
mod revision;
mod view;
mod visits;

use alloc::{collections::BTreeSet, format, string::String, sync::Arc, vec::Vec};

pub use apply::{Action, Apply, Change};
pub use delete::{Delete, DeleteProject, Target};
pub use fate::Fate;
pub use lifecycle::{SetEnabled, SetState, Standing, is_enabled};
pub use materialize::Materialize;
pub use metadata::{AdoptProjects, PurgeMetadata, SetProjectMetadata, SetUserMetadata};
pub use protect::Protect;
pub use restore::Restore;
use revision::Revision;
pub use revision::changed_rows;
pub use visits::{MOST_VISITS, RecordVisits, visits, visits_key};

use crate::{
    kind::Kind,
    refusal::Refusal,
    rows::{Key, Row, Rows, VersionRow},
    time::Timestamp,
};

/// A change to a registry.
pub trait Operation {
    /// What the caller learns when it has happened.
    type Outcome;

    /// What it must lock and read before it can decide.
    fn reads(&self) -> Reads;

    /// Decides what to write. Equal inputs give equal plans.
    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal>;
}

/// What an operation cannot know by itself.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The instant of the change.
    pub now: Timestamp,
    /// 16 random bytes, from which identifiers are made.
    pub entropy: [u8; 16],
    /// Whether `feast_metadata` is left alone (`purge_feast_metadata` in feature_store.yaml).
    pub without_metadata: bool,
}

/// What to lock and read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Which projects' rows to lock, before anything is read.
    pub lock: Lock,
    /// What to read, in order.
    pub selections: Vec<Selection>,
}

/// A lock on the rows of projects, held until the transaction ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// None: a read.
    #[default]
    None,
    /// The projects may not be deleted meanwhile; other writers of theirs go on.
    Shared(BTreeSet<String>),
    /// No other writer of theirs goes on.
    Exclusive(BTreeSet<String>),
}

impl Reads {
    /// How many names are asked for, counted anew in each table.
    pub fn names(&self) -> usize {
        let names = |selection: &Selection| match selection {
            Selection::Objects { names, .. } | Selection::Versions { names, .. } => {
                names.as_ref().map_or(0, |names| names.len())
            }
            Selection::Metadata { .. } => 0,
        };
        self.selections.iter().map(names).sum()
    }
}

impl Lock {
    /// The projects whose rows it is on.
    pub fn projects(&self) -> impl Iterator<Item = &String> {
        match self {
            Lock::None => None,
            Lock::Shared(projects) | Lock::Exclusive(projects) => Some(projects),
        }
        .into_iter()
        .flatten()
    }
}

/// A set of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Objects of one kind.
    Objects {
        /// The kind.
        kind: Kind,
        /// Of one project, or of all.
        project: Option<String>,
        /// With one of these names, or all.
        names: Option<Arc<BTreeSet<String>>>,
        /// Whose `last_updated_timestamp` is this epoch second or later.
        updated_since: Option<i64>,
    },
    /// Versions of views.
    Versions {
        /// Of one project, or of all.
        project: Option<String>,
        /// Of the views with these names, or of all.
        names: Option<Arc<BTreeSet<String>>>,
        /// Whether their bytes are wanted too.
        bytes: bool,
        /// Whose `created_timestamp` is this epoch second or later.
        created_since: Option<i64>,
    },
    /// Metadata entries.
    Metadata {
        /// Of one project, or of all.
        project: Option<String>,
    },
}

impl Selection {
    /// Objects of one kind and project by name.
    pub fn named(kind: Kind, project: &str, names: impl IntoIterator<Item = String>) -> Self {
        Self::shared(kind, project, Arc::new(names.into_iter().collect()))
    }

    /// As [`Selection::named`], by names that other selections have, too.
    pub(crate) fn shared(kind: Kind, project: &str, names: Arc<BTreeSet<String>>) -> Self {
        Selection::Objects { kind, project: Some(project.into()), names: Some(names), updated_since: None }
    }

    /// Versions of a project's views by the names of the views.
    pub fn versions(project: &str, names: impl Into<Arc<BTreeSet<String>>>, bytes: bool) -> Self {
        let (project, names) = (Some(project.into()), Some(names.into()));
        Selection::Versions { project, names, bytes, created_since: None }
    }

    /// All versions of all views of one project or of all, bytes included.
    pub fn all_versions(project: Option<&str>) -> Self {
        let project = project.map(String::from);
        Selection::Versions { project, names: None, bytes: true, created_since: None }
    }

    /// All objects of one kind, of one project or of all.
    pub fn all(kind: Kind, project: Option<&str>) -> Self {
        Selection::Objects { kind, project: project.map(String::from), names: None, updated_since: None }
    }
}

/// A change to the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A row that must not exist yet.
    Insert(Key, Row),
    /// New bytes for a row that must exist; its user metadata stays.
    Update {
        /// Which row.
        key: Key,
        /// Its new bytes.
        bytes: Vec<u8>,
        /// Its new `last_updated_timestamp`.
        last_updated: i64,
    },
    /// A row to remove.
    Delete(Key),
    /// User metadata for a view's row that must exist.
    SetUserMetadata {
        /// Which row.
        key: Key,
        /// The bytes, or `None` to clear them.
        user_metadata: Option<Vec<u8>>,
        /// Its new `last_updated_timestamp`.
        last_updated: i64,
    },
    /// A version that must not exist yet.
    InsertVersion {
        /// The view's project.
        project: String,
        /// The view's name.
        name: String,
        /// The version's number.
        number: i32,
        /// The version.
        row: VersionRow,
    },
    /// Versions of a view to remove.
    DeleteVersions {
        /// The view's project.
        project: String,
        /// The view's name.
        name: String,
        /// Only those of this `feature_view_type`, or all.
        view_type: Option<&'static str>,
    },
    /// A metadata entry to insert or replace.
    PutMetadata {
        /// The project.
        project: String,
        /// The key, at most 50 characters.
        key: String,
        /// The value.
        value: String,
        /// Its `last_updated_timestamp`.
        last_updated: i64,
    },
    /// All metadata entries of a project to remove.
    DeleteMetadata {
        /// The project.
        project: String,
    },
    /// Every row of a project, in all fourteen tables, to remove.
    DeleteProject {
        /// The project.
        project: String,
    },
}

/// What an operation has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<T> {
    /// The changes, in the order in which to make them; empty when there is nothing to do.
    pub writes: Vec<Write>,
    /// What the caller learns once they are made.
    pub outcome: T,
}

/// The metadata key of a project's identifier.
pub const PROJECT_UUID: &str = "project_uuid";
/// The metadata key of the time of a project's last change, epoch seconds in decimal.
pub const LAST_UPDATED: &str = "last_updated_timestamp";
/// The metadata key under which every change that decides names or versions of a project leaves an
/// identifier of its own, and what it and those before it have touched. Two such changes that do not
/// see each other meet at this row, on databases too that do not make them wait for one another: a
/// cluster's other node, or an isolation level that reads from before the wait. Feast passes over keys
/// that it does not know.
pub const REVISION: &str = "feast_registry_revision";

/// With a user's name behind it, the metadata key under which servers keep what the user looked at last, as JSON. It
/// is no part of the registry: it changes with every look at it.
pub const RECENTLY_VISITED: &str = "recently_visited_";

/// How old the time under [`LAST_UPDATED`] may be without being noted anew by every change.
const SECONDS_BETWEEN_TOUCHES: i64 = 10;

/// Past the indices of all other identifiers of a change.
const REVISION_INDEX: usize = u32::MAX as usize;

impl Context {
    /// The `index`th identifier of this change: a version 4 UUID in text form.
    pub(crate) fn uuid(&self, index: usize) -> String {
        // SplitMix64 over the entropy: distinct for every index, as random as the entropy is.
        let mut word = [0u64; 2];
        for (half, slot) in word.iter_mut().enumerate() {
            let seed =
                self.entropy.iter().skip(half * 8).take(8).fold(0, |bits, b| bits << 8 | u64::from(*b));
            let mut z = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *slot = z ^ (z >> 31);
        }
        let [high, low] = word;
        let high = high & !0xf000 | 0x4000;
        let low = low & !(3 << 62) | 1 << 63;
        let mut text = String::with_capacity(36);
        for (index, byte) in high.to_be_bytes().into_iter().chain(low.to_be_bytes()).enumerate() {
            if [4, 6, 8, 10].contains(&index) {
                text.push('-');
            }
            for digit in [byte >> 4, byte & 0xf] {
                text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
            }
        }
        text
    }

    /// Adds the writes that book a change of `project` that was decided under its exclusive lock: the
    /// time, and a new revision.
    pub(crate) fn book(&self, project: &str, rows: &Rows, writes: &mut Vec<Write>) {
        let (id, at) = (self.uuid(REVISION_INDEX), self.now.seconds);
        let revision = (!self.without_metadata).then(|| Write::PutMetadata {
            project: project.into(),
            key: REVISION.into(),
            value: Revision::next(id, at, project, rows, writes).text(),
            last_updated: at,
        });
        writes.extend(self.touch(project, rows).into_iter().chain(revision));
    }

    /// As [`Context::touch`], for changes that go on beside others of the project: they would wait for
    /// each other's commits at this one row, so that a time a few seconds old is good enough.
    pub(crate) fn touch_at_times(&self, project: &str, rows: &Rows) -> Option<Write> {
        let noted = rows.metadata_value(project, LAST_UPDATED).and_then(|value| value.parse::<i64>().ok());
        match noted {
            Some(noted) if self.now.seconds.saturating_sub(noted) < SECONDS_BETWEEN_TOUCHES => None,
            _ => self.touch(project, rows),
        }
    }

    /// The write that notes the time of a change of `project` in its metadata, unless metadata is left
    /// alone or says the same second already.
    pub(crate) fn touch(&self, project: &str, rows: &Rows) -> Option<Write> {
        let value = format!("{}", self.now.seconds);
        if self.without_metadata || rows.metadata_value(project, LAST_UPDATED) == Some(&value) {
            return None;
        }
        let (project, key) = (project.into(), LAST_UPDATED.into());
        Some(Write::PutMetadata { project, key, value, last_updated: self.now.seconds })
    }
}

/// The lock and the metadata that nearly every operation on one project wants.
pub(crate) fn reads_of(project: &str, lock: fn(BTreeSet<String>) -> Lock) -> Reads {
    let lock = lock(BTreeSet::from([project.into()]));
    let metadata = Selection::Metadata { project: Some(project.into()) };
    let own = Selection::named(Kind::Project, project, [project.into()]);
    Reads { lock, selections: Vec::from([own, metadata]) }
}
