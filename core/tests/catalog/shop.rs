//! A registry with an object of every kind, which refer to each other in every way, and some to nothing.

use feast::{
    data_source::{self, RequestDataOptions},
    on_demand_source::Source,
    policy, saved_dataset_storage,
};
use feast_registry_core::{catalog::Catalog, proto::feast::core as feast};
use prost::Message;

pub(crate) const PROJECT: &str = "shop";

pub(crate) fn open(registry: &feast::Registry) -> Catalog<'static> {
    Catalog::open(registry.encode_to_vec()).unwrap()
}

pub(crate) fn feature(name: &str) -> feast::FeatureSpecV2 {
    feast::FeatureSpecV2 { name: name.into(), value_type: 3, ..Default::default() }
}

pub(crate) fn entity(name: &str) -> feast::Entity {
    let spec = feast::EntitySpecV2 {
        name: name.into(),
        project: PROJECT.into(),
        join_key: format!("{name}_id"),
        description: "A thing".into(),
        owner: "core@shop".into(),
        ..Default::default()
    };
    feast::Entity { spec: Some(spec), meta: None }
}

pub(crate) fn source(name: &str) -> feast::DataSource {
    feast::DataSource {
        name: name.into(),
        project: PROJECT.into(),
        r#type: 1,
        description: "A table".into(),
        owner: "core@shop".into(),
        options: Some(data_source::Options::FileOptions(data_source::FileOptions {
            uri: format!("s3://lake/{name}.parquet"),
            ..Default::default()
        })),
        ..Default::default()
    }
}

pub(crate) fn push_source(name: &str, batch: &str) -> feast::DataSource {
    feast::DataSource {
        r#type: 9,
        options: None,
        batch_source: Some(Box::new(source(batch))),
        ..source(name)
    }
}

/// A view of the entity `driver` that reads `source`, with the features `trips` and `rate`.
pub(crate) fn view(
    name: &str,
    source_name: &str,
    change: impl FnOnce(&mut feast::FeatureViewSpec),
) -> feast::FeatureView {
    let mut spec = feast::FeatureViewSpec {
        name: name.into(),
        project: PROJECT.into(),
        description: "Trips of drivers".into(),
        owner: "core@shop".into(),
        entities: vec!["driver".into()],
        entity_columns: vec![feature("driver_id")],
        features: vec![feature("trips"), feature("rate")],
        batch_source: Some(source(source_name)),
        ..Default::default()
    };
    change(&mut spec);
    feast::FeatureView { spec: Some(spec), meta: None }
}

pub(crate) fn projection(view: &str, features: &[&str]) -> feast::FeatureViewProjection {
    feast::FeatureViewProjection {
        feature_view_name: view.into(),
        feature_columns: features.iter().map(|name| feature(name)).collect(),
        ..Default::default()
    }
}

pub(crate) fn service(name: &str, projections: Vec<feast::FeatureViewProjection>) -> feast::FeatureService {
    let spec = feast::FeatureServiceSpec {
        name: name.into(),
        project: PROJECT.into(),
        description: "A model".into(),
        owner: "core@shop".into(),
        features: projections,
        ..Default::default()
    };
    feast::FeatureService { spec: Some(spec), meta: None }
}

pub(crate) fn on_demand(name: &str, inputs: Vec<Source>) -> feast::OnDemandFeatureView {
    let named = inputs.into_iter().enumerate();
    let spec = feast::OnDemandFeatureViewSpec {
        name: name.into(),
        project: PROJECT.into(),
        description: "Computed".into(),
        owner: "core@shop".into(),
        features: vec![feature("score")],
        sources: named
            .map(|(n, source)| (format!("{n}"), feast::OnDemandSource { source: Some(source) }))
            .collect(),
        ..Default::default()
    };
    feast::OnDemandFeatureView { spec: Some(spec), meta: None }
}

pub(crate) fn request(name: &str) -> Source {
    Source::RequestDataSource(feast::DataSource {
        r#type: 7,
        options: Some(data_source::Options::RequestDataOptions(RequestDataOptions {
            schema: vec![feature("amount")],
            ..Default::default()
        })),
        ..source(name)
    })
}

pub(crate) fn dataset(name: &str, service: &str, features: &[&str]) -> feast::SavedDataset {
    let spec = feast::SavedDatasetSpec {
        name: name.into(),
        project: PROJECT.into(),
        description: "For training".into(),
        feature_service_name: service.into(),
        features: features.iter().map(|name| (*name).to_owned()).collect(),
        storage: Some(feast::SavedDatasetStorage {
            kind: Some(saved_dataset_storage::Kind::FileStorage(Default::default())),
        }),
        ..Default::default()
    };
    feast::SavedDataset { spec: Some(spec), meta: None }
}

pub(crate) fn permission(name: &str, patterns: &[&str]) -> feast::Permission {
    let roles = feast::RoleBasedPolicy { roles: vec!["reader".into()] };
    let spec = feast::PermissionSpec {
        name: name.into(),
        project: PROJECT.into(),
        types: vec![0],
        name_patterns: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
        actions: vec![1],
        policy: Some(feast::Policy {
            policy_type: Some(policy::PolicyType::RoleBasedPolicy(roles)),
            ..Default::default()
        }),
        ..Default::default()
    };
    feast::Permission { spec: Some(spec), meta: None }
}

/// Everything in order, but for the reference view of `fraud` and a feature that `scores` asks for.
pub(crate) fn shop() -> feast::Registry {
    let clicks = feast::StreamFeatureViewSpec {
        name: "clicks".into(),
        project: PROJECT.into(),
        entities: vec!["__dummy".into()],
        features: vec![feature("clicks")],
        batch_source: Some(source("trips")),
        stream_source: Some(push_source("pushed", "trips")),
        ..Default::default()
    };
    let fraud = feast::LabelViewSpec {
        name: "fraud".into(),
        project: PROJECT.into(),
        entities: vec!["driver".into()],
        features: vec![feature("is_fraud")],
        source: Some(push_source("pushed", "trips")),
        reference_feature_view: "gone".into(),
        ..Default::default()
    };
    feast::Registry {
        projects: vec![feast::Project {
            spec: Some(feast::ProjectSpec { name: PROJECT.into(), ..Default::default() }),
            meta: None,
        }],
        entities: vec![entity("driver"), entity("__dummy")],
        data_sources: vec![
            source("trips"),
            push_source("pushed", "trips"),
            feast::DataSource { r#type: 7, options: None, ..source("amounts") },
        ],
        feature_views: vec![
            view("stats", "trips", |_| {}),
            view("weekly", "", |spec| {
                spec.source_views = view("stats", "trips", |_| {}).spec.into_iter().collect();
            }),
        ],
        stream_feature_views: vec![feast::StreamFeatureView { spec: Some(clicks), meta: None }],
        on_demand_feature_views: vec![on_demand(
            "scores",
            vec![
                Source::FeatureViewProjection(projection("stats", &["rate", "lost"])),
                request("amounts"),
                request("__input_schema__scores"),
            ],
        )],
        label_views: vec![feast::LabelView { spec: Some(fraud), meta: None }],
        feature_services: vec![service(
            "model",
            vec![projection("stats", &["trips"]), projection("scores", &["score"])],
        )],
        saved_datasets: vec![dataset("training", "model", &["stats:trips", "scores:score"])],
        validation_references: vec![feast::ValidationReference {
            name: "profile".into(),
            project: PROJECT.into(),
            reference_dataset_name: "training".into(),
            ..Default::default()
        }],
        permissions: vec![permission("readers", &["stats.*"])],
        ..Default::default()
    }
}
