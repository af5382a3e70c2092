//! What a message says in short values, read by its schema: a new field of a message shows without being
//! known here. Texts, columns and objects that pages show in another way are left out.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::str;

use serde::Serialize;

use crate::{
    catalog::parts::enum_text,
    message::{Datum, MAX_DEPTH, Message},
    schema::{FieldType, MessageType, Shape, Type},
    time::Timestamp,
};

/// A value with a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value as text: of a duration seconds, of a time epoch milliseconds, of a flag `true` or `false`.
    pub value: String,
    /// What kind of value it is.
    pub kind: FactKind,
    /// What it means.
    pub hint: Option<String>,
}

/// How a value looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum FactKind {
    Text,
    Code,
    Flag,
    Duration,
    Time,
    Url,
}

impl Fact {
    pub(super) fn new(label: &str, value: impl Into<String>, kind: FactKind) -> Self {
        Fact { label: label.into(), value: value.into(), kind, hint: None }
    }
}

/// Fields that every page shows elsewhere, by name.
const ELSEWHERE: &[&str] = &[
    "name",
    "project",
    "description",
    "owner",
    "tags",
    "entities",
    "entity_columns",
    "features",
    "batch_source",
    "stream_source",
    "source",
    "sources",
    "source_views",
    "query",
    "deprecated_schema",
    "feature_transformation",
    "user_defined_function",
    "aggregations",
    "meta",
    "types",
    "name_patterns",
    "required_tags",
    "actions",
    "policy",
    "profiler",
    "version",
    "columns",
];

/// Labels that are not just the field's name with blanks, and what the field means.
const WORDING: &[(&str, &str, &str)] = &[
    ("ttl", "TTL", "How long before a request an event may lie and still be served"),
    ("online", "Online", "Whether values are served from the online store"),
    ("offline", "Offline", "Whether values are written to the offline store"),
    ("disabled", "Enabled", ""),
    ("org", "Organization", ""),
    ("uri", "Location", ""),
    ("s3_endpoint_override", "S3 endpoint", ""),
    ("schema_json", "Schema", ""),
    ("type", "Type", ""),
    ("data_source_class_type", "Python class", ""),
    ("enable_validation", "Validated", "Whether data is checked against the declared types"),
    ("write_to_online_store", "Computed on write", "Whether values are computed when data is written"),
    ("singleton", "Singleton", "Whether the function is called with single values instead of lists"),
    ("enable_tiling", "Tiling", "Whether aggregations add up tiles instead of raw events"),
    (
        "precompute_online",
        "Precomputed",
        "Whether one ready-made vector per entity is kept in the online store",
    ),
    ("labeler_field", "Labeler column", "The column that says who set a label"),
    ("conflict_policy", "Conflict policy", "Which of several labels of one entity counts in training data"),
    ("watermark_delay_threshold", "Watermark delay", "How late a message may be and still count"),
];

/// The facts of a message and of what is nested in it.
pub(super) fn facts(ty: &'static MessageType, bytes: &[u8]) -> Vec<Fact> {
    let mut facts = Vec::new();
    add(&mut facts, ty, bytes, 0);
    facts
}

