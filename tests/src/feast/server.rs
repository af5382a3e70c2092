//! Feast's own registry servers on a database (tests/feast/serve.py and serve_rest.py), ended with the value.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::Feast;

/// A running server.
#[derive(Debug)]
pub struct FeastServer {
    process: Child,
    address: String,
}

impl FeastServer {
    /// Starts the gRPC server, which takes some seconds, and waits until it serves.
    pub fn start(feast: &Feast, url: &str, project: &str) -> Result<FeastServer> {
        Self::run(feast, "serve.py", url, project)
    }

    /// Starts the REST server, as [`FeastServer::start`] the other.
    pub fn start_rest(feast: &Feast, url: &str, project: &str) -> Result<FeastServer> {
        Self::run(feast, "serve_rest.py", url, project)
    }

    fn run(feast: &Feast, script: &str, url: &str, project: &str) -> Result<FeastServer> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
        let mut process = Command::new(feast.python())
            .arg(Feast::script(script))
            .args([url, project, &port])
            .env_clear()
            .envs(["PATH", "HOME"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run Feast's server")?;
        let output = process.stdout.take().context("no standard output")?;
        let server = FeastServer { process, address: format!("127.0.0.1:{port}") };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() != "serving" {
            bail!("Feast's server does not serve; standard error says why");
        }
        Ok(server)
    }

    /// Where it listens: host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for FeastServer {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
