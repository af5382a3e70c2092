//! How Feast's definitions spell the types of features.

use alloc::{
    borrow::ToOwned,
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{Column, value_type_name};

/// Types nested deeper than this are spelled as they are stored.
const MAX_DEPTH: u32 = 32;

/// The type of a feature, as a definition says it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum DataType {
    /// A name of `feast.types`, `Float32`; or what is stored where that says nothing.
    Primitive(String),
    /// A list.
    Array(Box<DataType>),
    /// A list without repetitions.
    Set(Box<DataType>),
    /// Named fields, if they are known.
    Struct(Option<Vec<(String, DataType)>>),
}

impl Column<'_> {
    /// Its type as a definition spells it: `Float32`, `Array(Int64)`, `Struct({a: String})`.
    pub fn data_type(&self) -> String {
        self.dtype().to_string()
    }

    pub(super) fn dtype(&self) -> DataType {
        let name = value_type_name(self.value_type());
        let fields = || self.struct_schema().and_then(|schema| structure(schema, 0));
        let whole = match &*name {
            "STRUCT" => Some(DataType::Struct(fields())),
            "STRUCT_LIST" => Some(DataType::Array(Box::new(DataType::Struct(fields())))),
            "VALUE_LIST" | "VALUE_SET" => self.nested_type().map(|stored| of_text(stored, 0)),
            _ => None,
        };
        whole.unwrap_or_else(|| of_name(&name))
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataType::Primitive(name) => f.write_str(name),
            DataType::Array(element) => write!(f, "Array({element})"),
            DataType::Set(element) => write!(f, "Set({element})"),
            DataType::Struct(None) => f.write_str("Struct"),
            DataType::Struct(Some(fields)) => {
                f.write_str("Struct({")?;
                for (index, (name, ty)) in fields.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{name}: {ty}")?;
                }
                f.write_str("})")
            }
        }
    }
}

/// A name of `feast.types.ValueType.Enum`, or the number that this build has no name for.
fn of_name(name: &str) -> DataType {
    if let Some(element) = name.strip_suffix("_LIST") {
        return DataType::Array(Box::new(of_name(element)));
    }
    if let Some(element) = name.strip_suffix("_SET") {
        return DataType::Set(Box::new(of_name(element)));
    }
    match name {
        "DOUBLE" => DataType::Primitive("Float64".into()),
        "FLOAT" => DataType::Primitive("Float32".into()),
        "STRUCT" => DataType::Struct(None),
        _ => DataType::Primitive(camel_case(name)),
    }
}

/// A type as Feast writes it into a tag: `INT64`, `Array(INT64)`, `{"__struct__": {"a": "STRING"}}`.
fn of_text(text: &str, depth: u32) -> DataType {
    if depth > MAX_DEPTH {
        return DataType::Primitive(text.to_owned());
    }
    for (collection, make) in [("Array(", DataType::Array as fn(_) -> _), ("Set(", DataType::Set)] {
        let element = text.strip_prefix(collection).and_then(|rest| rest.strip_suffix(')'));
        if let Some(element) = element {
            return make(Box::new(of_text(element, depth + 1)));
        }
    }
    #[derive(serde::Deserialize)]
    struct Nested {
        #[serde(rename = "__struct__")]
        fields: Fields,
    }
    match serde_json::from_str::<Nested>(text) {
        Ok(nested) => DataType::Struct(Some(nested.fields.types(depth))),
        Err(_) => DataType::Primitive(camel_case(text)),
    }
}

/// The fields of a struct, in their order; `None` where the text says none.
fn structure(schema: &str, depth: u32) -> Option<Vec<(String, DataType)>> {
    Some(serde_json::from_str::<Fields>(schema).ok()?.types(depth))
}

/// A JSON object of texts, in the order in which it is written.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn types(self, depth: u32) -> Vec<(String, DataType)> {
        let field = |(name, text): (String, String)| (name, of_text(&text, depth + 1));
        self.0.into_iter().map(field).collect()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// `UNIX_TIMESTAMP` as `UnixTimestamp`.
pub(super) fn camel_case(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut word = word.to_lowercase();
    word.get_mut(..1).map(str::make_ascii_uppercase);
    word
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use prost::Message as _;

    use super::*;
    use crate::{
        catalog::Parts,
        kind::Kind,
        proto::feast::{core as feast, types::value_type::Enum},
    };

    fn spelled(value_type: i32, tags: &[(&str, &str)]) -> String {
        let tags = tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let feature = feast::FeatureSpecV2 { value_type, tags, ..Default::default() };
        let spec = feast::FeatureViewSpec { features: [feature].into(), ..Default::default() };
        let view = feast::FeatureView { spec: Some(spec), meta: None }.encode_to_vec();
        Parts::new(Kind::FeatureView, &view).features().next().unwrap().data_type()
    }

    #[test]
    fn types_are_spelled_as_in_definitions() {
        let (fields, nested) = ("feast:struct_schema", "feast:nested_inner_type");
        let schema = r#"{"b": "INT64", "a": "Array(FLOAT64)", "c": "{\"__struct__\": {\"x\": \"UUID\"}}"}"#;
        let structure = "Struct({b: Int64, a: Array(Float64), c: Struct({x: Uuid})})";
        for (expected, value_type, tags) in [
            ("Float32", Enum::Float, &[][..]),
            ("UnixTimestamp", Enum::UnixTimestamp, &[]),
            ("Array(Float64)", Enum::DoubleList, &[]),
            ("Set(String)", Enum::StringSet, &[]),
            ("Array(Set(Int32))", Enum::ValueList, &[(nested, "Array(Set(INT32))")]),
            (structure, Enum::Struct, &[(fields, schema)]),
            ("Struct", Enum::Struct, &[(fields, "[]")]),
        ] {
            assert_eq!(spelled(value_type.into(), tags), expected);
        }
        assert_eq!((spelled(30, &[]), spelled(999, &[])), ("PdfBytes".into(), "999".into()));
        // As deep as anybody likes, and no deeper than the stack.
        let bottomless = format!("{}INT32{}", "Set(".repeat(1 << 16), ")".repeat(1 << 16));
        assert!(spelled(Enum::ValueList.into(), &[(nested, &bottomless)]).starts_with("Set(Set("));
        assert!(!spelled(Enum::ValueList.into(), &[(nested, &"Set(".repeat(1 << 16))]).is_empty());
    }
}