fn add(facts: &mut Vec<Fact>, ty: &'static MessageType, bytes: &[u8], depth: u32) {
    let Ok(message) = Message::read(ty, bytes) else { return };
    for field in ty.fields.iter().filter(|field| !is_elsewhere(field)) {
        let data = message.data(field.number);
        match (field.shape, field.ty, data) {
            (Shape::Implicit, Type::Bool, data) => {
                let is_set = matches!(data, [Datum::Bool(true)]);
                // The one flag that is stored the other way round.
                let value = is_set != (field.name == "disabled");
                facts.push(fact(field, value.to_string(), FactKind::Flag));
            }
            (Shape::Implicit, Type::Enum(ty), data) => {
                let number = if let [Datum::Enum(number)] = data { *number } else { 0 };
                let name = enum_text(ty, number);
                facts.push(fact(field, name.into_owned(), FactKind::Code));
            }
            (_, _, []) if field.name == "ttl" => {
                facts.push(fact(field, "for ever".into(), FactKind::Text));
            }
            (_, _, []) => {}
            (Shape::Map, _, data) => facts.push(fact(field, pairs(field, data), FactKind::Code)),
            (Shape::Repeated, Type::Message(_), data) => {
                facts.push(fact(field, format!("{}", data.len()), FactKind::Text));
            }
            (Shape::Repeated, _, data) => {
                let texts: Vec<String> = data.iter().map(|datum| plain(datum).0).collect();
                facts.push(fact(field, texts.join(", "), FactKind::Code));
            }
            (_, Type::Message(inner), [Datum::Message(bytes), ..]) => {
                add_message(facts, field, inner, bytes, depth);
            }
            (_, _, [datum, ..]) => {
                let (text, kind) = plain(datum);
                if !text.is_empty() {
                    let is_url = kind == FactKind::Text && text.contains("://");
                    facts.push(fact(field, text, if is_url { FactKind::Url } else { kind }));
                }
            }
        }
    }
}

/// Warehouses have a `schema` that is a text.
fn is_elsewhere(field: &FieldType) -> bool {
    ELSEWHERE.contains(&field.name) || field.name == "schema" && field.message().is_some()
}

fn add_message(
    facts: &mut Vec<Fact>,
    field: &FieldType,
    inner: &'static MessageType,
    bytes: &[u8],
    depth: u32,
) {
    match inner.name {
        _ if depth >= MAX_DEPTH => {}
        "google.protobuf.Timestamp" => {
            let time = Timestamp::decode(bytes).unwrap_or_default();
            facts.push(fact(field, time.millis().to_string(), FactKind::Time));
        }
        "google.protobuf.Duration" => {
            let length = Timestamp::decode(bytes).unwrap_or_default();
            facts.push(match (field.name, length.seconds, length.nanos) {
                ("ttl", 0, 0) => fact(field, "for ever".into(), FactKind::Text),
                (_, seconds, _) => fact(field, seconds.to_string(), FactKind::Duration),
            });
        }
        _ => {
            // A choice among messages is a fact by itself: the format of a file, where something is logged.
            let chosen = Message::read(inner, bytes).ok().and_then(|message| {
                let chosen = message.known.iter().find(|(field, _)| field.oneof.is_some());
                chosen.map(|(field, _)| field.name)
            });
            if let (Some(name), None) = (chosen, field.oneof) {
                let short =
                    ["_format", "_destination", "_storage"].iter().find_map(|end| name.strip_suffix(end));
                facts.push(fact(field, short.unwrap_or(name).replace('_', " "), FactKind::Code));
            }
            add(facts, inner, bytes, depth + 1);
        }
    }
}

fn fact(field: &FieldType, value: String, kind: FactKind) -> Fact {
    let wording = WORDING.iter().find(|(name, ..)| *name == field.name);
    let label = wording.map_or_else(|| label(field.name), |(_, label, _)| label.to_string());
    let hint = wording.map(|(.., hint)| hint.to_string()).filter(|hint| !hint.is_empty());
    Fact { label, value, kind, hint }
}

/// `timestamp_field` as `Timestamp field`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

fn plain(datum: &Datum<'_>) -> (String, FactKind) {
    match datum {
        Datum::Double(value) => (value.to_string(), FactKind::Text),
        Datum::Float(value) => (value.to_string(), FactKind::Text),
        Datum::Signed(value) => (value.to_string(), FactKind::Text),
        Datum::Unsigned(value) => (value.to_string(), FactKind::Text),
        Datum::Bool(value) => (value.to_string(), FactKind::Flag),
        Datum::Text(text) => (text.to_string(), FactKind::Text),
        Datum::Enum(value) => (value.to_string(), FactKind::Text),
        Datum::Bytes(bytes) => match str::from_utf8(bytes) {
            Ok(text) if text.starts_with('{') => (text.to_string(), FactKind::Code),
            _ => (format!("{} bytes", bytes.len()), FactKind::Text),
        },
        Datum::Message(_) => (String::new(), FactKind::Text),
    }
}

