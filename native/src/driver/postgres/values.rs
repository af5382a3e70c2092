//! Values to and from PostgreSQL's binary format. The server says which type it wants, so one
//! integer serves `integer` and `bigint` alike, and one text every character type.

use std::error::Error;

use bytes::BytesMut;
use feast_registry_core::sql::{ColumnType, Record, Value};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

/// A value as a parameter.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) &'a Value<'a>);

/// The type to announce for a value where the server has not been asked.
pub(super) fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
        Value::Array(ColumnType::Name(_) | ColumnType::Text, _) => Type::TEXT_ARRAY,
        Value::Array(ColumnType::Bytes, _) => Type::BYTEA_ARRAY,
        Value::Array(ColumnType::Int | ColumnType::Seconds, _) => Type::INT8_ARRAY,
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => match *ty {
                Type::INT2 => i16::try_from(*number)?.to_sql(ty, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                Type::INT8 => number.to_sql(ty, out),
                Type::BOOL => (*number != 0).to_sql(ty, out),
                _ => Err(mismatch("an integer", ty)),
            },
            Value::Text(text) if <&str as ToSql>::accepts(ty) => text.as_ref().to_sql(ty, out),
            Value::Text(_) => Err(mismatch("a text", ty)),
            Value::Bytes(bytes) if *ty == Type::BYTEA => bytes.as_ref().to_sql(ty, out),
            Value::Bytes(_) => Err(mismatch("bytes", ty)),
            Value::Array(..) if !matches!(ty.kind(), Kind::Array(_)) => Err(mismatch("an array", ty)),
            Value::Array(_, values) => {
                let values: Vec<Bound<'_>> = values.iter().map(Bound).collect();
                values.to_sql(ty, out)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn mismatch(given: &str, ty: &Type) -> Box<dyn Error + Sync + Send> {
    format!("{given} where the column is `{ty}`").into()
}

/// A row, whose values lie in what was received.
pub(super) struct PostgresRecord(pub(super) tokio_postgres::Row);

impl Record for PostgresRecord {
    fn width(&self) -> usize {
        self.0.len()
    }

    fn take(&mut self, column: usize) -> Value<'_> {
        self.0.try_get::<_, Read<'_>>(column).map_or(Value::Null, |read| read.0)
    }
}

struct Read<'a>(Value<'a>);

impl<'a> FromSql<'a> for Read<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::OID => Value::Int(u32::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Value::Text(f64::from_sql(ty, raw)?.to_string().into()),
            // A database in SQL_ASCII passes through whatever was stored.
            _ if <&str as FromSql>::accepts(ty) => match std::str::from_utf8(raw) {
                Ok(text) => Value::Text(text.into()),
                Err(_) => Value::Bytes(raw.into()),
            },
            _ => Value::Bytes(raw.into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
