//! What the routes of one sort of object have in common: a line each.

/// A sort of object as routes know it.
#[derive(Debug)]
pub(super) struct Family {
    /// The key of a list in answers, and what one of them is called.
    pub(super) plural: &'static str,
    pub(super) singular: &'static str,
    /// The service's methods.
    pub(super) list: &'static str,
    pub(super) get: &'static str,
    pub(super) apply: &'static str,
    pub(super) delete: &'static str,
    /// What requests of these methods say beside what the client asks.
    pub(super) always: &'static [(&'static str, &'static str)],
    /// What answers say of each beside its message.
    pub(super) item: Item,
    /// Whether an apply is answered with 201 rather than 200.
    pub(super) applied_is_created: bool,
    /// The type under which lineage knows it.
    pub(super) relations: &'static str,
    /// Whether one is answered with the Python that defines it.
    pub(super) is_defined: bool,
    /// Whether it is kept who looked at one.
    pub(super) is_visited: bool,
}

/// What is said of an object beside its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Message,
    /// Its type: views of any kind.
    AnyView,
    LabelView,
    /// The data sources of the views that it was made of.
    Dataset,
}

const PLAIN: Family = Family {
    plural: "",
    singular: "",
    list: "",
    get: "",
    apply: "",
    delete: "",
    always: &[],
    item: Item::Message,
    applied_is_created: true,
    relations: "",
    is_defined: false,
    is_visited: false,
};

pub(super) const ENTITIES: Family = Family {
    plural: "entities",
    singular: "entity",
    list: "ListEntities",
    get: "GetEntity",
    apply: "ApplyEntity",
    delete: "DeleteEntity",
    relations: "entity",
    is_defined: true,
    is_visited: true,
    ..PLAIN
};

pub(super) const DATA_SOURCES: Family = Family {
    plural: "dataSources",
    singular: "data source",
    list: "ListDataSources",
    get: "GetDataSource",
    apply: "ApplyDataSource",
    delete: "DeleteDataSource",
    relations: "dataSource",
    is_defined: true,
    is_visited: true,
    ..PLAIN
};

pub(super) const FEATURE_VIEWS: Family = Family {
    plural: "featureViews",
    singular: "feature view",
    list: "ListAllFeatureViews",
    get: "GetAnyFeatureView",
    apply: "ApplyFeatureView",
    delete: "DeleteFeatureView",
    item: Item::AnyView,
    relations: "featureView",
    is_defined: true,
    is_visited: true,
    ..PLAIN
};

pub(super) const LABEL_VIEWS: Family = Family {
    plural: "featureViews",
    singular: "label view",
    list: "ListLabelViews",
    get: "GetLabelView",
    item: Item::LabelView,
    relations: "labelView",
    ..PLAIN
};

pub(super) const FEATURES: Family = Family {
    plural: "features",
    singular: "feature",
    list: "ListFeatures",
    get: "GetFeature",
    always: &[("kind", "feature")],
    relations: "feature",
    is_defined: true,
    ..PLAIN
};

pub(super) const LABELS: Family =
    Family { plural: "labels", singular: "label", always: &[("kind", "label")], ..FEATURES };

pub(super) const FEATURE_SERVICES: Family = Family {
    plural: "featureServices",
    singular: "feature service",
    list: "ListFeatureServices",
    get: "GetFeatureService",
    apply: "ApplyFeatureService",
    delete: "DeleteFeatureService",
    relations: "featureService",
    is_defined: true,
    is_visited: true,
    ..PLAIN
};

pub(super) const SAVED_DATASETS: Family = Family {
    plural: "savedDatasets",
    singular: "saved dataset",
    list: "ListSavedDatasets",
    get: "GetSavedDataset",
    apply: "ApplySavedDataset",
    delete: "DeleteSavedDataset",
    item: Item::Dataset,
    applied_is_created: false,
    relations: "savedDataset",
    is_defined: true,
    is_visited: true,
    ..PLAIN
};

pub(super) const PERMISSIONS: Family = Family {
    plural: "permissions",
    singular: "permission",
    list: "ListPermissions",
    get: "GetPermission",
    apply: "ApplyPermission",
    delete: "DeletePermission",
    relations: "permission",
    ..PLAIN
};

pub(super) const PROJECTS: Family =
    Family { plural: "projects", singular: "project", list: "ListProjects", get: "GetProject", ..PLAIN };
