//! The machine's processors.

use std::{num::NonZero, thread};

/// How many threads can be at work at once; 1 where the system does not say.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
