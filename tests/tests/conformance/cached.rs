//! The cases of the cache: whatever writers do to the registry, its snapshot is what a full read finds.

use std::{collections::BTreeSet, slice, sync::Arc};

use anyhow::{Context as _, Result};
use feast_registry::{
    cache::{Cache, Effort},
    registry::Registry,
};
use feast_registry_core::{
    kind::Kind,
    operation::{
        Delete, DeleteProject, LAST_UPDATED, Materialize, Restore, Selection, SetEnabled, SetProjectMetadata,
        SetState, SetUserMetadata, Target, Write,
    },
    rows::{Key, Rows},
    time::Timestamp,
};

use crate::{
    backends::{Backend, Raw},
    cases::apply,
    objects::{PROJECT, entity, revision, sample},
};

/// A deterministic source of choices: SplitMix64.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Makes some change, as any writer may; refusals are fine.
fn change(registry: &Registry, choices: &mut Choices, earlier: &Rows) -> Result<String> {
    let number = choices.below(4);
    let (project, view) = (PROJECT.to_owned(), format!("view_{number}"));
    let name = view.clone();
    let refused = |error: feast_registry::error::Error| match error {
        feast_registry::error::Error::Refused(_) => Ok(()),
        other => Err(other),
    };
    let tag = choices.below(1_000).to_string();
    let time = |seconds| Timestamp { seconds, nanos: 0 };
    let what = choices.below(14);
    match what {
        0 => drop(apply(registry, entity(&format!("entity_{number}"), &[("tag", &tag)]))?),
        1 => drop(apply(registry, revision(&name, number as i32 + choices.below(50) as i32))?),
        2 => {
            let kinds =
                [Kind::DataSource, Kind::FeatureService, Kind::Permission, Kind::LabelView, Kind::Infra];
            let kind = kinds[choices.below(5) as usize];
            drop(apply(registry, sample(kind, &format!("{kind}_{number}"))).map(drop).or_else(refused));
        }
        3 => {
            let (start, end) = (time(choices.below(1_000) as i64), time(2_000));
            registry.run(&Materialize { project, view, start, end }).map(drop).or_else(refused)?;
        }
        4 => registry.run(&SetState { project, view, state: 1 }).map(drop).or_else(refused)?,
        5 => {
            let enabled = choices.below(2) == 0;
            registry.run(&SetEnabled { project, view, enabled }).map(drop).or_else(refused)?;
        }
        6 => {
            let user_metadata = (choices.below(3) > 0).then(|| tag.into_bytes());
            registry.run(&SetUserMetadata { project, view, user_metadata }).map(drop).or_else(refused)?;
        }
        7 => registry.run(&SetProjectMetadata { project, key: "release".into(), value: tag })?,
        8 => {
            let target = Target::View;
            registry.run(&Delete { project, name, target }).map(drop).or_else(refused)?;
        }
        9 => {
            let (target, name) = (Target::Kind(Kind::Entity), format!("entity_{number}"));
            registry.run(&Delete { project, name, target }).map(drop).or_else(refused)?;
        }
        10 if choices.below(6) == 0 => {
            registry.run(&DeleteProject { name: project }).map(drop).or_else(refused)?;
        }
        // Rows with the times of an earlier day, in place of others.
        11 => {
            let restore = Restore { rows: earlier.clone(), overwrite: true };
            registry.run(&restore).map(drop).or_else(refused)?;
        }
        // A writer whose clock is an hour behind, or ahead.
        12 | 13 => {
            let rows = registry.rows(None)?;
            let hour = 3_600 + choices.below(1_000) as i64;
            let hour = if what == 12 { -hour } else { hour };
            let row = rows.objects.iter().nth(choices.below(1 + rows.objects.len() as u64) as usize);
            if let Some((key, row)) = row {
                let (key, last_updated) = (key.clone(), row.last_updated + hour);
                registry.run(&Raw(vec![Write::Update { key, bytes: row.bytes.clone(), last_updated }]))?;
            }
        }
        _ => {}
    }
    Ok(format!("change {what} of {number}"))
}

