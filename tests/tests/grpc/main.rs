//! The gRPC door of `feast-registry serve` with Feast's own clients at it, on all three databases, and beside
//! Feast's own server. The programs are in `tests/feast`.

mod auth;
mod cached;
mod client;
mod commands;
mod differential;
mod metrics;
mod permissions;
mod place;
mod traces;
mod transport;

/// The project that `populate.py` and `remote.py --populate` fill.
const PROJECT: &str = "shop";
