//! Data sources: a class for each type, or for custom ones the class that the source names.

use alloc::format;

use super::{
    Writer,
    expression::{Call, Expression},
    fields::Fields,
    values::Class,
};
use crate::{compact, schema};

const SOURCES: &[Class] = &[
    Class {
        sign: "BATCH_FILE",
        name: "FileSource",
        options: "file_options",
        arguments: &[
            ("path", "uri"),
            ("file_format", "file_format"),
            ("s3_endpoint_override", "s3_endpoint_override"),
        ],
    },
    Class {
        sign: "BATCH_BIGQUERY",
        name: "BigQuerySource",
        options: "bigquery_options",
        arguments: &[("table", "table"), ("query", "query")],
    },
    Class {
        sign: "BATCH_REDSHIFT",
        name: "RedshiftSource",
        options: "redshift_options",
        arguments: &[("database", "database"), ("schema", "schema"), ("table", "table"), ("query", "query")],
    },
    Class {
        sign: "BATCH_SNOWFLAKE",
        name: "SnowflakeSource",
        options: "snowflake_options",
        arguments: &[("database", "database"), ("schema", "schema"), ("table", "table"), ("query", "query")],
    },
    Class {
        sign: "BATCH_TRINO",
        name: "TrinoSource",
        options: "trino_options",
        arguments: &[("table", "table"), ("query", "query")],
    },
    Class {
        sign: "BATCH_SPARK",
        name: "SparkSource",
        options: "spark_options",
        arguments: &[
            ("table", "table"),
            ("query", "query"),
            ("path", "path"),
            ("file_format", "file_format"),
            ("table_format", "table_format"),
            ("date_partition_column_format", "date_partition_column_format"),
        ],
    },
    Class {
        sign: "BATCH_ATHENA",
        name: "AthenaSource",
        options: "athena_options",
        arguments: &[
            ("data_source", "data_source"),
            ("database", "database"),
            ("table", "table"),
            ("query", "query"),
        ],
    },
    Class {
        sign: "STREAM_KAFKA",
        name: "KafkaSource",
        options: "kafka_options",
        arguments: &[
            ("kafka_bootstrap_servers", "kafka_bootstrap_servers"),
            ("topic", "topic"),
            ("message_format", "message_format"),
            ("watermark_delay_threshold", "watermark_delay_threshold"),
        ],
    },
    Class {
        sign: "STREAM_KINESIS",
        name: "KinesisSource",
        options: "kinesis_options",
        arguments: &[
            ("region", "region"),
            ("stream_name", "stream_name"),
            ("record_format", "record_format"),
        ],
    },
    Class {
        sign: "REQUEST_SOURCE",
        name: "RequestSource",
        options: "request_data_options",
        arguments: &[("schema", "schema")],
    },
    Class { sign: "PUSH_SOURCE", name: "PushSource", options: "push_options", arguments: &[] },
];

/// Classes that keep their options as JSON, with the keys of their arguments.
const CUSTOM: &[Class] = &[
    custom("PostgreSQLSource", &[("table", "table"), ("query", "query")]),
    custom("ClickhouseSource", &[("table", "table"), ("query", "query")]),
    custom(
        "CouchbaseColumnarSource",
        &[("database", "database"), ("scope", "scope"), ("collection", "collection"), ("query", "query")],
    ),
    custom("MsSqlServerSource", &[("table_ref", "table_ref"), ("connection_str", "connection_string")]),
    custom("OracleSource", &[("table_ref", "table_ref")]),
    custom(
        "RaySource",
        &[("reader_type", "reader_type"), ("path", "path"), ("reader_options", "reader_options")],
    ),
    custom(
        "ChrononSource",
        &[
            ("materialization_path", "materialization_path"),
            ("chronon_group_by", "chronon_group_by"),
            ("chronon_join", "chronon_join"),
            ("online_endpoint", "online_endpoint"),
        ],
    ),
    custom("MongoDBSource", &[]),
    custom("IcebergSource", ICEBERG),
    custom("UnityCatalogSource", ICEBERG),
    custom(
        "MlflowDatasetSource",
        &[
            ("dataset_name", "dataset_name"),
            ("dataset_id", "dataset_id"),
            ("run_id", "run_id"),
            ("artifact_path", "artifact_path"),
            ("artifact_format", "artifact_format"),
            ("tracking_uri", "tracking_uri"),
        ],
    ),
];

const ICEBERG: &[(&str, &str)] = &[
    ("endpoint", "endpoint"),
    ("warehouse", "warehouse"),
    ("namespace", "namespace"),
    ("table", "table"),
    ("catalog_type", "catalog_type"),
    ("catalog_name", "catalog_name"),
    ("catalog_properties", "catalog_properties"),
    ("token_env_var", "token_env_var"),
    ("credential_vending", "credential_vending"),
    ("register_as_feature_table", "register_as_feature_table"),
    ("sync_lineage", "sync_lineage"),
];

const fn custom(name: &'static str, arguments: &'static [(&'static str, &'static str)]) -> Class {
    Class { sign: name, name, options: "custom_options", arguments }
}

