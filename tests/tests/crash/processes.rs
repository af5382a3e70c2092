//! The process dies, just before and just after every statement and at moments of chance, and another opens what it
//! leaves behind.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use feast_registry::{driver::Driver, error::Error, registry::Registry};
use feast_registry_core::{kind::Kind, refusal::Refusal, rows::Rows};
use feast_registry_tests::target_folder;

use crate::{
    connections::same,
    databases::{Database, Reusing, on},
    operations::{Case, PROJECT, Put, masked, named, reset},
};

const SIGKILL: i32 = 9;

fn crasher() -> Result<PathBuf> {
    let program = target_folder()?.join("debug/examples/crasher");
    ensure!(
        program.is_file(),
        "`crasher` is not built: `cargo build -p feast-registry-tests --example crasher`, or `cargo xtask test`"
    );
    Ok(program)
}

#[test]
fn a_killed_process_leaves_the_old_state_or_the_new_on_sqlite() -> Result<()> {
    let cases = [
        "apply a new object",
        "apply a batch",
        "materialize",
        "delete a view",
        "delete a project",
        "restore",
    ];
    killed_everywhere(&Database::sqlite()?, &cases)
}

#[test]
fn a_killed_process_leaves_the_old_state_or_the_new_on_postgres() -> Result<()> {
    killed_everywhere(&Database::postgres()?, &["apply a batch", "materialize", "delete a project"])
}

#[test]
fn a_killed_process_leaves_the_old_state_or_the_new_on_mariadb() -> Result<()> {
    killed_everywhere(&Database::mariadb()?, &["apply a batch", "materialize", "delete a project"])
}

fn killed_everywhere(database: &Database, cases: &[&str]) -> Result<()> {
    let driver: Arc<dyn Driver> = Arc::new(Reusing::new(database.driver()?));
    let registry = on(Arc::clone(&driver));
    registry.create_schema()?;
    let start = Put::everything()?;
    let mut outcomes = [0; 2];
    for name in cases {
        let case = named(name).context("no such case")?;
        let new = case.result()?;
        for moment in ["before", "after"] {
            for call in 0.. {
                reset(&driver, &start)?;
                let died = kill(database, &registry, &case, call, moment, &new)
                    .with_context(|| format!("{name}, {moment} call {call}"))?;
                match died {
                    Some(happened) => outcomes[usize::from(happened)] += 1,
                    None => break,
                }
            }
        }
    }
    ensure!(outcomes[0] > 20 && outcomes[1] >= cases.len(), "old and new states: {outcomes:?}");
    Ok(())
}

/// Whether the change was made; `None` where the process had nothing more to call.
fn kill(
    database: &Database,
    registry: &Registry,
    case: &Case,
    call: u32,
    moment: &str,
    new: &Rows,
) -> Result<Option<bool>> {
    let old = registry.rows(None)?;
    let mut command = Command::new(crasher()?);
    let output = command.args([&database.url, case.name, &call.to_string(), moment]).output()?;
    if output.status.success() {
        same(&masked(registry.rows(None)?)?, new)?;
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.signal() == Some(SIGKILL), "{:?}: {said}", output.status);
    let now = registry.rows(None)?;
    let happened = now != old;
    if happened {
        same(&masked(now)?, new)?;
    }
    if !happened || case.idempotent {
        match case.run(registry) {
            Err(Error::Refused(_)) if happened => {}
            outcome => outcome?,
        }
        same(&masked(registry.rows(None)?)?, new).context("the repetition")?;
    }
    Ok(Some(happened))
}

/// From outside, wherever it happens to be; with SQLite the process is the database, and the next one has to roll back
/// what it finds half-written.
#[test]
fn a_process_killed_at_any_moment_has_lost_nothing_it_acknowledged() -> Result<()> {
    let database = Database::sqlite()?;
    let registry = on(database.driver()?);
    registry.create_schema()?;
    let (mut acknowledged, mut next) = (0, 0);
    for round in 0..25 {
        let mut command = Command::new(crasher()?);
        let mut process = command.args([&database.url, "loop"]).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("no output")?;
        let reader = thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).last());
        thread::sleep(Duration::from_micros(40_000 + 7_919 * round));
        process.kill()?;
        ensure!(process.wait()?.signal() == Some(SIGKILL), "round {round}: it ended by itself");
        let told: Option<i32> = match reader.join().unwrap() {
            Some(number) => Some(number.parse()?),
            None => None,
        };
        acknowledged += told.map_or(0, |number| number + 1);
        // What the view's active version says was the last one applied, and all of it is there.
        let rows = match registry.rows(Some(PROJECT)) {
            // Killed before its first change.
            Err(Error::Refused(Refusal::ProjectNotFound { .. })) if acknowledged == 0 => continue,
            rows => rows?,
        };
        let versions = rows.versions_of(PROJECT, "looped").context("no history")?;
        ensure!(versions.keys().copied().eq(0..versions.len() as i32), "{:?}", versions.keys());
        let view = registry.get(Kind::FeatureView, PROJECT, "looped")?;
        let active = view.bookkeeping().version_number.unwrap_or(0);
        ensure!(active == versions.len() as i32 - 1, "{active} is active of {}", versions.len());
        let applied = feature(view.bytes())?;
        ensure!(feature(&versions[&active].bytes)? == applied, "the version is another");
        for index in 0..20 {
            let entity = registry.get(Kind::Entity, PROJECT, &format!("entity{index}"))?;
            ensure!(entity.description() == applied.to_string().repeat(400), "entity {index} is another's");
        }
        if let Some(told) = told {
            ensure!(applied == told || applied == told + 1, "{told} was acknowledged, {applied} is there");
            // Each round starts with what the last one may have left, so that one version may be missing or more.
            let made = versions.len() as i32 - next;
            ensure!(made >= told && made <= told + 2, "{told} was acknowledged, {made} versions were made");
        }
        next = versions.len() as i32;
    }
    ensure!(acknowledged > 50, "only {acknowledged} changes were acknowledged");
    Ok(())
}

/// The number of the view's feature.
fn feature(bytes: &[u8]) -> Result<i32> {
    let text = String::from_utf8_lossy(bytes);
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| word.strip_prefix('f')?.parse().ok()).context("the view has no feature")
}
