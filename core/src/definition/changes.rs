//! What differs between two definitions, field by field, for people to read. It looks at exactly what
//! the comparison looks at: equal definitions have no changes, and others have at least one.

use alloc::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{Rule, canonical, is_absent, put, rule};
use crate::{
    compact,
    kind::Kind,
    message::{Datum, MAX_DEPTH, Message, MessageError, identity, is_packable},
    schema::{FieldType, MessageType, Shape, Type},
    time::{Timestamp, decimals},
};

/// A field in which two definitions differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct FieldChange {
    /// The field, `spec.features[avg_rate].valueType`, in protobuf JSON's names.
    pub path: String,
    /// The old value as text, or `None` where it was absent.
    pub before: Option<String>,
    /// The new value as text, or `None` where it is absent.
    pub after: Option<String>,
}

/// The fields in which two objects of one kind differ, bookkeeping left out, in schema order.
pub fn changes(kind: Kind, before: &[u8], after: &[u8]) -> Result<Vec<FieldChange>, MessageError> {
    let ty = kind.info().message;
    let (mut old, mut new) = (Leaves::default(), Leaves::default());
    old.add(ty, before, "", 0)?;
    new.add(ty, after, "", 0)?;
    let mut found = difference(&old.values, &new.values);
    if found.is_empty() {
        found = difference(&old.orders, &new.orders);
    }
    Ok(found)
}

fn difference(old: &[Leaf], new: &[Leaf]) -> Vec<FieldChange> {
    let by_path = |leaves: &'_ [Leaf]| -> BTreeMap<String, Leaf> {
        compact::map(leaves.iter().map(|leaf| (leaf.path.clone(), leaf.clone())))
    };
    let (before, after) = (by_path(old), by_path(new));
    let changed = old.iter().filter_map(|leaf| match after.get(&leaf.path) {
        Some(now) if now.form == leaf.form => None,
        now => Some(FieldChange {
            path: leaf.path.clone(),
            before: Some(leaf.text.clone()),
            after: now.map(|now| now.text.clone()),
        }),
    });
    let added = new.iter().filter(|leaf| !before.contains_key(&leaf.path));
    let added = added.map(|leaf| FieldChange {
        path: leaf.path.clone(),
        before: None,
        after: Some(leaf.text.clone()),
    });
    changed.chain(added).collect()
}

/// One value: the path that leads to it, how it reads, and what is compared.
#[derive(Clone)]
struct Leaf {
    path: String,
    text: String,
    form: Vec<u8>,
}

/// A message flattened to its values.
#[derive(Default)]
struct Leaves {
    values: Vec<Leaf>,
    /// The order of lists whose elements go by name; it matters where nothing else differs.
    orders: Vec<Leaf>,
}

impl Leaves {
    fn add(
        &mut self,
        ty: &'static MessageType,
        bytes: &[u8],
        prefix: &str,
        depth: u32,
    ) -> Result<(), MessageError> {
        if depth > MAX_DEPTH {
            return Err(MessageError::TooDeep { message: ty.name });
        }
        let message = Message::read(ty, bytes)?;
        for (field, data) in &message.known {
            let rule = rule(ty, field);
            if rule == Some(Rule::Ignored) || data.iter().all(|datum| is_absent(field, rule, datum)) {
                continue;
            }
            let path = format!("{prefix}{}", field.json_name);
            match (field.message(), field.shape) {
                (Some(inner), Shape::Repeated | Shape::Map) => {
                    self.add_elements(field, inner, data, rule, &path, depth)?
                }
                (Some(inner), _) => {
                    if let [Datum::Message(bytes)] = data.as_slice() {
                        self.add_message(inner, bytes, path, field.oneof.is_some(), depth)?;
                    }
                }
                (None, Shape::Repeated) if is_packable(field.ty) || rule == Some(Rule::Unordered) => {
                    self.add_scalars(field, data, rule, path)
                }
                (None, Shape::Repeated) => {
                    for (index, datum) in data.iter().enumerate() {
                        self.add_scalar(field, datum, format!("{path}[{index}]"));
                    }
                }
                (None, _) => data.iter().for_each(|datum| self.add_scalar(field, datum, path.clone())),
            }
        }
        self.add_unknown(&message, prefix);
        Ok(())
    }

