//! What depends on what, and everything that a project has.

use serde_json::{Value, json};

use super::{
    calls::{Calls, find, request},
    parameters::Given,
    refused::Refused,
};

/// The name of a list, the method that has it, and what the request says beside what is asked.
type Part = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
/// A list by name, with what is told of its page.
type Named = (&'static str, (Vec<Value>, Value));

/// The lists of everything.
const PARTS: [Part; 8] = [
    ("entities", "ListEntities", &[]),
    ("dataSources", "ListDataSources", &[]),
    ("featureViews", "ListAllFeatureViews", &[]),
    ("labelViews", "ListLabelViews", &[]),
    ("featureServices", "ListFeatureServices", &[]),
    ("savedDatasets", "ListSavedDatasets", &[]),
    // Labels among them.
    ("features", "ListFeatures", &[]),
    ("labels", "ListFeatures", &[("kind", "label")]),
];

/// The types of object that Feast's REST server takes, and label views.
const TYPES: [&str; 7] =
    ["dataSource", "entity", "featureView", "featureService", "feature", "savedDataset", "labelView"];

impl Calls<'_> {
    pub(super) fn lineage(&self, given: &Given) -> Result<Value, Refused> {
        let mut found = self.relationships(given)?;
        let mut part = |name: &str, default: Value| found.get_mut(name).map_or(default, Value::take);
        Ok(json!({
            "relationships": part("relationships", json!([])),
            "indirect_relationships": part("indirectRelationships", json!([])),
            "relationships_pagination": part("relationshipsPagination", json!({})),
            "indirect_relationships_pagination": part("indirectRelationshipsPagination", json!({})),
        }))
    }

    pub(super) fn lineage_of_object(&self, given: &Given) -> Result<Value, Refused> {
        let ty = given["object_type"].as_str().unwrap_or_default();
        if !TYPES.contains(&ty) {
            let detail = format!("Invalid object_type. Must be one of: {}", TYPES.join(", "));
            return Err(Refused::value(detail));
        }
        let method = "GetObjectRelationships";
        self.ask(method, request(find(method)?.ty, given, &[]))
    }

    pub(super) fn lineage_of_all(&self, given: &Given) -> Result<Value, Refused> {
        let (mut direct, mut indirect) = (Vec::new(), Vec::new());
        for project in self.projects(given)? {
            let mut found = self.relationships(&of_project(given, &project))?;
            for (list, all) in [("relationships", &mut direct), ("indirectRelationships", &mut indirect)] {
                let Some(Value::Array(relations)) = found.get_mut(list).map(Value::take) else { continue };
                all.extend(relations.into_iter().map(|relation| with_project(relation, &project)));
            }
        }
        Ok(json!({"relationships": direct, "indirect_relationships": indirect}))
    }

    pub(super) fn complete(&self, given: &Given) -> Result<Value, Refused> {
        let mut lineage = self.relationships(given)?;
        let (mut objects, mut pagination) = (json!({}), json!({}));
        for (name, (items, told)) in self.everything(given)? {
            (objects[name], pagination[name]) = (items.into(), told);
        }
        let mut part = |name: &str, default: Value| lineage.get_mut(name).map_or(default, Value::take);
        pagination["relationships"] = part("relationshipsPagination", json!({}));
        pagination["indirectRelationships"] = part("indirectRelationshipsPagination", json!({}));
        Ok(json!({
            "project": given["project"],
            "objects": objects,
            "relationships": part("relationships", json!([])),
            "indirectRelationships": part("indirectRelationships", json!([])),
            "pagination": pagination,
        }))
    }

    pub(super) fn complete_of_all(&self, given: &Given) -> Result<Value, Refused> {
        let mut all = Vec::new();
        for project in self.projects(given)? {
            let mut one = self.complete(&of_project(given, &project))?;
            for list in one["objects"].as_object_mut().into_iter().flat_map(|objects| objects.values_mut()) {
                for item in list.as_array_mut().into_iter().flatten() {
                    item["project"] = project.as_str().into();
                }
            }
            one.as_object_mut().map(|one| one.remove("pagination"));
            all.push(one);
        }
        Ok(json!({"projects": all}))
    }

    /// Everything that a project has, each list with what is told of its page. Views are in a field that
    /// says which they are.
    pub(super) fn everything(&self, given: &Given) -> Result<Vec<Named>, Refused> {
        let list = |(name, method, always): &Part| {
            let ty = find(method)?.ty;
            let always: Vec<_> = always.iter().map(|(name, value)| (*name, (*value).into())).collect();
            Ok((*name, self.listed(method, request(ty, given, &always))?))
        };
        PARTS.iter().map(list).collect()
    }

    fn relationships(&self, given: &Given) -> Result<Value, Refused> {
        let method = "GetRegistryLineage";
        self.ask(method, request(find(method)?.ty, given, &[]))
    }
}

/// What is given, of one project.
pub(super) fn of_project(given: &Given, project: &str) -> Given {
    let mut given = given.clone();
    given.insert("project".into(), project.into());
    given
}

fn with_project(mut item: Value, project: &str) -> Value {
    item["project"] = project.into();
    item
}
