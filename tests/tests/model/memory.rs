//! Thousands of histories in memory, with conflicts, lost connections, lost answers and refusals put in.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use feast_registry::{registry::Registry, runner::RetryPolicy, store::MemoryStore};
use feast_registry_core::memory::Fault;

use crate::{
    check::Order,
    explore::Task,
    history::record,
    optimistic::{Client, Database},
    random::Random,
};

/// Without pauses: nobody waits for a disk here.
const AT_ONCE: RetryPolicy = RetryPolicy {
    deadline: Duration::from_secs(30),
    first_pause: Duration::ZERO,
    longest_pause: Duration::ZERO,
};

/// Transactions one after another, as `MemoryStore` has them.
#[test]
fn clients_of_one_store_in_memory() -> Result<()> {
    let task =
        Task { name: "memory", order: Order::RealTime, seeds: 1_000, clients: 3, length: 6, tries: 50 };
    task.explore(|seed, turn, plan| {
        let store = Arc::new(MemoryStore::new());
        let mut random = Random::new(seed ^ turn << 32);
        for _ in 0..random.below(12) {
            let fault = [Fault::Conflict, Fault::ConnectionLost, Fault::AnswerLost, Fault::Refused];
            store.fail_at(1 + random.below(150), random.of(&fault));
        }
        let clients: Vec<Registry> =
            plan.iter().map(|_| Registry::on(store.clone()).with_retry(AT_ONCE)).collect();
        Ok(record(&clients, &clients[0], "p", plan, None))
    })
}

/// Transactions that meet only when they commit.
#[test]
fn clients_that_do_not_wait_for_each_other() -> Result<()> {
    let task =
        Task { name: "optimistic", order: Order::RealTime, seeds: 2_000, clients: 3, length: 6, tries: 1 };
    task.explore(|seed, _, plan| {
        let database = Arc::new(Database::new(seed, plan.len()));
        let client = |number| Registry::on(Arc::new(Client { number, database: database.clone() }));
        let clients: Vec<Registry> =
            (0..plan.len()).map(|number| client(number).with_retry(AT_ONCE)).collect();
        Ok(record(&clients, &clients[0], "p", plan, Some(&database.schedule)))
    })
}
