//! A TCP proxy in front of a server that breaks connections on command: cuts, delays, refuses, falls silent, or hides
//! what became of a COMMIT. It reads no TLS and tells clients that the server has none.

mod pump;
mod wire;

use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::endpoint::{Endpoint, Engine};
use super::server::free_ports;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    ToServer,
    /// From the server.
    ToClient,
}

/// Where a COMMIT is lost. The client cannot tell the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitFault {
    /// On its way to the server, which rolls back.
    BeforeServer,
    /// The answer is, which says that it is done. A commit that the server refuses is answered as ever, and the fault
    /// waits for the next one.
    AfterServer,
}

/// A running proxy. Faults act on present and future connections. Dropping it cuts all of them.
pub struct Proxy {
    endpoint: Endpoint,
    shared: Arc<Shared>,
    door: Mutex<Option<JoinHandle<()>>>,
}

impl Proxy {
    /// Listens on a free port of loopback.
    pub fn start(upstream: &Endpoint) -> Result<Proxy> {
        // One that is still free when it is bound again after `refuse`.
        let [port] = free_ports()?;
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let endpoint = Endpoint { host: "127.0.0.1".to_owned(), port, ..upstream.clone() };
        let shared = Arc::new(Shared {
            engine: upstream.engine,
            upstream: Mutex::new(address(upstream)),
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
        });
        let door = open(listener, &shared);
        Ok(Proxy { endpoint, shared, door: Mutex::new(Some(door)) })
    }

    /// The server's address as the proxy has it. Reach a database through it with [`super::TestDatabase::url_at`].
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Leads new connections to another server of the same kind, as an address that moves does. Those that stand stay.
    pub fn lead_to(&self, upstream: &Endpoint) {
        *self.shared.upstream.lock().unwrap_or_else(PoisonError::into_inner) = address(upstream);
    }

    /// Cuts every connection now.
    pub fn cut(&self) {
        self.shared.state().cut_all();
        self.shared.changed.notify_all();
    }

    /// Lets this many more bytes pass in one direction, of all connections together, and cuts the connection that
    /// carries one more. Once; what is on its way in the other direction may be lost or not.
    pub fn cut_after(&self, direction: Direction, bytes: usize) {
        self.shared.state().way(direction).left = Some(bytes);
    }

    /// Holds everything in one direction back this long; zero to end it.
    pub fn delay(&self, direction: Direction, time: Duration) {
        self.shared.state().way(direction).delay = time;
    }

    /// Loses the next COMMIT (or END, with or without WORK or TRANSACTION) and cuts its connection. Once. Seen are
    /// PostgreSQL's simple and extended queries, and MySQL's `COM_QUERY`: not a prepared COMMIT, nor compression.
    pub fn lose_commit(&self, fault: CommitFault) {
        self.shared.state().commit = Some(fault);
    }

    /// How many connections [`Proxy::cut_after`] and [`Proxy::lose_commit`] have cut so far.
    #[must_use]
    pub fn struck(&self) -> usize {
        self.shared.state().struck
    }

    /// How many connections have been accepted so far.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.shared.state().accepted
    }

    /// How often a client had something to ask and nothing under way, logins aside: requests that are sent before the
    /// answer to an earlier one is there are one round trip. Exact where [`Proxy::delay`] gives clients time to send.
    #[must_use]
    pub fn round_trips(&self) -> usize {
        self.shared.state().round_trips
    }

    /// With true, accepts connections and lets nothing pass, on those that stand neither. With false, what was sent in
    /// the meantime goes on its way.
    pub fn silence(&self, silent: bool) {
        self.shared.state().silent = silent;
        self.shared.changed.notify_all();
    }

    /// Refuses new connections (nobody listens), until [`Proxy::accept`]. Those that stand go on.
    pub fn refuse(&self) -> Result<()> {
        let Some(door) = self.door().take() else { return Ok(()) };
        self.shared.state().closed = true;
        // Wakes the thread that accepts, which then sees that it is to end.
        let _ = TcpStream::connect((self.endpoint.host.as_str(), self.endpoint.port));
        if door.join().is_err() {
            bail!("the proxy's door broke");
        }
        Ok(())
    }

    /// Ends [`Proxy::refuse`].
    pub fn accept(&self) -> Result<()> {
        let mut door = self.door();
        if door.is_none() {
            let address = (self.endpoint.host.as_str(), self.endpoint.port);
            let listener = TcpListener::bind(address).context("the proxy's port has been taken")?;
            self.shared.state().closed = false;
            *door = Some(open(listener, &self.shared));
        }
        Ok(())
    }

    fn door(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.refuse();
        self.cut();
    }
}

struct Shared {
    engine: Engine,
    upstream: Mutex<(String, u16)>,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct State {
    closed: bool,
    silent: bool,
    commit: Option<CommitFault>,
    ways: [Way; 2],
    accepted: usize,
    struck: usize,
    round_trips: usize,
    connections: Vec<Arc<Link>>,
}

#[derive(Default)]
struct Way {
    delay: Duration,
    left: Option<usize>,
}

impl State {
    fn way(&mut self, direction: Direction) -> &mut Way {
        &mut self.ways[direction as usize]
    }

    fn cut_all(&mut self) {
        for link in self.connections.drain(..) {
            link.cut();
        }
    }
}

/// The two sockets of one connection.
struct Link {
    client: TcpStream,
    server: TcpStream,
}

impl Link {
    fn cut(&self) {
        // Fails for a socket that the other side has closed.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

fn address(server: &Endpoint) -> (String, u16) {
    (server.host.clone(), server.port)
}

fn open(listener: TcpListener, shared: &Arc<Shared>) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            if shared.state().closed {
                break;
            }
            // A client whose server does not answer finds its connection closed.
            let Ok(client) = client else { continue };
            let upstream = shared.upstream.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Ok(server) = TcpStream::connect(upstream) else { continue };
            // Small messages that wait for their answer would otherwise be held back.
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let link = Arc::new(Link { client, server });
            let mut state = shared.state();
            state.accepted += 1;
            state.connections.push(Arc::clone(&link));
            drop(state);
            pump::start(&shared, &link);
        }
    })
}
