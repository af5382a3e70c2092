//! What has a list, and the columns that each list can show: data, and one small function per column.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{
    Catalog, Column, Entry, Ref, Thing,
    materialization::{Freshness, freshness},
    value_type_name,
};
use crate::{kind::Kind, schema, time::Timestamp};

/// What has a list. Views of all kinds share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum CollectionId {
    Projects,
    FeatureViews,
    Features,
    DataSources,
    Entities,
    FeatureServices,
    SavedDatasets,
    ValidationReferences,
    Permissions,
}

/// A collection as it is shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    /// Which it is.
    pub id: CollectionId,
    /// Over the list: `Feature views`.
    pub title: &'static str,
    /// In sentences: `feature view`.
    pub singular: &'static str,
    /// What is listed in it.
    pub kinds: Vec<Thing>,
    /// What can be shown of each, in the usual order.
    pub columns: Vec<ColumnHead>,
}

/// A column as it is shown.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnHead {
    /// What requests call it.
    pub id: &'static str,
    /// Over the column.
    pub title: &'static str,
    /// What its cells hold.
    #[serde(rename = "type")]
    pub cell_type: CellType,
    /// Whether it is shown unless other columns are chosen.
    pub is_default: bool,
    /// Whether a list can be sorted by it.
    pub sortable: bool,
}

/// What the cells of a column hold, and so how they look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum CellType {
    Name,
    Text,
    Number,
    Time,
    Duration,
    Tags,
    Refs,
    List,
    Flag,
    State,
    Kind,
    Type,
}

/// One value. Times are UTC epoch milliseconds, durations seconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum Cell<'a> {
    Absent,
    Text(Cow<'a, str>),
    Number(i64),
    Flag(bool),
    Tags(Vec<(&'a str, &'a str)>),
    Refs(Vec<Ref>),
    List(Vec<Cow<'a, str>>),
}

/// What a row is about.
pub(super) struct Subject<'a> {
    pub(super) catalog: &'a Catalog<'a>,
    /// The object, or a feature's view.
    pub(super) entry: Entry<'a>,
    /// The feature, in the list of features.
    pub(super) feature: Option<Column<'a>>,
    /// UTC epoch milliseconds.
    pub(super) now: i64,
}

impl<'a> Subject<'a> {
    /// The name that its row has.
    pub(super) fn name(&self) -> &'a str {
        self.feature.map_or(self.entry.name, |feature| feature.name())
    }

    pub(super) fn description(&self) -> &'a str {
        self.feature.map_or_else(|| self.entry.parts().description(), |feature| feature.description())
    }
}

/// A column: its head, and how a cell is read.
pub(super) struct ColumnInfo {
    pub(super) head: ColumnHead,
    pub(super) read: for<'a> fn(&Subject<'a>) -> Cell<'a>,
}

pub(super) struct CollectionInfo {
    pub(super) id: CollectionId,
    title: &'static str,
    singular: &'static str,
    pub(super) kinds: &'static [Kind],
    pub(super) columns: &'static [ColumnInfo],
}

/// All collections, in the order of navigation.
pub fn collections() -> Vec<Collection> {
    let collection = |info: &CollectionInfo| Collection {
        id: info.id,
        title: info.title,
        singular: info.singular,
        kinds: match info.id {
            CollectionId::Features => Vec::from([Thing::Feature]),
            _ => info.kinds.iter().map(|kind| Thing::Object(*kind)).collect(),
        },
        columns: info.columns.iter().map(|column| column.head).collect(),
    };
    COLLECTIONS.iter().map(collection).collect()
}

impl CollectionId {
    /// All of them, in the order of navigation.
    pub fn all() -> impl Iterator<Item = CollectionId> {
        COLLECTIONS.iter().map(|info| info.id)
    }

    pub(super) fn info(self) -> &'static CollectionInfo {
        // In range: the table has a line per variant, in their order; see the test below.
        &COLLECTIONS[self as usize]
    }

    /// The collection in which objects of this kind are listed.
    pub fn of(thing: Thing) -> Option<CollectionId> {
        match thing {
            Thing::Feature => Some(CollectionId::Features),
            Thing::Object(kind) => {
                COLLECTIONS.iter().find(|info| info.kinds.contains(&kind)).map(|info| info.id)
            }
        }
    }
}