    /// A list of scalars as one value.
    fn add_scalars(
        &mut self,
        field: &'static FieldType,
        data: &[Datum<'_>],
        rule: Option<Rule>,
        path: String,
    ) {
        let mut elements: Vec<(Vec<u8>, String)> =
            data.iter().map(|datum| (encoded(field, datum), text(field, datum))).collect();
        if rule == Some(Rule::Unordered) {
            compact::sort_by(&mut elements, Ord::cmp);
        }
        let (forms, texts): (Vec<Vec<u8>>, Vec<String>) = elements.into_iter().unzip();
        self.values.push(Leaf { path, text: format!("[{}]", texts.join(", ")), form: forms.concat() });
    }

    /// A list or map of messages, by name where they have one.
    fn add_elements(
        &mut self,
        field: &'static FieldType,
        ty: &'static MessageType,
        data: &[Datum<'_>],
        rule: Option<Rule>,
        path: &str,
        depth: u32,
    ) -> Result<(), MessageError> {
        let mut elements = Vec::with_capacity(data.len());
        for datum in data {
            if let Datum::Message(bytes) = datum {
                elements.push((canonical(ty, bytes, true, depth + 1)?, bytes));
            }
        }
        let ordered = field.shape != Shape::Map && rule != Some(Rule::Unordered);
        if !ordered {
            compact::sort_by(&mut elements, |(one, _), (other, _)| one.cmp(other));
        }
        let (mut taken, mut names) = (BTreeSet::new(), Vec::with_capacity(elements.len()));
        for (index, (_, bytes)) in elements.iter().enumerate() {
            let mut name = identity(ty, bytes).unwrap_or_else(|| format!("{index}"));
            if !taken.insert(name.clone()) {
                name = format!("{name}, {index}");
            }
            let path = format!("{path}[{name}]");
            match field.shape {
                Shape::Map => self.add_entry(ty, bytes, path, depth + 1)?,
                _ => self.add_message(ty, bytes, path, true, depth)?,
            }
            names.push(name);
        }
        if ordered {
            let form = names.iter().flat_map(|name| name.bytes().chain([0])).collect();
            let text = format!("[{}]", names.join(", "));
            self.orders.push(Leaf { path: path.into(), text, form });
        }
        Ok(())
    }

    fn add_entry(
        &mut self,
        entry: &'static MessageType,
        bytes: &[u8],
        path: String,
        depth: u32,
    ) -> Result<(), MessageError> {
        let message = Message::read(entry, bytes)?;
        self.add_unknown(&message, &format!("{path}<entry>."));
        let Some(field) = entry.field(2) else { return Ok(()) };
        match (field.message(), message.data(2)) {
            (Some(inner), [Datum::Message(value)]) => self.add_message(inner, value, path, true, depth)?,
            (None, [value]) if !is_absent(field, None, value) => self.add_scalar(field, value, path),
            _ => self.values.push(Leaf { path, text: String::new(), form: Vec::new() }),
        }
        Ok(())
    }

    /// A message; one without any value only where its presence alone says something.
    fn add_message(
        &mut self,
        ty: &'static MessageType,
        bytes: &[u8],
        path: String,
        presence: bool,
        depth: u32,
    ) -> Result<(), MessageError> {
        let form = canonical(ty, bytes, true, depth + 1)?;
        let text = match ty.name {
            _ if form.is_empty() && !presence => return Ok(()),
            _ if form.is_empty() => "{}".into(),
            "google.protobuf.Timestamp" => format!("{}", Timestamp::decode(bytes).unwrap_or_default()),
            "google.protobuf.Duration" => {
                let length = Timestamp::decode(bytes).unwrap_or_default();
                format!("{}{}s", length.seconds, decimals(length.nanos))
            }
            _ => return self.add(ty, bytes, &format!("{path}."), depth + 1),
        };
        self.values.push(Leaf { path, text, form });
        Ok(())
    }

    fn add_scalar(&mut self, field: &'static FieldType, datum: &Datum<'_>, path: String) {
        self.values.push(Leaf { path, text: text(field, datum), form: encoded(field, datum) });
    }

    fn add_unknown(&mut self, message: &Message<'_>, prefix: &str) {
        let mut fields: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        for (number, raw) in &message.unknown {
            fields.entry(*number).or_default().extend_from_slice(raw);
        }
        for (number, form) in fields {
            let path = format!("{prefix}<unknown field {number}>");
            self.values.push(Leaf { path, text: summary(&form), form });
        }
    }
}

fn encoded(field: &FieldType, datum: &Datum<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, field, datum);
    out
}

fn text(field: &FieldType, datum: &Datum<'_>) -> String {
    match datum {
        Datum::Double(value) => format!("{value}"),
        Datum::Float(value) => format!("{value}"),
        Datum::Signed(value) => format!("{value}"),
        Datum::Unsigned(value) => format!("{value}"),
        Datum::Bool(value) => format!("{value}"),
        Datum::Text(value) => String::from(*value),
        Datum::Bytes(value) => summary(value),
        Datum::Message(value) => summary(value),
        Datum::Enum(value) => {
            let name = if let Type::Enum(ty) = field.ty { ty.value_name(*value) } else { None };
            name.map_or_else(|| Cow::Owned(format!("{value}")), Cow::Borrowed).into_owned()
        }
    }
}

/// Bytes for the reader, who can tell two serialized functions of one length apart by the checksum
/// (FNV-1a).
fn summary(bytes: &[u8]) -> String {
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    format!("{} bytes, checksum {:08x}", bytes.len(), bytes.iter().fold(0x811c_9dc5, mix))
}
