//! The gRPC door: the service behind Feast's own protocol, with health and reflection beside it.

mod call;
mod message;
pub(super) mod status;

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    task::{Context, Poll},
    time::Duration,
};

use feast_registry_core::proto::FILE_DESCRIPTOR_SET;
use futures_util::future::Either;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, service::Routes, transport::server::Server};
use tonic_health::{ServingStatus, server::HealthReporter};

use super::{
    Readiness, Shared,
    connection::{Listening, PING_EVERY, PING_PATIENCE},
    lanes::Lanes,
    service,
    tls::{TlsError, TlsOptions},
};
use call::Calls;

/// How the door is to be.
#[derive(Clone, Debug)]
pub struct GrpcOptions {
    /// Where it listens.
    pub address: SocketAddr,
    /// With which certificate; without one connections are not encrypted.
    pub tls: Option<TlsOptions>,
    /// The longest request, in bytes.
    pub max_message: usize,
    /// How long what was begun may take after the signal to close.
    pub drain: Duration,
}

/// The door cannot be opened, or broke.
#[derive(Debug, thiserror::Error)]
pub enum GrpcError {
    /// The address is taken, or not this machine's.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A certificate or a key that cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The threads that it is to be served on.
    #[error("the gRPC server has no threads")]
    Threads(#[source] std::io::Error),
    /// The descriptors of this build, which tests read.
    #[error("the reflection service cannot be built")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// What the transport fails with.
    #[error("the gRPC server failed")]
    Transport(#[from] tonic::transport::Error),
}

impl GrpcError {
    /// What the person who meets the error can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            GrpcError::Listen { .. } => {
                Some("choose another `--port` or `--host`, or end what listens there already")
            }
            GrpcError::Tls(error) => error.hint(),
            GrpcError::Threads(_) | GrpcError::Reflection(_) | GrpcError::Transport(_) => None,
        }
    }
}

/// Streams that one connection may have open at once, requests that wait included.
const MAX_STREAMS: u32 = 256;
/// An unfinished handshake may take this long.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The door, open: it listens, and nobody is answered yet.
pub struct GrpcDoor {
    server: Server,
    listener: TcpListener,
    max_message: usize,
    drain: Duration,
}

impl GrpcDoor {
    /// Opens it. Must be called within a runtime.
    ///
    /// # Errors
    /// [`GrpcError`].
    pub fn open(options: GrpcOptions) -> Result<Self, GrpcError> {
        let GrpcOptions { address, tls, max_message, drain } = options;
        let mut server = Server::builder()
            .max_concurrent_streams(MAX_STREAMS)
            .http2_keepalive_interval(Some(PING_EVERY))
            .http2_keepalive_timeout(Some(PING_PATIENCE));
        if let Some(tls) = &tls {
            let config = tls.for_tonic()?.timeout(HANDSHAKE);
            server = server.tls_config(config).map_err(|source| tls.unfit(source))?;
        }
        let listen = |source| GrpcError::Listen { address, source };
        let listener = std::net::TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let listener = TcpListener::from_std(listener).map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        tracing::info!(address = %bound, tls = tls.is_some(), "serving gRPC");
        Ok(GrpcDoor { server, listener, max_message, drain })
    }

    /// Serves until `shutdown` tells to close and what was begun is answered.
    ///
    /// # Errors
    /// [`GrpcError`].
    pub async fn serve(self, shared: Shared) -> Result<(), GrpcError> {
        let GrpcDoor { server, listener, max_message, drain } = self;
        let (readiness, shutdown) = (shared.service.readiness().clone(), shared.shutdown.clone());
        let listening = Listening::through(shared.workers.patience());
        let (health, health_service) = tonic_health::server::health_reporter();
        tell_health(&health, readiness.is_ready()).await;
        let telling = follow(health.clone(), readiness);
        let calls = Calls::new(shared, max_message);
        let services = Services { calls, others: reflection(Routes::new(health_service))?.prepare() };
        let close = CancellationToken::new();
        let lanes = {
            let close = close.clone();
            let serve = move |accepted| {
                let (incoming, closing) = (listening.to(accepted), close.clone().cancelled_owned());
                server.clone().serve_with_incoming_shutdown(services.clone(), incoming, closing)
            };
            Lanes::open(serve).map_err(GrpcError::Threads)?
        };
        tokio::select! {
            () = shutdown.signalled() => {}
            () = telling => {}
            () = lanes.accept(listener) => {}
        }
        tell_health(&health, false).await;
        close.cancel();
        match tokio::time::timeout(drain, lanes.served()).await {
            Ok(served) => served.into_iter().collect::<Result<(), _>>()?,
            Err(_) => tracing::warn!("closed with requests or connections still open"),
        }
        Ok(())
    }
}

/// What is served: the calls of the registry, which are nearly all, and what is found among others by its path.
#[derive(Clone)]
struct Services {
    calls: Calls,
    others: Routes,
}

impl tower::Service<http::Request<Body>> for Services {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Either<
        <Calls as tower::Service<http::Request<Body>>>::Future,
        <Routes as tower::Service<http::Request<Body>>>::Future,
    >;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        tower::Service::<http::Request<Body>>::poll_ready(&mut self.others, context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = request.uri().path().split('/').nth(1);
        match service == Some(service::TYPE.name) {
            true => Either::Left(self.calls.call(request)),
            false => Either::Right(self.others.call(request)),
        }
    }
}

/// The calls of the registry service without a socket: for whoever has a server of their own.
pub fn calls(
    shared: Shared,
    max_message: usize,
) -> impl tower::Service<
    http::Request<Body>,
    Response = http::Response<Body>,
    Error = Infallible,
    Future: Future<Output = Result<http::Response<Body>, Infallible>> + Send,
> + Clone {
    Calls::new(shared, max_message)
}

/// Tells health what becomes of the readiness; for ever.
async fn follow(health: HealthReporter, mut readiness: Readiness) {
    loop {
        readiness.changed().await;
        tell_health(&health, readiness.is_ready()).await;
    }
}

async fn tell_health(health: &HealthReporter, is_serving: bool) {
    let status = if is_serving { ServingStatus::Serving } else { ServingStatus::NotServing };
    for name in ["", service::TYPE.name] {
        health.set_service_status(name, status).await;
    }
}

/// With both versions of the reflection service.
fn reflection(routes: Routes) -> Result<Routes, tonic_reflection::server::Error> {
    let described = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    Ok(routes.add_service(described().build_v1()?).add_service(described().build_v1alpha()?))
}
