//! What clients ask for: a line for each load, in an order in which none makes the registry of the next one larger.

use bytes::Bytes;
use feast_registry_core::proto::feast::{core as feast, registry as requests};
use prost::Message;
use prost_types::Timestamp;

/// The registry that is asked about.
pub(crate) struct Contents {
    pub(crate) project: String,
    pub(crate) views: Vec<String>,
}

/// Which server of a registry's two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Grpc,
    Rest,
}

/// One call.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    /// A method and its request.
    Grpc(&'static str, Bytes),
    /// A path with its query.
    Rest(String),
}

/// What a client calls: by its number, and how many calls it has made.
type Calls = fn(&Contents, usize, usize) -> Call;

/// A load.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) door: Door,
    /// The bench fails where we answer fewer than so many times as many as Feast: one client, and many.
    pub(crate) floor: [f64; 2],
    /// And where an answer takes us more than so many times the processor time that it takes the bare server.
    pub(crate) ceiling: Option<f64>,
    pub(crate) calls: Calls,
}

const fn read(name: &'static str, floor: [f64; 2], ceiling: Option<f64>, calls: Calls) -> Workload {
    Workload { name, door: Door::Grpc, floor, ceiling, calls }
}

const fn rest(name: &'static str, floor: [f64; 2], calls: Calls) -> Workload {
    Workload { name, door: Door::Rest, floor, ceiling: None, calls }
}

const fn write(name: &'static str, floor: [f64; 2], calls: Calls) -> Workload {
    Workload { name, door: Door::Grpc, floor, ceiling: None, calls }
}

pub(crate) const WORKLOADS: &[Workload] = &[
    read("GetFeatureView, cached", [9.0, 36.0], Some(1.5), |contents, client, index| {
        get(contents, client, index, true)
    }),
    read("GetFeatureView", [5.0, 20.0], None, |contents, client, index| get(contents, client, index, false)),
    read("ListFeatureViews, cached", [120.0, 120.0], Some(1.5), |contents, _, _| list(contents, true, None)),
    read("ListFeatureViews", [100.0, 200.0], None, |contents, _, _| list(contents, false, None)),
    rest("REST: 100 views", [200.0, 400.0], |contents, _, index| {
        let page = index % PAGES + 1;
        let Contents { project, .. } = contents;
        Call::Rest(format!(
            "/api/v1/feature_views?project={project}&page={page}&limit=100&sort_by=name&allow_cache=true"
        ))
    }),
    rest("REST: search", [10_000.0, 50_000.0], |contents, client, index| {
        let query = TERMS[(client + index) % TERMS.len()];
        let Contents { project, .. } = contents;
        Call::Rest(format!("/api/v1/search?query={query}&projects={project}&allow_cache=true"))
    }),
    rest("REST: lineage", [800.0, 800.0], |contents, _, _| {
        Call::Rest(format!("/api/v1/lineage/registry?project={}&allow_cache=true", contents.project))
    }),
    rest("REST: resource counts", [10_000.0, 30_000.0], |contents, _, _| {
        Call::Rest(format!("/api/v1/metrics/resource_counts?project={}&allow_cache=true", contents.project))
    }),
    read("95 % get, 4 % page, 1 % write", [15.0, 25.0], None, |contents, client, index| {
        match (client * 37 + index) % 100 {
            0 => apply(contents, client, index),
            1..5 => list(contents, true, Some(index % PAGES)),
            _ => get(contents, client, index, true),
        }
    }),
    write("ApplyEntity", [15.0, 35.0], apply),
    write("ApplyMaterialization", [15.0, 35.0], materialize),
];

const PAGES: usize = 10;
const TERMS: [&str; 5] = ["ranking", "driver", "orders", "pricing_store", "session"];
/// Some time; what is materialized does not matter.
const START: i64 = 1_780_000_000;

/// Another view each time, not all clients the same.
fn view(contents: &Contents, client: usize, index: usize) -> String {
    contents.views[(client * 97 + index) % contents.views.len()].clone()
}

fn get(contents: &Contents, client: usize, index: usize, allow_cache: bool) -> Call {
    let project = contents.project.clone();
    let request =
        requests::GetFeatureViewRequest { name: view(contents, client, index), project, allow_cache };
    Call::Grpc("GetFeatureView", request.encode_to_vec().into())
}

fn list(contents: &Contents, allow_cache: bool, page: Option<usize>) -> Call {
    let pagination = page.map(|page| requests::PaginationParams { page: page as i32 + 1, limit: 100 });
    let project = contents.project.clone();
    let request =
        requests::ListFeatureViewsRequest { project, allow_cache, pagination, ..Default::default() };
    Call::Grpc("ListFeatureViews", request.encode_to_vec().into())
}

/// Changes the client's own entity.
fn apply(contents: &Contents, client: usize, index: usize) -> Call {
    let spec = feast::EntitySpecV2 {
        name: format!("entity_{client}"),
        join_key: "id".into(),
        value_type: 4,
        description: format!("as of change {index}"),
        project: contents.project.clone(),
        ..Default::default()
    };
    let entity = Some(feast::Entity { spec: Some(spec), meta: None });
    let request = requests::ApplyEntityRequest { entity, project: contents.project.clone(), commit: true };
    Call::Grpc("ApplyEntity", request.encode_to_vec().into())
}

fn materialize(contents: &Contents, client: usize, index: usize) -> Call {
    let at = |seconds| Some(Timestamp { seconds, nanos: 0 });
    let spec = feast::FeatureViewSpec {
        name: view(contents, client, index),
        project: contents.project.clone(),
        batch_source: Some(feast::DataSource {
            name: "source".into(),
            r#type: feast::data_source::SourceType::BatchFile as i32,
            options: Some(feast::data_source::Options::FileOptions(Default::default())),
            ..Default::default()
        }),
        ..Default::default()
    };
    let start = START + 3_600 * index as i64;
    let request = requests::ApplyMaterializationRequest {
        feature_view: Some(feast::FeatureView { spec: Some(spec), meta: None }),
        project: contents.project.clone(),
        start_date: at(start),
        end_date: at(start + 3_600),
        commit: true,
    };
    Call::Grpc("ApplyMaterialization", request.encode_to_vec().into())
}
