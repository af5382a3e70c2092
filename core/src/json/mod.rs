//! Protobuf JSON over the schema tables: a message's bytes as anything serde can write, and back.
//! YAML is the same through another serde format.
//!
//! The libraries for this (pbjson, prost-reflect) need `std`, and code for every message or a
//! descriptor pool at start; the tables of [`crate::schema`] are there anyway. Fields that this build
//! does not know have no names, so JSON leaves them out.

mod read;
mod write;

pub use read::{JsonSeed, read_value};
pub use write::Json;

/// The well-known types that protobuf JSON writes in a form of their own.
#[derive(Clone, Copy, PartialEq)]
enum WellKnown {
    Timestamp,
    Duration,
    /// `google.protobuf.StringValue` and its like: the bare value.
    Wrapper,
}

fn well_known(name: &str) -> Option<WellKnown> {
    let name = name.strip_prefix("google.protobuf.")?;
    match name {
        "Timestamp" => Some(WellKnown::Timestamp),
        "Duration" => Some(WellKnown::Duration),
        _ => name.ends_with("Value").then_some(WellKnown::Wrapper),
    }
}
