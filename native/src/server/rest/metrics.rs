//! Numbers: how many objects there are, which tags are used most, what was materialized.

use std::{cmp::Reverse, collections::BTreeMap};

use feast_registry_core::time::Timestamp;
use serde_json::{Value, json};

use super::{
    calls::{Calls, scope},
    lineage::of_project,
    parameters::Given,
    refused::Refused,
    relations::name,
};

/// What is counted, in answers and among everything.
const COUNTED: [&str; 6] =
    ["entities", "dataSources", "savedDatasets", "features", "featureViews", "featureServices"];

/// What one project has.
struct Inventory {
    counts: BTreeMap<&'static str, usize>,
    services: Vec<Value>,
    views: Vec<Value>,
    latest: Option<Timestamp>,
}

impl Calls<'_> {
    pub(super) fn resource_counts(&self, given: &Given) -> Result<Value, Refused> {
        if let Some(project) = project(given) {
            let Inventory { counts, services, views, latest } = self.inventory(given, project)?;
            return Ok(json!({
                "project": project,
                "counts": counts,
                "featureServices": services,
                "featureViews": views,
                "projects": [{"name": project}],
                "registryLastUpdated": latest.map(|latest| latest.to_string()),
            }));
        }
        let projects = self.ask("ListProjects", super::calls::cache(given).into())?;
        let mut total: BTreeMap<&str, usize> = COUNTED.map(|counted| (counted, 0)).into();
        let (mut each, mut all_services, mut all_views) = (json!({}), Vec::new(), Vec::new());
        let (mut summaries, mut last) = (Vec::new(), None);
        for project in projects["projects"].as_array().into_iter().flatten() {
            let Inventory { counts, services, views, latest } = self.inventory(given, name(project))?;
            counts.iter().for_each(|(counted, count)| *total.entry(counted).or_default() += count);
            each[name(project)] = json!(counts);
            all_services.extend(services);
            all_views.extend(views);
            last = last.max(latest);
            let description = project["spec"]["description"].as_str().unwrap_or_default();
            summaries.push(json!({"name": name(project), "description": description}));
        }
        Ok(json!({
            "total": total,
            "perProject": each,
            "featureServices": all_services,
            "featureViews": all_views,
            "projects": summaries,
            "registryLastUpdated": last.map(|last: Timestamp| last.to_string()),
        }))
    }

    fn inventory(&self, given: &Given, project: &str) -> Result<Inventory, Refused> {
        let mut found = Inventory {
            counts: COUNTED.map(|counted| (counted, 0)).into(),
            services: Vec::new(),
            views: Vec::new(),
            latest: None,
        };
        let asked = scope(&of_project(given, project));
        self.each_of_everything(&asked, &mut |list, item| found.add(project, list, &item))?;
        Ok(found)
    }

    pub(super) fn popular_tags(&self, given: &Given) -> Result<Value, Refused> {
        let projects = match project(given) {
            Some(project) => vec![project.to_owned()],
            None => self.projects(given)?,
        };
        let (mut tagged, mut count): (BTreeMap<(String, String), Vec<Value>>, usize) = Default::default();
        for project in projects {
            self.each_of("featureViews", &scope(&of_project(given, &project)), &mut |view| {
                count += 1;
                let view = view.as_object().and_then(|any| any.values().next()).unwrap_or(&Value::Null);
                for (key, value) in view["spec"]["tags"].as_object().into_iter().flatten() {
                    let tag = (key.clone(), value.as_str().unwrap_or_default().to_owned());
                    tagged.entry(tag).or_default().push(json!({"name": name(view), "project": project}));
                }
            })?;
        }
        let total = tagged.len();
        let mut popular: Vec<_> = tagged.into_iter().collect();
        popular.sort_by(|((key, _), views), ((other, _), others)| {
            Reverse((views.len(), key)).cmp(&Reverse((others.len(), other)))
        });
        let limit = given["limit"].as_i64().unwrap_or_default();
        let shown = popular.into_iter().take(usize::try_from(limit).unwrap_or_default());
        let shown = shown.map(|((key, value), views)| {
            json!({
                "tag_key": key,
                "tag_value": value,
                "total_feature_views": views.len(),
                "feature_views": views,
            })
        });
        Ok(json!({
            "popular_tags": shown.collect::<Vec<Value>>(),
            "metadata": {"totalFeatureViews": count, "totalTags": total, "limit": limit},
        }))
    }
}

impl Inventory {
    fn add(&mut self, project: &str, list: &str, item: &Value) {
        if let Some(count) = self.counts.get_mut(list) {
            *count += 1;
        }
        let any = match list {
            "featureViews" => item.as_object().and_then(|any| any.iter().next()),
            _ => None,
        };
        let object = any.map_or(item, |(_, view)| view);
        let updated = object["meta"]["lastUpdatedTimestamp"].as_str();
        self.latest = self.latest.max(updated.and_then(|time| Timestamp::parse(time).ok()));
        let summary = || json!({"name": name(object), "project": project});
        match (list, any) {
            ("featureServices", _) => self.services.push(summary()),
            (_, Some((kind, view))) => {
                let features = view["spec"]["features"].as_array().map_or(0, Vec::len);
                let mut summary = summary();
                (summary["type"], summary["featureCount"]) = (kind.as_str().into(), features.into());
                self.views.push(summary);
            }
            _ => {}
        }
    }
}

/// The project that is asked for, if one is.
fn project(given: &Given) -> Option<&str> {
    given.get("project").and_then(Value::as_str).filter(|project| !project.is_empty())
}
