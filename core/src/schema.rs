//! The protobuf schema as static data: every message, field, enum and service of `proto/`, generated at
//! build time. Code that must treat all messages alike (JSON, comparison, unknown fields) reads
//! these tables; code that wants one message's fields uses the prost types in `proto`.

use alloc::{borrow::Cow, format};

/// A message: its fields by number.
#[derive(Debug)]
pub struct MessageType {
    /// The full name, `feast.core.FeatureView`.
    pub name: &'static str,
    /// Whether, at any depth, there can be a time or a duration in it.
    pub holds_times: bool,
    /// Its fields in ascending order of number.
    pub fields: &'static [FieldType],
    /// The [`Plain`] of each field number below 16, two bits for each.
    plain: u32,
}

/// What the checking of a field needs to know where tag and value are as short as they mostly are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// There is no such field, or more to it.
    No,
    /// A text or texts.
    Text,
    /// A varint of which every one is a value.
    Varint,
    /// A message or messages.
    Message,
}

/// A field of a message.
#[derive(Debug)]
pub struct FieldType {
    /// The field number.
    pub number: u32,
    /// The name in the .proto file, `feature_view_name`.
    pub name: &'static str,
    /// The name in protobuf JSON, `featureViewName`.
    pub json_name: &'static str,
    /// How often it occurs, and whether its default value is written.
    pub shape: Shape,
    /// Fields of one message with the same number here exclude each other.
    pub oneof: Option<u16>,
    /// The type of the value, of each element, or for a map of its entry message.
    pub ty: Type,
}

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// At most once; absent means the default value (proto3 without `optional`).
    Implicit,
    /// At most once; absent differs from the default (messages, oneof members, `optional`).
    Explicit,
    /// Any number of times; numbers are packed.
    Repeated,
    /// Any number of entries with distinct keys: field 1 the key, field 2 the value.
    Map,
}

/// The type of a value, named as descriptor.proto names it.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum Type {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Uint32,
    Fixed64,
    Fixed32,
    Sfixed64,
    Sfixed32,
    Sint64,
    Sint32,
    Bool,
    String,
    Bytes,
    Enum(&'static EnumType),
    Message(&'static MessageType),
}

/// An enum: numbers and names. proto3 enums are open, so other numbers may occur in messages.
#[derive(Debug)]
pub struct EnumType {
    /// The full name, `feast.core.FeatureViewState`.
    pub name: &'static str,
    /// Number and name of each value, in declaration order; the first is the default, 0.
    pub values: &'static [(i32, &'static str)],
}

/// A service: its methods in the order of the .proto file.
#[derive(Debug)]
pub struct ServiceType {
    /// The full name, `feast.registry.RegistryServer`.
    pub name: &'static str,
    /// Its methods.
    pub methods: &'static [MethodType],
}

/// A method of a service: one request, one answer.
#[derive(Debug)]
pub struct MethodType {
    /// The name, `GetEntity`.
    pub name: &'static str,
    /// The message of the request.
    pub input: &'static MessageType,
    /// The message of the answer.
    pub output: &'static MessageType,
}

impl MessageType {
    const fn new(name: &'static str, holds_times: bool, fields: &'static [FieldType]) -> Self {
        let (mut plain, mut rest) = (0, fields);
        while let [field, others @ ..] = rest {
            if field.number < 16 {
                plain |= (field.plain() as u32) << (2 * field.number);
            }
            rest = others;
        }
        MessageType { name, holds_times, fields, plain }
    }

    /// Whether the field whose tag is this byte, below 128, is such a one.
    #[inline(always)]
    pub(crate) fn is_plain(&self, tag: u8, plain: Plain) -> bool {
        self.plain >> (tag >> 3 << 1) & 3 == plain as u32
    }

    /// Finds a message by its full name.
    pub fn find(name: &str) -> Option<&'static MessageType> {
        let index = generated::MESSAGES.binary_search_by(|message| message.name.cmp(name)).ok()?;
        generated::MESSAGES.get(index).copied()
    }

    /// The field with this number.
    pub fn field(&self, number: u32) -> Option<&'static FieldType> {
        // Most messages number their fields without gaps.
        if let Some(field) = self.fields.get((number as usize).wrapping_sub(1))
            && field.number == number
        {
            return Some(field);
        }
        let index = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
        self.fields.get(index)
    }

    /// The field with this name, as the .proto file or as JSON spells it.
    pub fn field_named(&self, name: &str) -> Option<&'static FieldType> {
        self.fields.iter().find(|field| field.json_name == name || field.name == name)
    }

    /// The first field that holds messages of this type.
    pub fn field_of(&self, message: &'static MessageType) -> Option<&'static FieldType> {
        self.fields.iter().find(|field| field.message().is_some_and(|found| core::ptr::eq(found, message)))
    }
}

impl FieldType {
    const fn plain(&self) -> Plain {
        match self.ty {
            Type::String => Plain::Text,
            Type::Message(_) => Plain::Message,
            Type::Enum(_) | Type::Bool | Type::Int32 | Type::Int64 => Plain::Varint,
            _ => Plain::No,
        }
    }

    /// The message type of the field, of its elements or of its map entries.
    pub fn message(&self) -> Option<&'static MessageType> {
        match self.ty {
            Type::Message(message) => Some(message),
            _ => None,
        }
    }
}

impl EnumType {
    /// The name of a value.
    pub fn value_name(&self, number: i32) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
    }

    /// The name of a value, or its number where this build knows no name.
    pub fn text(&self, number: i32) -> Cow<'static, str> {
        self.value_name(number).map_or_else(|| Cow::Owned(format!("{number}")), Cow::Borrowed)
    }

    /// The number of a named value.
    pub fn number(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
    }
}

pub use generated::*;

mod generated {
    use super::{EnumType, FieldType, MessageType, MethodType, ServiceType, Shape, Type};
    include!(concat!(env!("OUT_DIR"), "/schema.rs"));
}