/// The entries of a map, by key.
fn pairs(field: &FieldType, data: &[Datum<'_>]) -> String {
    let mut entries: BTreeMap<String, String> = BTreeMap::new();
    for datum in data {
        let (Some(ty), Datum::Message(bytes)) = (field.message(), datum) else { continue };
        let Ok(entry) = Message::read(ty, bytes) else { continue };
        let part = |number| entry.data(number).first().map(|datum| plain(datum).0).unwrap_or_default();
        entries.insert(part(1), part(2));
    }
    let entries: Vec<String> = entries.into_iter().map(|(key, value)| format!("{key} → {value}")).collect();
    entries.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kind::Kind, proto::feast::core as feast};
    use alloc::vec;

    fn shown(ty: &'static MessageType, message: &impl prost::Message) -> Vec<(String, String, FactKind)> {
        let facts = facts(ty, &message.encode_to_vec());
        facts.into_iter().map(|fact| (fact.label, fact.value, fact.kind)).collect()
    }

    #[test]
    fn values_are_shown_by_their_types() {
        use feast::{data_source as source, stream_format};
        let format = stream_format::JsonFormat { schema_json: "id INT".into() };
        let message = feast::DataSource {
            r#type: 3,
            timestamp_field: "ts".into(),
            field_mapping: [("b".into(), "c".into()), ("a".into(), "d".into())].into(),
            options: Some(source::Options::KafkaOptions(source::KafkaOptions {
                topic: "trips".into(),
                watermark_delay_threshold: Some(prost_types::Duration { seconds: 300, nanos: 0 }),
                message_format: Some(feast::StreamFormat {
                    format: Some(stream_format::Format::JsonFormat(format)),
                }),
                ..Default::default()
            })),
            ..Default::default()
        };
        let expected = [
            ("Type", "STREAM_KAFKA", FactKind::Code),
            ("Field mapping", "a → d, b → c", FactKind::Code),
            ("Timestamp field", "ts", FactKind::Text),
            ("Topic", "trips", FactKind::Text),
            ("Message format", "json", FactKind::Code),
            ("Schema", "id INT", FactKind::Text),
            ("Watermark delay", "300", FactKind::Duration),
        ];
        let expected = expected.map(|(label, value, kind)| (label.to_string(), value.to_string(), kind));
        assert_eq!(shown(Kind::DataSource.info().message, &message), expected);
    }

    #[test]
    fn flags_show_where_they_are_absent_and_one_is_turned_round() {
        let spec = feast::LabelViewSpec { online: true, ..Default::default() };
        let found = shown(&crate::schema::FEAST_CORE_LABELVIEWSPEC, &spec);
        assert!(found.contains(&("Online".into(), "true".into(), FactKind::Flag)));
        assert!(found.contains(&("TTL".into(), "for ever".into(), FactKind::Text)));
        let spec = feast::FeatureViewSpec { disabled: true, ..Default::default() };
        let found = shown(&crate::schema::FEAST_CORE_FEATUREVIEWSPEC, &spec);
        assert!(found.contains(&("Enabled".into(), "false".into(), FactKind::Flag)));
        assert!(found.contains(&("Offline".into(), "false".into(), FactKind::Flag)));
    }

    #[test]
    fn what_is_shown_elsewhere_is_a_field_of_some_message() {
        let names: Vec<&str> = Kind::all()
            .flat_map(|kind| kind.info().message.fields)
            .flat_map(|field| {
                field.message().map_or(vec![field], |inner| inner.fields.iter().chain([field]).collect())
            })
            .flat_map(|field| {
                field.message().map_or(vec![field], |inner| inner.fields.iter().chain([field]).collect())
            })
            .map(|field| field.name)
            .collect();
        let known = ELSEWHERE.iter().chain(WORDING.iter().map(|(name, ..)| name));
        for name in known.filter(|name| **name != "schema_json") {
            assert!(names.contains(name), "{name}");
        }
    }
}
