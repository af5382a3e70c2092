//! The order of a list: by one attribute, named as Feast's Python objects name it. Most are fields of the
//! message, of its `spec` or of its `meta` under the same name.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::cmp::Ordering;

use prost::Message as _;

use super::{Entry, Request};
use crate::{
    message::{Datum, Message},
    proto::feast::registry::SortingParams,
    schema::{FieldType, MessageType, Type},
    time::Timestamp,
};

/// An order.
#[derive(Debug, Default)]
pub(super) struct Order {
    path: String,
    descending: bool,
}

/// What an entry is compared by. Entries without a value come first.
#[derive(Debug, PartialEq)]
enum Key {
    Missing,
    Number(f64),
    Time(Timestamp),
    Text(String),
}

impl Order {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let sorting = request.message("sorting").and_then(|bytes| SortingParams::decode(bytes).ok());
        let SortingParams { sort_by, sort_order } = sorting.unwrap_or_default();
        Order { path: sort_by.trim().into(), descending: sort_order.eq_ignore_ascii_case("desc") }
    }

    /// Sorts; equal entries keep their order, also in a descending one. Without an attribute nothing moves.
    pub(super) fn sort(&self, entries: &mut Vec<Entry>) {
        if self.path.is_empty() {
            return;
        }
        let keyed = |entry: Entry| (key(entry.ty, &entry.bytes, &self.path), entry);
        let mut keyed: Vec<(Key, Entry)> = entries.drain(..).map(keyed).collect();
        keyed.sort_by(|(one, _), (other, _)| match self.descending {
            false => one.compare(other),
            true => other.compare(one),
        });
        entries.extend(keyed.into_iter().map(|(_, entry)| entry));
    }
}

impl Key {
    fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(one), Key::Number(other)) => one.total_cmp(other),
            (Key::Time(one), Key::Time(other)) => one.cmp(other),
            (Key::Text(one), Key::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Key::Missing => 0,
            Key::Number(_) => 1,
            Key::Time(_) => 2,
            Key::Text(_) => 3,
        }
    }
}

fn key(ty: &'static MessageType, bytes: &[u8], path: &str) -> Key {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    for part in ["", "spec", "meta"] {
        let Some((ty, bytes)) = step(ty, bytes, part) else { continue };
        let Some(field) = ty.field_named(name).filter(|field| field.name == name) else { continue };
        return match (rest, field.message()) {
            (Some(rest), Some(_)) => {
                step(ty, &bytes, name).map_or(Key::Missing, |(ty, bytes)| key(ty, &bytes, rest))
            }
            (Some(_), None) => Key::Missing,
            (None, _) => value(ty, &bytes, field),
        };
    }
    Key::Missing
}

/// The message in a field; the message itself for no name.
fn step<'a>(
    ty: &'static MessageType,
    bytes: &'a [u8],
    name: &str,
) -> Option<(&'static MessageType, Cow<'a, [u8]>)> {
    if name.is_empty() {
        return Some((ty, Cow::Borrowed(bytes)));
    }
    let field = ty.field_named(name)?;
    let found = crate::wire::submessage(bytes, field.number).ok()??;
    Some((field.message()?, found))
}

fn value(ty: &'static MessageType, bytes: &[u8], field: &'static FieldType) -> Key {
    let Ok(message) = Message::read(ty, bytes) else { return Key::Missing };
    let text = |text: &str| Key::Text(text.to_lowercase());
    match message.data(field.number) {
        [Datum::Text(value)] => text(value),
        [Datum::Bool(value)] => Key::Number(f64::from(u8::from(*value))),
        [Datum::Double(value)] => Key::Number(*value),
        [Datum::Float(value)] => Key::Number(f64::from(*value)),
        [Datum::Signed(value)] => Key::Number(*value as f64),
        [Datum::Unsigned(value)] => Key::Number(*value as f64),
        [Datum::Enum(number)] => enum_key(field, *number),
        [Datum::Message(bytes)] if field.message().is_some_and(|ty| is_time(ty.name)) => {
            Timestamp::decode(bytes).map_or(Key::Missing, Key::Time)
        }
        // What is not written has its default value; a message that is not written is none.
        [] => match field.ty {
            Type::String => text(""),
            Type::Message(_) | Type::Bytes => Key::Missing,
            Type::Enum(_) => enum_key(field, 0),
            _ => Key::Number(0.0),
        },
        _ => Key::Missing,
    }
}

fn enum_key(field: &'static FieldType, number: i32) -> Key {
    match field.ty {
        Type::Enum(known) => known
            .value_name(number)
            .map_or(Key::Number(f64::from(number)), |name| Key::Text(name.to_lowercase())),
        _ => Key::Missing,
    }
}

/// Seconds and nanoseconds, both of them.
fn is_time(message: &str) -> bool {
    matches!(message, "google.protobuf.Timestamp" | "google.protobuf.Duration")
}
