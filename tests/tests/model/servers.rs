//! Dozens of histories on the databases themselves, each client with its own connection.

use anyhow::Result;
use feast_registry::{
    config::{ConnectArguments, IsolationLevel, RegistryConfig},
    registry::Registry,
};
use feast_registry_tests::servers;

use crate::{check::Order, explore::Task, history::record};

const CLIENTS: usize = 4;

/// Explores with a client per configuration, all of the same database.
fn explore(name: &'static str, order: Order, seeds: u64, clients: &[RegistryConfig]) -> Result<()> {
    explore_read_by(name, order, seeds, clients, &clients[0])
}

fn explore_read_by(
    name: &'static str,
    order: Order,
    seeds: u64,
    clients: &[RegistryConfig],
    reader: &RegistryConfig,
) -> Result<()> {
    let reader = Registry::open(reader)?;
    let clients: Vec<Registry> = clients.iter().map(Registry::open).collect::<Result<_, _>>()?;
    let task = Task { name, order, seeds, clients: clients.len(), length: 6, tries: 20 };
    // A project for each history, so that the tables need not be emptied.
    task.explore(|_, turn, plan| Ok(record(&clients, &reader, &format!("{order:?}{turn}"), plan, None)))
}

fn isolated(url: &str, level: IsolationLevel) -> Result<RegistryConfig> {
    let mut config = RegistryConfig::new(url.parse()?);
    config.engine.isolation_level = Some(level);
    Ok(config)
}

#[test]
fn clients_of_sqlite() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:///{}", folder.path().join("registry.db").display());
    let config = RegistryConfig::new(url.parse()?);
    explore("SQLite", Order::RealTime, 24, &vec![config; CLIENTS])
}

fn postgres(name: &'static str, level: IsolationLevel) -> Result<()> {
    let database = servers::postgres()?.fresh_database()?;
    let config = isolated(&database.url(), level)?;
    explore(name, Order::RealTime, 24, &vec![config; CLIENTS])
}

#[test]
fn clients_of_postgres_reading_what_is_committed() -> Result<()> {
    postgres("PostgreSQL, READ COMMITTED", IsolationLevel::ReadCommitted)
}

#[test]
fn clients_of_postgres_reading_repeatably() -> Result<()> {
    postgres("PostgreSQL, REPEATABLE READ", IsolationLevel::RepeatableRead)
}

#[test]
fn clients_of_postgres_one_after_another() -> Result<()> {
    postgres("PostgreSQL, SERIALIZABLE", IsolationLevel::Serializable)
}

/// Each client in another isolation level.
#[test]
fn clients_of_postgres_in_mixed_levels() -> Result<()> {
    use IsolationLevel::{ReadCommitted, RepeatableRead, Serializable};
    let database = servers::postgres()?.fresh_database()?;
    let levels = [ReadCommitted, RepeatableRead, Serializable, ReadCommitted];
    let clients = levels.map(|level| isolated(&database.url(), level));
    let clients: Vec<RegistryConfig> = clients.into_iter().collect::<Result<_>>()?;
    explore("PostgreSQL, mixed", Order::RealTime, 24, &clients)
}

#[test]
fn clients_of_mariadb() -> Result<()> {
    let database = servers::mariadb()?.fresh_database()?;
    let config = RegistryConfig::new(database.url().parse()?);
    explore("MariaDB", Order::RealTime, 24, &vec![config; CLIENTS])
}

#[test]
fn clients_of_mariadb_reading_what_is_committed() -> Result<()> {
    let database = servers::mariadb()?.fresh_database()?;
    let config = isolated(&database.url(), IsolationLevel::ReadCommitted)?;
    explore("MariaDB, READ COMMITTED", Order::RealTime, 24, &vec![config; CLIENTS])
}

/// Writers on all nodes of a cluster. A node that waits until it has caught up takes part in real time; one that does
/// not knows at least what was done through it.
#[test]
fn clients_of_all_nodes_of_a_cluster() -> Result<()> {
    let galera = servers::galera()?;
    let database = galera.fresh_database()?;
    Registry::open(&RegistryConfig::new(database.url().parse()?))?;
    galera.wait_until_synced()?;
    let nodes = galera.endpoints().into_iter().cycle().take(CLIENTS);
    let lagging: Vec<RegistryConfig> =
        nodes.map(|node| Ok(RegistryConfig::new(database.url_at(node).parse()?))).collect::<Result<_>>()?;
    let mut caught_up = lagging.clone();
    for config in &mut caught_up {
        let wait = [("init_command", "SET SESSION wsrep_sync_wait = 7")];
        config.engine.connect_args = ConnectArguments::from_iter(wait);
    }
    explore("Galera, caught up", Order::RealTime, 24, &caught_up)?;
    explore_read_by("Galera, lagging", Order::OfEachClient, 24, &lagging, &caught_up[0])
}
