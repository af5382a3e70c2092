//! `registry create-schema`: for databases where the registry's own user may not create tables.

use feast_registry_core::sql::Drift;
use serde::Serialize;

use super::super::{error::CliError, exit::Status, output::Item, session::Session};

/// A table that was missing, as JSON and YAML show it.
#[derive(Serialize)]
struct Created {
    table: String,
}

pub(super) fn run(session: &Session) -> Result<Status, CliError> {
    let registry = session.connect()?;
    let drift = registry.drift()?;
    let created = drift.into_iter().filter_map(|(drift, _)| match drift {
        Drift::MissingTable(table) => Some(table),
        _ => None,
    });
    let created: Vec<String> = created.collect();
    let place = registry.place();
    let text = match created.is_empty() {
        true => format!("All tables are there already in {place}\n"),
        false => {
            registry.create_schema()?;
            format!("Created in {place}: {}\n", created.join(", "))
        }
    };
    let item = |table: String| Item { name: table.clone(), cells: Vec::new(), record: Created { table } };
    let items: Vec<_> = created.into_iter().map(item).collect();
    session.screen.say(&text, &items)?;
    Ok(Status::Done)
}