pub(crate) fn a_cache_is_what_a_full_read_finds(backend: &Backend) -> Result<()> {
    for seed in 1..=4 {
        let mut choices = Choices(seed);
        let (writer, reader) = (backend.reopened()?, backend.reopened()?);
        let cache = Cache::on(backend.reopened()?)?;
        let mut earlier = Rows::default();
        for step in 0..60 {
            let mut done = Vec::new();
            for _ in 0..=choices.below(3) {
                let made = change(&writer, &mut choices, &earlier);
                done.push(made.with_context(|| format!("seed {seed}, step {step}"))?);
            }
            let snapshot = cache.refresh(Effort::Look)?.snapshot;
            let (cached, stored) = (snapshot.rows(), reader.rows(None)?);
            assert!(cached == stored, "seed {seed}, step {step}, after {done:?}:\n{cached:?}\n{stored:?}");
            for selection in selections(&stored) {
                let (cached, stored) =
                    (snapshot.select(slice::from_ref(&selection)), reader.read(&[selection])?);
                assert_eq!(cached, stored, "seed {seed}, step {step}, after {done:?}");
            }
            if choices.below(10) == 0 {
                earlier = stored;
                earlier.versions.clear();
                earlier.objects.values_mut().for_each(|row| row.last_updated -= 86_400 + step);
            }
        }
    }
    Ok(())
}

/// One of each sort that there is.
fn selections(rows: &Rows) -> Vec<Selection> {
    let mut selections = vec![Selection::Metadata { project: None }, Selection::all_versions(None)];
    for (key, row) in &rows.objects {
        let (kind, project) = (key.kind, Some(key.project.clone()));
        let since = Some(row.last_updated);
        selections.extend([
            Selection::all(kind, None),
            Selection::all(kind, project.as_deref()),
            Selection::named(kind, &key.project, [key.name.clone(), "none".into()]),
            Selection::Objects { kind, project: project.clone(), names: None, updated_since: since },
            Selection::Metadata { project: project.clone() },
            Selection::all_versions(project.as_deref()),
            Selection::Versions {
                project,
                names: Some(BTreeSet::from([key.name.clone()]).into()),
                bytes: false,
                created_since: since,
            },
        ]);
    }
    selections.truncate(40);
    selections
}

pub(crate) fn a_cache_without_news_stays_the_same(backend: &Backend) -> Result<()> {
    apply(&backend.registry, revision("one", 1))?;
    apply(&backend.registry, revision("two", 1))?;
    let cache = Cache::on(backend.reopened()?)?;
    let first = cache.current().snapshot;
    for effort in [Effort::Probe, Effort::Look, Effort::Full] {
        assert!(Arc::ptr_eq(&cache.refresh(effort)?.snapshot, &first), "{effort:?}");
    }
    apply(&backend.registry, revision("two", 2))?;
    let second = cache.refresh(Effort::Probe)?.snapshot;
    let row = |name| Key::new(Kind::FeatureView, PROJECT, name);
    let [one, two] = ["one", "two"].map(row);
    assert_ne!(first.revision(), second.revision());
    assert!(Arc::ptr_eq(first.object(&one).unwrap(), second.object(&one).unwrap()));
    assert_ne!(first.object(&two), second.object(&two));
    assert_eq!(first.versions().count() + 1, second.versions().count());
    Ok(())
}

