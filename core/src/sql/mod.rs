//! The registry's database as data: its tables, and the statements that create, read and
//! change them, rendered per dialect. Nothing here runs a statement.

mod ddl;
mod dialect;
mod drift;
mod marks;
mod read;
mod record;
mod statement;
mod table;
mod write;

pub use ddl::{create_tables, drop_tables};
pub use dialect::Dialect;
pub use drift::{CatalogColumn, Drift, drift};
pub use marks::{Mark, Section, Stamp, marks, read_marks, read_stamps, stamps};
pub use read::{Collected, Collector, found, lock, read_vacancies, select, vacancies};
pub use record::{Record, Take};
pub use statement::{Statement, Value};
pub use table::{Column, ColumnType, HISTORY, Layout, METADATA, Table, tables};
pub use write::{Step, steps};
