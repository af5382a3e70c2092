//! Changes: objects applied and deleted, whatever their kind, and materializations recorded, by whoever may.

use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Apply, Delete, DeleteProject, Materialize, Operation, Target},
    rows::Key,
    service::{Access, Caller, Demand, Guarded, Request},
};

use super::{Method, ServiceError, methods::Call};
use crate::{error::Error, registry::Registry};

/// A call that changes something.
pub(super) struct Changing<'c> {
    pub(super) registry: &'c Registry,
    pub(super) request: &'c Request<'c>,
    /// Who asks; `None` where nobody is told from anybody else, who may do everything.
    pub(super) caller: Option<Caller<'c>>,
    pub(super) method: Method,
}

impl Changing<'_> {
    /// Makes the change.
    pub(super) fn make(&self) -> Result<(), ServiceError> {
        match self.method.call {
            Call::Delete(target) => self.delete(target),
            Call::Materialize => self.materialize(),
            _ => self.apply(),
        }
    }

    fn apply(&self) -> Result<(), ServiceError> {
        let object = self.request.object().ok_or(ServiceError::NoObject)??;
        let key = match object.kind() {
            Kind::Project => Key::project(&object.name()),
            kind => Key::new(kind, self.project(), object.name()),
        };
        let demand = self.demand([key], Some(&object));
        self.run(Apply::new([(self.project(), object)]), demand)?;
        Ok(())
    }

    fn delete(&self, target: Target) -> Result<(), ServiceError> {
        let (project, name) = (self.project(), self.request.owned("name"));
        let key = |kind| Key::new(kind, project.clone(), name.clone());
        match target {
            Target::Kind(Kind::Project) => {
                let demand = self.demand([Key::project(&name)], None);
                self.run(DeleteProject { name }, demand)?;
            }
            target => {
                let demand = match target {
                    Target::Kind(kind) => self.demand([key(kind)], None),
                    _ => self.demand(Kind::VIEWS.map(key), None),
                };
                self.run(Delete { project, name, target }, demand)?;
            }
        }
        Ok(())
    }

    fn materialize(&self) -> Result<(), ServiceError> {
        let view = self.request.object().ok_or(ServiceError::NoObject)??.name();
        let [start, end] = ["start_date", "end_date"].map(|name| self.request.time(name).unwrap_or_default());
        let demand = self.demand(Kind::VIEWS.map(|kind| Key::new(kind, self.project(), view.clone())), None);
        self.run(Materialize { project: self.project(), view, start, end }, demand)?;
        Ok(())
    }

    /// What the method needs leave for, where one of these objects is what it is about.
    fn demand<const N: usize>(&self, keys: [Key; N], object: Option<&Object>) -> Demand {
        match (self.method.access, keys.first()) {
            (Access::Upsert, Some(key)) => {
                Demand::Upsert { key: key.clone(), bytes: object.map(|object| object.bytes().to_vec()) }
            }
            (Access::Objects(actions), _) => Demand::Actions(keys.to_vec(), actions),
            _ => Demand::Upsert { key: Key::project(&self.project()), bytes: None },
        }
    }

    fn run<O: Operation>(&self, operation: O, demand: Demand) -> Result<O::Outcome, Error> {
        match self.caller {
            None => self.registry.run(&operation),
            Some(caller) => self.registry.run(&Guarded { operation, caller, demand }),
        }
    }

    fn project(&self) -> String {
        self.request.owned("project")
    }
}
