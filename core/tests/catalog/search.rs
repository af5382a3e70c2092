//! Searching a catalog: what is found, in which order, and why.
use feast_registry_core::{
    catalog::{
        Catalog, Thing,
        search::{Field, SearchHit, SearchResult},
    },
    kind::Kind,
    proto::feast::core as feast,
};
use proptest::{prop_assert, proptest};

use crate::shop::{feature, open, shop, source};

fn view(name: &str, change: impl FnOnce(&mut feast::FeatureViewSpec)) -> feast::FeatureView {
    let mut spec = feast::FeatureViewSpec { name: name.into(), project: "p".into(), ..Default::default() };
    change(&mut spec);
    feast::FeatureView { spec: Some(spec), meta: None }
}

fn catalog(views: Vec<feast::FeatureView>) -> Catalog<'static> {
    open(&feast::Registry { feature_views: views, ..Default::default() })
}

fn find(catalog: &Catalog<'_>, query: &str) -> SearchResult {
    catalog.search(query, None, 20)
}

fn names(catalog: &Catalog<'_>, query: &str) -> Vec<String> {
    find(catalog, query).hits.into_iter().map(|hit| hit.thing.name).collect()
}

#[test]
fn the_order_is_name_start_of_name_word_in_name_feature_tag_description() {
    let catalog = catalog(vec![
        view("described", |spec| spec.description = "All about the rider.".into()),
        view("tagged", |spec| drop(spec.tags.insert("team".into(), "rider".into()))),
        view("with_feature", |spec| spec.features = vec![feature("rider")]),
        view("new_rider_stats", |_| {}),
        view("rider_statistics", |_| {}),
        view("riders", |_| {}),
        view("rider", |_| {}),
        view("unrelated", |_| {}),
    ]);
    assert_eq!(
        names(&catalog, "rider"),
        [
            "rider",
            "rider_statistics",
            "riders",
            "new_rider_stats",
            "with_feature:rider",
            "tagged",
            "described"
        ]
    );
}

/// The words of a hit that are marked.
fn marked(hit: &SearchHit) -> Vec<String> {
    let units: Vec<u16> = hit.text.encode_utf16().collect();
    let marked =
        |(start, end): &(u32, u32)| String::from_utf16(&units[*start as usize..*end as usize]).unwrap();
    hit.ranges.iter().map(marked).collect()
}

#[test]
fn a_hit_says_where_and_why() {
    let long =
        format!("{} the fare of a ride, {}", "First things first. ".repeat(20), "and so on. ".repeat(20));
    let catalog = catalog(vec![
        view("zürich_trips", |spec| spec.owner = "geo-team@shop".into()),
        view("other", |spec| {
            spec.features = vec![feature("avgFare7d"), feature("plain")];
            spec.tags.insert("cost-center".into(), "4711".into());
            spec.entities = vec!["driver".into()];
            spec.batch_source = Some(source("kafka_orders"));
        }),
        view("wordy", |spec| spec.description = long),
    ]);
    for (query, thing, name, field, words) in [
        ("zurich tri", Thing::Object(Kind::FeatureView), "zürich_trips", Field::Name, vec!["zürich", "tri"]),
        ("geo", Thing::Object(Kind::FeatureView), "zürich_trips", Field::Owner, vec!["geo"]),
        ("avgfare", Thing::Feature, "other:avgFare7d", Field::Feature, vec!["avgFare"]),
        ("avg_fare", Thing::Feature, "other:avgFare7d", Field::Feature, vec!["avgFare"]),
        ("AVG 7d", Thing::Feature, "other:avgFare7d", Field::Feature, vec!["avg", "7d"]),
        ("4711", Thing::Object(Kind::FeatureView), "other", Field::Tag, vec!["4711"]),
        ("cost center", Thing::Object(Kind::FeatureView), "other", Field::Tag, vec!["cost", "center"]),
        ("driver", Thing::Object(Kind::FeatureView), "other", Field::Entity, vec!["driver"]),
        ("orders", Thing::Object(Kind::FeatureView), "other", Field::Source, vec!["orders"]),
        ("fare ride", Thing::Object(Kind::FeatureView), "wordy", Field::Description, vec!["fare", "ride"]),
    ] {
        let found = find(&catalog, query);
        let hit = &found.hits[0];
        assert_eq!((hit.thing.kind, hit.thing.name.as_str(), hit.field), (thing, name, field), "{query}");
        assert_eq!(marked(hit), words, "{query}");
        assert!(hit.text.chars().count() <= 202, "{query}");
    }
}

