//! The methods of the service, and what each of them does: a line each.

use feast_registry_core::{kind::Kind, operation::Target, schema::MethodType};

use super::TYPE;

/// A method.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Method {
    /// Its name and messages.
    pub(crate) ty: &'static MethodType,
    /// What it does.
    pub(crate) call: Call,
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

use Call::{Apply, Delete, Get, List};

/// In the order of the .proto file.
const CALLS: [(&str, Call); 55] = [
    ("ApplyEntity", Apply),
    ("GetEntity", Get(Kind::Entity)),
    ("ListEntities", List(Kind::Entity)),
    ("DeleteEntity", Delete(Target::Kind(Kind::Entity))),
    ("ApplyDataSource", Apply),
    ("GetDataSource", Get(Kind::DataSource)),
    ("ListDataSources", List(Kind::DataSource)),
    ("DeleteDataSource", Delete(Target::Kind(Kind::DataSource))),
    ("ApplyFeatureView", Apply),
    ("DeleteFeatureView", Delete(Target::View)),
    ("GetAnyFeatureView", Call::GetAnyView),
    ("ListAllFeatureViews", Call::ListAllViews),
    ("GetFeatureView", Get(Kind::FeatureView)),
    ("ListFeatureViews", List(Kind::FeatureView)),
    ("GetStreamFeatureView", Get(Kind::StreamFeatureView)),
    ("ListStreamFeatureViews", List(Kind::StreamFeatureView)),
    ("GetOnDemandFeatureView", Get(Kind::OnDemandFeatureView)),
    ("ListOnDemandFeatureViews", List(Kind::OnDemandFeatureView)),
    ("GetLabelView", Get(Kind::LabelView)),
    ("ListLabelViews", List(Kind::LabelView)),
    ("ApplyFeatureService", Apply),
    ("GetFeatureService", Get(Kind::FeatureService)),
    ("ListFeatureServices", List(Kind::FeatureService)),
    ("DeleteFeatureService", Delete(Target::Kind(Kind::FeatureService))),
    ("ApplySavedDataset", Apply),
    ("GetSavedDataset", Get(Kind::SavedDataset)),
    ("ListSavedDatasets", List(Kind::SavedDataset)),
    ("DeleteSavedDataset", Delete(Target::Kind(Kind::SavedDataset))),
    ("CreateDatasetFromRetrieval", Call::OfflineStore),
    ("GetDatasetData", Call::OfflineStore),
    ("GetDatasetJobStatus", Call::OfflineStore),
    ("ListDatasetJobs", Call::OfflineStore),
    ("ApplyValidationReference", Apply),
    ("GetValidationReference", Get(Kind::ValidationReference)),
    ("ListValidationReferences", List(Kind::ValidationReference)),
    ("DeleteValidationReference", Delete(Target::Kind(Kind::ValidationReference))),
    ("ApplyPermission", Apply),
    ("GetPermission", Get(Kind::Permission)),
    ("ListPermissions", List(Kind::Permission)),
    ("DeletePermission", Delete(Target::Kind(Kind::Permission))),
    ("ApplyProject", Apply),
    ("GetProject", Get(Kind::Project)),
    ("ListProjects", List(Kind::Project)),
    ("DeleteProject", Delete(Target::Kind(Kind::Project))),
    ("ApplyMaterialization", Call::Materialize),
    ("ListProjectMetadata", Call::ListMetadata),
    ("UpdateInfra", Apply),
    ("GetInfra", Call::GetInfra),
    ("Commit", Call::Commit),
    ("Refresh", Call::Refresh),
    ("Proto", Call::Proto),
    ("GetRegistryLineage", Call::Lineage),
    ("GetObjectRelationships", Call::Relations),
    ("ListFeatures", Call::ListFeatures),
    ("GetFeature", Call::GetFeature),
];

impl Method {
    /// Finds a method by its name.
    pub(crate) fn find(name: &str) -> Option<Method> {
        let (_, call) = CALLS.iter().find(|(known, _)| *known == name)?;
        let ty = TYPE.methods.iter().find(|method| method.name == name)?;
        Some(Method { ty, call: *call })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_schema_has_its_line_and_its_messages_fit() {
        let names: Vec<&str> = TYPE.methods.iter().map(|method| method.name).collect();
        assert_eq!(CALLS.map(|(name, _)| name).to_vec(), names);
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
        }
    }
}
