//! SQLite's driver on real files and in memory.

use std::fs;
use std::sync::Arc;

use super::*;
use crate::config::ConnectArguments;
use crate::driver::open_driver;
use crate::url::DatabaseUrl;

fn driver_of(url: &str, access: Access) -> Arc<dyn Driver> {
    let connect_args = ConnectArguments::from_iter([("timeout", "0.05")]);
    let engine = EngineOptions { connect_args, ..EngineOptions::default() };
    open_driver(&url.parse::<DatabaseUrl>().unwrap(), &engine, access).unwrap()
}

fn file_url(folder: &tempfile::TempDir) -> String {
    format!("sqlite:///{}", folder.path().join("registry.db").display())
}

fn statement<'a>(text: &str, values: impl IntoIterator<Item = Value<'a>>) -> Statement<'a> {
    Statement { text: text.into(), values: values.into_iter().collect() }
}

fn run(connection: &mut dyn Connection, text: &str) -> Result<u64, Failure> {
    connection.execute(&statement(text, []))
}

fn kind(outcome: Result<impl Sized, Failure>) -> (FailureKind, String) {
    let failure = outcome.err().expect("a failure");
    (failure.kind, failure.code.unwrap_or_default())
}

const TABLE: &str = "CREATE TABLE t (name VARCHAR(255) NOT NULL, blob BLOB, n BIGINT, PRIMARY KEY (name))";

#[test]
fn values_come_back_as_they_went_in() {
    let mut connection = driver_of("sqlite://", Access::Write).connect().unwrap();
    run(&mut *connection, TABLE).unwrap();
    let row = vec![Value::Text("é\0'".into()), Value::from(vec![0, 255]), Value::Int(i64::MIN)];
    connection.execute(&statement("INSERT INTO t VALUES (?, ?, ?)", row.clone())).unwrap();
    assert_eq!(connection.query(&statement("SELECT * FROM t", [])).unwrap(), [row]);
    let null = statement("UPDATE t SET blob = ?", [Value::Null]);
    assert_eq!(connection.execute(&null).unwrap(), 1);
    assert_eq!(connection.execute(&null).unwrap(), 1, "an update to the same value counts");
}

#[test]
fn values_of_other_types_never_panic() {
    let mut connection = driver_of("sqlite://", Access::Read).connect().unwrap();
    let odd = statement("SELECT 1.5, x'ff', CAST(x'ff' AS TEXT), 'ok', 9e99", []);
    assert_eq!(
        connection.query(&odd).unwrap()[0],
        [
            Value::Text("1.5".into()),
            Value::from(vec![255]),
            Value::from(vec![255]),
            Value::Text("ok".into()),
            9e99.to_string().into(),
        ]
    );
}

#[test]
fn connections_of_a_memory_driver_share_it_and_drivers_do_not() {
    let driver = driver_of("sqlite://", Access::Write);
    run(&mut *driver.connect().unwrap(), TABLE).unwrap();
    run(&mut *driver.connect().unwrap(), "INSERT INTO t (name) VALUES ('a')").unwrap();
    let mut other = driver_of("sqlite://", Access::Write).connect().unwrap();
    assert_eq!(kind(run(&mut *other, "DELETE FROM t")).0, FailureKind::MissingTable);
    let (mut first, mut second) = (driver.connect().unwrap(), driver.connect().unwrap());
    first.begin(Access::Write).unwrap();
    assert_eq!(kind(second.begin(Access::Write)), (FailureKind::Conflict, "SQLITE_BUSY".into()));
}

#[test]
fn a_second_writer_conflicts() {
    let folder = tempfile::tempdir().unwrap();
    let driver = driver_of(&file_url(&folder), Access::Write);
    let (mut first, mut second) = (driver.connect().unwrap(), driver.connect().unwrap());
    run(&mut *first, TABLE).unwrap();
    first.begin(Access::Write).unwrap();
    run(&mut *first, "INSERT INTO t (name) VALUES ('a')").unwrap();
    assert_eq!(kind(second.begin(Access::Write)).0, FailureKind::Conflict);
    second.begin(Access::Read).unwrap();
    assert!(second.query(&statement("SELECT * FROM t", [])).unwrap().is_empty());
    assert_eq!(kind(first.commit()), (FailureKind::Conflict, "SQLITE_BUSY".into()));
    second.rollback().unwrap();
    first.commit().unwrap();
    let duplicate = run(&mut *second, "INSERT INTO t (name) VALUES ('a')").unwrap_err();
    assert!(duplicate.is_duplicate_key());
    assert_eq!(duplicate.kind, FailureKind::Conflict);
    assert!(!second.is_broken());
}

