//! A whole registry as one `feast.core.Registry` message: Feast's file registry, and what export
//! writes and import reads (`feast_registry.Snapshot`, the same message with a supplement).

mod packed;
mod write;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use prost::Message as _;

pub use packed::Packed;
pub use write::{Contents, Damaged, Form, ObjectRef, VersionRef, Written, write, write_contents};

use crate::{
    kind::{INFRA_NAME, Kind},
    message::{self, MessageError},
    object::Object,
    operation::PROJECT_UUID,
    proto::{feast::core as feast, feast_registry as own},
    rows::{Key, Row, Rows, VersionRow},
    schema::{self, MessageType},
    time::Timestamp,
    unknown::has_unknown,
    wire::{self, Payload, WireError},
};

/// The value of `registry_schema_version` in every registry that Feast 0.67 writes.
pub const SCHEMA_VERSION: &str = "1";

const FEATURE_TABLES: u32 = 2;
const REGISTRY_SCHEMA_VERSION: u32 = 3;
const VERSION_ID: u32 = 4;
const REGISTRY_LAST_UPDATED: u32 = 5;
const PROJECT_METADATA: u32 = 15;
const HISTORY: u32 = 18;
const SUPPLEMENT: u32 = 1000;

/// Bytes that cannot be taken as a registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// No bytes.
    #[error("it is empty")]
    Empty,
    /// An SQLite database.
    #[error("it is an SQLite database, not a serialized registry")]
    Sqlite,
    /// Not a message, or not this one.
    #[error("it is not a serialized Feast registry: {0}")]
    NotARegistry(MessageError),
    /// More than can be indexed.
    #[error("it has {bytes} bytes, and 4 GB are the most")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// Nothing in it is a registry's.
    #[error("it is not a serialized Feast registry: none of its fields is one of `feast.core.Registry`")]
    Foreign,
    /// An object in it cannot be read.
    #[error("{kind} {index} of the snapshot{} is damaged: {source}", name_in(name))]
    Damaged {
        /// The object's kind.
        kind: Kind,
        /// Its place among the objects of its kind, from 1.
        index: usize,
        /// Its name, if that much can be read.
        name: String,
        /// What its bytes are not.
        source: MessageError,
    },
    /// Two objects of one kind, project and name, of which only one could be kept.
    #[error("it holds {kind} `{name}` of project `{project}` twice")]
    Duplicate {
        /// The objects' kind.
        kind: Kind,
        /// Their project.
        project: String,
        /// Their name.
        name: String,
    },
    /// An object does not say its project, and nothing else does.
    #[error("{kind} `{name}` does not say which project it belongs to")]
    NoProject {
        /// The object's kind.
        kind: Kind,
        /// Its name.
        name: String,
    },
    /// An object has no name.
    #[error("{kind} {index} of the snapshot has no name")]
    NoName {
        /// The object's kind.
        kind: Kind,
        /// Its place among the objects of its kind, from 1.
        index: usize,
    },
    /// It holds what the tables have no place for, so that importing it would drop that.
    #[error("it holds what this version cannot store: {}", .0.join(", "))]
    Unsupported(Vec<String>),
}

impl SnapshotError {
    /// What the person who meets the error can do.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            SnapshotError::Empty | SnapshotError::NotARegistry(_) | SnapshotError::Foreign => {
                "give a Feast file registry (`registry.db`) or a file that `registry export` wrote"
            }
            SnapshotError::Sqlite => "open it with `--registry sqlite:////absolute/path` instead",
            SnapshotError::Damaged { .. } | SnapshotError::NoName { .. } => {
                "the file was damaged or cut short; export it again, or take an older copy"
            }
            SnapshotError::Duplicate { .. } => {
                "export it again, or take one of the two out: `registry export` of a registry never has both"
            }
            SnapshotError::TooLarge { .. } => {
                "import it into a database, which `feast-registry` can list from"
            }
            SnapshotError::NoProject { .. } => "say which with `--project`",
            SnapshotError::Unsupported(_) => {
                "use a newer feast-registry, or pass `--skip-unsupported` to import the rest without it"
            }
        })
    }
}

fn name_in(name: &str) -> String {
    if name.is_empty() { String::new() } else { alloc::format!(" (`{name}`)") }
}

