//! Numbers: how many objects there are, which tags are used most, what was materialized.

use std::{cmp::Reverse, collections::BTreeMap};

use feast_registry_core::time::Timestamp;
use serde_json::{Value, json};

use super::{
    calls::{Calls, scope},
    family::FEATURE_VIEWS,
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
        let everything = self.everything(&scope(&of_project(given, project)))?;
        let mut found =
            Inventory { counts: BTreeMap::new(), services: Vec::new(), views: Vec::new(), latest: None };
        for (list, (items, _)) in everything {
            for item in &items {
                let any = if list == "featureViews" {
                    item.as_object().and_then(|any| any.iter().next())
                } else {
                    None
                };
                let object = any.map_or(item, |(_, view)| view);
                let updated = object["meta"]["lastUpdatedTimestamp"].as_str();
                found.latest = found.latest.max(updated.and_then(|time| Timestamp::parse(time).ok()));
                let summary = json!({"name": name(object), "project": project});
                match (list, any) {
                    ("featureServices", _) => found.services.push(summary),
                    (_, Some((kind, view))) => {
                        let features = view["spec"]["features"].as_array().map_or(0, Vec::len);
                        let mut summary = summary;
                        (summary["type"], summary["featureCount"]) = (kind.as_str().into(), features.into());
                        found.views.push(summary);
                    }
                    _ => {}
                }
            }
            if COUNTED.contains(&list) {
                found.counts.insert(list, items.len());
            }
        }
        Ok(found)
    }

    pub(super) fn popular_tags(&self, given: &Given) -> Result<Value, Refused> {
        let projects = match project(given) {
            Some(project) => vec![project.to_owned()],
            None => self.projects(given)?,
        };
        let (mut tagged, mut count): (BTreeMap<(String, String), Vec<Value>>, usize) = Default::default();
        for project in projects {
            let (views, _) = self.items(&FEATURE_VIEWS, &scope(&of_project(given, &project)))?;
            count += views.len();
            for view in &views {
                for (key, value) in view["spec"]["tags"].as_object().into_iter().flatten() {
                    let tag = (key.clone(), value.as_str().unwrap_or_default().to_owned());
                    tagged.entry(tag).or_default().push(json!({"name": name(view), "project": project}));
                }
            }
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

/// The project that is asked for, if one is.
fn project(given: &Given) -> Option<&str> {
    given.get("project").and_then(Value::as_str).filter(|project| !project.is_empty())
}
