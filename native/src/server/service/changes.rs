//! Changes: objects applied and deleted, whatever their kind, and materializations recorded.

use feast_registry_core::{
    kind::Kind,
    operation::{Apply, Delete, DeleteProject, Materialize, Target},
    service::Request,
};

use super::ServiceError;
use crate::registry::Registry;

pub(super) fn apply(registry: &Registry, request: &Request<'_>) -> Result<(), ServiceError> {
    let object = request.object().ok_or(ServiceError::NoObject)??;
    registry.run(&Apply::new([(request.owned("project"), object)]))?;
    Ok(())
}

pub(super) fn delete(registry: &Registry, request: &Request<'_>, target: Target) -> Result<(), ServiceError> {
    let (name, project) = (request.owned("name"), request.owned("project"));
    match target {
        Target::Kind(Kind::Project) => registry.run(&DeleteProject { name })?,
        target => drop(registry.run(&Delete { project, name, target })?),
    }
    Ok(())
}

pub(super) fn materialize(registry: &Registry, request: &Request<'_>) -> Result<(), ServiceError> {
    let view = request.object().ok_or(ServiceError::NoObject)??.name();
    let [start, end] = ["start_date", "end_date"].map(|name| request.time(name).unwrap_or_default());
    registry.run(&Materialize { project: request.owned("project"), view, start, end })?;
    Ok(())
}
