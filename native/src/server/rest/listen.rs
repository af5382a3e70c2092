//! The door's socket: opened, encrypted if asked for, closed when it is time.

use std::{io, net::SocketAddr, net::TcpListener, sync::Arc, time::Duration};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;

use super::{
    door::{Door, router},
    visits::Visits,
};
use crate::server::{
    Shared,
    tls::{TlsError, TlsOptions},
};

/// How the door is to be.
#[derive(Clone, Debug)]
pub struct RestOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// With which certificate; without one connections are not encrypted.
    pub tls: Option<TlsOptions>,
    /// The longest body of a request, in bytes.
    pub max_message: usize,
    /// How long what was begun may take after the signal to close.
    pub drain: Duration,
    /// The type of compute engine that feature_store.yaml names.
    pub batch_engine: String,
}

/// The door cannot be opened, or broke.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A certificate or a key that cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// What the operating system fails with.
    #[error("the REST server failed")]
    Transport(#[source] io::Error),
}

impl RestError {
    /// What the person who meets the error can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            RestError::Listen { .. } => {
                Some("choose another `--rest-port` or `--host`, or end what listens there already")
            }
            RestError::Tls(error) => error.hint(),
            RestError::Transport(_) => None,
        }
    }
}

/// How long a client may take for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// Streams that one connection may have open at once.
const MAX_STREAMS: u32 = 256;

/// The door, open: it listens, and nobody is answered yet.
pub struct RestDoor {
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    options: RestOptions,
}

impl RestDoor {
    /// Opens it.
    ///
    /// # Errors
    /// [`RestError`].
    pub fn open(options: RestOptions) -> Result<Self, RestError> {
        let address = options.address;
        let tls = match &options.tls {
            Some(tls) => Some(RustlsConfig::from_config(tls.for_rustls()?)),
            None => None,
        };
        let listen = |source| RestError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        tracing::info!(address = %bound, tls = tls.is_some(), "serving REST");
        Ok(RestDoor { listener, tls, options })
    }

    /// Serves until `shutdown` tells to close and what was begun is answered.
    ///
    /// # Errors
    /// [`RestError`].
    pub async fn serve(self, shared: Shared, visits: Visits) -> Result<(), RestError> {
        let Shared { service, callers, workers, metrics, shutdown } = shared;
        let RestOptions { max_message, drain, batch_engine, .. } = self.options;
        let (batch_engine, visits) = (batch_engine.into(), Arc::new(visits));
        let door = Door {
            service,
            callers,
            workers,
            metrics,
            shutdown: shutdown.clone(),
            batch_engine,
            visits: visits.clone(),
        };
        let keeping = tokio::spawn(visits.clone().keep());
        let app = router(door, max_message).into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let closing = {
            let handle = handle.clone();
            async move {
                shutdown.signalled().await;
                handle.graceful_shutdown(Some(drain));
            }
        };
        tokio::spawn(closing);
        let served = match self.tls {
            Some(tls) => {
                let server = axum_server::from_tcp_rustls(self.listener, tls);
                let mut server = server.map_err(RestError::Transport)?.handle(handle);
                server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
                server.http_builder().http2().max_concurrent_streams(MAX_STREAMS);
                server.serve(app).await
            }
            None => {
                let server = axum_server::from_tcp(self.listener);
                let mut server = server.map_err(RestError::Transport)?.handle(handle);
                server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
                server.http_builder().http2().max_concurrent_streams(MAX_STREAMS);
                server.serve(app).await
            }
        };
        keeping.abort();
        visits.keep_last(drain).await;
        served.map_err(RestError::Transport)
    }
}
