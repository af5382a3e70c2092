//! Applying objects: one or many, of any kinds and projects, in one change or not at all.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};

use super::{
    Context, Lock, Operation, PROJECT_UUID, Plan, Reads, Selection, Write, projection,
    view::{NextView, ViewCase},
};
use crate::{
    definition::{self, FieldChange},
    kind::{INFRA_NAME, Kind},
    message::MessageError,
    object::{Bookkeeping, Object},
    refusal::Refusal,
    rows::{Key, Row, Rows},
    schema::FEAST_CORE_MATERIALIZATIONINTERVAL,
    time::Timestamp,
    validity,
    version::Version,
    wire,
};

/// Creates the objects, or updates those that exist and differ. Equal ones are left untouched, their
/// times included. A project that does not exist is created with its first object.
///
/// Of what is stored the apply keeps: the creation time, fields this build does not know, the
/// materialization intervals (joined with those given), and where none are given the state and the
/// times of events.
#[derive(Clone, Debug)]
pub struct Apply {
    objects: Vec<(Key, Object)>,
    promote: bool,
}

/// What an apply did to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub key: Key,
    /// What happened to it.
    pub action: Action,
    /// For views: the number of the version that was made or pinned.
    pub version: Option<i32>,
    /// Its bytes before; `None` where it did not exist.
    pub before: Option<Vec<u8>>,
    /// Its bytes now.
    pub after: Vec<u8>,
}

/// What can happen to an applied object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It did not exist.
    Created,
    /// It existed and was different.
    Updated,
    /// It existed as given; nothing was written.
    Unchanged,
    /// A version was saved, and the active definition stays what it was (`no_promote`).
    VersionSaved,
}

impl Change {
    /// The fields that changed, bookkeeping left out; none for an object that was created.
    pub fn fields(&self) -> Result<Vec<FieldChange>, MessageError> {
        match &self.before {
            Some(before) => definition::changes(self.key.kind, before, &self.after),
            None => Ok(Vec::new()),
        }
    }
}

impl Apply {
    /// Applies each object to the project beside it. For a project object that is its own name.
    pub fn new(objects: impl IntoIterator<Item = (String, Object)>) -> Self {
        let keyed = objects.into_iter().map(|(project, object)| {
            let key = match object.kind() {
                Kind::Project => Key::project(&object.name()),
                Kind::Infra => Key::new(Kind::Infra, project, INFRA_NAME),
                kind => Key::new(kind, project, object.name()),
            };
            (key, object)
        });
        let mut objects: Vec<(Key, Object)> = keyed.collect();
        // Projects before their contents, views before the services that refer to them.
        objects.sort_by(|(one, _), (other, _)| one.cmp(other));
        Apply { objects, promote: true }
    }

    /// Saves new versions of views without making them the active ones (Feast's `no_promote`).
    pub fn without_promotion(mut self) -> Self {
        self.promote = false;
        self
    }

    fn projects(&self) -> BTreeSet<String> {
        let mut projects = BTreeSet::new();
        for (Key { project, .. }, _) in &self.objects {
            if !projects.contains(project) {
                projects.insert(project.clone());
            }
        }
        projects
    }

    /// Whether such an object is applied. They are in the order of their keys.
    fn has(&self, kind: Kind, project: &str, name: &str) -> bool {
        let wanted = (kind, project, name);
        let is = |(key, _): &(Key, Object)| (key.kind, &*key.project, &*key.name).cmp(&wanted);
        self.objects.binary_search_by(is).is_ok()
    }

    /// Views of all kinds share their names.
    fn refuse_other_view(&self, key: &Key) -> Result<(), Refusal> {
        let Key { kind, project, name } = key;
        let mut earlier = Kind::VIEWS.into_iter().filter(|earlier| kind.is_view() && earlier < kind);
        match earlier.find(|earlier| self.has(*earlier, project, name)) {
            Some(existing) => {
                let (project, name) = (project.clone(), name.clone());
                Err(Refusal::NameConflict { project, name, existing, incoming: *kind })
            }
            None => Ok(()),
        }
    }
}

