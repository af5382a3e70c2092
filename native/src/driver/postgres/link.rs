//! What carries a connection: the library's future that sends and receives, driven from a runtime of one
//! thread while somebody waits for an answer.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::maybe_done;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::Error;

/// Comes to an end with the connection.
pub(super) type Ending = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

pub(super) struct Link {
    runtime: Runtime,
    /// `None` once it has ended.
    ending: Option<Ending>,
}

impl Link {
    pub(super) fn new(runtime: Runtime, ending: Ending) -> Link {
        Link { runtime, ending: Some(ending) }
    }

    /// Waits for an answer.
    pub(super) fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let Link { runtime, ending } = self;
        let mut answer = pin!(answer);
        runtime.block_on(poll_fn(|context| {
            let ended = end(ending, context);
            match (answer.as_mut().poll(context), ended) {
                // What ended the connection says more than that it is closed.
                (Poll::Ready(Err(closed)), Some(cause)) if closed.is_closed() => Poll::Ready(Err(cause)),
                (Poll::Pending, Some(cause)) => Poll::Ready(Err(cause)),
                (polled, _) => polled,
            }
        }))
    }
}

fn end(ending: &mut Option<Ending>, context: &mut Context<'_>) -> Option<Error> {
    match ending.as_mut()?.as_mut().poll(context) {
        Poll::Ready(outcome) => {
            *ending = None;
            outcome.err()
        }
        Poll::Pending => None,
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The client is gone, so that the server is told. It logs each connection that leaves without a word.
        if let Some(ending) = self.ending.take() {
            let goodbye = async { timeout(Duration::from_millis(200), ending).await };
            drop(self.runtime.block_on(goodbye));
        }
    }
}

/// Sends all requests before it waits for the first answer. The library sends one when it is first polled.
pub(super) async fn in_one_flight<T>(
    requests: impl IntoIterator<Item = impl Future<Output = Result<T, Error>>>,
) -> Result<Vec<T>, Error> {
    let mut answers = Vec::new();
    in_order(requests, async |answer| {
        answers.push(answer);
        Ok(())
    })
    .await?;
    Ok(answers)
}

/// As [`in_one_flight`], and takes each answer to its end before it waits for the next.
pub(super) async fn in_order<T>(
    requests: impl IntoIterator<Item = impl Future<Output = Result<T, Error>>>,
    mut take: impl AsyncFnMut(T) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut requests: Vec<_> = requests.into_iter().map(|request| Box::pin(maybe_done(request))).collect();
    poll_fn(|context| {
        for request in &mut requests {
            let _ = request.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut outcome = Ok(());
    for request in &mut requests {
        request.as_mut().await;
        let taken = match request.as_mut().take_output() {
            Some(Ok(answer)) => take(answer).await,
            Some(Err(error)) => Err(error),
            None => Ok(()),
        };
        outcome = outcome.and(taken);
    }
    outcome
}
