//! Processes that write to one registry at the same time, ours (tests/examples/writer.rs) or Feast's
//! (tests/feast/writer.py), and what they were told: both print the same lines.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::feast::Feast;
use crate::target_folder;

/// Multiplies the sizes of tests under load: an integer.
pub const SCALE_VARIABLE: &str = "FEAST_REGISTRY_TEST_SCALE";

const LIMIT_SECONDS: &str = "900";

/// The factor that [`SCALE_VARIABLE`] asks for, else 1.
pub fn scale() -> Result<usize> {
    match std::env::var(SCALE_VARIABLE) {
        Ok(factor) => factor.parse().with_context(|| format!("`{SCALE_VARIABLE}` is no number")),
        Err(_) => Ok(1),
    }
}

/// The command of one of our writers. What the jobs are is in tests/examples/writer.rs.
pub fn writer(url: &str, job: &str, worker: usize, count: usize) -> Result<Command> {
    let program = target_folder()?.join("debug/examples/writer");
    if !program.is_file() {
        bail!(
            "`writer` is not built: `cargo build -p feast-registry-tests --example writer`, or `cargo xtask test`"
        );
    }
    let mut command = limited();
    command.arg(program).args([url, job, &worker.to_string(), &count.to_string()]);
    Ok(command)
}

/// The command of one of Feast's writers. What the jobs are is in tests/feast/writer.py.
#[must_use]
pub fn feast_writer(feast: &Feast, url: &str, job: &str, worker: usize, count: usize) -> Command {
    let mut command = limited();
    command.arg(feast.python()).arg(Feast::script("writer.py"));
    command.args([url, job, &worker.to_string(), &count.to_string()]).env("TZ", "UTC");
    command
}

/// A command that ends at the latest after some minutes; the program and its arguments are still to be added.
fn limited() -> Command {
    let mut command = Command::new("timeout");
    command.args([OsStr::new("--kill-after=10"), OsStr::new(LIMIT_SECONDS)]);
    command
}

/// What a writer was told.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What it says of each change that was acknowledged, in order.
    pub acked: Vec<Value>,
    /// What it says of each change that the registry's rules refused.
    pub refused: Vec<Value>,
    /// Every other error.
    pub failed: Vec<String>,
    /// Its last line: `seconds`, and how often what was repeated.
    pub ended: Value,
}

impl Report {
    /// How often another writer was in the way.
    #[must_use]
    pub fn conflicts(&self) -> u64 {
        self.ended["conflicts"].as_u64().unwrap_or_default()
    }
}

/// Writers that have opened their registry and wait for the word to begin.
pub struct Writers(Vec<Writer>);

struct Writer {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    report: Report,
}

impl Writers {
    /// Starts them, and waits until all are ready.
    pub fn start(commands: impl IntoIterator<Item = Command>) -> Result<Writers> {
        // One after another: what a first opening does to an empty database is not their business.
        let mut writers = Writers(Vec::new());
        for mut command in commands {
            let mut child = command
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .with_context(|| format!("cannot run {command:?}"))?;
            let input = child.stdin.take().context("no standard input")?;
            let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
            writers.0.push(Writer { child, input, lines, report: Report::default() });
        }
        for writer in &mut writers.0 {
            if writer.line()?.get("ready").is_none() {
                bail!("a writer began before it was told to");
            }
        }
        Ok(writers)
    }

    /// Lets all begin, and waits until all have ended.
    pub fn run(mut self) -> Result<Vec<Report>> {
        self.go()?;
        self.finish()
    }

    /// As [`Writers::run`], for a job that waits for the word before each change: lets all make a change, waits for all,
    /// and so on.
    pub fn run_in_step(mut self, count: usize) -> Result<Vec<Report>> {
        for _ in 0..count {
            self.go()?;
            self.0.iter_mut().try_for_each(|writer| writer.take().map(drop))?;
        }
        self.finish()
    }

    fn go(&mut self) -> Result<()> {
        for writer in &mut self.0 {
            writer.input.write_all(b"\n").context("a writer has ended")?;
        }
        Ok(())
    }

    /// Reads from all at once, so that none waits for a reader.
    fn finish(mut self) -> Result<Vec<Report>> {
        std::thread::scope(|scope| {
            let readers: Vec<_> = self.0.iter_mut().map(|writer| scope.spawn(|| writer.finish())).collect();
            let reports = readers.into_iter().map(|reader| match reader.join() {
                Ok(report) => report,
                Err(_) => bail!("the reader of a writer's lines panicked"),
            });
            reports.collect()
        })
    }
}

impl Writer {
    fn line(&mut self) -> Result<Value> {
        let line = self.lines.next().context("a writer has ended before its time")??;
        serde_json::from_str(&line).with_context(|| format!("a writer printed `{line}`"))
    }

    /// Books a line; false for the last one.
    fn take(&mut self) -> Result<bool> {
        let mut line = self.line()?;
        let mut part = |name: &str| line.get_mut(name).map(Value::take);
        if let Some(acked) = part("acked") {
            self.report.acked.push(acked);
        } else if let Some(refused) = part("refused") {
            self.report.refused.push(refused);
        } else if let Some(failed) = part("failed") {
            self.report.failed.push(failed.as_str().unwrap_or_default().to_owned());
        } else if let Some(ended) = part("ended") {
            self.report.ended = ended;
            return Ok(false);
        } else {
            bail!("a writer printed `{line}`");
        }
        Ok(true)
    }

    fn finish(&mut self) -> Result<Report> {
        while self.take()? {}
        let status = self.child.wait()?;
        if !status.success() {
            bail!("a writer ended with {status}");
        }
        Ok(std::mem::take(&mut self.report))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Ended already, unless something else went wrong.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
