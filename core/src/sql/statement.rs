//! A statement ready to be run: text with placeholders, and the values bound to them.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::ColumnType;

/// One SQL value, as bound to a placeholder or read from a result column. Texts and bytes may still be whose they were:
/// the change's, or the driver's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// Any integer column, widened to 64 bits.
    Int(i64),
    /// A character column, decoded as UTF-8.
    Text(Cow<'a, str>),
    /// A binary column.
    Bytes(Cow<'a, [u8]>),
    /// Values of one type, or nulls, in one value. Only PostgreSQL is given such.
    Array(ColumnType, Vec<Value<'a>>),
}

/// Statement text in one dialect's placeholder style (`?`, or `$1` for PostgreSQL) and its values.
///
/// Values are always bound, never formatted into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The text, ASCII, without a trailing semicolon.
    pub text: String,
    /// One value per placeholder, in order.
    pub values: Vec<Value<'a>>,
}

impl From<String> for Statement<'_> {
    fn from(text: String) -> Self {
        Statement { text, values: Vec::new() }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(bytes.into())
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(bytes.into())
    }
}

impl Value<'_> {
    /// The value as text; `None` where it is of another type.
    pub fn into_text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text.into_owned()),
            // A character column that was created as binary.
            Value::Bytes(bytes) => String::from_utf8(bytes.into_owned()).ok(),
            Value::Null | Value::Int(_) | Value::Array(..) => None,
        }
    }

    /// The value as an integer; `None` where it is of another type.
    pub fn into_int(self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(number),
            Value::Null | Value::Text(_) | Value::Bytes(_) | Value::Array(..) => None,
        }
    }

    /// The value as bytes; `None` where it is null or a number.
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Value::Bytes(bytes) => Some(bytes.into_owned()),
            Value::Text(text) => Some(text.into_owned().into_bytes()),
            Value::Null | Value::Int(_) | Value::Array(..) => None,
        }
    }

    /// The value by itself.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(number),
            Value::Text(text) => Value::Text(text.into_owned().into()),
            Value::Bytes(bytes) => Value::Bytes(bytes.into_owned().into()),
            Value::Array(ty, values) => Value::Array(ty, values.into_iter().map(Value::into_owned).collect()),
        }
    }
}
