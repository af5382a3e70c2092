//! A REST client: one HTTP/1.1 connection that is kept, one request at a time.

use anyhow::{Result, ensure};
use bytes::Bytes;
use http::{Request, header::HOST};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinHandle};

/// A connection.
pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
    authority: String,
    connection: JoinHandle<()>,
}

impl Client {
    pub(crate) async fn connect(address: &str) -> Result<Client> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
        let connection = tokio::spawn(async move { drop(connection.await) });
        Ok(Client { sender, authority: address.into(), connection })
    }

    /// The body at a path.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Bytes> {
        self.sender.ready().await?;
        let request = Request::builder().uri(path).header(HOST, &self.authority).body(Empty::new())?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{path} was answered with {status}");
        Ok(body)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
