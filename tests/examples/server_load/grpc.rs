//! A gRPC client that costs little, so that what is measured is the server: one HTTP/2 connection, unary calls.

use anyhow::{Context, Result, ensure};
use bytes::{BufMut, Bytes, BytesMut};
use h2::{SendStream, client::ResponseFuture, client::SendRequest};
use http::{Method, Request, Version, header};
use tokio::{net::TcpStream, task::JoinHandle};

/// What flow control lets the server send before it is asked for more.
const WINDOW: u32 = 16 << 20;
/// In front of every message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// A connection.
pub(crate) struct Client {
    sender: SendRequest<Bytes>,
    authority: String,
    connection: JoinHandle<()>,
}

/// What the server says.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status, as its number.
    pub(crate) code: String,
    /// What is said of an error; percent-encoded.
    pub(crate) message: String,
    /// The message of a call that succeeded.
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) async fn connect(address: &str) -> Result<Client> {
        Self::with_window(address, WINDOW).await
    }

    /// With so much that flow control lets the server send of each answer, and of all together.
    pub(crate) async fn with_window(address: &str, window: u32) -> Result<Client> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(window).initial_connection_window_size(window.max(1 << 16));
        let (sender, connection) = builder.handshake(socket).await?;
        let connection = tokio::spawn(async move { drop(connection.await) });
        Ok(Client { sender, authority: address.into(), connection })
    }

    /// Calls a method of the registry service with a message; the answer's message. Another status than OK is an
    /// error.
    pub(crate) async fn call(&self, method: &str, message: &Bytes) -> Result<Bytes> {
        let Answer { code, message, body } = self.ask(method, "", message).await?;
        ensure!(code == "0", "{method} ended with status {code}: {message}");
        Ok(body)
    }

    /// As [`Client::call`], with a token where that is not empty; whatever is answered.
    pub(crate) async fn ask(&self, method: &str, token: &str, message: &Bytes) -> Result<Answer> {
        let (response, mut sending) = self.begin(method, token).await?;
        // A server need not hear all of what it refuses.
        drop(sending.send_data(framed(message)?, true));
        receive(response).await
    }

    /// Begins a call: its message is yet to be sent.
    pub(crate) async fn begin(
        &self,
        method: &str,
        token: &str,
    ) -> Result<(ResponseFuture, SendStream<Bytes>)> {
        let uri = format!("http://{}/feast.registry.RegistryServer/{method}", self.authority);
        let mut request = Request::builder()
            .method(Method::POST)
            .version(Version::HTTP_2)
            .uri(uri)
            .header(header::CONTENT_TYPE, "application/grpc")
            .header(header::TE, "trailers");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut sender = self.sender.clone().ready().await?;
        Ok(sender.send_request(request.body(())?, false)?)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Waits for the answer to a call.
pub(crate) async fn receive(response: ResponseFuture) -> Result<Answer> {
    let response = response.await?;
    let refused = response.headers().contains_key("grpc-status").then(|| response.headers().clone());
    let mut body = response.into_body();
    let mut received = BytesMut::new();
    while let Some(part) = body.data().await {
        let part = part?;
        body.flow_control().release_capacity(part.len())?;
        received.extend_from_slice(&part);
    }
    let told = body.trailers().await?.or(refused).context("no status")?;
    let text = |name| told.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = received.freeze();
    Ok(Answer {
        code: text("grpc-status").context("no status")?,
        message: text("grpc-message").unwrap_or_default(),
        body: if body.len() < PREFIX { Bytes::new() } else { body.slice(PREFIX..) },
    })
}

/// A message as it is sent.
pub(crate) fn framed(message: &Bytes) -> Result<Bytes> {
    let mut frame = BytesMut::with_capacity(PREFIX + message.len());
    frame.put_u8(0);
    frame.put_u32(message.len().try_into()?);
    frame.extend_from_slice(message);
    Ok(frame.freeze())
}
