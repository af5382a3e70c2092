//! The cases. Each gets a fresh registry, and asserts what a user of any backend relies on.

use std::{collections::BTreeMap, thread, time::Duration};

use anyhow::{Result, ensure};
use feast_registry::{error::Error, registry::Registry};
use feast_registry_core::{
    kind::{INFRA_NAME, Kind},
    object::Object,
    operation::{
        Action, Apply, Change, Delete, DeleteProject, Materialize, Restore, Selection, SetProjectMetadata,
        SetUserMetadata, Target,
    },
    query::Query,
    refusal::Refusal,
    rows::Key,
    snapshot::{self, Damaged, ReadOptions},
    time::Timestamp,
};

use crate::{
    backends::{Backend, kinds},
    objects::{PROJECT, dataset, entity, revision, sample, view},
};

pub(crate) use crate::{cached::*, races::*};

pub(crate) fn apply(registry: &Registry, object: Object) -> Result<Change, Error> {
    let kind = object.kind();
    let mut changes = registry.run(&Apply::new([(PROJECT.into(), object)]))?;
    let own = changes.iter().position(|change| change.key.kind == kind).unwrap();
    Ok(changes.swap_remove(own))
}

fn names(registry: &Registry, query: &Query) -> Result<Vec<String>> {
    let listing = registry.list(query)?;
    ensure!(listing.damaged.is_empty(), "{:?}", listing.damaged);
    Ok(listing.objects.into_iter().map(|(key, _)| key.name).collect())
}

fn materialize(registry: &Registry, view: &str, start: i64, end: i64) -> Result<Key, Error> {
    let time = |seconds| Timestamp { seconds, nanos: 0 };
    let (project, view) = (PROJECT.into(), view.into());
    registry.run(&Materialize { project, view, start: time(start), end: time(end) })
}

pub(crate) fn a_project_is_made_with_its_first_object(backend: &Backend) -> Result<()> {
    apply(&backend.registry, entity("driver", &[]))?;
    let registry = backend.reopened()?;
    assert_eq!(names(&registry, &Query::all(Kind::Project, None))?, [PROJECT]);
    let project = registry.get(Kind::Project, PROJECT, PROJECT)?;
    assert_eq!((project.name(), project.bookkeeping().created.is_some()), (PROJECT.into(), true));
    let rows = registry.rows(Some(PROJECT))?;
    assert_eq!(rows.metadata_value(PROJECT, "project_uuid").map(str::len), Some(36));
    assert!(rows.metadata_value(PROJECT, "last_updated_timestamp").is_some());
    Ok(())
}

pub(crate) fn every_kind_is_applied_read_listed_and_deleted(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    for kind in kinds() {
        let object = sample(kind, kind.info().table.name);
        assert_eq!(apply(registry, object.clone())?.action, Action::Created, "{kind}");
        let name = if kind == Kind::Infra { INFRA_NAME } else { kind.info().table.name };
        let stored = backend.reopened()?.get(kind, PROJECT, name)?;
        assert_eq!(stored.name(), object.name());
        assert_eq!(names(registry, &Query::all(kind, Some(PROJECT)))?, [name]);
        assert_eq!(names(registry, &Query::all(kind, Some("other")))?, [""; 0]);
        assert_eq!(apply(registry, object)?.action, Action::Unchanged, "{kind}");
    }
    for kind in kinds().filter(|kind| *kind != Kind::Infra) {
        let name = kind.info().table.name;
        let delete = Delete { project: PROJECT.into(), name: name.into(), target: Target::Kind(kind) };
        assert_eq!(registry.run(&delete)?, [Key::new(kind, PROJECT, name)]);
        assert!(matches!(registry.run(&delete), Err(Error::Refused(Refusal::NotFound { .. }))), "{kind}");
        assert!(matches!(registry.get(kind, PROJECT, name), Err(Error::Refused(Refusal::NotFound { .. }))));
    }
    Ok(())
}