/// The views of a project whose names are to be looked up.
#[derive(Default)]
struct Views {
    names: BTreeSet<String>,
    /// Whether the bytes of their versions are needed.
    bytes: bool,
}

fn is_pinned(view: &Object) -> bool {
    matches!(Version::parse(&view.version()), Ok(Version::Number(_)))
}

impl Operation for Apply {
    type Outcome = Vec<Change>;

    fn reads(&self) -> Reads {
        let mut named: BTreeMap<(Kind, &str), BTreeSet<String>> = BTreeMap::new();
        let mut views: BTreeMap<&str, Views> = BTreeMap::new();
        // In the order of their keys.
        let is_beside = |one: &Key, other: &Key| one.kind == other.kind && one.project == other.project;
        for objects in self.objects.chunk_by(|(one, _), (other, _)| is_beside(one, other)) {
            let Some((Key { kind, project, .. }, _)) = objects.first() else { continue };
            named.entry((Kind::Project, project)).or_default().insert(project.clone());
            let mut names = objects.iter().map(|(key, _)| key.name.clone()).collect();
            let views = views.entry(project).or_default();
            if kind.is_view() {
                // A name is taken by a view of any kind.
                views.names.append(&mut names);
                views.bytes |= !self.promote || objects.iter().any(|(_, view)| is_pinned(view));
                continue;
            }
            named.entry((*kind, project)).or_default().append(&mut names);
            if *kind == Kind::FeatureService {
                let referred = objects.iter().flat_map(|(_, service)| projection::unresolved_views(service));
                let mut referred: BTreeSet<String> = referred.collect();
                views.bytes |= !referred.is_empty();
                views.names.append(&mut referred);
            }
        }
        let mut objects: BTreeMap<_, _> =
            named.into_iter().map(|(of, names)| (of, Arc::new(names))).collect();
        let mut versions = Vec::new();
        for (project, Views { names, bytes }) in views {
            if !names.is_empty() {
                let names = Arc::new(names);
                objects.extend(Kind::VIEWS.map(|kind| ((kind, project), names.clone())));
                versions.push(Selection::versions(project, names, bytes));
            }
        }
        let objects =
            objects.into_iter().map(|((kind, project), names)| Selection::shared(kind, project, names));
        let projects = self.projects();
        let metadata = projects.iter().map(|project| Selection::Metadata { project: Some(project.clone()) });
        let selections = objects.chain(versions).chain(metadata).collect();
        Reads { selections, lock: Lock::Exclusive(projects) }
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let mut draft =
            Draft { rows, context, promote: self.promote, writes: Vec::new(), changes: Vec::new(), ids: 0 };
        let mut refusals = Vec::new();
        let mut last = None;
        for (key, object) in &self.objects {
            let is_first = last.replace(key) != Some(key);
            let fits = if is_first { self.refuse_other_view(key) } else { Err(duplicate(key)) };
            refusals.extend(fits.and_then(|()| draft.apply(key, object.clone())).err());
        }
        for project in self.projects() {
            let given = self.has(Kind::Project, &project, &project);
            refusals.extend(draft.book_project(&project, given).err());
        }
        match refusals.len() {
            0 => Ok(Plan { writes: draft.writes, outcome: draft.changes }),
            1 => Err(refusals.swap_remove(0)),
            _ => Err(Refusal::Several(refusals)),
        }
    }
}

fn duplicate(key: &Key) -> Refusal {
    let Key { kind, project, name } = key.clone();
    Refusal::Duplicate { kind, project, name }
}

/// The plan in the making.
struct Draft<'a> {
    rows: &'a Rows,
    context: &'a Context,
    promote: bool,
    writes: Vec<Write>,
    changes: Vec<Change>,
    /// How many identifiers have been used.
    ids: usize,
}

