//! Search as one types: every word has to be found, in a name, a feature, a tag or elsewhere, as it is or
//! as the start of a longer one. Only if nothing is, misspellings are allowed for.
//!
//! No library does this in so little memory without `std`: the index of a hundred thousand objects with a
//! million features takes some ten megabytes.

mod dictionary;
mod distance;
mod document;
mod hit;
mod index;
mod postings;
mod query;
mod words;

use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};
use core::cmp::Reverse;

pub use document::Field;
pub use hit::SearchHit;

use super::{Catalog, Entry, ObjectId, ProjectId, Thing};
use crate::{compact, kind::Kind};
use index::{Builder, Index};
use query::Query;

/// What a name counts that is the query, and one that starts with it.
const WHOLE_NAME: u16 = 1_000;
const START_OF_NAME: u16 = 400;

/// What is found by these is the feature.
const FEATURES: [u8; 2] = [Field::Feature as u8, Field::FeatureDescription as u8];

/// So many more hits than are wanted are looked at closely before the best are taken.
const SPARE: usize = 50;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// The best hits, best first.
    pub hits: Vec<SearchHit>,
    /// How many objects match.
    pub total: u32,
    /// How many by kind; those of which only a feature matches count as features.
    pub by_kind: Vec<KindCount>,
}

/// How many of a kind.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KindCount {
    /// The kind.
    pub kind: Thing,
    /// How many.
    pub count: u32,
}

impl Catalog<'_> {
    /// Finds what answers `query` in all projects or in one, at most `limit` hits of it. The first
    /// search takes longer: it makes the index.
    pub fn search(&self, query: &str, project: Option<ProjectId>, limit: usize) -> SearchResult {
        self.search_index().find(self, query, project, limit)
    }

    /// What searching goes by, made when it is first asked for.
    pub fn search_index(&self) -> &Search {
        self.search.get_or_init(|| Box::new(Search::of(self)))
    }
}

/// What searching a catalog goes by.
#[derive(Debug, Default)]
pub struct Search {
    index: Index,
    documents: Vec<Document>,
}

#[derive(Clone, Copy, Debug)]
struct Document {
    id: ObjectId,
    kind: Kind,
    project: ProjectId,
}

impl Search {
    fn of(catalog: &Catalog<'_>) -> Self {
        let mut builder = Builder::default();
        let mut documents = Vec::with_capacity(catalog.len());
        for entry in catalog.entries().filter(|entry| entry.kind != Kind::Infra) {
            let Entry { id, kind, project_id: project, .. } = entry;
            documents.push(Document { id, kind, project });
            document::texts(&entry, &mut |field, text, _| builder.add(field, text));
            builder.end();
        }
        Search { index: builder.finish(), documents }
    }

    /// The memory it takes, in bytes.
    pub fn size(&self) -> usize {
        self.index.size() + self.documents.capacity() * size_of::<Document>()
    }

    fn find(
        &self,
        catalog: &Catalog<'_>,
        query: &str,
        project: Option<ProjectId>,
        limit: usize,
    ) -> SearchResult {
        let mut query = Query::parse(query, &self.index.words, false);
        let mut found = self.candidates(&query, project);
        if found.is_empty() && !query.squeezed.is_empty() {
            query = Query::parse(&query.text, &self.index.words, true);
            found = self.candidates(&query, project);
        }
        let mut by_kind: BTreeMap<Thing, u32> = BTreeMap::new();
        for candidate in &found {
            *by_kind.entry(candidate.thing).or_default() += 1;
        }
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let close = found.len().min(limit.saturating_add(SPARE));
        if close < found.len() {
            found.select_nth_unstable_by_key(close, Candidate::rank);
            found.truncate(close);
        }
        let mut hits: Vec<(&Candidate, SearchHit)> = Vec::with_capacity(close);
        for candidate in &found {
            let Some(document) = self.documents.get(candidate.document) else { continue };
            let hit = hit::hit(&catalog.entry(document.id), &query, candidate);
            hits.push((candidate, hit));
        }
        compact::sort_by_key(&mut hits, |(candidate, hit)| {
            (Reverse(hit.score), candidate.length, candidate.place)
        });
        SearchResult {
            hits: hits.into_iter().take(limit).map(|(_, hit)| hit).collect(),
            total,
            by_kind: by_kind.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(),
        }
    }

    /// All documents that answer the query.
    fn candidates(&self, query: &Query, project: Option<ProjectId>) -> Vec<Candidate> {
        let Index { words, postings, names } = &self.index;
        let mut tallies = vec![Tally::default(); self.documents.len()];
        for (number, wanted) in (0u8..).zip(&query.words) {
            wanted.find_in(words, &mut |range, quality| {
                let scores = Field::scores(quality);
                postings.each(range, |document, field| {
                    let Some(tally) = tallies.get_mut(document).filter(|tally| tally.matched == number)
                    else {
                        return;
                    };
                    let score = scores.get(usize::from(field)).copied().unwrap_or_default();
                    if score > tally.best {
                        tally.best = score;
                        tally.is_feature = FEATURES.contains(&field);
                    }
                });
            });
            for tally in &mut tallies {
                if tally.best > 0 {
                    tally.total = tally.total.saturating_add(tally.best);
                    tally.matched += 1;
                    tally.best = 0;
                }
            }
        }
        if !query.squeezed.is_empty() {
            for document in names.starting_with(&query.squeezed) {
                let Some(tally) = tallies.get_mut(*document as usize) else { continue };
                let is_whole = names.name(*document as usize) == query.squeezed;
                tally.total = tally.total.saturating_add(if is_whole { WHOLE_NAME } else { START_OF_NAME });
                tally.is_feature = false;
                tally.is_named = true;
            }
        }
        let complete = u8::try_from(query.words.len()).unwrap_or(u8::MAX);
        let found = tallies.iter().zip(&self.documents).enumerate().filter(|(_, (tally, document))| {
            (tally.is_named || complete > 0 && tally.matched == complete)
                && project.is_none_or(|project| project == document.project)
        });
        let candidate = |(number, (tally, document)): (usize, (&Tally, &Document))| Candidate {
            document: number,
            score: tally.total,
            length: u32::try_from(names.name(number).len()).unwrap_or(u32::MAX),
            place: names.place(number),
            thing: if tally.is_feature && document.kind.is_view() {
                Thing::Feature
            } else {
                document.kind.into()
            },
        };
        found.map(candidate).collect()
    }
}

impl Field {
    /// What a word that answers so well counts in each field.
    fn scores(quality: query::Quality) -> [u16; Field::ALL.len()] {
        Field::ALL.map(|field| field.weight() * quality / 100)
    }
}

/// How far a document answers the words of a query that were looked up so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// For the words before.
    total: u16,
    /// For the word that is being looked up.
    best: u16,
    /// How many words were found in it.
    matched: u8,
    /// Whether the last one was found in a feature.
    is_feature: bool,
    /// Whether its name starts with the query.
    is_named: bool,
}

/// A document that answers a query.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    document: usize,
    score: u16,
    /// The length of its name.
    length: u32,
    /// The place of its name among all.
    place: u32,
    thing: Thing,
}

impl Candidate {
    /// Ascending from best to worst; among equals short names come first.
    fn rank(&self) -> (Reverse<u16>, u32, u32) {
        (Reverse(self.score), self.length, self.place)
    }
}
