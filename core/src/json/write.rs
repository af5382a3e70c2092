//! Bytes to JSON: default values left out, 64-bit numbers as texts, enums by name, bytes in base64.

use alloc::{collections::BTreeMap, format, string::String};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::ser::{Error, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{WellKnown, well_known};
use crate::{
    message::{Datum, MAX_DEPTH, Message},
    schema::{FieldType, MessageType, Shape, Type},
    time::{Timestamp, decimals},
};

/// A message to be serialized as protobuf JSON. Serializing fails where the bytes are not the message.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a> {
    ty: &'static MessageType,
    bytes: &'a [u8],
    depth: u32,
}

impl<'a> Json<'a> {
    /// The JSON form of `bytes`, which should be a `ty`.
    pub fn new(ty: &'static MessageType, bytes: &'a [u8]) -> Self {
        Json { ty, bytes, depth: 0 }
    }

    fn nested(&self, ty: &'static MessageType, bytes: &'a [u8]) -> Self {
        Json { ty, bytes, depth: self.depth + 1 }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.depth > MAX_DEPTH {
            return Err(S::Error::custom(format!("`{}` is nested deeper than 100 messages", self.ty.name)));
        }
        let message = Message::read(self.ty, self.bytes).map_err(S::Error::custom)?;
        match well_known(self.ty.name) {
            Some(WellKnown::Timestamp) => {
                let time = Timestamp::decode(self.bytes).map_err(S::Error::custom)?;
                return serializer.collect_str(&time);
            }
            Some(WellKnown::Duration) => return serializer.serialize_str(&duration(&message)),
            Some(WellKnown::Wrapper) => {
                let field = self.ty.field(1).ok_or_else(|| S::Error::custom("a wrapper without a value"))?;
                return match message.data(1) {
                    [datum] => Value { field, datum, parent: *self }.serialize(serializer),
                    _ => match field.ty {
                        Type::Bool => serializer.serialize_bool(false),
                        Type::String | Type::Bytes => serializer.serialize_str(""),
                        Type::Int64 | Type::Uint64 => serializer.serialize_str("0"),
                        _ => serializer.serialize_u32(0),
                    },
                };
            }
            None => {}
        }
        let mut map = serializer.serialize_map(None)?;
        for (field, data) in &message.known {
            match (field.shape, data.as_slice()) {
                (Shape::Implicit, [datum]) if is_default(datum) => {}
                (Shape::Implicit | Shape::Explicit, [datum]) => {
                    map.serialize_entry(field.json_name, &Value { field, datum, parent: *self })?;
                }
                (_, []) => {}
                (Shape::Map, data) => {
                    map.serialize_entry(field.json_name, &Entries { field, data, parent: *self })?;
                }
                (_, data) => map.serialize_entry(field.json_name, &List { field, data, parent: *self })?,
            }
        }
        map.end()
    }
}

/// `"86400s"`, `"-0.500s"`: seconds and nanoseconds have one sign.
fn duration(message: &Message<'_>) -> String {
    let number = |field| match message.data(field) {
        [Datum::Signed(number)] => *number,
        _ => 0,
    };
    let (seconds, nanos) = (number(1), number(2));
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let nanos = u32::try_from(nanos.unsigned_abs()).unwrap_or(0);
    format!("{sign}{}{}s", seconds.unsigned_abs(), decimals(nanos))
}

fn is_default(datum: &Datum<'_>) -> bool {
    match datum {
        Datum::Double(value) => value.to_bits() == 0,
        Datum::Float(value) => value.to_bits() == 0,
        Datum::Signed(value) => *value == 0,
        Datum::Unsigned(value) => *value == 0,
        Datum::Bool(value) => !value,
        Datum::Text(value) => value.is_empty(),
        Datum::Bytes(value) => value.is_empty(),
        Datum::Enum(value) => *value == 0,
        Datum::Message(_) => false,
    }
}

