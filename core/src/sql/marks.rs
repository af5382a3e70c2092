//! What tells a cache of the registry, at little cost, whether its tables have changed and where: a mark
//! per table, which the database computes without sending a row, and the stamps of a table's rows.

use alloc::{format, string::String, vec::Vec};

use super::{Dialect, HISTORY, Statement, Table, Value};
use crate::{
    kind::Kind,
    operation::Selection,
    rows::{Key, Row, Rows},
};

/// A part of the registry that is cached by itself: every table but `feast_metadata`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The objects of a kind.
    Objects(Kind),
    /// The versions of all views.
    Versions,
}

/// How many rows a table has, and the sum of their stamps. Equal marks mean equal rows, but for a row that
/// was changed and kept its stamp: twice in one second, or by a writer whose clock is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The number of rows.
    pub rows: i64,
    /// The sum of their stamps, each taken modulo 2^32, so that no row can make it overflow.
    pub stamps: i64,
}

/// The key of a row, and when it was last changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// The row's project.
    pub project: String,
    /// The object's name; of a version, its view's.
    pub name: String,
    /// The version's number; 0 for an object.
    pub number: i32,
    /// UTC epoch seconds.
    pub at: i64,
}

const MODULUS: i64 = 1 << 32;

impl Section {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Section> {
        Kind::all().map(Section::Objects).chain([Section::Versions])
    }

    /// The rows that were stamped at that epoch second or later, or all.
    pub fn selection(self, since: Option<i64>) -> Selection {
        match self {
            Section::Objects(kind) => {
                Selection::Objects { kind, project: None, names: None, updated_since: since }
            }
            Section::Versions => {
                Selection::Versions { project: None, names: None, bytes: true, created_since: since }
            }
        }
    }

    fn table(self) -> &'static Table {
        match self {
            Section::Objects(kind) => &kind.info().table,
            Section::Versions => &HISTORY,
        }
    }
}

impl Mark {
    /// Counts a row in.
    pub fn add(&mut self, stamp: i64) {
        self.rows += 1;
        self.stamps += stamp % MODULUS;
    }

    /// Counts a row out.
    pub fn remove(&mut self, stamp: i64) {
        self.rows -= 1;
        self.stamps -= stamp % MODULUS;
    }
}

/// The `SELECT` of every section's mark, in the order of [`Section::all`].
pub fn marks(dialect: Dialect) -> Statement<'static> {
    let integer = dialect.wide_integer();
    let one = |(index, section): (usize, Section)| {
        let Table { name, .. } = section.table();
        let stamp = section.table().stamp_column();
        format!(
            "SELECT {index} AS section, COUNT(*), CAST(COALESCE(SUM({stamp} % {MODULUS}), 0) AS {integer}) FROM {name}"
        )
    };
    let each: Vec<String> = Section::all().enumerate().map(one).collect();
    each.join(" UNION ALL ").into()
}

/// The marks in the result of [`marks`]; `None` where that is no such result.
pub fn read_marks(result: Vec<Vec<Value<'_>>>) -> Option<Vec<Mark>> {
    let mut marks: Vec<Option<Mark>> = Section::all().map(|_| None).collect();
    for columns in result {
        let mut columns = columns.into_iter().map(Value::into_int);
        let index = usize::try_from(columns.next()??).ok()?;
        *marks.get_mut(index)? = Some(Mark { rows: columns.next()??, stamps: columns.next()?? });
    }
    marks.into_iter().collect()
}

/// The `SELECT` of the stamps of a section's rows.
pub fn stamps(section: Section) -> Statement<'static> {
    let table = section.table();
    let number = if section == Section::Versions { "version_number" } else { "0" };
    let (name, stamp) = (table.name_column, table.stamp_column());
    format!("SELECT project_id, {name}, {number}, {stamp} FROM {}", table.name).into()
}

/// The stamps in the result of [`stamps`], without rows that do not have the types of the registry's tables.
pub fn read_stamps(result: Vec<Vec<Value<'_>>>) -> Vec<Stamp> {
    let read = |columns: Vec<Value<'_>>| {
        let mut columns = columns.into_iter();
        Some(Stamp {
            project: columns.next()?.into_text()?,
            name: columns.next()?.into_text()?,
            number: columns.next()?.into_int()?.try_into().ok()?,
            at: columns.next()?.into_int()?,
        })
    };
    result.into_iter().filter_map(read).collect()
}

impl Rows {
    /// The stamps of a section's rows among these.
    pub fn stamps(&self, section: Section) -> Vec<Stamp> {
        match section {
            Section::Objects(kind) => {
                let stamp = |(key, row): (&Key, &Row)| Stamp {
                    project: key.project.clone(),
                    name: key.name.clone(),
                    number: 0,
                    at: row.last_updated,
                };
                self.of_kind(kind).map(stamp).collect()
            }
            Section::Versions => {
                let versions = self.versions.iter().flat_map(|(view, versions)| {
                    versions.iter().map(move |(number, row)| (view, *number, row.created))
                });
                let stamp = |((project, name), number, at): (&(String, String), i32, i64)| Stamp {
                    project: project.clone(),
                    name: name.clone(),
                    number,
                    at,
                };
                versions.map(stamp).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_but_metadata_is_marked_in_one_statement() {
        let statement = marks(Dialect::Mysql).text;
        assert_eq!(statement.matches("SELECT").count(), 13);
        assert!(statement.contains(
            "SELECT 12 AS section, COUNT(*), CAST(COALESCE(SUM(created_timestamp % 4294967296), 0) AS SIGNED) \
             FROM feature_view_version_history"
        ));
        assert!(!statement.contains("feast_metadata"));
    }

    #[test]
    fn marks_are_read_by_their_place_and_refused_where_one_is_missing() {
        let row = |index| [index, 2, 30].map(Value::Int).to_vec();
        let all: Vec<_> = (0..13).rev().map(row).collect();
        assert_eq!(read_marks(all.clone()), Some(Vec::from([Mark { rows: 2, stamps: 30 }; 13])));
        assert_eq!(read_marks(all[1..].to_vec()), None);
        assert_eq!(read_marks(Vec::from([row(13)])), None);
    }

    #[test]
    fn a_row_counted_in_and_out_leaves_no_trace() {
        let mut mark = Mark::default();
        for stamp in [7, i64::MAX, i64::MIN, -1] {
            mark.add(stamp);
        }
        for stamp in [i64::MIN, -1, i64::MAX, 7] {
            mark.remove(stamp);
        }
        assert_eq!(mark, Mark::default());
    }
}
