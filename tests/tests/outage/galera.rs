//! Three Galera nodes: one is killed and comes back while writers use all of them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use feast_registry_tests::servers::{Galera, MariaDbOptions, Proxy};

use crate::load::{Load, config, handles, open};

/// The others hold all commits for five seconds, and the node needs some to come back.
const PATIENT: Duration = Duration::from_secs(90);

#[test]
fn a_node_may_be_killed_and_come_back_under_load() -> Result<()> {
    let galera = Galera::start_with(&MariaDbOptions::quick())?;
    let database = galera.fresh_database()?;
    let [first, second, third] = galera.nodes() else { anyhow::bail!("not three nodes") };
    // An address that moves to another node when its own is gone.
    let proxy = Proxy::start(third.endpoint())?;
    let mut registries = Vec::new();
    for endpoint in [first.endpoint(), second.endpoint(), third.endpoint(), proxy.endpoint()] {
        registries.extend(handles(&config(&database.url_at(endpoint))?, 1, PATIENT)?);
    }
    let load = Load::new(registries)?;
    load.during(|| {
        load.progress(4)?;
        third.kill()?;
        proxy.lead_to(second.endpoint());
        load.progress_of([0, 1, 3], 4).context("without the node")?;
        third.restart()?;
        galera.wait_until_synced()?;
        load.progress(4).context("with the node again")
    })?;
    let lost = load.writers[2].registry.retries().lost_connections;
    ensure!(lost > 0, "the node's writer noticed nothing");
    galera.wait_until_synced()?;
    let stored = open(&config(&database.url())?, PATIENT)?;
    load.verify(&stored, PATIENT, &[])
}
