//! `metadata`: the entries that the registry keeps beside a project's objects.

use clap::Subcommand;
use feast_registry_core::{
    kind::Kind,
    operation::{Selection, SetProjectMetadata},
};
use serde::Serialize;

use super::{
    error::CliError,
    exit::Status,
    output::{Item, escaped},
    session::Session,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List the entries of the project
    List,
    /// Set an entry of the project
    Set {
        /// At most 50 characters
        key: String,
        /// Any text
        value: String,
    },
}

#[derive(Serialize)]
struct Entry {
    project: String,
    key: String,
    value: String,
}

pub(crate) fn run(session: &Session, verb: Verb) -> Result<Status, CliError> {
    match verb {
        Verb::List => list(session),
        Verb::Set { key, value } => set(session, key, value),
    }
}

fn list(session: &Session) -> Result<Status, CliError> {
    let registry = session.open()?;
    let project = session.project(&registry)?;
    let entries = registry.read(&[Selection::Metadata { project: Some(project) }])?.metadata;
    let item = |((project, key), value): ((String, String), String)| Item {
        name: key.clone(),
        cells: vec![key.clone(), value.clone()],
        record: Entry { project, key, value },
    };
    let items: Vec<_> = entries.into_iter().map(item).collect();
    session.screen.list(&["KEY", "VALUE"], &items)?;
    Ok(Status::Done)
}

fn set(session: &Session, key: String, value: String) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    // The operation is Feast's and lets a project be unknown, which for a person is a slip.
    registry.get(Kind::Project, &project, &project)?;
    registry.run(&SetProjectMetadata { project: project.clone(), key: key.clone(), value: value.clone() })?;
    let text = format!("Set {} of project {}\n", escaped(&key), escaped(&project));
    session.screen.say(
        &text,
        &[Item { name: key.clone(), cells: Vec::new(), record: Entry { project, key, value } }],
    )?;
    Ok(Status::Done)
}
