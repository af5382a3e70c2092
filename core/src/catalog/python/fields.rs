//! A message whose fields are asked for by the names in the schema. Nothing fails; what is broken reads as absent.

use core::str;

use crate::{
    catalog::{
        Column,
        parts::{last_text, last_varint, numbers},
    },
    schema::{FieldType, MessageType},
    wire::{self, Payload, Walk},
};

use super::expression::Expression;

/// A message of a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    pub(super) ty: &'static MessageType,
    pub(super) bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(ty: &'static MessageType, bytes: &'a [u8]) -> Self {
        Fields { ty, bytes }
    }

    fn walk(self, name: &str) -> Walk<'a> {
        wire::walk(self.bytes, &[self.ty.field_named(name).map_or(0, |field| field.number)])
    }

    /// The text of a field; empty where there is none.
    pub(super) fn text(self, name: &str) -> &'a str {
        last_text(self.walk(name)).unwrap_or_default()
    }

    pub(super) fn texts(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.walk(name).filter_map(Payload::bytes).filter_map(|text| str::from_utf8(text).ok())
    }

    pub(super) fn bytes(self, name: &str) -> &'a [u8] {
        self.walk(name).filter_map(Payload::bytes).last().unwrap_or_default()
    }

    pub(super) fn number(self, name: &str) -> Option<u64> {
        last_varint(self.walk(name))
    }

    /// The numbers of a list.
    pub(super) fn numbers(self, name: &str) -> impl Iterator<Item = i32> {
        numbers(self.walk(name))
    }

    /// The bits of a `float`.
    pub(super) fn fixed32(self, name: &str) -> u32 {
        let bits = self.walk(name).filter_map(|payload| match payload {
            Payload::Fixed32(bits) => Some(bits),
            _ => None,
        });
        bits.last().unwrap_or_default()
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.number(name).is_some_and(|number| number != 0)
    }

    /// The message in a field.
    pub(super) fn message(self, name: &str) -> Option<Fields<'a>> {
        self.messages(name).last()
    }

    pub(super) fn messages(self, name: &str) -> impl Iterator<Item = Fields<'a>> {
        let ty = self.ty.field_named(name).and_then(FieldType::message);
        self.walk(name).filter_map(Payload::bytes).filter_map(move |bytes| Some(Fields { ty: ty?, bytes }))
    }

    /// The columns of a list.
    pub(super) fn columns(self, name: &str) -> impl Iterator<Item = Column<'a>> {
        self.messages(name).map(|message| Column::new(message.bytes))
    }

    /// The entries of a map of texts.
    pub(super) fn pairs(self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.messages(name).map(|entry| (entry.text("key"), entry.text("value")))
    }

    /// The member of the oneof that is set, of a message that has one such.
    pub(super) fn member(self) -> Option<(&'static FieldType, Fields<'a>)> {
        let members = wire::fields(self.bytes).filter_map(Result::ok).filter_map(|field| {
            let ty = self.ty.field(field.number).filter(|known| known.oneof.is_some())?;
            Some((ty, Fields { ty: ty.message()?, bytes: field.payload.bytes()? }))
        });
        members.last()
    }

    /// A `google.protobuf.Duration` in microseconds, as fine as Python's.
    pub(super) fn duration(self, name: &str) -> Option<i128> {
        let duration = self.message(name)?;
        let part = |name| i128::from(duration.number(name).unwrap_or_default() as i64);
        Some(part("seconds") * 1_000_000 + i128::from(part("nanos") as i32) / 1000)
    }

    /// A dictionary of texts.
    pub(super) fn dictionary(self, name: &str) -> Expression {
        Expression::pairs(self.pairs(name))
    }

    /// A list of texts.
    pub(super) fn list(self, name: &str) -> Expression {
        Expression::texts(self.texts(name))
    }
}
