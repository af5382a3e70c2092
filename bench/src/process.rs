//! What is measured in processes of their own: a cold start, and what holding a registry takes.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry::{cache::Cache, config::RegistryConfig, runner::RetryPolicy};
use feast_registry_core::kind::Kind;
use feast_registry_tests::{feast::Feast, target_folder};
use serde_json::{Value, json};
use wait4::Wait4;

use crate::{
    bare,
    measure::Extent,
    place::Place,
    record::{Cost, Record, Whose},
    views::PROJECT,
    way::FeastWay,
    work::{Database, Info, Work},
};

/// What this program does when it is started by itself: `child JOB ARGUMENTS`.
pub(crate) fn child(arguments: &[String]) -> Result<()> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list", file] => bare::print_names(Path::new(file)),
        ["hold", url] => hold(url),
        ["time", program, ref arguments @ ..] => time(program, arguments),
        _ => anyhow::bail!("no such job"),
    }
}

pub(crate) fn measure(
    feast: &Feast,
    file: &Path,
    size: usize,
    infos: &[&Info],
    extent: Extent,
) -> Result<Vec<Record>> {
    let record = |work, costs| Record { work, database: Database::Sqlite, size, distant: false, costs };
    let mut records = Vec::new();
    if infos.iter().any(|info| info.work == Work::ProcessTime) {
        let [time, memory] = list(feast, file, extent)?;
        records.extend([record(Work::ProcessTime, time), record(Work::ProcessMemory, memory)]);
    }
    if let Some(info) = infos.iter().find(|info| info.work == Work::Hold) {
        let place = Place::File(file.into());
        let ours = answer(Command::new(std::env::current_exe()?).args(["child", "hold", &place.url()]))?;
        let one = |bytes: f64| Cost::of(vec![bytes], None);
        let feast = match size <= info.feast[0] {
            true => {
                // By itself, so that nothing of before is counted.
                let mut way = FeastWay::start(feast)?;
                way.open(&place.url())?;
                one(way.hold()? as f64)
            }
            false => None,
        };
        let costs = [one(number(&ours, "grown")?), feast, one(number(&ours, "bytes")?)];
        records.push(record(Work::Hold, costs));
    }
    Ok(records)
}

/// Time and memory of each way's process.
fn list(feast: &Feast, file: &Path, extent: Extent) -> Result<[[Option<Cost>; 3]; 2]> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:///{}", file.display());
    let store = format!(
        "project: {PROJECT}\nprovider: local\nregistry:\n  registry_type: sql\n  path: {url}\n\
         online_store: null\nentity_key_serialization_version: 3\n"
    );
    std::fs::write(folder.path().join("feature_store.yaml"), store)?;
    let program = std::env::current_exe()?;
    let ours = target_folder()?.join("release/feast-registry");
    ensure!(ours.is_file(), "the binary is not built: `cargo build --release --package feast-registry`");
    let words = |first: &Path, rest: &[&str]| {
        let first = first.display().to_string();
        [first].into_iter().chain(rest.iter().map(|word| (*word).to_owned())).collect::<Vec<_>>()
    };
    let commands = [
        words(&ours, &["feature-views", "list"]),
        words(&feast.command(), &["feature-views", "list"]),
        words(&program, &["child", "list", &file.display().to_string()]),
    ];
    let (mut times, mut sizes): ([Vec<f64>; 3], [Vec<f64>; 3]) = Default::default();
    let begun = Instant::now();
    for turn in 0..extent.turns {
        for (index, command) in commands.iter().enumerate() {
            // It takes seconds.
            let is_over = index == Whose::Feast as usize && turn > 0 && begun.elapsed() > extent.patience;
            if is_over {
                continue;
            }
            let mut timed = Command::new(&program);
            timed.args(["child", "time"]).args(command).current_dir(folder.path());
            let took = answer(&mut timed)?;
            ensure!(number(&took, "lines")? >= 500.0, "{} did not list all views", command[0]);
            // The first finds nothing in the caches of the machine.
            if turn > 0 || index == Whose::Feast as usize {
                times[index].push(number(&took, "seconds")?);
                sizes[index].push(number(&took, "memory")?);
            }
        }
    }
    Ok([times, sizes].map(|costs| costs.map(|costs| Cost::of(costs, None))))
}

fn number(line: &Value, name: &str) -> Result<f64> {
    line[name].as_f64().with_context(|| format!("no `{name}` in `{line}`"))
}

fn answer(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output().context("cannot run a process")?;
    ensure!(output.status.success(), "{command:?} ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Runs a program from a process that is itself small: what a program's memory is said to be is at least that of
/// the process that started it.
fn time(program: &str, arguments: &[&str]) -> Result<()> {
    let begun = Instant::now();
    let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn()?;
    let mut output = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().context("no standard output")?, &mut output)?;
    let used = child.wait4()?;
    let took: Duration = begun.elapsed();
    ensure!(used.status.success(), "`{program}` ended with {}", used.status);
    println!(
        "{}",
        json!({
            "seconds": took.as_secs_f64(),
            "memory": used.rusage.maxrss,
            "lines": output.lines().count(),
        })
    );
    Ok(())
}

fn hold(url: &str) -> Result<()> {
    let config = RegistryConfig::new(url.parse()?);
    let before = resident()?;
    let cache = Cache::open(&config, RetryPolicy::default())?;
    let grown = resident()?.saturating_sub(before);
    let snapshot = cache.current().snapshot;
    let objects = snapshot.of_kind(Kind::FeatureView).map(|(_, row)| row.bytes.len());
    let versions = snapshot.versions().map(|(_, row)| row.bytes.as_ref().len());
    println!("{}", json!({ "grown": grown, "bytes": objects.chain(versions).sum::<usize>() }));
    Ok(())
}

/// How much memory this process has.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024)
}
