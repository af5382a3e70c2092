//! `registry create-schema`: for databases where the registry's own user may not create tables.

use feast_registry_core::sql::Drift;

use super::super::{error::CliError, exit::Status, session::Session};

pub(super) fn run(session: &Session) -> Result<Status, CliError> {
    let registry = session.connect()?;
    let drift = registry.drift()?;
    let missing = drift.iter().filter_map(|(drift, _)| match drift {
        Drift::MissingTable(name) => Some(name.as_str()),
        _ => None,
    });
    let missing: Vec<&str> = missing.collect();
    if missing.is_empty() {
        session.screen.print(&format!("All tables are there already in {}\n", registry.place()))?;
        return Ok(Status::Done);
    }
    registry.create_schema()?;
    session.screen.print(&format!("Created in {}: {}\n", registry.place(), missing.join(", ")))?;
    Ok(Status::Done)
}
