//! Texts cut into words, alike for what is indexed and for what is asked.
//!
//! A word is a run of letters and digits, in lower case. One with seams inside (`avgRate`, `HTTPServer`,
//! `rate7d`, each ideograph) counts as a whole and in its parts, so that it is found by either.

use alloc::string::String;
use core::ops::Range;

/// The longest part of a word that is looked at, in bytes.
const LONGEST: usize = 48;

/// A word that was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word without seams.
    Word,
    /// A word with seams; its parts come before it.
    Whole,
    /// What stands between two seams.
    Part,
}

/// Cuts texts into words.
#[derive(Default)]
pub(super) struct Cutter {
    lower: String,
}

impl Cutter {
    /// Tells of each word of `text`: in lower case, where it stands in bytes, and what piece it is.
    pub(super) fn cut(&mut self, text: &str, mut found: impl FnMut(&str, Range<usize>, Piece)) {
        let mut chars = text.char_indices().peekable();
        // Where word and part start in the text, and the part in `lower`.
        let (mut start, mut part, mut part_lower) = (0, 0, 0);
        let mut before: Option<char> = None;
        self.lower.clear();
        while let Some((at, char)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if !char.is_alphanumeric() {
                before = None;
                continue;
            }
            match before {
                None => (start, part, part_lower) = (at, at, 0),
                Some(before) if is_seam(before, char, next) => {
                    found(head(self.lower.get(part_lower..).unwrap_or_default()), part..at, Piece::Part);
                    (part, part_lower) = (at, self.lower.len());
                }
                _ => {}
            }
            before = Some(char);
            match char.is_ascii() {
                true => self.lower.push(char.to_ascii_lowercase()),
                false => self.lower.extend(char.to_lowercase()),
            }
            if next.is_some_and(char::is_alphanumeric) {
                continue;
            }
            let end = at + char.len_utf8();
            if part_lower == 0 {
                found(head(&self.lower), start..end, Piece::Word);
            } else {
                found(head(self.lower.get(part_lower..).unwrap_or_default()), part..end, Piece::Part);
                found(head(&self.lower), start..end, Piece::Whole);
            }
            self.lower.clear();
        }
    }
}

/// Whether a new part starts at `here`.
fn is_seam(before: char, here: char, next: Option<char>) -> bool {
    if is_ideograph(before) || is_ideograph(here) {
        return true;
    }
    if before.is_numeric() != here.is_numeric() {
        return true;
    }
    // `avg|Rate`, and `HTTP|Server`.
    here.is_uppercase() && (!before.is_uppercase() || next.is_some_and(char::is_lowercase))
}

/// Scripts that put no blanks between words.
pub(super) fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The start of a word that is as long as those that are indexed.
fn head(word: &str) -> &str {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    word.get(..end).unwrap_or_default()
}

/// Appends the letters and digits of `text` in lower case: what makes `driver_stats`, `DriverStats` and
/// `driver stats` one name.
pub(super) fn squeeze(text: &str, out: &mut String) {
    for char in text.chars().filter(|char| char.is_alphanumeric()) {
        out.extend(char.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn cut(text: &str) -> Vec<(String, &str)> {
        let mut words = Vec::new();
        Cutter::default().cut(text, |word, at, _| words.push((word.into(), &text[at])));
        words
    }

    #[test]
    fn words_are_cut_at_separators_case_numbers_and_ideographs() {
        let words = |text| cut(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(" ");
        assert_eq!(words("driver_stats.v 2"), "driver stats v 2");
        assert_eq!(words("avgRate"), "avg rate avgrate");
        assert_eq!(words("HTTPServer"), "http server httpserver");
        assert_eq!(words("conv_rate7d"), "conv rate 7 d rate7d");
        assert_eq!(words("司机1"), "司 机 1 司机1");
        assert_eq!(words("Größe ÜBER"), "größe über");
        assert_eq!(words(" -- "), "");
        assert_eq!(cut("a ÜberRate")[1], ("über".into(), "Über"));
        assert_eq!(words(&"x".repeat(60)), "x".repeat(LONGEST));
    }
}
