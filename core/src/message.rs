//! One protobuf message read by its [`MessageType`]: known fields merged and typed, unknown fields
//! kept as they stand. Everything generic over messages (validation, comparison, JSON, the carrying
//! over of unknown fields) is written on top of [`Message`].

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::str;

use crate::{
    schema::{FieldType, MessageType, Plain, Shape, Type},
    wire::{self, Payload, Reader, WireError},
};

/// Messages nested deeper than this are refused, as by prost and by protobuf's C++ and Python.
pub(crate) const MAX_DEPTH: u32 = 100;

/// Bytes that are not the message they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not protobuf at all.
    #[error("not a valid `{message}`: {source}")]
    Wire {
        /// The message type expected.
        message: &'static str,
        /// What the wire format says.
        source: WireError,
    },
    /// A field's bytes do not fit its type.
    #[error("not a valid `{message}`: field `{field}` {problem}")]
    Field {
        /// The message type expected.
        message: &'static str,
        /// The field's name.
        field: &'static str,
        /// What is wrong, as a predicate.
        problem: &'static str,
    },
    /// An object's bytes whose name is not that of their row.
    #[error("its row has this name, its bytes have the name `{}`", name.escape_debug())]
    Misnamed {
        /// The name in the bytes.
        name: String,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("not a valid `{message}`: nested deeper than 100 messages")]
    TooDeep {
        /// The message type at the limit.
        message: &'static str,
    },
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Datum<'a> {
    Double(f64),
    Float(f32),
    Signed(i64),
    Unsigned(u64),
    Bool(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
    Enum(i32),
    Message(Cow<'a, [u8]>),
}

/// A message read by its type.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(crate) ty: &'static MessageType,
    /// Known fields that occur, ascending by number; singular ones have exactly one datum.
    pub(crate) known: Vec<(&'static FieldType, Vec<Datum<'a>>)>,
    /// Fields this build does not know, in wire order: number, and tag with value.
    pub(crate) unknown: Vec<(u32, &'a [u8])>,
}

impl<'a> Message<'a> {
    /// Reads one level; nested messages stay bytes.
    pub(crate) fn read(ty: &'static MessageType, bytes: &'a [u8]) -> Result<Self, MessageError> {
        let mut message = Message { ty, known: Vec::new(), unknown: Vec::new() };
        for field in wire::fields(bytes) {
            let field = field.map_err(|source| MessageError::Wire { message: ty.name, source })?;
            match ty.field(field.number) {
                Some(known) => message.add(known, field.payload)?,
                None => message.unknown.push((field.number, field.raw)),
            }
        }
        Ok(message)
    }

    /// The data of a field; empty where it is absent.
    pub(crate) fn data(&self, number: u32) -> &[Datum<'a>] {
        let found = self.known.binary_search_by_key(&number, |(field, _)| field.number);
        found.ok().and_then(|index| self.known.get(index)).map_or(&[], |(_, data)| data.as_slice())
    }

    fn add(&mut self, field: &'static FieldType, payload: Payload<'a>) -> Result<(), MessageError> {
        let ty = self.ty;
        let wrong = |problem| MessageError::Field { message: ty.name, field: field.name, problem };
        if field.oneof.is_some() {
            // The member that comes last is the one that is set.
            self.known.retain(|(other, _)| other.oneof != field.oneof || other.number == field.number);
        }
        let index = match self.known.binary_search_by_key(&field.number, |(known, _)| known.number) {
            Ok(index) => index,
            Err(index) => {
                self.known.insert(index, (field, Vec::new()));
                index
            }
        };
        let Some((_, data)) = self.known.get_mut(index) else { return Ok(()) };
        let packed = field.shape == Shape::Repeated && is_packable(field.ty);
        if let (true, Payload::Bytes(list)) = (packed, payload) {
            elements(field.ty, list, |element| data.push(element)).map_err(wrong)?;
            return Ok(());
        }
        let datum = datum(field.ty, payload).map_err(wrong)?;
        match (field.shape, data.as_mut_slice(), datum) {
            (Shape::Repeated | Shape::Map, _, datum) => data.push(datum),
            (_, [Datum::Message(earlier)], Datum::Message(later)) => {
                earlier.to_mut().extend_from_slice(&later)
            }
            (_, [earlier], later) => *earlier = later,
            (_, _, first) => data.push(first),
        }
        Ok(())
    }
}

/// Checks that `bytes` are a `ty` all the way down: wire format, wire types, UTF-8, depth.
pub fn check(ty: &'static MessageType, bytes: &[u8]) -> Result<(), MessageError> {
    scan(ty, bytes).map(|_| ())
}

/// The same, and whether there is a field, at any depth, that this build does not know. Nothing is
/// allocated: a snapshot's objects all go through here when it is opened.
pub(crate) fn scan(ty: &'static MessageType, bytes: &[u8]) -> Result<bool, MessageError> {
    let mut scan = Scan { has_unknown: false };
    scan.message(ty, bytes, 0).map_err(|error| *error)?;
    Ok(scan.has_unknown)
}

struct Scan {
    has_unknown: bool,
}

/// Small, because the way without one is taken for every message of every object that is read.
type Scanned = Result<(), Box<MessageError>>;

impl Scan {
    fn message(&mut self, ty: &'static MessageType, bytes: &[u8], depth: u32) -> Scanned {
        if depth > MAX_DEPTH {
            return Err(Box::new(MessageError::TooDeep { message: ty.name }));
        }
        let mut rest = bytes;
        'fields: while let [tag, after @ ..] = rest {
            // Nearly every field is known, with a tag of one byte and, where there is one, a length of at most two.
            if *tag < 0x80 && tag & 7 == 2 {
                if let Some((payload, after)) = short(after) {
                    if ty.is_plain(*tag, Plain::Text) && is_ascii(payload) {
                        rest = after;
                        continue;
                    }
                    if ty.is_plain(*tag, Plain::Message)
                        && let Some(inner) = ty.field(u32::from(tag >> 3)).and_then(FieldType::message)
                    {
                        self.message(inner, payload, depth + 1)?;
                        rest = after;
                        continue;
                    }
                }
            } else if *tag < 0x80 && tag & 7 == 0 && ty.is_plain(*tag, Plain::Varint) {
                let mut after = after;
                // The tenth byte of the longest is not like the others.
                for _ in 0..9 {
                    let Some((byte, more)) = after.split_first() else { break };
                    after = more;
                    if *byte < 0x80 {
                        rest = after;
                        continue 'fields;
                    }
                }
            }
            let mut reader = Reader::within(bytes.len(), rest);
            self.field(ty, &mut reader, depth)?;
            rest = reader.rest();
        }
        Ok(())
    }

    /// Any field.
    #[inline(never)]
    fn field(&mut self, ty: &'static MessageType, reader: &mut Reader<'_>, depth: u32) -> Scanned {
        let field = reader.number_and_payload(0);
        let (number, payload) =
            field.map_err(|source| Box::new(MessageError::Wire { message: ty.name, source }))?;
        let Some(known) = ty.field(number) else {
            self.has_unknown = true;
            return Ok(());
        };
        let checked = match (known.ty, payload) {
            (Type::Message(inner), Payload::Bytes(payload)) => {
                return self.message(inner, payload, depth + 1);
            }
            (ty, Payload::Bytes(list)) if known.shape == Shape::Repeated && is_packable(ty) => {
                elements(ty, list, |_| ())
            }
            (ty, payload) => datum(ty, payload).map(drop),
        };
        checked
            .map_err(|problem| Box::new(MessageError::Field { message: ty.name, field: known.name, problem }))
    }
}

