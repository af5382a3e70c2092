//! Views between the model and the registry: a definition as a message, and a message as a view of the model's.

use std::collections::BTreeMap;

use feast_registry_core::{
    kind::Kind, object::Object, operation::is_enabled, proto::feast::core as feast, time::Timestamp,
};
use prost::Message;

use super::model::{Definition, View};

/// The definition as a message of its kind.
pub(crate) fn message(name: &str, kind: Kind, given: &Definition) -> Object {
    let feature = feast::FeatureSpecV2 {
        name: "x".into(),
        value_type: i32::from(given.schema) + 1,
        ..Default::default()
    };
    let features = vec![feature];
    let tags = BTreeMap::from([("tag".to_owned(), given.tag.to_string())]);
    let version = given.version.map(|number| format!("v{number}")).unwrap_or_default();
    let (entities, disabled) = (vec!["driver".to_owned()], !given.enabled);
    let name = name.to_owned();
    match kind {
        Kind::FeatureView => {
            let spec = feast::FeatureViewSpec {
                name,
                features,
                tags,
                version,
                entities,
                disabled,
                ..Default::default()
            };
            object(kind, &feast::FeatureView { spec: Some(spec), meta: None })
        }
        Kind::StreamFeatureView => {
            let stream_source = Some(feast::DataSource { name: "s".into(), ..Default::default() });
            let spec = feast::StreamFeatureViewSpec {
                name,
                features,
                tags,
                version,
                entities,
                disabled,
                stream_source,
                ..Default::default()
            };
            object(kind, &feast::StreamFeatureView { spec: Some(spec), meta: None })
        }
        Kind::OnDemandFeatureView => {
            let source = feast::on_demand_source::Source::RequestDataSource(feast::DataSource::default());
            let spec = feast::OnDemandFeatureViewSpec {
                name,
                features,
                tags,
                version,
                disabled,
                sources: [("r".to_owned(), feast::OnDemandSource { source: Some(source) })].into(),
                aggregations: vec![feast::Aggregation::default()],
                ..Default::default()
            };
            object(kind, &feast::OnDemandFeatureView { spec: Some(spec), meta: None })
        }
        _ => {
            let spec = feast::LabelViewSpec { name, features, tags, entities, ..Default::default() };
            object(kind, &feast::LabelView { spec: Some(spec), meta: None })
        }
    }
}

/// A view as the model has it, from what JSON says of it: the code under test does not read that way.
pub(crate) fn view(object: &Object) -> View {
    let message = object.kind().info().message;
    let json = serde_json::to_value(feast_registry_core::json::Json::new(message, object.bytes())).unwrap();
    let (spec, meta) = (&json["spec"], &json["meta"]);
    let seconds = |value: &serde_json::Value| value.as_str().map(|t| Timestamp::parse(t).unwrap().seconds);
    let types = ["INVALID", "BYTES", "STRING", "INT32"];
    let schema = types.iter().position(|name| spec["features"][0]["valueType"] == *name).unwrap() as u8 - 1;
    let intervals = meta["materializationIntervals"].as_array().cloned().unwrap_or_default();
    let version = spec["version"].as_str().map(|text| text.strip_prefix('v').unwrap().parse().unwrap());
    let tag = spec["tags"]["tag"].as_str().unwrap().parse().unwrap();
    View {
        kind: object.kind(),
        definition: Definition { schema, tag, version, enabled: is_enabled(object) },
        number: meta["currentVersionNumber"].as_i64().unwrap_or(0) as i32,
        created: seconds(&meta["createdTimestamp"]).unwrap(),
        updated: seconds(&meta["lastUpdatedTimestamp"]).unwrap(),
        touched: 0,
        intervals: intervals
            .iter()
            .map(|interval| {
                (seconds(&interval["startTime"]).unwrap(), seconds(&interval["endTime"]).unwrap())
            })
            .collect(),
        state: if meta["state"] == "AVAILABLE_ONLINE" { 4 } else { 0 },
        user_metadata: None,
    }
}

fn object(kind: Kind, message: &impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}
