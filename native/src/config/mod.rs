//! `feature_store.yaml` as Feast reads it, cut down to what a registry needs: the keys of Feast's
//! other parts are accepted and left alone. Parsing looks at neither files nor the environment.

mod auth;
mod document;
mod engine;
mod error;
mod expand;
mod locate;
mod registry;

use std::fmt;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

pub use self::auth::{AuthConfig, KubernetesConfig, OidcConfig};
use self::document::{Document, describe, shown};
pub use self::engine::{ConnectArguments, EngineOptions, IsolationLevel};
pub use self::error::{ConfigError, Problem};
pub use self::expand::expand_variables;
pub use self::locate::{ConfigPath, FILE_VARIABLE, FOLDER_VARIABLE};
pub use self::registry::{CacheMode, RegistryConfig, SchemaMode};

/// A feature repository's configuration.
#[derive(Clone)]
pub struct Config {
    /// Name of the repository's project.
    pub project: String,
    /// The registry.
    pub registry: RegistryConfig,
    /// The folder that a file registry's relative path started from.
    pub folder: PathBuf,
    /// What is accepted but has no effect, for a person to read.
    pub warnings: Vec<String>,
    /// The whole document, variables replaced. May hold secrets.
    pub document: Value,
}

impl Config {
    /// Reads the file that `path` names.
    ///
    /// # Errors
    /// The file cannot be read, or what [`Config::parse`] says.
    pub fn read(path: &ConfigPath, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(&path.file) {
            Ok(text) => Self::parse(&text, path, variable),
            Err(error) => Err(ConfigError { file: path.file.clone(), problem: Problem::Unreadable(error) }),
        }
    }

    /// Reads the text of a configuration; `variable` looks up the environment.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and key.
    pub fn parse(
        text: &str,
        path: &ConfigPath,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        parse(&expand_variables(text, variable), &path.folder)
            .map_err(|problem| ConfigError { file: path.file.clone(), problem })
    }
}

fn parse(text: &str, folder: &Path) -> Result<Config, Problem> {
    let syntax = |error: serde_yaml::Error| Problem::Syntax(error.to_string());
    let mut document: Value = serde_yaml::from_str(text).map_err(syntax)?;
    document.apply_merge().map_err(syntax)?;
    let Some(map) = document.as_mapping() else {
        return Err(Problem::NotAMap { found: describe(&document) });
    };
    let root = Document { map, prefix: "" };
    let project = root.text("project")?.ok_or_else(|| Problem::Missing { key: "project".into() })?;
    if !is_project_name(project) {
        return Err(Problem::Project(shown(project).to_owned()));
    }
    let (registry, warnings) = registry::read(root, folder)?;
    Ok(Config {
        project: project.to_owned(),
        registry,
        folder: folder.to_owned(),
        warnings,
        document: document.clone(),
    })
}

/// Feast's rule, but for the empty name, which Feast lets through and then cannot store. That a
/// hyphen is refused beside an SQLite online store is not the registry's concern.
fn is_project_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(['_', '-'])
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Leaves the document out: it may hold secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("project", &self.project)
            .field("registry", &self.registry)
            .field("folder", &self.folder)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