pub(crate) fn equal_objects_are_not_written(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    apply(registry, sample(Kind::Project, PROJECT))?;
    for kind in kinds() {
        apply(registry, sample(kind, "x"))?;
        if kind.is_view() {
            registry.run(&Delete { project: PROJECT.into(), name: "x".into(), target: Target::View })?;
            apply(registry, sample(kind, kind.info().plural))?;
        }
    }
    let before = registry.rows(None)?;
    thread::sleep(Duration::from_millis(1_100));
    for kind in Kind::all() {
        let name = match kind {
            Kind::Project => PROJECT,
            kind if kind.is_view() => kind.info().plural,
            _ => "x",
        };
        assert_eq!(apply(registry, sample(kind, name))?.action, Action::Unchanged, "{kind}");
    }
    assert_eq!(registry.rows(None)?, before);
    Ok(())
}

pub(crate) fn a_batch_is_one_transaction(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    let good = (0..300).map(|number| entity(&format!("entity {number}"), &[]));
    let bad = view("a@b", |_| {});
    let batch = good.clone().chain([bad]).map(|object| (PROJECT.into(), object));
    assert!(matches!(registry.run(&Apply::new(batch)), Err(Error::Refused(Refusal::InvalidName { .. }))));
    assert!(backend.reopened()?.rows(None)?.objects.is_empty());
    let changes = registry.run(&Apply::new(good.map(|object| (PROJECT.into(), object))))?;
    assert_eq!(changes.len(), 301);
    assert_eq!(names(&backend.reopened()?, &Query::all(Kind::Entity, Some(PROJECT)))?.len(), 300);
    Ok(())
}

pub(crate) fn names_keep_their_spelling(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    for (name, tag) in [("fv1", "lower"), ("FV1", "upper"), ("ﬁv1", "ligature")] {
        apply(registry, entity(name, &[("case", tag)]))?;
    }
    for (name, tag) in [("fv1", "lower"), ("FV1", "upper"), ("ﬁv1", "ligature")] {
        assert_eq!(registry.get(Kind::Entity, PROJECT, name)?.tags()["case"], tag);
    }
    assert!(registry.get(Kind::Entity, PROJECT, "Fv1").is_err());
    assert!(registry.get(Kind::Entity, PROJECT, "fv1 ").is_err());
    registry.run(&Apply::new([("Conformance".into(), entity("fv1", &[("case", "other project")]))]))?;
    assert_eq!(registry.get(Kind::Entity, PROJECT, "fv1")?.tags()["case"], "lower");
    Ok(())
}

pub(crate) fn odd_names_are_stored_as_they_are(backend: &Backend) -> Result<()> {
    let long = "ü".repeat(255);
    for name in ["a@:b", "it's \"quoted\" `ticked` \\ % _ ;--", "🚗 emoji", "日本語", " spaces ", &long]
    {
        apply(&backend.registry, entity(name, &[("näme", "wärt 🏷")]))?;
        let stored = backend.reopened()?.get(Kind::Entity, PROJECT, name)?;
        assert_eq!((stored.name().as_str(), stored.tags()["näme"].as_str()), (name, "wärt 🏷"));
    }
    let longer = "ü".repeat(256);
    for name in ["", "two\nlines", "nul\0", &longer] {
        let refused = apply(&backend.registry, entity(name, &[]));
        assert!(matches!(refused, Err(Error::Refused(Refusal::InvalidName { .. }))), "{name:?}");
    }
    Ok(())
}

/// Feast's old MySQL tables cut at 64 KiB, packets often at 1 MiB.
pub(crate) fn large_objects_arrive_whole(backend: &Backend) -> Result<()> {
    for size in [65_535, 65_536, 3 << 20] {
        let text = "x".repeat(size);
        apply(&backend.registry, view("large", |spec| spec.description = text.clone()))?;
        assert_eq!(backend.reopened()?.get(Kind::FeatureView, PROJECT, "large")?.description(), text);
    }
    Ok(())
}

