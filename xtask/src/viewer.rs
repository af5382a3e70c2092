//! `cargo xtask viewer`: the viewer in a real browser, on registries that Feast wrote and on large ones (web/tests).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use feast_registry_tests::feast::Feast;
use xshell::{Shell, cmd};

use crate::{install, web};

pub(crate) fn run(shell: &Shell) -> Result<()> {
    install::rust(shell)?;
    install::browser(shell)?;
    cmd!(shell, "cargo build --package feast-registry --package feast-registry-tests --examples --bins")
        .run()?;
    web::build(shell)?;
    browse(shell)
}

/// As [`run`], on a machine that has what it needs, when all is built.
pub(crate) fn browse(shell: &Shell) -> Result<()> {
    let target = feast_registry_tests::target_folder()?;
    let folder = target.join("viewer");
    shell.create_dir(&folder)?;
    write_registries(shell, &target, &folder)?;
    let feast = Feast::installed()?;
    let _variables = [
        ("FEAST_REGISTRY_TEST_SNAPSHOTS", folder),
        ("FEAST_REGISTRY_TEST_PROGRAM", target.join("debug/feast-registry")),
        ("FEAST_REGISTRY_TEST_PYTHON", feast.python()),
        ("FEAST_REGISTRY_TEST_SCRIPTS", Feast::script("")),
    ]
    .map(|(name, value)| shell.push_env(name, value));
    web::npm(shell, "test:browser")
}

/// `cargo xtask bench --viewer`: how fast it is there, and how much it weighs.
pub(crate) fn bench(shell: &Shell) -> Result<()> {
    install::rust(shell)?;
    install::browser(shell)?;
    cmd!(shell, "cargo build --package feast-registry-tests --example snapshot").run()?;
    web::build(shell)?;
    let target = feast_registry_tests::target_folder()?;
    let folder = target.join("viewer");
    shell.create_dir(&folder)?;
    for (what, count, name) in MEASURED.into_iter().chain(LARGE) {
        write_large(shell, &target, what, count, &folder.join(name))?;
    }
    let _folder = shell.push_env("FEAST_REGISTRY_TEST_SNAPSHOTS", folder);
    web::npm(shell, "bench")
}

/// Registries without Feast: what they have, how many, and their names.
const LARGE: [(&str, &str, &str); 2] = [("objects", "100000", "objects.pb"), ("views", "3850", "views.pb")];
const MEASURED: [(&str, &str, &str); 3] =
    [("views", "100", "views-100.pb"), ("views", "500", "views-500.pb"), ("views", "5000", "views-5000.pb")];

fn write_large(shell: &Shell, target: &Path, what: &str, count: &str, file: &Path) -> Result<()> {
    let program = target.join("debug/examples/snapshot");
    Ok(cmd!(shell, "{program} {what} {count} {file}").run()?)
}

/// What the tests open; web/tests/browser/snapshots.ts says what is in each.
fn write_registries(shell: &Shell, target: &Path, folder: &Path) -> Result<()> {
    let file = |name: &str| -> Result<PathBuf> {
        let file = folder.join(name);
        // Feast would add to what is there.
        shell.remove_path(&file)?;
        Ok(file)
    };
    let feast = Feast::installed()?;
    let written = file("feast.db")?;
    let arguments = ["--file".as_ref(), written.as_os_str(), OsStr::new("interop")];
    feast.run(&Feast::script("snapshot.py"), &arguments).context("Feast cannot write a registry")?;
    feast.run(&Feast::script("odd.py"), &[file("odd.db")?]).context("Feast cannot write a registry")?;
    LARGE
        .iter()
        .try_for_each(|(what, count, name)| write_large(shell, target, what, count, &folder.join(name)))
}
