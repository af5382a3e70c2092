//! Random sequences of changes, each compared with the model; and after each what must always hold.

use std::collections::BTreeMap;

use feast_registry_core::{
    definition,
    kind::Kind,
    memory::Memory,
    object::Object,
    operation::{
        Apply, Delete, DeleteProject, LAST_UPDATED, Materialize, Operation, REVISION, Restore, SetEnabled,
        SetUserMetadata, Target,
    },
    proto::feast::core as feast,
    rows::{Key, Rows, VersionRow, Versions},
    snapshot::{self, ReadOptions},
    time::Timestamp,
};
use proptest::prelude::*;
use prost::Message;

use crate::{
    common::{PROJECT, at},
    config,
    model::{Definition, Model, View},
    statements,
    view::{message, view},
};

#[derive(Clone, Debug)]
enum Step {
    Apply {
        name: &'static str,
        kind: Kind,
        given: Definition,
        promote: bool,
    },
    /// An object fetched earlier comes back with another tag, without the intervals made since, and with
    /// one that its client added.
    Stale {
        name: &'static str,
        tag: u8,
        intervals: usize,
    },
    Materialize {
        name: &'static str,
        start: i64,
        end: i64,
    },
    Enable {
        name: &'static str,
        enabled: bool,
    },
    UserMetadata {
        name: &'static str,
        bytes: Option<Vec<u8>>,
    },
    Delete {
        name: &'static str,
        kind: Option<Kind>,
    },
    DeleteProject,
    /// Export, and import into the same registry and into an empty one.
    Copy,
}

fn step() -> impl Strategy<Value = Step> {
    let name = || prop::sample::select(vec!["v", "w"]);
    let kind = || prop::sample::select(Kind::VIEWS.to_vec());
    // Mostly one kind, so that most applies are of the kind that is there.
    let mostly = prop_oneof![6 => Just(Kind::FeatureView), 1 => kind()];
    let given = (0..3u8, 0..2u8, prop::option::weighted(0.3, 0..5))
        .prop_map(|(schema, tag, version)| Definition { schema, tag, version, enabled: true });
    let apply = (name(), mostly, given, prop::bool::weighted(0.8))
        .prop_map(|(name, kind, given, promote)| Step::Apply { name, kind, given, promote });
    prop_oneof![
        12 => apply,
        3 => (name(), 0..2u8, 0..3usize)
            .prop_map(|(name, tag, intervals)| Step::Stale { name, tag, intervals }),
        3 => (name(), 0..9i64, 0..9i64).prop_map(|(name, start, end)| Step::Materialize { name, start, end }),
        2 => (name(), any::<bool>()).prop_map(|(name, enabled)| Step::Enable { name, enabled }),
        1 => (name(), prop::option::of(prop::collection::vec(any::<u8>(), 0..3)))
            .prop_map(|(name, bytes)| Step::UserMetadata { name, bytes }),
        1 => (name(), prop::option::of(kind())).prop_map(|(name, kind)| Step::Delete { name, kind }),
        1 => Just(Step::DeleteProject),
        1 => Just(Step::Copy),
    ]
}

/// The registry under test: every operation is decided twice, and previewed, before it is run.
#[derive(Default)]
struct Registry {
    memory: Memory,
    now: i64,
}

impl Registry {
    fn run<O: Operation>(&mut self, operation: &O) -> Option<O::Outcome>
    where
        O::Outcome: Clone + PartialEq + std::fmt::Debug,
    {
        let reads = operation.reads();
        statements::check_reads(&reads);
        let mut rows = Rows::default();
        for selection in &reads.selections {
            rows.merge(self.memory.select(selection).unwrap());
        }
        let decided = operation.decide(&rows, &at(self.now));
        assert_eq!(decided, operation.decide(&rows, &at(self.now)), "the same rows, another decision");
        let outcome = self.memory.run(operation, &at(self.now));
        let Ok(plan) = decided else {
            assert!(outcome.is_err(), "refused, and run all the same");
            return None;
        };
        statements::check_writes(&plan.writes);
        assert_eq!(outcome.as_ref(), Ok(&plan.outcome), "the preview promised something else");
        // A database makes all of the writes, or takes the transaction for a conflict.
        let mut checked = Memory::new(rows);
        checked.write(&plan.writes).unwrap();
        outcome.ok()
    }

