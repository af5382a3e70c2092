//! From what an operation has decided to `INSERT`s, `UPDATE`s and `DELETE`s.

use alloc::{format, string::String, vec, vec::Vec};

use super::{Column, ColumnType, Dialect, HISTORY, Layout, METADATA, Statement, Table, Value, tables};
use crate::{
    operation::Write,
    rows::{Key, Row, VersionRow},
};

/// About how many bytes one statement inserts: databases limit that, and how many values a statement has.
const BYTES_PER_INSERT: usize = 1 << 20;

/// So many rows are inserted with fewer values, an array for each column: the text is the same whatever their number,
/// and the database is spared the reading of thousands of parameters.
const ROWS_WORTH_ARRAYS: usize = 8;

/// A statement of a plan, and how many rows it must change. Another number means that someone else
/// changed the rows since they were read: a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The statement.
    pub statement: Statement<'a>,
    /// The number of rows, or `None` where any number is right.
    pub rows: Option<u64>,
}

/// The statements that make the changes, in order. Inserts between two other changes share one
/// statement per table: a view and its first version go to two, and no row refers to another. So do
/// metadata entries, which may exist and are replaced then; their keys must differ.
pub fn steps(writes: &[Write], dialect: Dialect) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut pending: Vec<Insert<'_>> = Vec::new();
    for write in writes {
        let (table, values, bytes) = match write {
            Write::Insert(key, row) => {
                let table = &key.kind.info().table;
                let bytes = row.bytes.len() + row.user_metadata.as_ref().map_or(0, Vec::len);
                (table, object_values(table, key, row), bytes)
            }
            Write::InsertVersion { project, name, number, row } => {
                (&HISTORY, version_values(project, name, *number, row), row.bytes.len())
            }
            Write::PutMetadata { project, key, value, last_updated } => {
                let values = vec![project.into(), key.into(), value.into(), (*last_updated).into()];
                (&METADATA, values, value.len())
            }
            other => {
                steps.extend(pending.drain(..).map(|insert| insert.step(dialect)));
                steps.extend(change(other, dialect));
                continue;
            }
        };
        match pending.iter_mut().find(|insert| insert.table.name == table.name) {
            Some(insert) if insert.has_room_for(bytes, dialect) => insert.add(values, bytes),
            Some(insert) => {
                let full = core::mem::replace(insert, Insert { table, values, rows: 1, bytes });
                steps.push(full.step(dialect));
            }
            None => pending.push(Insert { table, values, rows: 1, bytes }),
        }
    }
    steps.extend(pending.into_iter().map(|insert| insert.step(dialect)));
    steps
}

/// An insert in the making, of one row or more.
struct Insert<'a> {
    table: &'static Table,
    values: Vec<Value<'a>>,
    rows: usize,
    bytes: usize,
}

impl<'a> Insert<'a> {
    fn has_room_for(&self, bytes: usize, dialect: Dialect) -> bool {
        self.rows < dialect.rows_per_insert() && self.bytes + bytes <= BYTES_PER_INSERT
    }

    fn add(&mut self, row: Vec<Value<'a>>, bytes: usize) {
        self.values.extend(row);
        self.rows += 1;
        self.bytes += bytes;
    }

    fn step(self, dialect: Dialect) -> Step<'a> {
        let Insert { table, mut values, rows, .. } = self;
        let columns = table.columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let width = columns.len();
        let mut text = format!("INSERT INTO {} ({}) ", table.name, names.join(", "));
        if dialect == Dialect::Postgres && rows >= ROWS_WORTH_ARRAYS {
            let casts = columns.iter().enumerate().map(|(index, column)| {
                format!("{}::{}[]", dialect.placeholder(index + 1), dialect.spell(column.ty.element()))
            });
            let casts: Vec<String> = casts.collect();
            text.push_str(&format!("SELECT * FROM unnest({})", casts.join(", ")));
            values = arrays(&columns, values);
        } else {
            text.push_str("VALUES ");
            for row in 0..rows {
                text.push_str(if row == 0 { "(" } else { ", (" });
                dialect.put_placeholders(&mut text, row * width + 1, width);
                text.push(')');
            }
        }
        // Entries may exist; MySQL counts those twice.
        let replaces = table.layout == Layout::Metadata;
        if replaces {
            text.push_str(replace_entry(dialect));
        }
        let rows = (!replaces).then_some(rows as u64);
        Step { statement: Statement { text, values }, rows }
    }
}

/// The values of rows, one row after the other, as an array for each column.
fn arrays<'a>(columns: &[Column], values: Vec<Value<'a>>) -> Vec<Value<'a>> {
    let mut arrays: Vec<(ColumnType, Vec<Value<'a>>)> =
        columns.iter().map(|column| (column.ty.element(), Vec::new())).collect();
    let mut values = values.into_iter();
    while values.len() > 0 {
        for ((_, array), value) in arrays.iter_mut().zip(values.by_ref()) {
            array.push(value);
        }
    }
    arrays.into_iter().map(|(ty, array)| Value::Array(ty, array)).collect()
}

