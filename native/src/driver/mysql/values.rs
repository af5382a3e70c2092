//! Values to and from MySQL's protocol, which sends texts and bytes alike: the column's character set
//! tells them apart.

use feast_registry_core::sql::{Record, Statement, Value};
use mysql_async::consts::ColumnType;
use mysql_async::{Column, Params, Row};

/// The number of the character set `binary`.
const BINARY: u16 = 63;

pub(super) fn bound(statement: &Statement<'_>) -> Params {
    let value = |value: &Value<'_>| match value {
        Value::Null | Value::Array(..) => mysql_async::Value::NULL,
        Value::Int(number) => mysql_async::Value::Int(*number),
        Value::Text(text) => mysql_async::Value::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => mysql_async::Value::Bytes(bytes.to_vec()),
    };
    match statement.values.as_slice() {
        [] => Params::Empty,
        values => Params::Positional(values.iter().map(value).collect()),
    }
}

/// A row, which has each of its values for itself.
pub(super) struct MysqlRecord(pub(super) Row);

impl Record for MysqlRecord {
    fn width(&self) -> usize {
        self.0.len()
    }

    fn take(&mut self, column: usize) -> Value<'_> {
        let Some(value) = self.0.take::<mysql_async::Value, _>(column) else { return Value::Null };
        self.0.columns_ref().get(column).map_or(Value::Null, |column| read(value, column))
    }
}

fn read(value: mysql_async::Value, column: &Column) -> Value<'static> {
    match value {
        mysql_async::Value::NULL => Value::Null,
        mysql_async::Value::Int(number) => Value::Int(number),
        mysql_async::Value::UInt(number) => match i64::try_from(number) {
            Ok(number) => Value::Int(number),
            Err(_) => number.to_string().into(),
        },
        mysql_async::Value::Bytes(bytes) => match column.column_type() {
            // A sum is a decimal; a batch's answers are texts.
            ColumnType::MYSQL_TYPE_DECIMAL
            | ColumnType::MYSQL_TYPE_NEWDECIMAL
            | ColumnType::MYSQL_TYPE_TINY
            | ColumnType::MYSQL_TYPE_SHORT
            | ColumnType::MYSQL_TYPE_INT24
            | ColumnType::MYSQL_TYPE_LONG
            | ColumnType::MYSQL_TYPE_LONGLONG => number(bytes),
            _ if column.character_set() == BINARY => bytes.into(),
            _ => text(bytes),
        },
        other => other.as_sql(true).trim_matches('\'').to_owned().into(),
    }
}

fn number(bytes: Vec<u8>) -> Value<'static> {
    match text(bytes) {
        Value::Text(digits) => digits.parse().map_or(Value::Text(digits), Value::Int),
        other => other,
    }
}

fn text(bytes: Vec<u8>) -> Value<'static> {
    match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => error.into_bytes().into(),
    }
}
