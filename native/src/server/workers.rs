//! The threads on which calls wait for the database: so many at once, so many waiting, and only so long.
//! What is too much is refused at once, so that memory stays bounded however many ask.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, TryAcquireError},
    task, time,
};

/// Runs blocking calls beside the asynchronous ones.
#[derive(Clone, Debug)]
pub struct Workers {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    seats: (usize, usize),
    patience: Duration,
}

/// Why a call was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unserved {
    /// Too many others are being answered or waiting. It was not begun.
    #[error("the server is busy with as many requests as it takes at once; try again")]
    Busy,
    /// It waited for a worker all the time it had. It was not begun.
    #[error("the server was busy all the time that the request had; try again")]
    NotBegun,
    /// It was begun and is not done.
    #[error("the request took too long; if it was to change something, that may still happen")]
    TooLong,
    /// The call panicked: a bug.
    #[error("the server failed; its log says how")]
    Failed,
}

impl Workers {
    /// Workers for `running` calls at once, with room for `admitted` calls, those included, each of which
    /// is given up after `patience`.
    #[must_use]
    pub fn new(running: usize, admitted: usize, patience: Duration) -> Self {
        let seats = [running.min(admitted), admitted].map(|count| count.clamp(1, Semaphore::MAX_PERMITS));
        let [running, admitted] = seats.map(|count| Arc::new(Semaphore::new(count)));
        Workers { running, admitted, seats: seats.into(), patience }
    }

    /// How many calls run, and how many wait.
    pub(crate) fn occupied(&self) -> (usize, usize) {
        let running = self.seats.0 - self.running.available_permits();
        let admitted = self.seats.1 - self.admitted.available_permits();
        (running, admitted.saturating_sub(running))
    }

    /// How long a call may take.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// Runs a call that may block. One that is given up while it runs goes on, and keeps its worker.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unserved> {
        let admitted = match self.admitted.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Unserved::Busy),
        };
        let until = time::Instant::now() + self.patience;
        let Ok(Ok(worker)) = time::timeout_at(until, self.running.clone().acquire_owned()).await else {
            return Err(Unserved::NotBegun);
        };
        let running = task::spawn_blocking(move || {
            let _held = (admitted, worker);
            call()
        });
        match time::timeout_at(until, running).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Unserved::Failed),
            Err(_) => Err(Unserved::TooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread};

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
    }

    #[test]
    fn what_is_too_much_is_refused_at_once_and_what_is_too_slow_is_given_up() {
        let runtime = runtime();
        let workers = Workers::new(1, 2, Duration::from_millis(200));
        let (release, held) = mpsc::channel::<()>();
        let slow = runtime.spawn({
            let workers = workers.clone();
            async move { workers.run(move || held.recv().is_ok()).await }
        });
        while workers.running.available_permits() > 0 {
            thread::yield_now();
        }
        let waiting = runtime.spawn({
            let workers = workers.clone();
            async move { workers.run(|| ()).await }
        });
        while workers.admitted.available_permits() > 0 {
            thread::yield_now();
        }
        assert_eq!(runtime.block_on(workers.run(|| ())), Err(Unserved::Busy));
        assert_eq!(runtime.block_on(waiting).unwrap(), Err(Unserved::NotBegun));
        assert_eq!(runtime.block_on(slow).unwrap(), Err(Unserved::TooLong));
        // It still has its worker; when it is done there is room again.
        assert_eq!(workers.running.available_permits(), 0);
        release.send(()).unwrap();
        while workers.running.available_permits() == 0 {
            thread::yield_now();
        }
        assert_eq!(runtime.block_on(workers.run(|| 7)), Ok(7));
    }

    #[test]
    fn a_panic_ends_one_call_and_frees_its_worker() {
        let workers = Workers::new(1, 1, Duration::from_secs(60));
        let runtime = runtime();
        assert_eq!(runtime.block_on(workers.run(|| panic!("a bug"))), Err::<(), _>(Unserved::Failed));
        assert_eq!(runtime.block_on(workers.run(|| 7)), Ok(7));
    }
}
