//! Requests of the service, read by the names of their fields: the same name means the same in all of
//! them, and the numbers differ.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
};

use crate::{
    kind::Kind,
    message::{self, Datum, Message, MessageError},
    object::Object,
    schema::MessageType,
    time::Timestamp,
    wire,
};

/// A request.
#[derive(Debug)]
pub struct Request<'a> {
    message: Message<'a>,
}

impl<'a> Request<'a> {
    /// Reads a request; an error says where the bytes are not that message.
    pub fn read(ty: &'static MessageType, bytes: &'a [u8]) -> Result<Self, MessageError> {
        message::check(ty, bytes)?;
        Ok(Request { message: Message::read(ty, bytes)? })
    }

    /// A text; empty where it is absent.
    pub fn text(&self, name: &str) -> &str {
        match self.datum(name) {
            Some(Datum::Text(text)) => text,
            _ => "",
        }
    }

    /// A text, for owners.
    pub fn owned(&self, name: &str) -> String {
        self.text(name).to_string()
    }

    /// A text where it says something.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.owned(name)).filter(|text| !text.is_empty())
    }

    /// A flag; off where it is absent.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.datum(name), Some(Datum::Bool(true)))
    }

    /// A message; `None` where it is absent.
    pub fn message(&self, name: &str) -> Option<&[u8]> {
        match self.datum(name) {
            Some(Datum::Message(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// An instant.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.message(name).and_then(|bytes| Timestamp::decode(bytes).ok())
    }

    /// The tags that objects must have.
    pub fn tags(&self) -> BTreeMap<String, String> {
        let number = self.message.ty.field_named("tags").map_or(0, |field| field.number);
        let part = |entry: &[u8], number| {
            let bytes = wire::last_bytes(entry, number).ok().flatten().unwrap_or_default();
            String::from_utf8_lossy(bytes).into_owned()
        };
        let entry = |datum: &Datum<'_>| match datum {
            Datum::Message(entry) => Some((part(entry, 1), part(entry, 2))),
            _ => None,
        };
        self.message.data(number).iter().filter_map(entry).collect()
    }

    /// The object that the request carries: the bytes of the field that holds one, and its kind.
    pub fn object(&self) -> Option<Result<Object, MessageError>> {
        self.message.known.iter().find_map(|(field, data)| {
            let message = field.message()?;
            let kind = Kind::all().find(|kind| core::ptr::eq(kind.info().message, message))?;
            match data.as_slice() {
                [Datum::Message(bytes)] => Some(Object::parse(kind, bytes.to_vec())),
                _ => None,
            }
        })
    }

    fn datum(&self, name: &str) -> Option<&Datum<'a>> {
        match self.message.data(self.message.ty.field_named(name)?.number) {
            [datum] => Some(datum),
            _ => None,
        }
    }
}
