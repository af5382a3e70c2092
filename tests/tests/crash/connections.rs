//! The connection is lost just before and just after every statement of every operation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use feast_registry::{driver::Driver, error::Error, registry::Registry};
use feast_registry_core::rows::Rows;

use crate::{
    databases::{Database, Reusing, impatient, on},
    faulty::{Fault, Faulty, Moment, Point},
    operations::{Case, Put, cases, masked, reset},
};

#[test]
fn no_lost_connection_halves_or_doubles_a_change_on_sqlite() -> Result<()> {
    no_lost_connection_halves_or_doubles_a_change(&Database::sqlite()?)
}

#[test]
fn no_lost_connection_halves_or_doubles_a_change_on_postgres() -> Result<()> {
    no_lost_connection_halves_or_doubles_a_change(&Database::postgres()?)
}

#[test]
fn no_lost_connection_halves_or_doubles_a_change_on_mariadb() -> Result<()> {
    no_lost_connection_halves_or_doubles_a_change(&Database::mariadb()?)
}

fn no_lost_connection_halves_or_doubles_a_change(database: &Database) -> Result<()> {
    let bench = Bench::new(database)?;
    let mut points = 0;
    for case in cases() {
        let new = case.result().with_context(|| case.name)?;
        let calls = bench.calls(&case, &new)?;
        for (call, name) in calls.iter().enumerate() {
            for moment in [Moment::Before, Moment::After] {
                for fault in [Fault::CutOnce, Fault::CutForEver] {
                    let point = Point { call: call as u64, moment, fault };
                    let struck = bench.strike(&case, point, &new);
                    struck.with_context(|| format!("{}: {fault:?} {moment:?} `{name}`", case.name))?;
                    points += 1;
                }
            }
        }
    }
    ensure!(points > 800, "only {points} points");
    Ok(())
}

/// A registry that is put in order before each change.
struct Bench {
    driver: Arc<dyn Driver>,
    registry: Registry,
    start: Put,
    /// The start, in the form in which it is stored.
    old: Rows,
}

impl Bench {
    fn new(database: &Database) -> Result<Self> {
        let driver: Arc<dyn Driver> = Arc::new(Reusing::new(database.driver()?));
        let (registry, start) = (on(Arc::clone(&driver)), Put::everything()?);
        registry.create_schema()?;
        reset(&driver, &start)?;
        let old = registry.rows(None)?;
        Ok(Bench { driver, registry, start, old })
    }

    /// What the change calls when nothing is lost.
    fn calls(&self, case: &Case, new: &Rows) -> Result<Vec<String>> {
        reset(&self.driver, &self.start)?;
        let driver = Faulty::new(Arc::clone(&self.driver), None);
        case.run(&on(Arc::new(driver.clone()))).with_context(|| case.name)?;
        same(&masked(self.registry.rows(None)?)?, new).with_context(|| case.name)?;
        Ok(driver.trace())
    }

    fn strike(&self, case: &Case, point: Point, new: &Rows) -> Result<()> {
        reset(&self.driver, &self.start)?;
        let driver = Faulty::new(Arc::clone(&self.driver), Some(point));
        let registry = on(Arc::new(driver.clone()));
        if point.fault == Fault::CutOnce {
            case.run(&registry)?;
            ensure!(driver.has_struck(), "was not reached");
            let (lost, commit) = (registry.retries(), driver.trace()[point.call as usize] == "COMMIT");
            ensure!(lost.unanswered_commits == u64::from(commit), "{lost:?}");
            return same(&masked(self.registry.rows(None)?)?, new);
        }
        let error = case.run(&registry.with_retry(impatient())).err().context("success")?;
        ensure!(driver.has_struck(), "was not reached");
        // Another process opens the registry.
        let opened = on(Arc::clone(&self.driver));
        let now = opened.rows(None)?;
        let happened = now != self.old;
        if happened {
            same(&masked(now.clone())?, new)?;
            ensure!(matches!(error, Error::CommitUnknown(_)), "made, and reported as: {error:?}");
        }
        if !happened || case.idempotent {
            match case.run(&opened) {
                Ok(()) => {}
                // What is deleted cannot be deleted again.
                Err(Error::Refused(_)) if happened => {}
                Err(error) => return Err(error).context("the repetition"),
            }
            same(&masked(opened.rows(None)?)?, new).context("the repetition")?;
        }
        Ok(())
    }
}

/// Names what differs.
pub(crate) fn same(found: &Rows, expected: &Rows) -> Result<()> {
    fn differing<K: Ord + Debug, V: PartialEq>(
        found: &BTreeMap<K, V>,
        expected: &BTreeMap<K, V>,
    ) -> Vec<String> {
        let keys: BTreeSet<&K> = found.keys().chain(expected.keys()).collect();
        let differs = |key: &&K| found.get(*key) != expected.get(*key);
        keys.into_iter().filter(differs).map(|key| format!("{key:?}")).collect()
    }
    let differing = [
        differing(&found.objects, &expected.objects),
        differing(&found.versions, &expected.versions),
        differing(&found.metadata, &expected.metadata),
    ]
    .concat();
    ensure!(differing.is_empty(), "neither the old state nor the new one: {}", differing.join(", "));
    Ok(())
}
