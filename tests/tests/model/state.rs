//! The reference: what each operation does to a registry of one project, one after another, and what its caller sees.
//! Views and their versions are the model that core's own sequences are checked against.

use std::collections::BTreeMap;

use feast_registry_core::{
    kind::Kind,
    operation::{Action, Target},
};

use super::{
    model::{Definition, Model, View},
    operations::{Given, Operation},
};

/// The seconds that a restored view was last updated at, until something changes it. Every other view's time is 0 here:
/// which instant a change was made at is nobody's promise.
pub(crate) const RESTORED: i64 = 77;

/// The definition that is restored.
pub(crate) const SNAPSHOT: Definition = Definition { schema: 1, tag: 9, enabled: true, version: None };

/// All that is stored of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) views: Model,
    /// Their tags.
    pub(crate) entities: BTreeMap<String, u8>,
}

/// What a caller learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Applied {
        project_made: bool,
        changes: Vec<Applied>,
    },
    Deleted(Vec<Kind>),
    Done,
    Changed(bool),
    /// Kinds of the objects written.
    Restored(Vec<Kind>),
    View(Box<View>),
    List(BTreeMap<String, Definition>),
    Versions(BTreeMap<i32, Definition>),
    Everything(Box<State>),
    /// For every object that is, in the order of the reasons.
    Refused(Vec<Why>),
    /// What no sequence of operations leads to.
    Impossible(String),
}

/// What an apply did to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) action: Action,
    pub(crate) version: Option<i32>,
    /// Of a view that was written. Of one that was left alone a cluster's node may tell what it was a moment before.
    pub(crate) before: Option<View>,
    /// As `before`.
    pub(crate) after: Option<View>,
}

/// Why an operation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    Invalid,
    NameConflict,
    NotFound,
    NotMaterializable,
    NothingNamed,
    PinConflict,
    ProjectNotFound,
    WouldOverwrite,
}

impl Seen {
    fn refused(why: Why) -> Seen {
        Seen::Refused(vec![why])
    }
}

impl State {
    /// Makes the operation and says what its caller sees.
    pub(crate) fn step(&mut self, operation: &Operation) -> Seen {
        match operation {
            Operation::Apply { given, promote } => self.apply(given, *promote),
            Operation::Materialize { name, at } => match self.views.materialize(name, *at, *at, 0) {
                Some(()) => Seen::Done,
                None => self.refusal(name, Why::NotMaterializable),
            },
            Operation::Enable { name, enabled } => match self.views.set_enabled(name, *enabled, 0) {
                Some(changed) => Seen::Changed(changed),
                None => self.refusal(name, Why::Invalid),
            },
            Operation::UserMetadata { name, byte } => {
                match self.views.set_user_metadata(name, Some(vec![*byte]), 0) {
                    Some(()) => Seen::Done,
                    None => Seen::refused(Why::NotFound),
                }
            }
            Operation::Delete { name, target } => self.delete(name, *target),
            Operation::DeleteProject => {
                self.entities.clear();
                self.views.delete_project().map_or(Seen::refused(Why::ProjectNotFound), |()| Seen::Done)
            }
            Operation::Restore { name, overwrite } => self.restore(name, *overwrite),
            Operation::View { name } => match self.views.views.get(*name) {
                Some(view) => Seen::View(Box::new(visible(view))),
                None => Seen::refused(Why::NotFound),
            },
            Operation::List { kind } => {
                let views = self.views.views.iter().filter(|(_, view)| view.kind == *kind);
                Seen::List(views.map(|(name, view)| (name.clone(), view.definition.clone())).collect())
            }
            Operation::Versions { name } => {
                Seen::Versions(self.views.history.get(*name).cloned().unwrap_or_default())
            }
            Operation::Read if !self.views.exists => Seen::refused(Why::ProjectNotFound),
            Operation::Read => {
                let mut state = self.clone();
                state.views.views.values_mut().for_each(|view| *view = visible(view));
                Seen::Everything(Box::new(state))
            }
        }
    }

    /// Whether what the caller of a delete or restore was told has been done is so already.
    pub(crate) fn has(&self, operation: &Operation, seen: &Seen) -> bool {
        match (operation, seen) {
            (Operation::DeleteProject, Seen::Done) => !self.views.exists,
            (Operation::Delete { name, .. }, Seen::Deleted(kinds)) => kinds.iter().all(|kind| match kind {
                Kind::Entity => !self.entities.contains_key(*name),
                kind => self.views.views.get(*name).is_none_or(|view| view.kind != *kind),
            }),
            (Operation::Restore { name, .. }, Seen::Restored(_)) => {
                self.views.views.get(*name).is_some_and(|view| view.updated == RESTORED)
            }
            _ => false,
        }
    }

    /// Why something cannot be done to a view: it is not there, or not of a kind for it.
    fn refusal(&self, name: &str, unfit: Why) -> Seen {
        Seen::refused(if self.views.views.contains_key(name) { unfit } else { Why::NotFound })
    }

