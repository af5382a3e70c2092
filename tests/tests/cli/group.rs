//! `list`, `describe` and `delete` of every group.

use anyhow::{Context, Result};
use insta::assert_snapshot;
use serde::Deserialize as _;
use serde_json::Value;

use crate::store::{GROUPS, PROJECT, Store};

#[test]
fn every_group_lists_a_table() -> Result<()> {
    let store = Store::example()?;
    let mut tables = String::new();
    for (group, _) in GROUPS {
        tables += &format!("$ feast-registry {group} list\n{}\n", store.does(&format!("{group} list"))?);
    }
    assert_snapshot!("lists", tables);
    Ok(())
}

#[test]
fn every_group_describes_an_object() -> Result<()> {
    let store = Store::example()?;
    for (group, name) in GROUPS {
        assert_snapshot!(format!("describe_{group}"), store.does(&format!("{group} describe {name}"))?);
    }
    Ok(())
}

#[test]
fn formats_of_a_list() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("entities list")?, @"
    exit code 0
    --- stdout
    NAME      DESCRIPTION            TYPE
    customer  Someone who is driven  STRING
    driver    Someone who drives     INT64
    --- stderr
    ");
    assert_snapshot!(store.run("entities list -o table")?, @"
    exit code 0
    --- stdout
    NAME      DESCRIPTION            TYPE
    customer  Someone who is driven  STRING
    driver    Someone who drives     INT64
    --- stderr
    ");
    assert_snapshot!(store.run("entities list -o name")?, @"
    exit code 0
    --- stdout
    customer
    driver
    --- stderr
    ");
    assert_snapshot!(store.run("entities list -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "Entity",
        "spec": {
          "name": "customer",
          "valueType": "STRING",
          "description": "Someone who is driven",
          "joinKey": "customer_id",
          "tags": {
            "pii": "yes",
            "team": "crm"
          },
          "project": "driver_ranking",
          "owner": "crm@example.com"
        },
        "meta": {
          "createdTimestamp": "[now]",
          "lastUpdatedTimestamp": "[now]"
        }
      },
      {
        "kind": "Entity",
        "spec": {
          "name": "driver",
          "valueType": "INT64",
          "description": "Someone who drives",
          "joinKey": "driver_id",
          "tags": {
            "pii": "no",
            "team": "ranking"
          },
          "project": "driver_ranking",
          "owner": "ranking@example.com"
        },
        "meta": {
          "createdTimestamp": "[now]",
          "lastUpdatedTimestamp": "[now]"
        }
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("entities list -o yaml")?, @"
    exit code 0
    --- stdout
    ---
    kind: Entity
    spec:
      name: customer
      valueType: STRING
      description: Someone who is driven
      joinKey: customer_id
      tags:
        pii: 'yes'
        team: crm
      owner: crm@example.com
    meta:
      createdTimestamp: '[now]'
      lastUpdatedTimestamp: '[now]'
    ---
    kind: Entity
    spec:
      name: driver
      valueType: INT64
      description: Someone who drives
      joinKey: driver_id
      tags:
        pii: 'no'
        team: ranking
      owner: ranking@example.com
    meta:
      createdTimestamp: '[now]'
      lastUpdatedTimestamp: '[now]'
    --- stderr
    ");
    Ok(())
}

#[test]
fn formats_of_a_description() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("entities describe driver")?, @"
    exit code 0
    --- stdout
    kind: Entity
    spec:
      name: driver
      valueType: INT64
      description: Someone who drives
      joinKey: driver_id
      tags:
        pii: 'no'
        team: ranking
      owner: ranking@example.com
    meta:
      createdTimestamp: '[now]'
      lastUpdatedTimestamp: '[now]'

    --- stderr
    ");
    assert_snapshot!(store.run("entities describe driver -o json")?, @r#"
    exit code 0
    --- stdout
    {
      "kind": "Entity",
      "spec": {
        "name": "driver",
        "valueType": "INT64",
        "description": "Someone who drives",
        "joinKey": "driver_id",
        "tags": {
          "pii": "no",
          "team": "ranking"
        },
        "project": "driver_ranking",
        "owner": "ranking@example.com"
      },
      "meta": {
        "createdTimestamp": "[now]",
        "lastUpdatedTimestamp": "[now]"
      }
    }
    --- stderr
    "#);
    assert_snapshot!(store.run("entities describe driver -o table")?, @"
    exit code 0
    --- stdout
    NAME    DESCRIPTION         TYPE
    driver  Someone who drives  INT64
    --- stderr
    ");
    assert_snapshot!(store.run("entities describe driver -o name")?, @"
    exit code 0
    --- stdout
    driver
    --- stderr
    ");
    Ok(())
}

/// Each form of a list names the same objects, and the same is described.
#[test]
fn every_group_has_every_format() -> Result<()> {
    let store = Store::example()?;
    let name_of = |object: &Value| {
        let name = object.pointer("/spec/name").or_else(|| object.get("name"));
        name.and_then(Value::as_str).map(String::from).with_context(|| format!("no name in {object}"))
    };
    for (group, name) in GROUPS {
        let list = |format| store.does(&format!("{group} list -o {format}"));
        let names: Vec<String> = list("name")?.lines().map(String::from).collect();
        assert!(names.iter().any(|listed| listed == name), "{group}: {names:?}");
        let table: Vec<String> = list("table")?
            .lines()
            .skip(1)
            .map(|line| line.split(' ').next().unwrap_or_default().into())
            .collect();
        assert_eq!(table, names, "{group}");
        let json: Vec<Value> = serde_json::from_str(&list("json")?)?;
        assert_eq!(json.iter().map(name_of).collect::<Result<Vec<_>>>()?, names, "{group}");
        let yaml = list("yaml")?;
        let documents = serde_yaml::Deserializer::from_str(&yaml).map(Value::deserialize);
        let documents = documents.collect::<Result<Vec<_>, _>>()?;
        assert_eq!(documents.iter().map(name_of).collect::<Result<Vec<_>>>()?, names, "{group}");

        let describe = |format| store.does(&format!("{group} describe {name} -o {format}"));
        assert_eq!(describe("name")?, format!("{name}\n"));
        assert_eq!(describe("table")?.lines().count(), 2, "{group}");
        let described: Value = serde_json::from_str(&describe("json")?)?;
        assert!(json.contains(&described), "{group}: {described}");
        let described: Value = serde_yaml::from_str(&describe("yaml")?)?;
        assert!(documents.contains(&described), "{group}: {described}");
    }
    Ok(())
}

#[test]
fn lists_are_filtered_by_tags() -> Result<()> {
    let store = Store::example()?;
    let list = |options: &str| store.does(&format!("feature-views list -o name {options}"));
    assert_eq!(list("--tags team:crm")?, "customer_daily\n");
    assert_eq!(list("--tags team:ranking --tags cadence:live")?, "driver_live\n");
    assert_eq!(list("--tags team:ranking,cadence:hourly")?, "driver_hourly_stats\n");
    assert_eq!(list("--tags team:crm,cadence:hourly")?, "");
    assert_snapshot!(store.run("feature-views list --tags team:nobody")?, @"
    exit code 0
    --- stdout
    NAME  ENTITIES  TYPE  ENABLED  STATE
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list --tags team")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'team' for '--tags <KEY:VALUE>': `team` is not of the form KEY:VALUE

    For more information, try '--help'.
    ");
    assert_eq!(store.does("projects list -o name --tags tier:demo")?, "driver_ranking\n");
    assert_eq!(store.does("projects list -o name --tags tier:production")?, "");
    Ok(())
}

#[test]
fn lists_are_filtered_by_the_time_of_the_last_change() -> Result<()> {
    let store = Store::example()?;
    for (group, _) in GROUPS {
        let list = |since| store.does(&format!("{group} list -o name --updated-since {since}"));
        assert_eq!(list("2026-01-31")?, store.does(&format!("{group} list -o name"))?, "{group}");
        assert_eq!(list("2999-01-31T08:00:00+02:00")?, "", "{group}");
    }
    assert_snapshot!(store.run("entities list --updated-since soon")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'soon' for '--updated-since <TIME>': `soon` is not a time; write 2026-01-31, 2026-01-31T08:00:00 (UTC) or 2026-01-31T08:00:00+02:00

    For more information, try '--help'.
    ");
    Ok(())
}

#[test]
fn saved_datasets_are_filtered_by_namespace_and_collection() -> Result<()> {
    let store = Store::example()?;
    let list = |options: &str| store.does(&format!("saved-datasets list -o name {options}"));
    assert_eq!(list("--namespace ranking --collection 2026")?, "ranking_2026_01\n");
    assert_eq!(list("--namespace rides")?, "");
    assert_eq!(list("--collection 2025")?, "");
    Ok(())
}

/// `feature-views` is about all kinds of views, the other three groups about one each.
#[test]
fn feature_views_are_of_all_kinds() -> Result<()> {
    let store = Store::example()?;
    assert_eq!(
        store.does("feature-views describe driver_live")?,
        store.does("stream-feature-views describe driver_live")?
    );
    assert_snapshot!(store.run("label-views describe driver_live")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: label view `driver_live` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    assert_snapshot!(store.run("label-views delete driver_live")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: label view `driver_live` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    assert_snapshot!(store.run("feature-views delete driver_live")?, @"
    exit code 0
    --- stdout
    Deleted stream feature view driver_live from project driver_ranking
    --- stderr
    ");
    assert_snapshot!(store.run("stream-feature-views list")?, @"
    exit code 0
    --- stdout
    NAME  ENTITIES  ENABLED  STATE
    --- stderr
    ");
    Ok(())
}

#[test]
fn every_group_deletes_an_object_and_nothing_else() -> Result<()> {
    let store = Store::example()?;
    let mut told = String::new();
    for (group, name) in GROUPS.into_iter().filter(|(group, _)| *group != "projects") {
        let before = store.does(&format!("{group} list -o name"))?;
        told += &store.does(&format!("{group} delete {name}"))?;
        let left = store.does(&format!("{group} list -o name"))?;
        assert_eq!(left, before.replace(&format!("{name}\n"), ""), "{group}");
        assert_eq!(store.run(&format!("{group} delete {name}"))?.code, 1, "{group}");
    }
    assert_snapshot!(told, @"
    Deleted entity driver from project driver_ranking
    Deleted data source driver_events from project driver_ranking
    Deleted feature view driver_hourly_stats from project driver_ranking
    Deleted stream feature view driver_live from project driver_ranking
    Deleted on-demand feature view trip_estimate from project driver_ranking
    Deleted label view driver_reviews_labels from project driver_ranking
    Deleted feature service ranking_v2 from project driver_ranking
    Deleted saved dataset ranking_2026_01 from project driver_ranking
    Deleted validation reference ranking_profile from project driver_ranking
    Deleted permission ranking_readers from project driver_ranking
    ");
    assert_snapshot!(store.run("entities delete driver")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: entity `driver` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    Ok(())
}

#[test]
fn a_view_is_described_as_it_was() -> Result<()> {
    let store = Store::example()?;
    let first = store.does("feature-views describe customer_daily --version v0")?;
    let spec = "{name: customer_daily, entities: [customer], features: [{name: trips_7d, valueType: INT32}]}";
    store.apply(&format!("kind: FeatureView\nspec: {spec}"), "")?;
    assert_snapshot!(store.run("feature-views describe customer_daily --version v1")?, @"
    exit code 0
    --- stdout
    kind: FeatureView
    spec:
      name: customer_daily
      entities:
      - customer
      features:
      - name: trips_7d
        valueType: INT32
    meta:
      createdTimestamp: '[now]'
      lastUpdatedTimestamp: '[now]'
      currentVersionNumber: 1

    --- stderr
    ");
    assert_snapshot!(store.run("feature-views describe customer_daily --version latest")?, @"
    exit code 0
    --- stdout
    kind: FeatureView
    spec:
      name: customer_daily
      entities:
      - customer
      features:
      - name: trips_7d
        valueType: INT32
    meta:
      createdTimestamp: '[now]'
      lastUpdatedTimestamp: '[now]'
      currentVersionNumber: 1

    --- stderr
    ");
    assert_eq!(store.does("feature-views describe customer_daily --version v0")?, first);
    assert_snapshot!(store.run("feature-views describe customer_daily --version v2")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: version `v2` of feature view `customer_daily` does not exist in project `driver_ranking`

    hint: `feature-views list-versions NAME` shows the versions that exist
    ");
    assert_snapshot!(store.run("feature-views describe customer_daily --version two")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'two' for '--version <VERSION>': `two` is not a version; write `latest`, or `v` and a number such as `v2`

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("entities describe customer --version v0")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: unexpected argument '--version' found

      tip: to pass '--version' as a value, use '-- --version'

    Usage: feast-registry entities describe <NAME>

    For more information, try '--help'.
    ");
    Ok(())
}

#[test]
fn what_is_not_there_is_an_error() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("entities describe Driver")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: entity `Driver` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    assert_snapshot!(store.run("projects describe rides")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: project `rides` does not exist

    hint: `projects list` shows the projects of this registry
    ");
    assert_snapshot!(store.run("entities list --project rides")?, @"
    exit code 0
    --- stdout
    NAME  DESCRIPTION  TYPE
    --- stderr
    note: project `rides` does not exist in this registry
    ");
    assert_eq!(store.does("entities list -o name")?, "customer\ndriver\n", "in {PROJECT}");
    Ok(())
}
