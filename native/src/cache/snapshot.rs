//! A registry as it was at one moment: immutable, and shared by whoever reads it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use feast_registry_core::{
    catalog::permissions::Action,
    kind::Kind,
    operation::Selection,
    rows::{Found, Key, Row, Rows},
    service::{Caller, Guard},
    snapshot::{Contents, Damaged, ObjectRef, VersionRef},
    sql::{Mark, Section},
};

use super::{
    Effort,
    section::Table,
    version::{Version, VersionBytes, hold},
};
use crate::{clock, driver::Failure, export, store::Transaction};

/// Metadata values by project and key.
type Metadata = BTreeMap<(String, String), String>;

/// What it takes to see something.
const DESCRIBE: &[Action] = &[Action::Describe];

/// The key of a stored version of a view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionKey {
    /// The view's project.
    pub project: String,
    /// The view's name.
    pub view: String,
    /// The version's number.
    pub number: i32,
}

/// A registry as it was at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// What this process calls itself.
    process: Arc<str>,
    number: u64,
    /// By kind.
    objects: Vec<Table<Row>>,
    versions: Table<Version>,
    metadata: Arc<Metadata>,
    /// The registry file that it was read from.
    file: Option<Bytes>,
}

impl Snapshot {
    /// Of a registry without rows.
    pub(super) fn empty() -> Self {
        let process: String = clock::entropy()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        Snapshot {
            process: process.into(),
            number: 0,
            objects: Kind::all().map(|_| Table::default()).collect(),
            versions: Table::default(),
            metadata: Arc::default(),
            file: None,
        }
    }

    /// The next one, with this metadata and, for now, the same rows.
    pub(super) fn renewed(&self, metadata: Metadata) -> Self {
        let metadata = if metadata == *self.metadata { self.metadata.clone() } else { Arc::new(metadata) };
        Snapshot { number: self.number + 1, metadata, ..self.clone() }
    }

    /// The next one, of a registry file with these rows.
    pub(super) fn of_file(&self, mut rows: Rows, file: Bytes) -> Self {
        let mut next = self.renewed(std::mem::take(&mut rows.metadata));
        let mut of_kind: Vec<Rows> = Kind::all().map(|_| Rows::default()).collect();
        for (key, row) in rows.objects {
            if let Some(rows) = of_kind.get_mut(key.kind as usize) {
                rows.objects.insert(key, row);
            }
        }
        for (table, rows) in next.objects.iter_mut().zip(of_kind) {
            table.replace(rows.into_found().filter_map(object));
        }
        let versions = Rows { versions: rows.versions, ..Rows::default() };
        next.versions.replace(versions.into_found().filter_map(|found| version(found, &next.objects)));
        next.file = Some(file);
        next
    }

    /// Makes a section that of the transaction; see [`Table::refresh`].
    pub(super) fn refresh(
        &mut self,
        section: Section,
        mark: Mark,
        effort: Effort,
        now: i64,
        transaction: &mut dyn Transaction,
    ) -> Result<(bool, usize), Failure> {
        match section {
            Section::Versions => {
                let hold = |found| version(found, &self.objects);
                self.versions.refresh(section, mark, effort, now, transaction, &hold)
            }
            Section::Objects(kind) => match self.objects.get_mut(kind as usize) {
                Some(table) => table.refresh(section, mark, effort, now, transaction, &object),
                None => Ok((false, 0)),
            },
        }
    }

    /// Makes the rows with these names those of the transaction.
    pub(super) fn read_again(
        &mut self,
        selections: &[Selection],
        transaction: &mut dyn Transaction,
    ) -> Result<(), Failure> {
        if selections.is_empty() {
            return Ok(());
        }
        let mut found = transaction.select(selections)?;
        for selection in selections {
            match selection {
                Selection::Objects { kind, project: Some(project), names: Some(names), .. } => {
                    let Some(table) = self.objects.get_mut(*kind as usize) else { continue };
                    for name in names.iter() {
                        let key = Key::new(*kind, project, name);
                        table.set(&key, found.objects.remove(&key));
                    }
                }
                Selection::Versions { project: Some(project), names: Some(names), .. } => {
                    for view in names.iter() {
                        let mut stored =
                            found.versions.remove(&(project.clone(), view.clone())).unwrap_or_default();
                        let key =
                            |number| VersionKey { project: project.clone(), view: view.clone(), number };
                        let known: Vec<VersionKey> = self
                            .versions
                            .from(key(i32::MIN))
                            .take_while(|(known, _)| **known <= key(i32::MAX))
                            .map(|(key, _)| key.clone())
                            .collect();
                        for key in known {
                            let row = stored.remove(&key.number);
                            self.versions.set(&key, row.map(|row| hold(row, &key, &self.objects)));
                        }
                        for (number, row) in stored {
                            let key = key(number);
                            self.versions.set(&key, Some(hold(row, &key, &self.objects)));
                        }
                    }
                }
                // Nothing else is named.
                _ => {}
            }
        }
        Ok(())
    }

    /// The latest stamp in a section.
    pub(super) fn newest(&self, section: Section) -> i64 {
        match section {
            Section::Versions => self.versions.newest(),
            Section::Objects(kind) => self.objects.get(kind as usize).map_or(i64::MIN / 2, Table::newest),
        }
    }

