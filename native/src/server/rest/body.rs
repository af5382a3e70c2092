//! The bodies of requests: what is in them, and how it is read. As lax as Feast's: fields that are not known
//! are passed over, a number may stand in a text.

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::{
    apply,
    calls::Calls,
    parameters::{Given, MISSING, NOT_A_FLAG, NOT_A_NUMBER, Need, flag, number},
    refused::Refused,
};

/// A body, and the request of the service's that it stands for.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) model: Model,
    /// The field with the object of the method's request, as protobuf JSON.
    pub(super) request: fn(&Calls<'_>, &Given) -> Result<Value, Refused>,
}

/// A JSON object.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// A field of it.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) need: Need,
    /// Whether it may be `null`, which is as if it was absent.
    pub(super) nullable: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Text,
    Number,
    Flag,
    Texts,
    /// Texts by text.
    Tags,
    One(&'static Model),
    Many(&'static Model),
}

const fn required(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Required, nullable: false }
}

const fn some(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Optional, nullable: true }
}

/// What may be left out, and may not be `null`.
const fn plain(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, need: Need::Optional, nullable: false }
}

const fn or(name: &'static str, shape: Shape, need: Need) -> Field {
    Field { name, shape, need, nullable: true }
}

const NAME: Field = required("name", Shape::Text);
const PROJECT: Field = required("project", Shape::Text);
const DESCRIPTION: Field = some("description", Shape::Text);
const TAGS: Field = some("tags", Shape::Tags);
const OWNER: Field = some("owner", Shape::Text);
/// Feast's, which is STRING.
const VALUE_TYPE: Need = Need::Number(2);

pub(super) const ENTITY: Body = Body {
    model: Model {
        name: "ApplyEntityRequestBody",
        fields: &[
            NAME,
            PROJECT,
            some("join_key", Shape::Text),
            or("value_type", Shape::Number, VALUE_TYPE),
            DESCRIPTION,
            TAGS,
            OWNER,
        ],
    },
    request: apply::entity,
};

pub(super) const DATA_SOURCE: Body = Body {
    model: Model {
        name: "ApplyDataSourceRequestBody",
        fields: &[
            NAME,
            PROJECT,
            some("type", Shape::Number),
            some("timestamp_field", Shape::Text),
            some("created_timestamp_column", Shape::Text),
            some("date_partition_column", Shape::Text),
            DESCRIPTION,
            TAGS,
            OWNER,
            some("file_options", Shape::One(&FILE)),
            some("bigquery_options", Shape::One(&BIGQUERY)),
            some("snowflake_options", Shape::One(&SNOWFLAKE)),
            some("redshift_options", Shape::One(&REDSHIFT)),
            some("kafka_options", Shape::One(&KAFKA)),
            some("spark_options", Shape::One(&SPARK)),
            some("trino_options", Shape::One(&TRINO)),
            some("athena_options", Shape::One(&ATHENA)),
            some("kinesis_options", Shape::One(&KINESIS)),
            some("custom_options", Shape::One(&CUSTOM)),
            some("data_source_class_type", Shape::Text),
        ],
    },
    request: apply::data_source,
};

const TABLE: Field = plain("table", Shape::Text);
const QUERY: Field = plain("query", Shape::Text);
const DATABASE: Field = plain("database", Shape::Text);