impl CollectionInfo {
    pub(super) fn column(&self, id: &str) -> Option<&'static ColumnInfo> {
        self.columns.iter().find(|column| column.head.id == id)
    }
}

static COLLECTIONS: [CollectionInfo; 9] = [
    CollectionInfo {
        id: CollectionId::Projects,
        title: "Projects",
        singular: "project",
        kinds: &[Kind::Project],
        columns: &[NAME, DESCRIPTION, OWNER, TAGS, CREATED, UPDATED],
    },
    CollectionInfo {
        id: CollectionId::FeatureViews,
        title: "Feature views",
        singular: "feature view",
        kinds: &Kind::VIEWS,
        columns: &[
            NAME,
            PROJECT,
            ENTITIES,
            shown("features", "Features", CellType::Number, |s| count(s.entry.parts().features().count())),
            shown("source", "Source", CellType::Refs, |s| {
                refs(s, Kind::DataSource, s.entry.parts().sources().map(|source| source.name()))
            }),
            shown("freshness", "Freshness", CellType::State, |s| match freshness(&s.entry.parts(), s.now) {
                Some(Freshness::Fresh) => text("fresh"),
                Some(Freshness::Stale) => text("stale"),
                Some(Freshness::Never) => text("never materialized"),
                Some(Freshness::Future) => text("in the future"),
                None => Cell::Absent,
            }),
            shown("materialized", "Last materialized", CellType::Time, |s| {
                time(s.entry.parts().intervals().map(|(_, end)| end).max())
            }),
            OWNER,
            TAGS,
            UPDATED,
            DESCRIPTION_HIDDEN,
            // Its icon says it beside the name.
            hidden("kind", "Kind", CellType::Kind, |s| text(s.entry.kind.info().name)),
            hidden("ttl", "TTL", CellType::Duration, |s| {
                s.entry.parts().ttl().map_or(Cell::Absent, Cell::Number)
            }),
            hidden("online", "Online", CellType::Flag, |s| Cell::Flag(s.entry.parts().is_online())),
            hidden("offline", "Offline", CellType::Flag, |s| Cell::Flag(s.entry.parts().is_offline())),
            hidden("enabled", "Enabled", CellType::Flag, |s| Cell::Flag(!s.entry.parts().is_disabled())),
            hidden("state", "State", CellType::State, |s| match s.entry.parts().state() {
                0 => Cell::Absent,
                state => Cell::Text(schema::FEAST_CORE_FEATUREVIEWSTATE.text(state)),
            }),
            hidden("version", "Version", CellType::Text, |s| some_text(s.entry.parts().version())),
            hidden("versions", "Versions", CellType::Number, |s| {
                count(s.catalog.versions_of(s.entry.id).len())
            }),
            CREATED,
        ],
    },
    CollectionInfo {
        id: CollectionId::Features,
        title: "Features",
        singular: "feature",
        kinds: &Kind::VIEWS,
        columns: &[
            shown("name", "Name", CellType::Name, |s| text(feature(s).name())),
            shown("type", "Type", CellType::Type, |s| Cell::Text(feature(s).type_name())),
            shown("view", "Feature view", CellType::Refs, |s| Cell::Refs(Vec::from([Ref::of(&s.entry)]))),
            PROJECT,
            ENTITIES,
            shown("description", "Description", CellType::Text, |s| some_text(feature(s).description())),
            OWNER,
            shown("tags", "Tags", CellType::Tags, |s| Cell::Tags(feature(s).tags().collect())),
            UPDATED,
            hidden("vector", "Vector search", CellType::Flag, |s| Cell::Flag(feature(s).is_vector())),
        ],
    },
    CollectionInfo {
        id: CollectionId::DataSources,
        title: "Data sources",
        singular: "data source",
        kinds: &[Kind::DataSource],
        columns: &[
            NAME,
            shown("type", "Type", CellType::Type, |s| {
                let number = s.entry.parts().number(&[1]) as i32;
                Cell::Text(schema::FEAST_CORE_DATASOURCE_SOURCETYPE.text(number))
            }),
            PROJECT,
            DESCRIPTION,
            shown("timestampField", "Timestamp field", CellType::Text, |s| {
                some_text(s.entry.parts().text(&[3]))
            }),
            shown("batchSource", "Batch source", CellType::Refs, |s| {
                refs(s, Kind::DataSource, s.entry.parts().sources().map(|source| source.name()))
            }),
            OWNER,
            TAGS,
            UPDATED,
            CREATED,
        ],
    },
    CollectionInfo {
        id: CollectionId::Entities,
        title: "Entities",
        singular: "entity",
        kinds: &[Kind::Entity],
        columns: &[
            NAME,
            PROJECT,
            shown("joinKey", "Join key", CellType::Text, |s| some_text(s.entry.parts().text(&[1, 4]))),
            shown("type", "Type", CellType::Type, |s| {
                let number = s.entry.parts().number(&[1, 2]) as i32;
                Cell::Text(value_type_name(number))
            }),
            DESCRIPTION,
            OWNER,
            TAGS,
            UPDATED,
            CREATED,
        ],
    },
    CollectionInfo {
        id: CollectionId::FeatureServices,
        title: "Feature services",
        singular: "feature service",
        kinds: &[Kind::FeatureService],
        columns: &[
            NAME,
            PROJECT,
            DESCRIPTION,
            shown("views", "Feature views", CellType::Refs, |s| {
                let view = |name| s.catalog.view_ref(s.entry.project, name);
                Cell::Refs(s.entry.parts().projections().map(|part| view(part.view())).collect())
            }),
            shown("features", "Features", CellType::Number, |s| {
                count(s.entry.parts().projections().map(|part| part.features().count()).sum())
            }),
            OWNER,
            TAGS,
            UPDATED,
            CREATED,
        ],
    },
    CollectionInfo {
        id: CollectionId::SavedDatasets,
        title: "Saved datasets",
        singular: "saved dataset",
        kinds: &[Kind::SavedDataset],
        columns: &[
            NAME,
            PROJECT,
            DESCRIPTION,
            shown("namespace", "Namespace", CellType::Text, |s| some_text(s.entry.parts().text(&[1, 9]))),
            shown("collection", "Collection", CellType::Text, |s| some_text(s.entry.parts().text(&[1, 10]))),
            shown("service", "Feature service", CellType::Refs, |s| {
                let name = Some(s.entry.parts().text(&[1, 8])).filter(|name| !name.is_empty());
                refs(s, Kind::FeatureService, name.into_iter())
            }),
            shown("features", "Features", CellType::List, |s| {
                Cell::List(s.entry.parts().texts(&[1, 3]).map(Cow::Borrowed).collect())
            }),
            TAGS,
            CREATED_SHOWN,
        ],
    },
    CollectionInfo {
        id: CollectionId::ValidationReferences,
        title: "Validation references",
        singular: "validation reference",
        kinds: &[Kind::ValidationReference],
        columns: &[
            NAME,
            PROJECT,
            DESCRIPTION,
            shown("dataset", "Saved dataset", CellType::Refs, |s| {
                refs(s, Kind::SavedDataset, [s.entry.parts().text(&[2])].into_iter())
            }),
            TAGS,
        ],
    },
    CollectionInfo {
        id: CollectionId::Permissions,
        title: "Permissions",
        singular: "permission",
        kinds: &[Kind::Permission],
        columns: &[
            NAME,
            PROJECT,
            shown("types", "Types", CellType::List, |s| {
                let name = |number| schema::FEAST_CORE_PERMISSIONSPEC_TYPE.text(number);
                Cell::List(s.entry.parts().permission_types().map(name).collect())
            }),
            shown("namePatterns", "Name patterns", CellType::List, |s| {
                Cell::List(s.entry.parts().name_patterns().map(Cow::Borrowed).collect())
            }),
            shown("actions", "Actions", CellType::List, |s| {
                let name = |number| schema::FEAST_CORE_PERMISSIONSPEC_AUTHZEDACTION.text(number);
                Cell::List(s.entry.parts().actions().map(name).collect())
            }),
            shown("requiredTags", "Required tags", CellType::Tags, |s| {
                Cell::Tags(s.entry.parts().required_tags().collect())
            }),
            TAGS,
            UPDATED,
            CREATED,
        ],
    },
];

