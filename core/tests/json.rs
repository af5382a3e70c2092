//! Protobuf JSON against an implementation of its own: random messages of every type, both ways.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use feast_registry_core::{
    json::{Json, JsonSeed},
    proto::FILE_DESCRIPTOR_SET,
    schema::{self, FieldType, MessageType, Shape, Type},
    wire,
};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde::de::DeserializeSeed;

/// Random bytes of a message, driven by its type. A small generator of its own, so that a failing
/// seed says everything.
struct Generator(u64);

impl Generator {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn message(&mut self, ty: &MessageType, depth: u32) -> Vec<u8> {
        let mut out = Vec::new();
        match ty.name {
            "google.protobuf.Timestamp" => {
                wire::put_varint(&mut out, 1, self.below(4_000_000_000));
                wire::put_varint(&mut out, 2, self.below(1_000_000) * 1_000);
                return out;
            }
            "google.protobuf.Duration" => {
                wire::put_varint(&mut out, 1, self.below(1_000_000));
                wire::put_varint(&mut out, 2, self.below(1_000) * 1_000_000);
                return out;
            }
            _ => {}
        }
        let mut oneofs = Vec::new();
        for field in ty.fields {
            let wanted = self.below(3) == 0 && (field.message().is_none() || depth > 0);
            if !wanted || field.oneof.is_some_and(|oneof| oneofs.contains(&oneof)) {
                continue;
            }
            oneofs.extend(field.oneof);
            let count =
                if matches!(field.shape, Shape::Repeated | Shape::Map) { 1 + self.below(3) } else { 1 };
            let mut packed = Vec::new();
            for key in 0..count {
                match (field.shape, field.message()) {
                    (Shape::Map, Some(entry)) => {
                        let mut bytes = Vec::new();
                        match entry.field(1).unwrap().ty {
                            Type::String => wire::put_bytes(&mut bytes, 1, format!("key {key}").as_bytes()),
                            _ => wire::put_varint(&mut bytes, 1, key),
                        }
                        self.value(entry.field(2).unwrap(), depth, &mut bytes);
                        wire::put_bytes(&mut out, field.number, &bytes);
                    }
                    (Shape::Repeated, None) if !matches!(field.ty, Type::String | Type::Bytes) => {
                        let mut element = Vec::new();
                        self.value(field, depth, &mut element);
                        packed.push(element);
                    }
                    _ => self.value(field, depth, &mut out),
                }
            }
            // Lists of numbers as older writers wrote them, one tag per element, must be read too.
            packed.iter().for_each(|element| out.extend_from_slice(element));
        }
        out
    }

    fn value(&mut self, field: &FieldType, depth: u32, out: &mut Vec<u8>) {
        let number = field.number;
        let integer = [0, 1, 127, 128, 1 << 31, u64::MAX, u64::MAX >> 1][self.below(7) as usize];
        match field.ty {
            Type::Message(ty) => {
                let bytes = self.message(ty, depth - 1);
                wire::put_bytes(out, number, &bytes);
            }
            Type::String => {
                let text = ["", "plain", "ünïcode 🚗", "\"quoted\"\n"][self.below(4) as usize];
                wire::put_bytes(out, number, text.as_bytes());
            }
            Type::Bytes => {
                let bytes = self.next().to_le_bytes();
                let length = self.below(8) as usize;
                wire::put_bytes(out, number, &bytes[..length]);
            }
            Type::Double | Type::Fixed64 | Type::Sfixed64 => {
                let value = [0.0, 1.5, -0.1, 1e300, f64::NAN, f64::INFINITY][self.below(6) as usize];
                wire::put_fixed64(out, number, f64::to_bits(value));
            }
            Type::Float | Type::Fixed32 | Type::Sfixed32 => {
                let value = [0.0, 1.5, -0.1, 1e30, f32::NEG_INFINITY][self.below(5) as usize];
                wire::put_fixed32(out, number, f32::to_bits(value));
            }
            Type::Bool => wire::put_varint(out, number, self.below(2)),
            Type::Enum(ty) => wire::put_varint(out, number, self.below(ty.values.len() as u64 + 3)),
            Type::Int32 | Type::Sint32 => wire::put_varint(out, number, i64::from(integer as i32) as u64),
            Type::Uint32 => wire::put_varint(out, number, u64::from(integer as u32)),
            Type::Int64 | Type::Uint64 | Type::Sint64 => wire::put_varint(out, number, integer),
        }
    }
}

