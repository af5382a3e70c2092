//! `sqlalchemy_config_kwargs`: the engine options of SQLAlchemy that mean something here.

use std::collections::BTreeMap;
use std::fmt;

use crate::pool::PoolOptions;

/// How connections to a database are made and pooled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineOptions {
    /// Log the text of every statement.
    pub echo: bool,
    /// Size and timing of the pool.
    pub pool: PoolOptions,
    /// Isolation level of every transaction; the database's default if absent.
    pub isolation_level: Option<IsolationLevel>,
    /// Parameters for the driver; they win over those of the URL.
    pub connect_args: ConnectArguments,
}

/// The standard isolation levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsolationLevel {
    /// Only MySQL really has it.
    ReadUncommitted,
    /// PostgreSQL's default.
    ReadCommitted,
    /// MySQL's default.
    RepeatableRead,
    /// The default of SQLite and CockroachDB.
    Serializable,
}

impl IsolationLevel {
    /// Reads SQLAlchemy's spelling: any case, words separated by spaces or underscores.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_uppercase().replace('_', " ").as_str() {
            "READ UNCOMMITTED" => Some(Self::ReadUncommitted),
            "READ COMMITTED" => Some(Self::ReadCommitted),
            "REPEATABLE READ" => Some(Self::RepeatableRead),
            "SERIALIZABLE" => Some(Self::Serializable),
            _ => None,
        }
    }

    /// The level in SQL.
    #[must_use]
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::ReadUncommitted => "READ UNCOMMITTED",
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// Driver parameters by name; a nested map's names are joined by dots (`ssl.ca`),
/// and `null` is an empty text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectArguments(BTreeMap<String, String>);

impl ConnectArguments {
    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for ConnectArguments {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows the names only: values may be secrets.
impl fmt::Debug for ConnectArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
