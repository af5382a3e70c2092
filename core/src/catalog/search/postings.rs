//! Where each word of an index occurs: for each word the documents, ascending, with the fields, as differences
//! in as few bytes as they need.

use alloc::{vec, vec::Vec};
use core::ops::Range;

use super::Field;
use crate::wire::put_raw_varint;

/// Bits of a posting that say the field.
const FIELD_BITS: u32 = 3;

/// What a document says, as one number for each of its words.
pub(super) type Entry = u32;

/// The number for a word in a field; none where the number of words is beyond reason.
pub(super) fn entry(word: u32, field: Field) -> Option<Entry> {
    Some(word << FIELD_BITS | field as u32).filter(|_| word >> (u32::BITS - FIELD_BITS) == 0)
}

/// Documents by word.
#[derive(Debug, Default)]
pub(super) struct Postings {
    bytes: Vec<u8>,
    /// Where each word's postings start, and where the last one's end.
    starts: Vec<u32>,
}

impl Postings {
    /// Turns around what documents say, `entries` up to each of `ends`; `place` is the final number of
    /// each word.
    pub(super) fn of(entries: &[Entry], ends: &[u32], place: &[u32]) -> Self {
        let mut starts = vec![0u32; place.len() + 1];
        each(entries, ends, place, &mut |place, code| {
            if let Some(length) = starts.get_mut(place + 1) {
                *length = length.saturating_add(varint_length(code));
            }
        });
        let mut total = 0u32;
        for start in &mut starts {
            total = total.saturating_add(*start);
            *start = total;
        }
        let mut bytes = vec![0; total as usize];
        let mut next: Vec<u32> = starts.clone();
        let mut code_bytes = Vec::with_capacity(5);
        each(entries, ends, place, &mut |place, code| {
            let Some(at) = next.get_mut(place) else { return };
            code_bytes.clear();
            put_raw_varint(&mut code_bytes, code);
            let from = *at as usize;
            if let Some(room) = bytes.get_mut(from..from + code_bytes.len()) {
                room.copy_from_slice(&code_bytes);
                *at += code_bytes.len() as u32;
            }
        });
        Postings { bytes, starts }
    }

    /// The memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.capacity() + self.starts.capacity() * size_of::<u32>()
    }

    /// Tells of each document and field in which the words of `range` occur.
    pub(super) fn each(&self, words: Range<usize>, mut found: impl FnMut(usize, u8)) {
        let start = |word: usize| self.starts.get(word).map_or(0, |start| *start as usize);
        for word in words {
            let bytes = self.bytes.get(start(word)..start(word + 1)).unwrap_or_default();
            let (mut document, mut code, mut shift) = (0usize, 0u32, 0);
            for byte in bytes {
                code |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
                shift += 7;
                if *byte < 0x80 {
                    document += (code >> FIELD_BITS) as usize;
                    found(document, (code & ((1 << FIELD_BITS) - 1)) as u8);
                    (code, shift) = (0, 0);
                }
            }
        }
    }
}

/// Tells of each entry the place of its word and the code of the posting.
fn each(entries: &[Entry], ends: &[u32], place: &[u32], found: &mut dyn FnMut(usize, u64)) {
    let mut last = vec![0u32; place.len()];
    let mut from = 0;
    for (document, end) in (0u32..).zip(ends) {
        for entry in entries.get(from..*end as usize).unwrap_or_default() {
            let Some(place) = place.get((entry >> FIELD_BITS) as usize) else { continue };
            let Some(last) = last.get_mut(*place as usize) else { continue };
            let gap = u64::from(document - *last);
            *last = document;
            found(*place as usize, gap << FIELD_BITS | u64::from(entry & ((1 << FIELD_BITS) - 1)));
        }
        from = *end as usize;
    }
}

fn varint_length(value: u64) -> u32 {
    (u64::BITS - (value | 1).leading_zeros()).div_ceil(7)
}
