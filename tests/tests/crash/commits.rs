//! A commit, or the answer to it, is lost on the wire between the real drivers and the real servers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use anyhow::{Context, Result, ensure};
use feast_registry::{
    driver::{Connection, Driver, Failure},
    error::Error,
    registry::Registry,
};
use feast_registry_core::{
    kind::Kind,
    operation::{Apply, Materialize},
    rows::Rows,
    sql::Dialect,
    time::Timestamp,
};
use feast_registry_tests::servers::{self, CommitFault, Proxy, TestDatabase};

use crate::{
    connections::same,
    databases::{Reusing, driver, on},
    operations::{PROJECT, Put, cases, entity, masked, named, reset},
};

const FAULTS: [CommitFault; 2] = [CommitFault::BeforeServer, CommitFault::AfterServer];

/// A database, a proxy before it, and a registry that goes past the proxy.
struct Wire {
    database: TestDatabase,
    proxy: Proxy,
    past: Arc<dyn Driver>,
    direct: Arc<Registry>,
}

impl Wire {
    fn both() -> Result<[Wire; 2]> {
        let wire = |endpoint: &servers::Endpoint| -> Result<Wire> {
            let database = endpoint.fresh_database()?;
            let past: Arc<dyn Driver> = Arc::new(Reusing::new(driver(&database.url())?));
            let direct = Arc::new(on(Arc::clone(&past)));
            direct.create_schema()?;
            Ok(Wire { proxy: Proxy::start(endpoint)?, past, direct, database })
        };
        Ok([wire(servers::postgres()?)?, wire(servers::mariadb()?)?])
    }

    fn driver(&self) -> Result<Arc<dyn Driver>> {
        driver(&self.database.url_at(self.proxy.endpoint()))
    }

    fn reset(&self) -> Result<()> {
        reset(&self.past, &Put::everything()?)
    }

    fn rows(&self) -> Result<Rows> {
        Ok(self.direct.rows(None)?)
    }
}

#[test]
fn a_commit_lost_on_the_wire_is_looked_up() -> Result<()> {
    for wire in Wire::both()? {
        let registry = on(wire.driver()?);
        let mut lost = 0;
        // What writes nothing commits nothing.
        for case in cases().into_iter().filter(|case| case.name != "apply what is there") {
            let new = case.result()?;
            for fault in FAULTS {
                let at = || format!("{:?}, {}, {fault:?}", wire.database.endpoint().engine, case.name);
                wire.reset()?;
                wire.proxy.lose_commit(fault);
                case.run(&registry).with_context(at)?;
                lost += 1;
                ensure!(wire.proxy.struck() == lost, "{}: the commit was not lost", at());
                ensure!(registry.retries().unanswered_commits == lost as u64, "{}", at());
                same(&masked(wire.rows()?)?, &new).with_context(at)?;
            }
        }
    }
    Ok(())
}

/// A driver that lets another writer in before it connects again.
struct Meanwhile {
    inner: Arc<dyn Driver>,
    other: Box<dyn Fn() + Send + Sync>,
}

impl Driver for Meanwhile {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        (self.other)();
        self.inner.connect()
    }

    fn place(&self) -> &str {
        self.inner.place()
    }
}

/// Between the lost commit and the look at what became of it another writer changes the same view, and the project.
#[test]
fn a_lost_commit_is_found_beneath_another_writers_change() -> Result<()> {
    for wire in Wire::both()? {
        for name in ["materialize", "apply a schema", "apply a tag", "set user metadata"] {
            let case = named(name).context("no such case")?;
            for fault in FAULTS {
                let at = || format!("{:?}, {name}, {fault:?}", wire.database.endpoint().engine);
                wire.reset()?;
                let (direct, inner) = (Arc::clone(&wire.direct), wire.driver()?);
                let struck = wire.proxy.struck();
                let again = AtomicBool::new(false);
                let other = Box::new(move || {
                    if again.swap(true, SeqCst) {
                        interfere(&direct).unwrap();
                    }
                });
                let registry = on(Arc::new(Meanwhile { inner, other }));
                wire.proxy.lose_commit(fault);
                case.run(&registry).with_context(at)?;
                ensure!(wire.proxy.struck() == struck + 1, "{}: the commit was not lost", at());
                ensure!(registry.retries().unanswered_commits == 1, "{}", at());
                // A change that was not made is made after the other's.
                let expected = Registry::in_memory();
                expected.run(&Put::everything()?)?;
                if fault == CommitFault::BeforeServer {
                    interfere(&expected)?;
                }
                case.run(&expected)?;
                if fault == CommitFault::AfterServer {
                    interfere(&expected)?;
                }
                same(&masked(wire.rows()?)?, &masked(expected.rows(None)?)?).with_context(at)?;
            }
        }
    }
    Ok(())
}

fn interfere(registry: &Registry) -> Result<()> {
    let at = |seconds| Timestamp { seconds, nanos: 0 };
    let (project, view) = (PROJECT.to_owned(), "rates".to_owned());
    registry.run(&Materialize { project, view, start: at(500_000), end: at(600_000) })?;
    Ok(())
}

/// Two that apply to one new project: the one whose commit was lost finds what the other made.
#[test]
fn a_lost_commit_to_a_new_project_is_found_beneath_anothers() -> Result<()> {
    for wire in Wire::both()? {
        for fault in FAULTS {
            wire.reset()?;
            let (direct, inner) = (Arc::clone(&wire.direct), wire.driver()?);
            let again = AtomicBool::new(false);
            let apply = |name: &str| Apply::new([("new".to_owned(), entity(name, ""))]);
            let other = Box::new(move || {
                if again.swap(true, SeqCst) {
                    direct.run(&apply("theirs")).unwrap();
                }
            });
            let registry = on(Arc::new(Meanwhile { inner, other }));
            wire.proxy.lose_commit(fault);
            let applied = registry.run(&apply("ours"));
            let there = wire.direct.get(Kind::Entity, "new", "ours").is_ok();
            match (fault, applied) {
                (_, Ok(_)) => ensure!(there, "{fault:?}: acknowledged and not there"),
                // Another has made the project since, and might have deleted it first.
                (CommitFault::BeforeServer, Err(Error::CommitUnknown(_))) => {}
                (_, Err(error)) => return Err(error).with_context(|| format!("{fault:?}")),
            }
            ensure!(wire.direct.get(Kind::Entity, "new", "theirs").is_ok(), "the other's is gone");
        }
    }
    Ok(())
}
