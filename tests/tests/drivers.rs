//! The drivers against real servers: values, counts, transactions, catalogs, and what kind of failure each error is.
//! SQLite needs no server; its tests are beside its driver.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the functions that the tests share are tests too"
)]

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use feast_registry::config::{ConnectArguments, EngineOptions, IsolationLevel};
use feast_registry::driver::{Access, Connection, Driver, Failure, FailureKind, open_driver};
use feast_registry::pool::{Pool, PoolOptions};
use feast_registry_core::sql::{Dialect, Statement, Value};
use feast_registry_tests::servers::{
    self, Endpoint, Engine, Login, MariaDb, MariaDbOptions, Postgres, PostgresOptions,
};

/// The servers that every test below that names no engine runs on.
fn both() -> [&'static Endpoint; 2] {
    [servers::postgres().unwrap(), servers::mariadb().unwrap()]
}

fn driver_with(url: &str, engine: &EngineOptions) -> Arc<dyn Driver> {
    open_driver(&url.parse().unwrap(), engine, Access::Write).unwrap()
}

fn driver(url: &str) -> Arc<dyn Driver> {
    driver_with(url, &EngineOptions::default())
}

fn engine(connect_args: &[(&str, &str)]) -> EngineOptions {
    let connect_args = ConnectArguments::from_iter(connect_args.iter().copied());
    EngineOptions { connect_args, ..EngineOptions::default() }
}

/// Writes `?` as the dialect's placeholders.
fn statement<'a>(dialect: Dialect, text: &str, values: impl IntoIterator<Item = Value<'a>>) -> Statement<'a> {
    let mut text = text.to_owned();
    let mut number = 0;
    while dialect == Dialect::Postgres && text.contains('?') {
        number += 1;
        text = text.replacen('?', &format!("${number}"), 1);
    }
    Statement { text, values: values.into_iter().collect() }
}

fn run(connection: &mut dyn Connection, text: &str) -> Result<u64, Failure> {
    connection.execute(&Statement { text: text.into(), values: Vec::new() })
}

fn rows(connection: &mut dyn Connection, text: &str) -> Result<Vec<Vec<Value<'static>>>, Failure> {
    connection.query(&Statement { text: text.into(), values: Vec::new() })
}

#[track_caller]
fn refused(outcome: Result<impl Sized, Failure>, kind: FailureKind, codes: [&str; 2]) {
    let failure = outcome.err().expect("a failure");
    assert_eq!(failure.kind, kind, "{failure:?}");
    assert!(codes.contains(&failure.code.as_deref().unwrap_or_default()), "{failure:?}");
}

fn table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => {
            "CREATE TABLE things (name VARCHAR(255) NOT NULL, n INTEGER NOT NULL, big BIGINT, body LONGBLOB, note TEXT, \
             PRIMARY KEY (name, n))"
        }
        _ => {
            "CREATE TABLE things (name VARCHAR(255) NOT NULL, n INTEGER NOT NULL, big BIGINT, body BYTEA, note TEXT, \
             PRIMARY KEY (name, n))"
        }
    }
}

fn with_table(url: &str) -> (Arc<dyn Driver>, Box<dyn Connection>) {
    let driver = driver(url);
    let mut connection = driver.connect().unwrap();
    run(&mut *connection, table(driver.dialect())).unwrap();
    (driver, connection)
}

fn add(dialect: Dialect, name: &str, n: i64) -> Statement<'_> {
    let values = [Value::Text(name.into()), Value::Int(n)];
    statement(dialect, "INSERT INTO things (name, n) VALUES (?, ?)", values)
}

