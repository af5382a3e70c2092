//! The SQL dialects the registry speaks, as a table of differences.

use alloc::{format, string::String};
use core::fmt::Write as _;

use super::ColumnType;

/// A family of databases that accept the same statement text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// SQLite 3.38 or newer.
    Sqlite,
    /// PostgreSQL 9.5 or newer, and engines that speak its protocol (CockroachDB).
    Postgres,
    /// MySQL 5.7 or newer and MariaDB 10.3 or newer.
    Mysql,
}

impl Dialect {
    /// The `index`th placeholder of a statement, counted from 1.
    pub(super) fn placeholder(self, index: usize) -> String {
        match self {
            Dialect::Postgres => format!("${index}"),
            Dialect::Sqlite | Dialect::Mysql => "?".into(),
        }
    }

    /// `count` placeholders, the first being the `first`th of its statement.
    pub(super) fn placeholders(self, first: usize, count: usize) -> String {
        let mut list = String::new();
        self.put_placeholders(&mut list, first, count);
        list
    }

    /// Appends `count` placeholders, the first being the `first`th of its statement.
    pub(super) fn put_placeholders(self, out: &mut String, first: usize, count: usize) {
        for index in first..first + count {
            if index > first {
                out.push_str(", ");
            }
            match self {
                // Writing to a string cannot fail.
                Dialect::Postgres => drop(write!(out, "${index}")),
                Dialect::Sqlite | Dialect::Mysql => out.push('?'),
            }
        }
    }

    /// How many rows one statement inserts at most. SQLite, which is not asked over a network, makes a program of the
    /// text that grows with it.
    pub(super) fn rows_per_insert(self) -> usize {
        match self {
            Dialect::Sqlite => 100,
            Dialect::Postgres | Dialect::Mysql => 1_000,
        }
    }

    /// How a column type is spelled, as SQLAlchemy spells it for Feast; but names are case-sensitive
    /// and blobs wide on MySQL, whatever the database's defaults are.
    pub(super) fn spell(self, ty: ColumnType) -> String {
        match (ty, self) {
            (ColumnType::Name(length), _) => format!("VARCHAR({length})"),
            (ColumnType::Text, _) => "TEXT".into(),
            (ColumnType::Bytes, Dialect::Sqlite) => "BLOB".into(),
            (ColumnType::Bytes, Dialect::Postgres) => "BYTEA".into(),
            (ColumnType::Bytes, Dialect::Mysql) => "LONGBLOB".into(),
            (ColumnType::Int, _) => "INTEGER".into(),
            (ColumnType::Seconds, _) => "BIGINT".into(),
        }
    }

    /// How `CAST` spells a 64-bit integer.
    pub(super) fn wide_integer(self) -> &'static str {
        match self {
            Dialect::Sqlite | Dialect::Postgres => "BIGINT",
            Dialect::Mysql => "SIGNED",
        }
    }

    /// What follows the column list of `CREATE TABLE`.
    pub(super) fn table_options(self) -> &'static str {
        match self {
            Dialect::Mysql => " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            Dialect::Sqlite | Dialect::Postgres => "",
        }
    }

    /// The suffix of a `SELECT` that locks its rows for a writer. SQLite locks the whole database.
    pub(super) fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres | Dialect::Mysql => " FOR UPDATE",
        }
    }

    /// The suffix of a `SELECT` that keeps its rows from being changed.
    pub(super) fn for_share(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR SHARE",
            // `FOR SHARE` is MySQL 8 only; this spelling is accepted by all.
            Dialect::Mysql => " LOCK IN SHARE MODE",
        }
    }
}
