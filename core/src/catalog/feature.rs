//! Everything about one feature, for its page.

use alloc::{string::String, vec::Vec};

use serde::Serialize;

use super::{
    Catalog, Problem, Ref,
    health::Finding,
    object::{Vector, not_found},
    references::Use,
    snippets::{Snippet, snippets},
};

/// The page of a feature.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeaturePage {
    /// What it is.
    #[serde(rename = "ref")]
    pub feature: Ref,
    /// The view that it is a column of.
    pub view: Ref,
    /// Its type.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Its description.
    pub description: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// How it is searched by similarity.
    pub vector: Option<Vector>,
    /// The view's owner.
    pub owner: String,
    /// What uses it.
    pub used_by: Vec<Use>,
    /// Features of other views that have its name, the first of them.
    pub also_named: Vec<Ref>,
    /// How to use it from elsewhere.
    pub snippets: Vec<Snippet>,
    /// What looks wrong with its view.
    pub findings: Vec<Finding>,
}

const LISTED: usize = 100;

impl Catalog<'_> {
    /// The page of a feature, as of `now`.
    pub fn feature_page(&self, feature: &Ref, now: i64) -> Result<FeaturePage, Problem> {
        let (view, name) = match feature.find(self) {
            Some((view, Some(name))) => (view, name),
            _ => return Err(not_found(feature)),
        };
        let column = view.parts().features().find(|column| column.name() == name);
        let column = column.ok_or_else(|| not_found(feature))?;
        let same_name = self.entries().filter(|entry| entry.kind.is_view() && entry.id != view.id);
        let same_name = same_name.filter(|entry| entry.parts().features().any(|other| other.name() == name));
        Ok(FeaturePage {
            view: Ref::of(&view),
            value_type: column.type_name().into_owned(),
            description: column.description().into(),
            tags: column.tags().map(|(key, value)| (key.into(), value.into())).collect(),
            vector: Vector::of(column),
            owner: view.parts().owner().into(),
            used_by: self.feature_used_by(view.id, name).take(LISTED).collect(),
            also_named: same_name.take(LISTED).map(|entry| Ref::feature(&entry, name)).collect(),
            snippets: snippets(self, &view, Some(name)),
            findings: self.findings(view.id, now),
            feature: Ref::feature(&view, name),
        })
    }
}
