//! The servers that other tests rely on, shown to do what their names say.

mod alone;
mod ends;
mod galera;
mod postgres;
mod proxy;
mod replica;

use anyhow::Result;
use feast_registry::config::EngineOptions;
use feast_registry::driver::{Access, Connection, Failure, open_driver};
use feast_registry_core::sql::Statement;

/// A connection of our own driver.
fn connect(url: &str) -> Result<Box<dyn Connection>> {
    let driver = open_driver(&url.parse()?, &EngineOptions::default(), Access::Write)?;
    Ok(driver.connect()?)
}

fn statement(text: &str) -> Statement<'static> {
    Statement { text: text.to_owned(), values: Vec::new() }
}

fn execute(connection: &mut dyn Connection, text: &str) -> Result<u64, Failure> {
    connection.execute(&statement(text))
}
