//! What was asked, as words, and how well a word of a text answers one of them.

use alloc::{string::String, vec::Vec};
use core::ops::Range;

use super::{
    dictionary::{Dictionary, Similarity},
    distance::Distances,
    words::{Cutter, Piece, is_ideograph, squeeze},
};

/// Words of a query beyond these are not looked at.
const MOST_WORDS: usize = 16;

/// A query, cut into words all of which have to be found.
pub(super) struct Query {
    pub(super) text: String,
    pub(super) words: Vec<Wanted>,
    /// Its letters and digits: what a name is compared with as a whole.
    pub(super) squeezed: String,
    pub(super) is_fuzzy: bool,
}

/// A word that is looked for.
pub(super) struct Wanted {
    pub(super) word: String,
    /// How many edits it may be away.
    pub(super) edits: usize,
}

/// How well a word answers: the share of its field's weight, in percent.
pub(super) type Quality = u16;

const EXACT: Quality = 100;
const PREFIX: Quality = 75;

fn quality_of(similarity: Similarity) -> Quality {
    match (similarity.edits, similarity.is_whole) {
        (0, true) => EXACT,
        (0, false) => PREFIX,
        (1, true) => 45,
        (1, false) => 35,
        (_, true) => 25,
        (_, false) => 20,
    }
}

impl Query {
    /// The words of `text` as this dictionary has them: a word with seams counts as a whole if something
    /// starts with it, and else in its parts.
    pub(super) fn parse(text: &str, dictionary: &Dictionary, is_fuzzy: bool) -> Self {
        let (mut words, mut parts): (Vec<Wanted>, Vec<Wanted>) = (Vec::new(), Vec::new());
        Cutter::default().cut(text, |word, _, piece| {
            let wanted = Wanted { word: word.into(), edits: if is_fuzzy { edits(word) } else { 0 } };
            match piece {
                Piece::Word => words.push(wanted),
                Piece::Part => parts.push(wanted),
                Piece::Whole
                    if is_fuzzy
                        || word.chars().any(is_ideograph)
                        || dictionary.starting_with(word).is_empty() =>
                {
                    words.append(&mut parts);
                }
                Piece::Whole => {
                    parts.clear();
                    words.push(wanted);
                }
            }
        });
        words.truncate(MOST_WORDS);
        let mut squeezed = String::new();
        squeeze(text, &mut squeezed);
        Query { text: text.into(), words, squeezed, is_fuzzy }
    }
}

/// How many edits are a misspelling: one from four letters, two from eight. Of numbers none is.
fn edits(word: &str) -> usize {
    match word.chars().count() {
        _ if word.chars().any(char::is_numeric) => 0,
        ..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

impl Wanted {
    /// Tells of the words of a dictionary that answer it.
    pub(super) fn find_in(&self, dictionary: &Dictionary, found: &mut dyn FnMut(Range<usize>, Quality)) {
        let starting = dictionary.starting_with(&self.word);
        let exact = usize::from(dictionary.word(starting.start) == self.word && !starting.is_empty());
        let rest = starting.start + exact;
        found(starting.start..rest, EXACT);
        found(rest..starting.end, PREFIX);
        if self.edits > 0 {
            dictionary.similar(&self.word, self.edits, |words, similarity| {
                found(words, quality_of(similarity));
            });
        }
    }

    /// How well `word` answers it, and with how many of its letters.
    pub(super) fn compare(&self, word: &str) -> Option<(Quality, usize)> {
        let letters = self.word.chars().count();
        if word == self.word {
            return Some((EXACT, letters));
        }
        if word.starts_with(&self.word) {
            return Some((PREFIX, letters));
        }
        if self.edits == 0 || word.chars().any(char::is_numeric) {
            return None;
        }
        let mut distances = Distances::to(&self.word);
        let mut prefix: Option<(Similarity, usize)> = None;
        for (count, char) in (1..).zip(word.chars()) {
            distances.push(char);
            let edits = distances.last();
            if edits <= self.edits && prefix.is_none_or(|(known, _)| edits < known.edits) {
                prefix = Some((Similarity { edits, is_whole: false }, count));
            }
            if distances.least() > self.edits {
                break;
            }
        }
        let length = word.chars().count();
        let prefix = prefix.map(|(how, count)| (Similarity { is_whole: count == length, ..how }, count));
        prefix.map(|(similarity, count)| (quality_of(similarity), count))
    }
}
