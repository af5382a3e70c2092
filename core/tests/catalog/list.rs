//! Lists: filters, sorting, pages, exports and suggestions.

use feast_registry_core::{
    catalog::{Catalog, Cell, CollectionId, ExportFormat, List, ListRequest, Ref, Sort, Thing, collections},
    kind::Kind,
    proto::feast::core as feast,
};

use crate::shop::{PROJECT, entity, open, projection, service, shop, source, view};

const DAY: i64 = 86_400_000;
const NOW: i64 = 1_767_225_600_000;

fn time(millis: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: millis / 1000, nanos: 0 })
}

/// The shop, a second project, and views in several states of freshness.
fn catalog() -> Catalog<'static> {
    let mut registry = shop();
    let mut add =
        |name: &str, updated: i64, last: Option<i64>, change: &dyn Fn(&mut feast::FeatureViewSpec)| {
            let mut view = view(name, "trips", |spec| {
                spec.online = true;
                spec.ttl = Some(prost_types::Duration { seconds: 86_400, nanos: 0 });
                change(spec);
            });
            let intervals = last.map(|last| feast::MaterializationInterval {
                start_time: time(last - DAY),
                end_time: time(last),
            });
            view.meta = Some(feast::FeatureViewMeta {
                created_timestamp: time(NOW - 300 * DAY),
                last_updated_timestamp: time(updated),
                materialization_intervals: intervals.into_iter().collect(),
                state: if last.is_some() { 4 } else { 0 },
                ..Default::default()
            });
            registry.feature_views.push(view);
        };
    add("fresh", NOW - DAY, Some(NOW - DAY / 2), &|spec| spec.owner = "Ana <a@b.c>".into());
    add("late", NOW - 10 * DAY, Some(NOW - 3 * DAY), &|spec| {
        spec.tags = [("tier".into(), "gold".into()), ("pii".into(), String::new())].into();
    });
    add("never", NOW - 20 * DAY, None, &|spec| {
        (spec.description, spec.owner) = (String::new(), String::new());
        spec.tags = [("tier".into(), "silver, \"polished\"".into())].into();
    });
    add("off", NOW - 20 * DAY, None, &|spec| spec.disabled = true);
    let mut other = entity("driver");
    other.spec.as_mut().unwrap().project = "other".into();
    registry.entities.push(other);
    registry.feature_services.push(service("Älpler", vec![projection("fresh", &["trips"])]));
    registry.data_sources.push(source("a10"));
    open(&registry)
}

fn request(collection: CollectionId, filter: &str) -> ListRequest {
    ListRequest { collection, project: None, filter: filter.into(), sort: None, now: NOW }
}

fn names(catalog: &Catalog<'_>, request: &ListRequest) -> Vec<String> {
    let list = List::new(catalog, request);
    let rows = list.rows(catalog, 0, usize::MAX, &[]);
    assert_eq!(rows.len(), list.len());
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(list.position(catalog, &row.thing), Some(index), "{:?}", row.thing);
    }
    rows.into_iter().map(|row| row.thing.name).collect()
}

fn views(filter: &str) -> Vec<String> {
    names(&catalog(), &request(CollectionId::FeatureViews, filter))
}

#[test]
fn filters_find_what_they_say() {
    let all = ["clicks", "fraud", "fresh", "late", "never", "off", "scores", "stats", "weekly"];
    for (filter, expected) in [
        ("", &all[..]),
        ("FRE", &["fresh"]),
        ("a@B.c", &["fresh"]),
        ("is_fraud", &["fraud"]),
        ("gold", &["late"]),
        ("name:s", &["clicks", "fresh", "scores", "stats"]),
        ("name:=stats", &["stats"]),
        ("name:s -name:scores -clicks", &["fresh", "stats"]),
        ("owner:\"ana <\"", &["fresh"]),
        ("tag:tier", &["late", "never"]),
        ("tag:tier=gold", &["late"]),
        ("tag:pii=", &["late"]),
        ("tag:\"tier=silver, \\\"polished\\\"\"", &["never"]),
        ("entity:driver", &["fraud", "fresh", "late", "never", "off", "stats", "weekly"]),
        ("source:=pushed", &["clicks", "fraud"]),
        ("source:trips kind:StreamFeatureView", &["clicks"]),
        ("view:stats", &["scores", "weekly"]),
        ("service:=model", &["scores", "stats"]),
        ("feature:=clicks", &["clicks"]),
        ("kind:featureview name:st", &["stats"]),
        ("type:PUSH_SOURCE", &["clicks", "fraud"]),
        ("type:INT32 name:late", &["late"]),
        ("state:AVAILABLE_ONLINE", &["fresh", "late"]),
        ("project:shop fresh", &["fresh"]),
        ("project:sho", &[]),
        ("updated<7d", &["fresh"]),
        ("updated>2w", &["never", "off"]),
        ("updated>2025-12-20", &["fresh", "late"]),
        ("updated<2025-12-20", &["never", "off"]),
        ("materialized<1d", &["fresh"]),
        ("stale", &["late", "never"]),
        ("stale -materialized", &["never"]),
        ("online -stale -disabled", &["fresh"]),
        ("disabled", &["off"]),
        ("undocumented", &["clicks", "fraud", "never"]),
        ("unowned", &["clicks", "fraud", "never"]),
        ("unused", &["clicks", "fraud", "late", "never", "off", "weekly"]),
        ("nonsense:x", &all),
    ] {
        assert_eq!(views(filter), expected, "{filter}");
    }
}

