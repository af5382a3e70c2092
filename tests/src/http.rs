//! Requests over HTTP, without TLS, one per connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

const PATIENCE: Duration = Duration::from_secs(60);

/// Reads what is at a path: the answer's status and its body.
pub fn get(address: &str, path: &str) -> Result<(u16, String)> {
    get_with(address, path, "")
}

/// The same with more headers, each `NAME: VALUE\r\n`.
pub fn get_with(address: &str, path: &str, headers: &str) -> Result<(u16, String)> {
    Request::send(address, "GET", path, &format!("Content-Length: 0\r\n{headers}"))?.finish("")
}

/// A request that has begun. Its body, where it has one, is waited for by the server.
#[derive(Debug)]
pub struct Request(BufReader<TcpStream>);

impl Request {
    /// Sends all but the body, and waits until the server wants that. Bodies are JSON.
    pub fn begin(address: &str, method: &str, path: &str, length: usize) -> Result<Request> {
        let body = "Content-Type: application/json\r\nExpect: 100-continue\r\n";
        let mut request =
            Request::send(address, method, path, &format!("Content-Length: {length}\r\n{body}"))?;
        let mut line = String::new();
        request.0.read_line(&mut line)?;
        ensure!(line.starts_with("HTTP/1.1 100 "), "{line}");
        request.0.read_line(&mut line)?;
        Ok(request)
    }

    fn send(address: &str, method: &str, path: &str, headers: &str) -> Result<Request> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n")?;
        Ok(Request(BufReader::new(stream)))
    }

    /// Sends the body: the answer's status and its body.
    pub fn finish(mut self, body: &str) -> Result<(u16, String)> {
        self.0.get_mut().write_all(body.as_bytes())?;
        let mut answer = String::new();
        self.0.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        let status = head.split_whitespace().nth(1).context("no status")?.parse()?;
        Ok((status, body.to_owned()))
    }
}
