//! The fate of a change whose commit was not answered: told from the rows, and never told wrongly,
//! whatever others have done since.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::*;
use feast_registry_core::{
    kind::Kind,
    operation::{
        Apply, Context, Delete, DeleteProject, Fate, Materialize, Operation, Plan, Restore, Selection,
        SetEnabled, SetProjectMetadata, SetUserMetadata, Target, Write,
    },
    rows::Rows,
    time::Timestamp,
};

/// Decides an operation at a time and with identifiers of its own, if it is not refused.
type Decide = Box<dyn Fn(&Registry, i64) -> Option<Decided>>;

struct Decided {
    writes: Vec<Write>,
    before: Rows,
    selections: Vec<Selection>,
}

impl Decided {
    fn fate(&self, now: &Registry) -> Fate {
        Fate::of(&self.writes, &self.before, &read(now, &self.selections))
    }
}

fn change<O: Operation + 'static>(operation: O) -> Decide {
    Box::new(move |registry, seconds| {
        let selections = operation.reads().selections;
        let before = read(registry, &selections);
        let Plan { writes, .. } = operation.decide(&before, &context(seconds)).ok()?;
        assert!(!writes.is_empty());
        Some(Decided { writes, before, selections })
    })
}

fn context(seconds: i64) -> Context {
    let mut context = at(seconds);
    context.entropy = [seconds as u8; 16];
    context
}

fn read(registry: &Registry, selections: &[Selection]) -> Rows {
    let (mut memory, mut rows) = (registry.memory.clone(), Rows::default());
    selections.iter().for_each(|selection| rows.merge(memory.select(selection).unwrap()));
    rows
}

fn materialize(view: &str, day: i64) -> Materialize {
    let at = |day: i64| Timestamp { seconds: day * 86_400, nanos: 0 };
    Materialize { project: PROJECT.into(), view: view.into(), start: at(day), end: at(day + 1) }
}

/// One of each, on a registry with the views `v` and `w`; no two have an effect in common.
fn changes() -> Vec<(&'static str, Decide)> {
    let apply = |object| Apply::new([(PROJECT.to_owned(), object)]);
    let restored = || {
        let mut other = Registry::default();
        other.apply(entity("restored"));
        Restore { rows: other.memory.rows().clone(), overwrite: true }
    };
    vec![
        ("create", change(apply(entity("new")))),
        ("create elsewhere", change(Apply::new([("elsewhere".to_owned(), entity("new"))]))),
        ("update", change(apply(view("v", |spec| spec.owner = "me".into())))),
        ("version", change(apply(view("v", |spec| spec.features.push(feature("more", 2)))))),
        ("materialize", change(materialize("v", 1))),
        ("materialize another", change(materialize("v", 2))),
        ("disable", change(SetEnabled { project: PROJECT.into(), view: "w".into(), enabled: false })),
        (
            "user metadata",
            change(SetUserMetadata {
                project: PROJECT.into(),
                view: "v".into(),
                user_metadata: Some(b"x".into()),
            }),
        ),
        (
            "project metadata",
            change(SetProjectMetadata { project: PROJECT.into(), key: "k".into(), value: "x".into() }),
        ),
        (
            "delete",
            change(Delete {
                project: PROJECT.into(),
                name: "w".into(),
                target: Target::Kind(Kind::FeatureView),
            }),
        ),
        ("restore", change(restored())),
        ("delete project", change(DeleteProject { name: PROJECT.into() })),
    ]
}

fn start() -> Registry {
    let mut registry = Registry::default();
    registry.apply(view("v", |_| {}));
    registry.apply(view("w", |_| {}));
    registry
}

#[test]
fn undisturbed_it_is_always_told() {
    for (name, decide) in changes() {
        let mut registry = start();
        let decided = decide(&registry, 100).unwrap();
        assert_eq!(decided.fate(&registry), Fate::DidNotHappen, "{name}");
        registry.memory.write(&decided.writes).unwrap();
        assert_eq!(decided.fate(&registry), Fate::Happened, "{name}");
    }
}

#[test]
fn whatever_others_do_it_is_never_told_wrongly() {
    let mut told = 0;
    for (name, decide) in changes() {
        for (other, interfere) in changes().into_iter().filter(|(other, _)| *other != name) {
            for happened in [true, false] {
                let mut registry = start();
                let decided = decide(&registry, 100).unwrap();
                if happened {
                    registry.memory.write(&decided.writes).unwrap();
                }
                let Some(others) = interfere(&registry, 101) else { continue };
                registry.memory.write(&others.writes).unwrap();
                let fate = decided.fate(&registry);
                let wrong = if happened { Fate::DidNotHappen } else { Fate::Happened };
                // What both wanted gone is gone, and an entry that depends on nothing may be set again.
                let same_effect = other == "delete project" && ["delete", "project metadata"].contains(&name);
                assert!(fate != wrong || same_effect, "{name}, then {other}: {fate:?}");
                told += usize::from(fate != Fate::Unclear);
            }
        }
    }
    assert!(told > 100, "only {told} could be told");
}

#[test]
fn two_intervals_that_met_are_told_apart() {
    let mut registry = start();
    let decided = change(materialize("v", 1))(&registry, 100).unwrap();
    registry.run(materialize("v", 2)).unwrap();
    assert_eq!(decided.fate(&registry), Fate::DidNotHappen);
    registry.run(materialize("v", 1)).unwrap();
    assert_eq!(decided.fate(&registry), Fate::Happened);
}

/// Rows of a snapshot are the same whoever restores them, so that one of them does not tell of the others.
#[test]
fn a_row_that_another_may_have_written_too_is_no_proof() {
    let snapshot = |names: &[&str]| {
        let mut other = Registry::default();
        names.iter().for_each(|name| drop(other.apply(entity(name))));
        let mut rows = other.memory.rows().clone();
        rows.metadata.clear();
        rows.objects.values_mut().for_each(|row| row.last_updated = 1);
        rows
    };
    let restore = |names| Restore { rows: snapshot(names), overwrite: true };
    let mut registry = start();
    let decided = change(restore(&["one", "two"]))(&registry, 100).unwrap();
    registry.run(restore(&["one"])).unwrap();
    assert_eq!(decided.fate(&registry), Fate::Unclear);
    registry.run(restore(&["one", "two"])).unwrap();
    assert_eq!(decided.fate(&registry), Fate::Happened);
}

/// What has been put back as it was may have been otherwise in between.
#[test]
fn what_is_as_before_is_no_proof_once_others_have_decided() {
    let mut registry = start();
    let rows = registry.memory.rows().clone();
    let disable = SetEnabled { project: PROJECT.into(), view: "w".into(), enabled: false };
    let decided = change(disable)(&registry, 100).unwrap();
    registry.memory.write(&decided.writes).unwrap();
    registry.run(Restore { rows, overwrite: true }).unwrap();
    assert_eq!(decided.fate(&registry), Fate::Unclear);
}
