//! What Feast's REST server is not compared in: descriptions, limits, health, the log, TLS, the end of the process.

use anyhow::{Context, Result};
use feast_registry_tests::{certificates::Certificates, registry_server::RegistryServer};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    differential::serve,
    place::{Engine, Place},
};

/// What a server answers to requests, one after the other: see `ask_rest.py`.
pub(crate) fn ask(place: &Place, server: &RegistryServer, requests: &[Value]) -> Result<Vec<Value>> {
    let requests = Value::from(requests.to_vec()).to_string();
    let base = format!("http://{}", server.rest_address()?);
    let said = place.feast_says("ask_rest.py", &[&base, &requests])?;
    Ok(said.as_array().cloned().unwrap_or_default())
}

pub(crate) fn post(path: &str, body: Value) -> Value {
    json!({"verb": "POST", "path": path, "json": body})
}

#[test]
fn routes_are_described() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place)?;
    let paths = ["/openapi.json", "/api/v1/openapi.json", "/docs", "/api/v1/version", "/version"];
    let answers = ask(&place, &server, &paths.map(|path| json!({"path": path})))?;
    assert!(answers.iter().all(|answer| answer["status"] == 200), "{answers:?}");
    let described = &answers[0]["body"];
    assert_eq!(*described, answers[1]["body"]);
    assert_eq!(described["openapi"], "3.1.0");
    let documentation = answers[2]["body"].as_str().context("a page")?;
    for path in described["paths"].as_object().context("paths")?.keys() {
        assert!(documentation.contains(&format!("<code>{path}</code>")), "{path}");
    }
    for elsewhere in ["http://", "https://", "<script"] {
        assert!(!documentation.contains(elsewhere), "{elsewhere}");
    }
    assert_eq!(answers[3]["body"], json!({"version": "0.67.0"}));
    assert_eq!(answers[3]["body"], answers[4]["body"]);
    Ok(())
}

#[test]
fn definitions_run() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let server = serve(&place)?;
    let counts = place.feast_says("definitions_rest.py", &[&server.rest_address()?, PROJECT])?;
    for (kind, count) in counts.as_object().context("counts")? {
        assert!(count.as_u64() > Some(0), "{kind}: {counts}");
    }
    Ok(())
}

#[test]
fn conflicts_are_no_failures_of_the_server() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    place.populate()?;
    let server = serve(&place)?;
    let view =
        post("/feature_views", json!({"name": "trip_estimate", "project": PROJECT, "entities": ["driver"]}));
    let answers = ask(&place, &server, &[view])?;
    assert_eq!(answers[0]["status"], 409, "{answers:?}");
    assert_eq!(answers[0]["body"]["error_type"], "ConflictingFeatureViewNames");
    Ok(())
}

#[test]
fn streams_have_their_format() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place)?;
    let kafka = json!({"kafka_bootstrap_servers": "k:9092", "topic": "rides"});
    let kinesis = json!({"region": "eu", "stream_name": "rides", "record_format": "avro"});
    let source = |name: &str, number: u8, options: &str, given: &Value| {
        post(
            "/data_sources",
            json!({"name": name, "project": PROJECT, "type": number, "timestamp_field": "ts", options: given}),
        )
    };
    let answers = ask(
        &place,
        &server,
        &[
            source("a", 3, "kafka_options", &kafka),
            source("b", 4, "kinesis_options", &kinesis),
            source("c", 3, "kafka_options", &json!({"message_format": "xml"})),
        ],
    )?;
    assert_eq!(answers.iter().map(|answer| &answer["status"]).collect::<Vec<_>>(), [201, 201, 422]);
    let read = place.feast_says("read.py", &[&place.url, PROJECT])?;
    let sources = &read["objects"]["DataSource"];
    assert_eq!(sources["a"]["kafkaOptions"]["messageFormat"], json!({"jsonFormat": {}}), "{sources}");
    assert_eq!(sources["b"]["kinesisOptions"]["recordFormat"], json!({"avroFormat": {}}), "{sources}");
    Ok(())
}

