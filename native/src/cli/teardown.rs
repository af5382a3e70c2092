//! `teardown`: drops the registry's tables, with every project in them.

use feast_registry_core::{kind::Kind, rows::Key};

use super::{
    delete::KeyRecord,
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
    let (projects, contents) = match registry.rows(None) {
        Ok(rows) => {
            refuse_protected(&registry, None)?;
            let (projects, others): (Vec<Key>, Vec<Key>) = rows
                .objects
                .into_keys()
                .filter(|key| key.kind != Kind::Infra)
                .partition(|key| key.kind == Kind::Project);
            let count = (counted(projects.len(), "project"), counted(others.len(), "object"));
            (projects, format!("with {} and {}", count.0, count.1))
        }
        // Tables are missing already: there is less to drop, and nothing to count.
        Err(Error::Database(failure)) if failure.kind == FailureKind::MissingTable => {
            (Vec::new(), "some of which are missing already".into())
        }
        Err(error) => return Err(error.into()),
    };
    let place = registry.place();
    session.confirm(&format!("Drop all tables of the registry in {place}, {contents}?"), args.yes)?;
    progress::during("dropping tables", || registry.teardown())?;
    let text = format!("Dropped the tables of the registry in {place}, {contents}\n");
    let items: Vec<_> = projects.iter().map(KeyRecord::item).collect();
    session.screen.say(&text, &items)?;
    Ok(Status::Done)
}
