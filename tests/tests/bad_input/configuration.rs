//! feature_store.yaml with wrong types, and locations that are no registry we know.

use super::place::Place;
use super::report::{ENCODED, PASSWORD, clear_error, sound};

#[test]
fn wrong_types_name_the_key() {
    let place = Place::sqlite();
    let block = |lines: &str| {
        format!("project: shop\nregistry:\n  registry_type: sql\n  path: sqlite:///registry.db\n  {lines}\n")
    };
    for (text, problem) in [
        ("project: shop\nregistry: [a, b]\n".to_owned(), "`registry` must be a path or a map, not a list"),
        ("project: shop\nregistry: 5\n".into(), "`registry` must be a path or a map, not the number 5"),
        (
            "project: shop\nregistry: {registry_type: sql, path: 5}\n".into(),
            "`registry.path` must be a string, not the number 5",
        ),
        (
            "project: shop\nregistry: {registry_type: sql, path: [a]}\n".into(),
            "`registry.path` must be a string, not a list",
        ),
        (
            "project: shop\nregistry: {registry_type: sql}\n".into(),
            "`registry.path`: the registry path is empty",
        ),
        (
            "project: shop\nregistry: {registry_type: etcd, path: x}\n".into(),
            "`registry.registry_type: etcd` is not supported",
        ),
        (
            "project: shop\nregistry: {registry_type: 7, path: x}\n".into(),
            "`registry.registry_type` must be a string",
        ),
        (
            block("cache_ttl_seconds: soon"),
            "`registry.cache_ttl_seconds` must be an integer, not the string \"soon\"",
        ),
        (block("cache_ttl_seconds: 1.5"), "`registry.cache_ttl_seconds` must be an integer"),
        (block("schema_mode: lazy"), "`registry.schema_mode` must be auto, verify or skip"),
        (block("purge_feast_metadata: 1"), "`registry.purge_feast_metadata` must be true or false"),
        (block("read_path: {a: b}"), "`registry.read_path` must be a string, not a map"),
        (
            block("sqlalchemy_config_kwargs: [echo]"),
            "`registry.sqlalchemy_config_kwargs` must be a map, not a list",
        ),
        (
            block("sqlalchemy_config_kwargs: {pool_size: many}"),
            "pool_size` must be an integer, not the string \"many\"",
        ),
        (
            block("sqlalchemy_config_kwargs: {connect_args: {timeout: soon}}"),
            "connection parameter `timeout` must be a number of seconds",
        ),
        ("registry: data/registry.db\n".into(), "`project` is missing"),
        ("project: shop\n".into(), "`registry` is missing"),
        ("project: 5\nregistry: x\n".into(), "`project` must be a string, not the number 5"),
        ("project: a/b\nregistry: x\n".into(), "`project` must be letters, digits"),
        ("- project\n- registry\n".into(), "must be a map of keys, not a list"),
        ("".into(), "must be a map of keys, not null"),
        ("project: shop\nproject: shop\nregistry: x\n".into(), "project"),
        ("project: [\n".into(), "not valid YAML"),
        ("project: shop\nregistry:\n\tpath: x\n".into(), "line 3"),
        ("project: \"shop\nregistry: x\n".into(), "not valid YAML"),
        ("project: shop\nregistry: *nowhere\n".into(), "not valid YAML"),
    ] {
        place.file("feature_store.yaml", &text);
        let output = place.bare(&["entities", "list"]);
        clear_error(&output, 3, &[problem]);
        // "must be" is the remedy.
        let remedied = ["hint: ", "must be", "is missing"].iter().any(|part| output.stderr.contains(part));
        assert!(remedied, "no remedy: {output}");
        assert!(text.contains("connect_args") || output.stderr.contains("feature_store.yaml"), "{output}");
    }
    place.file("feature_store.yaml", [b"project: ", &[0xff, 0xfe][..]].concat());
    clear_error(&place.bare(&["entities", "list"]), 3, &["feature_store.yaml", "UTF-8", "hint: "]);
    std::fs::remove_file(place.path("feature_store.yaml")).unwrap();
    clear_error(
        &place.bare(&["entities", "list"]),
        3,
        &["feature_store.yaml", "cannot be read", "--registry"],
    );
    assert!(!place.path("registry.db").exists());

    // As Feast has it, below zero is for ever.
    place.file("feature_store.yaml", block("cache_ttl_seconds: -5"));
    assert_eq!(place.bare(&["entities", "list"]).code, 0);
}

#[test]
fn deep_and_swelling_yaml_ends() {
    let place = Place::sqlite();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let list = vec![format!("*a{before}"); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{list}]\n");
    }
    for text in ["[".repeat(20_000), bomb.clone() + "project: shop\nregistry: x\n"] {
        place.file("feature_store.yaml", &text);
        clear_error(&place.bare(&["entities", "list"]), 3, &["feature_store.yaml", "not valid YAML"]);
        place.file("deep.yaml", &text);
        let output = place.run(&["apply", "-f", "deep.yaml"]);
        clear_error(&output, 3, &["`deep.yaml`"]);
    }
    place.file("deep.json", "[".repeat(20_000));
    clear_error(&place.run(&["apply", "-f", "deep.json"]), 3, &["`deep.json`", "recursion limit"]);
}