/// How to read a snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
    /// The project of objects that do not say theirs; without it, the snapshot's only project.
    pub default_project: Option<&'a str>,
    /// Leave out what the tables have no place for, instead of failing.
    pub skip_unsupported: bool,
    /// Keep damaged objects as they are, instead of failing; readers report them one by one.
    pub keep_damaged: bool,
}

/// Reads a serialized registry into rows. Objects arrive as they are, times included.
pub fn read(bytes: &[u8], options: ReadOptions<'_>) -> Result<Rows, SnapshotError> {
    let top = TopLevel::read(bytes)?;
    if !options.skip_unsupported && !top.unsupported.is_empty() {
        return Err(SnapshotError::Unsupported(top.unsupported));
    }
    let fallback = top.fallback_project(options.default_project);
    let mut rows = Rows::default();
    let mut infra = Vec::new();
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, bytes) in &top.objects {
        let index = counts.entry(*kind).or_default();
        *index += 1;
        if *kind == Kind::Infra {
            infra.extend_from_slice(bytes);
            continue;
        }
        let (key, row) = top.row(*kind, *index, bytes, fallback.as_deref(), options)?;
        if let Some((Key { kind, project, name }, _)) = rows.objects.get_key_value(&key) {
            let (kind, project, name) = (*kind, project.clone(), name.clone());
            return Err(SnapshotError::Duplicate { kind, project, name });
        }
        rows.objects.insert(key, row);
    }
    let mut supplement = own::Supplement::default();
    for part in &top.supplement {
        supplement.merge(*part).map_err(|_| undecodable(&schema::FEAST_REGISTRY_SUPPLEMENT))?;
    }
    top.read_history(&mut rows)?;
    top.read_infra(&infra, &supplement, fallback, &mut rows);
    let damaged = |(index, (key, row)): (usize, (&Key, &Row))| {
        let (kind, name) = (Kind::Infra, key.project.clone());
        row.object(key).err().map(|source| SnapshotError::Damaged { kind, index: index + 1, name, source })
    };
    if let Some(error) =
        rows.of_kind(Kind::Infra).enumerate().find_map(damaged).filter(|_| !options.keep_damaged)
    {
        return Err(error);
    }
    for own::MetadataEntry { project, key, value } in supplement.metadata {
        rows.metadata.insert((project, key), value);
    }
    for entry in supplement.user_metadata {
        let Some(kind) = Kind::find(&entry.table) else { continue };
        if let Some(row) = rows.objects.get_mut(&Key::new(kind, entry.project, entry.name)) {
            row.user_metadata = Some(entry.user_metadata);
        }
    }
    for (project, uuid) in top.project_uuids {
        rows.metadata.insert((project, PROJECT_UUID.into()), uuid);
    }
    Ok(rows)
}

/// The message's fields, sorted out in one pass; objects stay bytes.
pub(crate) struct TopLevel<'a> {
    pub(crate) objects: Vec<(Kind, &'a [u8])>,
    /// Parts of the `FeatureViewVersionHistory`, one as a rule.
    pub(crate) history: Vec<&'a [u8]>,
    /// Parts of the `Supplement`, at most one as a rule.
    pub(crate) supplement: Vec<&'a [u8]>,
    pub(crate) project_uuids: BTreeMap<String, String>,
    pub(crate) schema_version: &'a [u8],
    pub(crate) version_id: &'a [u8],
    pub(crate) last_updated: Timestamp,
    /// What the tables have no place for, as parts of a sentence.
    pub(crate) unsupported: Vec<String>,
}

