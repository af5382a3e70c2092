//! `serve`: the registry server, for Feast's own clients (`registry_type: remote`) and for those of its REST
//! server.

use std::{
    env,
    future::pending,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use feast_registry_core::operation::Protect;
use tokio::runtime::{self, Runtime};

use super::{error::CliError, exit::Status, session::Session};
use crate::{
    config::{AuthConfig, EngineOptions},
    registry::Registry,
    server::{
        Authenticator, Callers, GrpcDoor, GrpcOptions, Metrics, MetricsDoor, Readiness, RestDoor,
        RestOptions, Service, ServiceOptions, Shared, Shutdown, TlsOptions, Traces, Traffic, Visits, Workers,
        asked_to_end, tell_service_manager, threads,
    },
};

/// What protects the server's own project, as Feast has it.
const PROTECT: &str = "FEAST_PROTECTED_PROJECT";

// Of an option that is given twice the last holds: what starts the server may have options that others add to.
#[derive(clap::Args)]
#[command(args_override_self = true)]
pub(crate) struct Args {
    /// The port of the gRPC service
    #[arg(short, long, default_value_t = 6570, value_name = "PORT")]
    port: u16,
    /// Serve the REST API too, and the viewer at its `/`
    #[arg(short, long)]
    rest_api: bool,
    /// The port of the REST API
    #[arg(long, default_value_t = 6572, value_name = "PORT")]
    rest_port: u16,
    /// Serve gRPC, which is the default
    #[arg(long, overrides_with = "no_grpc")]
    grpc: bool,
    /// Do not serve gRPC
    #[arg(long, overrides_with = "grpc", requires = "rest_api")]
    no_grpc: bool,
    /// Serve metrics for Prometheus, and /livez and /readyz, at this port
    #[arg(long, value_name = "PORT")]
    metrics_port: Option<u16>,
    /// The address or host name to listen at [default: every address of this machine]
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// The private key of the server's certificate, a PEM file: connections are encrypted
    #[arg(short, long, requires = "cert", value_name = "FILE")]
    key: Option<PathBuf>,
    /// The server's certificate with its chain, a PEM file
    #[arg(long, requires = "key", value_name = "FILE")]
    cert: Option<PathBuf>,
    /// The authority that signs the certificates of clients, a PEM file: clients without one are refused
    #[arg(long, requires = "cert", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Refuse every change
    #[arg(long)]
    read_only: bool,
    /// The longest request, in MiB
    #[arg(long, default_value_t = 64, value_name = "MIB", value_parser = clap::value_parser!(u16).range(1..))]
    max_message_size: u16,
    /// How many requests to take at once; more are refused
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    max_requests: u16,
    /// How long a request may take, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..))]
    request_timeout: u16,
    /// How long to finish what was begun when told to end by SIGTERM, in seconds
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    drain_timeout: u16,
}

/// How many bytes of requests and answers may be on their way, where that is enough for a few of the longest.
const ROOM: usize = 256 << 20;

pub(crate) fn run(session: &Session, args: Args) -> Result<Status, CliError> {
    // Until the end, when the last ones are sent.
    let _traces = Traces::begin()?;
    let authenticator = authenticator(session)?;
    let address = address(args.host.as_deref(), args.port)?;
    let registry = Arc::new(session.open()?);
    let config = session.registry_config()?;
    protect(session, &registry, args.read_only)?;
    let running = connections(&config.engine);
    let project = session.config()?.map(|config| config.project.clone()).unwrap_or_default();
    let (admitted, patience) =
        (usize::from(args.max_requests), Duration::from_secs(args.request_timeout.into()));
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let [waiting, busy] = threads(running)?;
    let callers = Callers::new(authenticator, runtime.handle(), admitted, patience);
    let workers = Workers::new(waiting.handle(), busy.handle(), running, admitted, patience);
    let drain = Duration::from_secs(args.drain_timeout.into());
    let tls = args.cert.zip(args.key).map(|(certificate, key)| TlsOptions {
        certificate,
        key,
        client_authority: args.ca,
    });
    let max_message = usize::from(args.max_message_size) << 20;
    let rest = RestOptions {
        address: SocketAddr::new(address.ip(), args.rest_port),
        tls: tls.clone(),
        max_message,
        drain,
        batch_engine: batch_engine(session)?,
    };
    let grpc = GrpcOptions { address, tls, max_message, drain };
    // Every connection takes a file, and what a process may have by default is meant for others.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!("cannot have more files open: {error}");
    }
    runtime.block_on(async {
        let grpc = (!args.no_grpc).then(|| GrpcDoor::open(grpc)).transpose()?;
        let rest = args.rest_api.then(|| RestDoor::open(rest)).transpose()?;
        let metrics = match args.metrics_port {
            Some(port) => Some(MetricsDoor::open(SocketAddr::new(address.ip(), port)).await?),
            None => None,
        };
        let shutdown = Shutdown::at(asked_to_end());
        tell_service_manager(shutdown.clone());
        let service = Service::new(
            registry.clone(),
            ServiceOptions {
                read_only: args.read_only,
                cache_ttl: config.cache_ttl(),
                project,
                readiness: Readiness::of(registry.clone()),
            },
        );
        let traffic = Traffic::new(ROOM.max(4 * max_message), patience);
        let visits = Visits::new(registry.clone(), args.read_only);
        let shared = Shared { service, callers, workers, traffic, metrics: Metrics::default(), shutdown };
        let with_grpc = async {
            match grpc {
                Some(door) => Ok(door.serve(shared.clone()).await?),
                None => Ok(()),
            }
        };
        let with_rest = async {
            match rest {
                Some(door) => Ok(door.serve(shared.clone(), visits).await?),
                None => Ok::<_, CliError>(()),
            }
        };
        let with_metrics = async {
            match metrics {
                Some(door) => Ok(door.serve(shared.clone()).await?),
                None => pending().await,
            }
        };
        // Where one door breaks, the others are not open for long. The one for metrics is open as long as they are.
        tokio::select! {
            served = async { tokio::try_join!(with_grpc, with_rest) } => served.map(drop),
            broken = with_metrics => broken,
        }
    })?;
    // What is still at work has had its time. The registry outlives it: connections are not closed in there.
    [runtime, waiting, busy].into_iter().for_each(Runtime::shutdown_background);
    Ok(Status::Done)
}

