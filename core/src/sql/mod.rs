//! The registry's database as data: its tables, and the statements that create, read and
//! change them, rendered per dialect. Nothing here runs a statement.

mod dialect;
mod statement;
mod table;

pub use dialect::Dialect;
pub use statement::{Statement, Value};
pub use table::{Column, ColumnType, HISTORY, Layout, METADATA, Table, tables};