#[test]
fn a_stale_snapshot_conflicts() {
    let folder = tempfile::tempdir().unwrap();
    let driver = driver_of(&file_url(&folder), Access::Write);
    let (mut first, mut second) = (driver.connect().unwrap(), driver.connect().unwrap());
    first.query(&statement("PRAGMA journal_mode = wal", [])).unwrap();
    run(&mut *first, TABLE).unwrap();
    second.begin(Access::Read).unwrap();
    second.query(&statement("SELECT * FROM t", [])).unwrap();
    run(&mut *first, "INSERT INTO t (name) VALUES ('a')").unwrap();
    let stale = run(&mut *second, "INSERT INTO t (name) VALUES ('b')");
    assert_eq!(kind(stale), (FailureKind::Conflict, "SQLITE_BUSY_SNAPSHOT".into()));
}

#[test]
fn the_catalog_lists_columns_and_keys() {
    let mut connection = driver_of("sqlite://", Access::Write).connect().unwrap();
    run(&mut *connection, TABLE).unwrap();
    run(&mut *connection, "CREATE INDEX i ON t (n)").unwrap();
    let catalog = connection.catalog().unwrap();
    assert_eq!(
        catalog[0],
        CatalogColumn {
            table: "t".into(),
            column: "name".into(),
            type_name: "VARCHAR(255)".into(),
            length: Some(255),
            collation: None,
            nullable: false,
            has_default: false,
            key: Some(1),
        }
    );
    assert_eq!(
        catalog.iter().map(|column| column.column.as_str()).collect::<Vec<_>>(),
        ["name", "blob", "n"]
    );
    assert_eq!((catalog[2].type_name.as_str(), catalog[2].nullable, catalog[2].key), ("BIGINT", true, None));
    let again = run(&mut *connection, "CREATE TABLE t (x)");
    assert_eq!(kind(again).0, FailureKind::Conflict);
}

#[test]
fn paths_that_cannot_be_opened_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let at = |rest: &str| format!("sqlite:///{}/{rest}", folder.path().display());
    let refusal = |url: String, access| driver_of(&url, access).connect().err().expect("a refusal");

    let failure = refusal(at("none/r.db"), Access::Write);
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert!(failure.message.contains("none` does not exist"), "{failure}");
    assert_eq!(refusal(at("."), Access::Write).kind, FailureKind::Unreachable);

    assert_eq!(refusal(at("r.db"), Access::Read).kind, FailureKind::Unreachable);
    assert!(!folder.path().join("r.db").exists(), "a reader creates no file");
    driver_of(&at("r.db"), Access::Write).connect().unwrap();
    assert!(folder.path().join("r.db").exists());

    fs::write(folder.path().join("other"), "not a database, but long enough to be read as one".repeat(9))
        .unwrap();
    let failure = refusal(at("other"), Access::Write);
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::NotADatabase, Some("SQLITE_NOTADB")));
    assert!(failure.message.contains("other"), "{failure}");
}

#[test]
fn a_failed_commit_can_be_rolled_back_and_rolling_back_twice_is_no_error() {
    let mut connection = driver_of("sqlite://", Access::Write).connect().unwrap();
    connection.begin(Access::Write).unwrap();
    connection.rollback().unwrap();
    connection.rollback().unwrap();
    connection.ping().unwrap();
}

#[test]
fn uri_parameters_reach_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.db");
    let url = format!("sqlite:///file:{}?mode=ro&uri=true", path.display());
    assert_eq!(
        driver_of(&url, Access::Write).connect().err().map(|failure| failure.kind),
        Some(FailureKind::Unreachable)
    );
    driver_of(&file_url(&folder), Access::Write).connect().unwrap().execute(&statement(TABLE, [])).unwrap();
    let mut reader = driver_of(&url, Access::Write).connect().unwrap();
    assert_eq!(kind(run(&mut *reader, "DELETE FROM t")).0, FailureKind::ReadOnly);
}
