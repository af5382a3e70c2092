//! A cluster whose other nodes do not show a commit yet when its answer was lost, as Galera's behind one address.

use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};
use feast_registry::{
    driver::{Access, Failure, FailureKind},
    registry::Registry,
    store::{MemoryStore, Store, Transaction},
};
use feast_registry_core::{
    operation::{Reads, Write},
    rows::Rows,
    sql::Drift,
};

use crate::load::Load;

/// Loses the answer to one commit, shows the next attempt the rows from before it, and refuses that one's commit, as
/// certification does.
struct Cluster {
    node: MemoryStore,
    step: Mutex<Step>,
}

enum Step {
    Sound,
    LoseAnswer,
    ShowOld(Rows),
}

impl Store for Cluster {
    fn begin(&self, access: Access) -> Result<Box<dyn Transaction + '_>, Failure> {
        let mut step = self.step.lock().unwrap();
        let old = match std::mem::replace(&mut *step, Step::Sound) {
            Step::ShowOld(rows) => Some(rows),
            other => {
                *step = other;
                None
            }
        };
        let inner = self.node.begin(access)?;
        Ok(Box::new(OnNode { inner, step: &self.step, old, read: Rows::default() }))
    }

    fn place(&self) -> &str {
        "cluster"
    }

    fn create_schema(&self) -> Result<(), Failure> {
        self.node.create_schema()
    }

    fn drop_schema(&self) -> Result<(), Failure> {
        self.node.drop_schema()
    }

    fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Failure> {
        self.node.drift()
    }
}

struct OnNode<'a> {
    inner: Box<dyn Transaction + 'a>,
    step: &'a Mutex<Step>,
    old: Option<Rows>,
    read: Rows,
}

impl Transaction for OnNode<'_> {
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure> {
        let rows = self.inner.read(reads)?;
        self.read = self.old.clone().unwrap_or(rows);
        Ok(self.read.clone())
    }

    fn write(&mut self, writes: &[Write]) -> Result<(), Failure> {
        self.inner.write(writes)
    }

    fn commit(self: Box<Self>) -> Result<(), Failure> {
        if self.old.is_some() {
            return Err(Failure::new(FailureKind::Conflict, "another node was first"));
        }
        let mut step = self.step.lock().unwrap();
        self.inner.commit()?;
        match *step {
            Step::LoseAnswer => {
                *step = Step::ShowOld(self.read);
                Err(Failure::new(FailureKind::ConnectionLost, "no answer"))
            }
            _ => Ok(()),
        }
    }
}

#[test]
fn a_commit_that_a_node_does_not_show_yet_is_not_repeated() -> Result<()> {
    let cluster = Arc::new(Cluster { node: MemoryStore::new(), step: Mutex::new(Step::Sound) });
    let load = Load::new(vec![Registry::on(cluster.clone())])?;
    for _ in 0..12 {
        *cluster.step.lock().unwrap() = Step::LoseAnswer;
        load.writers[0].change();
    }
    let retries = load.writers[0].registry.retries();
    ensure!(retries.unanswered_commits == 12 && retries.conflicts == 12, "{retries:?}");
    load.verify(&Registry::on(cluster), std::time::Duration::from_secs(10), &[])
}
