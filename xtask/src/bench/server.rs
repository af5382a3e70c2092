//! `cargo xtask bench --server`: the registry server under load, beside Feast's own and a bare one.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::install;

/// Measures the loads and databases whose names have one of the words; all where there is none.
pub(crate) fn server(shell: &Shell, words: &[String]) -> Result<()> {
    install::packages(shell)?;
    cmd!(shell, "cargo build --release --package feast-registry").run()?;
    cmd!(
        shell,
        "cargo build --release --package feast-registry-tests --example snapshot --example server_load"
    )
    .run()?;
    let target = feast_registry_tests::target_folder()?;
    let program = target.join("release/examples/server_load");
    Ok(cmd!(shell, "{program} {words...}").run()?)
}