/// What these two call the column of event times.
const EVENT_TIMESTAMP_COLUMN: [&str; 2] = ["MsSqlServerSource", "OracleSource"];

/// Tags that are a `ConnectionRef`.
const CONNECTION: &str = "feast.connection-ref.";

impl<'a> Writer<'a> {
    /// A data source, defined under its name.
    pub(super) fn source(&mut self, source: Fields<'a>) -> Expression {
        let value = self.source_value(source);
        self.define(source.text("name"), "source", value)
    }

    /// A data source as such.
    pub(super) fn source_value(&mut self, source: Fields<'a>) -> Expression {
        let number = source.number("type").unwrap_or_default() as i32;
        let sign = schema::FEAST_CORE_DATASOURCE_SOURCETYPE.text(number);
        let call = match SOURCES.iter().find(|class| class.sign == sign) {
            Some(class) => {
                let call = Call::new(self.module.import(class.name));
                let call = call.with("name", Expression::text(source.text("name")));
                let options = source.message(class.options);
                match options {
                    Some(options) => self.arguments(call, options, class.arguments),
                    None => call,
                }
            }
            None => self.custom_source(source, &sign),
        };
        let takes_connection =
            !["STREAM_KAFKA", "STREAM_KINESIS", "REQUEST_SOURCE", "PUSH_SOURCE"].contains(&&*sign);
        let connection = self.connection(source).filter(|_| takes_connection);
        let is_plain = |(key, _): &(&str, &str)| connection.is_none() || !key.starts_with(CONNECTION);
        let tags = Expression::pairs(source.pairs("tags").filter(is_plain));
        let renamed = |class: &str| call.callee() == Some(class);
        let timestamp = match EVENT_TIMESTAMP_COLUMN.iter().any(|class| renamed(class)) {
            true => "event_timestamp_column",
            false => "timestamp_field",
        };
        let columns = [
            (timestamp, "timestamp_field"),
            ("created_timestamp_column", "created_timestamp_column"),
            ("date_partition_column", "date_partition_column"),
            ("timestamp_field_type", "timestamp_field_type"),
            ("field_mapping", "field_mapping"),
        ];
        // A push source copies those of its batch source.
        let columns = if sign == "PUSH_SOURCE" { &[] } else { &columns[..] };
        let call = self.arguments(call, source, columns);
        let call =
            self.arguments(call, source, &[("batch_source", "batch_source"), ("description", "description")]);
        let call = call.with_all("tags", tags).with_some("connection_ref", connection);
        self.arguments(call, source, &[("owner", "owner")]).end()
    }

    fn custom_source(&mut self, source: Fields<'a>, sign: &str) -> Call {
        let path = match source.text("data_source_class_type") {
            "" if sign == "BATCH_ICEBERG" => {
                "feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source.IcebergSource"
            }
            path => path,
        };
        let configuration =
            source.message("custom_options").map_or(&[][..], |options| options.bytes("configuration"));
        let configuration = serde_json::from_slice::<serde_json::Value>(configuration);
        let class = self.module.import_path(path);
        if class.is_none() {
            self.note(format!("A data source of the type {sign}: its class `{path}` cannot be imported."));
        }
        let class = class.unwrap_or_else(|| self.module.import("DataSource"));
        let mut call = Call::new(class).with("name", Expression::text(source.text("name")));
        let known = CUSTOM.iter().find(|class| call.callee() == Some(class.name));
        match (known, &configuration) {
            (Some(class), Ok(configuration)) => {
                for (argument, key) in class.arguments {
                    let value = configuration.get(key).filter(|value| !is_empty(value));
                    call = call.with_some(argument, value.map(Expression::json));
                }
            }
            (None, Ok(configuration)) => {
                self.note(format!("What its arguments are only its class knows. Stored are {configuration}"));
            }
            (_, Err(_)) => {
                self.note("What its class stored of its options is no JSON and left out here.".into())
            }
        }
        call
    }

    fn connection(&mut self, source: Fields<'a>) -> Option<Expression> {
        const PARAMETER: &str = "param.";
        let tags =
            source.pairs("tags").filter_map(|(key, value)| Some((key.strip_prefix(CONNECTION)?, value)));
        let tags = compact::map(tags);
        let text = |key| tags.get(key).copied().unwrap_or_default();
        if text("provider").is_empty() || text("name").is_empty() {
            return None;
        }
        let parameters = tags.iter().filter_map(|(key, value)| Some((key.strip_prefix(PARAMETER)?, *value)));
        Some(
            Call::new(self.module.import("ConnectionRef"))
                .with("provider", Expression::text(text("provider")))
                .with("name", Expression::text(text("name")))
                .with_text("namespace", text("namespace"))
                .with_text("connection_type", text("connection-type"))
                .with_text("auth_type", text("auth-type"))
                .with_all("params", Expression::pairs(parameters))
                .end(),
        )
    }
}

fn is_empty(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::String(text) => text.is_empty(),
        serde_json::Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
