//! The browser's door to the registry core: a second shell beside `native`. So far it tells what kinds
//! of object there are and counts those of a snapshot; the viewer's API grows from here.

use feast_registry_core::{
    kind::Kind,
    snapshot::{self, ReadOptions},
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The kinds of object, in the order in which they are shown.
#[wasm_bindgen]
#[must_use]
pub fn kinds() -> Vec<String> {
    Kind::all().map(|kind| kind.info().name.to_owned()).collect()
}

/// The number of objects of each kind, in the order of [`kinds`], in a serialized registry.
///
/// # Errors
/// A text that says why the bytes are not a registry.
#[wasm_bindgen]
pub fn count(bytes: &[u8]) -> Result<Vec<u32>, String> {
    let options = ReadOptions { skip_unsupported: true, keep_damaged: true, default_project: None };
    let rows = snapshot::read(bytes, options).map_err(|error| error.to_string())?;
    Ok(Kind::all().map(|kind| u32::try_from(rows.of_kind(kind).count()).unwrap_or(u32::MAX)).collect())
}
