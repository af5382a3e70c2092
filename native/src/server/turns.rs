//! Turns at what takes no waiting, but memory: as many at once as there are processors. More would not be done sooner.

use std::{
    num::NonZero,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

pub(super) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// It is over when this is dropped.
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    pub(super) fn new() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Turns { free: Mutex::new(processors), freed: Condvar::new() }
    }

    /// Waits for a turn.
    pub(super) fn take(&self) -> Turn<'_> {
        let free = self.freed.wait_while(self.free(), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Turn(self)
    }

    // Under the lock nothing can panic.
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_are_at_it_than_there_are_processors() {
        let (turns, at_it, most) = (Turns::new(), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    let _turn = turns.take();
                    most.fetch_max(at_it.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    at_it.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        let processors = thread::available_parallelism().unwrap().get();
        assert!((1..=processors).contains(&most.into_inner()));
        assert_eq!(*turns.free(), processors);
    }
}
