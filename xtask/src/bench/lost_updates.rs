//! `cargo xtask bench --lost-updates`: the same concurrent load through Feast's Python SDK and through us, each on a
//! database of its own on the same server. What is stored in the end is read by Feast in both cases.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use feast_registry_tests::feast::Feast;
use feast_registry_tests::servers::{MariaDb, Postgres};
use feast_registry_tests::writers::{Report, Writers, feast_writer, writer};
use serde_json::Value;
use xshell::{Shell, cmd};

const PROCESSES: usize = 4;
const LOADS: [Load; 3] = [
    Load { jobs: ["materialize"; PROCESSES], each: 50, what: "materializations", key: "start" },
    Load { jobs: ["version"; PROCESSES], each: 25, what: "schema changes", key: "feature" },
    // One edits tags by apply, and sees at each edit what has become of the one before.
    Load {
        jobs: ["tag", "materialize", "materialize", "materialize"],
        each: 50,
        what: "tag edits",
        key: "tag",
    },
];

/// What the writers do, and each how often.
struct Load {
    /// What each does. What the first has done is counted.
    jobs: [&'static str; PROCESSES],
    each: usize,
    what: &'static str,
    /// What of a change its writer alone has written.
    key: &'static str,
}

pub(crate) fn lost_updates(shell: &Shell) -> Result<()> {
    // Unoptimized, as the tests: what is stored does not depend on it, and the seconds say so.
    cmd!(shell, "cargo build --quiet --package feast-registry-tests --example writer").run()?;
    let feast = Feast::installed()?;
    // Durable, as in production.
    let (postgres, mariadb) = (Postgres::start()?, MariaDb::start()?);
    println!("{PROCESSES} processes write to one feature view at once.\n");
    println!(
        "{:<11} {:<17} {:<6} {:>12} {:>7} {:>5} {:>7} {:>8}",
        "database", "changes", "writer", "acknowledged", "stored", "lost", "errors", "seconds"
    );
    for load in &LOADS {
        for ours in [false, true] {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("registry.db");
            measure("SQLite", &format!("sqlite:///{}", file.display()), feast, ours, load)?;
        }
        for (name, endpoint) in [("PostgreSQL", postgres.endpoint()), ("MariaDB", mariadb.endpoint())] {
            for ours in [false, true] {
                measure(name, &endpoint.fresh_database()?.url(), feast, ours, load)?;
            }
        }
    }
    println!("\nacknowledged: the call returned without an error; errors: those that the caller got instead");
    println!("our writer is built without optimization");
    Ok(())
}

fn measure(
    database: &str,
    url: &str,
    feast: &Feast,
    ours: bool,
    Load { jobs, each, what, key }: &Load,
) -> Result<()> {
    let command = |job: &str, worker: usize, count: usize| -> Result<Command> {
        match ours {
            true => writer(url, job, worker, count),
            false => Ok(feast_writer(feast, url, job, worker, count)),
        }
    };
    ensure!(command("prepare", 0, PROCESSES)?.status()?.success(), "cannot prepare {database}");
    let commands = jobs.iter().enumerate().map(|(worker, job)| command(job, worker, *each));
    let reports = Writers::start(commands.collect::<Result<Vec<_>>>()?)?.run()?;
    let stored = feast_writer(feast, url, "read", 0, 0).output().context("cannot run Feast")?;
    ensure!(stored.status.success(), "Feast cannot read: {}", String::from_utf8_lossy(&stored.stderr));
    let stored: Value = serde_json::from_slice(&stored.stdout).context("Feast printed no JSON")?;
    let stored = stored[jobs[0]].as_array().context("Feast printed something else")?;
    let acked = || reports.iter().flat_map(|report| &report.acked);
    let stored: Vec<&Value> = acked().filter_map(|acked| acked.get("found")).chain(stored).collect();
    let acknowledged: Vec<&Value> = acked().filter_map(|acked| acked.get(*key)).collect();
    let kept = acknowledged.iter().filter(|one| stored.contains(one)).count();
    let errors: usize = reports.iter().map(|report| report.failed.len() + report.refused.len()).sum();
    let seconds =
        reports.iter().filter_map(|report: &Report| report.ended["seconds"].as_f64()).fold(0.0, f64::max);
    println!(
        "{database:<11} {what:<17} {:<6} {:>12} {kept:>7} {:>5} {errors:>7} {seconds:>8.1}",
        if ours { "ours" } else { "Feast" },
        acknowledged.len(),
        acknowledged.len() - kept,
    );
    Ok(())
}
