//! Where a test's registry is: an empty database, and a folder for what else there is.

use std::any::Any;

use anyhow::Result;
use feast_registry_tests::{
    cli::Cli,
    feast::Feast,
    registry_server::RegistryServer,
    servers::{self, Endpoint},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::PROJECT;

/// A sort of database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    MariaDb,
}

/// An empty database.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    pub(crate) feast: &'static Feast,
    pub(crate) cli: Cli,
    _database: Option<Box<dyn Any>>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let on_server = |server: &'static Endpoint, encoding| -> Result<(String, Option<Box<dyn Any>>)> {
            let database = server.fresh_database_in(encoding)?;
            Ok((database.url(), Some(Box::new(database))))
        };
        let (url, database) = match engine {
            Engine::Sqlite => (format!("sqlite:///{}", folder.path().join("registry.db").display()), None),
            Engine::Postgres => on_server(servers::postgres()?, "UTF8")?,
            Engine::MariaDb => on_server(servers::mariadb()?, "utf8mb4")?,
        };
        let cli = Cli::in_folder(folder.path())?;
        Ok(Place { url, folder, feast: Feast::installed()?, cli, _database: database })
    }

    /// That of a database which is there.
    pub(crate) fn at(url: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let cli = Cli::in_folder(folder.path())?;
        Ok(Place { url: url.into(), folder, feast: Feast::installed()?, cli, _database: None })
    }

    /// Our server on the database.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Result<RegistryServer> {
        RegistryServer::start(&self.cli, &["--registry", &self.url], arguments)
    }

    /// What a program of `tests/feast` prints.
    pub(crate) fn feast_says(&self, script: &str, arguments: &[&str]) -> Result<Value> {
        self.feast.json(&Feast::script(script), arguments)
    }

    /// What a server answers to calls, one after the other: see `ask.py`.
    pub(crate) fn ask(&self, server: &RegistryServer, calls: &[Value]) -> Result<Vec<Value>> {
        self.ask_as(server, "", calls)
    }

    /// As [`Place::ask`], of somebody who has a token.
    pub(crate) fn ask_as(&self, server: &RegistryServer, token: &str, calls: &[Value]) -> Result<Vec<Value>> {
        let calls = Value::from(calls.to_vec()).to_string();
        let said = self.feast_says("ask.py", &[server.address(), token, &calls])?;
        Ok(said.as_array().cloned().unwrap_or_default())
    }

    /// The project of `project.py`, put into the database by Feast itself.
    pub(crate) fn populate(&self) -> Result<()> {
        self.feast.run(&Feast::script("populate.py"), &[self.url.as_str(), PROJECT])?;
        Ok(())
    }
}

/// Makes a test of every scenario on every database. A server or a Feast that cannot be started fails it.
macro_rules! on_every_database {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite { $(#[test] fn $scenario() -> anyhow::Result<()> { super::$scenario(crate::place::Engine::Sqlite) })+ }
        mod postgres { $(#[test] fn $scenario() -> anyhow::Result<()> { super::$scenario(crate::place::Engine::Postgres) })+ }
        mod mariadb { $(#[test] fn $scenario() -> anyhow::Result<()> { super::$scenario(crate::place::Engine::MariaDb) })+ }
    };
}
pub(crate) use on_every_database;
