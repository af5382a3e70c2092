//! `feast-registry ui`: the viewer with the registry behind it, read-only.
//!
//! Everything that a page asks beyond these routes it answers itself, with core compiled to WebAssembly.

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Json, Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use tokio::net::TcpListener;

use super::{
    assets,
    guard::{Hosts, guard},
    live::{self, Live},
    problem::Problem,
    shutdown::Shutdown,
};
use crate::cache::Cache;

/// What the viewer is served with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The project to show first.
    pub project: Option<String>,
    /// The names, besides this machine's own, under which it may be asked.
    pub hosts: Vec<String>,
}

/// A listening socket, not yet served.
pub struct Door {
    listener: std::net::TcpListener,
}

/// Threads that wait for the database or pack snapshots.
const BLOCKING_THREADS: usize = 4;
/// How long answers under way may take once the end is asked for.
const GRACE: Duration = Duration::from_secs(3);
/// How often a connection on which nothing is told is shown to be alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl Door {
    /// Listens at an address. Port 0 is one that is free.
    ///
    /// # Errors
    /// The address is in use, or not this machine's.
    pub fn open(host: IpAddr, port: u16) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((host, port))?;
        listener.set_nonblocking(true)?;
        Ok(Door { listener })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system's.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves the viewer until `end` comes to pass.
    ///
    /// # Errors
    /// The operating system's.
    pub fn serve(
        self,
        cache: Cache,
        options: Options,
        end: impl Future<Output = io::Result<()>> + Send + 'static,
    ) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(BLOCKING_THREADS)
            .enable_all()
            .build()?;
        let served = runtime.block_on(async {
            let shutdown = Shutdown::at(end);
            self.serve_here(cache, options, shutdown).await
        });
        // A thread that waits for a database that does not answer must not keep the process.
        runtime.shutdown_background();
        served
    }

    async fn serve_here(self, cache: Cache, options: Options, shutdown: Shutdown) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        let live = Arc::new(Live::new(cache));
        let door = Ui { live: live.clone(), project: options.project, shutdown: shutdown.clone() };
        let router = router(Arc::new(door), Hosts::new(options.hosts));
        let watching = tokio::spawn(live.watch());
        let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(shutdown.clone().signalled());
        let mut served = tokio::spawn(served.into_future());
        tokio::select! {
            () = shutdown.signalled() => {}
            stopped = &mut served => return stopped?,
        }
        watching.abort();
        drop(tokio::time::timeout(GRACE, served).await);
        Ok(())
    }
}

/// What the routes work with.
struct Ui {
    live: Arc<Live>,
    project: Option<String>,
    /// For what goes on for ever otherwise.
    shutdown: Shutdown,
}

type Shared = State<Arc<Ui>>;

fn router(ui: Arc<Ui>, hosts: Hosts) -> Router {
    Router::new()
        .route("/api/viewer/source", get(source))
        .route("/api/viewer/snapshot", get(snapshot))
        .route("/api/viewer/changes", get(changes))
        .route("/api/{*path}", get(nothing))
        .fallback(assets::serve)
        .layer(middleware::from_fn_with_state(hosts, guard))
        .with_state(ui)
}

/// What is served, for the page to introduce it.
#[derive(Serialize)]
struct Source {
    place: String,
    kind: &'static str,
    project: Option<String>,
    version: &'static str,
    #[serde(flatten)]
    state: live::State,
}

async fn source(State(ui): Shared) -> Response {
    let source = Source {
        place: ui.live.place(),
        kind: if ui.live.is_file() { "file" } else { "database" },
        project: ui.project.clone(),
        version: env!("CARGO_PKG_VERSION"),
        state: ui.live.state().await,
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(source)).into_response()
}

async fn snapshot(
    State(ui): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    ui.live.state().await;
    let Some(serialized) = ui.live.serialized().await else {
        let problem = Problem::new("failed", "the snapshot could not be put together");
        return problem.answer(StatusCode::INTERNAL_SERVER_ERROR);
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
        ("cache-control", "no-cache".to_owned()),
        ("vary", "accept-encoding".to_owned()),
        ("feast-registry-revision", serialized.revision.clone()),
        ("feast-registry-size", serialized.bytes.len().to_string()),
    ];
    for (name, value) in described {
        response.headers_mut().extend(
            HeaderValue::from_str(&value).ok().map(|value| (header::HeaderName::from_static(name), value)),
        );
    }
    response
}

/// The state, and again whenever there is news.
async fn changes(State(ui): Shared) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut states = ui.live.states();
    states.mark_changed();
    let news = stream::unfold(states, |mut states| async move {
        states.changed().await.ok()?;
        let state = states.borrow_and_update().clone();
        let event = Event::default().event("state").json_data(state).unwrap_or_default();
        Some((Ok(event), states))
    });
    let news = news.take_until(Box::pin(ui.shutdown.clone().signalled()));
    Sse::new(news).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

async fn nothing() -> Response {
    Problem::new("not-found", "there is no such route").answer(StatusCode::NOT_FOUND)
}