pub(crate) fn lists_filter_by_tag_time_namespace_and_collection(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    apply(registry, entity("a", &[("team", "risk"), ("tier", "1")]))?;
    apply(registry, entity("b", &[("team", "risk")]))?;
    apply(registry, entity("c", &[("team", "")]))?;
    let tagged = |tags: &[(&str, &str)]| {
        let tags: BTreeMap<String, String> = tags.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        names(registry, &Query { tags, ..Query::all(Kind::Entity, Some(PROJECT)) })
    };
    assert_eq!(tagged(&[])?, ["a", "b", "c"]);
    assert_eq!(tagged(&[("team", "risk")])?, ["a", "b"]);
    assert_eq!(tagged(&[("team", "risk"), ("tier", "1")])?, ["a"]);
    assert_eq!(tagged(&[("team", "")])?, ["c"]);
    assert_eq!(tagged(&[("tier", "")])?, [""; 0]);

    let last = registry.get(Kind::Entity, PROJECT, "c")?.bookkeeping().last_updated.unwrap();
    thread::sleep(Duration::from_millis(1_100));
    apply(registry, entity("b", &[("team", "growth")]))?;
    let since = Timestamp { seconds: last.seconds + 1, nanos: 0 };
    let recent = Query { updated_since: Some(since), ..Query::all(Kind::Entity, Some(PROJECT)) };
    assert_eq!(names(registry, &recent)?, ["b"]);

    apply(registry, dataset("d1", "north", "x"))?;
    apply(registry, dataset("d2", "north", "y"))?;
    apply(registry, dataset("d3", "south", "y"))?;
    let all = Query::all(Kind::SavedDataset, Some(PROJECT));
    let north = Query { namespace: Some("north".into()), ..all.clone() };
    assert_eq!(names(registry, &north)?, ["d1", "d2"]);
    let both = Query { collection: Some("y".into()), ..north };
    assert_eq!(names(registry, &both)?, ["d2"]);
    assert_eq!(names(registry, &Query { collection: Some("y".into()), ..all })?, ["d2", "d3"]);
    Ok(())
}

