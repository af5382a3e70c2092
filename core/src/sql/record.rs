//! A result row as its driver holds it, so that what is kept of it is copied once, out of the driver's buffer.

use alloc::{string::String, vec::Vec};
use core::mem;

use super::Value;

/// A result row.
pub trait Record {
    /// How many columns it has.
    fn width(&self) -> usize;

    /// Takes the value out of a column, counted from 0: where it was taken before, or there is no such column, it
    /// may be null.
    fn take(&mut self, column: usize) -> Value<'_>;
}

/// What is done with each row of several statements: which statement's it is, from 0, and the row.
pub type Take<'t> = dyn FnMut(usize, &mut dyn Record) + 't;

impl dyn Record + '_ {
    /// The text of a column, taken out; `None` where it is of another type.
    pub fn text(&mut self, column: usize) -> Option<String> {
        self.take(column).into_text()
    }

    /// The integer of a column; `None` where it is of another type.
    pub fn int(&mut self, column: usize) -> Option<i64> {
        self.take(column).into_int()
    }

    /// The bytes of a column, taken out; `None` where it is null or a number.
    pub fn bytes(&mut self, column: usize) -> Option<Vec<u8>> {
        self.take(column).into_bytes()
    }

    /// All values, taken out.
    pub fn values(&mut self) -> Vec<Value<'static>> {
        (0..self.width()).map(|column| self.take(column).into_owned()).collect()
    }
}

impl Record for Vec<Value<'static>> {
    fn width(&self) -> usize {
        self.len()
    }

    fn take(&mut self, column: usize) -> Value<'_> {
        self.get_mut(column).map_or(Value::Null, |value| mem::replace(value, Value::Null))
    }
}
