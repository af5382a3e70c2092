//! What went wrong at a database, sorted by what the caller can do about it.
//! Which code of which database belongs to which kind is each driver's `classify`.

use std::error::Error;

/// A database refused, or could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What the caller can do about it.
    pub kind: FailureKind,
    /// What happened, without secrets.
    pub message: String,
    /// The database's own code: an SQLSTATE, a MySQL error number or SQLite's extended name
    /// (`SQLITE_BUSY_SNAPSHOT`). Absent when the failure did not come from the database.
    pub code: Option<String>,
    /// The cause underneath, where it says more than the message.
    #[source]
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of [`Failure`] that callers treat differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Another transaction was in the way, a racing insert of the same key included: run the
    /// whole transaction again.
    Conflict,
    /// The connection ended while it was in use. If that was during a commit, its outcome is unknown.
    ConnectionLost,
    /// No connection could be made: refused, timed out, unknown host, no such file or folder.
    Unreachable,
    /// All connections of the pool stayed in use until its timeout.
    PoolExhausted,
    /// Wrong password, missing privilege (the right to create tables included), or TLS refused.
    Denied,
    /// The server has no such database or schema.
    MissingDatabase,
    /// A table does not exist.
    MissingTable,
    /// A value does not fit its column, or a statement the server's packet size.
    TooLong,
    /// The database, the replica or the file only allows reading.
    ReadOnly,
    /// The disk, a quota or the table space is full.
    Full,
    /// The file is not an SQLite database, or is damaged.
    NotADatabase,
    /// Any other statement that the database rejected.
    Refused,
}

impl Failure {
    /// A failure with neither code nor cause.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), code: None, source: None }
    }

    /// The same failure with the database's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same failure with the cause underneath.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// The same failure, its message naming the database.
    #[must_use]
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.message = format!("`{place}`: {}", self.message);
        self
    }

    /// Is it an insert of a key that already exists? (A [`FailureKind::Conflict`] among others.)
    #[must_use]
    pub fn is_duplicate_key(&self) -> bool {
        self.code.as_deref().is_some_and(|code| DUPLICATE_KEY.contains(&code))
    }

    /// Is the user let in, but not allowed this? (A [`FailureKind::Denied`] among others.)
    fn lacks_privilege(&self) -> bool {
        self.code.as_deref().is_some_and(|code| LACKS_PRIVILEGE.contains(&code))
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self.kind {
            FailureKind::Conflict => "another process is writing to the registry; try again",
            FailureKind::ConnectionLost => {
                "the server may be restarting, or a proxy closed the connection; try again, and set `pool_pre_ping: true` if it happens after idle times"
            }
            FailureKind::Unreachable => {
                "check the host, port or path in the registry URL, and that the server is running and accepts connections from here"
            }
            FailureKind::PoolExhausted => {
                "raise `pool_size`, `max_overflow` or `pool_timeout` in `sqlalchemy_config_kwargs`"
            }
            FailureKind::Denied if self.lacks_privilege() => {
                "let an administrator grant the user what is missing; where it is the right to create tables, let them run `registry create-schema` and use `schema_mode: verify`"
            }
            FailureKind::Denied => {
                "check the user, the password (percent-encoded in a URL) and the TLS parameters, and that the server lets this user in from here"
            }
            FailureKind::MissingDatabase => {
                "create the database or schema first, or correct its name in the registry URL; only the tables are created for you"
            }
            FailureKind::MissingTable => "create the tables with `registry create-schema`",
            FailureKind::TooLong => {
                "names hold up to 255 characters; if it is an object that is too large on MySQL, widen its `BLOB` column to `LONGBLOB` or raise `max_allowed_packet`"
            }
            FailureKind::ReadOnly => {
                "give the primary in `path` and only a replica in `read_path`, or make the file and its folder writable"
            }
            FailureKind::Full => "free space on the database's disk or raise its quota",
            FailureKind::NotADatabase => {
                "give the path of an SQLite registry; a Feast file registry is opened by its plain path, without `sqlite://`"
            }
            FailureKind::Refused => {
                let code = self.code.as_ref()?;
                return Some(format!(
                    "the database's code is {code}; `echo: true` in `sqlalchemy_config_kwargs` logs the statements, the last of which it refused"
                ));
            }
        };
        Some(hint.into())
    }
}

/// PostgreSQL, MySQL and SQLite's codes of a duplicate key.
const DUPLICATE_KEY: [&str; 5] =
    ["23505", "1062", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_ROWID"];

/// PostgreSQL and MySQL's codes of a missing privilege.
const LACKS_PRIVILEGE: [&str; 6] = ["42501", "1044", "1142", "1143", "1227", "1370"];
