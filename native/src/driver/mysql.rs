//! MySQL and MariaDB. The library is `mysql_async` driven from a runtime of one thread per
//! connection, because its blocking sister trusts the public certificate authorities even where
//! the configuration names one of its own.

mod batch;
mod classify;
mod connection;
mod settings;
mod values;

use std::sync::atomic::{AtomicBool, Ordering};

use feast_registry_core::sql::Dialect;
use mysql_async::{Conn, Opts};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use self::classify::{is_tls_refusal, unreachable};
use self::connection::MysqlConnection;
pub(super) use self::settings::PARAMETERS;
use self::settings::Settings;
use super::{Connection, Driver, Failure, FailureKind, ParameterError};
use crate::config::EngineOptions;
use crate::tls::mysql::Encryption;
use crate::url::ServerUrl;

/// Opens connections to one MySQL database.
pub(super) struct MysqlDriver {
    settings: Settings,
    place: String,
    /// Was TLS offered by us and not taken, so that it need not be tried again?
    plain: AtomicBool,
}

impl MysqlDriver {
    pub(super) fn new(url: &ServerUrl, engine: &EngineOptions) -> Result<Self, ParameterError> {
        let settings = Settings::new(url, engine)?;
        let plain = AtomicBool::new(settings.encryption == Encryption::Off);
        Ok(Self { settings, place: url.place(), plain })
    }
}

impl Driver for MysqlDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn connect(&self) -> Result<Box<dyn Connection>, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            Failure::new(FailureKind::Unreachable, "cannot start a runtime to connect").caused_by(error)
        })?;
        match self.connect_on(&runtime) {
            Ok(conn) => {
                let patience = self.settings.patience;
                Ok(Box::new(MysqlConnection::new(conn, runtime, patience)))
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

impl MysqlDriver {
    fn connect_on(&self, runtime: &Runtime) -> Result<Conn, Failure> {
        let encrypt = !self.plain.load(Ordering::Relaxed);
        let (with_tls, without) = (&self.settings.with_tls, &self.settings.without_tls);
        let mut outcome = self.attempt(runtime, if encrypt { with_tls } else { without })?;
        let optional = self.settings.encryption == Encryption::Offered;
        if encrypt && optional && outcome.as_ref().is_err_and(is_tls_refusal) {
            outcome = self.attempt(runtime, without)?;
            self.plain.store(outcome.is_ok(), Ordering::Relaxed);
        }
        outcome.map_err(|error| unreachable(&error).at(&self.place))
    }

    fn attempt(&self, runtime: &Runtime, opts: &Opts) -> Result<Result<Conn, mysql_async::Error>, Failure> {
        let limit = self.settings.connect_timeout;
        runtime.block_on(async { timeout(limit, Conn::new(opts.clone())).await }).map_err(|_| {
            Failure::new(FailureKind::Unreachable, format!("no answer within {limit:?}")).at(&self.place)
        })
    }
}