pub(crate) fn versions_are_made_read_and_pinned(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    for number in 0..3 {
        assert_eq!(apply(registry, revision("v", number))?.version, Some(number));
    }
    let registry = backend.reopened()?;
    let versions = registry.versions(PROJECT, "v")?;
    assert_eq!(versions.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    for number in 0..3 {
        let old = registry.view_at_version(PROJECT, "v", number)?;
        let changes = feast_registry_core::definition::changes(
            Kind::FeatureView,
            revision("v", number).bytes(),
            old.bytes(),
        );
        assert_eq!(changes.unwrap(), [], "v{number}");
    }
    let missing = registry.view_at_version(PROJECT, "v", 3);
    assert!(matches!(missing, Err(Error::Refused(Refusal::VersionNotFound { version: 3, .. }))));
    assert!(registry.versions(PROJECT, "absent")?.is_empty());

    let pin = |number: i32| {
        let mut view = revision("v", 2);
        view = view.with_text(&[1, 18], &format!("v{number}")).unwrap();
        apply(&registry, view)
    };
    assert_eq!(pin(1)?.action, Action::Updated);
    assert_eq!(registry.get(Kind::FeatureView, PROJECT, "v")?.bookkeeping().version_number, Some(1));
    assert_eq!(pin(1)?.action, Action::Unchanged);
    assert_eq!(apply(&registry, revision("v", 2))?.version, Some(3));

    let saved = registry.run(&Apply::new([(PROJECT.into(), revision("v", 9))]).without_promotion())?;
    assert_eq!(
        saved.last().map(|change| (change.action, change.version)),
        Some((Action::VersionSaved, Some(4)))
    );
    assert_eq!(registry.get(Kind::FeatureView, PROJECT, "v")?.bookkeeping().version_number, Some(3));
    Ok(())
}

pub(crate) fn materializations_append(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    for kind in [Kind::FeatureView, Kind::StreamFeatureView] {
        let name = kind.info().plural;
        apply(registry, sample(kind, name))?;
        materialize(registry, name, 10, 20)?;
        materialize(registry, name, 20, 30)?;
        materialize(registry, name, 20, 30)?;
        let books = backend.reopened()?.get(kind, PROJECT, name)?.bookkeeping();
        assert_eq!((books.intervals.len(), books.state), (3, 4));
        assert_eq!(apply(registry, sample(kind, name))?.action, Action::Unchanged);
    }
    apply(registry, sample(Kind::OnDemandFeatureView, "odfv"))?;
    let refused = materialize(registry, "odfv", 10, 20);
    assert!(matches!(refused, Err(Error::Refused(Refusal::NotMaterializable { .. }))));
    assert!(matches!(materialize(registry, "absent", 1, 2), Err(Error::Refused(Refusal::NotFound { .. }))));
    Ok(())
}

pub(crate) fn kinds_of_view_exclude_each_other(backend: &Backend) -> Result<()> {
    for first in Kind::VIEWS {
        let name = first.info().plural;
        apply(&backend.registry, sample(first, name))?;
        for second in Kind::VIEWS.into_iter().filter(|second| *second != first) {
            match apply(&backend.registry, sample(second, name)) {
                Err(Error::Refused(Refusal::NameConflict { existing, incoming, .. })) => {
                    assert_eq!((existing, incoming), (first, second));
                }
                other => panic!("{second} over {first}: {other:?}"),
            }
        }
        // Another project has names of its own.
        let other = Kind::VIEWS.into_iter().find(|kind| *kind != first).unwrap();
        backend.registry.run(&Apply::new([("other".into(), sample(other, name))]))?;
    }
    Ok(())
}

/// So many that they are looked up otherwise than a few: not where there is nothing, and their names in one value.
pub(crate) fn many_views_are_compared_with_all_that_exist(backend: &Backend) -> Result<()> {
    const MANY: usize = 300;
    let registry = &backend.registry;
    let name = |number: usize| format!("it's \"quoted\" \\ {{1}}, no. {number} 🚕");
    let all = || (0..MANY).map(|number| (PROJECT.to_owned(), view(&name(number), |_| {})));
    // Only in another table than theirs, and only in another project.
    apply(registry, sample(Kind::OnDemandFeatureView, &name(7)))?;
    registry.run(&Apply::new([("other".into(), sample(Kind::StreamFeatureView, &name(8)))]))?;
    match registry.run(&Apply::new(all())) {
        Err(Error::Refused(Refusal::NameConflict { existing, name: taken, .. })) => {
            assert_eq!((existing, taken), (Kind::OnDemandFeatureView, name(7)));
        }
        other => panic!("{other:?}"),
    }
    registry.run(&Delete { project: PROJECT.into(), name: name(7), target: Target::Any })?;
    apply(registry, revision(&name(9), 1))?;
    let changes = registry.run(&Apply::new(all()))?;
    let changed = |wanted| changes.iter().filter(|change| change.action == wanted).count();
    assert_eq!((changed(Action::Created), changed(Action::Updated)), (MANY - 1, 1));
    let updated = changes.iter().find(|change| change.action == Action::Updated).unwrap();
    assert_eq!((updated.key.name.clone(), updated.version), (name(9), Some(1)));
    let changes = backend.reopened()?.run(&Apply::new(all()))?;
    assert!(changes.iter().all(|change| change.action == Action::Unchanged), "{changes:?}");
    Ok(())
}

pub(crate) fn user_metadata_belongs_to_one_view_of_one_project(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    let mut seen = Vec::new();
    for project in [PROJECT, "other"] {
        for kind in Kind::VIEWS {
            let name = kind.info().plural;
            registry.run(&Apply::new([(project.into(), sample(kind, name))]))?;
            let bytes = format!("{project} {name} \u{0}").into_bytes();
            let (project, view) = (project.to_owned(), name.to_owned());
            registry.run(&SetUserMetadata {
                project: project.clone(),
                view: view.clone(),
                user_metadata: Some(bytes.clone()),
            })?;
            seen.push((project, view, bytes));
        }
    }
    for (project, view, bytes) in seen {
        assert_eq!(backend.reopened()?.any_view(&project, &view)?.1.user_metadata, Some(bytes));
    }
    Ok(())
}

pub(crate) fn metadata_is_kept_per_project(backend: &Backend) -> Result<()> {
    let set = |project: &str, key: &str, value: &str| {
        let (project, key, value) = (project.into(), key.into(), value.into());
        backend.registry.run(&SetProjectMetadata { project, key, value })
    };
    set("a", "owner", "first")?;
    set("a", "owner", "🦉")?;
    set("b", "owner", "other")?;
    let rows = backend.reopened()?.read(&[Selection::Metadata { project: Some("a".into()) }])?;
    assert_eq!(rows.metadata_value("a", "owner"), Some("🦉"));
    assert_eq!(rows.metadata_value("b", "owner"), None);
    assert!(matches!(set("a", &"k".repeat(51), "v"), Err(Error::Refused(Refusal::InvalidMetadata { .. }))));
    Ok(())
}

pub(crate) fn deleting_a_project_leaves_nothing_of_it(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    registry.run(&Apply::new([("other".into(), entity("driver", &[]))]))?;
    let other = registry.rows(None)?;
    for kind in kinds() {
        apply(registry, sample(kind, kind.info().plural))?;
    }
    apply(registry, revision("feature-views", 1))?;
    registry.run(&DeleteProject { name: PROJECT.into() })?;
    assert_eq!(registry.rows(None)?, other);
    let again = registry.run(&DeleteProject { name: PROJECT.into() });
    assert!(matches!(again, Err(Error::Refused(Refusal::ProjectNotFound { .. }))));
    // The name is free, history and all.
    assert_eq!(apply(registry, sample(Kind::LabelView, "label-views"))?.version, Some(0));
    Ok(())
}

pub(crate) fn a_damaged_row_is_named_and_hides_nothing(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    let batch = (0..1_000).map(|number| (PROJECT.into(), entity(&format!("e{number:04}"), &[])));
    registry.run(&Apply::new(batch))?;
    let key = Key::new(Kind::Entity, PROJECT, "e0500");
    backend.overwrite(&key, b"\x0a\xff not a message")?;
    let listing = backend.reopened()?.list(&Query::all(Kind::Entity, Some(PROJECT)))?;
    assert_eq!(listing.objects.len(), 999);
    assert_eq!(listing.damaged.iter().map(|(key, _)| key).collect::<Vec<_>>(), [&key]);
    let get = registry.get(Kind::Entity, PROJECT, "e0500");
    assert!(matches!(get, Err(Error::Refused(Refusal::Damaged { .. }))));
    // It is not written over unseen, and can be deleted and made again.
    let over = apply(registry, entity("e0500", &[("a", "b")]));
    assert!(matches!(over, Err(Error::Refused(Refusal::Damaged { .. }))));
    registry.run(&Delete { project: PROJECT.into(), name: "e0500".into(), target: Target::Any })?;
    assert_eq!(apply(registry, entity("e0500", &[]))?.action, Action::Created);
    Ok(())
}

pub(crate) fn an_export_imported_elsewhere_is_equal(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    for kind in kinds() {
        apply(registry, sample(kind, kind.info().plural))?;
    }
    apply(registry, revision("feature-views", 1))?;
    materialize(registry, "feature-views", 10, 20)?;
    // As many as are written at once, with and without what most do not have.
    let more =
        (0..20).map(|number| (PROJECT.to_owned(), sample(Kind::FeatureView, &format!("more {number}"))));
    registry.run(&Apply::new(more))?;
    for view in ["feature-views", "more 3", "more 17"] {
        let (project, view) = (PROJECT.into(), view.into());
        registry.run(&SetUserMetadata { project, view, user_metadata: Some(b"mine\0".to_vec()) })?;
    }
    registry.run(&Apply::new([("other".into(), sample(Kind::Infra, "other"))]))?;
    let rows = registry.rows(None)?;
    let exported = registry.export(None, Damaged::Refuse)?.bytes;
    assert_eq!(exported, snapshot::write(&rows, "")?);
    for project in [PROJECT, "other"] {
        registry.run(&DeleteProject { name: project.into() })?;
    }
    let read = snapshot::read(&exported, ReadOptions::default())?;
    registry.run(&Restore { rows: read, overwrite: false })?;
    let restored = backend.reopened()?.rows(None)?;
    let bytes = |rows: &feast_registry_core::rows::Rows| -> Vec<_> {
        let objects = rows.objects.iter();
        objects.map(|(key, row)| (key.clone(), row.bytes.clone(), row.user_metadata.clone())).collect()
    };
    assert_eq!(bytes(&restored), bytes(&rows));
    assert_eq!(restored.versions, rows.versions);
    let uuid = |rows: &feast_registry_core::rows::Rows| {
        rows.metadata_value(PROJECT, "project_uuid").map(String::from)
    };
    assert_eq!(uuid(&restored), uuid(&rows));
    Ok(())
}

pub(crate) fn a_preview_writes_nothing(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    apply(registry, entity("driver", &[]))?;
    let before = registry.rows(None)?;
    let batch = [entity("driver", &[("team", "risk")]), entity("rider", &[])];
    let changes = registry.preview(&Apply::new(batch.map(|object| (PROJECT.into(), object))))?;
    let actions: Vec<Action> = changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, [Action::Updated, Action::Created]);
    let fields = changes[0].fields()?;
    assert_eq!((fields.len(), fields[0].path.as_str()), (1, "spec.tags[team]"));
    assert_eq!(registry.rows(None)?, before);
    Ok(())
}

