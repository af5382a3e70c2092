//! An open snapshot: every question that the viewer asks of one.

use feast_registry_core::catalog::{
    Catalog, ExportFormat, List, ListRequest, Problem, Ref, compare, filter::Term, health::Health,
    search::SearchResult, versions::DefinitionFormat,
};
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::answer;

/// So many findings of a rule are told to a page one by one.
const MOST_OF_A_RULE: usize = 500;

/// A snapshot in wasm memory; `free()` gives the memory back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Snapshot {
    catalog: Catalog<'static>,
    /// By handle; a page has few at a time.
    lists: Vec<(u32, List)>,
    next_list: u32,
}

impl Snapshot {
    pub(crate) fn new(catalog: Catalog<'static>) -> Self {
        Snapshot { catalog, lists: Vec::new(), next_list: 1 }
    }

    fn list_of(&self, handle: u32) -> Option<&List> {
        self.lists.iter().find(|(id, _)| *id == handle).map(|(_, list)| list)
    }

    fn add(&mut self, request: &JsValue) -> Result<Listed, Problem> {
        let request: ListRequest = answer::question(request)?;
        let list = List::new(&self.catalog, &request);
        let id = self.next_list;
        self.next_list += 1;
        let listed =
            Listed { id, total: list.len(), of_total: list.of_total(), terms: list.terms().to_vec() };
        self.lists.push((id, list));
        Ok(listed)
    }
}

/// A list by its handle.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: u32,
    total: usize,
    of_total: usize,
    terms: Vec<Term>,
}

#[wasm_bindgen]
impl Snapshot {
    /// What there is. `now` is in UTC epoch milliseconds, here as everywhere.
    pub fn summary(&self, now: f64) -> JsValue {
        answer::value(&self.catalog.summary(now as i64))
    }

    /// The first page, of one project or of all.
    pub fn home(&self, project: Option<String>, now: f64) -> JsValue {
        answer::value(&self.catalog.home(project.as_deref(), now as i64))
    }

    /// Makes a list, to be read with `rows` and given back with `closeList`.
    pub fn list(&mut self, request: &JsValue) -> JsValue {
        let listed = self.add(request);
        answer::result(listed)
    }

    /// Some of a list's rows, with the cells of these columns.
    pub fn rows(&self, list: u32, offset: usize, limit: usize, columns: Vec<String>) -> JsValue {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let list = self.list_of(list);
        let rows = list.map(|list| list.rows(&self.catalog, offset, limit, &columns));
        answer::value(&rows.unwrap_or_default())
    }

    /// The place of a thing in a list, from 0, or null.
    pub fn position(&self, list: u32, thing: &JsValue) -> JsValue {
        let position = || {
            let thing: Ref = answer::question(thing).ok()?;
            self.list_of(list)?.position(&self.catalog, &thing)
        };
        answer::value(&position())
    }

    /// A whole list as a file, `csv` or `json`.
    #[wasm_bindgen(js_name = exportList)]
    pub fn export_list(&self, list: u32, format: &str, columns: Vec<String>) -> String {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let format = if format == "csv" { ExportFormat::Csv } else { ExportFormat::Json };
        let list = self.list_of(list);
        list.map(|list| list.export(&self.catalog, format, &columns)).unwrap_or_default()
    }

    /// What a word of a filter could become, as it is typed.
    pub fn suggest(&self, request: &JsValue, word: &str) -> JsValue {
        let request = answer::question(request);
        answer::value(&request.map(|request| self.catalog.suggest(&request, word)).unwrap_or_default())
    }

    /// Gives a list back.
    #[wasm_bindgen(js_name = closeList)]
    pub fn close_list(&mut self, list: u32) {
        self.lists.retain(|(id, _)| *id != list);
    }

    /// The page of an object.
    pub fn object(&self, thing: &JsValue, now: f64) -> JsValue {
        answer::result(answer::question(thing).and_then(|thing| self.catalog.object(&thing, now as i64)))
    }

    /// The page of a feature.
    pub fn feature(&self, thing: &JsValue, now: f64) -> JsValue {
        answer::result(
            answer::question(thing).and_then(|thing| self.catalog.feature_page(&thing, now as i64)),
        )
    }

    /// The recorded versions of a view, latest first.
    pub fn versions(&self, view: &JsValue) -> JsValue {
        answer::value(&answer::question(view).map(|view| self.catalog.versions(&view)).unwrap_or_default())
    }

    /// What differs between two of them.
    #[wasm_bindgen(js_name = versionDiff)]
    pub fn version_diff(&self, view: &JsValue, from: i32, to: i32) -> JsValue {
        answer::result(answer::question(view).and_then(|view| self.catalog.version_diff(&view, from, to)))
    }

    /// A definition, or that of a recorded version, as `python`, `json` or `yaml`.
    pub fn definition(&self, thing: &JsValue, format: &str, version: Option<i32>) -> JsValue {
        let definition = || {
            let format = DefinitionFormat::find(format).unwrap_or(DefinitionFormat::Yaml);
            self.catalog.definition(&answer::question(thing)?, format, version)
        };
        answer::result(definition())
    }

    /// Finds what answers a query in all projects or in one. The first search, be it for nothing, makes the
    /// index.
    pub fn search(&self, query: &str, project: Option<String>, limit: usize) -> JsValue {
        let id = project.as_deref().map(|name| self.catalog.find_project(name));
        let found = match id {
            Some(None) => SearchResult::default(),
            id => self.catalog.search(query, id.flatten(), limit),
        };
        answer::value(&found)
    }

    /// What feeds what.
    pub fn lineage(&self, request: &JsValue) -> JsValue {
        answer::result(answer::question(request).and_then(|request| self.catalog.lineage(&request)))
    }

    /// What differs in a later snapshot, or in one project of it.
    pub fn compare(&self, after: &Snapshot, project: Option<String>) -> JsValue {
        answer::value(&compare::compare(&self.catalog, &after.catalog, project.as_deref()))
    }

    /// What looks wrong, in all projects or in one, with the first `limit` findings; or without a limit with the
    /// first hundreds of each rule. None are wanted where only the counts are shown.
    pub fn health(&self, project: Option<String>, now: f64, limit: Option<usize>) -> JsValue {
        let limit = limit.unwrap_or(usize::MAX);
        let id = project.as_deref().map(|name| self.catalog.find_project(name));
        let mut health = match id {
            Some(None) => Health::default(),
            id => self.catalog.health(id.flatten(), now as i64, limit.min(MOST_OF_A_RULE)),
        };
        health.findings.truncate(limit);
        answer::value(&health)
    }
}
