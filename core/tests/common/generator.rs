//! Random messages of any type, for tests that must hold for all of them.

use feast_registry_core::{
    schema::{FieldType, MessageType, Shape, Type},
    wire,
};

/// Field numbers that no message of Feast's has.
pub(crate) const FOREIGN: [u32; 3] = [19_001, 19_002, 19_003];

/// Random bytes of a message, driven by its type. A small generator of its own, so that a failing
/// seed says everything.
pub(crate) struct Generator {
    state: u64,
    /// Whether messages get fields that no schema has.
    unknown: bool,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        // Zero would stay zero for ever.
        Generator { state: seed | 1 << 63, unknown: false }
    }

    /// The same with fields that no schema has, in every message but the well-known ones.
    pub(crate) fn with_unknown(seed: u64) -> Self {
        Generator { unknown: true, ..Self::new(seed) }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn message(&mut self, ty: &MessageType, depth: u32) -> Vec<u8> {
        let mut out = Vec::new();
        match ty.name {
            "google.protobuf.Timestamp" => {
                wire::put_varint(&mut out, 1, self.below(4_000_000_000));
                wire::put_varint(&mut out, 2, self.below(1_000_000) * 1_000);
                return out;
            }
            "google.protobuf.Duration" => {
                wire::put_varint(&mut out, 1, self.below(1_000_000));
                wire::put_varint(&mut out, 2, self.below(1_000) * 1_000_000);
                return out;
            }
            _ => {}
        }
        let mut oneofs = Vec::new();
        for field in ty.fields {
            let wanted = self.below(3) == 0 && (field.message().is_none() || depth > 0);
            if !wanted || field.oneof.is_some_and(|oneof| oneofs.contains(&oneof)) {
                continue;
            }
            oneofs.extend(field.oneof);
            let count =
                if matches!(field.shape, Shape::Repeated | Shape::Map) { 1 + self.below(3) } else { 1 };
            let mut packed = Vec::new();
            for key in 0..count {
                match (field.shape, field.message()) {
                    (Shape::Map, Some(entry)) => {
                        let mut bytes = Vec::new();
                        match entry.field(1).unwrap().ty {
                            Type::String => wire::put_bytes(&mut bytes, 1, format!("key {key}").as_bytes()),
                            _ => wire::put_varint(&mut bytes, 1, key),
                        }
                        self.value(entry.field(2).unwrap(), depth, &mut bytes);
                        self.foreign(&mut bytes);
                        wire::put_bytes(&mut out, field.number, &bytes);
                    }
                    (Shape::Repeated, None) if !matches!(field.ty, Type::String | Type::Bytes) => {
                        let mut element = Vec::new();
                        self.value(field, depth, &mut element);
                        packed.push(element);
                    }
                    _ => self.value(field, depth, &mut out),
                }
            }
            // Lists of numbers as older writers wrote them, one tag per element, must be read too.
            packed.iter().for_each(|element| out.extend_from_slice(element));
        }
        self.foreign(&mut out);
        out
    }

    /// Perhaps adds fields that no schema has.
    fn foreign(&mut self, out: &mut Vec<u8>) {
        if !self.unknown {
            return;
        }
        for number in FOREIGN {
            match self.below(12) {
                0 => wire::put_varint(out, number, self.next()),
                1 => wire::put_bytes(out, number, &self.next().to_le_bytes()),
                2 => wire::put_fixed32(out, number, self.next() as u32),
                _ => {}
            }
        }
    }

    fn value(&mut self, field: &FieldType, depth: u32, out: &mut Vec<u8>) {
        let number = field.number;
        let integer = [0, 1, 127, 128, 1 << 31, u64::MAX, u64::MAX >> 1][self.below(7) as usize];
        match field.ty {
            Type::Message(ty) => {
                let bytes = self.message(ty, depth - 1);
                wire::put_bytes(out, number, &bytes);
            }
            Type::String => {
                let text = ["", "plain", "ünïcode 🚗", "\"quoted\"\n"][self.below(4) as usize];
                wire::put_bytes(out, number, text.as_bytes());
            }
            Type::Bytes => {
                let bytes = self.next().to_le_bytes();
                let length = self.below(8) as usize;
                wire::put_bytes(out, number, &bytes[..length]);
            }
            Type::Double | Type::Fixed64 | Type::Sfixed64 => {
                let value = [0.0, 1.5, -0.1, 1e300, f64::NAN, f64::INFINITY][self.below(6) as usize];
                wire::put_fixed64(out, number, f64::to_bits(value));
            }
            Type::Float | Type::Fixed32 | Type::Sfixed32 => {
                let value = [0.0, 1.5, -0.1, 1e30, f32::NEG_INFINITY][self.below(5) as usize];
                wire::put_fixed32(out, number, f32::to_bits(value));
            }
            Type::Bool => wire::put_varint(out, number, self.below(2)),
            Type::Enum(ty) => wire::put_varint(out, number, self.below(ty.values.len() as u64 + 3)),
            Type::Int32 | Type::Sint32 => wire::put_varint(out, number, i64::from(integer as i32) as u64),
            Type::Uint32 => wire::put_varint(out, number, u64::from(integer as u32)),
            Type::Int64 | Type::Uint64 | Type::Sint64 => wire::put_varint(out, number, integer),
        }
    }
}
