//! A registry in memory, and a file registry, which is one that is read from a file and not written.

use std::sync::{Mutex, MutexGuard, PoisonError};

use feast_registry_core::{
    memory::{Fault, Memory},
    operation::{Reads, Write},
    rows::Rows,
    sql::Drift,
};

use super::{Store, Transaction};
use crate::driver::{Access, Failure, FailureKind};

/// Keeps rows in memory. Writers take turns.
pub struct MemoryStore {
    memory: Mutex<Memory>,
    place: String,
    read_only: bool,
}

impl MemoryStore {
    /// An empty registry.
    pub fn new() -> Self {
        MemoryStore { memory: Mutex::default(), place: "memory".into(), read_only: false }
    }

    /// The rows of a registry file, which is only read.
    pub fn of_file(place: String, rows: Rows) -> Self {
        MemoryStore { memory: Mutex::new(Memory::new(rows)), place, read_only: true }
    }

    /// Makes the `step`th read, write or commit from now fail; see [`Memory::fail_at`].
    pub fn fail_at(&self, step: u64, fault: Fault) {
        self.guard().fail_at(step, fault);
    }

    // A panic while the lock is held cannot leave a half-made change: changes are made on a copy.
    fn guard(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn begin(&self, access: Access) -> Result<Box<dyn Transaction + '_>, Failure> {
        if self.read_only && access == Access::Write {
            let message = format!("`{}` is a registry file, which is opened read-only", self.place);
            return Err(Failure::new(FailureKind::ReadOnly, message));
        }
        let memory = self.guard();
        let before = (access == Access::Write).then(|| memory.rows().clone());
        Ok(Box::new(MemoryTransaction { memory, before }))
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn create_schema(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn drop_schema(&self) -> Result<(), Failure> {
        self.begin(Access::Write)?.commit()?;
        *self.guard() = Memory::default();
        Ok(())
    }

    fn drift(&self) -> Result<Vec<(Drift, Option<String>)>, Failure> {
        Ok(Vec::new())
    }
}

struct MemoryTransaction<'a> {
    memory: MutexGuard<'a, Memory>,
    /// What to go back to unless it is committed.
    before: Option<Rows>,
}

impl Transaction for MemoryTransaction<'_> {
    fn read(&mut self, reads: &Reads) -> Result<Rows, Failure> {
        let mut rows = Rows::default();
        for selection in &reads.selections {
            rows.merge(self.memory.select(selection).map_err(failure)?);
        }
        Ok(rows)
    }

    fn write(&mut self, writes: &[Write]) -> Result<(), Failure> {
        self.memory.write(writes).map_err(failure)
    }

    fn commit(mut self: Box<Self>) -> Result<(), Failure> {
        let outcome = self.memory.commit();
        if matches!(outcome, Ok(()) | Err(Fault::AnswerLost)) {
            self.before = None;
        }
        outcome.map_err(failure)
    }
}

impl Drop for MemoryTransaction<'_> {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            self.memory.reset(before);
        }
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
