//! A load of several writers, each a thread with a registry handle of its own, that remembers what became of every
//! change, and the check of what is stored against that.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use feast_registry::{
    config::RegistryConfig, driver::FailureKind, error::Error, registry::Registry, runner::RetryPolicy,
};
use feast_registry_core::{
    kind::Kind,
    object::Object,
    operation::{Apply, Materialize},
    proto::feast::core as feast,
    refusal::Refusal,
    time::Timestamp,
};
use prost::Message;

/// The view that all writers materialize.
pub(crate) const SHARED: &str = "shared";
/// How long writers may take to get on again.
const PROGRESS_LIMIT: Duration = Duration::from_secs(60);

/// What a writer was told of a change.
#[derive(Clone, Debug)]
enum Told {
    Acknowledged,
    /// It may have been made or not.
    Unknown,
    /// It has not been made.
    Failed(Option<FailureKind>, String),
}

/// The `number`th change of a writer.
#[derive(Clone, Debug)]
struct Change {
    number: i64,
    told: Told,
    took: Duration,
}

/// One writer.
pub(crate) struct Writer {
    project: String,
    index: usize,
    pub(crate) registry: Registry,
    changes: Mutex<Vec<Change>>,
    acknowledged: AtomicU32,
}

/// Writers that write while something happens.
pub(crate) struct Load {
    pub(crate) writers: Vec<Writer>,
    pub(crate) project: String,
    /// Between the changes of one writer.
    pub(crate) pause: Duration,
    stop: AtomicBool,
}

pub(crate) fn config(url: &str) -> Result<RegistryConfig> {
    Ok(RegistryConfig::new(url.parse()?))
}

/// A handle that gives up after `deadline`.
pub(crate) fn open(config: &RegistryConfig, deadline: Duration) -> Result<Registry> {
    Ok(Registry::open(config)?.with_retry(RetryPolicy { deadline, ..RetryPolicy::default() }))
}

/// Several of them.
pub(crate) fn handles(config: &RegistryConfig, count: usize, deadline: Duration) -> Result<Vec<Registry>> {
    (0..count).map(|_| open(config, deadline)).collect()
}

impl Load {
    /// Makes what the writers work on, through the first of them.
    pub(crate) fn new(registries: Vec<Registry>) -> Result<Load> {
        static LOADS: AtomicU32 = AtomicU32::new(0);
        let project = format!("load_{}", LOADS.fetch_add(1, Ordering::Relaxed));
        let first = registries.first().context("no writer")?;
        let own = (0..registries.len()).map(|index| view(&own_view(index), 0));
        let views = own.chain([view(SHARED, 0)]).map(|view| (project.clone(), view));
        first.run(&Apply::new(views.collect::<Vec<_>>()))?;
        let writer = |(index, registry)| Writer {
            project: project.clone(),
            index,
            registry,
            changes: Mutex::default(),
            acknowledged: AtomicU32::new(0),
        };
        let writers = registries.into_iter().enumerate().map(writer).collect();
        Ok(Load { writers, project, pause: Duration::ZERO, stop: AtomicBool::new(false) })
    }

    /// Lets the writers write until `outage` is over.
    pub(crate) fn during(&self, outage: impl FnOnce() -> Result<()>) -> Result<()> {
        self.stop.store(false, Ordering::Release);
        thread::scope(|scope| {
            for writer in &self.writers {
                scope.spawn(|| {
                    while !self.stop.load(Ordering::Acquire) {
                        writer.change();
                        thread::sleep(self.pause);
                    }
                });
            }
            let outcome = outage();
            self.stop.store(true, Ordering::Release);
            outcome
        })
    }

    /// Waits until every writer has had `count` more changes acknowledged.
    pub(crate) fn progress(&self, count: u32) -> Result<()> {
        self.progress_of(0..self.writers.len(), count)
    }

    /// Waits until some of the writers have had `count` more changes acknowledged each.
    pub(crate) fn progress_of(&self, writers: impl IntoIterator<Item = usize>, count: u32) -> Result<()> {
        let acknowledged = |writer: &Writer| writer.acknowledged.load(Ordering::Acquire);
        let writers = writers.into_iter().map(|index| &self.writers[index]);
        let wanted: Vec<_> = writers.map(|writer| (writer, acknowledged(writer) + count)).collect();
        wait_until(|| wanted.iter().all(|(writer, wanted)| acknowledged(writer) >= *wanted)).with_context(
            || {
                let last: Vec<_> = wanted.iter().map(|(writer, _)| writer.changes().pop()).collect();
                format!("the writers do not get on: {last:#?}")
            },
        )
    }

