//! Eight processes open one empty database at once, and the tables are dropped under those who write.

use std::{
    collections::BTreeSet,
    process::Child,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use feast_registry::{config::RegistryConfig, driver::FailureKind, error::Error, registry::Registry};
use feast_registry_core::{kind::Kind, operation::Apply, sql::Drift};
use feast_registry_tests::cli::Cli;

use crate::{
    databases::Database,
    operations::{PROJECT, view},
};

fn all() -> Result<[Database; 3]> {
    Ok([Database::sqlite()?, Database::postgres()?, Database::mariadb()?])
}

#[test]
fn eight_processes_may_open_an_empty_database_at_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cli = Cli::in_folder(folder.path())?;
    for database in all()? {
        let run = |index: usize| {
            let words: &[&str] =
                if index.is_multiple_of(2) { &["registry", "create-schema"] } else { &["entities", "list"] };
            cli.command().args(["--registry", &database.url]).args(words).spawn()
        };
        let processes: Vec<Child> = (0..8).map(run).collect::<Result<_, _>>()?;
        for process in processes {
            let output = process.wait_with_output()?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            ensure!(output.status.success() && !said.contains("error"), "{:?}: {said}", output.status);
        }
        let verified = cli.run(&["--registry", &database.url, "registry", "verify-schema"])?;
        ensure!(verified.code == 0, "{verified}");
    }
    Ok(())
}

#[test]
fn tables_dropped_under_load_leave_no_half_change() -> Result<()> {
    for database in all()? {
        let config = RegistryConfig::new(database.url.parse()?);
        for round in 0..2 {
            drop_under_load(&config, round).with_context(|| format!("{}, round {round}", config.path))?;
        }
    }
    Ok(())
}

fn drop_under_load(config: &RegistryConfig, round: u64) -> Result<()> {
    let registry = Registry::open(config)?;
    // Before the tables go, or opening would make them anew.
    let writers: Vec<Registry> = (0..3).map(|_| Registry::open(config)).collect::<Result<_, _>>()?;
    let gone = AtomicBool::new(false);
    let written: Vec<Result<()>> = thread::scope(|scope| {
        let spawn = |(number, writer)| {
            let gone = &gone;
            scope.spawn(move || write_until_gone(writer, number, gone))
        };
        let writers: Vec<_> = writers.iter().enumerate().map(spawn).collect();
        thread::sleep(Duration::from_millis(90 + 70 * round));
        let dropped = registry.teardown();
        gone.store(true, SeqCst);
        let mut outcomes: Vec<Result<()>> =
            writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        outcomes.push(dropped.map_err(Into::into));
        outcomes
    });
    written.into_iter().collect::<Result<()>>()?;
    let drift = registry.drift()?;
    let missing = drift.iter().filter(|(drift, _)| matches!(drift, Drift::MissingTable(_))).count();
    ensure!(missing == 14 && drift.len() == 14, "{missing} of the tables are gone: {drift:?}");
    // Opened again, it is new.
    let rows = Registry::open(config)?.rows(None)?;
    ensure!(rows == Default::default(), "not empty");
    Ok(())
}

/// Adds versions to a view of its own, until the tables are gone.
fn write_until_gone(registry: &Registry, number: usize, gone: &AtomicBool) -> Result<()> {
    let name = format!("view{number}");
    let mut features: Vec<String> = vec!["rate".into()];
    loop {
        let given: Vec<&str> = features.iter().map(String::as_str).collect();
        let last = gone.load(SeqCst);
        match registry.run(&Apply::new([(PROJECT.to_owned(), view(&name, &given, |_| {}))])) {
            Ok(_) => {
                ensure!(!last, "acknowledged without tables");
                whole(registry, &name, features.len())?;
                features.push(format!("f{}", features.len()));
            }
            Err(error) if is_missing_table(&error) => return Ok(()),
            Err(error) => return Err(error).context("the apply"),
        }
    }
}

/// The view and its versions, as they were acknowledged; or none of the tables.
fn whole(registry: &Registry, name: &str, versions: usize) -> Result<()> {
    match registry.versions(PROJECT, name).and_then(|found| {
        let view = registry.get(Kind::FeatureView, PROJECT, name)?;
        Ok((found, view))
    }) {
        Ok((found, view)) => {
            let numbers: BTreeSet<i32> = found.keys().copied().collect();
            ensure!(numbers == (0..versions as i32).collect(), "{versions} versions were made: {numbers:?}");
            ensure!(
                view.bookkeeping().version_number.unwrap_or(0) == versions as i32 - 1,
                "another is active"
            );
            Ok(())
        }
        Err(error) if is_missing_table(&error) => Ok(()),
        Err(error) => Err(error).context("the read"),
    }
}

fn is_missing_table(error: &Error) -> bool {
    matches!(error, Error::Database(failure) if failure.kind == FailureKind::MissingTable)
}
