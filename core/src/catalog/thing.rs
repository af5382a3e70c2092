//! What has a page: an object, or a feature of a view; and how answers point to it.

use alloc::{format, string::String};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Catalog, Entry};
use crate::kind::Kind;

/// A kind of object, or a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// An object of a kind.
    Object(Kind),
    /// A column of a view.
    Feature,
}

impl Thing {
    /// The name of the kind of object, or `Feature`.
    pub fn name(self) -> &'static str {
        match self {
            Thing::Object(kind) => kind.info().name,
            Thing::Feature => "Feature",
        }
    }

    /// In sentences: `feature view`.
    pub fn singular(self) -> &'static str {
        match self {
            Thing::Object(kind) => kind.info().singular,
            Thing::Feature => "feature",
        }
    }

    /// Several of them: `feature views`.
    pub fn plural(self) -> String {
        match self {
            Thing::Object(kind) => kind.info().plural.replace('-', " ").replace("on demand", "on-demand"),
            Thing::Feature => "features".into(),
        }
    }

    /// Finds a thing by that name.
    pub fn find(name: &str) -> Option<Thing> {
        match name {
            "Feature" => Some(Thing::Feature),
            name => Kind::all().find(|kind| kind.info().name == name).map(Thing::Object),
        }
    }
}

impl From<Kind> for Thing {
    fn from(kind: Kind) -> Self {
        Thing::Object(kind)
    }
}

impl Serialize for Thing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Thing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Thing::find(&name).ok_or_else(|| D::Error::custom(format!("`{name}` is no kind of thing")))
    }
}

/// A thing by its kind, project and name; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ref {
    /// What it is.
    pub kind: Thing,
    /// The project's name.
    pub project: String,
    /// The object's name; a feature's is `view:feature`.
    pub name: String,
}

impl Ref {
    /// The object.
    pub fn of(entry: &Entry<'_>) -> Self {
        Ref { kind: entry.kind.into(), project: entry.project.into(), name: entry.name.into() }
    }

    /// A feature of a view.
    pub fn feature(view: &Entry<'_>, feature: &str) -> Self {
        Ref { kind: Thing::Feature, project: view.project.into(), name: format!("{}:{feature}", view.name) }
    }

    /// The object that is meant, or that has the feature, and the feature's name.
    pub fn find<'a>(&'a self, catalog: &'a Catalog<'_>) -> Option<(Entry<'a>, Option<&'a str>)> {
        match self.kind {
            Thing::Object(kind) => Some((catalog.find(kind, &self.project, &self.name)?, None)),
            Thing::Feature => {
                let (view, feature) = self.name.split_once(':')?;
                Some((catalog.find_view(&self.project, view)?, Some(feature)))
            }
        }
    }
}
