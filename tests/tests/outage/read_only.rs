//! Servers that refuse to write for a while.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use feast_registry::driver::FailureKind::{Conflict, ReadOnly};
use feast_registry_tests::servers::{
    MariaDb, MariaDbOptions, Postgres, PostgresOptions, Proxy, TestDatabase,
};

use crate::load::{Load, config, handles, open};

const PATIENT: Duration = Duration::from_secs(30);
const HASTY: Duration = Duration::from_millis(300);
const LIMIT: Duration = Duration::from_secs(15);

#[test]
fn postgres_may_be_read_only_for_a_while() -> Result<()> {
    let server = Postgres::start_with(&PostgresOptions::quick())?;
    let database = server.fresh_database()?;
    let set = |value: &str| {
        server.endpoint().execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {value};"))?;
        server.endpoint().execute("SELECT pg_reload_conf();").map(drop)
    };
    read_only_for_a_while(&database, &|| set("on"), &|| set("off"))
}

#[test]
fn mariadb_may_be_read_only_for_a_while() -> Result<()> {
    let server = MariaDb::start_with(&MariaDbOptions::quick())?;
    let database = server.fresh_database()?;
    let set = |value: &str| server.endpoint().execute(&format!("SET GLOBAL read_only = {value};")).map(drop);
    read_only_for_a_while(&database, &|| set("ON"), &|| set("OFF"))
}

fn read_only_for_a_while(
    database: &TestDatabase,
    begin: &dyn Fn() -> Result<()>,
    end: &dyn Fn() -> Result<()>,
) -> Result<()> {
    let config = config(&database.url())?;
    let patient = Load::new(handles(&config, 3, PATIENT)?)?;
    let hasty = Load::new(handles(&config, 2, HASTY)?)?;
    patient.during(|| {
        hasty.during(|| {
            patient.progress(4)?;
            hasty.progress(4)?;
            begin()?;
            patient.meet_read_only()?;
            hasty.meet_failure()?;
            // One that has never written need not wait, and can read.
            let newcomer = open(&config, PATIENT)?;
            let begun = Instant::now();
            let refused = newcomer.run(&hasty.writers[0].interval(0));
            ensure!(refused.is_err() && begun.elapsed() < Duration::from_secs(5), "{refused:?}");
            end()?;
            hasty.progress(4)?;
            patient.progress(4)
        })
    })?;
    let stored = open(&config, PATIENT)?;
    patient.verify(&stored, PATIENT, &[])?;
    hasty.verify(&stored, LIMIT, &[ReadOnly, Conflict])
}

/// After a failover without a crash, connections that stand lead to the old primary, which only reads from then on; here
/// sessions that began while the database was read-only, which they stay for as long as they last.
#[test]
fn connections_that_only_read_are_not_kept() -> Result<()> {
    let server = Postgres::start_with(&PostgresOptions::quick())?;
    let database = server.fresh_database()?;
    let proxy = Proxy::start(server.endpoint())?;
    let config = config(&database.url_at(proxy.endpoint()))?;
    let load = Load::new(handles(&config, 3, PATIENT)?)?;
    let name = &database.name;
    let alter = |change: &str| server.endpoint().execute(&format!("ALTER DATABASE {name} {change};"));
    load.during(|| {
        load.progress(4)?;
        alter("SET default_transaction_read_only = on")?;
        proxy.cut();
        load.meet_read_only()?;
        alter("RESET default_transaction_read_only")?;
        load.progress(4)
    })?;
    load.verify(&open(&config, PATIENT)?, LIMIT, &[])
}
