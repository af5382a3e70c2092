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

/// As Feast does, it deletes the first that it finds, an entity before a data source; it says what is left.
#[test]
fn namesakes_of_other_kinds_stay_and_are_named() -> Result<()> {
    let store = Store::example()?;
    store.apply("kind: Entity\nspec: {name: driver_events}", "")?;
    assert_snapshot!(store.run("delete driver_events")?, @"
    exit code 0
    --- stdout
    Deleted entity driver_events from project driver_ranking
    --- stderr
    note: data source `driver_events` has the same name and is still there; `data-sources delete` deletes it
    ");
    assert_snapshot!(store.run("data-sources describe driver_events -o name")?, @"
    exit code 0
    --- stdout
    driver_events
    --- stderr
    ");
    Ok(())
}
