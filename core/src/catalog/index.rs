//! Where every object of a snapshot is: made of what is known of each when it has arrived, some thirty bytes per object,
//! no text of its own but for what the file leaves unsaid.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{ops::Range, str};

use super::{Column, Entry, Span, arrival::Facts, parts};
use crate::{
    compact,
    kind::{INFRA_NAME, Kind},
    snapshot::{SnapshotError, TopLevel},
    time::Timestamp,
    wire::{self, Payload},
};

/// The number of an object in its catalog, from 0 without gaps. Objects are numbered kind by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(u32);

/// The number of a project in its catalog, from 0 without gaps, in order of name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectId(u32);

/// The number of a feature in its catalog, from 0 without gaps. A view's features have consecutive numbers,
/// views in the order of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(u32);

impl ObjectId {
    pub(super) fn new(number: u32) -> Self {
        ObjectId(number)
    }

    /// The number, for looking up in an array with a place per object.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ProjectId {
    /// The number, for looking up in an array with a place per project.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl FeatureId {
    pub(super) fn new(number: u32) -> Self {
        FeatureId(number)
    }

    /// The number, for looking up in an array with a place per feature.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A feature and the view that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    /// Its number.
    pub id: FeatureId,
    /// Its view.
    pub view: ObjectId,
    /// The column.
    pub column: Column<'a>,
}

/// One recorded version of a view.
#[derive(Clone, Copy, Debug)]
pub struct VersionRecord<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The view's name.
    pub name: &'a str,
    /// The version's number.
    pub number: i32,
    /// The kind of view that it was, if this build knows it.
    pub kind: Option<Kind>,
    /// The view's message.
    pub bytes: &'a [u8],
    /// When it was recorded.
    pub created: Option<Timestamp>,
    /// Its identifier.
    pub version_id: &'a str,
    /// Feast leaves it empty.
    pub description: &'a str,
}

/// The project of objects that say none, in a snapshot of several.
const NO_PROJECT: &str = "<no project>";

/// What is known of each object beforehand.
#[derive(Clone, Copy, Debug)]
struct Place {
    bytes: Span,
    name: Span,
    project: ProjectId,
    kind: Kind,
    is_damaged: bool,
}

#[derive(Clone, Copy, Debug)]
struct Version {
    /// `None`, which comes last, where the view is gone.
    view: Option<ObjectId>,
    number: i32,
    record: Span,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    /// By number: kind by kind, within a kind in the order of the file.
    places: Vec<Place>,
    /// Where each kind begins in `places`.
    kinds: [u32; KINDS + 1],
    /// The first feature of each object; one more entry says how many there are.
    features: Vec<u32>,
    /// Hashes of kind, project and name, ascending, with the objects that have them.
    keys: Vec<(u32, ObjectId)>,
    projects: Vec<Span>,
    /// By view and number.
    versions: Vec<Version>,
    /// By view.
    user_metadata: Vec<(ObjectId, Span)>,
    version_id: Span,
    schema_version: Span,
    last_updated: Option<Timestamp>,
    /// Texts that are not in the file; spans reach into it as if it came after the file.
    made: String,
    notes: Vec<String>,
}

const KINDS: usize = Kind::Infra as usize + 1;

impl Index {
    /// Of a file and the facts of all its objects, in its order.
    pub(super) fn build(bytes: &[u8], mut objects: Vec<Facts>) -> Result<Self, SnapshotError> {
        if u32::try_from(bytes.len()).is_err() {
            return Err(SnapshotError::TooLarge { bytes: bytes.len() });
        }
        let top = TopLevel::read(bytes)?;
        let infra: Vec<Facts> = top.in_supplement(1).map(|entry| infra_facts(entry, bytes)).collect();
        if !infra.is_empty() {
            // The one beside the projects is a copy of the last of these.
            objects.retain(|facts| facts.kind != Kind::Infra);
        }
        objects.extend(infra);
        compact::sort_by_key(&mut objects, |facts| facts.kind);
        let mut index = Index {
            version_id: Span::of(top.version_id, bytes),
            schema_version: Span::of(top.schema_version, bytes),
            last_updated: Some(top.last_updated).filter(|time| *time != Timestamp::default()),
            notes: top.unsupported.iter().map(|what| format!("It holds {what}.")).collect(),
            ..Index::default()
        };
        index.place_objects(bytes, &top, &objects);
        drop(objects);
        index.sort_keys(bytes);
        index.place_versions(bytes, &top);
        index.place_user_metadata(bytes, &top);
        Ok(index)
    }

