//! The recorded versions of a view, what differs between two of them, and definitions as text.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    Catalog, Entry, Parts, Problem, Ref, VersionRecord,
    object::{code, not_found},
    python,
    schema_change::{SchemaChange, schema_changes},
};
use crate::{
    definition::{self, FieldChange},
    document::Document,
    message::{self, MessageError},
    time::Timestamp,
    version::Version,
    yaml,
};

/// A recorded version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// Its number.
    pub number: i32,
    /// The kind of view that it was.
    pub kind: &'static str,
    /// When it was recorded.
    pub created: i64,
    /// Its identifier.
    pub version_id: String,
    /// Feast leaves it empty.
    pub description: String,
    /// Whether it is in force.
    pub is_current: bool,
    /// Whether it cannot be read.
    pub damaged: bool,
}

/// What differs between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionDiff {
    /// The number of the one.
    pub from: i32,
    /// The number of the other.
    pub to: i32,
    /// Columns.
    pub schema: Vec<SchemaChange>,
    /// All fields, columns included.
    pub fields: Vec<FieldChange>,
    /// Code, whole.
    pub code: Vec<CodeChange>,
}

/// Code that is not the same in two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeChange {
    /// What it is.
    pub title: String,
    /// Its language.
    pub language: &'static str,
    /// The text before; empty where there was none.
    pub before: String,
    /// The text after.
    pub after: String,
}

/// How a definition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefinitionFormat {
    /// The Python that defines it.
    Python,
    /// A document that `feast-registry apply` reads.
    Json,
    /// The same.
    Yaml,
}

impl Catalog<'_> {
    /// The recorded versions of a view, latest first; none of anything else.
    pub fn versions(&self, view: &Ref) -> Vec<VersionInfo> {
        let Ok(entry) = self.find_object(view) else { return Vec::new() };
        let current = self.current_version(&entry);
        let info = |record: VersionRecord<'_>| {
            let message = record.kind.map(|kind| kind.info().message);
            VersionInfo {
                number: record.number,
                kind: record.kind.unwrap_or(entry.kind).info().name,
                created: record.created.map_or(0, Timestamp::millis),
                version_id: record.version_id.into(),
                description: record.description.into(),
                is_current: Some(record.number) == current,
                damaged: message.is_none_or(|message| message::check(message, record.bytes).is_err()),
            }
        };
        let mut versions: Vec<VersionInfo> = self.versions_of(entry.id).map(info).collect();
        versions.reverse();
        versions
    }

    /// The number of the version in force. Feast does not always book it: then it is the latest recorded one
    /// that defines the same.
    fn current_version(&self, entry: &Entry<'_>) -> Option<i32> {
        let parts = entry.parts();
        match (parts.version_number(), Version::parse(parts.version())) {
            (0, Ok(Version::Number(number))) => Some(number),
            (0, _) => {
                let same = |record: &VersionRecord<'_>| {
                    record.kind == Some(entry.kind)
                        && definition::equal(entry.kind, record.bytes, entry.bytes).unwrap_or(false)
                };
                self.versions_of(entry.id).filter(same).last().map(|record| record.number)
            }
            (number, _) => Some(number),
        }
    }

    /// What differs between two recorded versions of a view.
    pub fn version_diff(&self, view: &Ref, from: i32, to: i32) -> Result<VersionDiff, Problem> {
        let entry = self.find_object(view)?;
        let (before, after) = (self.version(&entry, from)?, self.version(&entry, to)?);
        // What one kind of view has that another has not cannot be compared field by field.
        if before.kind() != after.kind() {
            return Err(Problem::new(
                "other-kind",
                format!("v{from} is a {}, v{to} a {}.", before.kind(), after.kind()),
                "Look at their definitions side by side.",
            ));
        }
        let fields = definition::changes(before.kind(), before.bytes(), after.bytes()).map_err(damaged)?;
        let (old, new) = (code(&before), code(&after));
        let count = old.len().max(new.len());
        let changed = (0..count).filter_map(|index| {
            let (old, new) = (old.get(index), new.get(index));
            let text = |part: Option<&super::object::CodePart>| {
                part.map(|part| part.text.clone()).unwrap_or_default()
            };
            let shown = new.or(old)?;
            Some(CodeChange {
                title: shown.title.clone(),
                language: shown.language,
                before: text(old),
                after: text(new),
            })
        });
        Ok(VersionDiff {
            from,
            to,
            schema: schema_changes(&before, &after),
            code: changed.filter(|change| change.before != change.after).collect(),
            fields,
        })
    }

    /// An object's definition, or that of a recorded version of it. A feature's is in Python only.
    pub fn definition(
        &self,
        object: &Ref,
        format: DefinitionFormat,
        version: Option<i32>,
    ) -> Result<String, Problem> {
        if let (Some((view, Some(name))), DefinitionFormat::Python) = (object.find(self), format) {
            let column = view.parts().features().find(|column| column.name() == name);
            let column = column.ok_or_else(|| not_found(object))?;
            return Ok(python::feature(self, view.project, column));
        }
        let entry = self.find_object(object)?;
        let parts = match version {
            Some(number) => self.version(&entry, number)?,
            None => entry.parts(),
        };
        message::check(parts.kind().info().message, parts.bytes()).map_err(damaged)?;
        let document = Document::new(parts.kind(), parts.bytes());
        let text = match format {
            DefinitionFormat::Python => return Ok(python::definition(self, entry.project, &parts)),
            DefinitionFormat::Json => serde_json::to_string_pretty(&document).map(|text| text + "\n"),
            DefinitionFormat::Yaml => yaml::to_string(&document),
        };
        text.map_err(|error| {
            let message = format!("This object cannot be written so: {error}.");
            Problem::new("unwritable", message, "Try another form.")
        })
    }

    fn version<'a>(&'a self, entry: &Entry<'a>, number: i32) -> Result<Parts<'a>, Problem> {
        let record = self.versions_of(entry.id).find(|record| record.number == number);
        let record = record.ok_or_else(|| {
            let message = format!("There is no version v{number} of {}.", entry.name);
            Problem::new("not-found", message, "Choose one that is recorded.")
        })?;
        let kind = record.kind.ok_or_else(|| {
            let message =
                format!("v{number} of {} is of a kind of view that this build does not know.", entry.name);
            Problem::new("unknown-kind", message, "Open the snapshot with a newer version.")
        })?;
        Ok(Parts::new(kind, record.bytes))
    }
}

fn damaged(error: MessageError) -> Problem {
    Problem::new(
        "damaged",
        format!("Its bytes cannot be read: {error}."),
        "Apply it again from its definition, or restore it from an older export.",
    )
}

impl DefinitionFormat {
    /// The format of this name.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "python" => Some(DefinitionFormat::Python),
            "json" => Some(DefinitionFormat::Json),
            "yaml" => Some(DefinitionFormat::Yaml),
            _ => None,
        }
    }
}
