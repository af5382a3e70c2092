//! The prost types of `proto/`, for reading messages field by field. Decoding drops fields that
//! this build does not know, so nothing that is stored again goes through them; see `wire`.
#![expect(missing_docs, clippy::all, reason = "generated; the documentation is in the .proto files")]

/// Package `feast`.
pub mod feast {
    /// Package `feast.core`: the stored objects.
    pub mod core {
        include!(concat!(env!("OUT_DIR"), "/feast.core.rs"));
    }
    /// Package `feast.types`: values and value types.
    pub mod types {
        include!(concat!(env!("OUT_DIR"), "/feast.types.rs"));
    }
    /// Package `feast.registry`: the requests of the registry service.
    pub mod registry {
        include!(concat!(env!("OUT_DIR"), "/feast.registry.rs"));
    }
}

/// Package `feast_registry`: what export adds to Feast's own snapshot.
pub mod feast_registry {
    include!(concat!(env!("OUT_DIR"), "/feast_registry.rs"));
}

/// Every file of `proto/` and what it imports: a serialized `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
