//! Several clients at once, on every kind of store: what each of them saw, and what is stored in the end, must be the
//! result of some one-after-another order of their operations, as a deliberately simple reference makes them.
//!
//! A failure prints its seed: `FEAST_REGISTRY_TEST_SEED=17 cargo test -p feast-registry-tests --test model memory`.
//! `FEAST_REGISTRY_TEST_SCALE=20` looks at twenty times as many.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod check;
mod explore;
mod history;
mod memory;
#[path = "../../../core/tests/robustness/model.rs"]
mod model;
mod operations;
mod optimistic;
mod random;
mod registry;
mod schedule;
mod servers;
mod state;
#[path = "../../../core/tests/robustness/view.rs"]
mod view;
