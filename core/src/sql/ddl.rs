//! Creating and dropping the registry's tables.

use alloc::{format, string::String, vec::Vec};

use super::{Dialect, Statement, Table, tables};

/// The statements that create what is missing of the fourteen tables. Existing tables stay as they are.
pub fn create_tables(dialect: Dialect) -> Vec<Statement<'static>> {
    tables().flat_map(|table| create_table(table, dialect)).map(Statement::from).collect()
}

/// The statements that drop all fourteen tables, with everything in them.
pub fn drop_tables() -> Vec<Statement<'static>> {
    tables().map(|table| Statement::from(format!("DROP TABLE IF EXISTS {}", table.name))).collect()
}

fn create_table(table: &Table, dialect: Dialect) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for column in table.columns() {
        let null = if column.nullable { "" } else { " NOT NULL" };
        parts.push(format!("{} {}{null}", column.name, dialect.spell(column.ty)));
    }
    parts.push(format!("PRIMARY KEY ({})", table.primary_key().join(", ")));
    let index = table.index();
    let mut statements = Vec::new();
    match dialect {
        // MySQL has no CREATE INDEX IF NOT EXISTS.
        Dialect::Mysql => parts.push(format!("INDEX {index} (project_id)")),
        Dialect::Sqlite | Dialect::Postgres => {
            statements.push(format!("CREATE INDEX IF NOT EXISTS {index} ON {} (project_id)", table.name));
        }
    }
    let columns = parts.join(",\n  ");
    let options = dialect.table_options();
    statements.insert(0, format!("CREATE TABLE IF NOT EXISTS {} (\n  {columns}\n){options}", table.name));
    statements
}
