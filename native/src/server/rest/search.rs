//! Search over the objects of some projects.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use feast_registry_core::service::{Score, score};
use serde_json::{Value, json};

use super::{
    calls::{Calls, cache},
    lineage::of_project,
    page,
    parameters::Given,
    refused::Refused,
};

/// The lists of everything, and what one of them is called in results.
const TYPES: [(&str, &str); 8] = [
    ("entities", "entity"),
    ("dataSources", "dataSource"),
    ("featureViews", "featureView"),
    ("labelViews", "labelView"),
    ("features", "feature"),
    ("labels", "label"),
    ("featureServices", "featureService"),
    ("savedDatasets", "savedDataset"),
];

impl Calls<'_> {
    pub(super) fn search(&self, given: &Given) -> Result<Value, Refused> {
        let arranged = arranged(given)?;
        let query = given["query"].as_str().unwrap_or_default();
        let (projects, errors) = self.searched(given)?;
        if projects.is_empty() {
            let (results, pagination) = (json!([]), json!({}));
            return Ok(answer(query, &projects, results, pagination, &errors));
        }
        let mut results = Vec::new();
        for project in &projects {
            let mut asked = cache(given);
            asked.extend(given.get("tags").map(|tags| ("tags".to_owned(), tags.clone())));
            let asked = of_project(&asked, project);
            for (list, ty) in TYPES {
                let mut take = |item| results.extend(result(query, project, ty, &item));
                self.each_of(list, &asked, &mut take)?;
            }
        }
        let (results, pagination) = page::of(results, &arranged);
        Ok(answer(query, &projects, results.into(), pagination, &errors))
    }

    /// The projects to search, and what is wrong with those that were asked for.
    fn searched(&self, given: &Given) -> Result<(Vec<String>, Vec<String>), Refused> {
        let all = self.projects(given)?;
        if all.is_empty() {
            return Ok((all, vec!["No projects found".into()]));
        }
        let asked = given.get("projects").and_then(Value::as_array).into_iter().flatten();
        let asked: Vec<&str> =
            asked.filter_map(Value::as_str).filter(|project| !project.trim().is_empty()).collect();
        if asked.is_empty() {
            return Ok((all, Vec::new()));
        }
        let unknown: Vec<&str> =
            asked.iter().copied().filter(|project| !all.iter().any(|known| known == project)).collect();
        let errors = match unknown.is_empty() {
            true => Vec::new(),
            false => vec![format!("Following projects do not exist: {}", unknown.join(", "))],
        };
        Ok((all.into_iter().filter(|project| asked.contains(&project.as_str())).collect(), errors))
    }
}

fn answer(query: &str, projects: &[String], results: Value, pagination: Value, errors: &[String]) -> Value {
    json!({
        "query": query,
        "projects_searched": projects,
        "results": results,
        "pagination": pagination,
        "errors": errors,
    })
}

/// An object, if it fits.
fn result(query: &str, project: &str, ty: &str, item: &Value) -> Option<Value> {
    // Views of any kind are in a field.
    let any = if ty == "featureView" { item.as_object()?.values().next()? } else { item };
    let spec = any.get("spec").unwrap_or(any);
    let text = |name: &str| spec[name].as_str().unwrap_or_default();
    let tags = spec["tags"].as_object().into_iter().flatten();
    let tags: BTreeMap<String, String> =
        tags.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    let mut result = json!({
        "type": ty,
        "name": text("name"),
        "description": text("description"),
        "project": project,
    });
    if let Some(view) = match ty {
        "feature" => Some("featureView"),
        "label" => Some("labelView"),
        _ => None,
    } {
        result[view] = text("featureView").into();
    }
    if query.is_empty() {
        result["matched_tags"] = json!(tags);
        return Some(result);
    }
    let fit = score(query, text("name"), text("description"), &tags)?;
    result["matched_tags"] = json!(fit.tags);
    // Feast writes the one as a whole number and the other with a fraction, be it `.0`.
    result["match_score"] = match fit.score {
        Score::Part(score) => score.into(),
        Score::Alike(score) => score.into(),
    };
    Some(result)
}

/// The order and the page, with defaults of their own.
fn arranged(given: &Given) -> Result<Given, Refused> {
    let refuse = |detail: String| Err(Refused::with(StatusCode::BAD_REQUEST, detail));
    let mut arranged = Given::new();
    for (name, options, default) in [
        ("sort_by", &["match_score", "name", "type"][..], "match_score"),
        ("sort_order", &["asc", "desc"], "desc"),
    ] {
        let value = given.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
        let value = value.unwrap_or(default);
        if !options.contains(&value) {
            let options: Vec<String> = options.iter().map(|option| format!("'{option}'")).collect();
            let options = options.join(", ");
            return refuse(format!("Invalid {name} parameter: '{value}'. Valid options are: [{options}]"));
        }
        arranged.insert(name.into(), value.into());
    }
    for (name, default, most) in [("page", 1, i64::MAX), ("limit", 50, 100)] {
        let value = given.get(name).and_then(Value::as_i64).unwrap_or(default);
        let bound = match value {
            _ if value < 1 => "greater than or equal to 1".to_owned(),
            _ if value > most => format!("less than or equal to {most}"),
            _ => {
                arranged.insert(name.into(), value.into());
                continue;
            }
        };
        return refuse(format!("Invalid {name} parameter: '{value}'. Must be {bound}"));
    }
    Ok(arranged)
}
