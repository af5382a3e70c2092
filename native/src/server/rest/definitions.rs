//! What answers say of single objects beside their messages: the Python that defines them, and of entities
//! the data sources that are read by them.

use std::collections::{HashMap, HashSet};

use feast_registry_core::{
    kind::Kind,
    object::Object,
    service::{StandsOn, any_view, definition, feature_definition},
};
use serde_json::{Value, json};

use super::{
    calls::{Calls, request_for},
    family::{Family, Item},
    parameters::Given,
    refused::Refused,
    relations::{Relations, name},
};

impl Calls<'_> {
    /// The Python that defines what `bytes` are, the answer to a request for one of this family.
    pub(super) fn definition(&self, family: &Family, given: &Given, bytes: &[u8]) -> Option<String> {
        let project = given.get("project")?.as_str()?;
        if family.relations == "feature" {
            let view = self.view(project, given.get("feature_view")?.as_str()?)?;
            return feature_definition(project, &view, given.get("name")?.as_str()?);
        }
        let output = super::calls::find(family.get).ok()?.ty.output;
        let object = match family.item {
            Item::AnyView => any_view(output, bytes)?,
            _ => {
                let kind = Kind::all().find(|kind| std::ptr::eq(kind.info().message, output))?;
                Object::parse(kind, bytes.to_vec()).ok()?
            }
        };
        definition(project, &object, &self.stood_on(project, &object))
    }

    /// What an object stands on, and so on; without what is not there, or not for the caller to see.
    fn stood_on(&self, project: &str, object: &Object) -> Vec<Object> {
        let mut seen = HashSet::from([(object.kind().is_view(), object.name())]);
        let (mut found, mut next) = (Vec::new(), StandsOn::of(object));
        while !(next.entities.is_empty() && next.views.is_empty()) {
            let StandsOn { entities, views } = std::mem::take(&mut next);
            let mut fresh = |is_view, names: Vec<String>| -> Vec<String> {
                names.into_iter().filter(|name| seen.insert((is_view, name.clone()))).collect()
            };
            for name in fresh(false, entities) {
                let bytes = self.ask_raw("GetEntity", request_for(project, &name));
                found.extend(bytes.ok().and_then(|bytes| Object::parse(Kind::Entity, bytes.into()).ok()));
            }
            for name in fresh(true, views) {
                let Some(view) = self.view(project, &name) else { continue };
                let StandsOn { entities, views } = StandsOn::of(&view);
                next.entities.extend(entities);
                next.views.extend(views);
                found.push(view);
            }
        }
        found
    }

    fn view(&self, project: &str, name: &str) -> Option<Object> {
        let method = "GetAnyFeatureView";
        let bytes = self.ask_raw(method, request_for(project, name)).ok()?;
        any_view(super::calls::find(method).ok()?.ty.output, &bytes)
    }

    /// The data sources of the views that have an entity.
    pub(super) fn sources_of_entity(
        &self,
        family: &Family,
        given: &Given,
        entity: &Value,
        relations: &Relations,
    ) -> Result<Value, Refused> {
        let related = relations.of_item(family, entity);
        let related = related.as_array().into_iter().flatten().map(|relation| &relation["target"]);
        let mut names: Vec<&str> = Vec::new();
        for target in related.filter(|target| target["type"] == "dataSource") {
            let name = target["name"].as_str().unwrap_or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            return Ok(json!([]));
        }
        let (sources, _) = self.items(&super::family::DATA_SOURCES, &super::calls::scope(given))?;
        let sources: HashMap<&str, &Value> = sources.iter().map(|source| (name(source), source)).collect();
        Ok(names.iter().filter_map(|name| sources.get(name).map(|source| (*source).clone())).collect())
    }
}
