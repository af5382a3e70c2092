//! What depends on an object and what it depends on, for answers that are to say it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::family::Family;

/// The relations of a project, by the objects at their ends.
#[derive(Debug, Default)]
pub(super) struct Relations {
    all: Vec<Value>,
    by_end: HashMap<(String, String), Vec<usize>>,
}

impl Relations {
    /// Those of a lineage: the direct ones, then those through a view.
    pub(super) fn of(lineage: &Value) -> Self {
        let mut relations = Relations::default();
        let lists = ["relationships", "indirectRelationships"].map(|list| lineage[list].as_array());
        for relation in lists.into_iter().flatten().flatten() {
            let end = |end: &str| {
                let part = |name: &str| relation[end][name].as_str().unwrap_or_default().to_owned();
                (part("type"), part("name"))
            };
            let (source, target) = (end("source"), end("target"));
            let index = relations.all.len();
            if source != target {
                relations.by_end.entry(target).or_default().push(index);
            }
            relations.by_end.entry(source).or_default().push(index);
            relations.all.push(relation.clone());
        }
        relations
    }

    /// Those of an object.
    pub(super) fn of_item(&self, family: &Family, item: &Value) -> Value {
        let end = (family.relations.to_owned(), name(item).to_owned());
        let indices = self.by_end.get(&end).into_iter().flatten();
        indices.filter_map(|index| self.all.get(*index).cloned()).collect()
    }

    /// Those of each of these objects, by name.
    pub(super) fn of_items(&self, family: &Family, items: &[Value]) -> Value {
        let named = items.iter().filter(|item| !name(item).is_empty());
        let each = named.map(|item| (name(item).to_owned(), self.of_item(family, item)));
        json!(each.collect::<Map<String, Value>>())
    }
}

/// The name of an object, wherever its message has it.
pub(super) fn name(item: &Value) -> &str {
    item["name"].as_str().or(item["spec"]["name"].as_str()).unwrap_or_default()
}
