//! Feast's registry service, apart from any transport: one method for a request's bytes in, the answer's
//! bytes out. It blocks. What is pure of it is core's `service`.

mod error;
mod lists;
mod methods;
mod objects;

pub(crate) use error::ServiceError;
pub(crate) use methods::{Call, Method};

use std::sync::Arc;

use feast_registry_core::{operation::Selection, rows::Rows, schema::ServiceType, service::Request};

use crate::{error::Error, registry::Registry};

/// The service's name and methods.
pub(crate) static TYPE: &ServiceType = &feast_registry_core::schema::FEAST_REGISTRY_REGISTRYSERVER;

/// The service over one registry, shared by all doors.
#[derive(Clone)]
pub struct Service {
    registry: Arc<Registry>,
    read_only: bool,
}

impl Service {
    /// The service over `registry`; with `read_only` it refuses every change.
    #[must_use]
    pub fn new(registry: Arc<Registry>, read_only: bool) -> Self {
        Service { registry, read_only }
    }

    /// Answers a request, its bytes and the answer's as protobuf.
    pub(crate) fn answer(&self, method: Method, bytes: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let request = Request::read(method.ty.input, bytes)?;
        if self.read_only && method.call.changes() {
            return Err(ServiceError::ReadOnly);
        }
        let output = method.ty.output;
        match method.call {
            Call::Apply => self.apply(&request),
            Call::Get(kind) => self.get(&request, kind),
            Call::GetAnyView => self.get_any_view(&request, output),
            Call::GetInfra => self.get_infra(&request),
            Call::List(kind) => self.list(&request, kind, output),
            Call::ListAllViews => self.list_all_views(&request, output),
            Call::Delete(target) => self.delete(&request, target),
            Call::Materialize => self.materialize(&request),
            Call::ListMetadata => self.list_metadata(&request),
            Call::ListFeatures => self.list_features(&request, output),
            Call::GetFeature => self.get_feature(&request),
            Call::Lineage => self.lineage(&request, output),
            Call::Relations => self.relations(&request, output),
            Call::Proto => self.proto(),
            // Every change is committed before it is answered, and every read sees it.
            Call::Commit | Call::Refresh => Ok(Vec::new()),
            Call::OfflineStore => Err(ServiceError::NeedsOfflineStore { method: method.ty.name }),
        }
    }

    /// Reads, for a request that may allow an answer from the cache.
    fn read(&self, _request: &Request<'_>, selections: &[Selection]) -> Result<Rows, Error> {
        self.registry.read(selections)
    }
}
