//! What a lineage graph shows before it is folded: the selected things, their columns, and the features of
//! views that are looked into.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec,
    vec::Vec,
};

use super::{
    LineageRequest,
    layers::layers,
    select::{Focus, permission, understood, whole},
    through::Through,
};
use crate::{
    catalog::{
        Catalog, Problem, ProjectId,
        collection::Subject,
        filter::Filter,
        permissions::Permission,
        references::{NodeId, References, taken},
    },
    compact,
    kind::Kind,
};

/// The things to draw.
pub(super) struct Picture<'a> {
    pub(super) catalog: &'a Catalog<'a>,
    pub(super) references: &'a References,
    pub(super) request: &'a LineageRequest,
    /// Selected nodes, and features of them.
    pub(super) items: Vec<Item<'a>>,
    /// The item of each node of the catalog; `NOWHERE` where it is not selected.
    pub(super) item_of: Vec<u32>,
    pub(super) filter: Option<Filter>,
    permission: Option<Permission<'a>>,
    pub(super) through: Through,
}

/// The item of what is not selected.
pub(super) const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) thing: What<'a>,
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) layer: u32,
    /// It stands alone, whatever else stands beside it.
    pub(super) is_pinned: bool,
}

#[derive(Clone, Debug)]
pub(super) enum What<'a> {
    Node(NodeId),
    Feature { view: NodeId, name: &'a str, is_missing: bool },
}

impl<'a> Picture<'a> {
    pub(super) fn select(
        catalog: &'a Catalog<'a>,
        request: &'a LineageRequest,
        project: ProjectId,
    ) -> Result<Self, Problem> {
        let references = catalog.references();
        let focus = request.focus.as_ref().map(|focus| Focus::find(catalog, focus)).transpose()?;
        let mut nodes = match &focus {
            Some(focus) => focus.surroundings(catalog, request),
            None => whole(catalog, project, request.with_unrelated),
        };
        let center = focus.as_ref().map(|focus| focus.node);
        let mut picture = Picture {
            catalog,
            references,
            request,
            items: Vec::new(),
            item_of: vec![NOWHERE; references.len()],
            filter: understood(request)?,
            permission: permission(catalog, request, project)?,
            through: Through::default(),
        };
        if let Some(filter) = &picture.filter {
            let wanted = picture.passing(filter, &nodes, center);
            nodes.retain(|node| wanted.contains(node));
        }
        let mut hidden = BTreeSet::new();
        nodes.retain(|node| {
            let is_shown = Some(*node) == center || picture.is_chosen(*node);
            is_shown || !hidden.insert(*node)
        });
        for (number, node) in (0u32..).zip(&nodes) {
            if let Some(item) = picture.item_of.get_mut(node.index()) {
                *item = number;
            }
        }
        let is_shown = |node| picture.item(node).is_some();
        picture.through = Through::find(references, &nodes, is_shown, |node| hidden.contains(&node));
        let layers = layers(
            &nodes,
            |node| references.key(catalog, node).0,
            |node| {
                let used = references.uses(node).map(|(used, _)| used);
                let used = used.chain(picture.through.used(node).iter().copied());
                used.filter_map(|used| picture.item(used)).collect()
            },
        );
        let mut expanded: BTreeSet<&str> = request.expanded.iter().map(String::as_str).collect();
        for (node, layer) in nodes.iter().zip(layers) {
            let (kind, _, name) = references.key(catalog, *node);
            let is_pinned = Some(*node) == center || kind.is_view() && expanded.contains(name);
            picture.items.push(Item { thing: What::Node(*node), kind, name, layer, is_pinned });
        }
        let only = focus.as_ref().and_then(|focus| focus.feature);
        if let (Some(_), Some(center)) = (only, center) {
            expanded.insert(references.key(catalog, center).2);
        }
        picture.add_features(&expanded, center, only);
        Ok(picture)
    }

    /// Whether it is of the chosen kinds, and the chosen permission applies to it.
    pub(super) fn is_chosen(&self, node: NodeId) -> bool {
        let kinds = self.request.kinds.as_ref();
        let object = || self.references.object(self.catalog, node).map(|id| self.catalog.entry(id).parts());
        kinds.is_none_or(|kinds| kinds.contains(&self.references.key(self.catalog, node).0.into()))
            && self
                .permission
                .as_ref()
                .is_none_or(|permission| object().is_some_and(|object| permission.applies_to(&object)))
    }

    /// What is not there has a name and nothing else to filter by.
    pub(super) fn passes(&self, filter: &Filter, node: NodeId) -> bool {
        let entry = self.references.object(self.catalog, node).map(|id| self.catalog.entry(id));
        let (catalog, now) = (self.catalog, self.request.now);
        entry.is_some_and(|entry| filter.passes(&Subject { catalog, entry, feature: None, now }))
    }

    /// What passes the filter, and what is next to that.
    fn passing(&self, filter: &Filter, nodes: &[NodeId], center: Option<NodeId>) -> BTreeSet<NodeId> {
        let mut wanted: BTreeSet<NodeId> = center.into_iter().collect();
        for node in nodes.iter().filter(|node| self.passes(filter, **node)) {
            let next = self.references.uses(*node).chain(self.references.used_by(*node));
            wanted.extend(next.map(|(next, _)| next).chain([*node]));
        }
        wanted
    }

    pub(super) fn item(&self, node: NodeId) -> Option<u32> {
        self.item_of.get(node.index()).copied().filter(|item| *item != NOWHERE)
    }

    /// Adds the features of views; of the one in the middle, if it was for one feature only that.
    fn add_features(&mut self, views: &BTreeSet<&str>, center: Option<NodeId>, only: Option<&'a str>) {
        let mut features = Vec::new();
        for item in &self.items {
            let What::Node(view) = item.thing else { continue };
            if !item.kind.is_view() || !views.contains(item.name) {
                continue;
            }
            let only = only.filter(|_| Some(view) == center);
            let own = self.references.object(self.catalog, view).map(|id| self.catalog.entry(id).parts());
            let columns = own.iter().flat_map(|parts| parts.features());
            let mut known: BTreeMap<&str, bool> = compact::map(columns.map(|column| (column.name(), false)));
            // What is asked of it that it does not have.
            for (user, _) in self.references.used_by(view).filter(|(user, _)| self.item(*user).is_some()) {
                let user = self.references.object(self.catalog, user).map(|id| self.catalog.entry(id));
                for name in user.iter().flat_map(|user| taken(user, item.name)) {
                    known.entry(name).or_insert(true);
                }
            }
            let wanted = known.into_iter().filter(|(name, _)| only.is_none_or(|only| only == *name));
            features.extend(wanted.map(|(name, is_missing)| Item {
                thing: What::Feature { view, name, is_missing },
                name,
                is_pinned: only.is_some(),
                ..item.clone()
            }));
        }
        self.items.extend(features);
    }
}