#[test]
fn values_come_back_as_they_went_in() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        let dialect = driver.dialect();
        let all: Vec<Vec<Value>> = [i64::MIN, -1, i64::MAX]
            .into_iter()
            .enumerate()
            .map(|(index, big)| {
                vec![
                    format!("n\u{e4}me 🦀 ' \" \\ % \n {index}").into(),
                    Value::Int(7),
                    Value::Int(big),
                    Value::Bytes((0..=255).collect()),
                    "".into(),
                ]
            })
            .chain([vec![
                Value::Text("z".into()),
                Value::Int(i32::MIN.into()),
                Value::Null,
                Value::Null,
                Value::Null,
            ]])
            .collect();
        // Often enough that PostgreSQL's driver prepares the text half way.
        for row in &all {
            let insert = statement(dialect, "INSERT INTO things VALUES (?, ?, ?, ?, ?)", row.clone());
            assert_eq!(connection.execute(&insert).unwrap(), 1);
        }
        for row in &all {
            let text = "SELECT name, n, big, body, note FROM things WHERE name = ? AND n = ?";
            let found = connection.query(&statement(dialect, text, row[..2].to_vec())).unwrap();
            assert_eq!(found, std::slice::from_ref(row), "{dialect:?}");
        }
        let sums = rows(&mut *connection, "SELECT COUNT(*), MAX(n), NULL FROM things").unwrap();
        assert_eq!(sums, [[Value::Int(4), Value::Int(7), Value::Null]]);
    }
}

#[test]
fn a_large_object_is_one_value() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        let body = Value::from(vec![0xff; 9_000_000]);
        let text = "INSERT INTO things (name, n, body) VALUES ('big', 1, ?)";
        connection.execute(&statement(driver.dialect(), text, [body.clone()])).unwrap();
        assert_eq!(rows(&mut *connection, "SELECT body FROM things").unwrap(), [[body]]);
    }
}

#[test]
fn counts_are_of_rows_matched() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        for n in 0..3 {
            connection.execute(&add(driver.dialect(), "a", n)).unwrap();
        }
        let same = "UPDATE things SET big = 5 WHERE n < 2";
        assert_eq!(run(&mut *connection, same).unwrap(), 2);
        assert_eq!(run(&mut *connection, same).unwrap(), 2, "{:?}", driver.dialect());
        assert_eq!(run(&mut *connection, "DELETE FROM things WHERE n = 9").unwrap(), 0);
        assert_eq!(run(&mut *connection, "DELETE FROM things").unwrap(), 3);
    }
}

#[test]
fn transactions_commit_and_roll_back() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        let count =
            |connection: &mut dyn Connection| rows(connection, "SELECT COUNT(*) FROM things").unwrap();
        connection.begin(Access::Write).unwrap();
        connection.execute(&add(driver.dialect(), "a", 1)).unwrap();
        connection.rollback().unwrap();
        assert_eq!(count(&mut *connection), [[Value::Int(0)]]);
        connection.begin(Access::Write).unwrap();
        connection.execute(&add(driver.dialect(), "a", 1)).unwrap();
        connection.commit().unwrap();
        assert_eq!(count(&mut *driver.connect().unwrap()), [[Value::Int(1)]]);

        connection.begin(Access::Read).unwrap();
        refused(run(&mut *connection, "DELETE FROM things"), FailureKind::ReadOnly, ["25006", "1792"]);
        connection.rollback().unwrap();
        assert_eq!(run(&mut *connection, "DELETE FROM things").unwrap(), 1);
    }
}

#[test]
fn rejected_statements_are_told_apart() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        let dialect = driver.dialect();
        connection.execute(&add(dialect, "a", 1)).unwrap();
        for _ in 0..3 {
            let duplicate = connection.execute(&add(dialect, "a", 1));
            assert!(duplicate.as_ref().unwrap_err().is_duplicate_key());
            refused(duplicate, FailureKind::Conflict, ["23505", "1062"]);
        }
        let long = connection.execute(&add(dialect, &"x".repeat(256), 1));
        refused(long, FailureKind::TooLong, ["22001", "1406"]);
        refused(run(&mut *connection, table(dialect)), FailureKind::Conflict, ["42P07", "1050"]);
        refused(run(&mut *connection, "DELETE FROM nothing"), FailureKind::MissingTable, ["42P01", "1146"]);
        refused(
            rows(&mut *connection, "SELECT * FROM nothing"),
            FailureKind::MissingTable,
            ["42P01", "1146"],
        );
        refused(run(&mut *connection, "MAKE IT SO"), FailureKind::Refused, ["42601", "1064"]);
        assert!(!connection.is_broken(), "{dialect:?}");
        connection.ping().unwrap();
        let missing =
            connection.execute(&statement(dialect, "UPDATE things SET big = ? WHERE n = ?", [Value::Int(1)]));
        assert_eq!(missing.unwrap_err().kind, FailureKind::Refused);
    }
}

