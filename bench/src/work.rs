//! What is measured, as data: a line for each sort of work.

/// The databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
    MariaDb,
}

impl Database {
    pub(crate) const ALL: [Database; 3] = [Database::Sqlite, Database::Postgres, Database::MariaDb];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "SQLite",
            Database::Postgres => "PostgreSQL",
            Database::MariaDb => "MariaDB",
        }
    }
}

/// A sort of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// One view that does not exist yet, durably.
    Apply,
    /// One interval for a view that exists.
    Materialize,
    /// One new view, and then the cache renewed so that it is in there.
    SyncApply,
    /// As many new views as the registry's size says, in one change.
    ApplyMany,
    /// All views of the project, from the database.
    List,
    /// The whole registry as one message.
    Export,
    /// One view by its name, from the cache.
    CachedGet,
    /// The cache, after another client has applied one view.
    Refresh,
    /// `feature-views list` as a process of its own, from its start to its end.
    ProcessTime,
    /// The most memory that process has.
    ProcessMemory,
    /// What a process grows by with the whole registry in its cache.
    Hold,
}

impl Work {
    pub(crate) fn info(self) -> &'static Info {
        // A line for each, in this order.
        &WORKS[self as usize]
    }
}

/// In what the cost of work is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Bytes,
}

/// How a sort of work is measured.
pub(crate) struct Info {
    pub(crate) work: Work,
    /// What it is called in the floors and in file names.
    pub(crate) name: &'static str,
    /// What it is called in the tables.
    pub(crate) title: &'static str,
    /// What is to be reached.
    pub(crate) goal: &'static str,
    /// What the bare driver does.
    pub(crate) bare: &'static str,
    /// At which sizes.
    pub(crate) sizes: &'static [usize],
    /// At which sizes with a millisecond added to each round trip, too.
    pub(crate) distant: &'static [usize],
    /// Up to which size Feast is asked as well, near and distant.
    pub(crate) feast: [usize; 2],
    /// On which databases.
    pub(crate) databases: &'static [Database],
    pub(crate) unit: Unit,
    pub(crate) runs: Runs,
}

/// What a sort of work is done on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    /// A registry of so many views.
    Filled,
    /// An empty database, which so many views come into.
    Empty,
    /// A registry of so many views, each time in a process of its own.
    Process,
}

const ALL: &[usize] = &[100, 1_000, 10_000, 100_000];
const HERE: &[Database] = &[Database::Sqlite];
const THOUSAND: &[usize] = &[1_000];

pub(crate) const WORKS: [Info; 11] = [
    Info {
        work: Work::Apply,
        name: "apply",
        title: "apply one new view",
        goal: "at most 4 round trips and 1.3 times the bare driver",
        bare: "`BEGIN`, an `INSERT` of the view, one of its version, the project's time, `COMMIT`",
        sizes: THOUSAND,
        distant: THOUSAND,
        feast: [1_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::Materialize,
        name: "materialize",
        title: "record a materialization",
        goal: "at most 4 round trips and 1.3 times the bare driver",
        bare: "`BEGIN`, a `SELECT` of the view, its `UPDATE`, `COMMIT`",
        sizes: THOUSAND,
        distant: THOUSAND,
        feast: [1_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::SyncApply,
        name: "sync-apply",
        title: "apply one new view in sync mode",
        goal: "the same at every size, under 3 ms",
        bare: "as for one new view, and a `SELECT` of it",
        sizes: ALL,
        distant: THOUSAND,
        feast: [10_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::ApplyMany,
        name: "apply-many",
        title: "apply so many new views at once",
        goal: "10,000 under 1 s and 1.5 times the bare driver; round trips grow with the packets only",
        bare: "`BEGIN`, `INSERT`s of many rows each, `COMMIT`",
        sizes: &[100, 1_000, 10_000],
        distant: &[100, 1_000, 10_000],
        feast: [1_000, 100],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Empty,
    },
    Info {
        work: Work::List,
        name: "list",
        title: "list all views, uncached",
        goal: "1.2 times the bare driver",
        bare: "a `SELECT` of the project's views",
        sizes: ALL,
        distant: &[100, 1_000, 10_000],
        feast: [10_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::Export,
        name: "export",
        title: "export everything",
        goal: "1.2 times the bare driver",
        bare: "a `SELECT` of every table",
        sizes: ALL,
        distant: &[100, 1_000, 10_000],
        feast: [10_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::CachedGet,
        name: "cached-get",
        title: "get a view by name, cached",
        goal: "under 1 µs, nothing allocated in proportion to the object",
        bare: "a `SELECT` of the view by its key",
        sizes: ALL,
        distant: &[],
        feast: [10_000, 0],
        databases: HERE,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::Refresh,
        name: "refresh",
        title: "renew the cache after one change",
        goal: "under 5 ms at 100,000",
        bare: "a `SELECT` of the metadata, and one of the view by its key",
        sizes: ALL,
        distant: THOUSAND,
        feast: [10_000, 1_000],
        databases: &Database::ALL,
        unit: Unit::Seconds,
        runs: Runs::Filled,
    },
    Info {
        work: Work::ProcessTime,
        name: "process-time",
        title: "`feature-views list` as a process: time",
        goal: "10 ms",
        bare: "a program that does nothing but a `SELECT` of the names",
        sizes: &[500],
        distant: &[],
        feast: [500, 0],
        databases: HERE,
        unit: Unit::Seconds,
        runs: Runs::Process,
    },
    Info {
        work: Work::ProcessMemory,
        name: "process-memory",
        title: "`feature-views list` as a process: memory",
        goal: "15 MB",
        bare: "the same program",
        sizes: &[500],
        distant: &[],
        feast: [500, 0],
        databases: HERE,
        unit: Unit::Bytes,
        runs: Runs::Process,
    },
    Info {
        work: Work::Hold,
        name: "hold",
        title: "hold the whole registry in memory",
        goal: "30 MB at 10,000, 1.5 times their bytes at 100,000",
        bare: "the bytes of the views and of their versions",
        sizes: &[1_000, 10_000, 100_000],
        distant: &[],
        feast: [10_000, 0],
        databases: HERE,
        unit: Unit::Bytes,
        runs: Runs::Process,
    },
];
