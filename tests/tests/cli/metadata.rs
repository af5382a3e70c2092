//! `metadata`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn entries_are_set_and_listed_in_every_format() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("metadata set release 2026.1")?, @"
    exit code 0
    --- stdout
    Set release of project driver_ranking
    --- stderr
    ");
    assert_snapshot!(store.run("metadata set release 2026.2 -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "project": "driver_ranking",
        "key": "release",
        "value": "2026.2"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("metadata list")?, @r#"
    exit code 0
    --- stdout
    KEY                      VALUE
    feast_registry_revision  [{"id":"[uuid]","at":[now],"after":{"id":null,"noted":null}}]
    last_updated_timestamp   [now]
    project_uuid             [uuid]
    release                  2026.2
    --- stderr
    "#);
    assert_snapshot!(store.run("metadata list -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "project": "driver_ranking",
        "key": "feast_registry_revision",
        "value": "[{\"id\":\"[uuid]\",\"at\":[now],\"after\":{\"id\":null,\"noted\":null}}]"
      },
      {
        "project": "driver_ranking",
        "key": "last_updated_timestamp",
        "value": "[now]"
      },
      {
        "project": "driver_ranking",
        "key": "project_uuid",
        "value": "[uuid]"
      },
      {
        "project": "driver_ranking",
        "key": "release",
        "value": "2026.2"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("metadata list -o yaml")?, @r#"
    exit code 0
    --- stdout
    ---
    project: driver_ranking
    key: feast_registry_revision
    value: '[{"id":"[uuid]","at":[now],"after":{"id":null,"noted":null}}]'
    ---
    project: driver_ranking
    key: last_updated_timestamp
    value: '[now]'
    ---
    project: driver_ranking
    key: project_uuid
    value: [uuid]
    ---
    project: driver_ranking
    key: release
    value: '2026.2'
    --- stderr
    "#);
    assert_snapshot!(store.run("metadata list -o name")?, @"
    exit code 0
    --- stdout
    feast_registry_revision
    last_updated_timestamp
    project_uuid
    release
    --- stderr
    ");
    assert_snapshot!(store.run("metadata set release 1 --project nothing")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: project `nothing` does not exist

    hint: `projects list` shows the projects of this registry
    ");
    Ok(())
}
