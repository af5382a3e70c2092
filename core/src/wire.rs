//! The protobuf wire format, read and edited as bytes: what keeps fields that this build does
//! not know. It knows field numbers and wire types, never names; see `schema` for those.
//!
//! Protobuf allows a message field to occur more than once and merges the occurrences by
//! concatenation, so [`submessage`] returns the concatenated payload and an edit writes one.

use alloc::{borrow::Cow, vec::Vec};
use core::iter;

/// Groups nested deeper than this are refused, as every protobuf runtime does at about this depth.
const MAX_GROUP_DEPTH: u32 = 100;

/// Bytes that are not a protobuf message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The bytes end inside a field.
    #[error("truncated after {offset} bytes")]
    Truncated {
        /// Where the incomplete field starts.
        offset: usize,
    },
    /// A tag with field number 0, a reserved wire type, or a stray end-group.
    #[error("invalid field tag at byte {offset}")]
    InvalidTag {
        /// Where the tag starts.
        offset: usize,
    },
    /// A varint longer than ten bytes.
    #[error("invalid varint at byte {offset}")]
    InvalidVarint {
        /// Where the varint starts.
        offset: usize,
    },
}

/// The value of one field occurrence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Payload<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1, little endian.
    Fixed64(u64),
    /// Wire type 2: a string, bytes, message, map entry or packed list.
    Bytes(&'a [u8]),
    /// Wire types 3 and 4: the fields between the two tags. Nothing of Feast's uses it.
    Group(&'a [u8]),
    /// Wire type 5, little endian.
    Fixed32(u32),
}

impl<'a> Payload<'a> {
    /// The bytes of a string, message or packed list.
    pub fn bytes(self) -> Option<&'a [u8]> {
        if let Payload::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The number of a varint.
    pub fn varint(self) -> Option<u64> {
        if let Payload::Varint(number) = self { Some(number) } else { None }
    }
}

/// One field occurrence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    /// The field number, 1 to 2^29 - 1.
    pub number: u32,
    /// Its value.
    pub payload: Payload<'a>,
    /// Tag and value as they stand in the message.
    pub raw: &'a [u8],
}

/// The field occurrences of `message`, in wire order. Stops after the first error.
pub fn fields(message: &[u8]) -> Fields<'_> {
    Fields { reader: Reader::new(message) }
}

/// The iterator of [`fields`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    reader: Reader<'a>,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.is_empty() {
            return None;
        }
        let field = self.reader.field(0);
        if field.is_err() {
            self.reader.end();
        }
        Some(field)
    }
}

/// As [`fields`], without the bytes that they stand in.
#[inline]
pub(crate) fn payloads(message: &[u8]) -> impl Iterator<Item = Result<(u32, Payload<'_>), WireError>> {
    let mut reader = Reader::new(message);
    iter::from_fn(move || {
        if reader.is_empty() {
            return None;
        }
        let found = reader.number_and_payload(0);
        if found.is_err() {
            reader.end();
        }
        Some(found)
    })
}

/// The occurrences of the field at `path`, in wire order, in whichever of their parents' occurrences they
/// stand: the last is the value of a scalar, all of them are a list. What comes after broken bytes is left
/// out. Nothing is allocated; paths have at most four numbers.
pub fn walk<'a>(message: &'a [u8], path: &[u32]) -> Walk<'a> {
    let mut numbers = [0; MAX_PATH];
    let depth = path.len().min(MAX_PATH);
    for (number, wanted) in numbers.iter_mut().zip(path) {
        *number = *wanted;
    }
    let top = if depth > 0 { message } else { &[] };
    let levels = [Reader::new(top), Reader::new(&[]), Reader::new(&[]), Reader::new(&[])];
    Walk { numbers, levels, depth, at: 0 }
}

/// The last of what [`walk`] gives that can be taken for it: the value of a text, of bytes or of a number.
pub fn last<'a, T>(message: &'a [u8], path: &[u32], take: fn(Payload<'a>) -> Option<T>) -> Option<T> {
    let (number, rest) = path.split_first()?;
    let mut reader = Reader::new(message);
    let mut found = None;
    while let Some(payload) = reader.seek(*number) {
        let here = match (rest, payload) {
            ([], payload) => take(payload),
            (rest, Payload::Bytes(inner)) => last(inner, rest, take),
            _ => None,
        };
        found = here.or(found);
    }
    found
}

