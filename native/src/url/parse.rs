//! The parts of a database URL behind its scheme.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use super::{Secret, ServerUrl, SqliteDatabase, SqliteUrl, UrlError};

/// What follows `sqlite://`.
pub(super) fn sqlite(scheme: &str, rest: &str) -> Result<SqliteUrl, UrlError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let query = pairs(query);
    let path = match path.strip_prefix('/') {
        Some(path) => decoded(path),
        None if path.is_empty() => String::new(),
        None => {
            let reason = "it has a host; a path needs three slashes before it";
            return Err(UrlError::Malformed { scheme: scheme.to_owned(), reason });
        }
    };
    let uri = query.iter().any(|(name, value)| {
        name == "uri"
            && matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "t" | "y")
    });
    let database = match path {
        path if path.is_empty() || path == ":memory:" => SqliteDatabase::Memory,
        path if uri => SqliteDatabase::Uri(path),
        path => SqliteDatabase::File(PathBuf::from(path)),
    };
    Ok(SqliteUrl { database, query })
}

/// What follows the scheme of a server's URL.
///
/// Splits as SQLAlchemy's pattern does, so that a password may hold an unescaped `/`, `?` or `:`.
pub(super) fn server(scheme: &str, rest: &str) -> Result<ServerUrl, UrlError> {
    let malformed = |reason| UrlError::Malformed { scheme: scheme.to_owned(), reason };
    let (user, password, rest) = login(rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (address, database) = match rest.split_once('/') {
        Some((address, database)) => (address, Some(database)),
        None => (rest, None),
    };
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            bracketed.split_once(']').ok_or_else(|| malformed("the `[` before the host has no `]`"))?
        }
        None => address.split_at(address.find(':').unwrap_or(address.len())),
    };
    let stray = |pair: &str| pair.contains('@') && !pair.contains('=');
    if host.contains('@') || query.split('&').any(stray) {
        return Err(malformed("the user or password contains a bare `@`; write `%40`"));
    }
    let port = match port.strip_prefix(':') {
        Some("") => None,
        Some(digits) => {
            Some(digits.parse().map_err(|_| malformed("the port is not a number from 0 to 65535"))?)
        }
        None if port.is_empty() => None,
        None => return Err(malformed("something other than a port follows the host")),
    };
    let present = |text: &str| Some(decoded(text)).filter(|text| !text.is_empty());
    Ok(ServerUrl {
        scheme: scheme.to_owned(),
        user: user.and_then(present),
        password: password.map(|text| Secret(decoded(text))),
        host: Some(host.to_owned()).filter(|host| !host.is_empty()),
        port,
        database: database.and_then(present),
        query: pairs(query),
    })
}

/// User, password and what follows their `@`.
fn login(rest: &str) -> (Option<&str>, Option<&str>, &str) {
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if let Some((password, rest)) = after.strip_prefix(':').and_then(|after| after.split_once('@')) {
        return (Some(name), Some(password), rest);
    }
    match name.rfind('@') {
        Some(at) => (Some(&name[..at]), None, &rest[at + 1..]),
        None => (None, None, rest),
    }
}

/// Reads a query as Python's `parse_qsl` does: `+` is a space, and blank values are left out.
fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " "))))
        .collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
