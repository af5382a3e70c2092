//! How a database's tables differ from the registry's, judged from its catalog: what is missing, what
//! would truncate or confuse data, what would refuse our inserts.

use alloc::{format, string::String, vec::Vec};

use super::{Column, ColumnType, Dialect, tables};

/// One column of a table, as the database's catalog describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogColumn {
    /// Table name.
    pub table: String,
    /// Column name.
    pub column: String,
    /// Type as the database spells it: `varchar(255)`, `bytea`, `longblob`.
    pub type_name: String,
    /// Declared maximum length in characters, where there is one.
    pub length: Option<u64>,
    /// Collation of a character column, where the catalog names one.
    pub collation: Option<String>,
    /// May it be `NULL`?
    pub nullable: bool,
    /// Does the database fill it in where an insert leaves it out?
    pub has_default: bool,
    /// Position in the primary key, from 1; `None` outside it.
    pub key: Option<u32>,
}

/// A difference between a table and what the registry needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Drift {
    /// The table does not exist.
    #[error("table `{0}` is missing")]
    MissingTable(String),
    /// A column does not exist.
    #[error("column `{table}.{column}` is missing")]
    MissingColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column that the registry does not know and that an insert must give a value.
    #[error(
        "column `{table}.{column}` is not the registry's, must not be null and has no default, so that nothing can be inserted"
    )]
    ExtraColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column that cannot hold what the registry writes.
    #[error("column `{table}.{column}` is `{found}`, which holds at most {holds}")]
    Narrow {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        found: String,
        /// What fits in.
        holds: String,
    },
    /// A name column that takes different names for the same.
    #[error(
        "column `{table}.{column}` compares names by `{collation}`, which does not tell upper from lower case"
    )]
    CaseInsensitive {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its collation.
        collation: String,
    },
    /// The primary key is not the registry's, so that rows could be doubled or refused.
    #[error("the primary key of table `{table}` is ({found}) and should be ({expected})")]
    PrimaryKey {
        /// The table.
        table: String,
        /// The columns it has.
        found: String,
        /// The columns it should have.
        expected: String,
    },
}

impl Drift {
    /// Whether the registry cannot work with the table at all. Otherwise it works, and refuses the
    /// single write that would lose data.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Drift::Narrow { .. } | Drift::CaseInsensitive { .. })
    }

    /// The statement that puts it right, where one does so without loss.
    pub fn remedy(&self, dialect: Dialect) -> Option<String> {
        let (table, column) = match self {
            Drift::Narrow { table, column, .. } | Drift::CaseInsensitive { table, column, .. } => {
                (table, column)
            }
            _ => return None,
        };
        let found = tables().find(|known| known.name == *table)?;
        let column = found.columns().into_iter().find(|known| known.name == *column)?;
        let null = if column.nullable { "NULL" } else { "NOT NULL" };
        let ty = dialect.spell(column.ty);
        Some(match (dialect, self) {
            (Dialect::Sqlite, _) => return None,
            (Dialect::Postgres, _) => format!("ALTER TABLE {table} ALTER COLUMN {} TYPE {ty}", column.name),
            (Dialect::Mysql, Drift::CaseInsensitive { .. }) => format!(
                "ALTER TABLE {table} MODIFY {} {ty} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin {null}",
                column.name
            ),
            (Dialect::Mysql, _) => format!("ALTER TABLE {table} MODIFY {} {ty} {null}", column.name),
        })
    }
}

/// Compares a catalog with the fourteen tables. Other tables are ignored.
pub fn drift(catalog: &[CatalogColumn], dialect: Dialect) -> Vec<Drift> {
    let mut found = Vec::new();
    for table in tables() {
        // MySQL may store table names in lower case; ours are.
        let own: Vec<&CatalogColumn> =
            catalog.iter().filter(|column| column.table.eq_ignore_ascii_case(table.name)).collect();
        if own.is_empty() {
            found.push(Drift::MissingTable(table.name.into()));
            continue;
        }
        let named = |name: &str| own.iter().find(|column| column.column.eq_ignore_ascii_case(name));
        for column in table.columns() {
            match named(column.name) {
                Some(actual) => found.extend(column_drift(actual, &column, dialect)),
                None => {
                    found.push(Drift::MissingColumn { table: table.name.into(), column: column.name.into() })
                }
            }
        }
        let known = |actual: &&&CatalogColumn| {
            table.columns().iter().any(|column| actual.column.eq_ignore_ascii_case(column.name))
        };
        for extra in own.iter().filter(|actual| !known(actual) && !actual.nullable && !actual.has_default) {
            found.push(Drift::ExtraColumn { table: table.name.into(), column: extra.column.clone() });
        }
        let mut key: Vec<&&CatalogColumn> = own.iter().filter(|column| column.key.is_some()).collect();
        key.sort_by_key(|column| column.key);
        let mut names: Vec<String> = key.iter().map(|column| column.column.to_lowercase()).collect();
        let mut expected = table.primary_key();
        let shown = (names.join(", "), expected.join(", "));
        names.sort();
        expected.sort_unstable();
        if names != expected {
            found.push(Drift::PrimaryKey { table: table.name.into(), found: shown.0, expected: shown.1 });
        }
    }
    found
}

fn column_drift(actual: &CatalogColumn, column: &Column, dialect: Dialect) -> Option<Drift> {
    let (table, name) = (actual.table.clone(), actual.column.clone());
    let ty = actual.type_name.to_lowercase();
    let narrow = |holds: &str| {
        let found = actual.type_name.clone();
        Some(Drift::Narrow { table: table.clone(), column: name.clone(), found, holds: holds.into() })
    };
    match column.ty {
        ColumnType::Bytes if dialect == Dialect::Mysql => match ty.as_str() {
            "tinyblob" => narrow("255 bytes"),
            "blob" => narrow("64 KiB"),
            "mediumblob" => narrow("16 MiB"),
            _ => None,
        },
        ColumnType::Name(wanted) => {
            // SQLite does not enforce lengths.
            let short =
                actual.length.filter(|length| *length < u64::from(wanted) && dialect != Dialect::Sqlite);
            if let Some(length) = short {
                return narrow(&format!("{length} characters"));
            }
            let collation = actual.collation.as_ref().filter(|_| dialect == Dialect::Mysql)?;
            let folds = collation.to_lowercase().ends_with("_ci");
            folds.then(|| Drift::CaseInsensitive { table, column: name, collation: collation.clone() })
        }
        ColumnType::Seconds
            if matches!(ty.as_str(), "int" | "integer" | "int(11)") && dialect != Dialect::Sqlite =>
        {
            narrow("times before 2038")
        }
        _ => None,
    }
}
