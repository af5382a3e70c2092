//! `apply` and `plan`.

use anyhow::{Result, ensure};
use insta::assert_snapshot;

use crate::store::{EXAMPLE, GROUPS, Store, VALIDATION_REFERENCE};

/// The example with a change in a data source, and one in a view that makes a version.
fn changed() -> String {
    EXAMPLE
        .replace("Hourly driver statistics", "Driver statistics by the hour")
        .replace("{name: avg_daily_trips, valueType: INT64}", "{name: daily_trips, valueType: DOUBLE}")
}

#[test]
fn the_example_is_applied_once() -> Result<()> {
    let store = Store::empty()?;
    store.write("example.yaml", EXAMPLE)?;
    assert_snapshot!(store.run("apply -f example.yaml")?, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Created project driver_ranking
    Created entity customer
    Created entity driver
    Created data source customer_source
    Created data source driver_events
    Created data source driver_reviews
    Created data source driver_stats_source
    Created data source trip_request
    Created feature view customer_daily
    Created feature view driver_hourly_stats
    Created stream feature view driver_live
    Created on-demand feature view trip_estimate
    Created label view driver_reviews_labels
    Created feature service ranking_v1
    Created feature service ranking_v2
    Created saved dataset ranking_2026_01
    Created permission ranking_readers
    --- stderr
    ");
    assert_snapshot!(store.run("apply -f example.yaml")?, @"
    exit code 0
    --- stdout
    No changes to registry
    --- stderr
    ");
    Ok(())
}

#[test]
fn changes_are_told_in_every_format() -> Result<()> {
    let store = Store::example()?;
    store.write("changed.yaml", changed())?;
    assert_snapshot!(store.run("plan -f changed.yaml")?, @"
    exit code 0
    --- stdout
    Planning changes for project driver_ranking
    Updated data source driver_stats_source
    	description: Hourly driver statistics -> Driver statistics by the hour
    Updated feature view driver_hourly_stats (v1)
    	spec.features[avg_daily_trips].name: avg_daily_trips -> (none)
    	spec.features[avg_daily_trips].valueType: INT64 -> (none)
    	spec.features[daily_trips].name: (none) -> daily_trips
    	spec.features[daily_trips].valueType: (none) -> DOUBLE
    --- stderr
    ");
    assert_snapshot!(store.run("plan -f changed.yaml -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "action": "updated",
        "kind": "DataSource",
        "project": "driver_ranking",
        "name": "driver_stats_source",
        "fields": [
          {
            "path": "description",
            "before": "Hourly driver statistics",
            "after": "Driver statistics by the hour"
          }
        ]
      },
      {
        "action": "updated",
        "kind": "FeatureView",
        "project": "driver_ranking",
        "name": "driver_hourly_stats",
        "version": "v1",
        "fields": [
          {
            "path": "spec.features[avg_daily_trips].name",
            "before": "avg_daily_trips",
            "after": null
          },
          {
            "path": "spec.features[avg_daily_trips].valueType",
            "before": "INT64",
            "after": null
          },
          {
            "path": "spec.features[daily_trips].name",
            "before": null,
            "after": "daily_trips"
          },
          {
            "path": "spec.features[daily_trips].valueType",
            "before": null,
            "after": "DOUBLE"
          }
        ]
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("plan -f changed.yaml -o yaml")?, @"
    exit code 0
    --- stdout
    ---
    action: updated
    kind: DataSource
    project: driver_ranking
    name: driver_stats_source
    fields:
    - path: description
      before: Hourly driver statistics
      after: Driver statistics by the hour
    ---
    action: updated
    kind: FeatureView
    project: driver_ranking
    name: driver_hourly_stats
    version: v1
    fields:
    - path: spec.features[avg_daily_trips].name
      before: avg_daily_trips
      after: null
    - path: spec.features[avg_daily_trips].valueType
      before: INT64
      after: null
    - path: spec.features[daily_trips].name
      before: null
      after: daily_trips
    - path: spec.features[daily_trips].valueType
      before: null
      after: DOUBLE
    --- stderr
    ");
    assert_snapshot!(store.run("plan -f changed.yaml -o name")?, @"
    exit code 0
    --- stdout
    driver_stats_source
    driver_hourly_stats
    --- stderr
    ");
    assert_snapshot!(store.run("apply -f changed.yaml")?, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Updated data source driver_stats_source
    	description: Hourly driver statistics -> Driver statistics by the hour
    Updated feature view driver_hourly_stats (v1)
    	spec.features[avg_daily_trips].name: avg_daily_trips -> (none)
    	spec.features[avg_daily_trips].valueType: INT64 -> (none)
    	spec.features[daily_trips].name: (none) -> daily_trips
    	spec.features[daily_trips].valueType: (none) -> DOUBLE
    --- stderr
    ");
    Ok(())
}

#[test]
fn a_plan_writes_nothing() -> Result<()> {
    let store = Store::example()?;
    store.write("changed.yaml", changed())?;
    let before = store.read("registry.db")?;
    let planned = store.does("plan -f changed.yaml")?;
    assert!(planned.contains("Updated data source driver_stats_source"), "{planned}");
    assert!(store.read("registry.db")? == before, "the database has changed");
    let applied = store.does("apply -f changed.yaml")?;
    assert_eq!(applied, planned.replace("Planning", "Applying"));
    Ok(())
}

/// What `describe` and `list` print goes back in.
#[test]
fn what_is_printed_can_be_applied() -> Result<()> {
    let store = Store::example()?;
    let unchanged = "No changes to registry\n";
    for (group, _) in GROUPS {
        let names = store.does(&format!("{group} list -o name"))?;
        ensure!(!names.is_empty(), "no {group}");
        for name in names.lines() {
            for format in ["yaml", "json"] {
                let printed = store.does(&format!("{group} describe {name} -o {format}"))?;
                assert_eq!(store.apply(&printed, "")?, unchanged, "{group} {name} {format}");
            }
        }
        for format in ["yaml", "json"] {
            let printed = store.does(&format!("{group} list -o {format}"))?;
            assert_eq!(store.apply(&printed, "")?, unchanged, "{group} {format}");
        }
    }
    Ok(())
}

/// YAML names no project, so that it can be applied to any; JSON does.
#[test]
fn a_project_is_copied_through_documents() -> Result<()> {
    let store = Store::example()?;
    for (group, _) in GROUPS.into_iter().filter(|(group, _)| *group != "projects") {
        store.apply(&store.does(&format!("{group} list -o yaml"))?, "--project copy")?;
        let copied = store.does(&format!("{group} list -o name --project copy"))?;
        assert_eq!(copied, store.does(&format!("{group} list -o name"))?);
    }
    let elsewhere = store.apply(&store.does("entities list -o json")?, "--project copy")?;
    assert_eq!(elsewhere, "No changes to registry\n");
    Ok(())
}

#[test]
fn standard_input_is_a_file_too() -> Result<()> {
    let store = Store::empty()?;
    let yaml = store.input(VALIDATION_REFERENCE).run(&["apply", "-f", "-"])?;
    assert_snapshot!(yaml, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Created project driver_ranking
    Created validation reference ranking_profile
    --- stderr
    ");
    let json =
        store.input(r#"[{"kind": "Entity", "spec": {"name": "driver"}}]"#).run(&["apply", "-f", "-"])?;
    assert_snapshot!(json, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Created entity driver
    --- stderr
    ");
    assert_snapshot!(store.run("apply -f -")?, @"
    exit code 3
    --- stdout
    --- stderr
    error: cannot read `standard input`: it is empty

    hint: give a Feast file registry (`registry.db`) or a file that `registry export` wrote
    ");
    Ok(())
}

#[test]
fn several_files_are_one_change() -> Result<()> {
    let store = Store::empty()?;
    store.write("one.yaml", "kind: Entity\nspec: {name: driver}")?;
    store.write("other.json", r#"{"kind": "Entity", "spec": {"name": "customer"}}"#)?;
    store.write("refused.yaml", "kind: Entity\nspec: {name: ''}")?;
    assert_snapshot!(store.run("apply -f one.yaml -f other.json refused.yaml")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: entity name `` is empty

    hint: names have 1 to 255 characters without control characters; those of views also without `@` and `:`; those of projects only letters, digits, `_` and `-`, starting with a letter or digit
    ");
    assert_snapshot!(store.run("entities list")?, @"
    exit code 0
    --- stdout
    NAME  DESCRIPTION  TYPE
    --- stderr
    note: project `driver_ranking` does not exist in this registry
    ");
    assert_snapshot!(store.run("apply -f one.yaml -f other.json")?, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Created project driver_ranking
    Created entity customer
    Created entity driver
    --- stderr
    ");
    Ok(())
}

#[test]
fn a_registry_file_is_applied() -> Result<()> {
    let store = Store::example()?;
    store.run("registry export example.pb")?;
    assert_snapshot!(store.run("apply -f example.pb")?, @"
    exit code 0
    --- stdout
    No changes to registry
    --- stderr
    ");
    let other = Store::empty()?;
    other.write("example.pb", store.read("example.pb")?)?;
    let applied = other.does("apply -f example.pb")?;
    assert_eq!(applied.lines().count(), 19, "{applied}");
    Ok(())
}

#[test]
fn a_changed_view_is_saved_without_promotion() -> Result<()> {
    let store = Store::example()?;
    store.write("changed.yaml", changed())?;
    assert_snapshot!(store.run("apply -f changed.yaml --no-promote")?, @"
    exit code 0
    --- stdout
    Applying changes for project driver_ranking
    Updated data source driver_stats_source
    	description: Hourly driver statistics -> Driver statistics by the hour
    Saved v1 of feature view driver_hourly_stats, which stays as it is
    	spec.features[avg_daily_trips].name: avg_daily_trips -> (none)
    	spec.features[avg_daily_trips].valueType: INT64 -> (none)
    	spec.features[daily_trips].name: (none) -> daily_trips
    	spec.features[daily_trips].valueType: (none) -> DOUBLE
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list-versions driver_hourly_stats")?, @"
    exit code 0
    --- stdout
    VERSION  TYPE          CREATED               VERSION_ID
    v0       feature_view  [now]  [uuid]
    v1       feature_view  [now]  [uuid]
    --- stderr
    ");
    let active = store.does("feature-views describe driver_hourly_stats")?;
    assert!(active.contains("avg_daily_trips"), "{active}");
    Ok(())
}

#[test]
fn files_are_asked_for() -> Result<()> {
    assert_snapshot!(Store::empty()?.run("apply")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      --file <FILE>...

    Usage: feast-registry apply --file <FILE>...

    For more information, try '--help'.
    ");
    Ok(())
}
