//! What a route does: it asks the service's methods, in protobuf JSON, and puts the answers together.

use std::{cell::RefCell, sync::Arc};

use axum::{body::Bytes, http::StatusCode};
use feast_registry_core::{
    catalog::permissions::User,
    json::{Json, read_value},
    schema::MethodType,
    wire,
};
use serde_json::{Map, Value, json};

use super::{
    family::{Family, Item},
    parameters::Given,
    refused::Refused,
    relations::Relations,
    routes::{Call, Route},
    visits::Visits,
};
use crate::{
    cache::Snapshot,
    server::{Service, service::Method},
};

/// The release whose REST server this one is like.
const FEAST: &str = "0.67.0";

/// The service on behalf of one request.
#[derive(Clone, Copy)]
pub(super) struct Calls<'a> {
    pub(super) service: &'a Service,
    /// Who asks; `None` where nobody is told from anybody else.
    pub(super) user: Option<&'a Arc<User>>,
    /// The type of engine that feature_store.yaml names.
    pub(super) batch_engine: &'a str,
    pub(super) visits: &'a Visits,
    /// What the answer is made of, so far.
    pub(super) basis: &'a RefCell<Basis>,
}

/// What an answer is made of.
#[derive(Default)]
pub(super) enum Basis {
    #[default]
    Nothing,
    /// Of one snapshot of the cache's, and nothing else: the next answer of it will be the same.
    Snapshot(Arc<Snapshot>),
    Various,
}

impl Basis {
    /// What comes from a snapshot, or from elsewhere.
    pub(super) fn add(&mut self, snapshot: Option<Arc<Snapshot>>) {
        *self = match (std::mem::take(self), snapshot) {
            (Basis::Nothing, Some(snapshot)) => Basis::Snapshot(snapshot),
            (Basis::Snapshot(one), Some(other)) if one.number() == other.number() => Basis::Snapshot(one),
            _ => Basis::Various,
        }
    }
}

