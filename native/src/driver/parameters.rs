//! The parameters of a connection: a URL's query and `connect_args`, which wins, as one map of
//! dotted names to text. Each driver reads the names it knows.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::config::EngineOptions;

/// A connection parameter that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// The value has the wrong form. It is not repeated, since it may be a secret.
    #[error("connection parameter `{name}` must be {expected}")]
    Invalid {
        /// Parameter name as written, `ssl.ca` for a nested one.
        name: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Following it would change who is trusted, so that it cannot just be ignored.
    #[error("connection parameter `{name}` is not supported")]
    Unsupported {
        /// Parameter name.
        name: String,
        /// What to use in its place.
        instead: &'static str,
    },
    /// A file that a parameter names cannot be used.
    #[error("connection parameter `{name}`: cannot use `{path}`: {reason}")]
    File {
        /// Parameter name.
        name: String,
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
}

impl ParameterError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid { name, .. } => {
                Some(format!("correct `{name}` in the registry URL's query or in `connect_args`"))
            }
            Self::Unsupported { instead, .. } => Some((*instead).into()),
            Self::File { .. } => Some("give the path of a readable PEM file".into()),
        }
    }
}

/// Parameters by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Merges `query` and the engine's `connect_args`. A name that the query repeats has its
    /// values joined by commas, which is how libpq spells several hosts.
    pub(crate) fn new(query: &[(String, String)], engine: &EngineOptions) -> Self {
        let mut merged = BTreeMap::<String, String>::new();
        for (name, value) in query {
            merged
                .entry(name.clone())
                .and_modify(|values| {
                    values.push(',');
                    values.push_str(value);
                })
                .or_insert_with(|| value.clone());
        }
        for (name, value) in engine.connect_args.iter() {
            merged.insert(name.to_owned(), value.to_owned());
        }
        Self(merged)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// Is it given, be it as `null`, which drops a driver's default?
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(String::is_empty)
    }

    /// The value; an empty one counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Fills in what is absent.
    pub(crate) fn or<'a>(mut self, defaults: impl IntoIterator<Item = (&'a str, Option<String>)>) -> Self {
        for (name, value) in defaults {
            if let Some(value) = value {
                self.0.entry(name.to_owned()).or_insert(value);
            }
        }
        self
    }

    /// The first of several spellings that is given.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, ParameterError> {
        self.parse(name, "a whole number", |text| text.parse().ok())
    }

    /// A time in seconds, fractions allowed; zero and below mean that none is set.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<Duration>, ParameterError> {
        let seconds = self.parse(name, "a number of seconds", |text| {
            text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())
        })?;
        Ok(seconds
            .filter(|seconds| *seconds > 0.0)
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
    }

    /// A switch, in the spellings that SQLAlchemy accepts.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ParameterError> {
        self.parse(name, "true or false", |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "t" | "1" => Some(true),
            "false" | "no" | "off" | "n" | "f" | "0" => Some(false),
            _ => None,
        })
    }

    pub(crate) fn parse<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ParameterError> {
        self.text(name)
            .map(|text| {
                read(text.trim()).ok_or_else(|| ParameterError::Invalid { name: name.to_owned(), expected })
            })
            .transpose()
    }
}

/// Shows the names only: values may be secrets.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
