//! The table of object kinds: where each kind is stored, which message it is, where in the message
//! its parts sit, and what it is called. A new kind is a line here.

use core::fmt;

use crate::{
    schema::{self, MessageType},
    sql::{Layout, Table},
};

/// A kind of registry object.
///
/// The order is that in which objects are shown and applied: what others refer to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum Kind {
    Project,
    Entity,
    DataSource,
    FeatureView,
    StreamFeatureView,
    OnDemandFeatureView,
    LabelView,
    FeatureService,
    SavedDataset,
    ValidationReference,
    Permission,
    Infra,
}

/// One line of the table.
#[derive(Debug)]
pub struct KindInfo {
    /// Which kind the line is for.
    pub kind: Kind,
    /// The name of the message in `feast.core`, and the `kind:` of a YAML document.
    pub name: &'static str,
    /// In sentences: `feature view`.
    pub singular: &'static str,
    /// The command-line group: `feature-views`.
    pub plural: &'static str,
    /// The class of the exception by which Feast says that there is no such object.
    pub not_found: &'static str,
    /// The message that is stored.
    pub message: &'static MessageType,
    /// The field of `feast.core.Registry` that lists objects of this kind.
    pub registry_field: u32,
    /// The table that stores it.
    pub table: Table,
    /// Where in the message the object's parts sit, as paths of field numbers; empty where it has no such part.
    pub at: Paths,
    /// Whether Feast leaves the project's name in the stored bytes (views) or empties it (all others).
    /// Readers take the project from the row either way.
    pub stores_project: bool,
    /// For the four kinds of view.
    pub view: Option<ViewInfo>,
}

/// Paths of field numbers from the top of an object's message.
#[derive(Debug)]
pub struct Paths {
    /// `string`: the name. Empty for infra, whose row has a constant name.
    pub name: &'static [u32],
    /// `string`: the project. Empty where the message has no such field.
    pub project: &'static [u32],
    /// `string`: the description.
    pub description: &'static [u32],
    /// `string`: the owner.
    pub owner: &'static [u32],
    /// `map<string, string>`: the tags.
    pub tags: &'static [u32],
    /// The message that holds `created` and `last_updated`.
    pub meta: &'static [u32],
    /// `Timestamp` in `meta`: when the object was first applied; 0 for none.
    pub created: u32,
    /// `Timestamp` in `meta`: when it last changed; 0 for none.
    pub last_updated: u32,
}

/// What only views have. Field numbers are 0 where a kind lacks the field.
#[derive(Debug)]
pub struct ViewInfo {
    /// `feature_view_type` in the version history, fixed by Feast.
    pub history_type: &'static str,
    /// Fields of `spec` whose change makes a new version (Feast: schema or transformation).
    pub significant: &'static [u32],
    /// `spec.version`, a string.
    pub version: u32,
    /// `spec.entities`.
    pub entities: u32,
    /// `spec.entity_columns`: the join keys.
    pub entity_columns: u32,
    /// `spec.features`.
    pub features: u32,
    /// `spec.ttl`.
    pub ttl: u32,
    /// `spec.online`.
    pub online: u32,
    /// `spec.offline`.
    pub offline: u32,
    /// `spec.disabled`.
    pub disabled: u32,
    /// `spec.batch_source`; of label views `spec.source`.
    pub source: u32,
    /// `spec.stream_source`.
    pub stream_source: u32,
    /// `spec.sources` of on-demand views: what they read, by name.
    pub inputs: u32,
    /// `spec.source_views`: the specs of the views that it derives from.
    pub source_views: u32,
    /// `meta.current_version_number`.
    pub version_number: u32,
    /// `meta.version_id`.
    pub version_id: u32,
    /// `meta.state`.
    pub state: u32,
    /// `meta.materialization_intervals`.
    pub intervals: u32,
}

/// The name of the only row a project has in `managed_infra`.
pub const INFRA_NAME: &str = "infra_obj";

impl Kind {
    /// All kinds, in their order.
    pub fn all() -> impl DoubleEndedIterator<Item = Kind> {
        KINDS.iter().map(|info| info.kind)
    }

