//! What answers say of saved datasets beside their messages: the data sources of the views that they were
//! made of.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    calls::{Calls, scope},
    family::{Family, Item},
    parameters::Given,
};

impl Calls<'_> {
    /// Adds it to objects of one project, if they are datasets.
    pub(super) fn add_to_items(&self, family: &Family, given: &Given, items: &mut [Value]) {
        let has_views = |item: &Value| views(item).next().is_some();
        if family.item != Item::Dataset || !items.iter().any(has_views) {
            return;
        }
        // What may not be seen is not said.
        let Ok(answer) = self.ask("ListAllFeatureViews", scope(given).into()) else { return };
        let mut sources: HashMap<&str, &str> = HashMap::new();
        for any in answer["featureViews"].as_array().into_iter().flatten() {
            for view in any.as_object().into_iter().flat_map(|any| any.values()) {
                let spec = &view["spec"];
                if let (Some(name), Some(source)) =
                    (spec["name"].as_str(), spec["batchSource"]["name"].as_str())
                {
                    sources.insert(name, source);
                }
            }
        }
        for item in items {
            let mut found: Vec<&str> = Vec::new();
            for source in views(item).filter_map(|view| sources.get(view)) {
                if !found.contains(source) {
                    found.push(source);
                }
            }
            if !found.is_empty() {
                item["spec"]["dataSources"] = json!(found);
            }
        }
    }
}

/// The views of a dataset's features, which are `view:feature` or `view@v2:feature`.
fn views(dataset: &Value) -> impl Iterator<Item = &str> {
    let features = dataset["spec"]["features"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let views = features.filter_map(|feature| Some(feature.split_once(':')?.0));
    views.map(|view| view.split_once('@').map_or(view, |(view, _)| view))
}
