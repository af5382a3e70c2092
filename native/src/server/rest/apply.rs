//! Bodies as the objects that they stand for. They say less than a definition can; what they do not say is
//! as Feast's REST server has it.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use feast_registry_core::schema::{
    EnumType, FEAST_CORE_DATASOURCE, FEAST_CORE_FEATURESPECV2, FEAST_CORE_PERMISSIONSPEC, FieldType, Type,
};
use serde_json::{Value, json};

use super::{calls::Calls, parameters::Given, refused::Refused};

/// These fields of a body, as far as they are given.
fn fields(body: &Given, names: &[(&str, &str)]) -> Given {
    let given = names.iter().filter_map(|(from, to)| Some(((*to).to_owned(), body.get(*from)?.clone())));
    given.collect()
}

/// What most objects have under the same name.
const COMMON: &[(&str, &str)] =
    &[("name", "name"), ("description", "description"), ("tags", "tags"), ("owner", "owner")];

fn text<'a>(body: &'a Given, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(body: &'a Given, name: &str) -> &'a [Value] {
    body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn entity(_: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    check_value_type(body)?;
    let mut spec = fields(body, COMMON);
    spec.extend(fields(body, &[("value_type", "value_type")]));
    let join_key = Some(text(body, "join_key")).filter(|key| !key.is_empty());
    spec.insert("join_key".into(), join_key.unwrap_or_else(|| text(body, "name")).into());
    Ok(json!({"entity": {"spec": spec}}))
}

/// The kinds of options in the order in which one counts, and of each what is taken: as what.
const OPTIONS: &[(&str, &[(&str, &str)])] = &[
    ("file_options", &[("uri", "uri"), ("s3_endpoint_override", "s3_endpoint_override")]),
    ("bigquery_options", &[("table", "table"), ("query", "query")]),
    ("snowflake_options", SCHEMA_TABLE),
    ("redshift_options", SCHEMA_TABLE),
    ("kafka_options", &[("kafka_bootstrap_servers", "kafka_bootstrap_servers"), ("topic", "topic")]),
    (
        "spark_options",
        &[
            ("table", "table"),
            ("path", "path"),
            ("query", "query"),
            ("file_format", "file_format"),
            ("date_partition_column_format", "date_partition_column_format"),
        ],
    ),
    ("trino_options", &[("table", "table"), ("query", "query")]),
    (
        "athena_options",
        &[("table", "table"), ("query", "query"), ("database", "database"), ("data_source", "data_source")],
    ),
    ("kinesis_options", &[("region", "region"), ("stream_name", "stream_name")]),
    ("custom_options", &[]),
];
const SCHEMA_TABLE: &[(&str, &str)] =
    &[("table", "table"), ("database", "database"), ("schema_", "schema"), ("query", "query")];

/// What Feast cannot read again is not taken, as it does not take it.
fn check_value_type(body: &Given) -> Result<(), Refused> {
    let number = body.get("value_type").and_then(Value::as_i64).unwrap_or_default();
    let field = FEAST_CORE_FEATURESPECV2.field_named("value_type");
    match is_of_enum(field, number) {
        true => Ok(()),
        false => Err(Refused::value(format!("{number} is not a valid ValueType"))),
    }
}

fn is_of_enum(field: Option<&FieldType>, number: i64) -> bool {
    let number = i32::try_from(number).ok();
    matches!(field.map(|field| field.ty), Some(Type::Enum(known))
        if number.is_some_and(|number| known.value_name(number).is_some()))
}

/// The format of a stream's messages; Feast has no stream without one.
fn stream_format(given: &Given, field: &str) -> Result<Option<Value>, Refused> {
    match text(given, field) {
        "" => Ok(None),
        "json" => Ok(Some(json!({"json_format": {}}))),
        "avro" => Ok(Some(json!({"avro_format": {}}))),
        "proto" | "protobuf" => Ok(Some(json!({"proto_format": {}}))),
        other => {
            let detail = format!("`{other}` is no {field}; there are `json`, `avro` and `proto`");
            Err(Refused::value(detail))
        }
    }
}

pub(super) fn data_source(_: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    let number = body.get("type").and_then(Value::as_i64).unwrap_or_default();
    if number == 0 || !is_of_enum(FEAST_CORE_DATASOURCE.field_named("type"), number) {
        return Err(Refused::value("Could not identify the source type being added."));
    }
    let mut source = fields(body, COMMON);
    for name in [
        "type",
        "timestamp_field",
        "created_timestamp_column",
        "date_partition_column",
        "data_source_class_type",
    ] {
        source.extend(fields(body, &[(name, name)]));
    }
    let options = OPTIONS.iter().find_map(|(kind, names)| Some((kind, body.get(*kind)?.as_object()?, names)));
    if let Some((kind, given, names)) = options {
        let mut options = fields(given, names);
        let configuration = text(given, "configuration");
        if !configuration.is_empty() {
            options.insert("configuration".into(), STANDARD.encode(configuration).into());
        }
        for field in ["message_format", "record_format"] {
            options.extend(stream_format(given, field)?.map(|format| (field.to_owned(), format)));
        }
        if !(options.is_empty() && *kind == "custom_options") {
            source.insert((*kind).into(), options.into());
        }
    }
    Ok(json!({"data_source": source}))
}

pub(super) fn feature_view(calls: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    for feature in list(body, "features").iter().filter_map(Value::as_object) {
        check_value_type(feature)?;
    }
    let mut spec = fields(body, COMMON);
    spec.extend(fields(body, &[("entities", "entities"), ("features", "features"), ("online", "online")]));
    if let Some(seconds) = body.get("ttl_seconds").and_then(Value::as_i64) {
        spec.insert("ttl".into(), format!("{seconds}s").into());
    }
    let source = text(body, "batch_source");
    if !source.is_empty() {
        let request = json!({"name": source, "project": text(body, "project"), "allow_cache": false});
        spec.insert("batch_source".into(), calls.ask("GetDataSource", request)?);
    }
    Ok(json!({"feature_view": {"spec": spec}}))
}

pub(super) fn feature_service(_: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    let projection = |view: &Value| {
        let columns = view.get("feature_names").and_then(Value::as_array).into_iter().flatten();
        let columns: Vec<Value> = columns.map(|name| json!({"name": name})).collect();
        let name = &view["feature_view_name"];
        json!({"feature_view_name": name, "feature_columns": columns, "view_type": "featureView"})
    };
    let mut spec = fields(body, COMMON);
    spec.insert("features".into(), list(body, "features").iter().map(projection).collect());
    Ok(json!({"feature_service": {"spec": spec}}))
}

pub(super) fn permission(_: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    let mut spec = fields(body, COMMON);
    spec.extend(fields(body, &[("name_patterns", "name_patterns"), ("required_tags", "required_tags")]));
    for name in ["types", "actions"] {
        let field = FEAST_CORE_PERMISSIONSPEC.field_named(name);
        if let Some(Type::Enum(known)) = field.map(|field| field.ty) {
            check_names(name, list(body, name), known)?;
        }
        spec.extend(fields(body, &[(name, name)]));
    }
    let policies = body.get("policy").and_then(Value::as_object).into_iter().flatten();
    let policy: Given = policies.take(1).map(|(kind, policy)| (kind.clone(), policy.clone())).collect();
    spec.insert("policy".into(), policy.into());
    Ok(json!({"permission": {"spec": spec}}))
}

fn check_names(field: &str, names: &[Value], known: &EnumType) -> Result<(), Refused> {
    let listed = |names: &mut dyn Iterator<Item = &str>| {
        let quoted: Vec<String> = names.map(|name| format!("'{name}'")).collect();
        format!("[{}]", quoted.join(", "))
    };
    let names = names.iter().filter_map(Value::as_str);
    let unknown: Vec<&str> = names.filter(|name| known.number(name).is_none()).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let (unknown, valid) =
        (listed(&mut unknown.into_iter()), listed(&mut known.values.iter().map(|(_, name)| *name)));
    let detail = format!("Invalid {field}: {unknown}. Valid options are: {valid}");
    Err(Refused::with(StatusCode::BAD_REQUEST, detail))
}

pub(super) fn saved_dataset(calls: &Calls<'_>, body: &Given) -> Result<Value, Refused> {
    for (field, missing) in [
        ("name", "Dataset name is required."),
        ("project", "Project is required."),
        ("storage_path", "Storage path is required. Provide a file path or table reference."),
    ] {
        if text(body, field).trim().is_empty() {
            return Err(Refused::with(StatusCode::BAD_REQUEST, missing));
        }
    }
    let (name, project) = (text(body, "name").trim(), text(body, "project").trim());
    if !body.get("allow_override").and_then(Value::as_bool).unwrap_or_default() {
        let request = json!({"name": name, "project": project, "allow_cache": false});
        match calls.ask("GetSavedDataset", request) {
            Ok(_) => {
                let detail = format!(
                    "A dataset named \"{name}\" already exists in project \"{project}\". Use edit to update it."
                );
                return Err(Refused::with(StatusCode::CONFLICT, detail));
            }
            Err(refused) if refused.status == StatusCode::NOT_FOUND => {}
            Err(refused) => return Err(refused),
        }
    }
    let mut spec = fields(body, COMMON);
    for field in [
        "project",
        "features",
        "join_keys",
        "full_feature_names",
        "namespace",
        "collection",
        "feature_service_name",
    ] {
        spec.extend(fields(body, &[(field, field)]));
    }
    let service = text(body, "feature_service_name").trim();
    if !service.is_empty() && (list(body, "features").is_empty() || list(body, "join_keys").is_empty()) {
        let (features, join_keys) = contents(calls, project, service).unwrap_or_default();
        for (field, found) in [("features", features), ("join_keys", join_keys)] {
            if list(body, field).is_empty() {
                spec.insert(field.into(), found.into());
            }
        }
    }
    spec.insert("storage".into(), storage(body));
    Ok(json!({"saved_dataset": {"spec": spec, "meta": {}}}))
}

/// The features of a service, and the join keys of its views.
fn contents(calls: &Calls<'_>, project: &str, service: &str) -> Result<(Vec<Value>, Vec<Value>), Refused> {
    let named = |name: &Value| json!({"name": name, "project": project, "allow_cache": true});
    let service = calls.ask("GetFeatureService", named(&service.into()))?;
    let (mut features, mut join_keys) = (Vec::new(), Vec::new());
    for projection in service["spec"]["features"].as_array().into_iter().flatten() {
        let alias = projection["featureViewNameAlias"].as_str().filter(|alias| !alias.is_empty());
        let view = alias.or(projection["featureViewName"].as_str()).unwrap_or_default();
        let columns = projection["featureColumns"].as_array().into_iter().flatten();
        features
            .extend(columns.filter_map(|column| Some(format!("{view}:{}", column["name"].as_str()?).into())));
        let Ok(view) = calls.ask("GetFeatureView", named(&projection["featureViewName"])) else { continue };
        for column in view["spec"]["entityColumns"].as_array().into_iter().flatten() {
            if !join_keys.contains(&column["name"]) {
                join_keys.push(column["name"].clone());
            }
        }
    }
    Ok((features, join_keys))
}

/// Where a dataset is, in the message of its sort of place.
fn storage(body: &Given) -> Value {
    let path = text(body, "storage_path").trim();
    let custom =
        |configuration: String| json!({"custom_storage": {"configuration": STANDARD.encode(configuration)}});
    match text(body, "storage_type") {
        kind @ ("bigquery" | "redshift" | "snowflake" | "trino" | "athena") => {
            json!({format!("{kind}_storage"): {"table": path}})
        }
        "spark" => {
            let format = Some(text(body, "storage_file_format")).filter(|format| !format.is_empty());
            json!({"spark_storage": {"path": path, "file_format": format.unwrap_or("parquet")}})
        }
        // Feast's own spelling, so that what is stored is the same.
        "postgres" | "clickhouse" => {
            custom(format!("{{\"name\": null, \"query\": null, \"table\": {}}}", Value::from(path)))
        }
        "couchbase" => {
            let mut parts = path.splitn(3, '.').chain(["", ""]).map(Value::from);
            let mut part = || parts.next().unwrap_or_default();
            custom(format!(
                "{{\"name\": null, \"query\": null, \"database\": {}, \"scope\": {}, \"collection\": {}}}",
                part(),
                part(),
                part()
            ))
        }
        "custom" => custom(path.into()),
        _ => json!({"file_storage": {"uri": path}}),
    }
}
