//! `features`: the features of all views, label views excepted, as Feast lists them. A feature is part of
//! its view, and is deleted there.

use std::collections::BTreeMap;

use clap::Subcommand;
use feast_registry_core::{
    catalog::{Column, Parts, Role},
    json::Json,
    kind::Kind,
    object::Object,
    query::{Listing, Query},
    schema,
    time::Timestamp,
};
use serde::Serialize;

use super::{
    error::CliError,
    exit::Status,
    output::{Item, escaped},
    session::{Session, passed_over},
    tags::Tags,
};
use crate::listing::answer_all;

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
            let (views, status) = views(session, updated_since)?;
            let tagged = |feature: &Feature<'_>| {
                let own: BTreeMap<_, _> = feature.column.tags().collect();
                tags.iter().all(|(key, value)| own.get(key.as_str()) == Some(&value.as_str()))
            };
            let items: Vec<_> = features(&views).filter(tagged).map(|feature| feature.listed()).collect();
            session.screen.list(&HEADERS, &items)?;
            Ok(status)
        }
        Verb::Describe { name } => {
            let (views, status) = views(session, None)?;
            let named = features(&views).filter(|feature| feature.column.name() == name);
            let items: Vec<_> = named.map(|feature| feature.described()).collect();
            if items.is_empty() {
                return Err(CliError::FeatureNotFound(escaped(&name)));
            }
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
struct Feature<'v> {
    view: Parts<'v>,
    column: Column<'v>,
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
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'a str, &'a str>,
    online: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_source: Option<Source<'a>>,
}

/// A source's bytes, shown as protobuf JSON.
struct Source<'a>(&'a [u8]);

impl Serialize for Source<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&schema::FEAST_CORE_DATASOURCE, self.0).serialize(serializer)
    }
}

/// The views of all kinds but label views.
fn views(session: &Session, updated_since: Option<Timestamp>) -> Result<(Vec<Object>, Status), CliError> {
    let registry = session.open()?;
    let project = session.project_to_list(&registry)?;
    let kinds = Kind::VIEWS.into_iter().filter(|kind| *kind != Kind::LabelView);
    let queries: Vec<Query> =
        kinds.map(|kind| Query { updated_since, ..Query::all(kind, project.as_deref()) }).collect();
    let rows = session.rows(&registry, &queries)?;
    let Listing { objects, damaged } = answer_all(&queries, rows);
    Ok((objects.into_iter().map(|(_, view)| view).collect(), passed_over(&damaged)))
}

fn features(views: &[Object]) -> impl Iterator<Item = Feature<'_>> {
    views.iter().flat_map(|view| {
        let view = Parts::new(view.kind(), view.bytes());
        let features: Vec<_> = view.features().map(|column| Feature { view, column }).collect();
        features
    })
}

impl<'v> Feature<'v> {
    fn cells(&self) -> Vec<String> {
        vec![self.column.name().into(), self.view.name().into(), self.column.data_type()]
    }

    fn listed(&self) -> Item<Listed> {
        let record = Listed {
            name: self.column.name().into(),
            feature_view: self.view.name().into(),
            data_type: self.column.data_type(),
        };
        Item { name: record.name.clone(), cells: self.cells(), record }
    }

    fn described(&self) -> Item<Described<'v>> {
        let batch_source = self.view.sources().find(|source| source.role == Role::Batch);
        let record = Described {
            name: self.column.name().into(),
            feature_view: self.view.name().into(),
            feature_view_kind: self.view.kind().info().name,
            data_type: self.column.data_type(),
            description: self.column.description(),
            tags: self.column.tags().collect(),
            online: self.view.is_online(),
            batch_source: batch_source.map(|source| Source(source.bytes)),
        };
        Item { name: record.name.clone(), cells: self.cells(), record }
    }
}
