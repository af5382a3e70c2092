//! What an object's user defined, apart from what the registry books on it: the comparison that
//! decides whether an apply writes, and whether it makes a new version.
//!
//! Two definitions are equal when their canonical forms are. The canonical form leaves out
//! bookkeeping, does not tell an absent value from its default, and sorts what has no order.
//! Feast compares attribute by attribute and forgets some (request source fields, an on-demand
//! view's schema and tags, a view's state); here every field counts unless a rule below excepts it.

mod changes;

use alloc::vec::Vec;

pub use changes::{FieldChange, changes};

use crate::{
    compact,
    kind::Kind,
    message::{Datum, MAX_DEPTH, Message, MessageError},
    schema::{FieldType, MessageType, Shape, Type},
    wire,
};

/// How the comparison treats one field of one message.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// Like any other field, whatever a later rule says of its name.
    Counted,
    /// Bookkeeping: not part of the definition.
    Ignored,
    /// A list whose order means nothing.
    Unordered,
    /// A text for which this value is another way to say nothing.
    Default(&'static str),
}

/// Exceptions by field name, in every message that has such a field, or in the one named. The first
/// that applies counts.
const RULES: &[(&str, &str, Rule)] = &[
    // Part of the address of a thing outside the registry, unlike every other `project`.
    ("feast.core.DatastoreTable", "project", Rule::Counted),
    ("", "project", Rule::Ignored),
    ("", "created_timestamp", Rule::Ignored),
    ("", "last_updated_timestamp", Rule::Ignored),
    ("", "current_version_number", Rule::Ignored),
    ("", "version_id", Rule::Ignored),
    ("", "entities", Rule::Unordered),
    ("", "features", Rule::Unordered),
    ("", "entity_columns", Rule::Unordered),
    ("", "join_keys", Rule::Unordered),
    ("feast.core.PermissionSpec", "types", Rule::Unordered),
    ("feast.core.PermissionSpec", "actions", Rule::Unordered),
    ("", "version", Rule::Default("latest")),
    ("feast.core.OnDemandFeatureViewSpec", "mode", Rule::Default("pandas")),
    ("feast.core.LabelViewSpec", "labeler_field", Rule::Default("labeler")),
    ("feast.core.FeatureViewProjection", "view_type", Rule::Default("featureView")),
];

fn rule(message: &MessageType, field: &FieldType) -> Option<Rule> {
    let applies = |(name, known, _): &&(&str, &str, Rule)| {
        *known == field.name && (name.is_empty() || *name == message.name)
    };
    RULES.iter().find(applies).map(|(_, _, rule)| *rule)
}

/// Whether two objects of one kind define the same.
pub fn equal(kind: Kind, one: &[u8], other: &[u8]) -> Result<bool, MessageError> {
    let ty = kind.info().message;
    Ok(one == other || canonical(ty, one, true, 0)? == canonical(ty, other, true, 0)?)
}

/// The canonical form of the fields that this build knows.
pub(crate) fn known_form(ty: &'static MessageType, bytes: &[u8]) -> Result<Vec<u8>, MessageError> {
    canonical(ty, bytes, false, 0)
}

/// Whether two definitions of a view differ in what its consumers read: its schema, or how it is
/// computed. Such a change makes a new version; see [`crate::kind::ViewInfo::significant`].
pub fn significantly_differ(kind: Kind, one: &[u8], other: &[u8]) -> Result<bool, MessageError> {
    let info = kind.info();
    let (Some(view), Some(spec)) = (&info.view, info.message.field(1).and_then(|field| field.message()))
    else {
        return Ok(false);
    };
    let part = |bytes: &[u8]| -> Result<Vec<u8>, MessageError> {
        let error = |source| MessageError::Wire { message: info.message.name, source };
        let bytes = wire::submessage(bytes, 1).map_err(error)?.unwrap_or_default();
        let unwanted: Vec<u32> =
            spec.fields.iter().map(|field| field.number).filter(|n| !view.significant.contains(n)).collect();
        canonical(spec, &wire::without(&bytes, &unwanted).map_err(error)?, true, 0)
    };
    Ok(part(one)? != part(other)?)
}