/// Protects the project of feature_store.yaml, or takes the protection away, as the environment says.
fn protect(session: &Session, registry: &Registry, read_only: bool) -> Result<(), CliError> {
    let (Some(config), Ok(value)) = (session.config()?, env::var(PROTECT)) else { return Ok(()) };
    let protected = match value.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        "" => return Ok(()),
        _ => {
            return Err(CliError::Usage {
                message: format!("`{PROTECT}` is `{value}`"),
                hint: "it is `true` to protect the project, or `false` to take the protection away",
            });
        }
    };
    let protect = Protect { project: config.project.clone(), protected };
    if read_only {
        tracing::warn!("`{PROTECT}` has no effect, because the server is read-only");
    } else if registry.run(&protect)? {
        tracing::info!(project = protect.project, protected, "protection changed");
    }
    Ok(())
}

/// The type of `batch_engine` in feature_store.yaml, which is Feast's own where nothing is said.
fn batch_engine(session: &Session) -> Result<String, CliError> {
    let engine = session.config()?.and_then(|config| config.document.get("batch_engine"));
    let ty = engine.and_then(|engine| engine.as_str().or_else(|| engine.get("type")?.as_str()));
    Ok(ty.unwrap_or("local").into())
}

/// How many calls can be at the database at once: as many as there are connections, where that is bounded.
fn connections(engine: &EngineOptions) -> usize {
    const UNBOUNDED: usize = 32;
    let bounded = engine.pool.max_overflow.filter(|_| engine.pool.size > 0);
    bounded.map_or(UNBOUNDED, |overflow| engine.pool.size.saturating_add(overflow).max(1))
}

/// What checks tokens, as the configuration says.
fn authenticator(session: &Session) -> Result<Option<Authenticator>, CliError> {
    let Some(config) = session.config()? else { return Ok(None) };
    let refused = |message: String| CliError::Refused {
        message,
        hint: "see the `auth` block of feature_store.yaml in docs/server.md",
    };
    let auth = AuthConfig::read(&config.document).map_err(|problem| refused(problem.to_string()))?;
    Authenticator::new(&auth).map_err(|error| refused(error.to_string()))
}

/// Where to listen. Every address is IPv6's `::`, which takes IPv4 too, or IPv4's where there is no IPv6.
fn address(host: Option<&str>, port: u16) -> Result<SocketAddr, CliError> {
    let Some(host) = host else {
        let all = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
        let ip = TcpListener::bind(all).map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |_| all.ip());
        return Ok(SocketAddr::new(ip, port));
    };
    let found = (host, port).to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| CliError::Usage {
        message: format!("`--host {host}` is no address of this machine, and no name of one"),
        hint: "leave `--host` out to listen at every address",
    })
}
