//! PostgreSQL with a streaming replica: data arrive, wait while replay is paused, and survive the primary.

use anyhow::{Context, Result};
use feast_registry_tests::servers::{Postgres, PostgresOptions, Replica};

#[test]
fn a_replica_shows_what_the_primary_wrote_unless_paused() -> Result<()> {
    let primary = Postgres::start_with(&PostgresOptions::quick())?;
    let early = primary.fresh_database()?;
    early.execute("CREATE TABLE t (id INT); INSERT INTO t VALUES (1);")?;
    let replica = Replica::of(&primary)?;
    let read = "SELECT id FROM t ORDER BY id;";
    assert_eq!(early.execute_at(replica.endpoint(), read)?, "1\n");

    early.execute("INSERT INTO t VALUES (2);")?;
    replica.wait_until_caught_up()?;
    assert_eq!(early.execute_at(replica.endpoint(), read)?, "1\n2\n");
    let refused = early.execute_at(replica.endpoint(), "INSERT INTO t VALUES (9);");
    let refused = refused.err().context("a replica takes writes")?;
    assert!(refused.to_string().contains("read-only"), "{refused}");

    replica.pause()?;
    early.execute("INSERT INTO t VALUES (3);")?;
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(early.execute_at(replica.endpoint(), read)?, "1\n2\n");
    replica.resume()?;
    replica.wait_until_caught_up()?;
    assert_eq!(early.execute_at(replica.endpoint(), read)?, "1\n2\n3\n");

    // A replica that was away takes up where it was, and a primary that crashed finds it again.
    replica.server().stop()?;
    early.execute("INSERT INTO t VALUES (4);")?;
    replica.server().restart()?;
    replica.wait_until_caught_up()?;
    primary.crash()?;
    primary.restart()?;
    early.execute("INSERT INTO t VALUES (5);")?;
    replica.wait_until_caught_up()?;
    assert_eq!(early.execute_at(replica.endpoint(), read)?, "1\n2\n3\n4\n5\n");
    Ok(())
}

#[test]
fn a_synchronous_replica_takes_over_with_all_that_was_acknowledged() -> Result<()> {
    let primary = Postgres::start()?;
    let database = primary.fresh_database()?;
    database.execute("CREATE TABLE t (id INT);")?;
    let replica = Replica::of(&primary)?;
    replica.make_synchronous()?;
    for id in 0..20 {
        database.execute(&format!("INSERT INTO t VALUES ({id});"))?;
    }
    // What the replica has and does not show yet counts too.
    replica.pause()?;
    database.execute("INSERT INTO t VALUES (20);")?;
    primary.kill()?;
    assert!(database.execute("SELECT 1;").is_err(), "a killed primary answers");
    replica.promote()?;
    assert_eq!(database.execute_at(replica.endpoint(), "SELECT count(*) FROM t;")?, "21\n");
    database.execute_at(replica.endpoint(), "INSERT INTO t VALUES (21);")?;

    let second = Replica::of(replica.server())?;
    database.execute_at(replica.endpoint(), "INSERT INTO t VALUES (22);")?;
    second.wait_until_caught_up()?;
    assert_eq!(database.execute_at(second.endpoint(), "SELECT count(*) FROM t;")?, "23\n");
    Ok(())
}
