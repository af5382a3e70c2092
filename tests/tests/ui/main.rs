//! `feast-registry ui`: the real binary, asked over HTTP as a browser asks it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod changes;
mod door;
mod routes;
mod server;
