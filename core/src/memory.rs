//! A registry in memory: the backend of tests, of file registries, and of what-if questions. It can
//! be told to fail at a given step, so that what happens around it can be tested.

use alloc::{collections::BTreeMap, string::String};

use crate::{
    kind::Kind,
    operation::{Context, Operation, Selection, Write},
    refusal::Refusal,
    rows::{Key, Row, Rows, Versions},
};

/// The rows of a registry, in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    rows: Rows,
    steps: u64,
    faults: BTreeMap<u64, Fault>,
}

/// A failure to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another writer was faster: nothing was written, and a retry may succeed.
    #[error("another writer changed the same rows")]
    Conflict,
    /// The connection is gone; what was not committed is undone.
    #[error("the connection was lost")]
    ConnectionLost,
    /// The connection is gone. In a commit: just after it was made.
    #[error("the connection was lost with the answer")]
    AnswerLost,
    /// The disk is full, or the database read-only: nothing was written, and a retry is useless.
    #[error("the database accepts no writes")]
    Refused,
}

impl Memory {
    /// A registry with these rows.
    pub fn new(rows: Rows) -> Self {
        Memory { rows, ..Memory::default() }
    }

    /// Everything in it.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Puts these rows in place of all.
    pub fn reset(&mut self, rows: Rows) {
        self.rows = rows;
    }

    /// Makes the `step`th step from now fail, the next one being the first. Every selection, every list
    /// of writes and every commit is one step.
    pub fn fail_at(&mut self, step: u64, fault: Fault) {
        self.faults.insert(self.steps + step, fault);
    }

    /// Reads what a selection asks for.
    pub fn select(&mut self, selection: &Selection) -> Result<Rows, Fault> {
        self.step()?;
        let mut found = Rows::default();
        match selection {
            Selection::Objects { kind, project, names, updated_since } => {
                let wanted = |key: &Key, row: &Row| {
                    // The project of a project is its name.
                    let scoped = project.as_ref().is_none_or(|project| {
                        *project == key.project || *kind == Kind::Project && names.is_some()
                    });
                    let named = names.as_ref().is_none_or(|names| names.contains(&key.name));
                    scoped && named && updated_since.is_none_or(|since| row.last_updated >= since)
                };
                let rows = self.rows.of_kind(*kind).filter(|(key, row)| wanted(key, row));
                found.objects = rows.map(|(key, row)| (key.clone(), row.clone())).collect();
            }
            Selection::Versions { project, names, bytes, created_since } => {
                let wanted = |(owner, name): &(String, String)| {
                    project.as_ref().is_none_or(|project| project == owner)
                        && names.as_ref().is_none_or(|names| names.contains(name))
                };
                let views = self.rows.versions.iter().filter(|(view, _)| wanted(view));
                found.versions = views.map(|(view, versions)| (view.clone(), versions.clone())).collect();
                for versions in found.versions.values_mut() {
                    versions.retain(|_, row| created_since.is_none_or(|since| row.created >= since));
                }
                found.versions.retain(|_, versions| !versions.is_empty());
                if !bytes {
                    found
                        .versions
                        .values_mut()
                        .flat_map(Versions::values_mut)
                        .for_each(|row| row.bytes.clear());
                }
            }
            Selection::Metadata { project } => {
                let wanted = |owner: &String| project.as_ref().is_none_or(|project| project == owner);
                let entries = self.rows.metadata.iter().filter(|((owner, _), _)| wanted(owner));
                found.metadata = entries.map(|(entry, value)| (entry.clone(), value.clone())).collect();
            }
        }
        Ok(found)
    }

    /// Makes all of the changes or none.
    pub fn write(&mut self, writes: &[Write]) -> Result<(), Fault> {
        self.step()?;
        let mut rows = self.rows.clone();
        for write in writes {
            change(&mut rows, write).ok_or(Fault::Conflict)?;
        }
        self.rows = rows;
        Ok(())
    }

    /// Reads, decides and writes. The error is the refusal; simulated faults do not occur here.
    pub fn run<O: Operation>(&mut self, operation: &O, context: &Context) -> Result<O::Outcome, Refusal> {
        let faults = core::mem::take(&mut self.faults);
        let mut rows = Rows::default();
        for selection in operation.reads().selections {
            rows.merge(self.select(&selection).unwrap_or_default());
        }
        let plan = operation.decide(&rows, context)?;
        // Nobody else writes here, so that what was read is still so.
        for write in &plan.writes {
            change(&mut self.rows, write);
        }
        self.faults = faults;
        Ok(plan.outcome)
    }

    /// The step that a commit is: what it fails with, without anything being made or undone.
    pub fn commit(&mut self) -> Result<(), Fault> {
        self.step()
    }

    fn step(&mut self) -> Result<(), Fault> {
        self.steps += 1;
        self.faults.remove(&self.steps).map_or(Ok(()), Err)
    }
}

/// Makes one change; `None` where a row that must exist does not, or one that must not does.
fn change(rows: &mut Rows, write: &Write) -> Option<()> {
    match write {
        Write::Insert(key, row) => match rows.objects.contains_key(key) {
            true => return None,
            false => drop(rows.objects.insert(key.clone(), row.clone())),
        },
        Write::Update { key, bytes, last_updated } => {
            let row = rows.objects.get_mut(key)?;
            (row.bytes, row.last_updated) = (bytes.clone(), *last_updated);
        }
        Write::SetUserMetadata { key, user_metadata, last_updated } => {
            let row = rows.objects.get_mut(key)?;
            (row.user_metadata, row.last_updated) = (user_metadata.clone(), *last_updated);
        }
        Write::Delete(key) => drop(rows.objects.remove(key)?),
        Write::InsertVersion { project, name, number, row } => {
            let versions = rows.versions.entry((project.clone(), name.clone())).or_default();
            match versions.contains_key(number) {
                true => return None,
                false => drop(versions.insert(*number, row.clone())),
            }
        }
        Write::DeleteVersions { project, name, view_type } => {
            let view = (project.clone(), name.clone());
            if let Some(versions) = rows.versions.get_mut(&view) {
                versions.retain(|_, row| view_type.is_some_and(|view_type| row.view_type != view_type));
                if versions.is_empty() {
                    rows.versions.remove(&view);
                }
            }
        }
        Write::PutMetadata { project, key, value, .. } => {
            rows.metadata.insert((project.clone(), key.clone()), value.clone());
        }
        Write::DeleteMetadata { project } => rows.metadata.retain(|(owner, _), _| owner != project),
        Write::DeleteProject { project } => {
            rows.objects.retain(|key, _| key.project != *project);
            rows.versions.retain(|(owner, _), _| owner != project);
            rows.metadata.retain(|(owner, _), _| owner != project);
        }
    }
    Some(())
}
