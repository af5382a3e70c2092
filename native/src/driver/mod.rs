//! Databases as the shell sees them: a driver opens connections, a connection runs rendered
//! statements and says what kind of failure an error is. No registry rule lives here.
//!
//! Everything blocks, and the two servers' libraries run a small async runtime of their own inside:
//! call it from threads that may block, never from an async task.

mod echo;
mod failure;
mod mysql;
mod open;
mod parameters;
mod postgres;
mod sqlite;

pub use feast_registry_core::sql::CatalogColumn;
use feast_registry_core::sql::{Dialect, Statement, Take, Value};

pub use failure::{Failure, FailureKind};
pub use open::{open_driver, unknown_parameters};
pub use parameters::ParameterError;
pub(crate) use parameters::Parameters;

/// Opens connections to one database.
pub trait Driver: Send + Sync {
    /// The dialect in which statements for it are rendered.
    fn dialect(&self) -> Dialect;

    /// Opens one connection, waiting no longer than the connect timeout.
    fn connect(&self) -> Result<Box<dyn Connection>, Failure>;

    /// What to call the database in messages; without secrets.
    fn place(&self) -> &str;
}

/// One open connection. Statements that are run one by one are prepared once and kept.
pub trait Connection: Send {
    /// Starts a transaction, in the configured isolation level. The servers may hear of it with the first
    /// statement.
    fn begin(&mut self, access: Access) -> Result<(), Failure>;

    /// Runs a statement and reads all its rows. A value of a type that the registry's tables do
    /// not have becomes the nearest [`Value`].
    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure>;

    /// Runs a statement and counts the rows that it inserted, deleted, or matched for an update
    /// (equal values count too). The count means nothing for DDL.
    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure>;

    /// Queries in order, and in as few round trips as the database allows. Rows are handed out as they come, be
    /// there a failure later or not.
    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        for (index, statement) in statements.iter().enumerate() {
            self.query(statement)?.iter_mut().for_each(|row| take(index, row));
        }
        Ok(())
    }

    /// Queries in order, in a transaction of their own that only reads and sees one state, and in as few
    /// round trips as the database allows. After a failure the transaction may be open.
    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        if statements.len() == 1 {
            // It sees one state by itself.
            return self.query_all(statements, take);
        }
        self.begin(Access::Read)?;
        self.query_all(statements, take)?;
        self.rollback()
    }

    /// Executes in order, and in as few round trips as the database allows: when the counts are known, all
    /// statements have been run. Only inside a transaction, since those after a failure may have been, too.
    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        statements.iter().map(|statement| self.execute(statement)).collect()
    }

    /// Commits. After [`FailureKind::ConnectionLost`] the outcome is unknown.
    fn commit(&mut self) -> Result<(), Failure>;

    /// Rolls back.
    fn rollback(&mut self) -> Result<(), Failure>;

    /// Every column of every table that an unqualified name can mean here, by table and position.
    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure>;

    /// Is this connection beyond use?
    fn is_broken(&self) -> bool;

    /// Asks the database for a sign of life.
    fn ping(&mut self) -> Result<(), Failure>;
}

/// How long the servers wait for a lock before they call it a conflict, so that the deadline of whoever
/// repeats it comes to pass. Their own defaults are 50 seconds and for ever.
pub(crate) const LOCK_WAIT_SECONDS: u32 = 10;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Only read. SQLite takes no lock before its first read; the servers refuse writes.
    Read,
    /// Read and write. SQLite takes the write lock at once.
    Write,
}
