//! The real server: `feast-registry serve` on a free loopback port, ended with the value or by SIGTERM.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cli::Cli;

/// Starting takes a fraction of a second; on a machine at work on something else, several.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct RegistryServer {
    process: Child,
    address: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl RegistryServer {
    /// Starts one with these arguments, options of the binary before `serve` included, and waits until it serves.
    pub fn start(cli: &Cli, global: &[&str], arguments: &[&str]) -> Result<RegistryServer> {
        let own = ["serve", "--host", "127.0.0.1", "--port", "0"];
        let mut command = cli.command();
        command.args(global).args(own).args(arguments);
        RegistryServer::run(command)
    }

    /// Runs a command that becomes one, and waits until it serves.
    pub fn run(mut command: Command) -> Result<RegistryServer> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().context("cannot run `feast-registry serve`")?;
        let stderr = process.stderr.take().context("no standard error")?;
        let log = Arc::new(Mutex::new(String::new()));
        let (found, serving) = mpsc::channel();
        let reader = thread::spawn({
            let log = log.clone();
            move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    if let Some(address) = served_at(&line, "serving gRPC") {
                        drop(found.send(address));
                    }
                    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                    log.push_str(&line);
                    log.push('\n');
                }
            }
        });
        let mut server = RegistryServer { process, address: String::new(), log, reader: Some(reader) };
        match serving.recv_timeout(PATIENCE) {
            Ok(address) => server.address = address,
            Err(_) => {
                server.stop();
                return Err(anyhow!("`feast-registry serve` does not serve:\n{}", server.log()));
            }
        }
        Ok(server)
    }

    /// Where it listens: host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where its REST API listens, of a server that was started with `--rest-api --rest-port 0`.
    pub fn rest_address(&self) -> Result<String> {
        self.address_of("serving REST")
    }

    /// Where its metrics are, of a server that was started with `--metrics-port 0`.
    pub fn metrics_address(&self) -> Result<String> {
        self.address_of("serving metrics")
    }

    fn address_of(&self, message: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.log().lines().find_map(|line| served_at(line, message)) {
                Some(address) => return Ok(address),
                None if Instant::now() > deadline => return Err(anyhow!("not {message}:\n{}", self.log())),
                None => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Its process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it has logged so far: an object of JSON per line.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) -> Result<()> {
        Ok(kill(Pid::from_raw(self.process.id().try_into()?), Signal::SIGTERM)?)
    }

    /// Waits for its end; how it ended, and all that it logged.
    pub fn wait(mut self) -> Result<(ExitStatus, String)> {
        let status = self.process.wait()?;
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
        Ok((status, self.log()))
    }

    fn stop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
    }
}

impl Drop for RegistryServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn served_at(line: &str, message: &str) -> Option<String> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    let serving = line.get("message")?.as_str()? == message;
    line.get("address")?.as_str().filter(|_| serving).map(String::from)
}