/// The canonical form of a message: fields by number, defaults left out, maps and unordered lists
/// sorted, unknown fields last if they are wanted.
fn canonical(
    ty: &'static MessageType,
    bytes: &[u8],
    unknown: bool,
    depth: u32,
) -> Result<Vec<u8>, MessageError> {
    if depth > MAX_DEPTH {
        return Err(MessageError::TooDeep { message: ty.name });
    }
    let mut message = Message::read(ty, bytes)?;
    let mut out = Vec::with_capacity(bytes.len());
    for (field, data) in &message.known {
        let rule = rule(ty, field);
        if rule == Some(Rule::Ignored) || data.iter().all(|datum| is_absent(field, rule, datum)) {
            continue;
        }
        let mut elements = Vec::with_capacity(data.len());
        for datum in data {
            let mut element = Vec::new();
            let datum = match (field.message(), datum) {
                (Some(inner), Datum::Message(bytes)) => {
                    Datum::Message(canonical(inner, bytes, unknown, depth + 1)?.into())
                }
                _ => datum.clone(),
            };
            // A message whose every field is absent says no more than no message, unless its
            // presence is the choice among a oneof's members.
            let empty = matches!(&datum, Datum::Message(bytes) if bytes.is_empty());
            if !(empty && field.shape == Shape::Explicit && field.oneof.is_none()) {
                put(&mut element, field, &datum);
                elements.push(element);
            }
        }
        if field.shape == Shape::Map || rule == Some(Rule::Unordered) {
            compact::sort_by(&mut elements, Ord::cmp);
        }
        elements.iter().for_each(|element| out.extend_from_slice(element));
    }
    if unknown {
        // Stable: the order of one field's occurrences may mean something.
        compact::sort_by_key(&mut message.unknown, |(number, _)| *number);
        message.unknown.iter().for_each(|(_, raw)| out.extend_from_slice(raw));
    }
    Ok(out)
}

fn is_absent(field: &FieldType, rule: Option<Rule>, datum: &Datum<'_>) -> bool {
    if field.shape != Shape::Implicit {
        return false;
    }
    match datum {
        Datum::Double(value) => value.to_bits() == 0,
        Datum::Float(value) => value.to_bits() == 0,
        Datum::Signed(value) => *value == 0,
        Datum::Unsigned(value) => *value == 0,
        Datum::Bool(value) => !*value,
        Datum::Text(value) => {
            value.is_empty() || matches!(rule, Some(Rule::Default(default)) if default == *value)
        }
        Datum::Bytes(value) => value.is_empty(),
        Datum::Enum(value) => *value == 0,
        Datum::Message(_) => false,
    }
}