const FILE: Model = Model {
    name: "FileOptionsModel",
    fields: &[
        plain("uri", Shape::Text),
        or("file_format", Shape::Text, Need::Text("parquet")),
        some("s3_endpoint_override", Shape::Text),
    ],
};
const BIGQUERY: Model = Model { name: "BigQueryOptionsModel", fields: &[TABLE, QUERY] };
const SNOWFLAKE: Model = Model {
    name: "SnowflakeOptionsModel",
    fields: &[
        TABLE,
        DATABASE,
        plain("schema_", Shape::Text),
        some("query", Shape::Text),
        some("warehouse", Shape::Text),
    ],
};
const REDSHIFT: Model = Model {
    name: "RedshiftOptionsModel",
    fields: &[TABLE, DATABASE, plain("schema_", Shape::Text), some("query", Shape::Text)],
};
const KAFKA: Model = Model {
    name: "KafkaOptionsModel",
    fields: &[
        plain("kafka_bootstrap_servers", Shape::Text),
        plain("topic", Shape::Text),
        or("message_format", Shape::Text, Need::Text("json")),
        some("watermark_delay_threshold", Shape::Text),
    ],
};
const SPARK: Model = Model {
    name: "SparkOptionsModel",
    fields: &[
        TABLE,
        plain("path", Shape::Text),
        some("query", Shape::Text),
        some("file_format", Shape::Text),
        some("table_format", Shape::Text),
        some("table_format_catalog", Shape::Text),
        some("table_format_namespace", Shape::Text),
        some("table_format_properties", Shape::Text),
        some("date_partition_column", Shape::Text),
        some("date_partition_column_format", Shape::Text),
    ],
};
const TRINO: Model = Model { name: "TrinoOptionsModel", fields: &[TABLE, QUERY] };
const ATHENA: Model =
    Model { name: "AthenaOptionsModel", fields: &[TABLE, QUERY, DATABASE, some("data_source", Shape::Text)] };
const KINESIS: Model = Model {
    name: "KinesisOptionsModel",
    fields: &[
        plain("region", Shape::Text),
        plain("stream_name", Shape::Text),
        or("record_format", Shape::Text, Need::Text("json")),
    ],
};
const CUSTOM: Model = Model {
    name: "CustomOptionsModel",
    fields: &[
        some("configuration", Shape::Text),
        some("class_name", Shape::Text),
        some("config", Shape::Text),
    ],
};

pub(super) const FEATURE_VIEW: Body = Body {
    model: Model {
        name: "ApplyFeatureViewRequestBody",
        fields: &[
            NAME,
            PROJECT,
            some("entities", Shape::Texts),
            some("features", Shape::Many(&FEATURE)),
            some("batch_source", Shape::Text),
            some("ttl_seconds", Shape::Number),
            or("online", Shape::Flag, Need::Flag(true)),
            DESCRIPTION,
            TAGS,
            OWNER,
        ],
    },
    request: apply::feature_view,
};
const FEATURE: Model = Model {
    name: "FeatureModel",
    fields: &[
        NAME,
        Field { name: "value_type", shape: Shape::Number, need: VALUE_TYPE, nullable: false },
        DESCRIPTION,
    ],
};

pub(super) const FEATURE_SERVICE: Body = Body {
    model: Model {
        name: "ApplyFeatureServiceRequestBody",
        fields: &[
            NAME,
            PROJECT,
            required("features", Shape::Many(&VIEW_REFERENCE)),
            DESCRIPTION,
            TAGS,
            OWNER,
        ],
    },
    request: apply::feature_service,
};
const VIEW_REFERENCE: Model = Model {
    name: "FeatureViewRefModel",
    fields: &[required("feature_view_name", Shape::Text), some("feature_names", Shape::Texts)],
};

pub(super) const PERMISSION: Body = Body {
    model: Model {
        name: "ApplyPermissionRequestBody",
        fields: &[
            NAME,
            PROJECT,
            plain("types", Shape::Texts),
            plain("name_patterns", Shape::Texts),
            plain("actions", Shape::Texts),
            required("policy", Shape::One(&POLICY)),
            TAGS,
            some("required_tags", Shape::Tags),
        ],
    },
    request: apply::permission,
};
const ROLES: Field = required("roles", Shape::Texts);
const GROUPS: Field = required("groups", Shape::Texts);
const NAMESPACES: Field = required("namespaces", Shape::Texts);
const POLICY: Model = Model {
    name: "PolicyModel",
    fields: &[
        some("role_based_policy", Shape::One(&Model { name: "RoleBasedPolicyModel", fields: &[ROLES] })),
        some("group_based_policy", Shape::One(&Model { name: "GroupBasedPolicyModel", fields: &[GROUPS] })),
        some(
            "namespace_based_policy",
            Shape::One(&Model { name: "NamespaceBasedPolicyModel", fields: &[NAMESPACES] }),
        ),
        some(
            "combined_group_namespace_policy",
            Shape::One(&Model { name: "CombinedGroupNamespacePolicyModel", fields: &[GROUPS, NAMESPACES] }),
        ),
    ],
};