    /// Makes the step here and in the model, and compares what came of it.
    fn step(&mut self, model: &mut Model, step: &Step) {
        self.now += 1;
        let now = self.now;
        let project = String::from(PROJECT);
        match step.clone() {
            Step::Apply { name, kind, given, promote } => {
                let apply = Apply::new([(project, message(name, kind, &given))]);
                let apply = if promote { apply } else { apply.without_promotion() };
                let changes = self.run(&apply);
                let own =
                    changes.and_then(|changes| changes.into_iter().find(|change| change.key.kind == kind));
                let expected = model.apply(name, kind, given, &[], promote, now);
                assert_eq!(own.map(|change| change.action), expected, "{step:?}");
            }
            Step::Stale { name, tag, intervals } => {
                let Some(View { kind, definition, .. }) = model.views.get(name).cloned() else { return };
                let stored = self.memory.rows().row(kind, PROJECT, name).unwrap();
                let stored = stored.object(&Key::new(kind, PROJECT, name)).unwrap();
                let given = Definition { tag, ..definition };
                let mut books = stored.bookkeeping();
                books.intervals.truncate(intervals);
                let mut added = Vec::new();
                if matches!(kind, Kind::FeatureView | Kind::StreamFeatureView) {
                    let time = Some(prost_types::Timestamp { seconds: 100 + now, nanos: 0 });
                    let interval = feast::MaterializationInterval { start_time: time, end_time: time };
                    books.intervals.push(interval.encode_to_vec());
                    added.push((100 + now, 100 + now));
                }
                let fetched = message(name, kind, &given).with_bookkeeping(&books).unwrap();
                let changes = self.run(&Apply::new([(project, fetched)]));
                let own =
                    changes.and_then(|changes| changes.into_iter().find(|change| change.key.kind == kind));
                let expected = model.apply(name, kind, given, &added, true, now);
                assert_eq!(own.map(|change| change.action), expected, "{step:?}");
            }
            Step::Materialize { name, start, end } => {
                let time = |seconds| Timestamp { seconds, nanos: 0 };
                let view = name.into();
                let done = self.run(&Materialize { project, view, start: time(start), end: time(end) });
                assert_eq!(done.is_some(), model.materialize(name, start, end, now).is_some());
            }
            Step::Enable { name, enabled } => {
                let done = self.run(&SetEnabled { project, view: name.into(), enabled });
                assert_eq!(done.map(|standing| standing.changed), model.set_enabled(name, enabled, now));
            }
            Step::UserMetadata { name, bytes } => {
                let user_metadata = bytes.clone();
                let done = self.run(&SetUserMetadata { project, view: name.into(), user_metadata });
                assert_eq!(done.is_some(), model.set_user_metadata(name, bytes, now).is_some());
            }
            Step::Delete { name, kind } => {
                let target = kind.map_or(Target::View, Target::Kind);
                let done = self.run(&Delete { project, name: name.into(), target });
                assert_eq!(done.is_some(), model.delete(name, kind).is_some());
            }
            Step::DeleteProject => {
                let done = self.run(&DeleteProject { name: project });
                assert_eq!(done, model.delete_project());
            }
            Step::Copy => self.copy(),
        }
    }

    /// A snapshot is the registry: importing it changes nothing here, and makes the same elsewhere.
    fn copy(&mut self) {
        let before = self.memory.rows().clone();
        let bytes = snapshot::write(&before, "id").unwrap();
        let read = snapshot::read(&bytes, ReadOptions::default()).unwrap();
        let written = self.run(&Restore { rows: read.clone(), overwrite: false });
        assert_eq!(written, Some(Vec::new()));
        assert_eq!(*self.memory.rows(), before);
        let mut copy = Registry { now: self.now, ..Registry::default() };
        copy.run(&Restore { rows: read, overwrite: false }).unwrap();
        assert_eq!(without_times(copy.memory.rows()), without_times(&before));
    }

    /// What must hold after every step, and that the model has the same views.
    fn check(&self, model: &Model) {
        let rows = self.memory.rows();
        let projects: Vec<&str> = rows.of_kind(Kind::Project).map(|(key, _)| key.name.as_str()).collect();
        assert_eq!(projects, if model.exists { vec![PROJECT] } else { vec![] });
        assert_eq!(rows.metadata_value(PROJECT, "project_uuid").is_some(), model.exists);
        let mut found = BTreeMap::new();
        for (key, row) in rows.objects.iter().filter(|(key, _)| key.kind.is_view()) {
            let object = row.object(key).unwrap();
            assert!(model.exists, "{key:?} of a project that does not exist");
            assert_eq!((object.name(), object.project()), (key.name.clone(), PROJECT.to_owned()));
            let mut view = view(&object);
            (view.touched, view.user_metadata) = (row.last_updated, row.user_metadata.clone());
            assert!(view.created <= view.updated && view.updated <= view.touched, "{view:?}");
            let versions = rows.versions_of(PROJECT, &key.name).unwrap();
            if key.kind == Kind::LabelView {
                // Its message has no room for the number; the model knows.
                view.number = model.views[&key.name].number;
            }
            let active = &versions[&view.number];
            assert!(
                !definition::significantly_differ(key.kind, row.bytes.as_slice(), &active.bytes).unwrap()
            );
            assert!(found.insert(key.name.clone(), view).is_none(), "two views are named {}", key.name);
        }
        assert_eq!(found, model.views);
        let history = |versions: &Versions| -> BTreeMap<i32, Definition> {
            let entry = |row: &VersionRow| {
                let kind = Kind::of_history_type(&row.view_type).unwrap();
                let definition = view(&Object::parse(kind, row.bytes.clone()).unwrap()).definition;
                Definition { version: None, ..definition }
            };
            versions.iter().map(|(number, row)| (*number, entry(row))).collect()
        };
        let histories: BTreeMap<String, _> =
            rows.versions.iter().map(|((_, name), versions)| (name.clone(), history(versions))).collect();
        assert_eq!(histories, model.history);
    }
}

/// The rows less what a snapshot has no room for: the columns' own times, and which change was the last.
fn without_times(rows: &Rows) -> Rows {
    let mut rows = rows.clone();
    rows.objects.values_mut().for_each(|row| row.last_updated = 0);
    rows.metadata.retain(|(_, key), _| ![LAST_UPDATED, REVISION].contains(&key.as_str()));
    rows
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn a_sequence_of_changes_agrees_with_the_model(steps in prop::collection::vec(step(), 1..24)) {
        let (mut registry, mut model) = (Registry::default(), Model::default());
        for step in &steps {
            registry.step(&mut model, step);
            registry.check(&model);
        }
    }
}
