//! What the cross-room tests share: database servers they start and stop, Feast itself, and the binary's command line.
//! It does not use the crates under test.

pub mod certificates;
pub mod chart;
pub mod cli;
pub mod documents;
pub mod feast;
pub mod http;
pub mod image;
pub mod issuer;
pub mod loopback;
mod python;
pub mod registry_server;
pub mod servers;
pub mod writers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Cargo's target folder, the one that this executable was built into.
pub fn target_folder() -> Result<PathBuf> {
    let executable = std::env::current_exe()?;
    // Cargo marks the folder for backup programs.
    let marked = executable.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    marked
        .map(Path::to_owned)
        .with_context(|| format!("`{}` is in no Cargo target folder", executable.display()))
}

/// The last lines of what a program wrote.
pub(crate) fn tail(text: &[u8]) -> String {
    const LINES: usize = 50;
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