impl Calls<'_> {
    /// Answers a request of a route's, in JSON. `body` is what it gives in its body, the rest what is in path and query.
    pub(super) fn answer(&self, route: &Route, given: &Given, body: &Given) -> Result<Vec<u8>, Refused> {
        let answer = match route.call {
            Call::Version => Ok(json!({"version": FEAST})),
            Call::List(family) => self.list(family, given),
            Call::ListAll(family) => self.list_all(family, given),
            Call::Get(family) => self.get(family, given),
            Call::Apply(family) => self.apply(family, route, body),
            Call::Delete(family) => self.delete(family, given),
            Call::DatasetJobs => Ok(json!({"jobs": []})),
            Call::DatasetJob => {
                let job = given["job_id"].as_str().unwrap_or_default();
                Err(Refused::not_found(format!("Dataset creation job {job} not found")))
            }
            Call::Lineage => return self.lineage(given),
            Call::LineageOfObject => self.lineage_of_object(given),
            Call::LineageOfAll => self.lineage_of_all(given),
            Call::Complete => self.complete(given),
            Call::CompleteOfAll => self.complete_of_all(given),
            Call::Search => self.search(given),
            Call::ResourceCounts => self.resource_counts(given),
            Call::PopularTags => self.popular_tags(given),
            Call::RecentlyVisited => self.recently_visited(given),
            Call::Engine => self.engine(given),
            Call::Engines => self.engines(given),
            Call::MaterializationJobs => self.materialization_jobs(given),
            Call::Needs(what) => Err(Refused::needs(what)),
            Call::Refresh => self.ask("Refresh", json!({})).map(|_| Value::Null),
        };
        serde_json::to_vec(&answer?).map_err(Refused::internal)
    }

    /// Asks a method, in protobuf JSON; names of fields may also be those of the .proto files.
    pub(super) fn ask(&self, method: &str, request: Value) -> Result<Value, Refused> {
        json_of(method, &self.ask_raw(method, request)?)
    }

    /// As [`Calls::ask`]; the answer's bytes.
    pub(super) fn ask_raw(&self, method: &str, request: Value) -> Result<Bytes, Refused> {
        let method = find(method)?;
        let bytes =
            read_value(method.ty.input, request).map_err(|error| Refused::value(error.to_string()))?;
        let answered = self.service.answer(self.user, method, &bytes);
        self.basis.borrow_mut().add(answered.as_ref().ok().and_then(|answered| answered.snapshot.clone()));
        Ok(answered?.bytes)
    }

    fn list(&self, family: &'static Family, given: &Given) -> Result<Value, Refused> {
        let (mut items, pagination) = self.items(family, given)?;
        self.add_to_items(family, given, &mut items);
        let mut answer = json!({"pagination": pagination});
        if is_set(given, "include_relationships") {
            answer["relationships"] = self.relations(given)?.of_items(family, &items);
        }
        answer[family.plural] = items.into();
        Ok(answer)
    }

    fn list_all(&self, family: &'static Family, given: &Given) -> Result<Value, Refused> {
        let (mut all, mut relations) = (Vec::new(), Map::new());
        for project in self.projects(given)? {
            let mut asked: Given = given.clone();
            for arranged in ["page", "limit", "sort_by", "sort_order"] {
                asked.remove(arranged);
            }
            asked.insert("project".into(), project.as_str().into());
            let (mut items, _) = self.items(family, &asked)?;
            if is_set(given, "include_relationships")
                && let Value::Object(found) = self.relations(&asked)?.of_items(family, &items)
            {
                relations.extend(found);
            }
            for item in &mut items {
                item["project"] = project.as_str().into();
            }
            all.append(&mut items);
        }
        let (mut items, pagination) = super::page::of(all, given);
        for item in &mut items {
            let asked = json!({"project": item["project"], "allow_cache": given.get("allow_cache")});
            let asked = asked.as_object().cloned().unwrap_or_default();
            self.add_to_items(family, &asked, std::slice::from_mut(item));
        }
        let mut answer = json!({"pagination": pagination});
        answer[family.plural] = items.into();
        if is_set(given, "include_relationships") {
            answer["relationships"] = relations.into();
        }
        Ok(answer)
    }

    fn get(&self, family: &'static Family, given: &Given) -> Result<Value, Refused> {
        let bytes = self.ask_raw(family.get, request(find(family.get)?.ty, given, &[]))?;
        let mut item = typed(family, json_of(family.get, &bytes)?);
        self.add_to_items(family, given, std::slice::from_mut(&mut item));
        let has_sources = family.relations == "entity";
        if has_sources || is_set(given, "include_relationships") {
            let relations = self.relations(given)?;
            if has_sources {
                item["dataSources"] = self.sources_of_entity(family, given, &item, &relations)?;
            }
            if is_set(given, "include_relationships") {
                item["relationships"] = relations.of_item(family, &item);
            }
        }
        if family.is_defined {
            item["featureDefinition"] = self.definition(family, given, &bytes).unwrap_or_default().into();
        }
        Ok(item)
    }

    fn apply(&self, family: &'static Family, route: &Route, body: &Given) -> Result<Value, Refused> {
        let request = route.body.map(|expected| (expected.request)(self, body)).transpose()?;
        let mut request = request.unwrap_or_default();
        (request["project"], request["commit"]) = (body["project"].clone(), true.into());
        self.ask(family.apply, request)?;
        Ok(done(family, body, "applied"))
    }

    fn delete(&self, family: &'static Family, given: &Given) -> Result<Value, Refused> {
        self.ask(family.delete, request(find(family.delete)?.ty, given, &[("commit", true.into())]))?;
        Ok(done(family, given, "deleted"))
    }

    /// The items of a list, and what is told of their page.
    pub(super) fn items(&self, family: &Family, given: &Given) -> Result<(Vec<Value>, Value), Refused> {
        let method = find(family.list)?;
        let always: Vec<(&str, Value)> =
            family.always.iter().map(|(name, value)| (*name, (*value).into())).collect();
        let (items, told) = self.listed(family.list, request(method.ty, given, &always))?;
        Ok((items.into_iter().map(|item| typed(family, item)).collect(), told))
    }

    /// As [`Calls::items`], as the method has them.
    pub(super) fn listed(&self, method: &str, request: Value) -> Result<(Vec<Value>, Value), Refused> {
        let mut answer = self.ask(method, request)?;
        let list = find(method)?.ty.output.fields.iter().find(|field| field.name != "pagination");
        let items = list.and_then(|list| answer.get_mut(list.json_name)).map(Value::take);
        let items = items.and_then(|items| if let Value::Array(items) = items { Some(items) } else { None });
        let told = answer.get_mut("pagination").map_or_else(|| json!({}), Value::take);
        Ok((items.unwrap_or_default(), told))
    }

    /// As [`Calls::listed`], item by item, for those who keep little of each: as JSON everything takes many times its
    /// bytes.
    pub(super) fn each_listed(
        &self,
        method: &str,
        request: Value,
        take: &mut dyn FnMut(Value),
    ) -> Result<(), Refused> {
        let answer = self.ask_raw(method, request)?;
        let list = find(method)?.ty.output.fields.iter().find(|field| field.name != "pagination");
        let Some((list, item)) = list.and_then(|list| Some((list.number, list.message()?))) else {
            return Err(Refused::internal(format!("`{method}` has no list")));
        };
        for bytes in wire::repeated(&answer, list).map_err(Refused::internal)? {
            take(serde_json::to_value(Json::new(item, bytes)).map_err(Refused::internal)?);
        }
        Ok(())
    }

    /// The names of the projects that are listed.
    pub(super) fn projects(&self, given: &Given) -> Result<Vec<String>, Refused> {
        let answer = self.ask("ListProjects", cache(given).into())?;
        let projects = answer["projects"].as_array().into_iter().flatten();
        Ok(projects.filter_map(|project| project["spec"]["name"].as_str()).map(String::from).collect())
    }

    pub(super) fn relations(&self, given: &Given) -> Result<Relations, Refused> {
        match self.ask("GetRegistryLineage", scope(given).into()) {
            // Who may not see the project may see objects in it.
            Err(refused) if refused.status == StatusCode::FORBIDDEN => Ok(Relations::of(&Value::Null)),
            lineage => Ok(Relations::of(&lineage?)),
        }
    }
}

