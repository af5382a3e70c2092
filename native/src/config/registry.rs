//! The `registry` block.

use std::path::Path;
use std::time::Duration;

use serde_yaml::{Mapping, Value};

use super::document::{Document, duration, shown};
use super::engine::{ConnectArguments, EngineOptions, IsolationLevel};
use super::error::Problem;
use crate::driver::unknown_parameters;
use crate::pool::PoolOptions;
use crate::url::{DatabaseUrl, RegistryUrl, UrlError};

/// The registry that a configuration names, and how to use it.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryConfig {
    /// Where it is. A file registry's relative path was completed with the repository's folder.
    pub path: RegistryUrl,
    /// A replica to read from, which is a database.
    pub read_path: Option<RegistryUrl>,
    /// Age at which what was read is read again; zero and below mean never.
    pub cache_ttl_seconds: i64,
    /// When the cache is filled.
    pub cache_mode: CacheMode,
    /// Keep nothing in, and remove what is in, the table `feast_metadata`.
    pub purge_feast_metadata: bool,
    /// What to do about tables on opening.
    pub schema_mode: SchemaMode,
    /// Connections and pool, of both paths.
    pub engine: EngineOptions,
}

/// When the cache is filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheMode {
    /// After each own write, and when it is too old.
    #[default]
    Sync,
    /// In the background, each time it would be too old.
    Thread,
}

/// What to do about tables on opening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaMode {
    /// Create what is missing.
    #[default]
    Auto,
    /// Refuse if something is missing.
    Verify,
    /// Look away.
    Skip,
}

impl RegistryConfig {
    /// A registry with Feast's defaults.
    #[must_use]
    pub fn new(path: RegistryUrl) -> Self {
        Self {
            path,
            read_path: None,
            cache_ttl_seconds: 600,
            cache_mode: CacheMode::default(),
            purge_feast_metadata: false,
            schema_mode: SchemaMode::default(),
            engine: EngineOptions::default(),
        }
    }

    /// Age at which what was read is read again; `None` is never.
    #[must_use]
    pub fn cache_ttl(&self) -> Option<Duration> {
        u64::try_from(self.cache_ttl_seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs)
    }
}

/// The registry of a whole configuration, and warnings.
pub(super) fn read(root: Document<'_>, folder: &Path) -> Result<(RegistryConfig, Vec<String>), Problem> {
    match root.value("registry") {
        None => Err(Problem::Missing { key: "registry".into() }),
        // The shorthand is always the path of a file registry.
        Some(Value::String(path)) => Ok((RegistryConfig::new(file("registry", path, folder)?), Vec::new())),
        Some(Value::Mapping(map)) => block(Document { map, prefix: "registry" }, folder),
        Some(other) => Err(root.mismatch("registry", "a path or a map", other)),
    }
}

fn block(registry: Document<'_>, folder: &Path) -> Result<(RegistryConfig, Vec<String>), Problem> {
    let path = registry.text("path")?.unwrap_or_default();
    let path = match registry.text("registry_type")?.unwrap_or("file") {
        "sql" => RegistryUrl::Database(database(registry, "path", path)?),
        "file" => {
            match registry.optional_text("registry_store_type")? {
                None | Some("FileRegistryStore") => {}
                Some(other) => {
                    return Err(unsupported("registry_store_type", other));
                }
            }
            file("registry.path", path, folder)?
        }
        other => return Err(unsupported("registry_type", other)),
    };
    let mut warnings = Vec::new();
    let mut config = RegistryConfig::new(path);
    if let Some(seconds) = registry.integer("cache_ttl_seconds")? {
        config.cache_ttl_seconds = seconds;
    }
    config.purge_feast_metadata = registry.flag("purge_feast_metadata")?.unwrap_or(false);
    config.cache_mode = match registry.text("cache_mode")? {
        None | Some("sync") => CacheMode::Sync,
        Some("thread") => CacheMode::Thread,
        Some(other) => {
            warnings.push(format!("`registry.cache_mode: {}` is unknown; `sync` is used", shown(other)));
            CacheMode::Sync
        }
    };
    check_unused(registry)?;
    if let RegistryUrl::Database(url) = &config.path {
        if let Some(mode) = registry.value("schema_mode") {
            config.schema_mode = match mode.as_str() {
                Some("auto") => SchemaMode::Auto,
                Some("verify") => SchemaMode::Verify,
                Some("skip") => SchemaMode::Skip,
                _ => return Err(registry.mismatch("schema_mode", "auto, verify or skip", mode)),
            };
        }
        let mut replica = None;
        registry.integer("thread_pool_executor_worker_count")?;
        if let Some(map) = registry.map("sqlalchemy_config_kwargs")? {
            let prefix = "registry.sqlalchemy_config_kwargs";
            config.engine = engine(Document { map, prefix }, &mut warnings)?;
        }
        if let Some(path) = registry.optional_text("read_path")?.filter(|path| !path.is_empty()) {
            replica = Some(database(registry, "read_path", path)?);
        }
        for (key, url) in [("path", Some(url)), ("read_path", replica.as_ref())] {
            let unknown = url.map(|url| unknown_parameters(url, &config.engine)).unwrap_or_default();
            let of_url =
                |name: &String| url.is_some_and(|url| url.query().iter().any(|(known, _)| known == name));
            let warn = |name: &String| match of_url(name) {
                true => format!("parameter `{name}` of `registry.{key}` is not known here and has no effect"),
                false => format!(
                    "`registry.sqlalchemy_config_kwargs.connect_args.{name}` is not known here and has no effect"
                ),
            };
            warnings.extend(unknown.iter().map(warn));
        }
        warnings.dedup();
        config.read_path = replica.map(RegistryUrl::Database);
    }
    Ok((config, warnings))
}

