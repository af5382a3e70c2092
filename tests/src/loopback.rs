//! A small HTTP server on a free loopback port that answers with JSON, ended with the value: for what stands in for
//! an identity provider, or collects traces.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use serde_json::Value;

/// A request as far as it matters here.
#[derive(Clone, Debug, Default)]
pub struct LoopbackRequest {
    /// `GET /path?query`.
    pub line: String,
    /// The `host` header: where the server is for who asks.
    pub host: String,
    /// The `authorization` header; empty where there is none.
    pub authorization: String,
    /// The body.
    pub body: Vec<u8>,
}

/// A running server.
pub struct Loopback {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Loopback {
    /// Starts one that answers with a status and JSON.
    pub fn start(
        answer: impl Fn(&LoopbackRequest) -> (u16, Value) + Send + Sync + 'static,
    ) -> Result<Loopback> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let ended = Arc::new(AtomicBool::new(false));
        let (answer, end) = (Arc::new(answer), ended.clone());
        let acceptor = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if end.load(Ordering::Acquire) {
                    return;
                }
                let answer = answer.clone();
                // Whoever hangs up early is no matter.
                thread::spawn(move || drop(serve(&stream, &*answer)));
            }
        });
        Ok(Loopback { address, ended, acceptor: Some(acceptor) })
    }

    /// Its address as the beginning of a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

fn serve(mut stream: &TcpStream, answer: &dyn Fn(&LoopbackRequest) -> (u16, Value)) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = LoopbackRequest::default();
    reader.read_line(&mut request.line)?;
    request.line = request.line.rsplit_once(' ').context("a request line")?.0.into();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse()?,
            "host" => request.host = value.trim().into(),
            "authorization" => request.authorization = value.trim().into(),
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    let (status, body) = answer(&request);
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(())
}
