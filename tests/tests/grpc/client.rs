//! Feast's own client library (`registry_type: remote`): what it writes, reads, deletes and raises.

use anyhow::{Context, Result, ensure};
use feast_registry_tests::documents::{differences, remove};
use serde_json::{Value, json};

use crate::{
    PROJECT,
    place::{Engine, Place, on_every_database},
};

on_every_database! {
    what_feasts_client_writes_feast_reads_from_the_database,
    what_feast_stored_its_client_reads,
    every_refusal_is_the_exception_that_feast_has_for_it,
}

fn what_feasts_client_writes_feast_reads_from_the_database(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    let server = place.serve(&[])?;
    let remote = |action| place.feast_says("remote.py", &[action, server.address(), PROJECT]);
    remote("--populate")?;
    let said = remote("--read")?;
    let stored = place.feast_says("read.py", &[&place.url, PROJECT])?;
    for part in ["objects", "current", "infra"] {
        same(&said[part], &stored[part], part)?;
    }
    // Versions were made, and intervals recorded, of stream views too.
    ensure!(stored["versions"]["driver_stats"].as_array().is_some_and(|versions| versions.len() > 1));
    let intervals = |view: &str| stored["materializations"][view].as_array().map(Vec::len);
    assert_eq!((intervals("driver_stats"), intervals("driver_live")), (Some(3), Some(1)));
    // The same definitions as Feast stores them by itself.
    let other = Place::new(engine)?;
    other.populate()?;
    let mut expected = other.feast_says("read.py", &[&other.url, PROJECT])?;
    let mut found = stored;
    for document in [&mut expected, &mut found] {
        // Feast forgets the number of a version when only tags change.
        for time in ["createdTimestamp", "lastUpdatedTimestamp", "currentVersionNumber"] {
            remove(document, &["objects", "*", "*", "meta", time]);
        }
        // See `populate` of remote.py.
        remove(document, &["objects", "FeatureService", "first_version"]);
    }
    same(&found["objects"], &expected["objects"], "the objects that Feast stores by itself")?;

    // Every sort of write, `commit=False` among them, is there when it is acknowledged.
    let wrote = remote("--write")?;
    let left = place.feast_says("read.py", &[&place.url, PROJECT])?;
    assert_eq!(left["current"]["driver_stats"], wrote["version"]);
    ensure!(
        left["objects"]["Entity"].get(wrote["deleted"]["entity"].as_str().context("an entity")?).is_none()
    );
    Ok(())
}

fn what_feast_stored_its_client_reads(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    place.populate()?;
    let stored = place.feast_says("read.py", &[&place.url, PROJECT])?;
    let server = place.serve(&[])?;
    let said = place.feast_says("remote.py", &["--read", server.address(), PROJECT])?;
    for part in ["projects", "objects", "current", "infra"] {
        same(&said[part], &stored[part], part)?;
    }
    assert_eq!(said["metadata"], json!([PROJECT]));
    assert_eq!(said["proto"]["projects"], stored["projects"]);
    assert_eq!(said["proto"]["infra"], 2);
    let views: Vec<&String> = stored["objects"]["FeatureView"].as_object().context("views")?.keys().collect();
    assert_eq!(said["proto"]["views"], json!(views));
    Ok(())
}

fn every_refusal_is_the_exception_that_feast_has_for_it(engine: Engine) -> Result<()> {
    let place = Place::new(engine)?;
    place.populate()?;
    let server = place.serve(&[])?;
    let raised = place.feast_says("remote.py", &["--refusals", server.address(), PROJECT])?;
    let does_not_exist =
        |class: &str, what: &str| json!([class, format!("{what} does not exist in project shop")]);
    for (what, expected) in [
        ("get entity", does_not_exist("EntityNotFoundException", "Entity none")),
        ("delete entity", does_not_exist("EntityNotFoundException", "Entity none")),
        ("get data source", does_not_exist("DataSourceObjectNotFoundException", "Data source none")),
        ("get feature view", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        (
            "get stream feature view",
            does_not_exist("FeatureViewNotFoundException", "Feature view driver_stats"),
        ),
        ("get on-demand feature view", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        ("get label view", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        ("get any feature view", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        ("delete feature view", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        ("materialize nothing", does_not_exist("FeatureViewNotFoundException", "Feature view none")),
        ("get feature service", does_not_exist("FeatureServiceNotFoundException", "Feature service none")),
        ("get saved dataset", does_not_exist("SavedDatasetNotFound", "Saved dataset none")),
        (
            "get validation reference",
            does_not_exist("ValidationReferenceNotFound", "Validation reference none"),
        ),
        ("get permission", does_not_exist("PermissionObjectNotFoundException", "Permission none")),
        ("delete permission", does_not_exist("PermissionObjectNotFoundException", "Permission none")),
        ("get project", json!(["ProjectObjectNotFoundException", "Project none does not exist"])),
        ("delete project", json!(["ProjectObjectNotFoundException", "Project none does not exist"])),
        (
            "get of no project",
            json!(["EntityNotFoundException", "Entity driver does not exist in project none"]),
        ),
    ] {
        assert_eq!(raised[what], expected, "{what}");
    }
    for (what, class, says) in [
        (
            "get feature",
            "FeastObjectNotFoundException",
            "Feature none not found in feature view driver_stats",
        ),
        ("service of no view", "FeastObjectNotFoundException", "nowhere"),
        ("same name of another kind", "ConflictingFeatureViewNames", "on-demand feature view"),
        ("pin with a change", "FeatureViewPinConflict", "v0"),
        ("materialize on demand", "FeastError", "cannot be materialized"),
        ("no name", "FeastError", "is empty"),
        ("bad name", "FeastError", "contains `@`"),
        ("no object", "FeastError", "carries no object"),
        ("unknown relation", "FeastError", "`table`"),
        ("policy of none", "FeastError", "policy"),
        ("offline store", "UNIMPLEMENTED", "offline store"),
        ("jobs", "UNIMPLEMENTED", "offline store"),
    ] {
        let [found, message] = [0, 1].map(|index| raised[what][index].as_str().unwrap_or_default());
        assert!(found == class && message.contains(says), "{what}: {}", raised[what]);
    }
    Ok(())
}

/// The server takes them; what the client takes is its own setting.
#[test]
fn messages_may_be_longer_than_four_mebibytes() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = place.serve(&[])?;
    let sizes = place.feast_says("remote.py", &["--large", server.address(), PROJECT])?;
    assert!(sizes["object"].as_u64() > Some(6 << 20) && sizes["list"].as_u64() > sizes["object"].as_u64());
    Ok(())
}

fn same(one: &Value, other: &Value, what: &str) -> Result<()> {
    let found = differences(one, other);
    ensure!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    ensure!(!one.is_null(), "{what} is missing");
    Ok(())
}
