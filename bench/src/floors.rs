//! The floors: how good the ratios must be at least (floors.yaml).

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{
    record::{Record, Whose},
    work::WORKS,
};

const FLOORS: &str = include_str!("../floors.yaml");

/// What must hold of one sort of work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    work: String,
    /// On this database, or on all.
    database: Option<String>,
    /// From this size on.
    #[serde(default)]
    from: usize,
    /// What the bare driver takes at least, as a multiple of what ours takes.
    bare: Option<f64>,
    /// What Feast takes at least.
    feast: Option<f64>,
    /// Ours takes so many round trips at most.
    round_trips: Option<u64>,
    /// Ours allocates so often at most.
    allocations: Option<u64>,
}

/// Where records are below their floors.
pub(crate) fn broken(records: &[Record]) -> Result<Vec<String>> {
    let floors: Vec<Floor> = serde_yaml::from_str(FLOORS).context("floors.yaml")?;
    for Floor { work, .. } in &floors {
        WORKS
            .iter()
            .find(|info| info.name == work)
            .with_context(|| format!("floors.yaml: no work `{work}`"))?;
    }
    let applies = |floor: &Floor, record: &Record| {
        let database = record.database.name();
        floor.work == record.work.info().name
            && floor.database.as_ref().is_none_or(|name| name == database)
            && floor.from <= record.size
    };
    let pairs = records.iter().flat_map(|record| floors.iter().map(move |floor| (record, floor)));
    Ok(pairs
        .filter(|(record, floor)| applies(floor, record))
        .flat_map(|(r, floor)| floor.broken(r))
        .collect())
}

impl Floor {
    fn broken(&self, record: &Record) -> Vec<String> {
        let distance = if record.distant { ", distant" } else { "" };
        let place =
            format!("{} at {} on {}{distance}", record.work.info().name, record.size, record.database.name());
        let ratio = |whose: Whose, floor: Option<f64>| {
            let (times, floor) = (record.times(whose)?, floor?);
            let name = whose.name();
            (times < floor).then(|| {
                format!("{place}: {name} takes {times:.2} times what ours takes, and the floor is {floor}")
            })
        };
        let counted = record.cost(Whose::Ours).and_then(|cost| cost.counted);
        let count = |what: &str, count: Option<u64>, ceiling: Option<u64>| {
            let (count, ceiling) = (count?, ceiling?);
            (count > ceiling)
                .then(|| format!("{place}: ours takes {count} {what}, and at most {ceiling} are allowed"))
        };
        let trips = counted.and_then(|taken| taken.traffic).map(|traffic| traffic.round_trips);
        let allocations = counted.and_then(|taken| taken.allocations).map(|allocations| allocations.count);
        [
            ratio(Whose::Bare, self.bare),
            ratio(Whose::Feast, self.feast),
            count("round trips", trips, self.round_trips),
            count("allocations", allocations, self.allocations),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_works_that_there_are() -> Result<()> {
        assert!(broken(&[])?.is_empty());
        Ok(())
    }
}
