//! A registry file as what is cached: read again when it was written.

use std::{fs, path::Path, time::SystemTime};

use bytes::Bytes;

use super::Snapshot;
use crate::{error::Error, registry::read_file};

/// The file as it was last read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct File {
    modified: SystemTime,
    length: u64,
    /// Whether it was too old by then to be changed again without another time.
    settled: bool,
}

/// How coarse the times of a file system may be, in seconds.
const WINDOW: i64 = 3;

/// The next snapshot, where the file is not as before. Feast writes its file in place: one that is read
/// meanwhile cannot be taken for a registry, or is read again because it is young.
pub(super) fn refresh(
    seen: &mut Option<File>,
    path: &Path,
    before: &Snapshot,
    now: i64,
) -> Result<Option<Snapshot>, Error> {
    let io = |source| Error::Io { action: "read", path: path.into(), source };
    let found = fs::metadata(path).map_err(io)?;
    let modified = found.modified().map_err(io)?;
    let since_epoch = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let age = now.saturating_sub_unsigned(since_epoch.as_secs());
    let file = File { modified, length: found.len(), settled: age > WINDOW };
    if *seen == Some(File { settled: true, ..file }) {
        return Ok(None);
    }
    let (bytes, rows) = read_file(path)?;
    *seen = Some(file);
    match before.file() {
        Some(known) if **known == *bytes => Ok(None),
        _ => Ok(Some(before.of_file(rows, Bytes::from(bytes)))),
    }
}