pub(super) const SAVED_DATASET: Body = Body {
    model: Model {
        name: "RegisterDatasetRequest",
        fields: &[
            NAME,
            PROJECT,
            plain("features", Shape::Texts),
            plain("join_keys", Shape::Texts),
            some("storage_path", Shape::Text),
            Field { name: "storage_type", shape: Shape::Text, need: Need::Text("file"), nullable: false },
            or("storage_file_format", Shape::Text, Need::Text("parquet")),
            plain("tags", Shape::Tags),
            plain("full_feature_names", Shape::Flag),
            some("feature_service_name", Shape::Text),
            plain("allow_override", Shape::Flag),
            plain("namespace", Shape::Text),
            plain("collection", Shape::Text),
            plain("description", Shape::Text),
        ],
    },
    request: apply::saved_dataset,
};

/// Reads a body; all that is wrong is told at once. Only what says that it is JSON is taken for it: pages of
/// other sites can send other bodies unasked.
pub(super) fn read(model: &Model, headers: &HeaderMap, bytes: &[u8]) -> Result<Given, Refused> {
    let is_json =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
        });
    let refuse = |problem: String| Refused::if_invalid(vec![format!("body: {problem}")]);
    if bytes.is_empty() {
        refuse(MISSING.into())?;
    } else if !is_json {
        refuse("Input should be JSON, with the header `content-type: application/json`".into())?;
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) => {
            let mut problems = Vec::new();
            let read = object(model, &body, "body", &mut problems);
            Refused::if_invalid(problems).map(|()| read)
        }
        Ok(_) => refuse(NOT_AN_OBJECT.into()).map(|()| Map::new()),
        Err(error) => refuse(format!("JSON decode error: {error}")).map(|()| Map::new()),
    }
}

const NOT_AN_OBJECT: &str = "Input should be a valid dictionary or object to extract fields from";
const NOT_A_TEXT: &str = "Input should be a valid string";
const NOT_A_LIST: &str = "Input should be a valid list";

/// What is in an object of that model; what is wrong with it goes to the problems, each with its path.
fn object(model: &Model, body: &Map<String, Value>, path: &str, problems: &mut Vec<String>) -> Given {
    let mut read = Given::new();
    for field in model.fields {
        let path = format!("{path}.{}", field.name);
        let value = match body.get(field.name).filter(|value| !(field.nullable && value.is_null())) {
            Some(value) => value_of(field.shape, value, &path, problems),
            None => match field.need {
                Need::Required => {
                    problems.push(format!("{path}: {MISSING}"));
                    continue;
                }
                Need::Optional => continue,
                Need::Flag(default) => default.into(),
                Need::Number(default) => default.into(),
                Need::Text(default) => default.into(),
            },
        };
        read.insert(field.name.into(), value);
    }
    read
}

