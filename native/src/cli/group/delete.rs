//! `GROUP delete NAME`: one object, views with their history. A project goes whole, after a question.

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use feast_registry_core::{
    kind::Kind,
    operation::{Delete, Target},
};

use super::Group;
use crate::cli::{delete, error::CliError, exit::Status, projects, session::Session};

#[derive(clap::Args)]
struct Args {
    /// Its name
    name: String,
}

#[derive(clap::Args)]
struct ProjectArgs {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn command(group: Group, object: &str) -> Command {
    let about = match group.kind {
        Kind::Project => "Delete a project with everything in it, versions and metadata included".into(),
        kind if kind.is_view() => format!("Delete {object} with its version history"),
        _ => format!("Delete {object}"),
    };
    let command = Args::augment_args(Command::new("delete"));
    let command = match group.kind {
        Kind::Project => ProjectArgs::augment_args(command),
        _ => command,
    };
    command.about(about)
}

pub(super) fn run(group: Group, session: &Session, matches: &ArgMatches) -> Result<Status, CliError> {
    let Args { name } = Args::from_arg_matches(matches).map_err(super::usage)?;
    let target = match group.kind {
        Kind::Project => {
            let yes = ProjectArgs::from_arg_matches(matches).map_err(super::usage)?.yes;
            return projects::delete(session, &name, yes);
        }
        Kind::FeatureView => Target::View,
        kind => Target::Kind(kind),
    };
    let registry = session.open_to_write()?;
    let project = session.project(&registry)?;
    let deleted = registry.run(&Delete { project, name, target })?;
    delete::report(session, &deleted)
}