#[test]
fn misspellings_are_allowed_for_where_nothing_else_is_found() {
    let catalog = catalog(vec![
        view("customer_orders", |_| {}),
        view("merchant_statistics", |_| {}),
        view("fee", |_| {}),
        view("week_12345", |_| {}),
    ]);
    for (query, name) in [
        ("custmer", Some("customer_orders")),
        ("ucstomer", Some("customer_orders")),
        ("customre ordres", Some("customer_orders")),
        ("merchnat statstics", Some("merchant_statistics")),
        ("mrchant statisitsc", Some("merchant_statistics")),
        // Two edits in a word of less than eight letters, one in a word of less than four or in a number.
        ("oedrs", None),
        ("fef", None),
        ("12346", None),
        ("customer merchant", None),
    ] {
        let found = find(&catalog, query);
        assert_eq!(found.hits.first().map(|hit| hit.thing.name.as_str()), name, "{query}");
        assert!(found.hits.iter().all(|hit| hit.fuzzy), "{query}");
    }
    assert!(!find(&catalog, "customer").hits[0].fuzzy);
}

#[test]
fn names_are_one_however_their_words_are_joined() {
    let catalog =
        catalog(vec![view("driver_stats", |_| {}), view("DriverStats", |_| {}), view("新司机统计", |_| {})]);
    for query in ["driverstats", "driver_stats", "DriverStats", "driver stats", "Driver-St", "drivers"] {
        assert_eq!(names(&catalog, query).len(), 2, "{query}");
    }
    assert_eq!(names(&catalog, "司机"), ["新司机统计"]);
    assert_eq!(names(&catalog, "统"), ["新司机统计"]);
    assert_eq!(find(&catalog, " -- ").total, 0);
    assert_eq!(find(&catalog, "").total, 0);
}

#[test]
fn every_kind_is_found_counted_and_kept_to_its_project() {
    let mut registry = shop();
    registry.feature_views[1].spec.as_mut().unwrap().project = "other".into();
    let catalog = open(&registry);
    let found = catalog.search("s", None, 3);
    assert_eq!(found.hits.len(), 3);
    let counted: u32 = found.by_kind.iter().map(|one| one.count).sum();
    assert_eq!(counted, found.total);
    for name in [
        "shop", "driver", "trips", "stats", "clicks", "scores", "fraud", "model", "training", "profile",
        "readers",
    ] {
        assert_eq!(names(&catalog, name)[0], name);
    }
    let other = catalog.find_project("other");
    let found = catalog.search("weekly", other, 9);
    assert_eq!((found.total, found.hits[0].thing.project.as_str()), (1, "other"));
    assert_eq!(catalog.search("model", other, 9).total, 0);
    // Where the data are, and through what they are had.
    assert_eq!(names(&catalog, "s3 lake pushed").len(), 0);
    assert_eq!(names(&catalog, "lake trips parquet"), ["trips"]);
    assert_eq!(names(&catalog, "driver_id")[0], "driver");
}

proptest! {
    #[test]
    fn no_query_and_no_text_is_too_odd(query in ".{0,40}", texts in proptest::collection::vec(".{0,60}", 1..8)) {
        let views = texts.iter().map(|text| view(text, |spec| {
            spec.description = text.clone();
            spec.features = vec![feature(text)];
            spec.tags.insert(text.clone(), text.clone());
        }));
        let catalog = catalog(views.collect());
        for query in texts.iter().chain([&query]) {
            for hit in catalog.search(query, None, 10).hits {
                marked(&hit);
            }
        }
        // Whoever types a whole name finds it.
        for text in texts.iter().filter(|text| text.chars().any(char::is_alphanumeric)) {
            let found = catalog.search(text, None, 20);
            prop_assert!(found.hits.iter().any(|hit| hit.thing.name.starts_with(text.as_str())), "{text:?}");
        }
    }
}
