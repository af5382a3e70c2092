//! The end of the process: the doors close, what was begun is finished.

use std::{future::Future, io};

use futures_util::FutureExt as _;
use tokio::sync::watch;

/// The end that is asked for from outside: Ctrl-C, or a request to terminate.
///
/// # Errors
/// Signals cannot be received.
pub async fn asked_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Tells every door when to close.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// When `end` comes to pass. Must be called within a runtime.
    pub fn at(end: impl Future<Output = io::Result<()>> + Send + 'static) -> Self {
        let (close, told) = watch::channel(false);
        // Signals are heeded from the first poll on, and so from now.
        let mut end = Box::pin(end);
        let ended = end.as_mut().now_or_never();
        tokio::spawn(async move {
            let ended = match ended {
                Some(ended) => ended,
                None => end.await,
            };
            match ended {
                Ok(()) => tracing::info!("closing"),
                Err(error) => tracing::error!("closing, because signals cannot be received: {error}"),
            }
            close.send_replace(true);
        });
        Shutdown(told)
    }

    /// Whether it is time.
    pub(crate) fn is_signalled(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is time.
    pub(crate) async fn signalled(mut self) {
        // Where the sender is gone there is nothing to wait for either.
        drop(self.0.wait_for(|closing| *closing).await);
    }
}
