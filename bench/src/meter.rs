//! Takes the time of a piece of work, or counts what it does; not both, because counting takes time as well.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use allocation_counter::AllocationInfo;
use anyhow::Result;

use crate::wire::{Traffic, Wire};

/// What a way has sent through its driver so far.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    statements: AtomicU64,
    rows: AtomicU64,
}

impl Counts {
    /// Counts statements.
    pub(crate) fn sent(&self, statements: usize) {
        self.statements.fetch_add(statements as u64, Ordering::Relaxed);
    }

    /// Counts the rows that a statement returned.
    pub(crate) fn returned(&self, rows: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    fn get(&self) -> [u64; 2] {
        [&self.statements, &self.rows].map(|count| count.load(Ordering::Relaxed))
    }
}

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) time: Duration,
    pub(crate) statements: u64,
    /// `None` where nobody counts them.
    pub(crate) rows: Option<u64>,
    pub(crate) traffic: Option<Traffic>,
    pub(crate) allocations: Option<Allocations>,
}

/// What was allocated on the heap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allocations {
    pub(crate) count: u64,
    /// The most bytes at one time.
    pub(crate) peak: u64,
}

/// Measures one piece of work.
pub(crate) struct Meter<'w> {
    pub(crate) counting: bool,
    pub(crate) wire: Option<&'w Wire>,
    pub(crate) taken: Taken,
}

impl<'w> Meter<'w> {
    pub(crate) fn timing(wire: Option<&'w Wire>) -> Self {
        Meter { counting: false, wire, taken: Taken::default() }
    }

    pub(crate) fn counting(wire: Option<&'w Wire>) -> Self {
        Meter { counting: true, wire, taken: Taken::default() }
    }

    /// Measures what does the same `times` times, and notes what one of them takes.
    pub(crate) fn run(
        &mut self,
        counts: &Counts,
        times: u32,
        act: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        if !self.counting {
            let begun = Instant::now();
            act()?;
            self.taken = Taken { time: begun.elapsed() / times, ..Taken::default() };
            return Ok(());
        }
        let [statements, rows] = counts.get();
        let (info, traffic) = watch(self.wire, || {
            let mut outcome = Ok(());
            let info = allocation_counter::measure(|| outcome = act());
            outcome.map(|()| info)
        })?;
        let AllocationInfo { count_total, bytes_max, .. } = info;
        let [later_statements, later_rows] = counts.get();
        let of_one = |count: u64| count / u64::from(times);
        self.taken = Taken {
            time: Duration::ZERO,
            statements: of_one(later_statements - statements),
            rows: Some(of_one(later_rows - rows)),
            traffic,
            allocations: Some(Allocations { count: of_one(count_total), peak: bytes_max }),
        };
        Ok(())
    }

    /// Notes what another process says that it took.
    pub(crate) fn note(&mut self, act: impl FnOnce() -> Result<(Duration, u64)>) -> Result<()> {
        let ((time, statements), traffic) = watch(self.wire, act)?;
        self.taken = Taken { time, statements, traffic, ..Taken::default() };
        Ok(())
    }
}

fn watch<T>(wire: Option<&Wire>, act: impl FnOnce() -> Result<T>) -> Result<(T, Option<Traffic>)> {
    match wire {
        Some(wire) => wire.watch(act).map(|(value, traffic)| (value, Some(traffic))),
        None => Ok((act()?, None)),
    }
}