const MAX_PATH: usize = 4;

/// The iterator of [`walk`].
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    numbers: [u32; MAX_PATH],
    levels: [Reader<'a>; MAX_PATH],
    depth: usize,
    at: usize,
}

impl<'a> Iterator for Walk<'a> {
    type Item = Payload<'a>;

    fn next(&mut self) -> Option<Payload<'a>> {
        loop {
            let number = *self.numbers.get(self.at)?;
            let found = self.levels.get_mut(self.at)?.seek(number);
            match (found, self.at + 1 == self.depth) {
                (Some(payload), true) => return Some(payload),
                (Some(Payload::Bytes(inner)), false) => {
                    self.at += 1;
                    *self.levels.get_mut(self.at)? = Reader::new(inner);
                }
                (Some(_), false) => {}
                (None, _) if self.at == 0 => return None,
                (None, _) => self.at -= 1,
            }
        }
    }
}

/// The merged payload of message field `number`, or `None` where the field is absent.
pub fn submessage(message: &[u8], number: u32) -> Result<Option<Cow<'_, [u8]>>, WireError> {
    let mut found: Option<Cow<'_, [u8]>> = None;
    for field in payloads(message) {
        if let (at, Payload::Bytes(payload)) = field?
            && at == number
        {
            match &mut found {
                None => found = Some(Cow::Borrowed(payload)),
                Some(earlier) => earlier.to_mut().extend_from_slice(payload),
            }
        }
    }
    Ok(found)
}

/// The message field reached by following `path`; the message itself for an empty path.
pub fn submessage_at<'a>(message: &'a [u8], path: &[u32]) -> Result<Option<Cow<'a, [u8]>>, WireError> {
    let mut here = Cow::Borrowed(message);
    for number in path {
        let next = match &here {
            Cow::Borrowed(bytes) => submessage(bytes, *number)?,
            Cow::Owned(bytes) => submessage(bytes, *number)?.map(|found| Cow::Owned(found.into_owned())),
        };
        match next {
            Some(found) => here = found,
            None => return Ok(None),
        }
    }
    Ok(Some(here))
}

/// Every length-delimited occurrence of field `number`, in wire order.
pub fn repeated(message: &[u8], number: u32) -> Result<Vec<&[u8]>, WireError> {
    let mut found = Vec::new();
    for field in payloads(message) {
        if let (at, Payload::Bytes(payload)) = field?
            && at == number
        {
            found.push(payload);
        }
    }
    Ok(found)
}

/// The last length-delimited occurrence of field `number`: the value of a string or bytes field.
pub fn last_bytes(message: &[u8], number: u32) -> Result<Option<&[u8]>, WireError> {
    last_of(message, number, Payload::bytes)
}

/// The last varint of field `number`.
pub fn last_varint(message: &[u8], number: u32) -> Result<Option<u64>, WireError> {
    last_of(message, number, Payload::varint)
}

/// As [`last`], of a message whose bytes are all to be sound.
#[inline]
fn last_of<'a, T>(
    message: &'a [u8],
    number: u32,
    take: fn(Payload<'a>) -> Option<T>,
) -> Result<Option<T>, WireError> {
    let mut found = None;
    for field in payloads(message) {
        let (at, payload) = field?;
        if at == number {
            found = take(payload).or(found);
        }
    }
    Ok(found)
}

/// `message` with every occurrence of the fields in `numbers` taken out; the rest byte for byte.
pub fn without(message: &[u8], numbers: &[u32]) -> Result<Vec<u8>, WireError> {
    let mut kept = Vec::with_capacity(message.len());
    put_without(&mut kept, message, numbers)?;
    Ok(kept)
}

/// Appends what [`without`] gives.
pub fn put_without(out: &mut Vec<u8>, message: &[u8], numbers: &[u32]) -> Result<(), WireError> {
    // What is kept in one piece is copied in one.
    let (mut start, mut end) = (0, 0);
    for field in fields(message) {
        let field = field?;
        let next = end + field.raw.len();
        if numbers.contains(&field.number) {
            out.extend_from_slice(message.get(start..end).unwrap_or_default());
            start = next;
        }
        end = next;
    }
    out.extend_from_slice(message.get(start..).unwrap_or_default());
    Ok(())
}

