//! `cargo xtask web`: the viewer, built into web/dist: core as WebAssembly, and the site around it.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::{install, wasm_imports};

pub(crate) fn run(shell: &Shell) -> Result<()> {
    install::rust(shell)?;
    install::node(shell)?;
    build(shell)
}

/// As [`run`], on a machine that has what it needs.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    wasm(shell, &OPTIMIZED)?;
    packages(shell)?;
    npm(shell, "build")
}

/// Types, lints and logic of the site.
pub(crate) fn check(shell: &Shell) -> Result<()> {
    wasm(shell, &QUICK)?;
    packages(shell)?;
    check_site(shell)
}

/// As [`build`], with what [`check`] checks.
pub(crate) fn build_and_check(shell: &Shell) -> Result<()> {
    build(shell)?;
    check_site(shell)
}

fn check_site(shell: &Shell) -> Result<()> {
    npm(shell, "check")?;
    npm(shell, "test")
}

/// Runs one of the site's scripts.
pub(crate) fn npm(shell: &Shell, script: &str) -> Result<()> {
    let _folder = shell.push_dir("web");
    Ok(cmd!(shell, "npm run --silent {script}").run()?)
}

/// Installs the site's packages, unless they are those of the lock file already.
fn packages(shell: &Shell) -> Result<()> {
    let _folder = shell.push_dir("web");
    let (lock, installed) = ("package-lock.json", "node_modules/installed-lock.json");
    let wanted = shell.read_file(lock)?;
    if shell.read_file(installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    cmd!(shell, "npm ci --no-audit --no-fund").run()?;
    // At last, so that what was interrupted is done again.
    Ok(shell.write_file(installed, wanted)?)
}

/// How the WebAssembly is built: a profile of Cargo's, and its folder.
struct Profile {
    name: &'static str,
    folder: &'static str,
    rust_flags: &'static str,
}

/// With little inlined: a sixteenth smaller for a reader who waits for the download, and hardly slower.
const OPTIMIZED: Profile =
    Profile { name: "wasm", folder: "wasm", rust_flags: "-C llvm-args=-inline-threshold=2" };
const QUICK: Profile = Profile { name: "dev", folder: "debug", rust_flags: "" };

/// core as an npm package in wasm/pkg. The bindings are made by the library behind `wasm-bindgen`, at the version that
/// Cargo.lock has: there is no program to install.
fn wasm(shell: &Shell, profile: &Profile) -> Result<()> {
    let Profile { name, folder, rust_flags } = profile;
    let target = "wasm32-unknown-unknown";
    cmd!(shell, "cargo build --package feast-registry-wasm --profile {name} --target {target}")
        .env("RUSTFLAGS", rust_flags)
        .run()?;
    let built =
        feast_registry_tests::target_folder()?.join(target).join(folder).join("feast_registry_wasm.wasm");
    wasm_imports::check(&built)?;
    let package = shell.current_dir().join("wasm/pkg");
    shell.remove_path(&package)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&built)
        .out_name("feast_registry")
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(true);
    bindgen.web(true)?.generate(&package)?;
    shell.write_file(package.join("package.json"), PACKAGE)?;
    print_sizes(shell, &package.join("feast_registry_bg.wasm")).context("cannot measure the module")
}

const PACKAGE: &str = r#"{
  "name": "feast-registry",
  "version": "0.1.0",
  "description": "The Feast feature registry for the browser: open a snapshot and look around",
  "license": "Apache-2.0",
  "type": "module",
  "main": "feast_registry.js",
  "types": "feast_registry.d.ts",
  "files": ["feast_registry.js", "feast_registry.d.ts", "feast_registry_bg.wasm", "feast_registry_bg.wasm.d.ts"],
  "sideEffects": ["./feast_registry.js"]
}
"#;

fn print_sizes(shell: &Shell, module: &std::path::Path) -> Result<()> {
    let whole = shell.read_binary_file(module)?.len();
    let packed = cmd!(shell, "gzip --best --stdout {module}").output()?.stdout.len();
    println!("wasm: {} kB, {} kB with gzip", whole / 1000, packed / 1000);
    Ok(())
}
