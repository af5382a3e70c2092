//! One client's connection, of either door: ended where the client says nothing for too long, or where it has to be.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{Extension, middleware::AddExtension};
use axum_server::accept::Accept;
use futures_util::{Stream, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::mpsc::UnboundedReceiver,
    time::{Instant, Sleep, sleep},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;
use tower::Layer as _;

use super::lanes::Accepted;

/// How long a client may take for its first words, a request's head or the beginning of HTTP/2.
pub(super) const HEAD: Duration = Duration::from_secs(10);
/// How long these are at least.
const FIRST: usize = 24;
/// Clients of HTTP/2 are asked so often whether they are there, and have so long to say so.
pub(super) const PING_EVERY: Duration = Duration::from_secs(60);
pub(super) const PING_PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait where no connection can be taken, as when the system has no more files.
pub(super) const PAUSE: Duration = Duration::from_millis(500);

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    /// Ends the connection.
    pub(super) end: CancellationToken,
}

/// How clients are listened to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listening {
    /// One that says nothing for so long is gone.
    silence: Duration,
}

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    peer: Peer,
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    listening: Listening,
    /// Until when something must have come.
    alarm: Pin<Box<Sleep>>,
    heard: Instant,
    received: usize,
}

impl Listening {
    /// Where requests may take so long, meanwhile a client has nothing to say.
    pub(super) fn through(patience: Duration) -> Self {
        Listening { silence: patience + PING_EVERY + PING_PATIENCE }
    }

    fn connection(self, stream: TcpStream, address: SocketAddr) -> Connection {
        // It only makes answers late.
        drop(stream.set_nodelay(true));
        let end = CancellationToken::new();
        Connection {
            stream,
            ended: Box::pin(end.clone().cancelled_owned()),
            peer: Peer { address, end },
            listening: self,
            alarm: Box::pin(sleep(HEAD)),
            heard: Instant::now(),
            received: 0,
        }
    }

    /// The connections that come to a thread.
    pub(super) fn to(
        self,
        accepted: UnboundedReceiver<Accepted>,
    ) -> impl Stream<Item = io::Result<Connection>> {
        stream::unfold(accepted, move |mut accepted| async move {
            let (stream, address) = accepted.recv().await?;
            Some((TcpStream::from_std(stream).map(|stream| self.connection(stream, address)), accepted))
        })
    }
}

/// As axum_server wants it.
impl<S> Accept<TcpStream, S> for Listening {
    type Stream = Connection;
    type Service = AddExtension<S, Peer>;
    type Future = std::future::Ready<io::Result<(Connection, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        std::future::ready(stream.peer_addr().map(|address| {
            let connection = self.connection(stream, address);
            let service = Extension(connection.peer.clone()).layer(service);
            (connection, service)
        }))
    }
}

/// As tonic wants it.
impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.received += buffer.filled().len() - before;
            self.heard = Instant::now();
            return read;
        }
        while self.alarm.as_mut().poll(context).is_ready() {
            // Set again only now: there is much to hear.
            let until = self.heard + self.listening.silence;
            if self.received < FIRST || until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.peer.end.is_cancelled() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.peer.end.is_cancelled() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
