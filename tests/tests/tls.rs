//! TLS to real servers, with certificates made here: what each mode accepts, and what it must refuse.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the functions that the tests share are tests too"
)]

use std::path::Path;
use std::sync::LazyLock;

use feast_registry::config::{ConnectArguments, EngineOptions};
use feast_registry::driver::{Access, Connection, Failure, FailureKind, open_driver};
use feast_registry_core::sql::{Statement, Value};
use feast_registry_tests::certificates::Certificates;
use feast_registry_tests::servers::{
    self, MariaDb, MariaDbOptions, Postgres, PostgresOptions, TestDatabase, TlsFiles,
};

static CERTIFICATES: LazyLock<Certificates> = LazyLock::new(|| Certificates::make().unwrap());

fn of_server(certificates: &Certificates) -> TlsFiles {
    TlsFiles {
        certificate: certificates.path("server.pem"),
        key: certificates.path("server.key"),
        client_authority: Some(certificates.path("ca.pem")),
    }
}

fn connect(url: &str, connect_args: &[(&str, &Path)]) -> Result<Box<dyn Connection>, Failure> {
    let pairs = connect_args.iter().map(|(name, value)| (*name, value.to_str().unwrap()));
    let engine =
        EngineOptions { connect_args: ConnectArguments::from_iter(pairs), ..EngineOptions::default() };
    open_driver(&url.parse().unwrap(), &engine, Access::Write).unwrap().connect()
}

fn one(connection: &mut dyn Connection, text: &str) -> Value<'static> {
    connection.query(&Statement { text: text.into(), values: Vec::new() }).unwrap()[0].last().unwrap().clone()
}

/// The same database under the name that the certificate is for.
fn by_name(database: &TestDatabase) -> String {
    database.url().replace("127.0.0.1", "localhost")
}

#[track_caller]
fn denied(outcome: Result<Box<dyn Connection>, Failure>, word: &str) {
    let failure = outcome.err().expect("a refusal");
    assert_eq!(failure.kind, FailureKind::Denied, "{failure:?}");
    assert!(failure.message.contains(word), "{failure:?}");
}

