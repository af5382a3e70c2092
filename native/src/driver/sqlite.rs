//! SQLite through rusqlite. Keeps the file's journal mode: Feast uses the default, and changing it
//! would change the file under Feast.

mod classify;

use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use feast_registry_core::sql::{Dialect, Record, Statement, Take, Value};
use rusqlite::OpenFlags;
use rusqlite::types::{ToSqlOutput, ValueRef};

use self::classify::classify;
use super::parameters::{ParameterError, Parameters};
use super::{Access, CatalogColumn, Connection, Driver, Failure, FailureKind};
use crate::config::EngineOptions;
use crate::url::{SqliteDatabase, SqliteUrl};

/// Parameters that mean something here, or that pysqlite takes and that change nothing here.
pub(super) const PARAMETERS: &[&str] =
    &["timeout", "uri", "check_same_thread", "cached_statements", "detect_types", "isolation_level"];

/// How long pysqlite waits for another process's lock unless told otherwise.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens connections to one SQLite database.
pub(super) struct SqliteDriver {
    target: PathBuf,
    flags: OpenFlags,
    busy_timeout: Duration,
    place: String,
    /// Keeps a database in memory alive while no other connection is open.
    anchor: Mutex<Option<rusqlite::Connection>>,
}

impl SqliteDriver {
    /// `access` says whether a missing file is created.
    pub(super) fn new(
        url: &SqliteUrl,
        engine: &EngineOptions,
        access: Access,
    ) -> Result<Self, ParameterError> {
        let busy_timeout = Parameters::new(&uri_free(&url.query), engine).seconds("timeout")?;
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if access == Access::Write {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let target = match &url.database {
            SqliteDatabase::File(path) => path.clone(),
            SqliteDatabase::Uri(uri) => {
                flags |= OpenFlags::SQLITE_OPEN_URI;
                uri_with_query(uri, &url.query).into()
            }
            SqliteDatabase::Memory => {
                // The `memdb` file system locks like a file; a shared cache has other, stricter rules.
                static COUNT: AtomicU64 = AtomicU64::new(0);
                flags |= OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_CREATE;
                format!("file:/registry-{}?vfs=memdb", COUNT.fetch_add(1, Ordering::Relaxed)).into()
            }
        };
        Ok(Self {
            target,
            flags,
            busy_timeout: busy_timeout.unwrap_or(BUSY_TIMEOUT),
            place: SqliteUrl { query: Vec::new(), ..url.clone() }.to_string(),
            anchor: Mutex::new(None),
        })
    }

    fn open(&self) -> Result<rusqlite::Connection, Failure> {
        let is_file = !self.flags.contains(OpenFlags::SQLITE_OPEN_URI);
        if is_file {
            self.check_path()?;
        }
        let refused = |error| classify(&error).at(&self.place);
        let connection = rusqlite::Connection::open_with_flags(&self.target, self.flags).map_err(refused)?;
        connection.busy_timeout(self.busy_timeout).map_err(refused)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        for setting in MEMORY {
            connection.pragma_update(None, setting.0, setting.1).map_err(refused)?;
        }
        // Opening reads nothing; this does, so that a file of another kind is found out here.
        connection.query_row("PRAGMA schema_version", (), |_| Ok(())).map_err(refused)?;
        Ok(connection)
    }

    /// SQLite says only `unable to open database file`; this says why.
    fn check_path(&self) -> Result<(), Failure> {
        let unreachable = |message| Err(Failure::new(FailureKind::Unreachable, message));
        let folder = self.target.parent().filter(|folder| *folder != Path::new(""));
        if self.target.is_dir() {
            return unreachable(format!("`{}` is a folder, not a database file", self.target.display()));
        }
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return unreachable(format!("folder `{}` does not exist", folder.display()));
        }
        if !self.flags.contains(OpenFlags::SQLITE_OPEN_CREATE) && !self.target.exists() {
            return unreachable(format!("file `{}` does not exist", self.target.display()));
        }
        Ok(())
    }
}

impl Driver for SqliteDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        if self.target.to_string_lossy().ends_with("?vfs=memdb") {
            let mut anchor = self.anchor.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if anchor.is_none() {
                *anchor = Some(self.open()?);
            }
        }
        Ok(Box::new(SqliteConnection { connection: self.open()?, broken: false }))
    }

    fn place(&self) -> &str {
        &self.place
    }
}

struct SqliteConnection {
    connection: rusqlite::Connection,
    broken: bool,
}

impl SqliteConnection {
    fn run(&mut self, text: &str) -> Result<(), Failure> {
        let outcome = self.connection.prepare_cached(text).and_then(|mut statement| statement.raw_execute());
        outcome.map(drop).map_err(|error| self.failed(&error))
    }

    fn failed(&mut self, error: &rusqlite::Error) -> Failure {
        let failure = classify(error);
        self.broken |= matches!(failure.kind, FailureKind::ConnectionLost | FailureKind::NotADatabase);
        failure
    }
}

