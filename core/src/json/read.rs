//! JSON to bytes, as strict as protobuf's own readers: an unknown field, a value of another type or a
//! number out of range is an error that names the place.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{WellKnown, well_known};
use crate::{
    definition::put,
    message::{Datum, MAX_DEPTH, is_packable},
    schema::{FieldType, MessageType, Shape, Type},
    time::{MAX_DURATION, Timestamp},
    wire,
};

/// Reads protobuf JSON into the bytes of a message.
#[derive(Clone, Copy, Debug)]
pub struct JsonSeed<'p> {
    ty: &'static MessageType,
    path: Path<'p>,
    /// A key of the outermost map that is not a field: `kind` in a document.
    skip: Option<&'p str>,
}

/// Where in the document a value stands, for messages.
#[derive(Clone, Copy, Debug)]
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    name: &'p str,
    depth: u32,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent {
            Some(parent) if !parent.name.is_empty() => write!(f, "{parent}.{}", self.name),
            _ => f.write_str(self.name),
        }
    }
}

impl Path<'static> {
    const ROOT: Self = Path { parent: None, name: "", depth: 0 };
}

impl<'p> Path<'p> {
    fn child(&'p self, name: &'p str) -> Self {
        Path { parent: Some(self), name, depth: self.depth + 1 }
    }

    fn error<E: Error>(&self, problem: impl fmt::Display) -> E {
        match self.name {
            "" => E::custom(problem),
            _ => E::custom(format_args!("`{self}`: {problem}")),
        }
    }
}

impl JsonSeed<'static> {
    /// Reads a `ty`.
    pub fn new(ty: &'static MessageType) -> Self {
        JsonSeed { ty, path: Path::ROOT, skip: None }
    }
}

impl<'p> JsonSeed<'p> {
    /// Passes over one key of the outermost map.
    pub fn skipping(self, key: &'p str) -> Self {
        JsonSeed { skip: Some(key), ..self }
    }
}

/// Reads a message from a deserializer that holds one.
pub fn read_value<'de, D: Deserializer<'de>>(
    ty: &'static MessageType,
    value: D,
) -> Result<Vec<u8>, D::Error> {
    JsonSeed::new(ty).deserialize(value)
}

impl<'de> DeserializeSeed<'de> for JsonSeed<'_> {
    type Value = Vec<u8>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<u8>, D::Error> {
        if self.path.depth > MAX_DEPTH {
            return Err(self.path.error("is nested deeper than 100 messages"));
        }
        match well_known(self.ty.name) {
            Some(WellKnown::Timestamp) => {
                let text = deserializer.deserialize_any(Scalar(self.path))?.text(&self.path)?;
                Timestamp::parse(&text).map(Timestamp::encode).map_err(|error| self.path.error(error))
            }
            Some(WellKnown::Duration) => {
                let text = deserializer.deserialize_any(Scalar(self.path))?.text(&self.path)?;
                duration(&text).ok_or_else(|| {
                    self.path
                        .error(format_args!("`{text}` is not a duration; write seconds such as `86400s`"))
                })
            }
            Some(WellKnown::Wrapper) => {
                let field = self.ty.field(1).ok_or_else(|| self.path.error("a wrapper without a value"))?;
                let mut out = Vec::new();
                FieldSeed { field, path: self.path, out: &mut out }.deserialize(deserializer)?;
                Ok(out)
            }
            None => deserializer.deserialize_map(self),
        }
    }
}

/// `86400s`, `-0.5s` to the bytes of a `google.protobuf.Duration`.
fn duration(text: &str) -> Option<Vec<u8>> {
    let number = text.strip_suffix('s')?;
    let (negative, digits) = number.strip_prefix('-').map_or((false, number), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || fraction.len() > 9 || digits.contains('.') && !is_number(fraction) {
        return None;
    }
    let sign = if negative { -1 } else { 1 };
    let seconds = whole.parse::<i64>().ok()? * sign;
    let nanos = format!("{fraction:0<9}").parse::<i64>().ok()? * sign;
    if seconds.unsigned_abs() > MAX_DURATION {
        return None;
    }
    let mut out = Vec::new();
    if seconds != 0 {
        wire::put_varint(&mut out, 1, seconds as u64);
    }
    if nanos != 0 {
        wire::put_varint(&mut out, 2, nanos as u64);
    }
    Some(out)
}

impl<'de> Visitor<'de> for JsonSeed<'_> {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.name {
            "" => write!(f, "the fields of `{}`", self.ty.name),
            _ => write!(f, "the fields of `{}` in `{}`", self.ty.name, self.path),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<u8>, A::Error> {
        // Fields may come in any order; messages are written in that of the numbers.
        let mut found: Vec<(&'static FieldType, Vec<u8>)> = Vec::new();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if self.skip == Some(&key) {
                map.next_value::<serde::de::IgnoredAny>()?;
                continue;
            }
            let Some(field) = self.ty.field_named(&key) else {
                let known: Vec<&str> = self.ty.fields.iter().map(|field| field.json_name).collect();
                let problem = format!("unknown field `{key}`; the fields here are {}", known.join(", "));
                return Err(self.path.error(problem));
            };
            let path = self.path.child(&key);
            if found.iter().any(|(other, _)| other.number == field.number) {
                return Err(path.error("is given twice"));
            }
            let rival = |(other, _): &&(&FieldType, _)| other.oneof.is_some() && other.oneof == field.oneof;
            let mut out = Vec::new();
            let given = map.next_value_seed(FieldSeed { field, path, out: &mut out })?;
            if let (Some((other, _)), true) = (found.iter().find(rival), given) {
                return Err(
                    path.error(format_args!("excludes `{}`: only one of them may be given", other.json_name))
                );
            }
            if given {
                found.push((field, out));
            }
        }
        found.sort_by_key(|(field, _)| field.number);
        Ok(found.into_iter().flat_map(|(_, bytes)| bytes).collect())
    }
}

