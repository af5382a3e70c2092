//! Core's answers as JavaScript values, by way of JSON text: engines parse it faster than objects are built from here.

use feast_registry_core::catalog::Problem;
use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

/// The value; `undefined` if it could not be written, which no answer's type allows.
pub(crate) fn value(answer: &impl Serialize) -> JsValue {
    let text = serde_json::to_string(answer).unwrap_or_default();
    JSON::parse(&text).unwrap_or(JsValue::UNDEFINED)
}

/// `{ ok: true, value }` or `{ ok: false, problem }`.
pub(crate) fn result<T: Serialize>(result: Result<T, Problem>) -> JsValue {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Answer<T> {
        Value { ok: bool, value: T },
        Problem { ok: bool, problem: Problem },
    }
    value(&match result {
        Ok(value) => Answer::Value { ok: true, value },
        Err(problem) => Answer::Problem { ok: false, problem },
    })
}

/// What JavaScript asks.
pub(crate) fn question<T: DeserializeOwned>(value: &JsValue) -> Result<T, Problem> {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("The page asked what its module does not understand: {error}.");
        Problem::new("bad-request", message, "Reload the page, so that both are of one version.")
    })
}
