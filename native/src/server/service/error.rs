//! Why the service does not answer. Which status that is, is each door's to say.

use feast_registry_core::{message::MessageError, refusal::Refusal, service::UnknownObjectType};

use crate::error::Error;

/// A request that has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// The registry's own.
    #[error(transparent)]
    Registry(#[from] Error),
    /// The bytes are not the request that they should be.
    #[error("the request cannot be read: {0}")]
    Unreadable(#[from] MessageError),
    /// An apply of nothing.
    #[error("the request carries no object")]
    NoObject,
    /// No view of that name has such a feature.
    #[error("Feature {name} not found in feature view {view} in project {project}")]
    FeatureNotFound { project: String, view: String, name: String },
    /// Relations of what has none.
    #[error(transparent)]
    UnknownObjectType(#[from] UnknownObjectType),
    /// A change, to a server that makes none.
    #[error("this registry server is read-only (`--read-only`)")]
    ReadOnly,
    /// Data of features, which a registry does not have.
    #[error(
        "{method} reads or writes the data of features, which needs an offline store; \
         this server has the registry only: call it on a Feast server that has the feature store"
    )]
    NeedsOfflineStore { method: &'static str },
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        ServiceError::Registry(refusal.into())
    }
}
