//! A change that is made if the user may make it, as of the same instant: what it is decided on says that too.

use alloc::{borrow::Cow, vec::Vec};

use super::guard::{CREATE, Caller, DESCRIBE, Guard, UPDATE, UPSERT, denied};
use crate::{
    catalog::permissions::Action,
    kind::Kind,
    operation::{Context, Operation, Plan, Reads, Selection},
    refusal::Refusal,
    rows::{Key, Rows},
};

/// What a change needs leave for.
#[derive(Clone, Debug)]
pub enum Demand {
    /// To make an object or to change it.
    Upsert {
        /// The object.
        key: Key,
        /// What it is to be; `None` where that has no part in it.
        bytes: Option<Vec<u8>>,
    },
    /// These actions on whichever of these is there.
    Actions(Vec<Key>, &'static [Action]),
}

/// An operation of a user.
#[derive(Clone, Debug)]
pub struct Guarded<'c, O> {
    /// What to do.
    pub operation: O,
    /// Who asks for it.
    pub caller: Caller<'c>,
    /// What that needs leave for.
    pub demand: Demand,
}

impl<O: Operation> Operation for Guarded<'_, O> {
    type Outcome = O::Outcome;

    fn reads(&self) -> Reads {
        let mut reads = self.operation.reads();
        let named = |key: &Key| Selection::named(key.kind, &key.project, [key.name.clone()]);
        let keys = match &self.demand {
            Demand::Upsert { key, .. } => core::slice::from_ref(key),
            Demand::Actions(keys, _) => keys,
        };
        let projects = keys.iter().map(|key| named(&Key::project(&key.project)));
        reads.selections.extend(keys.iter().map(named).chain(projects));
        reads.selections.extend(self.caller.reads(&reads.selections));
        reads
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<Self::Outcome>, Refusal> {
        let guard = Guard::of(self.caller, rows);
        let hidden = self.demand.check(&guard, rows)?;
        let mut rows = Cow::Borrowed(rows);
        for key in &hidden {
            rows.to_mut().objects.remove(key);
        }
        self.operation.decide(&rows, context)
    }
}

impl Demand {
    /// Whether the change may be made; and what is not there for the user.
    fn check(&self, guard: &Guard<'_>, rows: &Rows) -> Result<Vec<Key>, Refusal> {
        match self {
            Demand::Upsert { key, bytes } => {
                let allowed = match (rows.objects.get(key), bytes) {
                    (None, bytes) => guard.allows(key, bytes.as_deref(), CREATE),
                    (Some(row), None) => guard.allows_row(key, row, UPDATE),
                    (Some(row), Some(bytes)) => {
                        guard.allows_row(key, row, UPDATE) && guard.allows(key, Some(bytes), UPDATE)
                    }
                };
                if !allowed {
                    return Err(denied(core::slice::from_ref(key), UPSERT));
                }
                // A project is made with its first object.
                if !rows.objects.contains_key(&Key::project(&key.project)) {
                    guard.check_project(rows, &key.project, UPDATE, true)?;
                }
                // A service gets its features from views.
                let is_view = |key: &Key| key.kind.is_view();
                Ok(match key.kind {
                    Kind::FeatureService => {
                        guard.hidden(rows, DESCRIBE).into_iter().filter(is_view).collect()
                    }
                    _ => Vec::new(),
                })
            }
            Demand::Actions(keys, actions) => {
                let mut stored = keys.iter().filter_map(|key| Some((key, rows.objects.get(key)?))).peekable();
                let is_there = stored.peek().is_some();
                if is_there && stored.all(|(key, row)| guard.allows_row(key, row, actions)) {
                    return Ok(Vec::new());
                }
                guard.check_names(keys, actions)?;
                Ok(keys.clone())
            }
        }
    }
}
