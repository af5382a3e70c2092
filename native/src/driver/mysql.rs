//! MySQL and MariaDB. The library is `mysql_async` driven from a runtime of one thread per
//! connection, because its blocking sister trusts the public certificate authorities even where
//! the configuration names one of its own.

mod classify;
mod settings;
mod values;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use feast_registry_core::sql::{Dialect, Statement, Value};
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Row};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use self::classify::{classify, is_tls_refusal, unreachable};
pub(super) use self::settings::PARAMETERS;
use self::settings::Settings;
use self::values::{bound, read};
use super::{Access, CatalogColumn, Connection, Driver, Failure, FailureKind, ParameterError};
use crate::config::EngineOptions;
use crate::tls::mysql::Encryption;
use crate::url::ServerUrl;

/// Opens connections to one MySQL database.
pub(super) struct MysqlDriver {
    settings: Settings,
    place: String,
    /// Was TLS offered by us and not taken, so that it need not be tried again?
    plain: AtomicBool,
}

impl MysqlDriver {
    pub(super) fn new(url: &ServerUrl, engine: &EngineOptions) -> Result<Self, ParameterError> {
        let settings = Settings::new(url, engine)?;
        let plain = AtomicBool::new(settings.encryption == Encryption::Off);
        Ok(Self { settings, place: url.place(), plain })
    }
}

impl Driver for MysqlDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::new(FailureKind::Unreachable, "cannot start a runtime to connect").caused_by(error)
        })?;
        match self.connect_on(&runtime) {
            Ok(conn) => {
                let patience = self.settings.patience;
                Ok(Box::new(MysqlConnection {
                    conn: Some(conn),
                    runtime,
                    patience,
                    in_transaction: false,
                    broken: false,
                }))
            }
            Err(failure) => {
                // A drop would wait for a host name that is still being looked up, however long that takes.
                runtime.shutdown_background();
                Err(failure)
            }
        }
    }

    fn place(&self) -> &str {
        &self.place
    }
}

impl MysqlDriver {
    fn connect_on(&self, runtime: &Runtime) -> Result<Conn, Failure> {
        let encrypt = !self.plain.load(Ordering::Relaxed);
        let (with_tls, without) = (&self.settings.with_tls, &self.settings.without_tls);
        let mut outcome = self.attempt(runtime, if encrypt { with_tls } else { without })?;
        let optional = self.settings.encryption == Encryption::Offered;
        if encrypt && optional && outcome.as_ref().is_err_and(is_tls_refusal) {
            outcome = self.attempt(runtime, without)?;
            self.plain.store(outcome.is_ok(), Ordering::Relaxed);
        }
        outcome.map_err(|error| unreachable(&error).at(&self.place))
    }

    fn attempt(&self, runtime: &Runtime, opts: &Opts) -> Result<Result<Conn, mysql_async::Error>, Failure> {
        let limit = self.settings.connect_timeout;
        runtime.block_on(async { timeout(limit, Conn::new(opts.clone())).await }).map_err(|_| {
            Failure::new(FailureKind::Unreachable, format!("no answer within {limit:?}")).at(&self.place)
        })
    }
}

struct MysqlConnection {
    /// Present until the drop.
    conn: Option<Conn>,
    runtime: Runtime,
    /// Longest wait for the answer to one statement; `None` for no limit.
    patience: Option<Duration>,
    in_transaction: bool,
    broken: bool,
}

impl MysqlConnection {
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

    fn run(&mut self, text: &str) -> Result<(), Failure> {
        self.with(async |conn| conn.query_drop(text).await)
    }

    /// Whether the transaction that was begun is no more: a Galera node undoes one that is in the way of
    /// another node's, and where the rows of a `SELECT` are on their way already it says so by this flag
    /// alone. What follows would be committed statement by statement.
    fn was_undone(&self) -> bool {
        let ended = self
            .conn
            .as_ref()
            .and_then(Conn::last_ok_packet)
            .is_some_and(|answer| !answer.status_flags().contains(StatusFlags::SERVER_STATUS_IN_TRANS));
        self.in_transaction && ended
    }
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
        self.in_transaction = false;
        self.run(match access {
            // Several statements are to see one state of the registry.
            Access::Read => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION READ ONLY",
            Access::Write => "START TRANSACTION",
        })?;
        self.in_transaction = true;
        Ok(())
    }

    fn query(&mut self, statement: &Statement) -> Result<Vec<Vec<Value>>, Failure> {
        let rows: Vec<Row> =
            self.with(async |conn| conn.exec(statement.text.as_str(), bound(statement)).await)?;
        if self.was_undone() {
            let message = "the server has undone the transaction for that of another node";
            return Err(Failure::new(FailureKind::Conflict, message));
        }
        Ok(rows.into_iter().map(read).collect())
    }

    fn execute(&mut self, statement: &Statement) -> Result<u64, Failure> {
        self.with(async |conn| {
            // DDL cannot always be prepared, and is not worth it.
            if statement.values.is_empty() {
                conn.query_drop(statement.text.as_str()).await?;
            } else {
                conn.exec_drop(statement.text.as_str(), bound(statement)).await?;
            }
            Ok(conn.affected_rows())
        })
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.run("COMMIT")
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.run("ROLLBACK")
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
