//! The edges of what operations decide: numbers that run out, histories that are missing or in the way,
//! names that differ from their row's, times that no calendar has.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use feast_registry_core::{
    kind::Kind,
    memory::Memory,
    object::Object,
    operation::{
        Action, Apply, Delete, Materialize, Operation, Restore, SetEnabled, SetProjectMetadata, Target, Write,
    },
    proto::feast::core as feast,
    refusal::Refusal,
    rows::{Key, Rows},
    snapshot::{self, ReadOptions, SnapshotError},
    time::Timestamp,
    wire::{self, WireError},
};
use prost::Message;

fn version(object: Object, version: &str) -> Object {
    object.with_text(&[1, 18], version).unwrap()
}

#[test]
fn a_view_runs_out_of_version_numbers_in_the_open() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    registry.apply(version(revision("v", 1), "v2147483647"));
    let before = registry.memory.rows().clone();
    let refusal = registry.try_apply(revision("v", 2)).unwrap_err();
    assert!(refusal.to_string().contains("v2147483647"), "{refusal}");
    assert_eq!(*registry.memory.rows(), before);
}

/// A registry with a view from before versions.
fn without_history() -> Registry {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let mut rows = registry.memory.rows().clone();
    rows.versions.clear();
    registry.memory.reset(rows);
    registry
}

#[test]
fn declaring_a_version_on_a_view_without_history_keeps_its_old_form() {
    let mut registry = without_history();
    let old = registry.active("v").into_bytes();
    registry.apply(version(revision("v", 1), "v5"));
    assert_eq!(registry.numbers("v"), [0, 5]);
    assert_eq!(registry.memory.rows().versions_of(PROJECT, "v").unwrap()[&0].bytes, old);

    // Its old form is v0: another one cannot be declared under that number.
    let mut registry = without_history();
    let refusal = registry.try_apply(version(revision("v", 1), "v0")).unwrap_err();
    assert_eq!(refusal, Refusal::PinConflict { name: "v".into(), version: 0 });
    assert_eq!(registry.apply(version(revision("v", 0), "v0")).version, Some(0));
    assert_eq!(registry.numbers("v"), [0]);
}

#[test]
fn a_version_saved_without_promotion_is_saved_once() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let save = || Apply::new([(PROJECT.into(), revision("v", 1))]).without_promotion();
    assert_eq!(registry.run(save()).unwrap()[0].action, Action::VersionSaved);
    let rows = registry.memory.rows().clone();
    assert_eq!(registry.run(save()).unwrap()[0].action, Action::Unchanged);
    assert_eq!(*registry.memory.rows(), rows);
    let next = Apply::new([(PROJECT.into(), revision("v", 2))]).without_promotion();
    assert_eq!(registry.run(next).unwrap()[0].version, Some(2));
}

#[test]
fn a_service_projects_the_view_that_is_active() {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let projection = feast::FeatureViewProjection { feature_view_name: "v".into(), ..Default::default() };
    let batch = [revision("v", 1), service("s", vec![projection])];
    let batch = batch.map(|object| (PROJECT.into(), object));
    registry.run(Apply::new(batch).without_promotion()).unwrap();
    let row = registry.memory.rows().row(Kind::FeatureService, PROJECT, "s").unwrap();
    let service = feast::FeatureService::decode(row.bytes.as_slice()).unwrap().spec.unwrap();
    assert_eq!(service.features[0].feature_columns[2].name, "f0");
}

#[test]
fn a_service_keeps_what_is_unknown_of_the_columns_it_names() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let mut column = feature("rate", 0).encode_to_vec();
    wire::put_varint(&mut column, 19_001, 7);
    let mut projection =
        feast::FeatureViewProjection { feature_view_name: "v".into(), ..Default::default() }.encode_to_vec();
    wire::put_bytes(&mut projection, 2, &column);
    let bytes = wire::edit_at::<WireError>(service("s", vec![]).bytes(), &[1], &mut |spec| {
        let mut spec = spec.to_vec();
        wire::put_bytes(&mut spec, 3, &projection);
        Ok(spec)
    });
    registry.apply(Object::parse(Kind::FeatureService, bytes.unwrap()).unwrap());
    let row = registry.memory.rows().row(Kind::FeatureService, PROJECT, "s").unwrap();
    let column = wire::submessage_at(&row.bytes, &[1, 3, 2]).unwrap().unwrap();
    assert_eq!(wire::last_varint(&column, 19_001).unwrap(), Some(7));
    assert_eq!(wire::last_varint(&column, 2).unwrap(), Some(6));
}