    fn place_objects(&mut self, bytes: &[u8], top: &TopLevel<'_>, objects: &[Facts]) {
        let no_project = self.make(bytes, NO_PROJECT);
        let only = top.fallback_project(None).map(|name| self.make(bytes, &name));
        let mut last_project = None;
        let (mut ordinal, mut features) = (0, 0);
        let mut projects = Vec::with_capacity(objects.len());
        self.places.reserve_exact(objects.len());
        self.features.reserve_exact(objects.len() + 1);
        for facts in objects {
            let kind = facts.kind;
            ordinal = if self.places.last().is_some_and(|last| last.kind == kind) { ordinal + 1 } else { 1 };
            let name = match self.stated(bytes, facts.name) {
                None if kind == Kind::Infra => Some(self.make(bytes, INFRA_NAME)),
                name => name,
            };
            let is_damaged = facts.is_broken || name.is_none();
            let name = name.unwrap_or_else(|| self.make(bytes, &format!("<{kind} {ordinal}>")));
            projects.push(match self.stated(bytes, facts.project) {
                _ if kind == Kind::Project => name,
                Some(project) => project,
                // Feast puts the last project's there.
                None if kind == Kind::Infra => last_project.or(only).unwrap_or(no_project),
                None => only.unwrap_or(no_project),
            });
            if kind == Kind::Project {
                last_project = Some(name);
            }
            self.places.push(Place { bytes: facts.bytes, name, project: ProjectId(0), kind, is_damaged });
            self.features.push(features);
            features += facts.features;
        }
        self.features.push(features);
        for (number, begin) in self.kinds.iter_mut().enumerate() {
            *begin = self.places.partition_point(|place| (place.kind as usize) < number) as u32;
        }
        self.number_projects(bytes, &projects);
        let newer = objects.iter().filter(|facts| facts.is_newer).count();
        if newer > 0 {
            self.notes.push(format!("{newer} objects have fields that this version does not know."));
        }
        if self.find_project(bytes, NO_PROJECT).is_some() {
            self.notes.push("Some objects do not say which project they belong to.".to_string());
        }
    }

    fn number_projects(&mut self, bytes: &[u8], stated: &[Span]) {
        let mut names: BTreeMap<&str, (Span, u32)> = BTreeMap::new();
        for span in stated {
            names.entry(self.text(bytes, *span)).or_insert((*span, 0));
        }
        for (number, (_, given)) in (0..).zip(names.values_mut()) {
            *given = number;
        }
        let numbers: Vec<u32> =
            stated.iter().map(|span| names.get(self.text(bytes, *span)).map_or(0, |(_, n)| *n)).collect();
        self.projects = names.into_values().map(|(span, _)| span).collect();
        for (place, number) in self.places.iter_mut().zip(numbers) {
            place.project = ProjectId(number);
        }
    }

    fn sort_keys(&mut self, bytes: &[u8]) {
        let hash = |id| {
            let entry = self.entry(bytes, id);
            (hash(entry.kind, entry.project, entry.name), id)
        };
        let mut keys: Vec<(u32, ObjectId)> = self.ids().map(hash).collect();
        keys.sort_unstable_by(|(one, a), (other, b)| {
            // Whoever makes names with one hash must not make the lookups slow.
            let by_key = || self.entry(bytes, *a).key().cmp(&self.entry(bytes, *b).key());
            one.cmp(other).then_with(by_key).then(a.cmp(b))
        });
        self.keys = keys;
    }

    fn place_versions(&mut self, bytes: &[u8], top: &TopLevel<'_>) {
        let records = top.history.iter().flat_map(|part| wire::walk(part, &[1])).filter_map(Payload::bytes);
        let mut versions: Vec<Version> = records
            .map(|bytes_of_record| {
                let record = VersionRecord::read(bytes_of_record);
                let find = |kind| self.find(bytes, kind, record.project, record.name);
                let view = Kind::VIEWS.into_iter().find_map(find);
                Version { view, number: record.number, record: Span::of(bytes_of_record, bytes) }
            })
            .collect();
        compact::sort_by_key(&mut versions, |version| (version.view.is_none(), version.view, version.number));
        self.versions = versions;
    }

