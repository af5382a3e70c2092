//! `cargo xtask image`: the static binary, and the container image of it as a file that container engines load.

use anyhow::Result;
use feast_registry_tests::image::{self, Buildah, output};
use xshell::{Shell, cmd};

use crate::{install, web};

pub(crate) fn run(shell: &Shell) -> Result<()> {
    install::image(shell)?;
    web::run(shell)?;
    let target = image::target();
    cmd!(shell, "cargo build --release --package feast-registry --target {target}").run()?;
    let built = feast_registry_tests::target_folder()?;
    let folder = built.join("image");
    shell.remove_path(&folder)?;
    let context = folder.join("context");
    image::context(&built.join(&target).join("release/feast-registry"), &context)?;
    let name = concat!("feast-registry:", env!("CARGO_PKG_VERSION"));
    let storage = tempfile::tempdir()?;
    let buildah = Buildah::at(storage.path());
    buildah.build(&context, name)?;
    let archive = folder.join(concat!("feast-registry-", env!("CARGO_PKG_VERSION"), ".tar"));
    output(buildah.command("push").args([name, &format!("docker-archive:{}:{name}", archive.display())]))?;
    println!(
        "The image {name} is in {}: `docker load --input` it, or `podman load --input`.\n\
         What it is built from is in {}.",
        archive.display(),
        context.display()
    );
    Ok(())
}