impl Connection for SqliteConnection {
    fn begin(&mut self, access: Access) -> Result<(), Failure> {
        self.run(match access {
            Access::Read => "BEGIN",
            Access::Write => "BEGIN IMMEDIATE",
        })
    }

    fn query(&mut self, statement: &Statement<'_>) -> Result<Vec<Vec<Value<'static>>>, Failure> {
        let mut found = Vec::new();
        self.query_all(slice::from_ref(statement), &mut |_, row| found.push(row.values()))?;
        Ok(found)
    }

    fn execute(&mut self, statement: &Statement<'_>) -> Result<u64, Failure> {
        let outcome = self
            .connection
            .prepare_cached(&statement.text)
            .and_then(|mut prepared| prepared.execute(rusqlite::params_from_iter(bound(statement))));
        outcome.map(|count| count as u64).map_err(|error| self.failed(&error))
    }

    fn query_all(&mut self, statements: &[Statement<'_>], take: &mut Take<'_>) -> Result<(), Failure> {
        let mut each = statements.iter().enumerate();
        let outcome = each.try_for_each(|(index, statement)| rows(&self.connection, index, statement, take));
        outcome.map_err(|error| self.failed(&error))
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.run("COMMIT")
    }

    fn rollback(&mut self) -> Result<(), Failure> {
        // Some errors end the transaction by themselves.
        if self.connection.is_autocommit() { Ok(()) } else { self.run("ROLLBACK") }
    }

    fn catalog(&mut self) -> Result<Vec<CatalogColumn>, Failure> {
        let text = "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk, c.dflt_value IS NOT NULL \
                    FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                    ORDER BY t.name, c.cid";
        let read = || {
            let mut statement = self.connection.prepare_cached(text)?;
            let columns = statement.query_map((), |row| {
                let type_name: String = row.get(2)?;
                Ok(CatalogColumn {
                    table: row.get(0)?,
                    column: row.get(1)?,
                    length: declared_length(&type_name),
                    type_name,
                    collation: None,
                    nullable: !row.get::<_, bool>(3)?,
                    has_default: row.get(5)?,
                    key: row.get::<_, u32>(4).map(|position| (position > 0).then_some(position))?,
                })
            })?;
            columns.collect::<Result<Vec<_>, rusqlite::Error>>()
        };
        read().map_err(|error| self.failed(&error))
    }

    fn is_broken(&self) -> bool {
        self.broken
    }

    fn ping(&mut self) -> Result<(), Failure> {
        let outcome = self.connection.query_row("PRAGMA schema_version", (), |_| Ok(()));
        outcome.map_err(|error| self.failed(&error))
    }
}

fn rows(
    connection: &rusqlite::Connection,
    index: usize,
    statement: &Statement<'_>,
    take: &mut Take<'_>,
) -> rusqlite::Result<()> {
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let width = prepared.column_count();
    let mut rows = prepared.query(rusqlite::params_from_iter(bound(statement)))?;
    while let Some(row) = rows.next()? {
        take(index, &mut SqliteRecord { row, width });
    }
    Ok(())
}

struct SqliteRecord<'r> {
    row: &'r rusqlite::Row<'r>,
    width: usize,
}

impl Record for SqliteRecord<'_> {
    fn width(&self) -> usize {
        self.width
    }

    fn take(&mut self, column: usize) -> Value<'_> {
        self.row.get_ref(column).map_or(Value::Null, read)
    }
}

fn bound<'s>(statement: &'s Statement<'_>) -> impl Iterator<Item = ToSqlOutput<'s>> {
    statement.values.iter().map(|value| {
        ToSqlOutput::Borrowed(match value {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Array(..) => ValueRef::Null,
        })
    })
}

/// SQLite's columns hold any type, whatever was declared.
fn read(value: ValueRef<'_>) -> Value<'_> {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Text(number.to_string().into()),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.into()),
            Err(_) => Value::Bytes(bytes.into()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
    }
}

/// 255 of `VARCHAR(255)`.
fn declared_length(type_name: &str) -> Option<u64> {
    type_name.split_once('(')?.1.split_once(')')?.0.trim().parse().ok()
}

/// The parameters for the driver, once those for SQLite's own URI are taken out.
fn uri_free(query: &[(String, String)]) -> Vec<(String, String)> {
    query.iter().filter(|(name, _)| PARAMETERS.contains(&name.as_str())).cloned().collect()
}

fn uri_with_query(uri: &str, query: &[(String, String)]) -> String {
    let mut whole = uri.to_owned();
    for (name, value) in query.iter().filter(|(name, _)| !PARAMETERS.contains(&name.as_str())) {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole.push_str(&format!("{name}={value}"));
    }
    whole
}

/// A pool of connections is not to hold the database several times: the system caches the file already. A transaction
/// keeps as many changed pages as it would otherwise, though, before it writes them to the file.
const MEMORY: [(&str, i32); 2] = [("cache_size", 64), ("cache_spill", 500)];

/// Statements kept prepared per connection; the registry renders far fewer texts than this.
const STATEMENT_CACHE: usize = 256;

#[cfg(test)]
mod tests;
