//! `cargo xtask fuzz TARGET [SECONDS]`: libFuzzer on one of the targets, from its corpus.

use anyhow::{Context, Result};
use feast_registry_tests::target_folder;
use xshell::{Shell, cmd};

use crate::install;

const SECONDS: &str = "60";

pub(crate) fn run(shell: &Shell, target: &str, seconds: Option<&str>) -> Result<()> {
    let seconds: u32 = seconds.unwrap_or(SECONDS).parse().context("SECONDS is not a number")?;
    let time = format!("-max_total_time={seconds}");
    install::fuzzer(shell)?;
    // What is found goes to the first folder; the second is only read.
    let found = target_folder()?.join("fuzz-corpus").join(target);
    shell.create_dir(&found)?;
    // Sanitizers need a nightly compiler. Without them panics, hangs and memory are seen, and no crate here is unsafe.
    cmd!(
        shell,
        "cargo fuzz run --fuzz-dir fuzz --features libfuzzer --sanitizer none {target} {found} fuzz/corpus/{target}
         -- {time} -timeout=10 -rss_limit_mb=2048"
    )
    .run()?;
    Ok(())
}
