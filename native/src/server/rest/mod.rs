//! The REST door: Feast's REST registry server over the same service as gRPC's.

mod apply;
mod body;
mod calls;
mod datasets;
mod definitions;
mod docs;
mod door;
mod family;
mod lineage;
mod listen;
mod materialization;
mod metrics;
mod openapi;
mod page;
mod parameters;
mod refused;
mod relations;
mod routes;
mod search;
mod visits;

pub use listen::{RestDoor, RestError, RestOptions, routes};
pub use visits::Visits;
