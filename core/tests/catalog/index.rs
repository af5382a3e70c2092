//! Finding objects, features and versions, and what becomes of odd ones.

use feast_registry_core::{
    catalog::{Arrival, Catalog, Input, Role},
    kind::Kind,
    operation::{Delete, SetUserMetadata, Target},
    proto::feast::core as feast,
    snapshot::{self, SnapshotError},
    wire,
};
use prost::Message;

use crate::common::{PROJECT, Registry, entity, feature, label_view, object, revision, service, view};

fn catalog(registry: &Registry) -> Catalog<'static> {
    Catalog::open(snapshot::write(registry.memory.rows(), "the-id").unwrap()).unwrap()
}

fn names<'a>(catalog: &'a Catalog<'_>) -> Vec<(Kind, &'a str, &'a str)> {
    catalog.entries().map(|entry| entry.key()).collect()
}

#[test]
fn objects_are_found_by_kind_project_and_name() {
    let mut registry = Registry::default();
    registry.apply(view("stats", |_| {}));
    registry.apply(label_view("labels"));
    registry.apply(entity("driver"));
    registry.apply(service("model", Vec::new()));
    let catalog = catalog(&registry);
    let expected = [
        (Kind::Project, PROJECT, PROJECT),
        (Kind::Entity, PROJECT, "driver"),
        (Kind::FeatureView, PROJECT, "stats"),
        (Kind::LabelView, PROJECT, "labels"),
        (Kind::FeatureService, PROJECT, "model"),
    ];
    assert_eq!(names(&catalog), expected);
    for (kind, project, name) in expected {
        assert_eq!(catalog.find(kind, project, name).unwrap().key(), (kind, project, name));
        assert_eq!(catalog.of_kind(kind).len(), 1);
    }
    assert_eq!(catalog.find_view(PROJECT, "labels").unwrap().kind, Kind::LabelView);
    for (project, name) in [(PROJECT, "stat"), ("other", "stats"), ("", "pstats")] {
        assert!(catalog.find(Kind::FeatureView, project, name).is_none());
    }
    assert_eq!(catalog.version_id(), "the-id");
    assert_eq!(catalog.projects().map(|(_, name)| name).collect::<Vec<_>>(), [PROJECT]);
    assert_eq!((catalog.damaged(), catalog.notes().count()), (0, 0));
}

