//! `cargo xtask web`: the viewer, built into web/dist.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;
use xshell::{Shell, cmd};

use crate::wasm_imports;

pub(crate) fn run(shell: &Shell) -> Result<()> {
    wasm(shell)?;
    site(shell)
}

fn site(shell: &Shell) -> Result<()> {
    let _web = shell.push_dir("web");
    cmd!(shell, "npm ci --no-audit")
        .run()
        .context("building the viewer needs Node.js 20.19 or later and its npm")?;
    cmd!(shell, "npm run build").run()?;
    Ok(())
}

/// core as an npm package in wasm/pkg. The bindings are made by the library behind `wasm-bindgen`, at the version that
/// Cargo.lock has: there is no program to install.
pub(crate) fn wasm(shell: &Shell) -> Result<()> {
    let target = "wasm32-unknown-unknown";
    cmd!(shell, "cargo build --package feast-registry-wasm --profile wasm --target {target}").run()?;
    let built = feast_registry_tests::target_folder()?.join(target).join("wasm/feast_registry_wasm.wasm");
    wasm_imports::check(&built)?;
    let package = shell.current_dir().join("wasm/pkg");
    shell.remove_path(&package)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&built).out_name("feast_registry").remove_name_section(true).typescript(true);
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
