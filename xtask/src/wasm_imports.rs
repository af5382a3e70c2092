//! The rule that the wasm module imports nothing from `env`: there the linker puts every symbol that it could not
//! resolve, a clock or a C library among them, and the page would fail to load.

use std::path::Path;

use anyhow::{Context, Result, bail};
use wasmparser::{Parser, Payload};

pub(crate) fn check(module: &Path) -> Result<()> {
    let name = module.display();
    let bytes = std::fs::read(module).with_context(|| format!("cannot read `{name}`"))?;
    let forbidden = from_env(&bytes).with_context(|| format!("`{name}` is no wasm module"))?;
    if !forbidden.is_empty() {
        bail!("`{name}` imports from `env`: `{}`", forbidden.join("`, `"));
    }
    Ok(())
}

fn from_env(module: &[u8]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                if import.module == "env" {
                    found.push(import.name.to_owned());
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_told_by_their_module() {
        let module = b"\0asm\x01\0\0\0\
            \x01\x04\x01\x60\0\0\
            \x02\x14\x02\x03env\x03now\0\0\x02js\x03now\0\0";
        assert_eq!(from_env(module).unwrap(), ["now"]);
        assert!(from_env(b"\0asm\x01\0\0\0").unwrap().is_empty());
        assert!(from_env(b"ELF").is_err());
    }
}