    /// The four kinds of view, which share one name space, in the order in which Feast lists them.
    pub const VIEWS: [Kind; 4] =
        [Kind::FeatureView, Kind::StreamFeatureView, Kind::OnDemandFeatureView, Kind::LabelView];

    /// The kind's line in the table.
    pub fn info(self) -> &'static KindInfo {
        // In range: the table has a line per variant, in their order; see the test below.
        &KINDS[self as usize]
    }

    /// Finds a kind by any of its names: `FeatureView`, `feature view`, `feature-views`, `feature_views`.
    pub fn find(name: &str) -> Option<Kind> {
        let found = KINDS
            .iter()
            .find(|info| [info.name, info.singular, info.plural, info.table.name].contains(&name));
        found.map(|info| info.kind)
    }

    /// The kind whose objects are in this field of `feast.core.Registry`.
    pub(crate) fn of_registry_field(number: u32) -> Option<Kind> {
        KINDS.iter().find(|info| info.registry_field == number).map(|info| info.kind)
    }

    /// The kind of view that the version history calls `history_type`.
    pub fn of_history_type(history_type: &str) -> Option<Kind> {
        let is_it = |view: &ViewInfo| view.history_type == history_type;
        KINDS.iter().find(|info| info.view.as_ref().is_some_and(is_it)).map(|info| info.kind)
    }

    /// Whether this is one of the four kinds of view.
    pub fn is_view(self) -> bool {
        self.info().view.is_some()
    }
}

/// The kind's name in sentences: `feature view`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().singular)
    }
}

const NONE: Paths = Paths {
    name: &[],
    project: &[],
    description: &[],
    owner: &[],
    tags: &[],
    meta: &[],
    created: 0,
    last_updated: 0,
};
/// Most messages: `spec` is field 1, `meta` field 2 with both times.
const SPEC: Paths =
    Paths { name: &[1, 1], project: &[1, 2], meta: &[2], created: 1, last_updated: 2, ..NONE };

