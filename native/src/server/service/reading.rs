//! One call that reads: where from, and for which request.

use feast_registry_core::{operation::Selection, rows::Rows, service::Request};

use crate::{cache::Snapshot, error::Error, registry::Registry};

/// A call that reads.
pub(super) struct Reading<'c> {
    pub(super) registry: &'c Registry,
    /// The cache's, where the request allows one and there is one that may be used.
    pub(super) snapshot: Option<&'c Snapshot>,
    pub(super) request: &'c Request<'c>,
}

impl Reading<'_> {
    /// What selections find, all of it as of one instant.
    pub(super) fn read(&self, selections: &[Selection]) -> Result<Rows, Error> {
        match self.snapshot {
            Some(snapshot) => Ok(snapshot.select(selections)),
            None => self.registry.read(selections),
        }
    }
}
