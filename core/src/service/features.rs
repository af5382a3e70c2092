//! Features as the service answers with them, each with its view.

use alloc::{string::String, vec::Vec};

use prost::Message as _;

use super::{Entry, Request};
use crate::{
    catalog::{Column, Parts},
    kind::Kind,
    object::Object,
    proto::feast::registry::Feature,
    schema::FEAST_REGISTRY_FEATURE,
};

/// The features and labels of views that a request for a list of them asks for.
pub fn features(request: &Request<'_>, views: &[Object]) -> Vec<Entry> {
    let fits = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
    let [view_name, name, kind] = ["feature_view", "name", "kind"].map(|field| request.text(field));
    let all = views.iter().flat_map(all);
    let wanted = all.filter(|feature| {
        fits(view_name, &feature.feature_view) && fits(name, &feature.name) && fits(kind, &feature.kind)
    });
    let entry = |feature: Feature| Entry { ty: &FEAST_REGISTRY_FEATURE, bytes: feature.encode_to_vec() };
    wanted.map(entry).collect()
}

/// The feature or label of that name.
pub fn feature(view: &Object, name: &str) -> Option<Vec<u8>> {
    all(view).into_iter().find(|feature| feature.name == name).map(|feature| feature.encode_to_vec())
}

fn all(view: &Object) -> Vec<Feature> {
    let parts = Parts::new(view.kind(), view.bytes());
    let kind = if view.kind() == Kind::LabelView { "label" } else { "feature" };
    let feature = |column: Column<'_>| Feature {
        r#type: column.data_type(),
        name: column.name().into(),
        feature_view: parts.name().into(),
        description: column.description().into(),
        tags: column.tags().map(|(key, value)| (key.into(), value.into())).collect(),
        kind: String::from(kind),
        ..Feature::default()
    };
    parts.features().map(feature).collect()
}