/// Reads the value of one field and appends its encoding. The value says whether it was not null.
struct FieldSeed<'a, 'p> {
    field: &'static FieldType,
    path: Path<'p>,
    out: &'a mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value for `{}`", self.path)
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let FieldSeed { field, path, out } = self;
        match (field.shape, field.ty) {
            (Shape::Repeated, _) => deserializer.deserialize_seq(ListVisitor { field, path, out })?,
            (Shape::Map, _) => deserializer.deserialize_map(EntriesVisitor { field, path, out })?,
            (_, Type::Message(ty)) => {
                let bytes = JsonSeed { ty, path, skip: None }.deserialize(deserializer)?;
                wire::put_bytes(out, field.number, &bytes);
            }
            _ => {
                let value = deserializer.deserialize_any(Scalar(path))?;
                value.put(field, &path, field.shape == Shape::Explicit, out)?;
            }
        }
        Ok(true)
    }
}

struct ListVisitor<'a, 'p> {
    field: &'static FieldType,
    path: Path<'p>,
    out: &'a mut Vec<u8>,
}

impl<'de> Visitor<'de> for ListVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list for `{}`", self.path)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut packed = Vec::new();
        let mut index = 0usize;
        loop {
            let name = format!("{}[{index}]", self.path.name);
            let path = Path { name: &name, ..self.path };
            match self.field.ty {
                Type::Message(ty) => {
                    let path = Path { depth: path.depth + 1, ..path };
                    let Some(bytes) = list.next_element_seed(JsonSeed { ty, path, skip: None })? else {
                        break;
                    };
                    wire::put_bytes(self.out, self.field.number, &bytes);
                }
                ty => {
                    let Some(value) = list.next_element_seed(Scalar(path))? else { break };
                    value.put(
                        self.field,
                        &path,
                        true,
                        if is_packable(ty) { &mut packed } else { self.out },
                    )?;
                }
            }
            index += 1;
        }
        if !packed.is_empty() {
            // Each element was written with its tag; packed, they share one.
            let mut elements = Vec::with_capacity(packed.len());
            for field in wire::fields(&packed).flatten() {
                match field.payload {
                    wire::Payload::Varint(bits) => wire::put_raw_varint(&mut elements, bits),
                    wire::Payload::Fixed64(bits) => elements.extend_from_slice(&bits.to_le_bytes()),
                    wire::Payload::Fixed32(bits) => elements.extend_from_slice(&bits.to_le_bytes()),
                    wire::Payload::Bytes(_) | wire::Payload::Group(_) => {}
                }
            }
            wire::put_bytes(self.out, self.field.number, &elements);
        }
        Ok(())
    }
}

struct EntriesVisitor<'a, 'p> {
    field: &'static FieldType,
    path: Path<'p>,
    out: &'a mut Vec<u8>,
}

impl<'de> Visitor<'de> for EntriesVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keys and values for `{}`", self.path)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let entry = self.field.message();
        let types = entry.and_then(|entry| entry.field(1).zip(entry.field(2)));
        let (key_field, value_field) = types.ok_or_else(|| self.path.error("a map without types"))?;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let path = self.path.child(&key);
            let mut bytes = Vec::new();
            Given::Text(key.clone().into_owned()).put(key_field, &path, true, &mut bytes)?;
            let value = FieldSeed { field: value_field, path, out: &mut bytes };
            if !map.next_value_seed(value)? {
                return Err(path.error("must not be null"));
            }
            wire::put_bytes(self.out, self.field.number, &bytes);
        }
        Ok(())
    }
}

/// A scalar as the document gives it, before the field's type is asked.
enum Given {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
}

struct Scalar<'p>(Path<'p>);