/// Two writers that both read before either writes: the second must see the first's change.
pub(crate) fn a_conflict_is_retried(backend: &Backend) -> Result<()> {
    let writers: Vec<Registry> = (0..4).map(|_| backend.reopened()).collect::<Result<_>>()?;
    thread::scope(|scope| {
        let tasks: Vec<_> = writers
            .iter()
            .enumerate()
            .map(|(writer, registry)| {
                scope.spawn(move || {
                    // All create the same project and the same view, each with a schema of its own.
                    (0..5).try_for_each(|round| {
                        apply(registry, revision("v", writer as i32 * 5 + round)).map(drop)
                    })
                })
            })
            .collect();
        tasks.into_iter().try_for_each(|task| task.join().unwrap())
    })?;
    let versions = backend.reopened()?.versions(PROJECT, "v")?;
    assert_eq!(versions.keys().copied().collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    Ok(())
}

pub(crate) fn concurrent_materializations_are_all_kept(backend: &Backend) -> Result<()> {
    apply(&backend.registry, view("v", |_| {}))?;
    let writers: Vec<Registry> = (0..4).map(|_| backend.reopened()).collect::<Result<_>>()?;
    thread::scope(|scope| {
        let tasks: Vec<_> = writers
            .iter()
            .enumerate()
            .map(|(writer, registry)| {
                scope.spawn(move || {
                    (0..25i64).try_for_each(|round| {
                        let start = writer as i64 * 1_000 + round;
                        materialize(registry, "v", start, start + 1).map(drop)
                    })
                })
            })
            .collect();
        tasks.into_iter().try_for_each(|task| task.join().unwrap())
    })?;
    let mut intervals = backend.reopened()?.get(Kind::FeatureView, PROJECT, "v")?.bookkeeping().intervals;
    assert_eq!(intervals.len(), 100);
    intervals.sort();
    intervals.dedup();
    assert_eq!(intervals.len(), 100);
    Ok(())
}

pub(crate) fn teardown_removes_everything(backend: &Backend) -> Result<()> {
    let registry = &backend.registry;
    apply(registry, view("v", |_| {}))?;
    registry.teardown()?;
    registry.create_schema()?;
    assert_eq!(registry.rows(None)?, Default::default());
    apply(registry, view("v", |_| {}))?;
    Ok(())
}
