//! What the routes answer.

use anyhow::Result;
use feast_registry_core::{
    kind::Kind,
    rows::Key,
    snapshot::{self, ReadOptions},
};
use tempfile::TempDir;

use crate::server::{Server, run};

/// An SQLite registry of the example project.
pub(crate) fn example() -> Result<(TempDir, String)> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:///{}", folder.path().join("registry.db").display());
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/driver_ranking.yaml");
    run(&url, &["apply", "-f", example])?;
    Ok((folder, url))
}

fn rows(server: &Server) -> Result<feast_registry_core::rows::Rows> {
    let answer = server.get("/api/viewer/snapshot")?;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"));
    assert_eq!(answer.header("content-length"), answer.header("feast-registry-size"));
    let options = ReadOptions { keep_damaged: true, ..ReadOptions::default() };
    Ok(snapshot::read(&answer.body, options)?)
}

#[test]
fn the_source_says_what_is_shown_and_no_secret() -> Result<()> {
    let (_folder, url) = example()?;
    let server =
        Server::start_with(&["--project", "driver_ranking", "--registry", &url, "ui", "--port", "0"])?;
    let source = server.json("/api/viewer/source")?;
    assert_eq!(source["place"], url);
    assert_eq!((&source["kind"], &source["project"]), (&"database".into(), &"driver_ranking".into()));
    assert_eq!((&source["reachable"], &source["problem"]), (&true.into(), &serde_json::Value::Null));
    assert!(source["asOf"].as_i64().unwrap() > 1_700_000_000_000);

    let database = feast_registry_tests::servers::postgres()?.fresh_database()?;
    run(&database.url(), &["registry", "create-schema"])?;
    let server = Server::start(&database.url())?;
    let shown = String::from_utf8(server.get("/api/viewer/source")?.body)?;
    let password = database.url().split([':', '@']).nth(2).unwrap().to_owned();
    assert!(password.len() > 3 && !shown.contains(&password), "{shown}");
    assert!(serde_json::from_str::<serde_json::Value>(&shown)?["project"].is_null());
    Ok(())
}

#[test]
fn the_snapshot_is_the_export_with_an_identity_for_the_browser() -> Result<()> {
    let (folder, url) = example()?;
    run(&url, &["feature-views", "disable", "driver_live"])?;
    let export = folder.path().join("export.pb");
    run(&url, &["registry", "export", export.to_str().unwrap()])?;
    let server = Server::start(&url)?;
    let exported = snapshot::read(&std::fs::read(&export)?, ReadOptions::default())?;
    assert_eq!(rows(&server)?, exported);
    assert!(!exported.versions.is_empty());

    let first = server.get("/api/viewer/snapshot")?;
    let (tag, host) = (first.header("etag"), server.address.to_string());
    assert_eq!(tag, format!("\"{}\"", first.header("feast-registry-revision")));
    assert_eq!(first.header("cache-control"), "no-cache");
    let ask = || server.ask("GET", "/api/viewer/snapshot", &[("Host", &host), ("If-None-Match", tag)]);
    let again = ask()?;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag));
    run(&url, &["feature-views", "enable", "driver_live"])?;
    // What is asked for may be a second old.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let changed = ask()?;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
    Ok(())
}

#[test]
fn damaged_rows_are_shown_as_damaged() -> Result<()> {
    let (folder, url) = example()?;
    let database = rusqlite::Connection::open(folder.path().join("registry.db"))?;
    let sql = "UPDATE entities SET entity_proto = x'0a7f00' WHERE entity_name = 'driver'";
    assert_eq!(database.execute(sql, ())?, 1);
    let rows = rows(&Server::start(&url)?)?;
    let key = Key::new(Kind::Entity, "driver_ranking", "driver");
    assert!(rows.objects[&key].object(&key).is_err());
    assert!(rows.of_kind(Kind::Entity).count() > 1);
    Ok(())
}

#[test]
fn a_registry_file_is_sent_as_it_is() -> Result<()> {
    let (folder, url) = example()?;
    let file = folder.path().join("registry.pb");
    run(&url, &["registry", "export", file.to_str().unwrap()])?;
    // Of a newer Feast: what this build does not know is not dropped on the way to the browser.
    let mut bytes = std::fs::read(&file)?;
    bytes.extend(b"\xa2\x38\x03new");
    std::fs::write(&file, &bytes)?;
    let server = Server::start(file.to_str().unwrap())?;
    assert_eq!(server.get("/api/viewer/snapshot")?.body, bytes);
    assert_eq!(server.json("/api/viewer/source")?["kind"], "file");
    let mut events = server.events()?;
    let first = events.next()?;
    std::fs::write(&file, b"")?;
    let broken = events.until(|event| event["reachable"] == false)?;
    assert_eq!((&broken["revision"], &broken["problem"]["code"]), (&first["revision"], &"unreadable".into()));
    bytes.truncate(bytes.len() - 6);
    std::fs::write(&file, &bytes)?;
    let mended = events.until(|event| event["reachable"] == true)?;
    assert_ne!(mended["revision"], first["revision"]);
    assert_eq!(server.get("/api/viewer/snapshot")?.body, bytes);
    Ok(())
}

#[test]
fn the_page_knows_that_it_is_live() -> Result<()> {
    let (_folder, url) = example()?;
    let page = Server::start(&url)?.get("/")?;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let text = String::from_utf8(page.body)?;
    assert!(text.contains("name=\"feast-registry-source\"") || text.contains("cargo xtask web"), "{text}");
    Ok(())
}
