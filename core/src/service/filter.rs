//! What a request for a list asks for beyond project and tags.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::{Request, lineage::References};
use crate::{kind::Kind, object::Object};

/// The tag that keeps a project from being listed; its value is `true`.
pub const PROTECTED_PROJECT: &str = "feast.dev/protected-project";

/// Whether a list of objects of one kind has this one: services can be asked for by a view that they read,
/// and protected projects are in no list.
pub fn is_listed(request: &Request<'_>, object: &Object) -> bool {
    match object.kind() {
        Kind::Project => object.tags().get(PROTECTED_PROJECT).is_none_or(|value| value != "true"),
        Kind::FeatureService => request
            .given("feature_view")
            .is_none_or(|view| References::of(object).views.iter().any(|(_, name)| *name == view)),
        _ => true,
    }
}

/// What a view must refer to, as far as the request says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewFilter {
    entity: Option<String>,
    feature: Option<String>,
    data_source: Option<String>,
    /// The service by which the views are read.
    pub feature_service: Option<String>,
}

impl ViewFilter {
    /// What a request says.
    pub fn of(request: &Request<'_>) -> Self {
        ViewFilter {
            entity: request.given("entity"),
            feature: request.given("feature"),
            data_source: request.given("data_source"),
            feature_service: request.given("feature_service"),
        }
    }

    /// The views that pass. `service` is the feature service that the filter names, where there is such a
    /// one; by one that does not exist nothing is read.
    pub fn apply(&self, views: Vec<Object>, service: Option<&Object>) -> Vec<Object> {
        let read_by_service: Option<BTreeSet<String>> = self.feature_service.as_ref().map(|_| {
            let projections = service.map(References::of).unwrap_or_default();
            projections.views.into_iter().map(|(_, name)| name).collect()
        });
        let mut views = views;
        views.retain(|view| {
            let refers = References::of(view);
            let among = |wanted: &Option<String>, found: &[String]| {
                wanted.as_ref().is_none_or(|wanted| found.contains(wanted))
            };
            among(&self.entity, &refers.entities)
                && among(&self.feature, &refers.features)
                && among(&self.data_source, &refers.sources)
                && read_by_service.as_ref().is_none_or(|read| read.contains(&view.name()))
        });
        views
    }
}
