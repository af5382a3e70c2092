//! What this process has recorded on views, and whether it is still there when the same view is read
//! for the next change. Writers that take no locks, as Feast's own, write back what they read before,
//! which can only be told afterwards, and is told in the log.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{Mutex, PoisonError},
};

use feast_registry_core::{
    kind::Kind,
    object::{Bookkeeping, Object},
    operation::Write,
    rows::{Key, Rows, Versions},
    time::Timestamp,
    version::Version,
    wire,
};

/// Views remembered at most.
const VIEWS: usize = 1024;
/// Intervals remembered of one view at most: the latest.
const INTERVALS: usize = 256;

/// Remembers what was recorded, within bounds. Nothing is read from the database for it.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<BTreeMap<Key, Record>>);

/// What this process knows of a view.
#[derive(Debug, Default)]
struct Record {
    /// Another time means another view of the same name.
    created: Option<Timestamp>,
    /// How often this process has recorded which interval.
    intervals: Intervals,
    /// The number of the version that this process left active.
    version: Option<i32>,
    /// The gaps in the history that were reported.
    gaps: Vec<RangeInclusive<i32>>,
}

/// Counts, by start and end.
type Intervals = BTreeMap<(Timestamp, Timestamp), usize>;

impl Watch {
    /// Takes note of a committed change: reports what the rows that it was decided on should have had,
    /// and remembers what it added. Only after the commit, which proves that those rows were current.
    pub(crate) fn committed(&self, before: &Rows, writes: &[Write]) {
        // A panic under the lock could at worst leave something unreported.
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let views = before.objects.iter().filter(|(key, _)| key.kind.is_view());
        for (key, view) in views.filter_map(|(key, row)| Some((key, row.object(key).ok()?))) {
            let books = view.bookkeeping();
            if let Some(record) = records.get_mut(key) {
                let is_another = |created| record.created.is_some_and(|known| known != created);
                if rounded(books.created).is_some_and(is_another) {
                    records.remove(key);
                } else {
                    record.report_vanished(key, &view, &books);
                }
            }
            let versions = before.versions_of(&key.project, &key.name);
            let gaps = versions.map(|versions| gaps(&books, versions)).unwrap_or_default();
            if !gaps.is_empty() {
                record_of(&mut records, key).report_gaps(key, gaps);
            }
        }
        let mut room = VIEWS;
        for write in writes {
            match write {
                Write::Insert(key, row) if key.kind.is_view() => {
                    records.remove(key);
                    // Of more there would be no record at the end anyway.
                    if room > 0 {
                        room -= 1;
                        let books = Bookkeeping::of(key.kind, &row.bytes);
                        record_of(&mut records, key).remember(&Bookkeeping::default(), &books);
                    }
                }
                Write::Update { key, bytes, .. } if key.kind.is_view() => {
                    if let Some(old) = before.objects.get(key) {
                        let (old, new) =
                            (Bookkeeping::of(key.kind, &old.bytes), Bookkeeping::of(key.kind, bytes));
                        record_of(&mut records, key).remember(&old, &new);
                    }
                }
                Write::Delete(key) => drop(records.remove(key)),
                Write::DeleteProject { project } => records.retain(|key, _| key.project != *project),
                _ => {}
            }
        }
    }
}

impl Record {
    /// Adds what a change from one form to another recorded, and forgets what it took away.
    fn remember(&mut self, old: &Bookkeeping, new: &Bookkeeping) {
        for (interval, count) in counted(new) {
            *self.intervals.entry(interval).or_default() += count;
        }
        for (interval, count) in counted(old) {
            self.intervals.entry(interval).and_modify(|recorded| *recorded = recorded.saturating_sub(count));
        }
        self.intervals.retain(|_, count| *count > 0);
        while self.intervals.len() > INTERVALS {
            self.intervals.pop_first();
        }
        self.created = rounded(new.created);
        self.version = Some(new.version_number.unwrap_or(0));
    }

    fn report_vanished(&mut self, key: &Key, view: &Object, books: &Bookkeeping) {
        let Key { project, name, .. } = key;
        let stored = counted(books);
        for ((start, end), count) in &mut self.intervals {
            let left = stored.get(&(*start, *end)).copied().unwrap_or(0).min(*count);
            if left < *count {
                tracing::warn!(
                    project,
                    view = name,
                    "the interval from {start} to {end}, which this process recorded, is gone: another \
                     writer, which takes no locks, has overwritten it; materialize it again"
                );
            }
            *count = left;
        }
        self.intervals.retain(|_, count| *count > 0);
        let pinned = matches!(Version::parse(&view.version()), Ok(Version::Number(_)));
        let active = books.version_number.unwrap_or(0);
        if let Some(version) = self.version.take_if(|version| active < *version && !pinned) {
            tracing::warn!(
                project,
                view = name,
                "version `v{version}`, which this process made the active one, is not active any more but \
                 `v{active}` is: another writer, which takes no locks, has overwritten it; apply it again"
            );
        }
    }

    fn report_gaps(&mut self, key: &Key, gaps: Vec<RangeInclusive<i32>>) {
        let Key { project, name, .. } = key;
        if gaps != self.gaps {
            let numbers: Vec<String> = gaps.iter().map(spelled).collect();
            tracing::warn!(
                project,
                view = name,
                "the version history lacks {}: another writer failed between its transactions, or a later \
                 version was declared by its number",
                numbers.join(", ")
            );
        }
        self.gaps = gaps;
    }
}

/// The record of a view. Where there are too many, another one goes.
fn record_of<'r>(records: &'r mut BTreeMap<Key, Record>, key: &Key) -> &'r mut Record {
    if records.len() >= VIEWS && !records.contains_key(key) {
        records.pop_first();
    }
    records.entry(key.clone()).or_default()
}

fn counted(books: &Bookkeeping) -> Intervals {
    let time = |interval: &[u8], number| {
        let bytes = wire::submessage(interval, number).ok()?.unwrap_or_default();
        rounded(Timestamp::decode(&bytes).ok())
    };
    let mut counted = Intervals::new();
    for interval in &books.intervals {
        if let (Some(start), Some(end)) = (time(interval, 1), time(interval, 2)) {
            *counted.entry((start, end)).or_default() += 1;
        }
    }
    counted
}

/// To the microsecond, which is what Feast keeps of a time.
fn rounded(time: Option<Timestamp>) -> Option<Timestamp> {
    time.map(|Timestamp { seconds, nanos }| Timestamp { seconds, nanos: nanos / 1000 * 1000 })
}

/// The numbers that a history should have and has not: below another's, and the active one's. A version
/// that was declared by its number explains what is missing before it, where its definition was read.
fn gaps(books: &Bookkeeping, versions: &Versions) -> Vec<RangeInclusive<i32>> {
    let mut gaps = Vec::new();
    let mut next = 0;
    for (number, row) in versions {
        let kind = Kind::of_history_type(&row.view_type);
        let view = kind.and_then(|kind| Object::parse(kind, row.bytes.clone()).ok());
        let declared =
            view.is_some_and(|view| Version::parse(&view.version()) == Ok(Version::Number(*number)));
        if *number > next && !declared {
            gaps.push(next..=*number - 1);
        }
        next = next.max(number.saturating_add(1));
    }
    let active = books.version_number.unwrap_or(0);
    if active >= next {
        gaps.push(next..=active);
    }
    gaps
}

fn spelled(gap: &RangeInclusive<i32>) -> String {
    match gap.start() == gap.end() {
        true => format!("`v{}`", gap.start()),
        false => format!("`v{}` to `v{}`", gap.start(), gap.end()),
    }
}

#[cfg(test)]
mod tests;
