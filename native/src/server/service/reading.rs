//! One call that reads: where from, for which request, and for whom. What its caller may not see is not there.

use feast_registry_core::{
    kind::Kind,
    operation::Selection,
    rows::{Key, Rows},
    service::{Access, Caller, Guard, Request},
};

use super::ServiceError;
use crate::{cache::Snapshot, error::Error, registry::Registry};

/// A call that reads.
pub(super) struct Reading<'c> {
    pub(super) registry: &'c Registry,
    /// The cache's, where the request allows one and there is one that may be used.
    pub(super) snapshot: Option<&'c Snapshot>,
    pub(super) request: &'c Request<'c>,
    /// Who asks; `None` where nobody is told from anybody else, who may have everything.
    pub(super) caller: Option<Caller<'c>>,
    pub(super) access: Access,
}

impl Reading<'_> {
    /// What selections find that the caller may have, all of it as of one instant.
    pub(super) fn read(&self, selections: &[Selection]) -> Result<Rows, Error> {
        let Some(caller) = self.caller else { return self.read_all(selections) };
        let mut rows = self.read_all(&[selections, &caller.reads(selections)].concat())?;
        for key in Guard::of(caller, &rows).hidden(&rows, self.access.of_objects()) {
            rows.objects.remove(&key);
        }
        Ok(rows)
    }

    /// Whether the call may be made on the request's project at all. Of a change this says the same as what
    /// comes with it, sooner.
    pub(super) fn check_project(&self) -> Result<(), Error> {
        let (Some(caller), Access::Project(_) | Access::UpsertProject) = (self.caller, self.access) else {
            return Ok(());
        };
        let project = self.request.text("project");
        let rows =
            self.read_with_permissions(caller, &Selection::named(Kind::Project, project, [project.into()]))?;
        Ok(self.access.check_project(&Guard::of(caller, &rows), &rows, project)?)
    }

    /// Why none of these is there for the caller: refused, where they could not see such ones; else not found.
    pub(super) fn missing(&self, keys: &[Key], not_found: impl FnOnce() -> ServiceError) -> ServiceError {
        let Some((caller, key)) = self.caller.zip(keys.first()) else { return not_found() };
        let selection = Selection::named(key.kind, &key.project, [key.name.clone()]);
        let check = || -> Result<(), Error> {
            let rows = self.read_with_permissions(caller, &selection)?;
            Ok(Guard::of(caller, &rows).check_names(keys, self.access.of_objects())?)
        };
        check().map_or_else(ServiceError::from, |()| not_found())
    }

    fn read_with_permissions(&self, caller: Caller<'_>, selection: &Selection) -> Result<Rows, Error> {
        let selections = std::slice::from_ref(selection);
        self.read_all(&[selections, &caller.reads(selections)].concat())
    }

    fn read_all(&self, selections: &[Selection]) -> Result<Rows, Error> {
        match self.snapshot {
            Some(snapshot) => Ok(snapshot.select(selections)),
            None => self.registry.read(selections),
        }
    }
}
