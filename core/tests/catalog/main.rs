//! The catalog: what it says of registries in memory, and of bytes that no registry would write.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;
mod compare;
mod health;
mod index;
mod lineage;
mod list;
mod object;
mod references;
mod search;
mod shop;
