//! Configurations as Feast 0.67 was seen to accept or refuse them.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::url::{DatabaseUrl, RegistryUrl, UrlError};

fn parsed(text: &str) -> Result<Config, ConfigError> {
    let path = ConfigPath { file: "feature_store.yaml".into(), folder: "/repo".into() };
    let variable = |name: &str| match name {
        "PASSWORD" => Some("hunter2".to_owned()),
        "STRUCTURE" => Some("registry: {registry_type: sql, path: 'sqlite:///x'}".to_owned()),
        _ => None,
    };
    Config::parse(text, &path, &variable)
}

fn with_registry(block: &str) -> Result<Config, ConfigError> {
    let indented: String = block.lines().map(|line| format!("  {line}\n")).collect();
    parsed(&format!("project: p\nprovider: local\nregistry:\n{indented}"))
}

fn sql(lines: &str) -> Result<Config, ConfigError> {
    with_registry(&format!("registry_type: sql\npath: sqlite:///x\n{lines}"))
}

fn kwargs(lines: &str) -> Result<Config, ConfigError> {
    let indented: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    sql(&format!("sqlalchemy_config_kwargs:\n{indented}"))
}

#[track_caller]
fn refusal(outcome: Result<Config, ConfigError>) -> String {
    outcome.expect_err("a refusal").to_string()
}

