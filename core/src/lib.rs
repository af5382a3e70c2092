//! The pure half of feast-registry.
#![no_std]
extern crate alloc;

pub mod definition;
pub mod json;
pub mod kind;
pub mod memory;
pub mod message;
pub mod object;
pub mod operation;
pub mod proto;
pub mod query;
pub mod refusal;
pub mod rows;
pub mod schema;
pub mod snapshot;
pub mod sql;
pub mod time;
pub mod validity;
pub mod version;
pub mod wire;
