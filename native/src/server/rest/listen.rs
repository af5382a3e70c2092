//! The door's socket: opened, encrypted if asked for, closed when it is time.

use std::{io, net::SocketAddr, net::TcpListener, sync::Arc, time::Duration};

use axum::Router;
use axum_server::{
    Handle,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;

use super::{
    door::{Door, router},
    visits::Visits,
};
use crate::server::{
    Shared,
    connection::{HEAD, Listening, PING_EVERY, PING_PATIENCE},
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
        let RestOptions { max_message, drain, batch_engine, .. } = self.options;
        let listening = Listening::through(shared.workers.patience());
        let (shutdown, visits) = (shared.shutdown.clone(), Arc::new(visits));
        let keeping = tokio::spawn(visits.clone().keep());
        let app = routes(shared, visits.clone(), max_message, &batch_engine)
            .into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let closing = {
            let handle = handle.clone();
            async move {
                shutdown.signalled().await;
                handle.graceful_shutdown(Some(drain));
            }
        };
        tokio::spawn(closing);
        let mut server = axum_server::from_tcp(self.listener).map_err(RestError::Transport)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
        let mut http2 = server.http_builder().http2();
        http2.timer(TokioTimer::new()).max_concurrent_streams(MAX_STREAMS);
        http2.keep_alive_interval(PING_EVERY).keep_alive_timeout(PING_PATIENCE);
        let served = match self.tls {
            Some(tls) => server.acceptor(RustlsAcceptor::new(tls).acceptor(listening)).serve(app).await,
            None => server.acceptor(listening).serve(app).await,
        };
        keeping.abort();
        visits.keep_last(drain).await;
        served.map_err(RestError::Transport)
    }
}

/// The routes of the REST API without a socket: for whoever has a server of their own.
pub fn routes(shared: Shared, visits: Arc<Visits>, max_message: usize, batch_engine: &str) -> Router {
    router(Door { shared, visits, max_message, batch_engine: batch_engine.into() })
}