#[test]
fn a_view_is_changed_under_the_name_of_its_row() {
    let mut registry = Registry::default();
    registry.apply(view("V", |_| {}));
    // What Feast leaves on a MySQL table that takes `v` and `V` for one name.
    let mut rows = registry.memory.rows().clone();
    let row = rows.objects.remove(&Key::new(Kind::FeatureView, PROJECT, "V")).unwrap();
    rows.objects.insert(Key::new(Kind::FeatureView, PROJECT, "v"), row);
    registry.memory.reset(rows);
    let disable = SetEnabled { project: PROJECT.into(), view: "v".into(), enabled: false };
    let standing = registry.run(disable).unwrap();
    assert_eq!(standing.key.name, "v");
    let row = registry.memory.rows().row(Kind::FeatureView, PROJECT, "v").unwrap();
    assert!(!feast_registry_core::operation::is_enabled(&row.object(&standing.key).unwrap()));
}

#[test]
fn a_project_is_never_deleted_from_over_its_contents() {
    let mut registry = Registry::default();
    registry.apply(entity("driver"));
    let (project, name) = (String::from(PROJECT), String::from(PROJECT));
    registry.run(Delete { project, name, target: Target::Kind(Kind::Project) }).unwrap();
    assert_eq!(*registry.memory.rows(), Rows::default());
}

#[test]
fn times_that_feast_cannot_read_are_refused() {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    let year = |text: &str| Timestamp::parse(text).unwrap();
    let fine = (year("0001-01-01T00:00:00Z"), year("9999-12-31T23:59:59.999999Z"));
    let mut run = |start, end| {
        registry.run(Materialize { project: PROJECT.into(), view: "v".into(), start, end }).map(drop)
    };
    assert_eq!(run(fine.0, fine.1), Ok(()));
    let early = Timestamp { seconds: fine.0.seconds - 1, nanos: 0 };
    let late = Timestamp { seconds: fine.1.seconds + 1, nanos: 0 };
    assert!(matches!(run(early, fine.1), Err(Refusal::InvalidInterval { .. })));
    assert!(matches!(run(fine.0, late), Err(Refusal::InvalidInterval { .. })));
}

#[test]
fn what_a_client_measured_stays_until_it_measures_again() {
    let mut registry = Registry::default();
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let dataset = |tag: &str, max: Option<prost_types::Timestamp>| {
        let storage = feast::saved_dataset_storage::Kind::FileStorage(Default::default());
        let spec = feast::SavedDatasetSpec {
            name: "d".into(),
            storage: Some(feast::SavedDatasetStorage { kind: Some(storage) }),
            tags: [("team".into(), tag.into())].into(),
            ..Default::default()
        };
        let meta = feast::SavedDatasetMeta { max_event_timestamp: max, ..Default::default() };
        object(Kind::SavedDataset, &feast::SavedDataset { spec: Some(spec), meta: Some(meta) })
    };
    registry.apply(dataset("a", time(50)));
    assert_eq!(registry.action(dataset("a", None)), Action::Unchanged);
    registry.apply(dataset("b", None));
    let max = |registry: &Registry| {
        let row = registry.memory.rows().row(Kind::SavedDataset, PROJECT, "d").unwrap();
        feast::SavedDataset::decode(row.bytes.as_slice()).unwrap().meta.unwrap().max_event_timestamp
    };
    assert_eq!(max(&registry), time(50));
    registry.apply(dataset("b", time(60)));
    assert_eq!(max(&registry), time(60));
}

#[test]
fn the_project_inside_an_infra_object_counts() {
    let infra = |project: &str| {
        let table = feast::DatastoreTable { project: project.into(), ..Default::default() };
        let object = feast::InfraObject {
            infra_object: Some(feast::infra_object::InfraObject::DatastoreTable(table)),
            ..Default::default()
        };
        self::object(Kind::Infra, &feast::Infra { infra_objects: vec![object] })
    };
    let mut registry = Registry::default();
    registry.apply(infra("a"));
    assert_eq!(registry.action(infra("b")), Action::Updated);
}

