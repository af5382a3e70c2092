//! A snapshot indexed for looking around: the bytes stay as they are, objects are read on demand, and every
//! answer is a plain value. The browser, the command line and the server ask the same questions here.
//!
//! Unlike [`crate::snapshot::read`], which makes rows to be stored, a catalog takes whatever is there:
//! damaged objects, objects without a name or a project, the same name twice.

mod arrival;
mod collection;
pub mod compare;
mod data_type;
mod export;
mod feature;
pub mod filter;
pub mod health;
mod home;
mod index;
pub mod lineage;
mod list;
mod materialization;
pub mod object;
mod parts;
pub mod permissions;
mod problem;
mod python;
pub mod references;
mod schema_change;
pub mod search;
mod snippets;
mod summary;
mod thing;
pub mod versions;

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use once_cell::race::OnceBox;

pub use arrival::Arrival;
pub use collection::{Cell, CellType, Collection, CollectionId, ColumnHead, collections};
pub use export::ExportFormat;
pub use feature::FeaturePage;
pub use home::{Facet, Home, RecentChange, StaleView};
pub use index::{Feature, FeatureId, ObjectId, ProjectId, VersionRecord};
pub use list::{List, ListRequest, Row, Sort};
pub use materialization::{Freshness, FutureInterval, Interval, Materialization, freshness, materialization};
pub use object::ObjectPage;
pub use parts::{Column, DUMMY_ENTITY, Input, Parts, Projection, Role, Source, value_type_name};
pub use problem::Problem;
pub use references::References;
pub use schema_change::{ColumnChange, SchemaChange, schema_changes};
pub use snippets::Snippet;
pub use summary::{ProjectSummary, Summary};
pub use thing::{Ref, Thing};

use crate::{kind::Kind, snapshot::SnapshotError, time::Timestamp};
use arrival::Facts;
use index::Index;
use search::Search;

/// A serialized registry, owned or borrowed, and what is where in it.
#[derive(Debug)]
pub struct Catalog<'a> {
    bytes: Cow<'a, [u8]>,
    index: Index,
    /// What not everybody asks for, made when somebody does.
    references: OnceBox<References>,
    search: OnceBox<Search>,
}

/// One object of a catalog.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its number.
    pub id: ObjectId,
    /// Its kind.
    pub kind: Kind,
    /// Its project, by number.
    pub project_id: ProjectId,
    /// Its project, by name.
    pub project: &'a str,
    /// Its name. Where the bytes hold none, one in angle brackets: no name that Feast gives has these.
    pub name: &'a str,
    /// Its message.
    pub bytes: &'a [u8],
    /// Whether the bytes are not the message that they should be; its parts are what can be made out.
    pub is_damaged: bool,
}

impl<'a> Entry<'a> {
    /// What no other object has, unless the file repeats itself.
    pub fn key(&self) -> (Kind, &'a str, &'a str) {
        (self.kind, self.project, self.name)
    }

    /// What its message says.
    pub fn parts(&self) -> Parts<'a> {
        Parts::new(self.kind, self.bytes)
    }
}

impl<'b> Catalog<'b> {
    /// Indexes a serialized registry, in one pass. One that arrives piece by piece is better opened by its [`Arrival`].
    pub fn open(bytes: impl Into<Cow<'b, [u8]>>) -> Result<Self, SnapshotError> {
        Arrival::default().open(bytes)
    }

    fn of(bytes: Cow<'b, [u8]>, objects: Vec<Facts>) -> Result<Self, SnapshotError> {
        let index = Index::build(&bytes, objects)?;
        Ok(Catalog { bytes, index, references: OnceBox::new(), search: OnceBox::new() })
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of objects; [`ObjectId::index`] is below it.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether it has no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the object at a place of [`Catalog::entries`].
    pub fn id(&self, index: usize) -> Option<ObjectId> {
        self.index.id(index)
    }

    /// An object by its number, which has to be one of this catalog's.
    pub fn entry(&self, id: ObjectId) -> Entry<'_> {
        self.index.entry(self.bytes(), id)
    }

