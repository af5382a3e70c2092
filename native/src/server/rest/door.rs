//! The way of a request: found by its path, read, answered by the service on a worker, logged.

use std::{borrow::Cow, net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequest as _, MatchedPath, RawPathParams, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, delete, get, post},
};
use opentelemetry::KeyValue;
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::{
    body,
    calls::Calls,
    docs, openapi,
    parameters::{self, Given},
    refused::Refused,
    routes::{Call, ROUTES, Route, Verb},
    visits::Visits,
};
use crate::server::{
    Callers, Metrics, Service, Shutdown, Workers, metrics, request_id,
    traces::Traced,
    viewer::{Viewer, ViewerOptions},
};

/// What requests are answered with.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) service: Service,
    pub(super) callers: Callers,
    pub(super) workers: Workers,
    pub(super) metrics: Metrics,
    pub(super) shutdown: Shutdown,
    pub(super) batch_engine: Arc<str>,
    pub(super) visits: Arc<Visits>,
}

/// Where Feast has its routes; it answers without it, too.
pub(super) const PREFIX: &str = "/api/v1";

const HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
];

/// What a browser may do with the page of the documentation.
const DOCS_MAY: [(header::HeaderName, &str); 1] = [(
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
)];

pub(super) fn router(door: Door, max_message: usize) -> Router {
    let mut router = Router::new();
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.dedup();
    for path in paths {
        let routes = ROUTES.iter().filter(|route| route.path == path);
        let methods = routes.fold(MethodRouter::new(), |methods, route| methods.merge(method(route)));
        let methods = methods.fallback(async || plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        router = router.route(path, methods.clone()).route(&format!("{PREFIX}{path}"), methods);
    }
    for prefix in ["", PREFIX] {
        let (described, page) = (Json(openapi::document()), Html(docs::page()));
        router = router
            .route(&format!("{prefix}/openapi.json"), get(move || std::future::ready(described)))
            .route(&format!("{prefix}/docs"), get(move || std::future::ready((DOCS_MAY, page))));
    }
    router
        .route("/health", get(ready))
        .route("/readyz", get(ready))
        .route("/livez", get(async || StatusCode::OK))
        .fallback_service(viewer(&door))
        .layer(DefaultBodyLimit::max(max_message))
        .layer(middleware::from_fn_with_state(door.metrics.clone(), around))
        .with_state(Arc::new(door))
}

/// The viewer over the same registry, for whoever asks with a browser.
fn viewer(door: &Door) -> Router {
    let service = door.service.clone();
    let options = ViewerOptions {
        shows_place: false,
        project: None,
        home: service.project().clone(),
        shutdown: door.shutdown.clone(),
    };
    Viewer::new(move || service.cache(), door.callers.clone(), options)
        .router(|| plain(StatusCode::NOT_FOUND, "Not Found"))
}

fn method(route: &'static Route) -> MethodRouter<Arc<Door>> {
    let handler = move |State(door): State<Arc<Door>>, path: RawPathParams, request: Request| async move {
        answer(&door, route, &path, request).await.unwrap_or_else(IntoResponse::into_response)
    };
    match route.verb {
        Verb::Get => get(handler),
        Verb::Post => post(handler),
        Verb::Delete => delete(handler),
    }
}

async fn answer(
    door: &Door,
    route: &'static Route,
    path: &RawPathParams,
    request: Request,
) -> Result<Response, Refused> {
    let user = door.callers.of(request.headers()).await?;
    let headers = request.headers().clone();
    let mut given: Given = path.iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    parameters::read(route.parameters(), request.uri(), &mut given)?;
    let body = match route.body {
        Some(expected) => {
            let bytes = Bytes::from_request(request, &())
                .await
                .map_err(|rejection| Refused::with(rejection.status(), rejection.body_text()))?;
            body::read(&expected.model, &headers, &bytes)?
        }
        None => Given::new(),
    };
    let (service, batch_engine, visits) =
        (door.service.clone(), door.batch_engine.clone(), door.visits.clone());
    let span = tracing::Span::current();
    let answer = move || {
        let user = user.as_ref();
        let calls = Calls { service: &service, user, batch_engine: &batch_engine, visits: &visits };
        let answer = calls.answer(route, &given, &body)?;
        visits.note(user.map(|user| &**user), route, &given);
        Ok::<_, Refused>(answer)
    };
    let call = move || span.in_scope(answer);
    let answer = door.workers.run(call).await??;
    Ok(match route.call {
        Call::Refresh => StatusCode::OK.into_response(),
        Call::Apply(family) if family.applied_is_created => {
            (StatusCode::CREATED, Json(answer)).into_response()
        }
        _ => Json::<Value>(answer).into_response(),
    })
}

/// What Feast answers where it has no route.
fn plain(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"detail": detail}))).into_response()
}

/// Fine while the database can be reached, until the doors close.
async fn ready(State(door): State<Arc<Door>>) -> StatusCode {
    match door.service.readiness().is_ready() && !door.shutdown.is_signalled() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// What goes around every answer: its request's id, its headers, its line in the log.
async fn around(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id::of(request.headers());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let method = request.method().clone();
    let named = named(&request);
    let traced = Traced::begin(request.headers(), named.clone(), || {
        let text = |name, value: &str| KeyValue::new(name, value.to_owned());
        let id = id.to_str().unwrap_or_default();
        [text("http.request.method", method.as_str()), text(request_id::ATTRIBUTE, id)].into()
    });
    let counted = metrics.begin("rest", named);
    let (path, trace) = (path(request.uri()), traced.id());
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), %method, path, trace);
    let mut response = next.run(request).instrument(span.clone()).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.insert(request_id::HEADER, id);
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    let status = response.status();
    let code = || KeyValue::new("http.response.status_code", i64::from(status.as_u16()));
    traced.end(code, status.is_server_error());
    counted.end(status.as_str().to_owned());
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let (status, peer) = (status.as_u16(), peer.map(tracing::field::display));
    span.in_scope(|| match response.extensions().get::<Refused>() {
        None => tracing::info!(peer, milliseconds, status, "answered"),
        Some(refusal) => tracing::info!(peer, milliseconds, status, reason = refusal.detail, "refused"),
    });
    response
}

/// The route that answers, as it is counted.
fn named(request: &Request) -> Cow<'static, str> {
    match request.extensions().get::<MatchedPath>().map(MatchedPath::as_str) {
        Some(path) => format!("{} {}", request.method(), path.strip_prefix(PREFIX).unwrap_or(path)).into(),
        None => metrics::OTHER.into(),
    }
}

/// The path as far as a log has room for it; the query may hold what somebody searches for.
fn path(uri: &Uri) -> String {
    const MAX_LENGTH: usize = 300;
    uri.path().chars().take(MAX_LENGTH).collect()
}
