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
use feast_registry_core::{
    catalog::permissions::User,
    schema::ServiceType,
    service::{Caller, Request},
    wire,
};

use self::{
    cached::{CacheUse, Cached, Question},
    changes::Changing,
    reading::Reading,
};
use super::{Readiness, workers::Weight};
use crate::{
    cache::{Cache, Effort, Snapshot},
    error::Error,
    registry::Registry,
};

/// The service's name and methods.
pub(crate) static TYPE: &ServiceType = &feast_registry_core::schema::FEAST_REGISTRY_REGISTRYSERVER;

/// How the service is to be.
pub struct ServiceOptions {
    /// Whether it refuses every change.
    pub read_only: bool,
    /// How old an answer may be that comes from the cache; `None` for any age.
    pub cache_ttl: Option<Duration>,
    /// The server's own project.
    pub project: String,
    /// Whether the database can be reached.
    pub readiness: Readiness,
}

/// An answer, and what it was made of if that was the cache's.
pub(crate) struct Answered {
    pub(crate) bytes: Bytes,
    pub(crate) snapshot: Option<Arc<Snapshot>>,
}

/// The service over one registry, shared by all doors.
#[derive(Clone)]
pub struct Service {
    registry: Arc<Registry>,
    cached: Arc<Cached>,
    read_only: bool,
    project: Arc<str>,
    readiness: Readiness,
}

impl Service {
    /// The service over `registry`.
    #[must_use]
    pub fn new(registry: Arc<Registry>, options: ServiceOptions) -> Self {
        let ServiceOptions { read_only, cache_ttl, project, readiness } = options;
        let cached = Arc::new(Cached::new(registry.clone(), cache_ttl, readiness.clone()));
        Service { registry, cached, read_only, project: project.into(), readiness }
    }

    /// What it answers from.
    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// How its cache is used.
    pub(crate) fn cache_use(&self) -> CacheUse {
        self.cached.look_at()
    }

    /// Whether it can answer.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// The cache that all requests share.
    pub(crate) fn cache(&self) -> Result<Arc<Cache>, Error> {
        self.cached.read()
    }

    /// The server's own project.
    pub(crate) fn project(&self) -> &Arc<str> {
        &self.project
    }

    /// The answer to a request, where it is known already; does not block.
    pub(crate) fn known_answer(
        &self,
        user: Option<&Arc<User>>,
        method: Method,
        bytes: &[u8],
    ) -> Option<Bytes> {
        method.ty.input.field_named("allow_cache")?;
        self.known(user, method.ty.name, bytes)
    }

    /// What answering takes.
    pub(crate) fn weight(&self, user: Option<&Arc<User>>, method: Method, bytes: &[u8]) -> Weight {
        let allows = method.ty.input.field_named("allow_cache").is_some_and(|flag| {
            wire::last_varint(bytes, flag.number).is_ok_and(|flag| flag.is_some_and(|flag| flag != 0))
        });
        if allows && self.is_cached(user) { Weight::Cached } else { method.call.weight() }
    }

    /// Whether what a user reads now comes from the cache, where that is allowed.
    pub(crate) fn is_cached(&self, user: Option<&Arc<User>>) -> bool {
        self.cached.snapshot(limit(user)).is_some()
    }

    /// What was answered to a question of a door's own, asked in `words`; does not block.
    pub(crate) fn known(&self, user: Option<&Arc<User>>, sort: &'static str, words: &[u8]) -> Option<Bytes> {
        let snapshot = self.cached.snapshot(limit(user))?;
        self.cached.answer(&snapshot, &question(user, sort, words))
    }

    /// Remembers the answer to a question of a door's own, all of which `snapshot` has answered.
    pub(crate) fn remember(
        &self,
        snapshot: &Snapshot,
        user: Option<&Arc<User>>,
        sort: &'static str,
        words: &[u8],
        answer: &Bytes,
    ) {
        self.cached.remember(snapshot, question(user, sort, words), answer);
    }

    /// Answers a request, its bytes and the answer's as protobuf. Without a user nobody is told from anybody
    /// else, and everything may be seen and done.
    pub(crate) fn answer(
        &self,
        user: Option<&Arc<User>>,
        method: Method,
        bytes: &[u8],
    ) -> Result<Answered, ServiceError> {
        let request = Request::read(method.ty.input, bytes)?;
        let (registry, request) = (&*self.registry, &request);
        let caller = user.map(|user| Caller { user, home: &self.project });
        let snapshot = request.flag("allow_cache").then(|| self.cached.snapshot(limit(user))).flatten();
        // Somebody else may have asked for it meanwhile.
        if let Some(snapshot) = &snapshot
            && let Some(bytes) = self.cached.answer(snapshot, &question(user, method.ty.name, bytes))
        {
            return Ok(Answered { bytes, snapshot: Some(snapshot.clone()) });
        }
        let reading =
            Reading { registry, snapshot: snapshot.as_deref(), request, caller, access: method.access };
        reading.check_project()?;
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
            Call::Apply | Call::Delete(_) | Call::Materialize => {
                let changed = self.change(&Changing { registry, request, caller, method });
                return changed.map(|bytes| Answered { bytes, snapshot: None });
            }
        };
        let answer = Bytes::from(answer?);
        if let Some(snapshot) = &snapshot {
            self.cached.remember(snapshot, question(user, method.ty.name, bytes), &answer);
        }
        Ok(Answered { bytes: answer, snapshot })
    }

    /// Makes a change; it is there, also for reads from the cache, before it is answered.
    fn change(&self, changing: &Changing<'_>) -> Result<Bytes, ServiceError> {
        if self.read_only {
            return Err(ServiceError::ReadOnly);
        }
        let outcome = changing.make();
        match &outcome {
            Err(ServiceError::Registry(Error::Refused(_)) | ServiceError::NoObject) => {}
            _ => self.cached.changed(),
        }
        outcome.map(|()| Bytes::new())
    }
}

/// How old what is cached may be at most for a user: so long after a permission is taken away elsewhere it still
/// holds here.
fn limit(user: Option<&Arc<User>>) -> Option<Duration> {
    user.map(|_| Duration::from_secs(5))
}

fn question(user: Option<&Arc<User>>, sort: &'static str, words: &[u8]) -> Question {
    Question { user: user.cloned(), sort, words: words.to_vec() }
}
