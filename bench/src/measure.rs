//! The run: makes registries, and has the ways do the work in turns, so that what the machine does besides hits all alike.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use feast_registry_tests::{
    feast::Feast,
    servers::{MariaDb, Postgres},
};

use crate::{
    bare::Bare,
    meter::{Meter, Taken},
    place::{DISTANCE, Place},
    process,
    record::{Cost, Record, Whose},
    way::{FeastWay, Ours, Way},
    work::{Database, Info, Runs, WORKS},
};

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    /// Up to this size.
    pub(crate) largest: usize,
    /// So long for each sort of work on each registry, and so many turns at most.
    pub(crate) patience: Duration,
    pub(crate) turns: usize,
}

/// However long they take.
const LEAST_TURNS: usize = 3;
/// For counting round trips: so much that all is sent before it is over.
const AGES: Duration = Duration::from_millis(100);

/// Measures the works and the databases that the words are for, and hands out all records so far after each size.
pub(crate) fn run(
    extent: Extent,
    words: &[String],
    done: &mut dyn FnMut(&[Record]) -> Result<()>,
) -> Result<Vec<Record>> {
    let works = meant(words, WORKS.iter(), |info| info.name);
    let databases = meant(words, Database::ALL.into_iter(), Database::name);
    let feast = Feast::installed()?;
    // Durable, as in production.
    let (postgres, mariadb) = (Postgres::start()?, MariaDb::start()?);
    let mut feast_way = FeastWay::start(feast)?;
    let folder = tempfile::tempdir()?;
    let mut sizes: Vec<usize> = works.iter().flat_map(|info| info.sizes).copied().collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes.retain(|size| *size <= extent.largest);
    let mut records = Vec::new();
    for size in sizes {
        for &database in &databases {
            for (runs, views) in [(Runs::Process, size), (Runs::Filled, size), (Runs::Empty, 0)] {
                let measured = |info: &&Info| {
                    info.runs == runs && info.sizes.contains(&size) && info.databases.contains(&database)
                };
                let infos: Vec<&Info> = works.iter().copied().filter(measured).collect();
                if infos.is_empty() {
                    continue;
                }
                let begun = Instant::now();
                let place = match database {
                    Database::Sqlite => Place::File(folder.path().join(format!("{runs:?}-{size}.db"))),
                    Database::Postgres => Place::on(postgres.endpoint())?,
                    Database::MariaDb => Place::on(mariadb.endpoint())?,
                };
                Ours::fill(&place.url(), views)?;
                if let (Runs::Process, Place::File(file)) = (runs, &place) {
                    records.extend(process::measure(feast, file, size, &infos, extent)?);
                } else {
                    let near = Cell { database, size, distant: false, extent };
                    records.extend(near.measure(&place, &infos, &mut feast_way)?);
                    let infos: Vec<&Info> =
                        infos.into_iter().filter(|info| info.distant.contains(&size)).collect();
                    if database != Database::Sqlite {
                        let distant = Cell { distant: true, ..near };
                        records.extend(distant.measure(&place.at_distance(true), &infos, &mut feast_way)?);
                    }
                }
                eprintln!("{}, {size} views: {:.0} s", database.name(), begun.elapsed().as_secs_f64());
            }
        }
        done(&records)?;
    }
    Ok(records)
}

/// Those that have one of the words in their names; all, where no word is for any of them.
fn meant<T: Copy>(
    words: &[String],
    all: impl Iterator<Item = T>,
    name: impl Fn(T) -> &'static str,
) -> Vec<T> {
    let is_meant =
        |one: &T| words.iter().any(|word| name(*one).to_lowercase().contains(&word.to_lowercase()));
    let all: Vec<T> = all.collect();
    let some: Vec<T> = all.iter().copied().filter(is_meant).collect();
    if some.is_empty() { all } else { some }
}

