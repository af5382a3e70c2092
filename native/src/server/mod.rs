//! The doors that are servers, and what they share: the service that answers, the workers that it runs on, and
//! the process's end. They parse, call and render; rules live in the registry and in core.

mod assets;
mod auth;
mod callers;
mod connection;
mod grpc;
mod guard;
mod lanes;
mod live;
mod metrics;
mod problem;
mod readiness;
mod request_id;
mod rest;
mod service;
mod service_manager;
mod shutdown;
mod tls;
mod traces;
mod traffic;
pub mod ui;
mod viewer;
mod workers;

/// What all doors share.
#[derive(Clone)]
pub struct Shared {
    /// What answers.
    pub service: Service,
    /// Who asks.
    pub callers: Callers,
    /// What it runs on.
    pub workers: Workers,
    /// The room for what is on its way.
    pub traffic: Traffic,
    /// What is counted.
    pub metrics: Metrics,
    /// When to close.
    pub shutdown: Shutdown,
}

pub use auth::{AuthError, Authenticator};
pub use callers::Callers;
pub use grpc::{GrpcDoor, GrpcError, GrpcOptions, calls as grpc_calls};
pub use metrics::{Metrics, MetricsDoor, MetricsError};
pub use readiness::Readiness;
pub use rest::{RestDoor, RestError, RestOptions, Visits, routes as rest_routes};
pub use service::{Service, ServiceOptions};
pub use service_manager::tell as tell_service_manager;
pub use shutdown::{Shutdown, asked_to_end};
pub use tls::{TlsError, TlsOptions};
pub use traces::{Traces, TracesError};
pub use traffic::Traffic;
pub use workers::{Workers, threads};