    fn apply(&mut self, given: &[Given], promote: bool) -> Seen {
        let mut next = self.clone();
        let applied = given.iter().map(|given| next.apply_one(given, promote));
        let (changes, refused): (Vec<_>, Vec<_>) = applied.partition(Result::is_ok);
        if !refused.is_empty() {
            let mut refused: Vec<Why> = refused.into_iter().filter_map(Result::err).collect();
            refused.sort();
            return Seen::Refused(refused);
        }
        let project_made = !self.views.exists;
        *self = next;
        let mut changes: Vec<Applied> = changes.into_iter().filter_map(Result::ok).collect();
        changes.sort_by_key(|change| (change.kind, change.name.clone()));
        Seen::Applied { project_made, changes }
    }

    fn apply_one(&mut self, given: &Given, promote: bool) -> Result<Applied, Why> {
        match given {
            Given::Entity { name, tag } => {
                self.views.exists = true;
                let action = match self.entities.insert((*name).into(), *tag) {
                    None => Action::Created,
                    Some(old) if old == *tag => Action::Unchanged,
                    Some(_) => Action::Updated,
                };
                let (name, kind) = ((*name).into(), Kind::Entity);
                Ok(Applied { name, kind, action, version: None, before: None, after: None })
            }
            Given::View { name, kind, definition } => self.apply_view(name, *kind, definition, promote),
        }
    }

    fn apply_view(
        &mut self,
        name: &str,
        kind: Kind,
        given: &Definition,
        promote: bool,
    ) -> Result<Applied, Why> {
        let given =
            Definition { version: given.version.filter(|_| kind != Kind::LabelView), ..given.clone() };
        let before = self.views.views.get(name).cloned();
        let versions = |state: &State| state.views.history.get(name).map_or(0, BTreeMap::len);
        let old_versions = versions(self);
        let Some(action) = self.views.apply(name, kind, given.clone(), &[], promote, 0) else {
            let taken = before.is_some_and(|view| view.kind != kind);
            return Err(if taken { Why::NameConflict } else { Why::PinConflict });
        };
        let active = &self.views.views[name];
        // Made now, or saved before and still not the active one.
        let made = versions(self) > old_versions || active.definition.schema != given.schema;
        let last = self.views.history[name].keys().next_back().copied();
        let version = given.version.or(last.filter(|_| made));
        let stored = |view: &View| View { user_metadata: None, ..visible(view) };
        let (before, after) = match action {
            Action::Unchanged | Action::VersionSaved => (None, None),
            Action::Created | Action::Updated => (before.as_ref().map(stored), Some(stored(active))),
        };
        Ok(Applied { name: name.into(), kind, action, version, before, after })
    }

    fn delete(&mut self, name: &str, target: Target) -> Seen {
        let found = self.views.views.get(name).map(|view| view.kind);
        let wanted = match target {
            Target::Kind(kind) => Some(kind),
            Target::View => None,
            Target::Any if self.entities.remove(name).is_some() => return Seen::Deleted(vec![Kind::Entity]),
            Target::Any => None,
        };
        match (self.views.delete(name, wanted), target) {
            (Some(()), _) => Seen::Deleted(found.into_iter().collect()),
            (None, Target::Any) => Seen::refused(Why::NothingNamed),
            (None, _) => Seen::refused(Why::NotFound),
        }
    }

    fn restore(&mut self, name: &str, overwrite: bool) -> Seen {
        let old = self.views.views.get(name);
        let same = old.is_some_and(|old| old.updated == RESTORED);
        if let Some(old) = old.filter(|_| !same) {
            let has_version = self.views.history[name].contains_key(&0);
            if !overwrite && (old.kind == Kind::FeatureView || has_version) {
                return Seen::refused(Why::WouldOverwrite);
            }
            if old.kind != Kind::FeatureView {
                return Seen::refused(Why::NameConflict);
            }
        }
        let mut written = Vec::new();
        if !same {
            written.push(Kind::FeatureView);
            let view = View {
                kind: Kind::FeatureView,
                definition: SNAPSHOT,
                number: 0,
                created: 0,
                updated: RESTORED,
                touched: 0,
                intervals: Vec::new(),
                state: 0,
                user_metadata: old.and_then(|old| old.user_metadata.clone()),
            };
            self.views.views.insert(name.into(), view);
        }
        if !same || overwrite {
            self.views.history.insert(name.into(), [(0, SNAPSHOT)].into());
        }
        if !self.views.exists {
            self.views.exists = true;
            written.push(Kind::Project);
        }
        Seen::Restored(written)
    }
}

/// What can be seen of a view: a label view has no room for its number.
fn visible(view: &View) -> View {
    View { number: if view.kind == Kind::LabelView { 0 } else { view.number }, ..view.clone() }
}