static KINDS: [KindInfo; 12] = [
    KindInfo {
        kind: Kind::Project,
        name: "Project",
        singular: "project",
        plural: "projects",
        not_found: "ProjectObjectNotFoundException",
        message: &schema::FEAST_CORE_PROJECT,
        registry_field: 17,
        table: Table::new("projects", "project_id", "project_proto", Layout::Project),
        at: Paths { project: &[], description: &[1, 2], tags: &[1, 3], owner: &[1, 4], ..SPEC },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::Entity,
        name: "Entity",
        singular: "entity",
        plural: "entities",
        not_found: "EntityNotFoundException",
        message: &schema::FEAST_CORE_ENTITY,
        registry_field: 1,
        table: Table::new("entities", "entity_name", "entity_proto", Layout::Object),
        at: Paths { project: &[1, 9], description: &[1, 3], tags: &[1, 8], owner: &[1, 10], ..SPEC },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::DataSource,
        name: "DataSource",
        singular: "data source",
        plural: "data-sources",
        not_found: "DataSourceObjectNotFoundException",
        message: &schema::FEAST_CORE_DATASOURCE,
        registry_field: 12,
        table: Table::new("data_sources", "data_source_name", "data_source_proto", Layout::Object),
        at: Paths {
            name: &[20],
            project: &[21],
            description: &[23],
            tags: &[24],
            owner: &[25],
            meta: &[50],
            created: 3,
            last_updated: 4,
        },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::FeatureView,
        name: "FeatureView",
        singular: "feature view",
        plural: "feature-views",
        not_found: "FeatureViewNotFoundException",
        message: &schema::FEAST_CORE_FEATUREVIEW,
        registry_field: 6,
        table: Table::new("feature_views", "feature_view_name", "feature_view_proto", Layout::BatchView),
        at: Paths { description: &[1, 10], tags: &[1, 5], owner: &[1, 11], ..SPEC },
        stores_project: true,
        view: Some(ViewInfo {
            history_type: "feature_view",
            // entities, features, entity_columns, source_views, feature_transformation
            significant: &[3, 4, 12, 14, 15],
            version: 18,
            entities: 3,
            entity_columns: 12,
            features: 4,
            ttl: 6,
            online: 8,
            offline: 13,
            disabled: 20,
            source: 7,
            stream_source: 9,
            inputs: 0,
            source_views: 14,
            version_number: 4,
            version_id: 5,
            state: 6,
            intervals: 3,
        }),
    },
    KindInfo {
        kind: Kind::StreamFeatureView,
        name: "StreamFeatureView",
        singular: "stream feature view",
        plural: "stream-feature-views",
        not_found: "FeatureViewNotFoundException",
        message: &schema::FEAST_CORE_STREAMFEATUREVIEW,
        registry_field: 14,
        table: Table::new("stream_feature_views", "feature_view_name", "feature_view_proto", Layout::View),
        at: Paths { description: &[1, 6], tags: &[1, 7], owner: &[1, 8], ..SPEC },
        stores_project: true,
        view: Some(ViewInfo {
            history_type: "stream_feature_view",
            // entities, features, entity_columns, user_defined_function, mode, aggregations,
            // timestamp_field, feature_transformation
            significant: &[3, 4, 5, 13, 14, 15, 16, 17],
            version: 21,
            entities: 3,
            entity_columns: 5,
            features: 4,
            ttl: 9,
            online: 12,
            offline: 0,
            disabled: 23,
            source: 10,
            stream_source: 11,
            inputs: 0,
            source_views: 0,
            version_number: 4,
            version_id: 5,
            state: 6,
            intervals: 3,
        }),
    },
    KindInfo {
        kind: Kind::OnDemandFeatureView,
        name: "OnDemandFeatureView",
        singular: "on-demand feature view",
        plural: "on-demand-feature-views",
        not_found: "FeatureViewNotFoundException",
        message: &schema::FEAST_CORE_ONDEMANDFEATUREVIEW,
        registry_field: 8,
        table: Table::new("on_demand_feature_views", "feature_view_name", "feature_view_proto", Layout::View),
        at: Paths { description: &[1, 6], tags: &[1, 7], owner: &[1, 8], ..SPEC },
        stores_project: true,
        view: Some(ViewInfo {
            history_type: "on_demand_feature_view",
            // features, sources, user_defined_function, feature_transformation, mode, entity_columns,
            // aggregations
            significant: &[3, 4, 5, 10, 11, 14, 16],
            version: 17,
            entities: 13,
            entity_columns: 14,
            features: 3,
            ttl: 0,
            online: 0,
            offline: 0,
            disabled: 19,
            source: 0,
            stream_source: 0,
            inputs: 4,
            source_views: 0,
            version_number: 3,
            version_id: 4,
            state: 5,
            intervals: 0,
        }),
    },
    KindInfo {
        kind: Kind::LabelView,
        name: "LabelView",
        singular: "label view",
        plural: "label-views",
        not_found: "FeatureViewNotFoundException",
        message: &schema::FEAST_CORE_LABELVIEW,
        registry_field: 19,
        table: Table::new("label_views", "feature_view_name", "feature_view_proto", Layout::View),
        at: Paths { description: &[1, 9], tags: &[1, 5], owner: &[1, 10], ..SPEC },
        stores_project: true,
        view: Some(ViewInfo {
            history_type: "label_view",
            // features
            significant: &[4],
            version: 0,
            entities: 3,
            entity_columns: 11,
            features: 4,
            ttl: 6,
            online: 8,
            offline: 0,
            disabled: 0,
            source: 7,
            stream_source: 0,
            inputs: 0,
            source_views: 0,
            version_number: 0,
            version_id: 0,
            state: 0,
            intervals: 0,
        }),
    },
    KindInfo {
        kind: Kind::FeatureService,
        name: "FeatureService",
        singular: "feature service",
        plural: "feature-services",
        not_found: "FeatureServiceNotFoundException",
        message: &schema::FEAST_CORE_FEATURESERVICE,
        registry_field: 7,
        table: Table::new(
            "feature_services",
            "feature_service_name",
            "feature_service_proto",
            Layout::Object,
        ),
        at: Paths { description: &[1, 5], tags: &[1, 4], owner: &[1, 6], ..SPEC },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::SavedDataset,
        name: "SavedDataset",
        singular: "saved dataset",
        plural: "saved-datasets",
        not_found: "SavedDatasetNotFound",
        message: &schema::FEAST_CORE_SAVEDDATASET,
        registry_field: 11,
        table: Table::new("saved_datasets", "saved_dataset_name", "saved_dataset_proto", Layout::Object),
        at: Paths { description: &[1, 11], tags: &[1, 7], ..SPEC },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::ValidationReference,
        name: "ValidationReference",
        singular: "validation reference",
        plural: "validation-references",
        not_found: "ValidationReferenceNotFound",
        message: &schema::FEAST_CORE_VALIDATIONREFERENCE,
        registry_field: 13,
        table: Table::new(
            "validation_references",
            "validation_reference_name",
            "validation_reference_proto",
            Layout::Object,
        ),
        at: Paths { name: &[1], project: &[3], description: &[4], tags: &[5], ..NONE },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::Permission,
        name: "Permission",
        singular: "permission",
        plural: "permissions",
        not_found: "PermissionObjectNotFoundException",
        message: &schema::FEAST_CORE_PERMISSION,
        registry_field: 16,
        table: Table::new("permissions", "permission_name", "permission_proto", Layout::Object),
        at: Paths { tags: &[1, 8], ..SPEC },
        stores_project: false,
        view: None,
    },
    KindInfo {
        kind: Kind::Infra,
        name: "Infra",
        singular: "infra",
        plural: "infra",
        not_found: "FeastObjectNotFoundException",
        message: &schema::FEAST_CORE_INFRA,
        registry_field: 10,
        table: Table::new("managed_infra", "infra_name", "infra_proto", Layout::Object),
        at: NONE,
        stores_project: false,
        view: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Type;

    #[test]
    fn the_table_has_a_line_per_kind_in_order() {
        for (index, info) in KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, index);
            assert_eq!(Kind::find(info.plural), Some(info.kind));
        }
    }

    /// Follows a path to the field at its end.
    fn field(mut message: &'static MessageType, path: &[u32]) -> Option<&'static crate::schema::FieldType> {
        let mut found = None;
        for number in path {
            let next = message.field(*number).unwrap_or_else(|| panic!("{} has no {number}", message.name));
            if let Some(inner) = next.message() {
                message = inner;
            }
            found = Some(next);
        }
        found
    }

    #[test]
    fn every_path_ends_at_the_field_it_is_named_after() {
        for info in &KINDS {
            let at = &info.at;
            let plain = [("name", at.name), ("project", at.project), ("owner", at.owner), ("tags", at.tags)];
            for (name, path) in plain.into_iter().chain([("description", at.description), ("meta", at.meta)])
            {
                assert!(path.is_empty() || field(info.message, path).unwrap().name == name, "{info:?}");
            }
            let meta = field(info.message, at.meta).and_then(|field| field.message());
            let in_meta = |number: u32| meta.unwrap().field(number).unwrap().name;
            assert!(at.created == 0 || in_meta(at.created) == "created_timestamp");
            assert!(at.last_updated == 0 || in_meta(at.last_updated) == "last_updated_timestamp");
            let registry = schema::FEAST_CORE_REGISTRY.field(info.registry_field).unwrap();
            assert!(matches!(registry.ty, Type::Message(message) if core::ptr::eq(message, info.message)));
            let Some(view) = &info.view else { continue };
            let spec = info.message.field(1).unwrap().message().unwrap();
            for (name, number) in [
                ("version", view.version),
                ("entities", view.entities),
                ("entity_columns", view.entity_columns),
                ("features", view.features),
                ("ttl", view.ttl),
                ("online", view.online),
                ("offline", view.offline),
                ("disabled", view.disabled),
                ("stream_source", view.stream_source),
                ("sources", view.inputs),
                ("source_views", view.source_views),
            ] {
                assert!(number == 0 || spec.field(number).unwrap().name == name, "{info:?}");
            }
            let source = spec.field(view.source).map(|field| field.name);
            assert!(matches!(source, None | Some("batch_source" | "source")), "{info:?}");
            for (name, number) in [
                ("current_version_number", view.version_number),
                ("version_id", view.version_id),
                ("state", view.state),
                ("materialization_intervals", view.intervals),
            ] {
                assert!(number == 0 || in_meta(number) == name, "{info:?}");
            }
        }
    }
}
