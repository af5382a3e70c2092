//! The distinct words of an index, sorted, in one text: looked up whole, by how they start, and by how
//! they are misspelt.

use alloc::{string::String, vec::Vec};
use core::ops::Range;

use super::distance::Distances;

/// Of so many words that start alike it is worth to look at each.
const FEW: usize = 1_000;

/// Words in ascending order, each known by its place.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    /// Where each word ends in the text.
    ends: Vec<u32>,
}

impl Dictionary {
    /// Takes words that ascend.
    pub(super) fn of<'a>(words: impl ExactSizeIterator<Item = &'a str>, bytes: usize) -> Self {
        let mut dictionary =
            Dictionary { text: String::with_capacity(bytes), ends: Vec::with_capacity(words.len()) };
        for word in words {
            dictionary.text.push_str(word);
            dictionary.ends.push(u32::try_from(dictionary.text.len()).unwrap_or(u32::MAX));
        }
        dictionary
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }

    pub(super) fn word(&self, index: usize) -> &str {
        let end = |index: usize| self.ends.get(index).map_or(0, |end| *end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.text.get(start..end(index)).unwrap_or_default()
    }

    /// The first word, from `from` on, for which `is_before` no longer holds.
    fn bound(&self, from: usize, is_before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match is_before(self.word(middle)) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// The words that start with `prefix`, the one that equals it first.
    pub(super) fn starting_with(&self, prefix: &str) -> Range<usize> {
        let start = self.bound(0, |word| word < prefix);
        start..self.end_of(start, prefix)
    }

    fn end_of(&self, from: usize, prefix: &str) -> usize {
        self.bound(from, |word| word < prefix || word.starts_with(prefix))
    }

    /// The words that are at most `edits` edits away from `wanted`, or start with something that is.
    /// Words with digits are left out: one number is no misspelling of another.
    ///
    /// It walks the words as the trie that they are: what words start with alike is compared once, and
    /// words whose start is too far away already are passed over together.
    pub(super) fn similar(
        &self,
        wanted: &str,
        edits: usize,
        mut found: impl FnMut(Range<usize>, Similarity),
    ) {
        let mut distances = Distances::to(wanted);
        let mut path: Vec<char> = Vec::new();
        let mut index = 0;
        'words: while index < self.len() {
            let word = self.word(index);
            let shared = word.chars().zip(&path).take_while(|(one, other)| one == *other).count();
            path.truncate(shared);
            distances.truncate(shared);
            let mut starts_within = None;
            for (at, char) in word.char_indices().skip(shared) {
                if char.is_numeric() {
                    let upto = word.get(..at + char.len_utf8()).unwrap_or_default();
                    // All that start so have the digit.
                    index = self.end_of(index, upto).max(index + 1);
                    continue 'words;
                }
                path.push(char);
                distances.push(char);
                if distances.last() <= edits {
                    starts_within = Some((at + char.len_utf8(), distances.last()));
                    break;
                }
                if distances.least() > edits {
                    let upto = word.get(..at + char.len_utf8()).unwrap_or_default();
                    index = self.end_of(index, upto).max(index + 1);
                    continue 'words;
                }
            }
            let Some((length, distance)) = starts_within else {
                index += 1;
                continue;
            };
            let end = self.end_of(index, word.get(..length).unwrap_or_default()).max(index + 1);
            self.within(index..end, wanted, edits, distance, &mut found);
            index = end;
            path.clear();
            distances.truncate(0);
        }
    }

    /// Tells words that are near as a whole from those that only start so.
    fn within(
        &self,
        range: Range<usize>,
        wanted: &str,
        edits: usize,
        prefix: usize,
        found: &mut impl FnMut(Range<usize>, Similarity),
    ) {
        let length = wanted.chars().count();
        let mut from = range.start;
        for index in range.clone().take(FEW) {
            let word = self.word(index);
            if word.chars().take(length + edits + 1).count() > length + edits {
                continue;
            }
            let mut distances = Distances::to(wanted);
            word.chars().for_each(|char| distances.push(char));
            if distances.last() <= edits {
                if from < index {
                    found(from..index, Similarity { edits: prefix, is_whole: false });
                }
                found(index..index + 1, Similarity { edits: distances.last(), is_whole: true });
                from = index + 1;
            }
        }
        if from < range.end {
            found(from..range.end, Similarity { edits: prefix, is_whole: false });
        }
    }
}

/// How near a word is to the one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Similarity {
    pub(super) edits: usize,
    /// The whole word is so near, not only its start.
    pub(super) is_whole: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn dictionary(words: &[&'static str]) -> Dictionary {
        let mut words = words.to_vec();
        words.sort_unstable();
        Dictionary::of(words.into_iter(), 0)
    }

    fn similar(dictionary: &Dictionary, wanted: &str, edits: usize) -> Vec<(String, usize, bool)> {
        let mut found = vec![];
        dictionary.similar(wanted, edits, |range, how| {
            found.extend(range.map(|index| (dictionary.word(index).into(), how.edits, how.is_whole)));
        });
        found
    }

    #[test]
    fn words_by_their_start() {
        let words = dictionary(&["driver", "drive", "drivers", "drone", "dry"]);
        let starting = |prefix| words.starting_with(prefix).map(|i| words.word(i)).collect::<Vec<_>>();
        assert_eq!(starting("drive"), ["drive", "driver", "drivers"]);
        assert_eq!(starting("dr").len(), 5);
        assert_eq!(starting(""), starting("d"));
        assert!(starting("driverse").is_empty());
        assert!(starting("z").is_empty());
    }

    #[test]
    fn words_by_how_they_are_misspelt() {
        let words = dictionary(&[
            "customer",
            "customers",
            "costume",
            "driver",
            "d7ver",
            "rider",
            "größe",
            "customerid",
        ]);
        assert_eq!(
            similar(&words, "custmer", 1),
            [("customer".into(), 1, true), ("customerid".into(), 1, false), ("customers".into(), 1, false)]
        );
        // Two neighbours exchanged are one edit; the first letter may be the wrong one.
        assert_eq!(similar(&words, "dirver", 1), [("driver".into(), 1, true)]);
        assert_eq!(similar(&words, "xriver", 1), [("driver".into(), 1, true)]);
        assert_eq!(similar(&words, "grösse", 2), [("größe".into(), 2, true)]);
        assert!(similar(&words, "customs", 0).is_empty());
    }
}
