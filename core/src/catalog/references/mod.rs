//! Who uses whom, and how: every reference by name among the objects of a catalog, in both directions, and
//! what is referred to but is not there. That an object belongs to a project is no reference.

mod collect;
mod edges;

use alloc::{boxed::Box, vec::Vec};

use super::{Catalog, Entry, Input, ObjectId, ProjectId, Ref};
use crate::kind::Kind;
use collect::Collector;
use edges::Edges;

/// How one object uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum How {
    Entity,
    BatchSource,
    StreamSource,
    RequestSource,
    /// A label view's only source.
    Source,
    /// An on-demand view reads a view.
    Input,
    /// A view derives from a view.
    SourceView,
    /// A label view labels the entities of a view.
    ReferenceView,
    /// A feature service, or a saved dataset, has features of a view.
    Features,
    /// A saved dataset was retrieved through a feature service.
    Service,
    /// A validation reference profiles a saved dataset.
    Dataset,
}

impl How {
    const ALL: [How; 11] = [
        How::Entity,
        How::BatchSource,
        How::StreamSource,
        How::RequestSource,
        How::Source,
        How::Input,
        How::SourceView,
        How::ReferenceView,
        How::Features,
        How::Service,
        How::Dataset,
    ];

    /// What the used is to the user: `batch source`.
    pub fn name(self) -> &'static str {
        match self {
            How::Entity => "entity",
            How::BatchSource => "batch source",
            How::StreamSource => "stream source",
            How::RequestSource => "request source",
            How::Source => "source",
            How::Input => "input",
            How::SourceView => "source view",
            How::ReferenceView => "reference view",
            How::Features => "features",
            How::Service => "feature service",
            How::Dataset => "saved dataset",
        }
    }

    fn of_number(number: u8) -> How {
        How::ALL.get(usize::from(number)).copied().unwrap_or(How::Entity)
    }
}

impl serde::Serialize for How {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// An object, or what objects refer to although it is not there. Objects come first, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The number, for looking up in an array with a place per node.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) fn at(index: usize) -> Self {
        NodeId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl From<ObjectId> for NodeId {
    fn from(id: ObjectId) -> Self {
        NodeId::at(id.index())
    }
}

/// The references of a catalog.
#[derive(Debug, Default)]
pub struct References {
    objects: usize,
    missing: Vec<Missing>,
    uses: Edges,
    used_by: Edges,
}

/// What is referred to and is not there.
#[derive(Debug)]
struct Missing {
    kind: Kind,
    project: ProjectId,
    name: Box<str>,
}

/// A use as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    /// The object at the other end.
    #[serde(rename = "ref")]
    pub object: Ref,
    /// What the used one is to the user.
    pub how: How,
    /// Whether it is referred to but not there.
    pub is_missing: bool,
}

impl Catalog<'_> {
    /// Who uses whom, found out when it is first asked for.
    pub fn references(&self) -> &References {
        self.references.get_or_init(|| Box::new(References::of(self)))
    }

    /// What an object uses, in the order of its definition.
    pub fn uses(&self, id: ObjectId) -> impl ExactSizeIterator<Item = Use> {
        self.references().uses(id.into()).map(|(node, how)| self.as_use(node, how))
    }

    /// What uses an object, in the order of the catalog.
    pub fn used_by(&self, id: ObjectId) -> impl ExactSizeIterator<Item = Use> {
        self.references().used_by(id.into()).map(|(node, how)| self.as_use(node, how))
    }

    /// What uses one feature of a view.
    pub fn feature_used_by(&self, view: ObjectId, feature: &str) -> impl Iterator<Item = Use> {
        let name = self.entry(view).name;
        let users = self.references().used_by(view.into());
        users.filter_map(move |(node, how)| {
            let user = self.entry(self.references().object(self, node)?);
            let takes = takes_all(&user, name) || taken(&user, name).contains(&feature);
            takes.then(|| self.as_use(node, how))
        })
    }

    fn as_use(&self, node: NodeId, how: How) -> Use {
        let references = self.references();
        Use { object: references.describe(self, node), how, is_missing: references.is_missing(node) }
    }
}

