//! What was measured, as tables of Markdown, and what of it falls below its floor.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::{
    load::Measured,
    servers::Servers,
    workload::{Door, Workload},
};

/// What we may have in memory, in bytes.
const MEMORY: u64 = 96 << 20;

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    failures: Vec<String>,
}

/// One load on one database.
pub(crate) struct Line<'a> {
    pub(crate) database: &'static str,
    pub(crate) clients: usize,
    pub(crate) feast: &'a Measured,
    pub(crate) ours: Measured,
    pub(crate) bare: Option<Measured>,
}

impl Report {
    /// Begins a database's table.
    pub(crate) fn begin(&self, database: &str) {
        println!("\n### {database}\n");
        println!(
            "| | clients | Feast: answers/s | p50 | p99 | ours: answers/s | p50 | p99 | processor | times Feast's | \
             bare tonic: answers/s | processor |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    }

    pub(crate) fn add(&mut self, workload: &Workload, line: &Line<'_>) {
        let Line { database, clients, feast, ours, bare } = line;
        // Where Feast has not answered at all, the little that it may have done counts.
        let times = ours.per_second / feast.per_second.max(0.01);
        let bare_cells = bare.as_ref().map_or_else(
            || "| |".to_owned(),
            |bare| format!("| {} | {} |", rate(bare.per_second), time(bare.processor)),
        );
        println!(
            "| {} | {clients} | {} | {} | {} | {} | {} | {} | {} | {times:.0} {bare_cells}",
            workload.name,
            rate(feast.per_second),
            time(feast.p50),
            time(feast.p99),
            rate(ours.per_second),
            time(ours.p50),
            time(ours.p99),
            time(ours.processor),
        );
        let what = format!("{}, {database}, {clients} clients", workload.name);
        let mut fail = |failed: bool, said: String| {
            if failed {
                self.failures.push(format!("{what}: {said}"));
            }
        };
        let floor = workload.floor[usize::from(*clients > 1)];
        fail(times < floor, format!("{times:.1} times Feast's, of at least {floor}"));
        let last = ours.error.as_deref().unwrap_or_default();
        fail(ours.errors > 0, format!("{} calls failed: {last}", ours.errors));
        if let Some((bare, ceiling)) = bare.as_ref().zip(workload.ceiling) {
            let behind = ours.processor.as_secs_f64() / bare.processor.as_secs_f64();
            fail(
                behind > ceiling,
                format!("{behind:.2} times the bare server's processor time, of at most {ceiling}"),
            );
        }
        let memory = ours.memory;
        fail(memory > MEMORY, format!("{} in memory, of at most {}", mebibytes(memory), mebibytes(MEMORY)));
    }

    /// Ends a database's table: what the servers have in memory, and how long they took to start.
    pub(crate) fn end(&self, servers: &Servers) -> Result<()> {
        let [grpc, rest, ours] = servers.ready_after().map(|ready| format!("{:.2} s", ready.as_secs_f64()));
        let memory = |process| Ok::<_, anyhow::Error>(mebibytes(crate::load::memory(process)?));
        let of_feast = |door| memory(servers.feast(door).process);
        println!("\n| | Feast's gRPC server | its REST server | ours, both |");
        println!("|---|--:|--:|--:|");
        println!("| ready after | {grpc} | {rest} | {ours} |");
        let ours = memory(servers.ours(Door::Grpc).process)?;
        println!("| in memory at the end | {} | {} | {ours} |", of_feast(Door::Grpc)?, of_feast(Door::Rest)?);
        Ok(())
    }

    /// Fails where something falls below its floor.
    pub(crate) fn finish(self) -> Result<()> {
        match self.failures.is_empty() {
            true => Ok(()),
            false => bail!("below the floor:\n{}", self.failures.join("\n")),
        }
    }
}

fn rate(per_second: f64) -> String {
    let digits = if per_second < 10.0 { 1 } else { 0 };
    format!("{per_second:.digits$}")
}

fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.1} s"),
        seconds if seconds >= 0.01 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds >= 0.001 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{:.0} µs", seconds * 1e6),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
