//! The browser's door to the registry core: a second shell beside `native`. It holds snapshots in wasm memory,
//! parses what JavaScript asks, and hands over what core answers. Nothing is thrown: problems are values.

mod answer;
mod loader;
mod snapshot;

pub use loader::Loader;
pub use snapshot::Snapshot;

use feast_registry_core::catalog;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// What has a list, with its columns, in the order of navigation.
#[wasm_bindgen]
#[must_use]
pub fn collections() -> JsValue {
    answer::value(&catalog::collections())
}
