//! Bytes and texts from anywhere: nothing panics, nothing is forgotten, nothing goes too deep.

use feast_registry_core::{
    definition,
    json::{Json, JsonSeed},
    kind::Kind,
    memory::Memory,
    message,
    object::Object,
    operation::{
        Action, Apply, Delete, DeleteProject, Materialize, SetEnabled, SetState, SetUserMetadata, Target,
    },
    query::Query,
    rows::{Key, Row, Rows, VersionRow},
    schema::{self, MessageType, Shape},
    snapshot::{self, ReadOptions},
    time::Timestamp,
    unknown,
    wire::{self, Payload, WireError},
};
use proptest::prelude::*;
use serde::de::DeserializeSeed;

use crate::{
    common::{PROJECT, at, generator::Generator},
    config,
};

fn kind() -> impl Strategy<Value = Kind> {
    (0..Kind::all().count()).prop_map(|index| Kind::all().nth(index).unwrap())
}

/// Bytes that are nearly a message: a valid one with a few bytes changed, or cut off.
fn nearly(ty: &'static MessageType) -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (any::<u64>(), edits, prop::option::weighted(0.2, any::<prop::sample::Index>())).prop_map(
        |(seed, edits, cut)| {
            let mut bytes = Generator::with_unknown(seed).message(ty, 4);
            for (place, byte) in edits.into_iter().filter(|_| !bytes.is_empty()).collect::<Vec<_>>() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            bytes
        },
    )
}

fn any_bytes(ty: &'static MessageType) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..200), 4 => nearly(ty)]
}

/// Everything that can be asked of an object, and of a registry in which its bytes are stored.
fn exercise(kind: Kind, bytes: &[u8]) {
    let ty = kind.info().message;
    let _ = (message::check(ty, bytes), unknown::has_unknown(ty, bytes), Timestamp::decode(bytes));
    let _ = (definition::equal(kind, bytes, b"\x0a\x00"), definition::changes(kind, b"", bytes));
    let _ = (definition::significantly_differ(kind, bytes, b""), unknown::carry_unknown(ty, b"", bytes));
    let _ = (serde_json::to_string(&Json::new(ty, bytes)), json_back(ty, bytes));
    let at_paths = [kind.info().at.meta, kind.info().at.name, &[1, 1, 1]];
    for path in at_paths {
        let _ = wire::submessage_at(bytes, path);
        let _ = wire::edit_at::<WireError>(bytes, path, &mut |inner| wire::without(inner, &[1]));
    }
    let row = Row { bytes: bytes.to_vec(), last_updated: i64::MAX, user_metadata: None };
    let mut rows = Rows::default();
    let key = if kind == Kind::Project { Key::project(PROJECT) } else { Key::new(kind, PROJECT, "n") };
    rows.objects.insert(key.clone(), row);
    if let Some(view) = &kind.info().view {
        let version = VersionRow {
            view_type: view.history_type.into(),
            bytes: bytes.to_vec(),
            created: i64::MIN,
            description: String::new(),
            version_id: String::new(),
        };
        rows.versions.insert((PROJECT.into(), "n".into()), [(i32::MAX, version)].into());
    }
    let _ = Query::all(kind, None).answer(rows.clone());
    let _ = snapshot::write(&rows, "id");
    let run = || Memory::new(rows.clone());
    let (project, view) = (String::from(PROJECT), String::from("n"));
    let (start, end) = (Timestamp::default(), Timestamp { seconds: 5, nanos: 0 });
    let _ = run().run(&Materialize { project: project.clone(), view: view.clone(), start, end }, &at(3));
    let _ = run().run(&SetState { project: project.clone(), view: view.clone(), state: 1 }, &at(3));
    let _ = run().run(&SetEnabled { project: project.clone(), view: view.clone(), enabled: false }, &at(3));
    let metadata = SetUserMetadata { project: project.clone(), view: view.clone(), user_metadata: None };
    let _ = run().run(&metadata, &at(3));
    let _ = run().run(&Delete { project: project.clone(), name: view, target: Target::Any }, &at(3));
    let _ = run().run(&DeleteProject { name: project.clone() }, &at(3));
    let Ok(object) = Object::parse(kind, bytes.to_vec()) else { return };
    let _ = (object.name(), object.project(), object.description(), object.owner(), object.tags());
    let _ = (object.version(), object.bookkeeping());
    let named = object.with_text(kind.info().at.name, "n").unwrap();
    let _ = run().run(&Apply::new([(project.clone(), named.clone())]), &at(i64::MIN));
    let _ = run().run(&Apply::new([(project, named)]).without_promotion(), &at(i64::MAX));
}

