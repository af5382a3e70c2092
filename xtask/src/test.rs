//! `cargo xtask test`: everything, on a machine that may have nothing but Rust and Python. Continuous integration runs
//! this and nothing else.

use anyhow::Result;
use feast_registry_tests::feast::Feast;
use feast_registry_tests::image;
use feast_registry_tests::servers::{
    MARIADB_VARIABLE, MariaDb, MariaDbOptions, POSTGRES_VARIABLE, Postgres, PostgresOptions, postgres_18,
};
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::{check, demo, install, viewer, web};

pub(crate) fn run(shell: &Shell) -> Result<()> {
    Steps::run(|steps| {
        steps.step("packages", || install::packages(shell))?;
        steps.step("rust targets", || install::rust(shell))?;
        check::source(shell, steps)?;
        check::builds(shell, steps)?;
        // With the very targets of the test run, so that it finds all of it built, the binary included.
        steps.step("build", || Ok(cmd!(shell, "cargo build --workspace --all-targets").run()?))?;
        steps.step("static binary", || {
            install::image(shell)?;
            let target = image::target();
            Ok(cmd!(shell, "cargo build --package feast-registry --target {target}").run()?)
        })?;
        steps.step("feast", Feast::installed)?;
        steps.step("viewer", || web::build_and_check(shell))?;
        steps.step("viewer in a browser", || viewer::browse(shell))?;
        steps.step("demo", || demo::check(shell))?;
        steps.step("postgresql 18", postgres_18)?;
        let postgres = steps.step("start postgresql", || Postgres::start_with(&PostgresOptions::quick()))?;
        let mariadb = steps.step("start mariadb", || MariaDb::start_with(&MariaDbOptions::quick()))?;
        steps.step("tests", || {
            let tests = cmd!(shell, "cargo test --workspace --no-fail-fast")
                .env(POSTGRES_VARIABLE, postgres.endpoint().admin_url())
                .env(MARIADB_VARIABLE, mariadb.endpoint().admin_url())
                // A snapshot that differs fails; nothing is written beside it.
                .env("INSTA_UPDATE", "no");
            Ok(tests.run()?)
        })?;
        steps.step("stop servers", || {
            drop((postgres, mariadb));
            Ok(())
        })
    })
}
