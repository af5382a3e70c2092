//! Takes a file piece by piece straight into wasm memory, where it stays: there is never a second copy. What has come
//! is looked through while the rest is on its way.

use feast_registry_core::catalog::{Arrival, Problem};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::{Snapshot, answer};

/// A file on its way in.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Loader {
    bytes: Vec<u8>,
    arrival: Arrival,
    is_full: bool,
}

#[wasm_bindgen]
impl Loader {
    /// Makes room for `size` bytes, if that is known.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(size: Option<u32>) -> Self {
        let mut bytes = Vec::new();
        let is_full = bytes.try_reserve_exact(size.unwrap_or(0) as usize).is_err();
        Loader { bytes, arrival: Arrival::default(), is_full }
    }

    /// Takes the next piece. False: there is no memory for it; `open` will say so.
    pub fn append(&mut self, piece: &Uint8Array) -> bool {
        let (start, length) = (self.bytes.len(), piece.length() as usize);
        self.is_full |= self.bytes.try_reserve(length).is_err();
        if !self.is_full {
            self.bytes.resize(start + length, 0);
            if let Some(place) = self.bytes.get_mut(start..) {
                piece.copy_to(place);
            }
            self.arrival.look(&self.bytes);
        }
        !self.is_full
    }

    /// Opens what has come: a `Snapshot`, or a `Problem` that says why it is none.
    #[wasm_bindgen(unchecked_return_type = "Snapshot | Problem")]
    pub fn open(self) -> JsValue {
        if self.is_full {
            let hint = "Close other snapshots or tabs, or use the commands of `feast-registry`.";
            return answer::value(&Problem::new(
                "too-large",
                "There is not enough memory for this file.",
                hint,
            ));
        }
        match self.arrival.open(self.bytes) {
            Ok(catalog) => Snapshot::new(catalog).into(),
            Err(error) => answer::value(&Problem::from(error)),
        }
    }
}
