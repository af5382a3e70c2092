//! The methods of the service, what each of them does, and what a user needs leave for: a line each.

use std::{collections::HashMap, sync::LazyLock};

use feast_registry_core::{
    catalog::permissions::Action, kind::Kind, operation::Target, schema::MethodType, service::Access,
};

use super::TYPE;
use crate::server::workers::Weight;

/// A method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method {
    /// Its name and messages.
    pub(crate) ty: &'static MethodType,
    /// What it does.
    pub(crate) call: Call,
    /// What a user needs leave for.
    pub(crate) access: Access,
}

/// What a method does. What else there is to know its messages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Applies the object that the request carries, of whichever kind.
    Apply,
    Get(Kind),
    GetAnyView,
    GetInfra,
    List(Kind),
    ListAllViews,
    Delete(Target),
    Materialize,
    ListMetadata,
    ListFeatures,
    GetFeature,
    Lineage,
    Relations,
    Proto,
    Commit,
    Refresh,
    /// Would have to read or write data of features.
    OfflineStore,
}

use Access::{Free, Upsert, UpsertProject};
use Call::{Apply, Delete, Get, List};

const CREATE: Access = Access::Objects(&[Action::Create]);
const DESCRIBE: Access = Access::Objects(&[Action::Describe]);
const DELETE: Access = Access::Objects(&[Action::Delete]);
const READ_OFFLINE: Access = Access::Objects(&[Action::ReadOffline]);
const WRITE_ONLINE: Access = Access::Objects(&[Action::WriteOnline]);
const PROJECT: Access = Access::Project(&[Action::Describe]);

/// In the order of the .proto file.
const CALLS: [(&str, Call, Access); 55] = [
    ("ApplyEntity", Apply, Upsert),
    ("GetEntity", Get(Kind::Entity), DESCRIBE),
    ("ListEntities", List(Kind::Entity), DESCRIBE),
    ("DeleteEntity", Delete(Target::Kind(Kind::Entity)), DELETE),
    ("ApplyDataSource", Apply, Upsert),
    ("GetDataSource", Get(Kind::DataSource), DESCRIBE),
    ("ListDataSources", List(Kind::DataSource), DESCRIBE),
    ("DeleteDataSource", Delete(Target::Kind(Kind::DataSource)), DELETE),
    ("ApplyFeatureView", Apply, Upsert),
    ("DeleteFeatureView", Delete(Target::View), DELETE),
    ("GetAnyFeatureView", Call::GetAnyView, DESCRIBE),
    ("ListAllFeatureViews", Call::ListAllViews, DESCRIBE),
    ("GetFeatureView", Get(Kind::FeatureView), DESCRIBE),
    ("ListFeatureViews", List(Kind::FeatureView), DESCRIBE),
    ("GetStreamFeatureView", Get(Kind::StreamFeatureView), DESCRIBE),
    ("ListStreamFeatureViews", List(Kind::StreamFeatureView), DESCRIBE),
    ("GetOnDemandFeatureView", Get(Kind::OnDemandFeatureView), DESCRIBE),
    ("ListOnDemandFeatureViews", List(Kind::OnDemandFeatureView), DESCRIBE),
    ("GetLabelView", Get(Kind::LabelView), DESCRIBE),
    ("ListLabelViews", List(Kind::LabelView), DESCRIBE),
    ("ApplyFeatureService", Apply, Upsert),
    ("GetFeatureService", Get(Kind::FeatureService), DESCRIBE),
    ("ListFeatureServices", List(Kind::FeatureService), DESCRIBE),
    ("DeleteFeatureService", Delete(Target::Kind(Kind::FeatureService)), DELETE),
    ("ApplySavedDataset", Apply, Upsert),
    ("GetSavedDataset", Get(Kind::SavedDataset), DESCRIBE),
    ("ListSavedDatasets", List(Kind::SavedDataset), DESCRIBE),
    ("DeleteSavedDataset", Delete(Target::Kind(Kind::SavedDataset)), DELETE),
    ("CreateDatasetFromRetrieval", Call::OfflineStore, CREATE),
    ("GetDatasetData", Call::OfflineStore, READ_OFFLINE),
    ("GetDatasetJobStatus", Call::OfflineStore, DESCRIBE),
    ("ListDatasetJobs", Call::OfflineStore, DESCRIBE),
    ("ApplyValidationReference", Apply, Upsert),
    ("GetValidationReference", Get(Kind::ValidationReference), DESCRIBE),
    ("ListValidationReferences", List(Kind::ValidationReference), DESCRIBE),
    ("DeleteValidationReference", Delete(Target::Kind(Kind::ValidationReference)), DELETE),
    ("ApplyPermission", Apply, Upsert),
    ("GetPermission", Get(Kind::Permission), DESCRIBE),
    ("ListPermissions", List(Kind::Permission), DESCRIBE),
    ("DeletePermission", Delete(Target::Kind(Kind::Permission)), DELETE),
    ("ApplyProject", Apply, Upsert),
    ("GetProject", Get(Kind::Project), DESCRIBE),
    ("ListProjects", List(Kind::Project), DESCRIBE),
    ("DeleteProject", Delete(Target::Kind(Kind::Project)), DELETE),
    ("ApplyMaterialization", Call::Materialize, WRITE_ONLINE),
    ("ListProjectMetadata", Call::ListMetadata, PROJECT),
    ("UpdateInfra", Apply, UpsertProject),
    ("GetInfra", Call::GetInfra, PROJECT),
    ("Commit", Call::Commit, Free),
    ("Refresh", Call::Refresh, UpsertProject),
    ("Proto", Call::Proto, DESCRIBE),
    ("GetRegistryLineage", Call::Lineage, PROJECT),
    ("GetObjectRelationships", Call::Relations, PROJECT),
    ("ListFeatures", Call::ListFeatures, DESCRIBE),
    ("GetFeature", Call::GetFeature, DESCRIBE),
];

