//! The graph around a thing, or of a whole project: what feeds what, from sources and entities on the left
//! to those who use it on the right, folded so that it can be read.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use serde::{Deserialize, Serialize};

use super::{
    Catalog, DUMMY_ENTITY, Freshness, Problem, ProjectId, Ref, Thing,
    collection::Subject,
    filter::Filter,
    fold::{Depth, Fold, Level, Place, Stack},
    freshness,
    layers::layers,
    references::{NodeId, References, taken, takes_all},
    through::Through,
};
use crate::kind::Kind;

/// Which graph is wanted.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineageRequest {
    /// The project's name.
    pub project: String,
    /// The thing in the middle; without it the whole project is shown.
    pub focus: Option<Ref>,
    /// How many steps to go towards what it is made of.
    pub upstream: u32,
    /// How many steps to go towards what is made of it.
    pub downstream: u32,
    /// Nothing but these kinds, and what is in the middle.
    pub kinds: Option<Vec<Thing>>,
    /// Nothing but what passes this filter sentence and what is next to it; see [`super::filter`].
    #[serde(default)]
    pub filter: String,
    /// What to group by.
    pub group_by: GroupBy,
    /// By which tag, if by one.
    pub group_tag: Option<String>,
    /// How many boxes to draw at most, but for those that come out of opened stacks.
    pub max_nodes: usize,
    /// The stacks that are open, by their ids.
    pub opened: Vec<String>,
    /// The views whose features are shown, by name.
    pub expanded: Vec<String>,
    /// Show what neither uses anything nor is used, too.
    pub with_unrelated: bool,
    /// UTC epoch milliseconds.
    pub now: i64,
}

/// By what things are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum GroupBy {
    None,
    Kind,
    Tag,
    Owner,
}

/// Boxes and arrows. Arrows lead from what is used to what uses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// The boxes, from left to right.
    pub nodes: Vec<GraphNode>,
    /// The arrows, those between the same boxes for the same reason taken together.
    pub edges: Vec<GraphEdge>,
    /// How many things there are, folded ones included.
    pub total_nodes: usize,
    /// How many uses there are among them.
    pub total_edges: usize,
    /// How many things are folded into stacks.
    pub folded: usize,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// What edges and requests call it.
    pub id: String,
    /// What to write on it.
    pub label: String,
    /// The thing; none for a stack of several.
    #[serde(rename = "ref")]
    pub thing: Option<Ref>,
    /// Its kind.
    pub kind: Thing,
    /// How many things it stands for.
    pub count: usize,
    /// The column that it stands in, from 0 on the left.
    pub layer: u32,
    /// It is referred to but not there.
    pub is_missing: bool,
    /// Its values are out of date; of a stack, those of one of its things.
    pub is_stale: bool,
    /// It is made of things that are not shown.
    pub has_more_upstream: bool,
    /// Things that are not shown are made of it.
    pub has_more_downstream: bool,
    /// Its owner.
    pub owner: String,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// A feature's view, which is among the nodes; or the opened stack that it came out of, which is not.
    pub parent: Option<String>,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GraphEdge {
    /// The box of what is used.
    pub from: String,
    /// The box of what uses it.
    pub to: String,
    /// What it is to the user.
    pub how: &'static str,
    /// How many uses it stands for.
    pub count: usize,
}

/// The use of a single feature.
const FEATURE: &str = "feature";
/// A use by way of things whose kind is not shown.
const INDIRECT: &str = "indirect";

/// Objects that feed nothing and are fed by nothing.
const APART: [Kind; 3] = [Kind::Project, Kind::Permission, Kind::Infra];

impl Catalog<'_> {
    /// The graph that is asked for.
    pub fn lineage(&self, request: &LineageRequest) -> Result<Graph, Problem> {
        let project = self.find_project(&request.project).ok_or_else(|| {
            let message = format!("The snapshot has no project `{}`.", request.project);
            Problem::new("not-found", message, "Choose one of the projects that it has.")
        })?;
        let picture = Picture::select(self, request, project)?;
        Ok(picture.drawn())
    }
}

/// The things to draw.
struct Picture<'a> {
    catalog: &'a Catalog<'a>,
    references: &'a References,
    request: &'a LineageRequest,
    /// Selected nodes, and features of them.
    items: Vec<Item<'a>>,
    /// The item of each node of the catalog; `NOWHERE` where it is not selected.
    item_of: Vec<u32>,
    filter: Option<Filter>,
    through: Through,
}

const NOWHERE: u32 = u32::MAX;

#[derive(Clone, Debug)]
struct Item<'a> {
    thing: What<'a>,
    kind: Kind,
    name: &'a str,
    layer: u32,
    /// It stands alone, whatever else stands beside it.
    is_pinned: bool,
}

#[derive(Clone, Debug)]
enum What<'a> {
    Node(NodeId),
    Feature { view: NodeId, name: &'a str, is_missing: bool },
}

