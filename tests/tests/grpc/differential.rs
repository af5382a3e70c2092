//! Feast's own server and ours, the same calls, the answers compared field by field. What may differ is listed in
//! docs/differences.md, and here.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use feast_registry_tests::{
    documents::{differences, remove},
    feast::FeastServer,
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

/// The random calls are those of this number, so that a failure can be repeated.
const SEED: &str = "20260101";

fn reads_are_answered_as_feast_answers_them(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    place.populate()?;
    let feasts = FeastServer::start(place.feast, &place.url, PROJECT)?;
    let ours = place.serve(&[])?;
    let read = |address| place.feast_says("calls.py", &["--read", address, PROJECT, SEED, "200"]);
    let (expected, found) = (read(feasts.address())?, read(ours.address())?);
    let calls = compare(&expected, &found)?;
    assert!(calls > 600, "{calls} calls were compared");
    Ok(())
}

fn writes_are_answered_and_stored_as_feast_does(engine: Engine) -> Result<()> {
    let (beside, place) = (Place::new(engine)?, Place::new(engine)?);
    let feasts = FeastServer::start(beside.feast, &beside.url, PROJECT)?;
    let ours = place.serve(&[])?;
    let write = |address| place.feast_says("calls.py", &["--write", address, PROJECT]);
    let (expected, found) = (write(feasts.address())?, write(ours.address())?);
    let calls = compare(&expected, &found)?;
    assert!(calls >= 80, "{calls} calls were compared");
    let stored = |place: &Place| place.feast_says("read.py", &[&place.url, PROJECT]);
    let (mut expected, mut found) = (stored(&beside)?, stored(&place)?);
    for document in [&mut expected, &mut found] {
        // Feast forgets the number of a version when only tags change.
        for time in ["createdTimestamp", "lastUpdatedTimestamp", "currentVersionNumber"] {
            remove(document, &["objects", "*", "*", "meta", time]);
        }
    }
    for part in ["objects", "infra", "materializations"] {
        let found = differences(&expected[part], &found[part]);
        assert!(found.is_empty(), "{part}:\n{}", found.join("\n"));
    }
    Ok(())
}

/// Compares what two servers say to the same calls; how many these were.
fn compare(feasts: &Value, ours: &Value) -> Result<usize> {
    let (feasts, ours) = (feasts.as_array().context("calls")?, ours.as_array().context("calls")?);
    assert_eq!(feasts.len(), ours.len());
    let mut wrong = Vec::new();
    for (expected, found) in feasts.iter().zip(ours) {
        let (mut expected, mut found) = (expected.clone(), found.clone());
        accept(&mut expected, &mut found);
        assert_eq!(expected["method"], found["method"]);
        let differences = ["answer", "error"].map(|part| differences(&expected[part], &found[part])).concat();
        if !differences.is_empty() {
            wrong.push(format!("{} {}\n  {}", found["method"], found["request"], differences.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} calls differ:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    Ok(feasts.len())
}

/// Takes out of two answers in what they may differ.
fn accept(feasts: &mut Value, ours: &mut Value) {
    // What no exception of Feast's stands for is UNKNOWN there.
    if feasts["error"] == json!(["UNKNOWN", null])
        && ours["error"] == json!(["INVALID_ARGUMENT", "FeastError"])
    {
        ours["error"] = feasts["error"].clone();
    }
    if feasts["error"] == json!(["INTERNAL", "PermissionNotFoundException"]) {
        feasts["error"] = json!(["NOT_FOUND", "PermissionObjectNotFoundException"]);
    }
    match feasts["method"].as_str().unwrap_or_default() {
        // Feast's fails.
        "ListPermissions"
            if feasts["request"]["tags"].is_object() && feasts["error"] == json!(["UNKNOWN", null]) =>
        {
            assert!(ours["answer"].is_object(), "{ours}");
            remove(feasts, &["error"]);
            remove(ours, &["answer"]);
        }
        "Proto" => {
            for document in [feasts, ours] {
                for part in ["infra", "lastUpdated", "registrySchemaVersion"] {
                    remove(document, &["answer", part]);
                }
            }
        }
        "GetRegistryLineage" | "GetObjectRelationships" => accept_relations(feasts, ours),
        _ => {}
    }
}

/// Feast's relations are among ours, but for those to sources without a name; ours are those, and some that Feast forgets.
fn accept_relations(feasts: &mut Value, ours: &mut Value) {
    for list in ["relationships", "indirectRelationships"] {
        let end = |relation: &Value, end: &str| {
            let part = |name| relation[end][name].as_str().unwrap_or_default().to_owned();
            (part("type"), part("name"))
        };
        let relations = |document: &Value| -> BTreeSet<_> {
            let relations = document["answer"][list].as_array().into_iter().flatten();
            let relations = relations.map(|relation| (end(relation, "source"), end(relation, "target")));
            relations.filter(|((_, source), _)| !source.starts_with("unnamed_source_")).collect()
        };
        let (expected, found) = (relations(feasts), relations(ours));
        let missing: Vec<_> = expected.difference(&found).collect();
        let more: Vec<_> = found.difference(&expected).filter(|(_, (ty, _))| ty != "savedDataset").collect();
        let forgotten = |((source, _), (target, name)): &((String, String), (String, String))| {
            let of_stream = name.starts_with("driver_live") || name.starts_with("driver_pushed");
            match (source.as_str(), target.as_str()) {
                ("entity" | "feature", "featureView") => of_stream,
                ("feature", "labelView") => true,
                ("dataSource", "featureView") => true,
                // Through one of these.
                (_, "featureService") | ("entity", "dataSource") => {
                    list == "indirectRelationships" || list == "relationships"
                }
                _ => false,
            }
        };
        let wrong: Vec<_> = more.into_iter().filter(|relation| !forgotten(relation)).collect();
        assert!(missing.is_empty() && wrong.is_empty(), "{}: {missing:?} {wrong:?}", feasts["request"]);
    }
    for document in [feasts, ours] {
        remove(document, &["answer"]);
    }
}
