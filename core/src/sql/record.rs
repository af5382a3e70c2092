//! A result row as its driver holds it, so that what is kept of it is copied once, out of the driver's buffer.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::mem;

use super::Value;

/// One value of a result row: as [`Value`], and perhaps still the driver's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// SQL `NULL`.
    Null,
    /// Any integer column, widened to 64 bits.
    Int(i64),
    /// A character column, decoded as UTF-8.
    Text(Cow<'a, str>),
    /// A binary column.
    Bytes(Cow<'a, [u8]>),
}

/// A result row.
pub trait Record {
    /// How many columns it has.
    fn width(&self) -> usize;

    /// Takes the value out of a column, counted from 0: where it was taken before, or there is no such column, it
    /// may be null.
    fn take(&mut self, column: usize) -> Cell<'_>;
}

/// What is done with each row of several statements: which statement's it is, from 0, and the row.
pub type Take<'t> = dyn FnMut(usize, &mut dyn Record) + 't;

impl dyn Record + '_ {
    /// The text of a column, taken out; `None` where it is of another type.
    pub fn text(&mut self, column: usize) -> Option<String> {
        Value::from(self.take(column)).into_text()
    }

    /// The integer of a column; `None` where it is of another type.
    pub fn int(&mut self, column: usize) -> Option<i64> {
        Value::from(self.take(column)).into_int()
    }

    /// The bytes of a column, taken out; `None` where it is null or a number.
    pub fn bytes(&mut self, column: usize) -> Option<Vec<u8>> {
        Value::from(self.take(column)).into_bytes()
    }

    /// All values, taken out.
    pub fn values(&mut self) -> Vec<Value> {
        (0..self.width()).map(|column| self.take(column).into()).collect()
    }
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Value::Null,
            Cell::Int(number) => Value::Int(number),
            Cell::Text(text) => Value::Text(text.into_owned()),
            Cell::Bytes(bytes) => Value::Bytes(bytes.into_owned()),
        }
    }
}

impl From<Value> for Cell<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Cell::Null,
            Value::Int(number) => Cell::Int(number),
            Value::Text(text) => Cell::Text(text.into()),
            Value::Bytes(bytes) => Cell::Bytes(bytes.into()),
        }
    }
}

impl Record for Vec<Value> {
    fn width(&self) -> usize {
        self.len()
    }

    fn take(&mut self, column: usize) -> Cell<'_> {
        self.get_mut(column).map_or(Cell::Null, |value| mem::replace(value, Value::Null).into())
    }
}
