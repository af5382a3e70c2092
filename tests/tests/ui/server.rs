//! The binary at work on some registry, and a client that sends exactly what it is told.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use feast_registry_tests::cli::{self, Cli};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(30);

/// `feast-registry ui`, stopped when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// Serves the registry at `url`, from a folder of its own.
    pub(crate) fn start(url: &str) -> Result<Server> {
        Server::start_with(&["--registry", url, "ui", "--port", "0"])
    }

    pub(crate) fn start_with(arguments: &[&str]) -> Result<Server> {
        let mut child = Cli::in_folder(Path::new("/"))?.command().args(arguments).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let url = line.trim_end().to_owned();
        let address = url.strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
        match address.and_then(|address| address.parse().ok()) {
            Some(address) => Ok(Server { child, address }),
            None => {
                let mut said = String::new();
                child.stderr.take().context("no errors")?.read_to_string(&mut said)?;
                bail!("`ui` printed `{line}` and said {said}")
            }
        }
    }

    /// Asks for a path as browsers do.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        self.ask("GET", path, &[("Host", &self.address.to_string())])
    }

    pub(crate) fn json(&self, path: &str) -> Result<Value> {
        let answer = self.get(path)?;
        ensure!(answer.status == 200, "{answer:?}");
        Ok(serde_json::from_slice(&answer.body)?)
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut stream = self.send(method, path, headers)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the head")?;
        let head = String::from_utf8(answer[..end].to_vec())?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Ok(Answer { status, headers, body: answer[end + 4..].to_vec() })
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(stream, "{method} {path} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n")?;
        Ok(stream)
    }

    /// The events of a live registry.
    pub(crate) fn events(&self) -> Result<Events> {
        let host = self.address.to_string();
        Ok(Events(BufReader::new(self.send("GET", "/api/viewer/changes", &[("Host", &host)])?)))
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn end(mut self, signal: Signal) -> Result<ExitStatus> {
        kill(Pid::from_raw(self.child.id().try_into()?), signal)?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A stream of events.
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event's data.
    pub(crate) fn next(&mut self) -> Result<Value> {
        loop {
            let mut line = String::new();
            ensure!(self.0.read_line(&mut line)? > 0, "the stream has ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return Ok(serde_json::from_str(data)?);
            }
        }
    }

    /// The next event of which this is so.
    pub(crate) fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        loop {
            let event = self.next()?;
            if wanted(&event) {
                return Ok(event);
            }
        }
    }
}

/// Runs another command on the same registry.
pub(crate) fn run(url: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(cli::program()?).args(["--registry", url]).args(arguments).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
