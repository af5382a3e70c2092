//! Objects to apply, and a registry in memory to apply them to.
#![allow(dead_code, reason = "each test file uses some of it")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

pub(crate) mod generator;

use feast_registry_core::{
    kind::Kind,
    memory::Memory,
    object::Object,
    operation::{Action, Apply, Change, Context, Operation},
    proto::feast::core as feast,
    refusal::Refusal,
    rows::Key,
    time::Timestamp,
};
use prost::Message;

pub(crate) const PROJECT: &str = "p";

/// A context at so many seconds; identifiers differ from second to second.
pub(crate) fn at(seconds: i64) -> Context {
    let mut entropy = [7; 16];
    entropy[..8].copy_from_slice(&seconds.to_le_bytes());
    Context { now: Timestamp { seconds, nanos: 250_000_000 }, entropy, without_metadata: false }
}

pub(crate) fn object(kind: Kind, message: &impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}

pub(crate) fn feature(name: &str, value_type: i32) -> feast::FeatureSpecV2 {
    feast::FeatureSpecV2 { name: name.into(), value_type, ..Default::default() }
}

pub(crate) fn view(name: &str, change: impl FnOnce(&mut feast::FeatureViewSpec)) -> Object {
    let source = feast::DataSource {
        name: "s".into(),
        r#type: 1,
        timestamp_field: "ts".into(),
        created_timestamp_column: "created".into(),
        ..Default::default()
    };
    let mut spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec!["driver".into()],
        features: vec![feature("trips", 3), feature("rate", 6)],
        batch_source: Some(source),
        ..Default::default()
    };
    change(&mut spec);
    object(Kind::FeatureView, &feast::FeatureView { spec: Some(spec), meta: None })
}

/// The view with a schema of its own for every number.
pub(crate) fn revision(name: &str, number: i32) -> Object {
    view(name, |spec| spec.features.push(feature(&format!("f{number}"), 1)))
}

pub(crate) fn label_view(name: &str) -> Object {
    let spec = feast::LabelViewSpec {
        name: name.into(),
        entities: vec!["driver".into()],
        features: vec![feature("label", 2)],
        ..Default::default()
    };
    object(Kind::LabelView, &feast::LabelView { spec: Some(spec), meta: None })
}

pub(crate) fn entity(name: &str) -> Object {
    let spec =
        feast::EntitySpecV2 { name: name.into(), join_key: "id".into(), value_type: 4, ..Default::default() };
    object(Kind::Entity, &feast::Entity { spec: Some(spec), meta: None })
}

pub(crate) fn service(name: &str, projections: Vec<feast::FeatureViewProjection>) -> Object {
    let spec = feast::FeatureServiceSpec { name: name.into(), features: projections, ..Default::default() };
    object(Kind::FeatureService, &feast::FeatureService { spec: Some(spec), meta: None })
}

/// A registry in memory with a clock that moves a second per operation.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) memory: Memory,
    pub(crate) seconds: i64,
}

impl Registry {
    pub(crate) fn run<O: Operation>(&mut self, operation: O) -> Result<O::Outcome, Refusal> {
        self.seconds += 1;
        self.memory.run(&operation, &at(self.seconds))
    }

    pub(crate) fn apply(&mut self, object: Object) -> Change {
        self.try_apply(object).unwrap()
    }

    /// What became of the object itself, not of the project that came with it.
    pub(crate) fn try_apply(&mut self, object: Object) -> Result<Change, Refusal> {
        let kind = object.kind();
        let mut changes = self.run(Apply::new([(PROJECT.into(), object)]))?;
        let own = changes.iter().position(|change| change.key.kind == kind).unwrap();
        Ok(changes.swap_remove(own))
    }

    pub(crate) fn action(&mut self, object: Object) -> Action {
        self.apply(object).action
    }

    pub(crate) fn active(&self, name: &str) -> Object {
        let rows = self.memory.rows();
        let mut found =
            Kind::VIEWS.into_iter().filter_map(|kind| Some((kind, rows.row(kind, PROJECT, name)?)));
        let (kind, row) = found.next().unwrap();
        row.object(&Key::new(kind, PROJECT, name)).unwrap()
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<i32> {
        let versions = self.memory.rows().versions_of(PROJECT, name);
        versions.map(|versions| versions.keys().copied().collect()).unwrap_or_default()
    }
}
