//! What is wrong with the intervals for which a view was materialized.

use alloc::{format, string::String, vec::Vec};

use super::{Finder, Subject, Told};
use crate::{
    catalog::{Freshness, Interval, snippets::shell_word},
    time::Timestamp,
};

pub(super) fn future(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if let Some(future) = subject.materialization().and_then(|all| all.future.as_ref()) {
        found.add(|| Told {
            message: format!(
                "It is recorded as materialized until {}, which is yet to come.",
                time(future.end)
            ),
            evidence: interval(&Interval { start: future.start, end: future.end }),
            remedy: future.remedy.clone(),
            related: Vec::new(),
        });
    }
}

pub(super) fn backwards(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let intervals = subject.materialization().map_or(&[][..], |all| &all.intervals);
    let odd: Vec<&Interval> = intervals.iter().filter(|one| one.end < one.start).collect();
    if let Some(first) = odd.first() {
        found.add(|| Told {
            message: "It has intervals that end before they start.".into(),
            evidence: format!("{} of {}, such as {}", odd.len(), intervals.len(), interval(first)),
            remedy: materialize(subject, &Interval { start: first.end, end: first.start }),
            related: Vec::new(),
        });
    }
}

pub(super) fn gap(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let gaps = subject.materialization().map_or(&[][..], |all| &all.gaps);
    if let Some(longest) = gaps.iter().max_by_key(|gap| gap.end.saturating_sub(gap.start)) {
        found.add(|| Told {
            message: format!("Its intervals leave {}.", count(gaps.len(), "gap")),
            evidence: format!("The longest is {}.", interval(longest)),
            remedy: materialize(subject, longest),
            related: Vec::new(),
        });
    }
}

pub(super) fn overlap(subject: &Subject<'_>, found: &mut Finder<'_>) {
    let overlaps = subject.materialization().map_or(&[][..], |all| &all.overlaps);
    if let Some(longest) = overlaps.iter().max_by_key(|one| one.end.saturating_sub(one.start)) {
        found.add(|| Told {
            message: "Some times were materialized more than once.".into(),
            evidence: format!("{}; the longest is {}", count(overlaps.len(), "overlap"), interval(longest)),
            remedy: "Nothing, unless it happens with every run: then see that only one job materializes it."
                .into(),
            related: Vec::new(),
        });
    }
}

pub(super) fn never(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.freshness() == Some(Freshness::Never) {
        found.add(|| Told {
            message: "It is to be served online, but was never materialized.".into(),
            evidence: "No interval is recorded.".into(),
            remedy: format!(
                "feast materialize-incremental {} --views {}",
                time(subject.context.now),
                shell_word(subject.name())
            ),
            related: Vec::new(),
        });
    }
}

pub(super) fn stale(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if subject.freshness() != Some(Freshness::Stale) {
        return;
    }
    let last = subject.materialization().and_then(|all| all.last_end).unwrap_or_default();
    found.add(|| Told {
        message: format!("It was last materialized until {}, longer ago than its TTL.", time(last)),
        evidence: format!(
            "{} ago; the TTL is {}.",
            duration(subject.context.now.saturating_sub(last) / 1000),
            duration(subject.parts.ttl().unwrap_or_default())
        ),
        remedy: format!(
            "feast materialize-incremental {} --views {}",
            time(subject.context.now),
            shell_word(subject.name())
        ),
        related: Vec::new(),
    });
}

fn materialize(subject: &Subject<'_>, missing: &Interval) -> String {
    format!(
        "feast materialize {} {} --views {}",
        time(missing.start),
        time(missing.end),
        shell_word(subject.name())
    )
}

/// As Feast's command line takes it.
fn time(millis: i64) -> String {
    let shown = format!("{}", Timestamp { seconds: millis.div_euclid(1000), nanos: 0 });
    shown.strip_suffix('Z').map(String::from).unwrap_or(shown)
}

fn interval(interval: &Interval) -> String {
    format!("{} to {}", time(interval.start), time(interval.end))
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// In the largest unit of which there are at least two.
fn duration(seconds: i64) -> String {
    let units = [("days", 86_400), ("hours", 3_600), ("minutes", 60)];
    let unit = units.into_iter().find(|(_, length)| seconds >= 2 * length);
    unit.map_or_else(|| format!("{seconds} seconds"), |(name, length)| format!("{} {name}", seconds / length))
}