#[test]
fn a_narrow_mysql_blob_refuses_what_does_not_fit() {
    let database = servers::mariadb().unwrap().fresh_database().unwrap();
    let mut connection = driver(&database.url()).connect().unwrap();
    run(&mut *connection, "CREATE TABLE old (body BLOB)").unwrap();
    let insert = statement(Dialect::Mysql, "INSERT INTO old VALUES (?)", [Value::from(vec![1; 70_000])]);
    refused(connection.execute(&insert), FailureKind::TooLong, ["1406", ""]);
}

#[test]
fn every_name_fits_a_utf8mb4_column_of_a_latin1_database() {
    let database = servers::mariadb().unwrap().fresh_database_in("latin1").unwrap();
    let mut connection = driver(&database.url()).connect().unwrap();
    run(
        &mut *connection,
        "CREATE TABLE t (name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY)",
    )
    .unwrap();
    let name = Value::Text("магазин 🦀".into());
    connection.execute(&statement(Dialect::Mysql, "INSERT INTO t VALUES (?)", [name.clone()])).unwrap();
    let find = statement(Dialect::Mysql, "SELECT name FROM t WHERE name = ?", [name.clone()]);
    assert_eq!(connection.query(&find).unwrap(), [[name]]);
}

#[test]
fn deadlocks_are_conflicts() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut first) = with_table(&database.url());
        let mut second = driver.connect().unwrap();
        for n in 0..2 {
            first.execute(&add(driver.dialect(), "a", n)).unwrap();
        }
        let update = |connection: &mut dyn Connection, n: u8| {
            run(connection, &format!("UPDATE things SET big = 1 WHERE name = 'a' AND n = {n}"))
        };
        for connection in [&mut first, &mut second] {
            connection.begin(Access::Write).unwrap();
        }
        update(&mut *first, 0).unwrap();
        update(&mut *second, 1).unwrap();
        let waiting = thread::spawn(move || update(&mut *first, 1).map(drop));
        thread::sleep(Duration::from_millis(200));
        let outcomes = [update(&mut *second, 0).map(drop), waiting.join().unwrap()];
        let failed: Vec<_> = outcomes.into_iter().filter(Result::is_err).collect();
        assert_eq!(failed.len(), 1);
        for outcome in failed {
            refused(outcome, FailureKind::Conflict, ["40P01", "1213"]);
        }
    }
}

#[test]
fn serialization_failures_are_conflicts() {
    let database = servers::postgres().unwrap().fresh_database().unwrap();
    let (_, mut first) = with_table(&database.url());
    first.execute(&add(Dialect::Postgres, "a", 1)).unwrap();
    let serializable =
        EngineOptions { isolation_level: Some(IsolationLevel::Serializable), ..EngineOptions::default() };
    let driver = driver_with(&database.url(), &serializable);
    let (mut first, mut second) = (driver.connect().unwrap(), driver.connect().unwrap());
    for connection in [&mut first, &mut second] {
        connection.begin(Access::Write).unwrap();
        let level = rows(&mut **connection, "SHOW transaction_isolation").unwrap();
        assert_eq!(level, [[Value::Text("serializable".into())]]);
        rows(&mut **connection, "SELECT * FROM things").unwrap();
    }
    run(&mut *first, "UPDATE things SET big = 1").unwrap();
    first.commit().unwrap();
    refused(run(&mut *second, "UPDATE things SET big = 2"), FailureKind::Conflict, ["40001", ""]);
    // PostgreSQL would answer a commit with a silent rollback.
    refused(second.commit(), FailureKind::Refused, ["", ""]);
    second.rollback().unwrap();
    second.begin(Access::Write).unwrap();
    run(&mut *second, "UPDATE things SET big = 2").unwrap();
    second.commit().unwrap();
}

