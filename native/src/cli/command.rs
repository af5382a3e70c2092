//! The commands that are not about one kind of object, and who carries them out.

use clap::Subcommand;

use super::{
    apply, completions, configuration, delete, error::CliError, exit::Status, features, lint, logging::Voice,
    materializations, metadata, registry, registry_dump, serve, session::Session, teardown, ui, version,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List and describe features
    #[command(subcommand)]
    Features(features::Verb),
    /// Create or update objects from files, all of them or none
    Apply(apply::Args),
    /// Show what `apply` would do, without doing it
    Plan(apply::Args),
    /// Delete the object with this name, whatever its kind
    Delete(delete::Args),
    /// List and record the intervals for which views are materialized
    #[command(subcommand)]
    Materializations(materializations::Verb),
    /// List and set the metadata of a project
    #[command(subcommand)]
    Metadata(metadata::Verb),
    /// Create, verify, import and export the registry as a whole
    #[command(subcommand)]
    Registry(registry::Verb),
    /// Tell what looks wrong in the registry, and what to do about it
    Lint(lint::Args),
    /// Print a project as JSON in Feast's form
    RegistryDump,
    /// Show the registry in the browser
    Ui(ui::Args),
    /// Serve the registry to Feast's own clients
    #[command(visible_alias = "serve_registry")]
    Serve(serve::Args),
    /// Print feature_store.yaml as it is understood, without secrets
    Configuration,
    /// Drop the registry's tables, with every project in them
    Teardown(teardown::Args),
    /// Print a script with which a shell completes these commands
    Completions(completions::Args),
    /// Print the version
    Version,
}

impl Command {
    /// How it logs.
    pub(crate) fn voice(&self) -> Voice {
        match self {
            Command::Serve(_) => Voice::Server,
            _ => Voice::Talk,
        }
    }

    pub(crate) fn run(self, session: &Session) -> Result<Status, CliError> {
        match self {
            Command::Features(verb) => features::run(session, verb),
            Command::Apply(args) => apply::run(session, &args, apply::Mode::Apply),
            Command::Plan(args) => apply::run(session, &args, apply::Mode::Plan),
            Command::Delete(args) => delete::run(session, args),
            Command::Materializations(verb) => materializations::run(session, verb),
            Command::Metadata(verb) => metadata::run(session, verb),
            Command::Registry(verb) => registry::run(session, verb),
            Command::Lint(args) => lint::run(session, &args),
            Command::RegistryDump => registry_dump::run(session),
            Command::Ui(args) => ui::run(session, &args),
            Command::Serve(args) => serve::run(session, args),
            Command::Configuration => configuration::run(session),
            Command::Teardown(args) => teardown::run(session, &args),
            Command::Completions(args) => completions::run(session, &args),
            Command::Version => version::run(session),
        }
    }
}
