//! `cargo xtask demo`: the example project in an SQLite registry, and a look at it. Every command is shown as it can be
//! typed.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

const EXAMPLE: &str = "examples/driver_ranking.yaml";

pub(crate) fn run(shell: &Shell) -> Result<()> {
    // Unoptimized: a first visitor waits for the compiler, not for a registry of a few objects, and `xtask test` finds
    // the same build again.
    cmd!(shell, "cargo build --package feast-registry").run()?;
    let target = feast_registry_tests::target_folder()?;
    let folder = target.join("demo");
    shell.remove_path(&folder)?;
    shell.create_dir(&folder)?;

    let root = shell.current_dir();
    // Relative where possible, for the sake of the reader.
    let shown = |path: PathBuf| path.strip_prefix(&root).map(PathBuf::from).unwrap_or(path);
    let (program, export) = (shown(target.join("debug/feast-registry")), shown(folder.join("export.yaml")));
    let database = shown(folder.join("registry.db"));
    let url = format!("sqlite:///{}", database.to_str().context("the target folder's name is not UTF-8")?);

    let session: [&[&OsStr]; 5] = [
        &["apply".as_ref(), "-f".as_ref(), EXAMPLE.as_ref()],
        &["projects".as_ref(), "list".as_ref()],
        &["feature-views".as_ref(), "list".as_ref()],
        &["feature-views".as_ref(), "describe".as_ref(), "driver_hourly_stats".as_ref()],
        &["registry".as_ref(), "export".as_ref(), export.as_ref(), "--format".as_ref(), "yaml".as_ref()],
    ];
    for arguments in session {
        let mut command = Command::new(root.join(&program));
        command.args(["--registry", &url]).args(arguments).current_dir(&root);
        let typed = [program.as_os_str()].into_iter().chain(command.get_args()).map(OsStr::to_string_lossy);
        let typed: Vec<_> = typed.collect();
        println!("\n$ {}", shlex::try_join(typed.iter().map(AsRef::as_ref))?);
        let status = command.status().with_context(|| format!("cannot run `{}`", program.display()))?;
        if !status.success() {
            bail!("the command above ended with {status}");
        }
    }
    println!("\nThe registry is {url}: try the commands above on it, or point Feast at it.");
    Ok(())
}
