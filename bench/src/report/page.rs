//! The page.

use super::text::{cost, digits, grouped, row};
use crate::{
    meter::Taken,
    record::{Record, Whose},
    work::{Info, Runs, Unit, WORKS, Work},
};

/// What the page says before the figures.
const HEAD: &str = include_str!("head.md");
/// What it says after them: what was not reached, and why.
const TAIL: &str = include_str!("tail.md");

/// The whole page. `drawn` are the file names of the plots, each with the work that it shows.
pub(crate) fn page(records: &[Record], drawn: &[(Work, String)]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str(&overview(records));
    for info in &WORKS {
        let mut own: Vec<&Record> = records.iter().filter(|record| record.work == info.work).collect();
        own.sort_by_key(|record| (record.database, record.distant, record.size));
        if own.is_empty() {
            continue;
        }
        page.push_str(&format!("\n## {}\n\n", capitalized(info.title)));
        page.push_str(&format!("Goal: {}. The bare driver: {}.\n\n", info.goal, info.bare));
        for (_, file) in drawn.iter().filter(|(work, _)| *work == info.work) {
            page.push_str(&format!("![{}](performance/{file})\n\n", info.title));
        }
        page.push_str(&table(info, &own));
        let counts = counts(&own);
        if !counts.is_empty() {
            page.push('\n');
            page.push_str(&counts);
        }
    }
    page.push_str(TAIL);
    page
}

/// The largest registry of each sort of work on each database, near.
fn overview(records: &[Record]) -> String {
    let mut text =
        row(&["work", "database", "views", "ours", "Feast / ours", "ours / bare"].map(String::from));
    text.push_str("|---|---|---|---|---|---|\n");
    for info in &WORKS {
        for database in info.databases {
            let own = |record: &&Record| {
                record.work == info.work && record.database == *database && !record.distant
            };
            // Where Feast was asked, too, if anywhere.
            let best = records
                .iter()
                .filter(own)
                .max_by_key(|record| (record.cost(Whose::Feast).is_some(), record.size));
            let Some(record) = best else { continue };
            let Some(ours) = record.cost(Whose::Ours) else { continue };
            text.push_str(&row(&[
                info.title.into(),
                database.name().into(),
                grouped(record.size as u64),
                cost(ours.median, info.unit),
                record.times(Whose::Feast).map_or("".into(), digits),
                record.times(Whose::Bare).map_or("".into(), |times| digits(1.0 / times)),
            ]));
        }
    }
    text
}

/// What each way takes.
pub(crate) fn table(info: &Info, records: &[&Record]) -> String {
    let bare = if info.unit == Unit::Seconds { "bare driver" } else { "bare" };
    let head = ["database", "views", "ours", "Feast", bare, "Feast / ours", "ours / bare", "runs"];
    let mut text = row(&head.map(String::from));
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for record in records {
        let own = |whose| record.cost(whose).map_or("".into(), |cost_| cost(cost_.median, info.unit));
        let runs: Vec<String> =
            Whose::ALL.iter().filter_map(|whose| Some(record.cost(*whose)?.runs.to_string())).collect();
        text.push_str(&row(&[
            place(record),
            grouped(record.size as u64),
            own(Whose::Ours),
            own(Whose::Feast),
            own(Whose::Bare),
            record.times(Whose::Feast).map_or("".into(), digits),
            record.times(Whose::Bare).map_or("".into(), |times| digits(1.0 / times)),
            runs.join(", "),
        ]));
    }
    text
}

/// What does not depend on the machine; empty where nothing was counted.
fn counts(records: &[&Record]) -> String {
    let head = [
        "database",
        "views",
        "way",
        "round trips",
        "statements",
        "rows read",
        "kB sent",
        "kB received",
        "allocations",
        "peak MB",
    ];
    let mut text = String::new();
    for record in records {
        for whose in Whose::ALL {
            let Some(Taken { statements, rows, traffic, allocations, .. }) =
                record.cost(whose).and_then(|cost| cost.counted)
            else {
                continue;
            };
            let of_traffic = |count: fn(&crate::wire::Traffic) -> u64| traffic.as_ref().map(count);
            let shown = |count: Option<u64>| count.map_or(String::new(), grouped);
            let kilobytes =
                |bytes: Option<u64>| bytes.map_or(String::new(), |bytes| digits(bytes as f64 / 1e3));
            text.push_str(&row(&[
                place(record),
                grouped(record.size as u64),
                whose.name().into(),
                shown(of_traffic(|traffic| traffic.round_trips)),
                grouped(statements),
                shown(rows),
                kilobytes(of_traffic(|traffic| traffic.sent)),
                kilobytes(of_traffic(|traffic| traffic.received)),
                shown(allocations.map(|allocations| allocations.count)),
                allocations.map_or(String::new(), |allocations| digits(allocations.peak as f64 / 1e6)),
            ]));
        }
    }
    if text.is_empty() || records.iter().any(|record| record.work.info().runs == Runs::Process) {
        return String::new();
    }
    let rule = "|---".repeat(head.len());
    format!("{}{rule}|\n{text}", row(&head.map(String::from)))
}

fn place(record: &Record) -> String {
    let database = record.database.name();
    if record.distant { format!("{database}, 1 ms away") } else { database.into() }
}

fn capitalized(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
}
