//! `cargo xtask check`: what can be known in a minute, without databases or Feast.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::{install, wasm_imports, web};

pub(crate) fn run(shell: &Shell) -> Result<()> {
    Steps::run(|steps| {
        steps.step("rust targets", || install::rust(shell))?;
        steps.step("node", || install::node(shell))?;
        source(shell, steps)?;
        steps.step("core tests", || Ok(cmd!(shell, "cargo test --package feast-registry-core").run()?))?;
        builds(shell, steps)?;
        steps.step("viewer", || web::check(shell))
    })
}

/// Format and lints.
pub(crate) fn source(shell: &Shell, steps: &mut Steps) -> Result<()> {
    steps.step("format", || Ok(cmd!(shell, "cargo fmt --all --check").run()?))?;
    steps
        .step("lints", || Ok(cmd!(shell, "cargo clippy --workspace --all-targets -- --deny warnings").run()?))
}

/// The builds for machines without an operating system, which prove that core needs none.
pub(crate) fn builds(shell: &Shell, steps: &mut Steps) -> Result<()> {
    steps.step("core without std", || {
        Ok(cmd!(shell, "cargo build --package feast-registry-core --target thumbv7em-none-eabi").run()?)
    })?;
    steps.step("wasm", || {
        let packages = ["--package", "feast-registry-core", "--package", "feast-registry-wasm"];
        cmd!(shell, "cargo build {packages...} --target wasm32-unknown-unknown").run()?;
        let target = feast_registry_tests::target_folder()?;
        wasm_imports::check(&target.join("wasm32-unknown-unknown/debug/feast_registry_wasm.wasm"))
    })
}
