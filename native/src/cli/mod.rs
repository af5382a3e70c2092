//! The command line. It parses, calls the registry and renders; rules live in the registry.
//!
//! The groups of commands on objects are made from the table of kinds (`group`); every other command
//! is one file. Data goes to standard output, everything else to standard error.

mod apply;
mod columns;
mod command;
mod completions;
mod configuration;
mod delete;
mod error;
mod exit;
mod features;
mod file;
mod group;
mod input;
mod lint;
mod logging;
mod materializations;
mod metadata;
mod options;
mod output;
mod progress;
mod projects;
mod registry;
mod registry_dump;
mod serve;
mod session;
mod tags;
mod teardown;
mod ui;
mod version;
mod views;

use std::process::ExitCode;

use clap::{ArgMatches, Args as _, FromArgMatches as _, Subcommand as _};

use self::{
    command::Command, error::CliError, exit::Status, group::Group, logging::Voice, options::Options,
    session::Session,
};

/// What the binary is called.
const NAME: &str = "feast-registry";

/// Runs the command that the process's arguments name, to its exit code.
pub fn run() -> ExitCode {
    // Usage errors and `--help` end the process here, with clap's own words and codes.
    let matches = command().get_matches();
    match dispatch(&matches) {
        Ok(status) => status.into(),
        Err(error) => {
            error.report();
            exit::code(&error).into()
        }
    }
}

fn dispatch(matches: &ArgMatches) -> Result<Status, CliError> {
    let unread = |error: clap::Error| CliError::Usage { message: error.to_string(), hint: "see `--help`" };
    let options = Options::from_arg_matches(matches).map_err(unread)?;
    let level = options.log_level;
    let session = Session::new(options);
    if let Some((group, matches)) =
        matches.subcommand().and_then(|(name, matches)| Some((Group::find(name)?, matches)))
    {
        logging::start(level, Voice::Talk);
        return group.run(&session, matches);
    }
    let command = Command::from_arg_matches(matches).map_err(unread)?;
    logging::start(level, command.voice());
    command.run(&session)
}

/// The whole grammar.
fn command() -> clap::Command {
    let command = clap::Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(exit::HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(Group::all().map(Group::command));
    // At last, because what augments a command also describes it.
    Command::augment_subcommands(Options::augment_args(command))
        .about("Look after a Feast registry: list, describe, apply, delete, import and export its objects")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_is_sound() {
        super::command().debug_assert();
    }
}
