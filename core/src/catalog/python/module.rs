//! A Python module under construction: what it imports, and its statements in order. Whatever names the
//! registry holds, they end up as identifiers that mean nothing else, in literals or in comments.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::expression::Expression;

/// Where what the definitions need comes from.
const IMPORTS: &[(&str, &[&str])] = &[
    ("datetime", &["timedelta"]),
    ("inspect", &["getsource"]),
    ("typing", &["Any", "Callable", "Dict", "List", "Mapping", "Optional", "Tuple", "Union"]),
    (
        "feast",
        &[
            "Aggregation",
            "AthenaSource",
            "BatchFeatureView",
            "BigQuerySource",
            "ChrononSource",
            "ConflictPolicy",
            "Entity",
            "FeatureService",
            "FeatureView",
            "Field",
            "FileSource",
            "KafkaSource",
            "KinesisSource",
            "LabelView",
            "OnDemandFeatureView",
            "OracleSource",
            "Project",
            "PushSource",
            "RedshiftSource",
            "RequestSource",
            "SnowflakeSource",
            "StreamFeatureView",
            "ValueType",
            "table_format",
        ],
    ),
    ("feast.credentials", &["ConnectionRef"]),
    ("feast.data_format", &["AvroFormat", "DeltaFormat", "JsonFormat", "ParquetFormat", "ProtoFormat"]),
    ("feast.data_source", &["DataSource"]),
    ("feast.feature_logging", &["LoggingConfig"]),
    ("feast.feature_view_projection", &["FeatureViewProjection"]),
    (
        "feast.infra.offline_stores.bigquery_source",
        &["BigQueryLoggingDestination", "SavedDatasetBigQueryStorage"],
    ),
    (
        "feast.infra.offline_stores.contrib.athena_offline_store.athena_source",
        &["AthenaLoggingDestination", "SavedDatasetAthenaStorage"],
    ),
    (
        "feast.infra.offline_stores.contrib.couchbase_offline_store.couchbase_source",
        &["CouchbaseColumnarLoggingDestination"],
    ),
    (
        "feast.infra.offline_stores.contrib.spark_offline_store.spark_source",
        &["SavedDatasetSparkStorage", "SparkSource"],
    ),
    (
        "feast.infra.offline_stores.contrib.trino_offline_store.trino_source",
        &["SavedDatasetTrinoStorage", "TrinoSource"],
    ),
    ("feast.infra.offline_stores.file_source", &["FileLoggingDestination", "SavedDatasetFileStorage"]),
    (
        "feast.infra.offline_stores.redshift_source",
        &["RedshiftLoggingDestination", "SavedDatasetRedshiftStorage"],
    ),
    (
        "feast.infra.offline_stores.snowflake_source",
        &["SavedDatasetSnowflakeStorage", "SnowflakeLoggingDestination"],
    ),
    ("feast.permissions.action", &["AuthzedAction"]),
    ("feast.permissions.permission", &["Permission"]),
    (
        "feast.permissions.policy",
        &["CombinedGroupNamespacePolicy", "GroupBasedPolicy", "NamespaceBasedPolicy", "RoleBasedPolicy"],
    ),
    ("feast.saved_dataset", &["SavedDataset", "ValidationReference"]),
    (
        "feast.types",
        &[
            "Array",
            "Bool",
            "Bytes",
            "Decimal",
            "Float32",
            "Float64",
            "ImageBytes",
            "Int32",
            "Int64",
            "Invalid",
            "Json",
            "Map",
            "PdfBytes",
            "ScalarMap",
            "Set",
            "String",
            "Struct",
            "TimeUuid",
            "UnixTimestamp",
            "Uuid",
            "ZonedTimestamp",
        ],
    ),
];

/// Modules that functions name; the left ones are how they are known.
const MODULES: &[(&str, &str)] = &[
    ("np", "import numpy as np"),
    ("numpy", "import numpy"),
    ("pandas", "import pandas"),
    ("pd", "import pandas as pd"),
];

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// A module, to be written with [`Module::end`].
#[derive(Debug, Default)]
pub(super) struct Module {
    imports: BTreeMap<String, BTreeSet<String>>,
    modules: BTreeSet<&'static str>,
    statements: Vec<String>,
    /// Names that stand for something, and the last number of those that are numbered.
    names: BTreeSet<String>,
    numbered: BTreeMap<String, usize>,
    /// What has been defined, by how it is written: the same is not defined twice.
    defined: BTreeMap<String, String>,
}

impl Module {
    /// A name of Feast's or of the standard library's, imported.
    pub(super) fn import(&mut self, name: &str) -> Expression {
        if let Some((module, _)) = IMPORTS.iter().find(|(_, names)| names.contains(&name)) {
            self.import_from(module, name);
        }
        Expression::atom(name)
    }

