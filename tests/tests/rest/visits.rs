//! Who looked at what last: kept where Feast keeps it, and by nobody who waits for it.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry_tests::{documents::differences, feast::FeastServer, registry_server::RegistryServer};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    differential::serve,
    place::{Engine, Place, on_every_database},
};

on_every_database! {
    visits_are_kept_as_feast_keeps_them,
}

/// What a server answers to GETs, one after the other.
fn get(place: &Place, address: &str, paths: &[&str]) -> Result<Vec<Value>> {
    let requests: Value = paths.iter().map(|path| json!({"path": format!("/api/v1{path}")})).collect();
    let said = place.feast_says("ask_rest.py", &[&format!("http://{address}"), &requests.to_string()])?;
    Ok(said.as_array().cloned().unwrap_or_default())
}

/// The visits that a server tells of, when there are so many.
fn visits(place: &Place, address: &str, query: &str, count: usize) -> Result<Value> {
    let begun = Instant::now();
    loop {
        let told = get(place, address, &[&format!("/metrics/recently_visited{query}")])?.remove(0);
        let found = told["body"]["visits"].as_array().context("visits")?.len();
        if found >= count {
            return Ok(told["body"].clone());
        }
        ensure!(begun.elapsed() < Duration::from_secs(30), "{count} visits are not there: {told}");
        thread::sleep(Duration::from_millis(200));
    }
}

fn visited(told: &Value) -> Vec<&str> {
    let visits = told["visits"].as_array().into_iter().flatten();
    visits.filter_map(|visit| visit["path"].as_str()).collect()
}

fn visits_are_kept_as_feast_keeps_them(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    place.populate()?;
    let feasts = FeastServer::start_rest(place.feast, &place.url, PROJECT)?;
    let server = serve(&place)?;
    let ours = server.rest_address()?;
    let of = |path: &str| format!("{path}?project={PROJECT}");
    let things = [
        "/entities/driver",
        "/data_sources/driver_file",
        "/feature_views/driver_stats",
        "/feature_services/ranking",
        "/saved_datasets/training",
    ];
    let others = [
        "/entities",
        "/entities/none",
        "/entities/all",
        "/label_views/driver_labels",
        "/features/driver_stats/trips",
        "/permissions/admins",
    ];
    let asked: Vec<String> = things.iter().chain(&others).map(|path| of(path)).collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    get(&place, &ours, &asked)?;
    let first = visits(&place, &ours, &of(""), things.len())?;
    let paths = things.map(|path| format!("/api/v1{path}"));
    assert_eq!(visited(&first), paths);
    // What either has kept the other adds to.
    get(&place, feasts.address(), &[&of("/entities/customer")])?;
    get(&place, &ours, &["/entities/customer?project=shop_other"])?;
    let second = visits(&place, &ours, &of(""), things.len() + 1)?;
    assert_eq!(visited(&second).last(), Some(&"/api/v1/entities/customer"));
    let names = |visit: &Value| visit.as_object().map(|visit| visit.keys().cloned().collect::<Vec<_>>());
    assert_eq!(names(&second["visits"][0]), names(&second["visits"][things.len()]));
    visits(&place, &ours, "?project=shop_other", 1)?;
    for query in [
        of(""),
        String::new(),
        of("") + "&object=entities",
        of("") + "&page=2&limit=2",
        of("") + "&limit=3&sort_by=object_name&sort_order=desc",
        of("") + "&sort_by=object",
        "?object=none".into(),
        "?project=none".into(),
    ] {
        let path = format!("/metrics/recently_visited{query}");
        let (expected, found) = (get(&place, feasts.address(), &[&path])?, get(&place, &ours, &[&path])?);
        let differences = differences(&expected[0]["body"], &found[0]["body"]);
        assert!(differences.is_empty(), "{query}: {}", differences.join("\n"));
    }
    Ok(())
}

#[test]
fn visits_are_noted_while_the_database_is_held_and_when_the_server_ends() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let server = serve(&place)?;
    let (address, driver) = (server.rest_address()?, format!("/entities/driver?project={PROJECT}"));
    get(&place, &address, &[&driver])?;
    let before = visits(&place, &address, &format!("?project={PROJECT}"), 1)?;
    assert_eq!(before["visits"][0]["user"], "anonymous");
    let holder = rusqlite::Connection::open(place.folder.path().join("registry.db"))?;
    holder.execute_batch("BEGIN IMMEDIATE")?;
    let begun = Instant::now();
    let answers = get(&place, &address, &vec![driver.as_str(); 150])?;
    assert!(answers.iter().all(|answer| answer["status"] == 200));
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    holder.execute_batch("ROLLBACK")?;
    // The last hundred of them.
    visits(&place, &address, &format!("?project={PROJECT}"), 100)?;
    let last = format!("/feature_services/ranking?project={PROJECT}");
    get(&place, &address, &[&last])?;
    server.terminate()?;
    server.wait()?;
    let again = serve(&place)?;
    let kept = visits(&place, &again.rest_address()?, &format!("?project={PROJECT}"), 100)?;
    assert_eq!(visited(&kept).len(), 100);
    assert_eq!(visited(&kept).last(), Some(&"/api/v1/feature_services/ranking"));
    Ok(())
}

#[test]
fn a_server_that_only_reads_keeps_no_visits() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let server: RegistryServer = place.serve(&["--rest-api", "--rest-port", "0", "--read-only"])?;
    let address = server.rest_address()?;
    get(&place, &address, &[&format!("/entities/driver?project={PROJECT}")])?;
    server.terminate()?;
    server.wait()?;
    let stored = rusqlite::Connection::open(place.folder.path().join("registry.db"))?.query_row(
        "SELECT count(*) FROM feast_metadata WHERE metadata_key LIKE 'recently%'",
        [],
        |row| row.get::<_, i64>(0),
    )?;
    assert_eq!(stored, 0);
    Ok(())
}