    pub(super) fn file(&self) -> Option<&Bytes> {
        self.file.as_ref()
    }

    /// What tells this snapshot from every other one, of this registry or not.
    pub fn revision(&self) -> String {
        format!("{}-{}", self.process, self.number)
    }

    /// What tells this snapshot from earlier and later ones of the same cache.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The row with this key.
    pub fn object(&self, key: &Key) -> Option<&Arc<Row>> {
        self.objects.get(key.kind as usize)?.get(key)
    }

    /// All objects, by kind, project and name.
    pub fn objects(&self) -> impl Iterator<Item = (&Key, &Arc<Row>)> + Clone {
        self.objects.iter().flat_map(Table::iter)
    }

    /// The rows of a kind, by project and name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Arc<Row>)> + Clone {
        self.objects.get(kind as usize).into_iter().flat_map(Table::iter)
    }

    /// The rows of a kind in one project, by name.
    pub fn of_project<'s>(
        &'s self,
        kind: Kind,
        project: &'s str,
    ) -> impl Iterator<Item = (&'s Key, &'s Arc<Row>)> {
        let first = Key::new(kind, project, "");
        let rows =
            self.objects.get(kind as usize).into_iter().flat_map(move |table| table.from(first.clone()));
        rows.take_while(move |(key, _)| key.project == project)
    }

    /// The versions of all views, by project, view and number.
    pub fn versions(&self) -> impl Iterator<Item = (&VersionKey, &Arc<Version>)> + Clone {
        self.versions.iter()
    }

    /// Metadata values by project and key.
    pub fn metadata(&self) -> &BTreeMap<(String, String), String> {
        &self.metadata
    }

    /// A copy of everything, as [`crate::registry::Registry::rows`] reads it.
    pub fn rows(&self) -> Rows {
        let mut rows = Rows {
            objects: self.objects().map(|(key, row)| (key.clone(), Row::clone(row))).collect(),
            metadata: self.metadata().clone(),
            ..Rows::default()
        };
        for (VersionKey { project, view, number }, row) in self.versions() {
            let versions = rows.versions.entry((project.clone(), view.clone())).or_default();
            versions.insert(*number, Version::clone(row).map_bytes(VersionBytes::into_owned));
        }
        rows
    }

    /// The registry as `registry export` writes it, but with damaged objects in it; a registry file as it is.
    pub fn serialized(&self) -> Bytes {
        if let Some(file) = &self.file {
            return file.clone();
        }
        let contents = Contents {
            objects: self.objects().map(|(key, row)| ObjectRef::new(key, row)).collect(),
            versions: self.versions().map(|(key, row)| version_ref(key, row)).collect(),
            metadata: self.metadata().iter().map(entry_ref).collect(),
        };
        self.written(&contents)
    }

    /// As [`Snapshot::serialized`], of what somebody may see: objects, their versions as these were, and the metadata of
    /// projects.
    pub fn serialized_for(&self, caller: Caller<'_>) -> Bytes {
        let judged = self.select(&[Kind::Permission, Kind::Project].map(|kind| Selection::all(kind, None)));
        let guard = Guard::of(caller, &judged);
        let sees = |(key, row): &(&Key, &Row)| guard.allows_any_row(&judged, key, row, DESCRIBE);
        let objects: Vec<(&Key, &Row)> =
            self.objects().map(|(key, row)| (key, &**row)).filter(sees).collect();
        let keys: BTreeSet<&Key> = objects.iter().map(|(key, _)| *key).collect();
        let versions = self.versions().filter(|(VersionKey { project, view, .. }, row)| {
            let key = Kind::of_history_type(&row.view_type).map(|kind| Key::new(kind, &**project, &**view));
            key.is_some_and(|key| {
                keys.contains(&key) && guard.allows(&key, Some(row.bytes.as_ref()), DESCRIBE)
            })
        });
        let metadata =
            self.metadata().iter().filter(|((project, _), _)| keys.contains(&Key::project(project)));
        let contents = Contents {
            objects: objects.iter().map(|(key, row)| ObjectRef::new(key, row)).collect(),
            versions: versions.map(|(key, row)| version_ref(key, row)).collect(),
            metadata: metadata.map(entry_ref).collect(),
        };
        self.written(&contents)
    }

    fn written(&self, contents: &Contents<'_>) -> Bytes {
        // Nothing is refused where damage is kept.
        export::write(contents, &self.revision(), Damaged::Keep).unwrap_or_default().bytes.into()
    }
}

fn version_ref<'a>(key: &'a VersionKey, row: &'a Version) -> VersionRef<'a> {
    VersionRef::new(&key.project, &key.view, key.number, row)
}

fn entry_ref<'a>(((project, key), value): (&'a (String, String), &'a String)) -> (&'a str, &'a str, &'a str) {
    (project, key, value)
}

fn object(found: Found) -> Option<(Key, Row)> {
    match found {
        Found::Object(key, row) => Some((key, row)),
        Found::Version(..) | Found::Metadata(..) => None,
    }
}

fn version(found: Found, objects: &[Table<Row>]) -> Option<(VersionKey, Version)> {
    let Found::Version((project, view), number, row) = found else { return None };
    let key = VersionKey { project, view, number };
    let row = hold(row, &key, objects);
    Some((key, row))
}