/// Appends one value with its tag; elements of packable lists are written one by one.
pub(crate) fn put(out: &mut Vec<u8>, field: &FieldType, datum: &Datum<'_>) {
    let number = field.number;
    match (datum, field.ty) {
        (Datum::Double(value), _) => wire::put_fixed64(out, number, value.to_bits()),
        (Datum::Float(value), _) => wire::put_fixed32(out, number, value.to_bits()),
        (Datum::Signed(value), Type::Sfixed64) => wire::put_fixed64(out, number, *value as u64),
        (Datum::Signed(value), Type::Sfixed32) => wire::put_fixed32(out, number, *value as u32),
        (Datum::Signed(value), Type::Sint32 | Type::Sint64) => {
            wire::put_varint(out, number, ((value << 1) ^ (value >> 63)) as u64)
        }
        (Datum::Signed(value), _) => wire::put_varint(out, number, *value as u64),
        (Datum::Unsigned(value), Type::Fixed64) => wire::put_fixed64(out, number, *value),
        (Datum::Unsigned(value), Type::Fixed32) => wire::put_fixed32(out, number, *value as u32),
        (Datum::Unsigned(value), _) => wire::put_varint(out, number, *value),
        (Datum::Bool(value), _) => wire::put_varint(out, number, u64::from(*value)),
        (Datum::Enum(value), _) => wire::put_varint(out, number, i64::from(*value) as u64),
        (Datum::Text(value), _) => wire::put_bytes(out, number, value.as_bytes()),
        (Datum::Bytes(value), _) => wire::put_bytes(out, number, value),
        (Datum::Message(value), _) => wire::put_bytes(out, number, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::feast::core::{FeatureSpecV2, FeatureView, FeatureViewMeta, FeatureViewSpec};
    use alloc::{string::ToString, vec, vec::Vec};
    use prost::Message as _;

    fn view(change: impl Fn(&mut FeatureViewSpec, &mut FeatureViewMeta)) -> Vec<u8> {
        let feature = |name: &str| FeatureSpecV2 { name: name.into(), value_type: 3, ..Default::default() };
        let mut spec = FeatureViewSpec {
            name: "v".into(),
            entities: vec!["a".into(), "b".into()],
            features: vec![feature("x"), feature("y")],
            ..Default::default()
        };
        let mut meta = FeatureViewMeta::default();
        change(&mut spec, &mut meta);
        FeatureView { spec: Some(spec), meta: Some(meta) }.encode_to_vec()
    }

    #[test]
    fn every_rule_names_a_field() {
        for (message, field, _) in RULES {
            let has = |ty: &MessageType| ty.field_named(field).is_some();
            match MessageType::find(message) {
                Some(ty) => assert!(has(ty), "{message} has no {field}"),
                None => assert!(
                    message.is_empty()
                        && Kind::all().any(|kind| {
                            let top = kind.info().message;
                            has(top) || top.fields.iter().filter_map(FieldType::message).any(has)
                        }),
                    "{message} {field}"
                ),
            }
        }
    }

    #[test]
    fn bookkeeping_defaults_and_order_do_not_count() {
        let plain = view(|_, _| {});
        let same = view(|spec, meta| {
            spec.project = "p".into();
            spec.version = "latest".into();
            spec.ttl = Some(Default::default());
            spec.features.reverse();
            spec.entities.reverse();
            meta.created_timestamp = Some(prost_types::Timestamp { seconds: 9, nanos: 0 });
            meta.current_version_number = 4;
        });
        assert!(equal(Kind::FeatureView, &plain, &same).unwrap());
        assert!(!significantly_differ(Kind::FeatureView, &plain, &same).unwrap());
        assert_eq!(changes(Kind::FeatureView, &plain, &same).unwrap(), []);
    }

    #[test]
    fn tags_differ_but_make_no_version_and_features_do() {
        let plain = view(|_, _| {});
        let tagged = view(|spec, _| drop(spec.tags.insert("team".into(), "risk".into())));
        assert!(!equal(Kind::FeatureView, &plain, &tagged).unwrap());
        assert!(!significantly_differ(Kind::FeatureView, &plain, &tagged).unwrap());
        let change = &changes(Kind::FeatureView, &plain, &tagged).unwrap()[0];
        assert_eq!(
            (change.path.as_str(), &change.before, &change.after),
            ("spec.tags[team]", &None, &Some("risk".to_string()))
        );
        let wider = view(|spec, _| spec.features[0].value_type = 4);
        assert!(significantly_differ(Kind::FeatureView, &plain, &wider).unwrap());
        let change = &changes(Kind::FeatureView, &plain, &wider).unwrap()[0];
        assert_eq!(change.path, "spec.features[x].valueType");
        assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("INT32"), Some("INT64")));
    }

    #[test]
    fn an_unknown_field_is_part_of_the_definition() {
        let plain = view(|_, _| {});
        let mut newer = plain.clone();
        wire::put_varint(&mut newer, 900, 1);
        assert!(!equal(Kind::FeatureView, &plain, &newer).unwrap());
    }
}