#[test]
fn mysql_lock_timeouts_and_isolation_levels() {
    let database = servers::mariadb().unwrap().fresh_database().unwrap();
    let (_, mut first) = with_table(&database.url());
    first.execute(&add(Dialect::Mysql, "a", 1)).unwrap();
    let engine = EngineOptions {
        isolation_level: Some(IsolationLevel::ReadCommitted),
        ..engine(&[("init_command", "SET SESSION innodb_lock_wait_timeout = 1")])
    };
    let mut second = driver_with(&database.url(), &engine).connect().unwrap();
    let session = rows(&mut *second, "SELECT @@tx_isolation, @@sql_mode LIKE '%STRICT%'").unwrap();
    assert_eq!(session, [[Value::Text("READ-COMMITTED".into()), Value::Int(1)]]);
    first.begin(Access::Write).unwrap();
    run(&mut *first, "UPDATE things SET big = 1").unwrap();
    refused(run(&mut *second, "UPDATE things SET big = 2"), FailureKind::Conflict, ["1205", ""]);
}

#[test]
fn logins_that_fail_say_why_and_keep_the_password() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let right = database.url();
        let wrong = database.url_of(&Login { user: "nobody".into(), password: "hunter2-wrong".into() });
        let refusal = |url: &str| driver(url).connect().err().expect("a refusal");

        let failure = refusal(&wrong);
        assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
        assert!(["28P01", "1045"].contains(&failure.code.as_deref().unwrap_or_default()), "{failure:?}");
        assert!(
            failure.message.contains("nobody") && !format!("{failure:?}").contains("hunter2"),
            "{failure:?}"
        );

        let (base, _) = right.rsplit_once('/').unwrap();
        let failure = refusal(&format!("{base}/no_such_database"));
        // MariaDB tells somebody without rights on it nothing about a database.
        let expected = match server.engine {
            Engine::Postgres => FailureKind::MissingDatabase,
            Engine::MariaDb => FailureKind::Denied,
        };
        assert_eq!(failure.kind, expected, "{failure:?}");
        assert!(failure.message.contains("no_such_database"));
        assert!(failure.hint().is_some());

        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let failure = refusal(&right.replace(&format!(":{}/", server.port), &format!(":{closed}/")));
        assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
        assert!(failure.message.contains(&closed.to_string()), "{failure:?}");

        let failure = refusal(&right.replace(&server.host, "no-such-host.invalid"));
        assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
    }
    let admin = servers::mariadb().unwrap().admin_url();
    let failure = driver(&format!("{admin}/no_such_database")).connect().err().unwrap();
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::MissingDatabase, Some("1049")));
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    for scheme in ["postgresql", "mysql"] {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://u:p@{}/d?connect_timeout=1", silent.local_addr().unwrap());
        let started = Instant::now();
        let failure = driver(&url).connect().err().unwrap();
        assert_eq!(failure.kind, FailureKind::Unreachable, "{failure:?}");
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    }
}

#[test]
fn without_the_right_to_create_tables() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver_of_owner, _) = with_table(&database.url());
        let login = database.login_without_ddl().unwrap();
        let mut connection = driver(&database.url_of(&login)).connect().unwrap();
        connection.execute(&add(driver_of_owner.dialect(), "a", 1)).unwrap();
        refused(
            run(&mut *connection, "CREATE TABLE more (x INTEGER)"),
            FailureKind::Denied,
            ["42501", "1142"],
        );
    }
}

