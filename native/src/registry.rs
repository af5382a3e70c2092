//! The library's door: one registry, opened from wherever it is kept, with every operation and read.

use std::{collections::BTreeSet, path::Path, slice, sync::Arc};

use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{AdoptProjects, Operation, PurgeMetadata, Selection},
    query::{Listing, Query},
    refusal::Refusal,
    rows::{Key, Row, Rows, VersionRow, Versions},
    snapshot::{self, Damaged, ReadOptions, Written},
    sql::{Dialect, Drift},
};

use crate::{
    config::{RegistryConfig, SchemaMode},
    driver::{Access, Failure, FailureKind, open_driver},
    error::Error,
    export,
    listing::answer_all,
    pool::{Connections, Pool},
    processors::processors,
    replica::{self, Replica},
    runner::{Retries, RetryPolicy, Runner},
    store::{MemoryStore, SqlStore, Store, Transaction},
    url::RegistryUrl,
};

/// A registry.
///
/// Reads go to the replica where one is configured. After this value has written they go where the writes
/// go until the replica has them too, so that a caller sees its own.
pub struct Registry {
    primary: Arc<dyn Store>,
    replica: Option<Replica>,
    runner: Runner,
}

impl Registry {
    /// An empty registry in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::on(Arc::new(MemoryStore::new()))
    }

    /// A registry on a store that is ready for use.
    pub fn on(store: Arc<dyn Store>) -> Self {
        Registry { primary: store, replica: None, runner: Runner::default() }
    }

    /// The same registry with another patience for conflicts.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.runner.retry = retry;
        self
    }

    /// Connects as configured, without looking at the tables: for creating and dropping them.
    ///
    /// # Errors
    /// A file that is no registry, or a connection parameter that cannot be followed. Databases are
    /// not connected to yet.
    pub fn connect(config: &RegistryConfig) -> Result<Self, Error> {
        Self::connect_for(Access::Write, config)
    }

    /// As [`Registry::connect`], for reading: a database file that does not exist is not made.
    ///
    /// # Errors
    /// As [`Registry::connect`].
    pub fn connect_to_read(config: &RegistryConfig) -> Result<Self, Error> {
        Self::connect_for(Access::Read, config)
    }

    fn connect_for(access: Access, config: &RegistryConfig) -> Result<Self, Error> {
        let primary = open_store(&config.path, config, access)?;
        let replica =
            config.read_path.as_ref().map(|path| open_store(path, config, Access::Read)).transpose()?;
        let mut registry = Self::on(primary);
        registry.replica = replica.map(Replica::new);
        registry.runner.without_metadata = config.purge_feast_metadata;
        Ok(registry)
    }

    /// Opens the registry as configured: its tables are created (`auto`), checked (`verify`) or taken
    /// for granted (`skip`). In mode `auto` projects that only `feast_metadata` knows are adopted; with
    /// `purge_feast_metadata` that table is emptied, as Feast does at every start.
    ///
    /// # Errors
    /// As [`Registry::connect`]; the database's failure; [`Error::Schema`] where the tables cannot be
    /// used as they are.
    pub fn open(config: &RegistryConfig) -> Result<Self, Error> {
        let registry = Self::connect(config)?;
        if config.schema_mode != SchemaMode::Skip {
            registry.ensure_schema(config.schema_mode == SchemaMode::Auto)?;
        }
        if config.purge_feast_metadata {
            registry.run(&PurgeMetadata)?;
        } else if config.schema_mode == SchemaMode::Auto && !registry.preview(&AdoptProjects)?.is_empty() {
            registry.run(&AdoptProjects)?;
        }
        // Nobody waits for what opening wrote.
        registry.replica.iter().for_each(Replica::forget);
        Ok(registry)
    }

    fn ensure_schema(&self, create: bool) -> Result<(), Error> {
        let mut drift = self.drift()?;
        if create && drift.iter().any(|(drift, _)| matches!(drift, Drift::MissingTable(_))) {
            self.create_schema()?;
            drift = self.drift()?;
        }
        let (fatal, tolerable): (Vec<_>, Vec<_>) = drift.into_iter().partition(|(drift, _)| drift.is_fatal());
        for (drift, remedy) in tolerable {
            tracing::warn!("{drift}; {}", remedy.unwrap_or_default());
        }
        match fatal.is_empty() {
            true => Ok(()),
            false => Err(Error::Schema {
                place: self.place().into(),
                drift: fatal.into_iter().map(|(drift, _)| drift).collect(),
            }),
        }
    }

    /// What to call the registry in messages; without secrets.
    pub fn place(&self) -> &str {
        self.primary.place()
    }

    /// Creates the tables that are missing.
    ///
    /// # Errors
    /// The database's failure.
    pub fn create_schema(&self) -> Result<(), Error> {
        self.runner.repeat(|| self.primary.create_schema())
    }

    /// How the tables differ from what the registry needs, each with the statement that puts it right
    /// where there is one.
    ///
    /// # Errors
    /// The database's failure.
    pub fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Error> {
        self.runner.repeat(|| self.primary.drift())
    }

    /// Drops all fourteen tables, with everything in them.
    ///
    /// # Errors
    /// The database's failure; [`Error::CommitUnknown`] where the connection was lost meanwhile. It is not
    /// made again then: the tables that are there now may be new ones.
    pub fn teardown(&self) -> Result<(), Error> {
        let dropped = self.runner.repeat(|| match self.primary.drop_schema() {
            Err(failure) if failure.kind == FailureKind::ConnectionLost => Ok(Err(failure)),
            dropped => dropped.map(Ok),
        })?;
        dropped.map_err(Error::CommitUnknown)
    }

    /// Makes a change, in one transaction.
    ///
    /// # Errors
    /// The operation's refusal, or what [`Runner::run`] fails with.
    pub fn run<O: Operation>(&self, operation: &O) -> Result<O::Outcome, Error> {
        let outcome = self.runner.run(&*self.primary, operation);
        if let Some(replica) = self.replica.as_ref().filter(|_| replica::may_have_written(&outcome)) {
            replica.written(operation.reads().selections);
        }
        outcome
    }

    /// As [`Registry::run`], of a change that no read has to find at once: a replica serves meanwhile.
    ///
    /// # Errors
    /// As [`Registry::run`].
    pub(crate) fn run_aside<O: Operation>(&self, operation: &O) -> Result<O::Outcome, Error> {
        self.runner.run(&*self.primary, operation)
    }

    /// Decides a change without making it.
    ///
    /// # Errors
    /// The operation's refusal, or the database's failure.
    pub fn preview<O: Operation>(&self, operation: &O) -> Result<O::Outcome, Error> {
        self.runner.preview(&*self.primary, operation)
    }

    /// How often changes were repeated since the registry was opened, and why.
    pub fn retries(&self) -> Retries {
        self.runner.retries()
    }

    /// What the connections to the database, and to its replica, are doing.
    pub fn connections(&self) -> Connections {
        let replica = self.replica.as_ref().map(|replica| replica.store.connections());
        self.primary.connections() + replica.unwrap_or_default()
    }

    /// Reads selections in one transaction.
    ///
    /// # Errors
    /// The database's failure.
    pub fn read(&self, selections: &[Selection]) -> Result<Rows, Error> {
        self.look(&mut |store| store.read(selections))
    }

    /// Reads what a function asks for, in one transaction. The function may be called several times.
    ///
    /// # Errors
    /// The database's failure.
    pub fn reading<T>(
        &self,
        read: &mut dyn FnMut(&mut dyn Transaction) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        self.look(&mut |store| read(&mut *store.begin(Access::Read)?))
    }

    fn look<T>(&self, read: &mut dyn FnMut(&dyn Store) -> Result<T, Failure>) -> Result<T, Error> {
        if let Some(replica) = &self.replica
            && replica.serves(&*self.primary, &self.runner)
        {
            match self.runner.look(&*replica.store, read) {
                Err(failure) if replica::is_behind_or_gone(&failure) => {
                    tracing::warn!("reading from the primary instead of the replica: {failure}");
                    replica.failed(&failure);
                }
                result => return Ok(result?),
            }
        }
        self.runner.repeat(|| self.runner.look(&*self.primary, read))
    }

    /// Looks whether the place that is written to can be reached and has the tables.
    ///
    /// # Errors
    /// The database's failure; that all connections are in use, or others in the way, is none.
    pub fn reach(&self) -> Result<(), Failure> {
        use FailureKind::{Conflict, ConnectionLost, PoolExhausted};
        let nothing = [Selection::named(Kind::Project, "", [String::new()])];
        let look = || self.runner.look(&*self.primary, &mut |store| store.read(&nothing));
        let found = match look() {
            // A connection that was kept may be dead, and its contemporaries are closed now.
            Err(failure) if failure.kind == ConnectionLost => look(),
            found => found,
        };
        match found {
            Err(failure) if !matches!(failure.kind, PoolExhausted | Conflict) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Answers a query.
    ///
    /// # Errors
    /// The database's failure. Rows that cannot be decoded are part of the answer.
    pub fn list(&self, query: &Query) -> Result<Listing, Error> {
        Ok(answer_all(slice::from_ref(query), self.read(&[query.selection()])?))
    }

    /// One object.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Damaged`], or the database's failure.
    pub fn get(&self, kind: Kind, project: &str, name: &str) -> Result<Object, Error> {
        let rows = self.read(&[Selection::named(kind, project, [name.to_owned()])])?;
        let key = match kind {
            Kind::Project => Key::project(name),
            _ => Key::new(kind, project, name),
        };
        match rows.objects.get(&key) {
            Some(row) => decode(&key, row),
            None if kind == Kind::Project => Err(Refusal::ProjectNotFound { name: name.into() }.into()),
            None => Err(Refusal::NotFound { kind, project: project.into(), name: name.into() }.into()),
        }
    }

    /// The view of that name, of whichever kind, with its row.
    ///
    /// # Errors
    /// As [`Registry::get`].
    pub fn any_view(&self, project: &str, name: &str) -> Result<(Object, Row), Error> {
        let named = |kind| Selection::named(kind, project, [name.to_owned()]);
        let rows = self.read(&Kind::VIEWS.map(named))?;
        let mut found = rows.objects.iter();
        match found.next() {
            Some((key, row)) => Ok((decode(key, row)?, row.clone())),
            None => {
                let (kind, project, name) = (Kind::FeatureView, project.into(), name.into());
                Err(Refusal::NotFound { kind, project, name }.into())
            }
        }
    }

    /// The versions of a view, by number; none for a view that does not exist.
    ///
    /// # Errors
    /// The database's failure.
    pub fn versions(&self, project: &str, view: &str) -> Result<Versions, Error> {
        let selection = Selection::versions(project, BTreeSet::from([view.to_owned()]), true);
        Ok(self.read(&[selection])?.versions.into_values().next().unwrap_or_default())
    }

    /// A view as it was in version `number`.
    ///
    /// # Errors
    /// [`Refusal::VersionNotFound`], [`Refusal::Damaged`], or the database's failure.
    pub fn view_at_version(&self, project: &str, view: &str, number: i32) -> Result<Object, Error> {
        let mut versions = self.versions(project, view)?;
        let Some(VersionRow { view_type, bytes, created, .. }) = versions.remove(&number) else {
            let (project, name) = (project.into(), view.into());
            return Err(Refusal::VersionNotFound { project, name, version: number }.into());
        };
        let kind = Kind::of_history_type(&view_type).unwrap_or(Kind::FeatureView);
        let key = Key::new(kind, project, view);
        let object = decode(&key, &Row { bytes, last_updated: created, user_metadata: None })?;
        let mut books = object.bookkeeping();
        books.version_number = Some(number).filter(|number| *number != 0);
        let damaged = |source| Refusal::Damaged { kind, project: project.into(), name: view.into(), source };
        Ok(object.with_bookkeeping(&books).map_err(damaged)?)
    }

    /// One project or all, as a serialized registry: objects, versions and metadata. Without a version of its own, so
    /// that equal registries export to equal bytes.
    ///
    /// # Errors
    /// [`Refusal::ProjectNotFound`]; [`Error::Export`] of what [`Damaged::Refuse`] refuses; the database's failure.
    pub fn export(&self, project: Option<&str>, damaged: Damaged) -> Result<Written, Error> {
        let selections = everything(project);
        let packed = self.look(&mut |store| store.pack(&selections))?;
        match project {
            // Not even its own object.
            Some(name) if packed.has_no_object() => {
                Err(Refusal::ProjectNotFound { name: name.into() }.into())
            }
            _ => export::write(&packed.contents(), "", damaged).map_err(Error::Export),
        }
    }

    /// Every row of one project or of all: objects, versions and metadata.
    ///
    /// # Errors
    /// [`Refusal::ProjectNotFound`], or the database's failure.
    pub fn rows(&self, project: Option<&str>) -> Result<Rows, Error> {
        let rows = self.read(&everything(project))?;
        match project {
            // Not even its own object.
            Some(name) if rows.objects.is_empty() => {
                Err(Refusal::ProjectNotFound { name: name.into() }.into())
            }
            _ => Ok(rows),
        }
    }
}

fn everything(project: Option<&str>) -> Vec<Selection> {
    let objects = Kind::all().map(|kind| Selection::all(kind, project));
    let metadata = Selection::Metadata { project: project.map(str::to_owned) };
    objects.chain([Selection::all_versions(project), metadata]).collect()
}

fn decode(key: &Key, row: &Row) -> Result<Object, Error> {
    let damaged = |source| {
        let (kind, project, name) = (key.kind, key.project.clone(), key.name.clone());
        Refusal::Damaged { kind, project, name, source }
    };
    Ok(row.object(key).map_err(damaged)?)
}

fn open_store(url: &RegistryUrl, config: &RegistryConfig, access: Access) -> Result<Arc<dyn Store>, Error> {
    let url = match url {
        RegistryUrl::File(path) => return Ok(Arc::new(open_file(path)?)),
        RegistryUrl::Database(url) => url,
    };
    let driver = open_driver(url, &config.engine, access)?;
    let pool = match driver.dialect() {
        // What reads a file waits for nothing but a processor, and each connection has memory of its own.
        Dialect::Sqlite => config.engine.pool.at_most(2 * processors()),
        Dialect::Postgres | Dialect::Mysql => config.engine.pool,
    };
    Ok(Arc::new(SqlStore::new(Pool::new(driver, pool))))
}

fn open_file(path: &Path) -> Result<MemoryStore, Error> {
    let (_, rows) = read_file(path)?;
    Ok(MemoryStore::of_file(path.display().to_string(), rows))
}

/// Reads a Feast file registry, or an export. Damaged objects are reported when they are listed.
pub(crate) fn read_file(path: &Path) -> Result<(Vec<u8>, Rows), Error> {
    let io = |source| Error::Io { action: "read", path: path.into(), source };
    let bytes = std::fs::read(path).map_err(io)?;
    let options = ReadOptions { skip_unsupported: true, keep_damaged: true, ..ReadOptions::default() };
    let rows = snapshot::read(&bytes, options);
    let rows = rows.map_err(|source| Error::Snapshot { path: path.into(), source })?;
    Ok((bytes, rows))
}