/// The features that an object takes of a view, one by one.
pub(super) fn taken<'a>(user: &Entry<'a>, view: &str) -> Vec<&'a str> {
    let parts = user.parts();
    let mut taken = Vec::new();
    for projection in parts.projections().filter(|projection| projection.view() == view) {
        taken.extend(projection.features().map(|column| column.name()));
    }
    let references = parts.texts(if user.kind == Kind::SavedDataset { &[1, 3] } else { &[] });
    let of_view = references.filter(|text| view_of(text) == view).filter_map(|text| text.split_once(':'));
    taken.extend(of_view.map(|(_, feature)| feature));
    taken
}

/// Whether an object takes a view that it uses as a whole.
pub(super) fn takes_all(user: &Entry<'_>, view: &str) -> bool {
    let parts = user.parts();
    parts.inputs().any(|(_, input)| matches!(input, Input::View(name) if name == view))
        || parts.source_views().any(|name| name == view)
        || user.kind == Kind::LabelView && parts.text(&[1, 15]) == view
}

impl References {
    fn of(catalog: &Catalog<'_>) -> Self {
        let (uses, missing) = Collector::collect(catalog);
        let objects = catalog.len();
        let used_by = uses.turned(objects + missing.len());
        References { objects, missing, uses, used_by }
    }

    /// The number of nodes; [`NodeId::index`] is below it.
    pub fn len(&self) -> usize {
        self.objects + self.missing.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a node uses, in the order of its definition.
    pub fn uses(&self, node: NodeId) -> impl ExactSizeIterator<Item = (NodeId, How)> + DoubleEndedIterator {
        self.uses.of(node)
    }

    /// What uses a node, in the order of the catalog.
    pub fn used_by(
        &self,
        node: NodeId,
    ) -> impl ExactSizeIterator<Item = (NodeId, How)> + DoubleEndedIterator {
        self.used_by.of(node)
    }

    /// Whether the node is referred to but not there.
    pub fn is_missing(&self, node: NodeId) -> bool {
        node.index() >= self.objects
    }

    /// Everything that is referred to but not there.
    pub fn missing(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (self.objects..self.len()).map(NodeId::at)
    }

    /// Finds what is referred to but not there.
    pub fn find_missing(&self, kind: Kind, project: ProjectId, name: &str) -> Option<NodeId> {
        let is_it = |one: &Missing| one.kind == kind && one.project == project && *one.name == *name;
        Some(NodeId::at(self.objects + self.missing.iter().position(is_it)?))
    }

    /// The object that a node is, unless it is missing.
    pub fn object(&self, catalog: &Catalog<'_>, node: NodeId) -> Option<ObjectId> {
        if self.is_missing(node) { None } else { catalog.id(node.index()) }
    }

    /// The kind, project and name of a node.
    pub fn key<'a>(&'a self, catalog: &'a Catalog<'a>, node: NodeId) -> (Kind, ProjectId, &'a str) {
        match (self.missing_at(node), self.object(catalog, node)) {
            (Some(missing), _) => (missing.kind, missing.project, &missing.name),
            (None, Some(id)) => {
                let entry = catalog.entry(id);
                (entry.kind, entry.project_id, entry.name)
            }
            (None, None) => (Kind::Infra, ProjectId::default(), ""),
        }
    }

    /// A node as answers point to it.
    pub fn describe(&self, catalog: &Catalog<'_>, node: NodeId) -> Ref {
        let (kind, project, name) = self.key(catalog, node);
        Ref { kind: kind.into(), project: catalog.project_name(project).into(), name: name.into() }
    }

    fn missing_at(&self, node: NodeId) -> Option<&Missing> {
        self.missing.get(node.index().checked_sub(self.objects)?)
    }
}

/// The view in `view:feature` or `view@v2:feature`.
fn view_of(reference: &str) -> &str {
    let view = reference.split_once(':').map_or(reference, |(view, _)| view);
    view.split_once('@').map_or(view, |(view, _)| view)
}
