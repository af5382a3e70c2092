//! Each rule of the health check on a registry in which it has something to find, and on one in which it
//! has not.

use feast_registry_core::{
    catalog::{
        Catalog, Ref,
        health::{Finding, RULES, Severity},
    },
    kind::Kind,
    proto::feast::core as feast,
};
use proptest::{prop_assert, prop_assert_eq, proptest};
use prost::Message;
use prost_types::{Duration, Timestamp};

use crate::{
    common::generator::Generator,
    shop::{
        PROJECT, dataset, entity, feature, on_demand, open, permission, projection, request, service, source,
        view,
    },
};

/// 2026-01-31T00:00:00Z.
const NOW: i64 = 1_769_817_600_000;
const DAY: i64 = 86_400;
/// Findings of a rule that are told.
const MOST: usize = 500;

/// A registry in which nothing is wrong.
fn sound() -> feast::Registry {
    let mut scores = on_demand(
        "scores",
        vec![
            feast::on_demand_source::Source::FeatureViewProjection(projection(
                "stats",
                &["rate", "driver_id"],
            )),
            request("amounts"),
        ],
    );
    scores.spec.as_mut().unwrap().aggregations = vec![feast::Aggregation::default()];
    feast::Registry {
        projects: vec![feast::Project {
            spec: Some(feast::ProjectSpec { name: PROJECT.into(), ..Default::default() }),
            meta: None,
        }],
        entities: vec![
            entity("driver"),
            feast::Entity {
                spec: Some(feast::EntitySpecV2 {
                    name: "__dummy".into(),
                    project: PROJECT.into(),
                    ..Default::default()
                }),
                meta: None,
            },
        ],
        data_sources: vec![source("trips"), feast::DataSource { r#type: 7, ..source("amounts") }],
        feature_views: vec![view("stats", "trips", |_| {})],
        on_demand_feature_views: vec![scores],
        feature_services: vec![service(
            "model",
            vec![projection("stats", &["trips"]), projection("scores", &["score"])],
        )],
        saved_datasets: vec![dataset("training", "model", &["stats:trips"])],
        validation_references: vec![feast::ValidationReference {
            name: "profile".into(),
            project: PROJECT.into(),
            reference_dataset_name: "training".into(),
            ..Default::default()
        }],
        permissions: vec![permission("readers", &["stats.*"])],
        ..Default::default()
    }
}

fn findings(catalog: &Catalog<'_>) -> Vec<Finding> {
    catalog.health(None, NOW, MOST).findings
}

fn spec(registry: &mut feast::Registry) -> &mut feast::FeatureViewSpec {
    registry.feature_views[0].spec.as_mut().unwrap()
}

fn service_spec(registry: &mut feast::Registry) -> &mut feast::FeatureServiceSpec {
    registry.feature_services[0].spec.as_mut().unwrap()
}

/// Materialized for these days before now; served online with a TTL of two days.
fn materialized(registry: &mut feast::Registry, days: &[(i64, i64)]) {
    let time = |days: &i64| Some(Timestamp { seconds: NOW / 1000 - days * DAY, nanos: 0 });
    let interval = |(start, end): &(i64, i64)| feast::MaterializationInterval {
        start_time: time(start),
        end_time: time(end),
    };
    registry.feature_views[0].meta = Some(feast::FeatureViewMeta {
        materialization_intervals: days.iter().map(interval).collect(),
        ..Default::default()
    });
    spec(registry).online = true;
    spec(registry).ttl = Some(Duration { seconds: 2 * DAY, nanos: 0 });
}

#[test]
fn a_sound_registry_has_no_findings() {
    let mut registry = sound();
    materialized(&mut registry, &[(9, 5), (5, 1)]);
    assert_eq!(findings(&open(&registry)), []);
}

type Change = fn(&mut feast::Registry);

#[test]
fn each_rule_finds_what_it_is_for_and_nothing_else_is_found() {
    let cases: &[(&str, &str, &str, Change)] = &[
        ("refused", "stats", "`seven` is not a version", |r| spec(r).version = "seven".into()),
        ("permission-without-policy", "readers", "allow all", |r| {
            r.permissions[0].spec.as_mut().unwrap().policy = Some(feast::Policy::default());
        }),
        ("missing-view", "model", "`gone` is its features", |r| {
            service_spec(r).features.push(projection("gone", &["x"]));
        }),
        ("missing-feature", "model", "columns `driver_id`, `rate`, `trips`", |r| {
            service_spec(r).features[0] = projection("stats", &["trips", "lost"]);
        }),
        ("missing-feature", "training", "column", |r| {
            r.saved_datasets[0].spec.as_mut().unwrap().features.push("stats:lost".into());
        }),
        ("missing-entity", "stats", "`rider` is its entity", |r| spec(r).entities.push("rider".into())),
        ("missing-source", "stats", "`unknown` is its stream source", |r| {
            spec(r).stream_source = Some(source("unknown"));
        }),
        ("missing-service", "training", "`gone` is its feature service", |r| {
            r.saved_datasets[0].spec.as_mut().unwrap().feature_service_name = "gone".into();
        }),
        ("missing-dataset", "profile", "`gone` is its saved dataset", |r| {
            r.validation_references[0].reference_dataset_name = "gone".into();
        }),
        ("view-name-twice", "stats scores", "2 views are named `stats`", |r| {
            r.on_demand_feature_views[0].spec.as_mut().unwrap().name = "stats".into();
            service_spec(r).features.pop();
        }),
        ("names-differ-by-case", "model Model", "`model` and feature service `Model`", |r| {
            r.feature_services.push(service("Model", vec![projection("stats", &["trips"])]));
        }),
        ("future-interval", "stats", "2026-01-30T00:00:00 to 2026-02-02T00:00:00", |r| {
            materialized(r, &[(1, -2)])
        }),
        ("interval-backwards", "stats", "1 of 2, such as 2026-01-28T00:00:00 to 2026-01-27T00:00:00", |r| {
            materialized(r, &[(9, 1), (3, 4)]);
        }),
        ("materialization-gap", "stats", "The longest is 2026-01-24T00:00:00 to 2026-01-29T00:00:00", |r| {
            materialized(r, &[(12, 11), (10, 7), (2, 0)]);
        }),
        (
            "materialization-overlap",
            "stats",
            "1 overlap; the longest is 2026-01-27T00:00:00 to 2026-01-28",
            |r| {
                materialized(r, &[(9, 3), (4, 0)]);
            },
        ),
        ("never-materialized", "stats", "No interval", |r| materialized(r, &[])),
        ("stale", "stats", "4 days ago; the TTL is 2 days.", |r| materialized(r, &[(9, 4)])),
        ("orphaned-versions", PROJECT, "view `gone`", |r| {
            let record = feast::FeatureViewVersionRecord {
                feature_view_name: "gone".into(),
                project_id: PROJECT.into(),
                ..Default::default()
            };
            r.feature_view_version_history = Some(feast::FeatureViewVersionHistory { records: vec![record] });
        }),
        ("no-features", "stats", "no columns", |r| {
            spec(r).features.clear();
            service_spec(r).features.remove(0);
            r.on_demand_feature_views[0].spec.as_mut().unwrap().sources.remove("0");
            r.saved_datasets[0].spec.as_mut().unwrap().features.clear();
        }),
        ("duplicate-feature", "stats", "3 columns, 2 different names", |r| {
            spec(r).features.push(feature("rate"))
        }),
        ("duplicate-join-key", "stats", "entities `driver`, `rider`", |r| {
            r.entities.push(entity("rider"));
            r.entities[2].spec.as_mut().unwrap().join_key = "driver_id".into();
            spec(r).entities.push("rider".into());
        }),
        ("empty-service", "model", "no view", |r| service_spec(r).features.clear()),
        ("unused-entity", "lonely", "names it", |r| r.entities.push(entity("lonely"))),
        ("unused-source", "lonely", "names it", |r| r.data_sources.push(source("lonely"))),
        ("no-description", "stats", "empty", |r| spec(r).description.clear()),
        ("no-owner", "model", "empty", |r| service_spec(r).owner = " ".into()),
    ];
    for (rule, names, evidence, change) in cases {
        let mut registry = sound();
        change(&mut registry);
        let catalog = open(&registry);
        let found = findings(&catalog);
        let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, vec![*rule; names.split(' ').count()], "{rule}: {found:#?}");
        assert!(names.contains(found[0].object.name.as_str()), "{rule}: {}", found[0].object.name);
        assert!(found.iter().any(|one| one.evidence.contains(evidence)), "{rule}: {}", found[0].evidence);
        assert!(found.iter().all(|one| !one.message.is_empty() && !one.remedy.is_empty()), "{rule}");
        // What is found of all is found of the one.
        let (object, _) = found[0].object.find(&catalog).unwrap();
        assert_eq!(found[0].owner, object.parts().owner(), "{rule}");
        assert_eq!(catalog.findings(object.id, NOW), found[..1], "{rule}");
        let health = catalog.health(None, NOW, MOST);
        assert_eq!((health.total, health.rules.len(), health.rules[0].rule), (found.len(), 1, *rule));
    }
    let tried: Vec<_> = cases.iter().map(|(rule, ..)| *rule).chain(["undecodable"]).collect();
    for rule in RULES {
        assert!(tried.contains(&rule.id), "{} is not tried", rule.id);
    }
}

#[test]
fn what_cannot_be_read_is_found_and_nothing_else_of_it() {
    let mut bytes = sound().encode_to_vec();
    // An entity whose name is not UTF-8, and one without.
    for broken in [&b"\x0a\x0e\x0a\x02\xff\xfe\x4a\x04shop\x2a\x02hi"[..], b"\x0a\x06\x4a\x04shop"] {
        feast_registry_core::wire::put_bytes(&mut bytes, 1, broken);
    }
    let catalog = Catalog::open(bytes).unwrap();
    let found = findings(&catalog);
    let told: Vec<_> = found.iter().map(|one| (one.rule, one.severity, one.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("undecodable", Severity::Error, "The bytes of this entity are damaged."),
            ("undecodable", Severity::Error, "This entity has no name."),
        ]
    );
    assert!(found[1].remedy.contains("entities delete '<entity 4>' --project shop"), "{}", found[1].remedy);
}

#[test]
fn a_pinned_version_need_not_have_what_the_view_has_now() {
    let mut registry = sound();
    let pinned = feast::FeatureViewProjection { version_tag: Some(1), ..projection("stats", &["lost"]) };
    service_spec(&mut registry).features = vec![pinned];
    assert_eq!(findings(&open(&registry)), []);
}

#[test]
fn very_many_findings_are_counted_and_some_told() {
    let views = (0..3_000).map(|n| view(&format!("v{n}"), "trips", |spec| spec.owner.clear()));
    let mut registry = sound();
    registry.feature_views.extend(views);
    registry.data_sources.push(feast::DataSource { project: "other".into(), ..source("lonely") });
    let catalog = open(&registry);
    let health = catalog.health(None, NOW, MOST);
    assert_eq!((health.counts.info, health.total), (3_001, 3_001));
    assert_eq!(health.rules.iter().map(|rule| rule.count).collect::<Vec<_>>(), [1, 3_000]);
    assert_eq!(health.findings.len(), 501);
    let counted = catalog.health(None, NOW, 0);
    assert_eq!((counted.counts, counted.rules, counted.findings), (health.counts, health.rules, Vec::new()));
    let other = catalog.find_project("other");
    let of_other = catalog.health(other, NOW, MOST);
    assert_eq!(of_other.findings.len(), 1);
    assert_eq!(
        of_other.findings[0].object,
        Ref { kind: Kind::DataSource.into(), project: "other".into(), name: "lonely".into() }
    );
}

proptest! {
    #[test]
    fn no_registry_is_too_odd(seed: u64, cut in 0usize..64, flip in 0usize..4096) {
        let mut generator = Generator::with_unknown(seed);
        let ty = &feast_registry_core::schema::FEAST_CORE_REGISTRY;
        let mut bytes = generator.message(ty, 6);
        bytes.truncate(bytes.len().saturating_sub(cut % 8));
        if let Some(byte) = bytes.get_mut(flip) {
            *byte ^= 1 << (cut % 8);
        }
        let Ok(catalog) = Catalog::open(bytes.clone()) else { return Ok(()) };
        let health = catalog.health(None, NOW, MOST);
        let told: usize = health.rules.iter().map(|rule| rule.count.min(MOST)).sum();
        prop_assert_eq!(health.findings.len(), told);
        for entry in catalog.entries() {
            catalog.findings(entry.id, NOW);
            prop_assert!(catalog.uses(entry.id).len() < 10_000);
        }
        catalog.search("plain key 0", None, 5);
        let other = Catalog::open(generator.message(ty, 5));
        if let Ok(other) = other {
            feast_registry_core::catalog::compare::compare(&catalog, &other, None);
        }
    }
}
