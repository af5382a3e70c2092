//! A statement ready to be run: text with placeholders, and the values bound to them.

use alloc::{string::String, vec::Vec};

/// One SQL value, as bound to a placeholder or read from a result column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// Any integer column, widened to 64 bits.
    Int(i64),
    /// A character column, decoded as UTF-8.
    Text(String),
    /// A binary column.
    Bytes(Vec<u8>),
}

/// Statement text in one dialect's placeholder style (`?`, or `$1` for PostgreSQL) and its values.
///
/// Values are always bound, never formatted into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text, ASCII, without a trailing semicolon.
    pub text: String,
    /// One value per placeholder, in order.
    pub values: Vec<Value>,
}

impl From<String> for Statement {
    fn from(text: String) -> Self {
        Statement { text, values: Vec::new() }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Value::Bytes(bytes.clone())
    }
}

impl Value {
    /// The value as text; `None` where it is of another type.
    pub fn into_text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            // A character column that was created as binary.
            Value::Bytes(bytes) => String::from_utf8(bytes).ok(),
            Value::Null | Value::Int(_) => None,
        }
    }

    /// The value as an integer; `None` where it is of another type.
    pub fn into_int(self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(number),
            Value::Null | Value::Text(_) | Value::Bytes(_) => None,
        }
    }

    /// The value as bytes; `None` where it is null or a number.
    pub fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            Value::Text(text) => Some(text.into_bytes()),
            Value::Null | Value::Int(_) => None,
        }
    }
}
