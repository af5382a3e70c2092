//! All rows of a registry, in two pieces of memory instead of several for each: what is read from a database only to be
//! written again.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::ops::Range;

use super::{Contents, ObjectRef, VersionRef};
use crate::{
    kind::Kind,
    operation::Selection,
    rows::{Key, Row, Rows, VersionRow},
    sql::{Record, Value},
};

/// The rows of a registry, in any order.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    texts: String,
    bytes: Vec<u8>,
    objects: Vec<Object>,
    versions: Vec<Version>,
    metadata: BTreeMap<(String, String), String>,
    foreign: usize,
}

/// Where an object's parts are.
#[derive(Clone, Debug)]
struct Object {
    kind: Kind,
    project: Part,
    name: Part,
    bytes: Part,
    last_updated: i64,
    user_metadata: Option<Part>,
}

/// Where a version's parts are.
#[derive(Clone, Debug)]
struct Version {
    project: Part,
    name: Part,
    number: i32,
    view_type: Part,
    bytes: Part,
    created: i64,
    description: Part,
    version_id: Part,
}

/// A piece of the texts or of the bytes.
type Part = Range<usize>;

impl Packed {
    /// Takes a result row of a selection of all that there is.
    pub fn take(&mut self, selection: &Selection, row: &mut dyn Record) {
        let (texts, bytes) = (self.texts.len(), self.bytes.len());
        if self.pack(selection, row).is_none() {
            self.texts.truncate(texts);
            self.bytes.truncate(bytes);
            self.foreign += 1;
        }
    }

    /// So many rows did not have the types of the registry's tables and were left out.
    pub fn foreign(&self) -> usize {
        self.foreign
    }

    /// Whether there is no object.
    pub fn has_no_object(&self) -> bool {
        self.objects.is_empty()
    }

    /// The rows in the order of their keys.
    pub fn contents(&self) -> Contents<'_> {
        let Packed { texts, bytes, objects, versions, metadata, .. } = self;
        let text = |part: &Part| texts.get(part.clone()).unwrap_or_default();
        let blob = |part: &Part| bytes.get(part.clone()).unwrap_or_default();
        let mut objects: Vec<ObjectRef<'_>> = objects
            .iter()
            .map(|object| ObjectRef {
                kind: object.kind,
                project: text(&object.project),
                name: text(&object.name),
                bytes: blob(&object.bytes),
                last_updated: object.last_updated,
                user_metadata: object.user_metadata.as_ref().map(blob),
            })
            .collect();
        let mut versions: Vec<VersionRef<'_>> = versions
            .iter()
            .map(|version| VersionRef {
                project: text(&version.project),
                name: text(&version.name),
                number: version.number,
                view_type: text(&version.view_type),
                bytes: blob(&version.bytes),
                created: version.created,
                description: text(&version.description),
                version_id: text(&version.version_id),
            })
            .collect();
        objects.sort_by_key(|object| (object.kind, object.project, object.name));
        versions.sort_by_key(|version| (version.project, version.name, version.number));
        let metadata = metadata.iter().map(|((project, key), value)| (&**project, &**key, &**value));
        Contents { objects, versions, metadata: metadata.collect() }
    }

    /// As [`crate::sql::found`]; `None` where the row does not have the types of the registry's tables.
    fn pack(&mut self, selection: &Selection, row: &mut dyn Record) -> Option<()> {
        if let Selection::Metadata { .. } = selection {
            self.metadata.insert((row.text(0)?, row.text(1)?), row.text(2)?);
            return Some(());
        }
        let project = self.text(row.take(0))?;
        let name = self.text(row.take(1))?;
        match selection {
            Selection::Objects { kind, .. } => {
                let bytes = self.blob(row.take(2))?;
                let last_updated = row.int(3)?;
                let user_metadata = self.blob(row.take(4));
                let kind = *kind;
                self.objects.push(Object { kind, project, name, bytes, last_updated, user_metadata });
            }
            Selection::Versions { .. } => {
                let number = i32::try_from(row.int(2)?).ok()?;
                let view_type = self.text(row.take(3))?;
                let created = row.int(4)?;
                let description = self.text(row.take(5)).unwrap_or_default();
                let version_id = self.text(row.take(6))?;
                let bytes = self.blob(row.take(7)).unwrap_or_default();
                self.versions.push(Version {
                    project,
                    name,
                    number,
                    view_type,
                    bytes,
                    created,
                    description,
                    version_id,
                });
            }
            Selection::Metadata { .. } => {}
        }
        Some(())
    }

    fn text(&mut self, value: Value<'_>) -> Option<Part> {
        let start = self.texts.len();
        match value {
            Value::Text(text) => self.texts.push_str(&text),
            // A character column that was created as binary.
            Value::Bytes(bytes) => self.texts.push_str(str::from_utf8(&bytes).ok()?),
            Value::Null | Value::Int(_) | Value::Array(..) => return None,
        }
        Some(start..self.texts.len())
    }

    fn blob(&mut self, value: Value<'_>) -> Option<Part> {
        let start = self.bytes.len();
        match value {
            Value::Text(text) => self.bytes.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) => self.bytes.extend_from_slice(&bytes),
            Value::Null | Value::Int(_) | Value::Array(..) => return None,
        }
        Some(start..self.bytes.len())
    }
}

impl From<Rows> for Packed {
    fn from(rows: Rows) -> Self {
        let mut packed = Packed { metadata: rows.metadata, ..Packed::default() };
        let text = |packed: &mut Packed, text: &str| packed.text(text.into()).unwrap_or_default();
        let blob = |packed: &mut Packed, bytes: &[u8]| packed.blob(bytes.into()).unwrap_or_default();
        for (Key { kind, project, name }, Row { bytes, last_updated, user_metadata }) in rows.objects {
            let object = Object {
                kind,
                project: text(&mut packed, &project),
                name: text(&mut packed, &name),
                bytes: blob(&mut packed, &bytes),
                last_updated,
                user_metadata: user_metadata.map(|bytes| blob(&mut packed, &bytes)),
            };
            packed.objects.push(object);
        }
        for ((project, name), versions) in rows.versions {
            for (number, VersionRow { view_type, bytes, created, description, version_id }) in versions {
                let version = Version {
                    project: text(&mut packed, &project),
                    name: text(&mut packed, &name),
                    number,
                    view_type: text(&mut packed, &view_type),
                    bytes: blob(&mut packed, &bytes),
                    created,
                    description: text(&mut packed, &description),
                    version_id: text(&mut packed, &version_id),
                };
                packed.versions.push(version);
            }
        }
        packed
    }
}
