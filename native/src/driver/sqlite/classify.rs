//! What SQLite's errors mean. Source of the codes: SQLite's documentation, "Result and Error Codes".

use rusqlite::ffi;

use crate::driver::{Failure, FailureKind};

/// The failure that an error of SQLite is.
pub(super) fn classify(error: &rusqlite::Error) -> Failure {
    match error {
        rusqlite::Error::SqliteFailure(error, message) => from_code(error.extended_code, message.as_deref()),
        rusqlite::Error::SqlInputError { error, msg, .. } => from_code(error.extended_code, Some(msg)),
        other => Failure::new(FailureKind::Refused, other.to_string()),
    }
}

fn from_code(extended: i32, message: Option<&str>) -> Failure {
    use FailureKind as Kind;
    let message = message.unwrap_or_else(|| ffi::code_to_str(extended));
    let kind = match (extended, extended & 0xff) {
        (
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_ROWID,
            _,
        ) => Kind::Conflict,
        // The file was moved or deleted under the connection; a new one sees what is there now.
        (ffi::SQLITE_READONLY_DBMOVED, _) => Kind::ConnectionLost,
        (_, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED | ffi::SQLITE_SCHEMA) => Kind::Conflict,
        // A quota or a limit of the process; SQLite says `full` only of the disk itself. It is before the
        // commit takes effect, so that the change is not made.
        (ffi::SQLITE_IOERR_WRITE, _) => Kind::Full,
        (_, ffi::SQLITE_IOERR) => Kind::ConnectionLost,
        (_, ffi::SQLITE_CANTOPEN) => Kind::Unreachable,
        (_, ffi::SQLITE_PERM | ffi::SQLITE_AUTH) => Kind::Denied,
        (_, ffi::SQLITE_READONLY) => Kind::ReadOnly,
        (_, ffi::SQLITE_FULL) => Kind::Full,
        (_, ffi::SQLITE_TOOBIG) => Kind::TooLong,
        (_, ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT) => Kind::NotADatabase,
        // SQLite has one code for all errors in a statement.
        (_, ffi::SQLITE_ERROR) if message.starts_with("no such table") => Kind::MissingTable,
        (_, ffi::SQLITE_ERROR) if message.ends_with("already exists") => Kind::Conflict,
        _ => Kind::Refused,
    };
    Failure::new(kind, message).with_code(name_of(extended))
}

/// SQLite's name of an extended code; that of its primary code for those that nobody asks for here.
fn name_of(extended: i32) -> String {
    let name = match extended {
        ffi::SQLITE_BUSY_RECOVERY => "SQLITE_BUSY_RECOVERY",
        ffi::SQLITE_BUSY_SNAPSHOT => "SQLITE_BUSY_SNAPSHOT",
        ffi::SQLITE_BUSY_TIMEOUT => "SQLITE_BUSY_TIMEOUT",
        ffi::SQLITE_LOCKED_SHAREDCACHE => "SQLITE_LOCKED_SHAREDCACHE",
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => "SQLITE_CONSTRAINT_PRIMARYKEY",
        ffi::SQLITE_CONSTRAINT_UNIQUE => "SQLITE_CONSTRAINT_UNIQUE",
        ffi::SQLITE_CONSTRAINT_ROWID => "SQLITE_CONSTRAINT_ROWID",
        ffi::SQLITE_CONSTRAINT_NOTNULL => "SQLITE_CONSTRAINT_NOTNULL",
        ffi::SQLITE_READONLY_DBMOVED => "SQLITE_READONLY_DBMOVED",
        ffi::SQLITE_IOERR_WRITE => "SQLITE_IOERR_WRITE",
        _ => match extended & 0xff {
            ffi::SQLITE_ERROR => "SQLITE_ERROR",
            ffi::SQLITE_PERM => "SQLITE_PERM",
            ffi::SQLITE_BUSY => "SQLITE_BUSY",
            ffi::SQLITE_LOCKED => "SQLITE_LOCKED",
            ffi::SQLITE_NOMEM => "SQLITE_NOMEM",
            ffi::SQLITE_READONLY => "SQLITE_READONLY",
            ffi::SQLITE_IOERR => "SQLITE_IOERR",
            ffi::SQLITE_CORRUPT => "SQLITE_CORRUPT",
            ffi::SQLITE_FULL => "SQLITE_FULL",
            ffi::SQLITE_CANTOPEN => "SQLITE_CANTOPEN",
            ffi::SQLITE_SCHEMA => "SQLITE_SCHEMA",
            ffi::SQLITE_TOOBIG => "SQLITE_TOOBIG",
            ffi::SQLITE_CONSTRAINT => "SQLITE_CONSTRAINT",
            ffi::SQLITE_AUTH => "SQLITE_AUTH",
            ffi::SQLITE_NOTADB => "SQLITE_NOTADB",
            other => return format!("SQLITE_{other}"),
        },
    };
    name.to_owned()
}
