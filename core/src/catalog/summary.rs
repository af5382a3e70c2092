//! A snapshot at a glance: what it is, and how much of what is in each project.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use serde::Serialize;

use super::{Catalog, CollectionId, Freshness, freshness};
use crate::{compact, kind::Kind, time::Timestamp};

/// A snapshot.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The length of the file.
    pub bytes: usize,
    /// Its identifier; empty for those of SQL registries.
    pub version_id: String,
    /// The version of the format.
    pub schema_version: String,
    /// When the snapshot says that it last changed.
    pub last_updated: Option<i64>,
    /// How many objects there are.
    pub objects: usize,
    /// How many of them are damaged.
    pub damaged: usize,
    /// What this build does not know or could not place, as sentences.
    pub notes: Vec<String>,
    /// In order of name.
    pub projects: Vec<ProjectSummary>,
}

/// A project of a snapshot.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSummary {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its owner.
    pub owner: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// When it was created.
    pub created: Option<i64>,
    /// When any of its objects last changed.
    pub last_change: Option<i64>,
    /// How many things there are in each collection.
    pub counts: BTreeMap<CollectionId, u32>,
    /// Views whose values are older than their TTL, or that are served online without any.
    pub stale: u32,
}

impl Catalog<'_> {
    /// What there is, as of `now`, in UTC epoch milliseconds.
    pub fn summary(&self, now: i64) -> Summary {
        let millis = |time: Option<Timestamp>| time.map(Timestamp::millis);
        let mut projects = vec![ProjectSummary::default(); self.projects().len()];
        let mut counts = vec![[0; COLLECTIONS]; projects.len()];
        for entry in self.entries() {
            let number = entry.project_id.index();
            let (Some(project), Some(counts)) = (projects.get_mut(number), counts.get_mut(number)) else {
                continue;
            };
            let parts = entry.parts();
            if let Some(collection) = CollectionId::of(entry.kind.into()) {
                counts[collection as usize] += 1;
            }
            counts[CollectionId::Features as usize] += self.features_of(entry.id).len() as u32;
            project.last_change = project.last_change.max(millis(parts.last_updated().or(parts.created())));
            project.stale +=
                u32::from(matches!(freshness(&parts, now), Some(Freshness::Stale | Freshness::Never)));
            if entry.kind == Kind::Project {
                project.description = parts.description().to_string();
                project.owner = parts.owner().to_string();
                project.tags = parts.tags().map(|(key, value)| (key.into(), value.into())).collect();
                project.created = millis(parts.created());
            }
        }
        for ((project, counts), (_, name)) in projects.iter_mut().zip(counts).zip(self.projects()) {
            project.name = name.to_string();
            project.counts = compact::map(CollectionId::all().zip(counts));
        }
        Summary {
            bytes: self.bytes().len(),
            version_id: self.version_id().to_string(),
            schema_version: self.schema_version().to_string(),
            last_updated: millis(self.last_updated()),
            objects: self.len(),
            damaged: self.damaged(),
            notes: self.notes().map(String::from).collect(),
            projects,
        }
    }
}

const COLLECTIONS: usize = CollectionId::Permissions as usize + 1;
