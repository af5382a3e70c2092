//! Feast's registry service, apart from any transport: one method for a request's bytes in, the answer's
//! bytes out. It blocks. What is pure of it is core's `service`.

mod cached;
mod changes;
mod error;
mod lists;
mod methods;
mod objects;
mod reading;

pub(crate) use error::ServiceError;
pub(crate) use methods::{Call, Method};

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use feast_registry_core::{schema::ServiceType, service::Request};

use self::{
    cached::{Cached, Question},
    reading::Reading,
};
use super::Readiness;
use crate::{cache::Effort, error::Error, registry::Registry};

/// The service's name and methods.
pub(crate) static TYPE: &ServiceType = &feast_registry_core::schema::FEAST_REGISTRY_REGISTRYSERVER;

/// How the service is to be.
#[derive(Clone, Debug)]
pub struct ServiceOptions {
    /// Whether it refuses every change.
    pub read_only: bool,
    /// How old an answer may be that comes from the cache; `None` for any age.
    pub cache_ttl: Option<Duration>,
    /// Whether the database can be reached.
    pub readiness: Readiness,
}

/// The service over one registry, shared by all doors.
#[derive(Clone)]
pub struct Service {
    registry: Arc<Registry>,
    cached: Arc<Cached>,
    read_only: bool,
    readiness: Readiness,
}

impl Service {
    /// The service over `registry`.
    #[must_use]
    pub fn new(registry: Arc<Registry>, options: ServiceOptions) -> Self {
        let ServiceOptions { read_only, cache_ttl, readiness } = options;
        let cached = Arc::new(Cached::new(registry.clone(), cache_ttl, readiness.clone()));
        Service { registry, cached, read_only, readiness }
    }

    /// Whether it can answer.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// The answer to a request, where it is known already; does not block.
    pub(crate) fn known_answer(&self, method: Method, bytes: &[u8]) -> Option<Bytes> {
        method.ty.input.field_named("allow_cache")?;
        let snapshot = self.cached.snapshot()?;
        self.cached.answer(&snapshot, &Question { method: method.ty.name, request: bytes.to_vec() })
    }

    /// Answers a request, its bytes and the answer's as protobuf.
    pub(crate) fn answer(&self, method: Method, bytes: &[u8]) -> Result<Bytes, ServiceError> {
        let request = Request::read(method.ty.input, bytes)?;
        let snapshot = request.flag("allow_cache").then(|| self.cached.snapshot()).flatten();
        let reading = Reading { registry: &self.registry, snapshot: snapshot.as_deref(), request: &request };
        let output = method.ty.output;
        let answer = match method.call {
            Call::Get(kind) => reading.get(kind),
            Call::GetAnyView => reading.get_any_view(output),
            Call::GetInfra => reading.get_infra(),
            Call::List(kind) => reading.list(kind, output),
            Call::ListAllViews => reading.list_all_views(output),
            Call::ListMetadata => reading.list_metadata(),
            Call::ListFeatures => reading.list_features(output),
            Call::GetFeature => reading.get_feature(),
            Call::Lineage => reading.lineage(output),
            Call::Relations => reading.relations(output),
            Call::Proto => reading.proto(),
            // Every change is committed before it is answered.
            Call::Commit => Ok(Vec::new()),
            Call::Refresh => Ok(self.cached.renew(Effort::Full).map(|()| Vec::new())?),
            Call::OfflineStore => Err(ServiceError::NeedsOfflineStore { method: method.ty.name }),
            change @ (Call::Apply | Call::Delete(_) | Call::Materialize) => {
                return self.change(change, &request);
            }
        };
        let answer = Bytes::from(answer?);
        if let Some(snapshot) = &snapshot {
            let question = Question { method: method.ty.name, request: bytes.to_vec() };
            self.cached.remember(snapshot, question, &answer);
        }
        Ok(answer)
    }

    /// Makes a change; it is there, also for reads from the cache, before it is answered.
    fn change(&self, call: Call, request: &Request<'_>) -> Result<Bytes, ServiceError> {
        if self.read_only {
            return Err(ServiceError::ReadOnly);
        }
        let outcome = match call {
            Call::Apply => changes::apply(&self.registry, request),
            Call::Delete(target) => changes::delete(&self.registry, request, target),
            _ => changes::materialize(&self.registry, request),
        };
        match &outcome {
            Err(ServiceError::Registry(Error::Refused(_)) | ServiceError::NoObject) => {}
            _ => self.cached.changed(),
        }
        outcome.map(|()| Bytes::new())
    }
}
