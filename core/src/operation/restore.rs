//! Importing a snapshot: objects arrive as they are, with their times, intervals and versions.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    Context, LAST_UPDATED, Lock, Operation, PROJECT_UUID, Plan, REVISION, Reads, Selection, Write,
    apply::new_project,
};
use crate::{
    kind::Kind,
    refusal::Refusal,
    rows::{Key, Row, Rows, Versions},
    validity::{MAX_NAME, shorten},
};

/// Writes rows, as [`crate::snapshot::read`] gives them, into a registry. Objects and versions that are
/// there already in the same form stay untouched; those in another form are replaced, objects with
/// their whole history, if `overwrite` says so, and refuse the whole restore otherwise. What the
/// snapshot does not have stays. The outcome is the keys of the objects written.
#[derive(Clone, Debug)]
pub struct Restore {
    /// What to write.
    pub rows: Rows,
    /// Whether to replace objects that are different.
    pub overwrite: bool,
}

impl Restore {
    fn projects(&self) -> BTreeSet<String> {
        let objects = self.rows.objects.keys().map(|key| &key.project);
        let versions = self.rows.versions.keys().map(|(project, _)| project);
        objects
            .chain(versions)
            .chain(self.rows.metadata.keys().map(|(project, _)| project))
            .cloned()
            .collect()
    }
}

impl Operation for Restore {
    type Outcome = Vec<Key>;

    fn reads(&self) -> Reads {
        let projects = self.projects();
        let mut selections = Vec::new();
        for project in &projects {
            selections.extend(Kind::all().map(|kind| Selection::all(kind, Some(project))));
            selections.push(Selection::all_versions(Some(project)));
            selections.push(Selection::Metadata { project: Some(project.clone()) });
        }
        Reads { lock: Lock::Exclusive(projects), selections }
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let mut plan = Plan { writes: Vec::new(), outcome: Vec::new() };
        let differs = |key: &&Key| {
            let (new, old) = (self.rows.objects.get(key), rows.objects.get(key));
            old.is_some_and(|old| new.is_none_or(|new| !same(new, old)))
        };
        let objects = self.rows.objects.keys().filter(differs);
        let objects = objects.map(|key| (&key.project, format!("{} `{}`", key.kind, key.name)));
        let versions = self.rows.versions.iter().flat_map(|((project, name), versions)| {
            let existing = rows.versions_of(project, name);
            let replaced = versions.iter().find(|(number, row)| {
                existing.and_then(|existing| existing.get(number)).is_some_and(|old| old != *row)
            });
            replaced.map(|(number, _)| (project, format!("version `v{number}` of `{name}`")))
        });
        let clashes: Vec<(&String, String)> = match self.overwrite {
            true => Vec::new(),
            false => objects.chain(versions).collect(),
        };
        if let Some((project, example)) = clashes.first() {
            return Err(Refusal::WouldOverwrite {
                project: String::clone(project),
                count: clashes.iter().filter(|(other, _)| other == project).count(),
                example: example.clone(),
            });
        }
        for project in self.projects() {
            if let Some(problem) = unstorable(&project) {
                return Err(Refusal::InvalidName { kind: Kind::Project, name: shorten(&project), problem });
            }
        }
        for (key, row) in &self.rows.objects {
            self.refuse(key, rows)?;
            self.restore(key, row, rows, &mut plan);
        }
        for (view, versions) in &self.rows.versions {
            self.restore_versions(view, versions, rows, &mut plan);
        }
        self.restore_projects(rows, context, &mut plan)?;
        Ok(plan)
    }
}

impl Restore {
    fn refuse(&self, key: &Key, rows: &Rows) -> Result<(), Refusal> {
        let (kind, name) = (key.kind, key.name.clone());
        if let Some(problem) = unstorable(&name) {
            return Err(Refusal::InvalidName { kind, name: shorten(&name), problem });
        }
        let mut others = Kind::VIEWS.into_iter().filter(|other| kind.is_view() && *other != kind);
        let taken = |other: &Kind| {
            let other = Key::new(*other, key.project.clone(), name.clone());
            rows.objects.contains_key(&other) || self.rows.objects.contains_key(&other)
        };
        match others.find(taken) {
            Some(existing) => {
                let project = key.project.clone();
                Err(Refusal::NameConflict { project, name, existing, incoming: kind })
            }
            None => Ok(()),
        }
    }

