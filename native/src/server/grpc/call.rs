//! One call: found by its path, answered by the service on a worker, logged.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use http::HeaderValue;
use opentelemetry::KeyValue;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, transport::server::TlsConnectInfo};
use tracing::Instrument as _;

use super::{
    message::{self, Message},
    status,
};
use crate::server::{
    Shared,
    connection::Peer,
    metrics, request_id,
    service::{Method, TYPE},
    traces::Traced,
};

/// The calls of the service, as the transport wants them.
#[derive(Clone)]
pub(super) struct Calls {
    shared: Shared,
    max_message: usize,
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
        let asked = request.uri().path().rsplit('/').next().unwrap_or_default();
        let method = Method::find(asked).ok_or_else(|| asked.to_owned());
        let traced = Traced::begin(request.headers(), named(&method).into(), || {
            let text = |name, value: &str| KeyValue::new(name, value.to_owned());
            let id = id.to_str().unwrap_or_default();
            [text("rpc.system", "grpc"), text("rpc.service", TYPE.name), text(request_id::ATTRIBUTE, id)]
                .into()
        });
        let trace = traced.id();
        let span =
            tracing::info_span!("request", id = id.to_str().unwrap_or_default(), method = asked, trace);
        let answer = self.clone().answer(method, id, traced, request).instrument(span);
        Box::pin(async { Ok(answer.await) })
    }
}

impl Calls {
    pub(super) fn new(shared: Shared, max_message: usize) -> Self {
        Calls { shared, max_message }
    }

    async fn answer(
        self,
        method: Result<Method, String>,
        id: HeaderValue,
        traced: Traced,
        request: http::Request<Body>,
    ) -> http::Response<Body> {
        let started = Instant::now();
        let peer = peer(&request).cloned();
        let counted = self.shared.metrics.begin("grpc", named(&method).into());
        let answered = match method {
            Ok(method) => match &peer {
                Some(peer) => self.run(method, request, &peer.end).await,
                None => self.run(method, request, &CancellationToken::new()).await,
            },
            Err(name) => Err(Status::unimplemented(format!("`{}` has no method `{name}`", TYPE.name))),
        };
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        let peer = peer.map(|peer| tracing::field::display(peer.address));
        let code = answered.as_ref().err().map_or(Code::Ok, Status::code);
        traced.end(|| KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(code))), is_failure(code));
        let mut response = match answered {
            Ok(response) => {
                counted.end("OK");
                tracing::info!(peer, milliseconds, status = "OK", "answered");
                response
            }
            Err(refusal) => {
                let status = status::name(refusal.code());
                counted.end(status);
                tracing::info!(peer, milliseconds, status, reason = refusal.message(), "refused");
                refusal.into_http()
            }
        };
        response.headers_mut().insert(request_id::HEADER, id);
        response
    }

    async fn run(
        &self,
        method: Method,
        request: http::Request<Body>,
        end: &CancellationToken,
    ) -> Result<http::Response<Body>, Status> {
        let Shared { service, callers, workers, traffic, .. } = &self.shared;
        let user = callers
            .of(request.headers())
            .await
            .map_err(|unidentified| status::of_unidentified(&unidentified))?;
        let message = Message::receive(request.into_body(), self.max_message, traffic).await?;
        let answer = |bytes| message::answer(bytes, traffic, end);
        if let Some(known) = service.known_answer(user.as_ref(), method, message.bytes()) {
            return answer(known);
        }
        let service = service.clone();
        let span = tracing::Span::current();
        let weight = service.weight(user.as_ref(), method, message.bytes());
        let asked = move || service.answer(user.as_ref(), method, message.bytes());
        match workers.run(weight, move || span.in_scope(asked)).await {
            Ok(Ok(answered)) => answer(answered.bytes),
            Ok(Err(error)) => Err(status::of(&error)),
            Err(unserved) => Err(status::of_unserved(unserved)),
        }
    }
}

/// The method as it is counted.
fn named(method: &Result<Method, String>) -> &'static str {
    method.as_ref().map_or(metrics::OTHER, |method| method.ty.name)
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

/// Who calls; nobody is known where there is no socket.
fn peer(request: &http::Request<Body>) -> Option<&Peer> {
    let extensions = request.extensions();
    extensions.get().or_else(|| Some(extensions.get::<TlsConnectInfo<Peer>>()?.get_ref()))
}