#[test]
fn every_collection_can_be_filtered() {
    let catalog = catalog();
    let found = |collection, filter| names(&catalog, &request(collection, filter));
    assert_eq!(found(CollectionId::Entities, "unused"), ["__dummy", "driver"]);
    assert_eq!(found(CollectionId::DataSources, "type:REQUEST_SOURCE"), ["amounts"]);
    assert_eq!(found(CollectionId::DataSources, "source:trips"), ["pushed"]);
    assert_eq!(found(CollectionId::Features, "service:=model"), ["scores:score", "stats:trips"]);
    assert_eq!(found(CollectionId::Features, "view:stats -unused"), ["stats:rate", "stats:trips"]);
    assert_eq!(found(CollectionId::Features, "tag:tier=gold rate"), ["late:rate"]);
    assert_eq!(found(CollectionId::FeatureServices, "view:scores"), ["model"]);
    assert_eq!(found(CollectionId::FeatureServices, "älp"), ["Älpler"]);
    assert_eq!(found(CollectionId::SavedDatasets, "service:=model view:=stats"), ["training"]);
    assert_eq!(found(CollectionId::Permissions, "action:DESCRIBE"), ["readers"]);
    assert!(found(CollectionId::Permissions, "action:DELETE").is_empty());
    assert_eq!(found(CollectionId::ValidationReferences, ""), ["profile"]);
    assert_eq!(found(CollectionId::Projects, ""), [PROJECT]);
    let of_project = ListRequest { project: Some("other".into()), ..request(CollectionId::Entities, "") };
    assert_eq!(names(&catalog, &of_project), ["driver"]);
    let of_none = ListRequest { project: Some("none".into()), ..request(CollectionId::Entities, "") };
    assert!(names(&catalog, &of_none).is_empty());
}

#[test]
fn lists_are_sorted_by_any_column_with_what_has_no_value_last() {
    let catalog = catalog();
    let sorted = |column: &str, descending| {
        let sort = Some(Sort { column: column.into(), descending });
        names(&catalog, &ListRequest { sort, ..request(CollectionId::FeatureViews, "kind:FeatureView") })
    };
    assert_eq!(sorted("updated", true)[..2], ["fresh", "late"]);
    assert_eq!(sorted("updated", false)[2..4], ["late", "fresh"]);
    assert_eq!(sorted("materialized", false)[..2], ["late", "fresh"]);
    assert_eq!(sorted("materialized", true)[..2], ["fresh", "late"]);
    assert_eq!(sorted("freshness", false)[..3], ["fresh", "never", "late"]);
    assert_eq!(sorted("name", true)[0], "weekly");
    assert_eq!(sorted("owner", false)[0], "fresh", "whatever the case");
    assert_eq!(sorted("owner", true).last().unwrap(), "never");
    for collection in collections() {
        let whole = names(&catalog, &request(collection.id, ""));
        for column in &collection.columns {
            for descending in [false, true] {
                let sort = Some(Sort { column: column.id.into(), descending });
                let mut found = names(&catalog, &ListRequest { sort, ..request(collection.id, "") });
                found.sort_by_key(|name| whole.iter().position(|one| one == name));
                assert_eq!(found, whole, "{:?} by {}", collection.id, column.id);
            }
        }
    }
}

#[test]
fn rows_have_the_cells_that_were_asked_for() {
    let catalog = catalog();
    let list = List::new(&catalog, &request(CollectionId::FeatureViews, "late"));
    let columns =
        ["name", "kind", "entities", "features", "freshness", "materialized", "ttl", "tags", "nonsense"];
    let rows = list.rows(&catalog, 0, 10, &columns);
    let entity = Ref { kind: Thing::Object(Kind::Entity), project: PROJECT.into(), name: "driver".into() };
    let expected = [
        Cell::Text("late".into()),
        Cell::Text("FeatureView".into()),
        Cell::Refs(vec![entity]),
        Cell::Number(2),
        Cell::Text("stale".into()),
        Cell::Number(NOW - 3 * DAY),
        Cell::Number(86_400),
        Cell::Tags(vec![("pii", ""), ("tier", "gold")]),
        Cell::Absent,
    ];
    let mut cells = rows[0].cells.clone();
    if let Cell::Tags(tags) = &mut cells[7] {
        tags.sort_unstable();
    }
    assert_eq!(cells, expected);
    assert_eq!((list.len(), list.of_total()), (1, 9));
    assert!(list.rows(&catalog, 1, 10, &columns).is_empty());
}

