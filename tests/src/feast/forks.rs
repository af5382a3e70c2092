//! Processes that have imported Feast and fork for each program to run (tests/feast/forks.py): importing it takes
//! seconds, a fork none.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

/// A program may run this long.
const LIMIT_SECONDS: u32 = 600;

/// Those that have nothing to do. They end with this process, whose end closes their input.
static IDLE: Mutex<Vec<Fork>> = Mutex::new(Vec::new());

/// Runs a program to its end, beside others.
pub(super) fn run<A: AsRef<OsStr>>(python: &Path, script: &Path, arguments: &[A]) -> Result<Output> {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut fork = match idle {
        Some(fork) => fork,
        None => Fork::start(python)?,
    };
    let output = fork.run(script, arguments).context("`forks.py` does not answer")?;
    IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(fork);
    Ok(output)
}

struct Fork {
    process: Child,
    input: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Fork {
    fn start(python: &Path) -> Result<Fork> {
        let mut process = Command::new(python)
            .arg(super::Feast::script("forks.py"))
            .env_clear()
            .envs(["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run `{}`", python.display()))?;
        let input = process.stdin.take().context("no standard input")?;
        let answers = BufReader::new(process.stdout.take().context("no standard output")?);
        Ok(Fork { process, input, answers })
    }

    fn run<A: AsRef<OsStr>>(&mut self, script: &Path, arguments: &[A]) -> Result<Output> {
        let folder = tempfile::tempdir()?;
        let (stdout, stderr) = (folder.path().join("stdout"), folder.path().join("stderr"));
        let text = |text: &OsStr| text.to_str().map(String::from).context("an argument is not UTF-8");
        let arguments: Result<Vec<String>> =
            arguments.iter().map(|argument| text(argument.as_ref())).collect();
        let request = serde_json::json!({
            "script": text(script.as_os_str())?,
            "arguments": arguments?,
            "stdout": text(stdout.as_os_str())?,
            "stderr": text(stderr.as_os_str())?,
            "seconds": LIMIT_SECONDS,
        });
        writeln!(self.input, "{request}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let code: i32 = answer.trim().parse().with_context(|| format!("it says `{}`", answer.trim()))?;
        // As wait() gives it: a signal's number, or the code in the second byte.
        let status = ExitStatus::from_raw(if code < 0 { -code } else { code << 8 });
        Ok(Output { status, stdout: std::fs::read(stdout)?, stderr: std::fs::read(stderr)? })
    }
}

impl Drop for Fork {
    /// Of one that does not answer as it should.
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
