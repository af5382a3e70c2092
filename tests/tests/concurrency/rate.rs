//! Writers that do not conflict: each materializes a view of its own in one project. How fast they are together, beside
//! a bare loop of the statement that stores such a view, each committed by itself, on the same durable server.
//!
//! Every commit takes as long as on a slow disk or with a replica that must answer: so those who wait for each other's
//! commits show, whatever the machine's own disk and processors are.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use feast_registry::config::{EngineOptions, RegistryConfig};
use feast_registry::driver::{Access, Connection, open_driver};
use feast_registry::registry::Registry;
use feast_registry::url::DatabaseUrl;
use feast_registry_core::kind::Kind;
use feast_registry_core::operation::{Materialize, Write};
use feast_registry_core::rows::{Key, Row};
use feast_registry_core::sql::steps;
use feast_registry_core::time::Timestamp;
use feast_registry_tests::servers::{Endpoint, MariaDb, MariaDbOptions, Postgres, PostgresOptions};
use feast_registry_tests::writers::writer;

use crate::load::PROJECT;

const WRITERS: usize = 16;
const TIME: Duration = Duration::from_secs(2);
/// How long a commit takes at least. Writers that wait for each other make no more than 20 changes per second.
const COMMIT_MICROSECONDS: &str = "50000";
/// Each is measured so often, in turns.
const ROUNDS: usize = 3;

#[test]
fn different_views_do_not_wait_for_each_other_on_postgres() -> Result<()> {
    let mut options = PostgresOptions::default();
    options.settings.extend([("commit_delay", COMMIT_MICROSECONDS), ("commit_siblings", "0")].map(owned));
    compare("PostgreSQL", Postgres::start_with(&options)?.endpoint())
}

#[test]
fn different_views_do_not_wait_for_each_other_on_mariadb() -> Result<()> {
    let mut options = MariaDbOptions::default();
    let settings = [
        ("log-bin", "log"),
        ("sync-binlog", "1"),
        ("binlog-commit-wait-count", "1000"),
        ("binlog-commit-wait-usec", COMMIT_MICROSECONDS),
    ];
    options.settings.extend(settings.map(owned));
    compare("MariaDB", MariaDb::start_with(&options)?.endpoint())
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn compare(name: &str, endpoint: &Endpoint) -> Result<()> {
    let database = endpoint.fresh_database()?;
    let url = database.url();
    ensure!(writer(&url, "prepare", 0, WRITERS)?.status()?.success(), "cannot prepare");
    let open = |_| Ok(Registry::open(&RegistryConfig::new(url.parse()?))?);
    let registries: Vec<Registry> = (0..WRITERS).map(open).collect::<Result<_>>()?;
    let (mut bare, mut ours) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        // With the bytes that are there, so that both store as much.
        let writers: Vec<_> = registries
            .iter()
            .enumerate()
            .map(|(n, registry)| replace(&url, registry, n))
            .collect::<Result<_>>()?;
        bare += rate(writers)?;
        let writers: Vec<_> =
            registries.iter().enumerate().map(|(n, registry)| materialize(registry, n)).collect();
        ours += rate(writers)?;
    }
    let conflicts: u64 = registries.iter().map(|registry| registry.retries().conflicts).sum();
    let (bare, ours, rounds) = (bare / ROUNDS as f64, ours / ROUNDS as f64, ROUNDS);
    println!(
        "{name}: {WRITERS} writers of one project: {ours:.0} materializations/s, {bare:.0} bare updates/s, \
         ratio {:.2} (means of {rounds} runs; {conflicts} conflicts)",
        ours / bare
    );
    assert!(ours >= 0.45 * bare, "{ours:.0} materializations/s beside {bare:.0} bare updates/s");
    Ok(())
}

/// Does something once.
type Change<'r> = Box<dyn FnMut() -> Result<()> + Send + 'r>;

fn materialize(registry: &Registry, worker: usize) -> Change<'_> {
    let at = Timestamp { seconds: 0, nanos: 0 };
    let (project, view) = (PROJECT.to_owned(), format!("own{worker}"));
    let materialize = Materialize { project, view, start: at, end: at };
    Box::new(move || Ok(registry.run(&materialize).map(drop)?))
}

fn replace<'r>(url: &str, registry: &Registry, worker: usize) -> Result<Change<'r>> {
    let url: DatabaseUrl = url.parse()?;
    let driver = open_driver(&url, &EngineOptions::default(), Access::Write)?;
    let mut connection: Box<dyn Connection> = driver.connect()?;
    let key = Key::new(Kind::FeatureView, PROJECT, format!("own{worker}"));
    let (_, Row { bytes, last_updated, .. }) = registry.any_view(PROJECT, &key.name)?;
    let dialect = driver.dialect();
    let mut update = [Write::Update { key, bytes, last_updated }];
    Ok(Box::new(move || {
        // What stays the same would not be written. Outside of a transaction: it commits by itself.
        if let [Write::Update { last_updated, .. }] = &mut update {
            *last_updated += 1;
        }
        for step in steps(&update, dialect) {
            ensure!(connection.execute(&step.statement)? == 1, "the view is gone");
        }
        Ok(())
    }))
}

/// Changes per second of all together.
fn rate(changes: Vec<Change<'_>>) -> Result<f64> {
    let start = Barrier::new(changes.len());
    let counts: Vec<Result<u32>> = std::thread::scope(|scope| {
        let start = &start;
        let each = changes.into_iter().map(|mut change| {
            scope.spawn(move || {
                start.wait();
                let (begun, mut count) = (Instant::now(), 0);
                while begun.elapsed() < TIME {
                    change()?;
                    count += 1;
                }
                Ok(count)
            })
        });
        let each: Vec<_> = each.collect();
        each.into_iter().map(|each| each.join().map_err(|_| anyhow!("a writer panicked"))?).collect()
    });
    let sum: u32 = counts.into_iter().sum::<Result<u32>>()?;
    Ok(f64::from(sum) / TIME.as_secs_f64())
}