impl Draft<'_> {
    fn apply(&mut self, key: &Key, object: Object) -> Result<(), Refusal> {
        let kind = key.kind;
        let unreadable = |source| Refusal::Unreadable { kind, source };
        let object = validity::admit(object)?;
        if let Some(stored) = self.rows.other_spellings.get(key) {
            let (name, stored) = (key.name.clone(), stored.name.clone());
            return Err(Refusal::SpellingConflict { kind, name, stored });
        }
        if kind.is_view() {
            let mut other = key.clone();
            for existing in Kind::VIEWS.into_iter().filter(|existing| *existing != kind) {
                other.kind = existing;
                if self.rows.objects.contains_key(&other) {
                    let Key { project, name, .. } = other;
                    return Err(Refusal::NameConflict { project, name, existing, incoming: kind });
                }
            }
        }
        let object = match kind {
            Kind::FeatureService => {
                // In the order of the keys, as the objects are applied. A version that was only saved is not
                // the view as it is.
                let changed = |kind, name: &str| {
                    let wanted = (kind, key.project.as_str(), name);
                    let place = self.changes.binary_search_by(|Change { key, .. }| {
                        (key.kind, key.project.as_str(), key.name.as_str()).cmp(&wanted)
                    });
                    let change = self.changes.get(place.ok()?)?;
                    (change.action != Action::VersionSaved).then(|| (kind, change.after.clone()))
                };
                let view_in_batch = |name: &str| Kind::VIEWS.into_iter().find_map(|kind| changed(kind, name));
                projection::resolve(object, &key.project, self.rows, &view_in_batch)?
            }
            _ => object,
        };
        let row = self.rows.objects.get(key);
        let damaged =
            |source| Refusal::Damaged { kind, project: key.project.clone(), name: key.name.clone(), source };
        let stored = row.map(|row| row.object(key)).transpose().map_err(damaged)?;
        let carried = carry(&object, row.zip(stored.as_ref()), self.context.now)
            .and_then(|object| object.stored_in(&key.project))
            .map_err(unreadable)?;
        let mut next = match kind.is_view() {
            true => ViewCase {
                project: &key.project,
                incoming: object,
                stored: row.zip(stored),
                versions: self.rows.versions_of(&key.project, &key.name),
                promote: self.promote,
                context: self.context,
                used_ids: self.ids,
            }
            .decide(carried)?,
            false => {
                let same = |stored: Object| definition::equal(kind, carried.bytes(), stored.bytes());
                let equal = stored.map(same).transpose().map_err(damaged)?.unwrap_or(false);
                NextView { active: (!equal).then_some(carried), versions: Vec::new(), number: None }
            }
        };
        self.ids += next.versions.len();
        let versions = next.version_writes(&key.project, &key.name);
        let action = match (&next.active, row, versions.is_empty()) {
            (Some(_), None, _) => Action::Created,
            (Some(_), Some(_), _) => Action::Updated,
            (None, _, false) => Action::VersionSaved,
            (None, _, true) => Action::Unchanged,
        };
        let before = row.map(|row| row.bytes.clone());
        let saved = || match versions.last() {
            Some(Write::InsertVersion { row, .. }) => Some(row.bytes.clone()),
            _ => None,
        };
        let active = next.active.map(Object::into_bytes);
        let after = active.clone().or_else(saved).or_else(|| before.clone()).unwrap_or_default();
        self.put(key, active, row.is_some());
        self.writes.extend(versions);
        self.changes.push(Change { key: key.clone(), action, version: next.number, before, after });
        Ok(())
    }

    fn put(&mut self, key: &Key, bytes: Option<Vec<u8>>, exists: bool) {
        let (key, last_updated) = (key.clone(), self.context.now.seconds);
        self.writes.extend(bytes.map(|bytes| match exists {
            true => Write::Update { key, bytes, last_updated },
            false => Write::Insert(key, Row { bytes, last_updated, user_metadata: None }),
        }));
    }

    /// Creates the project where it does not exist, and books the change in its metadata.
    fn book_project(&mut self, project: &str, given: bool) -> Result<(), Refusal> {
        let key = Key::project(project);
        let exists = self.rows.objects.contains_key(&key);
        if !exists {
            if let Some(stored) = self.rows.other_spellings.get(&key) {
                let (name, stored) = (key.name, stored.name.clone());
                return Err(Refusal::SpellingConflict { kind: Kind::Project, name, stored });
            }
            validity::check_project_name(project)?;
        }
        if !exists && !given {
            let bytes = new_project(project, self.context.now)?.into_bytes();
            // Before the project's objects, so that the changes read in the order of creation.
            self.changes.insert(
                0,
                Change {
                    key: key.clone(),
                    action: Action::Created,
                    version: None,
                    before: None,
                    after: bytes.clone(),
                },
            );
            self.put(&key, Some(bytes), false);
        }
        let last_updated = self.context.now.seconds;
        if !self.context.without_metadata && self.rows.metadata_value(project, PROJECT_UUID).is_none() {
            let (key, value) = (PROJECT_UUID.into(), self.context.uuid(self.ids));
            self.ids += 1;
            self.writes.push(Write::PutMetadata { project: project.into(), key, value, last_updated });
        }
        let touches = |change: &Change| change.key.project == project && change.action != Action::Unchanged;
        if self.changes.iter().any(touches) {
            self.context.book(project, self.rows, &mut self.writes);
        }
        Ok(())
    }
}

