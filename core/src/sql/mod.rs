//! The registry's database as data: its tables, and the statements that create, read and
//! change them, rendered per dialect. Nothing here runs a statement.

mod dialect;
mod statement;

pub use dialect::Dialect;
pub use statement::{Statement, Value};
