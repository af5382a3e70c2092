//! A picture drawn: arranged, folded into boxes, with the arrows between them.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{
    Graph, GraphEdge, GraphNode, GroupBy,
    fold::{Depth, Fold, Level, Place, Stack},
    picture::{Item, NOWHERE, Picture, What},
    select::is_dummy,
};
use crate::{
    catalog::{
        Freshness, ProjectId, Ref, Thing, freshness,
        references::{NodeId, taken, takes_all},
    },
    compact,
    kind::Kind,
};

/// The use of a single feature.
const FEATURE: &str = "feature";
/// A use by way of things whose kind is not shown.
const INDIRECT: &str = "indirect";

impl<'a> Picture<'a> {
    pub(super) fn drawn(mut self) -> Graph {
        let total_nodes = self.items.len();
        let (order, places, shelves, groups) = self.arranged();
        let items: Vec<Item<'a>> = order.iter().filter_map(|item| self.items.get(*item).cloned()).collect();
        let mut moved = vec![NOWHERE; order.len()];
        for (to, from) in (0u32..).zip(&order) {
            if let Some(slot) = moved.get_mut(*from) {
                *slot = to;
            }
        }
        for item in self.item_of.iter_mut().filter(|item| **item != NOWHERE) {
            *item = moved.get(*item as usize).copied().unwrap_or(NOWHERE);
        }
        self.items = items;
        let mut opened: BTreeSet<&str> = self.request.opened.iter().map(String::as_str).collect();
        // Whoever asked for a view's features wants to see them.
        opened.extend(shelves.iter().map(String::as_str).filter(|shelf| shelf.starts_with("features/")));
        let depth = match (self.request.group_by, &self.request.focus) {
            (GroupBy::None, _) | (_, Some(_)) => Depth::Members,
            (GroupBy::Kind, _) => Depth::Shelves,
            _ => Depth::Groups,
        };
        let most = self.request.max_nodes.max(1);
        let fold = Fold { places: &places, shelves: &shelves, groups: &groups, opened: &opened, most, depth };
        let stacks = fold.boxes();
        let mut nodes: Vec<GraphNode> =
            stacks.iter().map(|stack| self.node(stack, places.get(stack.range.start), &groups)).collect();
        let mut box_of = vec![0; self.items.len()];
        for (number, stack) in stacks.iter().enumerate() {
            box_of.get_mut(stack.range.clone()).unwrap_or_default().fill(number);
        }
        let (edges, total_edges) = self.edges(&box_of, &nodes);
        let folded = nodes.iter().filter(|node| node.thing.is_none()).map(|node| node.count).sum();
        compact::sort_by_key(&mut nodes, |node| node.layer);
        Graph { nodes, edges, total_nodes, total_edges, folded }
    }

    /// The items in the order in which they can be folded, where each stands then, and the names of shelves
    /// and groups.
    fn arranged(&self) -> (Vec<usize>, Vec<Place>, Vec<String>, Vec<String>) {
        let group = self.items.iter().map(|item| self.group(item));
        let group: Vec<&str> = group.collect();
        let shelf = self.items.iter().enumerate().map(|(number, item)| self.shelf(number, item));
        let shelf: Vec<(u32, Kind, String)> = shelf.collect();
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        let key =
            |item: &usize| (shelf.get(*item), group.get(*item), self.items.get(*item).map(|item| item.name));
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        let (mut shelves, mut groups) = (Vec::<String>::new(), Vec::<String>::new());
        let mut number_of_group: BTreeMap<&str, u32> = BTreeMap::new();
        let mut places = Vec::with_capacity(order.len());
        for item in &order {
            let (Some((_, _, shelf)), Some(group)) = (shelf.get(*item), group.get(*item)) else { continue };
            if shelves.last() != Some(shelf) {
                shelves.push(shelf.clone());
            }
            let group = *number_of_group.entry(group).or_insert_with(|| {
                groups.push((*group).to_string());
                groups.len() as u32 - 1
            });
            places.push(Place { shelf: shelves.len() as u32 - 1, group });
        }
        (order, places, shelves, groups)
    }

