//! The four backends, each with a fresh registry, and the raw access to it that damage needs.

use std::{any::Any, sync::Arc};

use anyhow::Result;
use feast_registry::{
    config::{IsolationLevel, RegistryConfig},
    registry::Registry,
    store::MemoryStore,
};
use feast_registry_core::{kind::Kind, operation::Write, rows::Key};
use feast_registry_tests::servers;

/// A fresh registry and what must outlive it.
pub(crate) struct Backend {
    pub(crate) registry: Registry,
    /// Opens the same registry again, as another process would, in some isolation level.
    reopen: Box<dyn Fn(Option<IsolationLevel>) -> Result<Registry> + Send + Sync>,
    _kept: Box<dyn Any>,
}

impl Backend {
    pub(crate) fn reopened(&self) -> Result<Registry> {
        (self.reopen)(None)
    }

    /// As [`Backend::reopened`], its transactions in this isolation level where the database has them.
    pub(crate) fn isolated(&self, level: IsolationLevel) -> Result<Registry> {
        (self.reopen)(Some(level))
    }

    /// Replaces the bytes of a row, past every rule.
    pub(crate) fn overwrite(&self, key: &Key, bytes: &[u8]) -> Result<()> {
        let write = Write::Update { key: key.clone(), bytes: bytes.to_vec(), last_updated: 1 };
        Ok(self.registry.run(&Raw(vec![write]))?)
    }
}

/// Writes without deciding.
pub(crate) struct Raw(pub(crate) Vec<Write>);

impl feast_registry_core::operation::Operation for Raw {
    type Outcome = ();

    fn reads(&self) -> feast_registry_core::operation::Reads {
        Default::default()
    }

    fn decide(
        &self,
        _: &feast_registry_core::rows::Rows,
        _: &feast_registry_core::operation::Context,
    ) -> Result<feast_registry_core::operation::Plan<()>, feast_registry_core::refusal::Refusal> {
        Ok(feast_registry_core::operation::Plan { writes: self.0.clone(), outcome: () })
    }
}

pub(crate) fn memory() -> Result<Backend> {
    let store = Arc::new(MemoryStore::new());
    let shared = Arc::clone(&store);
    let reopen = Box::new(move |_| Ok(Registry::on(shared.clone())));
    Ok(Backend { registry: Registry::on(store.clone()), reopen, _kept: Box::new(store) })
}

pub(crate) fn sqlite() -> Result<Backend> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:///{}", folder.path().join("registry.db").display());
    at(url, Box::new(folder))
}

pub(crate) fn postgres() -> Result<Backend> {
    let database = servers::postgres()?.fresh_database()?;
    at(database.url(), Box::new(database))
}

/// On a server whose databases are latin1, as many old ones are: the tables must not care.
pub(crate) fn mariadb() -> Result<Backend> {
    let database = servers::mariadb()?.fresh_database_in("latin1")?;
    at(database.url(), Box::new(database))
}

fn at(url: String, kept: Box<dyn Any>) -> Result<Backend> {
    let open = move |level| {
        let mut config = RegistryConfig::new(url.parse()?);
        config.engine.isolation_level = level;
        Ok(Registry::open(&config)?)
    };
    Ok(Backend { registry: open(None)?, reopen: Box::new(open), _kept: kept })
}

/// All kinds but projects, which are made by the way.
pub(crate) fn kinds() -> impl Iterator<Item = Kind> {
    Kind::all().filter(|kind| *kind != Kind::Project)
}
