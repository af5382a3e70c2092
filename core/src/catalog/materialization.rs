//! What is materialized of a view: whether it is up to date, and where its intervals leave gaps, overlap,
//! or reach into the future.

use alloc::{format, string::String, vec::Vec};

use serde::Serialize;

use super::{Entry, Parts, snippets::shell_word};
use crate::{compact, time::Timestamp};

/// How the last materialization of a view stands to its TTL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Its values are served.
    Fresh,
    /// Its last interval ended longer ago than its TTL: the online store serves nothing any more.
    Stale,
    /// It is served online and was never materialized.
    Never,
    /// It is recorded as materialized until a time that is yet to come: that says nothing of its values, and
    /// incremental materialization does nothing until then.
    Future,
}

/// `None` where the question does not arise: views that are disabled, or not materialized for serving.
pub fn freshness(parts: &Parts<'_>, now: i64) -> Option<Freshness> {
    if !materializes(parts) || parts.is_disabled() || !parts.is_online() {
        return None;
    }
    let Some(last) = parts.intervals().map(|(_, end)| end.millis()).max() else {
        return Some(Freshness::Never);
    };
    if last > now {
        return Some(Freshness::Future);
    }
    let is_stale = parts.ttl().is_some_and(|ttl| now.saturating_sub(last) > ttl.saturating_mul(1000));
    Some(if is_stale { Freshness::Stale } else { Freshness::Fresh })
}

/// Whether intervals are recorded of this kind of object.
pub(super) fn materializes(parts: &Parts<'_>) -> bool {
    parts.kind().info().view.as_ref().is_some_and(|view| view.intervals != 0)
}

/// From one time to another, in UTC epoch milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Interval {
    /// Where it starts.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
}

/// What is materialized of a view.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Materialization {
    /// As stored.
    pub intervals: Vec<Interval>,
    /// For how many seconds values are served; `None` for ever.
    pub ttl: Option<i64>,
    /// Where the last one ends.
    pub last_end: Option<i64>,
    /// What is between intervals and in none.
    pub gaps: Vec<Interval>,
    /// What is in several.
    pub overlaps: Vec<Interval>,
    /// One that reaches beyond `now`.
    pub future: Option<FutureInterval>,
    /// Whether the view is served online.
    pub online: bool,
    /// Whether it is written to the offline store.
    pub offline: bool,
}

/// An interval that reaches into the future.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FutureInterval {
    /// Where it starts.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// What it does harm to.
    pub breaks: String,
    /// What to do.
    pub remedy: String,
}

/// What is materialized of a view, as of `now`; `None` for objects that never are.
pub fn materialization(entry: &Entry<'_>, now: i64) -> Option<Materialization> {
    let parts = entry.parts();
    if !materializes(&parts) {
        return None;
    }
    let interval =
        |(start, end): (Timestamp, Timestamp)| Interval { start: start.millis(), end: end.millis() };
    let intervals: Vec<Interval> = parts.intervals().map(interval).collect();
    let (gaps, overlaps) = gaps_and_overlaps(&intervals);
    let last = intervals.iter().max_by_key(|interval| interval.end);
    Some(Materialization {
        ttl: parts.ttl(),
        last_end: last.map(|interval| interval.end),
        gaps,
        overlaps,
        future: last.filter(|interval| interval.end > now).map(|interval| future(entry, *interval)),
        online: parts.is_online(),
        offline: parts.is_offline(),
        intervals,
    })
}

/// What lies between the intervals, and what several of them cover; both merged and in order.
fn gaps_and_overlaps(intervals: &[Interval]) -> (Vec<Interval>, Vec<Interval>) {
    let mut sorted: Vec<Interval> = intervals.iter().copied().filter(|one| one.start < one.end).collect();
    compact::sort_by(&mut sorted, Ord::cmp);
    let (mut gaps, mut overlaps): (Vec<Interval>, Vec<Interval>) = (Vec::new(), Vec::new());
    let mut covered: Option<i64> = None;
    for Interval { start, end } in sorted {
        match covered {
            Some(until) if until < start => gaps.push(Interval { start: until, end: start }),
            Some(until) if start < until => {
                let both = Interval { start, end: until.min(end) };
                match overlaps.last_mut() {
                    Some(last) if both.start <= last.end => last.end = last.end.max(both.end),
                    _ => overlaps.push(both),
                }
            }
            _ => {}
        }
        covered = covered.max(Some(end));
    }
    (gaps, overlaps)
}

fn future(entry: &Entry<'_>, Interval { start, end }: Interval) -> FutureInterval {
    let shown = |millis: i64| format!("{}", Timestamp { seconds: millis.div_euclid(1000), nanos: 0 });
    FutureInterval {
        start,
        end,
        breaks: format!(
            "Incremental materialization goes on from where the last interval ends, so until {} it does nothing, \
             and what arrives in the meantime is not served.",
            shown(end)
        ),
        // Applying a definition adds to the stored intervals and takes none away; a restore replaces them.
        remedy: format!(
            "feast-registry registry export --project {project} --format yaml > registry.yaml\n\
             # in registry.yaml, end the interval of {name} at the last time that has really been materialized\n\
             feast-registry registry import --overwrite registry.yaml",
            project = shell_word(entry.project),
            name = entry.name,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intervals(pairs: &[(i64, i64)]) -> Vec<Interval> {
        pairs.iter().map(|(start, end)| Interval { start: *start, end: *end }).collect()
    }

    #[test]
    fn gaps_and_overlaps_whatever_the_order() {
        for (stored, gaps, overlaps) in [
            (&[][..], &[][..], &[][..]),
            (&[(0, 10), (10, 20)], &[], &[]),
            (&[(10, 20), (0, 5)], &[(5, 10)], &[]),
            (&[(0, 10), (5, 15), (7, 8)], &[], &[(5, 10)]),
            (&[(0, 30), (1, 2), (5, 6), (40, 50)], &[(30, 40)], &[(1, 2), (5, 6)]),
            (&[(0, 10), (0, 10)], &[], &[(0, 10)]),
            (&[(9, 3), (i64::MIN, i64::MAX)], &[], &[]),
        ] {
            let found = gaps_and_overlaps(&intervals(stored));
            assert_eq!(found, (intervals(gaps), intervals(overlaps)), "{stored:?}");
        }
    }
}
