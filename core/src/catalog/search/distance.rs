//! How many edits lie between a word and another that is spelled out letter by letter: letters added,
//! left out, replaced, or two neighbours exchanged.

use alloc::vec::Vec;

/// The rows of the table of distances between the beginnings of two words; a row per letter of the second.
pub(super) struct Distances {
    wanted: Vec<char>,
    spelled: Vec<char>,
    /// Rows of `wanted.len() + 1`.
    rows: Vec<u8>,
}

impl Distances {
    pub(super) fn to(wanted: &str) -> Self {
        let wanted: Vec<char> = wanted.chars().collect();
        let rows = (0..=wanted.len()).map(|n| u8::try_from(n).unwrap_or(u8::MAX)).collect();
        Distances { wanted, spelled: Vec::new(), rows }
    }

    fn row(&self, index: usize) -> &[u8] {
        let width = self.wanted.len() + 1;
        self.rows.get(index * width..(index + 1) * width).unwrap_or_default()
    }

    /// Spells the next letter.
    pub(super) fn push(&mut self, char: char) {
        let width = self.wanted.len() + 1;
        let (above, top) = (self.rows.len().saturating_sub(width), self.rows.len());
        let at = |rows: &[u8], index: usize| rows.get(index).copied().unwrap_or(u8::MAX);
        self.rows.push(at(&self.rows, above).saturating_add(1));
        let earlier = self.spelled.last().copied();
        let mut before = None;
        for (index, wanted) in self.wanted.iter().copied().enumerate() {
            let replaced = at(&self.rows, above + index).saturating_add(u8::from(wanted != char));
            let added = at(&self.rows, above + index + 1).saturating_add(1);
            let left_out = at(&self.rows, top + index).saturating_add(1);
            let mut least = replaced.min(added).min(left_out);
            if let (Some(two_above), true) =
                (above.checked_sub(width), earlier == Some(wanted) && before == Some(char))
            {
                least = least.min(at(&self.rows, two_above + index - 1).saturating_add(1));
            }
            self.rows.push(least);
            before = Some(wanted);
        }
        self.spelled.push(char);
    }

    /// Takes letters back until `length` are left.
    pub(super) fn truncate(&mut self, length: usize) {
        self.spelled.truncate(length);
        self.rows.truncate((self.spelled.len() + 1) * (self.wanted.len() + 1));
    }

    /// The distance to the letters spelled so far.
    pub(super) fn last(&self) -> usize {
        self.rows.last().map_or(usize::MAX, |distance| usize::from(*distance))
    }

    /// A bound below which no further letter brings the distance.
    pub(super) fn least(&self) -> usize {
        let least = |row: &[u8]| row.iter().min().map_or(usize::MAX, |distance| usize::from(*distance));
        // An exchange of neighbours reaches back over one row, at the price of one.
        let above = self.spelled.len().checked_sub(1).map_or(usize::MAX, |index| least(self.row(index)));
        least(self.row(self.spelled.len())).min(above.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (one, other, edits) in [
            ("", "", 0),
            ("driver", "driver", 0),
            ("driver", "drivr", 1),
            ("driver", "dirver", 1),
            ("driver", "drievr", 1),
            ("driver", "xdriver", 1),
            ("driver", "rider", 2),
            ("ca", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let mut distances = Distances::to(one);
                other.chars().for_each(|char| distances.push(char));
                assert_eq!(distances.last(), edits, "{one} {other}");
                distances.truncate(0);
                other.chars().for_each(|char| distances.push(char));
                assert_eq!(distances.last(), edits);
            }
        }
    }
}