const fn column(
    id: &'static str,
    title: &'static str,
    cell_type: CellType,
    is_default: bool,
    read: for<'a> fn(&Subject<'a>) -> Cell<'a>,
) -> ColumnInfo {
    ColumnInfo { head: ColumnHead { id, title, cell_type, is_default, sortable: true }, read }
}

const fn shown(
    id: &'static str,
    title: &'static str,
    cell_type: CellType,
    read: for<'a> fn(&Subject<'a>) -> Cell<'a>,
) -> ColumnInfo {
    column(id, title, cell_type, true, read)
}

const fn hidden(
    id: &'static str,
    title: &'static str,
    cell_type: CellType,
    read: for<'a> fn(&Subject<'a>) -> Cell<'a>,
) -> ColumnInfo {
    column(id, title, cell_type, false, read)
}

const NAME: ColumnInfo = shown("name", "Name", CellType::Name, |s| text(s.entry.name));
const PROJECT: ColumnInfo = hidden("project", "Project", CellType::Text, |s| text(s.entry.project));
const DESCRIPTION: ColumnInfo =
    shown("description", "Description", CellType::Text, |s| some_text(s.entry.parts().description()));
const DESCRIPTION_HIDDEN: ColumnInfo =
    hidden("description", "Description", CellType::Text, |s| some_text(s.entry.parts().description()));