    /// Waits until every writer has met a database that only reads.
    pub(crate) fn meet_read_only(&self) -> Result<()> {
        wait_until(|| self.writers.iter().all(|writer| writer.registry.retries().read_only > 0))
            .context("not every writer met a database that only reads")
    }

    /// Waits until a change has failed.
    pub(crate) fn meet_failure(&self) -> Result<()> {
        wait_until(|| !self.failed().is_empty()).context("the outage went unnoticed")
    }

    /// What writers were told that failed.
    pub(crate) fn failed(&self) -> Vec<(Option<FailureKind>, String)> {
        let changes = self.writers.iter().flat_map(Writer::changes);
        let failed = changes.filter_map(|change| match change.told {
            Told::Failed(kind, text) => Some((kind, text)),
            _ => None,
        });
        failed.collect()
    }

    /// Checks that what is stored is what the writers were told, through a registry that is in order; that no change
    /// took longer than `limit`; and that those that failed did so in one of the ways that are `clear`.
    pub(crate) fn verify(&self, stored: &Registry, limit: Duration, clear: &[FailureKind]) -> Result<()> {
        let mut intervals = BTreeMap::<i64, usize>::new();
        for start in starts(&stored.get(Kind::FeatureView, &self.project, SHARED)?) {
            *intervals.entry(start?).or_default() += 1;
        }
        for writer in &self.writers {
            writer.verify(stored, &mut intervals, limit, clear)?;
        }
        ensure!(intervals.is_empty(), "intervals that nobody recorded: {intervals:?}");
        Ok(())
    }

    /// As [`Load::verify`], without a look at the view that all writers materialize.
    pub(crate) fn verify_all_but_intervals(&self, stored: &Registry) -> Result<()> {
        let mut intervals = self.acknowledged_intervals().into_iter().map(|start| (start, 1)).collect();
        let mut writers = self.writers.iter();
        writers.try_for_each(|writer| writer.verify(stored, &mut intervals, PROGRESS_LIMIT, &[]))
    }

    /// The first seconds of the intervals that writers were told are recorded.
    pub(crate) fn acknowledged_intervals(&self) -> BTreeSet<i64> {
        let of_writer = |writer: &Writer| {
            let changes = writer.changes().into_iter();
            let recorded =
                changes.filter(|change| change.number % 2 == 0 && matches!(change.told, Told::Acknowledged));
            recorded.map(|change| writer.interval(change.number).start.seconds).collect::<Vec<_>>()
        };
        self.writers.iter().flat_map(of_writer).collect()
    }
}

/// The first seconds of a view's intervals.
pub(crate) fn starts(view: &Object) -> impl Iterator<Item = Result<i64>> {
    view.bookkeeping().intervals.into_iter().map(|interval| {
        let interval = feast::MaterializationInterval::decode(&*interval)?;
        Ok(interval.start_time.context("no start")?.seconds)
    })
}

