//! One call: found by its path, answered by the service on a worker, logged.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use feast_registry_core::catalog::permissions::User;
use http::HeaderValue;
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    server::{Grpc, NamedService},
    transport::server::{TcpConnectInfo, TlsConnectInfo},
};
use tracing::Instrument as _;

use super::{codec::Raw, status};
use crate::server::{
    Callers, Metrics, Service, Shared, Workers, metrics, request_id,
    service::{Method, TYPE},
};

/// The calls of the service, as the transport wants them.
#[derive(Clone)]
pub(super) struct Calls {
    service: Service,
    callers: Callers,
    workers: Workers,
    metrics: Metrics,
    max_message: usize,
}

impl NamedService for Calls {
    const NAME: &'static str = TYPE.name;
}

impl tower::Service<http::Request<Body>> for Calls {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let id = request_id::of(request.headers());
        let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), method);
        let answer = self.clone().answer(method, id, request).instrument(span);
        Box::pin(async { Ok(answer.await) })
    }
}

impl Calls {
    pub(super) fn new(shared: Shared, max_message: usize) -> Self {
        let Shared { service, callers, workers, metrics, .. } = shared;
        Calls { service, callers, workers, metrics, max_message }
    }

    async fn answer(
        self,
        method: String,
        id: HeaderValue,
        request: http::Request<Body>,
    ) -> http::Response<Body> {
        let started = Instant::now();
        let peer = peer(&request);
        let found = Method::find(&method);
        let counted =
            self.metrics.begin("grpc", found.map_or(metrics::OTHER, |method| method.ty.name).into());
        let mut response = match found {
            Some(method) => match self.callers.of(request.headers()).await {
                Ok(user) => {
                    let call = |request: Request<Bytes>| self.run(user.clone(), method, request.into_inner());
                    let mut grpc = Grpc::new(Raw).max_decoding_message_size(self.max_message);
                    grpc.unary(tower::service_fn(call), request).await
                }
                Err(unidentified) => status::of_unidentified(&unidentified).into_http(),
            },
            None => Status::unimplemented(format!("`{}` has no method `{method}`", TYPE.name)).into_http(),
        };
        // Only a refusal is in the headers; otherwise the status follows the answer.
        let mut refused = Status::from_header_map(response.headers());
        if let Some(status) = refused.take_if(|status| status.code() == Code::OutOfRange) {
            // The transport's word for a request that is too long; gRPC's is another.
            let message = format!("{}; the server takes more with `--max-message-size`", status.message());
            let status = Status::resource_exhausted(message);
            response = status.clone().into_http();
            refused = Some(status);
        }
        response.headers_mut().insert(request_id::HEADER, id);
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        let peer = peer.map(tracing::field::display);
        match refused {
            None => {
                counted.end("OK");
                tracing::info!(peer, milliseconds, status = "OK", "answered");
            }
            Some(refusal) => {
                let status = status::name(refusal.code());
                counted.end(status);
                tracing::info!(peer, milliseconds, status, reason = refusal.message(), "refused");
            }
        }
        response
    }

    async fn run(
        &self,
        user: Option<Arc<User>>,
        method: Method,
        request: Bytes,
    ) -> Result<Response<Bytes>, Status> {
        if let Some(answer) = self.service.known_answer(user.as_ref(), method, &request) {
            return Ok(Response::new(answer));
        }
        let service = self.service.clone();
        let span = tracing::Span::current();
        let answer = move || service.answer(user.as_ref(), method, &request);
        let call = move || span.in_scope(answer);
        match self.workers.run(call).await {
            Ok(Ok(answer)) => Ok(Response::new(answer)),
            Ok(Err(error)) => Err(status::of(&error)),
            Err(unserved) => Err(status::of_unserved(unserved)),
        }
    }
}

fn peer(request: &http::Request<Body>) -> Option<SocketAddr> {
    let plain = request.extensions().get::<TcpConnectInfo>();
    let tls = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>().map(TlsConnectInfo::get_ref);
    plain.or(tls).and_then(TcpConnectInfo::remote_addr)
}
