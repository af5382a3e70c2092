//! What must hold for any input and any sequence of changes: properties, checked on random cases.
//! `PROPTEST_CASES=10000` looks longer; seeds that failed once are kept in `regressions.txt`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod model;
mod sequences;
mod statements;
mod view;

use proptest::test_runner::{Config, FileFailurePersistence};

/// So many cases, unless the environment says otherwise.
fn config(cases: u32) -> Config {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/robustness/regressions.txt");
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { cases };
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        ..Config::default()
    }
}