fn value_of(shape: Shape, value: &Value, path: &str, problems: &mut Vec<String>) -> Value {
    let mut wrong = |problem: &str| {
        problems.push(format!("{path}: {problem}"));
        Value::Null
    };
    match (shape, value) {
        (Shape::Text, Value::String(_)) => value.clone(),
        (Shape::Text, _) => wrong(NOT_A_TEXT),
        (Shape::Number, _) => whole(value).map_or_else(|| wrong(NOT_A_NUMBER), Value::from),
        (Shape::Flag, Value::Bool(_)) => value.clone(),
        (Shape::Flag, Value::String(text)) => flag(text).map_or_else(|| wrong(NOT_A_FLAG), Value::from),
        (Shape::Flag, Value::Number(number)) if matches!(number.as_f64(), Some(0.0 | 1.0)) => {
            (number.as_f64() == Some(1.0)).into()
        }
        (Shape::Flag, _) => wrong(NOT_A_FLAG),
        (Shape::Texts, Value::Array(items)) => {
            let mut each = |(index, item): (usize, &Value)| {
                value_of(Shape::Text, item, &format!("{path}.{index}"), problems)
            };
            items.iter().enumerate().map(&mut each).collect()
        }
        (Shape::Many(model), Value::Array(items)) => {
            let mut each = |(index, item): (usize, &Value)| {
                value_of(Shape::One(model), item, &format!("{path}.{index}"), problems)
            };
            items.iter().enumerate().map(&mut each).collect()
        }
        (Shape::Texts | Shape::Many(_), _) => wrong(NOT_A_LIST),
        (Shape::Tags, Value::Object(tags)) => {
            let mut each = |(key, value): (&String, &Value)| {
                (key.clone(), value_of(Shape::Text, value, &format!("{path}.{key}"), problems))
            };
            Value::Object(tags.iter().map(&mut each).collect())
        }
        (Shape::One(model), Value::Object(fields)) => object(model, fields, path, problems).into(),
        (Shape::Tags | Shape::One(_), _) => wrong(NOT_AN_OBJECT),
    }
}

/// A whole number, also if it stands in a text.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            (float.abs() < 2f64.powi(53)).then_some(float as i64)
        }),
        Value::String(text) => number(text),
        Value::Bool(flag) => Some((*flag).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn read_json(model: &Model, kind: &str, body: &str) -> Result<Value, Refused> {
        let kind = HeaderValue::from_str(kind).unwrap();
        read(model, &HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]), body.as_bytes()).map(Value::from)
    }

    #[test]
    fn bodies_are_read_with_their_defaults() {
        let body = r#"{"name": "a", "project": "p", "value_type": "4", "owner": null, "tags": {"k": "v"}, "more": 1}"#;
        let read = read_json(&ENTITY.model, "application/json; charset=utf-8", body).unwrap();
        assert_eq!(read, json!({"name": "a", "project": "p", "value_type": 4, "tags": {"k": "v"}}));
        let body = r#"{"name": "v", "project": "p", "features": [{"name": "f"}], "online": "off"}"#;
        let read = read_json(&FEATURE_VIEW.model, "application/merge-patch+json", body).unwrap();
        let features = json!([{"name": "f", "value_type": 2}]);
        assert_eq!(read, json!({"name": "v", "project": "p", "features": features, "online": false}));
    }

    #[test]
    fn what_is_no_body_is_refused_with_every_place() {
        let wrong = r#"{"name": 5, "features": [{"feature_view_name": []}, 3], "tags": {"a": 1}}"#;
        let refused = read_json(&FEATURE_SERVICE.model, "application/json", wrong).unwrap_err();
        let places = ["name", "project", "features.0.feature_view_name", "features.1", "tags.a"];
        assert!(refused.detail.starts_with("5 validation errors"), "{refused:?}");
        for place in places {
            assert!(refused.detail.contains(&format!("body.{place}: ")), "{place}: {refused:?}");
        }
        let entity = r#"{"name": "a", "project": "p"}"#;
        for (kind, body) in
            [("text/plain", entity), ("application/json", "{"), ("application/json", "[]"), ("", "")]
        {
            assert!(read_json(&ENTITY.model, kind, body).is_err(), "{kind} {body}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read_json(&ENTITY.model, "application/json", &deep).is_err());
    }
}
