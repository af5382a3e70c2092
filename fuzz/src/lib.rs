//! What must hold for whatever bytes, a function for each sort of them and for each folder of `corpus`. The tests go
//! through the corpus and through damaged copies of it, the same ones every time; `cargo xtask fuzz` looks for more
//! with libFuzzer.

#![expect(clippy::expect_used, reason = "what must hold is to fail the test")]

mod doors;
mod targets;

pub use doors::{rest, service};
pub use targets::{config, object, snapshot, wire};

/// A target.
pub type Target = fn(&[u8]);

/// The targets by the names of their folders.
pub const TARGETS: [(&str, Target); 6] = [
    ("config", config),
    ("object", object),
    ("rest", rest),
    ("service", service),
    ("snapshot", snapshot),
    ("wire", wire),
];
