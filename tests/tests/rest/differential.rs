//! Feast's own REST server and ours, the same requests, the answers compared field by field. What may differ is listed in
//! docs/differences.md, and here.

use anyhow::{Context, Result};
use feast_registry_tests::{
    documents::{differences, remove},
    feast::FeastServer,
    registry_server::RegistryServer,
};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    place::{Engine, Place, on_every_database},
};

on_every_database! {
    reads_are_answered_as_feast_answers_them,
    writes_are_answered_and_stored_as_feast_does,
}

/// The random requests are those of this number, so that a failure can be repeated.
const SEED: &str = "20260101";

fn reads_are_answered_as_feast_answers_them(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    place.populate()?;
    let feasts = FeastServer::start_rest(place.feast, &place.url, PROJECT)?;
    let ours = serve(&place)?;
    let read = |address: &str| place.feast_says("calls_rest.py", &["--read", address, PROJECT, SEED, "200"]);
    let (expected, found) = (read(feasts.address())?, read(&ours.rest_address()?)?);
    let count = compare(&expected, &found)?;
    assert!(count > 650, "{count} requests were compared");
    Ok(())
}

fn writes_are_answered_and_stored_as_feast_does(engine: Engine) -> Result<()> {
    let (beside, place) = (Place::new(engine)?, Place::new(engine)?);
    let feasts = FeastServer::start_rest(beside.feast, &beside.url, PROJECT)?;
    let ours = serve(&place)?;
    let write = |address: &str| place.feast_says("calls_rest.py", &["--write", address, PROJECT]);
    let (expected, found) = (write(feasts.address())?, write(&ours.rest_address()?)?);
    let count = compare(&expected, &found)?;
    assert!(count > 90, "{count} requests were compared");
    let stored = |place: &Place| place.feast_says("read.py", &[&place.url, PROJECT]);
    let (mut expected, mut found) = (stored(&beside)?, stored(&place)?);
    for document in [&mut expected, &mut found] {
        for time in ["createdTimestamp", "lastUpdatedTimestamp"] {
            remove(document, &["objects", "*", "*", "meta", time]);
        }
        remove(document, &["objects", "FeatureService", "*", "spec", "features", "*", "timestampField"]);
    }
    let found = differences(&expected["objects"], &found["objects"]);
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

pub(crate) fn serve(place: &Place) -> Result<RegistryServer> {
    place.serve(&["--rest-api", "--rest-port", "0"])
}

/// Compares what two servers say to the same requests; how many these were.
fn compare(feasts: &Value, ours: &Value) -> Result<usize> {
    let (feasts, ours) = (feasts.as_array().context("answers")?, ours.as_array().context("answers")?);
    assert_eq!(feasts.len(), ours.len());
    let mut wrong = Vec::new();
    for (expected, found) in feasts.iter().zip(ours) {
        let (mut expected, mut found) = (expected.clone(), found.clone());
        assert_eq!(expected["request"], found["request"]);
        accept(&mut expected, &mut found);
        let differences =
            ["status", "answer", "ranks"].map(|part| differences(&expected[part], &found[part])).concat();
        if !differences.is_empty() {
            wrong.push(format!("{}\n  {}", found["request"], differences.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    Ok(feasts.len())
}

/// Takes out of two answers in what they may differ.
fn accept(feasts: &mut Value, ours: &mut Value) {
    let error = |told: &Value| told["answer"]["error_type"].as_str().unwrap_or_default().to_owned();
    let (feasts_error, our_error) = (error(feasts), error(ours));
    let path = feasts["request"][1].as_str().unwrap_or_default().to_owned();
    // The words of a rejection are the library's.
    if matches!(our_error.as_str(), "RequestValidationError" | "ValueError") && feasts_error == our_error {
        remove(feasts, &["answer", "detail"]);
        remove(ours, &["answer", "detail"]);
    }
    // A slash in a name is no part of a path.
    if path.contains("%2F") && feasts["answer"] == json!({"detail": "Not Found"}) {
        assert_eq!(ours["status"], 404, "{ours}");
        remove(ours, &["answer"]);
        remove(feasts, &["answer"]);
    }
    // What a feature service projects is not there: in whose words.
    if path == "/feature_services" && feasts_error == our_error {
        remove(feasts, &["answer", "detail"]);
        remove(ours, &["answer", "detail"]);
    }
    if path.starts_with("/permissions/") && feasts["status"] == 500 {
        assert_eq!(
            (ours["status"].as_u64(), our_error.as_str()),
            (Some(404), "FeastObjectNotFoundException")
        );
        *ours = feasts.clone();
    }
    // Feast's is when a project's own definition was last changed, of all projects.
    if path.starts_with("/metrics/resource_counts") {
        remove(feasts, &["answer", "registryLastUpdated"]);
        remove(ours, &["answer", "registryLastUpdated"]);
    }
    // Without both of these Feast's page is empty.
    if path.starts_with("/materialization_jobs") && !(path.contains("page=") && path.contains("limit=")) {
        assert_eq!(feasts["answer"]["jobs"].as_array().map_or(0, Vec::len), 0, "{feasts}");
        remove(feasts, &["answer", "jobs"]);
        remove(ours, &["answer", "jobs"]);
    }
    if path.starts_with("/lineage/") {
        accept_lineage(&path, feasts, ours);
    }
    accept_more(&path, &mut feasts["answer"], &mut ours["answer"], "relationships");
    if path.starts_with("/entities/") {
        accept_more(&path, &mut feasts["answer"], &mut ours["answer"], "dataSources");
    }
}

/// Accepts what our lineage has more, of one project or of all.
fn accept_lineage(path: &str, feasts: &mut Value, ours: &mut Value) {
    let (feasts, ours) = (&mut feasts["answer"], &mut ours["answer"]);
    if let (Some(Value::Array(feasts)), Some(Value::Array(ours))) =
        (feasts.get_mut("projects"), ours.get_mut("projects"))
    {
        for (feasts, ours) in feasts.iter_mut().zip(ours) {
            accept_relations(path, feasts, ours);
        }
    }
    accept_relations(path, feasts, ours);
}

fn accept_relations(path: &str, feasts: &mut Value, ours: &mut Value) {
    // Feast takes what it says of a list's page for one more view.
    if let Some(Value::Array(views)) = feasts.pointer_mut("/objects/featureViews") {
        views.retain(|view| view.as_object().is_none_or(|view| view.keys().any(|key| key.ends_with("View"))));
    }
    // How many there are, and which on a page of them, follows from that.
    let paginations: &[&[&str]] = match path.starts_with("/lineage/complete") {
        true => &[&["pagination", "relationships"], &["pagination", "indirectRelationships"]],
        false => &[&["pagination"], &["relationships_pagination"], &["indirect_relationships_pagination"]],
    };
    for pagination in paginations {
        remove(feasts, pagination);
        remove(ours, pagination);
    }
    for part in ["relationships", "indirect_relationships", "indirectRelationships"] {
        if path.contains("page=") {
            remove(feasts, &[part]);
            remove(ours, &[part]);
        }
        accept_more(path, feasts, ours, part);
    }
}

/// Accepts that our lineage has more than Feast's, which has all but what Feast says of sources without a name.
fn accept_more(path: &str, feasts: &mut Value, ours: &mut Value, part: &str) {
    let items = |told: &Value| -> Vec<Value> {
        let lists = match told.get(part) {
            Some(Value::Object(lists)) => lists.values().cloned().collect(),
            list => Vec::from_iter(list.cloned()),
        };
        let items = lists.into_iter().filter_map(|list| list.as_array().cloned()).flatten();
        items.filter(|item| !item.to_string().contains("unnamed_source_")).collect()
    };
    let (expected, found) = (items(feasts), items(ours));
    let missing: Vec<_> = expected.iter().filter(|item| !found.contains(item)).collect();
    assert!(missing.is_empty(), "{path}: {missing:?}");
    assert_eq!(feasts.get(part).is_some(), ours.get(part).is_some(), "{path}");
    for told in [feasts, ours] {
        remove(told, &[part]);
    }
}
