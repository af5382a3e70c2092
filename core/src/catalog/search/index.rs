//! The index that searching goes by: which words occur where, and the names in order. It holds no text
//! but the words; what a hit says is read from the snapshot again.

use alloc::{string::String, vec, vec::Vec};
use core::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::{HashTable, hash_table::Entry as Slot};

use super::{
    Field,
    dictionary::Dictionary,
    postings::{self, Entry, Postings},
    words::{Cutter, squeeze},
};

/// Words of one text that are looked at.
const MOST_WORDS: usize = 4_000;

/// So many texts are kept with their words, if they are no longer than so many bytes.
const LATELY: usize = 2_048;
const LONGEST_KEPT: usize = 256;

/// An index of documents, which are numbered in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) words: Dictionary,
    pub(super) postings: Postings,
    pub(super) names: Names,
}

impl Index {
    /// The memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.words.size() + self.postings.size() + self.names.size()
    }
}

/// Squeezed names of the documents.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
    /// Documents in the order of their names.
    order: Vec<u32>,
    /// The place of each document in that order.
    places: Vec<u32>,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn size(&self) -> usize {
        self.text.capacity()
            + (self.ends.capacity() + self.order.capacity() + self.places.capacity()) * size_of::<u32>()
    }

    pub(super) fn name(&self, document: usize) -> &str {
        let end = |index: usize| self.ends.get(index).map_or(0, |end| *end as usize);
        let start = document.checked_sub(1).map_or(0, end);
        self.text.get(start..end(document)).unwrap_or_default()
    }

    /// The documents whose names start with `prefix`, those first whose name it is.
    pub(super) fn starting_with(&self, prefix: &str) -> &[u32] {
        let from = self.order.partition_point(|document| self.name(*document as usize) < prefix);
        let rest = self.order.get(from..).unwrap_or_default();
        let count = rest.partition_point(|document| self.name(*document as usize).starts_with(prefix));
        rest.get(..count).unwrap_or_default()
    }

    /// The place of a document's name among all names.
    pub(super) fn place(&self, document: usize) -> u32 {
        self.places.get(document).copied().unwrap_or(u32::MAX)
    }
}

/// Makes an index, document by document.
#[derive(Default)]
pub(super) struct Builder {
    cutter: Cutter,
    hasher: FixedState,
    /// Words in the order in which they turned up.
    text: String,
    spans: Vec<u32>,
    known: HashTable<u32>,
    /// By word.
    seen: Vec<Seen>,
    /// By the hashes of the texts: registries repeat themselves, in owners, tags, features and what is said of them.
    lately: Vec<Lately>,
    /// What each document says.
    entries: Vec<Entry>,
    ends: Vec<u32>,
    names: Names,
}

/// Where a word turned up last: in which document, counted from 1, and in which of its fields, a bit for each.
#[derive(Clone, Copy, Default)]
struct Seen {
    document: u32,
    fields: u8,
}

/// A text and its words.
#[derive(Default)]
struct Lately {
    text: String,
    words: Vec<u32>,
}

impl Builder {
    /// Adds a text to the document that is being made.
    pub(super) fn add(&mut self, field: Field, text: &str) {
        if field == Field::Name {
            squeeze(text, &mut self.names.text);
        }
        let Builder { cutter, hasher, text: letters, spans, known, seen, lately, entries, .. } = self;
        while lately.len() < LATELY {
            lately.push(Lately::default());
        }
        let Some(kept) = lately.get_mut(hasher.hash_one(text) as usize % LATELY) else { return };
        if kept.text != text {
            kept.text.clear();
            kept.text.push_str(text);
            kept.words.clear();
            cutter.cut(text, |word, _, _| {
                if kept.words.len() < MOST_WORDS {
                    kept.words.push(intern(word, hasher, letters, spans, known));
                }
            });
            while seen.len() < spans.len() {
                seen.push(Seen::default());
            }
        }
        let (document, bit) = (self.ends.len() as u32 + 1, 1 << field as u8);
        for word in &kept.words {
            let Some(seen) = seen.get_mut(*word as usize) else { continue };
            if seen.document != document {
                *seen = Seen { document, fields: 0 };
            }
            if seen.fields & bit == 0 {
                seen.fields |= bit;
                entries.extend(postings::entry(*word, field));
            }
        }
        if text.len() > LONGEST_KEPT {
            *kept = Lately::default();
        }
    }

    /// Ends the document that is being made.
    pub(super) fn end(&mut self) {
        self.ends.push(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.names.ends.push(u32::try_from(self.names.text.len()).unwrap_or(u32::MAX));
    }

    /// The index of all documents.
    pub(super) fn finish(self) -> Index {
        let Builder { text, spans, known, seen, lately, entries, ends, mut names, .. } = self;
        drop((known, seen, lately));
        let word = |index: u32| word(&text, &spans, index as usize);
        let mut order: Vec<u32> = (0u32..).take(spans.len()).collect();
        order.sort_unstable_by(|one, other| word(*one).cmp(word(*other)));
        let words = Dictionary::of(order.iter().map(|index| word(*index)), text.len());
        let place = inverse(&order);
        drop((order, text, spans));
        let postings = Postings::of(&entries, &ends, &place);
        drop((entries, ends, place));
        names.text.shrink_to_fit();
        names.ends.shrink_to_fit();
        let mut order: Vec<u32> = (0u32..).take(names.len()).collect();
        order.sort_unstable_by_key(|document| (names.name(*document as usize), *document));
        names.places = inverse(&order);
        names.order = order;
        Index { words, postings, names }
    }
}

/// The place of each number in a permutation.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, number) in (0u32..).zip(order) {
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    places
}

fn word<'a>(text: &'a str, ends: &[u32], index: usize) -> &'a str {
    let end = |index: usize| ends.get(index).map_or(0, |end| *end as usize);
    let start = index.checked_sub(1).map_or(0, end);
    text.get(start..end(index)).unwrap_or_default()
}

/// The number of a word, a new one for a new word.
fn intern(
    new: &str,
    hasher: &FixedState,
    text: &mut String,
    ends: &mut Vec<u32>,
    known: &mut HashTable<u32>,
) -> u32 {
    let hash = |word: &str| hasher.hash_one(word);
    let equal = |index: &u32| word(text, ends, *index as usize) == new;
    let again = |index: &u32| hash(word(text, ends, *index as usize));
    match known.entry(hash(new), equal, again) {
        Slot::Occupied(slot) => *slot.get(),
        Slot::Vacant(slot) => {
            let index = u32::try_from(ends.len()).unwrap_or(u32::MAX);
            slot.insert(index);
            text.push_str(new);
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            index
        }
    }
}
