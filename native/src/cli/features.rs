//! `features`: the features of all views, label views excepted, as Feast lists them. A feature is part of
//! its view, and is deleted there.

use clap::Subcommand;
use feast_registry_core::{
    json::Json,
    kind::Kind,
    object::Object,
    proto::feast::{core::FeatureSpecV2, types::value_type},
    query::Query,
    rows::Key,
    schema,
    time::Timestamp,
    wire,
};
use prost::Message as _;
use serde::Serialize;

use super::{
    error::CliError,
    exit::Status,
    output::{Item, escaped},
    session::{Session, passed_over},
    tags::Tags,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// List features
    List {
        /// Only those with this tag of their own; repeat it, or give a comma list, for several
        #[arg(long, value_name = "KEY:VALUE", value_parser = Tags::parse)]
        tags: Vec<Tags>,
        /// Only those of views that changed at this time or later; UTC unless it says otherwise
        #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
        updated_since: Option<Timestamp>,
    },
    /// Show a feature, once for each view that has it
    Describe {
        /// Its name
        name: String,
    },
    /// Refused: a feature goes with its view
    #[command(hide = true)]
    Delete {
        /// Its name
        name: String,
    },
}

pub(crate) fn run(session: &Session, verb: Verb) -> Result<Status, CliError> {
    match verb {
        Verb::List { tags, updated_since } => {
            let tags = Tags::merged(&tags);
            let wanted = |feature: &FeatureSpecV2| {
                tags.iter().all(|(key, value)| feature.tags.get(key) == Some(value))
            };
            let (found, status) = features(session, updated_since, wanted)?;
            let items: Vec<_> = found.into_iter().map(Feature::listed).collect();
            session.screen.list(&HEADERS, &items)?;
            Ok(status)
        }
        Verb::Describe { name } => {
            let (found, status) = features(session, None, |feature| feature.name == name)?;
            if found.is_empty() {
                return Err(CliError::FeatureNotFound(escaped(&name)));
            }
            let items: Vec<_> = found.iter().map(Feature::described).collect();
            session.screen.descriptions(&HEADERS, &items)?;
            Ok(status)
        }
        Verb::Delete { .. } => Err(CliError::Usage {
            message: "a feature is part of its views and cannot be deleted by itself".into(),
            hint: "take it out of the view's definition: `feature-views describe VIEW -o yaml > view.yaml`, edit, \
                   `apply -f view.yaml`",
        }),
    }
}

const HEADERS: [&str; 3] = ["FEATURE", "FEATURE_VIEW", "DATA_TYPE"];

/// A feature and its view.
struct Feature {
    view: Object,
    spec: FeatureSpecV2,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    feature_view: String,
    data_type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'a> {
    name: String,
    feature_view: String,
    feature_view_kind: &'static str,
    data_type: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    tags: std::collections::BTreeMap<&'a str, &'a str>,
    online: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_source: Option<Source>,
}

/// A source's bytes, shown as protobuf JSON.
struct Source(Vec<u8>);

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&schema::FEAST_CORE_DATASOURCE, &self.0).serialize(serializer)
    }
}

fn features(
    session: &Session,
    updated_since: Option<Timestamp>,
    wanted: impl Fn(&FeatureSpecV2) -> bool,
) -> Result<(Vec<Feature>, Status), CliError> {
    let registry = session.open()?;
    let project = session.project_to_list(&registry)?;
    let kinds = Kind::VIEWS.into_iter().filter(|kind| *kind != Kind::LabelView);
    let queries: Vec<Query> =
        kinds.map(|kind| Query { updated_since, ..Query::all(kind, project.as_deref()) }).collect();
    let rows = session.rows(&registry, &queries)?;
    let (mut found, mut damaged): (Vec<Feature>, Vec<(Key, _)>) = (Vec::new(), Vec::new());
    for query in &queries {
        let listing = query.answer(&rows);
        damaged.extend(listing.damaged);
        for (_, view) in listing.objects {
            let specs = specs(&view).into_iter().filter(&wanted);
            found.extend(specs.map(|spec| Feature { view: view.clone(), spec }));
        }
    }
    Ok((found, passed_over(&damaged)))
}

const SPEC: u32 = 1;

fn specs(view: &Object) -> Vec<FeatureSpecV2> {
    let number = view.kind().info().view.as_ref().map_or(0, |view| view.features);
    let spec = wire::submessage(view.bytes(), SPEC).ok().flatten().unwrap_or_default();
    let features = wire::repeated(&spec, number).unwrap_or_default();
    features.into_iter().filter_map(|bytes| FeatureSpecV2::decode(bytes).ok()).collect()
}

impl Feature {
    fn cells(&self) -> Vec<String> {
        vec![self.spec.name.clone(), self.view.name(), data_type(self.spec.value_type)]
    }

    fn listed(self) -> Item<Listed> {
        let record = Listed {
            name: self.spec.name.clone(),
            feature_view: self.view.name(),
            data_type: data_type(self.spec.value_type),
        };
        Item { name: record.name.clone(), cells: self.cells(), record }
    }

    fn described(&self) -> Item<Described<'_>> {
        let spec = &self.spec;
        let (online, batch_source) = self.storage();
        let record = Described {
            name: spec.name.clone(),
            feature_view: self.view.name(),
            feature_view_kind: self.view.kind().info().name,
            data_type: data_type(spec.value_type),
            description: &spec.description,
            tags: spec.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            online,
            batch_source,
        };
        Item { name: spec.name.clone(), cells: self.cells(), record }
    }

    /// Whether the view is served online, and where it is read from in batches.
    fn storage(&self) -> (bool, Option<Source>) {
        let spec = wire::submessage(self.view.bytes(), SPEC).ok().flatten().unwrap_or_default();
        let number = |name| {
            let spec = self.view.kind().info().message.field(SPEC).and_then(|field| field.message());
            spec.and_then(|spec| spec.field_named(name)).map_or(0, |field| field.number)
        };
        let online =
            ["online", "write_to_online_store"].map(number).into_iter().filter(|number| *number != 0);
        let set = |number| wire::last_varint(&spec, number).ok().flatten().unwrap_or(0) != 0;
        let source = wire::submessage(&spec, number("batch_source")).ok().flatten();
        (online.into_iter().any(set), source.map(|bytes| Source(bytes.into_owned())))
    }
}

/// A type as Feast's definitions spell it: `Float32`, `Array(Int64)`.
fn data_type(number: i32) -> String {
    use value_type::Enum;

    let Ok(known) = Enum::try_from(number) else { return number.to_string() };
    let name = known.as_str_name();
    for (suffix, collection) in [("_LIST", "Array"), ("_SET", "Set")] {
        if let Some(element) = name.strip_suffix(suffix) {
            let element =
                Enum::from_str_name(element).map_or_else(|| element.into(), |known| data_type(known.into()));
            return format!("{collection}({element})");
        }
    }
    match known {
        Enum::Double => "Float64".into(),
        Enum::Float => "Float32".into(),
        _ => name.split('_').map(capitalized).collect(),
    }
}

fn capitalized(word: &str) -> String {
    let mut word = word.to_lowercase();
    word.get_mut(..1).map(str::make_ascii_uppercase);
    word
}
