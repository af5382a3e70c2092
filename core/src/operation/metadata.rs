//! What is stored beside the objects: user metadata of views, metadata of projects, and the two
//! tidyings that opening a registry entails.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::{
    Context, Lock, Operation, PROJECT_UUID, Plan, Reads, Selection, Write, apply::new_project, reads_of,
};
use crate::{
    kind::Kind,
    refusal::Refusal,
    rows::{Key, Row, Rows},
};

/// Sets the bytes that a user keeps with a view. Its definition and times stay; the row's
/// `last_updated_timestamp` moves.
#[derive(Clone, Debug)]
pub struct SetUserMetadata {
    /// The project.
    pub project: String,
    /// The view, of any kind.
    pub view: String,
    /// The bytes, or `None` to clear them.
    pub user_metadata: Option<Vec<u8>>,
}

impl Operation for SetUserMetadata {
    type Outcome = Key;

    fn reads(&self) -> Reads {
        let mut reads = reads_of(&self.project, Lock::Shared);
        let named = |kind| Selection::named(kind, &self.project, [self.view.clone()]);
        reads.selections.extend(Kind::VIEWS.map(named));
        reads
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Key>, Refusal> {
        let (project, name) = (self.project.clone(), self.view.clone());
        let found = Kind::VIEWS.into_iter().find(|kind| rows.row(*kind, &project, &name).is_some());
        let Some(kind) = found else {
            return Err(Refusal::NotFound { kind: Kind::FeatureView, project, name });
        };
        let key = Key::new(kind, project, name);
        let write = Write::SetUserMetadata {
            key: key.clone(),
            user_metadata: self.user_metadata.clone(),
            last_updated: context.now.seconds,
        };
        Ok(Plan { writes: Vec::from([write]), outcome: key })
    }
}

/// Sets one metadata entry of a project, which need not exist, as in Feast.
#[derive(Clone, Debug)]
pub struct SetProjectMetadata {
    /// The project.
    pub project: String,
    /// The key, 1 to 50 characters.
    pub key: String,
    /// The value.
    pub value: String,
}

impl Operation for SetProjectMetadata {
    type Outcome = ();

    fn reads(&self) -> Reads {
        reads_of(&self.project, Lock::Shared)
    }

    fn decide(&self, _: &Rows, context: &Context) -> Result<Plan<()>, Refusal> {
        let refuse = |problem| Err(Refusal::InvalidMetadata { key: self.key.clone(), problem });
        if self.key.is_empty() {
            return refuse("is empty");
        }
        if self.key.chars().count() > 50 {
            return refuse("is longer than 50 characters, which is what the table holds");
        }
        if self.value.contains('\0') {
            return refuse("has a value with a NUL character, which databases cannot store");
        }
        let write = Write::PutMetadata {
            project: self.project.clone(),
            key: self.key.clone(),
            value: self.value.clone(),
            last_updated: context.now.seconds,
        };
        Ok(Plan { writes: Vec::from([write]), outcome: () })
    }
}

/// Gives a row in `projects` to every project that only metadata knows: registries from before that
/// table existed. The outcome is their names.
#[derive(Clone, Copy, Debug)]
pub struct AdoptProjects;

impl Operation for AdoptProjects {
    type Outcome = BTreeSet<String>;

    fn reads(&self) -> Reads {
        let selections =
            Vec::from([Selection::all(Kind::Project, None), Selection::Metadata { project: None }]);
        Reads { lock: Lock::None, selections }
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let known = rows.metadata.keys().filter(|(_, key)| key == PROJECT_UUID).map(|(project, _)| project);
        let orphans: BTreeSet<String> =
            known.filter(|name| rows.row(Kind::Project, name, name).is_none()).cloned().collect();
        let mut writes = Vec::new();
        for name in &orphans {
            let row = Row {
                bytes: new_project(name, context.now)?.into_bytes(),
                last_updated: context.now.seconds,
                user_metadata: None,
            };
            writes.push(Write::Insert(Key::project(name), row));
        }
        Ok(Plan { writes, outcome: orphans })
    }
}

/// Removes all metadata of every project that has an identifier, which is what
/// `purge_feast_metadata: true` asks for. The outcome is their names.
#[derive(Clone, Copy, Debug)]
pub struct PurgeMetadata;

impl Operation for PurgeMetadata {
    type Outcome = BTreeSet<String>;

    fn reads(&self) -> Reads {
        Reads { lock: Lock::None, selections: Vec::from([Selection::Metadata { project: None }]) }
    }

    fn decide(&self, rows: &Rows, _: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let known = rows.metadata.keys().filter(|(_, key)| key == PROJECT_UUID);
        let projects: BTreeSet<String> = known.map(|(project, _)| project.clone()).collect();
        let writes =
            projects.iter().map(|project| Write::DeleteMetadata { project: project.clone() }).collect();
        Ok(Plan { writes, outcome: projects })
    }
}
