//! Fields that this build does not know survive everything that is done to an object: at the top, in
//! `spec`, in `meta` and deeper.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Action, LAST_UPDATED, Materialize, REVISION, Restore},
    proto::feast::core as feast,
    rows::Rows,
    snapshot::{self, ReadOptions},
    time::Timestamp,
    wire::{self, WireError},
};
use prost::Message;

/// Field numbers that no message of Feast's has, one per wire type.
const VARINT: u32 = 19_001;
const TEXT: u32 = 19_002;

/// Adds unknown fields at these paths, each telling where it stands.
fn inject(object: &Object, paths: &[&[u32]]) -> Object {
    let mut bytes = object.bytes().to_vec();
    for path in paths {
        bytes = wire::edit_at::<WireError>(&bytes, path, &mut |message| {
            let mut message = message.to_vec();
            wire::put_varint(&mut message, VARINT, path.len() as u64 + 1);
            wire::put_bytes(&mut message, TEXT, format!("{path:?}").as_bytes());
            Ok(message)
        })
        .unwrap();
    }
    Object::parse(object.kind(), bytes).unwrap()
}

fn assert_kept(bytes: &[u8], paths: &[&[u32]], what: &str) {
    for path in paths {
        let message = wire::submessage_at(bytes, path).unwrap().unwrap_or_default();
        let text = wire::last_bytes(&message, TEXT).unwrap();
        assert_eq!(text, Some(format!("{path:?}").as_bytes()), "{what} lost the text at {path:?}");
        let varint = wire::last_varint(&message, VARINT).unwrap();
        assert_eq!(varint, Some(path.len() as u64 + 1), "{what} lost the number at {path:?}");
    }
}

/// Top, spec, meta and the embedded source.
const PLACES: &[&[u32]] = &[&[], &[1], &[2], &[1, 7]];

fn stored(registry: &Registry) -> Vec<u8> {
    registry.active("v").into_bytes()
}

#[test]
fn through_apply_materialization_and_versions() {
    let mut registry = Registry::default();
    registry.apply(inject(&revision("v", 0), PLACES));
    assert_kept(&stored(&registry), PLACES, "the first apply");

    // What a client of this version applies does not have them.
    registry.apply(view("v", |spec| {
        spec.features.push(feature("f0", 1));
        spec.owner = "me".into();
    }));
    assert_kept(&stored(&registry), PLACES, "an apply without them");
    assert_eq!(
        registry.action(view("v", |spec| {
            spec.features.push(feature("f0", 1));
            spec.owner = "me".into();
        })),
        Action::Unchanged
    );

    let (start, end) = (Timestamp::default(), Timestamp { seconds: 1, nanos: 0 });
    registry.run(Materialize { project: PROJECT.into(), view: "v".into(), start, end }).unwrap();
    assert_kept(&stored(&registry), PLACES, "a materialization");

    registry.apply(revision("v", 1));
    assert_kept(&stored(&registry), PLACES, "a new version");
    for (number, version) in registry.memory.rows().versions_of(PROJECT, "v").unwrap() {
        assert_kept(&version.bytes, PLACES, &format!("version {number}"));
    }
    registry.apply(view("v", |spec| {
        spec.features.push(feature("f1", 1));
        spec.version = "v0".into();
    }));
    assert_kept(&stored(&registry), PLACES, "a pin");
}

#[test]
fn a_newer_client_can_change_and_add_them() {
    let mut registry = Registry::default();
    registry.apply(inject(&view("v", |_| {}), PLACES));
    let mut newer = view("v", |_| {}).into_bytes();
    wire::put_bytes(&mut newer, TEXT, b"changed");
    wire::put_bytes(&mut newer, TEXT + 1, b"added");
    assert_eq!(registry.action(Object::parse(Kind::FeatureView, newer).unwrap()), Action::Updated);
    let bytes = stored(&registry);
    assert_eq!(wire::last_bytes(&bytes, TEXT).unwrap(), Some(b"changed".as_slice()));
    assert_eq!(wire::last_bytes(&bytes, TEXT + 1).unwrap(), Some(b"added".as_slice()));
    assert_eq!(wire::last_varint(&bytes, VARINT).unwrap(), Some(1));
    assert_kept(&bytes, &PLACES[1..], "a newer apply");
}

