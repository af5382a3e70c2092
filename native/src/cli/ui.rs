//! `ui`: serves the viewer with the registry behind it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _},
    time::Duration,
};

use super::{
    error::{CliError, note, warn},
    exit::Status,
    progress,
    session::Session,
};
use crate::{
    cache::Cache,
    runner::RetryPolicy,
    server::{
        asked_to_end,
        ui::{Door, Options},
    },
};

/// Feast's own.
const PORT: u16 = 8888;
/// The page says that the database cannot be reached, and goes on asking: nobody waits here.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Open it in the browser
    #[arg(long)]
    open: bool,
    /// Where to listen; other machines reach what is not a loopback address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: String,
    /// On which port; 0 is a free one [default: 8888, or a free one if that is taken]
    #[arg(short, long)]
    port: Option<u16>,
    /// A further name under which browsers may ask for it, such as that of a proxy in front
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
}

pub(crate) fn run(session: &Session, args: &Args) -> Result<Status, CliError> {
    let config = session.registry_config()?;
    let project = session.given_project()?;
    let patience = RetryPolicy { deadline: PATIENCE, ..RetryPolicy::default() };
    let cache = progress::during("reading the registry", || Cache::open(&config, patience))?;
    let host = resolved(&args.host)?;
    let unheard =
        |source| CliError::Listen { address: SocketAddr::new(host, args.port.unwrap_or(PORT)), source };
    let door = match (args.port, Door::open(host, args.port.unwrap_or(PORT))) {
        (None, Err(error)) if error.kind() == io::ErrorKind::AddrInUse => Door::open(host, 0),
        (_, door) => door,
    }
    .map_err(unheard)?;
    let address = door.address().map_err(unheard)?;
    let url = format!("http://{}/", shown(address));
    note(&format!("showing {}, read-only; Ctrl-C ends it", cache.place()));
    if !host.is_loopback() {
        warn(
            "whoever can reach this address can read the registry: put a proxy that asks who they are before it",
        );
    }
    session.screen.print(&format!("{url}\n"))?;
    if args.open {
        open::that_detached(&url).unwrap_or_else(|error| warn(&format!("cannot open a browser: {error}")));
    }
    let mut hosts = args.allow_host.clone();
    hosts.push(args.host.clone());
    door.serve(cache, Options { project, hosts }, asked_to_end()).map_err(unheard)?;
    Ok(Status::Done)
}

fn resolved(host: &str) -> Result<IpAddr, CliError> {
    let found = (host, 0).to_socket_addrs().ok().and_then(|mut found| found.next());
    found.map(|address| address.ip()).ok_or_else(|| CliError::Refused {
        message: format!("`{host}` is not a name or address of this machine"),
        hint: "`--host 127.0.0.1` listens for this machine only, `--host 0.0.0.0` for all that can reach it",
    })
}

/// An address that a browser on this machine can open.
fn shown(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        false => address,
    }
}