impl Call {
    /// What answering takes where the cache does not answer.
    pub(crate) fn weight(self) -> Weight {
        match self {
            Call::List(_)
            | Call::ListAllViews
            | Call::ListFeatures
            | Call::Lineage
            | Call::Relations
            | Call::Proto => Weight::Heavy,
            Call::Apply
            | Call::Get(_)
            | Call::GetAnyView
            | Call::GetInfra
            | Call::Delete(_)
            | Call::Materialize
            | Call::ListMetadata
            | Call::GetFeature
            | Call::Commit
            | Call::Refresh
            | Call::OfflineStore => Weight::Light,
        }
    }
}

impl Method {
    /// Finds a method by its name.
    pub(crate) fn find(name: &str) -> Option<Method> {
        static METHODS: LazyLock<HashMap<&str, Method>> = LazyLock::new(|| {
            let method = |(name, call, access): &(&'static str, Call, Access)| {
                let ty = TYPE.methods.iter().find(|method| method.name == *name)?;
                Some((*name, Method { ty, call: *call, access: *access }))
            };
            CALLS.iter().filter_map(method).collect()
        });
        METHODS.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_schema_has_its_line_and_its_messages_fit() {
        let names: Vec<&str> = TYPE.methods.iter().map(|method| method.name).collect();
        assert_eq!(CALLS.map(|(name, _, _)| name).to_vec(), names);
        let has = |ty: &feast_registry_core::schema::MessageType, names: &[&str]| {
            names.iter().all(|name| ty.field_named(name).is_some())
        };
        for method in TYPE.methods.iter().map(|ty| Method::find(ty.name).unwrap()) {
            let (input, output) = (method.ty.input, method.ty.output);
            let scope =
                |kind: &Kind| if *kind == Kind::Project { &["name"][..] } else { &["name", "project"] };
            let arranged = ["allow_cache", "pagination", "sorting"];
            let fits = match method.call {
                Call::Apply => Kind::all().any(|kind| input.field_of(kind.info().message).is_some()),
                Call::Get(kind) => {
                    core::ptr::eq(output, kind.info().message)
                        && has(input, scope(&kind))
                        && has(input, &["allow_cache"])
                }
                Call::List(kind) => {
                    let list = output.fields.iter().find(|field| field.name != "pagination");
                    list.and_then(|list| list.message())
                        .is_some_and(|message| core::ptr::eq(message, kind.info().message))
                        && has(input, &arranged)
                        && has(input, &["tags"])
                        && (kind == Kind::Project || has(input, &["project"]))
                }
                Call::Delete(Target::Kind(kind)) => has(input, scope(&kind)),
                Call::Delete(_) => has(input, &["name", "project"]),
                Call::GetAnyView => has(input, &["name", "project"]) && has(output, &["any_feature_view"]),
                Call::ListAllViews => {
                    let filters = ["entity", "feature", "feature_service", "data_source", "updated_since"];
                    has(input, &arranged) && has(input, &filters) && has(input, &["project", "tags"])
                }
                Call::Materialize => has(input, &["project", "feature_view", "start_date", "end_date"]),
                Call::ListFeatures => {
                    has(input, &arranged) && has(input, &["project", "feature_view", "name", "kind"])
                }
                Call::GetFeature => has(input, &["project", "feature_view", "name"]),
                Call::Lineage => {
                    let lists = ["relationships", "indirect_relationships"];
                    let metadata = ["relationships_pagination", "indirect_relationships_pagination"];
                    has(input, &["project", "filter_object_type", "filter_object_name"])
                        && has(input, &arranged)
                        && has(output, &lists)
                        && has(output, &metadata)
                }
                Call::Relations => {
                    has(input, &["project", "object_type", "object_name", "include_indirect"])
                        && has(input, &arranged)
                }
                Call::GetInfra | Call::ListMetadata => has(input, &["project"]),
                Call::Proto | Call::Commit | Call::Refresh | Call::OfflineStore => true,
            };
            assert!(fits, "{}", method.ty.name);
            // What changes something needs more than to see it.
            let changes = matches!(method.call, Call::Apply | Call::Delete(_) | Call::Materialize);
            let sees = matches!(method.access, Free | PROJECT | DESCRIBE);
            assert!(!changes || !sees, "{}", method.ty.name);
            let names_project = matches!(method.access, Access::Project(_) | UpsertProject);
            assert!(!names_project || has(input, &["project"]), "{}", method.ty.name);
        }
    }
}
