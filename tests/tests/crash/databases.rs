//! The three kinds of database, each empty at first, and registries on them: as they are, and behind a faulty driver.

use std::{any::Any, sync::Arc, time::Duration};

use anyhow::Result;
use feast_registry::{
    config::EngineOptions,
    driver::{Access, Connection, Driver, Failure, open_driver},
    pool::{Pool, PoolOptions},
    registry::Registry,
    runner::RetryPolicy,
    store::SqlStore,
    url::DatabaseUrl,
};
use feast_registry_core::sql::Dialect;
use feast_registry_tests::servers;

/// A database.
pub(crate) struct Database {
    pub(crate) url: String,
    _kept: Box<dyn Any + Send + Sync>,
}

impl Database {
    pub(crate) fn sqlite() -> Result<Database> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:///{}", folder.path().join("registry.db").display());
        Ok(Database { url, _kept: Box::new(folder) })
    }

    pub(crate) fn postgres() -> Result<Database> {
        let database = servers::postgres()?.fresh_database()?;
        Ok(Database { url: database.url(), _kept: Box::new(database) })
    }

    pub(crate) fn mariadb() -> Result<Database> {
        let database = servers::mariadb()?.fresh_database()?;
        Ok(Database { url: database.url(), _kept: Box::new(database) })
    }

    pub(crate) fn driver(&self) -> Result<Arc<dyn Driver>> {
        driver(&self.url)
    }
}

/// The driver for a URL.
pub(crate) fn driver(url: &str) -> Result<Arc<dyn Driver>> {
    Ok(open_driver(&url.parse::<DatabaseUrl>()?, &EngineOptions::default(), Access::Write)?)
}

/// A registry behind a driver, its tables taken for granted.
pub(crate) fn on(driver: Arc<dyn Driver>) -> Registry {
    Registry::on(Arc::new(SqlStore::new(Pool::new(driver, PoolOptions::default()))))
}

/// A driver whose connections are rolled back and lent again instead of closed: to log in takes longer than all that
/// most tests do there.
pub(crate) struct Reusing(Pool);

impl Reusing {
    pub(crate) fn new(driver: Arc<dyn Driver>) -> Self {
        Reusing(Pool::new(driver, PoolOptions::default()))
    }
}

impl Driver for Reusing {
    fn dialect(&self) -> Dialect {
        self.0.driver().dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        Ok(Box::new(self.0.checkout()?))
    }

    fn place(&self) -> &str {
        self.0.driver().place()
    }
}

/// Does not hope for long that what is cut for ever comes back.
pub(crate) fn impatient() -> RetryPolicy {
    let (first_pause, longest_pause) = (Duration::from_millis(1), Duration::from_millis(2));
    RetryPolicy { deadline: Duration::from_millis(6), first_pause, longest_pause }
}