#[test]
fn inside_list_elements_by_name() {
    let mut registry = Registry::default();
    let source = view("v", |_| {});
    let spec = wire::submessage(source.bytes(), 1).unwrap().unwrap();
    let mut features: Vec<Vec<u8>> = wire::repeated(&spec, 4).unwrap().into_iter().map(Vec::from).collect();
    wire::put_bytes(&mut features[0], TEXT, b"on trips");
    let mut edited = wire::without(&spec, &[4]).unwrap();
    features.iter().for_each(|feature| wire::put_bytes(&mut edited, 4, feature));
    let mut bytes = wire::without(source.bytes(), &[1]).unwrap();
    wire::put_bytes(&mut bytes, 1, &edited);
    registry.apply(Object::parse(Kind::FeatureView, bytes).unwrap());
    registry.apply(view("v", |spec| {
        spec.features.reverse();
        spec.features.push(feature("new", 2));
    }));
    let bytes = stored(&registry);
    let spec = wire::submessage(&bytes, 1).unwrap().unwrap();
    for element in wire::repeated(&spec, 4).unwrap() {
        let name = feast::FeatureSpecV2::decode(element).unwrap().name;
        let expected = (name == "trips").then_some(b"on trips".as_slice());
        assert_eq!(wire::last_bytes(element, TEXT).unwrap(), expected, "{name}");
    }
}

#[test]
fn through_export_and_import() {
    let mut registry = Registry::default();
    registry.apply(inject(&revision("v", 0), PLACES));
    registry.apply(revision("v", 1));
    registry.apply(inject(&entity("driver"), &[&[], &[1], &[2]]));
    let exported = snapshot::write(registry.memory.rows(), "version").unwrap();
    let rows = snapshot::read(&exported, ReadOptions::default()).unwrap();
    let mut copy = Registry::default();
    copy.run(Restore { rows, overwrite: false }).unwrap();
    assert_kept(&stored(&copy), PLACES, "the import");
    let entity = copy.memory.rows().row(Kind::Entity, PROJECT, "driver").unwrap();
    assert_kept(&entity.bytes, &[&[], &[1], &[2]], "the import");
    for version in copy.memory.rows().versions_of(PROJECT, "v").unwrap().values() {
        assert_kept(&version.bytes, PLACES, "an imported version");
    }
}

#[test]
fn an_import_is_a_restore() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    registry.apply(revision("v", 1));
    registry.apply(label_view("labels"));
    registry.apply(entity("driver"));
    let infra = object(Kind::Infra, &feast::Infra { infra_objects: vec![Default::default()] });
    registry.apply(infra);
    let metadata = b"bytes \xff".to_vec();
    registry
        .run(feast_registry_core::operation::SetUserMetadata {
            project: PROJECT.into(),
            view: "v".into(),
            user_metadata: Some(metadata),
        })
        .unwrap();
    let exported = snapshot::write(registry.memory.rows(), "version").unwrap();
    let read = snapshot::read(&exported, ReadOptions::default()).unwrap();
    let mut copy = Registry { seconds: 1_000, ..Default::default() };
    copy.run(Restore { rows: read.clone(), overwrite: false }).unwrap();
    let without_times = |rows: &Rows| {
        let mut rows = rows.clone();
        // The column of a view with user metadata, and of objects without times of their own, has
        // moved; two entries say when and by which change the registry came to be as it is.
        rows.objects.values_mut().for_each(|row| row.last_updated = 0);
        rows.metadata.retain(|(_, key), _| ![LAST_UPDATED, REVISION].contains(&key.as_str()));
        rows
    };
    assert_eq!(without_times(copy.memory.rows()), without_times(registry.memory.rows()));
    // Once more changes nothing, and another state is not overwritten unasked.
    assert_eq!(copy.run(Restore { rows: read.clone(), overwrite: false }).unwrap(), []);
    copy.apply(revision("v", 2));
    assert!(copy.run(Restore { rows: read.clone(), overwrite: false }).is_err());
    copy.run(Restore { rows: read, overwrite: true }).unwrap();
    assert_eq!(copy.numbers("v"), [0, 1]);
    assert_eq!(without_times(copy.memory.rows()), without_times(registry.memory.rows()));
}