/// Changes that leave a revision are followed by the metadata alone: exactly, whatever they do. Where somebody else has
/// left a time in between, the tables are looked at.
pub(crate) fn a_cache_follows_revisions(backend: &Backend) -> Result<()> {
    let cache = Cache::on(backend.reopened()?)?;
    let mut choices = Choices(1);
    let delete = |name: &str, target| Delete { project: PROJECT.into(), name: name.into(), target };
    for step in 0..60 {
        let (number, tag) = (choices.below(4), step.to_string());
        let (view, name) = (format!("view_{number}"), format!("entity_{number}"));
        match choices.below(6) {
            0 | 1 => drop(apply(&backend.registry, entity(&name, &[("tag", &tag)]))?),
            2 | 3 => drop(apply(&backend.registry, revision(&view, choices.below(9) as i32))?),
            // What does not exist is not deleted.
            4 => drop(backend.registry.run(&delete(&view, Target::View))),
            _ => drop(backend.registry.run(&delete(&name, Target::Kind(Kind::Entity)))),
        }
        if choices.below(2) == 0 {
            let cached = cache.refresh(Effort::Probe)?.snapshot.rows();
            assert!(cached == backend.registry.rows(None)?, "step {step}");
        }
    }
    apply(&backend.registry, entity("theirs", &[]))?;
    cache.refresh(Effort::Probe)?;
    let key = Key::new(Kind::Entity, PROJECT, "theirs");
    let bytes = feast_registry_core::object::Object::into_bytes(entity("theirs", &[("by", "Feast")]));
    let note = Write::PutMetadata {
        project: PROJECT.into(),
        key: LAST_UPDATED.into(),
        value: "1700000000".into(),
        last_updated: 1_700_000_000,
    };
    backend.registry.run(&Raw(vec![Write::Update { key, bytes, last_updated: 1_700_000_000 }, note]))?;
    apply(&backend.registry, entity("ours", &[]))?;
    assert_eq!(cache.refresh(Effort::Probe)?.snapshot.rows(), backend.registry.rows(None)?);
    Ok(())
}

/// What a look cannot see a full check does: another row under the same stamp, of a clock far behind.
pub(crate) fn a_cache_checks_everything_at_times(backend: &Backend) -> Result<()> {
    apply(&backend.registry, entity("driver", &[]))?;
    let key = Key::new(Kind::Entity, PROJECT, "driver");
    let old = |object| {
        let bytes = feast_registry_core::object::Object::into_bytes(object);
        Write::Update { key: key.clone(), bytes, last_updated: 1_000 }
    };
    backend.registry.run(&Raw(vec![old(entity("driver", &[("a", "1")]))]))?;
    apply(&backend.registry, entity("other", &[]))?;
    let cache = Cache::on(backend.reopened()?)?;
    backend.registry.run(&Raw(vec![old(entity("driver", &[("a", "2")]))]))?;
    let stored = backend.registry.rows(None)?;
    assert_ne!(cache.refresh(Effort::Look)?.snapshot.rows(), stored);
    assert_eq!(cache.refresh(Effort::Full)?.snapshot.rows(), stored);
    Ok(())
}

/// Two changes of a row in one second leave it with one stamp.
pub(crate) fn a_cache_sees_the_second_change_of_a_second(backend: &Backend) -> Result<()> {
    apply(&backend.registry, entity("driver", &[]))?;
    let cache = Cache::on(backend.reopened()?)?;
    for round in 0..20 {
        apply(&backend.registry, entity("driver", &[("round", &round.to_string())]))?;
        assert_eq!(cache.refresh(Effort::Look)?.snapshot.rows(), backend.registry.rows(None)?, "{round}");
    }
    Ok(())
}

/// What cannot be decoded is there as it is stored, and in what is sent to the viewer.
pub(crate) fn a_cache_keeps_damaged_rows(backend: &Backend) -> Result<()> {
    apply(&backend.registry, entity("driver", &[]))?;
    apply(&backend.registry, entity("other", &[]))?;
    let key = Key::new(Kind::Entity, PROJECT, "driver");
    backend.overwrite(&key, b"\x0a\x7fdamaged")?;
    let snapshot = Cache::on(backend.reopened()?)?.current().snapshot;
    assert_eq!(snapshot.rows(), backend.registry.rows(None)?);
    let options = feast_registry_core::snapshot::ReadOptions { keep_damaged: true, ..Default::default() };
    let read = feast_registry_core::snapshot::read(&snapshot.serialized(), options)?;
    let entities: Vec<&str> = read.of_kind(Kind::Entity).map(|(key, _)| key.name.as_str()).collect();
    assert_eq!(entities, ["driver", "other"]);
    assert!(read.objects[&key].object(&key).is_err());
    Ok(())
}