#[test]
fn exports_are_read_back() {
    let catalog = catalog();
    let list = List::new(&catalog, &request(CollectionId::FeatureViews, "tag:tier"));
    let columns = ["name", "tags", "updated", "entities", "online"];
    let csv = list.export(&catalog, ExportFormat::Csv, &columns);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "name,tags,updated,entities,online");
    assert_eq!(lines[2], "never,\"tier=silver, \"\"polished\"\"\",2025-12-12T00:00:00Z,driver,true");
    assert_eq!(lines.len(), 4);
    let json = list.export(&catalog, ExportFormat::Json, &columns);
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({
        "name": "late", "tags": {"tier": "gold", "pii": ""}, "updated": "2025-12-22T00:00:00Z",
        "entities": ["driver"], "online": true,
    });
    assert_eq!(rows[0], expected);
}

#[test]
fn suggestions_make_filters_that_hold_for_as_many_things_as_they_say() {
    let catalog = catalog();
    let all = request(CollectionId::FeatureViews, "");
    let texts = |word: &str| -> Vec<String> {
        catalog.suggest(&all, word).into_iter().map(|suggestion| suggestion.text).collect()
    };
    assert_eq!(texts("ow"), ["owner:"]);
    assert_eq!(texts("-stal"), ["-stale"]);
    assert_eq!(texts("tag:ti"), ["tag:tier"]);
    assert_eq!(texts("tag:tier=g"), ["tag:tier=gold"]);
    assert_eq!(texts("owner:ana"), ["owner:=\"Ana <a@b.c>\""]);
    assert!(texts("updated:").is_empty());
    for word in
        ["owner:", "tag:", "tag:tier=", "entity:", "source:", "kind:", "type:", "state:", "service:", "view:"]
    {
        let found = catalog.suggest(&all, word);
        assert!(!found.is_empty(), "{word}");
        for suggestion in found {
            let listed = names(&catalog, &request(CollectionId::FeatureViews, &suggestion.text));
            // A view has one column of a type or several, and counts as often.
            let most = suggestion.count.unwrap() as usize;
            assert!(!listed.is_empty() && listed.len() <= most, "{suggestion:?}: {listed:?}");
            assert!(
                word == "type:" || word == "source:" || listed.len() == most,
                "{suggestion:?}: {listed:?}"
            );
        }
    }
}

#[test]
fn the_home_page_counts_what_its_links_list() {
    let catalog = catalog();
    for project in [None, Some(PROJECT), Some("other"), Some("none")] {
        let home = catalog.home(project, NOW);
        for facet in home.owners.iter().chain(&home.tags).chain(&home.source_types).chain(&home.view_kinds) {
            let project = project.map(String::from);
            let listed =
                names(&catalog, &ListRequest { project, ..request(facet.collection, &facet.filter) });
            assert_eq!(listed.len(), facet.count as usize, "{facet:?}");
        }
        for (collection, count) in &home.counts {
            let project = project.map(String::from);
            let listed = names(&catalog, &ListRequest { project, ..request(*collection, "") });
            assert_eq!(listed.len(), *count as usize, "{collection:?}");
        }
    }
    let home = catalog.home(Some(PROJECT), NOW);
    let recent: Vec<&str> = home.recent.iter().map(|change| change.thing.name.as_str()).collect();
    assert_eq!(recent, ["fresh", "late", "never", "off"]);
    let stale: Vec<_> = home.stale_views.iter().map(|view| view.thing.name.as_str()).collect();
    assert_eq!(stale, ["never", "late"]);
    let summary = catalog.summary(NOW);
    assert_eq!(
        summary.projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(),
        ["other", PROJECT]
    );
    assert_eq!(summary.projects[1].stale, 2);
    assert_eq!(summary.projects[1].counts, home.counts);
    assert_eq!(summary.projects[1].last_change, Some(NOW - DAY));
}

#[test]
fn what_ends_in_the_future_is_not_fresh() {
    let catalog = catalog();
    let freshness = |now| {
        let asked = ListRequest { now, ..request(CollectionId::FeatureViews, "name:=fresh") };
        List::new(&catalog, &asked).rows(&catalog, 0, 1, &["freshness"])[0].cells[0].clone()
    };
    let told = [NOW, NOW - DAY, NOW + DAY].map(freshness);
    assert_eq!(told, ["fresh", "in the future", "stale"].map(|text| Cell::Text(text.into())));
}