#[test]
fn a_connection_ended_by_the_server_is_lost() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, mut connection) = with_table(&database.url());
        let own = match server.engine {
            Engine::Postgres => "SELECT pg_backend_pid()",
            Engine::MariaDb => "SELECT CONNECTION_ID()",
        };
        let own = rows(&mut *connection, own).unwrap();
        let Value::Int(id) = own[0][0] else { panic!("{own:?}") };
        connection.begin(Access::Write).unwrap();
        connection.execute(&add(driver.dialect(), "a", 1)).unwrap();
        match server.engine {
            Engine::Postgres => server.execute(&format!("SELECT pg_terminate_backend({id})")).unwrap(),
            Engine::MariaDb => server.execute(&format!("KILL {id}")).unwrap(),
        };
        thread::sleep(Duration::from_millis(200));
        let failure = connection.commit().unwrap_err();
        assert_eq!(failure.kind, FailureKind::ConnectionLost, "{failure:?}");
        assert!(connection.is_broken());
        assert!(connection.rollback().is_err());
        drop(connection);
        let mut next = driver.connect().unwrap();
        assert_eq!(rows(&mut *next, "SELECT COUNT(*) FROM things").unwrap(), [[Value::Int(0)]]);
    }
}

#[test]
fn a_pool_outlives_its_server() {
    let postgres = Postgres::start_with(&PostgresOptions::quick()).unwrap();
    let mariadb = MariaDb::start_with(&MariaDbOptions::quick()).unwrap();
    let databases = [postgres.fresh_database().unwrap(), mariadb.fresh_database().unwrap()];
    let pools =
        databases.each_ref().map(|database| Pool::new(driver(&database.url()), PoolOptions::default()));
    for pool in &pools {
        let mut several = [pool.checkout().unwrap(), pool.checkout().unwrap()];
        for connection in &mut several {
            connection.ping().unwrap();
        }
    }
    postgres.stop().unwrap();
    mariadb.stop().unwrap();
    for pool in &pools {
        assert_eq!(pool.checkout().unwrap().ping().unwrap_err().kind, FailureKind::ConnectionLost);
        // The other idle connection went with the first.
        assert_eq!(pool.checkout().err().unwrap().kind, FailureKind::Unreachable);
    }
    postgres.restart().unwrap();
    mariadb.restart().unwrap();
    for pool in &pools {
        pool.checkout().unwrap().ping().unwrap();
    }
}

#[test]
fn catalogs_describe_what_is_there() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (_, mut connection) = with_table(&database.url());
        let catalog = connection.catalog().unwrap();
        let seen: Vec<_> = catalog
            .iter()
            .map(|column| {
                let (name, type_name) = (column.column.as_str(), column.type_name.as_str());
                (column.table.as_str(), name, type_name, column.length, column.nullable, column.key)
            })
            .collect();
        let types = match server.engine {
            Engine::Postgres => ["character varying(255)", "integer", "bigint", "bytea", "text"],
            Engine::MariaDb => ["varchar(255)", "int(11)", "bigint(20)", "longblob", "text"],
        };
        assert_eq!(
            seen,
            [
                ("things", "name", types[0], Some(255), false, Some(1)),
                ("things", "n", types[1], None, false, Some(2)),
                ("things", "big", types[2], None, true, None),
                ("things", "body", types[3], None, true, None),
                ("things", "note", types[4], None, true, None),
            ]
        );
        let collated = server.engine == Engine::MariaDb;
        assert_eq!(catalog[0].collation.is_some(), collated, "{:?}", catalog[0]);
    }
}

#[test]
fn a_search_path_decides_where_tables_are() {
    let database = servers::postgres().unwrap().fresh_database().unwrap();
    database.execute("CREATE SCHEMA feast").unwrap();
    let in_schema = driver_with(&database.url(), &engine(&[("options", "-c search_path=feast")]));
    run(&mut *in_schema.connect().unwrap(), table(Dialect::Postgres)).unwrap();
    assert_eq!(database.execute("SELECT COUNT(*) FROM feast.things").unwrap().trim(), "0");
    assert_eq!(in_schema.connect().unwrap().catalog().unwrap().len(), 5);
    assert!(driver(&database.url()).connect().unwrap().catalog().unwrap().is_empty());
    let nowhere = driver(&format!("{}?options=-csearch_path%3Dnowhere", database.url()));
    let outcome = run(&mut *nowhere.connect().unwrap(), table(Dialect::Postgres));
    refused(outcome, FailureKind::MissingDatabase, ["3F000", ""]);
}

