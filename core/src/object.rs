//! A registry object: the bytes of its message, checked, and the parts that all kinds share, read
//! and edited in place so that everything else stays byte for byte.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::{mem, str};

use crate::{
    kind::Kind,
    message::{self, MessageError},
    time::Timestamp,
    unknown,
    wire::{self, Payload, WireError},
};

/// An object of some kind. Its bytes are a valid message of that kind, with unknown fields kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    kind: Kind,
    bytes: Vec<u8>,
}

/// What the registry books on an object, as its `meta` holds it. Parts that the kind's message has
/// no field for are dropped on writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bookkeeping {
    /// When the object was first applied.
    pub created: Option<Timestamp>,
    /// When it last changed.
    pub last_updated: Option<Timestamp>,
    /// Views: the active version's number; `None` where no version is active or it is `v0`.
    pub version_number: Option<i32>,
    /// Views: Feast never fills it; kept as found.
    pub version_id: Option<String>,
    /// Views: a number of `feast.core.FeatureViewState`; 0 for unspecified.
    pub state: i32,
    /// Feature views and stream feature views: serialized `MaterializationInterval`s, oldest first.
    pub intervals: Vec<Vec<u8>>,
}

impl Bookkeeping {
    /// What is booked in an object's bytes; as far as that can be read, where they are damaged.
    pub fn of(kind: Kind, bytes: &[u8]) -> Bookkeeping {
        let info = kind.info();
        let at = &info.at;
        if at.meta.is_empty() {
            return Bookkeeping::default();
        }
        let meta = wire::submessage_at(bytes, at.meta).ok().flatten().unwrap_or_default();
        let time = |number: u32| {
            let bytes = wire::submessage(&meta, number).ok().flatten().filter(|_| number != 0)?;
            Timestamp::decode(&bytes).ok()
        };
        let varint = |number: u32| wire::last_varint(&meta, number).ok().flatten().filter(|_| number != 0);
        let mut found = Bookkeeping {
            created: time(at.created),
            last_updated: time(at.last_updated),
            ..Bookkeeping::default()
        };
        if let Some(view) = &info.view {
            found.version_number = varint(view.version_number).map(|bits| bits as i32).filter(|n| *n != 0);
            found.version_id = wire::last_bytes(&meta, view.version_id)
                .ok()
                .flatten()
                .and_then(|bytes| str::from_utf8(bytes).ok().map(String::from))
                .filter(|id| !id.is_empty());
            found.state = varint(view.state).unwrap_or(0) as i32;
            let intervals = wire::repeated(&meta, view.intervals).unwrap_or_default();
            found.intervals = intervals.into_iter().map(Vec::from).collect();
        }
        found
    }
}

/// The text at a path of field numbers in an object's bytes; empty where absent.
pub(crate) fn text_at<'a>(bytes: &'a [u8], path: &[u32]) -> &'a str {
    let last = wire::last(bytes, path, Payload::bytes);
    last.and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
}

impl Object {
    /// Takes bytes that should be an object of `kind`; an error says where they are not.
    pub fn parse(kind: Kind, bytes: Vec<u8>) -> Result<Self, MessageError> {
        message::check(kind.info().message, &bytes)?;
        Ok(Object { kind, bytes })
    }

    /// Takes bytes that [`message::check`] has found to be an object of `kind`.
    pub(crate) fn checked(kind: Kind, bytes: Vec<u8>) -> Self {
        Object { kind, bytes }
    }

    /// The object's kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The serialized message.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The serialized message.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The name; empty where it is missing, and always for infra.
    pub fn name(&self) -> String {
        self.text(self.kind.info().at.name)
    }

    /// The project written in the bytes, which need not be the project of its row.
    pub fn project(&self) -> String {
        self.text(self.kind.info().at.project)
    }

    /// The description.
    pub fn description(&self) -> String {
        self.text(self.kind.info().at.description)
    }

    /// The owner.
    pub fn owner(&self) -> String {
        self.text(self.kind.info().at.owner)
    }

    /// The text at a path of field numbers; empty where absent.
    pub fn text(&self, path: &[u32]) -> String {
        text_at(&self.bytes, path).into()
    }

