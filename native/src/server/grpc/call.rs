//! One call: found by its path, answered by the service on a worker, logged.

use std::{
    borrow::Cow,
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
use opentelemetry::KeyValue;
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
    traces::Traced,
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
        let traced = Traced::begin(request.headers(), named(&method), || {
            let text = |name, value: &str| KeyValue::new(name, value.to_owned());
            let id = id.to_str().unwrap_or_default();
            [text("rpc.system", "grpc"), text("rpc.service", TYPE.name), text(request_id::ATTRIBUTE, id)]
                .into()
        });
        let trace = traced.id();
        let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), method, trace);
        let answer = self.clone().answer(method, id, traced, request).instrument(span);
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
        traced: Traced,
        request: http::Request<Body>,
    ) -> http::Response<Body> {
        let started = Instant::now();
        let peer = peer(&request);
        let counted = self.metrics.begin("grpc", named(&method));
        let mut response = match Method::find(&method) {
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
        let code = refused.as_ref().map_or(Code::Ok, Status::code);
        traced.end(|| KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(code))), is_failure(code));
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

/// The method as it is counted.
fn named(method: &str) -> Cow<'static, str> {
    Method::find(method).map_or(metrics::OTHER, |method| method.ty.name).into()
}

/// Whether it is the server that has failed, and not the request.
fn is_failure(code: Code) -> bool {
    matches!(
        code,
        Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
    )
}

fn peer(request: &http::Request<Body>) -> Option<SocketAddr> {
    let plain = request.extensions().get::<TcpConnectInfo>();
    let tls = request.extensions().get::<TlsConnectInfo<TcpConnectInfo>>().map(TlsConnectInfo::get_ref);
    plain.or(tls).and_then(TcpConnectInfo::remote_addr)
}
