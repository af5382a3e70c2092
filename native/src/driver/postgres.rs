//! PostgreSQL, and CockroachDB through the same protocol.

mod classify;
mod settings;
mod values;

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;

use feast_registry_core::sql::{Dialect, Statement, Value};
use postgres::Client;
use postgres::config::SslMode;
use postgres::types::{ToSql, Type};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::classify::{classify, is_stale_plan, unreachable};
pub(super) use self::settings::PARAMETERS;
use self::settings::Settings;
use self::values::{Bound, read, type_of};
use super::{
    Access, CatalogColumn, Connection, Driver, Failure, FailureKind, LOCK_WAIT_SECONDS, ParameterError,
};
use crate::config::{EngineOptions, IsolationLevel};
use crate::tls::libpq::Attempt;
use crate::url::ServerUrl;

/// Opens connections to one PostgreSQL database.
pub(super) struct PostgresDriver {
    settings: Settings,
    connector: MakeRustlsConnect,
    isolation: Option<IsolationLevel>,
    place: String,
}

impl PostgresDriver {
    /// `access` says whether it may be a replica, which has no serializable transactions.
    pub(super) fn new(
        url: &ServerUrl,
        engine: &EngineOptions,
        access: Access,
    ) -> Result<Self, ParameterError> {
        let settings = Settings::new(url, engine)?;
        let connector = MakeRustlsConnect::new(settings.tls.client_config()?);
        let isolation = match (access, engine.isolation_level) {
            (Access::Read, Some(IsolationLevel::Serializable)) => Some(IsolationLevel::RepeatableRead),
            (_, configured) => configured,
        };
        Ok(Self { settings, connector, isolation, place: url.place() })
    }

    /// Connects in a thread of its own: the library bounds only the TCP part of connecting, and a
    /// server that accepts and then says nothing would hold us for ever.
    fn attempt(&self, attempt: Attempt) -> Result<Client, Failure> {
        let mut config = self.settings.config.clone();
        config.ssl_mode(match attempt {
            Attempt::Plain => SslMode::Disable,
            Attempt::Offered => SslMode::Prefer,
            Attempt::Encrypted => SslMode::Require,
        });
        let connector = self.connector.clone();
        let (sender, receiver) = mpsc::sync_channel(1);
        let connect = move || drop(sender.send(config.connect(connector)));
        if let Err(error) = thread::Builder::new().name("postgres-connect".into()).spawn(connect) {
            let failure = Failure::new(FailureKind::Unreachable, "cannot start a thread to connect");
            return Err(failure.caused_by(error).at(&self.place));
        }
        match receiver.recv_timeout(self.settings.deadline) {
            Ok(outcome) => outcome.map_err(|error| unreachable(error).at(&self.place)),
            Err(_) => {
                let message = format!("no answer within {:?}", self.settings.deadline);
                Err(Failure::new(FailureKind::Unreachable, message).at(&self.place))
            }
        }
    }
}

impl Driver for PostgresDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        // Refused for the presence or absence of TLS; a wrong password (28P01) stays wrong.
        let over_tls = |failure: &Failure| {
            failure.kind == FailureKind::Denied && failure.code.as_deref() != Some("28P01")
        };
        let mut attempts = self.settings.attempts().iter().peekable();
        loop {
            let attempt = attempts.next().copied().unwrap_or(Attempt::Encrypted);
            match self.attempt(attempt) {
                Err(failure) if attempts.peek().is_some() && over_tls(&failure) => {}
                Err(failure) => return Err(failure),
                Ok(client) => {
                    return Ok(Box::new(PostgresConnection {
                        client,
                        isolation: self.isolation,
                        prepare_after: self.settings.prepare_after,
                        statements: HashMap::new(),
                        aborted: false,
                        broken: false,
                    }));
                }
            }
        }
    }

    fn place(&self) -> &str {
        &self.place
    }
}

struct PostgresConnection {
    client: Client,
    isolation: Option<IsolationLevel>,
    /// Uses after which a text is prepared; `None` for never.
    prepare_after: Option<u32>,
    statements: HashMap<String, Usage>,
    /// A statement of this transaction failed, and PostgreSQL ignores all others until its end.
    aborted: bool,
    broken: bool,
}

/// A text that was run before on this connection.
enum Usage {
    /// So many times, sent with its parameters in one message.
    Unprepared(u32),
    Prepared(postgres::Statement),
}

impl PostgresConnection {
    /// The prepared statement for a text, once it is used often enough to be worth the round trip
    /// that preparing takes.
    fn prepared(&mut self, statement: &Statement) -> Result<Option<postgres::Statement>, postgres::Error> {
        let text = statement.text.as_str();
        let Some(threshold) = self.prepare_after else { return Ok(None) };
        let uses = match self.statements.get(text) {
            Some(Usage::Prepared(statement)) => return Ok(Some(statement.clone())),
            Some(Usage::Unprepared(uses)) => *uses,
            None => 0,
        };
        if uses < threshold {
            self.statements.insert(text.to_owned(), Usage::Unprepared(uses + 1));
            return Ok(None);
        }
        let types: Vec<Type> = statement.values.iter().map(type_of).collect();
        let prepared = self.client.prepare_typed(text, &types)?;
        self.statements.insert(text.to_owned(), Usage::Prepared(prepared.clone()));
        Ok(Some(prepared))
    }