#[test]
fn what_needs_an_offline_store_says_so() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place)?;
    let answers = ask(
        &place,
        &server,
        &[
            post("/saved_datasets/create", json!({"name": "a", "project": PROJECT})),
            json!({"path": "/saved_datasets/data/a?project=shop"}),
            post("/monitoring/compute", json!({"project": PROJECT})),
            json!({"path": "/monitoring/metrics/features?project=shop"}),
            json!({"path": "/saved_datasets/jobs/1"}),
            json!({"path": "/saved_datasets/jobs"}),
        ],
    )?;
    for answer in &answers[..4] {
        assert_eq!(answer["status"], 501, "{answer}");
        assert!(answer["body"]["detail"].as_str().unwrap_or_default().contains("offline store"), "{answer}");
    }
    assert_eq!((&answers[4]["status"], &answers[5]["body"]), (&json!(404), &json!({"jobs": []})));
    Ok(())
}

#[test]
fn requests_are_limited_and_found_in_the_log() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server =
        place.serve(&["--rest-api", "--rest-port", "0", "--max-message-size", "1", "--read-only"])?;
    let entity = json!({"name": "driver", "project": PROJECT});
    let answers = ask(
        &place,
        &server,
        &[
            json!({"verb": "POST", "path": "/entities", "data": 2 << 20, "headers": {"content-type": "application/json"}}),
            post("/entities", entity),
            json!({"path": "/projects", "headers": {"x-request-id": "mine-1"}}),
            json!({"path": "/projects?limit=5000", "headers": {"x-request-id": "mine 2"}}),
        ],
    )?;
    let told = |index: usize, field: &str| answers[index]["body"][field].as_str().unwrap_or_default();
    assert_eq!(answers.iter().map(|answer| &answer["status"]).collect::<Vec<_>>(), [413, 403, 200, 422]);
    assert_eq!(told(1, "error_type"), "ReadOnlyRegistryException");
    assert!(
        told(3, "detail").contains("query.limit: Input should be less than or equal to 100"),
        "{answers:?}"
    );
    assert_eq!(answers[2]["headers"]["x-request-id"], "mine-1");
    assert_ne!(answers[3]["headers"]["x-request-id"], "mine 2");
    assert_eq!(answers[2]["headers"]["x-content-type-options"], "nosniff");
    let log = server.log();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |id: &Value| lines.iter().find(|line| line["span"]["id"] == *id && line["status"].is_u64());
    let answered = of(&json!("mine-1")).context("a line in the log")?;
    assert_eq!(
        (&answered["status"], &answered["span"]["path"]),
        (&json!(200), &json!("/projects")),
        "{answered}"
    );
    let refused = of(&answers[3]["headers"]["x-request-id"]).context("a line in the log")?;
    assert!(refused["reason"].as_str().unwrap_or_default().contains("query.limit"), "{refused}");
    Ok(())
}

#[test]
fn health_follows_the_server() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place)?;
    let paths = ["/health", "/readyz", "/livez"].map(|path| json!({"path": path}));
    let answers = ask(&place, &server, &paths)?;
    assert!(answers.iter().all(|answer| answer["status"] == 200), "{answers:?}");
    server.terminate()?;
    let (status, log) = server.wait()?;
    assert!(status.success(), "{log}");
    Ok(())
}

#[test]
fn connections_are_encrypted_and_clients_show_certificates() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let certificates = Certificates::make()?;
    let path = |name: &str| certificates.path(name).display().to_string();
    let (cert, key, ca) = (path("server.pem"), path("server.key"), path("ca.pem"));
    let tls = ["--rest-api", "--rest-port", "0", "--cert", &cert, "--key", &key, "--ca", &ca];
    let server = place.serve(&tls)?;
    let port = server.rest_address()?.rsplit(':').next().map(String::from).context("a port")?;
    let base = format!("https://localhost:{port}");
    let requests = json!([{"path": "/version"}]).to_string();
    let shown = [base.as_str(), &requests, &ca, &path("client.pem"), &path("client.key")];
    let known = place.feast_says("ask_rest.py", &shown)?;
    assert_eq!(known[0]["status"], 200, "{known}");
    let stranger = place.feast_says("ask_rest.py", &shown[..3])?;
    assert!(stranger[0]["error"].is_string(), "{stranger}");
    Ok(())
}
