//! What became of a change whose commit was not answered, told from the rows that it was decided on
//! and the rows that are there now.

use super::{LAST_UPDATED, PROJECT_UUID, REVISION, Write};
use alloc::{string::String, vec::Vec};

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
    /// same operation reads afterwards. All of them were made or none.
    pub fn of(writes: &[Write], before: &Rows, now: &Rows) -> Fate {
        if let Some(made) = writes.iter().find_map(|write| by_revision(write, before, now)) {
            return if made { Fate::Happened } else { Fate::DidNotHappen };
        }
        let rows: Vec<_> = writes.iter().filter(|write| tells(write)).collect();
        let mut made = rows.iter().map(|write| was_made(write, before, now));
        match () {
            // One row that is as written is no proof: another may have written the same.
            () if !rows.is_empty() && made.clone().all(|made| made == Some(true)) => Fate::Happened,
            // Who decided something since may have put back what was there.
            () if !revisions(before).eq(revisions(now)) => Fate::Unclear,
            // What was made where there was nothing, and is not there. Had another removed it since, it would
            // still be what was asked for.
            () if made.any(|made| made == Some(false)) || now == before => Fate::DidNotHappen,
            () => Fate::Unclear,
        }
    }
}

/// Whether the transaction of a write was made, if it is the one that leaves a revision: its own tells,
/// and the one that it was to replace.
fn by_revision(write: &Write, before: &Rows, now: &Rows) -> Option<bool> {
    match write {
        Write::PutMetadata { project, key, value, .. } if key == REVISION => {
            let stored = Some(now.metadata_value(project, REVISION)?);
            either(&stored, &Some(value.as_str()), &before.metadata_value(project, REVISION))
        }
        _ => None,
    }
}

fn revisions(rows: &Rows) -> impl Iterator<Item = (&(String, String), &String)> {
    rows.metadata.iter().filter(|((_, key), _)| key == REVISION)
}

/// Whether a write leaves something that shows it: times are seconds, which others may have written as
/// well, and versions may have been gone before.
fn tells(write: &Write) -> bool {
    match write {
        Write::PutMetadata { key, .. } => ![LAST_UPDATED, REVISION].contains(&key.as_str()),
        Write::DeleteVersions { .. } => false,
        _ => true,
    }
}

/// Whether what a write was to leave is there; `None` where others have changed it since.
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
        Write::PutMetadata { project, key, value, .. } => {
            let (old, new) = (before.metadata_value(project, key), now.metadata_value(project, key));
            // An identifier may be gone again with its project; a lone entry depends on nothing that was
            // read, and may as well be set again.
            let tells = old.is_some() || new.is_some() || key != PROJECT_UUID;
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