/// The other direction of JSON, for what was written.
fn json_back(ty: &'static MessageType, bytes: &[u8]) -> Option<()> {
    let text = serde_json::to_string(&Json::new(ty, bytes)).ok()?;
    let mut parser = serde_json::Deserializer::from_str(&text);
    JsonSeed::new(ty).deserialize(&mut parser).ok().map(drop)
}

/// The message without the fields that no schema has, at every level.
fn stripped(ty: &'static MessageType, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in wire::fields(bytes).map(Result::unwrap) {
        match (ty.field(field.number), field.payload) {
            (None, _) => {}
            (Some(known), Payload::Bytes(inner)) if known.message().is_some() => {
                wire::put_bytes(&mut out, field.number, &stripped(known.message().unwrap(), inner));
            }
            (Some(_), _) => out.extend_from_slice(field.raw),
        }
    }
    out
}

/// An object of some kind that may be applied, fields without a schema included.
fn applicable(kind: Kind, seed: u64) -> Option<Object> {
    let bytes = Generator::with_unknown(seed).message(kind.info().message, 4);
    let mut object = Object::parse(kind, bytes).unwrap().with_text(kind.info().at.name, "n").unwrap();
    if let Some(view) = kind.info().view.as_ref().filter(|view| view.version != 0) {
        object = object.with_text(&[1, view.version], "").unwrap();
    }
    Memory::default().run(&Apply::new([(PROJECT.into(), object.clone())]), &at(1)).ok()?;
    Some(object)
}

fn action(memory: &mut Memory, object: Object, seconds: i64) -> Action {
    let kind = object.kind();
    let changes = memory.run(&Apply::new([(PROJECT.into(), object)]), &at(seconds)).unwrap();
    changes.into_iter().find(|change| change.key.kind == kind).unwrap().action
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn no_bytes_panic((kind, bytes) in kind().prop_flat_map(|kind| (Just(kind), any_bytes(kind.info().message)))) {
        exercise(kind, &bytes);
    }

    #[test]
    fn no_snapshot_panics(bytes in any_bytes(&schema::FEAST_REGISTRY_SNAPSHOT), skip in any::<bool>()) {
        let options = ReadOptions { default_project: None, skip_unsupported: skip, keep_damaged: skip };
        if let Ok(rows) = snapshot::read(&bytes, options) {
            let _ = snapshot::write(&rows, "id");
        }
    }

    #[test]
    fn no_text_panics(kind in kind(), text in ".{0,60}", seed in any::<u64>(), at in any::<prop::sample::Index>()) {
        let ty = kind.info().message;
        let bytes = Generator::new(seed).message(ty, 4);
        let json = serde_json::to_string(&Json::new(ty, &bytes)).unwrap();
        let cut = (0..=at.index(json.len() + 1)).rev().find(|cut| json.is_char_boundary(*cut)).unwrap();
        for text in [text.clone(), format!("{}{text}{}", &json[..cut], &json[cut..]), json[..cut].into()] {
            let mut parser = serde_json::Deserializer::from_str(&text);
            let _ = JsonSeed::new(ty).deserialize(&mut parser);
            let _ = Timestamp::parse(&text);
        }
    }

    /// What JSON can carry it does; a definition that went through it is the same definition.
    #[test]
    fn json_is_read_back_as_the_same(kind in kind(), seed in any::<u64>()) {
        let ty = kind.info().message;
        let bytes = Generator::with_unknown(seed).message(ty, 4);
        let json = serde_json::to_string(&Json::new(ty, &bytes)).unwrap();
        let back = JsonSeed::new(ty).deserialize(&mut serde_json::Deserializer::from_str(&json)).unwrap();
        let known = stripped(ty, &bytes);
        prop_assert!(definition::equal(kind, &back, &known).unwrap(), "{json}");
        // And over the stored object it loses nothing that JSON cannot carry.
        let over = unknown::carry_unknown(ty, &back, &bytes).unwrap();
        prop_assert!(definition::equal(kind, &over, &bytes).unwrap(), "{json}");
    }

    #[test]
    fn what_is_unknown_returns_to_where_it_was(kind in kind(), seed in any::<u64>()) {
        let ty = kind.info().message;
        let stored = Generator::with_unknown(seed).message(ty, 4);
        let known = stripped(ty, &stored);
        prop_assert!(!unknown::has_unknown(ty, &known).unwrap());
        let carried = unknown::carry_unknown(ty, &known, &stored).unwrap();
        prop_assert_eq!(stripped(ty, &carried), known);
        prop_assert!(definition::equal(kind, &carried, &stored).unwrap());
        prop_assert_eq!(unknown::carry_unknown(ty, &carried, &stored).unwrap(), carried);
    }

    /// The comparison and the list of what differs cannot disagree.
    #[test]
    fn equal_definitions_have_no_changes_and_others_have(kind in kind(), seed in any::<u64>(), edit in any::<prop::sample::Index>()) {
        let ty = kind.info().message;
        let one = Generator::with_unknown(seed).message(ty, 3);
        prop_assert!(definition::equal(kind, &one, &one).unwrap());
        prop_assert_eq!(definition::changes(kind, &one, &one).unwrap(), []);
        // Another message that differs in one place: some field at some depth left out.
        let other = less(ty, &one, &mut edit.index(40));
        let equal = definition::equal(kind, &one, &other).unwrap();
        prop_assert_eq!(definition::equal(kind, &other, &one).unwrap(), equal);
        let changes = definition::changes(kind, &one, &other).unwrap();
        prop_assert_eq!(changes.is_empty(), equal, "{:?}", changes);
        prop_assert_eq!(definition::changes(kind, &other, &one).unwrap().is_empty(), equal);
    }

    #[test]
    fn applying_twice_changes_nothing(kind in kind(), seed in any::<u64>()) {
        let Some(object) = applicable(kind, seed) else { return Ok(()) };
        let mut memory = Memory::default();
        prop_assert_eq!(action(&mut memory, object.clone(), 1), Action::Created);
        let before = memory.rows().clone();
        prop_assert_eq!(action(&mut memory, object.clone(), 2), Action::Unchanged);
        // A client of this build does not have the fields that it does not know.
        let known = Object::parse(kind, stripped(kind.info().message, object.bytes())).unwrap();
        prop_assert_eq!(action(&mut memory, known, 3), Action::Unchanged);
        prop_assert_eq!(memory.rows(), &before);
    }
}

