//! What depends on what, as Feast's service tells it: direct relations between objects, and those
//! through a view. Either end may name an object that does not exist.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};

use prost::Message as _;

use super::{Entry, Request};
use crate::{
    catalog::{Input, Parts, Projection, Source},
    kind::Kind,
    object::Object,
    proto::feast::{
        core::{DataSource, SavedDataset, data_source::Options, saved_dataset_storage},
        registry::{EntityReference, EntityRelation},
    },
    schema::FEAST_REGISTRY_ENTITYRELATION,
};

/// The types of object that relations are between. Feature views of all kinds but label views are one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each name is its own description")]
pub enum ObjectType {
    DataSource,
    Entity,
    FeatureView,
    LabelView,
    FeatureService,
    Feature,
    SavedDataset,
}

/// A text that names no [`ObjectType`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no type of object that has relations; the types are {}", ObjectType::ALL.map(ObjectType::name).join(", "))]
pub struct UnknownObjectType {
    /// The text.
    pub name: String,
}

impl ObjectType {
    const ALL: [ObjectType; 7] = [
        ObjectType::DataSource,
        ObjectType::Entity,
        ObjectType::FeatureView,
        ObjectType::LabelView,
        ObjectType::FeatureService,
        ObjectType::Feature,
        ObjectType::SavedDataset,
    ];

    /// Finds a type by its name.
    pub fn find(name: &str) -> Result<Self, UnknownObjectType> {
        let found = ObjectType::ALL.into_iter().find(|ty| ty.name() == name);
        found.ok_or_else(|| UnknownObjectType { name: name.into() })
    }

    /// The name that messages have for it.
    pub fn name(self) -> &'static str {
        match self {
            ObjectType::DataSource => "dataSource",
            ObjectType::Entity => "entity",
            ObjectType::FeatureView => "featureView",
            ObjectType::LabelView => "labelView",
            ObjectType::FeatureService => "featureService",
            ObjectType::Feature => "feature",
            ObjectType::SavedDataset => "savedDataset",
        }
    }

    fn of_view(kind: Kind) -> Self {
        if kind == Kind::LabelView { ObjectType::LabelView } else { ObjectType::FeatureView }
    }

    fn is_view(self) -> bool {
        matches!(self, ObjectType::FeatureView | ObjectType::LabelView)
    }
}

/// One end of a relation.
pub(super) type End = (ObjectType, String);

/// A relation: the second depends on the first.
type Relation = (End, End);

/// The relations of one project's objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    direct: Vec<Relation>,
    indirect: Vec<Relation>,
}

impl Lineage {
    /// The kinds of object that it is made of.
    pub const KINDS: [Kind; 7] = [
        Kind::DataSource,
        Kind::FeatureView,
        Kind::StreamFeatureView,
        Kind::OnDemandFeatureView,
        Kind::LabelView,
        Kind::FeatureService,
        Kind::SavedDataset,
    ];

    /// The lineage of a project's objects.
    pub fn of(objects: &[Object]) -> Self {
        let of_kind = |kind| objects.iter().filter(move |object| object.kind() == kind);
        let label_views: BTreeSet<String> = of_kind(Kind::LabelView).map(Object::name).collect();
        let view_type = |ty, name: &String| match label_views.contains(name) {
            true => ObjectType::LabelView,
            false => ty,
        };
        let mut direct = Vec::new();
        let mut services = Vec::new();
        for service in of_kind(Kind::FeatureService) {
            let views = References::of(service).views.into_iter();
            let views: Vec<End> = views.map(|(ty, name)| (view_type(ty, &name), name)).collect();
            let target = (ObjectType::FeatureService, service.name());
            direct.extend(views.iter().map(|view| (view.clone(), target.clone())));
            services.push((target, views));
        }
        // In the order in which Feast goes through them.
        for kind in [Kind::FeatureView, Kind::OnDemandFeatureView, Kind::StreamFeatureView, Kind::LabelView] {
            for view in of_kind(kind) {
                let target = (ObjectType::of_view(kind), view.name());
                let refers = References::of(view);
                let parts = [
                    (ObjectType::Entity, refers.entities),
                    (ObjectType::Feature, refers.features),
                    (ObjectType::DataSource, refers.sources),
                ];
                for (ty, names) in parts {
                    direct.extend(names.into_iter().map(|name| ((ty, name), target.clone())));
                }
                direct.extend(refers.views.into_iter().map(|view| (view, target.clone())));
            }
        }
        let locations = locations(of_kind(Kind::DataSource));
        for dataset in of_kind(Kind::SavedDataset) {
            let target = (ObjectType::SavedDataset, dataset.name());
            let sources = dataset_sources(dataset, &locations);
            let typed = |(ty, name): End| match ty {
                ObjectType::FeatureView => (view_type(ty, &name), name),
                _ => (ty, name),
            };
            direct.extend(sources.into_iter().map(|source| (typed(source), target.clone())));
        }
        let indirect = indirect(&direct, &services);
        Lineage { direct, indirect }
    }

