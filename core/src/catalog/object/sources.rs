//! What a view reads, and what a data source is.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

use super::{
    columns::{ColumnRole, SchemaField, found},
    facts::{Fact, FactKind, facts},
};
use crate::{
    catalog::{Catalog, Column, Entry, Input, Ref, Role, Source},
    kind::Kind,
    schema,
    wire::Payload,
};

/// A data source, or a view that another derives from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourcePart {
    /// What it is to the object.
    pub role: SourceRole,
    /// Its name.
    pub name: String,
    /// Its type; of a view, its kind.
    #[serde(rename = "type")]
    pub source_type: String,
    /// Its page, if it is there.
    #[serde(rename = "ref")]
    pub source: Option<Ref>,
    /// What it says, as it is written out in the object: a change of the data source does not reach it.
    pub facts: Vec<Fact>,
    /// The query.
    pub query: Option<String>,
    /// The fields of a request.
    pub fields: Option<Vec<SchemaField>>,
}

/// What a source is to the object that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum SourceRole {
    Batch,
    Stream,
    Request,
    View,
    Source,
}

/// The sources of a view, with those within these; a data source itself, with that within it.
pub(super) fn sources(catalog: &Catalog<'_>, entry: &Entry<'_>) -> Option<Vec<SourcePart>> {
    if !entry.kind.is_view() && entry.kind != Kind::DataSource {
        return None;
    }
    let parts = entry.parts();
    let part = |source| SourcePart::new(catalog, entry, source);
    let mut sources: Vec<SourcePart> = parts.source().map(part).into_iter().collect();
    for source in parts.sources() {
        sources.push(part(source));
        // A push or Kafka source has a batch source, which is mostly the view's own too.
        let within = source.parts().sources().map(part);
        sources.extend(within.filter(|inner| !parts.sources().any(|other| other.name() == inner.name)));
    }
    for (name, input) in parts.inputs() {
        sources.push(match input {
            Input::Request(source) => part(source),
            Input::View(view) => SourcePart::view(catalog, entry, view),
            Input::Projection(projection) => {
                let mut source = SourcePart::view(catalog, entry, projection.view());
                let features: Vec<&str> = projection.features().map(|column| column.name()).collect();
                source.facts.push(Fact::new("Features", features.join(", "), FactKind::Code));
                if name != projection.view() {
                    source.facts.push(Fact::new("Read as", name, FactKind::Code));
                }
                source
            }
        });
    }
    sources.extend(parts.source_views().map(|view| SourcePart::view(catalog, entry, view)));
    Some(sources)
}

impl SourcePart {
    fn new(catalog: &Catalog<'_>, entry: &Entry<'_>, source: Source<'_>) -> Self {
        let parts = source.parts();
        let fields: Vec<SchemaField> = parts
            .walk(&[REQUEST_DATA_OPTIONS, REQUEST_SCHEMA])
            .filter_map(Payload::bytes)
            .map(|bytes| SchemaField::new(Column::new(bytes), ColumnRole::Feature, None))
            .collect();
        let role = match source.role {
            Role::Itself => SourceRole::Source,
            Role::Batch => SourceRole::Batch,
            Role::Stream => SourceRole::Stream,
            Role::Request => SourceRole::Request,
        };
        SourcePart {
            role,
            name: source.name().to_string(),
            source_type: schema::FEAST_CORE_DATASOURCE_SOURCETYPE.text(source.source_type()).into_owned(),
            source: found(catalog, Kind::DataSource, entry.project, source.name()),
            facts: facts(Kind::DataSource.info().message, source.bytes)
                .into_iter()
                .filter(|fact| fact.label != "Type")
                .collect(),
            query: query(source),
            fields: (role == SourceRole::Request || !fields.is_empty()).then_some(fields),
        }
    }

    fn view(catalog: &Catalog<'_>, entry: &Entry<'_>, name: &str) -> Self {
        let view = catalog.find_view(entry.project, name);
        SourcePart {
            role: SourceRole::View,
            name: name.to_string(),
            source_type: view.map_or(Kind::FeatureView, |view| view.kind).info().name.into(),
            source: view.map(|view| Ref::of(&view)),
            facts: Vec::new(),
            query: None,
            fields: None,
        }
    }
}

const REQUEST_DATA_OPTIONS: u32 = 18;
const REQUEST_SCHEMA: u32 = 3;
const CUSTOM_OPTIONS: u32 = 16;

/// The query of the options that are set. Custom sources that come with Feast keep it in JSON.
fn query(source: Source<'_>) -> Option<String> {
    let parts = source.parts();
    let options = schema::FEAST_CORE_DATASOURCE.fields.iter().filter(|field| field.oneof.is_some());
    let texts = options.filter_map(|field| {
        let query = field.message()?.field_named("query")?;
        Some(parts.text(&[field.number, query.number]).to_string())
    });
    let custom = parts.walk(&[CUSTOM_OPTIONS, 1]).filter_map(Payload::bytes).last();
    let custom = custom.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    let custom = custom.and_then(|value| value.get("query")?.as_str().map(String::from));
    texts.chain(custom).find(|query| !query.is_empty())
}
