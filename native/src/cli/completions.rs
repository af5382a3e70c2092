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
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if args.shell == Shell::Bash {
        // clap_complete spells a hyphen of the binary's name in two ways, and then no subcommand completes
        // (clap-rs/clap#6421).
        script = script.replace("feast__subcmd__registry", "feast__registry");
    }
    session.screen.print(&script)?;
    Ok(Status::Done)
}
