//! Writing a serialized registry, from rows wherever they are kept.

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};

use prost::Message as _;

use super::{
    HISTORY, PROJECT_METADATA, REGISTRY_LAST_UPDATED, REGISTRY_SCHEMA_VERSION, SCHEMA_VERSION, SUPPLEMENT,
    SnapshotError, VERSION_ID,
};
use crate::{
    kind::Kind,
    message::MessageError,
    object::{Object, text_at},
    operation::{PROJECT_UUID, REVISION},
    proto::{feast::core as feast, feast_registry as own},
    rows::{self, Key, Row, Rows, VersionRow},
    time::Timestamp,
    wire,
};

/// An object's row.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its project.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The serialized message.
    pub bytes: &'a [u8],
    /// UTC epoch seconds.
    pub last_updated: i64,
    /// `user_metadata`, which only views have.
    pub user_metadata: Option<&'a [u8]>,
}

/// A version's row.
#[derive(Clone, Copy, Debug)]
pub struct VersionRef<'a> {
    /// The view's project.
    pub project: &'a str,
    /// The view's name.
    pub name: &'a str,
    /// The version's number.
    pub number: i32,
    /// `feature_view_type`.
    pub view_type: &'a str,
    /// The serialized view.
    pub bytes: &'a [u8],
    /// UTC epoch seconds.
    pub created: i64,
    /// Free text.
    pub description: &'a str,
    /// A UUID in text form.
    pub version_id: &'a str,
}

/// The rows of a registry, each sort in the order of its keys.
#[derive(Clone, Debug, Default)]
pub struct Contents<'a> {
    /// Objects, by kind, project and name.
    pub objects: Vec<ObjectRef<'a>>,
    /// Versions, by project, name and number.
    pub versions: Vec<VersionRef<'a>>,
    /// Metadata: project, key and value.
    pub metadata: Vec<(&'a str, &'a str, &'a str)>,
}

/// How an object's bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they are: its project is in them.
    AsItIs,
    /// With its project put into them.
    WithProject,
}

/// What to do with a row that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damaged {
    /// Fail, naming it.
    Refuse,
    /// Leave it out, and say so.
    LeaveOut,
    /// Write its bytes, for a reader that can show damage, after a fragment that says its name and project.
    Keep,
}

/// A registry that was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The serialized message.
    pub bytes: Vec<u8>,
    /// How many objects are in it.
    pub objects: usize,
    /// Those that were left out, and why.
    pub left_out: Vec<(Key, MessageError)>,
}

impl<'a> ObjectRef<'a> {
    /// The row with this key.
    pub fn new(key: &'a Key, row: &'a Row) -> Self {
        ObjectRef {
            kind: key.kind,
            project: &key.project,
            name: &key.name,
            bytes: &row.bytes,
            last_updated: row.last_updated,
            user_metadata: row.user_metadata.as_deref(),
        }
    }

    /// Checks the bytes, as [`Row::object`] does.
    pub fn form(&self) -> Result<Form, MessageError> {
        rows::check(self.kind, self.name, self.bytes)?;
        let at = self.kind.info().at.project;
        let is_there = || text_at(self.bytes, at) == self.project;
        Ok(if at.is_empty() || is_there() { Form::AsItIs } else { Form::WithProject })
    }

    fn written(&self, form: Form) -> Result<Cow<'a, [u8]>, MessageError> {
        match form {
            Form::AsItIs => Ok(Cow::Borrowed(self.bytes)),
            Form::WithProject => {
                let object = Object::checked(self.kind, self.bytes.to_vec());
                Ok(Cow::Owned(object.with_text(self.kind.info().at.project, self.project)?.into_bytes()))
            }
        }
    }

    /// The bytes of a row that cannot be decoded, so that a reader can tell whose they are.
    fn kept(&self) -> Vec<u8> {
        let at = &self.kind.info().at;
        let fragment = Object::parse(self.kind, Vec::new())
            .and_then(|object| object.with_text(at.name, self.name))
            .and_then(|object| object.with_text(at.project, self.project));
        let mut bytes = fragment.map(Object::into_bytes).unwrap_or_default();
        bytes.extend_from_slice(self.bytes);
        bytes
    }
}

impl<'a> VersionRef<'a> {
    /// The version with this number of a view.
    pub fn new<B: AsRef<[u8]>>(project: &'a str, name: &'a str, number: i32, row: &'a VersionRow<B>) -> Self {
        VersionRef {
            project,
            name,
            number,
            view_type: &row.view_type,
            bytes: row.bytes.as_ref(),
            created: row.created,
            description: &row.description,
            version_id: &row.version_id,
        }
    }
}

impl<'a> From<&'a Rows> for Contents<'a> {
    fn from(rows: &'a Rows) -> Self {
        let versions = rows.versions.iter().flat_map(|((project, name), versions)| {
            versions.iter().map(|(number, row)| VersionRef::new(project, name, *number, row))
        });
        let metadata = rows.metadata.iter().map(|((project, key), value)| (&**project, &**key, &**value));
        Contents {
            objects: rows.objects.iter().map(|(key, row)| ObjectRef::new(key, row)).collect(),
            versions: versions.collect(),
            metadata: metadata.collect(),
        }
    }
}

/// Writes rows as a serialized registry that Feast reads: every object with its project in it, the
/// history, the projects' identifiers, and in the supplement what the message has no room for.
///
/// `last_updated` is the time of the latest change to any object. Feast takes the projects' own
/// times, which do not move when their contents change.
pub fn write(rows: &Rows, version_id: &str) -> Result<Vec<u8>, SnapshotError> {
    let contents = Contents::from(rows);
    let forms = contents.objects.iter().map(ObjectRef::form).collect();
    Ok(write_contents(&contents, forms, version_id, Damaged::Refuse)?.bytes)
}