struct Value<'a> {
    field: &'static FieldType,
    datum: &'a Datum<'a>,
    parent: Json<'a>,
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.datum, self.field.ty) {
            (Datum::Double(value), _) if value.is_finite() => serializer.serialize_f64(*value),
            (Datum::Float(value), _) if value.is_finite() => serializer.serialize_f32(*value),
            (Datum::Double(value), _) => serializer.serialize_str(not_finite(*value)),
            (Datum::Float(value), _) => serializer.serialize_str(not_finite(f64::from(*value))),
            (Datum::Signed(value), Type::Int64 | Type::Sint64 | Type::Sfixed64) => {
                serializer.collect_str(value)
            }
            (Datum::Unsigned(value), Type::Uint64 | Type::Fixed64) => serializer.collect_str(value),
            (Datum::Signed(value), _) => serializer.serialize_i64(*value),
            (Datum::Unsigned(value), _) => serializer.serialize_u64(*value),
            (Datum::Bool(value), _) => serializer.serialize_bool(*value),
            (Datum::Text(value), _) => serializer.serialize_str(value),
            (Datum::Bytes(value), _) => serializer.serialize_str(&STANDARD.encode(value)),
            (Datum::Enum(value), Type::Enum(ty)) => match ty.value_name(*value) {
                Some(name) => serializer.serialize_str(name),
                None => serializer.serialize_i32(*value),
            },
            (Datum::Enum(value), _) => serializer.serialize_i32(*value),
            (Datum::Message(bytes), Type::Message(ty)) => self.parent.nested(ty, bytes).serialize(serializer),
            (Datum::Message(_), _) => Err(S::Error::custom("a message without a type")),
        }
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

struct List<'a> {
    field: &'static FieldType,
    data: &'a [Datum<'a>],
    parent: Json<'a>,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.data.len()))?;
        for datum in self.data {
            list.serialize_element(&Value { field: self.field, datum, parent: self.parent })?;
        }
        list.end()
    }
}

struct Entries<'a> {
    field: &'static FieldType,
    data: &'a [Datum<'a>],
    parent: Json<'a>,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let missing = || S::Error::custom("a map entry without a type");
        let entry = self.field.message().ok_or_else(missing)?;
        let (key_type, value_type) = entry.field(1).zip(entry.field(2)).ok_or_else(missing)?;
        // Sorted by key, so that equal maps print alike whatever order they were stored in; of entries
        // with one key the last counts.
        let mut entries: BTreeMap<String, Message<'_>> = BTreeMap::new();
        for datum in self.data {
            let Datum::Message(bytes) = datum else { continue };
            let message = Message::read(entry, bytes).map_err(S::Error::custom)?;
            let key = match message.data(1) {
                [Datum::Text(key)] => String::from(*key),
                [Datum::Signed(key)] => format!("{key}"),
                [Datum::Unsigned(key)] => format!("{key}"),
                [Datum::Bool(key)] => format!("{key}"),
                _ if matches!(key_type.ty, Type::String) => String::new(),
                _ => "0".into(),
            };
            entries.insert(key, message);
        }
        let mut map = serializer.serialize_map(Some(entries.len()))?;
        for (key, message) in &entries {
            match (message.data(2), value_type.ty) {
                ([datum], _) => {
                    let value = Value { field: value_type, datum, parent: self.parent };
                    map.serialize_entry(key, &value)?;
                }
                (_, Type::String | Type::Bytes) => map.serialize_entry(key, "")?,
                (_, Type::Bool) => map.serialize_entry(key, &false)?,
                (_, Type::Message(ty)) => map.serialize_entry(key, &Json::new(ty, &[]))?,
                (_, Type::Enum(ty)) => map.serialize_entry(key, &ty.value_name(0))?,
                (_, Type::Int64 | Type::Uint64) => map.serialize_entry(key, "0")?,
                _ => map.serialize_entry(key, &0)?,
            }
        }
        map.end()
    }
}