/// A project as its first object creates it: a name and its times.
pub(super) fn new_project(name: &str, now: Timestamp) -> Result<Object, Refusal> {
    let (mut spec, mut bytes) = (Vec::new(), Vec::new());
    wire::put_bytes(&mut spec, 1, name.as_bytes());
    wire::put_bytes(&mut bytes, 1, &spec);
    let times = Bookkeeping { created: Some(now), last_updated: Some(now), ..Bookkeeping::default() };
    let made = Object::parse(Kind::Project, bytes).and_then(|object| object.with_bookkeeping(&times));
    made.map_err(|source| Refusal::Unreadable { kind: Kind::Project, source })
}

/// The incoming object with what is to be kept of the stored one.
fn carry(incoming: &Object, stored: Option<(&Row, &Object)>, now: Timestamp) -> Result<Object, MessageError> {
    let given = incoming.bookkeeping();
    let mut books = Bookkeeping { created: Some(now), last_updated: Some(now), ..Bookkeeping::default() };
    let Some((row, stored)) = stored else {
        (books.state, books.intervals) = (given.state, given.intervals);
        return incoming.with_bookkeeping(&books);
    };
    let kept = stored.bookkeeping();
    // Feast wipes the creation time of a batch feature view that it applies again.
    books.created = kept.created.or(Some(Timestamp { seconds: row.last_updated, nanos: 0 }));
    (books.version_number, books.version_id) = (kept.version_number, kept.version_id);
    books.state = if given.state == 0 { kept.state } else { given.state };
    // Compared by what they cover: the given ones may have lost fields on their way through a client.
    let covered = |interval: &Vec<u8>| definition::known_form(&FEAST_CORE_MATERIALIZATIONINTERVAL, interval);
    let known = kept.intervals.iter().map(covered).collect::<Result<BTreeSet<_>, _>>()?;
    books.intervals = kept.intervals;
    for interval in given.intervals {
        if !known.contains(&covered(&interval)?) {
            books.intervals.push(interval);
        }
    }
    // The bookkeeping first: it makes sure that there is a `meta` for unknown fields to return to.
    incoming.with_bookkeeping(&books)?.with_measures_of(stored)?.with_unknown_of(stored)
}
