//! Feature services: views, parts of them, and recorded versions.

use alloc::{format, string::String, vec::Vec};

use super::{
    Writer,
    expression::{Call, Expression},
    fields::Fields,
    values::Class,
    views::View,
};
use crate::{catalog::Parts, kind::Kind, version::Version};

const DESTINATIONS: &[Class] = &[
    Class {
        sign: "file_destination",
        name: "FileLoggingDestination",
        options: "",
        arguments: &[
            ("path", "path"),
            ("s3_endpoint_override", "s3_endpoint_override"),
            ("partition_by", "partition_by"),
        ],
    },
    Class {
        sign: "bigquery_destination",
        name: "BigQueryLoggingDestination",
        options: "",
        arguments: &[("table_ref", "table_ref")],
    },
    Class {
        sign: "redshift_destination",
        name: "RedshiftLoggingDestination",
        options: "",
        arguments: &[("table_name", "table_name")],
    },
    Class {
        sign: "snowflake_destination",
        name: "SnowflakeLoggingDestination",
        options: "",
        arguments: &[("table_name", "table_name")],
    },
    Class {
        sign: "athena_destination",
        name: "AthenaLoggingDestination",
        options: "",
        arguments: &[("table_name", "table_name")],
    },
    Class {
        sign: "couchbase_columnar_destination",
        name: "CouchbaseColumnarLoggingDestination",
        options: "",
        arguments: &[("database", "database"), ("scope", "scope"), ("table_name", "collection")],
    },
];

impl<'a> Writer<'a> {
    pub(super) fn service(&mut self, spec: Fields<'a>) {
        let name = spec.text("name");
        let mut notes = Vec::new();
        let mut features = Vec::new();
        for projection in spec.messages("features") {
            self.service_features(projection, &mut features, &mut notes);
        }
        let logging = spec.message("logging_config").and_then(|config| {
            let destination = self.member(config, DESTINATIONS);
            if destination.is_none() {
                notes.push(
                    "Where it logs to is no destination of Feast's: it cannot be expressed here.".into(),
                );
            }
            let rate = f32::from_bits(config.fixed32("sample_rate"));
            let call = Call::new(self.module.import("LoggingConfig")).with("destination", destination?);
            let rate = Some(rate).filter(|rate| *rate != 1.0 && rate.is_finite());
            Some(call.with_some("sample_rate", rate.map(|rate| Expression::atom(format!("{rate:?}")))).end())
        });
        let call = Call::new(self.module.import("FeatureService"))
            .with("name", Expression::text(name))
            .with("features", Expression::List(features))
            .with_some("logging_config", logging);
        let rest = ["precompute_online", "description", "tags", "owner"].map(|field| (field, field));
        let value = self.arguments(call, spec, &rest).end();
        self.notes.append(&mut notes);
        self.define(name, "service", value);
    }

    /// Adds what a service reads of a view: the view, some of its features, or what says which they are.
    fn service_features(
        &mut self,
        projection: Fields<'a>,
        features: &mut Vec<Expression>,
        notes: &mut Vec<String>,
    ) {
        let name = projection.text("feature_view_name");
        let version = projection.number("version_tag").map(|number| number as i32);
        let view = self.view_named(name);
        let in_force = view.as_ref().and_then(|view| match Version::parse(view.spec.text("version")) {
            Ok(Version::Number(number)) => Some(number),
            _ => None,
        });
        match view {
            Some(view) if version == in_force => {
                let selection = self.selection(&view, projection);
                if !selection.is_same {
                    notes.push(format!(
                        "What is stored of {name} with the service is not what the view has now. \
                         Applied, the service has what the view has."
                    ));
                }
                features.push(selection.expression);
            }
            view => {
                if view.is_none() {
                    notes.push(format!("The view {name} is not in the registry."));
                }
                features.extend(self.references(name, version, view.as_ref(), projection));
                let is_renamed = !projection.text("feature_view_name_alias").is_empty();
                if is_renamed || projection.pairs("join_key_map").next().is_some() {
                    notes
                        .push(format!("Another name or other join keys of {name} cannot be expressed here."));
                }
            }
        }
    }

    /// `view@v2`, if these are all of its features, or a `view@v2:feature` for each.
    fn references(
        &self,
        name: &str,
        version: Option<i32>,
        view: Option<&View<'a>>,
        projection: Fields<'a>,
    ) -> Vec<Expression> {
        let view_ref = match version {
            Some(version) => format!("{name}@v{version}"),
            None => name.into(),
        };
        let wanted: Vec<&str> = projection.columns("feature_columns").map(|column| column.name()).collect();
        let all = view.zip(version).and_then(|(view, version)| self.recorded(view.kind, name, version));
        let is_whole = all.is_some_and(|all| all == wanted);
        match is_whole {
            true => Vec::from([Expression::text(&view_ref)]),
            false => wanted.iter().map(|name| Expression::text(&format!("{view_ref}:{name}"))).collect(),
        }
    }

    /// The features of a recorded version.
    fn recorded(&self, kind: Kind, name: &str, version: i32) -> Option<Vec<&'a str>> {
        let entry = self.catalog.find(kind, self.project, name)?;
        let record = self.catalog.versions_of(entry.id).find(|record| record.number == version)?;
        Some(Parts::new(record.kind?, record.bytes).features().map(|column| column.name()).collect())
    }
}
