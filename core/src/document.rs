//! An object as a document: its kind, then its protobuf JSON. What `feast-registry apply -f` reads, as JSON
//! or as YAML.

use serde::{Serialize, Serializer};

use crate::{json::Json, kind::Kind};

/// An object to be serialized.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    kind: Kind,
    bytes: &'a [u8],
}

impl<'a> Document<'a> {
    /// The document of an object of this kind. Serializing fails where the bytes are not its message.
    pub fn new(kind: Kind, bytes: &'a [u8]) -> Self {
        Document { kind, bytes }
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Tagged<'a> {
            kind: &'static str,
            #[serde(flatten)]
            message: Json<'a>,
        }
        let info = self.kind.info();
        Tagged { kind: info.name, message: Json::new(info.message, self.bytes) }.serialize(serializer)
    }
}
