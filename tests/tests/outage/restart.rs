//! Servers that are stopped in order or die, and come back.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use feast_registry::{
    driver::FailureKind::{ConnectionLost, Unreachable},
    error::Error,
    registry::Registry,
};
use feast_registry_tests::servers::{MariaDb, Postgres, TestDatabase};

use crate::load::{Load, config, handles, open};

/// Longer than any outage here.
const PATIENT: Duration = Duration::from_secs(60);
/// Shorter than all of them.
const HASTY: Duration = Duration::from_millis(300);
/// An attempt that is under way at the deadline goes on to its end: the longest is one that waits for a lock.
const LIMIT: Duration = Duration::from_secs(15);

#[test]
fn postgres_may_be_stopped_or_die_under_load() -> Result<()> {
    let server = Postgres::start()?;
    let database = server.fresh_database()?;
    outages(&database, &[&|| server.stop(), &|| server.kill(), &|| server.crash()], &|| server.restart())
}

#[test]
fn mariadb_may_be_stopped_or_die_under_load() -> Result<()> {
    let server = MariaDb::start()?;
    let database = server.fresh_database()?;
    outages(&database, &[&|| server.stop(), &|| server.kill()], &|| server.restart())
}

type Step<'a> = &'a dyn Fn() -> Result<()>;

fn outages(database: &TestDatabase, ends: &[Step<'_>], restart: Step<'_>) -> Result<()> {
    let config = config(&database.url())?;
    let load = Load::new(handles(&config, 4, PATIENT)?)?;
    load.during(|| {
        load.progress(8)?;
        for end in ends {
            end()?;
            restart()?;
            load.progress(8)?;
        }
        Ok(())
    })?;
    let retries: Vec<_> = load.writers.iter().map(|writer| writer.registry.retries()).collect();
    ensure!(retries.iter().all(|retries| retries.lost_connections >= ends.len() as u64), "{retries:?}");
    // Whoever waits long enough sees nothing of it.
    load.verify(&open(&config, PATIENT)?, PATIENT, &[])?;

    let load = Load::new(handles(&config, 2, HASTY)?)?;
    load.during(|| {
        load.progress(4)?;
        ends[1]()?;
        load.meet_failure()?;
        restart()?;
        load.progress(4)
    })?;
    load.verify(&open(&config, PATIENT)?, LIMIT, &[ConnectionLost, Unreachable])?;

    // One that never reached the server says so at once.
    ends[0]()?;
    let begun = Instant::now();
    let error = Registry::open(&config).err();
    let at_once = matches!(&error, Some(Error::Database(failure)) if failure.kind == Unreachable);
    ensure!(at_once, "{error:?}");
    ensure!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    Ok(())
}
