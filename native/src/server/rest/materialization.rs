//! What is known of materialization: the engine that is configured, the views, and the intervals that were
//! recorded, which Feast tells as jobs.

use feast_registry_core::time::Timestamp;
use serde_json::{Value, json};

use super::{
    calls::{Calls, scope},
    lineage::of_project,
    parameters::Given,
    refused::Refused,
    relations::name,
};

/// The engines of Feast's own that it knows by another name than their class's.
const CLASSES: [(&str, &str); 10] = [
    ("local", "LocalComputeEngine"),
    ("snowflake.engine", "SnowflakeComputeEngine"),
    ("lambda", "LambdaComputeEngine"),
    ("k8s", "KubernetesComputeEngine"),
    ("spark.engine", "SparkComputeEngine"),
    ("ray.engine", "RayComputeEngine"),
    ("flink.engine", "FlinkComputeEngine"),
    ("spark_application", "SparkApplicationComputeEngine"),
    ("trino.engine", "TrinoComputeEngine"),
    ("trino", "TrinoComputeEngine"),
];

/// What is told of an engine; of its configuration only the type, for there may be secrets in it.
fn engine(ty: &str, project: &str, views: usize) -> Value {
    let known = CLASSES.iter().find(|(name, _)| *name == ty).map(|(_, class)| *class);
    let class = known.unwrap_or(ty.rsplit('.').next().unwrap_or(ty));
    json!({
        "engineType": ty,
        "engineClass": class,
        "config": {"type": ty},
        "featureViewCount": views,
        "project": project,
    })
}

impl Calls<'_> {
    pub(super) fn engine(&self, given: &Given) -> Result<Value, Refused> {
        let mut views = Vec::new();
        for (method, kind) in [("ListFeatureViews", "Batch"), ("ListStreamFeatureViews", "Stream")] {
            let (listed, _) = self.listed(method, scope(given).into())?;
            views.extend(listed.iter().map(|view| described(view, kind)));
        }
        let project = given["project"].as_str().unwrap_or_default();
        Ok(json!({"engine": engine(self.batch_engine, project, views.len()), "featureViews": views}))
    }

    pub(super) fn engines(&self, given: &Given) -> Result<Value, Refused> {
        let mut engines = Vec::new();
        for project in self.projects(given)? {
            let (views, _) = self.listed("ListFeatureViews", scope(&of_project(given, &project)).into())?;
            engines.push(engine(self.batch_engine, &project, views.len()));
        }
        Ok(json!({"pagination": told(given, engines.len()), "engines": cut(engines, given)}))
    }

    pub(super) fn materialization_jobs(&self, given: &Given) -> Result<Value, Refused> {
        let (views, _) = self.listed("ListFeatureViews", scope(given).into())?;
        let text = |name: &str| given.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut jobs: Vec<(Timestamp, Value)> = Vec::new();
        for view in views.iter().filter(|view| text("feature_view").is_none_or(|wanted| wanted == name(view)))
        {
            for (index, interval) in intervals(view).iter().enumerate() {
                let start = interval["startTime"].as_str().and_then(|start| Timestamp::parse(start).ok());
                let job = json!({
                    "id": format!("{}-{index}", name(view)),
                    "featureView": name(view),
                    "status": "SUCCEEDED",
                    "startTime": interval["startTime"],
                    "endTime": interval["endTime"],
                });
                jobs.push((start.unwrap_or_default(), job));
            }
        }
        if text("status").is_some_and(|status| !status.eq_ignore_ascii_case("SUCCEEDED")) {
            jobs.clear();
        }
        // The latest first.
        jobs.sort_by_key(|(start, _)| std::cmp::Reverse(*start));
        let jobs: Vec<Value> = jobs.into_iter().map(|(_, job)| job).collect();
        Ok(json!({"pagination": told(given, jobs.len()), "jobs": cut(jobs, given)}))
    }
}

fn described(view: &Value, kind: &str) -> Value {
    let (spec, intervals) = (&view["spec"], intervals(view));
    json!({
        "name": spec["name"],
        "type": kind,
        // A default value is not in the JSON of a message, and Feast takes it for true.
        "online": spec.get("online").unwrap_or(&Value::Bool(true)),
        "lastMaterialized": intervals.last().map(|last| &last["endTime"]),
        "hasOverride": spec.get("batchEngine").is_some(),
        "overrides": spec["batchEngine"],
        "materializationIntervals": intervals,
    })
}

fn intervals(view: &Value) -> &[Value] {
    view["meta"]["materializationIntervals"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A page, if one is asked for.
fn cut(items: Vec<Value>, given: &Given) -> Vec<Value> {
    let number =
        |name: &str| given.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    let Some(limit) = number("limit") else { return items };
    let skipped = (number("page").unwrap_or(1).max(1) - 1).saturating_mul(limit);
    items.into_iter().skip(skipped).take(limit).collect()
}

fn told(given: &Given, total: usize) -> Value {
    let number = |name: &str| given.get(name).and_then(Value::as_u64).unwrap_or_default();
    json!({"page": number("page"), "limit": number("limit"), "total": total})
}