/// As [`write`], of rows that are kept elsewhere than in [`Rows`]; `forms` are what [`ObjectRef::form`] says of each
/// object.
pub fn write_contents(
    contents: &Contents<'_>,
    forms: Vec<Result<Form, MessageError>>,
    version_id: &str,
    damaged: Damaged,
) -> Result<Written, SnapshotError> {
    let Contents { objects, versions, metadata } = contents;
    let mut record = Record::default();
    let history = versions.iter().map(|version| {
        record.fill(version);
        wire::field_length(1, record.length(version.bytes))
    });
    let history: usize = history.sum();
    let bytes: usize = objects.iter().map(|object| object.bytes.len() + object.project.len() + 32).sum();
    let mut written = Written { bytes: Vec::with_capacity(bytes + history + 64), ..Written::default() };
    let out = &mut written.bytes;
    let mut supplement = Vec::new();
    let latest = objects.iter().map(|object| object.last_updated).max();
    wire::put_bytes(out, REGISTRY_SCHEMA_VERSION, SCHEMA_VERSION.as_bytes());
    wire::put_bytes(out, VERSION_ID, version_id.as_bytes());
    let latest = Timestamp { seconds: latest.unwrap_or(0), nanos: 0 };
    wire::put_bytes(out, REGISTRY_LAST_UPDATED, &latest.encode());
    let mut last_infra: Option<&[u8]> = None;
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (object, form) in objects.iter().zip(forms) {
        let ObjectRef { kind, project, name, .. } = *object;
        let index = counts.entry(kind).or_default();
        *index += 1;
        let bytes = match (form.and_then(|form| object.written(form)), damaged) {
            (Ok(bytes), _) => bytes,
            (Err(_), Damaged::Keep) => object.kept().into(),
            (Err(source), Damaged::LeaveOut) => {
                written.left_out.push((Key::new(kind, project, name), source));
                continue;
            }
            (Err(source), Damaged::Refuse) => {
                let (index, name) = (*index, name.into());
                return Err(SnapshotError::Damaged { kind, index, name, source });
            }
        };
        written.objects += 1;
        if kind == Kind::Infra {
            let mut entry = Vec::new();
            wire::put_bytes(&mut entry, 1, project.as_bytes());
            wire::put_bytes(&mut entry, 2, &bytes);
            wire::put_bytes(&mut supplement, 1, &entry);
            last_infra = Some(object.bytes);
            continue;
        }
        wire::put_bytes(out, kind.info().registry_field, &bytes);
        if let Some(user_metadata) = object.user_metadata {
            let entry = own::UserMetadata {
                project: project.into(),
                table: kind.info().table.name.into(),
                name: name.into(),
                user_metadata: user_metadata.into(),
            };
            wire::put_bytes(&mut supplement, 3, &entry.encode_to_vec());
        }
    }
    if let Some(infra) = last_infra {
        wire::put_bytes(out, Kind::Infra.info().registry_field, infra);
    }
    for (project, key, value) in metadata {
        let (project, value) = (project.to_string(), value.to_string());
        if *key == PROJECT_UUID {
            let entry = feast::ProjectMetadata { project, project_uuid: value };
            wire::put_bytes(out, PROJECT_METADATA, &entry.encode_to_vec());
        } else if *key != REVISION {
            let entry = own::MetadataEntry { project, key: String::from(*key), value };
            wire::put_bytes(&mut supplement, 2, &entry.encode_to_vec());
        }
    }
    if history > 0 {
        wire::put_length(out, HISTORY, history);
    }
    for version in versions {
        record.fill(version);
        record.put(out, version.bytes);
    }
    if !supplement.is_empty() {
        wire::put_bytes(out, SUPPLEMENT, &supplement);
    }
    Ok(written)
}

/// A record of a `FeatureViewVersionHistory`, but for its view. It is written here, because prost would copy each
/// view twice, and so would be if a record's length were not known before it is written.
#[derive(Default)]
struct Record {
    ahead: Vec<u8>,
    behind: Vec<u8>,
}

const VIEW: u32 = 5;

impl Record {
    fn fill(&mut self, version: &VersionRef<'_>) {
        let put = |record: &mut Vec<u8>, number: u32, text: &str| {
            if !text.is_empty() {
                wire::put_bytes(record, number, text.as_bytes());
            }
        };
        let Record { ahead, behind } = self;
        ahead.clear();
        put(ahead, 1, version.name);
        put(ahead, 2, version.project);
        if version.number != 0 {
            wire::put_varint(ahead, 3, i64::from(version.number) as u64);
        }
        put(ahead, 4, version.view_type);
        behind.clear();
        wire::put_bytes(behind, 6, &Timestamp { seconds: version.created, nanos: 0 }.encode());
        put(behind, 7, version.description);
        put(behind, 8, version.version_id);
    }

    fn length(&self, view: &[u8]) -> usize {
        let view = if view.is_empty() { 0 } else { wire::field_length(VIEW, view.len()) };
        self.ahead.len() + view + self.behind.len()
    }

    fn put(&self, out: &mut Vec<u8>, view: &[u8]) {
        wire::put_length(out, 1, self.length(view));
        out.extend_from_slice(&self.ahead);
        if !view.is_empty() {
            wire::put_bytes(out, VIEW, view);
        }
        out.extend_from_slice(&self.behind);
    }
}