fn unsupported(key: &'static str, value: &str) -> Problem {
    Problem::Unsupported { key, value: shown(value).into() }
}

fn database(registry: Document<'_>, key: &str, path: &str) -> Result<DatabaseUrl, Problem> {
    path.parse().map_err(|source| Problem::Url { key: registry.path(key), source })
}

fn file(key: &str, path: &str, folder: &Path) -> Result<RegistryUrl, Problem> {
    match path.parse() {
        Ok(RegistryUrl::File(path)) => Ok(RegistryUrl::File(folder.join(path))),
        Ok(RegistryUrl::Database(_)) | Err(UrlError::Malformed { .. }) => {
            Err(Problem::UrlOfFile { key: key.into() })
        }
        Err(source) => Err(Problem::Url { key: key.into(), source }),
    }
}

/// Feast refuses these if they have the wrong type; a registry has no use for them.
fn check_unused(registry: Document<'_>) -> Result<(), Problem> {
    registry.flag("enable_online_feature_view_versioning")?;
    registry.flag("serve_features_while_materializing")?;
    for key in ["s3_additional_kwargs", "mcp"] {
        if !matches!(registry.value(key), Some(Value::Null)) {
            registry.map(key)?;
        }
    }
    Ok(())
}

fn engine(options: Document<'_>, warnings: &mut Vec<String>) -> Result<EngineOptions, Problem> {
    // SQLAlchemy's `None` is its default nearly everywhere.
    let given: Mapping = options
        .map
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let options = Document { map: &given, ..options };
    let mut engine = EngineOptions::default();
    for key in given.keys().map(|key| key.as_str().unwrap_or("?")) {
        match key {
            "echo" => {
                let debug = options.value(key).and_then(Value::as_str) == Some("debug");
                engine.echo = debug || options.flag(key)?.unwrap_or(false);
            }
            "pool_pre_ping" => engine.pool.pre_ping = options.flag(key)?.unwrap_or(false),
            "pool_size" => engine.pool.size = limit(options, key)?.unwrap_or(0),
            "max_overflow" => engine.pool.max_overflow = limit(options, key)?,
            "pool_timeout" => {
                let seconds = options.seconds(key)?;
                engine.pool.timeout = seconds.map_or(PoolOptions::default().timeout, duration);
            }
            "pool_recycle" => {
                engine.pool.recycle = options.seconds(key)?.filter(|seconds| *seconds >= 0.0).map(duration);
            }
            "isolation_level" => engine.isolation_level = isolation_level(options, key, warnings)?,
            "connect_args" => engine.connect_args = connect_args(options.map(key)?),
            _ => warnings.push(format!("`{}` is not known here and has no effect", options.path(key))),
        }
    }
    Ok(engine)
}

/// A number of connections; `None` for a negative one, which means no limit.
fn limit(options: Document<'_>, key: &str) -> Result<Option<usize>, Problem> {
    Ok(options.integer(key)?.and_then(|number| usize::try_from(number).ok()))
}

fn isolation_level(
    options: Document<'_>,
    key: &str,
    warnings: &mut Vec<String>,
) -> Result<Option<IsolationLevel>, Problem> {
    let Some(text) = options.text(key)? else { return Ok(None) };
    if text.trim().eq_ignore_ascii_case("autocommit") {
        warnings
            .push(format!("`{}: {text}` has no effect: every operation is a transaction", options.path(key)));
        return Ok(None);
    }
    match IsolationLevel::parse(text) {
        Some(level) => Ok(Some(level)),
        None => {
            let expected = "READ UNCOMMITTED, READ COMMITTED, REPEATABLE READ, SERIALIZABLE or AUTOCOMMIT";
            Err(options.mismatch(key, expected, &Value::String(text.into())))
        }
    }
}

/// Flattens nested maps to dotted names, and lists to commas.
fn connect_args(map: Option<&Mapping>) -> ConnectArguments {
    let mut flat = Vec::new();
    flatten(map, "", &mut flat);
    flat.into_iter().collect()
}

fn flatten(map: Option<&Mapping>, prefix: &str, flat: &mut Vec<(String, String)>) {
    for (name, value) in map.into_iter().flatten() {
        let name = format!("{prefix}{}", scalar(name));
        match value {
            Value::Mapping(inner) => flatten(Some(inner), &format!("{name}."), flat),
            Value::Sequence(items) => {
                flat.push((name, items.iter().map(scalar).collect::<Vec<_>>().join(",")));
            }
            other => flat.push((name, scalar(other))),
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Tagged(tagged) => scalar(&tagged.value),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => String::new(),
    }
}
