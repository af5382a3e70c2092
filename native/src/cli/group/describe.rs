//! `GROUP describe NAME`: one object, whole.

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use feast_registry_core::{kind::Kind, object::Object, refusal::Refusal, version::Version};

use super::Group;
use crate::cli::{
    columns,
    error::CliError,
    exit::Status,
    options::Format,
    output::{Document, Item},
    session::Session,
};
use crate::registry::Registry;

#[derive(clap::Args)]
struct Args {
    /// Its name
    name: String,
}

/// What only views have.
#[derive(clap::Args)]
struct ViewArgs {
    /// As it was in this version: v0, v1, ... [default: the active one]
    #[arg(long, value_name = "VERSION", value_parser = Version::parse)]
    version: Option<Version>,
}

pub(super) fn command(group: Group, object: &str) -> Command {
    let command = Args::augment_args(Command::new("describe"));
    let command = match group.kind.is_view() {
        true => ViewArgs::augment_args(command),
        false => command,
    };
    command.about(format!("Show {object}"))
}

pub(super) fn run(group: Group, session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
    let Args { name } = Args::from_arg_matches(matches).map_err(super::usage)?;
    let version = match group.kind.is_view() {
        true => ViewArgs::from_arg_matches(matches).map_err(super::usage)?.version,
        false => None,
    };
    let registry = session.open()?;
    let project = match group.kind {
        Kind::Project => name.clone(),
        _ => session.project(&registry)?,
    };
    let object = match version {
        Some(Version::Number(number)) => registry.view_at_version(&project, &name, number)?,
        _ => active(group, &registry, &project, &name)?,
    };
    if !group.kinds().contains(&object.kind()) {
        return Err(Refusal::NotFound { kind: group.kind, project, name }.into());
    }
    show(group, session, object, &project)
}

/// Prints an object.
pub(crate) fn show(
    group: Group,
    session: &Session,
    object: Object,
    project: &str,
) -> Result<Status, CliError> {
    let cells = columns::of(group.kind).iter().map(|column| (column.cell)(&object)).collect();
    let project = if session.screen.is(Format::Json) { project } else { "" };
    let name = object.name();
    let record = Document::new(object, project);
    session.screen.one(&group.headers(), &Item { name, cells, record })?;
    Ok(Status::Done)
}

fn active(group: Group, registry: &Registry, project: &str, name: &str) -> Result<Object, CliError> {
    Ok(match group.kind {
        Kind::FeatureView => registry.any_view(project, name)?.0,
        kind => registry.get(kind, project, name)?,
    })
}
