//! The viewer over a live registry: its site, and the three things that it asks for. Everything else it answers
//! itself, with core compiled to WebAssembly.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use feast_registry_core::catalog::permissions::User;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use tokio::{sync::OnceCell, task::spawn_blocking};

use super::{
    Callers, assets,
    callers::Unidentified,
    guard::protect,
    live::{self, Live},
    problem::Problem,
    shutdown::Shutdown,
};
use crate::{cache::Cache, error::Error};

/// How often a connection on which nothing is told is shown to be alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What the routes work with.
pub(super) struct Viewer {
    registry: Box<dyn Fn() -> Result<Arc<Cache>, Error> + Send + Sync>,
    live: OnceCell<Arc<Live>>,
    callers: Callers,
    options: ViewerOptions,
}

/// How the viewer is to be.
pub(super) struct ViewerOptions {
    /// Whether to say where the registry is, which is nothing for who may only look at it through a server.
    pub(super) shows_place: bool,
    /// The project to show first.
    pub(super) project: Option<String>,
    /// The server's own project, by whose permissions others may be judged.
    pub(super) home: Arc<str>,
    /// For what goes on for ever otherwise.
    pub(super) shutdown: Shutdown,
}

type Shared = State<Arc<Viewer>>;
type Answer<T = Response> = Result<T, Response>;

impl Viewer {
    /// The viewer of what `registry` opens, when somebody first asks for it.
    pub(super) fn new(
        registry: impl Fn() -> Result<Arc<Cache>, Error> + Send + Sync + 'static,
        callers: Callers,
        options: ViewerOptions,
    ) -> Arc<Self> {
        Arc::new(Viewer { registry: Box::new(registry), live: OnceCell::new(), callers, options })
    }

    /// Its routes below `/api/viewer`, and its site. Of what is neither `nothing` answers.
    pub(super) fn router(self: Arc<Self>, nothing: fn() -> Response) -> Router {
        let site = move |method: Method, uri: Uri, headers: HeaderMap| async move {
            let is_read = matches!(method, Method::GET | Method::HEAD);
            assets::find(&uri, &headers).filter(|_| is_read).unwrap_or_else(nothing)
        };
        Router::new()
            .route("/api/viewer/source", get(source))
            .route("/api/viewer/snapshot", get(snapshot))
            .route("/api/viewer/changes", get(changes))
            .fallback(site)
            .layer(middleware::from_fn(protect))
            .with_state(self)
    }

    /// Who asks, and the registry.
    async fn open(self: &Arc<Self>, headers: &HeaderMap) -> Answer<(Option<Arc<User>>, &Arc<Live>)> {
        let user = self.callers.of(headers).await.map_err(|unidentified| refuse(&unidentified))?;
        let start = || async {
            let viewer = self.clone();
            let home = self.options.home.clone();
            let opened = spawn_blocking(move || (viewer.registry)()).await;
            let opened = opened.map_err(|_| Problem::new("failed", "the registry could not be opened"))?;
            let live = Arc::new(Live::new(opened.map_err(|error| Problem::from(&error))?, home));
            tokio::spawn(live.clone().watch());
            Ok(live)
        };
        let live = self.live.get_or_try_init(start).await;
        let live = live.map_err(|problem: Problem| problem.answer(StatusCode::SERVICE_UNAVAILABLE))?;
        Ok((user, live))
    }
}

fn refuse(unidentified: &Unidentified) -> Response {
    match unidentified {
        Unidentified::Unauthenticated(_) => {
            let problem =
                Problem::new("unauthenticated", "the registry asks for a bearer token that it accepts");
            ([(header::WWW_AUTHENTICATE, "Bearer")], problem.answer(StatusCode::UNAUTHORIZED)).into_response()
        }
        Unidentified::Unserved(unserved) => {
            Problem::new("busy", unserved.to_string()).answer(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// What is served, for the page to introduce it.
#[derive(Serialize)]
struct Source {
    place: Option<String>,
    kind: &'static str,
    project: Option<String>,
    version: &'static str,
    #[serde(flatten)]
    state: live::State,
}

async fn source(State(viewer): Shared, headers: HeaderMap) -> Answer {
    let (_, live) = viewer.open(&headers).await?;
    let source = Source {
        place: viewer.options.shows_place.then(|| live.place()),
        kind: if live.is_file() { "file" } else { "database" },
        project: viewer.options.project.clone(),
        version: env!("CARGO_PKG_VERSION"),
        state: live.state().await,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(source)).into_response())
}

async fn snapshot(
    State(viewer): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Answer {
    let (user, live) = viewer.open(&headers).await?;
    live.state().await;
    // What one user may see, no browser keeps for the next.
    let caching = if user.is_some() { "no-store" } else { "no-cache" };
    let Some(serialized) = live.serialized(user).await else {
        let problem = Problem::new("failed", "the snapshot could not be put together");
        return Err(problem.answer(StatusCode::INTERNAL_SERVER_ERROR));
    };
    // Within one machine, compressing takes longer than what it saves.
    let compressed = match !peer.ip().to_canonical().is_loopback() && assets::accepts(&headers, "gzip") {
        true => serialized.clone().compressed().await,
        false => None,
    };
    let form = if compressed.is_some() { "-gzip" } else { "" };
    let tag = format!("\"{}{form}\"", serialized.revision);
    let mut response = match assets::is_known(&headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let encoding = compressed.as_ref().map(|_| [(header::CONTENT_ENCODING, "gzip")]);
            let body = Body::from(compressed.unwrap_or_else(|| serialized.bytes.clone()));
            ([(header::CONTENT_TYPE, "application/octet-stream")], encoding, body).into_response()
        }
    };
    let described = [
        ("etag", tag),
        ("cache-control", caching.to_owned()),
        ("vary", "accept-encoding, authorization".to_owned()),
        ("feast-registry-revision", serialized.revision.clone()),
        ("feast-registry-size", serialized.bytes.len().to_string()),
    ];
    for (name, value) in described {
        response.headers_mut().extend(
            HeaderValue::from_str(&value).ok().map(|value| (header::HeaderName::from_static(name), value)),
        );
    }
    Ok(response)
}

/// The state, and again whenever there is news, for as long as whoever asks may ask.
async fn changes(
    State(viewer): Shared,
    headers: HeaderMap,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let (_, live) = viewer.open(&headers).await?;
    let mut states = live.states();
    states.mark_changed();
    let news = stream::unfold(states, |mut states| async move {
        states.changed().await.ok()?;
        let state = states.borrow_and_update().clone();
        let event = Event::default().event("state").json_data(state).unwrap_or_default();
        Some((Ok(event), states))
    });
    let end = async move {
        tokio::select! {
            () = viewer.options.shutdown.clone().signalled() => {}
            () = viewer.callers.refuse(&headers) => {}
        }
    };
    let news = news.take_until(Box::pin(end));
    Ok(Sse::new(news).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
