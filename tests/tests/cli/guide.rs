//! docs/cli.md: its examples, run one after the other as the page gives them.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use feast_registry_tests::cli;

use crate::store::{EXAMPLE, Store};

const GUIDE: &str = include_str!("../../../docs/cli.md");

#[test]
fn the_examples_of_the_guide_run() -> Result<()> {
    let store = Store::empty()?;
    store.write("driver_ranking.yaml", EXAMPLE)?;
    let binary = cli::program()?;
    let folder = binary.parent().context("no folder")?;
    let path = std::env::join_paths(
        std::iter::once(folder.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )?;
    let blocks = GUIDE.split("```console\n").skip(1).filter_map(|block| block.split("```").next());
    let mut examples = 0;
    for example in blocks.flat_map(|block| block.split("$ ").skip(1)) {
        let (line, shown) = example.split_once('\n').context("no line")?;
        let output = Command::new("bash")
            .args(["-c", &format!("set -o pipefail; {line}")])
            .current_dir(store.path(""))
            .env("PATH", &path)
            .output()?;
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "`{line}` ends with {}: {stderr}", output.status);
        // Where the page shows no output it does not matter there.
        assert!(shown.is_empty() || stdout == shown, "`{line}` prints\n{stdout}");
        examples += 1;
    }
    assert!(examples > 40, "{examples} examples were found");
    Ok(())
}