    /// The name of a type in `feast.types`; Feast has one for a type that it does not know.
    pub(super) fn type_name(name: &str) -> &'static str {
        let types =
            IMPORTS.iter().filter(|(module, _)| *module == "feast.types").flat_map(|(_, names)| *names);
        types.copied().find(|known| *known == name).unwrap_or("Invalid")
    }

    /// The class of this dotted path, if it is one.
    pub(super) fn import_path(&mut self, path: &str) -> Option<Expression> {
        let (module, name) = path.rsplit_once('.')?;
        if !path.split('.').all(is_identifier) || self.names.contains(name) {
            return None;
        }
        self.import_from(module, name);
        Some(Expression::atom(name))
    }

    fn import_from(&mut self, module: &str, name: &str) {
        self.imports.entry(module.into()).or_default().insert(name.into());
    }

    /// What a piece of code names of what is commonly imported.
    pub(super) fn import_for(&mut self, code: &str) {
        let words = || code.split(|c: char| !c.is_alphanumeric() && c != '_');
        let named = MODULES.iter().filter(|(name, _)| words().any(|word| word == *name));
        self.modules.extend(named.map(|(_, statement)| *statement));
        let typing = IMPORTS.iter().filter(|(module, _)| *module == "typing").flat_map(|(_, names)| *names);
        for name in typing.filter(|name| words().any(|word| word == **name)) {
            self.import(name);
        }
    }

    /// An identifier that is not in use: the wanted one, one with this ending, or a numbered one.
    pub(super) fn claim(&mut self, wanted: &str, ending: &str) -> String {
        let plain = identifier(wanted).unwrap_or_else(|| ending.to_string());
        let ended = format!("{plain}_{ending}");
        let mut name = if self.is_free(&plain) { plain } else { ended.clone() };
        while !self.is_free(&name) {
            let count = self.numbered.entry(ended.clone()).or_insert(1);
            *count += 1;
            name = format!("{ended}_{count}");
        }
        self.names.insert(name.clone());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        !self.names.contains(name)
            && !KEYWORDS.contains(&name)
            && !MODULES.iter().any(|(module, _)| *module == name)
            && !IMPORTS.iter().any(|(_, names)| names.contains(&name))
    }

    /// Gives a value a name, under comments if there are any; a value that has one keeps it.
    pub(super) fn define(
        &mut self,
        wanted: &str,
        ending: &str,
        comments: &[String],
        value: Expression,
    ) -> String {
        let written = value.laid_out(0, 0);
        if let Some(name) = self.defined.get(&written) {
            return name.clone();
        }
        let name = self.claim(wanted, ending);
        let mut statement: String = comments.iter().map(|text| comment(text)).collect();
        statement.push_str(&name);
        statement.push_str(" = ");
        statement.push_str(&value.laid_out(0, name.len() + 3));
        statement.push('\n');
        self.statements.push(statement);
        self.defined.insert(written, name.clone());
        name
    }

    /// Adds statements as they are.
    pub(super) fn add(&mut self, statements: String) {
        self.statements.push(statements);
    }

    /// Adds a line to the last statement.
    pub(super) fn add_line(&mut self, line: &str) {
        if let Some(last) = self.statements.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }

    /// The text of the module.
    pub(super) fn end(self) -> String {
        let is_feasts = |module: &str| module == "feast" || module.starts_with("feast.");
        let is_standard = |module: &str| ["datetime", "inspect", "typing"].contains(&module);
        let imports = |wanted: &dyn Fn(&str) -> bool| {
            let wanted = self.imports.iter().filter(|(module, _)| wanted(module));
            wanted.map(|(module, names)| import(module, names)).collect::<String>()
        };
        let modules: String = self.modules.iter().map(|statement| format!("{statement}\n")).collect();
        let groups = [
            imports(&is_standard),
            modules + &imports(&|module| is_feasts(module)),
            imports(&|module| !is_feasts(module) && !is_standard(module)),
        ];
        let groups = groups.into_iter().filter(|group| !group.is_empty());
        groups.chain(self.statements.iter().cloned()).collect::<Vec<_>>().join("\n")
    }
}

fn import(module: &str, names: &BTreeSet<String>) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let line = format!("from {module} import {}\n", names.join(", "));
    if line.len() <= 89 {
        line
    } else {
        format!("from {module} import (\n    {},\n)\n", names.join(",\n    "))
    }
}

/// A comment: one line, whatever is in the text.
pub(super) fn comment(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("# {text}\n")
}

/// Whether a text is an identifier of ASCII.
pub(super) fn is_identifier(text: &str) -> bool {
    identifier(text).as_deref() == Some(text) && !KEYWORDS.contains(&text)
}

/// The text with underscores for what an identifier cannot have; `None` if there is nothing else. Python
/// takes some letters for others that look alike: those of ASCII it leaves as they are.
fn identifier(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => name.push(c),
            _ if name.is_empty() || name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    if !text.ends_with('_') {
        name.truncate(name.trim_end_matches('_').len());
    }
    match name.chars().next() {
        None => None,
        Some(first) if first.is_ascii_digit() => Some(format!("_{name}")),
        Some(_) => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_name_is_its_variable_means_nothing_else() {
        let mut module = Module::default();
        for (wanted, expected) in [
            ("driver", "driver"),
            ("driver", "driver_entity"),
            ("driver", "driver_entity_2"),
            ("driver", "driver_entity_3"),
            ("driver_entity_4", "driver_entity_4"),
            ("driver", "driver_entity_5"),
            ("a@:b", "a_b"),
            ("2nd", "_2nd"),
            ("class", "class_entity"),
            ("Entity", "Entity_entity"),
            ("pd", "pd_entity"),
            ("日本", "entity"),
            ("it's \"x\"; import os", "it_s_x_import_os"),
        ] {
            assert_eq!(module.claim(wanted, "entity"), expected);
        }
    }

    #[test]
    fn the_same_is_defined_once_and_comments_stay_comments() {
        let mut module = Module::default();
        let value = || Expression::text("a\nb");
        assert_eq!(module.define("one", "x", &["a\nimport os".into()], value()), "one");
        assert_eq!(module.define("other", "x", &[], value()), "one");
        module.import("Entity");
        module.import("timedelta");
        assert!(module.import_path("os; import sys.X").is_none());
        let expected =
            "from datetime import timedelta\n\nfrom feast import Entity\n\n# a import os\none = \"a\\nb\"\n";
        assert_eq!(module.end(), expected);
    }
}