    /// Only what has this object at either end.
    pub fn around(mut self, ty: ObjectType, name: &str) -> Self {
        let is_it = |(found, of): &End| *found == ty && of == name;
        self.direct.retain(|(source, target)| is_it(source) || is_it(target));
        self.indirect.retain(|(source, target)| is_it(source) || is_it(target));
        self
    }

    /// What a request for a project's lineage asks for: all of it, unless it names type and name.
    pub fn filtered(self, request: &Request<'_>) -> Self {
        let (ty, name) = (request.text("filter_object_type"), request.text("filter_object_name"));
        match ObjectType::find(ty) {
            _ if ty.is_empty() || name.is_empty() => self,
            Ok(ty) => self.around(ty, name),
            // No relation has such an end.
            Err(_) => Lineage::default(),
        }
    }

    /// The direct relations as entries of a list.
    pub fn direct(&self) -> Vec<Entry> {
        self.direct.iter().map(entry).collect()
    }

    /// The relations through a view as entries of a list.
    pub fn indirect(&self) -> Vec<Entry> {
        self.indirect.iter().map(entry).collect()
    }
}

/// From each source of a view to each service that reads the view, and from each entity of a view to each
/// of the view's data sources. The same relation may occur more than once, as Feast has it.
fn indirect(direct: &[Relation], services: &[(End, Vec<End>)]) -> Vec<Relation> {
    let mut sources: BTreeMap<&str, Vec<&End>> = BTreeMap::new();
    for (source, target) in direct.iter().filter(|(_, (ty, _))| ty.is_view()) {
        sources.entry(&target.1).or_default().push(source);
    }
    let of_view = |name: &str| sources.get(name).map(Vec::as_slice).unwrap_or_default().iter().copied();
    let mut indirect = Vec::new();
    for (service, views) in services {
        for (_, view) in views {
            indirect.extend(of_view(view).map(|source| (source.clone(), service.clone())));
        }
    }
    for (source, (ty, view)) in direct {
        if source.0 == ObjectType::Entity && ty.is_view() {
            let read = of_view(view).filter(|(ty, _)| *ty == ObjectType::DataSource);
            indirect.extend(read.map(|read| (source.clone(), read.clone())));
        }
    }
    indirect
}

/// What a view or a feature service refers to by name.
#[derive(Debug, Default)]
pub(super) struct References {
    pub(super) entities: Vec<String>,
    pub(super) features: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) views: Vec<End>,
}

impl References {
    pub(super) fn of(object: &Object) -> Self {
        let parts = Parts::new(object.kind(), object.bytes());
        let mut sources: Vec<Source<'_>> = Vec::new();
        for source in parts.sources() {
            sources.push(source);
            // Its push source is not all that a label view reads.
            if object.kind() == Kind::LabelView {
                sources.extend(source.parts().sources());
            }
        }
        let mut views: Vec<End> = Vec::new();
        for (_, input) in parts.inputs() {
            match input {
                Input::Request(source) => sources.push(source),
                Input::Projection(projection) => views.push(projected(projection)),
                Input::View(name) => views.push((ObjectType::FeatureView, name.into())),
            }
        }
        if object.kind() == Kind::FeatureService {
            views.extend(parts.projections().map(projected));
        }
        let entities = object.kind().info().view.as_ref().map_or(0, |view| view.entities);
        let named = |name: &str| Some(String::from(name)).filter(|name| !name.is_empty());
        References {
            // The one that stands for none is among them, as in Feast.
            entities: parts.texts(&[1, entities]).filter_map(named).collect(),
            features: parts.features().filter_map(|column| named(column.name())).collect(),
            sources: sources.iter().filter_map(|source| named(source.name())).collect(),
            views,
        }
    }
}

