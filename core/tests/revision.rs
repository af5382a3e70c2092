//! What the metadata tells of changes: exactly the rows that they touched, or nothing.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeSet;

use common::*;
use feast_registry_core::operation::{
    Apply, Delete, DeleteProject, LAST_UPDATED, Selection, SetProjectMetadata, Target, Write, changed_rows,
};

/// What the metadata tells of a change: `KIND NAME`s, or nothing.
fn told(registry: &mut Registry, change: impl FnOnce(&mut Registry)) -> Option<BTreeSet<String>> {
    let before = registry.memory.rows().metadata.clone();
    change(registry);
    let selections = changed_rows(&before, &registry.memory.rows().metadata)?;
    let names = |selection: Selection| match selection {
        Selection::Objects { kind, project, names, .. } => {
            assert_eq!(project.unwrap(), PROJECT);
            names.unwrap().iter().map(|name| format!("{kind} {name}")).collect::<Vec<_>>()
        }
        Selection::Versions { names, .. } => {
            names.unwrap().iter().map(|name| format!("versions {name}")).collect()
        }
        other => unreachable!("{other:?}"),
    };
    Some(selections.into_iter().flat_map(names).collect())
}

fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.apply(entity("first"));
    registry
}

fn set<const N: usize>(names: [&str; N]) -> Option<BTreeSet<String>> {
    Some(names.map(String::from).into())
}

#[test]
fn changes_tell_which_rows_they_touched() {
    let mut registry = registry();
    let delete = Delete { project: PROJECT.into(), name: "v".into(), target: Target::View };
    assert_eq!(told(&mut registry, |_| ()), set([]));
    assert_eq!(told(&mut registry, |r| drop(r.apply(entity("driver")))), set(["entity driver"]));
    let view = |r: &mut Registry, number| drop(r.apply(revision("v", number)));
    assert_eq!(told(&mut registry, |r| view(r, 1)), set(["feature view v", "versions v"]));
    let several = told(&mut registry, |r| {
        view(r, 2);
        drop(r.apply(entity("driver \"2\"")));
        r.run(delete).unwrap();
    });
    assert_eq!(several, set(["entity driver \"2\"", "feature view v", "versions v"]));
}

#[test]
fn too_much_is_not_told() {
    let mut registry = registry();
    let many = |count: usize| {
        Apply::new((0..count).map(|number| (PROJECT.to_owned(), entity(&format!("of {count}: {number}")))))
    };
    assert_eq!(told(&mut registry, |r| drop(r.run(many(12)).unwrap())).unwrap().len(), 12);
    assert_eq!(told(&mut registry, |r| drop(r.run(many(13)).unwrap())), None);
    let step = |r: &mut Registry, number| drop(r.apply(entity(&format!("step {number}"))));
    assert_eq!(told(&mut registry, |r| (0..5).for_each(|number| step(r, number))).unwrap().len(), 5);
    assert_eq!(told(&mut registry, |r| (0..100).for_each(|number| step(r, number))), None);
    // What is kept of them fits into a row.
    assert!(registry.memory.rows().metadata.values().all(|value| value.len() < 2_000));
    let project = DeleteProject { name: PROJECT.into() };
    assert_eq!(told(&mut registry, |r| r.run(project).unwrap()), None);
}

#[test]
fn others_changes_are_noticed() {
    let mut registry = registry();
    let mut clock = 1_000;
    let mut note = |r: &mut Registry| {
        clock += 1;
        let (project, key) = (PROJECT.into(), LAST_UPDATED.into());
        let note = Write::PutMetadata { project, key, value: clock.to_string(), last_updated: clock };
        r.memory.write(&[note]).unwrap();
    };
    let ours = |r: &mut Registry, name: &str| drop(r.apply(entity(name)));
    assert_eq!(told(&mut registry, &mut note), None);
    let both = told(&mut registry, |r| {
        note(r);
        ours(r, "one");
    });
    assert_eq!(both, None);
    assert_eq!(told(&mut registry, |r| ours(r, "two")), set(["entity two"]));
    // Known to whoever has looked since they did it.
    note(&mut registry);
    assert_eq!(told(&mut registry, |r| ours(r, "more")), set(["entity more"]));
    let between = told(&mut registry, |r| {
        ours(r, "three");
        note(r);
        ours(r, "four");
    });
    assert_eq!(between, None);
    let (project, key, value) = (PROJECT.into(), "release".into(), "1".into());
    let entry = SetProjectMetadata { project, key, value };
    assert_eq!(told(&mut registry, |r| r.run(entry).unwrap()), None);
}
