//! From a URL and engine options to a driver.

use std::sync::Arc;

use super::echo::Echo;
use super::mysql::{self, MysqlDriver};
use super::postgres::{self, PostgresDriver};
use super::sqlite::{self, SqliteDriver};
use super::{Access, Driver, ParameterError, Parameters};
use crate::config::EngineOptions;
use crate::tls::{self, libpq};
use crate::url::{DatabaseUrl, SqliteDatabase, SqliteUrl};

/// Makes the driver for a database. Nothing is connected yet.
///
/// With [`Access::Read`] an SQLite file that does not exist is not created, and PostgreSQL is asked for
/// nothing that a replica does not have.
///
/// # Errors
/// A connection parameter that cannot be followed, or a certificate file that cannot be read.
pub fn open_driver(
    url: &DatabaseUrl,
    engine: &EngineOptions,
    access: Access,
) -> Result<Arc<dyn Driver>, ParameterError> {
    let driver: Arc<dyn Driver> = match url {
        DatabaseUrl::Sqlite(url) => Arc::new(SqliteDriver::new(url, engine, access)?),
        DatabaseUrl::Postgres(url) => Arc::new(PostgresDriver::new(url, engine, access)?),
        DatabaseUrl::Mysql(url) => Arc::new(MysqlDriver::new(url, engine)?),
    };
    Ok(if engine.echo { Arc::new(Echo(driver)) } else { driver })
}

/// The connection parameters that no driver option here corresponds to, in order: worth a warning.
#[must_use]
pub fn unknown_parameters(url: &DatabaseUrl, engine: &EngineOptions) -> Vec<String> {
    let (known, of_tls): (&[&str], &[&str]) = match url {
        DatabaseUrl::Sqlite(_) => (sqlite::PARAMETERS, &[]),
        DatabaseUrl::Postgres(_) => (postgres::PARAMETERS, libpq::PARAMETERS),
        DatabaseUrl::Mysql(_) => (mysql::PARAMETERS, tls::mysql::PARAMETERS),
    };
    // SQLite's own URIs have parameters that only SQLite knows.
    let native_uri = matches!(url, DatabaseUrl::Sqlite(SqliteUrl { database: SqliteDatabase::Uri(_), .. }));
    let parameters = Parameters::new(url.query(), engine);
    let unknown = |name: &&str| {
        !native_uri && !known.contains(name) && !of_tls.contains(name) && !name.starts_with("ssl.")
    };
    parameters.names().filter(unknown).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConnectArguments;

    fn unknown(url: &str, connect_args: &[(&str, &str)]) -> Vec<String> {
        let connect_args = ConnectArguments::from_iter(connect_args.iter().copied());
        let engine = EngineOptions { connect_args, ..EngineOptions::default() };
        unknown_parameters(&url.parse().unwrap(), &engine)
    }

    #[test]
    fn parameters_that_nobody_reads_are_named() {
        assert_eq!(unknown("sqlite:///x?mode=ro&timeout=1", &[("check_same_thread", "false")]), ["mode"]);
        assert!(unknown("sqlite:///file:x?mode=ro&uri=true", &[]).is_empty());
        let url = "postgresql://h/d?sslmode=require&options=-cx%3Dy&krbsrvname=a";
        assert_eq!(unknown(url, &[("row_factory", "x")]), ["krbsrvname", "row_factory"]);
        let url = "mysql+pymysql://h/d?charset=utf8mb4&ssl_ca=/x&ssl_check_hostname=true&conv=1";
        assert_eq!(unknown(url, &[("ssl.ca", "/y"), ("read_timeout", "3")]), ["conv"]);
    }
}
