//! How versions of views are held: a view's latest one mostly has the bytes of the view, which are not kept twice.

use std::sync::Arc;

use feast_registry_core::{
    kind::Kind,
    rows::{Key, Row, VersionRow},
};

use super::{section::Table, snapshot::VersionKey};

/// A stored version of a view.
pub type Version = VersionRow<VersionBytes>;

/// The bytes of a version.
#[derive(Clone, Debug)]
pub enum VersionBytes {
    /// Its own.
    Own(Vec<u8>),
    /// Those of the view, as it was when the version was read.
    View(Arc<Row>),
}

impl VersionBytes {
    /// A copy that does without the view.
    pub fn into_owned(self) -> Vec<u8> {
        match self {
            VersionBytes::Own(bytes) => bytes,
            VersionBytes::View(row) => row.bytes.clone(),
        }
    }
}

impl AsRef<[u8]> for VersionBytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            VersionBytes::Own(bytes) => bytes,
            VersionBytes::View(row) => &row.bytes,
        }
    }
}

impl PartialEq for VersionBytes {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

/// Holds a version that was read, beside the objects by kind.
pub(super) fn hold(row: VersionRow, key: &VersionKey, objects: &[Table<Row>]) -> Version {
    let view = || {
        let kind = Kind::of_history_type(&row.view_type)?;
        objects.get(kind as usize)?.get(&Key::new(kind, &key.project, &key.view))
    };
    let view = view().filter(|view| view.bytes == row.bytes).cloned();
    row.map_bytes(|own| view.map_or(VersionBytes::Own(own), VersionBytes::View))
}