#[test]
fn everything_at_once() {
    let config = parsed(
        r#"
        project: größe_日本-1
        provider: local
        registry:
          registry_type: sql
          path: postgresql+psycopg://feast:$PASSWORD@db/registry?sslmode=require
          read_path: postgresql://feast:${PASSWORD}@replica/registry
          cache_ttl_seconds: 60
          cache_mode: thread
          purge_feast_metadata: true
          schema_mode: verify
          thread_pool_executor_worker_count: 4
          sqlalchemy_config_kwargs:
            echo: true
            pool_pre_ping: true
            pool_size: 20
            max_overflow: -1
            pool_timeout: 2.5
            pool_recycle: 3600
            isolation_level: repeatable_read
            connect_args:
              options: -c search_path=feast
              keepalives: 1
              prepare_threshold: null
        online_store:
          type: redis
        auth:
          type: no_auth
        entity_key_serialization_version: 3
        "#,
    )
    .unwrap();
    assert_eq!(config.project, "größe_日本-1");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    let RegistryUrl::Database(DatabaseUrl::Postgres(url)) = &config.registry.path else {
        panic!("{config:?}")
    };
    assert_eq!(url.password.as_ref().unwrap().reveal(), "hunter2");
    assert_eq!(
        config.registry.read_path.as_ref().unwrap().to_string(),
        "postgresql://feast:***@replica/registry"
    );
    assert_eq!(config.registry.cache_ttl(), Some(Duration::from_secs(60)));
    assert_eq!(config.registry.cache_mode, CacheMode::Thread);
    assert!(config.registry.purge_feast_metadata);
    assert_eq!(config.registry.schema_mode, SchemaMode::Verify);
    let engine = &config.registry.engine;
    assert!(engine.echo && engine.pool.pre_ping);
    assert_eq!((engine.pool.size, engine.pool.max_overflow), (20, None));
    assert_eq!(engine.pool.timeout, Duration::from_millis(2_500));
    assert_eq!(engine.pool.recycle, Some(Duration::from_secs(3_600)));
    assert_eq!(engine.isolation_level, Some(IsolationLevel::RepeatableRead));
    let arguments: Vec<_> = engine.connect_args.iter().collect();
    assert_eq!(
        arguments,
        [("keepalives", "1"), ("options", "-c search_path=feast"), ("prepare_threshold", "")]
    );
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn defaults_are_feasts() {
    let config = sql("").unwrap();
    let defaults = RegistryConfig::new("sqlite:///x".parse().unwrap());
    assert_eq!(config.registry, defaults);
    assert_eq!(defaults.cache_ttl(), Some(Duration::from_secs(600)));
    assert_eq!(sql("cache_ttl_seconds: 0").unwrap().registry.cache_ttl(), None);
    assert_eq!(sql("cache_ttl_seconds: -5").unwrap().registry.cache_ttl(), None);
    assert_eq!(sql("read_path: null").unwrap().registry.read_path, None);
    assert_eq!(sql("read_path: ''").unwrap().registry.read_path, None);
    assert_eq!(sql("sqlalchemy_config_kwargs: {}").unwrap().registry.engine, EngineOptions::default());
}

#[test]
fn file_registries_are_relative_to_the_repository() {
    let path = |outcome: Result<Config, ConfigError>| match outcome.unwrap().registry.path {
        RegistryUrl::File(path) => path.display().to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(path(parsed("project: p\nregistry: data/registry.db")), "/repo/data/registry.db");
    assert_eq!(path(with_registry("path: data/registry.db")), "/repo/data/registry.db");
    assert_eq!(path(with_registry("registry_type: file\npath: /abs/r.pb")), "/abs/r.pb");
}

#[test]
fn wrong_types_name_file_key_value_and_what_is_expected() {
    for (lines, message) in [
        (
            "cache_ttl_seconds: \"10\"",
            "`registry.cache_ttl_seconds` must be an integer, not the string \"10\"",
        ),
        ("cache_ttl_seconds: 10.0", "`registry.cache_ttl_seconds` must be an integer, not the number 10.0"),
        ("cache_ttl_seconds: true", "`registry.cache_ttl_seconds` must be an integer, not true"),
        ("cache_ttl_seconds: null", "`registry.cache_ttl_seconds` must be an integer, not null"),
        (
            "purge_feast_metadata: \"true\"",
            "`registry.purge_feast_metadata` must be true or false, not the string \"true\"",
        ),
        ("schema_mode: Auto", "`registry.schema_mode` must be auto, verify or skip, not the string \"Auto\""),
        ("cache_mode: 1", "`registry.cache_mode` must be a string, not the number 1"),
        ("read_path: [a]", "`registry.read_path` must be a string, not a list"),
        ("sqlalchemy_config_kwargs: null", "`registry.sqlalchemy_config_kwargs` must be a map, not null"),
        (
            "sqlalchemy_config_kwargs: hunter2",
            "`registry.sqlalchemy_config_kwargs` must be a map, not a string",
        ),
        (
            "thread_pool_executor_worker_count: many",
            "`registry.thread_pool_executor_worker_count` must be an integer, not the string \"many\"",
        ),
        ("mcp: yes", "`registry.mcp` must be a map, not a string"),
    ] {
        assert_eq!(refusal(sql(lines)), format!("feature_store.yaml: {message}"));
    }
    for (lines, message) in [
        ("pool_size: five", "pool_size` must be an integer, not the string \"five\""),
        ("pool_timeout: soon", "pool_timeout` must be a number of seconds, not the string \"soon\""),
        (
            "isolation_level: SOME",
            "isolation_level` must be READ UNCOMMITTED, READ COMMITTED, REPEATABLE READ, SERIALIZABLE or AUTOCOMMIT, not the string \"SOME\"",
        ),
        ("connect_args: password=hunter2", "connect_args` must be a map, not a string"),
    ] {
        assert_eq!(
            refusal(kwargs(lines)),
            format!("feature_store.yaml: `registry.sqlalchemy_config_kwargs.{message}")
        );
    }
    assert_eq!(
        refusal(with_registry("registry_type: sql\npath: 5")),
        "feature_store.yaml: `registry.path` must be a string, not the number 5"
    );
}

#[test]
fn what_is_missing_or_misplaced() {
    for (text, message) in [
        ("", "must be a map of keys, not null"),
        ("- a", "must be a map of keys, not a list"),
        ("abc", "must be a map of keys, not the string \"abc\""),
        ("provider: local\nregistry: x", "`project` is missing"),
        ("project: p", "`registry` is missing"),
        ("project: p\nregistry: null", "`registry` must be a path or a map, not null"),
        ("project: p\nregistry: [x]", "`registry` must be a path or a map, not a list"),
        ("project: p\nregistry: {}", "`registry.path`: the registry path is empty"),
        ("project: p\nregistry: {registry_type: sql}", "`registry.path`: the registry path is empty"),
        ("project: 5\nregistry: x", "`project` must be a string, not the number 5"),
        (
            "project: p\nregistry: sqlite:///x",
            "`registry` is a database URL, but the registry is of type `file`",
        ),
    ] {
        assert_eq!(refusal(parsed(text)), format!("feature_store.yaml: {message}"), "{text}");
    }
    for text in ["project: [", "project: p\n\tx: 1", "project: p\nregistry: x\n---\nproject: q"] {
        let message = refusal(parsed(text));
        assert!(message.starts_with("feature_store.yaml: not valid YAML: "), "{message}");
    }
    for name in ["_a", "-a", "a b", "a\\n", "a/b", ""] {
        let message = refusal(parsed(&format!("project: \"{name}\"\nregistry: x")));
        assert!(message.contains("`project` must be letters"), "{message}");
    }
}

#[test]
fn what_is_not_supported_says_so() {
    for block in [
        "registry_type: remote\npath: localhost:6570",
        "registry_type: snowflake.registry",
        "registry_type: SQL\npath: sqlite:///x",
        "registry_store_type: S3RegistryStore\npath: x",
        "path: s3://bucket/registry.pb",
        "path: gs://bucket/registry.pb",
        "registry_type: sql\npath: snowflake://a/b",
    ] {
        let error = with_registry(block).err().unwrap();
        assert!(error.to_string().contains("not supported"), "{error}");
        assert!(error.hint().unwrap().contains("supported are"), "{:?}", error.hint());
    }
    let error = with_registry("registry_type: sql\npath: data/registry.db").err().unwrap();
    assert!(matches!(error.problem, Problem::Url { source: UrlError::NotAUrl, .. }), "{error}");
}

#[test]
fn what_has_no_effect_is_named() {
    let warnings = |outcome: Result<Config, ConfigError>| outcome.unwrap().warnings;
    assert_eq!(
        warnings(kwargs(
            "poolclass: X\necho: debug\nisolation_level: AUTOCOMMIT\nconnect_args: {factory: f}"
        )),
        [
            "`registry.sqlalchemy_config_kwargs.poolclass` is not known here and has no effect",
            "`registry.sqlalchemy_config_kwargs.isolation_level: AUTOCOMMIT` has no effect: every operation is a transaction",
            "`registry.sqlalchemy_config_kwargs.connect_args.factory` is not known here and has no effect",
        ]
    );
    assert_eq!(
        warnings(with_registry("registry_type: sql\npath: postgresql://h/d?krbsrvname=x&sslmode=prefer")),
        ["parameter `krbsrvname` of `registry.path` is not known here and has no effect"]
    );
    assert_eq!(warnings(sql("cache_mode: lazy")), ["`registry.cache_mode: lazy` is unknown; `sync` is used"]);
    assert!(warnings(sql("unknown_key: 1")).is_empty());
}

#[test]
fn yaml_as_python_writes_it() {
    assert!(sql("purge_feast_metadata: yes").unwrap().registry.purge_feast_metadata);
    assert_eq!(sql("cache_ttl_seconds: 1_000").unwrap().registry.cache_ttl_seconds, 1_000);
    let merged = "x: &a {registry_type: sql, path: 'sqlite:///x'}\nproject: p\nregistry:\n  <<: *a\n  cache_ttl_seconds: 5";
    assert_eq!(parsed(merged).unwrap().registry.cache_ttl_seconds, 5);
    let nested = "connect_args:\n  ssl: {ca: /ca.pem, check_hostname: false}";
    let config = kwargs(nested).unwrap();
    let arguments: Vec<_> = config.registry.engine.connect_args.iter().collect();
    assert_eq!(arguments, [("ssl.ca", "/ca.pem"), ("ssl.check_hostname", "false")]);
}

#[test]
fn variables_are_replaced_before_parsing() {
    let config = parsed("project: p\n$STRUCTURE\n").unwrap();
    assert_eq!(config.registry.path, "sqlite:///x".parse().unwrap());
    let unset = parsed("project: p\nregistry: $UNSET/r.db").unwrap();
    assert_eq!(unset.registry.path, RegistryUrl::File("/repo/$UNSET/r.db".into()));
}

#[test]
fn a_missing_file_is_named() {
    let path = ConfigPath { file: "/no/such/feature_store.yaml".into(), folder: "/no/such".into() };
    let error = Config::read(&path, &|_| None).unwrap_err();
    assert!(error.to_string().starts_with("/no/such/feature_store.yaml: cannot be read: "), "{error}");
    assert!(error.hint().unwrap().contains("`-c`"));
    assert_eq!(error.file, Path::new("/no/such/feature_store.yaml"));
}
