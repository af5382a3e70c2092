//! What a hit says: which text of an object answers a query best, and which of its letters.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::ops::Range;

use super::{
    Candidate, Field,
    document::texts,
    query::Query,
    words::{Cutter, Piece},
};
use crate::catalog::{Entry, Ref, Thing};

use crate::compact;

/// A text longer than this is shown from a little before the first match, in letters.
const LONGEST: usize = 200;
const BEFORE: usize = 60;

/// A thing that was found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The object; where a feature is what matched, the feature.
    #[serde(rename = "ref")]
    pub thing: Ref,
    /// How well it matches; the higher the better.
    pub score: u32,
    /// Where it matched.
    pub field: Field,
    /// What stands there, shortened around the match.
    pub text: String,
    /// The matching stretches of `text`, start and end, in UTF-16 code units as JavaScript counts.
    pub ranges: Vec<(u32, u32)>,
    /// Whether it matches only if a misspelling is assumed.
    pub fuzzy: bool,
}

/// How a text answers a query.
struct Answer {
    score: u32,
    ranges: Vec<Range<usize>>,
}

/// The best answer of an object, or of its features where it was found by one, and how much it adds to the score.
pub(super) fn hit(entry: &Entry<'_>, query: &Query, found: &Candidate) -> SearchHit {
    let is_feature = found.thing == Thing::Feature;
    let mut best = (Answer { score: 0, ranges: Vec::new() }, Field::Name, entry.name.to_string(), None);
    let mut cutter = Cutter::default();
    texts(entry, &mut |field, text, feature| {
        if feature.is_some() != is_feature {
            return;
        }
        let answer = answer(query, field, text, &mut cutter);
        if answer.score > best.0.score {
            best = (answer, field, text.to_string(), feature.map(String::from));
        }
    });
    let (answer, field, text, feature) = best;
    let (text, ranges) = excerpt(&text, merged(answer.ranges));
    SearchHit {
        thing: feature.map_or_else(|| Ref::of(entry), |feature| Ref::feature(entry, &feature)),
        score: u32::from(found.score) + answer.score,
        field,
        ranges: in_utf16(&text, &ranges),
        text,
        fuzzy: query.is_fuzzy,
    }
}

fn answer(query: &Query, field: Field, text: &str, cutter: &mut Cutter) -> Answer {
    let mut found: Vec<Option<(u16, Range<usize>)>> = query.words.iter().map(|_| None).collect();
    let mut words = 0;
    cutter.cut(text, |word, at, piece| {
        words += u32::from(piece != Piece::Part);
        for (wanted, found) in query.words.iter().zip(&mut found) {
            if let Some((quality, letters)) = wanted.compare(word)
                && found.as_ref().is_none_or(|(known, _)| *known < quality)
            {
                *found = Some((quality, at.start..letters_end(text, &at, letters)));
            }
        }
    });
    let is_complete = !found.is_empty() && found.iter().all(Option::is_some);
    let weight = u32::from(field.weight());
    let mut score: u32 = found.iter().flatten().map(|(quality, _)| weight * u32::from(*quality) / 100).sum();
    let mut ranges: Vec<Range<usize>> = found.into_iter().flatten().map(|(_, range)| range).collect();
    let as_one = squeezed_start(text, &query.squeezed);
    if let (Field::Name | Field::Feature, false, Some((end, is_all))) = (field, is_complete, &as_one) {
        ranges.clear();
        ranges.push(0..*end);
        score = weight + weight * u32::from(*is_all);
    }
    if is_complete {
        // All of it in one text says more than a word here and a word there, and most in a short one.
        score += weight / 2 + weight / 4 / words.max(1);
        score += as_one.map_or(0, |(_, is_all)| weight / if is_all { 2 } else { 4 });
    }
    Answer { score, ranges }
}

fn letters_end(text: &str, at: &Range<usize>, letters: usize) -> usize {
    let word = text.get(at.clone()).unwrap_or_default();
    word.char_indices().nth(letters).map_or(at.end, |(offset, _)| at.start + offset)
}

/// Where the text's letters and digits have spelled out `squeezed`, and whether nothing follows.
fn squeezed_start(text: &str, squeezed: &str) -> Option<(usize, bool)> {
    let mut wanted = squeezed.chars();
    let mut chars = text.char_indices().filter(|(_, char)| char.is_alphanumeric());
    let mut end = 0;
    while !wanted.as_str().is_empty() {
        let (at, char) = chars.next()?;
        if !char.to_lowercase().all(|char| wanted.next() == Some(char)) {
            return None;
        }
        end = at + char.len_utf8();
    }
    Some((end, chars.next().is_none())).filter(|_| end > 0)
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    compact::sort_by_key(&mut ranges, |range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The text around the first match, with the matches where they stand in it.
fn excerpt(text: &str, ranges: Vec<Range<usize>>) -> (String, Vec<Range<usize>>) {
    let place = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(offset, _)| offset);
    if place(LONGEST) == text.len() {
        return (text.to_string(), ranges);
    }
    let first = ranges.first().map_or(0, |range| text.get(..range.start).unwrap_or_default().chars().count());
    let start = place(first.saturating_sub(BEFORE));
    let end = place(first.saturating_sub(BEFORE) + LONGEST);
    let mut short = String::new();
    let dots = if start > 0 { "…" } else { "" };
    short.extend([dots, text.get(start..end).unwrap_or_default(), if end < text.len() { "…" } else { "" }]);
    let within = ranges.into_iter().filter(|range| range.start >= start && range.end <= end);
    let moved =
        within.map(|range| range.start - start + dots.len()..range.end - start + dots.len()).collect();
    (short, moved)
}

fn in_utf16(text: &str, ranges: &[Range<usize>]) -> Vec<(u32, u32)> {
    let units = |end: usize| {
        let before = text.get(..end).unwrap_or_default();
        u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    ranges.iter().map(|range| (units(range.start), units(range.end))).collect()
}
