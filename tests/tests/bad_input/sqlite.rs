//! SQLite's own ways to fail: paths, files that are something else, files that may not be written.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use feast_registry_tests::cli::CliOutput;

use super::place::Place;
use super::report::clear_error;

const ENTITY: &str = "kind: Entity\nspec: {name: driver}\n";

#[test]
fn a_folder_that_does_not_exist() {
    let place = Place::sqlite();
    place.file("entity.yaml", ENTITY);
    let url = format!("sqlite:///{}", place.path("absent/registry.db").display());
    let folder = place.path("absent").display().to_string();
    for command in [&["entities", "list"][..], &["apply", "-f", "entity.yaml"], &["teardown", "--yes"]] {
        let output = place.bare(&[&["--registry", &url, "--project", "shop"], command].concat());
        clear_error(&output, 4, &[&format!("folder `{folder}` does not exist"), "path in the registry URL"]);
    }
    assert!(!place.path("absent").exists());
    let url = format!("sqlite:///{}", place.path("").display());
    let output = place.bare(&["--registry", &url, "entities", "list"]);
    clear_error(&output, 4, &["is a folder, not a database file"]);
}

#[test]
fn a_file_that_is_no_database() {
    let place = Place::sqlite();
    place.file("entity.yaml", ENTITY);
    let cut = [b"SQLite format 3\0", &[0xff; 80][..]].concat();
    for content in [b"project: shop\n".repeat(100), vec![0xff; 5_000], cut] {
        place.file("registry.db", &content);
        for command in
            [&["entities", "list"][..], &["apply", "-f", "entity.yaml"], &["registry", "verify-schema"]]
        {
            let output = place.run(command);
            clear_error(&output, 4, &[&place.url, "give the path of an SQLite registry"]);
        }
        assert_eq!(std::fs::read(place.path("registry.db")).unwrap(), content);
    }
}

/// A page in the middle is overwritten, as a bad disk or a careless copy does.
#[test]
fn a_damaged_database() {
    let place = Place::sqlite();
    let documents: Vec<_> = (0..2_000)
        .map(|n| serde_json::json!({"kind": "Entity", "spec": {"name": format!("e{n:04}"), "description": "x".repeat(200)}}))
        .collect();
    place.file("many.json", serde_json::Value::from(documents).to_string());
    place.succeed(&["apply", "-f", "many.json"]);
    let mut bytes = std::fs::read(place.path("registry.db")).unwrap();
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4096 * 20].fill(0xee);
    place.file("registry.db", bytes);
    let output = place.run(&["entities", "list"]);
    clear_error(&output, 4, &["malformed", &place.url]);
}

/// SQLite's own way of opening read-only binds the administrator too.
#[test]
fn a_database_opened_read_only() {
    let place = Place::sqlite();
    place.file("entity.yaml", ENTITY);
    place.succeed(&["apply", "-f", "entity.yaml"]);
    let before = place.contents();
    place.file("entity.yaml", "kind: Entity\nspec: {name: other}\n");
    let url = format!("sqlite:///file:{}?mode=ro&uri=true", place.path("registry.db").display());
    let run = |command: &[&str]| place.bare(&[&["--registry", &url, "--project", "shop"], command].concat());
    assert_eq!(run(&["-o", "name", "entities", "list"]).stdout, "driver\n");
    assert_eq!(run(&["plan", "-f", "entity.yaml"]).code, 0);
    for command in
        [&["apply", "-f", "entity.yaml"][..], &["entities", "delete", "driver"], &["teardown", "--yes"]]
    {
        clear_error(&run(command), 4, &["readonly", "registry.db", "make the file and its folder writable"]);
    }
    assert_eq!(place.contents(), before);
}

/// By somebody who may not, whoever runs the tests.
#[test]
fn a_file_without_the_permission_to_write() {
    let place = Place::sqlite();
    place.file("entity.yaml", ENTITY);
    place.succeed(&["apply", "-f", "entity.yaml"]);
    place.file("entity.yaml", "kind: Entity\nspec: {name: other}\n");
    let before = place.contents();
    let program = place.path("program");
    std::fs::copy(place.cli().command().get_program(), &program).unwrap();
    let permit =
        |name: &str, mode| std::fs::set_permissions(place.path(name), Permissions::from_mode(mode)).unwrap();
    permit("program", 0o755);
    permit("registry.db", 0o444);
    permit("", 0o555);
    let run = |command: &[&str]| {
        let mut process = Command::new(&program);
        process.current_dir(place.path("")).env_clear();
        if !command.contains(&"--registry") {
            process.args(["--registry", &place.url]);
        }
        process.args(["--project", "shop"]).args(command);
        if nix::unistd::geteuid().is_root() {
            process.uid(65_534).gid(65_534);
        }
        let output = process.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        CliOutput {
            code: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    };
    assert_eq!(run(&["-o", "name", "entities", "list"]).stdout, "driver\n");
    clear_error(
        &run(&["apply", "-f", "entity.yaml"]),
        4,
        &["readonly", &place.url, "make the file and its folder writable"],
    );
    permit("registry.db", 0o000);
    clear_error(&run(&["entities", "list"]), 4, &["registry.db", "hint: "]);
    permit("", 0o755);
    permit("registry.db", 0o644);
    assert_eq!(place.contents(), before);

    // Nor is a new file made where that is not allowed.
    permit("", 0o555);
    let url = format!("sqlite:///{}", place.path("new.db").display());
    clear_error(&run(&["--registry", &url, "entities", "list"]), 4, &["new.db", "hint: "]);
    permit("", 0o755);
}

/// Another process that holds the lock is waited for, and named after that.
#[test]
fn a_database_that_is_locked_for_too_long() {
    let place = Place::sqlite();
    place.file("entity.yaml", ENTITY);
    place.succeed(&["registry", "create-schema"]);
    let holder = rusqlite::Connection::open(place.path("registry.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    place.configure("sqlalchemy_config_kwargs: {connect_args: {timeout: 0.2}}");
    let output = place.bare(&["entities", "list"]);
    clear_error(&output, 6, &["database is locked", &place.url, "another process"]);
    holder.execute_batch("ROLLBACK").unwrap();
    assert_eq!(place.bare(&["apply", "-f", "entity.yaml"]).code, 0);
}
