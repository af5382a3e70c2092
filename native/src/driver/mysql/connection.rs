//! One connection: statements that travel together, in transactions that are the ones begun.

use std::future::Future;
use std::mem::take;
use std::slice;
use std::time::Duration;

use feast_registry_core::sql::{Statement, Take, Value};
use mysql_async::prelude::{Protocol, Queryable};
use mysql_async::{Conn, QueryResult, Row};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::batch::{Batch, LONGEST, are_long, batches, longest};
use super::classify::classify;
use super::values::{MysqlRecord, bound};
use crate::driver::{Access, CatalogColumn, Connection, Failure, FailureKind};

/// A Galera node undoes a transaction that is in the way of another node's. Where the rows of a `SELECT` are on their
/// way already, or another statement follows, it does not say so, and goes on with what comes next. So that this is
/// no transaction of its own statement by statement, writers do without `autocommit`; that it is the transaction that
/// was begun is what the savepoint shows, without which no decision is made and nothing is committed.
const BEGUN: &str = "SAVEPOINT begun";
const IS_BEGUN: &str = "RELEASE SAVEPOINT begun";

pub(super) struct MysqlConnection {
    /// Present until the drop.
    conn: Option<Conn>,
    runtime: Runtime,
    /// Longest wait for the answer to one statement; `None` for no limit.
    patience: Option<Duration>,
    transaction: Option<Access>,
    /// What begins the transaction, where the server is yet to be told.
    begin: Vec<Statement<'static>>,
    /// How long a text may be, once the server was asked.
    longest: Option<usize>,
    broken: bool,
}

impl MysqlConnection {
    pub(super) fn new(conn: Conn, runtime: Runtime, patience: Option<Duration>) -> Self {
        let (transaction, begin, longest) = (None, Vec::new(), None);
        Self { conn: Some(conn), runtime, patience, transaction, begin, longest, broken: false }
    }

    /// Does something with the connection, and sorts out how it went.
    fn with<T>(
        &mut self,
        act: impl AsyncFnOnce(&mut Conn) -> Result<T, mysql_async::Error>,
    ) -> Result<T, Failure> {
        let Some(conn) = self.conn.as_mut() else {
            return Err(Failure::new(FailureKind::ConnectionLost, "the connection is closed"));
        };
        let patience = self.patience;
        let outcome = self.runtime.block_on(async { within(patience, act(conn)).await });
        match outcome {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => {
                let failure = classify(&error);
                // The library closes the connection after any error that is not the server's.
                self.broken |= error.is_fatal() || failure.kind == FailureKind::ConnectionLost;
                Err(failure)
            }
            None => {
                self.broken = true;
                let message = format!("no answer within {:?}", patience.unwrap_or_default());
                Err(Failure::new(FailureKind::ConnectionLost, message))
            }
        }
    }

    /// Runs statements, and others behind them: takes their rows, and gives how many rows each changed. What begins
    /// the transaction travels with the first.
    fn run_all(
        &mut self,
        statements: &[Statement<'_>],
        behind: &[Statement],
        take_row: &mut Take<'_>,
    ) -> Result<Vec<u64>, Failure> {
        let longest = self.longest_for(statements)?;
        let begin = take(&mut self.begin);
        let mut changed: Vec<u64> = Vec::new();
        for batch in batches(begin.iter().chain(statements).chain(behind), longest) {
            let first = changed.len();
            // Neither what begins the transaction nor what is behind has rows.
            let mut take_row = |index: usize, row| {
                if let Some(index) = (first + index).checked_sub(begin.len()) {
                    take_row(index, &mut MysqlRecord(row));
                }
            };
            changed.extend(self.with(async |conn| match batch {
                Batch::Text(text, count) => {
                    read_answers(conn.query_iter(text).await?, count, &mut take_row).await
                }
                Batch::Prepared(statement) => {
                    let answer = conn.exec_iter(statement.text.as_str(), bound(statement)).await?;
                    read_answers(answer, 1, &mut take_row).await
                }
            })?);
        }
        Ok(changed.into_iter().skip(begin.len()).take(statements.len()).collect())
    }

    /// How long a text of statements may be. The server is asked once, when that makes a difference.
    fn longest_for(&mut self, statements: &[Statement<'_>]) -> Result<usize, Failure> {
        if self.longest.is_none() && are_long(statements.iter()) {
            let packet: Option<u64> =
                self.with(async |conn| conn.query_first("SELECT @@max_allowed_packet").await)?;
            self.longest = packet.map(longest);
        }
        Ok(self.longest.unwrap_or(LONGEST))
    }

    /// Ends the transaction, unless the server has never heard of it.
    fn end(&mut self, text: &[&str]) -> Result<(), Failure> {
        self.transaction = None;
        match take(&mut self.begin).as_slice() {
            [] => self.with(async |conn| conn.query_drop(text.join("; ")).await),
            _ => Ok(()),
        }
    }
}

fn plain(texts: &[&str]) -> Vec<Statement<'static>> {
    texts.iter().map(|text| Statement::from(String::from(*text))).collect()
}

/// Takes the rows of so many statements; gives how many rows each changed.
async fn read_answers<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
    count: usize,
    take_row: &mut impl FnMut(usize, Row),
) -> Result<Vec<u64>, mysql_async::Error> {
    let mut changed = Vec::with_capacity(count);
    for index in 0..count {
        // Before the rows: after the last of them the library is at the next statement's.
        changed.push(result.affected_rows());
        result.reduce((), |(), row| take_row(index, row)).await?;
    }
    Ok(changed)
}

