//! Seed after seed: a plan, its history, the check; and of a history that cannot be explained the smallest that shows it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{
    check::{DeadEnd, Order, explain},
    history::History,
    operations::{Operation, plan},
};

/// Gives seeds that failed back: `FEAST_REGISTRY_TEST_SEED=17,23` runs these and no others.
const SEEDS: &str = "FEAST_REGISTRY_TEST_SEED";
/// Multiplies the number of seeds.
const SCALE: &str = "FEAST_REGISTRY_TEST_SCALE";
/// Failed once; run before all others.
const FAILED: &str = include_str!("seeds.txt");

/// How long a smaller plan that fails is looked for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is to be explored.
pub(crate) struct Task {
    /// Of the failure's message.
    pub(crate) name: &'static str,
    pub(crate) order: Order,
    pub(crate) seeds: u64,
    pub(crate) clients: usize,
    /// Operations of each client.
    pub(crate) length: usize,
    /// How often a smaller plan is tried before it counts as one that does not fail: once where the seed decides
    /// everything.
    pub(crate) tries: usize,
}

impl Task {
    /// Runs every seed on an empty project. `run` gives the history of a plan, and is called with a number that is
    /// never the same.
    pub(crate) fn explore(
        &self,
        mut run: impl FnMut(u64, u64, &[Vec<Operation>]) -> Result<History>,
    ) -> Result<()> {
        let (mut turn, begun) = (0, Instant::now());
        let seeds = self.seeds()?;
        for seed in &seeds {
            let mut check = |plan: &[Vec<Operation>]| -> Result<Option<(History, DeadEnd)>> {
                turn += 1;
                let history = run(*seed, turn, plan)?;
                Ok(explain(&history, self.order).err().map(|dead_end| (history, dead_end)))
            };
            let plan = plan(*seed, self.clients, self.length);
            if let Some(failed) = check(&plan)? {
                let (history, dead_end) = self.smallest(plan, failed, check)?;
                bail!(
                    "{}: no serial order explains what was seen. {SEEDS}={seed} shows it again; add it to \
                     `seeds.txt`.\n{}",
                    self.name,
                    history.report(&dead_end)
                );
            }
        }
        println!("{}: {} seeds in {:.1?}", self.name, seeds.len(), begun.elapsed());
        Ok(())
    }

    fn seeds(&self) -> Result<Vec<u64>> {
        let number = |text: &str| text.trim().parse().with_context(|| format!("`{text}` is no seed"));
        if let Ok(given) = std::env::var(SEEDS) {
            return given.split(',').map(number).collect();
        }
        let scale = std::env::var(SCALE).map_or(Ok(1), |text| number(&text))?;
        let failed = FAILED.lines().filter(|line| !line.starts_with('#'));
        let failed: Vec<u64> =
            failed.filter_map(|line| line.split('#').next()).map(number).collect::<Result<_>>()?;
        Ok(failed.into_iter().chain(0..self.seeds * scale).collect())
    }

    /// Leaves out one operation after another, as long as what is left still fails.
    fn smallest(
        &self,
        mut plan: Vec<Vec<Operation>>,
        mut failed: (History, DeadEnd),
        mut check: impl FnMut(&[Vec<Operation>]) -> Result<Option<(History, DeadEnd)>>,
    ) -> Result<(History, DeadEnd)> {
        let (mut smaller, begun) = (true, Instant::now());
        while smaller && begun.elapsed() < PATIENCE {
            smaller = false;
            let places: Vec<(usize, usize)> = (0..plan.len())
                .flat_map(|client| (0..plan[client].len()).map(move |place| (client, place)))
                .collect();
            for (client, place) in places.into_iter().rev() {
                let mut less = plan.clone();
                less[client].remove(place);
                for _ in (0..self.tries).take_while(|_| begun.elapsed() < PATIENCE) {
                    if let Some(found) = check(&less)? {
                        (plan, failed, smaller) = (less, found, true);
                        break;
                    }
                }
            }
        }
        Ok(failed)
    }
}
