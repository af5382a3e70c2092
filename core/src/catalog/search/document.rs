//! What of an object can be searched: its texts, and in which field each stands.

use crate::{
    catalog::{Entry, Input},
    kind::Kind,
};
use alloc::string::String;

/// Where a text stands. The order is that of importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// The object's own name.
    Name,
    /// The name of one of its features.
    Feature,
    /// A tag, as `key=value`.
    Tag,
    /// The name of an entity, or a join key.
    Entity,
    /// What it reads: the name of a source, view, service or dataset, or where a source's data are kept.
    Source,
    /// The owner.
    Owner,
    /// The description.
    Description,
    /// That of one of its features. It is told as a description, as which feature it is of is told as well.
    #[serde(rename = "description")]
    FeatureDescription,
}

impl Field {
    pub(super) const ALL: [Field; 8] = [
        Field::Name,
        Field::Feature,
        Field::Tag,
        Field::Entity,
        Field::Source,
        Field::Owner,
        Field::Description,
        Field::FeatureDescription,
    ];

    /// What a word in this field counts.
    pub(super) fn weight(self) -> u16 {
        match self {
            Field::Name => 100,
            Field::Feature => 60,
            Field::Tag => 50,
            Field::Entity => 45,
            Field::Source => 40,
            Field::Owner => 35,
            Field::Description | Field::FeatureDescription => 25,
        }
    }
}

/// Where the options of a data source say where its data are: URI, table, path, topic or stream.
const PLACES: [&[u32]; 11] = [
    &[11, 2],
    &[12, 1],
    &[13, 2],
    &[14, 2],
    &[15, 1],
    &[19, 1],
    &[27, 1],
    &[27, 3],
    &[30, 1],
    &[35, 1],
    &[26, 20],
];

/// Tells of each text of an object: its field, itself, and the view's feature that it is about.
pub(super) fn texts(entry: &Entry<'_>, found: &mut dyn FnMut(Field, &str, Option<&str>)) {
    let parts = entry.parts();
    found(Field::Name, entry.name, None);
    for column in parts.features() {
        found(Field::Feature, column.name(), Some(column.name()));
        found(Field::FeatureDescription, column.description(), Some(column.name()));
    }
    let mut tag = String::new();
    for (key, value) in parts.tags() {
        tag.clear();
        tag.extend([key, if value.is_empty() { "" } else { "=" }, value]);
        found(Field::Tag, &tag, None);
    }
    parts.entities().for_each(|entity| found(Field::Entity, entity, None));
    for source in parts.sources() {
        found(Field::Source, source.name(), None);
    }
    for (_, input) in parts.inputs() {
        match input {
            Input::View(view) => found(Field::Source, view, None),
            Input::Request(source) => found(Field::Source, source.name(), None),
            Input::Projection(_) => {}
        }
    }
    for projection in parts.projections() {
        found(Field::Source, projection.view(), None);
        // What a service hands out; what an on-demand view takes in is its source's.
        if entry.kind == Kind::FeatureService {
            projection.features().for_each(|column| found(Field::Feature, column.name(), None));
        }
    }
    parts.source_views().for_each(|view| found(Field::Source, view, None));
    match entry.kind {
        Kind::Entity => found(Field::Entity, parts.text(&[1, 4]), None),
        Kind::DataSource => PLACES.iter().for_each(|path| found(Field::Source, parts.text(path), None)),
        Kind::LabelView => found(Field::Source, parts.text(&[1, 15]), None),
        Kind::SavedDataset => {
            found(Field::Source, parts.text(&[1, 8]), None);
            parts.texts(&[1, 3]).for_each(|feature| found(Field::Feature, feature, None));
        }
        Kind::ValidationReference => found(Field::Source, parts.text(&[2]), None),
        _ => {}
    }
    found(Field::Owner, parts.owner(), None);
    found(Field::Description, parts.description(), None);
}
