//! Runs the real `feast-registry` binary in an environment that is the same everywhere, and keeps all that comes out.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The binary, where it runs and what its environment says.
#[derive(Clone, Debug)]
pub struct Cli {
    program: PathBuf,
    folder: PathBuf,
    variables: Vec<(OsString, OsString)>,
    input: Vec<u8>,
}

impl Cli {
    /// The binary of this build, to run in `folder` with nothing but PATH, HOME and `COLUMNS=100` in its environment.
    pub fn in_folder(folder: &Path) -> Result<Cli> {
        let program = program()?;
        let mut variables = vec![("COLUMNS".into(), "100".into())];
        variables.extend(
            ["PATH", "HOME"].into_iter().filter_map(|name| Some((name.into(), std::env::var_os(name)?))),
        );
        Ok(Cli { program, folder: folder.to_owned(), variables, input: Vec::new() })
    }

    /// With one more environment variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Cli {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// With this on standard input, which is empty otherwise.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Cli {
        self.input = input.into();
        self
    }

    /// The command, for a test that has to do more with the process than wait for its end.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end, whatever its exit code.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<CliOutput> {
        let mut child = self.command().args(arguments).spawn().context("cannot run `feast-registry`")?;
        let mut standard_input = child.stdin.take().context("no standard input")?;
        let output = std::thread::scope(|scope| {
            // Beside the reading, or both sides might wait for each other. A program may end without reading all.
            scope.spawn(move || standard_input.write_all(&self.input));
            child.wait_with_output()
        })?;
        let Some(code) = output.status.code() else { bail!("`feast-registry` ended with {}", output.status) };
        let text =
            |bytes| String::from_utf8(bytes).context("`feast-registry` wrote bytes that are not UTF-8");
        Ok(CliOutput { code, stdout: text(output.stdout)?, stderr: text(output.stderr)? })
    }
}

/// All that came out of one run. Its `Display` is made for snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CliOutput {
    /// The exit code.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

impl CliOutput {
    /// The same with one text in place of another: a temporary path, a port.
    #[must_use]
    pub fn replacing(&self, from: &str, to: &str) -> CliOutput {
        let replace = |text: &str| text.replace(from, to);
        CliOutput { code: self.code, stdout: replace(&self.stdout), stderr: replace(&self.stderr) }
    }
}

impl fmt::Display for CliOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            writeln!(f, "--- {name}")?;
            f.write_str(text)?;
            if !text.is_empty() && !text.ends_with('\n') {
                writeln!(f, "(no newline)")?;
            }
        }
        Ok(())
    }
}

/// The binary of this build.
pub fn program() -> Result<PathBuf> {
    let executable = std::env::current_exe()?;
    // target/PROFILE/deps/TEST-HASH: the binaries are one folder up.
    let program = executable.parent().and_then(Path::parent).map(|profile| profile.join("feast-registry"));
    program
        .filter(|program| program.is_file())
        .context("`feast-registry` is not built beside these tests: `cargo build -p feast-registry`, or `cargo xtask test`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_shows_code_and_both_streams() {
        let output =
            CliOutput { code: 4, stdout: "NAME\n".to_owned(), stderr: "error: at /tmp/x".to_owned() };
        let expected = "exit code 4\n--- stdout\nNAME\n--- stderr\nerror: at FOLDER(no newline)\n";
        assert_eq!(output.replacing("/tmp/x", "FOLDER").to_string(), expected);
    }
}
