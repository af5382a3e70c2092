//! What MySQL's and MariaDB's errors mean. Source of the numbers: both servers' error references;
//! those below 1,900 are common to the two.

use std::io;

use mysql_async::{DriverError, Error, IoError, ServerError};

use crate::driver::{Failure, FailureKind};

/// A failure of a statement on an open connection.
pub(super) fn classify(error: &Error) -> Failure {
    match error {
        Error::Server(refusal) => from_server(refusal),
        Error::Driver(DriverError::PacketTooLarge) => {
            Failure::new(FailureKind::TooLong, "the statement is larger than `max_allowed_packet`")
        }
        Error::Driver(
            wrong @ (DriverError::Params(_)
            | DriverError::MixedParams
            | DriverError::FromRow { .. }
            | DriverError::FromValue { .. }
            | DriverError::StmtParamsMismatch { .. }
            | DriverError::StmtParamsNumberExceedsLimit { .. }),
        ) => Failure::new(FailureKind::Refused, wrong.to_string()),
        Error::Io(IoError::Io(cause)) => Failure::new(FailureKind::ConnectionLost, cause.to_string()),
        Error::Driver(cause) => Failure::new(FailureKind::ConnectionLost, cause.to_string()),
        other => Failure::new(FailureKind::ConnectionLost, other.to_string()),
    }
}

/// A failure to connect.
pub(super) fn unreachable(error: &Error) -> Failure {
    let mut failure = classify(error);
    let unusable_login = matches!(
        error,
        Error::Driver(
            DriverError::UnknownAuthPlugin { .. }
                | DriverError::CleartextPluginDisabled
                | DriverError::MysqlOldPasswordDisabled
        )
    );
    if unusable_login || is_tls_refusal(error) {
        failure.kind = FailureKind::Denied;
    } else if failure.kind == FailureKind::ConnectionLost {
        failure.kind = FailureKind::Unreachable;
    }
    failure
}

/// Could the two sides not agree on TLS?
pub(super) fn is_tls_refusal(error: &Error) -> bool {
    match error {
        Error::Driver(DriverError::NoClientSslFlagFromServer) | Error::Io(IoError::Tls(_)) => true,
        Error::Io(IoError::Io(cause)) => carries_tls(cause),
        _ => false,
    }
}

fn carries_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| {
        inner.is::<rustls::Error>() || inner.source().is_some_and(|cause| cause.is::<rustls::Error>())
    })
}

fn from_server(error: &ServerError) -> Failure {
    use FailureKind as Kind;
    let kind = match error.code {
        // Deadlock, lock wait timeout, duplicate key, row changed since it was read, lock not free.
        1213 | 1205 | 1062 | 1020 | 3572 => Kind::Conflict,
        // No such savepoint, nor transaction: a Galera node has undone it.
        1305 => Kind::Conflict,
        // The same table or index created by two at once; a table altered under a prepared statement.
        1050 | 1061 | 1615 => Kind::Conflict,
        // A Galera node that left its cluster; shutdown; killed; gone idle for too long.
        1047 | 1053 | 1077 | 1079 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => {
            Kind::ConnectionLost
        }
        1040 | 1203 | 1226 => Kind::Unreachable,
        1044 | 1045 | 1129 | 1130 | 1142 | 1143 | 1227 | 1251 | 1370 | 1698 | 2059 | 3118 | 3159 => {
            Kind::Denied
        }
        // An expired password; MariaDB's locked account.
        1820 | 1862 | 4151 => Kind::Denied,
        1046 | 1049 => Kind::MissingDatabase,
        1051 | 1146 => Kind::MissingTable,
        1153 | 1406 => Kind::TooLong,
        1036 | 1290 | 1792 | 1836 => Kind::ReadOnly,
        1021 | 1114 => Kind::Full,
        // The operating system's number 28 is `no space left on device`.
        3 | 1026 | 1030 if error.message.contains("28") => Kind::Full,
        _ => Kind::Refused,
    };
    Failure::new(kind, error.message.clone()).with_code(error.code.to_string())
}
