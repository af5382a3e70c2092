//! A MySQL connection's settings, from URL and `connect_args`, as PyMySQL and mysqlclient
//! understand them.

use std::time::Duration;

use mysql_async::{Opts, OptsBuilder};

use crate::config::EngineOptions;
use crate::driver::{LOCK_WAIT_SECONDS, ParameterError, Parameters};
use crate::tls::mysql::{Encryption, Policy, nested};
use crate::url::ServerUrl;

/// Parameters that mean something here, beside those of TLS, or whose only value is a given here.
pub(in crate::driver) const PARAMETERS: &[&str] = &[
    "autocommit",
    "charset",
    "connect_timeout",
    "database",
    "db",
    "host",
    "init_command",
    "max_allowed_packet",
    "passwd",
    "password",
    "port",
    "program_name",
    "read_timeout",
    "unix_socket",
    "use_unicode",
    "user",
    "write_timeout",
    "ssl_capath",
    "ssl_check_hostname",
    "ssl_cipher",
    "ssl_key_password",
];

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The session that the registry's statements are written for. `STRICT_ALL_TABLES`: too long a
/// value is an error, not cut off. The character set does not depend on the server's or the
/// database's, so that every name arrives as it is.
const SESSION: &str = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', \
                       character_set_client = utf8mb4, character_set_connection = utf8mb4, \
                       character_set_results = utf8mb4, autocommit = 1";

/// How to connect.
pub(super) struct Settings {
    pub(super) with_tls: Opts,
    pub(super) without_tls: Opts,
    pub(super) encryption: Encryption,
    pub(super) connect_timeout: Duration,
    /// `read_timeout` or `write_timeout`, whichever is longer.
    pub(super) patience: Option<Duration>,
}

impl Settings {
    pub(super) fn new(url: &ServerUrl, engine: &EngineOptions) -> Result<Self, ParameterError> {
        let parameters = Parameters::new(&nested(&url.query), engine);
        let password = url.password.as_ref().map(|password| password.reveal().to_owned());
        let parameters = parameters.or([
            ("user", url.user.clone()),
            ("password", password),
            ("host", url.host.clone()),
            ("port", url.port.map(|port| port.to_string())),
            ("database", url.database.clone()),
        ]);
        let own = |names: &[&str]| parameters.first(names).map(str::to_owned);

        let mut session = vec![format!("{SESSION}, innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS}")];
        if let Some(isolation) = engine.isolation_level {
            session.push(format!("SET SESSION TRANSACTION ISOLATION LEVEL {}", isolation.as_sql()));
        }
        session.extend(own(&["init_command"]));
        let tls = Policy::new(&parameters)?;
        let socket = own(&["unix_socket"]);
        let builder = OptsBuilder::default()
            .ip_or_hostname(own(&["host"]).unwrap_or_else(|| "localhost".into()))
            .tcp_port(parameters.number("port")?.unwrap_or(3306))
            .user(own(&["user"]).or_else(|| std::env::var("USER").ok()))
            .pass(own(&["password", "passwd"]))
            .db_name(own(&["database", "db"]))
            .prefer_socket(false)
            .client_found_rows(true)
            .stmt_cache_size(STATEMENT_CACHE)
            .max_allowed_packet(parameters.number("max_allowed_packet")?)
            // Only the library's own pool, which is not used, asks; given, it is not asked for.
            .wait_timeout(Some(28_800))
            .connect_attribute(
                "program_name",
                own(&["program_name"]).unwrap_or_else(|| "feast-registry".into()),
            )
            .setup(session);
        let encryption = if socket.is_some() { Encryption::Off } else { tls.encryption };
        let builder = builder.socket(socket);
        let without_tls = builder.clone().into();
        let with_tls = if encryption == Encryption::Off {
            Opts::from(builder)
        } else {
            builder.ssl_opts(tls.options()?).into()
        };
        Ok(Self {
            with_tls,
            without_tls,
            encryption,
            connect_timeout: parameters.seconds("connect_timeout")?.unwrap_or(CONNECT_TIMEOUT),
            patience: parameters.seconds("read_timeout")?.max(parameters.seconds("write_timeout")?),
        })
    }
}

/// Statements kept prepared per connection; the registry renders far fewer texts than this.
const STATEMENT_CACHE: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConnectArguments;
    use crate::url::DatabaseUrl;

    fn settings(url: &str, connect_args: &[(&str, &str)]) -> Result<Settings, ParameterError> {
        let connect_args = ConnectArguments::from_iter(connect_args.iter().copied());
        let engine = EngineOptions { connect_args, ..EngineOptions::default() };
        match url.parse() {
            Ok(DatabaseUrl::Mysql(url)) => Settings::new(&url, &engine),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parts_of_the_url() {
        let found = settings("mysql+pymysql://u:p%40@h:3307/d?connect_timeout=2", &[]).unwrap();
        let opts = found.without_tls;
        assert_eq!((opts.user(), opts.pass(), opts.db_name()), (Some("u"), Some("p@"), Some("d")));
        assert_eq!((opts.ip_or_hostname(), opts.tcp_port()), ("h", 3307));
        assert!(opts.client_found_rows());
        assert_eq!(found.connect_timeout, Duration::from_secs(2));
        assert_eq!(found.encryption, Encryption::Offered);
    }

    #[test]
    fn arguments_win_and_have_two_spellings() {
        let arguments = [("passwd", "q"), ("db", "e"), ("read_timeout", "7")];
        let found = settings("mysql://u@h", &arguments).unwrap();
        assert_eq!((found.without_tls.pass(), found.without_tls.db_name()), (Some("q"), Some("e")));
        assert_eq!(found.patience, Some(Duration::from_secs(7)));
    }

    #[test]
    fn sockets_need_no_tls() {
        let found = settings("mysql://u@/d?unix_socket=/run/mysqld/mysqld.sock", &[]).unwrap();
        assert_eq!(found.without_tls.socket(), Some("/run/mysqld/mysqld.sock"));
        assert_eq!(found.encryption, Encryption::Off);
    }
}
