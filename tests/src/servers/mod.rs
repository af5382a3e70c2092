//! Real database servers for tests: started on a free loopback port in a temporary folder, with passwords on, and gone
//! without a trace when the test process ends, whether it returns, panics or is killed.
//!
//! [`postgres()`], [`mariadb()`] and [`galera()`] give one server or cluster per test process, quick and unsafe against
//! power loss; a test that stops, kills or configures one starts its own with [`Postgres::start_with`],
//! [`MariaDb::start_with`] or [`Galera::start_with`]. A [`Replica`] follows a test's own [`Postgres`], and a [`Proxy`]
//! breaks the connections to any of them.
//! `cargo test` runs all tests of a binary in one process and is the runner to use: one that starts a process per test
//! (cargo-nextest) starts a server per test too. `cargo xtask test` starts each server once for the whole run and
//! passes it on in [`POSTGRES_VARIABLE`] and [`MARIADB_VARIABLE`].

mod endpoint;
pub mod galera;
mod keeper;
pub mod mariadb;
pub mod postgres;
mod postgres_18;
mod proxy;
mod replica;
mod server;

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

pub use endpoint::{Endpoint, Engine, Login, TestDatabase};
pub use galera::Galera;
pub use mariadb::{MariaDb, MariaDbOptions};
pub use postgres::{Installation, Postgres, PostgresOptions};
pub use postgres_18::postgres_18;
pub use proxy::{CommitFault, Direction, Proxy};
pub use replica::Replica;

/// An administrator's URL of a running PostgreSQL that [`postgres()`] uses instead of starting one.
pub const POSTGRES_VARIABLE: &str = "FEAST_REGISTRY_TEST_POSTGRES";
/// An administrator's URL of a running MariaDB that [`mariadb()`] uses instead of starting one.
pub const MARIADB_VARIABLE: &str = "FEAST_REGISTRY_TEST_MARIADB";

/// What a server with TLS shows and checks: PEM files, which are copied.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The server's certificate, with its chain.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
    /// Who signs the clients' certificates, if clients show any.
    pub client_authority: Option<PathBuf>,
}

/// The PostgreSQL that this process's tests share.
pub fn postgres() -> Result<&'static Endpoint> {
    static SHARED: Shared<Postgres> = Shared::new();
    SHARED.endpoint(POSTGRES_VARIABLE, || Postgres::start_with(&PostgresOptions::quick()), Postgres::endpoint)
}

/// The MariaDB that this process's tests share.
pub fn mariadb() -> Result<&'static Endpoint> {
    static SHARED: Shared<MariaDb> = Shared::new();
    SHARED.endpoint(MARIADB_VARIABLE, || MariaDb::start_with(&MariaDbOptions::quick()), MariaDb::endpoint)
}

/// The PostgreSQL 18 that this process's tests share.
pub fn newest_postgres() -> Result<&'static Endpoint> {
    static SHARED: OnceLock<Result<Postgres, String>> = OnceLock::new();
    let start = || {
        Postgres::start_with(&PostgresOptions {
            installation: Some(postgres_18()?),
            ..PostgresOptions::quick()
        })
    };
    Ok(started(&SHARED, start)?.endpoint())
}

/// The Galera cluster that this process's tests share: for those that leave its nodes alone.
pub fn galera() -> Result<&'static Galera> {
    static SHARED: OnceLock<Result<Galera, String>> = OnceLock::new();
    started(&SHARED, Galera::start)
}

fn started<S>(
    shared: &'static OnceLock<Result<S, String>>,
    start: impl FnOnce() -> Result<S>,
) -> Result<&'static S> {
    // Kept as text, so that every test that needs the server fails with the one cause.
    let shared = shared.get_or_init(|| start().map_err(|error| format!("{error:#}")));
    shared.as_ref().map_err(|error| anyhow!("{error}"))
}

struct Shared<S> {
    cell: OnceLock<Result<(Endpoint, Option<S>), String>>,
}

impl<S> Shared<S> {
    const fn new() -> Self {
        Shared { cell: OnceLock::new() }
    }

    fn endpoint(
        &'static self,
        variable: &str,
        start: impl FnOnce() -> Result<S>,
        endpoint: impl FnOnce(&S) -> &Endpoint,
    ) -> Result<&'static Endpoint> {
        let shared = self.cell.get_or_init(|| {
            let made = match std::env::var(variable) {
                Ok(url) => Endpoint::from_admin_url(&url)
                    .with_context(|| format!("`{variable}`"))
                    .map(|at| (at, None)),
                Err(_) => start().map(|server| (endpoint(&server).clone(), Some(server))),
            };
            // Kept as text, so that every test that needs the server fails with the one cause.
            made.map_err(|error| format!("{error:#}"))
        });
        shared.as_ref().map(|(endpoint, _)| endpoint).map_err(|error| anyhow!("{error}"))
    }
}
