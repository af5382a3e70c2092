//! The pure half of Feast's registry service (`feast.registry.RegistryServer`): what its requests ask for,
//! and the answers to lists, made of rows; and who may have and do what. No transport, no errors of a wire's.
//!
//! Objects go into answers as the bytes that are stored, so that nothing is decoded and encoded again and
//! fields of a newer Feast arrive.

mod definition;
mod features;
mod filter;
mod guard;
mod guarded;
mod lineage;
mod list;
mod order;
mod request;
mod score;

pub use definition::{StandsOn, any_view, definition, feature_definition};
pub use features::{feature, features};
pub use filter::{PROTECTED_PROJECT, ViewFilter, is_listed};
pub use guard::{Access, Caller, Guard};
pub use guarded::{Demand, Guarded};
pub use lineage::{Lineage, ObjectType, UnknownObjectType};
pub use list::Arrangement;
pub use request::Request;
pub use score::{Fit, Score, score};

use alloc::vec::Vec;

use crate::{object::Object, schema::MessageType};

/// A message on its way into an answer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its type.
    pub ty: &'static MessageType,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl From<Object> for Entry {
    fn from(object: Object) -> Self {
        Entry { ty: object.kind().info().message, bytes: object.into_bytes() }
    }
}
