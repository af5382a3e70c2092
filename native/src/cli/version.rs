//! `version`: this binary's, and that of the Feast whose registry it keeps.

use super::{error::CliError, exit::Status, session::Session};

/// The version of Feast whose tables, messages and command line are followed.
const FEAST: &str = "0.67.0";

pub(crate) fn run(session: &Session) -> Result<Status, CliError> {
    session.screen.print(&format!("{} {} (for Feast {FEAST})\n", super::NAME, env!("CARGO_PKG_VERSION")))?;
    Ok(Status::Done)
}
