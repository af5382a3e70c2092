//! The pure half of feast-registry: what a registry of Feast's is, and every decision about it. No I/O,
//! no clock, no randomness, no SQL driver and no `std`; `native` and `wasm` are the shells around it.
//!
//! A change to a registry is a value that implements [`operation::Operation`]. Whoever keeps the rows
//! runs it in five steps, the first four in one transaction:
//!
//! 1. take its locks ([`operation::Reads::lock`]);
//! 2. read what it asks for ([`operation::Reads::selections`]);
//! 3. let it decide ([`operation::Operation::decide`]), which is pure;
//! 4. make the writes that it decided on ([`operation::Plan::writes`]), in order;
//! 5. commit, or after a conflict begin again with 1.
//!
//! Invariant: *nothing is written that was not decided on rows read under the operation's locks, in the
//! transaction that writes it.* So the same operation is right on every database, may be repeated after
//! a conflict, and is previewed by leaving out the steps 4 and 5.
//!
//! ```
//! use feast_registry_core::{
//!     kind::Kind,
//!     memory::Memory,
//!     object::Object,
//!     operation::{Action, Apply, Context, Operation},
//!     rows::Rows,
//!     time::Timestamp,
//! };
//!
//! // An entity, `spec { name: "driver" }`, for a project that does not exist yet.
//! let driver = Object::parse(Kind::Entity, b"\x0a\x08\x0a\x06driver".to_vec())?;
//! let apply = Apply::new([("shop".to_owned(), driver)]);
//! let context = Context {
//!     now: Timestamp { seconds: 1_767_225_600, nanos: 0 },
//!     entropy: [7; 16],
//!     without_metadata: false,
//! };
//!
//! let mut memory = Memory::default();
//! let mut rows = Rows::default();
//! for selection in apply.reads().selections {
//!     rows.merge(memory.select(&selection)?);
//! }
//! let plan = apply.decide(&rows, &context)?;
//! memory.write(&plan.writes)?;
//!
//! let made: Vec<_> = plan.outcome.iter().map(|change| (change.action, change.key.kind)).collect();
//! assert_eq!(made, [(Action::Created, Kind::Project), (Action::Created, Kind::Entity)]);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
#![no_std]
extern crate alloc;

pub mod catalog;
mod compact;
pub mod definition;
pub mod document;
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
pub mod service;
pub mod snapshot;
pub mod sql;
pub mod time;
pub mod unknown;
pub mod validity;
pub mod version;
pub mod wire;
pub mod yaml;