/// The message without one of its fields; which, counts down on the way.
fn less(ty: &'static MessageType, bytes: &[u8], which: &mut usize) -> Vec<u8> {
    let mut out = Vec::new();
    for field in wire::fields(bytes).map(Result::unwrap) {
        let inner =
            ty.field(field.number).filter(|known| known.shape != Shape::Map).and_then(|k| k.message());
        *which = which.wrapping_sub(1);
        match (inner, field.payload) {
            _ if *which == 0 => {}
            (Some(inner), Payload::Bytes(payload)) => {
                wire::put_bytes(&mut out, field.number, &less(inner, payload, which));
            }
            _ => out.extend_from_slice(field.raw),
        }
    }
    out
}

#[test]
fn no_depth_overflows_the_stack() {
    // `DataSource.batch_source` nests for ever.
    let ty = &schema::FEAST_CORE_DATASOURCE;
    let field = ty.field_named("batch_source").unwrap().number;
    let mut bytes = Vec::new();
    for _ in 0..50_000 {
        let mut outer = Vec::with_capacity(bytes.len() + 8);
        wire::put_bytes(&mut outer, field, &bytes);
        bytes = outer;
        if bytes.len() > 200_000 {
            break;
        }
    }
    exercise(Kind::DataSource, &bytes);
    assert!(message::check(ty, &bytes).is_err() && unknown::has_unknown(ty, &bytes).is_err());
    let groups = [0x0b].repeat(1 << 20);
    exercise(Kind::DataSource, &groups);
    let json = r#"{"batchSource":"#.repeat(100_000);
    assert!(JsonSeed::new(ty).deserialize(&mut serde_json::Deserializer::from_str(&json)).is_err());
    let json = format!("{{\"ignored\":{}", "[".repeat(100_000));
    let seed = JsonSeed::new(ty).skipping("ignored");
    assert!(seed.deserialize(&mut serde_json::Deserializer::from_str(&json)).is_err());
}