/// The values of a row, in the order of [`Table::columns`].
fn object_values<'a>(table: &Table, key: &'a Key, row: &'a Row) -> Vec<Value<'a>> {
    let (name, project) = (Value::from(&key.name), Value::from(&key.project));
    let (updated, bytes) = (Value::from(row.last_updated), Value::from(&*row.bytes));
    let user_metadata = row.user_metadata.as_deref().map_or(Value::Null, Value::from);
    match table.layout {
        Layout::Project => vec![project, name, updated, bytes],
        Layout::View => vec![name, project, updated, bytes, user_metadata],
        Layout::BatchView => vec![name, project, updated, Value::Null, bytes, user_metadata],
        Layout::Object | Layout::History | Layout::Metadata => vec![name, project, updated, bytes],
    }
}

fn version_values<'a>(project: &'a str, name: &'a str, number: i32, row: &'a VersionRow) -> Vec<Value<'a>> {
    vec![
        name.into(),
        project.into(),
        i64::from(number).into(),
        Value::from(&row.view_type),
        Value::from(&*row.bytes),
        row.created.into(),
        Value::from(&row.description),
        Value::from(&row.version_id),
    ]
}

fn replace_entry(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => {
            " ON CONFLICT (project_id, metadata_key) DO UPDATE SET metadata_value = \
             excluded.metadata_value, last_updated_timestamp = excluded.last_updated_timestamp"
        }
        Dialect::Mysql => {
            " ON DUPLICATE KEY UPDATE metadata_value = VALUES(metadata_value), \
             last_updated_timestamp = VALUES(last_updated_timestamp)"
        }
    }
}

fn change(write: &Write, dialect: Dialect) -> Vec<Step<'_>> {
    let at = |index: usize| dialect.placeholder(index);
    let step = |text, values, rows| vec![Step { statement: Statement { text, values }, rows }];
    match write {
        Write::Insert(..) | Write::InsertVersion { .. } | Write::PutMetadata { .. } => Vec::new(),
        Write::Update { key, bytes, last_updated } => {
            let table = &key.kind.info().table;
            let set = format!("{} = {}, last_updated_timestamp = {}", table.value_column, at(1), at(2));
            update(table, key, &set, vec![bytes.as_slice().into(), (*last_updated).into()], dialect)
        }
        Write::SetUserMetadata { key, user_metadata, last_updated } => {
            let set = format!("user_metadata = {}, last_updated_timestamp = {}", at(1), at(2));
            let bytes = user_metadata.as_deref().map_or(Value::Null, Value::from);
            update(&key.kind.info().table, key, &set, vec![bytes, (*last_updated).into()], dialect)
        }
        Write::Delete(key) => {
            let table = &key.kind.info().table;
            let text = format!(
                "DELETE FROM {} WHERE {} = {} AND project_id = {}",
                table.name,
                table.name_column,
                at(1),
                at(2)
            );
            step(text, vec![Value::from(&key.name), Value::from(&key.project)], Some(1))
        }
        Write::DeleteVersions { project, name, view_type } => {
            let mut text = format!(
                "DELETE FROM {} WHERE feature_view_name = {} AND project_id = {}",
                HISTORY.name,
                at(1),
                at(2)
            );
            let mut values = vec![Value::from(name), Value::from(project)];
            if let Some(view_type) = view_type {
                text.push_str(&format!(" AND feature_view_type = {}", at(3)));
                values.push((*view_type).into());
            }
            step(text, values, None)
        }
        Write::DeleteMetadata { project } => {
            let text = format!("DELETE FROM {} WHERE project_id = {}", METADATA.name, at(1));
            step(text, vec![project.into()], None)
        }
        Write::DeleteProject { project } => {
            // The project's own row last: it is what other writers lock.
            let delete = |table: &Table| {
                let text = format!("DELETE FROM {} WHERE project_id = {}", table.name, at(1));
                Step { statement: Statement { text, values: vec![project.into()] }, rows: None }
            };
            tables().rev().map(delete).collect()
        }
    }
}

fn update<'a>(
    table: &Table,
    key: &'a Key,
    set: &str,
    mut values: Vec<Value<'a>>,
    dialect: Dialect,
) -> Vec<Step<'a>> {
    let name = dialect.placeholder(values.len() + 1);
    let mut text = format!("UPDATE {} SET {set} WHERE {} = {name}", table.name, table.name_column);
    values.push(Value::from(&key.name));
    if table.layout != Layout::Project {
        text.push_str(&format!(" AND project_id = {}", dialect.placeholder(values.len() + 1)));
        values.push(Value::from(&key.project));
    }
    vec![Step { statement: Statement { text, values }, rows: Some(1) }]
}
