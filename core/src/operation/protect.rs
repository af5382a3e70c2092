//! Protection of a project, which Feast keeps as a tag: lists of its servers leave such a project out, and neither
//! command line tears it down.

use alloc::{string::String, vec::Vec};

use super::{Apply, Context, Lock, Operation, Plan, Reads, apply::new_project, reads_of};
use crate::{kind::Kind, object::Object, refusal::Refusal, rows::Rows, service::PROTECTED_PROJECT};

/// Protects a project, which need not exist, or takes the protection away. Its other tags, and all else, stay.
#[derive(Clone, Debug)]
pub struct Protect {
    /// The project.
    pub project: String,
    /// Whether it is to be protected.
    pub protected: bool,
}

impl Operation for Protect {
    /// Whether it was different before.
    type Outcome = bool;

    fn reads(&self) -> Reads {
        reads_of(&self.project, Lock::Exclusive)
    }

    fn decide(&self, rows: &Rows, context: &Context) -> Result<Plan<bool>, Refusal> {
        let name = &self.project;
        let broken = |source| Refusal::Unreadable { kind: Kind::Project, source };
        let object = match rows.row(Kind::Project, name, name) {
            Some(row) => Object::parse(Kind::Project, row.bytes.clone()).map_err(broken)?,
            None if self.protected => new_project(name, context.now)?,
            None => return Ok(Plan { writes: Vec::new(), outcome: false }),
        };
        let is_protected = object.tags().get(PROTECTED_PROJECT).is_some_and(|value| value == "true");
        if is_protected == self.protected {
            return Ok(Plan { writes: Vec::new(), outcome: false });
        }
        let tagged = object.with_tag(PROTECTED_PROJECT, self.protected.then_some("true")).map_err(broken)?;
        let plan = Apply::new([(name.clone(), tagged)]).decide(rows, context)?;
        Ok(Plan { writes: plan.writes, outcome: true })
    }
}
