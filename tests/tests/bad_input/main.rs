//! Bad input, given to the real binary on real databases: one clear error that names the thing and the
//! remedy, the documented exit code, nothing half-written, no panic, and no password anywhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the functions that the tests share are tests too"
)]

mod configuration;
mod documents;
mod files;
mod names;
mod newer;
mod objects;
mod place;
mod report;
mod rows;
mod servers;
mod sqlite;
mod whole;
