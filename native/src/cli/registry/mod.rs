//! `registry`: its tables, and whole copies of it.

mod create_schema;
mod export;
mod import;
mod verify_schema;

use clap::Subcommand;

use super::{error::CliError, exit::Status, session::Session};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Create the tables that are missing
    CreateSchema,
    /// Compare the tables with what the registry needs
    VerifySchema,
    /// Restore a registry from a file, objects as they are: times, intervals and versions included
    Import(import::Args),
    /// Write the registry, or one project of it with `--project`, to a file
    Export(export::Args),
}

pub(crate) fn run(session: &Session, verb: Verb) -> Result<Status, CliError> {
    match verb {
        Verb::CreateSchema => create_schema::run(session),
        Verb::VerifySchema => verify_schema::run(session),
        Verb::Import(args) => import::run(session, &args),
        Verb::Export(args) => export::run(session, &args),
    }
}
