//! Objects of every kind, valid and small.

use feast_registry_core::{kind::Kind, object::Object, proto::feast::core as feast};
use prost::Message;

pub(crate) const PROJECT: &str = "conformance";

fn object(kind: Kind, message: &impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}

pub(crate) fn feature(name: &str) -> feast::FeatureSpecV2 {
    feast::FeatureSpecV2 { name: name.into(), value_type: 5, ..Default::default() }
}

/// A feature view that its caller may change.
pub(crate) fn view(name: &str, change: impl FnOnce(&mut feast::FeatureViewSpec)) -> Object {
    let mut spec = feast::FeatureViewSpec {
        name: name.into(),
        entities: vec!["driver".into()],
        features: vec![feature("rate")],
        ..Default::default()
    };
    change(&mut spec);
    object(Kind::FeatureView, &feast::FeatureView { spec: Some(spec), meta: None })
}

/// A view whose schema is its own for every number.
pub(crate) fn revision(name: &str, number: i32) -> Object {
    view(name, |spec| spec.features.push(feature(&format!("f{number}"))))
}

pub(crate) fn entity(name: &str, tags: &[(&str, &str)]) -> Object {
    let tags = tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let spec = feast::EntitySpecV2 {
        name: name.into(),
        join_key: "id".into(),
        value_type: 2,
        tags,
        ..Default::default()
    };
    object(Kind::Entity, &feast::Entity { spec: Some(spec), meta: None })
}

pub(crate) fn dataset(name: &str, namespace: &str, collection: &str) -> Object {
    let file = feast::data_source::FileOptions { uri: "data.parquet".into(), ..Default::default() };
    let storage =
        feast::SavedDatasetStorage { kind: Some(feast::saved_dataset_storage::Kind::FileStorage(file)) };
    let spec = feast::SavedDatasetSpec {
        name: name.into(),
        namespace: namespace.into(),
        collection: collection.into(),
        storage: Some(storage),
        ..Default::default()
    };
    object(Kind::SavedDataset, &feast::SavedDataset { spec: Some(spec), meta: None })
}

/// A valid object of a kind.
pub(crate) fn sample(kind: Kind, name: &str) -> Object {
    let name = String::from(name);
    let features = vec![feature("rate")];
    let entities = vec!["driver".into()];
    match kind {
        Kind::Project => {
            let spec = feast::ProjectSpec { name, description: "made by hand".into(), ..Default::default() };
            object(kind, &feast::Project { spec: Some(spec), meta: None })
        }
        Kind::Entity => entity(&name, &[]),
        Kind::DataSource => object(kind, &feast::DataSource { name, r#type: 1, ..Default::default() }),
        Kind::FeatureView => view(&name, |_| {}),
        Kind::StreamFeatureView => {
            let stream_source =
                Some(feast::DataSource { name: "stream".into(), r#type: 3, ..Default::default() });
            let spec = feast::StreamFeatureViewSpec {
                name,
                entities,
                features,
                stream_source,
                ..Default::default()
            };
            object(kind, &feast::StreamFeatureView { spec: Some(spec), meta: None })
        }
        Kind::OnDemandFeatureView => {
            let projection =
                feast::FeatureViewProjection { feature_view_name: "base".into(), ..Default::default() };
            let source = feast::OnDemandSource {
                source: Some(feast::on_demand_source::Source::FeatureViewProjection(projection)),
            };
            let function =
                feast::UserDefinedFunctionV2 { body_text: "def f(x): return x".into(), ..Default::default() };
            let transformation =
                feast::feature_transformation_v2::Transformation::UserDefinedFunction(function);
            let spec = feast::OnDemandFeatureViewSpec {
                name,
                features,
                sources: [("base".into(), source)].into(),
                feature_transformation: Some(feast::FeatureTransformationV2 {
                    transformation: Some(transformation),
                }),
                ..Default::default()
            };
            object(kind, &feast::OnDemandFeatureView { spec: Some(spec), meta: None })
        }
        Kind::LabelView => {
            let spec = feast::LabelViewSpec { name, entities, features, ..Default::default() };
            object(kind, &feast::LabelView { spec: Some(spec), meta: None })
        }
        Kind::FeatureService => {
            let spec = feast::FeatureServiceSpec { name, ..Default::default() };
            object(kind, &feast::FeatureService { spec: Some(spec), meta: None })
        }
        Kind::SavedDataset => dataset(&name, "", ""),
        Kind::ValidationReference => object(kind, &feast::ValidationReference { name, ..Default::default() }),
        Kind::Permission => {
            let roles = feast::RoleBasedPolicy { roles: vec!["reader".into()] };
            let policy_type = Some(feast::policy::PolicyType::RoleBasedPolicy(roles));
            let policy = Some(feast::Policy { policy_type, ..Default::default() });
            let spec = feast::PermissionSpec { name, actions: vec![1], policy, ..Default::default() };
            object(kind, &feast::Permission { spec: Some(spec), meta: None })
        }
        Kind::Infra => {
            let table = feast::SqliteTable { path: "online.db".into(), name };
            let infra_object = Some(feast::infra_object::InfraObject::SqliteTable(table));
            let infra_object = feast::InfraObject { infra_object, ..Default::default() };
            object(kind, &feast::Infra { infra_objects: vec![infra_object] })
        }
    }
}
