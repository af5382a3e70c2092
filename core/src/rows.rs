//! The registry's rows as values: what a backend hands to an operation to decide on.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use crate::{
    kind::Kind,
    message::{self, MessageError},
    object::{Object, text_at},
    wire::{self, Payload},
};

/// The key of a stored object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its kind, which says its table.
    pub kind: Kind,
    /// The project it belongs to; a project belongs to itself.
    pub project: String,
    /// Its name within project and kind.
    pub name: String,
}

/// A stored object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The serialized message.
    pub bytes: Vec<u8>,
    /// `last_updated_timestamp`: UTC epoch seconds.
    pub last_updated: i64,
    /// `user_metadata`, which only views have.
    pub user_metadata: Option<Vec<u8>>,
}

/// A stored version of a view, its bytes kept as `B`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow<B = Vec<u8>> {
    /// `feature_view_type`: which view message the bytes are.
    pub view_type: String,
    /// The serialized view; empty where the selection did not ask for it.
    pub bytes: B,
    /// When the version was made: UTC epoch seconds.
    pub created: i64,
    /// Free text; Feast writes none.
    pub description: String,
    /// A UUID in text form.
    pub version_id: String,
}

/// The versions of one view, by number.
pub type Versions = BTreeMap<i32, VersionRow>;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Objects by key.
    pub objects: BTreeMap<Key, Row>,
    /// Versions by project and view name.
    pub versions: BTreeMap<(String, String), Versions>,
    /// Metadata values by project and key.
    pub metadata: BTreeMap<(String, String), String>,
    /// The rows that the database returned for names that they do not quite have: a MySQL table with a
    /// case-insensitive collation finds `fv1` when asked for `FV1`, and cannot hold both.
    pub other_spellings: BTreeMap<Key, Key>,
}

/// A stored row with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An object.
    Object(Key, Row),
    /// A version: its view's project and name, its number, its row.
    Version((String, String), i32, VersionRow),
    /// Metadata: project and key, and the value.
    Metadata((String, String), String),
}

impl Key {
    /// A key.
    pub fn new(kind: Kind, project: impl Into<String>, name: impl Into<String>) -> Self {
        Key { kind, project: project.into(), name: name.into() }
    }

    /// The key of a project's own row.
    pub fn project(name: &str) -> Self {
        Key::new(Kind::Project, name, name)
    }
}

impl Row {
    /// The object of the row with this key, its bytes checked. Its name must be the row's, but for the
    /// case and trailing spaces that MySQL's default collations do not see and Feast then mixes up.
    pub fn object(&self, key: &Key) -> Result<Object, MessageError> {
        self.check(key)?;
        Ok(Object::checked(key.kind, self.bytes.clone()))
    }

    /// As [`Row::object`], without a copy.
    pub fn into_object(self, key: &Key) -> Result<Object, MessageError> {
        self.check(key)?;
        Ok(Object::checked(key.kind, self.bytes))
    }

    fn check(&self, key: &Key) -> Result<(), MessageError> {
        check(key.kind, &key.name, &self.bytes)
    }
}

/// Whether these bytes are the object of a row with this name; see [`Row::object`].
pub(crate) fn check(kind: Kind, name: &str, bytes: &[u8]) -> Result<(), MessageError> {
    let info = kind.info();
    message::check(info.message, bytes)?;
    let own = wire::last(bytes, info.at.name, Payload::bytes);
    if kind == Kind::Infra || own == Some(name.as_bytes()) {
        return Ok(());
    }
    let own = text_at(bytes, info.at.name);
    match folded(own) == folded(name) {
        true => Ok(()),
        false => Err(MessageError::Misnamed { name: own.into() }),
    }
}

impl<B> VersionRow<B> {
    /// The same row, its bytes kept otherwise.
    pub fn map_bytes<C>(self, map: impl FnOnce(B) -> C) -> VersionRow<C> {
        let VersionRow { view_type, bytes, created, description, version_id } = self;
        VersionRow { view_type, bytes: map(bytes), created, description, version_id }
    }
}

impl Rows {
    /// The row with this key.
    pub fn row(&self, kind: Kind, project: &str, name: &str) -> Option<&Row> {
        self.objects.get(&Key::new(kind, project, name))
    }

    /// The rows of one kind, by project and name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Row)> {
        self.objects.iter().filter(move |(key, _)| key.kind == kind)
    }

    /// A view's versions; none where it has no history.
    pub fn versions_of(&self, project: &str, name: &str) -> Option<&Versions> {
        self.versions.get(&(project.into(), name.into()))
    }

    /// A project's metadata value.
    pub fn metadata_value(&self, project: &str, key: &str) -> Option<&str> {
        self.metadata.get(&(project.into(), key.into())).map(String::as_str)
    }

    /// All rows, one by one.
    pub fn into_found(self) -> impl Iterator<Item = Found> {
        let objects = self.objects.into_iter().map(|(key, row)| Found::Object(key, row));
        let versions = self.versions.into_iter().flat_map(|(view, versions)| {
            versions.into_iter().map(move |(number, row)| Found::Version(view.clone(), number, row))
        });
        let metadata = self.metadata.into_iter().map(|(entry, value)| Found::Metadata(entry, value));
        objects.chain(versions).chain(metadata)
    }

    /// Adds what another selection found.
    pub fn merge(&mut self, other: Rows) {
        self.objects.extend(other.objects);
        for (view, versions) in other.versions {
            self.versions.entry(view).or_default().extend(versions);
        }
        self.metadata.extend(other.metadata);
        self.other_spellings.extend(other.other_spellings);
    }
}

/// A name without what MySQL's old default collations pass over.
fn folded(text: &str) -> String {
    text.trim_end().to_lowercase()
}