impl<'de> DeserializeSeed<'de> for Scalar<'_> {
    type Value = Given;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar<'_> {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a single value for `{}`", self.0)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Given, E> {
        Ok(Given::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Given, E> {
        Ok(Given::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Given, E> {
        Ok(i64::try_from(value).map_or(Given::Unsigned(value), Given::Signed))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Given, E> {
        Ok(Given::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Given, E> {
        Ok(Given::Text(value.into()))
    }
}

impl Given {
    fn text<E: Error>(self, path: &Path<'_>) -> Result<String, E> {
        match self {
            Given::Text(text) => Ok(text),
            other => Err(path.error(format_args!("expected a text, found {}", other.describe()))),
        }
    }

    fn describe(&self) -> String {
        match self {
            Given::Bool(value) => format!("the boolean {value}"),
            Given::Signed(value) => format!("the number {value}"),
            Given::Unsigned(value) => format!("the number {value}"),
            Given::Float(value) => format!("the number {value}"),
            Given::Text(value) => format!("the text {value:?}"),
        }
    }

    fn integer(&self) -> Option<i128> {
        match self {
            Given::Signed(value) => Some(i128::from(*value)),
            Given::Unsigned(value) => Some(i128::from(*value)),
            // Exactly representable: protobuf JSON accepts 1.0 and 1e3 for integers.
            Given::Float(value) if *value == (*value as i128) as f64 => Some(*value as i128),
            Given::Text(text) => text.parse().ok(),
            Given::Bool(_) | Given::Float(_) => None,
        }
    }

    fn float(&self) -> Option<f64> {
        match self {
            Given::Signed(value) => Some(*value as f64),
            Given::Unsigned(value) => Some(*value as f64),
            Given::Float(value) => Some(*value),
            Given::Text(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                text => text.parse().ok().filter(|value: &f64| value.is_finite()),
            },
            Given::Bool(_) => None,
        }
    }

    /// Appends the value as one of `field`. An implicit field's default is not written.
    fn put<E: Error>(
        self,
        field: &FieldType,
        path: &Path<'_>,
        explicit: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), E> {
        let wrong =
            |expected: &str| path.error(format_args!("expected {expected}, found {}", self.describe()));
        let signed = |min: i64, max: i64, name: &str| {
            let found = self.integer().and_then(|value| i64::try_from(value).ok());
            found.filter(|value| (min..=max).contains(value)).ok_or_else(|| wrong(name)).map(Datum::Signed)
        };
        let unsigned = |max: u64, name: &str| {
            let found = self.integer().and_then(|value| u64::try_from(value).ok());
            found.filter(|value| *value <= max).ok_or_else(|| wrong(name)).map(Datum::Unsigned)
        };
        let decoded;
        let datum = match field.ty {
            Type::Double => Datum::Double(self.float().ok_or_else(|| wrong("a number"))?),
            Type::Float => {
                let value = self.float().ok_or_else(|| wrong("a number"))?;
                let narrow = value as f32;
                if narrow.is_infinite() && value.is_finite() {
                    return Err(wrong("a number in the range of a 32-bit float"));
                }
                Datum::Float(narrow)
            }
            Type::Int64 | Type::Sint64 | Type::Sfixed64 => signed(i64::MIN, i64::MAX, "a 64-bit integer")?,
            Type::Int32 | Type::Sint32 | Type::Sfixed32 => {
                signed(i32::MIN.into(), i32::MAX.into(), "a 32-bit integer")?
            }
            Type::Uint64 | Type::Fixed64 => unsigned(u64::MAX, "an unsigned 64-bit integer")?,
            Type::Uint32 | Type::Fixed32 => unsigned(u32::MAX.into(), "an unsigned 32-bit integer")?,
            Type::Bool => match &self {
                Given::Bool(value) => Datum::Bool(*value),
                _ => return Err(wrong("true or false")),
            },
            Type::String => match &self {
                Given::Text(text) => Datum::Text(text),
                _ => return Err(wrong("a text (put it in quotes)")),
            },
            Type::Bytes => {
                let Given::Text(text) = &self else { return Err(wrong("bytes in base64")) };
                decoded = base64(text).ok_or_else(|| wrong("bytes in base64"))?;
                Datum::Bytes(&decoded)
            }
            Type::Enum(ty) => {
                let number = match &self {
                    Given::Text(name) => ty.number(name),
                    other => other.integer().and_then(|value| i32::try_from(value).ok()),
                };
                Datum::Enum(number.ok_or_else(|| {
                    let names: Vec<&str> = ty.values.iter().map(|(_, name)| *name).collect();
                    wrong(&format!("one of {}", names.join(", ")))
                })?)
            }
            Type::Message(_) => return Err(wrong("a message")),
        };
        if explicit || !is_zero(&datum) {
            put(out, field, &datum);
        }
        Ok(())
    }
}

fn is_zero(datum: &Datum<'_>) -> bool {
    match datum {
        Datum::Double(value) => value.to_bits() == 0,
        Datum::Float(value) => value.to_bits() == 0,
        Datum::Signed(0) | Datum::Unsigned(0) | Datum::Bool(false) | Datum::Enum(0) => true,
        Datum::Text(value) => value.is_empty(),
        Datum::Bytes(value) => value.is_empty(),
        _ => false,
    }
}

/// Base64 in the plain or the URL alphabet, padded or not, as protobuf JSON accepts it.
fn base64(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = text.replace('-', "+").replace('_', "/").to_string();
    GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(standard).ok()
}
