//! The threads that connections live on: as many as there are processors, each with a runtime of its own. All that a
//! connection has to do is done on its thread, so that for a short answer nobody is woken on another one.

use std::{future::Future, io, net::SocketAddr, thread};

use tokio::{
    net::TcpListener,
    runtime,
    sync::{mpsc, oneshot},
    time::sleep,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::connection::PAUSE;
use crate::processors::processors;

/// A connection on its way to its thread, and whose it is.
pub(super) type Accepted = (std::net::TcpStream, SocketAddr);

/// The threads, each of which serves until that ends with a `T`, or until the value's end.
pub(super) struct Lanes<T> {
    entries: Vec<mpsc::UnboundedSender<Accepted>>,
    served: Vec<oneshot::Receiver<T>>,
    _end: DropGuard,
}

impl<T: Send + 'static> Lanes<T> {
    /// Starts them.
    ///
    /// # Errors
    /// The system has no more threads, or files.
    pub(super) fn open<F: Future<Output = T>>(
        serve: impl Fn(mpsc::UnboundedReceiver<Accepted>) -> F + Clone + Send + 'static,
    ) -> io::Result<Self> {
        let end = CancellationToken::new();
        let mut lanes = Lanes { entries: Vec::new(), served: Vec::new(), _end: end.clone().drop_guard() };
        for _ in 0..processors() {
            let (entry, accepted) = mpsc::unbounded_channel();
            let (tell, served) = oneshot::channel();
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            let (serve, end) = (serve.clone(), end.clone());
            thread::Builder::new().name("connections".into()).spawn(move || {
                if let Some(outcome) = runtime.block_on(end.run_until_cancelled(serve(accepted))) {
                    drop(tell.send(outcome));
                }
                // What is still at work has had its time.
                runtime.shutdown_background();
            })?;
            lanes.entries.push(entry);
            lanes.served.push(served);
        }
        Ok(lanes)
    }

    /// Hands a listener's connections out to them, one after the other; until one of them has ended.
    pub(super) async fn accept(&self, listener: TcpListener) {
        for entry in self.entries.iter().cycle() {
            let accepted = loop {
                let accepted = listener.accept().await;
                match accepted.and_then(|(stream, address)| Ok((stream.into_std()?, address))) {
                    Ok(accepted) => break accepted,
                    Err(error) => {
                        tracing::warn!("no connection can be taken now: {error}");
                        sleep(PAUSE).await;
                    }
                }
            };
            if entry.send(accepted).is_err() {
                return;
            }
        }
    }

    /// What all of them have ended with; one that panicked with nothing.
    pub(super) async fn served(self) -> Vec<T> {
        let mut all = Vec::new();
        for served in self.served {
            all.extend(served.await.ok());
        }
        all
    }
}
