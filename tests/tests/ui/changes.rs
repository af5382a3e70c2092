//! What pages are told while others write, and while the database is away.

use std::time::Duration;

use anyhow::{Context, Result};
use feast_registry_core::{kind::Kind, rows::Rows, snapshot};
use feast_registry_tests::{
    feast::Feast,
    servers::{self, Postgres, PostgresOptions},
};

use crate::server::{Server, run};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/driver_ranking.yaml");

fn rows(server: &Server) -> Result<Rows> {
    Ok(snapshot::read(&server.get("/api/viewer/snapshot")?.body, snapshot::ReadOptions::default())?)
}

/// Feast's own UI shows a project that is new in an SQL registry after a restart only (feast-dev/feast#6650).
fn new_projects_of_feast_are_shown(url: &str) -> Result<()> {
    run(url, &["apply", "-f", EXAMPLE])?;
    let server = Server::start(url)?;
    let mut events = server.events()?;
    let mut seen = events.next()?["revision"].clone();
    Feast::installed()?.run(&Feast::script("populate.py"), &[url, "interop"])?;
    let expected = ["driver_ranking", "interop", "interop_other"];
    loop {
        let event = events.until(|event| event["revision"] != seen)?;
        assert_eq!(event["reachable"], true);
        seen = event["revision"].clone();
        let rows = rows(&server)?;
        let projects: Vec<&str> = rows.of_kind(Kind::Project).map(|(key, _)| key.name.as_str()).collect();
        let has_all =
            rows.objects.keys().any(|key| key.project == "interop_other" && key.kind == Kind::Entity);
        if has_all {
            assert_eq!(projects, expected);
            break;
        }
    }
    // Whatever Feast wrote in whichever second: after it has written, all of it is there.
    std::thread::sleep(Duration::from_millis(1_500));
    let file = tempfile::tempdir()?;
    let export = file.path().join("export.pb");
    run(url, &["registry", "export", export.to_str().unwrap()])?;
    assert_eq!(rows(&server)?, snapshot::read(&std::fs::read(&export)?, snapshot::ReadOptions::default())?);
    Ok(())
}

#[test]
fn new_projects_of_feast_are_shown_on_sqlite() -> Result<()> {
    let folder = tempfile::tempdir()?;
    new_projects_of_feast_are_shown(&format!("sqlite:///{}", folder.path().join("registry.db").display()))
}

#[test]
fn new_projects_of_feast_are_shown_on_postgres() -> Result<()> {
    new_projects_of_feast_are_shown(&servers::postgres()?.fresh_database()?.url())
}

#[test]
fn new_projects_of_feast_are_shown_on_mariadb() -> Result<()> {
    new_projects_of_feast_are_shown(&servers::mariadb()?.fresh_database()?.url())
}

#[test]
fn a_database_that_goes_away_and_comes_back_is_told() -> Result<()> {
    let postgres = Postgres::start_with(&PostgresOptions::quick())?;
    let database = postgres.endpoint().fresh_database()?;
    run(&database.url(), &["apply", "-f", EXAMPLE])?;
    let server = Server::start(&database.url())?;
    let mut events = server.events()?;
    let first = events.next()?;
    let before = rows(&server)?;
    postgres.stop()?;
    let gone = events.until(|event| event["reachable"] == false)?;
    assert_eq!((&gone["revision"], &gone["problem"]["code"]), (&first["revision"], &"unreachable".into()));
    assert!(gone["problem"]["message"].as_str().context("no message")?.len() > 10);
    assert_eq!(rows(&server)?, before, "what was read before is still shown");
    postgres.restart()?;
    let back = events.until(|event| event["reachable"] == true)?;
    assert!(back["problem"].is_null() && back["asOf"].as_i64() > gone["asOf"].as_i64());
    run(&database.url(), &["feature-views", "disable", "driver_live"])?;
    events.until(|event| event["revision"] != first["revision"])?;
    Ok(())
}
