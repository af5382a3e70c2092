//! A deliberately simple registry of one project's views: what the real one must agree with.

use std::collections::BTreeMap;

use feast_registry_core::{kind::Kind, operation::Action};

/// What a definition says, of all that the sequences vary.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Definition {
    /// Which features it has: what makes a version.
    pub(crate) schema: u8,
    /// A tag: what makes none.
    pub(crate) tag: u8,
    /// The opposite of `spec.disabled`; makes none either.
    pub(crate) enabled: bool,
    /// `spec.version`.
    pub(crate) version: Option<i32>,
}

impl Definition {
    fn unversioned(&self) -> Self {
        Definition { version: None, ..self.clone() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub(crate) kind: Kind,
    pub(crate) definition: Definition,
    /// The version that is active.
    pub(crate) number: i32,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// When the row was last written, which user metadata moves and `updated` not.
    pub(crate) touched: i64,
    pub(crate) intervals: Vec<(i64, i64)>,
    pub(crate) state: i32,
    pub(crate) user_metadata: Option<Vec<u8>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Model {
    pub(crate) exists: bool,
    pub(crate) views: BTreeMap<String, View>,
    /// The definition of every version, less its `version`.
    pub(crate) history: BTreeMap<String, BTreeMap<i32, Definition>>,
}

impl Model {
    /// What an apply of a definition, with intervals that are not stored yet, does, or `None` where it is refused.
    pub(crate) fn apply(
        &mut self,
        name: &str,
        kind: Kind,
        mut given: Definition,
        added: &[(i64, i64)],
        promote: bool,
        now: i64,
    ) -> Option<Action> {
        if kind == Kind::LabelView {
            given.version = None;
        }
        let old = self.views.get(name).cloned();
        if old.as_ref().is_some_and(|old| old.kind != kind) {
            return None;
        }
        self.exists = true;
        let history = self.history.entry(name.into()).or_default();
        let last = history.keys().next_back().copied();
        let Some(mut view) = old else {
            let number = given.version.unwrap_or(0);
            history.insert(number, given.unversioned());
            let view = View {
                kind,
                definition: given,
                number,
                created: now,
                updated: now,
                touched: now,
                intervals: Vec::new(),
                state: 0,
                user_metadata: None,
            };
            self.views.insert(name.into(), view);
            return Some(Action::Created);
        };
        let before = view.clone();
        match given.version {
            Some(number) if history.contains_key(&number) => {
                let old = &view.definition;
                let known = history.values().any(|version| version.schema == given.schema);
                let active = old.unversioned() == given.unversioned();
                if !(active || old.version == Some(number) && known) {
                    return None;
                }
                view.definition = Definition { version: Some(number), ..history[&number].clone() };
                view.number = number;
            }
            Some(number) => {
                history.insert(number, given.unversioned());
                if !promote {
                    return Some(Action::VersionSaved);
                }
                view.definition = given;
                view.number = number;
            }
            None if view.definition.schema != given.schema => {
                let last = last.unwrap();
                if !promote {
                    if history[&last].schema == given.schema {
                        return Some(Action::Unchanged);
                    }
                    history.insert(last + 1, given.unversioned());
                    return Some(Action::VersionSaved);
                }
                history.insert(last + 1, given.unversioned());
                view.definition = given;
                view.number = last + 1;
            }
            None => view.definition = given,
        }
        view.intervals.extend(added);
        if view == before {
            return Some(Action::Unchanged);
        }
        (view.updated, view.touched) = (now, now);
        self.views.insert(name.into(), view);
        Some(Action::Updated)
    }

    pub(crate) fn materialize(&mut self, name: &str, start: i64, end: i64, now: i64) -> Option<()> {
        let view = self.views.get_mut(name).filter(|_| start <= end)?;
        if !matches!(view.kind, Kind::FeatureView | Kind::StreamFeatureView) {
            return None;
        }
        view.intervals.push((start, end));
        (view.state, view.updated, view.touched) = (4, now, now);
        Some(())
    }

    pub(crate) fn set_enabled(&mut self, name: &str, enabled: bool, now: i64) -> Option<bool> {
        let view = self.views.get_mut(name).filter(|view| view.kind != Kind::LabelView)?;
        let changed = view.definition.enabled != enabled;
        if changed {
            (view.definition.enabled, view.updated, view.touched) = (enabled, now, now);
        }
        Some(changed)
    }

    pub(crate) fn set_user_metadata(&mut self, name: &str, bytes: Option<Vec<u8>>, now: i64) -> Option<()> {
        let view = self.views.get_mut(name)?;
        (view.user_metadata, view.touched) = (bytes, now);
        Some(())
    }

    /// Deletes the view of that name, if it is of that kind or no kind is asked for.
    pub(crate) fn delete(&mut self, name: &str, kind: Option<Kind>) -> Option<()> {
        if kind.is_some_and(|kind| self.views.get(name).is_some_and(|view| view.kind != kind)) {
            return None;
        }
        self.views.remove(name)?;
        self.history.remove(name);
        Some(())
    }

    pub(crate) fn delete_project(&mut self) -> Option<()> {
        let existed = core::mem::take(self).exists;
        existed.then_some(())
    }
}
