//! Single servers: passwords are checked, rights are what they say, data stay over restarts.

use anyhow::{Context, Result};
use feast_registry_tests::servers::{
    self, Endpoint, Login, MariaDb, MariaDbOptions, Postgres, PostgresOptions,
};

#[test]
fn postgres_checks_passwords_and_rights() -> Result<()> {
    passwords_and_rights(servers::postgres()?, "password authentication failed", "permission denied")
}

#[test]
fn mariadb_checks_passwords_and_rights() -> Result<()> {
    passwords_and_rights(servers::mariadb()?, "Access denied", "denied to user")
}

fn passwords_and_rights(endpoint: &Endpoint, wrong_password: &str, no_right: &str) -> Result<()> {
    let database = endpoint.fresh_database()?;
    let other = endpoint.fresh_database()?;
    assert_ne!(database.name, other.name);

    database.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, word VARCHAR(20)); INSERT INTO t VALUES (1, 'ä'), (2, 'b');",
    )?;
    assert_eq!(database.execute("SELECT id, word FROM t ORDER BY id;")?, "1\tä\n2\tb\n");

    let impostor = Login { password: "guessed".to_owned(), ..database.owner.clone() };
    let error = endpoint
        .execute_as(&impostor, &database.name, "SELECT 1;")
        .err()
        .context("a wrong password logs in")?;
    assert!(error.to_string().contains(wrong_password), "{error}");

    let rows_only = database.login_without_ddl()?;
    database.execute("CREATE TABLE later (id INT);")?;
    let as_rows_only = |statement: &str| endpoint.execute_as(&rows_only, &database.name, statement);
    as_rows_only(
        "INSERT INTO t VALUES (3, 'c'); UPDATE t SET word = 'd' WHERE id = 3; DELETE FROM t WHERE id = 1;",
    )?;
    as_rows_only("INSERT INTO later VALUES (1);")?;
    assert_eq!(as_rows_only("SELECT id, word FROM t ORDER BY id;")?, "2\tb\n3\td\n");
    let error = as_rows_only("CREATE TABLE u (id INT);")
        .err()
        .context("a user without DDL rights creates a table")?;
    assert!(error.to_string().contains(no_right), "{error}");

    let name = database.name.clone();
    drop(database);
    let catalogue = match endpoint.engine {
        servers::Engine::Postgres => "SELECT datname FROM pg_database;",
        servers::Engine::MariaDb => "SHOW DATABASES;",
    };
    let left = endpoint.execute(catalogue)?;
    assert!(left.contains(&other.name) && !left.contains(&name), "{left}");
    Ok(())
}

#[test]
fn mariadb_databases_have_the_character_set_asked_for() -> Result<()> {
    for charset in ["latin1", "utf8mb4"] {
        let database = servers::mariadb()?.fresh_database_in(charset)?;
        assert_eq!(database.execute("SELECT @@character_set_database;")?.trim(), charset);
    }
    Ok(())
}

#[test]
fn urls_encode_what_would_break_them() -> Result<()> {
    let database = servers::postgres()?.fresh_database()?;
    let at = database.endpoint();
    let encoded = "s3cr%3Aet%2F%40%2541";
    let (name, port) = (&database.name, at.port);
    let user = name.replace('_', "%5F");
    assert_eq!(database.url(), format!("postgresql+psycopg://{user}:{encoded}@{}:{port}/{name}", at.host));
    Ok(())
}

#[test]
fn admin_urls_read_back() -> Result<()> {
    for endpoint in [servers::postgres()?, servers::mariadb()?] {
        let read = Endpoint::from_admin_url(&endpoint.admin_url())?;
        assert_eq!((read.engine, read.port, &read.host), (endpoint.engine, endpoint.port, &endpoint.host));
        read.execute("SELECT 1;")?;
    }
    Ok(())
}

#[test]
fn postgres_keeps_its_data_over_restarts_and_crashes() -> Result<()> {
    let server = Postgres::start()?;
    let database = server.fresh_database()?;
    database.execute("CREATE TABLE t (id INT);")?;
    server.stop()?;
    assert!(server.pid().is_none());
    assert!(database.execute("SELECT 1;").is_err(), "a stopped server answers");
    server.restart()?;
    database.execute("INSERT INTO t VALUES (1);")?;
    server.kill()?;
    server.restart()?;
    assert_eq!(database.execute("SELECT id FROM t;")?, "1\n");
    Ok(())
}

#[test]
fn mariadb_keeps_its_data_over_restarts_and_crashes() -> Result<()> {
    let server = MariaDb::start()?;
    let database = server.fresh_database()?;
    database.execute("CREATE TABLE t (id INT);")?;
    server.stop()?;
    assert!(server.pid().is_none());
    assert!(database.execute("SELECT 1;").is_err(), "a stopped server answers");
    server.restart()?;
    database.execute("INSERT INTO t VALUES (1);")?;
    server.kill()?;
    server.restart()?;
    assert_eq!(database.execute("SELECT id FROM t;")?, "1\n");
    Ok(())
}

#[test]
fn a_server_that_cannot_start_shows_its_log() -> Result<()> {
    let settings = vec![("no_such_setting".to_owned(), "1".to_owned())];
    let postgres =
        Postgres::start_with(&PostgresOptions { settings: settings.clone(), ..PostgresOptions::default() });
    let error = format!("{:#}", postgres.err().context("PostgreSQL started")?);
    assert!(
        error.contains("cannot start PostgreSQL") && error.contains("unrecognized configuration"),
        "{error}"
    );
    let mariadb = MariaDb::start_with(&MariaDbOptions { settings, tls: None });
    let error = format!("{:#}", mariadb.err().context("MariaDB started")?);
    assert!(error.contains("cannot start MariaDB") && error.contains("unknown variable"), "{error}");
    Ok(())
}
