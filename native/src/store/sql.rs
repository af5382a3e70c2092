//! A registry in an SQL database: renders what the runner asks for and runs it on a pooled connection.

use std::collections::BTreeSet;

use feast_registry_core::{
    operation::{Lock, Reads, Selection, Write},
    rows::{Found, Key, Row, Rows},
    snapshot::Packed,
    sql::{self, Collected, Collector, Dialect, Drift, Mark, Section, Stamp, Statement},
    validity::MAX_NAME,
};

use super::{Store, Transaction, group::Group};
use crate::{
    driver::{Access, Connection as _, Failure, FailureKind},
    pool::{Connections, Pool, PooledConnection},
};

/// Keeps rows in the fourteen tables of an SQL database.
pub struct SqlStore {
    pool: Pool,
    /// The writers, where they have to wait for one another anyway.
    writers: Option<Group>,
}

impl SqlStore {
    /// A registry in the database that the pool connects to.
    pub fn new(pool: Pool) -> Self {
        let writers = (pool.driver().dialect() == Dialect::Sqlite).then(Group::default);
        SqlStore { pool, writers }
    }

    fn dialect(&self) -> Dialect {
        self.pool.driver().dialect()
    }

    /// Runs DDL, in one transaction where the database has such.
    fn run(&self, statements: Vec<Statement<'_>>) -> Result<(), Failure> {
        let mut connection = self.pool.checkout()?;
        let transactional = self.dialect() != Dialect::Mysql;
        if transactional {
            connection.begin(Access::Write)?;
        }
        for statement in statements {
            connection.execute(&statement)?;
        }
        if transactional { connection.commit() } else { Ok(()) }
    }
}

impl Store for SqlStore {
    fn begin(&self, access: Access) -> Result<Box<dyn Transaction + '_>, Failure> {
        let begin = || {
            let mut connection = self.pool.checkout()?;
            connection.begin(access)?;
            Ok(SqlTransaction { connection, dialect: self.dialect() })
        };
        match &self.writers {
            Some(writers) if access == Access::Write => Ok(Box::new(writers.begin(begin)?)),
            _ => Ok(Box::new(begin()?)),
        }
    }

    fn read(&self, selections: &[Selection]) -> Result<Rows, Failure> {
        let (statements, asked) = rendered(selections, self.dialect(), false);
        let mut collector = Collector::new(asked);
        self.pool.checkout()?.query_apart(&statements, &mut |index, row| collector.take(index, row))?;
        match collected(collector) {
            (rows, again) if again.is_empty() => Ok(rows),
            // What is to be asked for in addition must be of the same state.
            _ => self.begin(Access::Read)?.select(selections),
        }
    }

    fn pack(&self, selections: &[Selection]) -> Result<Packed, Failure> {
        let (statements, asked) = rendered(selections, self.dialect(), false);
        let mut packed = Packed::default();
        self.pool.checkout()?.query_apart(&statements, &mut |index, row| {
            if let Some(selection) = asked.get(index) {
                packed.take(selection, row);
            }
        })?;
        warn(packed.foreign());
        Ok(packed)
    }

    fn place(&self) -> &str {
        self.pool.driver().place()
    }

    fn connections(&self) -> Connections {
        let mut connections = self.pool.connections();
        connections.waited_for += self.writers.as_ref().map_or(0, Group::waiting);
        connections
    }

    fn create_schema(&self) -> Result<(), Failure> {
        self.run(sql::create_tables(self.dialect()))
    }

    fn drop_schema(&self) -> Result<(), Failure> {
        self.run(sql::drop_tables())
    }

    fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Failure> {
        let catalog = self.pool.checkout()?.catalog()?;
        let found = sql::drift(&catalog, self.dialect()).into_iter();
        Ok(found.map(|drift| (drift.clone(), drift.remedy(self.dialect()))).collect())
    }
}

/// So many names take about as long to ask for as a round trip on a machine's own network.
const MANY_NAMES: usize = 200;

/// The statements of selections, each with the selection that it belongs to.
fn rendered(
    selections: &[Selection],
    dialect: Dialect,
    locking: bool,
) -> (Vec<Statement<'_>>, Vec<&Selection>) {
    let one = |selection| {
        let statements = sql::select(selection, dialect, locking).into_iter();
        statements.map(move |statement| (statement, selection))
    };
    selections.iter().flat_map(one).unzip()
}

/// What selections found, and what is to be asked for in addition.
fn collected(collector: Collector<'_>) -> (Rows, Vec<Selection>) {
    let Collected { rows, foreign, again } = collector.collected();
    warn(foreign);
    (rows, again)
}

fn warn(foreign: usize) {
    if foreign > 0 {
        tracing::warn!("{foreign} rows hold values of other types than the registry's and were passed over");
    }
}

pub(super) struct SqlTransaction {
    /// Rolled back by the pool when it comes back inside a transaction.
    connection: PooledConnection,
    dialect: Dialect,
}

impl SqlTransaction {
    /// Runs what is no matter of rows.
    pub(super) fn run_plain(&mut self, statement: &Statement<'_>) -> Result<(), Failure> {
        self.connection.execute(statement).map(drop)
    }

