//! Whether a view's values are up to date, as far as the registry knows.

use super::Parts;

/// How the last materialization of a view stands to its TTL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Its values are served.
    Fresh,
    /// Its last interval ended longer ago than its TTL: the online store serves nothing any more.
    Stale,
    /// It is served online and was never materialized.
    Never,
}

/// `None` where the question does not arise: views that are disabled, or not materialized for serving.
pub fn freshness(parts: &Parts<'_>, now: i64) -> Option<Freshness> {
    let materializes = parts.kind().info().view.as_ref().is_some_and(|view| view.intervals != 0);
    if !materializes || parts.is_disabled() || !parts.is_online() {
        return None;
    }
    let Some(last) = parts.intervals().map(|(_, end)| end.millis()).max() else {
        return Some(Freshness::Never);
    };
    let is_stale = parts.ttl().is_some_and(|ttl| now.saturating_sub(last) > ttl.saturating_mul(1000));
    Some(if is_stale { Freshness::Stale } else { Freshness::Fresh })
}