    /// The tags.
    pub fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        let Some((number, parents)) = self.kind.info().at.tags.split_last() else { return tags };
        let Ok(Some(parent)) = wire::submessage_at(&self.bytes, parents) else { return tags };
        for entry in wire::repeated(&parent, *number).unwrap_or_default() {
            let part = |number| {
                let bytes = wire::last_bytes(entry, number).ok().flatten().unwrap_or_default();
                String::from(str::from_utf8(bytes).unwrap_or_default())
            };
            tags.insert(part(1), part(2));
        }
        tags
    }

    /// For views: the string in `spec.version`.
    pub fn version(&self) -> String {
        self.kind.info().view.as_ref().map_or_else(String::new, |view| self.text(&[1, view.version]))
    }

    /// For views: the active version's number, as [`Bookkeeping::version_number`].
    pub fn version_number(&self) -> Option<i32> {
        let number = self.kind.info().view.as_ref()?.version_number;
        let [meta] = self.kind.info().at.meta else { return None };
        let found = wire::last(&self.bytes, &[*meta, number], Payload::varint);
        found.map(|bits| bits as i32).filter(|number| *number != 0)
    }

    /// What the registry has booked on it.
    pub fn bookkeeping(&self) -> Bookkeeping {
        Bookkeeping::of(self.kind, &self.bytes)
    }

    /// The object with this bookkeeping in place of its own.
    pub fn with_bookkeeping(&self, books: &Bookkeeping) -> Result<Self, MessageError> {
        let info = self.kind.info();
        let at = &info.at;
        if at.meta.is_empty() {
            return Ok(self.clone());
        }
        let mut booked = Vec::new();
        let mut replaced = Vec::from([at.created, at.last_updated]);
        for (number, time) in [(at.created, books.created), (at.last_updated, books.last_updated)] {
            if let (Some(time), true) = (time, number != 0) {
                wire::put_bytes(&mut booked, number, &time.encode());
            }
        }
        if let Some(view) = &info.view {
            replaced.extend([view.version_number, view.version_id, view.state, view.intervals]);
            if view.intervals != 0 {
                books
                    .intervals
                    .iter()
                    .for_each(|interval| wire::put_bytes(&mut booked, view.intervals, interval));
            }
            if let (Some(number), true) = (books.version_number, view.version_number != 0) {
                wire::put_varint(&mut booked, view.version_number, i64::from(number) as u64);
            }
            if let (Some(id), true) = (&books.version_id, view.version_id != 0) {
                wire::put_bytes(&mut booked, view.version_id, id.as_bytes());
            }
            if books.state != 0 && view.state != 0 {
                wire::put_varint(&mut booked, view.state, i64::from(books.state) as u64);
            }
        }
        let edited = wire::edit_at::<WireError>(&self.bytes, at.meta, &mut |meta| {
            let mut meta_bytes = mem::take(&mut booked);
            wire::put_without(&mut meta_bytes, meta, &replaced)?;
            Ok(meta_bytes)
        });
        Ok(Object { kind: self.kind, bytes: edited.map_err(|source| self.broken(source))? })
    }

    /// The object with this value of a tag, or without the tag.
    pub fn with_tag(mut self, name: &str, value: Option<&str>) -> Result<Self, MessageError> {
        const KEY: u32 = 1;
        let Some((number, parents)) = self.kind.info().at.tags.split_last() else { return Ok(self) };
        let edited = wire::edit_at::<WireError>(&self.bytes, parents, &mut |parent| {
            let mut bytes = wire::without(parent, &[*number])?;
            for entry in wire::repeated(parent, *number)? {
                if wire::last_bytes(entry, KEY)?.unwrap_or_default() != name.as_bytes() {
                    wire::put_bytes(&mut bytes, *number, entry);
                }
            }
            if let Some(value) = value {
                let mut entry = Vec::new();
                wire::put_bytes(&mut entry, KEY, name.as_bytes());
                wire::put_bytes(&mut entry, 2, value.as_bytes());
                wire::put_bytes(&mut bytes, *number, &entry);
            }
            Ok(bytes)
        });
        self.bytes = edited.map_err(|source| self.broken(source))?;
        Ok(self)
    }

    /// The object with another text at a path of field numbers; an empty text removes the field.
    /// Does nothing for an empty path.
    pub fn with_text(mut self, path: &[u32], text: &str) -> Result<Self, MessageError> {
        let Some((number, parents)) = path.split_last() else { return Ok(self) };
        if text_at(&self.bytes, path) == text {
            return Ok(self);
        }
        let edited = wire::edit_at::<WireError>(&self.bytes, parents, &mut |parent| {
            let mut bytes = Vec::with_capacity(parent.len() + wire::field_length(*number, text.len()));
            wire::put_without(&mut bytes, parent, &[*number])?;
            if !text.is_empty() {
                wire::put_bytes(&mut bytes, *number, text.as_bytes());
            }
            Ok(bytes)
        });
        self.bytes = edited.map_err(|source| self.broken(source))?;
        Ok(self)
    }

    /// The object with the project in its bytes that Feast stores there: `project` in views, none in
    /// other kinds.
    pub fn stored_in(self, project: &str) -> Result<Self, MessageError> {
        let info = self.kind.info();
        self.with_text(info.at.project, if info.stores_project { project } else { "" })
    }

    /// The object with what clients measured of its data, the times of the first and last event, where
    /// `stored` has that in its `meta` and it does not.
    pub fn with_measures_of(mut self, stored: &Object) -> Result<Self, MessageError> {
        let at = &self.kind.info().at;
        if at.meta.is_empty() {
            return Ok(self);
        }
        let old = wire::submessage_at(&stored.bytes, at.meta).ok().flatten().unwrap_or_default();
        let edited = wire::edit_at::<WireError>(&self.bytes, at.meta, &mut |meta| {
            let given: BTreeSet<u32> =
                wire::fields(meta).map(|field| Ok(field?.number)).collect::<Result<_, WireError>>()?;
            let mut meta = meta.to_vec();
            for field in wire::fields(&old) {
                let field = field?;
                if !given.contains(&field.number) {
                    meta.extend_from_slice(field.raw);
                }
            }
            Ok(meta)
        });
        self.bytes = edited.map_err(|source| self.broken(source))?;
        Ok(self)
    }

    /// The object with the unknown fields of `stored` that it lacks; see [`unknown::carry_unknown`].
    pub fn with_unknown_of(mut self, stored: &Object) -> Result<Self, MessageError> {
        self.bytes = unknown::carry_unknown(self.kind.info().message, &self.bytes, &stored.bytes)?;
        Ok(self)
    }

    fn broken(&self, source: WireError) -> MessageError {
        MessageError::Wire { message: self.kind.info().message.name, source }
    }
}
