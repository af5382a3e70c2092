//! Ours: the library.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use feast_registry::{
    cache::{Cache, Effort},
    config::RegistryConfig,
    driver::{Access, CatalogColumn, Connection, Driver, Failure, open_driver},
    pool::Pool,
    registry::Registry,
    store::SqlStore,
    url::RegistryUrl,
};
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Apply, Materialize, Operation},
    query::Query,
    rows::Key,
    snapshot::Damaged,
    sql::{Dialect, Statement, Take, Value},
    time::Timestamp,
};

use super::{GETS, Way};
use crate::{
    meter::{Counts, Meter},
    views::{self, PROJECT},
    work::Work,
};

pub(crate) struct Ours {
    registry: Arc<Registry>,
    cache: Option<Cache>,
    counts: Arc<Counts>,
}

impl Ours {
    /// Opens a registry whose tables are there.
    pub(crate) fn open(url: &str) -> Result<Ours> {
        let config = RegistryConfig::new(url.parse()?);
        let RegistryUrl::Database(database) = &config.path else { bail!("not a database") };
        let counts = Arc::new(Counts::default());
        let driver = open_driver(database, &config.engine, Access::Write)?;
        let driver = CountingDriver { driver, counts: counts.clone() };
        let store = SqlStore::new(Pool::new(Arc::new(driver), config.engine.pool));
        Ok(Ours { registry: Arc::new(Registry::on(Arc::new(store))), cache: None, counts })
    }

    /// Makes the tables and fills them.
    pub(crate) fn fill(url: &str, size: usize) -> Result<()> {
        const AT_ONCE: usize = 10_000;
        let registry = Registry::open(&RegistryConfig::new(url.parse()?))?;
        for first in (0..size).step_by(AT_ONCE) {
            let names = (first..size.min(first + AT_ONCE)).map(views::name);
            registry.run(&Apply::new(objects(PROJECT, names)?))?;
        }
        Ok(())
    }

    fn cache(&mut self) -> Result<&Cache> {
        if self.cache.is_none() {
            self.cache = Some(Cache::on(self.registry.clone())?);
        }
        self.cache.as_ref().context("no cache")
    }
}

fn make(registry: &Registry, change: &impl Operation) -> Result<()> {
    registry.run(change)?;
    Ok(())
}

fn objects(project: &str, names: impl Iterator<Item = String>) -> Result<Vec<(String, Object)>> {
    names.map(|name| Ok((project.to_owned(), views::view(&name)?))).collect()
}

impl Way for Ours {
    fn run(&mut self, work: Work, size: usize, step: usize, meter: &mut Meter<'_>) -> Result<()> {
        let (registry, counts) = (self.registry.clone(), self.counts.clone());
        let key = |name: &str| Key::new(Kind::FeatureView, PROJECT, name);
        match work {
            Work::Apply => {
                let name = format!("ours_{step}");
                let change = Apply::new(objects(PROJECT, [name].into_iter())?);
                meter.run(&counts, 1, || make(&registry, &change))
            }
            Work::Materialize => {
                let at = |seconds| Timestamp { seconds, nanos: 0 };
                let start = 1_700_000_000 + step as i64;
                let (project, view) = (PROJECT.to_owned(), views::name(1));
                let change = Materialize { project, view, start: at(start), end: at(start + 1) };
                meter.run(&counts, 1, || make(&registry, &change))
            }
            Work::SyncApply => {
                let name = format!("sync_ours_{step}");
                let change = Apply::new(objects(PROJECT, [name.clone()].into_iter())?);
                let cache = self.cache()?;
                // What others have done in the meantime.
                cache.refresh(Effort::Look)?;
                meter.run(&counts, 1, || {
                    registry.run(&change)?;
                    let current = cache.refresh(Effort::Probe)?;
                    ensure!(
                        current.snapshot.object(&key(&name)).is_some(),
                        "the cache lacks what was applied"
                    );
                    Ok(())
                })
            }
            Work::ApplyMany => {
                let project = format!("many_ours_{step}");
                let change = Apply::new(objects(&project, (0..size).map(views::name))?);
                meter.run(&counts, 1, || make(&registry, &change))
            }
            Work::List => meter.run(&counts, 1, || {
                let listing = registry.list(&Query::all(Kind::FeatureView, Some(PROJECT)))?;
                ensure!(listing.objects.len() >= size, "{} views", listing.objects.len());
                Ok(())
            }),
            Work::Export => meter.run(&counts, 1, || {
                let written = registry.export(None, Damaged::Refuse)?;
                ensure!(written.bytes.len() > size, "too small an export");
                Ok(())
            }),
            Work::CachedGet => {
                let cache = self.cache()?;
                let names: Vec<String> =
                    (0..GETS as usize).map(|get| views::name(get * 7919 % size)).collect();
                let keys: Vec<Key> = names.iter().map(|name| key(name)).collect();
                meter.run(&counts, GETS, || {
                    let found = keys.iter().filter(|key| cache.current().snapshot.object(key).is_some());
                    ensure!(found.count() == keys.len(), "the cache lacks a view");
                    Ok(())
                })
            }
            Work::Refresh => {
                self.cache()?.refresh(Effort::Look)?;
                let name = format!("seen_ours_{step}");
                registry.run(&Apply::new(objects(PROJECT, [name.clone()].into_iter())?))?;
                let cache = self.cache()?;
                meter.run(&counts, 1, || {
                    let current = cache.refresh(Effort::Probe)?;
                    ensure!(
                        current.snapshot.object(&key(&name)).is_some(),
                        "the cache lacks what was applied"
                    );
                    Ok(())
                })
            }
            // A process of its own does these.
            Work::ProcessTime | Work::ProcessMemory | Work::Hold => bail!("no work of this process"),
        }
    }
}

/// A driver whose statements are counted.
struct CountingDriver {
    driver: Arc<dyn Driver>,
    counts: Arc<Counts>,
}

impl Driver for CountingDriver {
    fn dialect(&self) -> Dialect {
        self.driver.dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let connection = self.driver.connect()?;
        Ok(Box::new(CountingConnection { connection, counts: self.counts.clone() }))
    }

    fn place(&self) -> &str {
        self.driver.place()
    }
}

struct CountingConnection {
    connection: Box<dyn Connection>,
    counts: Arc<Counts>,
}

impl Connection for CountingConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.counts.sent(1);
        self.connection.begin(access)
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        self.counts.sent(1);
        self.connection.query(statement).inspect(|rows| self.counts.returned(rows.len()))
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        self.counts.sent(1);
        self.connection.execute(statement)
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.counts.sent(statements.len());
        let CountingConnection { connection, counts } = self;
        connection.query_all(statements, &mut |index, row| {
            counts.returned(1);
            take(index, row);
        })
    }

    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        self.counts.sent(statements.len());
        let CountingConnection { connection, counts } = self;
        connection.query_apart(statements, &mut |index, row| {
            counts.returned(1);
            take(index, row);
        })
    }

    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        self.counts.sent(statements.len());
        self.connection.execute_all(statements)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.counts.sent(1);
        self.connection.commit()
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.counts.sent(1);
        self.connection.rollback()
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        self.connection.catalog()
    }

    fn is_broken(&self) -> bool {
        self.connection.is_broken()
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.connection.ping()
    }
}
