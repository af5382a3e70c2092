//! What one sees first: how much there is, what changed last, what is stale, and how it is spread.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cmp::Reverse;

use serde::Serialize;

use super::{Catalog, CollectionId, Entry, Freshness, Ref, filter::quoted, freshness};
use crate::{compact, kind::Kind, schema};

/// The first page of a snapshot, or of a project.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Home {
    /// How many things there are in each collection.
    pub counts: BTreeMap<CollectionId, u32>,
    /// What changed last, latest first.
    pub recent: Vec<RecentChange>,
    /// Views whose values are out of date, longest first.
    pub stale_views: Vec<StaleView>,
    /// Owners of views.
    pub owners: Vec<Facet>,
    /// Tags of views.
    pub tags: Vec<Facet>,
    /// Types of data sources.
    pub source_types: Vec<Facet>,
    /// Kinds of view.
    pub view_kinds: Vec<Facet>,
}

/// A change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecentChange {
    /// What changed.
    #[serde(rename = "ref")]
    pub thing: Ref,
    /// Whose it is.
    pub owner: String,
    /// When.
    pub at: i64,
    /// Whether it came to be with it.
    pub is_new: bool,
}

/// A view whose values are out of date.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StaleView {
    /// The view.
    #[serde(rename = "ref")]
    pub thing: Ref,
    /// Whose it is.
    pub owner: String,
    /// Until when it is materialized.
    pub last_materialized: Option<i64>,
    /// For how long values are served, in seconds.
    pub ttl: Option<i64>,
}

/// Things that have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// What it is.
    pub label: String,
    /// How many they are.
    pub count: u32,
    /// Where they are listed.
    pub collection: CollectionId,
    /// The filter that lists exactly them.
    pub filter: String,
}

const RECENT: usize = 20;
const STALE: usize = 50;
const FACETS: usize = 12;

impl Catalog<'_> {
    /// The first page, of one project or of all, as of `now`.
    pub fn home(&self, project: Option<&str>, now: i64) -> Home {
        let wanted = project.map(|name| self.find_project(name));
        let in_project = |entry: &Entry<'_>| wanted.is_none_or(|wanted| wanted == Some(entry.project_id));
        let mut counts: BTreeMap<CollectionId, u32> = compact::map(CollectionId::all().map(|id| (id, 0)));
        let mut changes = Vec::new();
        let mut stale = Vec::new();
        let (mut owners, mut tags, mut source_types, mut view_kinds) =
            (Tally::default(), Tally::default(), Tally::default(), Tally::default());
        for entry in self.entries().filter(in_project) {
            let parts = entry.parts();
            if let Some(count) = CollectionId::of(entry.kind.into()).and_then(|id| counts.get_mut(&id)) {
                *count += 1;
            }
            if let Some(at) = parts.last_updated().or(parts.created()) {
                changes.push((Reverse(at.millis()), entry.id));
            }
            if entry.kind.is_view() {
                *counts.entry(CollectionId::Features).or_default() += self.features_of(entry.id).len() as u32;
                view_kinds.count(entry.kind.info().name);
                owners.count(parts.owner());
                for (key, value) in parts.tags() {
                    tags.count(&format!("{key}={value}"));
                }
                if let Some(Freshness::Stale | Freshness::Never) = freshness(&parts, now) {
                    stale.push((parts.intervals().map(|(_, end)| end.millis()).max(), entry.id));
                }
            }
            if entry.kind == Kind::DataSource {
                source_types.count(&schema::FEAST_CORE_DATASOURCE_SOURCETYPE.text(parts.number(&[1]) as i32));
            }
        }
        compact::sort_by(&mut changes, Ord::cmp);
        compact::sort_by(&mut stale, Ord::cmp);
        let owner = |entry: &Entry<'_>| entry.parts().owner().to_string();
        let recent = changes.into_iter().take(RECENT).map(|(Reverse(at), id)| {
            let entry = self.entry(id);
            let is_new = entry.parts().created().is_some_and(|created| created.millis() == at);
            RecentChange { thing: Ref::of(&entry), owner: owner(&entry), at, is_new }
        });
        let stale_views = stale.into_iter().take(STALE).map(|(last_materialized, id)| {
            let entry = self.entry(id);
            let (thing, ttl) = (Ref::of(&entry), entry.parts().ttl());
            StaleView { thing, owner: owner(&entry), last_materialized, ttl }
        });
        Home {
            recent: recent.collect(),
            stale_views: stale_views.collect(),
            owners: owners.facets(CollectionId::FeatureViews, |owner| match owner {
                "" => ("no owner", "unowned".into()),
                owner => (owner, format!("owner:={}", quoted(owner))),
            }),
            tags: tags.facets(CollectionId::FeatureViews, |tag| (tag, format!("tag:{}", quoted(tag)))),
            source_types: source_types.facets(CollectionId::DataSources, |ty| (ty, format!("type:{ty}"))),
            view_kinds: view_kinds.facets(CollectionId::FeatureViews, |kind| (kind, format!("kind:{kind}"))),
            counts,
        }
    }
}

/// How often each value occurs.
#[derive(Default)]
struct Tally(BTreeMap<String, u32>);

impl Tally {
    fn count(&mut self, value: &str) {
        match self.0.get_mut(value) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(value.into(), 1)),
        }
    }

    /// The most frequent ones, with their label and filter.
    fn facets(self, collection: CollectionId, describe: impl Fn(&str) -> (&str, String)) -> Vec<Facet> {
        let mut values: Vec<(String, u32)> = self.0.into_iter().collect();
        compact::sort_by_key(&mut values, |(_, count)| Reverse(*count));
        let facet = |(value, count): (String, u32)| {
            let (label, filter) = describe(&value);
            Facet { label: label.into(), count, collection, filter }
        };
        values.into_iter().take(FACETS).map(facet).collect()
    }
}
