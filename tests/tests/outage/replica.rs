//! PostgreSQL with a replica that lags or is down (`read_path`).

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use feast_registry::{
    config::{IsolationLevel, RegistryConfig},
    registry::Registry,
};
use feast_registry_core::{kind::Kind, operation::Apply, query::Query};
use feast_registry_tests::servers::{Postgres, PostgresOptions, Proxy, Replica};

use crate::load::{Load, config, entity, handles, open};

const PROJECT: &str = "lagging";
const PATIENT: Duration = Duration::from_secs(30);

fn apply(registry: &Registry, index: usize) -> Result<()> {
    registry.run(&Apply::new([(PROJECT.into(), entity(index, 1))]))?;
    Ok(())
}

fn count(registry: &Registry) -> Result<usize> {
    Ok(registry.list(&Query::all(Kind::Entity, Some(PROJECT)))?.objects.len())
}

#[test]
fn a_replica_that_lags_or_is_down_is_no_obstacle() -> Result<()> {
    let primary = Postgres::start_with(&PostgresOptions::quick())?;
    let replica = Replica::of(&primary)?;
    let database = primary.fresh_database()?;
    replica.wait_until_caught_up()?;
    let proxy = Proxy::start(replica.endpoint())?;
    let alone = config(&database.url())?;
    let read_path = Some(format!("{}?connect_timeout=2", database.url_at(proxy.endpoint())).parse()?);
    let mut both = RegistryConfig { read_path, ..alone.clone() };

    // The first one makes the tables, which the replica has not replayed, and reads.
    replica.pause()?;
    let registry = Registry::open(&both)?;
    ensure!(count(&registry)? == 0, "an empty registry");
    ensure!(count(&Registry::open(&both)?)? == 0, "the tables were there already");
    for index in 0..20 {
        apply(&registry, index)?;
        ensure!(count(&registry)? == index + 1, "a writer misses its own write {index}");
    }
    replica.resume()?;
    replica.wait_until_caught_up()?;

    // Seconds behind: a caller reads its own writes and sees others' when the replica does.
    replica.pause()?;
    let (writer, reader) = (Registry::open(&both)?, Registry::open(&both)?);
    ensure!(count(&writer)? == 20);
    apply(&writer, 20)?;
    thread::sleep(Duration::from_secs(2));
    ensure!(count(&writer)? == 21, "a writer misses its own write");
    ensure!(count(&reader)? == 20, "the replica was not asked");
    replica.resume()?;
    replica.wait_until_caught_up()?;
    ensure!(count(&reader)? == 21);
    // A writer reads from the replica again when that has what it wrote: it does not see then what others
    // write while the replica is paused.
    let begun = Instant::now();
    let mut others = 0;
    loop {
        replica.resume()?;
        replica.wait_until_caught_up()?;
        ensure!(count(&writer)? == 21 + others, "a writer misses its own write");
        replica.pause()?;
        apply(&registry, 100 + others)?;
        others += 1;
        if count(&writer)? < 21 + others {
            break;
        }
        ensure!(begun.elapsed() < PATIENT, "a writer does not go back to the replica");
        thread::sleep(Duration::from_millis(500));
    }
    let stored = 21 + others;
    replica.resume()?;
    replica.wait_until_caught_up()?;
    for level in [IsolationLevel::ReadCommitted, IsolationLevel::RepeatableRead, IsolationLevel::Serializable]
    {
        both.engine.isolation_level = Some(level);
        let asked = proxy.accepted();
        ensure!(count(&Registry::open(&both)?)? == stored, "{level:?}");
        ensure!(proxy.accepted() > asked, "{level:?}: the replica was not asked");
    }
    both.engine.isolation_level = None;

    // Gone while a connection to it stands, and gone before there was one; under load on the primary.
    let load = Load::new(handles(&both, 2, PATIENT)?)?;
    load.during(|| {
        load.progress(4)?;
        replica.server().kill()?;
        ensure!(count(&reader)? == stored);
        ensure!(count(&Registry::open(&both)?)? == stored);
        load.progress(4)?;
        replica.server().restart()?;
        load.progress(4)
    })?;
    load.verify(&open(&alone, PATIENT)?, PATIENT, &[])?;

    // It accepts connections and says nothing: that is found out once, not at every read.
    replica.wait_until_caught_up()?;
    proxy.silence(true);
    let fresh = Registry::open(&both)?;
    let begun = Instant::now();
    for _ in 0..5 {
        ensure!(count(&fresh)? == stored);
    }
    ensure!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    proxy.silence(false);
    Ok(())
}
