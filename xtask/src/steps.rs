//! The named steps of a command: runs them in turn, times them, and closes with a table.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The steps so far.
pub(crate) struct Steps {
    begun: Instant,
    taken: Vec<(&'static str, Duration)>,
    failed: bool,
}

impl Steps {
    /// Runs a command's steps; the table comes last, also when one has failed.
    pub(crate) fn run(work: impl FnOnce(&mut Steps) -> Result<()>) -> Result<()> {
        let mut steps = Steps { begun: Instant::now(), taken: Vec::new(), failed: false };
        let result = work(&mut steps);
        steps.print_table();
        result
    }

    /// Runs one step. Its error names it.
    pub(crate) fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("\n== {name}");
        let begun = Instant::now();
        let result = work();
        self.taken.push((name, begun.elapsed()));
        self.failed = result.is_err();
        result.with_context(|| format!("step `{name}` failed"))
    }

    fn print_table(&self) {
        let seconds = |time: Duration| format!("{:>7.1} s", time.as_secs_f64());
        eprintln!();
        for (index, (name, time)) in self.taken.iter().enumerate() {
            let failed = self.failed && index + 1 == self.taken.len();
            eprintln!("{name:<28}{}{}", seconds(*time), if failed { "  failed" } else { "" });
        }
        eprintln!("{:<28}{}", "total", seconds(self.begun.elapsed()));
    }
}
