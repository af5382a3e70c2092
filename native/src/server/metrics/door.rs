//! The door for those who look after the server: metrics, readiness, liveness. It has a port of its own, so that it need
//! not be open to clients, and neither TLS nor users, because it tells nothing of what is in the registry.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{encoding::text, registry::Registry};
use tokio::net::TcpListener;

use super::sources::Sources;
use crate::server::Shared;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What all names begin with.
const PREFIX: &str = "feast_registry";

/// The door cannot be opened, or broke.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What the operating system fails with.
    #[error("the server of metrics failed")]
    Transport(#[source] io::Error),
}

impl MetricsError {
    /// What the person who meets the error can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            MetricsError::Listen { .. } => {
                Some("choose another `--metrics-port` or `--host`, or end what listens there already")
            }
            MetricsError::Transport(_) => None,
        }
    }
}

/// The door, open: it listens, and nobody is answered yet.
pub struct MetricsDoor(TcpListener);

impl MetricsDoor {
    /// Opens it.
    ///
    /// # Errors
    /// [`MetricsError`].
    pub async fn open(address: SocketAddr) -> Result<Self, MetricsError> {
        let listen = |source| MetricsError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        tracing::info!(address = %bound, "serving metrics");
        Ok(MetricsDoor(listener))
    }

    /// Serves until it is dropped: also while the others close, which is to be seen.
    ///
    /// # Errors
    /// [`MetricsError`].
    pub async fn serve(self, shared: Shared) -> Result<(), MetricsError> {
        let Shared { service, workers, metrics, shutdown, .. } = shared;
        let readiness = service.readiness().clone();
        let ready = move || {
            let is_ready = readiness.is_ready() && !shutdown.is_signalled();
            std::future::ready(if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE })
        };
        let mut registry = Registry::with_prefix(PREFIX);
        metrics.register(&mut registry);
        registry.register_collector(Box::new(Sources { service, workers }));
        let registry = Arc::new(registry);
        let app = Router::new()
            .route("/metrics", get(move || std::future::ready(page(&registry))))
            .route("/readyz", get(ready))
            .route("/livez", get(async || StatusCode::OK));
        axum::serve(self.0, app).await.map_err(MetricsError::Transport)
    }
}

fn page(registry: &Registry) -> Response {
    let mut page = String::new();
    match text::encode(&mut page, registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