    /// Adds the versions that are missing; where some are others, which only an overwriting restore may
    /// find, the whole history is replaced.
    fn restore_versions(
        &self,
        (project, name): &(String, String),
        versions: &Versions,
        rows: &Rows,
        plan: &mut Plan<Vec<Key>>,
    ) {
        let existing = rows.versions_of(project, name);
        let existing = existing.filter(|existing| !self.overwrite || *existing == versions);
        if existing.is_none() && rows.versions_of(project, name).is_some() {
            let (project, name) = (project.clone(), name.clone());
            plan.writes.push(Write::DeleteVersions { project, name, view_type: None });
        }
        for (number, row) in versions {
            if existing.is_some_and(|existing| existing.contains_key(number)) {
                continue;
            }
            let (project, name, row) = (project.clone(), name.clone(), row.clone());
            plan.writes.push(Write::InsertVersion { project, name, number: *number, row });
        }
    }

    fn restore(&self, key: &Key, row: &Row, rows: &Rows, plan: &mut Plan<Vec<Key>>) {
        let (existing, last_updated) = (rows.objects.get(key), row.last_updated);
        match existing {
            Some(existing) if same(row, existing) => return,
            Some(existing) => {
                plan.writes.push(Write::Update { key: key.clone(), bytes: row.bytes.clone(), last_updated });
                if row.user_metadata.is_some() && row.user_metadata != existing.user_metadata {
                    let user_metadata = row.user_metadata.clone();
                    plan.writes.push(Write::SetUserMetadata {
                        key: key.clone(),
                        user_metadata,
                        last_updated,
                    });
                }
            }
            None => plan.writes.push(Write::Insert(key.clone(), row.clone())),
        }
        plan.outcome.push(key.clone());
    }

    /// Projects that the snapshot only mentions get a row, and all of them metadata.
    fn restore_projects(
        &self,
        rows: &Rows,
        context: &Context,
        plan: &mut Plan<Vec<Key>>,
    ) -> Result<(), Refusal> {
        for (index, project) in self.projects().into_iter().enumerate() {
            let key = Key::project(&project);
            if !rows.objects.contains_key(&key) && !self.rows.objects.contains_key(&key) {
                let bytes = new_project(&project, context.now)?.into_bytes();
                let row = Row { bytes, last_updated: context.now.seconds, user_metadata: None };
                plan.writes.push(Write::Insert(key.clone(), row));
                plan.outcome.push(key);
            }
            if context.without_metadata {
                continue;
            }
            let put = |key: &str, value: String| Write::PutMetadata {
                project: project.clone(),
                key: key.into(),
                value,
                last_updated: context.now.seconds,
            };
            let snapshots = self.rows.metadata.iter().filter(|((owner, _), _)| *owner == project);
            for ((_, key), value) in
                snapshots.filter(|((_, key), _)| ![LAST_UPDATED, REVISION].contains(&key.as_str()))
            {
                // A project keeps the identifier that it is known by.
                let existing = rows.metadata_value(&project, key);
                let replaced = self.overwrite && key != PROJECT_UUID && existing != Some(value);
                if existing.is_none() || replaced {
                    plan.writes.push(put(key, value.clone()));
                }
            }
            let named = |rows: &Rows| rows.metadata_value(&project, PROJECT_UUID).is_some();
            if !named(rows) && !named(&self.rows) {
                plan.writes.push(put(PROJECT_UUID, context.uuid(index)));
            }
            if !plan.writes.is_empty() {
                context.book(&project, rows, &mut plan.writes);
            }
        }
        Ok(())
    }
}

/// Why no table can hold the name.
fn unstorable(name: &str) -> Option<&'static str> {
    match () {
        () if name.is_empty() => Some("is empty"),
        () if name.chars().count() > MAX_NAME => Some("is longer than 255 characters"),
        () if name.contains('\0') => Some("contains a NUL character"),
        () => None,
    }
}

fn same(new: &Row, old: &Row) -> bool {
    new.bytes == old.bytes && (new.user_metadata.is_none() || new.user_metadata == old.user_metadata)
}