    fn rows(&mut self, statement: &Statement) -> Result<Vec<postgres::Row>, postgres::Error> {
        let bound: Vec<Bound<'_>> = statement.values.iter().map(Bound).collect();
        match self.prepared(statement)? {
            Some(prepared) => self.client.query(&prepared, &untyped(&bound)),
            None => self.client.query_typed(&statement.text, &typed(&bound)),
        }
    }

    fn count(&mut self, statement: &Statement) -> Result<u64, postgres::Error> {
        let bound: Vec<Bound<'_>> = statement.values.iter().map(Bound).collect();
        match self.prepared(statement)? {
            Some(prepared) => self.client.execute(&prepared, &untyped(&bound)),
            None => self.client.execute_typed(&statement.text, &typed(&bound)),
        }
    }

    fn run(&mut self, text: &str) -> Result<(), Failure> {
        let outcome = self.client.batch_execute(text);
        outcome.map_err(|error| self.failed(&error))
    }

    fn failed(&mut self, error: &postgres::Error) -> Failure {
        let mut failure = classify(error);
        if self.client.is_closed() {
            failure.kind = FailureKind::ConnectionLost;
        }
        if is_stale_plan(error) {
            self.statements.clear();
        }
        self.aborted = true;
        self.broken |= failure.kind == FailureKind::ConnectionLost;
        failure
    }
}

fn untyped<'a>(bound: &'a [Bound<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    bound.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn typed<'a>(bound: &'a [Bound<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    bound.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value.0))).collect()
}

impl Connection for PostgresConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        let isolation = match (access, self.isolation) {
            // Several statements are to see one state of the registry.
            (Access::Read, None | Some(IsolationLevel::ReadUncommitted | IsolationLevel::ReadCommitted)) => {
                Some(IsolationLevel::RepeatableRead)
            }
            // A snapshot that is older than the lock just waited for shows a state that is gone, and at
            // this level nobody objects to a decision on it.
            (Access::Write, Some(IsolationLevel::RepeatableRead)) => Some(IsolationLevel::Serializable),
            (_, configured) => configured,
        };
        let level = isolation.map(|level| format!(" ISOLATION LEVEL {}", level.as_sql())).unwrap_or_default();
        let mode = match access {
            Access::Read => " READ ONLY".into(),
            // In the same round trip.
            Access::Write => format!("; SET LOCAL lock_timeout = '{LOCK_WAIT_SECONDS}s'"),
        };
        self.aborted = false;
        self.run(&format!("BEGIN{level}{mode}"))
    }

    fn query(&mut self, statement: &Statement) -> Result<Vec<Vec<Value>>, Failure> {
        let rows = self.rows(statement).map_err(|error| self.failed(&error))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| self.failed(&error))
    }

    fn execute(&mut self, statement: &Statement) -> Result<u64, Failure> {
        self.count(statement).map_err(|error| self.failed(&error))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        if self.aborted {
            // PostgreSQL answers a COMMIT now by rolling back, and calls that a success.
            let message = "a statement of the transaction failed, so that it cannot be committed";
            return Err(Failure::new(FailureKind::Refused, message));
        }
        self.run("COMMIT")
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        self.aborted = false;
        self.run("ROLLBACK")
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        let rows = self.client.query_typed(CATALOG, &[]).map_err(|error| self.failed(&error))?;
        let column = |row: &postgres::Row| {
            let length: Option<i32> = row.try_get(3)?;
            let key: Option<i32> = row.try_get(6)?;
            Ok(CatalogColumn {
                table: row.try_get(0)?,
                column: row.try_get(1)?,
                type_name: row.try_get(2)?,
                length: length.and_then(|length| u64::try_from(length).ok()),
                collation: row.try_get(4)?,
                nullable: row.try_get(5)?,
                has_default: row.try_get(7)?,
                key: key.and_then(|key| u32::try_from(key).ok()),
            })
        };
        rows.iter().map(column).collect::<Result<_, _>>().map_err(|error| self.failed(&error))
    }

    fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    fn ping(&mut self) -> Result<(), Failure> {
        // An empty statement: one round trip, and no table or transaction is touched.
        self.run("")
    }
}

/// Every table that an unqualified name reaches, which is what the `search_path` decides. The type
/// modifier of a character type is its length and four. CockroachDB answers it too: it is spared the
/// vectors of `pg_index`.
const CATALOG: &str = "
    SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4 END,
           CASE WHEN a.attcollation <> t.typcollation THEN l.collname::text END,
           NOT a.attnotnull,
           array_position(k.conkey, a.attnum)::int4,
           a.atthasdef OR a.attidentity <> ''
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
      LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal')
       AND pg_catalog.pg_table_is_visible(c.oid)
     ORDER BY c.relname, a.attnum";
