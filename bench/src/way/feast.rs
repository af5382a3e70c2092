//! Feast's: its SqlRegistry in one Python process for as long as is measured (tests/feast/speed.py).

use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use feast_registry_tests::feast::Feast;
use serde_json::{Value, json};

use super::Way;
use crate::{
    meter::Meter,
    views::{self, PROJECT},
    work::Work,
};

pub(crate) struct FeastWay {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl FeastWay {
    /// Starts the process, which takes seconds.
    pub(crate) fn start(feast: &Feast) -> Result<FeastWay> {
        let mut child = Command::new(feast.python())
            .arg(Feast::script("speed.py"))
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run Feast's Python")?;
        let input = child.stdin.take().context("no standard input")?;
        let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let mut way = FeastWay { child, input, lines };
        way.line()?;
        Ok(way)
    }

    /// Has it mean this registry from now on.
    pub(crate) fn open(&mut self, url: &str) -> Result<()> {
        self.ask(&json!({ "open": url, "project": PROJECT })).map(drop)
    }

    /// By how many bytes the process grows with a cache of everything.
    pub(crate) fn hold(&mut self) -> Result<u64> {
        let line = self.ask(&json!({ "work": "hold" }))?;
        line["grown"].as_u64().context("Feast's process did not say how it has grown")
    }

    fn ask(&mut self, question: &Value) -> Result<Value> {
        writeln!(self.input, "{question}").context("Feast's process has ended")?;
        self.line()
    }

    fn line(&mut self) -> Result<Value> {
        let line = self.lines.next().context("Feast's process has ended before its time")??;
        serde_json::from_str(&line).with_context(|| format!("Feast's process printed `{line}`"))
    }
}

impl Way for FeastWay {
    fn run(&mut self, work: Work, size: usize, step: usize, meter: &mut Meter<'_>) -> Result<()> {
        let names: Vec<String> = match work {
            Work::ApplyMany => (0..size).map(views::name).collect(),
            Work::CachedGet => (0..GETS).map(|get| views::name(get * 7919 % size)).collect(),
            _ => vec![views::name(3 % size)],
        };
        let question = json!({ "work": work.info().name, "step": step, "names": names });
        meter.note(|| {
            let line = self.ask(&question)?;
            let statements = line["statements"].as_u64().context("Feast's process counted no statements")?;
            let seconds = line["seconds"].as_f64().context("Feast's process took no time")?;
            Ok((Duration::from_secs_f64(seconds), statements))
        })
    }
}

/// So many gets from its cache are timed together.
const GETS: usize = 100;

impl Drop for FeastWay {
    fn drop(&mut self) {
        // It sleeps in a thread of Feast's, or waits for a question.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
