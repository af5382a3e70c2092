//! Exit codes: what a script can tell from how a command ended.

use std::process::ExitCode;

use super::error::CliError;
use crate::{driver::FailureKind, error::Error};

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All of it was done.
    Done,
    /// It was done, but for objects that are damaged, which were named.
    DamagedPassedOver,
    /// It was done, and found what is to be mended.
    Found,
}

/// The codes, for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  refused, not found or not confirmed; nothing was changed; for `lint`, an
     error or a warning was found
  2  wrong usage
  3  feature_store.yaml, a URL, a parameter or a file cannot be used
  4  the database cannot be reached, denies access or fails
  5  the registry's tables are missing or unfit
  6  others wrote for too long, or it is unknown whether the change was made
  7  done, but damaged objects were passed over";

/// Wrong usage, which is clap's code as well.
pub(crate) const USAGE: u8 = 2;

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => ExitCode::SUCCESS,
            Status::Found => ExitCode::from(1),
            Status::DamagedPassedOver => ExitCode::from(7),
        }
    }
}

/// The code of an error.
pub(crate) fn code(error: &CliError) -> u8 {
    match error {
        CliError::Registry(error) => code_of_registry_error(error),
        CliError::NoProject | CliError::SeveralProjects(_) | CliError::Usage { .. } | CliError::Traces(_) => {
            USAGE
        }
        CliError::FeatureNotFound(_)
        | CliError::Refused { .. }
        | CliError::NotConfirmed { .. }
        | CliError::Aborted => 1,
        CliError::Documents(_)
        | CliError::Input { .. }
        | CliError::Listen { .. }
        | CliError::Output(_)
        | CliError::Server(_)
        | CliError::RestServer(_)
        | CliError::MetricsServer(_) => 3,
        CliError::Unfit => 5,
        CliError::PipeClosed => 0,
    }
}

fn code_of_registry_error(error: &Error) -> u8 {
    match error {
        Error::Refused(_) | Error::Export(_) => 1,
        Error::Database(failure) => match failure.kind {
            FailureKind::MissingTable => 5,
            FailureKind::Conflict => 6,
            FailureKind::ConnectionLost
            | FailureKind::Unreachable
            | FailureKind::PoolExhausted
            | FailureKind::Denied
            | FailureKind::MissingDatabase
            | FailureKind::TooLong
            | FailureKind::ReadOnly
            | FailureKind::Full
            | FailureKind::NotADatabase
            | FailureKind::Refused => 4,
        },
        Error::Schema { .. } => 5,
        Error::CommitUnknown(_) | Error::Contended { .. } => 6,
        Error::Snapshot { .. }
        | Error::Config(_)
        | Error::Url(_)
        | Error::Parameter(_)
        | Error::Io { .. } => 3,
    }
}