#[test]
fn random_messages_of_every_kind_agree_with_another_implementation() {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap();
    let types = [
        &schema::FEAST_CORE_REGISTRY,
        &schema::FEAST_CORE_FEATUREVIEW,
        &schema::FEAST_CORE_ONDEMANDFEATUREVIEW,
        &schema::FEAST_CORE_DATASOURCE,
        &schema::FEAST_CORE_PERMISSION,
        &schema::FEAST_CORE_SAVEDDATASET,
        &schema::FEAST_CORE_INFRA,
        &schema::FEAST_CORE_DATASTORETABLE,
        &schema::FEAST_TYPES_VALUE,
        &schema::FEAST_TYPES_SCALARMAP,
        &schema::FEAST_REGISTRY_SNAPSHOT,
    ];
    for seed in 1..=200u64 {
        for ty in types {
            let bytes = Generator(seed * 0x9e37_79b9).message(ty, 5);
            let ours = serde_json::to_value(Json::new(ty, &bytes)).unwrap();
            let descriptor = pool.get_message_by_name(ty.name).unwrap();
            let theirs = DynamicMessage::decode(descriptor.clone(), bytes.as_slice()).unwrap();
            let options = SerializeOptions::new();
            let expected = theirs.serialize_with_options(serde_json::value::Serializer, &options).unwrap();
            assert_eq!(ours, expected, "{} from seed {seed}", ty.name);

            let text = ours.to_string();
            let mut parser = serde_json::Deserializer::from_str(&text);
            let back = JsonSeed::new(ty).deserialize(&mut parser).unwrap();
            let again = DynamicMessage::decode(descriptor, back.as_slice()).unwrap();
            let again = again.serialize_with_options(serde_json::value::Serializer, &options).unwrap();
            assert_eq!(again, expected, "{} read back from seed {seed}", ty.name);
        }
    }
}

fn error_of(json: &str) -> String {
    let mut parser = serde_json::Deserializer::from_str(json);
    JsonSeed::new(&schema::FEAST_CORE_FEATUREVIEW).deserialize(&mut parser).unwrap_err().to_string()
}

#[test]
fn errors_name_the_place() {
    for (json, part) in [
        (r#"{"spec": {"nme": "v"}}"#, "`spec`: unknown field `nme`; the fields here are name, project,"),
        (r#"{"spec": {"name": 5}}"#, "`spec.name`: expected a text (put it in quotes), found the number 5"),
        (
            r#"{"spec": {"features": [{"valueType": "FLOTE"}]}}"#,
            "`spec.features[0].valueType`: expected one of INVALID",
        ),
        (
            r#"{"spec": {"ttl": "1 day"}}"#,
            "`spec.ttl`: `1 day` is not a duration; write seconds such as `86400s`",
        ),
        (r#"{"spec": {"online": "yes"}}"#, "`spec.online`: expected true or false, found the text \"yes\""),
        (r#"{"spec": {"tags": {"a": null}}}"#, "`spec.tags.a`: must not be null"),
        (r#"{"spec": {"tags": ["a"]}}"#, "keys and values for `spec.tags`"),
        (r#"{"meta": {"createdTimestamp": "soon"}}"#, "`meta.createdTimestamp`: `soon` is not a time"),
        (r#"{"spec": {"name": "a", "name": "b"}}"#, "`spec.name`: is given twice"),
        (
            r#"{"spec": {"batchSource": {"fileOptions": {}, "kafkaOptions": {}}}}"#,
            "`spec.batchSource.kafkaOptions`: excludes `fileOptions`: only one of them may be given",
        ),
    ] {
        let error = error_of(json);
        assert!(error.contains(part), "{json}\n  gave: {error}\n  want: {part}");
    }
    let deep = r#"{"batchSource":"#.repeat(200) + "{}" + &"}".repeat(200);
    let mut parser = serde_json::Deserializer::from_str(&deep);
    assert!(JsonSeed::new(&schema::FEAST_CORE_DATASOURCE).deserialize(&mut parser).is_err());
}

#[test]
fn other_spellings_are_read() {
    let json = r#"{"spec": {"batch_source": {"timestampField": "ts"}, "ttl": "0.5s", "features": [{"valueType": 3.0}]},
                   "meta": {"currentVersionNumber": "7", "createdTimestamp": "2026-01-31T08:00:00+02:00"}}"#;
    let mut parser = serde_json::Deserializer::from_str(json);
    let bytes = JsonSeed::new(&schema::FEAST_CORE_FEATUREVIEW).deserialize(&mut parser).unwrap();
    let value = serde_json::to_value(Json::new(&schema::FEAST_CORE_FEATUREVIEW, &bytes)).unwrap();
    let expected = serde_json::json!({
        "spec": {"batchSource": {"timestampField": "ts"}, "ttl": "0.500s", "features": [{"valueType": "INT32"}]},
        "meta": {"currentVersionNumber": 7, "createdTimestamp": "2026-01-31T06:00:00Z"},
    });
    assert_eq!(value, expected);
}
