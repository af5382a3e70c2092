//! `cargo xtask bench`: how fast the registry is, beside Feast and beside the bare drivers. The program is bench/, built as
//! what users run is.

use anyhow::Result;
use feast_registry_tests::target_folder;
use xshell::{Shell, cmd};

use crate::install;

/// Measures everything and writes docs/performance.md, or what the arguments say and writes nothing.
pub(crate) fn speed(shell: &Shell, arguments: &[String]) -> Result<()> {
    install::packages(shell)?;
    cmd!(shell, "cargo build --release --package feast-registry --package feast-registry-bench").run()?;
    let program = target_folder()?.join("release/feast-registry-bench");
    Ok(cmd!(shell, "{program} {arguments...}").run()?)
}
