//! The routes as OpenAPI describes them, made from their table.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    body::{Field, Model, Shape},
    parameters::{Need, Parameter, Type},
    routes::{Call, ROUTES, Route, Verb},
};

/// The description of all routes.
pub(super) fn document() -> Value {
    let (mut paths, mut schemas) = (Map::new(), errors());
    for route in ROUTES {
        let operations = paths.entry(route.path).or_insert_with(|| json!({}));
        operations[route.verb.name()] = operation(route);
        route.body.iter().for_each(|body| add_model(&body.model, &mut schemas));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Feast REST Registry Server",
            "description": "The registry of a Feast feature store.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn operation(route: &'static Route) -> Value {
    let in_path = route
        .path_names()
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let parameters: Vec<Value> = in_path.chain(route.parameters().map(parameter)).collect();
    let mut operation = json!({
        "operationId": route.id(),
        "summary": route.call.summary(),
        "tags": [route.group()],
        "parameters": parameters,
        "responses": responses(route),
    });
    if let Some(body) = route.body {
        let content = json!({"application/json": {"schema": reference(body.model.name)}});
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

fn responses(route: &Route) -> Value {
    let refused = |says: &str| json!({"description": says, "content": {"application/json": {"schema": reference("Error")}}});
    let fine = json!({
        "description": "The answer",
        "content": {"application/json": {"schema": {"type": "object"}}},
    });
    let mut responses = json!({
        "422": refused("The request is not as it should be"),
        "503": refused("The database cannot be reached, or the server is busy; try again"),
    });
    match route.call {
        Call::Needs(what) => responses["501"] = refused(what),
        Call::Apply(family) if family.applied_is_created => responses["201"] = fine,
        _ => responses["200"] = fine,
    }
    if matches!(route.call, Call::Get(_) | Call::Delete(_)) {
        responses["404"] = refused("There is no such object");
    }
    if matches!(route.call, Call::Apply(_) | Call::Delete(_)) {
        responses["403"] = refused("The server is read-only");
    }
    responses
}

fn parameter(parameter: &Parameter) -> Value {
    let mut schema = match parameter.ty {
        Type::Text => json!({"type": "string"}),
        Type::Flag => json!({"type": "boolean"}),
        Type::Number(i64::MIN, _) => json!({"type": "integer"}),
        Type::Number(least, i64::MAX) => json!({"type": "integer", "minimum": least}),
        Type::Number(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Type::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Type::Order => json!({"type": "string", "enum": ["asc", "desc"]}),
        Type::Time => json!({"type": "string", "format": "date-time"}),
    };
    add_default(&mut schema, parameter.need);
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.need == Need::Required,
        "description": parameter.says,
        "schema": schema,
    })
}

fn add_default(schema: &mut Value, need: Need) {
    match need {
        Need::Required | Need::Optional => {}
        Need::Flag(default) => schema["default"] = default.into(),
        Need::Number(default) => schema["default"] = default.into(),
        Need::Text(default) => schema["default"] = default.into(),
    }
}

fn add_model(model: &Model, schemas: &mut BTreeMap<&'static str, Value>) {
    let property = |field: &Field| {
        let mut schema = match field.shape {
            Shape::Text => json!({"type": "string"}),
            Shape::Number => json!({"type": "integer"}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Shape::Tags => json!({"type": "object", "additionalProperties": {"type": "string"}}),
            Shape::One(model) => reference(model.name),
            Shape::Many(model) => json!({"type": "array", "items": reference(model.name)}),
        };
        add_default(&mut schema, field.need);
        if field.nullable {
            schema = json!({"anyOf": [schema, {"type": "null"}]});
        }
        (field.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = model.fields.iter().map(property).collect();
    let required = model.fields.iter().filter(|field| field.need == Need::Required);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    schemas.insert(model.name, json!({"type": "object", "required": required, "properties": properties}));
    for field in model.fields {
        if let Shape::One(inner) | Shape::Many(inner) = field.shape {
            add_model(inner, schemas);
        }
    }
}

fn errors() -> BTreeMap<&'static str, Value> {
    let properties = json!({
        "status_code": {"type": "integer"},
        "detail": {"type": "string"},
        "error_type": {"type": "string"},
    });
    let required = ["status_code", "detail", "error_type"];
    [("Error", json!({"type": "object", "required": required, "properties": properties}))].into()
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

impl Route {
    /// `get_entities_name`: like no other's.
    fn id(&self) -> String {
        let words = self.path.split(['/', '{', '}']).filter(|word| !word.is_empty());
        std::iter::once(self.verb.name()).chain(words).collect::<Vec<_>>().join("_")
    }

    /// The first part of the path.
    pub(super) fn group(&self) -> &'static str {
        self.path.split('/').nth(1).unwrap_or_default()
    }
}

impl Verb {
    pub(super) fn name(self) -> &'static str {
        match self {
            Verb::Get => "get",
            Verb::Post => "post",
            Verb::Delete => "delete",
        }
    }
}

impl Call {
    /// What the route does, in a few words.
    pub(super) fn summary(self) -> String {
        match self {
            Call::Version => "The release of Feast that this server is like".into(),
            Call::List(family) => format!("Every {} of a project", family.singular),
            Call::ListAll(family) => format!("Every {} of all projects", family.singular),
            Call::Get(family) => format!("One {}", family.singular),
            Call::Apply(family) => format!("Create or change a {}", family.singular),
            Call::Delete(family) => format!("Delete a {}", family.singular),
            Call::DatasetJobs => "The jobs that make datasets".into(),
            Call::DatasetJob => "One job that makes a dataset".into(),
            Call::Lineage => "What depends on what in a project".into(),
            Call::LineageOfObject => "What depends on an object, and what it depends on".into(),
            Call::LineageOfAll => "What depends on what in all projects".into(),
            Call::Complete => "Everything that a project has, with its lineage".into(),
            Call::CompleteOfAll => "Everything that all projects have, with their lineage".into(),
            Call::Search => "Search names, descriptions and tags".into(),
            Call::ResourceCounts => "How many objects there are".into(),
            Call::PopularTags => "The tags that most feature views have".into(),
            Call::RecentlyVisited => "What the user looked at last".into(),
            Call::Engine => "The compute engine, and what it materializes".into(),
            Call::Engines => "The compute engine, for each project".into(),
            Call::MaterializationJobs => "The materializations that are recorded".into(),
            Call::Needs(what) => format!("Not here: {what}"),
            Call::Refresh => "Renew the server's cache".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_once_and_every_reference_leads_somewhere() {
        let document = document();
        let operations = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object());
        let ids: Vec<_> = operations.flat_map(|path| path.values()).map(|one| &one["operationId"]).collect();
        assert_eq!(ids.len(), ROUTES.len());
        assert_eq!(ids.iter().map(|id| id.as_str()).collect::<BTreeSet<_>>().len(), ids.len());
        let text = document.to_string();
        let references = text.split("\"$ref\":\"#/components/schemas/").skip(1);
        for name in references.map(|rest| rest.split('"').next().unwrap()) {
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
    }
}
