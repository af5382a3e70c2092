//! `delete`.

use anyhow::Result;
use insta::assert_snapshot;

use crate::store::Store;

#[test]
fn any_object_is_deleted_by_its_name() -> Result<()> {
    let store = Store::example()?;
    assert_snapshot!(store.run("delete ranking_readers")?, @"
    exit code 0
    --- stdout
    Deleted permission ranking_readers from project driver_ranking
    --- stderr
    ");
    assert_snapshot!(store.run("delete driver_reviews_labels -o json")?, @r#"
    exit code 0
    --- stdout
    [
      {
        "kind": "LabelView",
        "project": "driver_ranking",
        "name": "driver_reviews_labels"
      }
    ]
    --- stderr
    "#);
    assert_snapshot!(store.run("delete ranking_v1 -o name")?, @"
    exit code 0
    --- stdout
    ranking_v1
    --- stderr
    ");
    assert_snapshot!(store.run("delete ranking_v1")?, @"
    exit code 1
    --- stdout
    --- stderr
    error: nothing named `ranking_v1` exists in project `driver_ranking`

    hint: names are case-sensitive; `list` shows those that exist, `--project` chooses the project
    ");
    assert_snapshot!(store.run("label-views list -o name")?, @"
    exit code 0
    --- stdout
    --- stderr
    ");
    Ok(())
}

/// The order is Feast's, which deletes the first that it finds. What is left is named.
#[test]
fn namesakes_of_other_kinds_stay_and_are_named() -> Result<()> {
    let store = Store::example()?;
    store.apply(
        "kind: Entity\nspec: {name: trip_request}\n---\nkind: Permission\nspec: {name: trip_request, actions: [DESCRIBE], \
         policy: {roleBasedPolicy: {roles: [reader]}}}\n---\nkind: FeatureView\nspec: {name: trip_request, entities: [driver], \
         features: [{name: f, valueType: INT64}]}",
        "",
    )?;
    assert_snapshot!(store.run("delete trip_request")?, @"
    exit code 0
    --- stdout
    Deleted entity trip_request from project driver_ranking
    --- stderr
    note: data source `trip_request` has the same name and is still there; `data-sources delete` deletes it
    note: feature view `trip_request` has the same name and is still there; `feature-views delete` deletes it
    note: permission `trip_request` has the same name and is still there; `permissions delete` deletes it
    ");
    assert_snapshot!(store.run("delete trip_request")?, @"
    exit code 0
    --- stdout
    Deleted feature view trip_request from project driver_ranking
    --- stderr
    note: data source `trip_request` has the same name and is still there; `data-sources delete` deletes it
    note: permission `trip_request` has the same name and is still there; `permissions delete` deletes it
    ");
    assert_snapshot!(store.run("delete trip_request")?, @"
    exit code 0
    --- stdout
    Deleted data source trip_request from project driver_ranking
    --- stderr
    note: permission `trip_request` has the same name and is still there; `permissions delete` deletes it
    ");
    assert_snapshot!(store.run("delete trip_request")?, @"
    exit code 0
    --- stdout
    Deleted permission trip_request from project driver_ranking
    --- stderr
    ");
    assert_eq!(store.run("delete trip_request")?.code, 1);
    Ok(())
}
