//! How Feast's definitions spell the types of features.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::{Column, value_type_name};

/// Types nested deeper than this are spelled as they are stored.
const MAX_DEPTH: u32 = 32;

impl Column<'_> {
    /// Its type as a definition spells it: `Float32`, `Array(Int64)`, `Struct({a: String})`.
    pub fn data_type(&self) -> String {
        let name = value_type_name(self.value_type());
        let fields = || self.struct_schema().and_then(|schema| structure(schema, 0));
        let whole = match &*name {
            "STRUCT" => fields(),
            "STRUCT_LIST" => fields().map(|element| format!("Array({element})")),
            "VALUE_LIST" | "VALUE_SET" => self.nested_type().map(|stored| of_text(stored, 0)),
            _ => None,
        };
        whole.unwrap_or_else(|| of_name(&name))
    }
}

/// A name of `feast.types.ValueType.Enum`, or the number that this build has no name for.
fn of_name(name: &str) -> String {
    for (suffix, collection) in [("_LIST", "Array"), ("_SET", "Set")] {
        if let Some(element) = name.strip_suffix(suffix) {
            return format!("{collection}({})", of_name(element));
        }
    }
    match name {
        "DOUBLE" => "Float64".into(),
        "FLOAT" => "Float32".into(),
        _ => camel_case(name),
    }
}

/// A type as Feast writes it into a tag: `INT64`, `Array(INT64)`, `{"__struct__": {"a": "STRING"}}`.
fn of_text(text: &str, depth: u32) -> String {
    if depth > MAX_DEPTH {
        return text.to_owned();
    }
    for collection in ["Array", "Set"] {
        let element = text.strip_prefix(collection).and_then(|rest| rest.strip_prefix('('));
        if let Some(element) = element.and_then(|rest| rest.strip_suffix(')')) {
            return format!("{collection}({})", of_text(element, depth + 1));
        }
    }
    #[derive(serde::Deserialize)]
    struct Nested {
        #[serde(rename = "__struct__")]
        fields: Fields,
    }
    match serde_json::from_str::<Nested>(text) {
        Ok(nested) => nested.fields.spelled(depth),
        Err(_) => camel_case(text),
    }
}

/// The fields of a struct, in their order; `None` where the text says none.
fn structure(schema: &str, depth: u32) -> Option<String> {
    Some(serde_json::from_str::<Fields>(schema).ok()?.spelled(depth))
}

/// A JSON object of texts, in the order in which it is written.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn spelled(&self, depth: u32) -> String {
        let field = |(name, text): &(String, String)| format!("{name}: {}", of_text(text, depth + 1));
        let fields: Vec<String> = self.0.iter().map(field).collect();
        format!("Struct({{{}}})", fields.join(", "))
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
fn camel_case(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut word = word.to_lowercase();
    word.get_mut(..1).map(str::make_ascii_uppercase);
    word
}

#[cfg(test)]
mod tests {
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
