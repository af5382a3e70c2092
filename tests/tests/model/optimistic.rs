//! A store in memory whose transactions do not wait for one another: each reads the state it began with, and of those
//! that change or lock a row the first to commit wins. The lock on the project counts for nothing, as between the nodes
//! of a cluster. Every step is a turn of the schedule, and some steps fail.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use feast_registry::{
    driver::{Access, Failure, FailureKind},
    store::{Store, Transaction},
};
use feast_registry_core::{
    kind::Kind,
    memory::{Fault, Memory},
    operation::{Lock, Reads, Selection, Write},
    rows::{Key, Rows},
    sql::Drift,
};

use super::{random::Random, schedule::Schedule};

/// What is committed.
pub(crate) struct Database {
    pub(crate) schedule: Schedule,
    committed: Mutex<Committed>,
}

struct Committed {
    rows: Rows,
    /// The commit that last changed a row, existing or not.
    changed: BTreeMap<Place, u64>,
    commits: u64,
    faults: Random,
}

/// Where a row is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Object(Key),
    Version((String, String), i32),
    Metadata((String, String)),
}

/// One client's way to the database.
pub(crate) struct Client {
    pub(crate) number: usize,
    pub(crate) database: Arc<Database>,
}

impl Database {
    pub(crate) fn new(seed: u64, clients: usize) -> Database {
        let faults = Random::new(!seed);
        let committed = Committed { rows: Rows::default(), changed: BTreeMap::new(), commits: 0, faults };
        Database { schedule: Schedule::new(seed, clients), committed: Mutex::new(committed) }
    }
}

impl Client {
    /// The next step: others' turns first, then perhaps a fault.
    fn step(&self) -> Result<(), Fault> {
        self.database.schedule.step(self.number);
        match self.database.committed.lock().unwrap().faults.below(150) {
            0 => Err(Fault::Conflict),
            1 => Err(Fault::ConnectionLost),
            2 => Err(Fault::AnswerLost),
            3 => Err(Fault::Refused),
            _ => Ok(()),
        }
    }
}

impl Store for Client {
    fn begin(&self, _: Access) -> Result<Box<dyn Transaction + '_>, Failure> {
        self.step().map_err(failure)?;
        let committed = self.database.committed.lock().unwrap();
        let (before, begun) = (committed.rows.clone(), committed.commits);
        let (rows, locked) = (Memory::new(before.clone()), Vec::new());
        Ok(Box::new(Optimistic { client: self, rows, before, locked, begun }))
    }

    fn place(&self) -> &str {
        "memory"
    }

    fn create_schema(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn drop_schema(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Failure> {
        Ok(Vec::new())
    }
}

struct Optimistic<'c> {
    client: &'c Client,
    before: Rows,
    rows: Memory,
    locked: Vec<Place>,
    begun: u64,
}

impl Transaction for Optimistic<'_> {
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure> {
        let mut rows = Rows::default();
        for selection in &reads.selections {
            let found = self.rows.select(selection).map_err(failure)?;
            // As in SQL: see `sql::select`.
            if reads.lock != Lock::None && matches!(selection, Selection::Objects { names: Some(_), .. }) {
                let objects = found.objects.keys().filter(|key| key.kind != Kind::Project);
                self.locked.extend(objects.cloned().map(Place::Object));
            }
            rows.merge(found);
        }
        Ok(rows)
    }

    fn write(&mut self, writes: &[Write]) -> Result<(), Failure> {
        self.client.step().map_err(failure)?;
        self.rows.write(writes).map_err(failure)
    }

    fn commit(self: Box<Self>) -> Result<(), Failure> {
        let fault = self.client.step().err();
        if fault.is_none_or(|fault| fault == Fault::AnswerLost) {
            let mut committed = self.client.database.committed.lock().unwrap();
            committed.merge(&self.before, self.rows.rows(), &self.locked, self.begun).map_err(failure)?;
        }
        fault.map_or(Ok(()), |fault| Err(failure(fault)))
    }
}

impl Committed {
    /// Commits the rows that a transaction has changed, unless another has changed one that it changed or locked since
    /// it began.
    fn merge(&mut self, before: &Rows, after: &Rows, locked: &[Place], begun: u64) -> Result<(), Fault> {
        let objects = differing(&before.objects, &after.objects).map(Place::Object);
        let metadata = differing(&before.metadata, &after.metadata).map(Place::Metadata);
        let (old, new) = (versions(before), versions(after));
        let versions = differing(&old, &new).map(|(view, number)| Place::Version(view, number));
        let places: Vec<Place> = objects.chain(metadata).chain(versions).collect();
        if places
            .iter()
            .chain(locked)
            .any(|place| self.changed.get(place).is_some_and(|commit| *commit > begun))
        {
            return Err(Fault::Conflict);
        }
        self.commits += 1;
        for place in places {
            match &place {
                Place::Object(key) => put(&mut self.rows.objects, key, after.objects.get(key)),
                Place::Metadata(key) => put(&mut self.rows.metadata, key, after.metadata.get(key)),
                Place::Version(view, number) => {
                    let stored = self.rows.versions.entry(view.clone()).or_default();
                    put(stored, number, after.versions.get(view).and_then(|versions| versions.get(number)));
                    if stored.is_empty() {
                        self.rows.versions.remove(view);
                    }
                }
            }
            self.changed.insert(place, self.commits);
        }
        Ok(())
    }
}

fn versions(rows: &Rows) -> BTreeMap<((String, String), i32), &feast_registry_core::rows::VersionRow> {
    let each = rows.versions.iter();
    each.flat_map(|(view, versions)| versions.iter().map(|(n, row)| ((view.clone(), *n), row))).collect()
}

/// The keys that only one of the two has, or that have different values.
fn differing<K: Ord + Clone, V: PartialEq>(
    one: &BTreeMap<K, V>,
    other: &BTreeMap<K, V>,
) -> impl Iterator<Item = K> {
    let keys: BTreeSet<K> = one.keys().chain(other.keys()).cloned().collect();
    let differing: Vec<K> = keys.into_iter().filter(|key| one.get(key) != other.get(key)).collect();
    differing.into_iter()
}

fn put<K: Ord + Clone, V: Clone>(rows: &mut BTreeMap<K, V>, key: &K, value: Option<&V>) {
    match value {
        Some(value) => drop(rows.insert(key.clone(), value.clone())),
        None => drop(rows.remove(key)),
    }
}

fn failure(fault: Fault) -> Failure {
    let kind = match fault {
        Fault::Conflict => FailureKind::Conflict,
        Fault::ConnectionLost | Fault::AnswerLost => FailureKind::ConnectionLost,
        Fault::Refused => FailureKind::Full,
    };
    Failure::new(kind, fault.to_string())
}
