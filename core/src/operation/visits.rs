//! Who looked at what last, which Feast keeps in the metadata of the project, an entry per user.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;

use super::{Context, Lock, Operation, Plan, RECENTLY_VISITED, Reads, Selection, Write};
use crate::{kind::Kind, refusal::Refusal, rows::Rows};

/// So many are kept, of one user in one project, as by Feast.
pub const MOST_VISITS: usize = 100;
/// As long as the column, in bytes of MySQL's, has room for.
const LONGEST: usize = 60_000;

/// Adds visits to those that are kept of a user, and lets go of the oldest. A project that is not there keeps none.
#[derive(Clone, Debug)]
pub struct RecordVisits {
    /// The project.
    pub project: String,
    /// The user's key, as [`visits_key`] has it.
    pub key: String,
    /// The visits, in the order in which they happened.
    pub visits: Vec<Value>,
}

impl Operation for RecordVisits {
    type Outcome = ();

    fn reads(&self) -> Reads {
        let project = &self.project;
        let own = Selection::named(Kind::Project, project, [project.clone()]);
        let metadata = Selection::Metadata { project: Some(project.clone()) };
        Reads { lock: Lock::Shared([project.clone()].into()), selections: Vec::from([own, metadata]) }
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<()>, Refusal> {
        let is_there = rows.row(Kind::Project, &self.project, &self.project).is_some();
        if !is_there || context.without_metadata {
            return Ok(Plan { writes: Vec::new(), outcome: () });
        }
        let mut visits = visits(rows, &self.project, &self.key);
        visits.extend(self.visits.iter().cloned());
        let (mut first, mut length) = (visits.len(), 0);
        for visit in visits.iter().rev().take(MOST_VISITS) {
            length += visit.to_string().len() + 1;
            if length > LONGEST {
                break;
            }
            first -= 1;
        }
        let write = Write::PutMetadata {
            project: self.project.clone(),
            key: self.key.clone(),
            value: Value::from(visits.split_off(first)).to_string(),
            last_updated: context.now.seconds,
        };
        Ok(Plan { writes: Vec::from([write]), outcome: () })
    }
}

/// The metadata key of what a user of this name looked at last.
#[must_use]
pub fn visits_key(user: &str) -> String {
    [RECENTLY_VISITED, user].concat()
}

/// What is kept of somebody's visits to a project, in the order in which they happened. What is no list of visits is
/// none.
#[must_use]
pub fn visits(rows: &Rows, project: &str, key: &str) -> Vec<Value> {
    let kept = rows.metadata_value(project, key).and_then(|value| serde_json::from_str(value).ok());
    kept.unwrap_or_default()
}
