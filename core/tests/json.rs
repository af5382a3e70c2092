//! Protobuf JSON against an implementation of its own: random messages of every type, both ways.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::generator::Generator;
use feast_registry_core::{
    json::{Json, JsonSeed},
    proto::FILE_DESCRIPTOR_SET,
    schema,
};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde::de::DeserializeSeed;

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
            let bytes = Generator::new(seed * 0x9e37_79b9).message(ty, 5);
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
