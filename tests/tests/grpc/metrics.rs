//! `--metrics-port`: what Prometheus reads there, and the probes beside it.

use std::{collections::BTreeMap, thread, time::Duration};

use anyhow::{Context, Result, ensure};
use feast_registry_tests::{feast::Feast, http, registry_server::RegistryServer};
use serde_json::{Value, json};

use crate::place::{Engine, Place};

const EXAMPLE: &str = include_str!("../../../examples/driver_ranking.yaml");
const DOCUMENTATION: &str = include_str!("../../../docs/server.md");

/// A server of the example with all doors.
fn started() -> Result<(Place, RegistryServer)> {
    let mut place = Place::new(Engine::Sqlite)?;
    // What is locked is tried again soon.
    place.url += "?timeout=0.05";
    let applied = place.cli.clone().input(EXAMPLE).run(&["--registry", &place.url, "apply", "-f", "-"])?;
    ensure!(applied.code == 0, "{applied}");
    let server = place.serve(&["--rest-api", "--rest-port", "0", "--metrics-port", "0"])?;
    Ok((place, server))
}

/// Every line of what Prometheus reads, with its value.
fn metrics(server: &RegistryServer) -> Result<BTreeMap<String, f64>> {
    let page = page(server)?;
    let values = page.lines().filter(|line| !line.starts_with('#'));
    values
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').context("no value")?;
            Ok((name.to_owned(), value.parse()?))
        })
        .collect()
}

fn page(server: &RegistryServer) -> Result<String> {
    let (status, page) = http::get(&server.metrics_address()?, "/metrics")?;
    ensure!(status == 200 && page.ends_with("# EOF\n"), "{page}");
    Ok(page)
}

#[test]
fn requests_are_counted_by_method_and_status() -> Result<()> {
    let (place, server) = started()?;
    let before = metrics(&server)?;
    assert_eq!(before["feast_registry_ready"], 1.0);
    assert!(!before.contains_key("feast_registry_cache_age_seconds"));
    let get = |name: &str, cached: bool| json!(["GetEntity", {"project": "driver_ranking", "name": name, "allowCache": cached}]);
    let nobody = get("nobody", false);
    place.ask(&server, &[get("driver", true), nobody.clone(), nobody, json!(["ListProjects", {}])])?;
    let rest = server.rest_address()?;
    for path in ["/api/v1/entities/driver?project=driver_ranking", "/entities/nobody?project=x", "/driver"] {
        http::get(&rest, path)?;
    }
    // The answer to the first read from the cache did not wait for it.
    let counted = loop {
        let counted = metrics(&server)?;
        if counted.contains_key("feast_registry_cache_age_seconds") {
            break counted;
        }
        thread::sleep(Duration::from_millis(10));
    };
    let requests = "feast_registry_requests_total";
    for (labels, count) in [
        (r#"protocol="grpc",method="GetEntity",code="OK""#, 1.0),
        (r#"protocol="grpc",method="GetEntity",code="NOT_FOUND""#, 2.0),
        (r#"protocol="grpc",method="ListProjects",code="OK""#, 1.0),
        (r#"protocol="rest",method="GET /entities/{name}",code="200""#, 1.0),
        (r#"protocol="rest",method="GET /entities/{name}",code="404""#, 1.0),
        (r#"protocol="rest",method="other",code="404""#, 1.0),
    ] {
        assert_eq!(counted.get(&format!("{requests}{{{labels}}}")), Some(&count), "{labels}: {counted:?}");
    }
    let took = r#"feast_registry_request_duration_seconds_count{protocol="grpc",method="GetEntity"}"#;
    assert_eq!(counted[took], 3.0);
    assert_eq!(counted[r#"feast_registry_requests_in_flight{protocol="grpc"}"#], 0.0);
    assert_eq!(counted["feast_registry_cache_objects"], 17.0);
    assert!(counted["feast_registry_cache_bytes"] > 1000.0);
    assert!(counted[r#"feast_registry_cache_renewals_total{outcome="ok"}"#] >= 1.0);
    assert_eq!(counted["feast_registry_unknown_commits_total"], 0.0);

    // Nothing tells what is in the registry, and everything is documented.
    let page = page(&server)?;
    assert!(!page.contains("driver"), "{page}");
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let undocumented: Vec<&str> =
        types.filter(|name| !DOCUMENTATION.contains(&format!("`{name}`"))).collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
    Ok(())
}

#[test]
fn what_is_under_way_is_seen_and_so_is_the_end() -> Result<()> {
    let (place, server) = started()?;
    let (feast, address, door) = (place.feast, server.address(), server.metrics_address()?);
    let probe = |path| anyhow::Ok(http::get(&door, path)?.0);
    assert_eq!((probe("/readyz")?, probe("/livez")?), (200, 200));
    // Nobody else can write.
    let database = rusqlite::Connection::open(place.folder.path().join("registry.db"))?;
    database.execute_batch("BEGIN IMMEDIATE")?;
    thread::scope(|scope| {
        let entity = json!({"spec": {"name": "courier", "project": "driver_ranking"}});
        let apply = json!(["ApplyEntity", {"entity": entity, "project": "driver_ranking", "commit": true}]);
        let answer = scope.spawn(move || ask(feast, address, &apply));
        let busy = [
            r#"feast_registry_requests_in_flight{protocol="grpc"}"#,
            r#"feast_registry_database_requests{state="running"}"#,
            r#"feast_registry_database_connections{state="in_use"}"#,
        ];
        until(|| {
            let seen = metrics(&server)?;
            Ok(busy.iter().all(|name| seen.get(*name) == Some(&1.0)))
        })?;
        server.terminate()?;
        // Other pods are to be asked now; but what the server is at work on goes on, and can be watched.
        until(|| Ok(probe("/readyz")? == 503))?;
        assert_eq!(probe("/livez")?, 200);
        assert_eq!(metrics(&server)?[busy[0]], 1.0);
        database.execute_batch("COMMIT")?;
        let answer = answer.join().map_err(|_| anyhow::anyhow!("asking panicked"))??;
        ensure!(answer[0].get("answer").is_some(), "{answer:?}");
        anyhow::Ok(())
    })?;
    let (status, log) = server.wait()?;
    ensure!(status.success(), "{log}");
    Ok(())
}

#[test]
fn what_was_done_again_is_counted() -> Result<()> {
    let (place, server) = started()?;
    let (feast, address) = (place.feast, server.address());
    let database = rusqlite::Connection::open(place.folder.path().join("registry.db"))?;
    let conflicts = r#"feast_registry_retries_total{reason="conflict"}"#;
    assert_eq!(metrics(&server)?[conflicts], 0.0);
    database.execute_batch("BEGIN IMMEDIATE")?;
    thread::scope(|scope| {
        let deletion = json!(["DeleteEntity", {"project": "driver_ranking", "name": "nobody"}]);
        let answer = scope.spawn(move || ask(feast, address, &deletion));
        until(|| Ok(metrics(&server)?[conflicts] >= 1.0))?;
        database.execute_batch("ROLLBACK")?;
        answer.join().map_err(|_| anyhow::anyhow!("asking panicked"))?
    })?;
    Ok(())
}

/// What a server answers to a call.
fn ask(feast: &Feast, address: &str, call: &Value) -> Result<Value> {
    feast.json(&Feast::script("ask.py"), &[address, "", &json!([call]).to_string()])
}

fn until(is_so: impl Fn() -> Result<bool>) -> Result<()> {
    for _ in 0..6000 {
        if is_so()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(10));
    }
    anyhow::bail!("it does not come to that")
}
