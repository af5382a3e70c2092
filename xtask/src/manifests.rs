//! `cargo xtask manifests`: writes the plain manifests in deploy/kubernetes anew, from the chart.

use anyhow::Result;
use feast_registry_tests::chart;
use xshell::Shell;

pub(crate) fn run(shell: &Shell) -> Result<()> {
    Ok(shell.write_file(chart::manifests_file(), chart::manifests()?)?)
}
