//! Three MariaDB nodes with Galera: each sees the others' writes, one of two racing commits fails, and a node may go and
//! come back.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use feast_registry::driver::Access;
use feast_registry_tests::servers::{self, Galera, TestDatabase};

use crate::{connect, execute};

#[test]
fn nodes_share_their_writes_and_come_back() -> Result<()> {
    let galera = Galera::start()?;
    let database = galera.fresh_database()?;
    database.execute("CREATE TABLE t (id INT PRIMARY KEY);")?;
    for (id, node) in galera.endpoints().into_iter().enumerate() {
        database.execute_at(node, &format!("INSERT INTO t VALUES ({id});"))?;
    }
    everywhere(&galera, &database, "0\n1\n2\n")?;

    galera.nodes()[1].stop()?;
    galera.wait_until_synced()?;
    database.execute("INSERT INTO t VALUES (3);")?;
    galera.nodes()[1].restart()?;
    galera.wait_until_synced()?;
    everywhere(&galera, &database, "0\n1\n2\n3\n")?;

    // The node that made the cluster is as good as any. The others must notice first.
    galera.nodes()[0].kill()?;
    galera.wait_until_synced()?;
    database.execute_at(galera.nodes()[2].endpoint(), "INSERT INTO t VALUES (4);")?;
    galera.nodes()[0].restart()?;
    galera.wait_until_synced()?;
    everywhere(&galera, &database, "0\n1\n2\n3\n4\n")
}

#[test]
fn of_two_racing_commits_on_two_nodes_one_fails() -> Result<()> {
    let galera = servers::galera()?;
    let database = galera.fresh_database()?;
    database.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 0);")?;
    everywhere(galera, &database, "1\n")?;
    let [first, second, ..] = galera.nodes() else { bail!("not two nodes") };
    let mut first = connect(&database.url_at(first.endpoint()))?;
    let mut second = connect(&database.url_at(second.endpoint()))?;
    for connection in [&mut first, &mut second] {
        connection.begin(Access::Write)?;
        // Neither waits: row locks are not replicated.
        execute(&mut **connection, "UPDATE t SET n = n + 1 WHERE id = 1")?;
    }
    first.commit()?;
    let failure = second.commit().err().context("both committed")?;
    assert_eq!(failure.code.as_deref(), Some("1213"), "{failure:?}");
    Ok(())
}

/// Waits until all nodes have these rows: a commit is answered before the other nodes show it.
fn everywhere(galera: &Galera, database: &TestDatabase, rows: &str) -> Result<()> {
    let begun = Instant::now();
    for node in galera.endpoints() {
        loop {
            let seen = database.execute_at(node, "SELECT id FROM t ORDER BY id;");
            if seen.as_ref().is_ok_and(|seen| seen == rows) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "port {}: {seen:?}", node.port);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}