    /// All objects, kind by kind, within a kind in the order of the file.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + DoubleEndedIterator {
        self.index.ids().map(|id| self.entry(id))
    }

    /// The objects of one kind, in the order of the file.
    pub fn of_kind(&self, kind: Kind) -> impl ExactSizeIterator<Item = Entry<'_>> + DoubleEndedIterator {
        self.index.of_kind(kind).map(|id| self.entry(id))
    }

    /// Finds an object; of several with one name the first.
    pub fn find(&self, kind: Kind, project: &str, name: &str) -> Option<Entry<'_>> {
        self.index.find(self.bytes(), kind, project, name).map(|id| self.entry(id))
    }

    /// Finds a view of whatever kind; a project's views share one name space.
    pub fn find_view(&self, project: &str, name: &str) -> Option<Entry<'_>> {
        Kind::VIEWS.iter().find_map(|kind| self.find(*kind, project, name))
    }

    /// A view by name; a plain feature view where it does not exist.
    pub(crate) fn view_ref(&self, project: &str, name: &str) -> Ref {
        let kind = self.find_view(project, name).map_or(Kind::FeatureView, |view| view.kind);
        Ref { kind: kind.into(), project: project.into(), name: name.into() }
    }

    /// The projects in order of name: those that there is an object for, and those that objects name.
    pub fn projects(&self) -> impl ExactSizeIterator<Item = (ProjectId, &str)> {
        self.index.projects(self.bytes())
    }

    /// The name of a project of this catalog.
    pub fn project_name(&self, id: ProjectId) -> &str {
        self.index.project_name(self.bytes(), id)
    }

    /// Finds a project by its name.
    pub fn find_project(&self, name: &str) -> Option<ProjectId> {
        self.index.find_project(self.bytes(), name)
    }

    /// The number of features of all views; [`FeatureId::index`] is below it.
    pub fn feature_count(&self) -> usize {
        self.index.feature_count()
    }

    /// The features of a view; empty for other objects.
    pub fn features_of(&self, view: ObjectId) -> impl ExactSizeIterator<Item = FeatureId> + use<> {
        self.index.features_of(view)
    }

    /// A feature by its number, which has to be one of this catalog's. Of a whole view's features, ask
    /// [`Parts::features`].
    pub fn feature(&self, id: FeatureId) -> Feature<'_> {
        self.index.feature(self.bytes(), id)
    }

    /// Finds a feature of a view by its name.
    pub fn find_feature(&self, view: ObjectId, name: &str) -> Option<FeatureId> {
        let position = self.entry(view).parts().features().position(|column| column.name() == name)?;
        self.features_of(view).nth(position)
    }

    /// The recorded versions of a view, by number.
    pub fn versions_of(&self, view: ObjectId) -> impl ExactSizeIterator<Item = VersionRecord<'_>> {
        self.index.versions_of(self.bytes(), Some(view))
    }

    /// Recorded versions of views that are no longer there.
    pub fn orphaned_versions(&self) -> impl ExactSizeIterator<Item = VersionRecord<'_>> {
        self.index.versions_of(self.bytes(), None)
    }

    /// What users attached to a view; only our own exports carry it.
    pub fn user_metadata(&self, view: ObjectId) -> Option<&[u8]> {
        self.index.user_metadata(self.bytes(), view)
    }

    /// The identifier of the snapshot; empty for those of SQL registries.
    pub fn version_id(&self) -> &str {
        self.index.version_id(self.bytes())
    }

    /// The version of the format, `1` or empty so far.
    pub fn schema_version(&self) -> &str {
        self.index.schema_version(self.bytes())
    }

    /// When the snapshot says that it last changed.
    pub fn last_updated(&self) -> Option<Timestamp> {
        self.index.last_updated()
    }

    /// How many objects are damaged.
    pub fn damaged(&self) -> usize {
        self.index.damaged()
    }

    /// What this build does not know or could not place, as sentences.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.index.notes()
    }
}

/// A part of the file: it holds no more than 4 GB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    /// Where `part`, a slice of `whole`, is in it.
    fn of(part: &[u8], whole: &[u8]) -> Self {
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        match (u32::try_from(start), u32::try_from(part.len())) {
            (Ok(start), Ok(length)) if !part.is_empty() => Span { start, length },
            _ => Span::default(),
        }
    }

    fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add(self.length as usize)
    }
}