/// One registry, near or distant.
#[derive(Clone, Copy)]
struct Cell {
    database: Database,
    size: usize,
    distant: bool,
    extent: Extent,
}

impl Cell {
    fn measure(&self, place: &Place, infos: &[&Info], feast: &mut FeastWay) -> Result<Vec<Record>> {
        if infos.is_empty() {
            return Ok(Vec::new());
        }
        let mut ours = Ours::open(&place.url())?;
        let mut bare = Bare::open(place)?;
        feast.open(&place.url())?;
        infos
            .iter()
            .map(|info| {
                let feast = self.has_feast(info).then_some(&mut *feast);
                self.work(info, place, &mut ours, feast, &mut bare)
                    .with_context(|| format!("cannot {} on {}", info.title, self.database.name()))
            })
            .collect()
    }

    fn has_feast(&self, info: &Info) -> bool {
        self.size <= info.feast[usize::from(self.distant)]
    }

    fn work(
        &self,
        info: &Info,
        place: &Place,
        ours: &mut Ours,
        feast: Option<&mut FeastWay>,
        bare: &mut Bare,
    ) -> Result<Record> {
        let mut removing = Bare::open(place)?;
        let mut steps = Steps { info, size: self.size, next: usize::from(self.distant) * 100_000, place };
        let mut ways: [Option<&mut dyn Way>; 3] = [Some(ours), feast.map(|feast| feast as _), Some(bare)];
        let mut costs: [Vec<f64>; 3] = Default::default();
        let mut counted: [Option<Taken>; 3] = [None; 3];
        // What is done for the first time only is not measured. (Feast's takes seconds, and it prepares nothing.)
        for whose in [Whose::Ours, Whose::Bare] {
            if let Some(way) = &mut ways[whose as usize] {
                steps.run(&mut **way, false, &mut removing)?;
            }
        }
        let begun = Instant::now();
        for turn in 0..self.extent.turns {
            let is_over = begun.elapsed() > self.extent.patience;
            for index in 0..ways.len() {
                // Each is first in its turn.
                let index = (index + turn) % ways.len();
                let Some(way) = &mut ways[index] else { continue };
                let least = if index == Whose::Feast as usize { 1 } else { LEAST_TURNS };
                if is_over && costs[index].len() >= least {
                    continue;
                }
                let taken = steps.run(&mut **way, false, &mut removing)?;
                costs[index].push(taken.time.as_secs_f64());
                if index == Whose::Feast as usize {
                    counted[index] = Some(taken);
                }
            }
        }
        if let Some(wire) = place.wire() {
            wire.delay(AGES);
        }
        for whose in [Whose::Ours, Whose::Bare] {
            if let Some(way) = &mut ways[whose as usize] {
                counted[whose as usize] = Some(steps.run(&mut **way, true, &mut removing)?);
            }
        }
        if let Some(wire) = place.wire() {
            wire.delay(DISTANCE);
        }
        let mut costs = costs.into_iter().zip(counted).map(|(costs, counted)| Cost::of(costs, counted));
        let costs = std::array::from_fn(|_| costs.next().flatten());
        let Cell { database, size, distant, .. } = *self;
        Ok(Record { work: info.work, database, size, distant, costs })
    }
}

/// Work that is done again and again, by all ways in turns.
struct Steps<'a> {
    info: &'a Info,
    size: usize,
    next: usize,
    place: &'a Place,
}

impl Steps<'_> {
    fn run(&mut self, way: &mut dyn Way, counting: bool, removing: &mut Bare) -> Result<Taken> {
        self.next += 1;
        let wire = self.place.wire();
        let mut meter = if counting { Meter::counting(wire) } else { Meter::timing(wire) };
        way.run(self.info.work, self.size, self.next, &mut meter)?;
        if self.info.runs == Runs::Empty {
            for owner in ["ours", "feast", "bare"] {
                removing.remove(&format!("many_{owner}_{}", self.next))?;
            }
        }
        Ok(meter.taken)
    }
}
