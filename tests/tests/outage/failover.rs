//! The primary dies and its replica takes its place behind one address.

use std::time::Duration;

use anyhow::Result;
use feast_registry::{
    config::IsolationLevel,
    driver::FailureKind::{ConnectionLost, ReadOnly, Unreachable},
};
use feast_registry_tests::servers::{Postgres, Proxy, Replica};

use crate::load::{Load, config, handles, open};

const PATIENT: Duration = Duration::from_secs(60);
const LIMIT: Duration = Duration::from_secs(15);

#[test]
fn a_replica_takes_over_with_all_that_was_acknowledged() -> Result<()> {
    let primary = Postgres::start()?;
    let database = primary.fresh_database()?;
    let replica = Replica::of(&primary)?;
    replica.make_synchronous()?;
    let proxy = Proxy::start(primary.endpoint())?;
    let mut config = config(&database.url_at(proxy.endpoint()))?;
    let hasty = Load::new(handles(&config, 2, Duration::from_millis(300))?)?;
    let mut registries = handles(&config, 3, PATIENT)?;
    config.engine.isolation_level = Some(IsolationLevel::Serializable);
    registries.extend(handles(&config, 1, PATIENT)?);
    let patient = Load::new(registries)?;
    patient.during(|| {
        hasty.during(|| {
            patient.progress(6)?;
            primary.kill()?;
            // The address moves before the replica knows that it is the primary now.
            proxy.lead_to(replica.endpoint());
            proxy.cut();
            patient.meet_read_only()?;
            hasty.meet_failure()?;
            replica.promote()?;
            hasty.progress(4)?;
            patient.progress(6)
        })
    })?;
    let stored = open(&config, PATIENT)?;
    patient.verify(&stored, PATIENT, &[])?;
    hasty.verify(&stored, LIMIT, &[ConnectionLost, Unreachable, ReadOnly])
}
