//! Reads that allow the cache: they are answered without the database, have every change made through the
//! server, and those of others soon. And what a server says of itself while its database is away.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use feast_registry_tests::{
    registry_server::RegistryServer,
    servers::{MariaDb, Postgres},
};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    place::{Engine, Place, on_every_database},
};

on_every_database! {
    a_client_sees_its_own_changes_at_once_and_those_of_other_servers_soon,
    what_others_wrote_shows_after_the_time_to_live,
}

const PATIENCE: Duration = Duration::from_secs(60);

fn a_client_sees_its_own_changes_at_once_and_those_of_other_servers_soon(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    let (server, other) = (place.serve(&[])?, place.serve(&[])?);
    let calls = (0..30).flat_map(|index| [apply("driver", &index.to_string()), get("driver"), list()]);
    let said = place.ask(&server, &calls.collect::<Vec<_>>())?;
    for (index, said) in said.chunks(3).enumerate() {
        let description = json!(index.to_string());
        assert_eq!(said[0]["answer"], json!({}), "{said:?}");
        assert_eq!(said[1]["answer"]["spec"]["description"], description, "{said:?}");
        assert_eq!(said[2]["answer"]["entities"][0]["spec"]["description"], description, "{said:?}");
    }
    // One after the other, and again: the second answer is the first one's bytes.
    let said = place.ask(&server, &[delete("driver"), get("driver"), get("driver"), list(), list()])?;
    assert_eq!(said[1]["error"][1], "EntityNotFoundException", "{said:?}");
    assert_eq!(said[1], said[2]);
    assert_eq!((&said[3]["answer"]["entities"], &said[3]), (&Value::Null, &said[4]));

    // Others': as soon as the server is told to look, and by itself.
    place.ask(&other, &[apply("driver", "other's")])?;
    let said = place.ask(&server, &[refresh(), get("driver")])?;
    assert_eq!(said[1]["answer"]["spec"]["description"], "other's", "{said:?}");
    place.ask(&other, &[apply("driver", "other's second")])?;
    let begun = Instant::now();
    while place.ask(&server, &[get("driver")])?[0]["answer"]["spec"]["description"] != "other's second" {
        ensure!(begun.elapsed() < PATIENCE, "a change by another server does not show");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn what_others_wrote_shows_after_the_time_to_live(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    let document = format!(
        "project: {PROJECT}\nprovider: local\n\
         registry: {{registry_type: sql, path: '{}', cache_ttl_seconds: 1}}\n",
        place.url
    );
    std::fs::write(place.folder.path().join("feature_store.yaml"), document)?;
    let (server, other) = (RegistryServer::start(&place.cli, &[], &[])?, place.serve(&[])?);
    place.ask(&server, &[apply("driver", "first"), refresh(), get("driver")])?;
    place.ask(&other, &[apply("driver", "second")])?;
    // Nobody asks meanwhile: what is in the cache is from before.
    thread::sleep(Duration::from_millis(1_100));
    let said = place.ask(&server, &[get("driver")])?;
    assert_eq!(said[0]["answer"]["spec"]["description"], "second", "{said:?}");
    Ok(())
}

/// An exclusive lock keeps readers from an SQLite database.
#[test]
fn the_database_is_not_asked_for_what_is_cached() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&["--request-timeout", "2"])?;
    let said = place.ask(&server, &[apply("driver", "cached"), refresh(), get("driver"), list()])?;
    let connection = rusqlite::Connection::open(place.folder.path().join("registry.db"))?;
    connection.execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")?;
    let mut direct = get("driver");
    direct[1]["allowCache"] = json!(false);
    let locked = place.ask(&server, &[get("driver"), list(), direct])?;
    assert_eq!(locked[..2], said[2..]);
    assert_eq!(locked[2]["error"][0], "DEADLINE_EXCEEDED", "{locked:?}");
    Ok(())
}

#[test]
fn health_follows_postgres_and_cached_reads_outlast_an_outage() -> Result<()> {
    let server = Postgres::start()?;
    let database = server.fresh_database()?;
    outage(&database.url(), &|| server.kill(), &|| server.restart())
}

#[test]
fn health_follows_mariadb_and_cached_reads_outlast_an_outage() -> Result<()> {
    let server = MariaDb::start()?;
    let database = server.endpoint().fresh_database_in("utf8mb4")?;
    outage(&database.url(), &|| server.kill(), &|| server.restart())
}

fn outage(url: &str, end: &dyn Fn() -> Result<()>, restart: &dyn Fn() -> Result<()>) -> Result<()> {
    let place = Place::at(url)?;
    // Even what is too old is better than nothing while there is no database.
    let document = format!(
        "project: {PROJECT}\nprovider: local\nregistry: {{registry_type: sql, path: '{url}', cache_ttl_seconds: 1}}\n"
    );
    std::fs::write(place.folder.path().join("feature_store.yaml"), document)?;
    let server = RegistryServer::start(&place.cli, &[], &["--request-timeout", "3"])?;
    let health = || -> Result<Vec<Value>> {
        let said =
            place.ask(&server, &["", "feast.registry.RegistryServer"].map(|name| json!(["health", name])))?;
        Ok(said.iter().map(|said| said["answer"]["status"].clone()).collect())
    };
    let becomes = |status: &str| -> Result<()> {
        let begun = Instant::now();
        while health()? != [status, status] {
            ensure!(begun.elapsed() < PATIENCE, "health does not become {status}:\n{}", server.log());
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    };
    let said = place.ask(&server, &[apply("driver", "kept"), refresh(), get("driver")])?;
    becomes("SERVING")?;
    for _ in 0..2 {
        end()?;
        becomes("NOT_SERVING")?;
        thread::sleep(Duration::from_secs(1));
        let mut direct = get("driver");
        direct[1]["allowCache"] = json!(false);
        let away = place.ask(&server, &[get("driver"), list(), direct])?;
        assert_eq!(away[0], said[2]);
        assert_eq!(away[1]["answer"]["entities"][0], said[2]["answer"]);
        assert_eq!(away[2]["error"][0], "DEADLINE_EXCEEDED", "{away:?}");
        restart()?;
        becomes("SERVING")?;
    }
    let again = place.ask(&server, &[apply("driver", "again"), get("driver")])?;
    assert_eq!(again[1]["answer"]["spec"]["description"], "again", "{again:?}");
    let log = server.log();
    let told = log.lines().filter(|line| line.contains("not ready")).count();
    ensure!((2..=8).contains(&told), "{told} lines tell of two outages:\n{log}");
    Ok(())
}

fn apply(name: &str, description: &str) -> Value {
    json!(["ApplyEntity", {"project": PROJECT, "entity": {"spec": {"name": name, "description": description}}}])
}

fn get(name: &str) -> Value {
    json!(["GetEntity", {"project": PROJECT, "name": name, "allowCache": true}])
}

fn delete(name: &str) -> Value {
    json!(["DeleteEntity", {"project": PROJECT, "name": name}])
}

fn list() -> Value {
    json!(["ListEntities", {"project": PROJECT, "allowCache": true}])
}

fn refresh() -> Value {
    json!(["Refresh", {"project": PROJECT}])
}
