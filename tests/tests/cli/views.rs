//! What only `feature-views` has.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn versions_are_listed_in_every_format() -> Result<()> {
    let store = Store::example()?;
    store.apply(
        "kind: FeatureView\nspec: {name: customer_daily, entities: [customer], features: [{name: trips_7d, valueType: INT32}]}",
        "",
    )?;
    assert_snapshot!(store.run("feature-views list-versions customer_daily")?, @"
    exit code 0
    --- stdout
    VERSION  TYPE          CREATED               VERSION_ID
    v0       feature_view  [now]  [uuid]
    v1       feature_view  [now]  [uuid]
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list-versions customer_daily -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "version": "v0",
        "versionNumber": 0,
        "featureViewType": "feature_view",
        "createdTimestamp": "[now]",
        "versionId": "[uuid]"
      },
      {
        "version": "v1",
        "versionNumber": 1,
        "featureViewType": "feature_view",
        "createdTimestamp": "[now]",
        "versionId": "[uuid]"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("feature-views list-versions customer_daily -o yaml")?, @"
    exit code 0
    --- stdout
    ---
    version: v0
    versionNumber: 0
    featureViewType: feature_view
    createdTimestamp: '[now]'
    versionId: [uuid]
    ---
    version: v1
    versionNumber: 1
    featureViewType: feature_view
    createdTimestamp: '[now]'
    versionId: [uuid]
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list-versions customer_daily -o name")?, @"
    exit code 0
    --- stdout
    v0
    v1
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list-versions driver_live")?, @"
    exit code 0
    --- stdout
    VERSION  TYPE                 CREATED               VERSION_ID
    v0       stream_feature_view  [now]  [uuid]
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views list-versions nothing")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: feature view `nothing` does not exist in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    Ok(())
}

#[test]
fn a_view_is_disabled_and_enabled() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("feature-views disable driver_live")?, @"
    exit code 0
    --- stdout
    Stream feature view driver_live is now disabled
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views disable driver_live")?, @"
    exit code 0
    --- stdout
    Stream feature view driver_live is already disabled
    --- stderr
    ");
    assert_snapshot!(store.run("stream-feature-views list")?, @"
    exit code 0
    --- stdout
    NAME         ENTITIES  ENABLED  STATE
    driver_live  driver    No       STATE_UNSPECIFIED
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views enable driver_live -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "StreamFeatureView",
        "project": "driver_ranking",
        "name": "driver_live"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("feature-views enable driver_reviews_labels")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: label view `driver_reviews_labels` cannot be disabled; label views have no such setting
    ");
    Ok(())
}

#[test]
fn a_view_is_moved_to_another_state() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("feature-views set-state driver_live generated")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: stream feature view `driver_live` cannot go from state STATE_UNSPECIFIED to GENERATED; what may follow is CREATED
    ");
    assert_snapshot!(store.run("feature-views set-state driver_live CREATED")?, @"
    exit code 0
    --- stdout
    Stream feature view driver_live is now in state CREATED
    --- stderr
    ");
    assert_snapshot!(store.run("feature-views set-state driver_live running")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: invalid value 'running' for '<STATE>': the states are created, generated, materializing, available_online

    For more information, try '--help'.
    ");
    assert_snapshot!(store.run("stream-feature-views list")?, @"
    exit code 0
    --- stdout
    NAME         ENTITIES  ENABLED  STATE
    driver_live  driver    Yes      CREATED
    --- stderr
    ");
    Ok(())
}