    /// What is folded together at first: a kind in a column. Columns shift from request to request, so that
    /// their number is no part of the name; kinds that stand in several are told apart by their order.
    fn shelf(&self, number: usize, item: &Item<'_>) -> (u32, Kind, String) {
        let kind = item.kind.info().name;
        let name = match &item.thing {
            _ if item.is_pinned => format!("alone/{number}"),
            What::Feature { .. } => {
                format!("features/{kind}/{}", self.view_of(item).map_or("", |(_, _, name)| name))
            }
            What::Node(node) if self.references.is_missing(*node) => format!("missing/{kind}.{}", item.layer),
            What::Node(_) => format!("{kind}.{}", item.layer),
        };
        (item.layer, item.kind, name)
    }

    fn view_of(&self, item: &Item<'_>) -> Option<(Kind, ProjectId, &'a str)> {
        match item.thing {
            What::Feature { view, .. } => Some(self.references.key(self.catalog, view)),
            What::Node(_) => None,
        }
    }

    /// What an item is grouped by.
    fn group(&self, item: &Item<'a>) -> &'a str {
        let What::Node(node) = item.thing else { return "" };
        let Some(id) = self.references.object(self.catalog, node) else { return "" };
        let parts = self.catalog.entry(id).parts();
        match (self.request.group_by, &self.request.group_tag) {
            (GroupBy::Owner, _) => parts.owner(),
            (GroupBy::Tag, Some(tag)) => {
                parts.tags().filter(|(key, _)| key == tag).map(|(_, value)| value).last().unwrap_or_default()
            }
            _ => "",
        }
    }

    fn node(&self, stack: &Stack, place: Option<&Place>, groups: &[String]) -> GraphNode {
        let members = self.items.get(stack.range.clone()).unwrap_or_default();
        let Some(first) = members.first() else { return GraphNode::default() };
        let last = members.last().unwrap_or(first);
        let nodes = || {
            members
                .iter()
                .filter_map(|item| if let What::Node(node) = item.thing { Some(node) } else { None })
        };
        // Further away; what is filtered out would not be seen there either.
        let is_hidden = |node| {
            self.item(node).is_none()
                && !is_dummy(self.catalog, node)
                && self.is_chosen(node)
                && self.filter.as_ref().is_none_or(|filter| self.passes(filter, node))
        };
        let mut node = GraphNode {
            id: stack.id.clone(),
            label: String::new(),
            thing: None,
            kind: first.kind.into(),
            count: members.len(),
            layer: first.layer,
            is_missing: members.iter().all(|item| self.is_missing(item)),
            is_stale: nodes().any(|node| self.is_stale(node)),
            has_more_upstream: nodes()
                .any(|node| self.references.uses(node).any(|(used, _)| is_hidden(used))),
            has_more_downstream: nodes()
                .any(|node| self.references.used_by(node).any(|(user, _)| is_hidden(user))),
            owner: String::new(),
            tags: Vec::new(),
            parent: stack.parent.clone(),
        };
        if let Some((kind, _, view)) = self.view_of(first) {
            node.kind = Thing::Feature;
            node.parent = Some(object_id(kind, view));
        }
        if stack.level != Level::Member {
            let group = place.and_then(|place| groups.get(place.group as usize)).map_or("", String::as_str);
            node.label = match (stack.level, self.request.group_by) {
                (Level::Shelf, _) => node.kind.plural().to_string(),
                (Level::Group, GroupBy::Owner) if group.is_empty() => "no owner".to_string(),
                (Level::Group, _) if group.is_empty() => "not tagged".to_string(),
                (Level::Group, _) => group.to_string(),
                _ => format!("{} … {}", first.name, last.name),
            };
            return node;
        }
        node.label = first.name.to_string();
        match &first.thing {
            What::Feature { name, .. } => {
                let (_, project, view) =
                    self.view_of(first).unwrap_or((first.kind, ProjectId::default(), ""));
                let name = format!("{view}:{name}");
                node.id = format!("Feature/{name}");
                let project = self.catalog.project_name(project).to_string();
                node.thing = Some(Ref { kind: Thing::Feature, project, name });
            }
            What::Node(id) => {
                node.id = object_id(first.kind, first.name);
                node.thing = Some(self.references.describe(self.catalog, *id));
                if let Some(id) = self.references.object(self.catalog, *id) {
                    let parts = self.catalog.entry(id).parts();
                    node.owner = parts.owner().to_string();
                    node.tags =
                        parts.tags().map(|(key, value)| (key.to_string(), value.to_string())).collect();
                }
            }
        }
        node
    }

    fn is_missing(&self, item: &Item<'_>) -> bool {
        match item.thing {
            What::Node(node) => self.references.is_missing(node),
            What::Feature { is_missing, .. } => is_missing,
        }
    }

    fn is_stale(&self, node: NodeId) -> bool {
        let entry = self.references.object(self.catalog, node).map(|id| self.catalog.entry(id));
        let entry = entry.filter(|entry| entry.kind.is_view());
        entry.is_some_and(|entry| {
            matches!(freshness(&entry.parts(), self.request.now), Some(Freshness::Stale | Freshness::Never))
        })
    }

    /// The arrows between boxes, and how many there would be between all things.
    fn edges(&self, box_of: &[usize], nodes: &[GraphNode]) -> (Vec<GraphEdge>, usize) {
        let mut total = 0;
        let mut counts: BTreeMap<(usize, usize, &'static str), usize> = BTreeMap::new();
        let mut add = |from: usize, to: usize, how| {
            total += 1;
            if let (Some(from), Some(to)) = (box_of.get(from), box_of.get(to))
                && from != to
            {
                *counts.entry((*from, *to, how)).or_default() += 1;
            }
        };
        let features = self.feature_items();
        for (to, item) in self.items.iter().enumerate() {
            let What::Node(user) = item.thing else { continue };
            for (used, how) in self.references.uses(user) {
                let Some(from) = self.item(used) else { continue };
                match features.get(&used) {
                    Some(features) if !self.takes_whole(user, used) => {
                        let name = self.references.key(self.catalog, used).2;
                        let user =
                            self.references.object(self.catalog, user).map(|id| self.catalog.entry(id));
                        let taken = user.iter().flat_map(|user| taken(user, name));
                        taken.filter_map(|name| features.get(name)).for_each(|from| add(*from, to, FEATURE));
                    }
                    _ => add(from as usize, to, how.name()),
                }
            }
            for from in self.through.used(user).iter().filter_map(|used| self.item(*used)) {
                add(from as usize, to, INDIRECT);
            }
        }
        let id = |number: usize| nodes.get(number).map(|node| node.id.clone()).unwrap_or_default();
        let edges = counts.into_iter().map(|((from, to, how), count)| GraphEdge {
            from: id(from),
            to: id(to),
            how,
            count,
        });
        (edges.collect(), total)
    }

    /// The items of features, by view and name.
    fn feature_items(&self) -> BTreeMap<NodeId, BTreeMap<&'a str, usize>> {
        let mut found: BTreeMap<NodeId, BTreeMap<&str, usize>> = BTreeMap::new();
        for (number, item) in self.items.iter().enumerate() {
            if let What::Feature { view, name, .. } = item.thing {
                found.entry(view).or_default().insert(name, number);
            }
        }
        found
    }

    fn takes_whole(&self, user: NodeId, view: NodeId) -> bool {
        let name = self.references.key(self.catalog, view).2;
        let user = self.references.object(self.catalog, user).map(|id| self.catalog.entry(id));
        user.is_none_or(|user| takes_all(&user, name))
    }
}

impl Default for GraphNode {
    fn default() -> Self {
        GraphNode {
            id: String::new(),
            label: String::new(),
            thing: None,
            kind: Thing::Feature,
            count: 0,
            layer: 0,
            is_missing: false,
            is_stale: false,
            has_more_upstream: false,
            has_more_downstream: false,
            owner: String::new(),
            tags: Vec::new(),
            parent: None,
        }
    }
}

fn object_id(kind: Kind, name: &str) -> String {
    format!("{}/{name}", kind.info().name)
}
