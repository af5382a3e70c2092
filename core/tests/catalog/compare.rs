//! Comparing two snapshots: what counts as a difference, and how it reads in a pull request.

use feast_registry_core::{
    catalog::{
        ColumnChange,
        compare::{Change, Comparison, compare},
    },
    proto::feast::core as feast,
};
use prost::Message;
use prost_types::{Duration, Timestamp};

use crate::shop::{PROJECT, entity, feature, open, projection, shop, source, view};

fn compared(before: &feast::Registry, after: &feast::Registry) -> Comparison {
    compare(&open(before), &open(after), None)
}

#[test]
fn added_removed_changed_and_booked_are_told_apart() {
    let before = shop();
    let mut after = shop();
    after.entities.push(entity("rider"));
    after.data_sources.remove(2);
    after.feature_views[0].meta = Some(feast::FeatureViewMeta {
        last_updated_timestamp: Some(Timestamp { seconds: 9, nanos: 0 }),
        materialization_intervals: vec![feast::MaterializationInterval::default()],
        current_version_number: 3,
        state: 4,
        ..Default::default()
    });
    let weekly = after.feature_views[1].spec.as_mut().unwrap();
    weekly.ttl = Some(Duration { seconds: 3600, nanos: 0 });
    weekly.features = vec![feature("rate"), feature("new")];
    weekly.features[0].value_type = 5;
    weekly.features[1].description = "Fresh".into();
    after.feature_services[0].spec.as_mut().unwrap().features[0] = projection("stats", &["rate"]);
    let found = compared(&before, &after);
    assert_eq!((found.added, found.removed, found.changed, found.bookkeeping_only), (1, 1, 2, 1));
    assert_eq!(found.projects, [PROJECT]);
    let what: Vec<_> = found.changes.iter().map(|one| (one.object.name.as_str(), one.change)).collect();
    assert_eq!(
        what,
        [
            ("rider", Change::Added),
            ("amounts", Change::Removed),
            ("weekly", Change::Changed),
            ("model", Change::Changed)
        ]
    );
    let weekly = &found.changes[2];
    let schema: Vec<_> = weekly.schema.iter().map(|one| (one.name.as_str(), one.change)).collect();
    assert_eq!(
        schema,
        [("new", ColumnChange::Added), ("rate", ColumnChange::Retyped), ("trips", ColumnChange::Removed)]
    );
    assert!(
        weekly.fields.iter().any(|field| field.path == "spec.ttl" && field.after.as_deref() == Some("3600s"))
    );
    assert_eq!(
        found.markdown,
        "**1 added, 1 removed, 2 changed**

1 object differs only in what the registry books, such as times.

#### Entities

- added `rider` in `shop`

#### Data sources

- removed `amounts` in `shop`

#### Feature views

- changed `weekly` in `shop`
  - column `new` added: `INT32`
  - column `rate` retyped: `INT32` → `DOUBLE`
  - column `trips` removed: was `INT32`
  - `spec.ttl`: `3600s`

#### Feature services

- changed `model` in `shop`
  - column `stats:rate` added: `INT32`
  - column `stats:trips` removed: was `INT32`
"
    );
}

#[test]
fn a_snapshot_equals_itself_and_projects_can_be_compared_alone() {
    let mut shop_and_more = shop();
    shop_and_more.data_sources.push(feast::DataSource { project: "other".into(), ..source("more") });
    let same = compared(&shop_and_more, &shop_and_more);
    assert_eq!(same.markdown, "No definition differs.\n");
    assert_eq!(compared(&shop(), &shop_and_more).projects, ["other"]);
    let (before, after) = (open(&shop()).bytes().to_vec(), shop_and_more.encode_to_vec());
    let open = |bytes: Vec<u8>| feast_registry_core::catalog::Catalog::open(bytes).unwrap();
    assert_eq!(
        compare(&open(before), &open(after), Some(PROJECT)),
        Comparison { markdown: "No definition differs.\n".into(), ..Default::default() }
    );
}

#[test]
fn odd_values_stay_on_their_lines_and_damaged_objects_are_compared_too() {
    let with = |text: &str| feast::Registry {
        feature_views: vec![view("stats", "trips", |spec| spec.description = text.into())],
        ..Default::default()
    };
    let found = compared(&with("a `quoted`\nline"), &with(&"x".repeat(500)));
    let line = found.markdown.lines().find(|line| line.contains("description")).unwrap();
    assert!(line.starts_with("  - `spec.description`: `` a `quoted` line `` → `xxx"), "{line}");
    assert!(line.chars().count() < 250);

    let mut broken = with("").encode_to_vec();
    let end = broken.len() - 1;
    broken[end] = 0xff;
    let broken = feast_registry_core::catalog::Catalog::open(broken).unwrap();
    assert_eq!(broken.damaged(), 1);
    let found = compare(&open(&with("")), &broken, None);
    assert_eq!((found.changed, found.changes[0].fields[0].path.as_str()), (1, "<bytes>"));
}
