//! The registry that is measured: a project of views with ten features, a source and tags each, about as large
//! as those of a real feature store.

use anyhow::Result;
use feast_registry_core::{kind::Kind, object::Object, proto::feast::core as feast};
use prost::Message;

/// The project that holds so many views.
pub(crate) const PROJECT: &str = "bench";

/// The name of one of its views.
pub(crate) fn name(number: usize) -> String {
    format!("driver_activity_{number:06}")
}

/// A view as a client gives it.
pub(crate) fn view(name: &str) -> Result<Object> {
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let feature = |number: usize| feast::FeatureSpecV2 {
        name: format!("{name}_mean_{number}"),
        value_type: 5,
        description: format!("Mean over the last {number} days, of completed trips only"),
        ..Default::default()
    };
    let file = feast::data_source::FileOptions {
        uri: format!("s3://feature-store/offline/{name}/*.parquet"),
        ..Default::default()
    };
    let source = feast::DataSource {
        name: format!("{name}_source"),
        r#type: feast::data_source::SourceType::BatchFile as i32,
        data_source_class_type: "feast.infra.offline_stores.file_source.FileSource".into(),
        timestamp_field: "event_timestamp".into(),
        created_timestamp_column: "created".into(),
        options: Some(feast::data_source::Options::FileOptions(file)),
        ..Default::default()
    };
    let spec = feast::FeatureViewSpec {
        name: name.into(),
        description: format!("How active drivers are: {name}"),
        owner: "ranking@example.com".into(),
        tags: [tag("team", "ranking"), tag("tier", "gold"), tag("pii", "false")].into(),
        entities: vec!["driver".into()],
        entity_columns: vec![feast::FeatureSpecV2 {
            name: "driver_id".into(),
            value_type: 4,
            ..Default::default()
        }],
        features: (0..10).map(feature).collect(),
        ttl: Some(prost_types::Duration { seconds: 86_400, nanos: 0 }),
        online: true,
        batch_source: Some(source),
        ..Default::default()
    };
    let view = feast::FeatureView { spec: Some(spec), meta: None };
    Ok(Object::parse(Kind::FeatureView, view.encode_to_vec())?)
}