impl<'a> TopLevel<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        let ty = &schema::FEAST_REGISTRY_SNAPSHOT;
        if bytes.is_empty() {
            return Err(SnapshotError::Empty);
        }
        if bytes.starts_with(b"SQLite format 3\0") {
            return Err(SnapshotError::Sqlite);
        }
        let mut top = TopLevel {
            objects: Vec::new(),
            history: Vec::new(),
            supplement: Vec::new(),
            project_uuids: BTreeMap::new(),
            schema_version: b"",
            version_id: b"",
            last_updated: Timestamp::default(),
            unsupported: Vec::new(),
        };
        let mut unknown: BTreeMap<u32, usize> = BTreeMap::new();
        let (mut known, mut tables) = (false, 0);
        for field in wire::fields(bytes) {
            let field = field.map_err(|source| SnapshotError::NotARegistry(broken(ty.name, source)))?;
            let wrong = |name| MessageError::Field {
                message: ty.name,
                field: name,
                problem: "has another wire type",
            };
            let Some(field_type) = ty.field(field.number) else {
                *unknown.entry(field.number).or_default() += 1;
                continue;
            };
            let Payload::Bytes(payload) = field.payload else {
                return Err(SnapshotError::NotARegistry(wrong(field_type.name)));
            };
            known = true;
            match field.number {
                FEATURE_TABLES => tables += 1,
                REGISTRY_SCHEMA_VERSION => top.schema_version = payload,
                VERSION_ID => top.version_id = payload,
                REGISTRY_LAST_UPDATED => top.last_updated = Timestamp::decode(payload).unwrap_or_default(),
                PROJECT_METADATA => {
                    let ty = &schema::FEAST_CORE_PROJECTMETADATA;
                    top.note_unknown(ty, payload);
                    let entry = feast::ProjectMetadata::decode(payload).map_err(|_| undecodable(ty))?;
                    if !entry.project.is_empty() {
                        top.project_uuids.insert(entry.project, entry.project_uuid);
                    }
                }
                HISTORY => {
                    top.note_unknown(&schema::FEAST_CORE_FEATUREVIEWVERSIONHISTORY, payload);
                    top.history.push(payload);
                }
                SUPPLEMENT => top.supplement.push(payload),
                number => {
                    top.objects.extend(Kind::of_registry_field(number).map(|kind| (kind, payload)));
                }
            }
        }
        if !known {
            return Err(SnapshotError::Foreign);
        }
        if !top.schema_version.is_empty() && top.schema_version != SCHEMA_VERSION.as_bytes() {
            let version = String::from_utf8_lossy(top.schema_version).escape_debug().to_string();
            top.unsupported.push(alloc::format!("registry schema version `{version}`"));
        }
        if tables > 0 {
            top.unsupported
                .push(alloc::format!("{tables} feature tables, which Feast gave up for feature views"));
        }
        let newer = |(number, count)| alloc::format!("{count} entries of the unknown field {number}");
        top.unsupported.extend(unknown.into_iter().map(newer));
        Ok(top)
    }

    /// The entries of the supplement in its field `number`.
    pub(crate) fn in_supplement(&self, number: u32) -> impl Iterator<Item = &'a [u8]> {
        self.supplement.iter().flat_map(move |part| wire::walk(part, &[number])).filter_map(Payload::bytes)
    }

    /// What the tables have no column for cannot be kept. Bytes that are no such message are the concern of
    /// whoever reads them.
    fn note_unknown(&mut self, ty: &'static MessageType, payload: &[u8]) {
        if has_unknown(ty, payload).unwrap_or(false) {
            let found = alloc::format!("unknown fields of a `{}`", ty.name);
            if self.unsupported.last() != Some(&found) {
                self.unsupported.push(found);
            }
        }
    }

    /// The project of objects that do not say theirs: the one asked for, or the only one there is.
    pub(crate) fn fallback_project(&self, wanted: Option<&str>) -> Option<String> {
        let projects: BTreeSet<String> = self.projects().collect();
        let only = projects.first().filter(|_| projects.len() == 1);
        wanted.map(String::from).or_else(|| only.cloned())
    }

    fn projects(&self) -> impl Iterator<Item = String> {
        let projects = self.objects.iter().filter(|(kind, _)| *kind == Kind::Project);
        let named =
            projects.filter_map(|(_, bytes)| Some(Object::parse(Kind::Project, bytes.to_vec()).ok()?.name()));
        named.chain(self.project_uuids.keys().cloned())
    }

    fn row(
        &self,
        kind: Kind,
        index: usize,
        bytes: &[u8],
        fallback: Option<&str>,
        options: ReadOptions<'_>,
    ) -> Result<(Key, Row), SnapshotError> {
        let damaged = |source| SnapshotError::Damaged { kind, index, name: rough_name(kind, bytes), source };
        let object = match Object::parse(kind, bytes.to_vec()) {
            Ok(object) => object,
            Err(_) if options.keep_damaged => {
                let name = rough_name(kind, bytes);
                let name = if name.is_empty() { alloc::format!("<damaged {index}>") } else { name };
                let row = Row { bytes: bytes.to_vec(), last_updated: 0, user_metadata: None };
                return Ok((Key::new(kind, fallback.unwrap_or_default(), name), row));
            }
            Err(source) => return Err(damaged(source)),
        };
        let name = object.name();
        if name.is_empty() {
            return Err(SnapshotError::NoName { kind, index });
        }
        let project = match kind {
            Kind::Project => name.clone(),
            _ => match object.project() {
                own if !own.is_empty() => own,
                _ => {
                    fallback.map(String::from).ok_or(SnapshotError::NoProject { kind, name: name.clone() })?
                }
            },
        };
        let books = object.bookkeeping();
        let time = books.last_updated.or(books.created).unwrap_or(self.last_updated);
        let object = object.stored_in(&project).map_err(damaged)?;
        let row = Row { bytes: object.into_bytes(), last_updated: time.seconds, user_metadata: None };
        Ok((Key::new(kind, project, name), row))
    }

    fn read_history(&self, rows: &mut Rows) -> Result<(), SnapshotError> {
        let ty = &schema::FEAST_CORE_FEATUREVIEWVERSIONHISTORY;
        let mut history = feast::FeatureViewVersionHistory::default();
        for part in &self.history {
            message::check(ty, part).map_err(SnapshotError::NotARegistry)?;
            history.merge(*part).map_err(|_| undecodable(ty))?;
        }
        for record in history.records {
            let versions = rows.versions.entry((record.project_id, record.feature_view_name)).or_default();
            let row = VersionRow {
                view_type: record.feature_view_type,
                bytes: record.feature_view_proto,
                created: record.created_timestamp.unwrap_or_default().seconds,
                description: record.description,
                version_id: record.version_id,
            };
            versions.insert(record.version_number, row);
        }
        Ok(())
    }

    /// The infra of every project, from the supplement; without one the single infra that the
    /// message has room for is that of the last project, as Feast writes it.
    fn read_infra(
        &self,
        infra: &[u8],
        supplement: &own::Supplement,
        fallback: Option<String>,
        rows: &mut Rows,
    ) {
        let mut put = |project: String, bytes: Vec<u8>| {
            let row = Row { bytes, last_updated: self.last_updated.seconds, user_metadata: None };
            rows.objects.insert(Key::new(Kind::Infra, project, INFRA_NAME), row);
        };
        if supplement.infra.is_empty() && !infra.is_empty() {
            if let Some(project) = fallback.or_else(|| self.projects().last()) {
                put(project, infra.to_vec());
            }
            return;
        }
        for entry in self.in_supplement(1) {
            let project = wire::last_bytes(entry, 1).ok().flatten().unwrap_or_default();
            let bytes = wire::submessage(entry, 2).ok().flatten().unwrap_or_default();
            put(String::from_utf8_lossy(project).into_owned(), bytes.into_owned());
        }
    }
}

/// For what prost refuses without saying where.
fn undecodable(ty: &'static MessageType) -> SnapshotError {
    SnapshotError::NotARegistry(broken(ty.name, WireError::Truncated { offset: 0 }))
}

fn broken(message: &'static str, source: WireError) -> MessageError {
    MessageError::Wire { message, source }
}

/// The name in bytes that are not quite the message they should be.
fn rough_name(kind: Kind, bytes: &[u8]) -> String {
    let Some((number, parents)) = kind.info().at.name.split_last() else { return String::new() };
    let mut here = bytes;
    for parent in parents {
        let field = wire::fields(here).map_while(Result::ok).find(|field| field.number == *parent);
        let Some(wire::Field { payload: Payload::Bytes(inner), .. }) = field else { return String::new() };
        here = inner;
    }
    let field = wire::fields(here).map_while(Result::ok).find(|field| field.number == *number);
    match field.map(|field| field.payload) {
        Some(Payload::Bytes(name)) => String::from_utf8_lossy(name).into_owned(),
        _ => String::new(),
    }
}