#[test]
fn postgres_modes() {
    let certificates = &*CERTIFICATES;
    let options = PostgresOptions { tls: Some(of_server(certificates)), ..PostgresOptions::quick() };
    let server = Postgres::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    let encrypted = |url: String| {
        let mut connection = connect(&url, &[]).unwrap_or_else(|failure| panic!("{url}: {failure:?}"));
        one(&mut *connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == Value::Int(1)
    };
    let ca = certificates.path("ca.pem").display().to_string();
    let stranger = certificates.path("stranger.pem").display().to_string();
    let (by_address, by_name) = (database.url(), by_name(&database));

    assert!(!encrypted(format!("{by_address}?sslmode=disable")));
    assert!(!encrypted(format!("{by_address}?sslmode=allow")));
    for mode in ["", "?sslmode=prefer", "?sslmode=require"] {
        assert!(encrypted(format!("{by_address}{mode}")), "{mode}");
    }
    assert!(encrypted(format!("{by_address}?sslmode=require&sslrootcert={ca}")));
    assert!(encrypted(format!("{by_address}?sslmode=verify-ca&sslrootcert={ca}")));
    assert!(encrypted(format!("{by_name}?sslmode=verify-full&sslrootcert={ca}")));

    denied(connect(&format!("{by_address}?sslmode=verify-full&sslrootcert={ca}"), &[]), "not valid for name");
    for mode in ["require", "verify-ca", "verify-full"] {
        denied(connect(&format!("{by_name}?sslmode={mode}&sslrootcert={stranger}"), &[]), "UnknownIssuer");
    }
    denied(connect(&format!("{by_name}?sslrootcert=system"), &[]), "certificate");
}

#[test]
fn postgres_sees_the_clients_certificate() {
    let certificates = &*CERTIFICATES;
    let options = PostgresOptions { tls: Some(of_server(certificates)), ..PostgresOptions::quick() };
    let server = Postgres::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    let url = format!("{}?sslmode=require", database.url());
    let own = [("sslcert", &*certificates.path("client.pem")), ("sslkey", &*certificates.path("client.key"))];
    let name = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(one(&mut *connect(&url, &own).unwrap(), name), Value::Text("/CN=client".into()));
    assert_eq!(one(&mut *connect(&url, &[]).unwrap(), name), Value::Null);
}

#[test]
fn mariadb_modes() {
    let certificates = &*CERTIFICATES;
    let options = MariaDbOptions { tls: Some(of_server(certificates)), ..MariaDbOptions::quick() };
    let server = MariaDb::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    let encrypted = |url: String| {
        let mut connection = connect(&url, &[]).unwrap_or_else(|failure| panic!("{url}: {failure:?}"));
        one(&mut *connection, "SHOW STATUS LIKE 'Ssl_cipher'") != Value::from("")
    };
    let ca = certificates.path("ca.pem").display().to_string();
    let stranger = certificates.path("stranger.pem").display().to_string();
    let (by_address, by_name) = (database.url(), by_name(&database));

    assert!(!encrypted(format!("{by_address}?ssl_disabled=true")));
    assert!(!encrypted(format!("{by_address}?ssl_mode=DISABLED")));
    for mode in ["", "?ssl_mode=PREFERRED", "?ssl_mode=REQUIRED"] {
        assert!(encrypted(format!("{by_address}{mode}")), "{mode}");
    }
    assert!(encrypted(format!("{by_address}?ssl_mode=VERIFY_CA&ssl_ca={ca}&ssl_check_hostname=false")));
    assert!(encrypted(format!("{by_name}?ssl_ca={ca}")));
    assert!(encrypted(format!("{by_name}?ssl_mode=VERIFY_IDENTITY&ssl_ca={ca}")));

    denied(connect(&format!("{by_address}?ssl_ca={ca}"), &[]), "not valid for name");
    denied(connect(&format!("{by_address}?ssl_mode=VERIFY_IDENTITY&ssl_ca={ca}"), &[]), "not valid for name");
    for rest in ["", "&ssl_check_hostname=false", "&ssl_mode=VERIFY_CA"] {
        denied(connect(&format!("{by_name}?ssl_ca={stranger}{rest}"), &[]), "UnknownIssuer");
    }
    denied(connect(&format!("{by_name}?ssl_verify_cert=true"), &[]), "UnknownIssuer");
}

#[test]
fn mariadb_sees_the_clients_certificate() {
    let certificates = &*CERTIFICATES;
    let options = MariaDbOptions { tls: Some(of_server(certificates)), ..MariaDbOptions::quick() };
    let server = MariaDb::start_with(&options).unwrap();
    let database = server.fresh_database().unwrap();
    server
        .endpoint()
        .execute(&format!("ALTER USER {}@'%' REQUIRE SUBJECT '/CN=client'", database.owner.user))
        .unwrap();
    let (ca, certificate, key) =
        (certificates.path("ca.pem"), certificates.path("client.pem"), certificates.path("client.key"));
    denied(connect(&by_name(&database), &[("ssl.ca", &ca)]), "Access denied");
    for own in [
        [("ssl.ca", &*ca), ("ssl.cert", &certificate), ("ssl.key", &key)],
        [("ssl_ca", &*ca), ("ssl_cert", &certificate), ("ssl_key", &key)],
    ] {
        connect(&by_name(&database), &own).unwrap().ping().unwrap();
    }
}

#[test]
fn servers_without_tls() {
    let postgres = servers::postgres().unwrap().fresh_database().unwrap();
    let mariadb = servers::mariadb().unwrap().fresh_database().unwrap();
    for (url, required, word) in [
        (postgres.url(), "sslmode=require", "does not support TLS"),
        (mariadb.url(), "ssl_mode=REQUIRED", "SSL"),
    ] {
        connect(&url, &[]).unwrap().ping().unwrap();
        denied(connect(&format!("{url}?{required}"), &[]), word);
    }
}
