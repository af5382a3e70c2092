//! A registry in an SQL database: renders what the runner asks for and runs it on a pooled connection.

use feast_registry_core::{
    operation::{Lock, Selection, Write},
    rows::{Key, Row, Rows, folded},
    sql::{self, Dialect, Drift, Mark, Section, Stamp, Statement, Value},
    validity::MAX_NAME,
};

use super::{Store, Transaction};
use crate::{
    driver::{Access, Connection as _, Failure, FailureKind},
    pool::{Pool, PooledConnection},
};

/// Keeps rows in the fourteen tables of an SQL database.
pub struct SqlStore {
    pool: Pool,
}

impl SqlStore {
    /// A registry in the database that the pool connects to.
    pub fn new(pool: Pool) -> Self {
        SqlStore { pool }
    }

    fn dialect(&self) -> Dialect {
        self.pool.driver().dialect()
    }

    /// Runs DDL in one transaction; MySQL commits after each statement all the same.
    fn run(&self, statements: Vec<Statement>) -> Result<(), Failure> {
        let mut connection = self.pool.checkout()?;
        connection.begin(Access::Write)?;
        for statement in statements {
            connection.execute(&statement)?;
        }
        connection.commit()
    }
}

impl Store for SqlStore {
    fn begin(&self, access: Access) -> Result<Box<dyn Transaction + '_>, Failure> {
        let mut connection = self.pool.checkout()?;
        connection.begin(access)?;
        Ok(Box::new(SqlTransaction { connection, dialect: self.dialect(), before: Rows::default() }))
    }

    fn place(&self) -> &str {
        self.pool.driver().place()
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

struct SqlTransaction {
    /// Rolled back by the pool when it comes back inside a transaction.
    connection: PooledConnection,
    dialect: Dialect,
    /// What was read by a writer on MySQL, to be compared with when it is replaced: in a Galera cluster a
    /// lock does not keep out the changes of other nodes.
    before: Rows,
}

impl SqlTransaction {
    /// Locks the rows of those of the projects that exist; gives the others.
    fn lock_existing<'l>(&mut self, lock: &'l Lock) -> Result<Vec<&'l String>, Failure> {
        let mut missing: Vec<&String> = match lock {
            Lock::None => Vec::new(),
            Lock::Shared(projects) | Lock::Exclusive(projects) => projects.iter().collect(),
        };
        for statement in sql::lock(lock, self.dialect) {
            for row in self.connection.query(&statement)? {
                let found = row.into_iter().next().and_then(Value::into_text);
                let found = found.map(|found| folded(&found));
                missing.retain(|project| Some(folded(project)) != found);
            }
        }
        Ok(missing)
    }

    /// Locks a project that does not exist: whoever else creates it waits for this transaction's end, for
    /// the key is taken, although the row is gone again.
    fn lock_missing(&mut self, project: &str) -> Result<(), Failure> {
        let key = Key::project(project);
        let row = Row { bytes: Vec::new(), last_updated: 0, user_metadata: None };
        self.write(&[Write::Insert(key.clone(), row), Write::Delete(key)])
    }
}

impl Transaction for SqlTransaction {
    fn lock(&mut self, lock: &Lock) -> Result<(), Failure> {
        let missing = self.lock_existing(lock)?;
        // SQLite has one writer at a time.
        let is_exclusive = matches!(lock, Lock::Exclusive(_)) && self.dialect != Dialect::Sqlite;
        let can_exist = |project: &str| project.chars().count() <= MAX_NAME && !project.contains('\0');
        missing
            .into_iter()
            .filter(|project| is_exclusive && can_exist(project))
            .try_for_each(|project| self.lock_missing(project))
    }

    fn read(&mut self, selection: &Selection, locking: bool, rows: &mut Rows) -> Result<(), Failure> {
        let mut found = Rows::default();
        for statement in sql::select(selection, self.dialect, locking) {
            let result = self.connection.query(&statement)?;
            let foreign = sql::collect(&mut found, selection, result);
            if foreign > 0 {
                tracing::warn!(
                    "{foreign} rows hold values of other types than the registry's and were passed over"
                );
            }
        }
        if locking && self.dialect == Dialect::Mysql {
            self.before.objects.extend(found.objects.clone());
        }
        rows.merge(found);
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
        for step in sql::steps_on(&self.before, writes, self.dialect) {
            let changed = self.connection.execute(&step.statement)?;
            if step.rows.is_some_and(|rows| rows != changed) {
                let message = "a row was changed by another writer since it was read";
                return Err(Failure::new(FailureKind::Conflict, message));
            }
        }
        Ok(())
    }

    fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        self.connection.commit()
    }
}
