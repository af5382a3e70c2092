//! `features`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn features_are_listed_in_every_format() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("features list")?, @"
    exit code 0
    --- stdout
    FEATURE          FEATURE_VIEW         DATA_TYPE
    trips_7d         customer_daily       Int64
    spend_7d         customer_daily       Float64
    favourite_areas  customer_daily       Array(String)
    conv_rate        driver_hourly_stats  Float32
    acc_rate         driver_hourly_stats  Float32
    avg_daily_trips  driver_hourly_stats  Int64
    home_area        driver_hourly_stats  Array(Float32)
    speed            driver_live          Float64
    trip_score       trip_estimate        Float64
    --- stderr
    ");
    assert_snapshot!(store.run("features list -o name")?, @"
    exit code 0
    --- stdout
    trips_7d
    spend_7d
    favourite_areas
    conv_rate
    acc_rate
    avg_daily_trips
    home_area
    speed
    trip_score
    --- stderr
    ");
    store.apply(
        "kind: FeatureView\nspec: {name: v, entities: [__dummy], features: [{name: f, valueType: INT64_LIST, tags: {pii: 'no'}}]}",
        "--project small",
    )?;
    assert_snapshot!(store.run("features list --project small -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "name": "f",
        "featureView": "v",
        "dataType": "Array(Int64)"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("features list --project small -o yaml --tags pii:no")?, @"
    exit code 0
    --- stdout
    ---
    name: f
    featureView: v
    dataType: Array(Int64)
    --- stderr
    ");
    assert_snapshot!(store.run("features list --project small --tags pii:yes")?, @"
    exit code 0
    --- stdout
    FEATURE  FEATURE_VIEW  DATA_TYPE
    --- stderr
    ");
    assert_snapshot!(store.run("features list --project small --updated-since 2999-01-01 -o name")?, @"
    exit code 0
    --- stdout
    --- stderr
    ");
    Ok(())
}

#[test]
fn a_feature_is_described_once_for_each_view() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("features describe conv_rate")?, @"
    exit code 0
    --- stdout
    name: conv_rate
    featureView: driver_hourly_stats
    featureViewKind: FeatureView
    dataType: Float32
    description: Share of offers that became trips
    online: true
    batchSource:
      type: BATCH_FILE
      timestampField: event_timestamp
      createdTimestampColumn: created
      fileOptions:
        fileFormat:
          parquetFormat: {}
        uri: data/driver_stats.parquet
      name: driver_stats_source

    --- stderr
    ");
    assert_snapshot!(store.run("features describe trip_score -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "name": "trip_score",
        "featureView": "trip_estimate",
        "featureViewKind": "OnDemandFeatureView",
        "dataType": "Float64",
        "online": false
      }
    ]
    --- stderr
    "#);
    store.apply("kind: FeatureView\nspec: {name: other, entities: [driver], features: [{name: speed, valueType: FLOAT}]}", "")?;
    assert_snapshot!(store.run("features describe speed -o table")?, @"
    exit code 0
    --- stdout
    FEATURE  FEATURE_VIEW  DATA_TYPE
    speed    other         Float32
    speed    driver_live   Float64
    --- stderr
    ");
    let described = store.does("features describe speed")?;
    assert_eq!(described.matches("---\nname: speed\n").count(), 2, "{described}");
    assert_snapshot!(store.run("features describe nothing")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: feature `nothing` is in no feature view of the project

    hint: names are case-sensitive; `features list` shows those that exist
    ");
    Ok(())
}

#[test]
fn a_feature_is_not_deleted_by_itself() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("features delete speed")?, @"
    exit code 2
    --- stdout
    --- stderr
    error: a feature is part of its views and cannot be deleted by itself

    hint: take it out of the view's definition: `feature-views describe VIEW -o yaml > view.yaml`, edit, `apply -f view.yaml`
    ");
    Ok(())
}

#[test]
fn an_empty_registry_has_no_features() -> Result<()> {
    assert_snapshot!(Store::empty()?.run("--registry sqlite:///registry.db features list")?, @"
    exit code 0
    --- stdout
    FEATURE  FEATURE_VIEW  DATA_TYPE
    --- stderr
    ");
    Ok(())
}
