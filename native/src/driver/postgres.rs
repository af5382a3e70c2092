//! PostgreSQL, and CockroachDB through the same protocol.

mod classify;
mod connection;
mod link;
mod settings;
mod values;

use feast_registry_core::sql::Dialect;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use self::classify::unreachable;
use self::connection::PostgresConnection;
use self::link::{Ending, Link};
pub(super) use self::settings::PARAMETERS;
use self::settings::Settings;
use super::{Access, Connection, Driver, Failure, FailureKind, ParameterError};
use crate::config::{EngineOptions, IsolationLevel};
use crate::tls::libpq::Attempt;
use crate::url::ServerUrl;

/// Opens connections to one PostgreSQL database.
pub(super) struct PostgresDriver {
    settings: Settings,
    connector: MakeRustlsConnect,
    isolation: Option<IsolationLevel>,
    place: String,
}

impl PostgresDriver {
    /// `access` says whether it may be a replica, which has no serializable transactions.
    pub(super) fn new(
        url: &ServerUrl,
        engine: &EngineOptions,
        access: Access,
    ) -> Result<Self, ParameterError> {
        let settings = Settings::new(url, engine)?;
        let connector = MakeRustlsConnect::new(settings.tls.client_config()?);
        let isolation = match (access, engine.isolation_level) {
            (Access::Read, Some(IsolationLevel::Serializable)) => Some(IsolationLevel::RepeatableRead),
            (_, configured) => configured,
        };
        Ok(Self { settings, connector, isolation, place: url.place() })
    }

    fn connect_on(&self, runtime: &Runtime) -> Result<(Client, Ending), Failure> {
        // Refused for the presence or absence of TLS; a wrong password (28P01) stays wrong.
        let over_tls = |failure: &Failure| {
            failure.kind == FailureKind::Denied && failure.code.as_deref() != Some("28P01")
        };
        let mut attempts = self.settings.attempts().iter().peekable();
        loop {
            let attempt = attempts.next().copied().unwrap_or(Attempt::Encrypted);
            match self.attempt(runtime, attempt) {
                Err(failure) if attempts.peek().is_some() && over_tls(&failure) => {}
                outcome => return outcome.map_err(|failure| failure.at(&self.place)),
            }
        }
    }

    /// The library bounds only the TCP part of connecting, and a server that accepts and then says nothing
    /// would hold us for ever.
    fn attempt(&self, runtime: &Runtime, attempt: Attempt) -> Result<(Client, Ending), Failure> {
        let mut config = self.settings.config.clone();
        config.ssl_mode(match attempt {
            Attempt::Plain => SslMode::Disable,
            Attempt::Offered => SslMode::Prefer,
            Attempt::Encrypted => SslMode::Require,
        });
        let limit = self.settings.deadline;
        let connect = async { timeout(limit, config.connect(self.connector.clone())).await };
        match runtime.block_on(connect) {
            Ok(Ok((client, connection))) => Ok((client, Box::pin(connection))),
            Ok(Err(error)) => Err(unreachable(error)),
            Err(_) => Err(Failure::new(FailureKind::Unreachable, format!("no answer within {limit:?}"))),
        }
    }
}

impl Driver for PostgresDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::new(FailureKind::Unreachable, "cannot start a runtime to connect").caused_by(error)
        })?;
        match self.connect_on(&runtime) {
            Ok((client, ending)) => {
                let (link, prepare_after) = (Link::new(runtime, ending), self.settings.prepare_after);
                Ok(Box::new(PostgresConnection::new(client, link, self.isolation, prepare_after)))
            }
            Err(failure) => {
                // A drop would wait for a host name that is still being looked up, however long that takes.
                runtime.shutdown_background();
                Err(failure)
            }
        }
    }

    fn place(&self) -> &str {
        &self.place
    }
}
