//! What PostgreSQL's errors mean. Source of the codes: PostgreSQL's documentation, appendix
//! "Error Codes"; CockroachDB's, "Transaction retry error reference".

use std::error::Error;
use std::io;

use tokio_postgres::error::DbError;

use crate::driver::{Failure, FailureKind};

/// A failure of a statement on an open connection.
pub(super) fn classify(error: &tokio_postgres::Error) -> Failure {
    if let Some(refusal) = error.as_db_error() {
        return from_database(refusal);
    }
    let kind = if error.is_closed() || cause::<io::Error>(error).is_some() {
        FailureKind::ConnectionLost
    } else {
        FailureKind::Refused
    };
    Failure::new(kind, with_cause(error))
}

/// A failure to connect.
pub(super) fn unreachable(error: tokio_postgres::Error) -> Failure {
    let text = with_cause(&error);
    if let Some(refusal) = error.as_db_error() {
        let mut failure = from_database(refusal);
        // A server that starts or stops refuses politely.
        if failure.kind == FailureKind::ConnectionLost {
            failure.kind = FailureKind::Unreachable;
        }
        return failure;
    }
    // The library keeps the kind of its errors to itself; the word is in their texts.
    let denied = cause::<rustls::Error>(&error).is_some()
        || ["TLS", "authentication", "password"].iter().any(|word| text.contains(word));
    Failure::new(if denied { FailureKind::Denied } else { FailureKind::Unreachable }, text)
}

/// Was the statement prepared for tables that have changed since, or forgotten by a pooler?
pub(super) fn is_stale_plan(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(is_stale)
}

fn is_stale(error: &DbError) -> bool {
    match error.code().code() {
        "26000" => true,
        "0A000" => error.message().contains("cached plan"),
        _ => false,
    }
}

fn from_database(error: &DbError) -> Failure {
    use FailureKind as Kind;
    let code = error.code().code();
    let kind = match code {
        // Serialization failure, deadlock, lock not available, duplicate key.
        "40001" | "40P01" | "55P03" | "23505" => Kind::Conflict,
        // The same table, index or type created by two at once.
        "42P07" | "42710" => Kind::Conflict,
        "XX000" if error.message().contains("concurrently") => Kind::Conflict,
        _ if is_stale(error) => Kind::Conflict,
        // CockroachDB: the commit may or may not have happened.
        "40003" => Kind::ConnectionLost,
        // Idle in a transaction for too long; ended by an administrator, a crash, a restart, a drop.
        "25P03" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => Kind::ConnectionLost,
        "25006" => Kind::ReadOnly,
        // A replica that is not promoted yet, asked for a serializable transaction.
        "0A000" if error.message().contains("hot standby") => Kind::ReadOnly,
        "22001" | "54000" => Kind::TooLong,
        "3D000" | "3F000" => Kind::MissingDatabase,
        "42P01" => Kind::MissingTable,
        "42501" => Kind::Denied,
        "53100" => Kind::Full,
        "53300" => Kind::Unreachable,
        // Class 08 but for `protocol violation`, which a wrong count of parameters is.
        _ if code.starts_with("08") && code != "08P01" => Kind::ConnectionLost,
        _ if code.starts_with("28") => Kind::Denied,
        _ => Kind::Refused,
    };
    Failure::new(kind, error.message()).with_code(code)
}

fn with_cause(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        // An I/O error that only carries another does not name it as its source.
        let carried = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = carried.and_then(|carried| carried.downcast_ref()) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}
