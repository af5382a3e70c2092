//! The filter sentence: words separated by blanks, all of which must hold; `-word` negates.
//!
//! | word | holds if |
//! |---|---|
//! | `text`, `"some text"` | name, description, owner, a tag, a feature or its type has it in it, in either case |
//! | `owner:text` | the field has it in it; see `fields` for which there are |
//! | `owner:=text` | the field is it |
//! | `tag:key`, `tag:key=value` | there is such a tag |
//! | `updated>2026-01-31`, `updated<7d` | it was after that day; it was less than that long ago (`m`, `h`, `d`, `w`) |
//! | `stale` | it is; see `fields` for the other properties |
//!
//! A word that cannot be understood says so and lets everything pass.

mod fields;
mod parse;
mod suggest;

use alloc::{string::String, vec::Vec};

use serde::Serialize;

use super::collection::Subject;
use fields::{Property, TextField, TimeField};
pub use parse::quoted;
pub use suggest::Suggestion;

/// A filter that was understood as far as possible.
#[derive(Debug, Default)]
pub struct Filter {
    terms: Vec<(Term, Test)>,
}

/// A word of the filter, as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    /// As it was written.
    pub text: String,
    /// The field, or the property; empty for plain text.
    pub field: String,
    /// What is looked for.
    pub value: String,
    /// Whether it must not hold.
    pub negated: bool,
    /// Why it is left out.
    pub problem: Option<String>,
}

/// What a term asks of a subject.
#[derive(Debug)]
enum Test {
    /// Nothing: it was not understood.
    Passed,
    Word(String),
    Text {
        field: &'static TextField,
        value: String,
        exact: bool,
    },
    Tag(String),
    Time {
        field: &'static TimeField,
        bound: i64,
        after: bool,
    },
    Property(&'static Property),
}

impl Filter {
    /// Reads a filter. Ages count from `now`, in UTC epoch milliseconds.
    pub fn parse(text: &str, now: i64) -> Self {
        Filter { terms: parse::words(text).map(|word| parse::term(word, now)).collect() }
    }

    /// Its words, as they were understood.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().map(|(term, _)| term)
    }

    pub(super) fn passes(&self, subject: &Subject<'_>) -> bool {
        self.terms.iter().all(|(term, test)| match test {
            Test::Passed => true,
            test => test.holds(subject) != term.negated,
        })
    }
}

impl Test {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Test::Passed => true,
            Test::Word(text) => fields::any_text(subject, &mut |found| contains(found, text)),
            Test::Text { field, value, exact } => (field.texts)(subject, &mut |found| match exact {
                true => found.eq_ignore_ascii_case(value) || lowered(found) == *value,
                false => contains(found, value),
            }),
            Test::Tag(wanted) => fields::any_tag(subject, &mut |key, value| is_tag(wanted, key, value)),
            Test::Time { field, bound, after } => {
                (field.time)(subject).is_some_and(|time| if *after { time > *bound } else { time < *bound })
            }
            Test::Property(property) => (property.holds)(subject),
        }
    }
}

/// Whether the wanted `key` or `key=value` is this tag.
fn is_tag(wanted: &str, key: &str, value: &str) -> bool {
    let rest = wanted.strip_prefix(key);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('=') == Some(value))
}

fn lowered(text: &str) -> String {
    text.to_lowercase()
}

/// Whether `text` has `wanted`, which is in lower case, in it.
fn contains(text: &str, wanted: &str) -> bool {
    if !wanted.is_ascii() {
        return lowered(text).contains(wanted);
    }
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let Some(first) = wanted.first() else { return true };
    text.windows(wanted.len())
        .any(|window| window[0].to_ascii_lowercase() == *first && window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_equals_signs_are_found_whole() {
        for (wanted, key, value, found) in [
            ("tier", "tier", "gold", true),
            ("tier=gold", "tier", "gold", true),
            ("tier=", "tier", "gold", false),
            ("tier=", "tier", "", true),
            ("tier=go", "tier", "gold", false),
            ("a=b=c", "a=b", "c", true),
            ("a=b=c", "a", "b=c", true),
            ("tiers", "tier", "s", false),
        ] {
            assert_eq!(is_tag(wanted, key, value), found, "{wanted}: {key}, {value}");
        }
    }

    #[test]
    fn texts_are_found_in_either_case_and_in_other_scripts() {
        for (text, wanted, found) in
            [("Driver_Stats", "r_s", true), ("Fahrer_Ü", "ü", true), ("", "", true), ("ab", "abc", false)]
        {
            assert_eq!(contains(text, wanted), found, "{text}: {wanted}");
        }
    }
}
