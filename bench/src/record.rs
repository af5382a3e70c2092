//! What was measured.

use crate::{
    meter::Taken,
    work::{Database, Work},
};

/// Whose way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Ours,
    Feast,
    Bare,
}

impl Whose {
    pub(crate) const ALL: [Whose; 3] = [Whose::Ours, Whose::Feast, Whose::Bare];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Whose::Ours => "ours",
            Whose::Feast => "Feast",
            Whose::Bare => "bare driver",
        }
    }
}

/// Work at one size, on one database, near or distant.
pub(crate) struct Record {
    pub(crate) work: Work,
    pub(crate) database: Database,
    pub(crate) size: usize,
    pub(crate) distant: bool,
    /// In the order of [`Whose::ALL`]; `None` where that way was not measured.
    pub(crate) costs: [Option<Cost>; 3],
}

/// What the work costs one way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The median, in the work's unit.
    pub(crate) median: f64,
    /// Of so many.
    pub(crate) runs: usize,
    pub(crate) counted: Option<Taken>,
}

impl Cost {
    pub(crate) fn of(mut costs: Vec<f64>, counted: Option<Taken>) -> Option<Cost> {
        costs.sort_by(f64::total_cmp);
        let median = costs.get(costs.len() / 2).copied()?;
        Some(Cost { median, runs: costs.len(), counted })
    }
}

impl Record {
    pub(crate) fn cost(&self, whose: Whose) -> Option<&Cost> {
        self.costs[whose as usize].as_ref()
    }

    /// How many times as much the work costs another way: above 1 where ours is the better.
    pub(crate) fn times(&self, whose: Whose) -> Option<f64> {
        Some(self.cost(whose)?.median / self.cost(Whose::Ours)?.median)
    }
}