const OWNER: ColumnInfo = shown("owner", "Owner", CellType::Text, |s| some_text(s.entry.parts().owner()));
const TAGS: ColumnInfo =
    shown("tags", "Tags", CellType::Tags, |s| Cell::Tags(s.entry.parts().tags().collect()));
const ENTITIES: ColumnInfo =
    shown("entities", "Entities", CellType::Refs, |s| refs(s, Kind::Entity, s.entry.parts().entities()));
const UPDATED: ColumnInfo =
    shown("updated", "Updated", CellType::Time, |s| time(s.entry.parts().last_updated()));
const CREATED: ColumnInfo = hidden("created", "Created", CellType::Time, |s| time(s.entry.parts().created()));
const CREATED_SHOWN: ColumnInfo =
    shown("created", "Created", CellType::Time, |s| time(s.entry.parts().created()));

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

fn some_text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Absent } else { Cell::Text(Cow::Borrowed(text)) }
}

fn count(count: usize) -> Cell<'static> {
    Cell::Number(count as i64)
}

fn time(time: Option<Timestamp>) -> Cell<'static> {
    time.map_or(Cell::Absent, |time| Cell::Number(time.millis()))
}

fn refs<'a>(s: &Subject<'a>, kind: Kind, names: impl Iterator<Item = &'a str>) -> Cell<'static> {
    let project = s.entry.project;
    Cell::Refs(
        names.map(|name| Ref { kind: kind.into(), project: project.into(), name: name.into() }).collect(),
    )
}

fn feature<'a>(s: &Subject<'a>) -> Column<'a> {
    s.feature.unwrap_or_default()
}

impl Cell<'_> {
    /// The cell as one line of text.
    pub(super) fn to_text(&self) -> String {
        let join = |parts: Vec<&str>| parts.join(", ");
        match self {
            Cell::Absent => String::new(),
            Cell::Text(text) => text.clone().into_owned(),
            Cell::Number(number) => alloc::format!("{number}"),
            Cell::Flag(flag) => alloc::format!("{flag}"),
            Cell::Tags(tags) => {
                let tags: Vec<String> =
                    tags.iter().map(|(key, value)| alloc::format!("{key}={value}")).collect();
                tags.join(", ")
            }
            Cell::Refs(refs) => join(refs.iter().map(|one| one.name.as_str()).collect()),
            Cell::List(list) => join(list.iter().map(|text| text.as_ref()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn the_table_has_a_line_per_collection_in_order_and_every_kind_but_infra_is_in_one() {
        for (index, info) in COLLECTIONS.iter().enumerate() {
            assert_eq!(info.id as usize, index);
            let ids: BTreeSet<&str> = info.columns.iter().map(|column| column.head.id).collect();
            assert_eq!(ids.len(), info.columns.len(), "{}: a column twice", info.title);
            assert_eq!(info.columns[0].head.cell_type, CellType::Name);
        }
        for kind in Kind::all() {
            let found = CollectionId::of(kind.into()).map(|id| id.info().kinds.contains(&kind));
            assert_eq!(found, (kind != Kind::Infra).then_some(true), "{kind}");
        }
    }
}
