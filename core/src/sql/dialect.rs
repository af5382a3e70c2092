//! The SQL dialects the registry speaks, as a table of differences.

/// A family of databases that accept the same statement text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// SQLite 3.24 or newer.
    Sqlite,
    /// PostgreSQL 9.5 or newer, and engines that speak its protocol (CockroachDB).
    Postgres,
    /// MySQL 5.7 or newer and MariaDB 10.3 or newer.
    Mysql,
}
