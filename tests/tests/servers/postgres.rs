//! Other PostgreSQLs than the usual one: version 18, and SERIALIZABLE by default.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};

use anyhow::{Context, Result};
use feast_registry::driver::Access;
use feast_registry_tests::servers::{
    self, Installation, Postgres, PostgresOptions, Replica, TestDatabase, postgres_18,
};

use crate::{connect, execute, statement};

#[test]
fn version_18_runs_and_replicates() -> Result<()> {
    let options = PostgresOptions { installation: Some(postgres_18()?), ..PostgresOptions::quick() };
    let server = Postgres::start_with(&options)?;
    let database = server.fresh_database()?;
    assert!(database.execute("SHOW server_version;")?.starts_with("18."));
    database.execute("CREATE TABLE t (id UUID DEFAULT uuidv7()); INSERT INTO t DEFAULT VALUES;")?;
    let replica = Replica::of(&server)?;
    assert_eq!(database.execute_at(replica.endpoint(), "SELECT count(*) FROM t;")?, "1\n");
    Ok(())
}

/// As root, the server runs as another user, who may not go where we may.
#[test]
fn an_installation_may_lie_in_a_private_folder() -> Result<()> {
    let private = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
    let Installation { folder, programs } = postgres_18()?;
    let link = private.path().join("installation");
    symlink(&folder, &link)?;
    // With its slash it is a folder, not a link, to all who copy it.
    let installation = Some(Installation { folder: link.join(""), programs });
    let server = Postgres::start_with(&PostgresOptions { installation, ..PostgresOptions::quick() })?;
    assert!(server.endpoint().execute("SHOW server_version;")?.starts_with("18."));
    assert_eq!(server.folder().join("installation").exists(), nix::unistd::Uid::effective().is_root());
    Ok(())
}

#[test]
fn a_serializable_server_refuses_write_skew() -> Result<()> {
    let server = Postgres::start_with(&PostgresOptions::quick().serializable())?;
    write_skew_is_refused(&server.fresh_database()?)
}

#[test]
fn a_serializable_database_refuses_write_skew() -> Result<()> {
    let database = servers::postgres()?.fresh_database()?;
    database.make_serializable()?;
    write_skew_is_refused(&database)
}

/// Two transactions read what the other changes.
fn write_skew_is_refused(database: &TestDatabase) -> Result<()> {
    database.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1), (2, 1);")?;
    let mut first = connect(&database.url())?;
    let mut second = connect(&database.url())?;
    for connection in [&mut first, &mut second] {
        connection.begin(Access::Write)?;
        connection.query(&statement("SELECT sum(n) FROM t"))?;
    }
    execute(&mut *first, "UPDATE t SET n = 0 WHERE id = 1")?;
    execute(&mut *second, "UPDATE t SET n = 0 WHERE id = 2")?;
    first.commit()?;
    let failure = second.commit().err().context("both committed")?;
    assert_eq!(failure.code.as_deref(), Some("40001"), "{failure:?}");
    Ok(())
}