/// `None` if it took too long.
async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => timeout(limit, work).await.ok(),
        None => Some(work.await),
    }
}

impl Connection for MysqlConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.begin = match access {
            // Several statements are to see one state of the registry.
            Access::Read => {
                plain(&["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION READ ONLY"])
            }
            Access::Write => plain(&["SET autocommit = 0", "START TRANSACTION", BEGUN]),
        };
        self.transaction = Some(access);
        Ok(())
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        let mut found = Vec::new();
        self.query_all(slice::from_ref(statement), &mut |_, row| found.push(row.values()))?;
        Ok(found)
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        Ok(self.execute_all(slice::from_ref(statement))?.pop().unwrap_or_default())
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        let check = match self.transaction {
            Some(Access::Write) => plain(&[IS_BEGUN, BEGUN]),
            _ => Vec::new(),
        };
        self.run_all(statements, &check, take).map(drop)
    }

    fn query_apart(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        let commit = match statements {
            // It sees one state by itself.
            [_] => Vec::new(),
            _ => {
                self.begin(Access::Read)?;
                plain(&["COMMIT"])
            }
        };
        self.run_all(statements, &commit, take)?;
        self.transaction = None;
        Ok(())
    }

    fn execute_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<u64>, Failure> {
        self.run_all(statements, &[], &mut |_, _| {})
    }

    fn commit(&mut self) -> Result<(), Failure> {
        match self.transaction {
            Some(Access::Write) => self.end(&[IS_BEGUN, "COMMIT", "SET autocommit = 1"]),
            _ => self.end(&["COMMIT"]),
        }
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.end(&["ROLLBACK", "SET autocommit = 1"])
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        type Column = (String, String, String, Option<u64>, Option<String>, bool, Option<u32>, bool);
        let columns: Vec<Column> = self.with(async |conn| conn.exec(CATALOG, ()).await)?;
        let described = columns.into_iter().map(
            |(table, column, type_name, length, collation, nullable, key, has_default)| CatalogColumn {
                table,
                column,
                type_name,
                length,
                collation,
                nullable,
                has_default,
                key,
            },
        );
        Ok(described.collect())
    }

    fn is_broken(&self) -> bool {
        self.broken
    }

    fn ping(&mut self) -> Result<(), Failure> {
        self.with(async |conn| conn.ping().await)
    }
}

impl Drop for MysqlConnection {
    fn drop(&mut self) {
        // A server logs a warning for each connection that leaves without a word.
        if let Some(conn) = self.conn.take().filter(|_| !self.broken) {
            let goodbye = async { timeout(Duration::from_millis(200), conn.disconnect()).await };
            drop(self.runtime.block_on(goodbye));
        }
    }
}

const CATALOG: &str = "
    SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE,
           CASE WHEN c.DATA_TYPE IN ('char', 'varchar') THEN c.CHARACTER_MAXIMUM_LENGTH END,
           c.COLLATION_NAME, c.IS_NULLABLE = 'YES', s.SEQ_IN_INDEX,
           c.COLUMN_DEFAULT IS NOT NULL OR COALESCE(c.EXTRA, '') <> ''
      FROM information_schema.COLUMNS c
      LEFT JOIN information_schema.STATISTICS s
             ON s.TABLE_SCHEMA = c.TABLE_SCHEMA AND s.TABLE_NAME = c.TABLE_NAME
            AND s.COLUMN_NAME = c.COLUMN_NAME AND s.INDEX_NAME = 'PRIMARY'
     WHERE c.TABLE_SCHEMA = DATABASE()
     ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION";
