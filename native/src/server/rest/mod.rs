//! The REST door: Feast's REST registry server over the same service as gRPC's.

mod apply;
mod body;
mod calls;
mod datasets;
mod definitions;
mod docs;
mod door;
mod family;
mod listen;
mod openapi;
mod page;
mod parameters;
mod refused;
mod relations;
mod routes;

pub use listen::{RestError, RestOptions, serve};
