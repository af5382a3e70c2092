//! Deleting objects and projects.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::{Context, Lock, Operation, Plan, Reads, Selection, Write, reads_of};
use crate::{
    kind::Kind,
    refusal::Refusal,
    rows::{Key, Rows},
};

/// Which object a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The object of that kind.
    Kind(Kind),
    /// The view, of whichever kind.
    View,
    /// The first object that has the name, in the order of the kinds; projects and infra excepted.
    Any,
}

/// Deletes the objects that a name stands for, views with their version history. Objects that refer
/// to them are left as they are, as Feast does. The outcome is what was deleted.
#[derive(Clone, Debug)]
pub struct Delete {
    /// The project.
    pub project: String,
    /// The name.
    pub name: String,
    /// What the name stands for. A project goes whole, as by [`DeleteProject`].
    pub target: Target,
}

impl Delete {
    fn kinds(&self) -> Vec<Kind> {
        match self.target {
            Target::Kind(kind) => Vec::from([kind]),
            Target::View => Kind::VIEWS.to_vec(),
            Target::Any => {
                let kinds = Kind::all().filter(|kind| !matches!(kind, Kind::Project | Kind::Infra));
                let mut kinds: Vec<Kind> = kinds.collect();
                kinds.sort_by_key(|kind| FIRST.iter().position(|first| first == kind).unwrap_or(FIRST.len()));
                kinds
            }
        }
    }
}

/// In this order Feast looks for the one to delete; it does not look for the other kinds.
const FIRST: [Kind; 8] = [
    Kind::Entity,
    Kind::FeatureView,
    Kind::FeatureService,
    Kind::DataSource,
    Kind::SavedDataset,
    Kind::ValidationReference,
    Kind::StreamFeatureView,
    Kind::OnDemandFeatureView,
];

impl Operation for Delete {
    type Outcome = Vec<Key>;

    fn reads(&self) -> Reads {
        let mut reads = reads_of(&self.project, Lock::Exclusive);
        let mut kinds: BTreeSet<Kind> = self.kinds().into_iter().collect();
        if kinds.iter().any(|kind| kind.is_view()) {
            kinds.extend(Kind::VIEWS);
        }
        let named = |kind| Selection::named(kind, &self.project, [self.name.clone()]);
        reads.selections.extend(kinds.into_iter().map(named));
        reads
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let key = |kind| Key::new(kind, self.project.clone(), self.name.clone());
        let mut found: Vec<Key> = self.kinds().into_iter().map(key).collect();
        found.retain(|key| rows.objects.contains_key(key));
        if self.target == Target::Any {
            found.truncate(1);
        }
        let (project, name) = (self.project.clone(), self.name.clone());
        if found.is_empty() {
            return Err(match self.target {
                Target::Kind(kind) => Refusal::NotFound { kind, project, name },
                Target::View => Refusal::NotFound { kind: Kind::FeatureView, project, name },
                Target::Any => Refusal::NothingNamed { project, name },
            });
        }
        if let [key @ Key { kind: Kind::Project, .. }] = found.as_slice() {
            let writes = Vec::from([Write::DeleteProject { project: key.name.clone() }]);
            return Ok(Plan { writes, outcome: found });
        }
        let mut writes: Vec<Write> = found.iter().cloned().map(Write::Delete).collect();
        if found.iter().any(|key| key.kind.is_view()) {
            // Feast can store two kinds of view under one name; the other one keeps its versions.
            let stays = |kind: &Kind| rows.objects.contains_key(&key(*kind)) && !found.contains(&key(*kind));
            let types =
                found.iter().filter_map(|key| key.kind.info().view.as_ref()).map(|view| view.history_type);
            let delete =
                |view_type| Write::DeleteVersions { project: project.clone(), name: name.clone(), view_type };
            match Kind::VIEWS.iter().any(stays) {
                true => writes.extend(types.map(Some).map(delete)),
                false => writes.push(delete(None)),
            }
        }
        context.book(&self.project, rows, &mut writes);
        Ok(Plan { writes, outcome: found })
    }
}

/// Deletes a project whole: its objects, versions, infra and metadata.
#[derive(Clone, Debug)]
pub struct DeleteProject {
    /// The project.
    pub name: String,
}

impl Operation for DeleteProject {
    type Outcome = ();

    fn reads(&self) -> Reads {
        reads_of(&self.name, Lock::Exclusive)
    }

    fn decide(&self, rows: &Rows, _: &Context) -> Result<Plan<()>, Refusal> {
        if rows.row(Kind::Project, &self.name, &self.name).is_none() {
            return Err(Refusal::ProjectNotFound { name: self.name.clone() });
        }
        Ok(Plan { writes: Vec::from([Write::DeleteProject { project: self.name.clone() }]), outcome: () })
    }
}
