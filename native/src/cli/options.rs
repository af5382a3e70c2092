//! The options that every command takes, before or after its name.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where the registry is, and how to show what comes of it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Options {
    /// The folder that holds feature_store.yaml [env: FEATURE_REPO_DIR_ENV_VAR] [default: the current one]
    #[arg(short, long, global = true, value_name = "DIR")]
    pub(crate) chdir: Option<PathBuf>,
    /// Another file in place of feature_store.yaml [env: FEAST_FS_YAML_FILE_PATH]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) feature_store_yaml: Option<PathBuf>,
    // Not global: after `apply` and `plan`, `-f` names the files to apply.
    /// The same, where it stands before the command's name
    #[arg(
        short = 'f',
        id = "short_feature_store_yaml",
        value_name = "FILE",
        conflicts_with = "feature_store_yaml"
    )]
    pub(crate) short_feature_store_yaml: Option<PathBuf>,
    /// The registry: a database URL as SQLAlchemy writes it, or the path of a registry file, which is
    /// only read. No feature_store.yaml is needed then
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) registry: Option<String>,
    /// The project [default: that of feature_store.yaml, or else the registry's only one]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// How to print [default: a table for lists, YAML for descriptions]
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// What to log on standard error; RUST_LOG says the same in more detail
    #[arg(long, global = true, value_enum, ignore_case = true, value_name = "LEVEL")]
    pub(crate) log_level: Option<LogLevel>,
}

impl Options {
    /// The file that takes the place of feature_store.yaml, by whichever option.
    pub(crate) fn feature_store_yaml(&self) -> Option<&PathBuf> {
        self.short_feature_store_yaml.as_ref().or(self.feature_store_yaml.as_ref())
    }
}

/// Forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns with a header
    Table,
    /// Protobuf JSON with the kind and the project: an array for a list, an object otherwise
    Json,
    /// The same as YAML without the project, a document each, as `apply -f` reads it
    Yaml,
    /// Names alone, one per line
    Name,
}

/// Levels of logging, under Python's names and Rust's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Every detail
    Trace,
    /// What is done and when
    Debug,
    /// Retries and other things worth knowing
    Info,
    /// What may need attention (the default)
    #[value(alias = "warn")]
    Warning,
    /// Errors only
    #[value(alias = "critical")]
    Error,
}