/// Makes a new message of an old one.
pub type Edit<'a, E> = dyn FnMut(&[u8]) -> Result<Vec<u8>, E> + 'a;

/// Rewrites the message field at `path` with `edit`, creating the fields on the way when absent.
/// Everything outside it stays byte for byte, in its place.
pub fn edit_at<E: From<WireError>>(
    message: &[u8],
    path: &[u32],
    edit: &mut Edit<'_, E>,
) -> Result<Vec<u8>, E> {
    let Some((number, rest)) = path.split_first() else {
        return edit(message);
    };
    let before = submessage(message, *number)?.unwrap_or_default();
    let inner = edit_at(&before, rest, edit)?;
    let mut out = Vec::with_capacity(message.len() + inner.len().saturating_sub(before.len()) + 8);
    let mut placed = false;
    for field in fields(message) {
        let field = field?;
        match field.payload {
            Payload::Bytes(_) if field.number == *number => {
                if !placed {
                    put_bytes(&mut out, *number, &inner);
                    placed = true;
                }
            }
            _ => out.extend_from_slice(field.raw),
        }
    }
    if !placed {
        put_bytes(&mut out, *number, &inner);
    }
    Ok(out)
}

/// Appends a length-delimited field.
pub fn put_bytes(out: &mut Vec<u8>, number: u32, payload: &[u8]) {
    put_length(out, number, payload.len());
    out.extend_from_slice(payload);
}

/// Appends what stands before the payload of a length-delimited field.
pub fn put_length(out: &mut Vec<u8>, number: u32, length: usize) {
    put_raw_varint(out, u64::from(number) << 3 | 2);
    put_raw_varint(out, length as u64);
}

/// How long a length-delimited field is, with all that stands before its payload.
pub fn field_length(number: u32, length: usize) -> usize {
    let varint = |value: u64| (64 - (value | 1).leading_zeros() as usize).div_ceil(7);
    varint(u64::from(number) << 3) + varint(length as u64) + length
}

/// Appends a varint field; 0 is written too.
pub fn put_varint(out: &mut Vec<u8>, number: u32, value: u64) {
    put_raw_varint(out, u64::from(number) << 3);
    put_raw_varint(out, value);
}

