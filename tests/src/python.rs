//! Virtual environments of Python under the target folder, made when they are missing. What is in them is for others to
//! say.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{tail, target_folder};

/// The environment with just these requirements (as in a `requirements.txt`); the name says which release it is of what.
pub(crate) fn environment(name: &str, requirements: &str) -> Result<PathBuf> {
    let target = target_folder()?;
    let environment = target.join(name);
    // Test binaries run side by side.
    let lock = File::create(target.join(format!("{name}.lock")))?;
    lock.lock()?;
    let mark = environment.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == requirements) {
        return Ok(environment);
    }
    step(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment)).context(
        "cannot make a virtual environment: `apt-get install python3-venv` as root, or `cargo xtask test`, which does it",
    )?;
    let list = environment.join("requirements.txt");
    std::fs::write(&list, requirements)?;
    step(
        Command::new(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(&list),
    )?;
    std::fs::write(mark, requirements)?;
    Ok(environment)
}

fn step(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}\n{}\n{}", output.status, tail(&output.stdout), tail(&output.stderr));
    }
    Ok(())
}
