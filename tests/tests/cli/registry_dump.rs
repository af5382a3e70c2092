//! `registry-dump`.

use anyhow::Result;
use insta::assert_snapshot;
use serde_json::Value;

use crate::store::Store;

#[test]
fn a_project_is_dumped_in_feasts_form() -> Result<()> {
    let store = Store::with_two_projects()?;
    assert_snapshot!("registry_dump", store.does("registry-dump")?);
    assert_snapshot!(store.run("registry-dump --project rides")?, @r#"
    exit code 0
    --- stdout
    {
      "entities": [
        {
          "meta": {
            "createdTimestamp": "[now]",
            "lastUpdatedTimestamp": "[now]"
          },
          "spec": {
            "joinKey": "rider_id",
            "name": "rider"
          }
        }
      ],
      "project": "rides",
      "projectMetadata": [
        {
          "project": "rides",
          "projectUuid": "[uuid]"
        }
      ]
    }
    --- stderr
    "#);
    assert_snapshot!(store.run("registry-dump --project rides -o yaml")?, @"
    exit code 0
    --- stdout
    entities:
    - meta:
        createdTimestamp: '[now]'
        lastUpdatedTimestamp: '[now]'
      spec:
        joinKey: rider_id
        name: rider
    project: rides
    projectMetadata:
    - project: rides
      projectUuid: [uuid]

    --- stderr
    ");
    let (json, yaml) = (store.does("registry-dump")?, store.does("registry-dump -o yaml")?);
    assert_eq!(serde_json::from_str::<Value>(&json)?, serde_yaml::from_str::<Value>(&yaml)?);
    Ok(())
}