/// Finds a method that a route names, which tests have found.
pub(super) fn find(name: &str) -> Result<Method, Refused> {
    Method::find(name).ok_or_else(|| Refused::internal(format!("there is no method `{name}`")))
}

fn json_of(method: &str, bytes: &[u8]) -> Result<Value, Refused> {
    serde_json::to_value(Json::new(find(method)?.ty.output, bytes)).map_err(Refused::internal)
}

/// Whether to allow the cache.
pub(super) fn cache(given: &Given) -> Given {
    given.get("allow_cache").map(|cache| ("allow_cache".to_owned(), cache.clone())).into_iter().collect()
}

/// Of which project, and whether to allow the cache.
pub(super) fn scope(given: &Given) -> Given {
    let mut scope = cache(given);
    scope.extend(given.get("project").map(|project| ("project".to_owned(), project.clone())));
    scope
}

/// A request for one object.
pub(super) fn request_for(project: &str, name: &str) -> Value {
    json!({"project": project, "name": name, "allow_cache": true})
}

pub(super) fn is_set(given: &Given, flag: &str) -> bool {
    given.get(flag).and_then(Value::as_bool).unwrap_or_default()
}

/// The request of a method's that says what is given, as far as it has room for it.
pub(super) fn request(method: &MethodType, given: &Given, always: &[(&str, Value)]) -> Value {
    let mut request = Given::new();
    let has = |name: &str| method.input.field_named(name).is_some();
    for (name, value) in given.iter().filter(|(name, _)| has(name)) {
        let value = match name.as_str() {
            "tags" => pairs(value),
            _ => value.clone(),
        };
        request.insert(name.clone(), value);
    }
    for (field, names) in [("pagination", ["page", "limit"]), ("sorting", ["sort_by", "sort_order"])] {
        let said = names.iter().filter_map(|name| Some(((*name).to_owned(), given.get(*name)?.clone())));
        let said: Given = said.collect();
        if has(field) && !said.is_empty() {
            request.insert(field.into(), said.into());
        }
    }
    request.extend(always.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    request.into()
}

/// `key:value` as a map; what is not of that form says nothing.
fn pairs(tags: &Value) -> Value {
    let tags = tags.as_array().into_iter().flatten().filter_map(Value::as_str);
    let pairs = tags.filter_map(|tag| tag.split_once(':'));
    Value::Object(pairs.map(|(key, value)| (key.to_owned(), value.into())).collect())
}

/// An item with its type, where its message does not say it.
fn typed(family: &Family, mut item: Value) -> Value {
    match family.item {
        Item::Message | Item::Dataset => item,
        Item::LabelView => {
            item["type"] = "labelView".into();
            item
        }
        Item::AnyView => {
            // A single one is in a field of the answer.
            let any = item.get_mut("anyFeatureView").map(Value::take).unwrap_or(item);
            let Value::Object(any) = any else { return Value::Null };
            any.into_iter().next().map_or_else(
                || json!({}),
                |(kind, mut view)| {
                    view["type"] = kind.into();
                    view
                },
            )
        }
    }
}

/// What a change is answered with.
fn done(family: &Family, given: &Given, status: &str) -> Value {
    let status = if family.item == Item::Dataset { "ok" } else { status };
    json!({"name": given["name"], "project": given["project"], "status": status})
}
