//! A TCP proxy that stands for a network: it adds the same time to every round trip, however much is sent, and counts
//! round trips and bytes. It does not know what passes.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

/// What has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// How often a client began to send after it had been answered.
    pub(crate) round_trips: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

/// A running proxy, until the process ends.
pub(crate) struct Wire {
    port: u16,
    shared: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    delay: Duration,
    traffic: Traffic,
    /// Whether the client has been answered since it last sent.
    answered: bool,
}

impl Wire {
    pub(crate) fn to(server: SocketAddr) -> Result<Wire> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Mutex::new(State { answered: true, ..State::default() }));
        let state = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // A client whose server is gone finds its connection closed.
                let _ = carry(client, server, &state);
            }
        });
        Ok(Wire { port, shared })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What is added to each round trip from now on.
    pub(crate) fn delay(&self, delay: Duration) {
        lock(&self.shared).delay = delay;
    }

    /// What passes while something is done. Exact where clients have sent all before the delay is over.
    pub(crate) fn watch<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<(T, Traffic)> {
        let mut state = lock(&self.shared);
        (state.traffic, state.answered) = (Traffic::default(), true);
        drop(state);
        let value = act()?;
        Ok((value, lock(&self.shared).traffic))
    }
}

fn lock(shared: &Mutex<State>) -> MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn carry(client: TcpStream, server: SocketAddr, shared: &Arc<Mutex<State>>) -> Result<()> {
    let server = TcpStream::connect(server)?;
    // Small messages that wait for their answer would otherwise be held back.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = (client.try_clone()?, client);
    let (mut from_server, mut to_server) = (server.try_clone()?, server);
    let (state, answers) = (shared.clone(), shared.clone());
    thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(count @ 1..) = from_client.read(&mut buffer) {
            let mut state = lock(&state);
            state.traffic.round_trips += u64::from(state.answered);
            state.answered = false;
            state.traffic.sent += count as u64;
            drop(state);
            if to_server.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to_server.shutdown(Shutdown::Write);
    });
    // What has come waits for its time while more comes.
    let (queue, queued) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(count @ 1..) = from_server.read(&mut buffer) {
            let due = Instant::now() + lock(&answers).delay;
            if queue.send((due, buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    });
    let answers = shared.clone();
    thread::spawn(move || {
        for (due, bytes) in queued {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let mut state = lock(&answers);
            state.answered = true;
            state.traffic.received += bytes.len() as u64;
            drop(state);
            if to_client.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Write);
    });
    Ok(())
}