/// What a length of one or two bytes is before, and what follows.
#[inline(always)]
fn short(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes {
        [length @ ..=0x7f, after @ ..] => after.split_at_checked(usize::from(*length)),
        [low, high @ ..=0x7f, after @ ..] => {
            after.split_at_checked(usize::from(low & 0x7f) | usize::from(*high) << 7)
        }
        _ => None,
    }
}

/// Whether each byte is a character. The library's way is for longer texts than names are.
#[inline(always)]
fn is_ascii(text: &[u8]) -> bool {
    const HIGHEST_BITS: u64 = 0x8080_8080_8080_8080;
    let all = match text.last_chunk() {
        // The last ones once more, instead of one by one.
        Some(last) => {
            let (words, _) = text.as_chunks();
            words.iter().fold(u64::from_ne_bytes(*last), |all, word| all | u64::from_ne_bytes(*word))
        }
        None => text.iter().fold(0, |all, byte| all | u64::from(*byte)),
    };
    all & HIGHEST_BITS == 0
}

/// Takes the elements of a packed list.
fn elements(ty: Type, list: &[u8], mut take: impl FnMut(Datum<'static>)) -> Result<(), &'static str> {
    let mut reader = Reader::new(list);
    while !reader.is_empty() {
        let element = match ty {
            Type::Double | Type::Fixed64 | Type::Sfixed64 => reader.fixed64().map(Payload::Fixed64),
            Type::Float | Type::Fixed32 | Type::Sfixed32 => reader.fixed32().map(Payload::Fixed32),
            _ => reader.varint().map(Payload::Varint),
        };
        take(datum(ty, element.map_err(|_| "is a packed list that ends inside an element")?)?);
    }
    Ok(())
}

/// What tells the elements of a list apart: a map entry's key, or the field that names the element.
pub(crate) fn identity(ty: &'static MessageType, element: &[u8]) -> Option<String> {
    let named = ty.fields.iter().find(|f| matches!(f.name, "name" | "feature_view_name" | "key"))?;
    let message = Message::read(ty, element).ok()?;
    match message.data(named.number) {
        [Datum::Text(name)] if !name.is_empty() => Some(String::from(*name)),
        // Texts that are empty may be left out, and as a key mean the empty text.
        [] | [Datum::Text(_)] if named.name == "key" => Some(String::new()),
        _ => None,
    }
}

pub(crate) fn is_packable(ty: Type) -> bool {
    !matches!(ty, Type::String | Type::Bytes | Type::Message(_))
}

/// Inlined, so that whoever only checks makes no value.
#[inline(always)]
fn datum(ty: Type, payload: Payload<'_>) -> Result<Datum<'_>, &'static str> {
    Ok(match (ty, payload) {
        (Type::Double, Payload::Fixed64(bits)) => Datum::Double(f64::from_bits(bits)),
        (Type::Float, Payload::Fixed32(bits)) => Datum::Float(f32::from_bits(bits)),
        (Type::Int64, Payload::Varint(bits)) => Datum::Signed(bits as i64),
        (Type::Int32, Payload::Varint(bits)) => Datum::Signed(i64::from(bits as i32)),
        (Type::Uint64, Payload::Varint(bits)) | (Type::Fixed64, Payload::Fixed64(bits)) => {
            Datum::Unsigned(bits)
        }
        (Type::Uint32, Payload::Varint(bits)) => Datum::Unsigned(u64::from(bits as u32)),
        (Type::Fixed32, Payload::Fixed32(bits)) => Datum::Unsigned(u64::from(bits)),
        (Type::Sfixed64, Payload::Fixed64(bits)) => Datum::Signed(bits as i64),
        (Type::Sfixed32, Payload::Fixed32(bits)) => Datum::Signed(i64::from(bits as i32)),
        (Type::Sint64 | Type::Sint32, Payload::Varint(bits)) => {
            Datum::Signed((bits >> 1) as i64 ^ -((bits & 1) as i64))
        }
        (Type::Bool, Payload::Varint(bits)) => Datum::Bool(bits != 0),
        (Type::Enum(_), Payload::Varint(bits)) => Datum::Enum(bits as i32),
        (Type::String, Payload::Bytes(bytes)) => {
            Datum::Text(str::from_utf8(bytes).map_err(|_| "is not UTF-8")?)
        }
        (Type::Bytes, Payload::Bytes(bytes)) => Datum::Bytes(bytes),
        (Type::Message(_), Payload::Bytes(bytes)) => Datum::Message(Cow::Borrowed(bytes)),
        _ => return Err("has another wire type"),
    })
}
