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
