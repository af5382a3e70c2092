//! rusqlite.

use std::path::Path;

use anyhow::Result;
use rusqlite::{
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::{Connection, Value};

pub(super) struct Sqlite(rusqlite::Connection);

impl Sqlite {
    pub(super) fn open(file: &Path) -> Result<Sqlite> {
        let connection = rusqlite::Connection::open(file)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Sqlite(connection))
    }

    pub(super) fn names(&self, project: &str) -> Result<Vec<String>> {
        let mut statement =
            self.0.prepare("SELECT feature_view_name FROM feature_views WHERE project_id = ?")?;
        let names = statement.query_map([project], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}

fn bound<'a>(values: &'a [Value<'_>]) -> impl Iterator<Item = ToSqlOutput<'a>> {
    values.iter().map(|value| {
        ToSqlOutput::Borrowed(match value {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        })
    })
}

impl Connection for Sqlite {
    fn control(&mut self, text: &str) -> Result<()> {
        self.0.prepare_cached(text)?.raw_execute()?;
        Ok(())
    }

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<()> {
        self.0.prepare_cached(text)?.execute(params_from_iter(bound(values)))?;
        Ok(())
    }

    fn read(&mut self, text: &str, values: &[Value<'_>]) -> Result<(u64, u64)> {
        let mut statement = self.0.prepare_cached(text)?;
        let width = statement.column_count();
        let mut rows = statement.query(params_from_iter(bound(values)))?;
        let mut kept: Vec<Vec<rusqlite::types::Value>> = Vec::new();
        while let Some(row) = rows.next()? {
            kept.push((0..width).map(|index| row.get(index)).collect::<Result<_, _>>()?);
        }
        let bytes = |value: &rusqlite::types::Value| match value {
            rusqlite::types::Value::Blob(bytes) => bytes.len(),
            rusqlite::types::Value::Text(text) => text.len(),
            _ => 8,
        };
        Ok((kept.len() as u64, kept.iter().flatten().map(bytes).sum::<usize>() as u64))
    }

    fn bytes(&mut self, text: &str, values: &[Value<'_>]) -> Result<Vec<u8>> {
        Ok(self.0.prepare_cached(text)?.query_row(params_from_iter(bound(values)), |row| row.get(0))?)
    }

    fn rows_at_once(&self) -> usize {
        100
    }
}
