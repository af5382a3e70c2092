//! The machine's processors, and work that is shared out to all of them.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::{Mutex, PoisonError},
    thread,
};

/// How many threads can be at work at once; 1 where the system does not say.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Checking so many objects takes ten times as long as to start a thread and to end it.
pub(crate) const PART: usize = 1_000;

/// Does the same with each part, and gives the results in their order. Whoever is free takes the next part; this thread
/// does, too, so that all is done where no other can be started.
pub(crate) fn share_out<T: Send, R: Send>(parts: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let helpers = processors().min(parts.len()).saturating_sub(1);
    let parts = Mutex::new(parts.into_iter().enumerate());
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work_on = || {
        let mut done = Vec::new();
        while let Some((index, part)) = next() {
            done.push((index, work(part)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, work_on).ok();
        let helpers: Vec<_> = (0..helpers).filter_map(start).collect();
        let mut done = work_on();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts_whoever_made_them() {
        let parts: Vec<u64> = (0..100).collect();
        let slowly = |part: u64| {
            thread::sleep(std::time::Duration::from_micros(part % 7 * 100));
            part * 2
        };
        assert_eq!(share_out(parts, slowly), (0..100).map(|part| part * 2).collect::<Vec<_>>());
        assert!(share_out(Vec::new(), slowly).is_empty());
    }
}