/// Appends a 64-bit field.
pub fn put_fixed64(out: &mut Vec<u8>, number: u32, value: u64) {
    put_raw_varint(out, u64::from(number) << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a 32-bit field.
pub fn put_fixed32(out: &mut Vec<u8>, number: u32, value: u32) {
    put_raw_varint(out, u64::from(number) << 3 | 5);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a varint without a tag, as packed lists hold them.
pub fn put_raw_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads the varints, 64-bit or 32-bit words of a packed list, or the fields of a message.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    /// What was not read yet.
    rest: &'a [u8],
    /// How long the whole is, so that errors name places in it.
    length: usize,
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes, length: bytes.len() }
    }

    /// Begins in the middle of a whole of this length.
    pub(crate) fn within(length: usize, rest: &'a [u8]) -> Self {
        Reader { rest, length }
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn end(&mut self) {
        self.rest = &[];
    }

    /// Where what was not read yet starts.
    fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    /// What was read since `rest` was what was not read yet.
    fn since(&self, rest: &'a [u8]) -> &'a [u8] {
        rest.get(..rest.len() - self.rest.len()).unwrap_or_default()
    }

    /// The next occurrence of a field; others are passed over. Broken bytes are the end.
    #[inline]
    fn seek(&mut self, wanted: u32) -> Option<Payload<'a>> {
        while !self.is_empty() {
            match self.number_and_payload(0) {
                Ok((number, payload)) if number == wanted => return Some(payload),
                Ok(_) => {}
                Err(_) => self.end(),
            }
        }
        None
    }

    fn field(&mut self, depth: u32) -> Result<Field<'a>, WireError> {
        let start = self.rest;
        let (number, payload) = self.number_and_payload(depth)?;
        Ok(Field { number, payload, raw: self.since(start) })
    }

    /// Inlined, because every answer about a registry spends most of its time here.
    #[inline(always)]
    pub(crate) fn number_and_payload(&mut self, depth: u32) -> Result<(u32, Payload<'a>), WireError> {
        // What most fields are: length-delimited or a number, with a tag and a length or a value of one byte each.
        if let [tag @ 0x08..=0x7f, second @ ..=0x7f, after @ ..] = self.rest {
            if tag & 7 == 2
                && let Some((payload, after)) = after.split_at_checked(usize::from(*second))
            {
                self.rest = after;
                return Ok((u32::from(tag >> 3), Payload::Bytes(payload)));
            }
            if tag & 7 == 0 {
                self.rest = after;
                return Ok((u32::from(tag >> 3), Payload::Varint(u64::from(*second))));
            }
        }
        self.any_number_and_payload(depth)
    }

    #[inline(never)]
    fn any_number_and_payload(&mut self, depth: u32) -> Result<(u32, Payload<'a>), WireError> {
        let start = self.at();
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|n| (1..1 << 29).contains(n));
        let number = number.ok_or(WireError::InvalidTag { offset: start })?;
        let payload = match tag & 7 {
            0 => Payload::Varint(self.varint()?),
            1 => Payload::Fixed64(self.fixed64()?),
            2 => {
                let length = self.varint()?;
                let length = usize::try_from(length).map_err(|_| WireError::Truncated { offset: start })?;
                Payload::Bytes(self.take(length, start)?)
            }
            3 if depth < MAX_GROUP_DEPTH => Payload::Group(self.group(number, depth)?),
            5 => Payload::Fixed32(self.fixed32()?),
            _ => return Err(WireError::InvalidTag { offset: start }),
        };
        Ok((number, payload))
    }

    fn group(&mut self, number: u32, depth: u32) -> Result<&'a [u8], WireError> {
        let start = self.rest;
        loop {
            let fields = self.since(start);
            let here = self.rest;
            let tag = self.varint()?;
            if tag == u64::from(number) << 3 | 4 {
                return Ok(fields);
            }
            self.rest = here;
            self.field(depth + 1)?;
        }
    }

    /// Most tags and lengths are one byte, and most of what reading costs is theirs.
    #[inline(always)]
    pub(crate) fn varint(&mut self) -> Result<u64, WireError> {
        match self.rest {
            [byte, after @ ..] if *byte < 0x80 => {
                self.rest = after;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, WireError> {
        let offset = self.at();
        let mut value = 0u64;
        for shift in 0..10 {
            let (byte, after) = self.rest.split_first().ok_or(WireError::Truncated { offset })?;
            self.rest = after;
            value |= u64::from(byte & 0x7f) << (7 * shift);
            if *byte < 0x80 {
                // The tenth byte holds one bit.
                return if shift == 9 && *byte > 1 {
                    Err(WireError::InvalidVarint { offset })
                } else {
                    Ok(value)
                };
            }
        }
        Err(WireError::InvalidVarint { offset })
    }

    pub(crate) fn fixed64(&mut self) -> Result<u64, WireError> {
        let word = self.take(8, self.at())?;
        Ok(u64::from_le_bytes(word.try_into().unwrap_or_default()))
    }

    pub(crate) fn fixed32(&mut self) -> Result<u32, WireError> {
        let word = self.take(4, self.at())?;
        Ok(u32::from_le_bytes(word.try_into().unwrap_or_default()))
    }

    #[inline(always)]
    fn take(&mut self, length: usize, offset: usize) -> Result<&'a [u8], WireError> {
        let (taken, after) = self.rest.split_at_checked(length).ok_or(WireError::Truncated { offset })?;
        self.rest = after;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn message(parts: &[(u32, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (number, payload) in parts {
            put_bytes(&mut out, *number, payload);
        }
        out
    }

    #[test]
    fn occurrences_of_a_message_field_merge() {
        let bytes = message(&[(1, b"ab"), (2, b"x"), (1, b"cd")]);
        assert_eq!(submessage(&bytes, 1).unwrap().unwrap().as_ref(), b"abcd");
        assert_eq!(submessage(&bytes, 3).unwrap(), None);
    }

    #[test]
    fn an_edit_keeps_everything_around_it_in_place() {
        let inner = message(&[(9, b"unknown"), (2, b"old")]);
        let bytes = message(&[(70, b"before"), (1, &inner), (71, b"after")]);
        let edited = edit_at::<WireError>(&bytes, &[1], &mut |inner| {
            let mut inner = without(inner, &[2])?;
            put_bytes(&mut inner, 2, b"new");
            Ok(inner)
        })
        .unwrap();
        let expected = message(&[(9, b"unknown"), (2, b"new")]);
        assert_eq!(edited, message(&[(70, b"before"), (1, &expected), (71, b"after")]));
    }

    #[test]
    fn fields_are_taken_out_wherever_they_are() {
        let bytes = message(&[(1, b"a"), (2, b"b"), (1, b"c"), (3, b"d"), (2, b"e"), (1, b"f")]);
        let rest = |numbers: &[u32]| without(&bytes, numbers).unwrap();
        assert_eq!(rest(&[]), bytes);
        assert_eq!(rest(&[1]), message(&[(2, b"b"), (3, b"d"), (2, b"e")]));
        assert_eq!(rest(&[2, 3]), message(&[(1, b"a"), (1, b"c"), (1, b"f")]));
        assert_eq!(rest(&[1, 2, 3]), b"");
        assert!(without(&[0x0a, 5, 1], &[1]).is_err());
    }

    #[test]
    fn an_edit_creates_the_fields_on_its_way() {
        let edited = edit_at::<WireError>(&[], &[2, 3], &mut |_| Ok(b"".to_vec())).unwrap();
        assert_eq!(edited, vec![0x12, 2, 0x1a, 0]);
    }

    #[test]
    fn a_walk_goes_through_every_occurrence_of_the_parents() {
        let one = message(&[(2, b"a"), (3, b"x"), (2, b"b")]);
        let two = message(&[(2, b"c")]);
        let mut bytes = message(&[(1, &one), (2, b"other"), (1, &two)]);
        let found = |bytes: &[u8], path: &[u32]| -> Vec<Vec<u8>> {
            let texts = walk(bytes, path).map(|payload| match payload {
                Payload::Bytes(text) => text.to_vec(),
                _ => Vec::new(),
            });
            texts.collect()
        };
        assert_eq!(found(&bytes, &[1, 2]), [b"a", b"b", b"c"]);
        assert_eq!(found(&bytes, &[2]), [b"other"]);
        assert_eq!(found(&bytes, &[]), [b""; 0]);
        bytes.extend([0x0a, 9, 1]);
        assert_eq!(found(&bytes, &[1, 2]), [b"a", b"b", b"c"], "up to where it is broken");
    }

    #[test]
    fn broken_bytes_are_errors() {
        let cases: [(&[u8], WireError); 5] = [
            (&[0x0a, 5, 1], WireError::Truncated { offset: 0 }),
            (&[0x00, 1], WireError::InvalidTag { offset: 0 }),
            (&[0x0f, 1], WireError::InvalidTag { offset: 0 }),
            (&[0x0c], WireError::InvalidTag { offset: 0 }),
            (
                &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
                WireError::InvalidVarint { offset: 1 },
            ),
        ];
        for (bytes, error) in cases {
            assert_eq!(fields(bytes).last(), Some(Err(error)), "{bytes:?}");
        }
        let bottomless = [0x0b; 4096];
        assert!(fields(&bottomless).last().unwrap().is_err());
    }

    #[test]
    fn fields_are_as_long_as_they_are_said_to_be() {
        for (number, length) in [(1, 0), (15, 127), (16, 128), (2047, 16_383), (2048, 16_384)] {
            let mut out = Vec::new();
            put_bytes(&mut out, number, &vec![7; length]);
            assert_eq!(field_length(number, length), out.len());
        }
    }

    #[test]
    fn groups_are_skipped_whole() {
        let bytes = [0x0b, 0x10, 7, 0x0c, 0x18, 1];
        let numbers: Vec<u32> = fields(&bytes).map(|f| f.unwrap().number).collect();
        assert_eq!(numbers, [1, 3]);
    }
}
