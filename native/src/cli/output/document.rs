//! Objects on their way out, as documents.

use feast_registry_core::{document, object::Object};
use serde::{Serialize, Serializer, ser::Error as _};

/// An object to be printed as JSON or YAML.
pub(crate) struct Document {
    object: Object,
    project: String,
}

impl Document {
    /// The object with this project in it, where its kind has a field for that; with an empty one the
    /// document names no project, so that it can be applied to any.
    pub(crate) fn new(object: Object, project: &str) -> Self {
        Document { object, project: project.into() }
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.object.kind().info().at.project;
        let object = self.object.clone().with_text(path, &self.project).map_err(S::Error::custom)?;
        document::Document::new(object.kind(), object.bytes()).serialize(serializer)
    }
}