    fn place_user_metadata(&mut self, bytes: &[u8], top: &TopLevel<'_>) {
        let placed = top.in_supplement(3).filter_map(|entry| {
            let part = |number| parts::last_text(wire::walk(entry, &[number]));
            let kind = Kind::find(part(2)?)?;
            let view = self.find(bytes, kind, part(1)?, part(3)?)?;
            Some((view, Span::of(wire::last(entry, &[4], Payload::bytes)?, bytes)))
        });
        let mut placed: Vec<(ObjectId, Span)> = placed.collect();
        compact::sort_by_key(&mut placed, |(view, _)| *view);
        self.user_metadata = placed;
    }

    /// Where the text is that stands at a place of the file, put into words that are UTF-8.
    fn stated(&mut self, bytes: &[u8], span: Span) -> Option<Span> {
        let text = bytes.get(span.range()).filter(|text| !text.is_empty())?;
        Some(match str::from_utf8(text) {
            Ok(_) => span,
            Err(_) => self.make(bytes, &String::from_utf8_lossy(text)),
        })
    }

    fn make(&mut self, bytes: &[u8], text: &str) -> Span {
        let start = bytes.len() + self.made.len();
        match (u32::try_from(start), u32::try_from(text.len())) {
            (Ok(start), Ok(length)) => {
                self.made.push_str(text);
                Span { start, length }
            }
            _ => Span::default(),
        }
    }

    fn text<'a>(&'a self, bytes: &'a [u8], span: Span) -> &'a str {
        let range = span.range();
        match bytes.get(range.clone()) {
            Some(text) => str::from_utf8(text).unwrap_or_default(),
            None => {
                let in_made = |at: usize| at.saturating_sub(bytes.len());
                self.made.get(in_made(range.start)..in_made(range.end)).unwrap_or_default()
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn ids(&self) -> impl ExactSizeIterator<Item = ObjectId> + DoubleEndedIterator + use<> {
        (0..self.places.len() as u32).map(ObjectId)
    }

    pub(super) fn id(&self, index: usize) -> Option<ObjectId> {
        // Not the `nth` of `ids`, which counts through them in a browser.
        (index < self.places.len()).then_some(ObjectId(index as u32))
    }

    pub(super) fn of_kind(
        &self,
        kind: Kind,
    ) -> impl ExactSizeIterator<Item = ObjectId> + DoubleEndedIterator + use<> {
        let begin = |number: usize| self.kinds.get(number).copied().unwrap_or_default();
        (begin(kind as usize)..begin(kind as usize + 1)).map(ObjectId)
    }

    pub(super) fn entry<'a>(&'a self, bytes: &'a [u8], id: ObjectId) -> Entry<'a> {
        let place = self.places[id.index()];
        Entry {
            id,
            kind: place.kind,
            project_id: place.project,
            project: self.project_name(bytes, place.project),
            name: self.text(bytes, place.name),
            bytes: bytes.get(place.bytes.range()).unwrap_or_default(),
            is_damaged: place.is_damaged,
        }
    }

    pub(super) fn find(&self, bytes: &[u8], kind: Kind, project: &str, name: &str) -> Option<ObjectId> {
        let (wanted, key) = (hash(kind, project, name), (kind, project, name));
        let found = self.keys.partition_point(|(hash, id)| {
            *hash < wanted || *hash == wanted && self.entry(bytes, *id).key() < key
        });
        let (_, id) = *self.keys.get(found)?;
        Some(id).filter(|id| self.entry(bytes, *id).key() == key)
    }

    pub(super) fn project_name<'a>(&'a self, bytes: &'a [u8], project: ProjectId) -> &'a str {
        self.projects.get(project.index()).map_or("", |span| self.text(bytes, *span))
    }

    pub(super) fn projects<'a>(
        &'a self,
        bytes: &'a [u8],
    ) -> impl ExactSizeIterator<Item = (ProjectId, &'a str)> {
        (0..self.projects.len() as u32).map(ProjectId).map(move |id| (id, self.project_name(bytes, id)))
    }

    pub(super) fn find_project(&self, bytes: &[u8], name: &str) -> Option<ProjectId> {
        let found = self.projects.binary_search_by(|span| self.text(bytes, *span).cmp(name)).ok()?;
        Some(ProjectId(found as u32))
    }

    pub(super) fn feature_count(&self) -> usize {
        self.features.last().map_or(0, |count| *count as usize)
    }

    pub(super) fn features_of(&self, view: ObjectId) -> impl ExactSizeIterator<Item = FeatureId> + use<> {
        self.range_of(view).map(FeatureId)
    }

    fn range_of(&self, view: ObjectId) -> Range<u32> {
        let first = |index: usize| self.features.get(index).copied().unwrap_or_default();
        first(view.index())..first(view.index() + 1)
    }

    pub(super) fn feature<'a>(&'a self, bytes: &'a [u8], id: FeatureId) -> Feature<'a> {
        // The last object whose first feature is not after this one; those without any come before it.
        let view = self.features.partition_point(|first| *first <= id.0).saturating_sub(1);
        let view = ObjectId(view as u32);
        let position = id.0.saturating_sub(self.range_of(view).start) as usize;
        let column = self.entry(bytes, view).parts().features().nth(position).unwrap_or_default();
        Feature { id, view, column }
    }

    pub(super) fn versions_of<'a>(
        &self,
        bytes: &'a [u8],
        view: Option<ObjectId>,
    ) -> impl ExactSizeIterator<Item = VersionRecord<'a>> {
        let wanted = (view.is_none(), view);
        let begin = self.versions.partition_point(|version| (version.view.is_none(), version.view) < wanted);
        let end = self.versions.partition_point(|version| (version.view.is_none(), version.view) <= wanted);
        let found = self.versions.get(begin..end).unwrap_or_default();
        found
            .iter()
            .map(move |version| VersionRecord::read(bytes.get(version.record.range()).unwrap_or_default()))
    }

