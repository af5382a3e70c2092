//! Cases in which what is asked depends on what others do at the same time.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::Result;
use feast_registry::{config::IsolationLevel, error::Error, registry::Registry};
use feast_registry_core::{kind::Kind, refusal::Refusal, rows::Key};

use crate::{
    backends::Backend,
    cases::apply,
    objects::{PROJECT, entity, revision, sample},
};

/// Two kinds of view race for one name. Nothing that either writes is in the other's way, so that only
/// their order can keep them apart.
pub(crate) fn names_stay_unique_in_every_isolation_level(backend: &Backend) -> Result<()> {
    use IsolationLevel::{ReadCommitted, RepeatableRead, Serializable};
    apply(&backend.registry, entity("driver", &[]))?;
    for level in [ReadCommitted, RepeatableRead, Serializable] {
        let kinds = [Kind::FeatureView, Kind::LabelView];
        // Opened before anyone waits at the barrier for one that could not be.
        let writers = kinds.into_iter().map(|kind| Ok((kind, backend.isolated(level)?)));
        let writers: Vec<(Kind, Registry)> = writers.collect::<Result<_>>()?;
        let start = Barrier::new(2);
        let applied: Vec<Vec<Result<bool>>> = thread::scope(|scope| {
            let tasks: Vec<_> = writers
                .into_iter()
                .map(|(kind, registry)| {
                    let start = &start;
                    scope.spawn(move || -> Vec<Result<bool>> {
                        let race = |round: i32| {
                            start.wait();
                            let view = sample(kind, &format!("{level:?}{round}"));
                            // Of different versions, or the history's key would keep them apart.
                            let version = if kind == Kind::FeatureView { "v5" } else { "" };
                            let view = view.with_text(&[1, 18], version).unwrap();
                            match apply(&registry, view) {
                                Ok(_) => Ok(true),
                                Err(Error::Refused(Refusal::NameConflict { .. })) => Ok(false),
                                Err(error) => Err(error.into()),
                            }
                        };
                        (0..25).map(race).collect()
                    })
                })
                .collect();
            tasks.into_iter().map(|task| task.join().unwrap()).collect()
        });
        for (round, (one, other)) in applied[0].iter().zip(&applied[1]).enumerate() {
            let both = (one.as_ref().ok(), other.as_ref().ok());
            let apart = matches!(both, (Some(one), Some(other)) if one != other);
            assert!(apart, "{level:?}, round {round}: {one:?} and {other:?}");
        }
    }
    Ok(())
}

pub(crate) fn everything_is_read_as_of_one_instant(backend: &Backend) -> Result<()> {
    apply(&backend.registry, revision("v", 0))?;
    let (registry, reader, done) = (&backend.registry, backend.reopened()?, AtomicBool::new(false));
    let key = Key::new(Kind::FeatureView, PROJECT, "v");
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let written = (1..60).try_for_each(|number| apply(registry, revision("v", number)).map(drop));
            done.store(true, Ordering::Release);
            written
        });
        while !done.load(Ordering::Acquire) {
            let rows = reader.rows(Some(PROJECT))?;
            let active = rows.objects[&key].object(&key).unwrap();
            let last = rows.versions_of(PROJECT, "v").unwrap().keys().next_back().copied();
            assert_eq!(active.bookkeeping().version_number.unwrap_or(0), last.unwrap());
        }
        Ok(writer.join().unwrap()?)
    })
}