impl<'a> Picture<'a> {
    fn select(
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
            through: Through::default(),
        };
        if let Some(filter) = &picture.filter {
            let wanted = picture.passing(filter, &nodes, center);
            nodes.retain(|node| wanted.contains(node));
        }
        let mut hidden = BTreeSet::new();
        nodes.retain(|node| {
            let is_shown = Some(*node) == center || picture.is_of_kinds(*node);
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

    fn is_of_kinds(&self, node: NodeId) -> bool {
        let kinds = self.request.kinds.as_ref();
        kinds.is_none_or(|kinds| kinds.contains(&self.references.key(self.catalog, node).0.into()))
    }

    /// What is not there has a name and nothing else to filter by.
    fn passes(&self, filter: &Filter, node: NodeId) -> bool {
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

    fn item(&self, node: NodeId) -> Option<u32> {
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
            let mut known: BTreeMap<&str, bool> =
                own.iter().flat_map(|parts| parts.features()).map(|column| (column.name(), false)).collect();
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

    fn drawn(mut self) -> Graph {
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
        nodes.sort_by_key(|node| node.layer);
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
                && self.is_of_kinds(node)
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

/// The thing in the middle: an object, perhaps missing, or a feature of one.
struct Focus<'a> {
    node: NodeId,
    feature: Option<&'a str>,
}

impl<'a> Focus<'a> {
    fn find(catalog: &'a Catalog<'a>, wanted: &'a Ref) -> Result<Self, Problem> {
        if let Some((entry, feature)) = wanted.find(catalog) {
            return Ok(Focus { node: entry.id.into(), feature });
        }
        let missing = || {
            let project = catalog.find_project(&wanted.project)?;
            let Thing::Object(kind) = wanted.kind else { return None };
            catalog.references().find_missing(kind, project, &wanted.name)
        };
        let node = missing().ok_or_else(|| {
            let message = format!("The snapshot has no {} `{}`.", wanted.kind.singular(), wanted.name);
            Problem::new(
                "not-found",
                message,
                "It may have been renamed or deleted; search for a part of its name.",
            )
        })?;
        Ok(Focus { node, feature: None })
    }

    /// The node, and what is so many steps away from it.
    fn surroundings(&self, catalog: &Catalog<'_>, request: &LineageRequest) -> Vec<NodeId> {
        let references = catalog.references();
        let view = references.key(catalog, self.node).2;
        let takes_it = |user: NodeId| {
            let Some(feature) = self.feature else { return true };
            let user = references.object(catalog, user).map(|id| catalog.entry(id));
            user.is_some_and(|user| takes_all(&user, view) || taken(&user, view).contains(&feature))
        };
        let mut found = BTreeSet::from([self.node]);
        walk(self.node, request.upstream, &mut found, |node| {
            let used = references.uses(node).map(|(used, _)| used);
            used.filter(|used| !is_dummy(catalog, *used)).collect()
        });
        walk(self.node, request.downstream, &mut found, |node| {
            let users = references.used_by(node).map(|(user, _)| user);
            users.filter(|user| node != self.node || takes_it(*user)).collect()
        });
        found.into_iter().collect()
    }
}

/// Adds what is reached within so many steps.
fn walk(start: NodeId, steps: u32, found: &mut BTreeSet<NodeId>, next: impl Fn(NodeId) -> Vec<NodeId>) {
    let mut seen = BTreeSet::from([start]);
    let mut edge = Vec::from([start]);
    for _ in 0..steps {
        edge = edge.into_iter().flat_map(&next).filter(|node| seen.insert(*node)).collect();
        if edge.is_empty() {
            break;
        }
    }
    found.extend(seen);
}

/// Everything of a project that feeds or is fed, and with `unrelated` what could.
fn whole(catalog: &Catalog<'_>, project: ProjectId, unrelated: bool) -> Vec<NodeId> {
    let references = catalog.references();
    let nodes = (0..references.len()).map(NodeId::at).filter(|node| {
        let (kind, of, _) = references.key(catalog, *node);
        let is_related = || references.uses(*node).len() + references.used_by(*node).len() > 0;
        of == project && !APART.contains(&kind) && !is_dummy(catalog, *node) && (unrelated || is_related())
    });
    nodes.collect()
}

/// The filter, if there is one; an error names the word that means nothing.
fn understood(request: &LineageRequest) -> Result<Option<Filter>, Problem> {
    let filter = Filter::parse(&request.filter, request.now);
    if let Some((term, problem)) = filter.terms().find_map(|term| Some((term, term.problem.as_ref()?))) {
        let hint = format!("Take `{}` out of the filter.", term.text);
        return Err(Problem::new("bad-filter", problem.clone(), hint));
    }
    let has_terms = filter.terms().next().is_some();
    Ok(has_terms.then_some(filter))
}

/// Whether it is the entity that Feast puts into views that have none.
fn is_dummy(catalog: &Catalog<'_>, node: NodeId) -> bool {
    let (kind, _, name) = catalog.references().key(catalog, node);
    kind == Kind::Entity && name == DUMMY_ENTITY
}
