//! `delete NAME`: the object of that name, whatever its kind.

use feast_registry_core::{
    kind::Kind,
    operation::{Delete, Selection, Target},
    rows::Key,
};
use serde::Serialize;

use super::{
    error::{CliError, note},
    exit::Status,
    output::{Item, escaped},
    session::Session,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Its name
    name: String,
}

pub(crate) fn run(session: &Session, Args { name }: Args) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    let deleted =
        registry.run(&Delete { project: project.clone(), name: name.clone(), target: Target::Any })?;
    let status = report(session, &deleted)?;
    let kinds = Kind::all().filter(|kind| !matches!(kind, Kind::Project | Kind::Infra));
    let namesakes: Vec<Selection> =
        kinds.map(|kind| Selection::named(kind, &project, [name.clone()])).collect();
    for key in registry.read(&namesakes)?.objects.keys() {
        note(&format!(
            "{} `{}` has the same name and is still there; `{} delete` deletes it",
            key.kind,
            escaped(&key.name),
            key.kind.info().plural
        ));
    }
    Ok(status)
}

/// An object that was deleted, imported or recorded, as JSON and YAML show it.
#[derive(Serialize)]
pub(crate) struct KeyRecord {
    kind: &'static str,
    project: String,
    name: String,
}

impl KeyRecord {
    pub(crate) fn item(key: &Key) -> Item<KeyRecord> {
        let (kind, project, name) = (key.kind.info().name, key.project.clone(), key.name.clone());
        Item { name: name.clone(), cells: Vec::new(), record: KeyRecord { kind, project, name } }
    }
}

/// Prints what was deleted.
pub(crate) fn report(session: &Session, deleted: &[Key]) -> Result<Status, CliError> {
    let line = |key: &Key| {
        format!("Deleted {} {} from project {}\n", key.kind, escaped(&key.name), escaped(&key.project))
    };
    let text: String = deleted.iter().map(line).collect();
    let items: Vec<_> = deleted.iter().map(KeyRecord::item).collect();
    session.screen.say(&text, &items)?;
    Ok(Status::Done)
}
