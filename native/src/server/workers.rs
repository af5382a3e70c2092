//! The threads on which calls wait for the database: so many at once, so many waiting, and only so long.
//! What is too much is refused at once, so that memory stays bounded however many ask.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    runtime::{self, Handle, Runtime},
    sync::{Semaphore, TryAcquireError},
    time,
};

use crate::processors::processors;

/// The runtimes of workers for so many calls at the database at once: one for those that wait, one for those that are
/// busy. They run nothing but what blocks, on so few threads as can be: an allocator keeps what a thread has used for
/// that thread.
///
/// # Errors
/// The system has no more files.
pub fn threads(running: usize) -> io::Result<[Runtime; 2]> {
    let runtime =
        |most: usize| runtime::Builder::new_current_thread().max_blocking_threads(most.max(1)).build();
    Ok([runtime(running)?, runtime(2 * processors())?])
}

/// Runs blocking calls beside the asynchronous ones.
#[derive(Clone, Debug)]
pub struct Workers {
    /// Whose threads they are.
    waiting: Handle,
    busy: Handle,
    cached: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// Of those that run, the heavy ones.
    heavy: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    seats: (usize, usize),
    patience: Duration,
}

/// What a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// What is in memory already, and a processor. So many as there are processors are at it at once; they wait for
    /// nobody who waits for the database.
    Cached,
    /// A few objects of the database, for which it mostly waits.
    Light,
    /// Memory and time for as many objects as the database has. So many as there are processors are at it at once, too:
    /// more would not be done sooner, and hold all that they have read meanwhile.
    Heavy,
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
    /// Workers for `running` calls at the database at once, with room for `admitted` calls, those included, each of
    /// which is given up after `patience`. They mostly wait on threads of one runtime, and are busy on the other's.
    #[must_use]
    pub fn new(waiting: &Handle, busy: &Handle, running: usize, admitted: usize, patience: Duration) -> Self {
        let [waiting, busy] = [waiting, busy].map(Handle::clone);
        let seats = [running.min(admitted), admitted].map(|count| count.clamp(1, Semaphore::MAX_PERMITS));
        let [running, admitted, cached, heavy] =
            [seats[0], seats[1], processors(), processors()].map(|count| Arc::new(Semaphore::new(count)));
        Workers { waiting, busy, cached, running, heavy, admitted, seats: seats.into(), patience }
    }

    /// How many calls run, and how many wait.
    pub(crate) fn occupied(&self) -> (usize, usize) {
        let cached = processors().saturating_sub(self.cached.available_permits());
        let running = self.seats.0 - self.running.available_permits() + cached;
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
        weight: Weight,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unserved> {
        let admitted = match self.admitted.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Unserved::Busy),
        };
        let until = time::Instant::now() + self.patience;
        let seated = async {
            let seats: &[&Arc<Semaphore>] = match weight {
                Weight::Cached => &[&self.cached],
                Weight::Light => &[&self.running],
                // In this order, those who wait take no worker from the light ones.
                Weight::Heavy => &[&self.heavy, &self.running],
            };
            let mut taken = Vec::with_capacity(seats.len());
            for seat in seats {
                taken.push((*seat).clone().acquire_owned().await.ok()?);
            }
            Some(taken)
        };
        let Ok(Some(seat)) = time::timeout_at(until, seated).await else {
            return Err(Unserved::NotBegun);
        };
        let threads = match weight {
            Weight::Light => &self.waiting,
            Weight::Cached | Weight::Heavy => &self.busy,
        };
        let running = threads.spawn_blocking(move || {
            let _held = (admitted, seat);
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

    fn runtime() -> Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
    }

    #[test]
    fn what_is_too_much_is_refused_at_once_and_what_is_too_slow_is_given_up() {
        let runtime = runtime();
        let workers = Workers::new(runtime.handle(), runtime.handle(), 1, 2, Duration::from_millis(200));
        let (release, held) = mpsc::channel::<()>();
        let slow = runtime.spawn({
            let workers = workers.clone();
            async move { workers.run(Weight::Light, move || held.recv().is_ok()).await }
        });
        while workers.running.available_permits() > 0 {
            thread::yield_now();
        }
        let waiting = runtime.spawn({
            let workers = workers.clone();
            async move { workers.run(Weight::Light, || ()).await }
        });
        while workers.admitted.available_permits() > 0 {
            thread::yield_now();
        }
        assert_eq!(runtime.block_on(workers.run(Weight::Light, || ())), Err(Unserved::Busy));
        assert_eq!(runtime.block_on(waiting).unwrap(), Err(Unserved::NotBegun));
        assert_eq!(runtime.block_on(slow).unwrap(), Err(Unserved::TooLong));
        // It still has its worker; when it is done there is room again.
        assert_eq!(workers.running.available_permits(), 0);
        release.send(()).unwrap();
        while workers.running.available_permits() == 0 {
            thread::yield_now();
        }
        assert_eq!(runtime.block_on(workers.run(Weight::Light, || 7)), Ok(7));
    }

    #[test]
    fn as_many_heavy_calls_run_as_there_are_processors_and_others_pass_by_those_that_wait() {
        let runtime = runtime();
        let most = processors();
        let [waiting, busy] = threads(most + 1).unwrap();
        let patience = Duration::from_secs(60);
        let workers = Workers::new(waiting.handle(), busy.handle(), most + 1, 64, patience);
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(std::sync::Mutex::new(held));
        let calls: Vec<_> = (0..most + 8)
            .map(|_| {
                let (workers, held) = (workers.clone(), held.clone());
                let call = move || held.lock().unwrap().recv().is_ok();
                runtime.spawn(async move { workers.run(Weight::Heavy, call).await })
            })
            .collect();
        while workers.occupied() != (most, 8) {
            thread::yield_now();
        }
        for other in [Weight::Light, Weight::Cached] {
            assert_eq!(runtime.block_on(workers.run(other, || 7)), Ok(7));
        }
        assert_eq!(workers.occupied(), (most, 8));
        (0..calls.len()).for_each(|_| release.send(()).unwrap());
        for call in calls {
            assert_eq!(runtime.block_on(call).unwrap(), Ok(true));
        }
    }

    #[test]
    fn what_is_cached_waits_for_nobody_at_the_database() {
        let runtime = runtime();
        let [waiting, busy] = threads(1).unwrap();
        let workers = Workers::new(waiting.handle(), busy.handle(), 1, 64, Duration::from_secs(60));
        let (release, held) = mpsc::channel::<()>();
        let stuck = runtime.spawn({
            let workers = workers.clone();
            async move { workers.run(Weight::Heavy, move || held.recv().is_ok()).await }
        });
        while workers.occupied().0 == 0 {
            thread::yield_now();
        }
        assert_eq!(runtime.block_on(workers.run(Weight::Cached, || 7)), Ok(7));
        release.send(()).unwrap();
        assert_eq!(runtime.block_on(stuck).unwrap(), Ok(true));
    }

    #[test]
    fn a_panic_ends_one_call_and_frees_its_worker() {
        let runtime = runtime();
        let workers = Workers::new(runtime.handle(), runtime.handle(), 1, 1, Duration::from_secs(60));
        assert_eq!(
            runtime.block_on(workers.run(Weight::Light, || panic!("a bug"))),
            Err::<(), _>(Unserved::Failed)
        );
        assert_eq!(runtime.block_on(workers.run(Weight::Light, || 7)), Ok(7));
    }
}