fn wait_until(is_so: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !is_so() {
        ensure!(begun.elapsed() < PROGRESS_LIMIT, "not within {PROGRESS_LIMIT:?}");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

impl Writer {
    fn changes(&self) -> Vec<Change> {
        self.changes.lock().unwrap().clone()
    }

    /// Makes the next change.
    pub(crate) fn change(&self) {
        let number = self.changes.lock().unwrap().len() as i64 + 1;
        let begun = Instant::now();
        let outcome = match number % 4 {
            1 => self.registry.run(&self.apply(view(&own_view(self.index), number))).map(drop),
            3 => self.registry.run(&self.apply(entity(self.index, number))).map(drop),
            _ => self.registry.run(&self.interval(number)).map(drop),
        };
        let took = begun.elapsed();
        let told = match outcome {
            Ok(()) => Told::Acknowledged,
            Err(Error::CommitUnknown(_)) => Told::Unknown,
            Err(error) => {
                let kind = match &error {
                    Error::Database(failure) | Error::Contended { last: failure, .. } => Some(failure.kind),
                    _ => None,
                };
                Told::Failed(kind, format!("{error:?}"))
            }
        };
        if matches!(told, Told::Acknowledged) {
            self.acknowledged.fetch_add(1, Ordering::AcqRel);
        } else {
            // Whoever fails at once would otherwise fail thousands of times.
            thread::sleep(Duration::from_millis(20));
        }
        self.changes.lock().unwrap().push(Change { number, told, took });
    }

    fn apply(&self, object: Object) -> Apply {
        Apply::new([(self.project.clone(), object)])
    }

    /// An interval that only this change of this writer records.
    pub(crate) fn interval(&self, number: i64) -> Materialize {
        let seconds = self.index as i64 * 10_000_000 + number;
        let (start, end) = (Timestamp { seconds, nanos: 0 }, Timestamp { seconds: seconds + 1, nanos: 0 });
        Materialize { project: self.project.clone(), view: SHARED.into(), start, end }
    }

    fn verify(
        &self,
        stored: &Registry,
        intervals: &mut BTreeMap<i64, usize>,
        limit: Duration,
        clear: &[FailureKind],
    ) -> Result<()> {
        let changes = self.changes();
        for Change { number, told, took } in &changes {
            ensure!(*took < limit, "change {number} took {took:?}");
            if let Told::Failed(kind, text) = told {
                ensure!(kind.is_some_and(|kind| clear.contains(&kind)), "change {number} failed: {text}");
            }
        }
        let fits = |told: &Told, found: usize| match told {
            Told::Acknowledged => found == 1,
            Told::Unknown => found <= 1,
            Told::Failed(..) => found == 0,
        };
        let versions = stored.versions(&self.project, &own_view(self.index))?;
        let numbers: Vec<i32> = versions.keys().copied().collect();
        ensure!(numbers.iter().copied().eq(0..numbers.len() as i32), "versions are not dense: {numbers:?}");
        let mut revisions = BTreeMap::<i64, usize>::new();
        for version in versions.values() {
            let spec = feast::FeatureView::decode(&*version.bytes)?.spec.context("no spec")?;
            *revisions.entry(spec.features[0].name[1..].parse()?).or_default() += 1;
        }
        revisions.remove(&0);
        let mut tags = vec![None];
        for Change { number, told, .. } in &changes {
            let found = match number % 4 {
                1 => revisions.remove(number).unwrap_or(0),
                3 => {
                    match told {
                        Told::Acknowledged => tags = vec![Some(*number)],
                        Told::Unknown => tags.push(Some(*number)),
                        Told::Failed(..) => {}
                    }
                    continue;
                }
                _ => intervals.remove(&self.interval(*number).start.seconds).unwrap_or(0),
            };
            ensure!(
                fits(told, found),
                "writer {}, change {number}: {told:?}, found {found} times",
                self.index
            );
        }
        ensure!(revisions.is_empty(), "versions that nobody made: {revisions:?}");
        let tag = match stored.get(Kind::Entity, &self.project, &entity(self.index, 0).name()) {
            Ok(entity) => Some(entity.tags()["number"].parse()?),
            Err(Error::Refused(Refusal::NotFound { .. })) => None,
            Err(error) => return Err(error.into()),
        };
        ensure!(tags.contains(&tag), "writer {}: the tag is {tag:?}, not one of {tags:?}", self.index);
        Ok(())
    }
}

fn own_view(index: usize) -> String {
    format!("view-{index}")
}

/// A view whose schema is its own for every number.
pub(crate) fn view(name: &str, number: i64) -> Object {
    let feature = feast::FeatureSpecV2 { name: format!("f{number}"), value_type: 5, ..Default::default() };
    let spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec!["__dummy".into()],
        features: vec![feature],
        ..Default::default()
    };
    let view = feast::FeatureView { spec: Some(spec), meta: None };
    Object::parse(Kind::FeatureView, view.encode_to_vec()).unwrap()
}

pub(crate) fn entity(index: usize, number: i64) -> Object {
    let spec = feast::EntitySpecV2 {
        name: format!("entity-{index}"),
        tags: [("number".to_owned(), number.to_string())].into(),
        ..Default::default()
    };
    let entity = feast::Entity { spec: Some(spec), meta: None };
    Object::parse(Kind::Entity, entity.encode_to_vec()).unwrap()
}
