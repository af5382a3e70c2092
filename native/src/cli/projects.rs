//! `projects current_project` and `projects delete`; the rest of the group is like the others.

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use feast_registry_core::{kind::Kind, operation::DeleteProject, refusal::Refusal, rows::Key};

use super::{
    delete::KeyRecord,
    error::CliError,
    exit::Status,
    group::{Group, describe},
    output::escaped,
    session::{Session, refuse_protected},
};

/// What only projects have.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Show the project that commands work on
    #[command(name = "current_project", alias = "current-project")]
    CurrentProject,
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
    match Verb::from_arg_matches(matches) {
        Ok(Verb::CurrentProject) => current(session),
        Err(error) => Err(CliError::Usage { message: error.to_string(), hint: "see `--help`" }),
    }
}

fn current(session: &Session) -> Result<Status, CliError> {
    let registry = session.open()?;
    let project = session.project(&registry)?;
    let object = registry.get(Kind::Project, &project, &project)?;
    describe::show(Group { kind: Kind::Project }, session, object, &project)
}

pub(crate) fn delete(session: &Session, name: &str, yes: bool) -> Result<Status, CliError> {
    let registry = session.open_to_write()?;
    let rows = registry.rows(Some(name))?;
    if !rows.objects.contains_key(&Key::project(name)) {
        return Err(Refusal::ProjectNotFound { name: name.into() }.into());
    }
    refuse_protected(&registry, Some(name))?;
    let objects = rows.objects.keys().filter(|key| !matches!(key.kind, Kind::Project | Kind::Infra)).count();
    let shown = escaped(name);
    session.confirm(
        &format!(
            "Delete project `{shown}` with its {} from {}?",
            counted(objects, "object"),
            registry.place()
        ),
        yes,
    )?;
    registry.run(&DeleteProject { name: name.into() })?;
    let item = KeyRecord::item(&Key::project(name));
    session.screen.say(&format!("Deleted project {shown}\n"), &[item])?;
    Ok(Status::Done)
}

/// `1 object`, `2 objects`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
