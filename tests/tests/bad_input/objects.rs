//! Valid objects and whole registries, as bytes.

use feast_registry_core::proto::feast::core as feast;
use prost::Message;

pub(crate) const PROJECT: &str = "shop";

pub(crate) fn entity(name: &str, description: &str) -> feast::Entity {
    let spec = feast::EntitySpecV2 {
        name: name.into(),
        project: PROJECT.into(),
        join_key: "id".into(),
        value_type: 2,
        description: description.into(),
        ..Default::default()
    };
    feast::Entity { spec: Some(spec), meta: None }
}

pub(crate) fn view(name: &str) -> feast::FeatureView {
    let features = vec![feast::FeatureSpecV2 { name: "rate".into(), value_type: 5, ..Default::default() }];
    let spec = feast::FeatureViewSpec {
        name: name.into(),
        project: PROJECT.into(),
        entities: vec!["driver".into()],
        features,
        ..Default::default()
    };
    feast::FeatureView { spec: Some(spec), meta: None }
}

pub(crate) fn project(name: &str) -> feast::Project {
    let spec = feast::ProjectSpec { name: name.into(), ..Default::default() };
    feast::Project { spec: Some(spec), meta: None }
}

/// A registry of entities `e0000`, `e0001`, ..., each with a text so long.
pub(crate) fn entities(count: usize, length: usize) -> feast::Registry {
    let description = "x".repeat(length);
    feast::Registry {
        projects: vec![project(PROJECT)],
        entities: (0..count).map(|number| entity(&format!("e{number:04}"), &description)).collect(),
        ..registry()
    }
}

/// An empty registry.
pub(crate) fn registry() -> feast::Registry {
    feast::Registry { registry_schema_version: "1".into(), ..Default::default() }
}

/// A registry of `count` objects of several kinds: entities, views with a version each, and services.
pub(crate) fn large(count: usize) -> Vec<u8> {
    let each = (count - 1) / 3;
    let services = (0..each).map(|number| {
        let name = format!("s{number:04}");
        let spec = feast::FeatureServiceSpec { name, project: PROJECT.into(), ..Default::default() };
        feast::FeatureService { spec: Some(spec), meta: None }
    });
    feast::Registry {
        feature_views: (0..each).map(|number| view(&format!("v{number:04}"))).collect(),
        feature_services: services.collect(),
        ..entities(count - 1 - 2 * each, 20)
    }
    .encode_to_vec()
}
