//! The routes: a line each. Paths are below `/api/v1`, and without it.

use super::{
    body::{self, Body},
    family::{
        DATA_SOURCES, ENTITIES, FEATURE_SERVICES, FEATURE_VIEWS, FEATURES, Family, LABEL_VIEWS, LABELS,
        PERMISSIONS, PROJECTS, SAVED_DATASETS,
    },
    parameters::{
        CACHE, DATASET_FILTERS, FEATURE_FILTERS, INDIRECT, JOB_FILTERS, LINEAGE_FILTERS, MOST, PAGE,
        PAGE_OF_ALL, PAGE_OF_ENGINES, PROJECT, PROJECT_OR_ALL, Parameter, RELATED, SEARCH, SERVICE_FILTERS,
        TAGS, VIEW_FILTERS, VISIT_FILTERS,
    },
};
use crate::server::workers::Weight;

/// A route.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) verb: Verb,
    /// Names in braces are texts that a request gives.
    pub(super) path: &'static str,
    /// The parameters of the query, in groups.
    pub(super) parameters: &'static [&'static [Parameter]],
    /// What the body must be, where there is one.
    pub(super) body: Option<&'static Body>,
    pub(super) call: Call,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Delete,
}

/// What a route answers with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    /// The release of Feast whose server this one is like.
    Version,
    /// Objects of one project.
    List(&'static Family),
    /// Objects of all projects.
    ListAll(&'static Family),
    Get(&'static Family),
    Apply(&'static Family),
    Delete(&'static Family),
    /// The jobs that make datasets: this server has none.
    DatasetJobs,
    DatasetJob,
    Lineage,
    LineageOfObject,
    LineageOfAll,
    /// Everything that a project has, with its lineage.
    Complete,
    CompleteOfAll,
    Search,
    ResourceCounts,
    PopularTags,
    RecentlyVisited,
    Engine,
    Engines,
    MaterializationJobs,
    Refresh,
    /// Nothing: what it would take is said.
    Needs(&'static str),
}

impl Route {
    /// What answering takes where the cache does not answer.
    pub(super) fn weight(&self) -> Weight {
        match self.call {
            Call::List(_)
            | Call::ListAll(_)
            | Call::Lineage
            | Call::LineageOfObject
            | Call::LineageOfAll
            | Call::Complete
            | Call::CompleteOfAll
            | Call::Search
            | Call::ResourceCounts
            | Call::PopularTags
            | Call::RecentlyVisited => Weight::Heavy,
            Call::Version
            | Call::Get(_)
            | Call::Apply(_)
            | Call::Delete(_)
            | Call::DatasetJobs
            | Call::DatasetJob
            | Call::Engine
            | Call::Engines
            | Call::MaterializationJobs
            | Call::Refresh
            | Call::Needs(_) => Weight::Light,
        }
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + Clone {
        self.parameters.iter().copied().flatten()
    }

    /// The names in braces.
    pub(super) fn path_names(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

const fn get(path: &'static str, parameters: &'static [&'static [Parameter]], call: Call) -> Route {
    Route { verb: Verb::Get, path, parameters, body: None, call }
}

const fn post(path: &'static str, body: &'static Body, call: Call) -> Route {
    Route { verb: Verb::Post, path, parameters: &[], body: Some(body), call }
}

const fn delete(path: &'static str, call: Call) -> Route {
    Route { verb: Verb::Delete, path, parameters: &[PROJECT], body: None, call }
}

const fn act(path: &'static str, call: Call) -> Route {
    Route { verb: Verb::Post, path, parameters: &[], body: None, call }
}

const ONE: &[&[Parameter]] = &[PROJECT, RELATED, CACHE];
const ALL: &[&[Parameter]] = &[CACHE, PAGE_OF_ALL, RELATED];
const SOME: &[&[Parameter]] = &[PROJECT, CACHE, RELATED, PAGE];
const TAGGED: &[&[Parameter]] = &[PROJECT, CACHE, RELATED, TAGS, PAGE];

use Call::{Apply, Delete, Get, List, ListAll, Needs};

const MONITORING: Call = Needs("monitoring the quality of data needs an offline store");

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    get("/version", &[], Call::Version),

    get("/entities", SOME, List(&ENTITIES)),
    post("/entities", &body::ENTITY, Apply(&ENTITIES)),
    get("/entities/all", ALL, ListAll(&ENTITIES)),
    get("/entities/{name}", ONE, Get(&ENTITIES)),
    delete("/entities/{name}", Delete(&ENTITIES)),

    get("/data_sources", TAGGED, List(&DATA_SOURCES)),
    post("/data_sources", &body::DATA_SOURCE, Apply(&DATA_SOURCES)),
    get("/data_sources/all", ALL, ListAll(&DATA_SOURCES)),
    get("/data_sources/{name}", ONE, Get(&DATA_SOURCES)),
    delete("/data_sources/{name}", Delete(&DATA_SOURCES)),

    get("/feature_views", &[PROJECT, CACHE, RELATED, VIEW_FILTERS, TAGS, PAGE], List(&FEATURE_VIEWS)),
    post("/feature_views", &body::FEATURE_VIEW, Apply(&FEATURE_VIEWS)),
    get("/feature_views/all", ALL, ListAll(&FEATURE_VIEWS)),
    get("/feature_views/{name}", ONE, Get(&FEATURE_VIEWS)),
    delete("/feature_views/{name}", Delete(&FEATURE_VIEWS)),

    get("/label_views", TAGGED, List(&LABEL_VIEWS)),
    get("/label_views/all", ALL, ListAll(&LABEL_VIEWS)),
    get("/label_views/{name}", ONE, Get(&LABEL_VIEWS)),

    get("/features", &[PROJECT, FEATURE_FILTERS, RELATED, CACHE, PAGE], List(&FEATURES)),
    get("/features/all", ALL, ListAll(&FEATURES)),
    get("/features/{feature_view}/{name}", ONE, Get(&FEATURES)),
    get("/labels", &[PROJECT, FEATURE_FILTERS, RELATED, CACHE, PAGE], List(&LABELS)),
    get("/labels/all", ALL, ListAll(&LABELS)),

    get("/feature_services", &[PROJECT, CACHE, RELATED, SERVICE_FILTERS, TAGS, PAGE], List(&FEATURE_SERVICES)),
    post("/feature_services", &body::FEATURE_SERVICE, Apply(&FEATURE_SERVICES)),
    get("/feature_services/all", ALL, ListAll(&FEATURE_SERVICES)),
    get("/feature_services/{name}", ONE, Get(&FEATURE_SERVICES)),
    delete("/feature_services/{name}", Delete(&FEATURE_SERVICES)),

    get("/saved_datasets", &[PROJECT, CACHE, DATASET_FILTERS, RELATED, TAGS, PAGE], List(&SAVED_DATASETS)),
    post("/saved_datasets", &body::SAVED_DATASET, Apply(&SAVED_DATASETS)),
    get("/saved_datasets/all", &[CACHE, PAGE_OF_ALL, DATASET_FILTERS, RELATED], ListAll(&SAVED_DATASETS)),
    get("/saved_datasets/{name}", ONE, Get(&SAVED_DATASETS)),
    delete("/saved_datasets/{name}", Delete(&SAVED_DATASETS)),

    act("/saved_datasets/create", Needs("making a dataset needs an offline store")),
    get("/saved_datasets/data/{name}", &[PROJECT], Needs("reading a dataset's data needs an offline store")),
    get("/saved_datasets/jobs", &[], Call::DatasetJobs),
    get("/saved_datasets/jobs/{job_id}", &[], Call::DatasetJob),

    get("/permissions", SOME, List(&PERMISSIONS)),
    post("/permissions", &body::PERMISSION, Apply(&PERMISSIONS)),
    get("/permissions/{name}", ONE, Get(&PERMISSIONS)),
    delete("/permissions/{name}", Delete(&PERMISSIONS)),

    get("/projects", &[CACHE, PAGE], List(&PROJECTS)),
    get("/projects/{name}", &[CACHE], Get(&PROJECTS)),
    get("/lineage/registry", &[PROJECT, CACHE, LINEAGE_FILTERS, PAGE], Call::Lineage),
    get("/lineage/registry/all", &[CACHE, LINEAGE_FILTERS], Call::LineageOfAll),
    get("/lineage/objects/{object_type}/{object_name}", &[PROJECT, INDIRECT, CACHE, PAGE], Call::LineageOfObject),
    get("/lineage/complete", &[PROJECT, CACHE, PAGE], Call::Complete),
    get("/lineage/complete/all", &[CACHE], Call::CompleteOfAll),

    get("/search", &[SEARCH, CACHE, TAGS], Call::Search),
    get("/metrics/resource_counts", &[PROJECT_OR_ALL, CACHE], Call::ResourceCounts),
    get("/metrics/popular_tags", &[PROJECT_OR_ALL, MOST, CACHE], Call::PopularTags),
    get("/metrics/recently_visited", &[PROJECT_OR_ALL, VISIT_FILTERS, PAGE], Call::RecentlyVisited),
    get("/compute_engines", &[PROJECT, CACHE], Call::Engine),
    get("/compute_engines/all", &[CACHE, PAGE_OF_ENGINES], Call::Engines),
    get("/materialization_jobs", &[PROJECT, CACHE, JOB_FILTERS, PAGE], Call::MaterializationJobs),

    act("/registry/refresh", Call::Refresh),

    act("/monitoring/compute", MONITORING),
    act("/monitoring/compute/log", MONITORING),
    act("/monitoring/compute/transient", MONITORING),
    act("/monitoring/auto_compute", MONITORING),
    act("/monitoring/auto_compute/log", MONITORING),
    get("/monitoring/jobs/{job_id}", &[PROJECT], MONITORING),
    get("/monitoring/metrics/features", &[PROJECT], MONITORING),
    get("/monitoring/metrics/feature_views", &[PROJECT], MONITORING),
    get("/monitoring/metrics/feature_services", &[PROJECT], MONITORING),
    get("/monitoring/metrics/baseline", &[PROJECT], MONITORING),
    get("/monitoring/metrics/timeseries", &[PROJECT], MONITORING),
];
