//! What depends on what, and everything that a project has.

use feast_registry_core::{
    json::Json,
    schema::{MessageType, Shape},
    wire,
};
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _},
};
use serde_json::{Value, json};

use super::{
    calls::{Calls, find, request},
    parameters::Given,
    refused::Refused,
};

const LINEAGE: &str = "GetRegistryLineage";

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
    /// As JSON.
    pub(super) fn lineage(&self, given: &Given) -> Result<Vec<u8>, Refused> {
        let method = find(LINEAGE)?.ty;
        let bytes = self.ask_raw(LINEAGE, request(method, given, &[]))?;
        serde_json::to_vec(&Lineage { ty: method.output, bytes: &bytes }).map_err(Refused::internal)
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
        let list = |part: &Part| Ok((part.0, self.listed(part.1, request_of(part, given)?)?));
        PARTS.iter().map(list).collect()
    }

    /// Each item of one of the lists of [`Calls::everything`].
    pub(super) fn each_of(
        &self,
        list: &str,
        given: &Given,
        take: &mut dyn FnMut(Value),
    ) -> Result<(), Refused> {
        let mut parts = PARTS.iter().filter(|(name, ..)| *name == list);
        parts.try_for_each(|part| self.each_listed(part.1, request_of(part, given)?, take))
    }

    /// Each item of [`Calls::everything`], after the name of its list.
    pub(super) fn each_of_everything(
        &self,
        given: &Given,
        take: &mut dyn FnMut(&'static str, Value),
    ) -> Result<(), Refused> {
        PARTS.iter().try_for_each(|(list, ..)| self.each_of(list, given, &mut |item| take(list, item)))
    }

    fn relationships(&self, given: &Given) -> Result<Value, Refused> {
        self.ask(LINEAGE, request(find(LINEAGE)?.ty, given, &[]))
    }
}

fn request_of((_, method, always): &Part, given: &Given) -> Result<Value, Refused> {
    let always: Vec<_> = always.iter().map(|(name, value)| (*name, (*value).into())).collect();
    Ok(request(find(method)?.ty, given, &always))
}

/// A lineage, its lists named as in the .proto file, and there also where they are empty. It is written as it is read:
/// as a value it would take many times its bytes.
struct Lineage<'a> {
    ty: &'static MessageType,
    bytes: &'a [u8],
}

impl Serialize for Lineage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        for field in self.ty.fields {
            let Some(ty) = field.message() else { continue };
            let found = wire::repeated(self.bytes, field.number).map_err(S::Error::custom)?;
            match field.shape {
                Shape::Repeated => {
                    let items: Vec<Json<'_>> = found.into_iter().map(|item| Json::new(ty, item)).collect();
                    fields.serialize_entry(field.name, &items)?;
                }
                _ => fields
                    .serialize_entry(field.name, &Json::new(ty, found.last().copied().unwrap_or_default()))?,
            }
        }
        fields.end()
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