    pub(super) fn user_metadata<'a>(&self, bytes: &'a [u8], view: ObjectId) -> Option<&'a [u8]> {
        let found = self.user_metadata.binary_search_by_key(&view, |(known, _)| *known).ok()?;
        bytes.get(self.user_metadata.get(found)?.1.range())
    }

    pub(super) fn version_id<'a>(&'a self, bytes: &'a [u8]) -> &'a str {
        self.text(bytes, self.version_id)
    }

    pub(super) fn schema_version<'a>(&'a self, bytes: &'a [u8]) -> &'a str {
        self.text(bytes, self.schema_version)
    }

    pub(super) fn last_updated(&self) -> Option<Timestamp> {
        self.last_updated
    }

    pub(super) fn damaged(&self) -> usize {
        self.places.iter().filter(|place| place.is_damaged).count()
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }
}

impl<'a> VersionRecord<'a> {
    /// Reads a `FeatureViewVersionRecord`.
    fn read(record: &'a [u8]) -> Self {
        let text = |number| parts::last_text(wire::walk(record, &[number])).unwrap_or_default();
        let part = |number| wire::last(record, &[number], Payload::bytes);
        VersionRecord {
            project: text(2),
            name: text(1),
            number: parts::last_varint(wire::walk(record, &[3])).unwrap_or_default() as i32,
            kind: Kind::of_history_type(text(4)),
            bytes: part(5).unwrap_or_default(),
            created: part(6).and_then(|time| Timestamp::decode(time).ok()),
            version_id: text(8),
            description: text(7),
        }
    }
}

/// An entry of our own exports' supplement: a project's infra.
fn infra_facts(entry: &[u8], bytes: &[u8]) -> Facts {
    let project = parts::last_text(wire::walk(entry, &[1])).unwrap_or_default();
    let message = wire::last(entry, &[2], Payload::bytes).unwrap_or_default();
    Facts { project: Span::of(project.as_bytes(), bytes), ..Facts::of(Kind::Infra, message, bytes) }
}

/// FNV-1a.
fn hash(kind: Kind, project: &str, name: &str) -> u32 {
    let key = [kind as u8].into_iter().chain(project.bytes()).chain([0]).chain(name.bytes());
    key.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
