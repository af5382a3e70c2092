//! Registry locations: URLs of databases as SQLAlchemy spells and splits them, and paths of Feast
//! file registries. Parses only; nothing is opened here.

mod parse;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use feast_registry_core::sql::Dialect;

/// Where a registry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryUrl {
    /// A registry in database tables.
    Database(DatabaseUrl),
    /// A Feast file registry: one serialized `feast.core.Registry`.
    File(PathBuf),
}

/// The URL of a database. `Display` and `Debug` mask passwords.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://...`
    Sqlite(SqliteUrl),
    /// `postgresql://`, `postgres://`, `cockroachdb://`, with any `+driver`.
    Postgres(ServerUrl),
    /// `mysql://`, `mariadb://`, with any `+driver`.
    Mysql(ServerUrl),
}

/// An SQLite database and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteUrl {
    /// Where the database is.
    pub database: SqliteDatabase,
    /// Parameters, decoded, in order.
    pub query: Vec<(String, String)>,
}

/// Where an SQLite database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteDatabase {
    /// In memory: shared by the connections of one driver, gone with it.
    Memory,
    /// A file. A relative path is relative to the process's current folder, as in SQLAlchemy.
    File(PathBuf),
    /// SQLite's own `file:` URI, from a URL with `uri=true`.
    Uri(String),
}

/// A database server, a database on it, and the login.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    /// Scheme as written, `+driver` included.
    pub scheme: String,
    /// User name.
    pub user: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Host name or address, without the brackets of IPv6.
    pub host: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// Database name.
    pub database: Option<String>,
    /// Parameters, decoded, in order.
    pub query: Vec<(String, String)>,
}

/// A text that neither `Debug` nor `Display` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A registry location that cannot be used. No variant repeats more of it than its scheme, since
/// the part of a malformed URL that holds the password cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing was given.
    #[error("the registry path is empty")]
    Empty,
    /// A path where a database URL is needed, or something close to a URL.
    #[error("the registry path is not a database URL")]
    NotAUrl,
    /// A kind of location that is not supported.
    #[error("registries at `{scheme}` locations are not supported")]
    Unsupported {
        /// The scheme.
        scheme: String,
    },
    /// A supported scheme with something wrong after it.
    #[error("malformed `{scheme}` URL: {reason}")]
    Malformed {
        /// The scheme.
        scheme: String,
        /// What is wrong.
        reason: &'static str,
    },
}

impl UrlError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty | Self::NotAUrl | Self::Unsupported { .. } => SUPPORTED.into(),
            Self::Malformed { scheme, .. } if scheme.starts_with("sqlite") => {
                "write `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, or `sqlite://` for memory"
                    .into()
            }
            Self::Malformed { scheme, .. } => format!(
                "write `{scheme}://user:password@host:port/database?parameter=value`, with `@`, `:`, `/`, `%` and `?` in user or password percent-encoded"
            ),
        })
    }
}

impl FromStr for RegistryUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        if let Some(path) = text.strip_prefix("file:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path.strip_prefix("localhost/") {
                Some(rest) => Ok(Self::File(PathBuf::from(format!("/{rest}")))),
                None => Ok(Self::File(PathBuf::from(path))),
            };
        }
        if text.contains("://") {
            return text.parse().map(Self::Database);
        }
        // `user:password@host`, or a scheme with too few slashes: no path to show in a message.
        let login = text.split_once('@').is_some_and(|(login, _)| login.contains(':'));
        if login && !text.starts_with(['/', '.']) {
            return Err(UrlError::NotAUrl);
        }
        Ok(Self::File(PathBuf::from(text)))
    }
}

impl fmt::Display for RegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(url) => url.fmt(f),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl DatabaseUrl {
    /// The dialect that the database speaks.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Mysql(_) => Dialect::Mysql,
        }
    }

    /// The same URL with a relative SQLite path made relative to `folder`.
    #[must_use]
    pub fn relative_to(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(SqliteUrl { database: SqliteDatabase::File(path), query }) => {
                let database = SqliteDatabase::File(folder.join(path));
                Self::Sqlite(SqliteUrl { database, query })
            }
            other => other,
        }
    }

    /// Parameters, decoded, in order.
    #[must_use]
    pub fn query(&self) -> &[(String, String)] {
        match self {
            Self::Sqlite(url) => &url.query,
            Self::Postgres(url) | Self::Mysql(url) => &url.query,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::NotAUrl)?;
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '_' | '.' | '-');
        if scheme.is_empty() || !scheme.chars().all(known) {
            return Err(UrlError::NotAUrl);
        }
        let dialect = scheme.split('+').next().unwrap_or_default();
        match dialect {
            // An encrypted SQLite file is another format.
            "sqlite" if !scheme.ends_with("cipher") => parse::sqlite(scheme, rest).map(Self::Sqlite),
            "postgresql" | "postgres" | "cockroachdb" => parse::server(scheme, rest).map(Self::Postgres),
            "mysql" | "mariadb" => parse::server(scheme, rest).map(Self::Mysql),
            _ => Err(UrlError::Unsupported { scheme: scheme.to_owned() }),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(url) => url.fmt(f),
            Self::Postgres(url) | Self::Mysql(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for SqliteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            SqliteDatabase::Memory => f.write_str("sqlite://")?,
            SqliteDatabase::File(path) => write!(f, "sqlite:///{}", path.display())?,
            SqliteDatabase::Uri(uri) => write!(f, "sqlite:///{uri}")?,
        }
        show_query(&self.query, f)
    }
}

impl ServerUrl {
    /// The URL without password and parameters, for messages.
    #[must_use]
    pub fn place(&self) -> String {
        Self { password: None, query: Vec::new(), ..self.clone() }.to_string()
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some(user) = &self.user {
            f.write_str(user)?;
        }
        if self.password.is_some() {
            write!(f, ":{MASK}")?;
        }
        if self.user.is_some() || self.password.is_some() {
            f.write_str("@")?;
        }
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{host}]")?,
            Some(host) => f.write_str(host)?,
            None => {}
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if let Some(database) = &self.database {
            write!(f, "/{database}")?;
        }
        show_query(&self.query, f)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn show_query(query: &[(String, String)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, (name, value)) in query.iter().enumerate() {
        let secret = ["pass", "pwd", "secret", "token"].iter().any(|word| name.contains(word));
        let value = if secret { MASK } else { value };
        write!(f, "{}{name}={value}", if index == 0 { '?' } else { '&' })?;
    }
    Ok(())
}

const MASK: &str = "***";

const SUPPORTED: &str = "supported are `sqlite:///path`, `postgresql://`, `cockroachdb://`, `mysql://` and `mariadb://` URLs (each with any `+driver`), and, for reading, the path of a file registry on this machine";

#[cfg(test)]
mod tests;
