//! Fields that this build does not know: finding them, and giving them back to a definition that went
//! through a client which does not know them either.

use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry},
    vec::Vec,
};

use crate::{
    definition,
    message::{self, Datum, Message, MessageError, identity},
    schema::{MessageType, Shape},
    wire::{self, Payload},
};

/// Whether the bytes hold a field, at any depth, that this build does not know.
pub fn has_unknown(ty: &'static MessageType, bytes: &[u8]) -> Result<bool, MessageError> {
    message::scan(ty, bytes)
}

/// `incoming` with the unknown fields of `stored` that it does not carry itself, at every level
/// where the two correspond: singular messages, map entries of one key, list elements of one name, and
/// elements without a name that are otherwise equal.
///
/// A writer that does not know a field cannot mean to remove it.
pub fn carry_unknown(
    ty: &'static MessageType,
    incoming: &[u8],
    stored: &[u8],
) -> Result<Vec<u8>, MessageError> {
    if !has_unknown(ty, stored)? {
        return Ok(incoming.to_vec());
    }
    let (new, old) = (Message::read(ty, incoming)?, Message::read(ty, stored)?);
    let mut out = Vec::with_capacity(incoming.len() + stored.len() / 4);
    // They come first: one of them may be the unknown member of a oneof, of which the last that is set
    // counts, and that must be the member that the incoming definition sets, if it sets one.
    let given: BTreeSet<u32> = new.unknown.iter().map(|(number, _)| *number).collect();
    for (_, raw) in old.unknown.iter().filter(|(number, _)| !given.contains(number)) {
        out.extend_from_slice(raw);
    }
    let mut lists: BTreeMap<u32, Elements<'_>> = BTreeMap::new();
    let mut merged: BTreeSet<u32> = BTreeSet::new();
    for field in wire::fields(incoming) {
        let field = field.map_err(|source| MessageError::Wire { message: ty.name, source })?;
        let nested = ty.field(field.number).and_then(|known| known.message().map(|inner| (known, inner)));
        let (Some((known, inner)), Payload::Bytes(payload)) = (nested, field.payload) else {
            out.extend_from_slice(field.raw);
            continue;
        };
        let old = old.data(field.number);
        if matches!(known.shape, Shape::Repeated | Shape::Map) {
            let elements = match lists.entry(field.number) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(elements(inner, old)?),
            };
            let same = match elements.is_empty() {
                true => None,
                false => elements.get_mut(&designation(inner, payload)?),
            };
            match same.and_then(VecDeque::pop_front) {
                Some(old) => wire::put_bytes(&mut out, field.number, &carry_unknown(inner, payload, old)?),
                None => out.extend_from_slice(field.raw),
            }
            continue;
        }
        match (new.data(field.number), old) {
            ([Datum::Message(new)], [Datum::Message(old)]) => {
                if merged.insert(field.number) {
                    wire::put_bytes(&mut out, field.number, &carry_unknown(inner, new, old)?);
                }
            }
            _ => out.extend_from_slice(field.raw),
        }
    }
    Ok(out)
}

/// The elements of a list by what tells them apart; those of one name in their order.
type Elements<'a> = BTreeMap<Vec<u8>, VecDeque<&'a [u8]>>;

fn elements<'a>(ty: &'static MessageType, data: &'a [Datum<'_>]) -> Result<Elements<'a>, MessageError> {
    let mut elements = Elements::new();
    for datum in data {
        if let Datum::Message(bytes) = datum {
            elements.entry(designation(ty, bytes)?).or_default().push_back(bytes);
        }
    }
    Ok(elements)
}

/// The name of a list element, or all that is known of one without a name.
fn designation(ty: &'static MessageType, element: &[u8]) -> Result<Vec<u8>, MessageError> {
    match identity(ty, element) {
        Some(name) => Ok(name.into_bytes()),
        None => definition::known_form(ty, element),
    }
}
