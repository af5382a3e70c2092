//! The container image in deploy/image: the folder that it is built from, and buildah, which builds and runs it without
//! a daemon.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::tail;

const DOCKERFILE: &str = include_str!("../../deploy/image/Dockerfile");
/// The authorities that Mozilla trusts, a file each, as Debian's package `ca-certificates` has them. What its
/// administrator made a machine trust beyond these does not go into an image.
pub const AUTHORITIES: &str = "/usr/share/ca-certificates/mozilla";

/// The target of the static binary on this machine's architecture.
pub fn target() -> String {
    format!("{}-unknown-linux-musl", std::env::consts::ARCH)
}

/// This machine's platform as images name it.
pub fn platform() -> Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("linux/amd64"),
        "aarch64" => Ok("linux/arm64"),
        other => bail!("images are made on x86_64 and aarch64, and this is {other}"),
    }
}

/// Makes the folder that the image is built from.
pub fn context(binary: &Path, folder: &Path) -> Result<()> {
    let place = folder.join(platform()?);
    std::fs::create_dir_all(&place)?;
    std::fs::copy(binary, place.join("feast-registry"))
        .with_context(|| format!("no static binary: `{}` cannot be copied", binary.display()))?;
    std::fs::write(folder.join("Dockerfile"), DOCKERFILE)?;
    std::fs::write(folder.join("ca-certificates.crt"), authorities()?)?;
    Ok(())
}

fn authorities() -> Result<Vec<u8>> {
    let files = std::fs::read_dir(AUTHORITIES)
        .with_context(|| format!("`{AUTHORITIES}` cannot be read: install Debian's `ca-certificates`"))?;
    let mut files = files.map(|file| Ok(file?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.sort();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "crt")) {
        all.extend(std::fs::read(file)?);
    }
    Ok(all)
}

/// buildah with images and containers in a folder of their own.
#[derive(Clone, Debug)]
pub struct Buildah {
    storage: PathBuf,
}

impl Buildah {
    /// One that keeps what it makes below a folder, which is absolute.
    #[must_use]
    pub fn at(folder: &Path) -> Buildah {
        Buildah { storage: folder.to_owned() }
    }

    /// A command of it. Neither storage nor isolation need anything of the machine's kernel that a container lacks.
    #[must_use]
    pub fn command(&self, verb: &str) -> Command {
        let mut command = Command::new("buildah");
        command.arg("--root").arg(self.storage.join("images"));
        command.arg("--runroot").arg(self.storage.join("run"));
        command.args(["--storage-driver", "vfs", verb]);
        if matches!(verb, "build" | "run") {
            command.args(["--isolation", "chroot"]);
        }
        command
    }

    /// Builds the image from its folder.
    pub fn build(&self, context: &Path, name: &str) -> Result<()> {
        let mut command = self.command("build");
        command.args(["--quiet", "--platform", platform()?, "--tag", name]).arg(context);
        output(&mut command).map(drop)
    }
}

/// Runs a command to its end and gives what it prints.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}\n{}", output.status, tail(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
