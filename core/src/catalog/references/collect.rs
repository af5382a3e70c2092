//! Collects the references of one object after the other: the one place that knows which field of which kind
//! refers to what.

use alloc::vec::Vec;
use core::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashTable, hash_table::Entry as Slot};

use super::{How, Missing, NodeId, edges::Edges, view_of};
use crate::{
    catalog::{Catalog, Entry, Input, ProjectId, Role},
    kind::Kind,
};

/// Sources named so are Feast's own: they carry the input schema of an on-demand view.
const INPUT_SCHEMA: &str = "__input_schema__";

/// What was collected so far.
pub(super) struct Collector<'a> {
    catalog: &'a Catalog<'a>,
    hasher: FixedState,
    missing: Vec<Missing>,
    known: HashTable<u32>,
    edges: Edges,
}

impl<'a> Collector<'a> {
    /// What every object uses, and what of it is missing.
    pub(super) fn collect(catalog: &'a Catalog<'a>) -> (Edges, Vec<Missing>) {
        let mut collector = Collector {
            catalog,
            hasher: FixedState::default(),
            missing: Vec::new(),
            known: HashTable::new(),
            edges: Edges::default(),
        };
        for entry in catalog.entries() {
            collector.add(&entry);
        }
        let Collector { missing, mut edges, .. } = collector;
        // What is missing uses nothing that one could know of.
        for _ in 0..=missing.len() {
            edges.begin();
        }
        (edges, missing)
    }

    fn add(&mut self, entry: &Entry<'_>) {
        let parts = entry.parts();
        let first = self.edges.begin();
        let mut to = |kinds: &[Kind], name: &str, how| self.edge(first, entry, kinds, name, how);
        parts.entities().for_each(|name| to(&[Kind::Entity], name, How::Entity));
        for source in parts.sources() {
            let how = match source.role {
                Role::Stream => How::StreamSource,
                _ if entry.kind == Kind::LabelView => How::Source,
                _ => How::BatchSource,
            };
            to(&[Kind::DataSource], source.name(), how);
            // A stream view names its batch source itself.
            for inner in source.parts().sources().filter(|_| entry.kind == Kind::LabelView) {
                to(&[Kind::DataSource], inner.name(), How::BatchSource);
            }
        }
        for (_, input) in parts.inputs() {
            match input {
                Input::View(name) => to(&Kind::VIEWS, name, How::Input),
                Input::Projection(projection) => to(&Kind::VIEWS, projection.view(), How::Input),
                Input::Request(source) if source.name().starts_with(INPUT_SCHEMA) => {}
                Input::Request(source) => to(&[Kind::DataSource], source.name(), How::RequestSource),
            }
        }
        parts.source_views().for_each(|name| to(&Kind::VIEWS, name, How::SourceView));
        match entry.kind {
            Kind::LabelView => to(&Kind::VIEWS, parts.text(&[1, 15]), How::ReferenceView),
            Kind::FeatureService => {
                parts.projections().for_each(|projection| to(&Kind::VIEWS, projection.view(), How::Features));
            }
            Kind::SavedDataset => {
                to(&[Kind::FeatureService], parts.text(&[1, 8]), How::Service);
                for reference in parts.texts(&[1, 3]) {
                    to(&Kind::VIEWS, view_of(reference), How::Features);
                }
            }
            Kind::ValidationReference => to(&[Kind::SavedDataset], parts.text(&[2]), How::Dataset),
            _ => {}
        }
    }

    fn edge(&mut self, first: usize, entry: &Entry<'_>, kinds: &[Kind], name: &str, how: How) {
        if name.is_empty() {
            return;
        }
        let find = |kind: &Kind| self.catalog.find(*kind, entry.project, name);
        let target = match (kinds.iter().find_map(find), kinds.first()) {
            (Some(target), _) => target.id.into(),
            (None, Some(kind)) => self.missing(*kind, entry.project_id, name),
            (None, None) => return,
        };
        self.edges.push(first, target, how);
    }

    fn missing(&mut self, kind: Kind, project: ProjectId, name: &str) -> NodeId {
        let Collector { hasher, missing, known, .. } = self;
        let hash = |one: &Missing| hasher.hash_one((one.kind, one.project, &*one.name));
        let equal = |index: &u32| {
            let one: Option<&Missing> = missing.get(*index as usize);
            one.is_some_and(|one| one.kind == kind && one.project == project && *one.name == *name)
        };
        let again = |index: &u32| missing.get(*index as usize).map_or(0, hash);
        let index = match known.entry(hasher.hash_one((kind, project, name)), equal, again) {
            Slot::Occupied(slot) => *slot.get(),
            Slot::Vacant(slot) => {
                let index = u32::try_from(missing.len()).unwrap_or(u32::MAX);
                slot.insert(index);
                missing.push(Missing { kind, project, name: name.into() });
                index
            }
        };
        NodeId::at(self.catalog.len() + index as usize)
    }
}
