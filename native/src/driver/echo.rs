//! `echo: true`: a driver that logs the text of each statement, never its values.

use std::sync::Arc;

use feast_registry_core::sql::{Dialect, Statement, Take, Value};

use super::{Access, CatalogColumn, Connection, Driver, Failure};

/// Logs under this target, at level info.
const TARGET: &str = "feast_registry::sql";

/// A driver whose connections log what they run.
pub(super) struct Echo(pub(super) Arc<dyn Driver>);

struct EchoConnection(Box<dyn Connection>);

impl Driver for Echo {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        tracing::info!(target: TARGET, "connect to {}", self.0.place());
        Ok(Box::new(EchoConnection(self.0.connect()?)))
    }

    fn place(&self) -> &str {
        self.0.place()
    }
}

impl Connection for EchoConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        match access {
            Access::Read => tracing::info!(target: TARGET, "begin (read)"),
            Access::Write => tracing::info!(target: TARGET, "begin (write)"),
        }
        self.0.begin(access)
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        tracing::info!(target: TARGET, "{}", statement.text);
        self.0.query(statement)
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        tracing::info!(target: TARGET, "{}", statement.text);
        self.0.execute(statement)
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        statements.iter().for_each(|statement| tracing::info!(target: TARGET, "{}", statement.text));
        self.0.query_all(statements, take)
    }

    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        statements.iter().for_each(|statement| tracing::info!(target: TARGET, "{}", statement.text));
        self.0.query_apart(statements, take)
    }

    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        statements.iter().for_each(|statement| tracing::info!(target: TARGET, "{}", statement.text));
        self.0.execute_all(statements)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        tracing::info!(target: TARGET, "commit");
        self.0.commit()
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        tracing::info!(target: TARGET, "rollback");
        self.0.rollback()
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        tracing::info!(target: TARGET, "read the catalog");
        self.0.catalog()
    }

    fn is_broken(&self) -> bool {
        self.0.is_broken()
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.0.ping()
    }
}