    /// Locks the projects that exist, and reads, in one round trip. Gives the projects that do not exist, too.
    fn lock_and_select<'r>(
        &mut self,
        lock: &'r Lock,
        selections: &[Selection],
    ) -> Result<(BTreeSet<&'r String>, Rows), Failure> {
        let statements = sql::lock(lock, self.dialect);
        let (found, rows) = self.run(statements, selections, *lock != Lock::None)?;
        let mut missing: BTreeSet<_> = lock.projects().collect();
        // One that is spelled otherwise is there, and is not to be made.
        if found.iter().all(|name| missing.contains(name)) {
            missing.retain(|project| !found.contains(*project));
        } else {
            missing.clear();
        }
        Ok((missing, rows))
    }

    /// Runs statements that lock, and reads: the names of what is locked, and what selections ask for.
    fn run<'s>(
        &mut self,
        mut statements: Vec<Statement<'s>>,
        selections: &'s [Selection],
        locking: bool,
    ) -> Result<(BTreeSet<String>, Rows), Failure> {
        let locks = statements.len();
        let (selects, asked) = rendered(selections, self.dialect, locking);
        statements.extend(selects);
        let (mut locked, mut collector) = (BTreeSet::new(), Collector::new(asked));
        self.connection.query_all(&statements, &mut |index, row| match index.checked_sub(locks) {
            Some(index) => collector.take(index, row),
            None => locked.extend(row.text(0)),
        })?;
        let (mut rows, again) = collected(collector);
        if !again.is_empty() {
            rows.merge(self.run(Vec::new(), &again, locking)?.1);
        }
        Ok((locked, rows))
    }

    /// Reads in two round trips: many names are long to ask for, and are not where there can be none of them.
    fn select_many(&mut self, selections: &[Selection]) -> Result<Rows, Failure> {
        let mut found = Vec::new();
        let looks = sql::vacancies(selections, self.dialect);
        self.connection.query_all(&looks, &mut |_, row| found.push(row.values()))?;
        let vacant = sql::read_vacancies(found);
        let others = selections.iter().enumerate().filter(|(index, _)| !vacant.contains(index));
        let others: Vec<Selection> = others.map(|(_, selection)| selection.clone()).collect();
        Ok(self.run(Vec::new(), &others, true)?.1)
    }

    /// Begins anew with the keys of projects that do not exist: whoever else creates one waits for this
    /// transaction's end, for the key is taken, although the row is gone again.
    fn begin_with_keys(&mut self, projects: &BTreeSet<&String>) -> Result<(), Failure> {
        self.connection.rollback()?;
        self.connection.begin(Access::Write)?;
        let row = Row { bytes: Vec::new(), last_updated: 0, user_metadata: None };
        let keys = || projects.iter().map(|project| Key::project(project));
        let taken = keys().map(|key| Write::Insert(key, row.clone()));
        self.write(&taken.chain(keys().map(Write::Delete)).collect::<Vec<_>>())
    }
}

impl Transaction for SqlTransaction {
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure> {
        // SQLite has one writer at a time.
        let is_exclusive = matches!(reads.lock, Lock::Exclusive(_)) && self.dialect != Dialect::Sqlite;
        let can_exist = |project: &str| project.chars().count() <= MAX_NAME && !project.contains('\0');
        let are_many = reads.lock != Lock::None && reads.names() > MANY_NAMES;
        let at_once: &[Selection] = if are_many { &[] } else { &reads.selections };
        let mut keys = BTreeSet::new();
        loop {
            let (missing, rows) = self.lock_and_select(&reads.lock, at_once)?;
            let open = missing.into_iter().filter(|project| is_exclusive && can_exist(project));
            let open: BTreeSet<&String> = open.filter(|project| !keys.contains(project)).collect();
            if open.is_empty() {
                return if are_many { self.select_many(&reads.selections) } else { Ok(rows) };
            }
            // What was read is older than the keys.
            keys.extend(open);
            self.begin_with_keys(&keys)?;
        }
    }

    fn each(
        &mut self,
        section: Section,
        since: Option<i64>,
        take: &mut dyn FnMut(Found),
    ) -> Result<(), Failure> {
        let selection = section.selection(since);
        let mut foreign = 0;
        let statements = sql::select(&selection, self.dialect, false);
        self.connection.query_all(&statements, &mut |_, row| match sql::found(&selection, row) {
            Some(found) => take(found),
            None => foreign += 1,
        })?;
        warn(foreign);
        Ok(())
    }

    fn stamps(&mut self, section: Section) -> Result<Vec<Stamp>, Failure> {
        Ok(sql::read_stamps(self.connection.query(&sql::stamps(section))?))
    }

    fn marks(&mut self) -> Result<Vec<Mark>, Failure> {
        let result = self.connection.query(&sql::marks(self.dialect))?;
        sql::read_marks(result).ok_or_else(|| {
            Failure::new(FailureKind::Refused, "the database counted its rows in another type")
        })
    }

    fn write(&mut self, writes: &[Write]) -> Result<(), Failure> {
        let steps = sql::steps(writes, self.dialect).into_iter();
        let (statements, expected): (Vec<_>, Vec<_>) = steps.map(|step| (step.statement, step.rows)).unzip();
        let counts = self.connection.execute_all(&statements)?;
        if expected.iter().zip(counts).any(|(rows, count)| rows.is_some_and(|rows| rows != count)) {
            let message = "a row was changed by another writer since it was read";
            return Err(Failure::new(FailureKind::Conflict, message));
        }
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        self.connection.commit()
    }
}
