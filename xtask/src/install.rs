//! Installs what a build or a test needs and the machine lacks. It leaves alone what is there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use feast_registry_tests::image;
use feast_registry_tests::servers::{galera, mariadb, postgres};
use xshell::{Shell, cmd};

const TARGETS: [&str; 2] = ["thumbv7em-none-eabi", "wasm32-unknown-unknown"];
/// The oldest Node.js that builds the viewer.
const NODE: (u32, u32) = (20, 19);
/// The browser that the viewer is tested in.
const CHROMIUM: &str = "/usr/bin/chromium";
const ADVICE: &str = "install Rust with rustup, or add it as your distribution says";
const SCRIPT: &str = include_str!("install-packages.sh");

/// The compiler's targets and components.
pub(crate) fn rust(shell: &Shell) -> Result<()> {
    let sysroot = sysroot(shell)?;
    for target in TARGETS {
        add_target(shell, &sysroot, target)?;
    }
    for component in ["clippy", "rustfmt"] {
        let program = if component == "clippy" { "cargo-clippy" } else { "cargo-fmt" };
        if !succeeds(shell, &[program, "--version"]) {
            cmd!(shell, "rustup component add {component}")
                .run()
                .with_context(|| format!("no `{component}`: {ADVICE}"))?;
        }
    }
    Ok(())
}

fn sysroot(shell: &Shell) -> Result<PathBuf> {
    Ok(cmd!(shell, "rustc --print sysroot").quiet().read()?.into())
}

fn add_target(shell: &Shell, sysroot: &Path, target: &str) -> Result<()> {
    if !sysroot.join("lib/rustlib").join(target).exists() {
        cmd!(shell, "rustup target add {target}")
            .run()
            .with_context(|| format!("no target `{target}`: {ADVICE}"))?;
    }
    Ok(())
}

/// The fuzzer.
pub(crate) fn fuzzer(shell: &Shell) -> Result<()> {
    if !succeeds(shell, &["cargo-fuzz", "--version"]) {
        cmd!(shell, "cargo install cargo-fuzz --locked").run()?;
    }
    Ok(())
}

/// What builds the static binary and its image.
pub(crate) fn image(shell: &Shell) -> Result<()> {
    debian(shell, &missing_image(shell))?;
    add_target(shell, &sysroot(shell)?, &image::target())
}

fn missing_image(shell: &Shell) -> Vec<&'static str> {
    let programs = [("musl-gcc", "musl-tools"), ("buildah", "buildah")];
    let missing = programs.into_iter().filter(|(program, _)| !succeeds(shell, &[program, "--version"]));
    let authorities = (!Path::new(image::AUTHORITIES).exists()).then_some("ca-certificates");
    missing.map(|(_, name)| name).chain(authorities).collect()
}

/// What builds the viewer.
pub(crate) fn node(shell: &Shell) -> Result<()> {
    debian(shell, &missing_node(shell))?;
    let version = cmd!(shell, "node --version").quiet().read()?;
    let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse().unwrap_or(0));
    let has: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if has < NODE {
        let (major, minor) = NODE;
        bail!(
            "the viewer is built by Node.js {major}.{minor} or later, and this is {version}: install a newer one"
        );
    }
    Ok(())
}

/// What builds the viewer and looks at it, and Feast's Python.
pub(crate) fn browser(shell: &Shell) -> Result<()> {
    let missing: Vec<_> = missing_browser().into_iter().chain(missing_python(shell)).collect();
    debian(shell, &missing)?;
    node(shell)
}

fn missing_browser() -> Option<&'static str> {
    (!Path::new(CHROMIUM).exists()).then_some("chromium")
}

/// Debian's Python has `venv` without the `ensurepip` that it needs.
fn missing_python(shell: &Shell) -> Option<&'static str> {
    (!succeeds(shell, &["python3", "-c", "import ensurepip, venv"])).then_some("python3-venv")
}

fn missing_node(shell: &Shell) -> Vec<&'static str> {
    let programs = [("node", "nodejs"), ("npm", "npm")];
    programs
        .into_iter()
        .filter(|(program, _)| !succeeds(shell, &[program, "--version"]))
        .map(|(_, name)| name)
        .collect()
}

/// The servers, Python with what makes virtual environments, and what builds the viewer and looks at it.
pub(crate) fn packages(shell: &Shell) -> Result<()> {
    let has_all =
        |program: fn(&str) -> Result<PathBuf>, names: &[&str]| names.iter().all(|name| program(name).is_ok());
    let mut missing = Vec::new();
    if !has_all(postgres::program, &["initdb", "postgres", "psql"]) {
        missing.push("postgresql");
    }
    if !has_all(mariadb::program, &["mariadb-install-db", "mariadbd", "mariadb"]) {
        missing.push("mariadb-server");
    }
    if galera::provider().is_err() {
        missing.push("galera-4");
    }
    // What Galera copies a node's data with, and how it finds a free port for that.
    for helper in galera::HELPERS {
        if galera::helper(helper).is_err() {
            missing.push(helper);
        }
    }
    // What makes RSA keys for tests.
    if !succeeds(shell, &["openssl", "version"]) {
        missing.push("openssl");
    }
    // What judges the unit.
    if !succeeds(shell, &["systemd-analyze", "--version"]) {
        missing.push("systemd");
    }
    missing.extend(missing_image(shell));
    missing.extend(missing_python(shell));
    missing.extend(missing_node(shell));
    missing.extend(missing_browser());
    debian(shell, &missing)?;
    node(shell)
}

/// Installs Debian packages.
fn debian(shell: &Shell, missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !succeeds(shell, &["apt-get", "--version"]) {
        bail!("these Debian packages, or what your system has for them, are missing: {names}");
    }
    let sudo: &[&str] = if cmd!(shell, "id -u").quiet().read()? == "0" {
        &[]
    } else if succeeds(shell, &["sudo", "-n", "true"]) {
        &["sudo", "-n"]
    } else {
        bail!("packages are missing, and installing them takes root: `sudo apt-get install {names}`");
    };
    eprintln!("installing {names}");
    let words = [sudo, &["sh", "-c", SCRIPT, "install-packages"], missing].concat();
    let (program, arguments) = words.split_first().context("no command")?;
    cmd!(shell, "{program} {arguments...}").quiet().run().with_context(|| format!("cannot install {names}"))
}

fn succeeds(shell: &Shell, words: &[&str]) -> bool {
    words.split_first().is_some_and(|(program, arguments)| {
        cmd!(shell, "{program} {arguments...}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
    })
}
