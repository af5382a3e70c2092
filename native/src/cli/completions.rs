//! `completions SHELL`: a script for the shell to complete this binary's commands with.

use clap_complete::Shell;

use super::{error::CliError, exit::Status, session::Session};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), super::NAME, &mut script);
    session.screen.write(&script)?;
    Ok(Status::Done)
}
