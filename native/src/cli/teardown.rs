//! `teardown`: drops the registry's tables, with every project in them.

use feast_registry_core::kind::Kind;

use super::{
    error::CliError,
    exit::Status,
    progress,
    projects::counted,
    session::{Session, refuse_protected},
};
use crate::{driver::FailureKind, error::Error};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(crate) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let registry = session.connect()?;
    let contents = match registry.rows(None) {
        Ok(rows) => {
            refuse_protected(&registry, None)?;
            let projects = rows.objects.keys().filter(|key| key.kind == Kind::Project).count();
            let objects =
                rows.objects.keys().filter(|key| !matches!(key.kind, Kind::Project | Kind::Infra)).count();
            format!("with {} and {}", counted(projects, "project"), counted(objects, "object"))
        }
        // Tables are missing already: there is less to drop, and nothing to count.
        Err(Error::Database(failure)) if failure.kind == FailureKind::MissingTable => {
            "some of which are missing already".into()
        }
        Err(error) => return Err(error.into()),
    };
    let place = registry.place();
    session.confirm(&format!("Drop all tables of the registry in {place}, {contents}?"), args.yes)?;
    progress::during("dropping tables", || registry.teardown())?;
    session.screen.print(&format!("Dropped the tables of the registry in {place}\n"))?;
    Ok(Status::Done)
}
