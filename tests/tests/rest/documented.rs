//! The requests that Feast's documentation of its REST registry server shows: each is answered, with what the page says
//! is in the answer.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    differential::serve,
    place::{Engine, Place},
    routes::{ask, post},
};

const PROJECT: &str = "my_project";
const LIST: &[&str] = &["pagination"];
const RELATED: &[&str] = &["pagination", "relationships"];
const FOUND: &[&str] = &["query", "projects_searched", "results", "pagination", "errors"];
const VISITS: &[&str] = &["visits", "pagination"];

/// What is asked of every sort of object, of the one that is named, and under which name lists have it.
const KINDS: [(&str, &str, &str); 8] = [
    ("entities", "user_id", "entities"),
    ("data_sources", "user_data", "dataSources"),
    ("feature_views", "user_features", "featureViews"),
    ("features", "driver_hourly_stats/conv_rate", "features"),
    ("feature_services", "recommendation_service", "featureServices"),
    ("permissions", "read_features", "permissions"),
    ("saved_datasets", "training_data", "savedDatasets"),
    ("projects", PROJECT, "projects"),
];
/// The other requests, and keys of their answers. `project=my_project` is left out.
const OTHERS: [(&str, &[&str]); 24] = [
    ("/feature_views?entity=user", LIST),
    ("/feature_views?feature=age", LIST),
    ("/feature_views?data_source=user_profile_source", LIST),
    ("/feature_views?feature_service=recommendation_service", LIST),
    ("/feature_views?entity=user&feature=age", LIST),
    ("/feature_services?feature_view=user_profile", LIST),
    ("/lineage/registry?", &["relationships", "indirect_relationships"]),
    ("/lineage/objects/feature/conv_rate?include_indirect=true", RELATED),
    ("/lineage/complete?", &["project", "objects", "relationships", "indirectRelationships", "pagination"]),
    ("/lineage/registry/all?", &["relationships", "indirect_relationships"]),
    ("/lineage/complete/all?", &["projects"]),
    ("/metrics/resource_counts?", &["project", "counts"]),
    ("/metrics/resource_counts", &["total", "perProject"]),
    ("/metrics/recently_visited?", VISITS),
    ("/metrics/recently_visited?page=1&limit=10", VISITS),
    ("/metrics/recently_visited?object=entities", VISITS),
    ("/metrics/recently_visited?sort_by=timestamp&sort_order=desc", VISITS),
    ("/search?query=user", FOUND),
    ("/search?query=driver&projects=ride_sharing&projects=analytics", FOUND),
    ("/search?query=features&tags=environment:production&tags=team:ml", FOUND),
    ("/search?query=conv_rate&page=1&limit=10&sort_by=name&sort_order=asc", FOUND),
    ("/search?query=&projects=my_project&page=1&limit=20", FOUND),
    ("/version", &["version"]),
    ("/openapi.json", &["paths"]),
];

/// The objects that the examples name, applied over the same API.
fn objects() -> Vec<Value> {
    let apply = |kind: &str, name: &str, more: Value| {
        let mut body = json!({"name": name, "project": PROJECT, "tags": {"team": "ml"}});
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        post(&format!("/api/v1/{kind}"), body)
    };
    let view =
        |features: Value| json!({"entities": ["user_id"], "features": features, "batch_source": "user_data"});
    vec![
        apply("entities", "user_id", json!({"value_type": 4, "join_key": "user_id"})),
        apply(
            "data_sources",
            "user_data",
            json!({"type": 1, "timestamp_field": "ts", "file_options": {"uri": "users.parquet"}}),
        ),
        apply("feature_views", "user_features", view(json!([{"name": "age", "value_type": 4}]))),
        apply("feature_views", "driver_hourly_stats", view(json!([{"name": "conv_rate", "value_type": 6}]))),
        apply(
            "feature_services",
            "recommendation_service",
            json!({"features": [{"feature_view_name": "user_features"}]}),
        ),
        apply(
            "permissions",
            "read_features",
            json!({"types": ["FEATURE_VIEW"], "actions": ["DESCRIBE"], "policy": {"role_based_policy": {"roles": ["reader"]}}}),
        ),
        apply("saved_datasets", "training_data", json!({"storage_path": "training.parquet"})),
    ]
}

#[test]
fn what_feasts_documentation_shows_is_answered() -> Result<()> {
    let place = Place::new(Engine::Sqlite)?;
    let server = serve(&place)?;
    for answer in ask(&place, &server, &objects())? {
        assert!(matches!(answer["status"].as_u64(), Some(200 | 201)), "{answer}");
    }
    let mut examples: Vec<(String, Vec<&str>)> = Vec::new();
    let mut show = |path: String, keys: &[&'static str]| examples.push((path, keys.to_vec()));
    for (kind, name, list) in KINDS {
        let of = if kind == "projects" { "x=" } else { "project=my_project" };
        show(format!("/{kind}?{of}"), &[list, "pagination"]);
        show(format!("/{kind}?{of}&page=1&limit=10&sort_by=name"), &[list, "pagination"]);
        show(format!("/{kind}/{name}?{of}"), &[]);
        if kind == "projects" {
            continue;
        }
        show(
            format!("/{kind}?{of}&include_relationships=true&page=1&limit=10"),
            &[list, "pagination", "relationships"],
        );
        show(format!("/{kind}/{name}?{of}&include_relationships=true"), &["relationships"]);
        if kind != "permissions" {
            show(format!("/{kind}/all?page=1&limit=10&sort_by=name"), &[list, "pagination"]);
            show(format!("/{kind}/all?include_relationships=true"), &[list, "pagination", "relationships"]);
        }
    }
    for (path, keys) in OTHERS {
        let is_of_project = path.contains('?') && !path.contains("/all?") && !path.starts_with("/search");
        let path = if is_of_project { format!("{path}&project={PROJECT}") } else { path.to_owned() };
        show(path, keys);
    }
    let requests: Vec<Value> =
        examples.iter().map(|(path, _)| json!({"path": format!("/api/v1{path}")})).collect();
    for ((path, keys), answer) in examples.iter().zip(ask(&place, &server, &requests)?) {
        assert_eq!(answer["status"], 200, "{path}: {answer}");
        let has = answer["body"].as_object();
        assert!(has.is_some_and(|has| keys.iter().all(|key| has.contains_key(*key))), "{path}: {answer}");
        // Of every kind there is one; of all projects each says whose it is.
        for list in keys.iter().filter(|key| KINDS.iter().any(|(_, _, list)| list == *key)) {
            let items = answer["body"][*list].as_array().map(Vec::as_slice).unwrap_or_default();
            assert!(!items.is_empty() || path.contains("feature_views?"), "{path}: {answer}");
            assert!(
                !path.contains("/all") || items.iter().all(|item| item["project"] == PROJECT),
                "{path}: {answer}"
            );
        }
    }
    Ok(())
}