#[test]
fn parts_are_read_from_the_bytes() {
    let mut registry = Registry::default();
    registry.apply(view("stats", |spec| {
        spec.description = "Hourly".into();
        spec.owner = "me".into();
        spec.tags = [("tier".to_owned(), "gold".to_owned())].into();
        spec.ttl = Some(prost_types::Duration { seconds: 60, nanos: 0 });
        spec.entities.push("__dummy".into());
        spec.online = true;
        spec.source_views = vec![feast::FeatureViewSpec { name: "base".into(), ..Default::default() }];
    }));
    let request = feast::DataSource { name: "request".into(), r#type: 7, ..Default::default() };
    let projection = feast::FeatureViewProjection {
        feature_view_name: "stats".into(),
        feature_columns: vec![feature("rate", 6)],
        version_tag: Some(0),
        ..Default::default()
    };
    let source = |source| feast::OnDemandSource { source: Some(source) };
    let spec = feast::OnDemandFeatureViewSpec {
        name: "live".into(),
        features: vec![feature("ratio", 5)],
        sources: [
            ("a".to_owned(), source(feast::on_demand_source::Source::RequestDataSource(request))),
            ("b".to_owned(), source(feast::on_demand_source::Source::FeatureViewProjection(projection))),
        ]
        .into(),
        aggregations: vec![Default::default()],
        ..Default::default()
    };
    let live = feast::OnDemandFeatureView { spec: Some(spec), meta: None };
    registry.apply(object(Kind::OnDemandFeatureView, &live));
    let catalog = catalog(&registry);

    let stats = catalog.find_view(PROJECT, "stats").unwrap();
    let parts = stats.parts();
    assert_eq!((parts.description(), parts.owner(), parts.ttl()), ("Hourly", "me", Some(60)));
    assert_eq!(parts.tags().collect::<Vec<_>>(), [("tier", "gold")]);
    assert_eq!(parts.entities().collect::<Vec<_>>(), ["driver"]);
    assert_eq!((parts.is_online(), parts.is_offline(), parts.is_disabled()), (true, false, false));
    assert_eq!(parts.created().unwrap().seconds, 1);
    assert_eq!(parts.source_views().collect::<Vec<_>>(), ["base"]);
    let sources: Vec<_> = parts.sources().map(|s| (s.role, s.name(), s.source_type())).collect();
    assert_eq!(sources, [(Role::Batch, "s", 1)]);

    let live = catalog.find_view(PROJECT, "live").unwrap();
    let inputs: Vec<_> = live.parts().inputs().map(|(name, input)| (name.to_owned(), input)).collect();
    let [(a, Input::Request(request)), (b, Input::Projection(projection))] = inputs.as_slice() else {
        panic!("{inputs:?}")
    };
    assert_eq!((a.as_str(), request.name(), b.as_str(), projection.view()), ("a", "request", "b", "stats"));
    assert_eq!(projection.features().map(|column| column.name()).collect::<Vec<_>>(), ["rate"]);
    assert_eq!(projection.version(), Some(0));
}

#[test]
fn features_are_numbered_without_the_join_keys() {
    let mut registry = Registry::default();
    registry.apply(view("one", |_| {}));
    registry.apply(view("two", |spec| spec.features.clear()));
    registry.apply(label_view("labels"));
    let spec = feast::StreamFeatureViewSpec {
        name: "live".into(),
        entities: vec!["driver".into()],
        entity_columns: vec![feature("driver_id", 4)],
        features: vec![feature("speed", 5), feature("driver_id", 4), feature("heat", 5)],
        stream_source: Some(feast::DataSource { name: "push".into(), r#type: 9, ..Default::default() }),
        ..Default::default()
    };
    registry
        .apply(object(Kind::StreamFeatureView, &feast::StreamFeatureView { spec: Some(spec), meta: None }));
    let catalog = catalog(&registry);
    let mut found = Vec::new();
    for entry in catalog.entries() {
        let listed: Vec<&str> = entry.parts().features().map(|column| column.name()).collect();
        let numbered = catalog.features_of(entry.id).map(|id| {
            assert_eq!(id.index(), found.len());
            let feature = catalog.feature(id);
            assert_eq!((feature.id, feature.view), (id, entry.id));
            found.push(format!("{}:{}", entry.name, feature.column.name()));
            assert_eq!(catalog.find_feature(entry.id, feature.column.name()), Some(id));
            feature.column.name()
        });
        assert_eq!(numbered.collect::<Vec<_>>(), listed);
    }
    assert_eq!(found, ["one:trips", "one:rate", "live:speed", "live:heat", "labels:label"]);
    assert_eq!(catalog.feature_count(), found.len());
}

#[test]
fn versions_and_user_metadata_are_their_views() {
    let mut registry = Registry::default();
    for number in 0..3 {
        registry.apply(revision("v", number));
    }
    registry.apply(revision("w", 0));
    let (project, view) = (PROJECT.to_owned(), "v".to_owned());
    registry.run(SetUserMetadata { project, view, user_metadata: Some(b"mine".to_vec()) }).unwrap();
    let full = catalog(&registry);
    let v = full.find_view(PROJECT, "v").unwrap();
    let numbers: Vec<_> = full.versions_of(v.id).map(|version| (version.number, version.kind)).collect();
    let kind = Some(Kind::FeatureView);
    assert_eq!(numbers, [(0, kind), (1, kind), (2, kind)]);
    assert!(full.versions_of(v.id).all(|version| version.created.is_some() && version.bytes.len() > 9));
    assert_eq!(full.user_metadata(v.id), Some(b"mine".as_slice()));
    assert_eq!(full.user_metadata(full.find_view(PROJECT, "w").unwrap().id), None);
    assert_eq!(full.orphaned_versions().count(), 0);

    let (project, name) = (PROJECT.to_owned(), "v".to_owned());
    let mut rows = registry.memory.rows().clone();
    let versions = rows.versions.clone();
    registry.run(Delete { project, name, target: Target::Any }).unwrap();
    rows = registry.memory.rows().clone();
    rows.versions = versions;
    let without = Catalog::open(snapshot::write(&rows, "").unwrap()).unwrap();
    let orphans: Vec<_> = without.orphaned_versions().map(|version| (version.name, version.number)).collect();
    assert_eq!(orphans, [("v", 0), ("v", 1), ("v", 2)]);
}

/// Objects as they are in a file, whatever they are.
fn file(objects: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, object) in objects {
        wire::put_bytes(&mut bytes, kind.info().registry_field, object);
    }
    bytes
}

fn named(name: &str, project: &str) -> Vec<u8> {
    let spec = feast::EntitySpecV2 { name: name.into(), project: project.into(), ..Default::default() };
    feast::Entity { spec: Some(spec), meta: None }.encode_to_vec()
}

#[test]
fn nothing_in_the_file_is_left_out() {
    let mut damaged = named("broken", "p");
    damaged.extend([0x0a, 50, 1]);
    let entities =
        [named("a", "p"), named("", "p"), damaged, b"\xff\xff".to_vec(), named("a", "p"), named("b", "")];
    let bytes = file(&entities.map(|bytes| (Kind::Entity, bytes)));
    let catalog = Catalog::open(bytes).unwrap();
    let found: Vec<_> = catalog.entries().map(|e| (e.project, e.name, e.is_damaged)).collect();
    let expected = [
        ("p", "a", false),
        ("p", "<entity 2>", true),
        ("p", "broken", true),
        ("<no project>", "<entity 4>", true),
        ("p", "a", false),
        ("<no project>", "b", false),
    ];
    assert_eq!(found, expected);
    assert_eq!(catalog.damaged(), 3);
    assert_eq!(catalog.find(Kind::Entity, "p", "a").unwrap().id.index(), 0);
    assert_eq!(catalog.find(Kind::Entity, "p", "<entity 2>").unwrap().id.index(), 1);
    assert_eq!(
        catalog.notes().collect::<Vec<_>>(),
        ["Some objects do not say which project they belong to."]
    );
}

#[test]
fn the_only_project_takes_what_says_none_and_the_last_one_the_infra() {
    let project = |name: &str| {
        let spec = feast::ProjectSpec { name: name.into(), ..Default::default() };
        (Kind::Project, feast::Project { spec: Some(spec), meta: None }.encode_to_vec())
    };
    let entity = (Kind::Entity, named("a", ""));
    let one = Catalog::open(file(&[project("p"), entity.clone()])).unwrap();
    assert!(one.find(Kind::Entity, "p", "a").is_some());
    let two = Catalog::open(file(&[project("z"), project("b"), entity, (Kind::Infra, Vec::new())])).unwrap();
    assert!(two.find(Kind::Entity, "<no project>", "a").is_some());
    assert!(two.find(Kind::Infra, "b", "infra_obj").is_some());
    assert_eq!(two.projects().map(|(_, name)| name).collect::<Vec<_>>(), ["<no project>", "b", "z"]);
}

#[test]
fn in_whatever_pieces_a_file_arrives_it_is_the_same() {
    let mut registry = Registry::default();
    registry.apply(view("stats", |spec| spec.features = vec![feature("trips", 1), feature("rate", 4)]));
    registry.apply(service("model", Vec::new()));
    let mut bytes = snapshot::write(registry.memory.rows(), "the-id").unwrap();
    bytes.extend(file(&[(Kind::Entity, named("", "p")), (Kind::Entity, b"\xff".to_vec())]));
    let seen = |catalog: &Catalog<'_>| {
        let entries: Vec<_> =
            catalog.entries().map(|e| format!("{:?} {:?}", e.key(), e.is_damaged)).collect();
        (entries, catalog.feature_count(), catalog.notes().map(String::from).collect::<Vec<_>>())
    };
    let whole = seen(&Catalog::open(&bytes[..]).unwrap());
    assert_eq!((whole.0.len(), whole.1), (5, 2));
    for piece in [1, 2, 7, 50, bytes.len()] {
        let mut arrival = Arrival::default();
        (piece..bytes.len()).step_by(piece).for_each(|end| arrival.look(&bytes[..end]));
        assert_eq!(seen(&arrival.open(&bytes[..]).unwrap()), whole, "in pieces of {piece}");
    }
}

/// Looked at from its beginning with each byte more, it would take a minute.
#[test]
fn a_field_without_end_is_not_looked_at_again_with_every_piece() {
    let mut bytes = vec![0x0b];
    bytes.resize(300_000, 8);
    let mut arrival = Arrival::default();
    (0..bytes.len()).for_each(|end| arrival.look(&bytes[..end]));
    assert!(matches!(arrival.open(bytes).unwrap_err(), SnapshotError::NotARegistry(_)));
}

#[test]
fn what_is_no_registry_is_said_to_be_none() {
    assert_eq!(Catalog::open(&b""[..]).unwrap_err(), SnapshotError::Empty);
    assert_eq!(Catalog::open(&b"SQLite format 3\0\x10\0"[..]).unwrap_err(), SnapshotError::Sqlite);
    assert!(matches!(Catalog::open(&b"name: shop\n"[..]).unwrap_err(), SnapshotError::NotARegistry(_)));
    assert_eq!(Catalog::open(&b"\xf2\x3f\x01x"[..]).unwrap_err(), SnapshotError::Foreign);
    let whole = file(&[(Kind::Entity, named("a", "p"))]);
    assert!(matches!(Catalog::open(&whole[..5]).unwrap_err(), SnapshotError::NotARegistry(_)));
}
