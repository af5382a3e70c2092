//! Projects, entities, saved datasets, validation references, permissions, and what is no definition.

use alloc::{format, vec::Vec};

use super::{
    Writer,
    expression::{Call, Expression},
    fields::Fields,
    module::comment,
    values::Class,
};
use crate::{
    catalog::{data_type::camel_case, value_type_name},
    schema::{self, EnumType},
};

const STORAGES: &[Class] = &[
    Class {
        sign: "file_storage",
        name: "SavedDatasetFileStorage",
        options: "",
        arguments: &[
            ("path", "uri"),
            ("file_format", "file_format"),
            ("s3_endpoint_override", "s3_endpoint_override"),
        ],
    },
    Class {
        sign: "bigquery_storage",
        name: "SavedDatasetBigQueryStorage",
        options: "",
        arguments: &[("table", "table")],
    },
    Class {
        sign: "redshift_storage",
        name: "SavedDatasetRedshiftStorage",
        options: "",
        arguments: &[("table_ref", "table")],
    },
    Class {
        sign: "snowflake_storage",
        name: "SavedDatasetSnowflakeStorage",
        options: "",
        arguments: &[("table_ref", "table")],
    },
    Class {
        sign: "trino_storage",
        name: "SavedDatasetTrinoStorage",
        options: "",
        arguments: &[("table", "table"), ("query", "query")],
    },
    Class {
        sign: "spark_storage",
        name: "SavedDatasetSparkStorage",
        options: "",
        arguments: &[
            ("table", "table"),
            ("query", "query"),
            ("path", "path"),
            ("file_format", "file_format"),
            ("table_format", "table_format"),
        ],
    },
    Class {
        sign: "athena_storage",
        name: "SavedDatasetAthenaStorage",
        options: "",
        arguments: &[
            ("table_ref", "table"),
            ("query", "query"),
            ("database", "database"),
            ("data_source", "data_source"),
        ],
    },
];

const POLICIES: &[Class] = &[
    policy("role_based_policy", "RoleBasedPolicy", &[("roles", "roles")]),
    policy("group_based_policy", "GroupBasedPolicy", &[("groups", "groups")]),
    policy("namespace_based_policy", "NamespaceBasedPolicy", &[("namespaces", "namespaces")]),
    policy(
        "combined_group_namespace_policy",
        "CombinedGroupNamespacePolicy",
        &[("groups", "groups"), ("namespaces", "namespaces")],
    ),
];

const fn policy(
    sign: &'static str,
    name: &'static str,
    arguments: &'static [(&'static str, &'static str)],
) -> Class {
    Class { sign, name, options: "", arguments }
}

impl<'a> Writer<'a> {
    pub(super) fn project(&mut self, spec: Fields<'a>) {
        let call = Call::new(self.module.import("Project")).with("name", Expression::text(spec.text("name")));
        let rest = ["description", "tags", "owner"].map(|field| (field, field));
        let value = self.arguments(call, spec, &rest).end();
        self.define(spec.text("name"), "project", value);
    }

    /// Defines an entity by its spec.
    pub(super) fn entity_value(&mut self, spec: Fields<'a>) -> Expression {
        let name = spec.text("name");
        let key = Some(spec.text("join_key")).filter(|key| !key.is_empty() && *key != name);
        let value_type = spec.number("value_type").filter(|number| *number != 0);
        let value_type = value_type.map(|number| {
            let name = value_type_name(number as i32);
            match name.parse::<i32>() {
                Ok(number) => self.module.import("ValueType").call(Expression::atom(number)),
                Err(_) => {
                    Expression::atom(format!("{}.{name}", self.module.import("ValueType").laid_out(0, 0)))
                }
            }
        });
        let call = Call::new(self.module.import("Entity"))
            .with("name", Expression::text(name))
            .with_some("join_keys", key.map(|key| Expression::texts([key].into_iter())))
            .with_some("value_type", value_type);
        let rest = ["description", "tags", "owner"].map(|field| (field, field));
        let value = self.arguments(call, spec, &rest).end();
        self.define(name, "entity", value)
    }

    pub(super) fn saved_dataset(&mut self, spec: Fields<'a>) {
        let name = spec.text("name");
        let storage = spec.message("storage").and_then(|storage| self.member(storage, STORAGES));
        if storage.is_none() {
            self.note("Its storage is of a class of its own, or none: it cannot be expressed here.".into());
        }
        let call = Call::new(self.module.import("SavedDataset"))
            .with("name", Expression::text(name))
            .with("features", spec.list("features"))
            .with("join_keys", spec.list("join_keys"))
            .with("storage", storage.unwrap_or(Expression::atom("None")));
        let rest =
            ["full_feature_names", "feature_service_name", "namespace", "collection", "description", "tags"]
                .map(|field| (field, field));
        let value = self.arguments(call, spec, &rest).end();
        self.define(name, "dataset", value);
    }

    pub(super) fn validation_reference(&mut self, reference: Fields<'a>) {
        let name = reference.text("name");
        let profiler = reference.message("ge_profiler").and_then(|profiler| profiler.message("profiler"));
        if let Some(profiler) = profiler {
            let length = profiler.bytes("body").len();
            self.note(format!(
                "Its profiler cannot be expressed: the registry has only the pickled form ({length} bytes)."
            ));
        }
        if reference.message("ge_profile").is_some() {
            self.note("The profile that was computed with it is left out.".into());
        }
        let call = Call::new(self.module.import("ValidationReference"))
            .with("name", Expression::text(name))
            .with("dataset_name", Expression::text(reference.text("reference_dataset_name")));
        let rest = ["description", "tags"].map(|field| (field, field));
        let value = self.arguments(call, reference, &rest).end();
        self.define(name, "reference", value);
    }

    pub(super) fn permission(&mut self, spec: Fields<'a>) {
        let name = spec.text("name");
        let types = self.numbers(spec, "types", &schema::FEAST_CORE_PERMISSIONSPEC_TYPE, |writer, name| {
            writer.module.import(&camel_case(name))
        });
        let actions = self.numbers(
            spec,
            "actions",
            &schema::FEAST_CORE_PERMISSIONSPEC_AUTHZEDACTION,
            |writer, name| writer.module.import("AuthzedAction").attribute(name),
        );
        let policy = spec.message("policy").and_then(|policy| self.member(policy, POLICIES));
        let call = Call::new(self.module.import("Permission"))
            .with("name", Expression::text(name))
            .with_all("types", Expression::List(types));
        let call = self
            .arguments(call, spec, &[("name_patterns", "name_patterns"), ("required_tags", "required_tags")])
            .with_all("actions", Expression::List(actions))
            .with_some("policy", policy);
        let value = self.arguments(call, spec, &[("tags", "tags")]).end();
        self.define(name, "permission", value);
    }

    /// The values of a list of an enum. All of them are the default, which is not written.
    fn numbers(
        &mut self,
        fields: Fields<'a>,
        name: &str,
        ty: &EnumType,
        write: impl Fn(&mut Self, &'static str) -> Expression,
    ) -> Vec<Expression> {
        let numbers: Vec<i32> = fields.numbers(name).collect();
        if ty.values.iter().map(|(number, _)| *number).eq(numbers.iter().copied()) {
            return Vec::new();
        }
        let known = numbers.iter().filter_map(|number| ty.value_name(*number));
        known.map(|name| write(self, name)).collect()
    }

    pub(super) fn infra(&mut self) {
        let lines = [
            "What Feast set up for the views of the project.",
            "It is not defined in Python: Feast works it out when the views are applied.",
        ];
        self.module.add(lines.map(comment).concat());
    }
}
