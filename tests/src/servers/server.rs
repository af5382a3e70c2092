//! One running server, of either engine: its port, its start and its end. What to run is the engine's file to say.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use nix::sys::signal::Signal;

use super::endpoint::{Endpoint, Engine, Login};
use super::keeper::Keeper;

const READY_LIMIT: Duration = Duration::from_secs(90);
const ATTEMPTS: usize = 3;
const PORTS: Range<u16> = 15_000..32_000;

/// A server's process and address.
pub(crate) struct Server {
    endpoint: Endpoint,
    command: Vec<String>,
    keeper: Mutex<Keeper>,
}

impl Server {
    /// Starts `command` (given the port) on a free port and waits until the administrator can log in. The arguments
    /// `once` are added this time and not when it is restarted.
    pub(crate) fn start(
        engine: Engine,
        admin: Login,
        mut keeper: Keeper,
        once: &[String],
        command: impl Fn(u16) -> Vec<String>,
    ) -> Result<Server> {
        let mut failure = anyhow!("never tried");
        for _ in 0..ATTEMPTS {
            // Another process may take the port between our look and the server's start; then a new one is tried.
            let [port] = free_ports()?;
            let endpoint = Endpoint { engine, host: "127.0.0.1".to_owned(), port, admin: admin.clone() };
            let command = command(port);
            match launch(&mut keeper, &[&command, once].concat(), &endpoint) {
                Ok(()) => return Ok(Server { endpoint, command, keeper: Mutex::new(keeper) }),
                Err(error) => failure = error,
            }
            keeper.stop(Signal::SIGKILL)?;
        }
        Err(failure)
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.keeper().folder().to_owned()
    }

    pub(crate) fn log_tail(&self) -> String {
        self.keeper().log_tail()
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.keeper().server()
    }

    pub(crate) fn stop(&self, signal: Signal) -> Result<()> {
        self.keeper().stop(signal)
    }

    pub(crate) fn restart(&self, signal: Signal) -> Result<()> {
        let mut keeper = self.keeper();
        keeper.stop(signal)?;
        let mut failure = anyhow!("never tried");
        for _ in 0..ATTEMPTS {
            // The workers of a killed PostgreSQL hold its memory for a moment, and a new one then refuses to start.
            match launch(&mut keeper, &self.command, &self.endpoint) {
                Ok(()) => return Ok(()),
                Err(error) => failure = error,
            }
            keeper.stop(Signal::SIGKILL)?;
            std::thread::sleep(Duration::from_secs(1));
        }
        Err(failure)
    }

    // A panic elsewhere leaves the keeper as usable as it was.
    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ports of loopback that nobody listens on, below the range that the kernel gives to outgoing connections: one of
/// those may hold the port of a stopped server when it starts again.
pub(crate) fn free_ports<const COUNT: usize>() -> Result<[u16; COUNT]> {
    let seed = RandomState::new().hash_one(std::process::id());
    let candidates = (0..u64::from(PORTS.end - PORTS.start)).map(|step| {
        let offset = seed.wrapping_add(step) % u64::from(PORTS.end - PORTS.start);
        PORTS.start + u16::try_from(offset).unwrap_or_default()
    });
    // All are held until the last is found.
    let free: Vec<(TcpListener, u16)> = candidates
        .filter_map(|port| Some((TcpListener::bind(("127.0.0.1", port)).ok()?, port)))
        .take(COUNT)
        .collect();
    let ports: Vec<u16> = free.iter().map(|(_, port)| *port).collect();
    ports.try_into().map_err(|_| anyhow!("no {COUNT} ports are free in {PORTS:?}"))
}

/// The program in one of the folders or on the PATH, else an error that names the Debian package to install.
pub(crate) fn find_program(name: &str, folders: &[PathBuf], package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.iter().chain(&on_path).map(|folder| folder.join(name)).find(|program| program.is_file()).with_context(|| {
        format!("`{name}` is not installed: `apt-get install {package}` as root, or `cargo xtask test`, which does it")
    })
}

/// A path as one of a command's words.
pub(crate) fn word(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn launch(keeper: &mut Keeper, command: &[String], endpoint: &Endpoint) -> Result<()> {
    keeper.start(command)?;
    let begun = Instant::now();
    loop {
        match endpoint.execute("SELECT 1;") {
            Ok(_) => return Ok(()),
            Err(_) if keeper.has_ended() => {
                bail!("`{}` ended at once\n{}", command.join(" "), keeper.log_tail())
            }
            Err(error) if begun.elapsed() > READY_LIMIT => {
                return Err(error.context(format!(
                    "`{}` does not answer\n{}",
                    command.join(" "),
                    keeper.log_tail()
                )));
            }
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
