//! The columns of views, and where a service's features come from.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::Serialize;

use crate::{
    catalog::{Catalog, Column, Entry, Projection, Ref, Thing, value_type_name},
    compact,
    kind::Kind,
};

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaField {
    /// Its name; of a service `view:feature`.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub value_type: String,
    /// What it is for.
    pub role: ColumnRole,
    /// Its description.
    pub description: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// How it is searched by similarity.
    pub vector: Option<Vector>,
    /// Its page.
    #[serde(rename = "ref")]
    pub feature: Option<Ref>,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum ColumnRole {
    Feature,
    Entity,
    Label,
}

/// How a column is searched by similarity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vector {
    /// Whether the online store indexes it.
    pub is_indexed: bool,
    /// The number of dimensions.
    pub length: Option<i32>,
    /// The distance.
    pub metric: String,
}

/// An entity of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityUse {
    /// Its name.
    pub name: String,
    /// Its page, if it is there.
    #[serde(rename = "ref")]
    pub entity: Option<Ref>,
    /// The column that identifies one.
    pub join_key: String,
    /// That column's type.
    pub value_type: String,
}

/// The part of a view that a service or an on-demand view reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectionPart {
    /// The view, if it is there.
    pub view: Option<Ref>,
    /// The view's name.
    pub name: String,
    /// What stands for the name in feature names.
    pub alias: String,
    /// The recorded version that is read; empty for the view as it stands.
    pub version: String,
    /// The features.
    pub features: Vec<ProjectedFeature>,
    /// From the view's join keys to the caller's columns.
    pub join_key_map: Vec<(String, String)>,
}

/// A feature of a projection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectedFeature {
    /// Its name.
    pub name: String,
    /// Its type, as it was when the service was applied.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Its page, if it is there.
    #[serde(rename = "ref")]
    pub feature: Option<Ref>,
    /// Whether the view has no such feature.
    pub is_missing: bool,
}

fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs.map(|(key, value)| (key.into(), value.into())).collect()
}

impl SchemaField {
    pub(super) fn new(column: Column<'_>, role: ColumnRole, feature: Option<Ref>) -> Self {
        SchemaField {
            name: column.name().into(),
            value_type: column.type_name().into_owned(),
            role,
            description: column.description().into(),
            tags: owned(column.tags()),
            vector: Vector::of(column),
            feature,
        }
    }
}

impl Vector {
    pub(in crate::catalog) fn of(column: Column<'_>) -> Option<Self> {
        let (is_indexed, length, metric) =
            (column.is_vector(), column.vector_length(), column.vector_metric().to_string());
        (is_indexed || length.is_some() || !metric.is_empty()).then_some(Vector {
            is_indexed,
            length,
            metric,
        })
    }
}

/// The columns of a view, join keys first; the features that a service hands out.
pub(super) fn schema(catalog: &Catalog<'_>, entry: &Entry<'_>) -> Option<Vec<SchemaField>> {
    let parts = entry.parts();
    if entry.kind.is_view() {
        let role = if entry.kind == Kind::LabelView { ColumnRole::Label } else { ColumnRole::Feature };
        let keys = parts.entity_columns().map(|column| SchemaField::new(column, ColumnRole::Entity, None));
        let features = parts
            .features()
            .map(|column| SchemaField::new(column, role, Some(Ref::feature(entry, column.name()))));
        return Some(keys.chain(features).collect());
    }
    if entry.kind != Kind::FeatureService {
        return None;
    }
    let of_projection = |projection: Projection<'_>| {
        let (part, columns) = (ProjectionPart::new(catalog, entry, projection), projection.features());
        let fields = part.features.into_iter().zip(columns).map(|(feature, column)| {
            let name = format!("{}:{}", part.name, feature.name);
            SchemaField { name, ..SchemaField::new(column, ColumnRole::Feature, feature.feature) }
        });
        fields.collect::<Vec<_>>()
    };
    Some(parts.projections().flat_map(of_projection).collect())
}

/// The entities of a view.
pub(super) fn entities(catalog: &Catalog<'_>, entry: &Entry<'_>) -> Option<Vec<EntityUse>> {
    if !entry.kind.is_view() {
        return None;
    }
    let columns: BTreeMap<&str, Column<'_>> =
        compact::map(entry.parts().entity_columns().map(|column| (column.name(), column)));
    let entity_use = |name: &str| {
        let entity = catalog.find(Kind::Entity, entry.project, name);
        let (join_key, number) = entity.map(|entity| join_key(&entity)).unwrap_or_default();
        // The view says what the type is where the entity does not.
        let column = columns.get(join_key).filter(|_| number == 0);
        let number = column.map_or(number, |column| column.value_type());
        EntityUse {
            name: name.into(),
            entity: entity.map(|entity| Ref::of(&entity)),
            join_key: join_key.into(),
            value_type: if number == 0 { String::new() } else { value_type_name(number).into_owned() },
        }
    };
    Some(entry.parts().entities().map(entity_use).collect())
}

/// The column by which an entity is joined, and the number of its type.
pub(in crate::catalog) fn join_key<'a>(entity: &Entry<'a>) -> (&'a str, i32) {
    let (key, number) = (entity.parts().text(&[1, 4]), entity.parts().number(&[1, 2]) as i32);
    (if key.is_empty() { entity.name } else { key }, number)
}

/// What a service or an on-demand view reads of views.
pub(super) fn projections(catalog: &Catalog<'_>, entry: &Entry<'_>) -> Option<Vec<ProjectionPart>> {
    let reads_views = matches!(entry.kind, Kind::FeatureService | Kind::OnDemandFeatureView);
    let part = |projection| ProjectionPart::new(catalog, entry, projection);
    reads_views.then(|| entry.parts().projections().map(part).collect())
}

impl ProjectionPart {
    fn new(catalog: &Catalog<'_>, reader: &Entry<'_>, projection: Projection<'_>) -> Self {
        let view = catalog.find_view(reader.project, projection.view());
        let has: BTreeSet<&str> = view
            .map(|view| view.parts().features().map(|column| column.name()).collect())
            .unwrap_or_default();
        let feature = |column: Column<'_>| {
            let found = view.filter(|_| has.contains(column.name()));
            ProjectedFeature {
                name: column.name().into(),
                value_type: column.type_name().into_owned(),
                feature: found.map(|view| Ref::feature(&view, column.name())),
                is_missing: found.is_none(),
            }
        };
        ProjectionPart {
            view: view.map(|view| Ref::of(&view)),
            name: projection.view().into(),
            alias: projection.alias().into(),
            version: projection.version().map(|number| format!("v{number}")).unwrap_or_default(),
            features: projection.features().map(feature).collect(),
            join_key_map: owned(projection.join_key_map()),
        }
    }
}

/// A reference to a thing of a kind, if it is there.
pub(super) fn found(catalog: &Catalog<'_>, kind: Kind, project: &str, name: &str) -> Option<Ref> {
    let entry = catalog.find(kind, project, name)?;
    Some(Ref { kind: Thing::Object(kind), project: entry.project.into(), name: entry.name.into() })
}
