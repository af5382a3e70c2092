//! The way of a request: found by its path, read, answered by the service on a worker, logged.

use std::{borrow::Cow, cell::RefCell, net::SocketAddr, sync::Arc, time::Instant};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, MatchedPath, RawPathParams, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, delete, get, post},
};
use opentelemetry::KeyValue;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    body,
    calls::{Basis, Calls, is_set},
    docs, openapi,
    parameters::{self, Given},
    refused::Refused,
    routes::{Call, ROUTES, Route, Verb},
    visits::Visits,
};
use crate::server::{
    Metrics, Shared,
    connection::Peer,
    metrics, request_id,
    traces::Traced,
    viewer::{Viewer, ViewerOptions},
    workers::Weight,
};

/// What requests are answered with.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) shared: Shared,
    pub(super) visits: Arc<Visits>,
    /// The longest body of a request, in bytes.
    pub(super) max_message: usize,
    pub(super) batch_engine: Arc<str>,
}

/// Where Feast has its routes; it answers without it, too.
pub(super) const PREFIX: &str = "/api/v1";

/// Under which the service remembers answers to what is asked by path and query.
const SORT: &str = "GET";

const HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
];

const JSON: [(header::HeaderName, HeaderValue); 1] =
    [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];

/// What a browser may do with the page of the documentation.
const DOCS_MAY: [(header::HeaderName, &str); 1] = [(
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
)];

pub(super) fn router(door: Door) -> Router {
    let mut router = Router::new();
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.dedup();
    for path in paths {
        let routes = ROUTES.iter().filter(|route| route.path == path);
        let methods = routes.fold(MethodRouter::new(), |methods, route| methods.merge(method(route)));
        let methods = methods.fallback(async || plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"));
        router = router.route(path, methods.clone()).route(&format!("{PREFIX}{path}"), methods);
    }
    let (described, page) = (Bytes::from(openapi::document().to_string()), Bytes::from(docs::page()));
    for prefix in ["", PREFIX] {
        let (described, page) = (described.clone(), Html(page.clone()));
        router = router
            .route(&format!("{prefix}/openapi.json"), get(move || std::future::ready((JSON, described))))
            .route(&format!("{prefix}/docs"), get(move || std::future::ready((DOCS_MAY, page))));
    }
    router
        .route("/health", get(ready))
        .route("/readyz", get(ready))
        .route("/livez", get(async || StatusCode::OK))
        .fallback_service(viewer(&door))
        .layer(middleware::from_fn_with_state(door.shared.metrics.clone(), around))
        .with_state(Arc::new(door))
}

/// The viewer over the same registry, for whoever asks with a browser.
fn viewer(door: &Door) -> Router {
    let Shared { service, callers, shutdown, .. } = door.shared.clone();
    let home = service.project().clone();
    let options = ViewerOptions { shows_place: false, project: None, home, shutdown };
    Viewer::new(move || service.cache(), callers, options)
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
    let Shared { service, callers, workers, traffic, .. } = &door.shared;
    let user = callers.of(request.headers()).await?;
    let (head, body) = request.into_parts();
    let end = head.extensions.get().map_or_else(CancellationToken::new, |peer: &Peer| peer.end.clone());
    let mut given: Given = path.iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
    parameters::read(route.parameters(), &head.uri, &mut given)?;
    let words = head.uri.path_and_query().filter(|_| route.verb == Verb::Get).map(ToString::to_string);
    let known = words.as_ref().and_then(|words| service.known(user.as_ref(), SORT, words.as_bytes()));
    if let Some(known) = known {
        door.visits.note(user.as_deref(), route, &given);
        return respond(door, StatusCode::OK, known, &end);
    }
    let body = match route.body {
        Some(expected) => {
            let received = traffic.receive(body, door.max_message, |_| None).await?;
            body::read(&expected.model, &head.headers, &received.bytes)?
        }
        None => Given::new(),
    };
    let (service, batch_engine, visits) = (service.clone(), door.batch_engine.clone(), door.visits.clone());
    let weight = match is_set(&given, "allow_cache") && service.is_cached(user.as_ref()) {
        true => Weight::Cached,
        false => route.weight(),
    };
    let span = tracing::Span::current();
    let answer = move || {
        let (user, basis) = (user.as_ref(), RefCell::default());
        // Somebody else may have asked for it meanwhile.
        if let Some(known) = words.as_ref().and_then(|words| service.known(user, SORT, words.as_bytes())) {
            visits.note(user.map(|user| &**user), route, &given);
            return Ok(known);
        }
        let calls =
            Calls { service: &service, user, batch_engine: &batch_engine, visits: &visits, basis: &basis };
        let answer = Bytes::from(calls.answer(route, &given, &body)?);
        visits.note(user.map(|user| &**user), route, &given);
        if let (Basis::Snapshot(snapshot), Some(words)) = (basis.take(), words) {
            service.remember(&snapshot, user, SORT, words.as_bytes(), &answer);
        }
        Ok::<_, Refused>(answer)
    };
    let answer = workers.run(weight, move || span.in_scope(answer)).await??;
    let status = match route.call {
        Call::Refresh => return Ok(StatusCode::OK.into_response()),
        Call::Apply(family) if family.applied_is_created => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    respond(door, status, answer, &end)
}

fn respond(
    door: &Door,
    status: StatusCode,
    answer: Bytes,
    end: &CancellationToken,
) -> Result<Response, Refused> {
    let body = Body::new(door.shared.traffic.answer(Bytes::new(), answer, None, end)?);
    Ok((status, JSON, body).into_response())
}

/// What Feast answers where it has no route.
fn plain(status: StatusCode, detail: &str) -> Response {
    (status, Json(json!({"detail": detail}))).into_response()
}

/// Fine while the database can be reached, until the doors close.
async fn ready(State(door): State<Arc<Door>>) -> StatusCode {
    match door.shared.service.readiness().is_ready() && !door.shared.shutdown.is_signalled() {
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
