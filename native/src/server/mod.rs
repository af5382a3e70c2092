//! The doors that are servers, and what they share: the service that answers, the workers that it runs on, and
//! the process's end. They parse, call and render; rules live in the registry and in core.

mod assets;
mod grpc;
mod guard;
mod live;
mod problem;
mod readiness;
mod service;
mod shutdown;
pub mod ui;
mod workers;

pub use grpc::{GrpcError, GrpcOptions, TlsOptions, serve as serve_grpc};
pub use readiness::Readiness;
pub use service::{Service, ServiceOptions};
pub use shutdown::{Shutdown, asked_to_end};
pub use workers::Workers;
