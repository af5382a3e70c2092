//! Objects on their way out, as documents.

use feast_registry_core::{document, message::MessageError, object::Object};
use serde::{Serialize, Serializer};

/// An object to be printed as JSON or YAML.
pub(crate) struct Document(Object);

impl Document {
    /// The object with this project in it, where its kind has a field for that; with an empty one the
    /// document names no project, so that it can be applied to any.
    pub(crate) fn new(object: Object, project: &str) -> Result<Self, MessageError> {
        let path = object.kind().info().at.project;
        object.with_text(path, project).map(Document)
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        document::Document::new(self.0.kind(), self.0.bytes()).serialize(serializer)
    }
}