#[test]
fn a_known_member_of_a_oneof_wins_over_an_unknown_one() {
    // A newer Feast stored a source of a kind that this build does not know; now it becomes a file.
    let mut newer = feast::DataSource { name: "s".into(), r#type: 99, ..Default::default() }.encode_to_vec();
    wire::put_bytes(&mut newer, 19_001, b"options of a new kind");
    let options = feast::data_source::FileOptions { uri: "data.parquet".into(), ..Default::default() };
    let file = feast::DataSource {
        name: "s".into(),
        r#type: 1,
        options: Some(feast::data_source::Options::FileOptions(options)),
        ..Default::default()
    };
    let mut registry = Registry::default();
    registry.apply(Object::parse(Kind::DataSource, newer).unwrap());
    registry.apply(object(Kind::DataSource, &file));
    let stored = &registry.memory.rows().row(Kind::DataSource, PROJECT, "s").unwrap().bytes;
    let numbers: Vec<u32> = wire::fields(stored).map(|field| field.unwrap().number).collect();
    let place = |number| numbers.iter().position(|other| *other == number);
    assert!(place(19_001).is_some() && place(19_001) < place(11), "{numbers:?}");
}

/// A registry and a snapshot of it.
fn exported() -> (Registry, Rows) {
    let mut registry = Registry::default();
    registry.apply(revision("v", 0));
    let set = |value: &str| SetProjectMetadata {
        project: PROJECT.into(),
        key: "owner".into(),
        value: value.into(),
    };
    registry.run(set("first")).unwrap();
    let bytes = snapshot::write(registry.memory.rows(), "").unwrap();
    registry.run(set("second")).unwrap();
    (registry, snapshot::read(&bytes, ReadOptions::default()).unwrap())
}

#[test]
fn a_restore_replaces_nothing_unless_it_is_told_to() {
    let (mut registry, rows) = exported();
    let saved = Apply::new([(PROJECT.into(), revision("v", 1))]).without_promotion();
    registry.run(saved).unwrap();
    registry.run(Restore { rows: rows.clone(), overwrite: false }).unwrap();
    assert_eq!(registry.numbers("v"), [0, 1], "the snapshot is older than the version");
    assert_eq!(registry.memory.rows().metadata_value(PROJECT, "owner"), Some("second"));

    let mut other = rows.clone();
    let versions = other.versions.get_mut(&(PROJECT.into(), "v".into())).unwrap();
    versions.get_mut(&0).unwrap().bytes = revision("v", 7).into_bytes();
    let refused = registry.run(Restore { rows: other.clone(), overwrite: false });
    assert!(matches!(refused, Err(Refusal::WouldOverwrite { .. })), "{refused:?}");
    registry.run(Restore { rows: other.clone(), overwrite: true }).unwrap();
    assert_eq!(registry.memory.rows().versions, other.versions);
    assert_eq!(registry.memory.rows().metadata_value(PROJECT, "owner"), Some("first"));
}

#[test]
fn a_restore_adds_the_versions_that_are_missing() {
    let (mut registry, rows) = exported();
    let mut bare = registry.memory.rows().clone();
    bare.versions.clear();
    registry.memory.reset(bare);
    registry.run(Restore { rows, overwrite: false }).unwrap();
    assert_eq!(registry.numbers("v"), [0]);
}

#[test]
fn a_restore_into_a_project_without_a_proper_name_is_refused() {
    for name in ["", "a\0b", &"p".repeat(256)] {
        let mut rows = Rows::default();
        rows.metadata.insert((name.into(), "project_uuid".into()), "u".into());
        let refused = Restore { rows, overwrite: false }.decide(&Rows::default(), &at(1));
        assert!(matches!(refused, Err(Refusal::InvalidName { kind: Kind::Project, .. })), "{refused:?}");
    }
}

#[test]
fn a_snapshot_says_what_it_holds_beyond_the_tables() {
    let (registry, _) = exported();
    let mut bytes = snapshot::write(registry.memory.rows(), "").unwrap();
    let mut record =
        feast::FeatureViewVersionRecord { version_number: 3, ..Default::default() }.encode_to_vec();
    wire::put_varint(&mut record, 19_001, 1);
    let mut history = Vec::new();
    wire::put_bytes(&mut history, 1, &record);
    wire::put_bytes(&mut bytes, 18, &history);
    let read = |options| snapshot::read(&bytes, options);
    assert!(matches!(read(ReadOptions::default()), Err(SnapshotError::Unsupported(_))));
    assert!(read(ReadOptions { skip_unsupported: true, ..Default::default() }).is_ok());

    // Project metadata that cannot be read is no metadata of a project without a name.
    let mut broken = snapshot::write(registry.memory.rows(), "").unwrap();
    wire::put_bytes(&mut broken, 15, &[0x0a, 9]);
    assert!(matches!(snapshot::read(&broken, ReadOptions::default()), Err(SnapshotError::NotARegistry(_))));
}

#[test]
fn a_write_that_cannot_be_made_fails_in_memory_as_in_a_database() {
    let mut memory = Memory::default();
    let write = Write::Delete(Key::project("absent"));
    assert!(memory.write(&[write]).is_err());
}

#[test]
fn a_time_that_would_hide_everything_from_feast_is_refused() {
    let with = |edit: &dyn Fn(&mut feast::FeatureView)| {
        let mut message = feast::FeatureView::decode(view("v", |_| {}).bytes()).unwrap();
        message.meta = Some(feast::FeatureViewMeta::default());
        edit(&mut message);
        Registry::default().try_apply(object(Kind::FeatureView, &message)).map(drop)
    };
    let interval = |seconds| {
        let time = Some(prost_types::Timestamp { seconds, nanos: 0 });
        feast::MaterializationInterval { start_time: time, end_time: time }
    };
    let late = 253_402_300_800;
    assert_eq!(
        with(&|view| view.meta.as_mut().unwrap().materialization_intervals = vec![interval(late - 1)]),
        Ok(())
    );
    let refused = with(&|view| view.meta.as_mut().unwrap().materialization_intervals = vec![interval(late)]);
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
    let ttl = Some(prost_types::Duration { seconds: i64::MIN, nanos: 0 });
    assert!(with(&|view| view.spec.as_mut().unwrap().ttl = ttl).is_err());
}