fn projected(projection: Projection<'_>) -> End {
    let is_label = projection.view_type() == ObjectType::LabelView.name();
    let ty = if is_label { ObjectType::LabelView } else { ObjectType::FeatureView };
    (ty, projection.view().into())
}

/// What a saved dataset was made of: the service, or the views of its features, and the data source that
/// reads the place where it is.
fn dataset_sources(dataset: &Object, locations: &BTreeMap<String, String>) -> Vec<End> {
    let spec = SavedDataset::decode(dataset.bytes()).unwrap_or_default().spec.unwrap_or_default();
    let mut found = Vec::new();
    if !spec.feature_service_name.is_empty() {
        found.push((ObjectType::FeatureService, spec.feature_service_name));
    }
    for reference in &spec.features {
        // `view:feature` or `view@v2:feature`.
        let Some((view, _)) = reference.split_once(':') else { continue };
        let view = view.split_once('@').map_or(view, |(view, _)| view);
        found.push((ObjectType::FeatureView, view.into()));
    }
    let storage = spec.storage.and_then(|storage| storage.kind);
    let places = storage.as_ref().map(storage_places).unwrap_or_default();
    let sources = places.into_iter().filter_map(|place| locations.get(&place));
    found.extend(sources.map(|source| (ObjectType::DataSource, source.clone())));
    let mut seen = BTreeSet::new();
    found.retain(|end| !end.1.is_empty() && seen.insert(end.clone()));
    found
}

/// Which data source reads which place.
fn locations<'a>(sources: impl Iterator<Item = &'a Object>) -> BTreeMap<String, String> {
    let mut locations = BTreeMap::new();
    for source in sources {
        let mut here = DataSource::decode(source.bytes()).ok();
        while let Some(read) = here {
            let places = read.options.as_ref().map(source_places).unwrap_or_default();
            locations.extend(places.into_iter().map(|place| (place, source.name())));
            here = read.batch_source.map(|inner| *inner);
        }
    }
    locations
}

fn source_places(options: &Options) -> Vec<String> {
    let places = match options {
        Options::FileOptions(file) => [file.uri.as_str(), ""],
        Options::BigqueryOptions(options) => [options.table.as_str(), ""],
        Options::RedshiftOptions(options) => [options.table.as_str(), ""],
        Options::SnowflakeOptions(options) => [options.table.as_str(), ""],
        Options::TrinoOptions(options) => [options.table.as_str(), ""],
        Options::AthenaOptions(options) => [options.table.as_str(), ""],
        Options::SparkOptions(options) => [options.path.as_str(), options.table.as_str()],
        _ => ["", ""],
    };
    given(places)
}

fn storage_places(storage: &saved_dataset_storage::Kind) -> Vec<String> {
    use saved_dataset_storage::Kind as Storage;

    let places = match storage {
        Storage::FileStorage(file) => [file.uri.as_str(), ""],
        Storage::BigqueryStorage(options) => [options.table.as_str(), ""],
        Storage::RedshiftStorage(options) => [options.table.as_str(), ""],
        Storage::SnowflakeStorage(options) => [options.table.as_str(), ""],
        Storage::TrinoStorage(options) => [options.table.as_str(), ""],
        Storage::AthenaStorage(options) => [options.table.as_str(), ""],
        Storage::SparkStorage(options) => [options.path.as_str(), options.table.as_str()],
        Storage::CustomStorage(_) => ["", ""],
    };
    given(places)
}

fn given(places: [&str; 2]) -> Vec<String> {
    places.into_iter().filter(|place| !place.is_empty()).map(ToString::to_string).collect()
}

fn entry((source, target): &Relation) -> Entry {
    let end = |(ty, name): &End| Some(EntityReference { r#type: ty.name().into(), name: name.clone() });
    let relation = EntityRelation { source: end(source), target: end(target) };
    Entry { ty: &FEAST_REGISTRY_ENTITYRELATION, bytes: relation.encode_to_vec() }
}
