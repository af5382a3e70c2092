//! Listing objects: what to read, and which of it to keep.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::slice;

use crate::{
    kind::Kind,
    message::MessageError,
    object::Object,
    operation::Selection,
    rows::{Key, Row, Rows},
    time::Timestamp,
};

/// A question for objects of one kind. All conditions must hold.
#[derive(Clone, Debug)]
pub struct Query {
    /// The kind.
    pub kind: Kind,
    /// Of this project, or of all.
    pub project: Option<String>,
    /// With these tags, each with exactly this value.
    pub tags: BTreeMap<String, String>,
    /// Whose row was last updated at this time or later, to the second, as the column keeps it.
    pub updated_since: Option<Timestamp>,
    /// Saved datasets: in exactly this namespace.
    pub namespace: Option<String>,
    /// Saved datasets: in exactly this collection.
    pub collection: Option<String>,
}

/// What queries found, by kind, project and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The objects that can be read.
    pub objects: Vec<(Key, Object)>,
    /// The rows that cannot, and why. One bad row does not hide a thousand good ones.
    pub damaged: Vec<(Key, MessageError)>,
}

const NAMESPACE: &[u32] = &[1, 9];
const COLLECTION: &[u32] = &[1, 10];

impl Query {
    /// All objects of a kind.
    pub fn all(kind: Kind, project: Option<&str>) -> Self {
        Query {
            kind,
            project: project.map(String::from),
            tags: BTreeMap::new(),
            updated_since: None,
            namespace: None,
            collection: None,
        }
    }

    /// What must be read to answer it.
    pub fn selection(&self) -> Selection {
        Selection::Objects {
            kind: self.kind,
            project: self.project.clone(),
            names: None,
            updated_since: self.updated_since.map(|time| time.seconds),
        }
    }

    /// The answer, from rows read for [`Query::selection`], and perhaps for others.
    pub fn answer(&self, rows: Rows) -> Listing {
        Self::answer_all(slice::from_ref(self), rows)
    }

    /// The answers to queries, each of which is for another kind.
    pub fn answer_all(queries: &[Query], rows: Rows) -> Listing {
        Self::answer_each(queries, rows.objects)
    }

    /// As [`Query::answer_all`], from a part of the objects that were read.
    pub fn answer_each(queries: &[Query], objects: impl IntoIterator<Item = (Key, Row)>) -> Listing {
        let mut listing = Listing::default();
        for (key, row) in objects {
            let Some(query) = queries.iter().find(|query| query.kind == key.kind) else { continue };
            match row.into_object(&key) {
                Ok(object) if query.matches(&object) => listing.objects.push((key, object)),
                Ok(_) => {}
                Err(error) => listing.damaged.push((key, error)),
            }
        }
        listing
    }

    fn matches(&self, object: &Object) -> bool {
        let fits = |wanted: &Option<String>, path| {
            wanted
                .as_ref()
                .is_none_or(|wanted| self.kind == Kind::SavedDataset && object.text(path) == *wanted)
        };
        let tagged = self.tags.is_empty() || {
            let tags = object.tags();
            self.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
        };
        tagged && fits(&self.namespace, NAMESPACE) && fits(&self.collection, COLLECTION)
    }
}

impl Listing {
    /// Adds what was found in the part of the objects that follows.
    pub fn append(&mut self, mut next: Listing) {
        self.objects.append(&mut next.objects);
        self.damaged.append(&mut next.damaged);
    }
}
