//! The header by which a request is told from others, in the log and by its client.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use http::{HeaderMap, HeaderValue};

use crate::clock;

/// The header.
pub(super) const HEADER: &str = "x-request-id";
/// What it is called in traces.
pub(super) const ATTRIBUTE: &str = "feast_registry.request_id";
const MAX_LENGTH: usize = 128;

/// The client's own, if it can go into a log as it is, or one that is made up.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    let fits = |id: &&HeaderValue| {
        (1..=MAX_LENGTH).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    headers.get(HEADER).filter(fits).cloned().unwrap_or_else(made)
}

/// This process's own beginning, and a number.
fn made() -> HeaderValue {
    static BEGINNING: LazyLock<[u8; 16]> = LazyLock::new(clock::entropy);
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = u128::from(NUMBER.fetch_add(1, Ordering::Relaxed));
    let id = format!("{:032x}", u128::from_be_bytes(*BEGINNING) ^ number);
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}
