//! `registry-dump`: a project as one JSON object in Feast's form: keys sorted at every level, objects
//! sorted by name and without their project, the source text of functions in place of their pickled form.

use std::collections::BTreeMap;

use feast_registry_core::{
    json::Json,
    kind::Kind,
    message::MessageError,
    operation::PROJECT_UUID,
    rows::{Key, Row},
    schema,
};
use serde_json::{Map, Value, json};

use super::{
    error::CliError,
    exit::Status,
    options::Format,
    session::{Session, passed_over},
};

pub(crate) fn run(session: &Session) -> Result<Status, CliError> {
    let registry = session.open()?;
    let project = session.project(&registry)?;
    let rows = registry.rows(Some(&project))?;
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut damaged = Vec::new();
    for (key, row) in &rows.objects {
        // The project is named, not described.
        let Some(field) = schema::FEAST_CORE_REGISTRY.field(key.kind.info().registry_field) else { continue };
        let values = match key.kind {
            Kind::Project => continue,
            Kind::Infra => infra(key, row),
            _ => object(key, row).map(|value| vec![value]),
        };
        match values {
            Ok(values) if values.is_empty() => {}
            Ok(values) => lists.entry(field.json_name).or_default().extend(values),
            Err(problem) => damaged.push((key.clone(), problem)),
        }
    }
    let mut dump: BTreeMap<&str, Value> =
        lists.into_iter().map(|(name, list)| (name, Value::Array(list))).collect();
    let uuid = rows.metadata_value(&project, PROJECT_UUID);
    if let Some(uuid) = uuid {
        dump.insert("projectMetadata", json!([{"project": project, "projectUuid": uuid}]));
    }
    dump.insert("project", Value::String(project));
    session.screen.value(&dump, Format::Json)?;
    Ok(passed_over(&damaged))
}

fn object(key: &Key, row: &Row) -> Result<Value, MessageError> {
    let info = key.kind.info();
    let object = row.object(key)?.with_text(info.at.project, "")?;
    let mut value = to_value(&Json::new(info.message, object.bytes()));
    if key.kind.is_view() {
        show_functions(&mut value);
    }
    Ok(sorted(value))
}

/// Feast's infra objects are those of their class, without the class.
fn infra(key: &Key, row: &Row) -> Result<Vec<Value>, MessageError> {
    let object = row.object(key)?;
    let value = to_value(&Json::new(Kind::Infra.info().message, object.bytes()));
    let Some(Value::Array(objects)) = value.get("infraObjects") else { return Ok(Vec::new()) };
    let inner = |object: &Value| match object {
        Value::Object(fields) => {
            fields.iter().find(|(_, value)| value.is_object()).map(|(_, value)| sorted(value.clone()))
        }
        _ => None,
    };
    Ok(objects.iter().map(|object| inner(object).unwrap_or_else(|| sorted(object.clone()))).collect())
}

/// Puts the source text of every function where its pickled form is.
fn show_functions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(text) = fields.get("bodyText").filter(|_| fields.contains_key("name")).cloned() {
                fields.insert("body".into(), text);
            }
            fields.values_mut().for_each(show_functions);
        }
        Value::Array(items) => items.iter_mut().for_each(show_functions),
        _ => {}
    }
}

fn to_value(json: &Json<'_>) -> Value {
    serde_json::to_value(json).unwrap_or_default()
}

/// The value with the keys of all objects in order, whichever map serde_json was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> =
                fields.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(Map::from_iter(fields))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
