//! What became of a change whose commit was not answered, told from the rows that it was decided on
//! and the rows that are there now.

use super::{LAST_UPDATED, PROJECT_UUID, REVISION, Write};
use alloc::string::String;

use crate::{
    kind::Kind,
    rows::{Key, Row, Rows},
};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there.
    Happened,
    /// It is not there, and cannot have been: nobody has changed the rows since they were read.
    DidNotHappen,
    /// Others have changed the same rows since, so that it cannot be told.
    Unclear,
}

impl Fate {
    /// The fate of `writes`, which were decided on `before` and not acknowledged; `now` is what the
    /// same operation reads afterwards. All of them were made or none, so that one that tells is enough.
    pub fn of(writes: &[Write], before: &Rows, now: &Rows) -> Fate {
        match writes.iter().find_map(|write| was_made(write, before, now)) {
            Some(true) => Fate::Happened,
            Some(false) => Fate::DidNotHappen,
            // What was made where there was nothing, and is not there. Had another removed it since, it would
            // still be what was asked for.
            None if now == before => Fate::DidNotHappen,
            None => Fate::Unclear,
        }
    }
}

/// Whether a write was made; `None` where it does not tell.
fn was_made(write: &Write, before: &Rows, now: &Rows) -> Option<bool> {
    match write {
        // Gone again or never there: only what is there tells.
        Write::Insert(key, row) => (now.objects.get(key)?.bytes == row.bytes).then_some(true),
        Write::InsertVersion { project, name, number, row } => {
            let stored = now.versions_of(project, name)?.get(number)?;
            (stored.version_id == row.version_id).then_some(true)
        }
        Write::Update { key, bytes, .. } => {
            let (old, new) = (before.objects.get(key)?, now.objects.get(key)?);
            match () {
                () if new.bytes == *bytes => Some(true),
                () if new.bytes == old.bytes => Some(false),
                () => interval_was_added(key, &old.bytes, bytes, &new.bytes),
            }
        }
        Write::SetUserMetadata { key, user_metadata, .. } => {
            let (old, new) = (before.objects.get(key)?, now.objects.get(key)?);
            either(&new.user_metadata, user_metadata, &old.user_metadata)
        }
        Write::Delete(key) => {
            let bytes = |rows: &Rows| rows.objects.get(key).map(|row| row.bytes.clone());
            either(&bytes(now), &None, &bytes(before))
        }
        // Seconds, which others may have written as well.
        Write::PutMetadata { key, .. } if key == LAST_UPDATED => None,
        Write::PutMetadata { project, key, value, .. } => {
            let (old, new) = (before.metadata_value(project, key), now.metadata_value(project, key));
            // What comes with other writes may be gone again with the project; a lone entry depends on
            // nothing that was read, and may as well be set again.
            let tells = old.is_some() || new.is_some() || ![REVISION, PROJECT_UUID].contains(&key.as_str());
            either(&new, &Some(value), &old).filter(|_| tells)
        }
        Write::DeleteMetadata { project } => Some(!now.metadata.keys().any(|(owner, _)| owner == project)),
        Write::DeleteProject { project } => {
            // With its revision: a project that was deleted and restored since looks the same.
            let own = |rows: &Rows| {
                let revision = rows.metadata_value(project, REVISION).map(String::from);
                rows.row(Kind::Project, project, project).map(|row| (row.bytes.clone(), revision))
            };
            either(&own(now), &None, &own(before))
        }
        Write::DeleteVersions { .. } => None,
    }
}

fn either<T: PartialEq>(now: &T, written: &T, before: &T) -> Option<bool> {
    match () {
        () if now == written => Some(true),
        () if now == before => Some(false),
        () => None,
    }
}

/// Whether a view that others have changed since has an interval that was to be added. Nobody takes
/// intervals away; that it is there is what the writer wanted, whoever wrote it.
fn interval_was_added(key: &Key, before: &[u8], written: &[u8], now: &[u8]) -> Option<bool> {
    let intervals = |bytes: &[u8]| {
        let row = Row { bytes: bytes.to_vec(), last_updated: 0, user_metadata: None };
        row.object(key).ok().map(|view| view.bookkeeping().intervals)
    };
    let (before, written, now) = (intervals(before)?, intervals(written)?, intervals(now)?);
    let count = |intervals: &[alloc::vec::Vec<u8>], one: &[u8]| {
        intervals.iter().filter(|interval| *interval == one).count()
    };
    let added = written.iter().find(|interval| count(&written, interval) > count(&before, interval))?;
    Some(count(&now, added) > count(&before, added))
}