#[test]
fn locations_that_are_not_supported() {
    let place = Place::sqlite();
    for (location, problem) in [
        (format!("s3://key:{ENCODED}@bucket/registry.db"), "`s3` locations are not supported"),
        (format!("gs://key:{ENCODED}@bucket/registry.db"), "`gs` locations are not supported"),
        (format!("az://key:{ENCODED}@bucket/registry.db"), "`az` locations are not supported"),
        (format!("snowflake://user:{ENCODED}@account/db"), "`snowflake` locations are not supported"),
        (format!("oracle+cx://user:{ENCODED}@host/db"), "`oracle+cx` locations are not supported"),
        (format!("mssql+pyodbc://user:{ENCODED}@host/db"), "`mssql+pyodbc` locations are not supported"),
        (format!("http://user:{ENCODED}@host/registry"), "`http` locations are not supported"),
        // Not quite a URL, so that it might pass for the path of a file and be shown.
        (format!("postgresql:/user:{ENCODED}@host/db"), "not a database URL"),
        (format!("postgresql:user:{ENCODED}@host/db"), "not a database URL"),
        (format!("postgresql//user:{ENCODED}@host/db"), "not a database URL"),
        (format!("user:{ENCODED}@host/db"), "not a database URL"),
        (format!("://user:{ENCODED}@host/db"), "not a database URL"),
        (format!("post gres://user:{ENCODED}@host/db"), "not a database URL"),
        (String::new(), "the registry path is empty"),
    ] {
        for command in [&["entities", "list"][..], &["teardown", "--yes"]] {
            let output = place.bare(&[&["--log-level", "trace", "--registry", &location], command].concat());
            clear_error(&output, 3, &[problem, "supported are `sqlite:///path`"]);
        }
        for registry_type in ["sql", "file"] {
            let text =
                format!("project: shop\nregistry: {{registry_type: {registry_type}, path: '{location}'}}\n");
            place.file("feature_store.yaml", text);
            clear_error(
                &place.bare(&["entities", "list"]),
                3,
                &["feature_store.yaml: `registry.path`", problem],
            );
        }
    }
    for (location, problem) in [
        (format!("postgresql://user:{PASSWORD}@host/db"), "bare `@`"),
        (format!("postgresql://user:{ENCODED}@host:port/db"), "the port is not a number"),
        (format!("mysql://user:{ENCODED}@host:99999/db"), "the port is not a number"),
        (format!("postgresql://user:{ENCODED}@[::1/db"), "has no `]`"),
        ("sqlite://relative.db".into(), "three slashes"),
    ] {
        let output = place.bare(&["--registry", &location, "entities", "list"]);
        clear_error(&output, 3, &["malformed", problem, "write `"]);
    }
}

/// A URL that landed in the wrong key is not repeated.
#[test]
fn a_password_in_the_wrong_place() {
    let place = Place::sqlite();
    let url = format!("postgresql://user:{ENCODED}@host/db");
    for text in [
        format!("project: shop\nregistry: {url}\n"),
        format!("project: shop\nregistry: {{registry_type: '{url}', path: x}}\n"),
        format!("project: shop\nregistry: {{registry_type: sql, path: ['{url}']}}\n"),
        format!("project: shop\nregistry: {{registry_type: sql, path: {{url: '{url}'}}}}\n"),
        format!(
            "project: shop\nregistry: {{registry_type: sql, path: 'sqlite:///x', schema_mode: '{url}'}}\n"
        ),
        format!(
            "project: shop\nregistry: {{registry_type: sql, path: 'sqlite:///x', cache_ttl_seconds: '{url}'}}\n"
        ),
        format!("project: '{url}'\nregistry: x\n"),
        format!("{url}\n"),
        format!("project: shop\nregistry:\n  path: {url}\n bad indent: x\n"),
        format!(
            "project: shop\nregistry: {{registry_type: sql, path: 'postgresql://user@host/db?connect_timeout={ENCODED}'}}\n"
        ),
        format!(
            "project: shop\nregistry: {{registry_type: sql, path: 'sqlite:///x', sqlalchemy_config_kwargs: '{url}'}}\n"
        ),
    ] {
        place.file("feature_store.yaml", &text);
        let output = place.bare(&["--log-level", "trace", "entities", "list"]);
        clear_error(&output, 3, &[]);
    }
    place.file("feature_store.yaml", format!("project: shop\nregistry: {{registry_type: sql, path: 'sqlite:///registry.db', cache_mode: '{url}'}}\n"));
    sound(&place.bare(&["--log-level", "trace", "entities", "list"]));
}
