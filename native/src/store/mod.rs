//! Where a registry's rows are kept, as the runner sees it: transactions that lock, read and write.
//! The statements are core's, the databases are the drivers'.

mod group;
mod memory;
mod sql;

use feast_registry_core::{
    operation::{Lock, Reads, Selection, Write},
    rows::{Found, Rows},
    snapshot::Packed,
    sql::{Drift, Mark, Section, Stamp},
};

pub use memory::MemoryStore;
pub use sql::SqlStore;

use crate::{
    driver::{Access, Failure},
    pool::Connections,
};

/// Keeps a registry's rows.
pub trait Store: Send + Sync {
    /// Starts a transaction. Dropping it undoes what was not committed.
    fn begin(&self, access: Access) -> Result<Box<dyn Transaction + '_>, Failure>;

    /// Reads without a lock, in a transaction of its own.
    fn read(&self, selections: &[Selection]) -> Result<Rows, Failure> {
        self.begin(Access::Read)?.select(selections)
    }

    /// As [`Store::read`], everything or all of a project, to be written somewhere else.
    fn pack(&self, selections: &[Selection]) -> Result<Packed, Failure> {
        Ok(self.read(selections)?.into())
    }

    /// What to call the place in messages; without secrets.
    fn place(&self) -> &str;

    /// Creates the tables that are missing.
    fn create_schema(&self) -> Result<(), Failure>;

    /// Drops all of the registry's tables, with everything in them.
    fn drop_schema(&self) -> Result<(), Failure>;

    /// What the connections to the database are doing, where there are such.
    fn connections(&self) -> Connections {
        Connections::default()
    }

    /// How the tables differ from what the registry needs, each with the statement that puts it right
    /// where there is one.
    fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Failure>;
}

/// One transaction.
pub trait Transaction {
    /// Locks what is to be locked until the end, then reads. With a lock, rows asked for by name are locked
    /// for a writer, too.
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure>;

    /// Reads without a lock.
    fn select(&mut self, selections: &[Selection]) -> Result<Rows, Failure> {
        self.read(&Reads { lock: Lock::None, selections: selections.to_vec() })
    }

    /// Takes the rows of a section as they come, or those stamped at that epoch second or later.
    fn each(
        &mut self,
        section: Section,
        since: Option<i64>,
        take: &mut dyn FnMut(Found),
    ) -> Result<(), Failure> {
        self.select(&[section.selection(since)])?.into_found().for_each(take);
        Ok(())
    }

    /// The stamps of a section's rows.
    fn stamps(&mut self, section: Section) -> Result<Vec<Stamp>, Failure> {
        Ok(self.select(&[section.selection(None)])?.stamps(section))
    }

    /// The mark of every section, in the order of [`Section::all`].
    fn marks(&mut self) -> Result<Vec<Mark>, Failure> {
        let mark = |section| {
            let mut mark = Mark::default();
            self.stamps(section)?.iter().for_each(|stamp| mark.add(stamp.at));
            Ok(mark)
        };
        Section::all().map(mark).collect()
    }

    /// Makes the changes, in order. A row that is not as the change expects it is a conflict.
    fn write(&mut self, writes: &[Write]) -> Result<(), Failure>;

    /// Ends a transaction that has written nothing. After a failure what it read may not have come to be.
    fn end(self: Box<Self>) -> Result<(), Failure> {
        Ok(())
    }

    /// Commits. After [`crate::driver::FailureKind::ConnectionLost`] the outcome is unknown.
    fn commit(self: Box<Self>) -> Result<(), Failure>;
}
