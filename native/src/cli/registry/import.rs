//! `registry import FILE`: a restore, in one transaction.

use std::{collections::BTreeMap, path::PathBuf};

use feast_registry_core::{
    operation::Restore,
    snapshot::{self, ReadOptions},
};

use super::super::{
    delete::KeyRecord, error::CliError, exit::Status, input, output::escaped, progress, projects::counted,
    session::Session,
};
use crate::error::Error;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A Feast file registry, or what `registry export` wrote in any of its formats; `-` is standard input
    file: PathBuf,
    /// Replace objects that exist and are different
    #[arg(long)]
    overwrite: bool,
    /// Leave out what this version has no place for
    #[arg(long)]
    skip_unsupported: bool,
}

pub(super) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let bytes = input::snapshot(&args.file)?;
    let project = session.given_project()?;
    let options = ReadOptions {
        default_project: project.as_deref(),
        skip_unsupported: args.skip_unsupported,
        keep_damaged: false,
    };
    let unreadable = |source| Error::Snapshot { path: input::shown(&args.file).into(), source };
    let rows = snapshot::read(&bytes, options).map_err(unreadable)?;
    let registry = session.open_to_write()?;
    let working = format!("importing {}", counted(rows.objects.len(), "object"));
    let operation = Restore { rows, overwrite: args.overwrite };
    let written = progress::during(&working, || registry.run(&operation))?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in &written {
        *counts.entry(&key.project).or_default() += 1;
    }
    let line = |(project, count): (&&str, &usize)| {
        format!("Imported {} of project {}\n", counted(*count, "object"), escaped(project))
    };
    let text = match counts.is_empty() {
        true => "No changes to registry\n".into(),
        false => counts.iter().map(line).collect::<String>(),
    };
    let items: Vec<_> = written.iter().map(KeyRecord::item).collect();
    session.screen.say(&text, &items)?;
    Ok(Status::Done)
}
