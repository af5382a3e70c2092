//! `feast-registry ui`: the viewer with the registry behind it, read-only, for this machine.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{http::StatusCode, middleware, response::Response};
use tokio::net::TcpListener;

use super::{
    Callers,
    guard::{Hosts, guard},
    problem::Problem,
    shutdown::Shutdown,
    viewer::{Viewer, ViewerOptions},
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
        let cache = Arc::new(cache);
        let shown = ViewerOptions {
            shows_place: true,
            project: options.project,
            home: "".into(),
            shutdown: shutdown.clone(),
        };
        let viewer = Viewer::new(move || Ok(cache.clone()), Callers::untold(), shown);
        let hosts = Hosts::new(options.hosts);
        let router = viewer.router(nothing).layer(middleware::from_fn_with_state(hosts, guard));
        let served = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(shutdown.clone().signalled());
        let mut served = tokio::spawn(served.into_future());
        tokio::select! {
            () = shutdown.signalled() => {}
            stopped = &mut served => return stopped?,
        }
        drop(tokio::time::timeout(GRACE, served).await);
        Ok(())
    }
}

/// What is neither a route nor a file of the site.
fn nothing() -> Response {
    Problem::new("not-found", "there is no such page").answer(StatusCode::NOT_FOUND)
}
