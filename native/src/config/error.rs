//! What can be wrong with a configuration, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::url::UrlError;

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", file.display())]
pub struct ConfigError {
    /// The configuration file.
    pub file: PathBuf,
    /// What is wrong with it.
    #[source]
    pub problem: Problem,
}

/// What is wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
    /// It is not YAML. Line and column are in the reason.
    #[error("not valid YAML: {0}")]
    Syntax(String),
    /// The document as a whole has the wrong form.
    #[error("must be a map of keys, not {found}")]
    NotAMap {
        /// What it is.
        found: String,
    },
    /// A key is missing.
    #[error("`{key}` is missing")]
    Missing {
        /// The key, its path joined by dots.
        key: String,
    },
    /// A value has the wrong type, or is none of those allowed.
    #[error("`{key}` must be {expected}, not {found}")]
    Mismatch {
        /// The key, its path joined by dots.
        key: String,
        /// What would be right.
        expected: &'static str,
        /// What it is; the value itself only where it cannot be a secret.
        found: String,
    },
    /// The project's name breaks Feast's rule.
    #[error("`project` must be letters, digits, `_` and `-`, starting with neither sign, which {0:?} is not")]
    Project(String),
    /// A registry of a kind that is not supported.
    #[error("`registry.{key}: {value}` is not supported")]
    Unsupported {
        /// `registry_type` or `registry_store_type`.
        key: &'static str,
        /// What it is.
        value: String,
    },
    /// A database URL where a path is meant.
    #[error("`{key}` is a database URL, but the registry is of type `file`")]
    UrlOfFile {
        /// The key.
        key: String,
    },
    /// A path or URL that cannot be used.
    #[error("`{key}`: {source}")]
    Url {
        /// The key, its path joined by dots.
        key: String,
        /// What is wrong with it.
        source: UrlError,
    },
}

impl ConfigError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match &self.problem {
            Problem::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => Some(
                "run in the folder of a feature repository, name one with `-c`, a file with `-f`, or a registry with `--registry`"
                    .into(),
            ),
            Problem::Unreadable(_) => Some("check the file's permissions".into()),
            Problem::Syntax(_) => Some("note that `$NAME` and `${NAME}` are replaced before parsing".into()),
            Problem::NotAMap { .. } => Some("it needs at least the keys `project` and `registry`".into()),
            Problem::Missing { key } if key == "registry" => {
                Some("add `registry:` with `registry_type: sql` and a `path`".into())
            }
            Problem::Missing { .. } => None,
            Problem::Mismatch { expected, found, .. }
                if *expected != "a string" && found.starts_with("the string") =>
            {
                Some("values in quotes are strings; leave the quotes out, if there are any".into())
            }
            Problem::Mismatch { .. } => None,
            Problem::Project(_) => None,
            Problem::Unsupported { .. } => {
                Some("supported are `registry_type: sql` and, for reading, `file` on this machine".into())
            }
            Problem::UrlOfFile { .. } => Some("write `registry: {registry_type: sql, path: ...}`".into()),
            Problem::Url { source, .. } => source.hint(),
        }
    }
}
