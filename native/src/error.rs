//! Everything that can go wrong with a registry, for those who call the library and for the doors.

use std::{io, path::PathBuf};

use feast_registry_core::{refusal::Refusal, snapshot::SnapshotError, sql::Drift};

use crate::{
    config::ConfigError,
    driver::{Failure, ParameterError},
    url::UrlError,
};

/// A registry could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operation does not fit what is stored, or breaks a rule. Nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed. Nothing was written.
    #[error("the registry's database failed")]
    Database(#[source] Failure),
    /// The connection was lost while committing.
    #[error("the connection was lost while committing, so that the change may or may not have been made")]
    CommitUnknown(#[source] Failure),
    /// Other writers were in the way until the deadline. Nothing was written.
    #[error("other writers were in the way {attempts} times in a row")]
    Contended {
        /// How often it was tried.
        attempts: u32,
        /// What came between the last time.
        #[source]
        last: Failure,
    },
    /// The tables are not as the registry needs them.
    #[error("the tables in {place} are not as the registry needs them: {}", list(drift))]
    Schema {
        /// The database.
        place: String,
        /// What is wrong.
        drift: Vec<Drift>,
    },
    /// A file is not a registry, or not one that can be imported.
    #[error("cannot read `{}`: {source}", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SnapshotError,
    },
    /// Rows that cannot be decoded stand in the way of an export.
    #[error("cannot export: {0}")]
    Export(#[source] SnapshotError),
    /// feature_store.yaml cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The registry's URL cannot be read.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A connection parameter cannot be followed.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

fn list(drift: &[Drift]) -> String {
    let each: Vec<String> = drift.iter().map(ToString::to_string).collect();
    each.join("; ")
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error::Database(failure)
    }
}

impl Error {
    /// What the person who meets the error can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Refused(refusal) => refusal.hint().map(String::from),
            Error::Database(failure) => failure.hint(),
            Error::CommitUnknown(_) => {
                Some("look whether the change is there before you repeat it".into())
            }
            Error::Contended { .. } => Some(
                "another process writes to the registry all the time, or holds it locked: try again later, or end that process".into(),
            ),
            Error::Schema { drift, .. } => Some(
                match drift.iter().all(|drift| matches!(drift, Drift::MissingTable(_))) {
                    true => "create the tables with `registry create-schema`, or check that the URL names the right database",
                    false => "`registry verify-schema` lists every difference and the statement that puts it right",
                }
                .into(),
            ),
            Error::Snapshot { source, .. } => source.hint().map(String::from),
            Error::Export(_) => Some(
                "delete or restore the damaged object, or pass `--skip-damaged` to export the rest".into(),
            ),
            Error::Config(error) => error.hint(),
            Error::Url(error) => error.hint(),
            Error::Parameter(error) => error.hint(),
            Error::Io { .. } => None,
        }
    }
}
