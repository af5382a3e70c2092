//! A way to do the work: ours, Feast's, the bare driver's.

mod feast;
mod ours;

use anyhow::Result;

pub(crate) use self::{feast::FeastWay, ours::Ours};
use crate::{meter::Meter, work::Work};

/// Does work on a registry. `step` is another one each time, so that names are new.
pub(crate) trait Way {
    /// Does the work on a registry of `size` views, and has the meter run while it does.
    fn run(&mut self, work: Work, size: usize, step: usize, meter: &mut Meter<'_>) -> Result<()>;
}

/// So many gets from a cache are measured together.
const GETS: u32 = 10_000;