#[test]
fn a_table_altered_under_a_prepared_statement_is_a_conflict_once() {
    let database = servers::postgres().unwrap().fresh_database().unwrap();
    let (_, mut connection) = with_table(&database.url());
    let read = |connection: &mut dyn Connection| rows(connection, "SELECT * FROM things");
    for _ in 0..3 {
        read(&mut *connection).unwrap();
    }
    database.execute("ALTER TABLE things ADD COLUMN more INTEGER").unwrap();
    refused(read(&mut *connection), FailureKind::Conflict, ["0A000", ""]);
    read(&mut *connection).unwrap();
}

#[test]
fn statements_are_prepared_only_where_that_is_allowed() {
    let database = servers::postgres().unwrap().fresh_database().unwrap();
    let prepared = |engine: &EngineOptions| {
        let mut connection = driver_with(&database.url(), engine).connect().unwrap();
        let count = "SELECT COUNT(*) FROM pg_prepared_statements";
        let answers: Vec<_> = (0..4).map(|_| rows(&mut *connection, count).unwrap()[0][0].clone()).collect();
        answers[3].clone()
    };
    assert_eq!(prepared(&EngineOptions::default()), Value::Int(1));
    assert_eq!(prepared(&engine(&[("prepare_threshold", "")])), Value::Int(0));
}

#[test]
fn several_hosts_are_tried_in_turn() {
    let server = servers::postgres().unwrap();
    let database = server.fresh_database().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!(
        "{}?host=127.0.0.1:{closed}&host=127.0.0.1:{}&target_session_attrs=read-write",
        database.url(),
        server.port
    );
    driver(&url).connect().unwrap().ping().unwrap();
}

#[test]
fn unix_sockets() {
    let folder = tempfile::tempdir().unwrap();
    // The servers run as other users.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let path = folder.path().display().to_string();
    let mut options = PostgresOptions::quick();
    options.settings.push(("unix_socket_directories".into(), path.clone()));
    let server = Postgres::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    let url = format!("{}?host={path}", database.url());
    let mut connection = driver(&url).connect().unwrap();
    assert_eq!(rows(&mut *connection, "SELECT inet_client_addr()").unwrap(), [[Value::Null]]);

    let socket = format!("{path}/mariadb.sock");
    let mut options = MariaDbOptions::quick();
    options.settings.push(("socket".into(), socket.clone()));
    let server = MariaDb::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    let mut connection = driver(&format!("{}?unix_socket={socket}", database.url())).connect().unwrap();
    let user = rows(&mut *connection, "SELECT USER() LIKE '%@localhost'").unwrap();
    assert_eq!(user, [[Value::Int(1)]]);
}

#[test]
fn a_slow_mysql_answer_is_waited_for_only_so_long() {
    let database = servers::mariadb().unwrap().fresh_database().unwrap();
    let mut connection = driver(&format!("{}?read_timeout=1", database.url())).connect().unwrap();
    let failure = rows(&mut *connection, "SELECT SLEEP(20)").unwrap_err();
    assert_eq!(failure.kind, FailureKind::ConnectionLost);
    assert!(connection.is_broken());
}

#[test]
fn many_threads_share_a_pool() {
    for server in both() {
        let database = server.fresh_database().unwrap();
        let (driver, _) = with_table(&database.url());
        let dialect = driver.dialect();
        let pool =
            Pool::new(driver, PoolOptions { size: 2, max_overflow: Some(2), ..PoolOptions::default() });
        let added = AtomicU32::new(0);
        thread::scope(|scope| {
            for worker in 0..8 {
                let (pool, added) = (&pool, &added);
                scope.spawn(move || {
                    for n in 0..10 {
                        let mut connection = pool.checkout().unwrap();
                        connection.begin(Access::Write).unwrap();
                        connection.execute(&add(dialect, &format!("w{worker}"), n)).unwrap();
                        if n % 2 == 0 {
                            connection.commit().unwrap();
                            added.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        let count = rows(&mut pool.checkout().unwrap(), "SELECT COUNT(*) FROM things").unwrap();
        assert_eq!(count, [[Value::Int(added.load(Ordering::Relaxed).into())]]);
    }
}
