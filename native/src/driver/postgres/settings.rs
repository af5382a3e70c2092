//! A PostgreSQL connection's settings, from URL, `connect_args` and the environment, as libpq
//! understands them.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{ChannelBinding, LoadBalanceHosts, SslNegotiation, TargetSessionAttrs};

use crate::config::EngineOptions;
use crate::driver::{ParameterError, Parameters};
use crate::tls::libpq::{Attempt, Policy};
use crate::url::ServerUrl;

/// Parameters that mean something here, beside those of TLS, or whose only value is a given here.
pub(in crate::driver) const PARAMETERS: &[&str] = &[
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "prepare_threshold",
    "sslnegotiation",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// What libpq takes from the environment, and with it psycopg.
const VARIABLES: &[(&str, &str)] = &[
    ("application_name", "PGAPPNAME"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("host", "PGHOST"),
    ("options", "PGOPTIONS"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where Debian's and most other servers put their socket: libpq's choice when no host is named.
const SOCKET_FOLDER: &str = "/var/run/postgresql";

/// How to connect.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) tls: Policy,
    sockets_only: bool,
    /// For all hosts together; `connect_timeout` is per host.
    pub(super) deadline: Duration,
    /// Uses after which a text is prepared; `None` for never.
    pub(super) prepare_after: Option<u32>,
}

impl Settings {
    pub(super) fn new(url: &ServerUrl, engine: &EngineOptions) -> Result<Self, ParameterError> {
        let password = url.password.as_ref().map(|password| password.reveal().to_owned());
        let parameters = Parameters::new(&url.query, engine)
            .or([
                ("user", url.user.clone()),
                ("password", password),
                ("host", url.host.clone()),
                ("port", url.port.map(|port| port.to_string())),
                ("dbname", url.database.clone()),
            ])
            .or(VARIABLES.iter().map(|(name, variable)| (*name, std::env::var(variable).ok())));

        let mut config = Config::new();
        let hosts = add_hosts(&mut config, &parameters)?;
        add_options(&mut config, &parameters)?;
        let per_host = parameters.seconds("connect_timeout")?.unwrap_or(CONNECT_TIMEOUT);
        config.connect_timeout(per_host);
        Ok(Self {
            config,
            tls: Policy::new(&parameters, std::env::home_dir().as_deref())?,
            sockets_only: hosts.iter().all(|host| host.starts_with('/')),
            deadline: per_host.saturating_mul(u32::try_from(hosts.len()).unwrap_or(u32::MAX)),
            // psycopg's `None`, for poolers that cannot keep prepared statements.
            prepare_after: if parameters.is_null("prepare_threshold") {
                None
            } else {
                Some(parameters.number("prepare_threshold")?.unwrap_or(1))
            },
        })
    }

    /// The ways to connect, in order. TLS is spoken over TCP only.
    pub(super) fn attempts(&self) -> &[Attempt] {
        if self.sockets_only { &[Attempt::Plain] } else { &self.tls.attempts }
    }
}

/// Several hosts are `host=a,b&port=1,2` (libpq) or `host=a:1&host=b:2` (SQLAlchemy).
fn add_hosts(config: &mut Config, parameters: &Parameters) -> Result<Vec<String>, ParameterError> {
    let default = if Path::new(SOCKET_FOLDER).is_dir() { SOCKET_FOLDER } else { "localhost" };
    let ports: Vec<&str> = parameters.text("port").map_or(Vec::new(), |ports| ports.split(',').collect());
    let mut hosts = Vec::new();
    for (index, entry) in parameters.text("host").unwrap_or(default).split(',').enumerate() {
        let (host, own_port) = match entry.split_once(':') {
            Some((host, port)) if !entry.starts_with('/') && !port.contains(':') => (host, Some(port)),
            _ => (entry, None),
        };
        let port = own_port.or(ports.get(index).copied()).or(ports.last().copied());
        let port = match port.map(str::trim).filter(|port| !port.is_empty()) {
            None => 5432,
            Some(port) => port.parse().map_err(|_| ParameterError::Invalid {
                name: "port".into(),
                expected: "a port number, or as many as there are hosts, separated by commas",
            })?,
        };
        config.host(host).port(port);
        hosts.push(host.to_owned());
    }
    for address in parameters.text("hostaddr").into_iter().flat_map(|addresses| addresses.split(',')) {
        let invalid = |_| ParameterError::Invalid { name: "hostaddr".into(), expected: "IP addresses" };
        config.hostaddr(address.parse::<IpAddr>().map_err(invalid)?);
    }
    Ok(hosts)
}

fn add_options(config: &mut Config, parameters: &Parameters) -> Result<(), ParameterError> {
    if let Some(user) = parameters.text("user") {
        config.user(user);
    }
    if let Some(password) = parameters.text("password") {
        config.password(password);
    }
    if let Some(dbname) = parameters.text("dbname") {
        config.dbname(dbname);
    }
    if let Some(options) = parameters.text("options") {
        config.options(options);
    }
    config.application_name(parameters.text("application_name").unwrap_or("feast-registry"));
    config.keepalives(parameters.flag("keepalives")?.unwrap_or(true));
    if let Some(idle) = parameters.seconds("keepalives_idle")? {
        config.keepalives_idle(idle);
    }
    if let Some(interval) = parameters.seconds("keepalives_interval")? {
        config.keepalives_interval(interval);
    }
    if let Some(count) = parameters.number("keepalives_count")? {
        config.keepalives_retries(count);
    }
    if let Some(milliseconds) = parameters.number("tcp_user_timeout")? {
        config.tcp_user_timeout(Duration::from_millis(milliseconds));
    }
    let attributes = parameters.parse("target_session_attrs", "any, read-write or read-only", |text| {
        Some(match text {
            "any" => TargetSessionAttrs::Any,
            "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
            "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
            _ => return None,
        })
    })?;
    config.target_session_attrs(attributes.unwrap_or(TargetSessionAttrs::Any));
    let binding = parameters.parse("channel_binding", "disable, prefer or require", |text| {
        Some(match text {
            "disable" => ChannelBinding::Disable,
            "prefer" => ChannelBinding::Prefer,
            "require" => ChannelBinding::Require,
            _ => return None,
        })
    })?;
    config.channel_binding(binding.unwrap_or(ChannelBinding::Prefer));
    let balance = parameters.parse("load_balance_hosts", "disable or random", |text| {
        Some(match text {
            "disable" => LoadBalanceHosts::Disable,
            "random" => LoadBalanceHosts::Random,
            _ => return None,
        })
    })?;
    config.load_balance_hosts(balance.unwrap_or(LoadBalanceHosts::Disable));
    let negotiation = parameters.parse("sslnegotiation", "postgres or direct", |text| {
        Some(match text {
            "postgres" => SslNegotiation::Postgres,
            "direct" => SslNegotiation::Direct,
            _ => return None,
        })
    })?;
    config.ssl_negotiation(negotiation.unwrap_or(SslNegotiation::Postgres));
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::Host;

    use super::*;
    use crate::config::ConnectArguments;
    use crate::url::DatabaseUrl;

    fn settings(url: &str, connect_args: &[(&str, &str)]) -> Result<Settings, ParameterError> {
        let connect_args = ConnectArguments::from_iter(connect_args.iter().copied());
        let engine = EngineOptions { connect_args, ..EngineOptions::default() };
        match url.parse() {
            Ok(DatabaseUrl::Postgres(url)) => Settings::new(&url, &engine),
            other => panic!("{other:?}"),
        }
    }

    fn hosts(url: &str) -> Vec<(Host, u16)> {
        let config = settings(url, &[]).unwrap().config;
        config.get_hosts().iter().cloned().zip(config.get_ports().iter().copied()).collect()
    }

    #[test]
    fn one_host_or_several() {
        let tcp = |name: &str, port| (Host::Tcp(name.into()), port);
        assert_eq!(hosts("postgresql://h/d"), [tcp("h", 5432)]);
        assert_eq!(hosts("postgresql://[::1]:6000/d"), [tcp("::1", 6000)]);
        assert_eq!(hosts("postgresql:///d?host=a:1&host=b:2"), [tcp("a", 1), tcp("b", 2)]);
        assert_eq!(hosts("postgresql:///d?host=a,b&port=1,2"), [tcp("a", 1), tcp("b", 2)]);
        assert_eq!(hosts("postgresql:///d?host=a,b&port=7"), [tcp("a", 7), tcp("b", 7)]);
        assert_eq!(hosts("postgresql:///d?host=/run/pg&port=7"), [(Host::Unix("/run/pg".into()), 7)]);
        assert_eq!(settings("postgresql:///d?host=/run/pg", &[]).unwrap().attempts(), [Attempt::Plain]);
    }

    #[test]
    fn arguments_win_over_the_url() {
        let url = "postgresql://u:p@h/d?options=-csearch_path%3Da&connect_timeout=3";
        let found = settings(url, &[("options", "-csearch_path=b"), ("password", "q")]).unwrap();
        assert_eq!(found.config.get_options(), Some("-csearch_path=b"));
        assert_eq!(found.config.get_password(), Some(&b"q"[..]));
        assert_eq!(found.config.get_user(), Some("u"));
        assert_eq!(found.deadline, Duration::from_secs(3));
    }

    #[test]
    fn preparing_can_be_put_off_or_turned_off() {
        let threshold = |arguments: &[_]| settings("postgresql://h/d", arguments).unwrap().prepare_after;
        assert_eq!(threshold(&[]), Some(1));
        assert_eq!(threshold(&[("prepare_threshold", "5")]), Some(5));
        assert_eq!(threshold(&[("prepare_threshold", "")]), None);
    }

    #[test]
    fn wrong_values_name_the_parameter() {
        for (query, name) in [
            ("connect_timeout=soon", "connect_timeout"),
            ("host=a:b", "port"),
            ("hostaddr=h", "hostaddr"),
            ("target_session_attrs=best", "target_session_attrs"),
            ("keepalives=maybe", "keepalives"),
        ] {
            let error = settings(&format!("postgresql:///d?{query}"), &[]).err().unwrap();
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
        }
    }
}
