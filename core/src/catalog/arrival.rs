//! A registry file on its way in: each object is looked through as soon as it is whole, so that little is left to do
//! when the last byte is there.

use alloc::{borrow::Cow, vec::Vec};

use super::{Catalog, Parts, Span, parts};
use crate::{
    kind::Kind,
    message,
    snapshot::SnapshotError,
    wire::{self, Payload},
};

/// What is known of the objects that have arrived so far.
#[derive(Debug, Default)]
pub struct Arrival {
    /// Where the first field begins that has not arrived as a whole.
    upto: usize,
    /// With fewer bytes from there on it is not worth to look again.
    awaited: usize,
    objects: Vec<Facts>,
}

/// What an object's bytes say without those of any other object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) kind: Kind,
    pub(super) bytes: Span,
    /// Empty where it is not stated, as the project.
    pub(super) name: Span,
    pub(super) project: Span,
    /// How many features it has.
    pub(super) features: u32,
    /// Whether the bytes are not the message that they should be.
    pub(super) is_broken: bool,
    /// Whether it has fields that this build does not know.
    pub(super) is_newer: bool,
}

impl Arrival {
    /// Looks through what has become whole. `arrived` is the file from its start, as far as it is there.
    pub fn look(&mut self, arrived: &[u8]) {
        let waiting = |arrival: &Self| arrived.len().saturating_sub(arrival.upto);
        if waiting(self) >= self.awaited {
            self.go_on(arrived);
            // Twice as much: however long a field is, to look at its beginning again and again is no more work than
            // to look at all of it twice.
            self.awaited = 2 * waiting(self);
        }
    }

    /// Opens the file, which is there as a whole.
    pub fn open<'b>(mut self, file: impl Into<Cow<'b, [u8]>>) -> Result<Catalog<'b>, SnapshotError> {
        let file = file.into();
        self.go_on(&file);
        Catalog::of(file, self.objects)
    }

    fn go_on(&mut self, arrived: &[u8]) {
        let rest = arrived.get(self.upto..).unwrap_or_default();
        for field in wire::fields(rest).map_while(Result::ok) {
            self.upto += field.raw.len();
            let kind = Kind::of_registry_field(field.number);
            if let (Some(kind), Payload::Bytes(message)) = (kind, field.payload) {
                self.objects.push(Facts::of(kind, message, arrived));
            }
        }
    }
}

impl Facts {
    /// Of an object's message, which is a slice of `file`.
    pub(super) fn of(kind: Kind, message: &[u8], file: &[u8]) -> Self {
        let info = kind.info();
        let name = wire::last(message, info.at.name, Payload::bytes);
        let project = parts::last_text(wire::walk(message, info.at.project));
        let scanned = message::scan(info.message, message);
        Facts {
            kind,
            bytes: Span::of(message, file),
            name: Span::of(name.unwrap_or_default(), file),
            project: Span::of(project.unwrap_or_default().as_bytes(), file),
            features: if kind.is_view() { Parts::new(kind, message).features().count() as u32 } else { 0 },
            is_broken: scanned.is_err(),
            is_newer: scanned == Ok(true),
        }
    }
}
