//! Feast itself, in a virtual environment under the target folder that is made when it is missing. What the scripts do
//! is in tests/feast/.

mod forks;
mod server;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow, bail};

pub use server::FeastServer;

use crate::{python, tail};

/// The release that everything is compared with.
pub const VERSION: &str = "0.67.0";
/// Names an environment to use instead: a folder with `bin/python` that has Feast installed.
pub const VARIABLE: &str = "FEAST_REGISTRY_TEST_FEAST";

const REQUIREMENTS: &str = include_str!("../feast/requirements.txt");

/// A Python with Feast installed.
#[derive(Debug)]
pub struct Feast {
    environment: PathBuf,
}

impl Feast {
    /// The Feast that this process's tests share. Installs it first if need be, which takes minutes and the network.
    pub fn installed() -> Result<&'static Feast> {
        static SHARED: OnceLock<Result<Feast, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Feast::install().map_err(|error| format!("{error:#}")));
        shared.as_ref().map_err(|error| anyhow!("{error}"))
    }

    /// The interpreter.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.environment.join("bin/python")
    }

    /// Feast's own command.
    #[must_use]
    pub fn command(&self) -> PathBuf {
        self.environment.join("bin/feast")
    }

    /// A script of tests/feast/, by file name.
    #[must_use]
    pub fn script(name: &str) -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "feast", name].iter().collect()
    }

    /// Runs a Python script to its end, which is to come within ten minutes. A status other than 0 is an error that shows
    /// the last lines of its stderr. The script finds Feast imported already.
    pub fn run<A: AsRef<OsStr>>(&self, script: &Path, arguments: &[A]) -> Result<Output> {
        let output = forks::run(&self.python(), script, arguments)?;
        let name = script.display();
        match output.status.code() {
            Some(0) => Ok(output),
            _ => bail!("`{name}` ended with {}\n{}", output.status, tail(&output.stderr)),
        }
    }

    /// Runs a Python script and reads the JSON it prints.
    pub fn json<A: AsRef<OsStr>>(&self, script: &Path, arguments: &[A]) -> Result<serde_json::Value> {
        let output = self.run(script, arguments)?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("`{}` printed no JSON but\n{}", script.display(), tail(&output.stdout)))
    }

    fn install() -> Result<Feast> {
        if let Some(environment) = std::env::var_os(VARIABLE) {
            let feast = Feast { environment: environment.into() };
            if !feast.python().is_file() {
                bail!("`{VARIABLE}` names `{}`, which has no bin/python", feast.environment.display());
            }
            return Ok(feast);
        }
        let environment = python::environment(&format!("feast-{VERSION}"), REQUIREMENTS)?;
        Ok(Feast { environment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_has_the_release_and_the_drivers() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let script = folder.path().join("versions.py");
        std::fs::write(
            &script,
            "import importlib.metadata as m, json, psycopg, pymysql, sys\n\
             print(json.dumps({'feast': m.version('feast'), 'arguments': sys.argv[1:]}))\n",
        )?;
        let printed = Feast::installed()?.json(&script, &["a b", ""])?;
        assert_eq!(printed, serde_json::json!({"feast": VERSION, "arguments": ["a b", ""]}));
        Ok(())
    }

    #[test]
    fn a_failing_script_shows_what_it_said() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let script = folder.path().join("fails.py");
        std::fs::write(&script, "raise SystemExit('no such view')")?;
        let error = Feast::installed()?.run::<&str>(&script, &[]).err().context("succeeded")?;
        assert!(error.to_string().contains("no such view"), "{error}");
        Ok(())
    }
}
